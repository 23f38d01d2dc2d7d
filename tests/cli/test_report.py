"""`mnist-tui report`."""

import csv
import io
import json
from pathlib import Path

import pytest

from mnist_tui.training.events import RunFailed
from tests.command import Command, assert_done, assert_refused
from tests.runs.helpers import finished, make_run, started

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


def test_a_run_without_a_result_is_named(command: Command) -> None:
    run_id = make_run([started(), RunFailed("It diverged.")]).run_id
    make_run([started(), finished()])
    assert_refused(command("report", run_id), 1, run_id, "no result")
