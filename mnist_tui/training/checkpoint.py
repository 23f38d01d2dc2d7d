"""Everything a run needs to go on, bit for bit, as if it had never been interrupted."""

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import Any, BinaryIO, Self

import numpy as np

from mnist_tui.errors import ConfigError
from mnist_tui.nn.buffers import Array
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.archives import LARGEST_DIRECTORY, Archive, Expected, open_npz
from mnist_tui.training.build import array_shapes, optimizer_names
from mnist_tui.training.events import MAX_NUMBER, MAX_WHOLE_NUMBER, Epoch, from_dict, to_dict
from mnist_tui.training.stopwatch import STAGES
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
    def load(cls, file: BinaryIO, like: RunConfig) -> Self:
        """Read what `save` wrote; nothing in it is executed, unpickled or unpacked.

        Args:
            file: Open for reading.
            like: A configuration of the same network: it tells the name and shape of every array, so that
                no memory is taken for others.

        Raises:
            ValueError: It is damaged, or of another network.
            OSError: It cannot be read.
            MemoryError: There is no room for it.
        """
        try:
            with open_npz(file, most_bytes(like)) as archive:
                return cls._read(archive, like)
        except (
            TypeError,
            LookupError,
            AttributeError,
            ArithmeticError,
            RecursionError,
            ConfigError,
        ) as error:
            raise ValueError(f"it makes no sense: {error}") from error

    @classmethod
    def _read(cls, archive: Archive, like: RunConfig) -> Self:
        progress = json.loads(archive.text("progress"))
        config = RunConfig.from_dict(progress["config"])
        if (config.hidden, config.batch_norm) != (like.hidden, like.batch_norm):
            raise ValueError("it is of another network")
        last, best = _epoch(progress["last"]), _epoch(progress["best"])
        if not 1 <= best.epoch <= last.epoch:
            raise ValueError(f"its best epoch is {best.epoch} of {last.epoch}")
        shapes = array_shapes(like)
        size = sum(math.prod(shape) for name, shape in shapes.items() if "running" not in name)
        known = {
            **{f"{group}/{name}": shape for group in ("network", "best") for name, shape in shapes.items()},
            **{f"optimizer/{name}": (size,) for name in optimizer_names()},
        }
        there = {name for name in archive.names if name.partition("/")[0] in _GROUPS}
        if strange := there - known.keys():
            raise ValueError(f"it has an array {min(strange)}")
        # A network that has grown out of bounds is the trainer's to judge.
        arrays = {name: archive.array(name, Expected(known[name], is_finite=False)) for name in sorted(there)}
        network, best_network = _group(arrays, "network"), _group(arrays, "best")
        if network.keys() != shapes.keys() or (best_network and best_network.keys() != shapes.keys()):
            raise ValueError("it lacks an array")
        if not best_network and best.epoch != last.epoch:
            raise ValueError("it lacks the best weights")
        stages = {name: _number(time) for name, time in progress["stage_seconds"].items() if name in STAGES}
        return cls(
            config=config,
            last=last,
            best=best,
            total=_tally(progress["total"]),
            stage_seconds=stages,
            network=network,
            best_network=best_network or network,
            optimizer=_group(arrays, "optimizer"),
            optimizer_steps=_whole(progress["optimizer_steps"]),
            streams=dict(progress["streams"]),
            other_runs=_whole(progress["other_runs"]),
            patience_since=_whole(progress["patience_since"]),
        )


_GROUPS = ("network", "best", "optimizer")

VECTORS = 8
"""Numbers that a checkpoint may hold for each parameter: now, at the best epoch, and the optimizer's."""


def most_bytes(config: RunConfig) -> int:
    """What a checkpoint of such a run may take at most."""
    arrays = (Expected(shape) for shape in array_shapes(config).values())
    return VECTORS * sum(array.bytes for array in arrays) + LARGEST_DIRECTORY


def _group(arrays: dict[str, Array], group: str) -> dict[str, Array]:
    start = f"{group}/"
    return {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}


def _tally(values: dict[str, Any]) -> Tally:
    return Tally(
        images=_whole(values["images"]),
        loss_sum=_number(values["loss_sum"]),
        correct=_whole(values["correct"]),
        seconds=_number(values["seconds"]),
        cpu_seconds=_number(values["cpu_seconds"]),
    )


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_WHOLE_NUMBER:
        raise ValueError(f"it counts {value!r:.40}")
    return value


def _number(value: Any) -> float:
    if type(value) not in {int, float} or not 0 <= value <= MAX_NUMBER:  # NaN is never within
        raise ValueError(f"it measured {value!r:.40}")
    return float(value)


def _epoch(values: dict[str, Any]) -> Epoch:
    event = from_dict(values)
    if not isinstance(event, Epoch):
        raise ValueError("no epoch in it")
    return event
