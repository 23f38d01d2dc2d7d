"""How many runs do what, in a few words."""

from collections import Counter
from collections.abc import Iterable

from mnist_tui.runs.run import Status

TRAINING = {Status.STARTING, Status.TRAINING}
WITH_RESULT = {Status.COMPLETED, Status.EARLY_STOPPED, Status.STOPPED}
WITHOUT = {Status.FAILED, Status.INTERRUPTED, Status.NOT_STARTED}


def activity(statuses: Iterable[Status], *, short: bool = False) -> str:
    """For example `1 training · 2 waiting · 6 finished`.

    Args:
        statuses: Of all runs.
        short: Leave out what is over, while something is not.
    """
    counts = Counter(statuses)
    groups = {
        "training": TRAINING,
        "paused": {Status.PAUSED},
        "waiting": {Status.WAITING},
        "finished": WITH_RESULT,
        "failed": {Status.FAILED},
        "broken off": WITHOUT - {Status.FAILED},
    }
    found = {words: sum(counts[status] for status in some) for words, some in groups.items()}
    under_way = {words for words in ("training", "paused", "waiting") if found[words]}
    left_out = {"finished", "failed", "broken off"} if short and under_way else set()
    always = {"training", "finished"} - ({"training"} if under_way else set())
    told = [words for words in found if (found[words] or words in always) and words not in left_out]
    return " · ".join(f"{found[words]} {words}" for words in told)
