"""Standard streams that are not what a command would like: closed, at their end, or no terminal."""

import io
import subprocess
import sys

import pytest

from mnist_tui.cli import app
from mnist_tui.errors import RunError
from mnist_tui.runs.layout import RunDirectory
from tests.patience import PATIENCE
from tests.runs.helpers import finished, make_run, started


class Typed(io.StringIO):
    """What somebody types at a terminal, up to ctrl+d."""

    def isatty(self) -> bool:
        return True


def delete(run_id: str) -> int:
    """`mnist-tui runs delete` in this process."""
    code: int = app(
        ["runs", "delete", run_id], exit_on_error=False, print_error=False, result_action="return_value"
    )
    return code


@pytest.fixture
def directory() -> RunDirectory:
    return make_run([started(), finished()])


@pytest.mark.quick
@pytest.mark.parametrize("typed", ["", "\n", "n\n", "yesterday\n"])
def test_whatever_is_no_yes_deletes_nothing(
    directory: RunDirectory, typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed(typed))
    assert delete(directory.run_id) == 1
    assert directory.config_path.exists()
    shown = capsys.readouterr()
    assert shown.out.startswith(f"Delete {directory.path}? It goes into the bin. [y/N] ")
    assert shown.err == ""


@pytest.mark.quick
def test_yes_deletes(
    directory: RunDirectory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed("Y\n"))
    assert delete(directory.run_id) == 0
    assert not directory.path.exists()
    assert capsys.readouterr().out.endswith(f"Deleted {directory.run_id}.\n")


@pytest.mark.quick
def test_a_run_that_begins_to_train_while_the_question_stands_is_left_alone(
    directory: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = directory.lock()

    def resumed_elsewhere(_question: str) -> str:
        lock.acquire(timeout=0)
        return "y"

    monkeypatch.setattr(sys, "stdin", Typed())
    monkeypatch.setattr("builtins.input", resumed_elsewhere)
    try:
        with pytest.raises(RunError, match=r"is being trained: stop it first\."):
            delete(directory.run_id)
    finally:
        lock.release()
    assert directory.events_path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the shell of POSIX closes streams")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("runs >&-", 0),
        ("runs show nothing 2>&-", 2),
        ("runs <&- >&- 2>&-", 0),
        ("<&-", 2),
        ("--version >&-", 0),
    ],
)
def test_a_closed_stream_is_no_defect(arguments: str, code: int) -> None:
    make_run([started(), finished()])
    result = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -m mnist_tui {arguments}', sys.executable],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert result.returncode == code
    assert "Internal error" not in result.stderr
