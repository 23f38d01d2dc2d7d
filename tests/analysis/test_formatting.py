"""Numbers as people read them."""

import pytest

from mnist_tui.analysis.formatting import clock, count, ordinal, percent, seconds
from mnist_tui.analysis.phrases import listed, separated
from mnist_tui.analysis.statistics import Summary

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("values", "as_percent", "as_seconds", "as_count"),
    [
        ([0.98071], "98.07 %", "1.0 s", "1"),
        ([13.0], "1300.00 %", "13.0 s", "13"),
        ([0.5, 1.5], "100.00 ± 70.71 % (2)", "1.0 ± 0.7 s (2)", "1.0 ± 0.7 (2)"),
    ],
)
def test_summaries_as_people_read_them(
    values: list[float], as_percent: str, as_seconds: str, as_count: str
) -> None:
    summary = Summary.of(values)
    assert (percent(summary), seconds(summary), count(summary)) == (as_percent, as_seconds, as_count)


@pytest.mark.parametrize(
    ("total", "text"), [(0, "0:00"), (59.6, "1:00"), (65, "1:05"), (3599, "59:59"), (7200, "2:00:00")]
)
def test_clock(total: float, text: str) -> None:
    assert clock(total) == text


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (21, "21st"),
        (113, "113th"),
    ],
)
def test_ordinals(place: int, text: str) -> None:
    assert ordinal(place) == text


def test_names_with_commas_of_their_own_are_told_apart() -> None:
    assert listed(["plain", "l2 0.1", "dropout 0.2"]) == "plain, l2 0.1 and dropout 0.2"
    assert listed(["plain, rate 1", "plain, rate 2", "l2"]) == "plain, rate 1; plain, rate 2 and l2"
    assert separated(["a, b", "c"]) == "a, b; c"
