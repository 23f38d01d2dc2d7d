"""What happened to a run on its way, in words."""

import pytest

from mnist_tui.analysis.alterations import alterations
from mnist_tui.training.events import Changed, Forked, Resumed
from tests.reports.helpers import BASE, CHANGED, FORKED, PARENT, altered_run
from tests.runs.helpers import epoch, finished_run, step

pytestmark = pytest.mark.quick


def test_a_run_to_which_nothing_happened_has_nothing_to_tell() -> None:
    assert list(alterations(finished_run(BASE))) == []


def test_a_change_is_told_with_its_epoch_and_its_step() -> None:
    assert list(alterations(altered_run(CHANGED))) == [
        ("in epoch 5, after step 1,075", "Learn rate 0.4 → 0.1")
    ]


def test_several_settings_changed_at_once_stand_in_one_line() -> None:
    change = Changed(3, 1, {"l2_lambda": 0.001, "dropout": 0.5}, {"l2_lambda": 0.0, "dropout": 0.2})
    assert list(alterations(altered_run(change))) == [
        ("in epoch 1, after step 3", "L2 λ 0 → 0.001, Dropout 0.2 → 0.5")
    ]


def test_a_fork_is_told_with_its_parent_and_what_differs() -> None:
    assert list(alterations(altered_run(FORKED))) == [
        ("after epoch 2, step 8", f"forked from {PARENT}: Dropout 0 → 0.5, Epochs 3 → 9")
    ]


def test_a_fork_in_which_nothing_differs_says_so() -> None:
    assert [what for _, what in alterations(altered_run(Forked(8, 2, PARENT, {}, {})))] == [
        f"forked from {PARENT}: nothing changed"
    ]


def test_what_happened_is_told_in_its_order() -> None:
    early = Changed(3, 1, {"dropout": 0.1}, {"dropout": 0.0})
    at_the_fork = Changed(8, 3, {"dropout": 0.3}, {"dropout": 0.5})
    late = Changed(11, 3, {"dropout": 0.4}, {"dropout": 0.3})
    told = [when for when, _ in alterations(altered_run(early, FORKED, at_the_fork, late))]
    assert told == [
        "in epoch 1, after step 3",
        "after epoch 2, step 8",
        "in epoch 3, after step 8",
        "in epoch 3, after step 11",
    ]


def test_a_change_that_was_lost_with_its_epoch_is_not_told() -> None:
    run = altered_run(step(4), epoch(1), Changed(6, 2, {"dropout": 0.5}, {"dropout": 0.0}), Resumed(4))
    assert list(alterations(run)) == []


def test_settings_of_a_newer_version_are_told_by_their_names() -> None:
    fork = Forked(8, 2, PARENT, {"warp": "9"}, {})
    assert [what for _, what in alterations(altered_run(fork))] == [f"forked from {PARENT}: warp ? → 9"]
