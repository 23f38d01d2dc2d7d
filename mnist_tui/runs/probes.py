"""The file of a run's probes: a line of JSON that says what is in it, then a record for each epoch.

    with open("probes.bin", "rb") as file:
        header = json.loads(file.readline())
        record = numpy.dtype([(name, kind, tuple(shape)) for name, kind, shape in header["record"]])
        content = file.read()
    records = numpy.frombuffer(content, record, len(content) // record.itemsize)

A record is written before the checkpoint of its epoch, and what a killed process wrote of later epochs is
cut when another one goes on. So no epoch is there twice, and at most the one under way is lost.
"""

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from mnist_tui.errors import RunError
from mnist_tui.runs.files import append_foreign, open_foreign, replacing
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.histograms import EDGES
from mnist_tui.training.probes import FEW_IMAGES, MOST_IMAGES, SUMMARY, Record, quantities, record_type

BUDGET = 20_000_000
"""Bytes that the probes of a run may take; beyond it, only every 2nd, 4th, 8th … epoch stays."""

FIRST_EPOCHS = 32
"""These stay as long as they take no more than a quarter of that: most happens in them."""

Records = npt.NDArray[np.void]


@dataclass(frozen=True)
class Probes:
    """What a run's network was like at the end of each epoch that was looked into.

    Attributes:
        images: Validation images that were sent through it.
        sizes: How many numbers each quantity has, by name; see `training.probes.quantities`.
        records: One an epoch, ascending, of the type `training.probes.record_type`.
    """

    images: int
    sizes: dict[str, int]
    records: Records

    @property
    def epochs(self) -> list[int]:
        """The epochs that were looked into; 0 is before training."""
        return [int(epoch) for epoch in self.records["epoch"]]

    def counts(self, name: str) -> npt.NDArray[np.uint32]:
        """How many numbers of a quantity lie in each bin of `histograms.EDGES`: shape (epochs, BINS)."""
        counts: npt.NDArray[np.uint32] = self.records["counts"][:, self._row(name)]
        return counts

    def summary(self, name: str) -> npt.NDArray[np.float64]:
        """Mean, standard deviation, extremes and √Σx² of a quantity: shape (epochs, 5); may not be finite."""
        summary: npt.NDArray[np.float64] = self.records["summary"][:, self._row(name)]
        return summary

    def dead_units(self, number: int) -> npt.NDArray[np.float32]:
        """Share of the units of the ReLU with this number, from 1, that are 0 for all images: (epochs,)."""
        dead: npt.NDArray[np.float32] = self.records["dead_units"][:, number - 1]
        return dead

    def _row(self, name: str) -> int:
        return list(self.sizes).index(name)


def probes(run: Run) -> Probes:
    """The probes of a run, as far as they are written.

    Raises:
        RunError: There are none, or they are damaged.
    """
    path = run.directory.probes_path
    if not run.started:
        raise RunError(f"{run.run_id} has not started: nobody has looked into its network yet.")
    try:
        with open_foreign(path) as file:
            records, images = _read(file, run.config, run.started.validation_images)
        if bad := len(records) - _whole(records, run.config, images):
            raise ValueError(f"{bad} of its {len(records)} records make no sense")
    except FileNotFoundError as error:
        raise RunError(
            f"{run.run_id} has no probes: it was trained by a version that did not look into networks yet. "
            "Train it again to see inside."
        ) from error
    except (OSError, ValueError, MemoryError) as error:
        raise RunError(f"{path} cannot be read ({error}): train the run again to see inside.") from error
    return Probes(images, quantities(run.config, images), records)


def _header(config: RunConfig, images: int) -> bytes:
    """The first line: it is the same for all runs of such a network, so a reader compares it."""
    record = record_type(config)
    fields = [
        [name, (field := record.fields[name][0]).base.str, list(field.shape)]  # type: ignore[index]
        for name in record.names or ()
    ]
    header = {
        "v": 1,
        "images": images,
        "record": fields,
        "quantities": quantities(config, images),
        "summary": SUMMARY,
        "edges": EDGES[len(EDGES) // 2 :].tolist(),
    }
    return json.dumps(header).encode() + b"\n"


def _read(file: BinaryIO, config: RunConfig, validation_images: int) -> tuple[Records, int]:
    """All records that are complete, and of how many images; the last record may be under way.

    Raises:
        ValueError: The file is of another network, or too large.
    """
    record = record_type(config)
    size = os.fstat(file.fileno()).st_size
    if size > BUDGET:
        raise ValueError(f"{size:,} bytes are more than the {BUDGET:,} it may have")
    for images in {min(validation_images, most) for most in (MOST_IMAGES, FEW_IMAGES)}:
        file.seek(0)
        if file.read(len(wanted := _header(config, images))) == wanted:
            content = file.read(size - len(wanted))
            return np.frombuffer(content, record, count=len(content) // record.itemsize), images
    raise ValueError("its first line is not that of this network's probes")


def _whole(records: Records, config: RunConfig, images: int) -> int:
    """How many records make sense, from the first on: epochs ascend, and the counts add up."""
    sizes = np.array(list(quantities(config, images).values()))
    makes_sense = (records["counts"].sum(axis=2, dtype=np.int64) == sizes).all(axis=1)
    makes_sense[1:] &= records["epoch"][1:] > records["epoch"][:-1]
    makes_sense &= records["epoch"] <= _MOST_EPOCHS
    with np.errstate(invalid="ignore"):
        makes_sense &= ((records["dead_units"] >= 0) & (records["dead_units"] <= 1)).all(axis=1)
    return len(records) if makes_sense.all() else int(makes_sense.argmin())


_MOST_EPOCHS = 999_999
"""As many digits as the name of a kept checkpoint has."""


class ProbeFile:
    """The probes of a run that is being trained; a run never fails for want of them.

    Args:
        path: The file.
        config: Of the run.
        validation_images: Of its data.
        most: So many of them are sent through the network; as many as before where the file is there already.

    Attributes:
        images: How many are sent through.
        count: Records in the file.
    """

    def __init__(
        self, path: Path, config: RunConfig, validation_images: int, most: int = MOST_IMAGES
    ) -> None:
        self._path, self._config, self._validation_images = path, config, validation_images
        self.images = min(validation_images, most)
        with contextlib.suppress(OSError, ValueError, MemoryError), open_foreign(path) as file:
            self.images = _read(file, config, validation_images)[1]
        self._header = _header(config, self.images)
        self._record = record_type(config)
        self._most = (BUDGET - len(self._header)) // self._record.itemsize
        self._first = min(FIRST_EPOCHS, self._most // 4)
        self._spacing = 1
        self.count = 0

    def begin(self, after: int | None) -> None:
        """Keep what is there of the epochs that training goes on after.

        Args:
            after: The last complete epoch; `None` where the run starts from its initial weights.
        """
        with contextlib.suppress(RunError):
            self._write(self.read(after))

    def read(self, until: int | None) -> Records:
        """The records that make sense, up to an epoch; none where it is `None` or the file is another."""
        records = np.empty(0, self._record)
        if until is not None:
            with contextlib.suppress(OSError, ValueError, MemoryError), open_foreign(self._path) as file:
                records, images = _read(file, self._config, self._validation_images)
                records = records[: _whole(records, self._config, images) if images == self.images else 0]
        return records[records["epoch"] <= (until or 0)]

    def wants(self, epoch: int, *, is_last: bool = False) -> bool:
        """Whether an epoch is to be recorded, as many as there are; the last one is, wherever it stands."""
        return self._most > 0 and (is_last or epoch <= self._first or epoch % self._spacing == 0)

    def append(self, record: Record) -> None:
        """Add an epoch, the latest."""
        with contextlib.suppress(OSError, RunError):
            self._append(record)

    def _append(self, record: Record) -> None:
        end = len(self._header) + self.count * self._record.itemsize
        with append_foreign(self._path) as file:
            if os.fstat(file.fileno()).st_size < end:  # somebody took it away, or a part of it
                return
            file.truncate(end)  # what a full disk left of the last attempt
            file.write(record.tobytes())
        self.count += 1
        if self.count >= self._most:
            self._thin_out()

    def _thin_out(self) -> None:
        records = self.read(_MOST_EPOCHS)
        while len(records) > self._most * 3 // 4 and self._spacing <= _MOST_EPOCHS:
            self._spacing *= 2
            epochs = records["epoch"]
            records = records[(epochs <= self._first) | (epochs % self._spacing == 0)]
        self._write(records)

    def _write(self, records: Records) -> None:
        with replacing(self._path) as file:
            file.write(self._header)
            file.write(records.tobytes())
        self.count = len(records)


def hand_on(parent: Path, child: Path, config: RunConfig, validation_images: int, epoch: int) -> None:
    """Give a fork what its parent recorded up to there.

    Args:
        parent: The parent's file.
        child: The fork's.
        config: Of the parent.
        validation_images: Of their data.
        epoch: After which the fork begins.
    """
    trunk = ProbeFile(parent, config, validation_images).read(epoch)
    if len(trunk):
        with contextlib.suppress(RunError):
            ProbeFile(child, config, validation_images)._write(trunk)
