"""What can be done to the run that is selected: pause, tune, stop, fork, replay, queue."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from textual.screen import Screen

from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.runs import checkpoints
from mnist_tui.runs.run import Status
from mnist_tui.runs.view import RunView
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.fork import ForkScreen
from mnist_tui.tui.dialogs.tune import TuneScreen
from mnist_tui.tui.screens.replay import ReplayScreen
from mnist_tui.tui.session import Session

Result = TypeVar("Result")


class Desk(Protocol):
    """Whoever keeps the session up to date: the app."""

    laboratory: Laboratory
    session: Session

    def joined(self, run_ids: list[str], follow: str) -> None:
        """Runs were started here; the cursor goes to one of them."""

    def left(self, run_id: str) -> None:
        """A run was deleted."""

    def changed(self, run_ids: set[str]) -> None:
        """Tell every screen that runs look different."""

    def look_soon(self) -> None:
        """A run was asked for something, and should soon show it."""

    def tell(self, error: BaseException) -> None:
        """Say what went wrong."""

    async def push_screen_wait(self, screen: Screen[Result]) -> Result:
        """Ask, and wait for the answer."""


class Steering:
    """What the keys do to a run. Whatever fails becomes a notification: nothing here ends the dashboard.

    Args:
        screen: Where notifications appear, and which ends the questions when it ends.
        desk: Keeps the session up to date.
        selected: The id of the run that is meant, empty for none.
    """

    def __init__(self, screen: Screen[Any], desk: Desk, selected: Callable[[], str]) -> None:
        self._screen, self._desk, self._selected_id = screen, desk, selected
        self._commands: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
            "pause": self.pause,
            "one_epoch": self.one_epoch,
            "move": self.move,
            "replay": self.replay,
        }
        self._dialogs: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "stop": self.stop,
            "tune": self.tune,
            "fork": self.fork,
        }

    async def do(self, what: str, *arguments: Any) -> None:
        """Carry out a command by its name. One that asks goes on by itself."""
        if what in self._dialogs:
            self._screen.run_worker(self._safely(self._dialogs[what]()), group="steering")
        else:
            # One after the other, in the order of the keys.
            await self._safely(self._commands[what](*arguments))

    async def _safely(self, command: Coroutine[Any, Any, None]) -> None:
        try:
            await command
        except Exception as error:
            self._desk.tell(error)

    @property
    def _selected(self) -> RunView | None:
        run_id = self._selected_id()
        return self._desk.session.view(run_id) if run_id in self._desk.laboratory.runs else None

    def hints(self) -> str:
        """What the keys do to the selected run, in a line."""
        view = self._selected
        if view is None:
            return ""
        match view.status:
            case Status.WAITING:
                return "K J earlier, later · x take out"
            case Status.PAUSED:
                return "p resume · n one epoch · t tune · x stop"
            case Status.STARTING | Status.TRAINING:
                return "p pause · n one epoch · t tune · x stop"
        parts = ["p resume"] if view.can_resume else []
        return " · ".join([*parts, "v replay · F fork · x delete"])

    def _target(self) -> RunView | None:
        """The run that a key means: the selected one if it is not over, else the newest that trains."""
        if (selected := self._selected) and selected.is_active:
            return selected
        views = map(self._desk.session.view, reversed(self._desk.laboratory.runs))
        trains = next((one for one in views if one.is_active and one.status is not Status.WAITING), None)
        if trains is None:
            self._say("Nothing trains.")
        return trains

    def _say(self, sentence: str) -> None:
        self._screen.notify(sentence, markup=False)

    async def pause(self) -> None:
        """Pause or resume a run that trains; go on with one that ended before its end."""
        selected = self._selected
        if selected and selected.can_resume:
            run_id = selected.run.run_id
            await self._desk.laboratory.resume(run_id)
            self._desk.joined([run_id], run_id)
            self._desk.look_soon()
        elif target := self._target():
            await self._desk.laboratory.pause_or_resume(target.run.run_id)
            self._desk.look_soon()

    async def one_epoch(self) -> None:
        """Train to the end of the epoch, and pause there."""
        if target := self._target():
            await self._desk.laboratory.one_epoch(target.run.run_id)
            self._desk.look_soon()

    async def move(self, by: int) -> None:
        """Let the selected run come earlier (-1) or later (1)."""
        selected, laboratory = self._selected, self._desk.laboratory
        if selected and selected.status is Status.WAITING and await laboratory.move(selected.run.run_id, by):
            self._desk.look_soon()

    async def stop(self) -> None:
        """Ask what to do with the run, and do it."""
        selected = self._selected
        target = selected if selected and not selected.is_active else self._target()
        if target is None:
            return
        run, laboratory = target.run, self._desk.laboratory
        if target.status is Status.WAITING:
            answers = {"remove": "Take out", "cancel": "Cancel"}
            question = f"Take {run.name} out of the queue?"
        elif target.is_active:
            answers = {"keep": "Stop and keep", "discard": "Discard", "cancel": "Cancel"}
            question = (
                f"Stop {run.name} in epoch {run.epoch}? Kept, it is tested with its best weights so far."
            )
        else:
            answers = {"cancel": "Cancel", "discard": "Delete"}
            question = f"{run.name} is over ({run.status}). Delete its log, weights and checkpoints for good?"
        match await self._desk.push_screen_wait(ConfirmScreen(question, answers)):
            case "keep":
                await laboratory.stop(run.run_id)
            case "remove":
                await laboratory.withdraw(run.run_id)
            case "discard":
                await laboratory.discard(run.run_id)
            case _:
                return
        if run.run_id not in laboratory.runs:
            self._desk.left(run.run_id)
        self._desk.look_soon()

    async def tune(self) -> None:
        """Change learning rate, λ or dropout while the run trains."""
        target = self._target()
        if target is None:
            return
        run = target.run
        if target.status is Status.WAITING:
            self._say(f"{run.name} waits for its turn.")
            return
        settings = await self._desk.push_screen_wait(TuneScreen(run.name, run.config_after()))
        if settings:
            await self._desk.laboratory.change(run.run_id, settings)
            when = "when it goes on" if run.status is Status.PAUSED else "from the next step on"
            self._say(f"{run.name}: changed {when}.")
            self._desk.look_soon()

    async def fork(self) -> None:
        """Start a run that leaves the selected one at the end of an epoch."""
        selected, laboratory = self._selected, self._desk.laboratory
        kept = await asyncio.to_thread(checkpoints.epochs, selected.run.directory) if selected else []
        if not selected or not kept:
            self._say("A run can be forked once an epoch of it is complete.")
            return
        run_id = selected.run.run_id
        self._desk.changed(await laboratory.read(run_id))
        run = laboratory.runs.get(run_id, selected.run)
        configs = {epoch: run.config_after(epoch) for epoch in kept}
        wish = await self._desk.push_screen_wait(ForkScreen(run.name, configs))
        if wish:
            new = await laboratory.fork(run_id, *wish)
            self._desk.joined([run_id, new], new)
            self._desk.look_soon()

    async def replay(self) -> None:
        """Show again how the selected run went, side by side with the others that are shown with it."""
        selected, session = self._selected, self._desk.session
        if selected is None or not selected.run.started:
            self._say("A run can be replayed once it has trained.")
            return
        shown = [session.view(run_id).run for run_id in session.shown] if selected.is_shown else []
        others = [run.directory for run in shown if run.started and run is not selected.run]
        self._screen.app.push_screen(ReplayScreen([selected.run.directory, *others], session.identities))
