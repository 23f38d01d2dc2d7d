"""Configurations with a name: which there are, what they change, and that the fast one is good too."""

import typing
from pathlib import Path

import pytest

from mnist_tui.data.source import load, resolve
from mnist_tui.settings.presets import PRESETS, PresetName, classic_rows
from mnist_tui.settings.run_config import RunConfig, default_value, setting_names
from mnist_tui.training.events import RunFinished
from mnist_tui.training.trainer import Trainer


def changed(config: RunConfig) -> dict[str, object]:
    """The settings that are not the default."""
    settings = ((name, getattr(config, name)) for name in setting_names())
    return {name: value for name, value in settings if value != default_value(name)}


def test_command_line_offers_exactly_the_presets_there_are() -> None:
    assert tuple(PRESETS) == typing.get_args(PresetName)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_a_valid_configuration(preset: PresetName) -> None:
    config = RunConfig(**PRESETS[preset])
    assert {name: getattr(config, name) for name in PRESETS[preset]} == PRESETS[preset]
    assert not {"dataset", "seed", "threads", "name"} & changed(config).keys()


@pytest.mark.parametrize(
    ("preset", "switch"), [("plain", {}), ("batchnorm", {"batch_norm": True}), ("l2", {"l2_lambda": 0.1})]
)
def test_classic_presets_differ_from_the_default_in_their_switch_alone(
    preset: PresetName, switch: dict[str, object]
) -> None:
    assert changed(RunConfig(**PRESETS[preset])) == switch


def test_classic_presets_switch_off_what_the_others_switch_on() -> None:
    everything = RunConfig(batch_norm=True, l2_lambda=3.0)
    switches = [everything.replace(**PRESETS[preset]) for preset in ("plain", "batchnorm", "l2")]
    assert [(config.batch_norm, config.l2_lambda) for config in switches] == [
        (False, 0),
        (True, 0),
        (False, 0.1),
    ]


def test_three_rows_share_everything_but_the_two_switches_and_the_name() -> None:
    shared = RunConfig(
        **{**PRESETS["best"], "dropout": 0.5, "batch_size": 9, "seed": 3, "name": "mine", "threads": 2}
    )
    plain, batch_norm, l2 = classic_rows(shared)
    assert plain == shared.replace(batch_norm=False, l2_lambda=0.0, name=None)
    assert batch_norm == plain.replace(batch_norm=True)
    assert l2 == plain.replace(l2_lambda=0.1)


@pytest.mark.full_mnist
@pytest.mark.slow
def test_fast_reaches_98_5_per_cent_within_6_epochs(full_mnist: Path) -> None:
    config = RunConfig(**PRESETS["fast"], dataset="mnist", seed=0, threads=2)
    assert config.epochs <= 6
    [*_, last] = Trainer(config, load(resolve("mnist"), config.validation_size)).run()
    assert isinstance(last, RunFinished)
    assert last.epochs <= 6
    assert last.test_accuracy >= 0.985
