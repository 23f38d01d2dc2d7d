"""Comparisons as JSON, for programs."""

import json

import pytest

from mnist_tui.analysis.commands import commands
from mnist_tui.analysis.comparison import compare
from mnist_tui.analysis.conclusions import conclude
from mnist_tui.analysis.findings import findings
from mnist_tui.analysis.notes import certainty, notes
from mnist_tui.reports.record import record, records, to_json
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Resumed, RunFailed, from_dict
from tests.reports.helpers import BASE, CHANGED, FORKED, altered_run, classic_comparison, timed_run
from tests.runs.helpers import epoch, finished_run

pytestmark = pytest.mark.quick


def test_a_record_of_a_run_has_its_last_epoch_its_result_and_what_happened() -> None:
    run = altered_run(epoch(1), epoch(2), CHANGED, FORKED)
    values = json.loads(json.dumps(record(run)))
    assert (values["run_id"], values["status"], values["failure"]) == (run.run_id, "completed", "")
    assert RunConfig.from_dict(values["config"]) == run.config
    assert from_dict(values["last_epoch"]) == epoch(2)
    assert from_dict(values["result"]) == run.finished
    assert [from_dict(change) for change in values["changes"]] == [CHANGED]
    assert from_dict(values["forked"]) == FORKED


def test_a_record_of_a_run_that_has_just_begun_has_neither() -> None:
    values = record(Run(finished_run(BASE).directory, BASE))
    assert values["status"] == "starting"
    assert [values[key] for key in ("last_epoch", "result", "forked")] == [None] * 3


def test_json_parses_back() -> None:
    classic = classic_comparison()
    report = json.loads(to_json(classic))
    assert report["v"] == 1
    assert report["commands"] == commands(classic)
    assert report["findings"] == findings(conclude(classic))
    assert report["shared"]["hidden"] == [512, 256]
    for values, run in zip(report["runs"], classic.runs, strict=True):
        assert values["run_id"] == run.run_id
        assert RunConfig.from_dict(values) == run.config
        assert values["test_accuracy"] == 0.9
        assert values["convergence_epoch"] == 2


def test_rows_and_notes_are_those_of_the_table() -> None:
    runs = [finished_run(BASE.replace(seed=seed), f"run-{seed}") for seed in (1, 2)]
    runs.append(finished_run(BASE.replace(seed=3), "run-3", status="stopped"))
    runs.append(finished_run(BASE.replace(seed=4), "run-4"))
    runs[3].apply(Resumed(8))
    runs[3].apply(RunFailed("The disk is full."))
    comparison = compare(runs)
    report = json.loads(to_json(comparison))
    assert report["rows"] == [
        {"label": "plain", "seeds": [1, 2], "runs": ["run-1", "run-2"]},
        {"label": "plain (2), stopped", "seeds": [3], "runs": ["run-3"]},
        {"label": "plain (3), failed", "seeds": [4], "runs": ["run-4"]},
    ]
    assert report["notes"] == notes(comparison)
    assert len(report["notes"]) == 2
    assert report["certainty"] == certainty(comparison)
    assert [run["end"] for run in report["runs"]] == ["completed", "completed", "stopped", "failed"]


def test_seconds_of_each_stage_are_one_object() -> None:
    measured, old = timed_run(BASE, 1, 2, 0, 4, 0.5), finished_run(BASE.replace(batch_norm=True))
    stages = {"data": 1, "forward": 2, "batch_norm": 0, "backward": 4, "update": 0.5}
    first, second = json.loads(to_json(compare([measured, old])))["runs"]
    assert (first["stage_seconds"], second["stage_seconds"]) == (stages, {})
    assert "data_seconds" not in first


def test_alterations_are_told_in_words() -> None:
    comparison = compare([altered_run(CHANGED), finished_run(BASE.replace(batch_norm=True))])
    told = "in epoch 5, after step 1,075: Learn rate 0.4 → 0.1"
    assert [one["alterations"] for one in records(comparison)] == [[told], []]
    assert [run["alterations"] for run in json.loads(to_json(comparison))["runs"]] == [[told], []]
