"""Forks: one trunk, another branch."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from mnist_tui.errors import ConfigError, RunError
from mnist_tui.jobs.control import Control
from mnist_tui.jobs.worker import train
from mnist_tui.reports.description import details
from mnist_tui.runs import checkpoints
from mnist_tui.runs import layout as directories
from mnist_tui.runs.forks import fork
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import TUNED_LEARNING_RATES
from mnist_tui.training.events import (
    Changed,
    Epoch,
    Forked,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    Step,
)
from tests.runs.helpers import epoch, events_of, make_run, started, tiny_config, trained_here


@pytest.fixture
def parent(data: Path) -> RunDirectory:
    return trained_here(tiny_config(data, epochs=4, dropout=0.2, name="trunk"))


def train_fork(parent: RunDirectory, at: int, **changes: Any) -> RunDirectory:
    """A fork that is trained to its end."""
    directory = fork(parent, at, changes)
    assert train(directory, Control())
    return directory


def epochs_of(directory: RunDirectory) -> list[Epoch]:
    return [event for event in events_of(directory) if isinstance(event, Epoch)]


def forks_of(directory: RunDirectory) -> list[Forked]:
    return [event for event in events_of(directory) if isinstance(event, Forked)]


def without_times(event: Epoch) -> Epoch:
    return dataclasses.replace(
        event, train_seconds=0.0, cpu_seconds=0.0, images_per_second=0.0, stage_seconds={}
    )


def trunk_of(directory: RunDirectory, at: int) -> list[Any]:
    events = events_of(directory)
    end = next(index for index, one in enumerate(events) if isinstance(one, Epoch) and one.epoch == at)
    return events[: end + 1]


# --------------------------------------------------------------------------------------- what it begins with


def test_a_fork_says_where_it_comes_from(parent: RunDirectory) -> None:
    directory = fork(parent, 2, {"learning_rate": 0.01, "epochs": 5})
    manifest = directory.read_manifest()
    assert manifest["forked_from"] == {"run_id": parent.run_id, "epoch": 2}
    assert manifest["dataset_sha256"] == parent.read_manifest()["dataset_sha256"]
    assert directory.read_config() == parent.read_config().replace(learning_rate=0.01, epochs=5)
    [forked] = forks_of(directory)
    assert (forked.parent, forked.epoch, forked.step) == (parent.run_id, 2, epochs_of(parent)[1].step)
    assert forked.settings == {"learning_rate": "0.01", "epochs": "5"}
    assert forked.previous == {"learning_rate": "0.05", "epochs": "4"}


def test_a_fork_begins_with_the_log_of_its_trunk(parent: RunDirectory) -> None:
    directory = fork(parent, 2, {"learning_rate": 0.01})
    *trunk, forked = events_of(directory)
    assert trunk == trunk_of(parent, 2)
    assert isinstance(forked, Forked)


def test_a_fork_leaves_its_parent_as_it_is(parent: RunDirectory) -> None:
    before = {path: path.read_bytes() for path in parent.path.rglob("*") if path.is_file()}
    train_fork(parent, 2, learning_rate=0.01)
    assert {path: path.read_bytes() for path in parent.path.rglob("*") if path.is_file()} == before


def test_a_change_to_what_it_was_is_none(parent: RunDirectory) -> None:
    [forked] = forks_of(fork(parent, 2, {"learning_rate": 0.05}))
    assert (forked.settings, forked.previous) == ({}, {})


def test_what_the_parent_lost_and_trained_again_stands_in_the_trunk_once(data: Path) -> None:
    parent = trained_here(tiny_config(data, epochs=4), epochs=2)
    assert train(parent, Control())
    assert {Resumed, RunFinished} <= {type(event) for event in events_of(parent)}
    directory = fork(parent, 3, {"dropout": 0.1})
    kinds = {type(event) for event in events_of(directory)}
    assert kinds == {RunStarted, Step, Epoch, Forked}
    steps = [event.step for event in events_of(directory) if isinstance(event, Step)]
    assert steps == sorted(set(steps))
    assert [one.epoch for one in epochs_of(directory)] == [1, 2, 3]


def test_steps_that_the_parent_lost_are_not_in_the_trunk(parent: RunDirectory) -> None:
    at = epochs_of(parent)[1].step
    lost = Step(at + 1, 3, 9.0, 0.1, 1.0, 1.0, 0.05)
    log = events_of(parent)
    place = len(trunk_of(parent, 2))
    parent.events_path.unlink()
    with EventLog(parent.events_path) as file:
        for event in [*log[:place], lost, RunFailed("Killed."), Resumed(at), *log[place:]]:
            file.append(event)
    assert lost not in events_of(fork(parent, 3, {"dropout": 0.1}))


def test_settings_changed_while_the_parent_trained_hold_in_the_fork(data: Path) -> None:
    parent = directories.create(tiny_config(data, epochs=3))

    class ChangeAfterTheFirst(Control):
        def epoch_is_over(self) -> None:
            if not any(isinstance(event, Changed) for event in events_of(parent)):
                self.obey(b'{"command": "set", "dropout": 0.4}')

    assert train(parent, ChangeAfterTheFirst())
    assert fork(parent, 1, {"learning_rate": 0.01}).read_config().dropout == 0.0
    directory = fork(parent, 2, {"learning_rate": 0.01})
    assert directory.read_config().dropout == 0.4
    assert forks_of(directory)[0].settings == {"learning_rate": "0.01"}


# ---------------------------------------------------------------------------------------------- refusals


def test_an_epoch_that_is_not_kept_is_refused_with_those_that_are(parent: RunDirectory) -> None:
    with pytest.raises(RunError, match=r"Epoch 9 of .* is not kept to fork from; these are: 1, 2, 3, 4\."):
        fork(parent, 9, {"epochs": 20})
    with pytest.raises(RunError, match=r"these are: none\."):
        fork(make_run([started(), epoch(1)]), 1, {"epochs": 20})


@pytest.mark.parametrize(
    ("at", "changes", "words"),
    [
        (2, {"hidden": (3,)}, "hidden cannot change"),
        (2, {"dropout": 2.0}, "dropout must be"),
        (4, {"dropout": 0.1}, "epochs must be above 4"),
        (3, {"epochs": 2}, "epochs must be above 3"),
    ],
)
def test_what_cannot_be_forked_makes_no_run(
    parent: RunDirectory, at: int, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        fork(parent, at, changes)
    assert directories.list_runs() == [parent.path]


def test_a_damaged_checkpoint_makes_no_run(parent: RunDirectory) -> None:
    (parent.checkpoints_path / "epoch-2.npz").write_bytes(b"garbage")
    with pytest.raises(RunError, match="cannot be read"):
        fork(parent, 2, {"dropout": 0.1})
    assert directories.list_runs() == [parent.path]


# ---------------------------------------------------------------------------------------------- training


def test_a_fork_trains_to_its_end_and_shares_its_first_epochs(parent: RunDirectory) -> None:
    directory = train_fork(parent, 2, learning_rate=0.2, epochs=5)
    assert [one.epoch for one in epochs_of(directory)] == [1, 2, 3, 4, 5]
    assert epochs_of(directory)[:2] == epochs_of(parent)[:2]
    assert epochs_of(directory)[2].train_loss != epochs_of(parent)[2].train_loss
    run, _ = Run.load(directory)
    assert run.status is Status.COMPLETED
    assert run.forked
    assert run.forked.parent == parent.run_id
    assert run.progress == 1.0


def test_a_fork_that_differs_in_name_alone_ends_as_its_parent_does(parent: RunDirectory) -> None:
    directory = train_fork(parent, 2, name="twin")
    assert [*map(without_times, epochs_of(directory))] == [*map(without_times, epochs_of(parent))]
    weights = safetensors.numpy.load_file(parent.model_path)
    for name, array in safetensors.numpy.load_file(directory.model_path).items():
        np.testing.assert_array_equal(array, weights[name])


def test_a_longer_fork_of_a_whole_run_is_the_longer_run(parent: RunDirectory, data: Path) -> None:
    longer = trained_here(parent.read_config().replace(epochs=6))
    directory = train_fork(parent, 4, epochs=6)
    assert [*map(without_times, epochs_of(directory))] == [*map(without_times, epochs_of(longer))]


def test_another_optimizer_trains_on_with_its_tuned_rate(parent: RunDirectory) -> None:
    directory = train_fork(parent, 2, optimizer="adam")
    assert epochs_of(directory)[-1].learning_rate == TUNED_LEARNING_RATES["adam"]
    [forked] = forks_of(directory)
    assert forked.settings == {"optimizer": "adam", "learning_rate": "0.001"}
    assert forked.previous == {"optimizer": "sgd", "learning_rate": "0.05"}


def test_a_fork_can_be_forked(parent: RunDirectory) -> None:
    child = train_fork(parent, 1, learning_rate=0.1)
    grandchild = train_fork(child, 3, learning_rate=0.01)
    assert [(one.parent, one.epoch) for one in forks_of(grandchild)] == [
        (parent.run_id, 1),
        (child.run_id, 3),
    ]
    assert epochs_of(grandchild)[:3] == epochs_of(child)[:3]
    assert grandchild.read_manifest()["forked_from"] == {"run_id": child.run_id, "epoch": 3}
    run, _ = Run.load(grandchild)
    assert run.forked
    assert run.forked.parent == child.run_id


def test_a_fork_begins_with_all_its_patience(data: Path) -> None:
    """The parent was out of it."""
    config = tiny_config(data, epochs=40, early_stopping=3, learning_rate=2.0)
    parent = trained_here(config)
    last = len(epochs_of(parent))
    assert last < 40
    directory = train_fork(parent, last, learning_rate=1e-9)
    assert len(epochs_of(directory)) >= last + 3


@pytest.mark.parametrize(
    "changes",
    [{"l2_lambda": 500.0}, {"l2_lambda": 1000.0, "learning_rate": 100.0}],
    ids=["worse", "diverging"],
)
def test_a_fork_that_never_gets_better_has_the_best_weights_of_its_trunk(
    parent: RunDirectory, changes: dict[str, Any]
) -> None:
    directory = fork(parent, 3, changes)
    train(directory, Control())
    weights = safetensors.numpy.load_file(directory.model_path)
    best = checkpoints.read_epoch(parent, 3).best_network
    assert weights.keys() == best.keys()
    for name, array in best.items():
        np.testing.assert_array_equal(weights[name], array)


# ---------------------------------------------------------------------------------------- interruptions


def test_a_fork_that_was_stopped_before_its_first_epoch_goes_on(parent: RunDirectory) -> None:
    directory = fork(parent, 2, {"learning_rate": 0.01})
    stopped = Control()
    stopped.request_stop()
    assert train(directory, stopped)
    assert train(directory, Control())
    assert [one.epoch for one in epochs_of(directory)] == [1, 2, 3, 4]
    assert len(forks_of(directory)) == 1
    twin = train_fork(parent, 2, learning_rate=0.01)
    assert [*map(without_times, epochs_of(directory))] == [*map(without_times, epochs_of(twin))]


def test_a_fork_without_its_checkpoint_says_what_to_do(parent: RunDirectory) -> None:
    directory = fork(parent, 2, {"dropout": 0.1})
    directory.checkpoint_path.unlink()
    assert not train(directory, Control())
    last = events_of(directory)[-1]
    assert isinstance(last, RunFailed)
    assert "fork the other run again" in last.reason


def test_a_fork_whose_log_lacks_its_trunk_is_told_and_not_trained(parent: RunDirectory) -> None:
    directory = fork(parent, 2, {"dropout": 0.1})
    trunk, before = events_of(directory)[:-1], directory.checkpoint_path.read_bytes()
    directory.events_path.unlink()
    with EventLog(directory.events_path) as log:
        log.extend(trunk)
    run, _ = Run.load(directory)
    assert run.lacks_its_trunk
    assert any("fork: its log lacks" in line for line in details(run))
    assert not train(directory, Control())
    last = events_of(directory)[-1]
    assert isinstance(last, RunFailed)
    assert "fork the other run again" in last.reason
    assert directory.checkpoint_path.read_bytes() == before


def test_a_fork_is_no_run_before_it_is_whole(parent: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes it may be killed at any moment: nobody takes what is left for a run."""
    seen = []
    rename = Path.rename

    def looking(path: Path, target: Path) -> Path:
        whole = RunDirectory(path)
        seen.append((directories.list_runs(), isinstance(events_of(whole)[-1], Forked)))
        assert whole.checkpoint_path.exists()
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", looking)
    fork(parent, 2, {"dropout": 0.1})
    assert seen == [([parent.path], True)]


def test_a_trunk_is_synced_once(parent: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[object] = []
    monkeypatch.setattr("mnist_tui.runs.log.sync", synced.append)
    fork(parent, 3, {"dropout": 0.1})
    assert len(synced) == 1
