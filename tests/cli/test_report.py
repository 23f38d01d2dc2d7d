"""`mnist-tui report`."""

import csv
import io
import json
from pathlib import Path

import pytest

from mnist_tui.training.events import RunFailed
from tests.command import Command, assert_done, assert_refused
from tests.runs.helpers import finished, make_run, make_unreadable_run, started

pytestmark = pytest.mark.quick


def test_every_format(command: Command, tmp_path: Path) -> None:
    run_id = make_run([started(), finished()], name="my run").run_id
    assert "| my run | No | No |" in command("report").stdout
    [record] = csv.DictReader(io.StringIO(command("report", run_id, "--format", "csv").stdout))
    assert record["run_id"] == run_id
    assert json.loads(command("report", "--format", "json").stdout)["runs"][0]["run_id"] == run_id
    output = tmp_path / "report.md"
    output.touch()
    assert_refused(command("report", "--output", output), 2, str(output), "exists already")
    assert_done(command("report", "--output", output, "--force"))
    assert f"`{run_id}`" in output.read_text(encoding="utf-8")


def test_without_a_finished_run_it_says_how_to_get_one(command: Command) -> None:
    assert_refused(command("report"), 1, "mnist-tui train")


def test_what_cannot_be_read_is_said_to_be_missing_and_refused_where_it_is_named(command: Command) -> None:
    bad = make_unreadable_run().run_id
    good = make_run([started(), finished()]).run_id
    result = command("report")
    assert result.returncode == 0
    assert f"`{good}`" in result.stdout
    assert result.stderr == f"mnist-tui: 1 run cannot be read: `mnist-tui runs show {bad}` says why.\n"
    named = command("report", good)
    assert (named.returncode, named.stderr) == (0, "")
    assert_refused(command("report", good, bad), 1, bad, "lion")


def test_a_run_without_a_result_is_named(command: Command) -> None:
    run_id = make_run([started()]).run_id
    make_run([started(), finished()])
    assert_refused(command("report", run_id), 1, run_id, "no result")


def test_a_run_that_failed_is_told_of_by_itself_where_no_number_is_wanted(
    command: Command, tmp_path: Path
) -> None:
    run_id = make_run([started(), RunFailed("Its loss | grew.", "diverged")], learning_rate=3.0).run_id
    result = command("report", run_id)
    assert_done(result)
    assert result.stdout.startswith("# mnist-tui: no result\n")
    assert "| plain | 0 | 3 | – | diverged: Its loss \\| grew. |" in result.stdout
    assert "mnist-tui train --dataset auto --learning-rate 3" in result.stdout
    output = tmp_path / "failed.md"
    assert_done(command("report", run_id, "-o", output))
    assert output.read_text(encoding="utf-8") == result.stdout
    assert_refused(command("report", run_id, "--format", "csv"), 1, run_id, "no result")


def test_a_name_means_all_runs_that_have_it(command: Command) -> None:
    for seed in range(2):
        make_run([started(), finished()], seed=seed)
    make_run([started(), finished()], batch_norm=True)
    report = json.loads(command("report", "plain", "--format", "json").stdout)
    assert [one["seed"] for one in report["runs"]] == [0, 1]
    report = json.loads(command("report", "last", "plain", "--format", "json").stdout)
    assert sorted(one["label"] for one in report["runs"]) == ["batchnorm", "plain", "plain"]


def test_a_seed_that_failed_is_named_beside_those_with_a_result(command: Command) -> None:
    good = make_run([started(), finished()]).run_id
    bad = make_run([started(), RunFailed("It diverged.")], seed=1).run_id
    running = make_run([started()], seed=2)
    result = command("report", good, bad)
    assert_done(result)
    assert "plain, seed 1 (failed)" in result.stdout
    with running.lock():
        assert_refused(command("report", good, running.run_id), 1, running.run_id, "no result")
