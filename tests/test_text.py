"""Numbers with what they count."""

import pytest

from mnist_tui.text import number_of

pytestmark = pytest.mark.quick


def test_one_has_no_s() -> None:
    assert [number_of(count, "run") for count in (0, 1, 2, 1000)] == [
        "0 runs",
        "1 run",
        "2 runs",
        "1,000 runs",
    ]
