"""Numbers as people read them, the same in tables, reports and on screen."""

from collections.abc import Iterable
from itertools import pairwise

from mnist_tui.analysis.statistics import Summary
from mnist_tui.settings.labels import format_value as format_value


def percent(summary: Summary) -> str:
    """An accuracy, for example `98.07 %`, or `98.07 ± 0.12 % (5)` over five seeds."""
    spread = f" ± {100 * summary.deviation:.2f}" if summary.deviation is not None else ""
    return counted(f"{100 * summary.mean:.2f}{spread} %", summary)


def seconds(summary: Summary) -> str:
    """A time, for example `18.3 s`, or `18.3 ± 0.4 s (5)` over five seeds."""
    spread = f" ± {summary.deviation:.1f}" if summary.deviation is not None else ""
    return counted(f"{summary.mean:.1f}{spread} s", summary)


def counted(text: str, summary: Summary) -> str:
    """The text of a mean, and of how many measurements it is one."""
    return f"{text} ({summary.count})" if summary.count > 1 else text


SHARED = "∥"
"""After a time that was taken while other runs trained."""


def count(summary: Summary) -> str:
    """A number of epochs, for example `13`, or `12.4 ± 1.1 (5)` over five seeds."""
    if summary.deviation is None:
        return f"{summary.mean:.0f}"
    return counted(f"{summary.mean:.1f} ± {summary.deviation:.1f}", summary)


def clock(total: float) -> str:
    """Seconds as minutes and seconds, for example `1:05`, or `2:00:00`."""
    minutes, left = divmod(round(total), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def rough_time(total: float) -> str:
    """Seconds that are expected, to two digits or so: `8 s`, `40 s`, `3 min`, `2.5 h`."""
    if total < 100:
        return f"{max(1, round(total)) if total < 20 else 5 * round(total / 5)} s"
    minutes = total / 60
    if minutes < 10:
        return f"{minutes:.1f} min".replace(".0 ", " ")
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.1f} h".replace(".0 ", " ")


def ordinal(place: int) -> str:
    """1 as `1st`, 2 as `2nd` and so on."""
    ending = "th" if place % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def ranges(numbers: Iterable[int]) -> str:
    """Numbers in order, three and more in a row as a range: `0–2, 5`."""
    ordered = sorted(numbers)
    parts: list[list[int]] = [ordered[:1]]
    for before, number in pairwise(ordered):
        if number == before + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    texts = [f"{part[0]}–{part[-1]}" if len(part) > 2 else ", ".join(map(str, part)) for part in parts]
    return ", ".join(texts)
