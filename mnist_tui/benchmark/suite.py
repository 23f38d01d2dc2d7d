"""Who competes, in which order, and what the ratios are.

Speeds of a shared machine swing by 40 % within minutes. So contenders take turns, a short round each,
over and over, every one in a process of its own that sleeps while it is not its turn; and what is
compared is the best round of one with the best round of another.
"""

import contextlib
import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

import mnist_tui
from mnist_tui.errors import RunError
from mnist_tui.interpreter import module_command
from mnist_tui.machine import processor
from mnist_tui.settings.choices import AUGMENTATIONS
from mnist_tui.settings.run_config import RunConfig, default_value

AUGMENTED = [kind for kind in AUGMENTATIONS if kind != default_value("augment")]

SETTLE_SECONDS = 0.3
"""Idle threads of multithreaded BLAS and OpenMP spin for up to 0.2 s before they sleep."""


@dataclass
class Entry:
    """One contender with one configuration, alone or several at once.

    Attributes:
        name: What the table calls it.
        contender: Key of `contenders.CONTENDERS`.
        config: What it trains.
        copies: How many of it train at the same time.
        speeds: Images per second of each round, all copies together.
        installed: Whether it could compete.
        backend: What multiplies its matrices, once it has competed.
    """

    name: str
    contender: str
    config: RunConfig
    copies: int = 1
    speeds: list[float] = field(default_factory=list)
    installed: bool = True
    backend: str = ""

    @property
    def best(self) -> float:
        """Images per second of the fastest round."""
        return max(self.speeds)

    @property
    def median(self) -> float:
        """Images per second of the median round."""
        return statistics.median(self.speeds)


@dataclass(frozen=True)
class Ratio:
    """One entry against another, best round against best round.

    Attributes:
        name: What is compared.
        value: The ratio.
    """

    name: str
    value: float


class Suite:
    """All entries of the benchmark.

    Args:
        threads: Cores one run may use.

    Attributes:
        entries: In the order of the table.
        load: Processes that wanted a core just before the benchmark, the mean over a minute.
    """

    def __init__(self, threads: int) -> None:
        self.load = 0.0
        base = RunConfig(threads=threads)
        normed, third = base.replace(batch_norm=True), base.replace(threads=max(1, threads // 3))
        self.entries = [
            Entry("matrix products alone (the floor)", "matrix products", base),
            Entry("mnist-tui", "mnist-tui", base),
            Entry("mnist-tui, batch norm", "mnist-tui", normed),
            Entry("mnist-tui, three runs at once", "mnist-tui", third, copies=3),
            Entry("PyTorch eager", "pytorch", base),
            Entry("PyTorch eager, batch norm", "pytorch", normed),
            *(
                Entry(f"mnist-tui, {kind} augmentation", "mnist-tui", base.replace(augment=kind))
                for kind in AUGMENTED
            ),
        ]

    def run(self, rounds: int, steps: int, progress: Callable[[str], None]) -> None:
        """Compete.

        Args:
            rounds: How often every contender takes its turn.
            steps: Training steps of a turn.
            progress: Told what is going on.

        Raises:
            RunError: A contender died.
        """
        self.load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        with ExitStack() as stack:
            teams = [
                (entry, [stack.enter_context(_Child(entry)) for _ in range(entry.copies)])
                for entry in self.entries
            ]
            for entry, team in teams:
                progress(f"{entry.name} gets ready")
                answers = [child.hear() for child in team]
                entry.installed = all(answer["ready"] for answer in answers)
                entry.backend = answers[0].get("backend", "")
            competing = [(entry, team) for entry, team in teams if entry.installed]
            for number in range(rounds + 1):
                for entry, team in competing:
                    time.sleep(SETTLE_SECONDS)
                    progress(f"round {number}/{rounds}: {entry.name}" if number else f"warm-up: {entry.name}")
                    for child in team:
                        child.say(steps)
                    seconds = max([child.hear()["seconds"] for child in team])
                    if number:
                        entry.speeds.append(len(team) * steps * entry.config.batch_size / seconds)

    def ratios(self) -> list[Ratio]:
        """How the entries compare, as far as they could be measured."""
        best = {entry.name: entry.best for entry in self.entries if entry.speeds}
        floor, plain, normed = (
            best[name] for name in ("matrix products alone (the floor)", "mnist-tui", "mnist-tui, batch norm")
        )
        found = [
            Ratio("time of a step / floor", floor / plain),
            Ratio("time of a step / floor, batch norm", floor / normed),
        ]
        if "PyTorch eager" in best:
            pytorch, pytorch_normed = best["PyTorch eager"], best["PyTorch eager, batch norm"]
            three = best["mnist-tui, three runs at once"]
            found += [
                Ratio("images per second / PyTorch", plain / pytorch),
                Ratio("images per second / PyTorch, batch norm", normed / pytorch_normed),
                Ratio("three runs at once / PyTorch one after another", three / pytorch),
            ]
        return found + [
            Ratio(f"time of a step with {kind} / without", plain / best[f"mnist-tui, {kind} augmentation"])
            for kind in AUGMENTED
        ]

    @property
    def backends(self) -> dict[str, str]:
        """What multiplies matrices, for each contender that competed."""
        return {entry.contender: entry.backend for entry in self.entries if entry.backend}

    def to_record(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            "v": 1,
            "versions": versions(),
            "processor": processor(),
            "backends": self.backends,
            "threads": self.entries[0].config.threads,
            "load": self.load,
            "network": [784, *self.entries[0].config.hidden, 10],
            "batch_size": self.entries[0].config.batch_size,
            "rows": [
                {
                    "name": entry.name,
                    "images_per_second": entry.best,
                    "median_images_per_second": entry.median,
                    "rounds": entry.speeds,
                }
                for entry in self.entries
                if entry.speeds
            ],
            "ratios": [{"name": ratio.name, "value": ratio.value} for ratio in self.ratios()],
        }


def versions() -> dict[str, str]:
    """Of this program, NumPy, and PyTorch where it is installed."""
    found = {"mnist-tui": mnist_tui.__version__}
    for package in ("numpy", "torch"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


class _Child:
    """The process of one contender; leaving the context ends it."""

    def __init__(self, entry: Entry) -> None:
        config = json.dumps(entry.config.to_dict())
        try:
            self._process = subprocess.Popen(
                module_command("mnist_tui.benchmark.child", entry.contender, config),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        except OSError as error:
            raise RunError(f"A process for the benchmark could not be started ({error.strerror}).") from error
        self._name = entry.name

    def say(self, steps: int) -> None:
        assert self._process.stdin  # noqa: S101 - we made the pipe
        try:
            self._process.stdin.write(f"{steps}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._death() from None

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout  # noqa: S101 - we made the pipe
        line = self._process.stdout.readline()
        if not line:
            raise self._death()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _death(self) -> RunError:
        return RunError(f"The process of “{self._name}” ended; free some memory and run the benchmark again.")

    def __enter__(self) -> "_Child":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()
