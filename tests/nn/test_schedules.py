"""Learning-rate schedules at points that can be worked out by hand, and beside PyTorch's."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.nn import schedules
from mnist_tui.nn.schedules import Schedule

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("schedule", "step", "factor"),
    [
        (schedules.constant, 0, 1),
        (schedules.constant, 119, 1),
        (schedules.cosine, 0, 1),
        (schedules.cosine, 40, 0.75),
        (schedules.cosine, 60, 0.5),
        (schedules.cosine, 80, 0.25),
        (schedules.one_cycle, 0, 1 / 25),
        (schedules.one_cycle, 35, 1),
        (schedules.one_cycle, 77, (1 + 4e-6) / 2),
        (schedules.one_cycle, 119, 4e-6),
        (schedules.step, 0, 1),
        (schedules.step, 59, 1),
        (schedules.step, 60, 0.1),
        (schedules.step, 89, 0.1),
        (schedules.step, 90, 0.01),
        (schedules.step, 119, 0.01),
    ],
)
def test_factor_at_known_points_of_120_steps(schedule: Schedule, step: int, factor: float) -> None:
    assert schedule(step, 120) == pytest.approx(factor, rel=1e-9, abs=1e-12)


def test_one_cycle_rises_to_its_peak_at_three_tenths_and_falls_from_there() -> None:
    factors = [schedules.one_cycle(step, 1000) for step in range(1000)]
    assert factors.index(max(factors)) == 299
    assert factors[:300] == sorted(factors[:300])
    assert factors[299:] == sorted(factors[299:], reverse=True)


@pytest.mark.parametrize("schedule", [schedules.cosine, schedules.step])
def test_decaying_schedules_never_rise(schedule: Schedule) -> None:
    factors = [schedule(step, 1000) for step in range(1000)]
    assert factors == sorted(factors, reverse=True)


@pytest.mark.parametrize(
    "schedule", [schedules.constant, schedules.cosine, schedules.one_cycle, schedules.step]
)
@settings(deadline=None)
@given(total_steps=st.integers(1, 10**7), share=st.floats(0, 1, exclude_max=True))
def test_factor_lies_between_zero_and_one(schedule: Schedule, total_steps: int, share: float) -> None:
    assert 0 <= schedule(int(share * total_steps), total_steps) <= 1 + 1e-12


@pytest.mark.parametrize(
    ("schedule", "scheduler", "arguments"),
    [
        (schedules.cosine, "CosineAnnealingLR", {"T_max": 120}),
        (schedules.one_cycle, "OneCycleLR", {"max_lr": 1.0, "total_steps": 120, "cycle_momentum": False}),
        (schedules.step, "MultiStepLR", {"milestones": [60, 90]}),
    ],
)
def test_every_step_agrees_with_pytorch(
    schedule: Schedule, scheduler: str, arguments: dict[str, Any]
) -> None:
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    theirs = getattr(torch.optim.lr_scheduler, scheduler)(optimizer, **arguments)
    for step in range(120):
        assert schedule(step, 120) == pytest.approx(theirs.get_last_lr()[0], rel=1e-9, abs=1e-12)
        optimizer.step()
        theirs.step()
