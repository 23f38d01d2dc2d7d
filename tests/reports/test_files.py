"""Reports as files that are never written over by accident."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mnist_tui.errors import RunError
from mnist_tui.reports.files import FileTakenError, check_writable, free_name, write_report
from tests.runs.helpers import file_size_limit

pytestmark = pytest.mark.quick


def test_a_report_is_written_and_its_place_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write_report(Path("results.md"), "λ\n") == tmp_path / "results.md"
    assert (tmp_path / "results.md").read_text(encoding="utf-8") == "λ\n"


def test_a_tilde_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert write_report(Path("~/results.md"), "x") == tmp_path / "results.md"


def test_an_existing_file_is_never_written_over_unless_said_so(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    path.write_text("precious")
    with pytest.raises(FileTakenError, match="exists already") as caught:
        write_report(path, "new")
    assert str(path) in str(caught.value)
    assert caught.value.exit_code == 2
    assert path.read_text() == "precious"
    write_report(path, "new", overwrite=True)
    assert path.read_text() == "new"


def test_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileTakenError):
        write_report(path, "new")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("place", ["missing/results.md", "file/results.md"])
def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="choose another place") as caught:
        write_report(tmp_path / place, "x")
    assert str(tmp_path / place) in str(caught.value)
    with pytest.raises(RunError, match="is not a directory"):
        check_writable(tmp_path / place, overwrite=False)


@pytest.mark.parametrize("act", [check_writable, write_report])
def test_a_directory_is_no_place_for_a_report(tmp_path: Path, act: Callable[..., object]) -> None:
    arguments = [] if act is check_writable else ["x"]
    with pytest.raises(FileTakenError):
        act(tmp_path, *arguments, overwrite=False)
    with pytest.raises(RunError, match="cannot be written, because it is no file"):
        act(tmp_path, *arguments, overwrite=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in directories")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RunError, match="is no file"):
        check_writable(tmp_path / "pipe", overwrite=True)
    with pytest.raises(RunError, match="is no file"):
        write_report(tmp_path / "pipe", "x", overwrite=True)
    assert (tmp_path / "pipe").is_fifo()


def not_allowed(*_: object, **__: object) -> None:
    raise OSError(errno.EACCES, os.strerror(errno.EACCES))


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_directory_in_which_nothing_can_be_made_is_refused_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool
) -> None:
    """Whoever is root may write everywhere: the system's answer is played."""
    monkeypatch.setattr(Path, "touch", not_allowed)
    with pytest.raises(RunError, match=r"md cannot be written \(Permission denied\): choose another place"):
        check_writable(tmp_path / "results.md", overwrite=overwrite)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
@pytest.mark.parametrize("overwrite", [True, False])
def test_proc_is_no_place_for_a_report(overwrite: bool) -> None:
    for act in (check_writable, lambda path, overwrite: write_report(path, "x", overwrite=overwrite)):
        with pytest.raises(RunError, match="cannot be written") as caught:
            act(Path("/proc/results.md"), overwrite=overwrite)
        assert "MNIST_TUI_HOME" not in str(caught.value)


def test_a_name_that_is_too_long_is_refused_before_training(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="File name too long"):
        check_writable(tmp_path / ("x" * 300), overwrite=False)


def test_a_link_that_leads_nowhere_is_taken_before_training_too(tmp_path: Path) -> None:
    (tmp_path / "results.md").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileTakenError):
        check_writable(tmp_path / "results.md", overwrite=False)


def test_a_report_that_cannot_be_written_leaves_no_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    with file_size_limit(1000), pytest.raises(RunError, match="choose another place") as caught:
        write_report(path, "x" * 100_000)
    assert "MNIST_TUI_HOME" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
    write_report(path, "x")


def test_a_disk_that_gets_full_does_not_cost_the_old_report(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    path.write_text("precious")
    with file_size_limit(1000), pytest.raises(RunError, match="cannot be written"):
        write_report(path, "x" * 100_000, overwrite=True)
    assert path.read_text() == "precious"


def test_checking_leaves_a_free_place_free(tmp_path: Path) -> None:
    check_writable(tmp_path / "results.md", overwrite=False)
    assert list(tmp_path.iterdir()) == []


def test_free_names_count_up(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    assert free_name(path) == path
    path.touch()
    assert free_name(path) == tmp_path / "results-2.md"
    (tmp_path / "results-2.md").touch()
    assert free_name(path) == tmp_path / "results-3.md"
