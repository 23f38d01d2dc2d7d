"""Changes while a run trains: what may change, when, and what comes of it."""

from pathlib import Path
from typing import Any

import pytest

from mnist_tui.data.source import load, resolve
from mnist_tui.errors import ConfigError
from mnist_tui.settings.run_config import TUNED_LEARNING_RATES, RunConfig, setting_names
from mnist_tui.training.changes import CHANGEABLE, Changes, in_force
from mnist_tui.training.events import Epoch, RunFailed
from mnist_tui.training.trainer import Trainer

pytestmark = pytest.mark.quick


def test_nothing_is_due_where_nothing_was_asked_for() -> None:
    changes = Changes()
    assert changes.due(0) == changes.due(1000) == []
    assert changes.next_step() == float("inf")


def test_a_request_is_due_at_once_and_told_once() -> None:
    changes = Changes()
    changes.request({"dropout": 0.5}, RunConfig())
    changes.request({"l2_lambda": 1.0}, RunConfig())
    assert changes.due(0) == [{"dropout": 0.5}, {"l2_lambda": 1.0}]
    assert changes.due(0) == []


def test_plans_are_due_after_their_steps_in_whatever_order_they_were_made() -> None:
    changes = Changes([(9, {"dropout": 0.5}), (4, {"dropout": 0.1}), (4, {"l2_lambda": 1.0})])
    assert changes.next_step() == 4
    assert changes.due(3) == []
    assert changes.due(4) == [{"dropout": 0.1}, {"l2_lambda": 1.0}]
    assert changes.next_step() == 9
    assert changes.due(20) == [{"dropout": 0.5}]
    assert changes.next_step() == float("inf")


def test_plans_come_before_requests() -> None:
    changes = Changes([(4, {"dropout": 0.1})])
    changes.request({"dropout": 0.9}, RunConfig())
    assert changes.due(4) == [{"dropout": 0.1}, {"dropout": 0.9}]


@pytest.mark.parametrize("name", [name for name in setting_names() if name not in CHANGEABLE])
def test_all_but_three_settings_are_refused(name: str) -> None:
    changes = Changes()
    with pytest.raises(ConfigError, match=f"{name} cannot be changed while a run trains"):
        changes.request({"dropout": 0.5, name: 1}, RunConfig())
    assert changes.due(0) == [], "not even half of it"


@pytest.mark.parametrize(
    "settings", [{"dropout": 1.0}, {"learning_rate": 0}, {"l2_lambda": -1}, {"dropout": "x"}], ids=str
)
def test_a_value_out_of_range_is_refused(settings: dict[str, Any]) -> None:
    changes = Changes()
    with pytest.raises(ConfigError, match=f"{next(iter(settings))} must be"):
        changes.request(settings, RunConfig())
    assert changes.due(0) == []


def test_an_automatic_rate_is_the_one_tuned_for_the_optimizer() -> None:
    config = RunConfig(optimizer="adam", learning_rate=0.5)
    changes = Changes()
    changes.request({"learning_rate": None}, config)  # type: ignore[dict-item]
    assert changes.due(0) == [{"learning_rate": TUNED_LEARNING_RATES["adam"]}]
    assert in_force(RunConfig(optimizer="adam"), "learning_rate") == TUNED_LEARNING_RATES["adam"]


def test_whole_numbers_become_floats() -> None:
    changes = Changes()
    changes.request({"l2_lambda": 3}, RunConfig())
    [due] = changes.due(0)
    assert type(due["l2_lambda"]) is float


@pytest.mark.parametrize("l2_lambda", [0.0, 1000.0])
def test_a_change_that_makes_the_loss_explode_fails_the_run(tiny_data: Path, l2_lambda: float) -> None:
    """Within an epoch that began well, too."""
    config = RunConfig(hidden=(16,), batch_size=64, learning_rate=0.05, early_stopping=0, threads=1)
    trainer = Trainer(config, load(resolve(str(tiny_data)), 5000))
    events = trainer.run()
    next(event for event in events if isinstance(event, Epoch) and event.epoch == 3)
    trainer.change({"learning_rate": 100.0, "l2_lambda": l2_lambda})
    *_, last = events
    assert isinstance(last, RunFailed), last
