"""Links and pipes in a stranger's run: nothing outside of it is written or deleted, and nobody waits."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mnist_tui.errors import RunError
from mnist_tui.jobs import active, deletion
from mnist_tui.jobs.control import send
from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.runs import checkpoints
from mnist_tui.runs.files import write_atomically
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog, LineTail, LogTail
from mnist_tui.runs.store import RunStore
from mnist_tui.training.events import RunFailed, RunFinished
from tests.command import Command, assert_one_sentence
from tests.conftest import write_idx
from tests.runs.helpers import ended, epoch, finished, make_run, started, tiny_config, trained_here
from tests.survival.helpers import only_run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and links to order")

PRECIOUS = b'{"event": "diary", "dear": "diary"}\n'

FILES = (
    "config.json", "events.jsonl", "model.safetensors", "checkpoint.npz", "checkpoints", "predictions.npz",
    "probes.bin", "control.jsonl", "worker.lock", "error.txt",
)  # fmt: skip
"""Every name in a run's directory that this program opens."""

NEEDED = ("config.json", "events.jsonl", "checkpoint.npz")
AT_ONCE = [(name,) for name in NEEDED] + [tuple(name for name in FILES if name not in NEEDED)]
"""What keeps a run from going on, one by one, and all others at once."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a run that was stopped after two epochs of three."""
    data = write_idx(tmp_path_factory.mktemp("data") / "data", 300, 100)
    home = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TUI_HOME", str(home))
        trained_here(tiny_config(data, epochs=3), epochs=2)
    return home


@pytest.fixture
def stopped(trained: Path, home: Path) -> RunDirectory:
    shutil.copytree(trained, home, dirs_exist_ok=True)
    return only_run()


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A file of the user's."""
    path = tmp_path / "precious.txt"
    path.write_bytes(PRECIOUS)
    return path


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def resume(directory: RunDirectory) -> str:
    """Go on with a run; why that failed, or nothing."""
    with ended(WorkerProcess(directory)) as worker:
        events = list(follow(worker))
        assert not worker.is_running
    last = events[-1]
    assert isinstance(last, RunFinished | RunFailed)
    if isinstance(last, RunFailed):
        assert_one_sentence(last.reason)
        return last.reason
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("names", AT_ONCE, ids=" ".join)
def test_a_link_in_a_run_that_goes_on_leads_nowhere(
    stopped: RunDirectory, precious: Path, names: tuple[str, ...]
) -> None:
    for name in names:
        remove(stopped.path / name)
        (stopped.path / name).symlink_to(precious)
        for number in range(3):
            (stopped.path / f"{name}.{os.getpid() + number}.tmp").symlink_to(precious)
    problem = resume(stopped)
    assert precious.read_bytes() == PRECIOUS
    assert not precious.is_symlink()
    if names[0] in {"config.json", "events.jsonl"}:
        assert str(stopped.path / names[0]) in problem
    deletion.delete(stopped)
    assert not stopped.path.exists()
    assert precious.read_bytes() == PRECIOUS


@pytest.mark.slow
def test_checkpoints_of_another_run_are_not_deleted_through_a_link(
    stopped: RunDirectory, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    shutil.move(stopped.checkpoints_path, victim)
    for number in range(2, 9):
        shutil.copy(victim / "epoch-1.npz", victim / f"epoch-{number}.npz")
    before = {path.name: path.read_bytes() for path in victim.iterdir()}
    stopped.checkpoints_path.symlink_to(victim)
    assert checkpoints.epochs(stopped) == []
    assert not checkpoints.make_room(stopped)
    assert resume(stopped) == ""
    assert {path.name: path.read_bytes() for path in victim.iterdir()} == before


@pytest.mark.slow
@pytest.mark.parametrize("names", AT_ONCE, ids=" ".join)
def test_a_pipe_in_a_run_holds_nobody_up(
    stopped: RunDirectory, command: Command, names: tuple[str, ...]
) -> None:
    for name in names:
        remove(stopped.path / name)
        os.mkfifo(stopped.path / name)
    listed = command("runs")
    assert (listed.returncode, listed.stderr) == (0, "")
    store = RunStore()
    store.refresh()
    resume(stopped)
    deletion.delete(stopped)
    assert not stopped.path.exists()


@pytest.mark.quick
def test_a_run_that_is_a_link_is_not_trained(tmp_path: Path) -> None:
    directory = make_run([started(), epoch(1)])
    elsewhere = tmp_path / "elsewhere"
    shutil.move(directory.path, elsewhere)
    (elsewhere / "control.jsonl").write_bytes(PRECIOUS)
    directory.path.symlink_to(elsewhere)
    with pytest.raises(RunError, match=f"{directory.run_id} is a link"):
        WorkerProcess(directory)
    assert (elsewhere / "control.jsonl").read_bytes() == PRECIOUS


def link(path: Path, precious: Path) -> None:
    path.symlink_to(precious)


def pipe(path: Path, _precious: Path) -> None:
    os.mkfifo(path)


def heard_pipe(path: Path, _precious: Path) -> None:
    """A pipe that somebody reads, so that it could be written to."""
    os.mkfifo(path)
    os.open(path, os.O_RDONLY | os.O_NONBLOCK)


Put = Callable[[Path, Path], None]


@pytest.mark.quick
@pytest.mark.parametrize("put", [link, pipe, heard_pipe])
def test_nothing_is_appended_to_what_is_no_file(tmp_path: Path, precious: Path, put: Put) -> None:
    path = tmp_path / "events.jsonl"
    put(path, precious)
    with pytest.raises(
        RunError, match=r"events\.jsonl cannot be written, because it is .*: delete it\."
    ) as raised:
        EventLog(path)
    assert_one_sentence(str(raised.value))
    with pytest.raises(OSError, match=r".+"):
        send(path, "stop")
    assert precious.read_bytes() == PRECIOUS


@pytest.mark.quick
@pytest.mark.parametrize("put", [link, pipe, heard_pipe])
def test_what_is_no_file_has_no_lines(tmp_path: Path, precious: Path, put: Put) -> None:
    path = tmp_path / "events.jsonl"
    put(path, precious)
    assert LineTail(path).read_lines() == []
    assert not LineTail(path).has_more
    assert LogTail(path).read_ends(0) is None


@pytest.mark.quick
def test_a_link_in_the_place_of_a_temporary_file_is_not_written_through(
    tmp_path: Path, precious: Path
) -> None:
    path = tmp_path / "config.json"
    (tmp_path / f"config.json.{os.getpid()}.tmp").symlink_to(precious)
    write_atomically(path, b"{}")
    assert path.read_bytes() == b"{}"
    assert not path.is_symlink()
    assert precious.read_bytes() == PRECIOUS


@pytest.mark.quick
@pytest.mark.parametrize("put", [link, pipe])
def test_the_mark_of_a_run_that_trains_is_a_file_of_its_own(precious: Path, put: Put) -> None:
    directory = make_run([started(), epoch(1), finished()])
    mark = directory.path.parent / ".active" / directory.run_id
    mark.parent.mkdir()
    put(mark, precious)
    assert not active.is_trained_by(directory, os.getpid())
    active.enter(directory)
    assert active.is_trained_by(directory, os.getpid())
    assert precious.read_bytes() == PRECIOUS
