"""What may be concluded, as lines of text."""

import pytest

from mnist_tui.analysis.ablation import ablation
from mnist_tui.analysis.comparison import compare
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.renderables.conclusions import render_effects, render_findings
from mnist_tui.tui.renderables.lines import Line, plain
from tests.runs.helpers import finished_run

pytestmark = pytest.mark.quick

ACCURACIES = {
    (False, 0.0): (0.970, 0.971, 0.972),
    (False, 0.2): (0.974, 0.976, 0.977),
    (True, 0.0): (0.981, 0.980, 0.982),
    (True, 0.2): (0.983, 0.985, 0.984),
}


def lines(drawn: list[Line]) -> list[str]:
    return [plain(line).rstrip() for line in drawn]


def test_sentences_have_a_dot_and_hang() -> None:
    assert lines(render_findings(["one two three", "four"], 9)) == ["· one two", "  three", "· four"]
    assert render_findings([], 9) == []


def test_effects_take_one_line_each_where_there_is_room_and_two_where_not() -> None:
    runs = [
        finished_run(RunConfig(batch_norm=on, dropout=drop, seed=seed), test_accuracy=accuracy)
        for (on, drop), accuracies in ACCURACIES.items()
        for seed, accuracy in enumerate(accuracies)
    ]
    found = ablation(compare(runs))
    assert found
    wide, narrow = lines(render_effects(found, 100)), lines(render_effects(found, 50))
    assert wide[0].startswith("Batch normalisation ")
    assert wide[0].endswith("▲ better")
    assert narrow[0] == "Batch normalisation  ▲ better"
    assert narrow[1].strip() in wide[0]
    assert all(len(line) <= 50 for line in narrow)
    assert "add up" in " ".join(narrow)
