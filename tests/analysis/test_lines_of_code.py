"""The lines of the program that a switch adds: as they stand in its files."""

import linecache
from dataclasses import replace
from pathlib import Path

import pytest

import mnist_tui
from mnist_tui.analysis.inside import GAMMA, LOGITS, PLAIN_PRE_ACTIVATIONS, Look, looks
from mnist_tui.analysis.lines_of_code import LinesOfCode, excerpt, lines_of_look, lines_of_setting
from mnist_tui.nn.layers import BatchNorm
from mnist_tui.settings.choices import AUGMENTATIONS, OPTIMIZERS, SCHEDULES
from mnist_tui.settings.run_config import RunConfig, setting_names
from tests.runs.helpers import epoch, finished_run

pytestmark = pytest.mark.quick

WITHOUT = {"dataset", "epochs", "validation_size", "name"}
"""Settings that choose no code."""


def of(name: str, **settings: object) -> LinesOfCode:
    found = lines_of_setting(name, RunConfig(**settings))  # type: ignore[arg-type] # values of all kinds
    assert found
    return found


@pytest.mark.parametrize("name", setting_names())
def test_every_setting_has_lines_or_is_known_to_have_none(name: str) -> None:
    found = lines_of_setting(name, RunConfig())
    assert (found is None) == (name in WITHOUT)
    if found:
        assert found.excerpts
        assert all(one.code for one in found.excerpts)


def test_lines_are_those_of_the_file() -> None:
    found = excerpt(BatchNorm.backward)
    file = Path(mnist_tui.__file__).parent.parent / found.path
    assert found.name == "BatchNorm.backward"
    for number, line in enumerate(found.code.splitlines()):
        assert linecache.getline(str(file), found.first + number).strip() == line.strip()


def test_batch_norm_has_its_equation_its_shapes_and_its_time() -> None:
    config = RunConfig(batch_norm=True, hidden=(512, 256))
    run = finished_run(config)
    run.epochs.append(replace(epoch(1), step=100, stage_seconds={"forward": 0.3, "batch_norm": 0.1}))
    found = lines_of_setting("batch_norm", config, run)
    assert found
    assert found.equation.startswith("y = γ (x - μ) / √(σ² + ε) + β")
    assert "Args:" not in found.equation
    assert found.shapes == [
        "layer 1: x (256, 512), μ σ² γ β (512,) each → y (256, 512)",
        "layer 2: x (256, 256), μ σ² γ β (256,) each → y (256, 256)",
    ]
    assert found.time == "Of the 4.00 ms of a step of batchnorm: batch norm 1.00 ms (25 %; both ways)."
    assert [one.name for one in found.excerpts][::3] == ["BatchNorm.forward", "BatchNorm.backward"]


@pytest.mark.parametrize("name", ["batch_norm", "l2_lambda", "dropout", "augment"])
def test_what_is_off_says_so(name: str) -> None:
    assert of(name).time.startswith("It is off: these lines are not run.")


def test_times_of_a_run_without_the_switch_are_not_told() -> None:
    run = finished_run(RunConfig())
    run.epochs.append(replace(epoch(1), step=100, stage_seconds={"forward": 0.3, "batch_norm": 0.0}))
    found = lines_of_setting("batch_norm", RunConfig(batch_norm=True), run)
    assert found
    assert found.time == "Times come with the first epoch of a run."


def test_every_choice_has_its_own_lines() -> None:
    updates = {of("optimizer", optimizer=name).excerpts[-1].name for name in OPTIMIZERS}
    assert updates >= {"SGD._update", "Momentum._update", "RMSprop._update", "Adam._update"}
    assert len({of("schedule", schedule=name).excerpts[0].code for name in SCHEDULES}) == len(SCHEDULES)
    augmentations = {of("augment", augment=name).excerpts[0].code for name in AUGMENTATIONS}
    assert len(augmentations) == len(AUGMENTATIONS) - 1, "without any, those of a shift are shown"


@pytest.mark.parametrize("batch_norm", [False, True])
def test_whatever_is_looked_at_has_the_lines_that_make_it(batch_norm: bool) -> None:
    run = finished_run(RunConfig(hidden=(8, 4), batch_norm=batch_norm))
    for look in looks(run.config):
        found = lines_of_look(look, run)
        assert found.title == look.title
        assert len(found.shapes) == 1
        assert f"layer {look.layer}:" in found.shapes[0]
    names = {look: lines_of_look(look, run).excerpts[0].name for look in looks(run.config)}
    assert names[Look(3, LOGITS)] == "SoftmaxCrossEntropy.forward"
    expected = (Look(1, GAMMA), "BatchNorm.forward") if batch_norm else (
        Look(1, PLAIN_PRE_ACTIVATIONS), "Linear.forward",
    )  # fmt: skip
    assert names[expected[0]] == expected[1]
