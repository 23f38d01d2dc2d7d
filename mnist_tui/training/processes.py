"""A process for each part of a mini-batch, instead of a thread.

Threads hand Python's lock to each other after every NumPy call, and batch normalisation meets four more times
a step. Processes do not: they share parameters, gradients and images (`shared_memory.py`), meet by sending a
byte through pipes, and are told what to do through the same pipes (`wire.py`). Whatever dies, its pipes
close: a helper whose run is gone ends, and a run that loses a helper goes on with threads, or, where that one
was just training, ends with a sentence, to be resumed.
"""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np

from mnist_tui.data.dataset import PIXELS, Dataset, Split
from mnist_tui.errors import RunError
from mnist_tui.interpreter import module_command
from mnist_tui.nn.buffers import Array
from mnist_tui.nn.network import Network
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training import wire
from mnist_tui.training.build import array_shapes, make_augmentation, make_optimizer
from mnist_tui.training.part import Part, Place
from mnist_tui.training.pipe_meeting import PipeMeeting
from mnist_tui.training.shared_memory import SharedFile, SharedMemory, room

PATIENCE = 5.0
"""Seconds until a helper that does not answer any more should have said how it ended."""

ROOM = "room"
"""What a helper is told where memory for images is next."""


class Shared:
    """What all parts of a run see, in an order that all of them know.

    Args:
        memory: Where it is.
        config: Of the run.
        size: How many parts.
    """

    def __init__(self, memory: SharedMemory, config: RunConfig, size: int) -> None:
        self._memory = memory
        parameters, state, widest = _sizes(config)
        self.parameter_vector = memory.array((parameters,), np.float32)
        self.state_vector = memory.array((state,), np.float32)
        self.gradient_vectors: Sequence[Array] = [
            memory.array((parameters,), np.float32) for _ in range(size)
        ]
        self.slots = [[memory.array((widest,), np.uint8) for _ in range(size)] for _ in range(2)]
        self.splits: list[Split] = []

    def next_split(self, count: int) -> Split:
        """Memory for so many images and their labels."""
        images = self._memory.array((count, PIXELS), np.uint8)
        self.splits.append(Split(images, self._memory.array((count,), np.uint8)))
        return self.splits[-1]

    @staticmethod
    def room(config: RunConfig, size: int, images: Sequence[int]) -> int:
        """Bytes of all this.

        Args:
            config: Of the run.
            size: How many parts.
            images: Those of each split.
        """
        parameters, state, widest = _sizes(config)
        floats = [(1 + size) * room((parameters,), np.float32), room((state,), np.float32)]
        pixels = [room((count, PIXELS), np.uint8) + room((count,), np.uint8) for count in images]
        return sum(floats) + 2 * size * room((widest,), np.uint8) + sum(pixels)


def _sizes(config: RunConfig) -> tuple[int, int, int]:
    """Parameters, running statistics, and bytes of the largest array that is summed over all parts."""
    state = parameters = 0
    for name, shape in array_shapes(config).items():
        count = int(np.prod(shape))
        if ".running_" in name:
            state += count
        else:
            parameters += count
    return parameters, state, 8 * (2 * max(config.hidden, default=0) + 1)


def make_part(
    config: RunConfig, place: Place, network: Network, shared: Shared, meeting: PipeMeeting, dropout: Any
) -> Part:
    """The part that a process trains; see `Part`."""
    vector = shared.gradient_vectors[place.rank]
    replica = network.replica(meeting.all_reduce, dropout, leads=not place.rank, gradient_vector=vector)
    optimizer, augmentation = make_optimizer(config), make_augmentation(config)
    return Part(place, replica, optimizer, shared.gradient_vectors, meeting, augmentation, dropout)


class Helpers:
    """Processes that wait to be told what to train: they get ready while the images are read.

    Args:
        count: How many; there are none on Windows, where one cannot look at a pipe without waiting.

    Attributes:
        file: For the memory that they will share.

    Raises:
        OSError: A process cannot be started.
    """

    def __init__(self, count: int) -> None:
        self.file = SharedFile()
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            for _ in range(0 if sys.platform == "win32" else count):
                self._processes.append(self._start())
        except OSError:
            self.close()
            raise

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            module_command("mnist_tui.training.helper"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pass_fds=(self.file.descriptor,),
        )

    def __len__(self) -> int:
        """How many."""
        return len(self._processes)

    @property
    def process_ids(self) -> list[int]:
        """Theirs."""
        return [process.pid for process in self._processes]

    @property
    def pipes(self) -> list[tuple[int, int]]:
        """Of each, the pipe from it and the pipe to it."""
        both = ((one.stdout, one.stdin) for one in self._processes)
        return [(out.fileno(), into.fileno()) for out, into in both if out and into]

    def loss(self) -> str:
        """Why one of them does not answer any more, in a sentence."""
        how, end = "hung up", time.monotonic() + PATIENCE
        while how == "hung up" and time.monotonic() < end:
            for process in self._processes:
                if (code := process.poll()) is not None:
                    how = f"was killed ({_name(-code)})" if code < 0 else f"ended with code {code}"
            time.sleep(0.01)
        return f"A process that trains a part of every mini-batch {how}: resume the run from its last epoch."

    def close(self) -> None:
        """End them at once: they keep nothing that anybody needs, and no run waits for a good-bye."""
        for process in self._processes:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _name(number: int) -> str:
    """That of a signal."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class ProcessCrew:
    """Parts that are processes, the first of them this one.

    Args:
        helpers: The others.
        config: Of the run.
        dataset: Trained on.
        network: Moves into memory that all parts see.
        dropout_rngs: One for each part.

    Raises:
        OSError: There is not enough memory to share.
    """

    def __init__(
        self,
        helpers: Helpers,
        config: RunConfig,
        dataset: Dataset,
        network: Network,
        dropout_rngs: Sequence[np.random.Generator],
    ) -> None:
        self.size = len(dropout_rngs)
        self._helpers = helpers
        self._failure: BaseException | None = None
        room = Shared.room(config, self.size, dataset.sizes)
        self._shared = Shared(SharedMemory.make(helpers.file, room), config, self.size)
        self.gradient_vectors = self._shared.gradient_vectors
        self._shared.parameter_vector[...] = network.parameter_vector
        self._shared.state_vector[...] = network.state_vector
        network.move_to(self._shared.parameter_vector, self._shared.state_vector)
        memory = [helpers.file.descriptor, room]
        with contextlib.suppress(RunError), self._in_step():
            for rank, (_, pipe) in enumerate(helpers.pipes, 1):
                stream = dropout_rngs[rank].bit_generator.state
                wire.send(pipe, [config.to_dict(), memory, rank, self.size, stream])
        place = Place(0, self.size)
        self._meeting = PipeMeeting(place, self._shared.slots, helpers.pipes)
        self._part = make_part(config, place, network, self._shared, self._meeting, dropout_rngs[0])

    @contextlib.contextmanager
    def _in_step(self) -> Iterator[None]:
        """For what all have to do: once it failed, nobody knows what others wait for, and it fails again."""
        if self._failure:
            raise self._failure
        try:
            yield
        except wire.HungUpError as error:
            self._failure = RunError(self._helpers.loss())
            raise self._failure from error
        except BaseException as error:
            self._failure = error
            raise

    def call(self, method: str, *arguments: Any) -> list[Any]:
        """Have every part do something at the same time.

        Raises:
            RunError: A process is gone.
        """
        told = [{"split": self._number(one)} if isinstance(one, Split) else one for one in arguments]
        with self._in_step():
            for _, pipe in self._helpers.pipes:
                wire.send(pipe, [method, told])
            with self._meeting.in_session():
                own = getattr(self._part, method)(*arguments)
            return [own, *(wire.receive(pipe) for pipe, _ in self._helpers.pipes)]

    def ask(self, method: str, *arguments: Any) -> list[Any]:
        """The same: other processes have to be told."""
        return self.call(method, *arguments)

    def _number(self, split: Split) -> int:
        return next(number for number, known in enumerate(self._shared.splits) if known is split)

    def room(self, count: int) -> Split:
        """Memory for so many images and their labels that every part can see.

        Where a process is gone, `call` will say so.
        """
        with contextlib.suppress(RunError), self._in_step():
            for _, pipe in self._helpers.pipes:
                wire.send(pipe, [ROOM, [count]])
        return self._shared.next_split(count)
