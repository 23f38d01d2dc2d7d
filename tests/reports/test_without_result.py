"""Runs that came to no result are told of in the report that has them."""

import pytest

from mnist_tui.reports.markdown import markdown
from tests.analysis.helpers import BASE, concluded, diverged, row
from tests.reports.helpers import tables

pytestmark = pytest.mark.quick


def test_a_run_that_diverged_has_a_line_that_says_so() -> None:
    failed = diverged(BASE.replace(learning_rate=30.0, name="rate | 30"))
    told = [lines for lines in tables(markdown(concluded(row(BASE, [0.91]), [failed]))) if lines]
    [table] = [lines for lines in told if lines[0][0] == "Without a result"]
    assert [cell.replace("\\", "") for cell in table[-1]] == [
        "rate | 30",
        str(failed.config.seed),
        "diverged: Its loss grew without bounds.",
    ]


def test_without_such_a_run_there_is_nothing_to_tell() -> None:
    assert "Without a result" not in markdown(concluded(row(BASE, [0.91])))
