"""Let several programs do random things to one home for a while, and see that nothing is lost or stuck.

    python -m scripts.chaos [--minutes 10] [--seed 0]

Needs the `dev` extra, and Linux. Two dashboards in terminals of their own and three command lines start,
compare, fork, pause, resume, stop, tune, discard, take out, reorder, delete, report and quit; now and then
one of them, a process that trains, or the keeper of the queue is killed. Meanwhile and at the end it is
checked that

- no run is gone that nobody deleted, and no log became shorter;
- no more runs train than there are cores, and no core is idle while something waits and somebody is there;
- no output has a traceback or speaks of an internal error;
- once all have left, the queue becomes empty, no process is left, every run says how it stands, no epoch
  of a log is without its checkpoint, and the next look leaves nothing half made or half deleted.

The seed decides who wants what in which order; when it happens is up to the machine. Ends with 1 where
something was wrong; the home directory with `trace.txt` then stays for whoever wants to look.
"""

import argparse
import os
import random
import shutil
import signal
import tempfile
import time
from functools import partial
from pathlib import Path

from mnist_tui import cores
from mnist_tui.jobs import control, keeper, queue
from mnist_tui.runs.layout import RunDirectory, list_runs
from tests.chaos.home import Home
from tests.chaos.people import HUNG, CommandLine, Dashboard, Doings


def reaper(home: Home, rng: random.Random) -> Doings:
    """Kills a process that trains now and then, or the keeper."""
    while not home.is_ending:
        yield rng.uniform(1, 8)
        kind = rng.choice(["worker", "worker", "keeper"])
        for process_id in home.processes(f"mnist_tui.jobs.{kind}")[:1]:
            home.note("reaper", f"kill-{kind}")
            try:
                os.kill(process_id, signal.SIGKILL)
            except ProcessLookupError:
                continue  # it was faster


def last_one_out(home: Home) -> Doings:
    """Sees that the queue becomes empty once everybody has left, and that what trains ends when told to."""
    keeper.ensure()  # whoever was to see to the queue may have been killed
    deadline = time.monotonic() + HUNG
    while True:
        training = [one for one in map(RunDirectory, list_runs()) if one.is_locked()]
        left = [len(queue.entries()), len(training), *map(home.processes, ("mnist_tui.jobs.worker",))]
        if not any(left):
            return
        if time.monotonic() > deadline:
            home.complain(f"Not empty in the end: {queue.entries()}, {[one.run_id for one in training]}.")
            return
        for directory in training:
            control.send(directory.control_path, "stop")
        yield 1.0


def play(home: Home, people: list[Doings], dashboards: list[Dashboard], until: float) -> None:
    """Let people do what they want, in turns, till all have left."""
    due = dict.fromkeys(range(len(people)), 0.0)
    next_look = 0.0
    while due:
        now = time.monotonic()
        home.is_ending = now > until
        for number in [one for one, moment in due.items() if moment <= now]:
            try:
                due[number] = now + next(people[number])
            except StopIteration:
                del due[number]
        for dashboard in dashboards:
            dashboard.read()
        if now > next_look:
            home.look()
            next_look = now + 0.25
        time.sleep(0.02)


def main() -> int:
    """Make a home, let everybody loose in it, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    # In the background, and under nohup, they are ignored, also by children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    path = Path(tempfile.mkdtemp(prefix="mnist-tui-chaos-"))
    (path / "tmp").mkdir()
    os.environ |= {"MNIST_TUI_HOME": str(path), "TMPDIR": str(path / "tmp"), "XDG_CACHE_HOME": str(path)}
    os.environ.pop("MNIST_TUI_DATA_DIR", None)
    home = Home(path, partial(print, flush=True))
    chance = [random.Random(f"{options.seed} {number}") for number in range(6)]
    dashboards = [Dashboard(home, chance[number], f"dashboard {number + 1}") for number in range(2)]
    commands = [CommandLine(home, chance[2 + number], f"line {number + 1}") for number in range(3)]
    people = [*(one.live() for one in dashboards), *(one.live() for one in commands), reaper(home, chance[5])]
    play(home, people, dashboards, time.monotonic() + 60 * options.minutes)
    play(home, [last_one_out(home)], [], 0)
    home.look_last()
    print(", ".join(f"{what}: {count}" for what, count in sorted(home.done.items())))
    print(
        f"seed {options.seed}: {len(list_runs())} runs left; at most {home.most_training} trained at once, "
        f"more than {cores.most_runs()} for {home.longest_crowd:.1f} s at most; a core was idle beside a "
        f"queue for {home.longest_idle:.1f} s at most; {len(home.wrongs)} wrongs"
    )
    if home.wrongs:
        print(f"Look into {path}.")
        return 1
    shutil.rmtree(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
