"""What the run's page draws, to the character."""

import pytest

from mnist_tui.reports.story import Happening
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig, setting_names
from mnist_tui.tui.renderables.layers import render_layers
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.renderables.settings import render_settings
from mnist_tui.tui.renderables.sparkline import sparkline
from mnist_tui.tui.renderables.stages import render_stages
from mnist_tui.tui.renderables.story import render_story
from tests.runs.helpers import epoch, finished_run, make_run, started

pytestmark = pytest.mark.quick


def folded(*epochs: object) -> Run:
    run = Run.read(make_run())
    for event in (started(), *epochs):
        run.apply(event)  # type: ignore[arg-type] # only epochs are passed
    return run


def test_a_course_goes_from_the_lowest_bar_to_the_highest() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8) == "▁▂▃▄▅▆▇█"
    assert sparkline([0, 0, 7, 7], 2) == "▁█"
    assert sparkline([5, 5, 5], 9) == "▁▁▁"
    assert sparkline([3], 9) == "▁"
    assert sparkline([], 9) == ""


def test_layers_have_a_line_a_measure() -> None:
    inside = {"weight_norms": {"linear1": 2.0}, "batch_norm_drift": {"batch_norm1.running_mean": 0.5}}
    run = folded(epoch(1, **inside), epoch(2, **inside, dead_units={"relu1": 0.125}))
    assert [plain(line) for line in render_layers(run, 40)] == [
        "layer 1",
        "  weight norm         2.00  ▁▁",
        "  dead units        12.5 %  ▁",
        "  drift of mean        0.5  ▁▁",
    ]


def test_names_of_layers_that_nobody_knows_are_passed_over() -> None:
    run = folded(epoch(1, weight_norms={"attention": 1.0, "linear2": 3.0}))
    assert plain(render_layers(run, 40)[0]) == "layer 2"


def test_what_a_log_does_not_hold_is_said() -> None:
    assert plain(render_layers(folded(), 40)[0]) == "Comes with the first complete epoch."
    layers = [plain(line) for line in render_layers(folded(epoch(1)), 40)]
    stages = [plain(line) for line in render_stages(folded(epoch(1)), 40)]
    assert " ".join(layers) == "This log is of an older version, which looked into no layer."
    assert " ".join(stages) == "This log is of an older version, which measured no stage."
    assert max(map(len, layers + stages)) <= 40


def test_stages_have_bars_that_fit() -> None:
    run = folded(epoch(1, stage_seconds={"forward": 0.3, "batch_norm": 0.1}))
    assert [plain(line) for line in render_stages(run, 42)] == [
        "forward        75.00 ms   75 %  ━━━━━━━━",
        "batch norm     25.00 ms   25 %  ━━",
        "a step        100.00 ms",
    ]


@pytest.mark.parametrize("width", [30, 55, 56, 100])
def test_settings_begin_with_what_is_not_the_default(width: int) -> None:
    lines = [plain(line) for line in render_settings(finished_run(RunConfig(dropout=0.5, seed=7)), width)]
    assert "100, not 5000" in "\n".join(lines)
    assert "Dropout       0.5" in lines[0]
    assert max(map(len, lines)) <= width
    assert sum(len(line.split("  ")) > 1 for line in lines) >= (len(setting_names()) - 1) // 2


def test_a_story_is_wrapped_with_the_newest_first() -> None:
    happenings = [Happening("start", "one two three"), Happening("end", "four five six seven eight nine ten")]
    assert [plain(line) for line in render_story(happenings, 60)] == [
        "end                     four five six seven eight nine ten",
        "start                   one two three",
    ]
    assert [plain(line) for line in render_story(happenings, 20)] == [
        "end",
        "  four five six",
        "  seven eight nine",
        "  ten",
        "start",
        "  one two three",
    ]
    assert plain(render_story([], 20)[0]) == "Nothing yet."
