"""Of two crews that do the same, the one that is seen to be faster trains."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import Dataset, Split
from mnist_tui.errors import RunError
from mnist_tui.nn.buffers import Array
from mnist_tui.training import faster
from mnist_tui.training.faster import FIRST_TRIAL, NEXT_TRIAL, TRIAL, FasterCrew
from mnist_tui.training.processes import Helpers
from mnist_tui.training.trainer import Trainer
from tests.training.helpers import EVERYTHING, config_of, timeless


class Clocked:
    """A crew whose steps take as long as is said, by a clock that both crews have."""

    size = 2
    gradient_vectors: Sequence[Array] = ()

    def __init__(self, clock: list[float], seconds: float) -> None:
        self.clock, self.seconds = clock, seconds
        self.told: list[str] = []

    def call(self, method: str, *_arguments: Any) -> list[Any]:
        self.clock[0] += self.seconds
        self.told.append(method)
        return [self]

    def ask(self, method: str, *_arguments: Any) -> list[Any]:
        self.told.append(method)
        return [self]

    def room(self, count: int) -> Split:
        raise NotImplementedError


@pytest.fixture
def crews(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Clocked, Clocked, FasterCrew]]:
    clock = [0.0]
    with monkeypatch.context() as patch:
        patch.setattr(faster, "time", SimpleNamespace(perf_counter=lambda: clock[0]))
        first, other = Clocked(clock, 1.0), Clocked(clock, 2.0)
        yield first, other, FasterCrew(first, other)


def train(crew: FasterCrew, stretches: int) -> list[Any]:
    """Who did each of some stretches of two steps."""
    return [crew.call("train_steps", None, [0, 1])[0] for _ in range(stretches)]


@pytest.mark.quick
def test_a_slower_crew_is_tried_and_left(crews: tuple[Clocked, Clocked, FasterCrew]) -> None:
    first, other, crew = crews
    assert train(crew, FIRST_TRIAL + TRIAL + 2) == [first] * FIRST_TRIAL + [other] * TRIAL + [first] * 2
    assert [method for method in other.told if method != "train_steps"] == ["take_over", "hand_over"]


@pytest.mark.quick
def test_a_faster_crew_goes_on_until_it_is_not_faster_any_more(
    crews: tuple[Clocked, Clocked, FasterCrew],
) -> None:
    first, other, crew = crews
    other.seconds = 0.5
    train(crew, FIRST_TRIAL + TRIAL)
    assert train(crew, NEXT_TRIAL) == [other] * NEXT_TRIAL
    other.seconds = 3.0
    assert train(crew, TRIAL) == [first] * TRIAL  # tried, and not faster than the other was
    train(crew, NEXT_TRIAL)
    assert train(crew, TRIAL + 1) == [first] * (TRIAL + 1)


@pytest.mark.quick
def test_all_but_steps_is_for_the_crew_that_trains(crews: tuple[Clocked, Clocked, FasterCrew]) -> None:
    first, other, crew = crews
    assert crew.call("evaluate", None) == crew.ask("set_dropout", 0.5) == [first]
    assert other.told == []


class Lost(Clocked):
    """A crew of which one is gone."""

    def ask(self, method: str, *arguments: Any) -> list[Any]:
        super().ask(method, *arguments)
        raise RunError("gone")


@pytest.mark.quick
def test_a_crew_that_was_lost_while_the_other_trains_is_not_missed() -> None:
    first, lost = Clocked([0.0], 1.0), Lost([0.0], 0.5)
    crew = FasterCrew(first, lost)
    assert train(crew, 2 * (FIRST_TRIAL + TRIAL + NEXT_TRIAL)) == [first] * 2 * (
        FIRST_TRIAL + TRIAL + NEXT_TRIAL
    )
    assert lost.told == ["take_over"]


def test_going_to_and_fro_changes_no_bit(tiny: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FIRST_TRIAL", 1), ("NEXT_TRIAL", 2), ("TRIAL", 2)):
        monkeypatch.setattr(faster, name, value)
    config = config_of(**{**EVERYTHING, "threads": 2, "epochs": 2})
    planned = [(5, {"dropout": 0.5}), (12, {"dropout": 0.1})]
    alone = Trainer(config, tiny, planned=planned)
    expected = timeless(list(alone.run()))
    with Helpers(1) as helpers:
        both = Trainer(config, tiny, planned=planned, helpers=helpers)
        assert timeless(list(both.run())) == expected
    for name, array in alone.network.snapshot().items():
        np.testing.assert_array_equal(both.network.snapshot()[name], array, err_msg=name)
