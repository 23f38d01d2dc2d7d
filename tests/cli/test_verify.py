"""`mnist-tui verify`: run again what a report claims; trained once, played else."""

import json
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mnist_tui.cli import headless
from mnist_tui.data import source
from mnist_tui.data.dataset import Identity
from mnist_tui.jobs.scripted import ScriptedExecutor, ScriptedRun
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.training.events import RunFailed
from tests.cli.conftest import PLAYED, SMALL
from tests.command import Command, assert_done, assert_refused, json_lines
from tests.reports.helpers import CHANGED, tables
from tests.runs.helpers import finished, make_run, started

DATA = Identity(started().dataset_sha256, started().sizes)
COMPARE = ("compare", "--dataset", "sample", "--seeds", "2")


@pytest.fixture
def report(
    command: Command, played: ScriptedExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A report of six runs that are played, on data that are here."""
    monkeypatch.setattr(source, "identify", lambda *_: DATA)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = tmp_path / "results.md"
    assert_done(command(*COMPARE, "-o", path, "--figures", "none"))
    played.runs.clear()
    return path


def test_a_report_is_verified_to_the_last_bit_and_nothing_of_it_kept(
    command: Command, tiny_data: Path, tmp_path: Path
) -> None:
    output = tmp_path / "results.md"
    assert_done(
        command("compare", "--dataset", tiny_data, *SMALL, "--epochs", "2", "-o", output, "--figures", "none")
    )
    before = list_runs()
    result = command("verify", output)
    assert_done(result)
    [numbers] = tables(result.stdout)
    assert len(numbers) == 2 + 3 * 7 + 2 * 2
    assert {line[-1] for line in numbers[2:]} == {"the same to the last bit"}
    assert "25 numbers: the same to the last bit." in result.stdout
    assert "Verdicts beside plain: batchnorm " in result.stdout
    assert "Times are told, not checked: training took plain " in result.stdout
    assert list_runs() == before
    accuracy = numbers[2][3]
    edited = output.read_text(encoding="utf-8").replace(f"| No | No | {accuracy} |", "| No | No | 99.99 % |")
    output.write_text(edited, encoding="utf-8")
    result = command("verify", output)
    assert result.returncode == 1
    assert f"plain: Test Accuracy is “99.99 %” in the table, “{accuracy}” in the claims." in result.stdout


@pytest.mark.parametrize("kind", ["md", "json"])
def test_all_runs_are_run_again_in_a_home_that_is_gone(
    command: Command, played: ScriptedExecutor, report: Path, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"other.{kind}"
    assert_done(command("report", "-o", path, "--figures", "none"))
    before = list_runs()
    result = command("verify", path)
    assert_done(result)
    assert len(played.runs) == 6
    assert list_runs() == before
    assert list((tmp_path / "temporary").iterdir()) == []
    assert "42 numbers: the same to the last bit." in result.stdout


def test_quick_runs_one_seed_of_each_row_again(
    command: Command, played: ScriptedExecutor, report: Path
) -> None:
    result = command("verify", report, "--quick")
    assert_done(result)
    assert [run.directory.run_id.split("-")[2] for run in played.runs.values()] == [
        "plain",
        "batchnorm",
        "l2",
    ]
    assert "3 of 6 runs were made again" in result.stdout


def test_rows_are_named_or_numbered(command: Command, played: ScriptedExecutor, report: Path) -> None:
    result = command("verify", report, "l2 0.1", "2", "2")
    assert_done(result)
    [numbers] = tables(result.stdout)
    assert {line[0] for line in numbers[2:]} == {"l2 0.1", "batchnorm"}
    assert len(played.runs) == 4
    assert_refused(command("verify", report, "l3"), 2, "row", "“l3”", "1 plain; 2 batchnorm; 3 l2 0.1")


def test_a_number_that_does_not_come_out_is_named_and_the_exit_code_is_1(
    command: Command, played: ScriptedExecutor, report: Path
) -> None:
    played.script = (*PLAYED[:-1], finished(test_accuracy=0.91))
    result = command("verify", report, "1")
    assert result.returncode == 1
    assert "| plain | 0 | test accuracy | 90.00 % | 91.00 % | not reproduced |" in result.stdout
    assert "2 numbers: not reproduced (test accuracy of plain, seed 0; test accuracy of plain, seed 1)." in (
        result.stdout
    )


def test_a_run_that_fails_here_is_not_reproduced(
    command: Command, played: ScriptedExecutor, report: Path
) -> None:
    played.script = (started(), RunFailed("The loss became nan at step 5."))
    result = command("verify", report, "1", "--quick")
    assert result.returncode == 1
    assert "plain, seed 0 came to no result here: The loss became nan at step 5." in result.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| plain | No | No | 90.00", "| plain | No | No | 91.00"),
        ('"test_accuracy": 0.9,', '"test_accuracy": 0.91,'),
        ("\n- ", "\n- I won.\n- "),
    ],
    ids=["table", "claims", "findings"],
)
def test_a_report_that_was_changed_by_hand_is_caught_before_anything_is_trained(
    command: Command, played: ScriptedExecutor, report: Path, old: str, new: str
) -> None:
    text = report.read_text(encoding="utf-8")
    assert old in text
    report.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = command("verify", report)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("The report was changed by hand.")
    assert played.runs == {}


def test_words_that_were_added_are_told_and_forgiven(command: Command, report: Path) -> None:
    report.write_text(f"# My homework\n\n{report.read_text(encoding='utf-8')}", encoding="utf-8")
    result = command("verify", report, "--quick")
    assert_done(result)
    assert "The text was changed after it was written, but neither its tables" in result.stdout


def test_json_streams_events_and_ends_in_what_came_of_it(command: Command, report: Path) -> None:
    result = command("verify", report, "plain", "--json")
    assert_done(result)
    *events, last = json_lines(result)
    assert sum(event["event"] == "run_finished" for event in events) == 2
    assert (last["event"], last["code"], last["contradictions"]) == ("verification", 0, [])
    assert len(last["numbers"]) == 14
    assert {number["outcome"] for number in last["numbers"]} == {"the same to the last bit"}


def test_json_tells_of_changes_too(command: Command, report: Path) -> None:
    report.write_text(report.read_text(encoding="utf-8").replace("| plain | No |", "| plain | Yes |", 1))
    result = command("verify", report, "--json")
    [last] = json_lines(result)
    assert (result.returncode, last["code"]) == (1, 1)
    assert "Batch Normalization is “Yes” in the table" in last["contradictions"][0]


def test_other_data_are_refused(
    command: Command, played: ScriptedExecutor, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "identify", lambda *_: Identity("cd" * 32, DATA.sizes))
    result = command("verify", report)
    assert (result.returncode, result.stderr) == (2, "")
    assert (
        "plain was not checked: its data are not those that are here (SHA-256 abababababab…" in result.stdout
    )
    assert_refused(command("verify", report, "plain"), 2, "plain cannot be checked", "SHA-256")
    assert played.runs == {}


def test_what_cannot_be_checked_keeps_nobody_from_checking_the_rest(
    command: Command, played: ScriptedExecutor, report: Path, tmp_path: Path
) -> None:
    make_run([started(), CHANGED, finished()], dataset="sample", learning_rate=0.4)
    make_run([started(), finished(status="stopped")], dataset="sample", dropout=0.5)
    path = tmp_path / "more.md"
    assert_done(command("report", "-o", path, "--figures", "none"))
    result = command("verify", path)
    assert result.returncode == 2
    assert len(played.runs) == 6
    assert "changed on the way was not checked: it was changed by hand while it trained." in result.stdout
    assert "stopped was not checked: it did not come to its end (stopped)." in result.stdout
    assert "42 numbers: the same to the last bit." in result.stdout


def test_the_data_may_be_elsewhere_here(
    command: Command,
    played: ScriptedExecutor,
    report: Path,
    tiny_data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    start = played.start

    def note(directory: RunDirectory) -> ScriptedRun:
        asked.append(directory.read_config().dataset)
        return start(directory)

    monkeypatch.setattr(played, "start", note)
    assert_done(command("verify", report, "--quick", "--dataset", tiny_data))
    assert asked == [str(tiny_data)] * 3


@pytest.mark.parametrize(
    ("text", "words"), [("# Notes\n", "carries no claims"), ("{", "damaged"), (None, "No such file")]
)
def test_what_is_no_report_is_refused(command: Command, tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "x.md"
    if text is not None:
        path.write_text(text)
    assert_refused(command("verify", path), 2, str(path), words)


def test_ctrl_c_ends_it_and_keeps_nothing(
    command: Command, report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(ScriptedExecutor):
        """Somebody presses ctrl+c while the second run trains."""

        def start(self, directory: RunDirectory) -> ScriptedRun:
            self.script = PLAYED if not self.runs else ()
            run = super().start(directory)
            if len(self.runs) == 2:
                signal.raise_signal(signal.SIGINT)
            return run

    executor = Interrupted()
    monkeypatch.setattr(headless, "LocalExecutor", lambda: executor)
    result = command("verify", report)
    assert result.returncode == 130
    assert len(executor.runs) == 2
    assert "7 numbers: the same to the last bit." in result.stdout
    assert list((tmp_path / "temporary").iterdir()) == []


def test_what_is_large_does_not_pile_up(
    command: Command, played: ScriptedExecutor, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    start: Callable[[RunDirectory], ScriptedRun] = played.start

    def with_weights(directory: RunDirectory) -> ScriptedRun:
        seen.append([path.name for path in directory.path.parent.glob("2*/*")])
        directory.checkpoints_path.mkdir()
        for path in (
            directory.checkpoint_path,
            directory.model_path,
            directory.checkpoints_path / "epoch-1.npz",
        ):
            path.write_bytes(b"x" * 1000)
        return start(directory)

    monkeypatch.setattr(played, "start", with_weights)
    assert_done(command("verify", report))
    assert len(seen) == 6
    assert not {"checkpoint.npz", "model.safetensors", "checkpoints"} & {
        name for names in seen for name in names
    }


def test_the_last_line_of_compare_is_a_report_too(
    command: Command, played: ScriptedExecutor, report: Path, tmp_path: Path
) -> None:
    last = command(*COMPARE, "--json").stdout.splitlines()[-1]
    (tmp_path / "last.json").write_text(last)
    assert json.loads(last)["event"] == "comparison"
    assert_done(command("verify", tmp_path / "last.json", "--quick"))
