"""What can be done to the run under the cursor: pause, tune, stop, fork, replay, queue."""

import asyncio
from abc import abstractmethod
from collections.abc import Coroutine, Sequence
from typing import Any

from textual import work
from textual.message import Message

from mnist_tui.errors import MnistTuiError
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.runs import checkpoints
from mnist_tui.runs.run import ACTIVE, Run, Status
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.fork import ForkScreen
from mnist_tui.tui.dialogs.tune import TuneScreen
from mnist_tui.tui.identity import Identities
from mnist_tui.tui.screens.panels import PanelsScreen
from mnist_tui.tui.screens.replay import ReplayScreen


class SteeringScreen(PanelsScreen):
    """A screen on which one run is the selected one.

    Args:
        laboratory: The runs, and the processes behind some of them.
    """

    class Asked(Message):
        """A run was started or steered, and should soon show it."""

    def __init__(self, laboratory: Laboratory) -> None:
        super().__init__()
        self._laboratory = laboratory
        self._identities = Identities()

    @property
    @abstractmethod
    def selected(self) -> Run | None:
        """The run under the cursor."""

    @property
    @abstractmethod
    def shown(self) -> Sequence[Run]:
        """The runs whose curves are shown."""

    @abstractmethod
    def joined(self, run_ids: Sequence[str]) -> None:
        """These runs were started here."""

    @abstractmethod
    def left(self, run_id: str) -> None:
        """This run is not there any more."""

    @abstractmethod
    def show_changes(self, changed: set[str]) -> None:
        """Show what became of some runs."""

    def hints(self) -> str:
        """What the keys do to the selected run, in a line."""
        run = self.selected
        if run is None:
            return ""
        match self._status(run):
            case Status.WAITING:
                return "K J earlier, later · x take out"
            case Status.PAUSED:
                return "p resume · n one epoch · t tune · x stop"
            case Status.STARTING | Status.TRAINING:
                return "p pause · n one epoch · t tune · x stop"
        parts = ["p resume"] if run.can_resume else []
        return " · ".join([*parts, "v replay · F fork · x delete"])

    def _status(self, run: Run) -> Status:
        return Status.WAITING if self._laboratory.place(run.run_id) else run.status

    def _is_active(self, run: Run) -> bool:
        return self._status(run) in ACTIVE

    def _target(self) -> Run | None:
        """The run that a key means: the selected one if it is not over, else the newest that trains."""
        if self.selected and self._is_active(self.selected):
            return self.selected
        runs = self._laboratory.runs.values()
        active = [run for run in runs if run.is_active and self._status(run) is not Status.WAITING]
        if not active:
            self.notify("Nothing trains.", markup=False)
            return None
        return active[-1]

    async def action_pause(self) -> None:
        """Pause or resume a run that trains; go on with one that ended before its end."""
        run = self.selected
        if run and run.can_resume and not self._is_active(run):
            if await self._steer(self._laboratory.resume(run.run_id)):
                self.joined([run.run_id])
        elif target := self._target():
            await self._steer(self._laboratory.pause_or_resume(target.run_id))

    async def action_one_epoch(self) -> None:
        """Train to the end of the epoch, and pause there."""
        if run := self._target():
            await self._steer(self._laboratory.one_epoch(run.run_id))

    async def action_move(self, by: int) -> None:
        """Let the selected run come earlier (-1) or later (1)."""
        run = self.selected
        if run is None or self._status(run) is not Status.WAITING:
            return
        if await self._steer(self._laboratory.move(run.run_id, by)):
            self.show_changes(set(self._laboratory.waiting))

    @work
    async def action_stop(self) -> None:
        """Ask what to do with the run, and do it."""
        run = self.selected if self.selected and not self._is_active(self.selected) else self._target()
        if run is None:
            return
        name = run.name
        if self._status(run) is Status.WAITING:
            answers = {"remove": "Take out", "cancel": "Cancel"}
            question = f"Take {name} out of the queue?"
        elif self._is_active(run):
            answers = {"keep": "Stop and keep", "discard": "Discard", "cancel": "Cancel"}
            question = f"Stop {name} in epoch {run.epoch}? Kept, it is tested with its best weights so far."
        else:
            answers = {"cancel": "Cancel", "discard": "Delete"}
            question = f"{name} is over ({run.status}). Delete its log, weights and checkpoints for good?"
        answer = await self.app.push_screen_wait(ConfirmScreen(question, answers))
        if answer == "keep":
            await self._steer(self._laboratory.stop(run.run_id))
        elif answer == "remove":
            await self._steer(self._laboratory.withdraw(run.run_id))
            if run.run_id not in self._laboratory.runs:
                self.left(run.run_id)
        elif answer == "discard" and await self._steer(self._laboratory.discard(run.run_id)):
            self.left(run.run_id)

    @work
    async def action_tune(self) -> None:
        """Change learning rate, λ or dropout while the run trains."""
        run = self._target()
        if run is None:
            return
        if self._status(run) is Status.WAITING:
            self.notify(f"{run.name} waits for its turn.", markup=False)
            return
        settings = await self.app.push_screen_wait(TuneScreen(run.name, run.config_after()))
        if settings and await self._steer(self._laboratory.change(run.run_id, settings)):
            paused = run.status is Status.PAUSED
            when = "when it goes on" if paused else "from the next step on"
            self.notify(f"{run.name}: changed {when}.", markup=False)

    @work
    async def action_fork(self) -> None:
        """Start a run that leaves the selected one at the end of an epoch."""
        run = self.selected
        kept = await asyncio.to_thread(checkpoints.epochs, run.directory) if run else []
        if not run or not kept:
            self.notify("A run can be forked once an epoch of it is complete.", markup=False)
            return
        self.show_changes(await self._laboratory.read(run.run_id))
        run = self._laboratory.runs.get(run.run_id, run)
        configs = {epoch: run.config_after(epoch) for epoch in kept}
        wish = await self.app.push_screen_wait(ForkScreen(run.name, configs))
        if wish is None:
            return
        epoch, changes = wish
        try:
            new = await self._laboratory.fork(run.run_id, epoch, changes)
        except MnistTuiError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.joined([run.run_id, new])
        self.post_message(self.Asked())

    def action_replay(self) -> None:
        """Show again how the selected run went, side by side with the others that are shown with it."""
        run = self.selected
        if run is None or not run.started:
            self.notify("A run can be replayed once it has trained.", markup=False)
            return
        shown = [one for one in self.shown if one.started] if run in self.shown else []
        others = [one.directory for one in shown if one is not run]
        self.app.push_screen(ReplayScreen([run.directory, *others], self._identities))

    async def _steer(self, command: Coroutine[Any, Any, object]) -> bool:
        """Carry out a command; whether it could be."""
        try:
            await command
        except MnistTuiError as error:
            self.notify(str(error), severity="error", markup=False)
            return False
        self.post_message(self.Asked())
        return True
