"""A run as a directory of plain files that any tool can read.

config.json         the settings, data, versions and machine; written when the run is made
events.jsonl        what happened, append-only, one JSON object a line
model.safetensors   the weights that are best on validation, replaced whenever they get better
checkpoint.npz      all that is needed to go on after the last complete epoch, bit for bit
checkpoints/        the same for earlier epochs, to fork from; see `runs.checkpoints`
probes.bin          what the network was like inside at each epoch; see `runs.probes`
predictions.npz     `probabilities` and `labels` of the test images, written at the end
worker.lock         held by the process that trains the run
control.jsonl       commands for that process, a JSON object a line; anybody may append
"""

import contextlib
import json
import os
import platform
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock

from mnist_tui import __version__, paths
from mnist_tui.cores import available_cores
from mnist_tui.errors import ConfigError, RunError
from mnist_tui.machine import blas, processor, version
from mnist_tui.runs.files import read_foreign, sync_directory, write_atomically, write_error
from mnist_tui.runs.moments import next_moment, written
from mnist_tui.settings.run_config import RunConfig

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MOST_MANIFEST_BYTES = 1 << 20
"""A `config.json` has about 1 kB; what is so much larger is none of ours."""

RUN_ID = re.compile(r"[0-9]{8}-[0-9]{9}-[a-z0-9-]{1,40}-[0-9a-f]{6}", re.ASCII)


@dataclass(frozen=True)
class RunDirectory:
    """Where one run keeps its files.

    Attributes:
        path: The directory; its name is the run's id.
    """

    path: Path

    @property
    def run_id(self) -> str:
        """For example `20260115-093012345-plain-1f3a9c`: when it was made (UTC), and its name."""
        return self.path.name

    @property
    def config_path(self) -> Path:
        """Settings, data, versions and machine."""
        return self.path / "config.json"

    @property
    def events_path(self) -> Path:
        """The event log."""
        return self.path / "events.jsonl"

    @property
    def model_path(self) -> Path:
        """The best weights so far."""
        return self.path / "model.safetensors"

    @property
    def predictions_path(self) -> Path:
        """Probabilities and labels of the test images."""
        return self.path / "predictions.npz"

    @property
    def probes_path(self) -> Path:
        """What the network was like inside at each epoch."""
        return self.path / "probes.bin"

    @property
    def checkpoint_path(self) -> Path:
        """Where to go on from."""
        return self.path / "checkpoint.npz"

    @property
    def checkpoints_path(self) -> Path:
        """Where earlier epochs are kept."""
        return self.path / "checkpoints"

    @property
    def control_path(self) -> Path:
        """Commands for the process that trains the run."""
        return self.path / "control.jsonl"

    @property
    def _lock_path(self) -> Path:
        return self.path / "worker.lock"

    def lock(self) -> FileLock:
        """The lock that the process which trains this run holds; the system lets go of it if that dies.

        A link or a pipe in its place is nobody's lock and taken away.
        """
        with contextlib.suppress(OSError):
            if not stat.S_ISREG(self._lock_path.lstat().st_mode):
                self._lock_path.unlink()
        return FileLock(self._lock_path, is_singleton=False, thread_local=False)

    def is_locked(self) -> bool:
        """Whether a process trains this run right now."""
        return is_held(self._lock_path)

    def check_own(self) -> None:
        """Refuse to write where a link leads to.

        Raises:
            RunError: The directory is a link.
        """
        if self.path.is_symlink():
            raise RunError(f"{self.path} is a link, which is not followed: put the run itself there.")

    def read_manifest(self) -> dict[str, Any]:
        """The content of `config.json`.

        Raises:
            RunError: It is missing or damaged.
        """
        try:
            manifest = json.loads(read_foreign(self.config_path, MOST_MANIFEST_BYTES))
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(
                f"{self.config_path} cannot be read ({error}): the run cannot be shown."
            ) from error
        if not isinstance(manifest, dict):
            raise RunError(f"{self.config_path} is not a JSON object: the run cannot be shown.")
        return manifest

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Replace `config.json`.

        Raises:
            RunError: It cannot be written.
        """
        write_atomically(self.config_path, json.dumps(manifest, indent=1).encode())

    def read_config(self) -> RunConfig:
        """The settings in `config.json`.

        Raises:
            RunError: They are missing, damaged or out of range.
        """
        return self.settings_in(self.read_manifest())

    def settings_in(self, manifest: dict[str, Any]) -> RunConfig:
        """The settings in what `read_manifest` returned.

        Raises:
            RunError: They are out of range.
        """
        try:
            return RunConfig.from_dict(manifest)
        except ConfigError as error:
            raise RunError(f"{self.config_path} cannot be used: {error}") from error


def is_held(path: Path) -> bool:
    """Whether a process holds the lock that is this file; nothing is made, followed or waited for."""
    # FileLock would make the file, and the directory around it, where somebody has just deleted them.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            return stat.S_ISREG(os.fstat(file.fileno()).st_mode) and _is_held(file)
    except OSError:
        return False


if sys.platform == "win32":

    def _is_held(file: BinaryIO) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        except OSError:
            return True
        return False

else:

    def _is_held(file: BinaryIO) -> bool:
        """Whether a process holds the lock; shared, so that those who only look do not see each other."""
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _nothing(_directory: "RunDirectory") -> None:
    return None


def create(
    config: RunConfig, fill: Callable[["RunDirectory"], None] = _nothing, **facts: Any
) -> RunDirectory:
    """Make the directory of a new run and write its `config.json`.

    Args:
        config: Its settings.
        fill: Puts what else the run begins with into the directory, before anybody takes it for a run.
        facts: More to be written into `config.json`, as JSON values.

    Raises:
        RunError: The home directory cannot be written.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", config.display_name.lower()).strip("-")[:40] or "run"
    now = next_moment()
    path = paths.runs_directory() / f"{written(now)}-{slug}-{secrets.token_hex(3)}"
    # Under a name that nobody takes for a run until it is whole.
    staging = RunDirectory(path.with_name(f".{path.name}"))
    manifest = {**config.to_dict(), "v": 1, "id": path.name, "created": now.isoformat(), **environment()}
    try:
        staging.path.mkdir(parents=True)
        staging.write_manifest({**manifest, **facts})
        fill(staging)
        staging.path.rename(path)
        sync_directory(path.parent)
    except OSError as error:
        shutil.rmtree(staging.path, ignore_errors=True)
        raise write_error(path, error) from error
    except BaseException:
        shutil.rmtree(staging.path, ignore_errors=True)
        raise
    return RunDirectory(path)


def list_runs() -> list[Path]:
    """The run directories, oldest first; what does not have a run's name is passed over.

    Raises:
        RunError: The directory that holds them is there, but cannot be read.
    """
    directory = paths.runs_directory()
    try:
        return sorted(path for path in directory.iterdir() if RUN_ID.fullmatch(path.name))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise RunError(f"{directory} cannot be read ({error.strerror}): make it readable.") from error


def environment() -> dict[str, Any]:
    """What a run's numbers depend on besides its settings: versions and machine."""
    return {
        "versions": {
            "mnist-tui": __version__,
            "python": platform.python_version(),
            "numpy": version("numpy"),
            "blas": blas(),
        },
        "machine": {
            "system": f"{platform.system()} {platform.release()}",
            "processor": processor(),
            "cores": available_cores(),
        },
    }
