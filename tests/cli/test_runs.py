"""`mnist-tui runs`: list, show, delete. The question that delete asks: `test_streams`."""

import errno
import json
import os
from pathlib import Path

import pytest

from mnist_tui.runs.layout import create, list_runs
from mnist_tui.training.events import Changed, Event, Forked
from tests.command import Command, assert_done, assert_refused, json_lines, running
from tests.runs.helpers import epoch, finished, make_run, make_unreadable_run, started, step, tiny_config


def test_what_was_trained_is_listed(command: Command, run_id: str) -> None:
    header, line = command("runs").stdout.splitlines()
    assert header.split("\t")[:3] == ["run", "name", "status"]
    assert line.split("\t")[:4] == [run_id, "my run", "completed", "2/2"]


@pytest.mark.quick
def test_no_runs_say_how_to_make_one(command: Command) -> None:
    result = command("runs")
    assert_done(result)
    assert "mnist-tui train" in result.stdout
    assert command("runs", "--json").stdout == ""


def test_show_tells_everything_and_the_command_to_train_it_again(command: Command, run_id: str) -> None:
    result = command("runs", "show", run_id[-6:])
    assert_done(result)
    for words in (
        run_id,
        "status: completed",
        "epochs           2",
        "again: mnist-tui train ",
        "--name 'my run'",
    ):
        assert words in result.stdout
    record = json.loads(command("runs", "show", run_id, "--json").stdout)
    assert record["run_id"] == run_id
    assert record["config"]["hidden"] == [16]
    assert record["result"]["status"] == "completed"
    assert Path(record["directory"], "model.safetensors").exists()


@pytest.mark.quick
def test_delete_wants_a_yes(command: Command) -> None:
    directory = make_run([started(), finished()])
    assert_refused(command("runs", "delete", directory.run_id), 2, "--yes")
    assert len(list_runs()) == 1
    result = command("runs", "delete", directory.run_id, "--yes")
    assert_done(result)
    assert result.stdout == f"Deleted {directory.run_id}.\n"
    assert list_runs() == []


@pytest.mark.quick
def test_what_was_deleted_is_in_the_bin_until_that_is_emptied(command: Command) -> None:
    directory = make_run([started(), finished()])
    run_id = directory.run_id
    assert command("runs", "bin").stdout == "The bin is empty.\n"
    assert_done(command("runs", "delete", run_id, "--yes"))
    assert command("runs", "bin").stdout == f"{run_id}\n"
    assert run_id not in command("runs").stdout
    assert_refused(command("runs", "restore", "nothing"), 2, "“nothing”", "runs bin")
    assert command("runs", "restore", run_id[-6:]).stdout == f"Restored {run_id}.\n"
    assert run_id in command("runs").stdout
    assert command("runs", "empty-bin").stdout == "The bin is empty.\n"
    assert_done(command("runs", "delete", run_id, "--yes"))
    assert_refused(command("runs", "empty-bin"), 2, "--yes")
    assert command("runs", "empty-bin", "--yes").stdout == "Deleted for good: 1 run, under 1 MB.\n"
    assert command("runs", "bin").stdout == "The bin is empty.\n"


@pytest.mark.quick
@pytest.mark.parametrize("yes", ["-y", "--yes"])
def test_without_a_question_delete_wants_the_whole_id_or_its_six_digits(command: Command, yes: str) -> None:
    directory = make_run([started(), finished()])
    run_id = directory.run_id
    for short in (run_id[-1:], run_id[-5:], run_id[:8], run_id[:-1]):
        assert_refused(command("runs", "delete", yes, short), 2, f"“{short}”", "six digits")
    assert directory.path.exists()
    assert_done(command("runs", "delete", yes, run_id[-6:]))
    assert not directory.path.exists()


@pytest.mark.quick
def test_delete_leaves_a_run_that_trains_alone(command: Command) -> None:
    directory = make_run([started()])
    with directory.lock():
        assert_refused(command("runs", "delete", directory.run_id, "--yes"), 1, "is being trained")
    assert directory.path.exists()


@pytest.mark.quick
def test_a_damaged_run_does_not_get_in_the_way_of_the_others(command: Command, tiny_data: Path) -> None:
    damaged = create(tiny_config(tiny_data))
    damaged.config_path.write_text('{"l2_lambda": 1' + "0" * 400 + "}")
    good = make_run([started(), finished()])
    result = command("runs", "--json")
    assert_done(result)
    assert [line["run_id"] for line in json_lines(result)] == [good.run_id]


@pytest.mark.quick
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_runs_that_cannot_be_read_are_counted_and_the_way_to_the_reason_told(
    command: Command, options: tuple[str, ...]
) -> None:
    bad = make_unreadable_run().run_id
    result = command("runs", *options)
    assert result.returncode == 0
    assert result.stderr == f"mnist-tui: 1 run cannot be read: `mnist-tui runs show {bad}` says why.\n"
    assert "No runs yet" not in result.stdout
    assert_refused(command("runs", "show", bad), 1, "lion", bad)
    good = make_run([started(), finished()])
    make_unreadable_run()
    result = command("runs", *options)
    assert good.run_id in result.stdout
    assert "2 runs cannot be read, one of them: " in result.stderr


@pytest.mark.quick
def test_a_list_of_what_cannot_be_listed_is_refused(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_allowed(_path: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    make_run([started(), finished()])
    monkeypatch.setattr(Path, "iterdir", not_allowed)
    assert_refused(command("runs"), 1, "cannot be read (Permission denied)", "make it readable")
    assert_refused(command("report"), 1, "cannot be read (Permission denied)")


@pytest.mark.quick
@pytest.mark.parametrize("query", ["../../etc", "nothing"])
def test_a_run_that_is_not_there_is_said_to_be_missing(command: Command, query: str) -> None:
    assert_refused(command("runs", "show", query), 2, query, "mnist-tui runs")


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    make_run([started(), finished()])
    with running("runs") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.wait() == 0
        assert process.stderr.read() == ""


@pytest.mark.quick
def test_a_long_fork_is_listed_as_it_is_shown(command: Command) -> None:
    forked = Forked(200, 50, "20260101-000000000-x-000000", {"dropout": "0.5"}, {"dropout": "0"})
    changed = Changed(220, 56, {"l2_lambda": 1.0}, {"l2_lambda": 0.0})
    course: list[Event] = [started()]
    for number in range(1, 101):
        course += [step(4 * number, number), epoch(number, other_runs=number == 50)]
        course += [forked] if number == 50 else [changed] if number == 55 else []
    directory = make_run([*course, finished(other_runs=1)])
    shown = json.loads(command("runs", "show", directory.run_id, "--json").stdout)
    [listed] = json_lines(command("runs", "--json"))
    assert shown["forked"]["parent"] == forked.parent
    assert len(shown["changes"]) == 1
    assert listed == shown
