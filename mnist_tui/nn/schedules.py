"""Learning-rate schedules: a factor on the peak learning rate, from training progress alone.

`progress` is the share of all planned steps that is done, 0 to below 1.
"""

import math
from collections.abc import Callable


def constant(progress: float) -> float:  # noqa: ARG001 - every schedule has the same face
    """1, all the way."""
    return 1.0


def cosine(progress: float) -> float:
    """½ (1 + cos(π progress)): from 1 down to 0 (Loshchilov and Hutter, 2017, one cycle, no restarts)."""
    return 0.5 * (1 + math.cos(math.pi * progress))


def one_cycle(progress: float, warm_up: float = 0.3, start: float = 1 / 25, end: float = 4e-6) -> float:
    """Up from `start` to 1 over the first `warm_up`, then down to `end`, both along a cosine.

    Smith and Topin, 2018; shape and defaults of `torch.optim.lr_scheduler.OneCycleLR`.
    """
    if progress < warm_up:
        return 1 + (start - 1) * cosine(progress / warm_up)
    return end + (1 - end) * cosine((progress - warm_up) / (1 - warm_up))


def step(progress: float, factor: float = 0.1) -> float:
    """1 in the first half of training, `factor` in the third quarter, `factor`² in the last."""
    return 1.0 if progress < 0.5 else factor if progress < 0.75 else factor**2


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": constant,
    "cosine": cosine,
    "one-cycle": one_cycle,
    "step": step,
}
