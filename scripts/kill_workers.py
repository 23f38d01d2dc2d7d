"""Kill the processes that train runs, many times, and see that nothing is lost by it.

    python -m scripts.kill_workers [--kills 1000] [--seed 0]

Needs the `dev` extra, and a system with SIGKILL. Each kill comes at a random moment of one of all kinds: as
the process starts, between two lines of the log, while a checkpoint is written, after an epoch's last step,
around the end. Each is followed by a resume. Every few kills the run comes to its end, and is compared with
one that was never killed: the same losses epoch by epoch, the same weights, optimizer and predictions bit by
bit. The seed decides what is killed in which order, but not to the microsecond.

Ends with 1 where something was lost; the home directory then stays for whoever wants to look.
`tests/survival/test_sigkill.py` has the short form.
"""

import argparse
import os
import random
import shutil
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from mnist_tui.jobs.preparation import has_ended
from mnist_tui.runs.layout import RunDirectory
from tests.conftest import write_idx
from tests.survival.helpers import assert_same_result, new_run, train_to_the_end
from tests.survival.kills import DEEP, MOMENTS, assert_nothing_lost, go_on_and_kill

VICTIMS: tuple[dict[str, Any], ...] = (
    {**DEEP, "augment": "affine", "epochs": 10},
    {**DEEP, "schedule": "cosine", "l2_lambda": 0.1, "augment": "elastic", "epochs": 10},
    {"hidden": (128,), "optimizer": "nesterov", "dropout": 0.5, "threads": 2, "epochs": 12},
    {"hidden": (256, 64), "optimizer": "rmsprop", "learning_rate": 0.001, "augment": "shift", "epochs": 8},
    {"hidden": (32,), "batch_norm": True, "epochs": 60, "early_stopping": 3, "schedule": "step"},
)
"""Settings of runs; one thread where nothing else is said."""

LIVES = (2, 12)
"""How often one run is killed before it may come to its end."""


class Hunt:
    """Kills, and counts.

    Args:
        data: A data set on which an epoch takes about a tenth of a second.
        rng: Decides.

    Attributes:
        kills: How many there were, by kind of moment.
        ends: Runs that came to their end and were the same as one that was never killed.
    """

    def __init__(self, data: Path, rng: random.Random) -> None:
        self.kills: Counter[str] = Counter()
        self.ends = 0
        self._data, self._rng = data, rng
        self._unharmed: dict[int, RunDirectory] = {}

    def one_run(self) -> None:
        """Kill one run several times, and compare its end."""
        number = self._rng.randrange(len(VICTIMS))
        directory = new_run(self._data, **VICTIMS[number])
        told, kills = [], 0
        for _ in range(self._rng.randint(*LIVES)):
            name = self._rng.choice(list(MOMENTS))
            if go_on_and_kill(directory, MOMENTS[name], self._rng):
                kills += 1
                self.kills[name] += 1
            told = assert_nothing_lost(directory, kills, told)
            if has_ended(directory):
                break
        else:
            train_to_the_end(directory)
        assert_nothing_lost(directory, kills, told)
        assert_same_result(directory, self._reference(number))
        self.ends += 1
        shutil.rmtree(directory.path)

    def _reference(self, number: int) -> RunDirectory:
        if number not in self._unharmed:
            self._unharmed[number] = new_run(self._data, **VICTIMS[number])
            train_to_the_end(self._unharmed[number])
        return self._unharmed[number]


def main() -> int:
    """Kill so many times, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="mnist-tui-kills-"))
    os.environ["MNIST_TUI_HOME"] = str(home)
    hunt = Hunt(write_idx(home / "data", 3000, 200), random.Random(options.seed))
    losses = 0
    while hunt.kills.total() < options.kills:
        try:
            hunt.one_run()
        except Exception:
            losses += 1
            traceback.print_exc()
        print(f"{hunt.kills.total():,} kills, {hunt.ends} ends compared, {losses} losses", flush=True)
    print(", ".join(f"{name}: {count}" for name, count in sorted(hunt.kills.items())))
    if losses:
        print(f"Look into {home}.")
        return 1
    shutil.rmtree(home)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
