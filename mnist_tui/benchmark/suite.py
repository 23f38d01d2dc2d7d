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
from mnist_tui.interpreter import module_command, module_environment
from mnist_tui.settings.run_config import RunConfig

SETTLE_SECONDS = 0.3
"""Idle threads of multithreaded BLAS and OpenMP spin for up to 0.2 s before they sleep."""


@dataclass
class Row:
    """One contender with one configuration, alone or several at once.

    Attributes:
        name: What the table calls it.
        contender: Key of `contenders.CONTENDERS`.
        config: What it trains.
        copies: How many of it train at the same time.
        speeds: Images per second of each round, all copies together.
        installed: Whether it could compete.
    """

    name: str
    contender: str
    config: RunConfig
    copies: int = 1
    speeds: list[float] = field(default_factory=list)
    installed: bool = True

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
    """One row against another, best round against best round.

    Attributes:
        name: What is compared.
        value: The ratio.
        wanted: What we hold ourselves to, for example `at most 1.2`.
        holds: Whether it does.
    """

    name: str
    value: float
    wanted: str
    holds: bool


class Suite:
    """All rows of the benchmark.

    Args:
        threads: Cores one run may use.

    Attributes:
        rows: In the order of the table.
        load: Processes that wanted a core just before the benchmark, the mean over a minute.
    """

    def __init__(self, threads: int) -> None:
        self.load = 0.0
        base = RunConfig(threads=threads)
        normed = base.replace(batch_norm=True)
        self.rows = [
            Row("matrix products alone (the floor)", "matrix products", base),
            Row("mnist-tui", "mnist-tui", base),
            Row("mnist-tui, batch norm", "mnist-tui", normed),
            Row("mnist-tui, three runs at once", "mnist-tui", base.replace(threads=max(1, threads // 3)), 3),
            Row("PyTorch eager", "pytorch", base),
            Row("PyTorch eager, batch norm", "pytorch", normed),
            *(
                Row(f"mnist-tui, {kind} augmentation", "mnist-tui", base.replace(augment=kind))
                for kind in ("shift", "affine", "elastic")
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
                (row, [stack.enter_context(_Child(row)) for _ in range(row.copies)]) for row in self.rows
            ]
            for row, team in teams:
                progress(f"{row.name} gets ready")
                answers = [child.hear()["ready"] for child in team]
                row.installed = all(answers)
            competing = [(row, team) for row, team in teams if row.installed]
            for number in range(rounds + 1):
                for row, team in competing:
                    time.sleep(SETTLE_SECONDS)
                    progress(f"round {number}/{rounds}: {row.name}" if number else f"warm-up: {row.name}")
                    for child in team:
                        child.say(steps)
                    seconds = max([child.hear()["seconds"] for child in team])
                    if number:
                        row.speeds.append(len(team) * steps * row.config.batch_size / seconds)

    def ratios(self) -> list[Ratio]:
        """What this program holds itself to, as far as it could be measured."""
        best = {row.name: row.best for row in self.rows if row.speeds}
        floor, plain, normed = (
            best[name] for name in ("matrix products alone (the floor)", "mnist-tui", "mnist-tui, batch norm")
        )
        found = [
            _at_most("time of a step / floor", floor / plain, 1.2),
            _at_most("time of a step / floor, batch norm", floor / normed, 1.2),
        ]
        if "PyTorch eager" in best:
            pytorch, pytorch_normed = best["PyTorch eager"], best["PyTorch eager, batch norm"]
            three = best["mnist-tui, three runs at once"]
            found += [
                _at_least("images per second / PyTorch", plain / pytorch, 1.2),
                _at_least("images per second / PyTorch, batch norm", normed / pytorch_normed, 1.2),
                _at_least("three runs at once / PyTorch one after another", three / pytorch, 1.5),
            ]
        for kind, most in (("shift", 1.12), ("affine", 1.35), ("elastic", 1.45)):
            found.append(
                _at_most(
                    f"time of a step with {kind} / without",
                    plain / best[f"mnist-tui, {kind} augmentation"],
                    most,
                )
            )
        return found

    def to_record(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            "v": 1,
            "versions": versions(),
            "threads": self.rows[0].config.threads,
            "load": self.load,
            "network": [784, *self.rows[0].config.hidden, 10],
            "batch_size": self.rows[0].config.batch_size,
            "rows": [
                {
                    "name": row.name,
                    "images_per_second": row.best,
                    "median_images_per_second": row.median,
                    "rounds": row.speeds,
                }
                for row in self.rows
                if row.speeds
            ],
            "ratios": [
                {"name": one.name, "value": one.value, "wanted": one.wanted, "holds": one.holds}
                for one in self.ratios()
            ],
        }


def _at_most(name: str, value: float, most: float) -> Ratio:
    return Ratio(name, value, f"at most {most:g}", value <= most)


def _at_least(name: str, value: float, least: float) -> Ratio:
    return Ratio(name, value, f"at least {least:g}", value >= least)


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

    def __init__(self, row: Row) -> None:
        config = json.dumps(row.config.to_dict())
        try:
            self._process = subprocess.Popen(
                module_command("mnist_tui.benchmark.child", row.contender, config),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=module_environment(),
            )
        except OSError as error:
            raise RunError(f"A process for the benchmark could not be started ({error.strerror}).") from error
        self._name = row.name

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
