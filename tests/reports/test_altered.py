"""Runs that were changed, forked, stopped and resumed: how reports and lists tell it."""

import pytest

from mnist_tui.analysis.comparison import Comparison, compare
from mnist_tui.reports.description import details
from mnist_tui.reports.markdown import markdown
from mnist_tui.training.events import Changed, Event, Resumed
from tests.reports.helpers import BASE, CHANGED, FORKED, PARENT, altered_run
from tests.runs.helpers import epoch, finished, finished_run, step

pytestmark = pytest.mark.quick

HEADING = "## What was changed on the way"


def section(comparison: Comparison) -> list[str]:
    """The lines of the table that tells what was changed."""
    _, _, rest = markdown(comparison).partition(f"{HEADING}\n")
    lines = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return lines[2:]


def test_a_changed_run_says_so_in_its_name_and_in_a_table() -> None:
    comparison = compare([finished_run(BASE), altered_run(CHANGED)])
    assert [row.label for row in comparison.rows] == ["plain", "plain (2), changed on the way"]
    assert section(comparison) == [
        "| plain (2), changed on the way | in epoch 5, after step 1,075 | Learn rate 0.4 → 0.1 |"
    ]


def test_a_forked_run_says_so_in_its_name_and_in_a_table() -> None:
    comparison = compare([altered_run(FORKED, config=BASE.replace(dropout=0.5))])
    assert [row.label for row in comparison.rows] == ["dropout 0.5, forked after epoch 2"]
    assert section(comparison) == [
        f"| dropout 0.5, forked after epoch 2 | after epoch 2, step 8 "
        f"| forked from {PARENT}: Dropout 0 → 0.5, Epochs 3 → 9 |"
    ]


@pytest.mark.parametrize(
    ("when", "label"),
    [(3, "plain, forked after epoch 2"), (9, "plain, forked after epoch 2, changed on the way")],
    ids=["before the fork", "after the fork"],
)
def test_a_fork_counts_as_changed_only_by_what_was_changed_in_itself(when: int, label: str) -> None:
    change = Changed(when, when // 4 + 1, {"dropout": 0.5}, {"dropout": 0.0})
    events: list[Event] = [change, FORKED] if when < FORKED.step else [FORKED, change]
    assert [row.label for row in compare([altered_run(*events)]).rows] == [label]


def test_reports_of_untouched_runs_do_not_speak_of_it() -> None:
    text = markdown(compare([finished_run(BASE)]))
    assert HEADING not in text
    assert "∥" not in text
    assert "then resumed" not in text


def test_altered_runs_are_rows_of_their_own_whatever_their_seed() -> None:
    runs = [altered_run(CHANGED, config=BASE.replace(seed=seed)) for seed in (1, 2)]
    assert len(compare(runs).rows) == 2
    assert len(compare([finished_run(BASE.replace(seed=1)), runs[1]]).rows) == 2


def test_times_taken_while_others_trained_are_marked_and_explained() -> None:
    comparison = compare([finished_run(BASE), finished_run(BASE.replace(batch_norm=True), other_runs=2)])
    text = markdown(comparison)
    plain, shared = [line for line in text.splitlines() if line.startswith(("| plain", "| batchnorm"))][:2]
    assert "| 1.2 s |" in plain
    assert "| 1.2 s ∥ |" in shared
    assert "∥: other runs trained at the same time and shared the cores" in text


def test_company_in_one_epoch_is_enough_for_the_mark() -> None:
    comparison = compare([altered_run(step(4), epoch(1), step(8, 2), epoch(2, other_runs=1))])
    assert "1.2 s ∥" in markdown(comparison)


def test_a_run_that_was_stopped_tested_and_resumed_says_what_that_means() -> None:
    again = altered_run(
        step(4), epoch(1), finished(status="stopped", epochs=1), Resumed(4), step(8, 2), epoch(2)
    )
    text = markdown(compare([again]))
    assert "Stopped, tested and then resumed: plain. The test images were used more than once there" in text
    once = altered_run(step(4), epoch(1), Resumed(4), step(8, 2), epoch(2))
    assert "then resumed" not in markdown(compare([once]))


@pytest.mark.parametrize("name", ["a|b", "<b>"])
def test_names_cannot_break_the_tables(name: str) -> None:
    comparison = compare([altered_run(CHANGED, config=BASE.replace(name=name))])
    [line] = section(comparison)
    assert line.replace("\\|", "").count("|") == 4
    assert "<b>" not in line


def test_details_tell_what_happened_and_that_cores_were_shared() -> None:
    lines = list(details(altered_run(CHANGED, FORKED, step(12, 3), epoch(3, other_runs=1))))
    assert "in epoch 5, after step 1,075: Learn rate 0.4 → 0.1" in lines
    assert f"after epoch 2, step 8: forked from {PARENT}: Dropout 0 → 0.5, Epochs 3 → 9" in lines
    assert any("shared the cores" in line for line in lines)


def test_details_of_a_fork_that_was_changed_itself_warn() -> None:
    change = Changed(9, 3, {"dropout": 0.1}, {"dropout": 0.5})
    text = "\n".join(details(altered_run(FORKED, change, config=BASE.replace(dropout=0.5))))
    assert "was changed by hand" in text
    assert f"mnist-tui fork {PARENT} --epoch 2" in text


def test_the_command_of_a_changed_run_stands_there_with_its_warning() -> None:
    text = markdown(compare([altered_run(CHANGED)]))
    assert "```sh\n# plain was changed by hand while it trained" in text
