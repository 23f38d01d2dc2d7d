"""`mnist-tui --plain`: the dashboard without a screen. What changes is said, keys are typed, in lines."""

import asyncio
import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable

from mnist_tui.errors import MnistTuiError
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.runs.view import RunView
from mnist_tui.settings.design import Design
from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.text import number_of, printable
from mnist_tui.tui.concluded import answer
from mnist_tui.tui.dictation import COMMANDS, understand
from mnist_tui.tui.renderables.form_line import parts_of
from mnist_tui.tui.session import Session
from mnist_tui.tui.telling import Teller

LOOK_SECONDS = 0.5
"""Between two looks at the disk."""

READ_BYTES = 65_536

WELCOME = "Type r to run, c to compare the three classic rows, ? for more."


class PlainDashboard:
    """A sitting in lines.

    Args:
        laboratory: The runs, and what trains some of them.
        say: Takes a line.
        clock: Seconds that do not jump.
    """

    def __init__(
        self, laboratory: Laboratory, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._laboratory, self._say, self._clock = laboratory, say, clock
        self._session = Session(laboratory)
        self._teller = Teller()
        self._config, self._seeds = RunConfig(), 1
        self._begun: list[str] = []
        self._concluded: object = None

    async def sit(self, lines: "asyncio.Queue[str | None]") -> int:
        """Say what changes and do what is typed, until `q`, or until all is trained after the last line.

        Args:
            lines: What is typed; `None` at its end.

        Returns:
            The exit code: 1 where a run that was begun here failed.
        """
        await self._laboratory.look()
        for run_id in self._laboratory.runs:
            self._teller.know(self._session.view(run_id))
        there = len(self._laboratory.runs)
        are = "is" if there == 1 else "are"
        self._say(f"mnist-tui, plain. {number_of(there, 'run')} {are} here already. {WELCOME}")
        is_over = False
        while True:
            await self._look()
            if is_over and not self._laboratory.under_way.intersection(self._begun):
                break
            try:
                line = await asyncio.wait_for(lines.get(), LOOK_SECONDS)
            except TimeoutError:
                continue
            if line is None:
                is_over = True
            elif not await self._obey(line):
                break
        failed = [run_id for run_id in self._begun if self._run_failed(run_id)]
        return 1 if failed else 0

    def _run_failed(self, run_id: str) -> bool:
        run = self._laboratory.runs.get(run_id)
        return run is not None and bool(run.failure)

    async def _look(self) -> None:
        """Say what is new on the disk."""
        changed = await self._laboratory.look()
        for run_id in sorted(self._session.notice(changed).changed & self._laboratory.runs.keys()):
            for sentence in self._teller.tell(self._session.view(run_id), self._clock()):
                self._say(sentence)
        for problem in self._laboratory.take_problems():
            self._say(f"✗ {printable(problem)}")
        question = self._session.question
        if question.key != self._concluded and question.rows and not self._training:
            self._concluded = question.key
            await self._conclude()

    @property
    def _training(self) -> list[RunView]:
        """The runs of this sitting that are not over, the one that began last first."""
        views = [self._session.view(run_id) for run_id in reversed(self._session.shown_runs)]
        return [view for view in views if view.is_active]

    async def _conclude(self) -> None:
        found = await asyncio.to_thread(answer, self._session.question)
        for sentence in found.findings if found else ("Nothing to conclude yet: a run must have a result.",):
            self._say(f"Finding: {sentence}")

    async def _obey(self, line: str) -> bool:
        """Do what was typed; whether to go on."""
        try:
            wish = understand(line, self._config, self._seeds)
            if (wish.config, wish.seeds) != (self._config, self._seeds):
                self._config, self._seeds = wish.config, wish.seeds
                self._say(f"Set: {', '.join(parts_of(wish.config, wish.seeds))}.")
            await self._do(wish.command)
        except MnistTuiError as error:
            self._say(f"✗ {error}")
        return line.split()[-1:] != ["q"]

    async def _do(self, command: str) -> None:
        if command == "r":
            await self._start(Design((self._config,), self._seeds))
        elif command == "c":
            await self._start(Design(tuple(classic_rows(self._config)), self._seeds))
        elif command in {"p", "x"}:
            act = self._laboratory.pause_or_resume if command == "p" else self._laboratory.stop
            if training := self._training:
                await act(training[0].run.run_id)
            else:
                self._say("Nothing trains.")
        elif command == "i":
            await self._conclude()
        elif command == "l":
            self._list()
        elif command == "?":
            for key, words in COMMANDS.items():
                self._say(f"{key}  {words}")
            self._say("NAME=VALUE sets a setting, for example batch_norm=on or seeds=3.")

    async def _start(self, design: Design) -> None:
        begun = await self._laboratory.start(design.configs)
        self._session.join(begun.run_ids)
        self._begun += begun.run_ids
        for run_id in sorted(begun.taken):
            self._say(f"{printable(self._session.view(run_id).label)}: taken from {run_id}, trained earlier.")

    def _list(self) -> None:
        """The rows of this sitting, a line each."""
        for row in map(self._session.row, self._session.shown):
            results = [view.run.finished.test_accuracy for view in row.complete if view.run.finished]
            mean = f", test accuracy {100 * sum(results) / len(results):.2f} %" if results else ""
            self._say(f"{printable(row.label)}: {row.status_words}{mean}")
        if not self._session.shown:
            self._say("Nothing was run yet.")


async def sit(say: Callable[[str], None]) -> int:
    """A sitting at standard input, to its end; the exit code."""
    laboratory = Laboratory()
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        rest = b""
        with contextlib.suppress(RuntimeError):  # the sitting is over: nobody waits for lines
            while chunk := os.read(sys.stdin.fileno(), READ_BYTES):
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    loop.call_soon_threadsafe(lines.put_nowait, line.decode(errors="replace"))
            if rest:
                loop.call_soon_threadsafe(lines.put_nowait, rest.decode(errors="replace"))
            loop.call_soon_threadsafe(lines.put_nowait, None)

    # Nobody can end a thread that waits for a line: this one ends with the process.
    threading.Thread(target=read, daemon=True).start()
    try:
        return await PlainDashboard(laboratory, say).sit(lines)
    finally:
        await laboratory.close()
