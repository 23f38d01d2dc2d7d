"""The store, while runs go on, are killed or deleted elsewhere."""

import shutil

import pytest

from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.store import RunStore
from mnist_tui.training.events import Event, Paused, Resumed, RunFailed
from tests.runs.helpers import epoch, finished, grow, long_log, make_run, started, step

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("log", [[started(), epoch(1)], long_log()], ids=["short", "summary"])
def test_a_run_that_is_resumed_elsewhere_comes_alive_again(log: list[Event]) -> None:
    directory = make_run([*log, finished(status="stopped")])
    store = RunStore()
    store.refresh()
    run = store.runs[directory.run_id]
    assert run.status is Status.STOPPED
    at = run.epochs[-1].step
    with directory.lock():
        grow(directory, Resumed(at), step(at + 2, run.epochs[-1].epoch + 1))
        assert store.refresh() == {directory.run_id}
        assert run.status is Status.TRAINING
        assert run.finished is None
        assert run.step == at + 2
        grow(directory, finished())
        store.refresh()
    assert run.status is Status.COMPLETED


def test_a_run_that_is_resumed_and_killed_elsewhere_is_interrupted() -> None:
    directory = make_run([started(), epoch(1), RunFailed("why")])
    store = RunStore()
    store.refresh()
    grow(directory, Resumed(4), step(6, 2))
    store.refresh()
    assert store.runs[directory.run_id].status is Status.INTERRUPTED


def test_a_summary_that_comes_alive_can_be_read_as_a_whole() -> None:
    directory = make_run(long_log(finished(status="stopped")))
    store = RunStore()
    store.refresh()
    with directory.lock():
        grow(directory, Resumed(400), step(404, 101))
        store.refresh()
        store.apply(store.read(directory.run_id))
        run = store.runs[directory.run_id]
        assert (run.status, run.step, len(run.epochs)) == (Status.TRAINING, 404, 100)
        grow(directory, epoch(101))
        store.refresh()
    assert len(run.epochs) == 101


def test_a_run_whose_directory_is_deleted_elsewhere_goes() -> None:
    directory = make_run([started(), finished()])
    store = RunStore()
    store.refresh()
    shutil.rmtree(directory.path)
    assert store.refresh() == {directory.run_id}
    assert store.runs == {}


@pytest.mark.parametrize("grows", [False, True])
def test_a_run_whose_log_cannot_be_folded_is_left_out_and_the_others_are_shown(
    grows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = make_run([started(), epoch(1), finished()]), make_run([started()])
    store = RunStore()
    apply = Run.apply

    def failing(run: Run, event: Event) -> None:
        if run.run_id == bad.run_id and isinstance(event, Paused):
            raise OverflowError
        apply(run, event)

    monkeypatch.setattr(Run, "apply", failing)
    with bad.lock():
        if grows:
            assert store.refresh() == {good.run_id, bad.run_id}
        grow(bad, Paused(4))
        assert store.refresh() == ({bad.run_id} if grows else {good.run_id})
        assert list(store.runs) == [good.run_id]
        assert store.refresh() == set()
