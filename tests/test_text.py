"""Texts of unknown origin, and numbers with what they count."""

import pytest

from mnist_tui.text import number_of, printable

pytestmark = pytest.mark.quick


def test_one_has_no_s() -> None:
    assert [number_of(count, "run") for count in (0, 1, 2, 1000)] == [
        "0 runs",
        "1 run",
        "2 runs",
        "1,000 runs",
    ]


def test_printable_keeps_what_people_read_and_cuts_the_rest() -> None:
    assert printable("λ = 0.1 – 98 %") == "λ = 0.1 – 98 %"
    assert len(printable("x" * 10_000)) <= 500
