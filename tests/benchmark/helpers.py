"""Contenders to order: an interpreter that plays them, each second agreed on, and one that takes notes."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from mnist_tui.benchmark import suite
from mnist_tui.benchmark.contenders import Contender
from mnist_tui.benchmark.suite import Entry
from mnist_tui.settings.run_config import RunConfig

PLAYER = """\
#!{python} -IS
import json, os, sys

*_, contender, config = sys.argv
plan = json.loads(json.loads(config)["name"] or "{{}}")


def write_down(what):
    with open({turns!r}, "a") as file:
        file.write(f"{{contender}} {{what}}\\n")


def say(**answer):
    print(json.dumps(answer), flush=True)


def dies(when):
    if plan.get("dies") == when:
        os._exit(3)


dies("before it is ready")
if not plan.get("ready", contender != "pytorch"):
    say(ready=False)
    sys.exit()
say(ready=True, backend=f"products of {{contender}}")
dies("between two turns")
for turn, line in enumerate(sys.stdin):
    dies("in the warm-up" if turn == 0 else f"in round {{turn}}")
    write_down(f"begins {{int(line)}}")
    write_down("ends")
    say(seconds=plan["seconds"][turn] if "seconds" in plan else 0.5)
"""


@dataclass
class StandIns:
    """Contenders that do nothing but write down their turns, half a second each unless planned otherwise.

    PyTorch says that it is not installed.

    Attributes:
        interpreter: To be used in place of Python's.
    """

    interpreter: Path

    @classmethod
    def make(cls, place: Path, monkeypatch: pytest.MonkeyPatch) -> "StandIns":
        """Stand-ins that suites of this process start, without pauses between their turns."""
        interpreter = place / "python"
        interpreter.write_text(PLAYER.format(python=sys.executable, turns=str(place / "turns")))
        interpreter.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(interpreter))
        monkeypatch.setattr(suite, "SETTLE_SECONDS", 0)
        return cls(interpreter)

    @property
    def turns(self) -> list[str]:
        """Who began and ended, in order."""
        path = self.interpreter.with_name("turns")
        return path.read_text().splitlines() if path.exists() else []


def planned(name: str, copies: int = 1, **plan: Any) -> Entry:
    """An entry of stand-ins.

    Args:
        name: Of the entry and the contender.
        copies: How many at once.
        plan: `ready`, `seconds` of each turn, `dies`.
    """
    return Entry(name, name, RunConfig(batch_size=64, name=json.dumps(plan)), copies)


SMALL = RunConfig(hidden=(16,), batch_size=64, threads=1)


class Recorder(Contender):
    """A contender that writes its mini-batches down."""

    def __init__(self, config: RunConfig) -> None:
        super().__init__(config)
        self.batches: list[npt.NDArray[np.int64]] = []

    def train_batches(self, batches: Sequence[npt.NDArray[np.int64]]) -> None:
        self.batches += batches
