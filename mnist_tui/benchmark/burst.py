"""How long training steps take on this machine right now: about a second of them, in a process of its own.

`python -m mnist_tui.benchmark.burst SECONDS` reads configurations from standard input, a JSON object a line,
and answers each with the seconds of a step.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING

from mnist_tui.errors import RunError
from mnist_tui.interpreter import module_command
from mnist_tui.settings.run_config import RunConfig

if TYPE_CHECKING:
    from mnist_tui.data.dataset import Split

ALL_SECONDS = 1.0
"""What all measurements may take together, but for getting ready."""

LEAST_SECONDS = 0.1
"""For one of them: fewer steps tell little."""

PATIENCE = 60.0
"""Seconds after which the process counts as stuck."""

WARM_UP = 3
"""Steps that get the memory and the caches ready."""

GO = 10
"""Steps between two looks at the clock."""


def step_seconds(configs: Sequence[RunConfig]) -> list[float]:
    """Measure each configuration, one after the other.

    Args:
        configs: With their number of threads.

    Returns:
        Seconds of a training step, for each.

    Raises:
        RunError: The process could not be started, or died.
    """
    if not configs:
        return []
    seconds = max(LEAST_SECONDS, ALL_SECONDS / len(configs))
    asked = "".join(json.dumps(config.to_dict()) + "\n" for config in configs)
    try:
        done = subprocess.run(
            module_command("mnist_tui.benchmark.burst", str(seconds)),
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=PATIENCE + 2 * seconds * len(configs),
            start_new_session=True,  # it gives way to others as a worker does
            check=True,
        )
        measured = [float(line) for line in done.stdout.splitlines()]
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise RunError(f"The speed of training could not be measured ({type(error).__name__}).") from error
    if len(measured) != len(configs):
        raise RunError("The speed of training could not be measured: free some memory.")
    return measured


def _measure(config: RunConfig, seconds: float) -> float:
    import numpy as np
    from threadpoolctl import threadpool_limits

    from mnist_tui.data.dataset import Dataset, Split
    from mnist_tui.training.processes import Helpers
    from mnist_tui.training.trainer import Trainer

    split = _images()
    rng = np.random.default_rng(0)
    batches = [rng.integers(0, len(split), config.batch_size) for _ in range(GO)]
    none = Split(split.images[:0], split.labels[:0])
    with (
        threadpool_limits(1, user_api="blas"),
        Helpers((config.threads or 1) - 1) as helpers,
        ExitStack() as stack,
    ):
        trainer = Trainer(config, Dataset("burst", split, none, none, ""), helpers=helpers)
        engine = stack.enter_context(trainer.engine())
        stack.enter_context(engine.lit_first())

        def train(steps: int) -> None:
            engine.train_steps(trainer.dataset.train, batches[:steps], [config.peak_learning_rate] * steps)

        train(WARM_UP)
        seen, end = [], time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            train(GO)
            seen.append((time.perf_counter() - began) / GO)
    # The mean of so short a time would be that of whatever another program did in it.
    return statistics.median(seen)


@cache
def _images() -> "Split":
    """As many as full MNIST trains on, so that gathering them misses the caches as it does there."""
    import numpy as np

    from mnist_tui.benchmark.contenders import IMAGES
    from mnist_tui.data.dataset import PIXELS, Split
    from mnist_tui.data.sample import read_splits

    training, _ = read_splits()
    return Split(np.resize(training.images, (IMAGES, PIXELS)), np.resize(training.labels, IMAGES))


def main(seconds: float) -> None:
    """Answer each line."""
    from mnist_tui.jobs.worker import give_way

    give_way()
    for line in sys.stdin:
        sys.stdout.write(f"{_measure(RunConfig.from_dict(json.loads(line)), seconds)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]))
