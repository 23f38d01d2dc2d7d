"""Measure how fast a worker starts and how much memory it takes.

    python scripts/measure_worker.py [--data DIRECTORY] [--rounds 5] [--epochs 6] [--augment elastic]

Each round trains one run in a worker process, as the dashboard does, and says the time from starting the
process to its first `step` event (ten mini-batches are done by then), and its memory after the first and the
last epoch, with its helpers; memory that several share counts once. It is read from /proc, so on Linux only.
"""

import argparse
import json
import os
import re
import statistics
import tempfile
import time
from pathlib import Path

from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import LocalExecutor
from mnist_tui.jobs.preparation import settle
from mnist_tui.runs.layout import create
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch, RunFinished, Step


def memory(pid: int) -> float:
    """Megabytes of a process and its children: `Pss` shares out what several of them have in common."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return (int(found[1]) / 1024 if found else 0.0) + sum(memory(int(child)) for child in children)


def measure(config: RunConfig) -> tuple[float, float, float]:
    """Seconds to the first `step` event; megabytes after the first epoch and after the last."""
    began = time.time()
    worker = LocalExecutor().start(create(settle(config)))
    taken, first_step = [], 0.0
    for event in follow(worker):
        if isinstance(event, Step) and not first_step:
            lines = map(json.loads, worker.directory.events_path.read_text().splitlines())
            first_step = next(line["time"] for line in lines if line["event"] == "step") - began
        if isinstance(event, Epoch):
            taken.append(memory(worker.pid))
        if isinstance(event, RunFinished):
            break
    worker.leave(5)
    return first_step, taken[0], taken[-1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("MNIST_TUI_DATA_DIR"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--augment", default="none")
    options = parser.parse_args()
    if options.data:
        os.environ["MNIST_TUI_DATA_DIR"] = str(Path(options.data).resolve())
    config = RunConfig(epochs=options.epochs, early_stopping=0, batch_norm=True, augment=options.augment)
    starts = []
    with tempfile.TemporaryDirectory() as home:
        os.environ["MNIST_TUI_HOME"] = home
        for number in range(1, options.rounds + 1):
            start, first, last = measure(config)
            starts.append(start)
            print(
                f"round {number}: first step after {start:.2f} s, {first:.0f} MB after epoch 1 and "
                f"{last:.0f} MB after epoch {options.epochs}"
            )
    print(f"first step after {statistics.median(starts):.2f} s in the median, {max(starts):.2f} s at worst")


if __name__ == "__main__":
    main()
