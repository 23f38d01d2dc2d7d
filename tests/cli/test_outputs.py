"""What is trained is neither lost nor cut short where an output fails: a report, or standard output."""

import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mnist_tui.cli import headless
from mnist_tui.cli import main as command_line
from mnist_tui.errors import DataError
from mnist_tui.jobs.preparation import settle
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.reports import files
from mnist_tui.runs.layout import list_runs
from mnist_tui.settings.run_config import RunConfig
from tests.command import COMMAND, Command, Result, assert_refused, json_lines
from tests.patience import PATIENCE
from tests.runs.helpers import finished, make_run, started

COMPARE = ("compare", "--dataset", "sample")


# A row that cannot be trained


@pytest.fixture
def third_row_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data is unmounted while the second row trains."""

    def until_the_third(config: RunConfig, company: int) -> RunConfig:
        if len(list_runs()) == 2:
            raise DataError("/data is no directory: name one with four IDX files.")
        return settle(config, company)

    monkeypatch.setattr(headless, "settle", until_the_third)


@pytest.mark.quick
@pytest.mark.usefixtures("third_row_fails")
def test_a_row_that_cannot_be_trained_costs_neither_table_nor_report_of_the_others(
    command: Command, played: ScriptedExecutor, tmp_path: Path
) -> None:
    output = tmp_path / "results.md"
    result = command(*COMPARE, "-o", output, "--figures", "none")
    assert result.returncode == 1
    assert result.stderr.endswith("four IDX files. 2 of 3 runs are done.\n")
    for text in (result.stdout, output.read_text(encoding="utf-8")):
        assert "\n| plain | No | No | 90.00 % |" in text
        assert "\n| batchnorm | Yes | No | 90.00 % |" in text
        assert "| l2 0.1 |" not in text
    assert result.stdout.endswith(f"Report: {output}\n")


@pytest.mark.quick
@pytest.mark.usefixtures("third_row_fails")
def test_json_has_the_rows_that_are_done(command: Command, played: ScriptedExecutor) -> None:
    result = command(*COMPARE, "--json")
    assert result.returncode == 1
    assert [row["label"] for row in json_lines(result)[-1]["rows"]] == ["plain", "batchnorm"]


@pytest.mark.quick
def test_where_no_row_can_be_trained_the_reason_is_all_there_is(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "results.md"
    assert_refused(command("compare", "--dataset", tmp_path / "nothing", "-o", output), 2, "directory")
    assert not output.exists()


# A report that cannot be written


@pytest.mark.quick
def test_a_report_that_cannot_be_written_costs_no_table(
    command: Command, played: ScriptedExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "putting_in_place", full)
    output = tmp_path / "results.md"
    result = command(*COMPARE, "-o", output, "--figures", "none")
    assert result.returncode == 1
    assert "| plain | No | No |" in result.stdout
    assert "Report:" not in result.stdout
    [sentence] = result.stderr.splitlines()
    assert f"{output} cannot be written (No space left on device)" in sentence
    assert "`mnist-tui report`" in sentence
    assert not output.exists()


@pytest.mark.quick
@pytest.mark.parametrize("place", [".", "/proc/results.md", "file/results.md"])
@pytest.mark.parametrize("force", [(), ("--force",)])
def test_an_output_that_cannot_be_written_is_refused_before_training(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, force: tuple[str, ...]
) -> None:
    if place.startswith("/proc") and sys.platform != "linux":
        pytest.skip("there is no /proc")
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    result = command(*COMPARE, "-o", place, *force)
    assert (result.returncode, result.stdout) == (2 if place == "." and not force else 1, "")
    assert list_runs() == []


# Standard output that nobody reads


class Gone(io.StringIO):
    """Standard output whose reader has gone after some lines."""

    def __init__(self, descriptor: int, lines: int) -> None:
        super().__init__()
        self.descriptor, self.lines = descriptor, lines

    def fileno(self) -> int:
        return self.descriptor

    def flush(self) -> None:
        if self.getvalue().count("\n") > self.lines:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


@pytest.fixture
def cut_short(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Result]:
    """A command in this process whose output is read by `head -1`."""

    def run(*arguments: object) -> Result:
        with (tmp_path / "nowhere").open("w") as file:
            stream = Gone(file.fileno(), 1)
            monkeypatch.setattr(sys, "stdout", stream)
            monkeypatch.setattr(sys, "argv", ["mnist-tui", *map(str, arguments)])
            with pytest.raises(SystemExit) as ended:
                command_line()
        return Result(sys.argv, int(ended.value.code or 0), stream.getvalue(), capsys.readouterr().err)

    return run


@pytest.mark.quick
@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_a_reader_that_has_enough_cuts_no_training_short_and_costs_no_report(
    cut_short: Callable[..., Result], played: ScriptedExecutor, tmp_path: Path, as_json: tuple[str, ...]
) -> None:
    output = tmp_path / "results.md"
    result = cut_short(*COMPARE, "-o", output, "--figures", "none", *as_json)
    assert result.returncode == 1
    assert len(list_runs()) == 3
    report = output.read_text(encoding="utf-8")
    assert all(f"\n| {label} | " in report for label in ("plain", "batchnorm", "l2 0.1"))
    [sentence] = result.stderr.splitlines()
    assert sentence.startswith("mnist-tui: Standard output could not be written (Broken pipe)")


@pytest.mark.quick
def test_train_and_resume_go_on_without_a_reader_too(
    cut_short: Callable[..., Result], played: ScriptedExecutor
) -> None:
    assert cut_short("train", "--dataset", "sample").returncode == 1
    directory = make_run([started()])
    assert cut_short("resume", directory.run_id).returncode == 1
    assert len(played.runs) == 2
    assert all(not run.is_running for run in played.runs.values())


@pytest.mark.quick
def test_a_list_whose_reader_has_enough_is_done(cut_short: Callable[..., Result]) -> None:
    for _ in range(3):
        make_run([started(), finished()])
    result = cut_short("runs")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"], ["runs"]])
def test_help_that_nobody_reads_is_no_failure(arguments: list[str]) -> None:
    make_run([started(), finished()])
    reader, writer = os.pipe()
    os.close(reader)
    try:
        result = subprocess.run(
            [*COMMAND, *arguments], stdout=writer, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
        )
    finally:
        os.close(writer)
    assert (result.returncode, result.stderr) == (0, b"")


# A terminal of no width


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.quick
@pytest.mark.parametrize("columns", ["0", "00", ""])
def test_a_terminal_that_says_it_has_no_columns_still_gets_its_table(
    monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    run_id = make_run([started(), finished()]).run_id
    shown = Terminal()
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setattr(sys, "argv", ["mnist-tui", "runs"])
    with pytest.raises(SystemExit) as ended:
        command_line()
    assert not ended.value.code
    assert run_id[:8] in shown.getvalue()
