"""Runs of which only the ends of the log were read, and that are then read as a whole."""

from mnist_tui.analysis.cells import epochs_completed, time
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.store import RunStore
from mnist_tui.runs.view import RunView
from mnist_tui.training.events import Event, Resumed
from tests.runs.helpers import epoch, finished, make_run, started, step


def test_events_that_a_look_and_the_whole_reading_both_saw_count_once() -> None:
    """The whole is read in another thread than the looks: one may be applied after the other."""
    log: list[Event] = [started()]
    for number in range(1, 101):
        log += [step(4 * number, number), epoch(number)]
    directory = make_run([*log, finished(status="stopped", epochs=100)], epochs=200)
    store = RunStore()
    store.refresh()
    assert store.runs[directory.run_id].is_summary
    with directory.lock().acquire(), EventLog(directory.events_path) as events:
        for event in (Resumed(400), step(404, 101), epoch(101)):
            events.append(event)
        look = store.scan()
        whole = store.read(directory.run_id)
        store.apply(whole)
        store.apply(look)
        run = store.runs[directory.run_id]
        assert [one.epoch for one in run.epochs] == list(range(1, 102))
        assert run.earlier_tests == 1
        assert list(run.train.step) == [4 * number for number in range(1, 102)]


def test_a_run_that_was_stopped_long_after_its_last_epoch_tells_its_epochs_and_its_time() -> None:
    """Up to 39 steps an epoch, in logs of older versions: the last epoch is not among the last 8 kB."""
    log: list[Event] = [started()]
    for number in range(1, 200):
        log += [step(40 * number, number), epoch(number, step=40 * number)]
    log += [step(40 * 199 + one, 200) for one in range(1, 400)]
    end = finished(status="stopped", epochs=199, train_seconds=77.0)
    directory = make_run([*log, end], epochs=10_000)
    store = RunStore()
    store.refresh()
    run = store.runs[directory.run_id]
    assert run.is_summary
    assert (run.epoch, run.train_seconds) == (199, 77.0)
    view = RunView(run, run.name)
    assert (epochs_completed(view), time(view)) == (199, 77.0)
