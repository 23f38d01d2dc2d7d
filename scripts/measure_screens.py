"""Measure what the screens 3 to 6 promise: first content, key to paint, stroke to answers, training speed.

    python scripts/measure_screens.py [--data DIRECTORY] [--home DIRECTORY] [--rounds 5] [--presses 60]
        [--epochs 4] [--turns 2]

It drives the real program in a pseudo-terminal, with five rows shown that it trains first (one epoch each),
in a home of its own, or in the one that is named, where they are found the next time. Needs the `dev` extra
and Linux. The four MNIST files lie in the directory of the data (default: `MNIST_TUI_DATA_DIR`). Times are
from the key until what it asks for has left the program; beside them stands the processor time that the
dashboard took for it, which other programs hardly change. The goals: first content within 300 ms, a key in
the grid within 50 ms, a stroke's answers within 50 ms, and training as fast as with the screens closed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pexpect

COLUMNS, ROWS = 120, 40

RIGHT, TAB = "\x1b[C", "\t"

SHOWN: Mapping[str, tuple[str, ...]] = {
    "plain": (),
    "batchnorm": ("--batch-norm",),
    "l2": ("--l2-lambda", "0.1"),
    "dropout": ("--dropout", "0.2"),
    "adam": ("--optimizer", "adam"),
}
"""The rows, and the flags that make them."""

CONTENT = {
    "3 data": ("3", "▸5 #0◂"),
    "4 mistakes": ("4", r"taken for \d"),
    "5 network": ("5", r"of 512 by norm"),
    "6 draw": ("6", "As the networks see it"),
    "6 draw, networks ready": ("6", "Draw a digit, or take"),
}
"""The key of each screen, and what shows that it has real content: digits, counts, weights, paper."""

Environment = dict[str, str]


def train(environment: Environment, *flags: str) -> dict[str, float]:
    """Train on full MNIST; the `run_finished` event."""
    command = [sys.executable, "-m", "mnist_tui", "train", "--dataset", "mnist", "--early-stopping", "0"]
    done = subprocess.run(
        [*command, "--json", *flags], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    last: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return last


def show_all(home: Path) -> None:
    """Have the next sitting show all rows of a home, the first one selected."""
    runs = sorted(path.name for path in home.glob("runs/2*"))
    shown = {run_id: str(number) for number, run_id in enumerate(runs)}
    (home / "preferences.json").write_text(json.dumps({"table_shown": shown, "guide_hidden": True}))


@contextmanager
def dashboard(environment: Environment) -> Iterator[pexpect.spawn]:
    """The program in a terminal, once it has read all runs and has come to rest."""
    process = pexpect.spawn(
        sys.executable,
        ["-m", "mnist_tui"],
        dimensions=(ROWS, COLUMNS),
        env=environment,
        timeout=60,
        encoding="utf-8",
    )
    process.delaybeforesend = None
    process.expect(f"{len(SHOWN)} finished")
    drain(process, 1.5)
    try:
        yield process
    finally:
        process.close(force=True)


def drain(process: pexpect.spawn, seconds: float) -> None:
    """Read for a while what the program writes."""
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        try:
            process.read_nonblocking(1 << 20, timeout=left)
        except pexpect.TIMEOUT:
            return


def cpu_seconds(pid: int) -> float:
    """Processor time of all threads of a process so far."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e9


def until(process: pexpect.spawn, keys: str, mark: str) -> tuple[float, float]:
    """Seconds, and seconds of processor time, from some keys until a mark is written."""
    before, began = cpu_seconds(process.pid), time.perf_counter()
    process.send(keys)
    process.expect(mark)
    return time.perf_counter() - began, cpu_seconds(process.pid) - before


def describe(taken: list[tuple[float, float]]) -> str:
    """Median and tail in milliseconds."""
    wall, cpu = (sorted(1000 * one[part] for one in taken) for part in (0, 1))
    return (
        f"median {statistics.median(wall):.0f} ms, 95 % under {wall[int(0.95 * len(wall))]:.0f} ms, "
        f"slowest of {len(wall)} {wall[-1]:.0f} ms; processor time {statistics.median(cpu):.0f} ms"
    )


def first_content(environment: Environment, key: str, mark: str, rounds: int) -> list[tuple[float, float]]:
    """How long a screen takes that is opened for the first time in a sitting."""
    taken = []
    for _ in range(rounds):
        with dashboard(environment) as process:
            taken.append(until(process, key, mark))
    return taken


def grid(environment: Environment, presses: int) -> list[tuple[float, float]]:
    """Key to paint of the cursor in the grid of digits, all images being there."""
    taken = []
    with dashboard(environment) as process:
        process.send("3")
        process.expect("55,000 train")
        for place in range(1, presses + 1):
            drain(process, 0.1 + 0.037 * (place % 3))
            taken.append(until(process, RIGHT, f"▸\\d #{place}◂"))
    return taken


def strokes(environment: Environment, presses: int) -> list[tuple[float, float]]:
    """From the end of a mouse's stroke until five networks have said what they see."""
    taken = []
    with dashboard(environment) as process:
        process.send("6")
        process.expect("Draw a digit, or take")
        drain(process, 0.5)
        for number in range(presses):
            process.send("c")  # new paper
            drain(process, 0.2 + 0.037 * (number % 3))
            process.send("\x1b[<0;12;6M")
            process.expect(rf"of {len(SHOWN)}, mean [^·]+· pen down")
            drain(process, 0.1)
            end = f"\x1b[<0;{12 + number % 8};18m"
            taken.append(until(process, end, rf"of {len(SHOWN)}, mean [^·]+· pen up"))
    return taken


def beside(environment: Environment, keys: str, epochs: int) -> tuple[float, float, float]:
    """A run that trains while a screen is open: images a second, its processor time, and the dashboard's."""
    with dashboard(environment) as process:
        process.send(keys)
        drain(process, 2)
        command = [sys.executable, "-m", "mnist_tui", "train", "--dataset", "mnist", "--early-stopping", "0"]
        run = subprocess.Popen(
            [*command, "--json", "--epochs", str(epochs), "--hidden", "512,256,32"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        before = cpu_seconds(process.pid)
        while run.poll() is None:
            drain(process, 0.2)
        taken = cpu_seconds(process.pid) - before
        done = json.loads(run.communicate()[0].splitlines()[-1])
    subprocess.run(
        [sys.executable, "-m", "mnist_tui", "runs", "delete", newest(environment), "--yes"],
        env=environment,
        check=False,
        stdout=subprocess.DEVNULL,
    )
    return done["images_per_second"], done["cpu_seconds"], taken


def newest(environment: Environment) -> str:
    """The id of the run that was made last."""
    return max(path.name for path in Path(environment["MNIST_TUI_HOME"]).glob("runs/2*"))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("MNIST_TUI_DATA_DIR"))
    parser.add_argument("--home")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--presses", type=int, default=60)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--turns", type=int, default=2)
    arguments = parser.parse_args()
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    if arguments.data:
        environment["MNIST_TUI_DATA_DIR"] = str(Path(arguments.data).resolve())
    with tempfile.TemporaryDirectory() as passing:
        home = Path(arguments.home or passing).resolve()
        environment["MNIST_TUI_HOME"] = str(home)
        for flags in list(SHOWN.values())[len(list(home.glob("runs/2*"))) :]:
            train(environment, "--epochs", "1", *flags)
        show_all(home)
        for name, (key, mark) in CONTENT.items():
            taken = first_content(environment, key, mark, arguments.rounds)
            print(f"first content of {name}: {describe(taken)}", flush=True)
        print(f"key to paint in the grid: {describe(grid(environment, arguments.presses))}", flush=True)
        print(f"stroke to five answers: {describe(strokes(environment, arguments.presses))}", flush=True)
        speeds: dict[str, list[float]] = {}
        for _ in range(arguments.turns):
            for keys in ("1", "3", "4", "5", "6"):
                speed, cpu, own = beside(environment, keys, arguments.epochs)
                speeds.setdefault(keys, []).append(speed)
                print(
                    f"screen {keys}: {speed:,.0f} images a second, {cpu:.2f} s of processor time for its "
                    f"steps, {own:.2f} s for the dashboard",
                    flush=True,
                )
        for keys, found in speeds.items():
            print(f"screen {keys} / dashboard: best against best {max(found) / max(speeds['1']):.3f}")


if __name__ == "__main__":
    main()
