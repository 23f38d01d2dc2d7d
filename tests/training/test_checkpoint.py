"""A run that goes on from a checkpoint ends where one that was never interrupted does, bit for bit."""

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import Dataset
from mnist_tui.errors import ConfigError, RunError
from mnist_tui.settings.choices import OPTIMIZERS
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.checkpoint import Checkpoint
from mnist_tui.training.events import Changed, Epoch, Event, Resumed, RunFinished, RunStarted
from mnist_tui.training.trainer import Trainer

EVERYTHING: dict[str, Any] = {
    "batch_norm": True,
    "dropout": 0.3,
    "l2_lambda": 0.1,
    "schedule": "one-cycle",
    "augment": "elastic",
    "threads": 2,
    "early_stopping": 3,
}
CONFIGS = [
    {},
    *({**EVERYTHING, "optimizer": name} for name in OPTIMIZERS),
]
TIMINGS = {"train_seconds", "cpu_seconds", "images_per_second", "stage_seconds"}


def config_of(**changes: Any) -> RunConfig:
    base = {"hidden": (16, 8), "batch_size": 32, "epochs": 6, "learning_rate": 0.02, "early_stopping": 0}
    return RunConfig(**{**base, "threads": 1, **changes})


def until_epoch(epoch: int, events: Iterator[Event]) -> list[Event]:
    """The events up to the end of an epoch; the run stays where it is."""
    found = []
    for event in events:
        found.append(event)
        if isinstance(event, Epoch) and event.epoch == epoch:
            break
    return found


def saved(trainer: Trainer, path: Path) -> Checkpoint:
    """The trainer's checkpoint, written and read again."""
    checkpoint = trainer.checkpoint()
    assert checkpoint
    with path.open("wb") as file:
        checkpoint.save(file)
    return load(path, trainer.config)


def load(path: Path, config: RunConfig) -> Checkpoint:
    with path.open("rb") as file:
        return Checkpoint.load(file, config)


def numbers(event: Event) -> dict[str, Any]:
    """What an event says, but for times."""
    return {key: value for key, value in dataclasses.asdict(event).items() if key not in TIMINGS}


def same_weights(one: Trainer, other: Trainer) -> bool:
    pairs = zip(one.network.snapshot().items(), other.network.snapshot().items(), strict=True)
    return all(a == b and np.array_equal(x, y) for (a, x), (b, y) in pairs)


@pytest.mark.parametrize("settings", CONFIGS, ids=lambda settings: settings.get("optimizer", "plain"))
@pytest.mark.parametrize("epoch", [1, 4])
def test_resumed_run_ends_with_the_same_bits(
    tiny: Dataset, tmp_path: Path, settings: dict[str, Any], epoch: int
) -> None:
    config = config_of(**settings)
    whole = Trainer(config, tiny)
    expected = list(whole.run())

    first = Trainer(config, tiny)
    events = first.run()
    before = until_epoch(epoch, events)
    checkpoint = saved(first, tmp_path / "checkpoint.npz")
    next(events)  # some steps of the next epoch that are lost
    resumed = Trainer(config, tiny, checkpoint)
    after = list(resumed.run())

    assert isinstance(after[0], Resumed)
    assert after[0].step == before[-1].step  # type: ignore[union-attr]
    assert [numbers(event) for event in [*before, *after[1:]]] == [numbers(event) for event in expected]
    assert same_weights(whole, resumed)
    assert whole.test
    assert resumed.test
    assert np.array_equal(whole.test.probabilities, resumed.test.probabilities)


@pytest.mark.quick
def test_totals_go_on_where_they_were(tiny: Dataset, tmp_path: Path) -> None:
    first = Trainer(config_of(), tiny)
    *_, epoch = until_epoch(3, first.run())
    assert isinstance(epoch, Epoch)
    *_, end = Trainer(config_of(), tiny, saved(first, tmp_path / "checkpoint.npz")).run()
    assert isinstance(end, RunFinished)
    assert end.train_seconds > epoch.train_seconds
    assert end.cpu_seconds > epoch.cpu_seconds
    assert sum(end.stage_seconds.values()) > sum(epoch.stage_seconds.values())


def test_run_that_was_killed_just_before_its_end_trains_no_further_epoch(
    tiny: Dataset, tmp_path: Path
) -> None:
    first = Trainer(config_of(epochs=2), tiny)
    until_epoch(2, first.run())
    events = list(Trainer(config_of(epochs=2), tiny, saved(first, tmp_path / "c.npz")).run())
    assert [type(event) for event in events] == [Resumed, RunFinished]


def test_patience_that_is_used_up_stays_used_up(tiny: Dataset, tmp_path: Path) -> None:
    config = config_of(early_stopping=1, learning_rate=2.0, epochs=40)
    first = Trainer(config, tiny)
    events = list(first.run())
    last = [event for event in events if isinstance(event, Epoch)][-1]
    assert last.epoch < 40
    again = Trainer(config, tiny)
    until_epoch(last.epoch, again.run())
    resumed = list(Trainer(config, tiny, saved(again, tmp_path / "c.npz")).run())
    assert [type(event) for event in resumed] == [Resumed, RunFinished]


def test_epoch_that_a_stop_cut_short_gives_no_checkpoint(tiny: Dataset) -> None:
    trainer = Trainer(config_of(), tiny)
    events = trainer.run()
    next(events)
    trainer.stop_requested = True
    for event in events:
        if isinstance(event, Epoch):
            assert trainer.checkpoint() is None


@pytest.mark.quick
def test_best_weights_are_stored_once_while_the_network_is_the_best(tiny: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(config_of(), tiny)
    for event in trainer.run():
        if isinstance(event, Epoch):
            checkpoint = saved(trainer, tmp_path / "c.npz")
            with np.load(tmp_path / "c.npz", allow_pickle=False) as archive:
                assert ("best/linear1.weight" in archive.files) is not trainer.improved
            for name, array in trainer.best.items():
                assert np.array_equal(checkpoint.best_network[name], array)


class TestChanges:
    def test_change_holds_from_the_next_step_on(self, tiny: Dataset) -> None:
        trainer = Trainer(config_of(epochs=2), tiny)
        events = trainer.run()
        before = until_epoch(1, events)
        trainer.change({"learning_rate": 0.25, "dropout": 0.5, "l2_lambda": 3.0})
        changed, *after = events
        step = before[-1].step  # type: ignore[union-attr]
        assert changed == Changed(
            step,
            2,
            {"learning_rate": 0.25, "dropout": 0.5, "l2_lambda": 3.0},
            {"learning_rate": 0.02, "dropout": 0.0, "l2_lambda": 0.0},
        )
        assert after[0].learning_rate == 0.25  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        "settings", [{"learning_rate": 0.002}, {"l2_lambda": 50.0}, {"dropout": 0.9}], ids=str
    )
    def test_each_change_changes_the_weights(self, tiny: Dataset, settings: dict[str, float]) -> None:
        plain, changed = Trainer(config_of(epochs=2), tiny), Trainer(config_of(epochs=2), tiny)
        list(plain.run())
        events = changed.run()
        until_epoch(1, events)
        changed.change(settings)
        list(events)
        assert not same_weights(plain, changed)

    def test_change_to_what_it_is_says_nothing(self, tiny: Dataset) -> None:
        trainer = Trainer(config_of(epochs=1), tiny)
        trainer.change({"learning_rate": 0.02})
        assert not any(isinstance(event, Changed) for event in trainer.run())

    @pytest.mark.parametrize(
        "settings", [{"hidden": 3.0}, {"learning_rate": -1.0}, {"dropout": 1.0}, {"epochs": 3}], ids=str
    )
    def test_what_cannot_be_changed_is_refused(self, tiny: Dataset, settings: dict[str, float]) -> None:
        trainer = Trainer(config_of(epochs=1), tiny)
        with pytest.raises(ConfigError, match=next(iter(settings))):
            trainer.change(settings)

    def test_planned_changes_are_made_after_their_steps_whatever_the_bursts(self, tiny: Dataset) -> None:
        planned = [(11, {"l2_lambda": 1.0}), (4, {"dropout": 0.2})]
        events = list(Trainer(config_of(epochs=2), tiny, planned=planned).run())
        changes = [event for event in events if isinstance(event, Changed)]
        assert [(change.step, change.settings) for change in changes] == sorted(planned)

    def test_run_with_a_change_resumes_to_the_same_bits(self, tiny: Dataset, tmp_path: Path) -> None:
        config = config_of(**EVERYTHING)
        planned = [(14, {"dropout": 0.5}), (31, {"learning_rate": 0.3})]
        whole = Trainer(config, tiny, planned=planned)
        list(whole.run())
        first = Trainer(config, tiny, planned=planned)
        until_epoch(2, first.run())
        checkpoint = saved(first, tmp_path / "c.npz")
        assert checkpoint.config.dropout == 0.5
        later = [change for change in planned if change[0] > checkpoint.last.step]
        resumed = Trainer(checkpoint.config, tiny, checkpoint, later)
        list(resumed.run())
        assert same_weights(whole, resumed)


@pytest.mark.quick
class TestForks:
    def test_other_optimizer_starts_anew_on_the_same_weights(self, tiny: Dataset, tmp_path: Path) -> None:
        first = Trainer(config_of(optimizer="momentum"), tiny)
        until_epoch(2, first.run())
        checkpoint = saved(first, tmp_path / "c.npz")
        fork = Trainer(config_of(optimizer="adam"), tiny, checkpoint)
        events = fork.run()
        assert isinstance(next(events), Resumed)
        assert same_weights(first, fork)
        assert isinstance(list(events)[-1], RunFinished)

    def test_more_epochs_go_on_from_the_end(self, tiny: Dataset, tmp_path: Path) -> None:
        longer = Trainer(config_of(epochs=5), tiny)
        list(longer.run())
        first = Trainer(config_of(epochs=3), tiny)
        until_epoch(3, first.run())
        fork = Trainer(config_of(epochs=5), tiny, saved(first, tmp_path / "c.npz"))
        list(fork.run())
        assert same_weights(longer, fork)


@pytest.mark.quick
class TestDamage:
    @pytest.fixture
    def path(self, tiny: Dataset, tmp_path: Path) -> Path:
        trainer = Trainer(config_of(epochs=1), tiny)
        until_epoch(1, trainer.run())
        saved(trainer, tmp_path / "c.npz")
        return tmp_path / "c.npz"

    def test_torn_file_is_refused_at_every_length(self, path: Path) -> None:
        content = path.read_bytes()
        for length in itertools.chain(range(0, 200, 7), range(200, len(content), 997)):
            path.write_bytes(content[:length])
            with pytest.raises(ValueError, match=r".+"):
                load(path, config_of())

    def test_pickle_is_never_read(self, tmp_path: Path) -> None:
        path = tmp_path / "c.npz"
        np.savez(path, progress=np.array([print], dtype=object))
        with pytest.raises(ValueError, match="progress is no text"):
            load(path, config_of())

    @pytest.mark.parametrize(
        "progress", ["[]", "1", "null", "{}", '{"config": 1}', "x", "[" * 100_000], ids=lambda text: text[:12]
    )
    def test_progress_of_another_kind_is_refused(self, tmp_path: Path, progress: str) -> None:
        path = tmp_path / "c.npz"
        np.savez(path, progress=np.array(progress))
        with pytest.raises(ValueError, match=r".+"):
            load(path, config_of())

    def test_checkpoint_of_another_network_is_refused(self, tiny: Dataset, path: Path) -> None:
        checkpoint = load(path, config_of())
        for changes in ({"hidden": (16, 9)}, {"hidden": (16,)}, {"hidden": (16, 8, 4)}, {"batch_norm": True}):
            with pytest.raises(RunError, match="does not fit the settings"):
                Trainer(config_of(**changes), tiny, checkpoint)

    @pytest.mark.parametrize(
        "changes",
        [
            {"streams": {"batches": {"bit_generator": "PCG64", "state": {"state": "x", "inc": 1}}}},
            {"streams": {"batches": 3}},
            {"optimizer": {"velocity": np.zeros(3)}},
            {"best_network": {"linear1.weight": np.zeros(3)}},
        ],
        ids=["words", "number", "short", "other best"],
    )
    def test_state_that_makes_no_sense_is_refused(
        self, tiny: Dataset, path: Path, changes: dict[str, Any]
    ) -> None:
        checkpoint = dataclasses.replace(load(path, config_of()), **changes)
        with pytest.raises(RunError, match="does not fit the settings"):
            Trainer(config_of(), tiny, checkpoint)


@pytest.mark.quick
def test_fresh_run_starts_and_resumed_run_resumes(tiny: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(config_of(epochs=1), tiny)
    events = until_epoch(1, trainer.run())
    assert isinstance(events[0], RunStarted)
    resumed = Trainer(config_of(epochs=1), tiny, saved(trainer, tmp_path / "c.npz"))
    assert isinstance(next(resumed.run()), Resumed)
