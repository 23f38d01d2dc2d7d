"""People who sit at dashboards and command lines, and do whatever comes to their minds."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from mnist_tui.runs.layout import RUN_ID, list_runs
from tests.chaos.home import Home
from tests.terminal import Terminal

Doings = Iterator[float]
"""What somebody does, step by step; each step ends with the seconds until the next one."""

COLUMNS, ROWS = 130, 42
UP, DOWN, RIGHT, ESCAPE, ENTER = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b", "\r"
EPOCHS = ("2", "5", "20", "200", "2000")

ANSWERS = {"Stop and keep": (ENTER, RIGHT + ENTER), "Take out": (ENTER,), "from the bin": (RIGHT + ENTER,)}
"""What the question of `x` has in it, and the keys that give answers to it."""

HUNG = 180.0
"""Seconds after which a program that was asked to end counts as hung."""


class Dashboard:
    """Somebody who sits at a dashboard."""

    def __init__(self, home: Home, rng: random.Random, name: str) -> None:
        self._home, self._rng, self._name = home, rng, name
        self._actions: dict[Callable[[], Doings], int] = {
            self._start: 4, self._compare: 1, self._turn: 6, self._steer: 8, self._tune: 3, self._fork: 2,
            self._stop: 6, self._replay: 1, self._leave: 2,
        }  # fmt: skip
        self.terminal: Terminal | None = None

    def live(self) -> Doings:
        """Open a dashboard, work, leave, and open the next one."""
        while not self._home.is_ending:
            self.terminal = Terminal(COLUMNS, ROWS)
            self.terminal.process.delaybeforesend = None
            self._home.note(self._name, "open")
            self._home.programs += 1
            yield from self._until("Quit", seconds=60)
            # To the epochs, and on to a field that takes no digits: they are keys everywhere else.
            self._press(DOWN * 8 + self._rng.choice(EPOCHS) + DOWN + self._rng.choice("05") + UP * 3)
            while self._is_open and not self._home.is_ending:
                action = self._rng.choices(list(self._actions), list(self._actions.values()))[0]
                yield from action()
                yield self._rng.uniform(0, 1.5)
            for _ in range(20):
                if self._is_open:
                    self._press(ESCAPE)
                    yield 0.5
                    yield from self._leave()
            if self._is_open:
                self._home.complain(f"{self._name} does not end:\n{self._shown}")
                self.terminal.process.kill(signal.SIGKILL)
            self._home.programs -= 1
            yield self._rng.uniform(0, 3)

    def read(self) -> None:
        """Take in what the screen shows: a terminal that nobody reads is soon full."""
        if self.terminal:
            self.terminal.read(0)
            self._home.read(self._name, self._shown)

    @property
    def _shown(self) -> str:
        return "\n".join(self.terminal.screen.display) if self.terminal else ""

    @property
    def _is_open(self) -> bool:
        return self.terminal is not None and self.terminal.process.isalive()

    def _press(self, keys: str) -> None:
        try:
            if self.terminal:
                self.terminal.press(keys)
        except OSError:
            pass  # it has ended

    def _until(self, *words: str, seconds: float = 5.0) -> Doings:
        deadline = time.monotonic() + seconds
        while self._is_open and time.monotonic() < deadline and not any(one in self._shown for one in words):
            yield 0.1

    def _start(self) -> Doings:
        self._home.note(self._name, "start")
        self._press("1")
        yield 0.3
        self._press("r")

    def _compare(self) -> Doings:
        self._home.note(self._name, "compare")
        self._press("1")
        yield 0.3
        self._press("c")

    def _turn(self) -> Doings:
        self._home.note(self._name, "turn")
        self._press("2")
        yield 0.3
        self._press(self._rng.choice("[]") * self._rng.randint(1, 4))

    def _steer(self) -> Doings:
        key = self._rng.choice("pppnKJ")
        self._home.note(self._name, f"steer-{key} {self._selected}")
        self._press(key)
        yield 0.1

    def _tune(self) -> Doings:
        self._press("t")
        yield from self._until("while it trains")
        if "while it trains" in self._shown:
            self._home.note(self._name, f"tune {self._selected}")
            self._press(DOWN * self._rng.randint(0, 2) + RIGHT * self._rng.randint(1, 3) + ENTER)
            yield 0.5
            self._press(ESCAPE)

    def _fork(self) -> Doings:
        self._press("F")
        yield from self._until("same weights")
        if "same weights" in self._shown:
            self._home.note(self._name, f"fork {self._selected}")
            self._press(DOWN * self._rng.randint(1, 6) + RIGHT * self._rng.randint(1, 2) + ENTER)
            yield 0.5
            self._press(ESCAPE)

    def _replay(self) -> Doings:
        self._home.note(self._name, "replay")
        self._press("v")
        yield 1.0
        self._press(ESCAPE)

    @property
    def _selected(self) -> str:
        """The run that the run's page is about; empty on another screen."""
        found = RUN_ID.search(self._shown)
        return found[0] if found else ""

    def _stop(self) -> Doings:
        self._press("2")
        yield 0.5
        selected = self._selected
        self._press("x")
        yield from self._until(*ANSWERS)
        for words, keys in ANSWERS.items():
            if words in self._shown and selected and self._selected == selected:
                key = self._rng.choice([*keys, ESCAPE])
                self._home.note(self._name, f"stop “{words}” {key!r} {selected}")
                if key != ESCAPE and (words, key) != ("Stop and keep", ENTER):
                    self._home.may_go.add(selected)
                self._press(key)
                return
        self._press(ESCAPE)

    def _leave(self) -> Doings:
        if self.terminal is None:
            return
        way = self._rng.choice(["kill", "quit", "quit", "quit"])
        if way == "kill" and not self._home.is_ending:
            self._home.note(self._name, "kill-dashboard")
            self.terminal.process.kill(signal.SIGKILL)
            yield 0.5
            return
        self._press("q")
        yield from self._until("Leave in the background")
        if not self._is_open:
            self._home.note(self._name, "quit")
        elif "Leave in the background" in self._shown:
            key = self._rng.randrange(2 if self._home.is_ending else 3)
            self._home.note(self._name, f"quit-{('stop', 'background', 'stay')[key]}")
            self._press(RIGHT * key + ENTER)
            deadline = time.monotonic() + (HUNG if key < 2 else 0)
            while self._is_open and time.monotonic() < deadline:
                yield 0.1
        if not self._is_open and self.terminal.process.exitstatus:
            self._home.complain(f"{self._name} ended with {self.terminal.process.exitstatus}:\n{self._shown}")


class CommandLine:
    """Somebody who types commands."""

    def __init__(self, home: Home, rng: random.Random, name: str) -> None:
        self._home, self._rng, self._name = home, rng, name

    def live(self) -> Doings:
        """One command after the other."""
        while not self._home.is_ending:
            yield from self._run(self._arguments())
            yield self._rng.uniform(0, 2)

    def _arguments(self) -> list[str]:
        rng = self._rng
        small = ["--hidden", "16", "--epochs", rng.choice(EPOCHS), "--early-stopping", rng.choice("05")]
        ids = [path.name for path in list_runs()] or ["none"]
        any_id, name = rng.choice(ids), f"command {self._name}"
        return rng.choices(
            [
                ["train", *small, "--name", name],
                ["compare", *small, "--sweep", "dropout=0,0.2", "--seeds", "2", "--name", name],
                ["resume", any_id],
                ["fork", any_id, "--learning-rate", f"{rng.uniform(0.01, 0.2):.3f}"],
                ["runs", "delete", "--yes", any_id],
                ["runs", *rng.choice([["--json"], []])],
                ["runs", "show", any_id],
                ["report", "--format", rng.choice(["md", "csv", "json"])],
            ],
            [6, 2, 4, 3, 2, 1, 1, 1],
        )[0]

    def _run(self, arguments: list[str]) -> Doings:
        self._home.note(self._name, " ".join(arguments))
        if arguments[:2] == ["runs", "delete"]:
            self._home.may_go.add(arguments[-1])
        trains = arguments[0] in {"train", "compare", "resume", "fork"}
        output = self._home.path / f"{self._name}.txt"
        with output.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "mnist_tui", *arguments],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            )  # fmt: skip
        self._home.programs += trains
        end = time.monotonic() + self._rng.choice([self._rng.uniform(1, 8), self._rng.uniform(8, 40)])
        while process.poll() is None and time.monotonic() < end and not self._home.is_ending:
            yield 0.1
        if process.poll() is None:
            number = self._rng.choice([signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
            self._home.note(self._name, f"signal-{number.name}")
            self._home.interrupted |= number != signal.SIGKILL
            process.send_signal(number)
        deadline = time.monotonic() + HUNG
        while process.poll() is None:
            if time.monotonic() > deadline:
                self._home.complain(f"`{' '.join(arguments)}` does not end.")
                process.kill()
            yield 0.1
        self._home.programs -= trains
        self._home.read(f"`{' '.join(arguments)}`", output.read_text(errors="replace"))
        # 130 and -SIGINT are the same to a shell; SIGTERM and SIGKILL may come before anybody listens.
        if process.returncode not in {0, 1, 2, 130, -signal.SIGINT, -signal.SIGKILL, -signal.SIGTERM}:
            self._home.complain(f"`{' '.join(arguments)}` ended with {process.returncode}.")
