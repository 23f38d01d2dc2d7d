"""Everything a run needs to go on, bit for bit, as if it had never been interrupted."""

import dataclasses
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np

from mnist_tui.errors import ConfigError, RunError
from mnist_tui.nn.buffers import Array
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch, from_dict, to_dict
from mnist_tui.training.tally import Tally


@dataclass(frozen=True)
class Checkpoint:
    """The state of a run at the end of an epoch.

    As a file it is an `.npz` archive of plain arrays: `network/…`, `best/…` (left out while the network is
    the best one) and `optimizer/…` by name, and `progress`, a JSON text with all else.

    Attributes:
        config: The settings in force, changes made while training included.
        last: The epoch that is complete.
        best: The epoch with the lowest validation loss so far.
        total: Training steps so far, all together.
        stage_seconds: Where their time went.
        network: Parameters and running statistics by name.
        best_network: The same at the end of `best`.
        optimizer: What the optimizer remembers, by name, flat.
        optimizer_steps: Its updates so far.
        streams: State of each random stream: `batches`, `augmentation`, and `dropout0`, `dropout1` … for
            the threads.
        other_runs: The most runs that trained at the same time so far.
        patience_since: Epoch after which early stopping counts; see `EarlyStopping`.
    """

    config: RunConfig
    last: Epoch
    best: Epoch
    total: Tally
    stage_seconds: dict[str, float]
    network: dict[str, Array]
    best_network: dict[str, Array]
    optimizer: dict[str, Array]
    optimizer_steps: int
    streams: dict[str, Any]
    other_runs: int = 0
    patience_since: int = 0

    def save(self, file: BinaryIO) -> None:
        """Write it as an `.npz` archive."""
        arrays = {f"network/{name}": array for name, array in self.network.items()}
        if self.best.epoch != self.last.epoch:
            arrays |= {f"best/{name}": array for name, array in self.best_network.items()}
        arrays |= {f"optimizer/{name}": array for name, array in self.optimizer.items()}
        progress = {
            "v": 1,
            "config": self.config.to_dict(),
            "last": to_dict(self.last),
            "best": to_dict(self.best),
            "total": dataclasses.asdict(self.total),
            "stage_seconds": self.stage_seconds,
            "optimizer_steps": self.optimizer_steps,
            "streams": self.streams,
            "other_runs": self.other_runs,
            "patience_since": self.patience_since,
        }
        arrays["progress"] = np.array(json.dumps(progress))
        np.savez(file, **arrays)  # type: ignore[arg-type] # its names are not allow_pickle

    @classmethod
    def load(cls, path: Path, remedy: str = "delete it, and the run starts from its first epoch") -> Self:
        """Read what `save` wrote; nothing in it is executed or unpickled.

        Args:
            path: The file.
            remedy: What to do about a damaged one.

        Raises:
            RunError: The file is missing or damaged.
        """
        try:
            if path.is_fifo():
                raise ValueError("a pipe and no file")
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                progress = json.loads(str(archive["progress"]))
                arrays = {name: archive[name] for name in archive.files if name != "progress"}
            network = _group(arrays, "network")
            return cls(
                config=RunConfig.from_dict(progress["config"]),
                last=_epoch(progress["last"]),
                best=_epoch(progress["best"]),
                total=_tally(progress["total"]),
                stage_seconds={name: float(time) for name, time in progress["stage_seconds"].items()},
                network=network,
                best_network=_group(arrays, "best") or network,
                optimizer=_group(arrays, "optimizer"),
                optimizer_steps=int(progress["optimizer_steps"]),
                streams=dict(progress["streams"]),
                other_runs=int(progress["other_runs"]),
                patience_since=int(progress["patience_since"]),
            )
        except _DAMAGE as error:
            raise RunError(f"{path} cannot be read ({error}): {remedy}.") from error


_DAMAGE = (
    OSError, EOFError, ValueError, TypeError, KeyError, AttributeError, RecursionError, MemoryError,
    NotImplementedError, zipfile.BadZipFile, zlib.error, ConfigError,
)  # fmt: skip
"""What reading an archive of unknown origin raises: it may be cut off, garbage, or of another kind."""


def _group(arrays: dict[str, Array], group: str) -> dict[str, Array]:
    start = f"{group}/"
    return {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}


def _tally(values: dict[str, Any]) -> Tally:
    return Tally(
        images=int(values["images"]),
        loss_sum=float(values["loss_sum"]),
        correct=int(values["correct"]),
        seconds=float(values["seconds"]),
        cpu_seconds=float(values["cpu_seconds"]),
    )


def _epoch(values: dict[str, Any]) -> Epoch:
    event = from_dict(values)
    if not isinstance(event, Epoch):
        raise ValueError("no epoch in it")
    return event
