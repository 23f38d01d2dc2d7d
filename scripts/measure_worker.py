"""Measure how fast a worker starts and how much memory it takes.

    python scripts/measure_worker.py [--data DIRECTORY] [--rounds 5] [--epochs 6] [--augment elastic]

Each round trains one run in a worker process, as the dashboard does, and says the time from starting the
process to its first `step` event (ten mini-batches are done by then), its resident memory after the first
and the last epoch, and its peak. Memory is read from /proc, so this runs on Linux only.
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


def memory(pid: int, key: str) -> float:
    """Megabytes from /proc/PID/status: `VmRSS` is what is resident now, `VmHWM` the most it ever was."""
    found = re.search(rf"{key}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def measure(config: RunConfig) -> tuple[float, float, float, float]:
    """Seconds to the first `step` event; megabytes after the first epoch, after the last, and at most."""
    began = time.time()
    worker = LocalExecutor().start(create(settle(config)))
    resident, peak, first_step = [], 0.0, 0.0
    for event in follow(worker):
        if isinstance(event, Step) and not first_step:
            lines = map(json.loads, worker.directory.events_path.read_text().splitlines())
            first_step = next(line["time"] for line in lines if line["event"] == "step") - began
        if isinstance(event, Epoch):
            resident.append(memory(worker.pid, "VmRSS"))
            peak = max(peak, memory(worker.pid, "VmHWM"))
        if isinstance(event, RunFinished):
            break
    worker.leave(5)
    return first_step, resident[0], resident[-1], peak


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
            start, first, last, peak = measure(config)
            starts.append(start)
            print(
                f"round {number}: first step after {start:.2f} s, resident {first:.0f} MB after epoch 1 and "
                f"{last:.0f} MB after epoch {options.epochs}, peak {peak:.0f} MB"
            )
    print(f"first step after {statistics.median(starts):.2f} s in the median, {max(starts):.2f} s at worst")


if __name__ == "__main__":
    main()
