"""What can be done to the runs that are selected: pause, tune, stop, fork, replay, queue."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from textual.screen import Screen

from mnist_tui.errors import MnistTuiError
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.runs import checkpoints
from mnist_tui.runs.run import Status
from mnist_tui.runs.view import RunView
from mnist_tui.settings.choices import MANY_IMAGES
from mnist_tui.tui.calling import RUNS, about, called, called_in_short
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.fork import ForkScreen
from mnist_tui.tui.dialogs.tune import TuneScreen
from mnist_tui.tui.keys.key import written
from mnist_tui.tui.keys.steering import STEERING
from mnist_tui.tui.screens.replay import ReplayScreen
from mnist_tui.tui.session import Session

Result = TypeVar("Result")
Done = TypeVar("Done")


class Desk(Protocol):
    """Whoever keeps the session up to date: the app."""

    laboratory: Laboratory
    session: Session

    def joined(self, run_ids: list[str], follow: str) -> None:
        """Runs were started here; the cursor goes to one of them."""

    def left(self, run_id: str) -> None:
        """A run was deleted."""

    async def read(self, run_id: str) -> None:
        """Read the whole log of a run of which only the ends were read."""

    def look_soon(self) -> None:
        """A run was asked for something, and should soon show it."""

    def tell(self, error: BaseException) -> None:
        """Say what went wrong."""

    async def push_screen_wait(self, screen: Screen[Result]) -> Result:
        """Ask, and wait for the answer."""


class Steering:
    """What the keys do to a run, or to all runs of a row. Nothing here ends the dashboard.

    Whatever fails becomes a notification.

    Args:
        screen: Where notifications appear, and which ends the questions when it ends.
        desk: Keeps the session up to date.
        selected: The ids of the runs that are meant, empty for none.
    """

    def __init__(self, screen: Screen[Any], desk: Desk, selected: Callable[[], Sequence[str]]) -> None:
        self._screen, self._desk, self._selected_ids = screen, desk, selected
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
    def _selected(self) -> list[RunView]:
        runs = self._desk.laboratory.runs
        return [self._desk.session.view(run_id) for run_id in self._selected_ids() if run_id in runs]

    def offers(self) -> dict[str, str]:
        """What the keys would do to the selected runs, or to what trains: the action, and words for it.

        What can be lost is said with what loses it.
        """
        offered, selected = self._offered(), self._selected
        if selected and "stop" in offered:
            offered["stop"] += f" {called_in_short(selected)}"
        if not selected and (trains := self._newest_that_trains()):
            offered = {
                "pause": f"Pause {called_in_short([trains])}",
                "one_epoch": "One epoch",
                "tune": "Tune",
            }
        return {f"steer('{what}')": words for what, words in offered.items()}

    def hints(self) -> str:
        """What the keys do to the selected runs, in a line."""
        offered = self._offered()
        if offered.keys() == {"stop"}:
            return f"{_keys('move')} earlier, later · {_keys('stop')} take out"
        return " · ".join(f"{_keys(what)} {word.lower()}" for what, word in offered.items())

    def _offered(self) -> dict[str, str]:
        """What can be done to the selected runs: the command, and a word for it."""
        statuses = {view.status for view in self._selected}
        if statuses & {Status.STARTING, Status.TRAINING, Status.PAUSED}:
            pause = "Pause" if statuses & {Status.STARTING, Status.TRAINING} else "Resume"
            return {"pause": pause, "one_epoch": "One epoch", "tune": "Tune", "stop": "Stop"}
        if Status.WAITING in statuses:
            return {"stop": "Take out"}
        if not statuses:
            return {}
        resume = {"pause": "Resume"} if any(view.can_resume for view in self._selected) else {}
        return {**resume, "replay": "Replay", "fork": "Fork", "stop": "Delete"}

    def _newest_that_trains(self) -> RunView | None:
        views = map(self._desk.session.view, reversed(self._desk.laboratory.runs))
        return next((one for one in views if one.is_active and one.status is not Status.WAITING), None)

    def _targets(self) -> list[RunView]:
        """The runs that a key means: the selected ones that are not over; with none selected, what trains."""
        selected = self._selected
        if active := [view for view in selected if view.is_active]:
            return active
        if selected:
            self._say(f"{called(selected)} {'are' if len(selected) > 1 else 'is'} over.")
            return []
        trains = self._newest_that_trains()
        if trains is None:
            self._say("Nothing trains.")
        return [trains] if trains else []

    def _begun(self) -> list[RunView]:
        """Those of the targets that do not wait; where all do, it is said, and there is none."""
        targets = self._targets()
        begun = [view for view in targets if view.status is not Status.WAITING]
        if targets and not begun:
            self._say(f"{called(targets)} {'wait for their' if len(targets) > 1 else 'waits for its'} turn.")
        return begun

    def _say(self, sentence: str) -> None:
        self._screen.notify(sentence, markup=False)

    async def _each(self, run_ids: Iterable[str], act: Callable[[str], Awaitable[Done]]) -> list[Done]:
        """Do something to each run. What fails for one is told, and keeps no other from it.

        Returns:
            What came of it, where it did not fail.
        """
        done, failed = [], {}
        for run_id in run_ids:
            try:
                done.append(await act(run_id))
            except MnistTuiError as error:
                failed[str(error)] = error
        for problem in failed.values():
            self._desk.tell(problem)
        return done

    async def pause(self) -> None:
        """Pause or resume runs that train; go on with those that ended before their end."""
        selected, laboratory = self._selected, self._desk.laboratory
        ended = _ids(view for view in selected if view.can_resume)
        if ended and not any(view.is_active for view in selected):
            await self._each(ended, laboratory.resume)
            self._desk.joined(ended, ended[0])
            self._desk.look_soon()
            return
        begun = self._begun()
        running = [view for view in begun if view.status is not Status.PAUSED]
        await self._each(_ids(running or begun), laboratory.pause_or_resume)
        self._desk.look_soon()

    async def one_epoch(self) -> None:
        """Train to the end of the epoch, and pause there."""
        await self._each(_ids(self._begun()), self._desk.laboratory.one_epoch)
        self._desk.look_soon()

    async def move(self, by: int) -> None:
        """Let the selected runs come earlier (-1) or later (1)."""
        laboratory = self._desk.laboratory
        selected = set(_ids(self._selected))
        queue = laboratory.waiting if by < 0 else laboratory.waiting[::-1]
        waiting = [run_id for run_id in queue if run_id in selected]
        # Those that stand at the end already stay there: runs of a row do not overtake each other.
        free = [run_id for place, run_id in enumerate(waiting) if queue[place] != run_id]
        if any(await self._each(free, lambda run_id: laboratory.move(run_id, by))):
            self._desk.look_soon()

    async def stop(self) -> None:
        """Ask what to do with the runs, and do it."""
        selected, laboratory = self._selected, self._desk.laboratory
        targets = selected if selected and not any(view.is_active for view in selected) else self._targets()
        if not targets:
            return
        answer = await self._desk.push_screen_wait(_stop_question(targets))
        if answer in {None, "cancel"}:
            return

        async def end(run_id: str) -> None:
            run = laboratory.runs.get(run_id)
            if answer == "discard":
                await laboratory.discard(run_id)
            elif answer == "remove" or laboratory.place(run_id):
                await laboratory.withdraw(run_id)
            elif run and run.is_active:  # it may have ended while the question was there
                await laboratory.stop(run_id)
            if run_id not in laboratory.runs:
                self._desk.left(run_id)

        # What waits goes first: a core that is freed would start it.
        targets.sort(key=lambda view: view.status is not Status.WAITING)
        await self._each(_ids(targets), end)
        gone = [run_id for run_id in _ids(targets) if run_id not in laboratory.runs]
        if answer == "discard" and gone:
            self._desk.session.deleted(gone)
            self._say(f"{called(targets)}: in the bin; u brings {'them' if len(gone) > 1 else 'it'} back.")
        self._desk.look_soon()

    async def tune(self) -> None:
        """Change learning rate, λ or dropout while runs train."""
        begun = self._begun()
        if not begun:
            return
        title, config = about(f"Change {RUNS} while it trains", begun), begun[0].run.config_after()
        settings = await self._desk.push_screen_wait(TuneScreen(title, config, _train_images(begun)))
        if settings:
            laboratory = self._desk.laboratory
            if not await self._each(_ids(begun), lambda run_id: laboratory.change(run_id, settings)):
                return
            paused = all(view.run.status is Status.PAUSED for view in begun)
            self._say(f"{called(begun)}: changed {'when it goes on' if paused else 'from the next step on'}.")
            self._desk.look_soon()

    async def fork(self) -> None:
        """Start runs that leave the selected ones at the end of an epoch."""
        selected, laboratory = self._selected, self._desk.laboratory
        kept = await asyncio.to_thread(_epochs_of_all, selected)
        if not kept:
            self._say("A run can be forked once an epoch of it is complete.")
            return
        ids = _ids(selected)
        for run_id in ids:
            await self._desk.read(run_id)
        run = laboratory.runs.get(ids[0], selected[0].run)
        configs = {epoch: run.config_after(epoch) for epoch in kept}
        title = about(f"Fork {RUNS}: same weights, another setting", selected)
        dialog = ForkScreen(title, configs, _train_images(selected))
        wish = await self._desk.push_screen_wait(dialog)
        if wish:
            new = await self._each(ids, lambda run_id: laboratory.fork(run_id, *wish))
            self._desk.joined([*ids, *new], next(iter(new), ""))
            self._desk.look_soon()

    async def replay(self) -> None:
        """Show again how the selected runs went, side by side with the others that are shown with them."""
        selected, session = self._selected, self._desk.session
        begun = [view.run for view in selected if view.run.started]
        if not begun:
            self._say("A run can be replayed once it has trained.")
            return
        shown = [session.view(run_id).run for run_id in session.shown_runs] if selected[0].is_shown else []
        others = [run for run in shown if run.started and run not in begun]
        directories = [run.directory for run in (*begun, *others)]
        self._screen.app.push_screen(ReplayScreen(directories, session.identities))


def _keys(what: str) -> str:
    """The keys of a command."""
    found = (one for one in STEERING if one.action.startswith(f"steer('{what}'"))
    return " ".join(written(one.keys.split(",")[0]) for one in found)


def _ids(views: Iterable[RunView]) -> list[str]:
    return [view.run.run_id for view in views]


def _train_images(views: Sequence[RunView]) -> int:
    """How many images runs of a row train on."""
    return next((view.run.started.train_images for view in views if view.run.started), MANY_IMAGES)


def _epochs_of_all(views: Sequence[RunView]) -> list[int]:
    """The epochs that all of some runs can be forked after."""
    kept = [set(checkpoints.epochs(view.run.directory)) for view in views]
    return sorted(set.intersection(*kept)) if kept else []


def _stop_question(views: Sequence[RunView]) -> ConfirmScreen:
    """What to ask before runs are ended or deleted."""
    several = len(views) > 1
    if all(view.status is Status.WAITING for view in views):
        question = about(f"Take {RUNS} out of the queue?", views)
        return ConfirmScreen(question, {"remove": "Take out", "cancel": "Back"})
    if any(view.is_active for view in views):
        kept = "each that trains is tested with its" if several else "it is tested with its"
        where = "" if several else f" in epoch {views[0].run.epoch}"
        question = about(f"Stop {RUNS}{where}? Kept, {kept} best weights so far.", views)
        return ConfirmScreen(question, {"keep": "Stop and keep", "discard": "Discard", "cancel": "Back"})
    over = f"{RUNS}: all are over" if several else f"{RUNS} is over ({views[0].status})"
    whose = "their logs" if several else "its log"
    again = f"u brings {'them' if several else 'it'} back from the bin."
    question = about(f"{over}. Delete {whose}, weights and checkpoints? {again}", views)
    return ConfirmScreen(question, {"discard": "Delete", "cancel": "Back"}, focus="cancel")
