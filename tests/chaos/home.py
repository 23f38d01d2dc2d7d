"""A home in which anything may happen, and what has to be true of it all the same."""

import os
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from mnist_tui import cores
from mnist_tui.jobs import active, deletion, owner, queue
from mnist_tui.paths import runs_directory
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import ACTIVE
from mnist_tui.runs.store import RunStore
from tests.survival.helpers import checkpoint_epoch, counted_epochs, unreadable_lines

LONG = 40.0
"""Seconds a core may be idle while something waits: a start that comes to nothing keeps it for ten."""

CROWDED = 10.0
"""Seconds more runs may train than there are cores: a start that takes over ten loses its claim to one."""

BAD_WORDS = re.compile(r"Traceback|Internal error")


class Home:
    """The one home, what was done to it, and what is wrong with it.

    Args:
        path: Where.
        tell: Takes a sentence as soon as something is wrong.

    Attributes:
        wrongs: What is wrong, in sentences.
        done: What was done, and how often.
        may_go: The ids of runs that somebody wants deleted.
        interrupted: Whether a command was: it then takes its run back, if that never trained.
        programs: Those that are open and look after the queue.
        is_ending: Whether everybody should leave.
    """

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        self.path = path
        self._tell = tell
        self.wrongs: list[str] = []
        self.done: Counter[str] = Counter()
        self.may_go: set[str] = set()
        self.interrupted = self.is_ending = False
        self.programs = 0
        self.most_training, self.longest_idle, self.longest_crowd = 0, 0.0, 0.0
        self._sizes: dict[str, int] = {}
        self._said_bad: set[str] = set()
        self._idle_since = self._crowded_since = 0.0
        self._began = time.monotonic()
        self._trace = (path / "trace.txt").open("w", buffering=1)

    def note(self, who: str, what: str) -> None:
        """Somebody did something."""
        self.done[what.split()[0]] += 1
        self._trace.write(f"{time.monotonic() - self._began:7.2f} {who}: {what}\n")

    def complain(self, sentence: str) -> None:
        """Something is wrong."""
        if sentence not in self.wrongs:
            self.wrongs.append(sentence)
            self.note("WRONG", f"wrong {sentence}")
            self._tell(f"{time.monotonic() - self._began:7.1f} s: {sentence}")

    def read(self, who: str, text: str) -> None:
        """Somebody said something."""
        if BAD_WORDS.search(text) and who not in self._said_bad:
            self._said_bad.add(who)  # a screen says it again and again
            self.complain(f"{who} said:\n{text.strip()}")

    def processes(self, module: str) -> list[int]:
        """The ids of the processes of a module that belong to this home."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                is_ours = f"MNIST_TUI_HOME={self.path}\0".encode() in (entry / "environ").read_bytes()
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue  # gone, or somebody else's
            found += [int(entry.name)] if is_ours and module.encode() in words else []
        return found

    def look(self) -> None:
        """See whether all is well."""
        now = {path.name: log_size(path) for path in list_runs()}
        for run_id in self._sizes.keys() - now.keys() - self.may_go:
            if self._sizes[run_id] or "-command-" not in run_id or not self.interrupted:
                self.complain(f"{run_id} is gone, {self._sizes[run_id]} bytes of log, and nobody deleted it.")
        for run_id in self._sizes.keys() & now.keys():
            if now[run_id] < self._sizes[run_id] and RunDirectory(runs_directory() / run_id).path.is_dir():
                self.complain(f"The log of {run_id} was {self._sizes[run_id]} bytes long, now {now[run_id]}.")
        self._sizes = {**now}
        training, busy = len(active.training(runs_directory())), len(queue.busy())
        self.most_training = max(self.most_training, training)
        is_idle = self.programs > 0 and busy < cores.most_runs() and bool(queue.entries())
        moment = time.monotonic()
        self._idle_since = self._idle_since or moment if is_idle else 0.0
        self._crowded_since = self._crowded_since or moment if training > cores.most_runs() else 0.0
        if self._idle_since:
            self.longest_idle = max(self.longest_idle, moment - self._idle_since)
        if self._crowded_since:
            self.longest_crowd = max(self.longest_crowd, moment - self._crowded_since)
        if self.longest_idle > LONG:
            self.complain(f"A core was idle for over {LONG:g} s while {queue.entries()[:1]} waited.")
        if self.longest_crowd > CROWDED:
            self.complain(f"{training} runs trained on {cores.most_runs()} cores for over {CROWDED:g} s.")
        for path in [*self.path.glob("tmp/mnist-tui-*.txt"), *runs_directory().glob("*/error.txt")]:
            self.complain(f"A mistake of ours:\n{path.read_text()}")

    def look_last(self) -> None:
        """See whether all is well once everybody has left."""
        for path in [*runs_directory().glob(".2*"), *owner.files()]:  # as if they had been killed long ago
            os.utime(path, (0, 0))
        deletion.remove_wrecks(runs_directory())
        store = RunStore()
        store.refresh()
        for path in list_runs():
            directory = RunDirectory(path)
            if (run := store.runs.get(path.name)) is None:
                self.complain(f"{path.name} cannot be read.")
                continue
            if run.status in ACTIVE:
                self.complain(f"{path.name} says it is {run.status}, and nobody trains it.")
            epochs, size = counted_epochs(directory), run.started.steps_per_epoch if run.started else 1
            if [one.epoch for one in epochs] != list(range(1, len(epochs) + 1)):
                self.complain(f"The log of {path.name} has gaps.")
            is_complete = bool(epochs) and epochs[-1].step % size == 0  # the first may be cut short by a stop
            if is_complete and checkpoint_epoch(directory) < epochs[-1].epoch:
                self.complain(f"{path.name} lost an epoch that its log tells of.")
            if len(unreadable_lines(directory)) > self.done["kill-worker"]:
                self.complain(f"The log of {path.name} has lines that cannot be read.")
        if left := [path.name for path in runs_directory().glob(".[2d]*")]:
            self.complain(f"{', '.join(left)} is left half made or half deleted.")
        if dead := list(owner.files()):
            self.complain(f"{len(dead)} files of programs are left that are gone.")
        if marked := active.training(runs_directory()):
            self.complain(f"{', '.join(marked)} is marked as training, and is not.")


def log_size(path: Path) -> int:
    """Bytes in the log of a run."""
    try:
        return (path / "events.jsonl").stat().st_size
    except OSError:
        return 0
