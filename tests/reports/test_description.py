"""One run in words: how it stands, where its time went, what its layers look like."""

from pathlib import Path
from typing import Any

import pytest

from mnist_tui.reports.description import details, inside, outcome
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig, setting_names
from mnist_tui.training.events import Event, RunFailed
from tests.runs.helpers import epoch, finished, finished_run, started, step

pytestmark = pytest.mark.quick

CONFIG = RunConfig(dataset="sample", learning_rate=0.5, threads=2, hidden=(32, 16), batch_norm=True)
TIMES = {"data": 0.008, "forward": 0.012, "batch_norm": 0.02}
"""Of an epoch of 4 steps."""

LAYERS: dict[str, Any] = {
    "weight_norms": {"linear1": 4.1949, "linear2": 12.0},
    "gradient_norms": {"linear1": 0.0123456, "linear2": 2.5},
    "dead_units": {"relu1": 0.125},
    "batch_norm_drift": {"batch_norm1.running_mean": 0.0541, "batch_norm1.running_var": 1.249},
}


def run_of(*events: Event) -> Run:
    run = Run(RunDirectory(Path("/runs/20260101-000000000-x-000000")), CONFIG)
    for event in (started(), *events):
        run.apply(event)
    return run


# Inside


def test_times_of_the_stages_stand_in_a_line_with_their_shares() -> None:
    [line] = inside(run_of(epoch(1, stage_seconds=TIMES)))
    assert line == (
        "time of a training step: data 2.00 ms (20 %) · forward 3.00 ms (30 %) · batch norm 5.00 ms (50 %)"
    )


def test_every_layer_has_a_line_with_what_was_measured_of_it() -> None:
    assert list(inside(run_of(epoch(1, **LAYERS)))) == [
        "layers at epoch 1:",
        "  layer 1: weight norm 4.19 · gradient norm 0.0123 · dead units 12.5 % · "
        "running statistics moved by mean 0.054, var 1.2",
        "  layer 2: weight norm 12.00 · gradient norm 2.5",
    ]


@pytest.mark.parametrize(
    ("missing", "line"),
    [
        (
            "gradient_norms",
            "  layer 1: weight norm 4.19 · dead units 12.5 % · "
            "running statistics moved by mean 0.054, var 1.2",
        ),
        (
            "dead_units",
            "  layer 1: weight norm 4.19 · gradient norm 0.0123 · "
            "running statistics moved by mean 0.054, var 1.2",
        ),
        (
            "batch_norm_drift",
            "  layer 1: weight norm 4.19 · gradient norm 0.0123 · dead units 12.5 %",
        ),
    ],
)
def test_what_a_layer_does_not_have_is_left_out(missing: str, line: str) -> None:
    _, first, _ = inside(run_of(epoch(1, **{**LAYERS, missing: {}})))
    assert first == line


def test_a_running_variance_that_is_no_longer_finite_leaves_the_mean_alone() -> None:
    drift = {"batch_norm1.running_mean": 0.5}
    _, first, _ = inside(run_of(epoch(1, **{**LAYERS, "batch_norm_drift": drift})))
    assert first.endswith("running statistics moved by mean 0.5")


def test_layers_are_those_of_the_last_epoch_and_times_those_of_all() -> None:
    run = run_of(
        epoch(1, **LAYERS, stage_seconds={"data": 0.008, "update": 0.0}),
        epoch(2, weight_norms={"linear1": 1.0}, stage_seconds={"data": 0.004, "update": 0.004}),
    )
    assert list(inside(run)) == [
        "time of a training step: data 1.50 ms (75 %) · update 0.50 ms (25 %)",
        "layers at epoch 2:",
        "  layer 1: weight norm 1.00",
    ]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="nothing yet"),
        pytest.param([step(1)], id="no epoch"),
        pytest.param([epoch(1), epoch(2), finished()], id="log of an older version"),
    ],
)
def test_what_was_not_measured_is_not_spoken_of(events: list[Event]) -> None:
    assert list(inside(run_of(*events))) == []


# Details


def test_one_epoch_is_one_epoch() -> None:
    assert outcome(finished(epochs=1)).startswith("completed after 1 epoch, ")


def test_details_tell_name_status_result_inside_settings_and_the_way_back() -> None:
    run = run_of(epoch(1, **LAYERS, stage_seconds=TIMES), finished())
    lines = list(details(run))
    within = list(inside(run))
    assert len(within) == 4
    assert lines[:3] == [
        "batchnorm  (20260101-000000000-x-000000)",
        "status: completed",
        "completed after 3 epochs, best at epoch 2: test accuracy 90.00 %, training time 1.2 s",
    ]
    assert lines[3:7] == within
    assert [line.split()[0] for line in lines[7:-2]] == setting_names()
    assert "  hidden           32,16" in lines
    assert "  batch_norm       on" in lines
    assert lines[-2:] == [
        "files: /runs/20260101-000000000-x-000000",
        "again: mnist-tui train --dataset sample --hidden 32,16 --batch-norm --learning-rate 0.5 "
        "--seed 0 --threads 2",
    ]


def test_details_of_a_failed_run_say_why_and_what_it_looked_like_until_then() -> None:
    run = run_of(epoch(1, **LAYERS), RunFailed("The loss became nan at step 5."))
    lines = list(details(run))
    assert lines[1] == "status: failed. The loss became nan at step 5."
    assert lines[2] == f"go on: mnist-tui resume {run.run_id}"
    assert lines[3] == "layers at epoch 1:"
    assert not any("test accuracy" in line for line in lines)


def test_details_say_how_many_images_validate_where_fewer_do_than_asked_for() -> None:
    lines = list(details(run_of(epoch(1), finished(other_runs=1))))
    assert "  validation_size  100, not 5000" in lines
    assert "times: taken while 1 other run trained and shared the cores" in lines
    assert "times: taken while up to 2 other runs trained and shared the cores" in list(
        details(run_of(epoch(1), finished(other_runs=2)))
    )


def test_details_of_a_run_that_has_just_begun_have_no_result() -> None:
    lines = list(details(run_of()))
    assert lines[1] == "status: training"
    assert lines[2].split() == ["dataset", "sample"]


def test_stages_that_took_no_time_do_no_harm() -> None:
    run = finished_run(RunConfig())
    run.apply(epoch(1, stage_seconds={"data": 0.0}))
    assert list(inside(run)) == ["time of a training step: data 0.00 ms (0 %)"]
