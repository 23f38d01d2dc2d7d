"""Learning-rate schedules: a factor on the peak learning rate for each training step.

`step` counts from 0 to below `total_steps`, the number of steps that are planned.
"""

import math
from collections.abc import Callable
from typing import TypeAlias

Schedule: TypeAlias = Callable[[int, int], float]
"""The factor on the peak learning rate, given a step and the number of all steps."""


def constant(step: int, total_steps: int) -> float:  # noqa: ARG001 - every schedule has the same face
    """1, all the way."""
    return 1.0


def cosine(step: int, total_steps: int) -> float:
    """½ (1 + cos(π step / total)): from 1 down to 0, as `torch.optim.lr_scheduler.CosineAnnealingLR`.

    Loshchilov and Hutter, 2017, https://arxiv.org/abs/1608.03983, one cycle, no restarts.
    """
    return _along_cosine(1, 0, step / total_steps)


def one_cycle(
    step: int, total_steps: int, warm_up: float = 0.3, start: float = 1 / 25, end: float = 4e-6
) -> float:
    """Up from `start` to 1 over the first `warm_up`, then down to `end` at the last step.

    Smith and Topin, 2018, https://arxiv.org/abs/1708.07120; the shape and the defaults of
    `torch.optim.lr_scheduler.OneCycleLR` with `cycle_momentum=False`.

    Args:
        step: From 0.
        total_steps: That are planned.
        warm_up: Share of the steps on the way up.
        start: Factor at the first step.
        end: Factor at the last step.
    """
    peak, last = warm_up * total_steps - 1, total_steps - 1
    if step < peak:
        return _along_cosine(start, 1, step / peak)
    return _along_cosine(1, end, (step - peak) / (last - peak))


def step(step: int, total_steps: int, factor: float = 0.1) -> float:
    """1 in the first half, `factor` in the third quarter, `factor`² in the last.

    `torch.optim.lr_scheduler.MultiStepLR` with these two milestones.
    """
    progress = step / total_steps
    return 1.0 if progress < 0.5 else factor if progress < 0.75 else factor**2


def _along_cosine(start: float, end: float, progress: float) -> float:
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * progress))
