"""Names and accuracies below a chart, to the character."""

import pytest

from mnist_tui.runs.run import Status
from mnist_tui.tui.renderables.legend import render_legend
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.session import Session
from tests.tui.helpers import Shelf

pytestmark = pytest.mark.quick


def test_a_row_stands_with_its_mean_test_accuracy_and_one_that_trains_with_validation(
    shelf: Shelf, session: Session
) -> None:
    ids = [
        shelf.add(accuracy=0.9, seed=0),
        shelf.add(accuracy=0.94, seed=1),
        shelf.add(Status.TRAINING, batch_norm=True),
    ]
    session.join(ids)
    rows = [session.row(row_id) for row_id in session.shown]
    seen = 100 * shelf.runs[ids[2]].epochs[-1].validation_accuracy
    one, two = "● plain  92.00 % test", f"▲ batchnorm  {seen:.2f} % validation"
    assert [plain(line) for line in render_legend(rows, 80, 3)] == [f"{one}   {two}"]
    assert [plain(line) for line in render_legend(rows, 40, 3)] == [one, two]
    assert [plain(line) for line in render_legend(rows, 40, 1)] == [f"{one} …"]
    assert render_legend([], 40, 1) == []
