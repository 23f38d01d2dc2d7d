"""Reports as files that are never written over by accident."""

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


def test_a_directory_is_no_place_for_a_report(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        write_report(tmp_path, "x", overwrite=True)
    with pytest.raises(FileTakenError):
        check_writable(tmp_path, overwrite=False)


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
