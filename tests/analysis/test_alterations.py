"""Runs that were changed, forked, stopped and resumed: how reports tell it, and how they are made again."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mnist_tui.analysis.alterations import alterations
from mnist_tui.analysis.comparison import Comparison, commands, compare
from mnist_tui.reports.description import details
from mnist_tui.reports.markdown import markdown
from mnist_tui.reports.record import records, to_json
from mnist_tui.reports.tabular import to_csv
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed, Event, Forked, Resumed
from tests.runs.helpers import MANIFEST, epoch, finished, finished_run, started, step

BASE = RunConfig(dataset="sample", learning_rate=0.5, threads=2, seed=7)
PARENT = "20260101-000000000-plain-000000"
CHANGED = Changed(1075, 5, {"learning_rate": 0.1}, {"learning_rate": 0.4})
FORKED = Forked(8, 2, PARENT, {"dropout": "0.5", "epochs": "9"}, {"dropout": "0", "epochs": "3"})
HEADING = "## What was changed on the way"


def run_of(*events: Event, config: RunConfig = BASE) -> Run:
    """A finished run in which these things happened."""
    run = Run(RunDirectory(Path("20260102-000000000-x-000000")), config, dict(MANIFEST))
    for event in (started(), *events, finished()):
        run.apply(event)
    return run


def section(comparison: Comparison) -> list[str]:
    """The lines of the table that tells what was changed."""
    _, _, rest = markdown(comparison).partition(f"{HEADING}\n")
    lines = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return lines[2:]


# In words


def test_a_run_to_which_nothing_happened_has_nothing_to_tell() -> None:
    assert list(alterations(finished_run(BASE))) == []


def test_a_change_is_told_with_its_epoch_and_its_step() -> None:
    assert list(alterations(run_of(CHANGED))) == [("in epoch 5, after step 1,075", "Learn rate 0.4 → 0.1")]


def test_several_settings_changed_at_once_stand_in_one_line() -> None:
    change = Changed(3, 1, {"l2_lambda": 0.001, "dropout": 0.5}, {"l2_lambda": 0.0, "dropout": 0.2})
    assert list(alterations(run_of(change))) == [
        ("in epoch 1, after step 3", "L2 λ 0 → 0.001, Dropout 0.2 → 0.5")
    ]


def test_a_fork_is_told_with_its_parent_and_what_differs() -> None:
    assert list(alterations(run_of(FORKED))) == [
        ("after epoch 2, step 8", f"forked from {PARENT}: Dropout 0 → 0.5, Epochs 3 → 9")
    ]


def test_a_fork_in_which_nothing_differs_says_so() -> None:
    assert [what for _, what in alterations(run_of(Forked(8, 2, PARENT, {}, {})))] == [
        f"forked from {PARENT}: nothing changed"
    ]


def test_what_happened_is_told_in_its_order() -> None:
    early = Changed(3, 1, {"dropout": 0.1}, {"dropout": 0.0})
    at_the_fork = Changed(8, 3, {"dropout": 0.3}, {"dropout": 0.5})
    late = Changed(11, 3, {"dropout": 0.4}, {"dropout": 0.3})
    told = [when for when, _ in alterations(run_of(early, FORKED, at_the_fork, late))]
    assert told == [
        "in epoch 1, after step 3",
        "after epoch 2, step 8",
        "in epoch 3, after step 8",
        "in epoch 3, after step 11",
    ]


def test_a_change_that_was_lost_with_its_epoch_is_not_told() -> None:
    run = run_of(step(4), epoch(1), Changed(6, 2, {"dropout": 0.5}, {"dropout": 0.0}), Resumed(4))
    assert list(alterations(run)) == []


def test_settings_of_a_newer_version_are_told_by_their_names() -> None:
    fork = Forked(8, 2, PARENT, {"warp": "9"}, {})
    assert [what for _, what in alterations(run_of(fork))] == [f"forked from {PARENT}: warp ? → 9"]


# In reports


def test_a_changed_run_says_so_in_its_name_and_in_a_table() -> None:
    comparison = compare([finished_run(BASE), run_of(CHANGED)])
    assert [row.label for row in comparison.rows] == ["plain", "plain (2), changed on the way"]
    assert section(comparison) == [
        "| plain (2), changed on the way | in epoch 5, after step 1,075 | Learn rate 0.4 → 0.1 |"
    ]


def test_a_forked_run_says_so_in_its_name_and_in_a_table() -> None:
    comparison = compare([run_of(FORKED, config=BASE.replace(dropout=0.5))])
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
    events = [change, FORKED] if when < FORKED.step else [FORKED, change]
    assert [row.label for row in compare([run_of(*events)]).rows] == [label]


def test_reports_of_untouched_runs_do_not_speak_of_it() -> None:
    text = markdown(compare([finished_run(BASE)]))
    assert HEADING not in text
    assert "∥" not in text
    assert "then resumed" not in text


def test_altered_runs_are_rows_of_their_own_whatever_their_seed() -> None:
    runs = [run_of(CHANGED, config=BASE.replace(seed=seed)) for seed in (1, 2)]
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
    comparison = compare([run_of(step(4), epoch(1), step(8, 2), epoch(2, other_runs=1))])
    assert "1.2 s ∥" in markdown(comparison)


def test_a_run_that_was_stopped_tested_and_resumed_says_what_that_means() -> None:
    again = run_of(step(4), epoch(1), finished(status="stopped", epochs=1), Resumed(4), step(8, 2), epoch(2))
    text = markdown(compare([again]))
    assert "Stopped, tested and then resumed: plain. The test images were used more than once there" in text
    once = run_of(step(4), epoch(1), Resumed(4), step(8, 2), epoch(2))
    assert "then resumed" not in markdown(compare([once]))


@pytest.mark.parametrize("name", ["a|b", "<b>"])
def test_names_cannot_break_the_tables(name: str) -> None:
    comparison = compare([run_of(CHANGED, config=BASE.replace(name=name))])
    [line] = section(comparison)
    assert line.replace("\\|", "").count("|") == 4
    assert "<b>" not in line


# For programs


def test_alterations_are_in_the_records_of_json_and_csv() -> None:
    comparison = compare([run_of(CHANGED), finished_run(BASE.replace(batch_norm=True))])
    told = "in epoch 5, after step 1,075: Learn rate 0.4 → 0.1"
    assert [record["alterations"] for record in records(comparison)] == [[told], []]
    assert [run["alterations"] for run in json.loads(to_json(comparison))["runs"]] == [[told], []]
    assert [line["alterations"] for line in csv.DictReader(io.StringIO(to_csv(comparison)))] == [told, ""]


# Again


WARNING = "# plain was changed by hand while it trained: this command does not do that."
TRAIN = "mnist-tui train --dataset sample --learning-rate 0.5 --seed 7 --threads 2"


def test_a_changed_run_has_a_command_of_its_own_and_a_word_of_warning() -> None:
    assert commands(compare([run_of(CHANGED)])) == [WARNING, TRAIN]
    text = markdown(compare([run_of(CHANGED)]))
    assert f"```sh\n{WARNING}\n{TRAIN}\n```" in text


def test_a_fork_is_made_again_by_forking() -> None:
    fork = run_of(FORKED, config=BASE.replace(dropout=0.5, epochs=9))
    assert commands(compare([fork])) == [f"mnist-tui fork {PARENT} --epoch 2 --dropout 0.5 --epochs 9"]


def test_one_altered_run_is_enough_for_a_command_a_run() -> None:
    runs = [finished_run(BASE), finished_run(BASE.replace(batch_norm=True)), run_of(CHANGED)]
    assert len(commands(compare(runs[:2]))) == 1
    assert [line.split()[:2] for line in commands(compare(runs)) if not line.startswith("#")] == [
        ["mnist-tui", "train"]
    ] * 3


def test_a_fork_of_a_changed_run_needs_no_warning_as_its_parent_has_the_change() -> None:
    change = Changed(3, 1, {"dropout": 0.1}, {"dropout": 0.0})
    fork = run_of(change, FORKED, config=BASE.replace(dropout=0.5, epochs=9))
    assert commands(compare([fork])) == [f"mnist-tui fork {PARENT} --epoch 2 --dropout 0.5 --epochs 9"]


@pytest.mark.parametrize("tell", [details, lambda run: commands(compare([run]))], ids=["details", "commands"])
def test_a_fork_that_was_changed_itself_warns(tell: Callable[[Run], list[str]]) -> None:
    change = Changed(9, 3, {"dropout": 0.1}, {"dropout": 0.5})
    text = "\n".join(tell(run_of(FORKED, change, config=BASE.replace(dropout=0.5))))
    assert "was changed by hand" in text
    assert f"mnist-tui fork {PARENT} --epoch 2" in text


def test_details_tell_what_happened_and_that_cores_were_shared() -> None:
    lines = list(details(run_of(CHANGED, FORKED, step(12, 3), epoch(3, other_runs=1))))
    assert "in epoch 5, after step 1,075: Learn rate 0.4 → 0.1" in lines
    assert f"after epoch 2, step 8: forked from {PARENT}: Dropout 0 → 0.5, Epochs 3 → 9" in lines
    assert any("shared the cores" in line for line in lines)
