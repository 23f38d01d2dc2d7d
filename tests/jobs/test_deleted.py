"""The bin: runs that were deleted rest there whole, come back whole, and go for good when it is emptied."""

import os
import shutil
from pathlib import Path

import pytest

from mnist_tui import paths
from mnist_tui.errors import RunError, UnknownRunError
from mnist_tui.jobs import deleted, deletion
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.store import RunStore
from tests.runs.helpers import finished, make_run, started

pytestmark = pytest.mark.quick


@pytest.fixture
def run() -> RunDirectory:
    """A run that is over."""
    return make_run([started(), finished()])


def content(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.iterdir() if one.name != "worker.lock"}


def in_bin(run: RunDirectory) -> Path:
    return paths.runs_directory() / ".bin" / run.run_id


def test_a_run_goes_into_the_bin_whole_and_comes_back_whole(run: RunDirectory) -> None:
    before = content(run.path)
    deleted.throw_away(run)
    assert list_runs() == []
    assert content(in_bin(run)) == before
    found = deleted.contents()
    assert (found.run_ids, str(found)) == ((run.run_id,), "1 run, under 1 MB")
    deletion.remove_wrecks(paths.runs_directory())
    assert deleted.restore(run.run_id[-6:]) == run.run_id
    assert content(run.path) == before
    assert deleted.contents().run_ids == ()


def test_the_store_forgets_it_and_finds_it_again(run: RunDirectory) -> None:
    store = RunStore()
    store.refresh()
    deleted.throw_away(run)
    store.forget(run.run_id)
    assert store.refresh() == set()
    deleted.restore(run.run_id)
    assert store.refresh() == {run.run_id}


def test_a_run_that_trains_stays_where_it_is(run: RunDirectory) -> None:
    with run.lock(), pytest.raises(RunError, match="is being trained"):
        deleted.throw_away(run)
    assert list_runs() == [run.path]


def test_a_run_that_is_gone_already_is_no_problem(run: RunDirectory) -> None:
    shutil.rmtree(run.path)
    deleted.throw_away(run)
    assert deleted.contents().run_ids == ()


def test_nothing_is_lost_where_the_place_is_taken(run: RunDirectory) -> None:
    shutil.copytree(run.path, in_bin(run))
    with pytest.raises(RunError, match="is in the bin already"):
        deleted.throw_away(run)
    with pytest.raises(RunError, match="is there already"):
        deleted.restore(run.run_id)
    assert list_runs() == [run.path]
    assert in_bin(run).is_dir()


def test_what_is_no_run_of_ours_is_neither_listed_nor_brought_back(run: RunDirectory, tmp_path: Path) -> None:
    deleted.throw_away(run)
    for name in ("notes", "../x"):
        with pytest.raises(UnknownRunError, match="runs bin"):
            deleted.restore(name)
    (in_bin(run).parent / "notes").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (in_bin(run).parent / "20260101-000000000-link-000000").symlink_to(elsewhere)
    assert deleted.contents().run_ids == (run.run_id,)
    deleted.empty()
    assert elsewhere.is_dir()
    assert (in_bin(run).parent / "notes").is_dir()


def test_a_bin_that_is_a_link_is_not_followed(run: RunDirectory, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (paths.runs_directory() / ".bin").symlink_to(tmp_path / "elsewhere")
    for act in (lambda: deleted.throw_away(run), deleted.contents, deleted.empty):
        with pytest.raises(RunError, match="is a link"):
            act()
    assert list_runs() == [run.path]


def test_emptying_deletes_for_good_and_says_what(run: RunDirectory) -> None:
    (run.path / "model.safetensors").write_bytes(bytes(3_000_000))
    os.link(run.path / "model.safetensors", run.path / "the same")
    deleted.throw_away(run)
    assert str(deleted.contents()) == "1 run, 3 MB"
    assert deleted.empty().run_ids == (run.run_id,)
    assert list((paths.runs_directory()).glob(".*/*")) == []
    assert str(deleted.empty()) == "0 runs, under 1 MB"
