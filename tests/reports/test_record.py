"""Comparisons as JSON, for programs."""

import json

import pytest

from mnist_tui.analysis.commands import commands
from mnist_tui.analysis.comparison import compare
from mnist_tui.reports.record import records, to_json
from mnist_tui.settings.run_config import RunConfig
from tests.reports.helpers import BASE, CHANGED, altered_run, classic_comparison, timed_run
from tests.runs.helpers import finished_run

pytestmark = pytest.mark.quick


def test_json_parses_back() -> None:
    classic = classic_comparison()
    report = json.loads(to_json(classic))
    assert report["v"] == 1
    assert report["commands"] == commands(classic)
    assert report["shared"]["hidden"] == [512, 256]
    for record, run in zip(report["runs"], classic.runs, strict=True):
        assert record["run_id"] == run.run_id
        assert RunConfig.from_dict(record) == run.config
        assert record["test_accuracy"] == 0.9
        assert record["convergence_epoch"] == 2


def test_seconds_of_each_stage_are_one_object() -> None:
    measured, old = timed_run(BASE, 1, 2, 0, 4, 0.5), finished_run(BASE.replace(batch_norm=True))
    stages = {"data": 1, "forward": 2, "batch_norm": 0, "backward": 4, "update": 0.5}
    first, second = json.loads(to_json(compare([measured, old])))["runs"]
    assert (first["stage_seconds"], second["stage_seconds"]) == (stages, {})
    assert "data_seconds" not in first


def test_alterations_are_told_in_words() -> None:
    comparison = compare([altered_run(CHANGED), finished_run(BASE.replace(batch_norm=True))])
    told = "in epoch 5, after step 1,075: Learn rate 0.4 → 0.1"
    assert [record["alterations"] for record in records(comparison)] == [[told], []]
    assert [run["alterations"] for run in json.loads(to_json(comparison))["runs"]] == [[told], []]
