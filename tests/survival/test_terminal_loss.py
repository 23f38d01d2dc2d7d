"""Dashboards that lose their terminal or their life: workers stop and keep, unless told to train on."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.events import Epoch, Event, RunFailed, RunFinished, Step
from tests.command import running
from tests.runs.helpers import ended, events_of, has, until
from tests.survival.helpers import SMALL, counted_epochs, only_run, unreadable_lines
from tests.terminal import Terminal, start_endless_run

pytestmark = pytest.mark.slow

Open = Callable[..., Terminal]


def hang_up(terminal: Terminal) -> None:
    """What the system does to a dashboard whose terminal window is closed."""
    terminal.process.ptyproc.fileobj.close()  # type: ignore[attr-defined] # its stubs know less of it


def send(number: int) -> Callable[[Terminal], None]:
    return lambda terminal: terminal.process.kill(number)


def until_let_go(directory: RunDirectory) -> list[Event]:
    """Until nobody trains a run; its log."""
    until(lambda: not directory.is_locked())
    return events_of(directory)


def steps(events: list[Event]) -> list[int]:
    return [event.step for event in events if isinstance(event, Step)]


@pytest.mark.parametrize(
    ("end", "environment"),
    [(send(signal.SIGKILL), {"NO_COLOR": "1"}), (send(signal.SIGHUP), {"TERM": "xterm"}), (hang_up, {})],
    ids=["SIGKILL without colour", "SIGHUP with sixteen colours", "closed terminal"],
)
def test_a_dashboard_that_is_gone_trains_nothing_on(
    open_terminal: Open, end: Callable[[Terminal], None], environment: dict[str, str]
) -> None:
    terminal = open_terminal(**environment)
    start_endless_run(terminal)
    directory = only_run()
    until(lambda: has(directory, Epoch, 2))
    before = directory.events_path.read_bytes()
    end(terminal)
    events = until_let_go(directory)
    until(lambda: not terminal.process.isalive())
    assert directory.events_path.read_bytes().startswith(before)
    assert not unreadable_lines(directory)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].status == "stopped"
    assert not any(isinstance(event, RunFailed) for event in events)
    seen = steps(events)
    assert seen == sorted(set(seen)), "each step stands there once"
    assert events[-1].epochs == len(counted_epochs(directory))
    assert directory.predictions_path.exists()
    run, _ = Run.load(directory)
    assert run.status is Status.STOPPED
    if end is not hang_up:  # what comes next is the same for all
        return
    learnt = len(run.epochs)
    with ended(WorkerProcess(directory)) as worker:  # and it can go on
        until(lambda: len(counted_epochs(directory)) > learnt)
        worker.send("stop")
        *_, last = follow(worker)
    assert isinstance(last, RunFinished)
    epochs = counted_epochs(directory)
    assert [one.epoch for one in epochs] == list(range(1, len(epochs) + 1))


def leave_in_the_background(terminal: Terminal) -> None:
    terminal.press("q")
    terminal.wait_for(lambda shown: "Leave in the background" in shown)
    terminal.press("\x1b[C")
    terminal.read(0.3)
    terminal.press("\r")
    assert terminal.wait_for_end() == 0


def stop_and_keep(terminal: Terminal) -> None:
    terminal.press("x")
    terminal.wait_for(lambda shown: "Stop and keep" in shown)
    terminal.read(0.3)
    terminal.press("\r")
    terminal.wait_for(lambda shown: "0 training · 1 finished" in shown)


def test_two_dashboards_steer_a_run_and_left_in_the_background_it_trains_on(open_terminal: Open) -> None:
    terminal, again = open_terminal(), open_terminal()
    start_endless_run(terminal)
    directory = only_run()
    again.wait_for(lambda shown: "1 training" in shown and "/9999" in shown)
    again.press("p")
    terminal.wait_for(lambda shown: "paused" in shown)
    again.wait_for(lambda shown: "paused" in shown)
    terminal.press("p")
    again.wait_for(lambda shown: "paused" not in shown)
    leave_in_the_background(terminal)
    terminal.process.close(force=True)
    try:
        then = len(counted_epochs(directory))
        until(lambda: len(counted_epochs(directory)) >= then + 3)
        assert directory.is_locked()
        # A dashboard that did not start it takes nothing with it.
        again.process.kill(signal.SIGKILL)
        again.process.wait()
        then = len(counted_epochs(directory))
        until(lambda: len(counted_epochs(directory)) >= then + 2)
        last = open_terminal()
        last.wait_for(lambda shown: "1 training" in shown)
        stop_and_keep(last)
        last.press("q")
        assert last.wait_for_end() == 0
    finally:
        events_before = until_stopped(directory)
    assert isinstance(events_before[-1], RunFinished)
    assert not any(isinstance(event, RunFailed) for event in events_before)
    assert not unreadable_lines(directory)


def until_stopped(directory: RunDirectory) -> list[Event]:
    """Ask whoever trains a run to stop, and wait for it; its log."""
    if directory.is_locked():
        with directory.control_path.open("ab") as file:
            file.write(b'{"command": "stop"}\n')
    return until_let_go(directory)


def test_a_dashboard_that_dies_as_a_run_starts_leaves_it_resumable(open_terminal: Open) -> None:
    """The worker may not have read its data yet when its standard input closes."""
    terminal = open_terminal()
    terminal.wait_for(lambda shown: "Press r" in shown)
    while not list_runs():
        terminal.press("r")
        terminal.read(0.05)
    terminal.process.kill(signal.SIGKILL)
    for path in list_runs():
        directory = RunDirectory(path)
        with ended(WorkerProcess(directory)) as worker:
            next((event for event in follow(worker) if isinstance(event, Epoch)), None)
            worker.send("stop")
            list(follow(worker))
        until_let_go(directory)
        run, _ = Run.load(directory)
        run.abandon()
        assert run.status in {Status.STOPPED, Status.COMPLETED, Status.EARLY_STOPPED}
        assert not any(isinstance(event, RunFailed) for event in events_of(directory))


@contextlib.contextmanager
def under_nohup() -> Iterator[None]:
    """Whatever is started here does not hear of a terminal that goes away."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_command_under_nohup_trains_on_when_its_terminal_goes_and_hears_ctrl_c(tiny_data: Path) -> None:
    with contextlib.ExitStack() as stack:
        with under_nohup():
            options = ("--dataset", str(tiny_data), *SMALL, "--epochs", "10000")
            process = stack.enter_context(running("train", *options))
        until(list_runs)
        directory = only_run()
        until(lambda: has(directory, Epoch))
        process.send_signal(signal.SIGHUP)
        learnt = len(counted_epochs(directory))
        until(lambda: len(counted_epochs(directory)) > learnt + 1)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    last = events_of(directory)[-1]
    assert isinstance(last, RunFinished)
    assert last.status == "stopped"
