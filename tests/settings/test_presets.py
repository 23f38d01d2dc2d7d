"""Configurations with a name: which there are, what they change, and that the fast one is good too."""

import typing
from pathlib import Path

import numpy as np
import pytest

from mnist_tui.data.ink import as_mnist, enlarged
from mnist_tui.data.source import load, resolve
from mnist_tui.settings.presets import (
    PRESETS,
    PresetName,
    classic_rows,
    differences_from_study,
    nearest_preset,
    what_it_sets,
)
from mnist_tui.settings.run_config import RunConfig, default_value, setting_names
from mnist_tui.training.events import RunFinished
from mnist_tui.training.trainer import Trainer


def changed(config: RunConfig) -> dict[str, object]:
    """The settings that are not the default."""
    settings = ((name, getattr(config, name)) for name in setting_names())
    return {name: value for name, value in settings if value != default_value(name)}


@pytest.mark.quick
def test_command_line_offers_exactly_the_presets_there_are() -> None:
    assert tuple(PRESETS) == typing.get_args(PresetName)


@pytest.mark.quick
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_valid_and_leaves_data_seed_threads_and_name_alone(preset: PresetName) -> None:
    assert not {"dataset", "seed", "threads", "name"} & changed(RunConfig(**PRESETS[preset])).keys()


@pytest.mark.quick
@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_known_again_whatever_data_and_seed(preset: PresetName) -> None:
    config = RunConfig(**PRESETS[preset], seed=3, dataset="sample")
    assert nearest_preset(config) == (preset, [])
    assert what_it_sets(config).startswith(f"{preset}: ")


@pytest.mark.quick
def test_what_is_no_preset_says_in_what_it_differs_from_the_nearest_one() -> None:
    assert what_it_sets(RunConfig()) == "plain: all as usual."
    assert what_it_sets(RunConfig(batch_size=64, dropout=0.2)) == "custom: plain, but Dropout 0.2 · Batch 64."
    fast = RunConfig(**PRESETS["fast"])
    assert what_it_sets(fast.replace(epochs=5)) == "custom: fast, but Epochs 5."
    assert what_it_sets(fast) == (
        "fast: Hidden 256,128 · Batch norm on · L2 λ 0.1 · Optimizer momentum · Learn rate 0.4 · "
        "Schedule one-cycle · Epochs 4 · Augment shift · Early stop 0."
    )


@pytest.mark.quick
@pytest.mark.parametrize(
    ("preset", "switch"), [("plain", {}), ("batchnorm", {"batch_norm": True}), ("l2", {"l2_lambda": 0.1})]
)
def test_classic_presets_differ_from_the_default_in_their_switch_alone(
    preset: PresetName, switch: dict[str, object]
) -> None:
    assert changed(RunConfig(**PRESETS[preset])) == switch


@pytest.mark.quick
def test_classic_presets_switch_off_what_the_others_switch_on() -> None:
    everything = RunConfig(batch_norm=True, l2_lambda=3.0)
    switches = [everything.replace(**PRESETS[preset]) for preset in ("plain", "batchnorm", "l2")]
    assert [(config.batch_norm, config.l2_lambda) for config in switches] == [
        (False, 0),
        (True, 0),
        (False, 0.1),
    ]


@pytest.mark.quick
def test_three_rows_share_everything_but_the_two_switches_and_the_name() -> None:
    shared = RunConfig(
        **{**PRESETS["best"], "dropout": 0.5, "batch_size": 9, "seed": 3, "name": "mine", "threads": 2}
    )
    plain, batch_norm, l2 = classic_rows(shared)
    assert plain == shared.replace(batch_norm=False, l2_lambda=0.0, name=None)
    assert batch_norm == plain.replace(batch_norm=True)
    assert l2 == plain.replace(l2_lambda=0.1)


@pytest.mark.quick
def test_classic_rows_are_named_after_their_switch() -> None:
    names = [row.display_name for row in classic_rows(RunConfig(name="x"))]
    assert names == ["plain", "batchnorm", "l2 0.1"]


@pytest.mark.quick
def test_what_differs_from_the_study_is_said() -> None:
    assert differences_from_study(RunConfig(hidden=(32,), epochs=7, learning_rate=0.2, seed=3)) == ""
    shared = RunConfig(optimizer="adam", batch_size=9, dropout=0.5, schedule="cosine", augment="shift")
    assert differences_from_study(shared) == (
        "Batch 9, not 256; Optimizer adam, not sgd; Schedule cosine, not constant; "
        "Dropout 0.5, not 0; Augment shift, not none"
    )


@pytest.mark.full_mnist
@pytest.mark.slow
def test_fast_reaches_98_5_per_cent_within_6_epochs(full_mnist: Path) -> None:
    config = RunConfig(**PRESETS["fast"], dataset="mnist", seed=0, threads=2)
    assert config.epochs <= 6
    dataset = load(resolve("mnist"), config.validation_size)
    trainer = Trainer(config, dataset)
    [*_, last] = trainer.run()
    assert isinstance(last, RunFinished)
    assert last.epochs <= 6
    assert last.test_accuracy >= 0.985
    drawn = np.stack([as_mnist(enlarged(image)) for image in dataset.test.images])
    said = trainer.network.predict_probabilities(drawn / np.float32(255)).argmax(axis=1)
    assert (said == dataset.test.labels).mean() >= 0.975
