"""The process that trains a part of every mini-batch of a run; see `processes.py`.

`python -m mnist_tui.training.helper` does what the run's own process tells it, and ends when that hangs up.
"""

import contextlib
import os
import signal
import sys
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training import wire
from mnist_tui.training.build import make_network
from mnist_tui.training.part import Place
from mnist_tui.training.pipe_meeting import PipeMeeting
from mnist_tui.training.processes import ROOM, Shared, make_part
from mnist_tui.training.shared_memory import SharedMemory


def work(inwards: int, outwards: int) -> None:
    """Do what is told, until whoever tells hangs up.

    Args:
        inwards: The pipe from the run's process.
        outwards: The pipe to it.
    """
    settings, memory, rank, size, dropout_state = wire.receive(inwards)
    config, place = RunConfig.from_dict(settings), Place(rank, size)
    shared = Shared(SharedMemory.of_another(*memory), config, size)
    dropout = np.random.default_rng()
    dropout.bit_generator.state = dropout_state
    network = make_network(config, np.random.default_rng(0), dropout)
    network.move_to(shared.parameter_vector, shared.state_vector)
    meeting = PipeMeeting(place, shared.slots, [(inwards, outwards)])
    part = make_part(config, place, network, shared, meeting, dropout)
    while True:
        method, told = wire.receive(inwards)
        if method == ROOM:
            shared.next_split(*told)
            continue
        arguments = [_resolved(one, shared) for one in told]
        with meeting.in_session():
            result = getattr(part, method)(*arguments)
        wire.send(outwards, result)


def _resolved(value: Any, shared: Shared) -> Any:
    return shared.splits[value["split"]] if isinstance(value, dict) and "split" in value else value


if __name__ == "__main__":
    # Who ends all of a session means the run: its process stops, keeps what it has, and hangs up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(wire.HungUpError), threadpool_limits(1, user_api="blas"):
        work(sys.stdin.fileno(), os.dup(sys.stdout.fileno()))
