"""Measure what the dashboard promises: first paint, key to paint, crowds, and what it costs training.

    python scripts/measure_dashboard.py [--data DIRECTORY] [--rounds 3] [--epochs 14] [--presses 80]

Needs the `dev` extra. DIRECTORY holds the four MNIST files (default: `MNIST_TUI_DATA_DIR`). Run it on a
quiet machine: headless and dashboard runs take turns, so compare the figures of one sitting only.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pexpect

DOWN = "\x1b[B"
COLUMNS, ROWS = 120, 40
PARAMETERS = ("537,354", "535,818")
"""What the form shows with and without batch normalisation, and nothing else on screen does."""


def open_dashboard(environment: dict[str, str]) -> tuple[pexpect.spawn, float]:
    """Start the dashboard; the process and the seconds to its first paint."""
    began = time.perf_counter()
    process = pexpect.spawn(
        sys.executable, ["-m", "mnist_tui"], dimensions=(ROWS, COLUMNS), env=environment, timeout=120
    )
    process.delaybeforesend = None
    process.expect("Press r")
    return process, time.perf_counter() - began


def drain(process: pexpect.spawn, seconds: float) -> None:
    """Read for a while what the program writes."""
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        try:
            process.read_nonblocking(1 << 20, timeout=left)
        except pexpect.TIMEOUT:
            return


def results(home: Path) -> list[dict[str, float]]:
    """The `run_finished` events under a home directory."""
    found = []
    for log in sorted(home.glob("runs/*/events.jsonl")):
        events = [json.loads(line) for line in log.read_text().splitlines()]
        found += [event for event in events if event["event"] == "run_finished"]
    return found


def headless_speed(environment: dict[str, str], epochs: int) -> float:
    """Images a second of `mnist-tui train`."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "mnist_tui", "train", "--json"]
        subprocess.run(
            [*command, "--epochs", str(epochs), "--early-stopping", "0"],
            env={**environment, "MNIST_TUI_HOME": home},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return results(Path(home))[0]["images_per_second"]


def dashboard_speed(environment: dict[str, str], epochs: int) -> float:
    """Images a second of the same run, started by keys in the open dashboard."""
    with tempfile.TemporaryDirectory() as home:
        process, _ = open_dashboard({**environment, "MNIST_TUI_HOME": home})
        drain(process, 1)
        process.send(DOWN * 8 + str(epochs) + DOWN + "0" + "r")
        while not results(Path(home)):
            drain(process, 0.2)
        process.send("q")
        process.expect(pexpect.EOF)
        return results(Path(home))[0]["images_per_second"]


def key_to_paint(process: pexpect.spawn, presses: int) -> list[float]:
    """Seconds from a key that switches batch normalisation to its effect on screen, in ascending order."""
    taken = []
    for number in range(presses):
        drain(process, 0.13 + 0.037 * (number % 7))
        began = time.perf_counter()
        process.send(" ")
        process.expect(PARAMETERS[number % 2])
        taken.append(time.perf_counter() - began)
    return sorted(taken)


def describe(taken: list[float]) -> str:
    """Median and tail in milliseconds."""
    return (
        f"median {1000 * statistics.median(taken):.0f} ms, "
        f"95 % under {1000 * taken[int(0.95 * len(taken))]:.0f} ms, "
        f"slowest of {len(taken)} {1000 * taken[-1]:.0f} ms"
    )


def beside_three(environment: dict[str, str], presses: int) -> list[float]:
    """Key to paint while the three classic runs train."""
    with tempfile.TemporaryDirectory() as home:
        process, _ = open_dashboard({**environment, "MNIST_TUI_HOME": home})
        drain(process, 1)
        process.send("c")
        drain(process, 6)
        taken = key_to_paint(process, presses)
        process.send("q")
        process.expect("Stop and keep")
        process.send("\r")
        process.expect(pexpect.EOF)
        return taken


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def beside_ten(environment: dict[str, str], presses: int) -> tuple[list[float], float]:
    """Key to paint, and the dashboard's share of a core, beside ten runs that were started elsewhere.

    As many of them train as there are cores, the others wait.
    """
    with tempfile.TemporaryDirectory() as home:
        environment = {**environment, "MNIST_TUI_HOME": home}
        command = [sys.executable, "-m", "mnist_tui", "train", "--threads", "1", "--epochs", "1000"]
        runs = [
            subprocess.Popen(
                [*command, "--seed", str(seed), "--early-stopping", "0"],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for seed in range(10)
        ]
        process, _ = open_dashboard(environment)
        process.expect("waiting")
        drain(process, 15)
        began, before = time.perf_counter(), cpu_seconds(process.pid)
        drain(process, 20)
        share = (cpu_seconds(process.pid) - before) / (time.perf_counter() - began)
        taken = key_to_paint(process, presses)
        for run in runs:
            run.terminate()
        for run in runs:
            run.wait()
        process.send("q")
        process.expect(pexpect.EOF)
        return taken, share


def with_many_runs(
    environment: dict[str, str], rows: int, seeds: int = 1
) -> tuple[float, float, list[float]]:
    """First paint, all runs read, and key to paint, in a home of many finished runs in rows of seeds."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**environment, "MNIST_TUI_HOME": home}
        command = [sys.executable, "-m", "mnist_tui", "train", "--epochs", "20", "--early-stopping", "0"]
        subprocess.run(
            [*command, "--dataset", "sample"], env=environment, check=True, stdout=subprocess.DEVNULL
        )
        [original] = Path(home).glob("runs/2*")
        config = json.loads((original / "config.json").read_text())
        count = rows * seeds
        for number in range(1, count):
            copy = original.with_name(f"{original.name[:-6]}{number:06x}")
            copy.mkdir()
            for name in ("events.jsonl", "worker.lock"):
                shutil.copyfile(original / name, copy / name)
            row, seed = divmod(number, seeds)
            (copy / "config.json").write_text(json.dumps({**config, "seed": seed, "batch_size": 256 + row}))
        began = time.perf_counter()
        process, first = open_dashboard(environment)
        process.expect(f"{count} finished")
        whole = time.perf_counter() - began
        drain(process, 2)
        taken = key_to_paint(process, 40)
        process.send("q")
        process.expect(pexpect.EOF)
        return first, whole, taken


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("MNIST_TUI_DATA_DIR"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--presses", type=int, default=80)
    arguments = parser.parse_args()
    environment = {**os.environ, "TERM": "xterm-256color"}
    if arguments.data:
        environment["MNIST_TUI_DATA_DIR"] = str(Path(arguments.data).resolve())

    paints = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as home:
            process, seconds = open_dashboard({**environment, "MNIST_TUI_HOME": home})
            paints.append(seconds)
            process.close(force=True)
    print(f"first paint: median {statistics.median(paints):.2f} s, slowest {max(paints):.2f} s")

    first, whole, taken = with_many_runs(environment, 1000)
    print(
        f"1,000 finished runs: first paint {first:.2f} s, all in the table {whole:.2f} s, {describe(taken)}"
    )
    *_, taken = with_many_runs(environment, 300, 5)
    print(f"key to paint, 300 rows of 5 seeds: {describe(taken)}")
    print(f"key to paint, three runs started: {describe(beside_three(environment, arguments.presses))}")
    taken, share = beside_ten(environment, arguments.presses)
    print(f"key to paint, beside ten runs: {describe(taken)}; {100 * share:.0f} % of a core")

    headless, dashboard = [], []
    for _ in range(arguments.rounds):
        headless.append(headless_speed(environment, arguments.epochs))
        dashboard.append(dashboard_speed(environment, arguments.epochs))
        print(f"images a second: headless {headless[-1]:,.0f}, with the dashboard {dashboard[-1]:,.0f}")
    if not headless:
        return
    print(
        f"dashboard / headless: best against best {max(dashboard) / max(headless):.3f}, "
        f"median against median {statistics.median(dashboard) / statistics.median(headless):.3f}"
    )


if __name__ == "__main__":
    main()
