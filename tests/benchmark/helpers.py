"""Contenders to order: an interpreter that plays them, so that every second is agreed on beforehand."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mnist_tui.benchmark.contenders import Contender
from mnist_tui.benchmark.suite import Row
from mnist_tui.settings.run_config import RunConfig

PLAYER = """\
#!{python} -IS
import json, os, pathlib, signal, sys, zlib

*_, contender, config = sys.argv
plan = json.loads(json.loads(config)["name"] or "{{}}")
place = pathlib.Path({place!r})
signal.alarm(20)


def number_of_copy():
    row = zlib.crc32(config.encode())
    for number in range(10):
        try:
            (place / f"{{contender}}-{{row}}-{{number}}").touch(exist_ok=False)
            return number
        except FileExistsError:
            pass


def write_down(what):
    with open(place / "turns", "a") as file:
        file.write(f"{{contender}} {{what}}\\n")


def say(**answer):
    print(json.dumps(answer), flush=True)


def dies(when):
    if plan.get("dies") == when:
        os._exit(3)


copy = number_of_copy()
dies("before it is ready")
if not plan.get("ready", contender != "pytorch"):
    say(ready=False)
    sys.exit()
say(ready=True)
for turn, line in enumerate(sys.stdin):
    dies("in the warm-up" if turn == 0 else f"in round {{turn}}")
    write_down(f"begins {{int(line)}}")
    if plan.get("meets"):  # a pipe opens once somebody is at either end of it
        os.close(os.open(place / f"pipe-{{turn}}", os.O_WRONLY if copy else os.O_RDONLY))
    if plan.get("interrupts"):
        os.kill(os.getppid(), signal.SIGINT)
        signal.pause()
    write_down("ends")
    say(seconds=plan["seconds"][turn] * (copy + 1) if "seconds" in plan else 0.5)
"""


@dataclass
class StandIns:
    """Contenders that do nothing but write down their turns, half a second each unless planned otherwise.

    PyTorch says that it is not installed.

    Attributes:
        interpreter: To be used in place of Python's.
        place: Where they write.
    """

    interpreter: Path
    place: Path

    @classmethod
    def make(cls, place: Path) -> "StandIns":
        interpreter = place / "python"
        interpreter.write_text(PLAYER.format(python=sys.executable, place=str(place)))
        interpreter.chmod(0o755)
        return cls(interpreter, place)

    @property
    def turns(self) -> list[str]:
        """Who began and ended, in order."""
        path = self.place / "turns"
        return path.read_text().splitlines() if path.exists() else []


def planned(name: str, copies: int = 1, **plan: Any) -> Row:
    """A row of stand-ins.

    Args:
        name: Of the row and the contender.
        copies: How many at once.
        plan: `ready`, `seconds` of each turn (times the number of the copy, from 1), `dies`, `meets`,
            `interrupts`.
    """
    return Row(name, name, RunConfig(batch_size=64, name=json.dumps(plan)), copies)


class Processes(list[subprocess.Popen[str]]):
    """Every process that was started."""

    @property
    def all_over(self) -> bool:
        """Whether each was waited for and its pipes are closed."""
        return all(
            process.returncode is not None and all(pipe.closed for pipe in (process.stdin, process.stdout))
            for process in self
        )


SMALL = RunConfig(hidden=(16,), batch_size=64, threads=1)


class Recorder(Contender):
    """A contender that writes its mini-batches down."""

    def __init__(self, config: RunConfig) -> None:
        super().__init__(config)
        self.batches: list[npt.NDArray[np.int64]] = []

    def train_batches(self, batches: Sequence[npt.NDArray[np.int64]]) -> None:
        self.batches += batches
