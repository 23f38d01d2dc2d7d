"""The moment that stands in the name of what is made: names sort in the order in which things were made."""

import threading
from datetime import UTC, datetime, timedelta

SMALLEST = timedelta(milliseconds=1)
"""What a name tells apart."""

_one_at_a_time = threading.Lock()
_last = datetime.min.replace(tzinfo=UTC)


def next_moment() -> datetime:
    """Now; where this was asked within the same millisecond, the next one.

    Runs of one comparison are made faster than that where the disk is: in the order of their names they would
    be shuffled. Of a clock that was set back, the time is taken as it is.
    """
    global _last
    with _one_at_a_time:
        now = datetime.now(UTC)
        if timedelta() <= _last + SMALLEST - now < timedelta(seconds=1):
            now = _last + SMALLEST
        _last = now
        return now


def written(moment: datetime) -> str:
    """As names begin with it, for example `20260115-093012345`."""
    return f"{moment:%Y%m%d-%H%M%S}{moment.microsecond // 1000:03}"
