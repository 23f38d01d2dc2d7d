"""Learning-rate schedules at points that can be worked out by hand, and beside PyTorch's."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.nn.schedules import SCHEDULES
from mnist_tui.settings.run_config import setting


@pytest.mark.parametrize(
    ("name", "step", "factor"),
    [
        ("constant", 0, 1),
        ("constant", 119, 1),
        ("cosine", 0, 1),
        ("cosine", 40, 0.75),
        ("cosine", 60, 0.5),
        ("cosine", 80, 0.25),
        ("one-cycle", 0, 1 / 25),
        ("one-cycle", 35, 1),
        ("one-cycle", 77, (1 + 4e-6) / 2),
        ("one-cycle", 119, 4e-6),
        ("step", 0, 1),
        ("step", 59, 1),
        ("step", 60, 0.1),
        ("step", 89, 0.1),
        ("step", 90, 0.01),
        ("step", 119, 0.01),
    ],
)
def test_factor_at_known_points_of_120_steps(name: str, step: int, factor: float) -> None:
    assert SCHEDULES[name](step, 120) == pytest.approx(factor, rel=1e-9, abs=1e-12)


def test_one_cycle_rises_to_its_peak_at_three_tenths_and_falls_from_there() -> None:
    factors = [SCHEDULES["one-cycle"](step, 1000) for step in range(1000)]
    assert factors.index(max(factors)) == 299
    assert factors[:300] == sorted(factors[:300])
    assert factors[299:] == sorted(factors[299:], reverse=True)


@pytest.mark.parametrize("name", ["cosine", "step"])
def test_decaying_schedules_never_rise(name: str) -> None:
    factors = [SCHEDULES[name](step, 1000) for step in range(1000)]
    assert factors == sorted(factors, reverse=True)


@pytest.mark.parametrize("name", SCHEDULES)
@settings(deadline=None)
@given(total_steps=st.integers(1, 10**7), share=st.floats(0, 1, exclude_max=True))
def test_factor_lies_between_zero_and_one(name: str, total_steps: int, share: float) -> None:
    assert 0 <= SCHEDULES[name](int(share * total_steps), total_steps) <= 1 + 1e-12


@pytest.mark.parametrize(
    ("name", "scheduler", "arguments"),
    [
        ("cosine", "CosineAnnealingLR", {"T_max": 120}),
        ("one-cycle", "OneCycleLR", {"max_lr": 1.0, "total_steps": 120, "cycle_momentum": False}),
        ("step", "MultiStepLR", {"milestones": [60, 90]}),
    ],
)
def test_every_step_agrees_with_pytorch(name: str, scheduler: str, arguments: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = getattr(torch.optim.lr_scheduler, scheduler)(optimizer, **arguments)
    for step in range(120):
        assert SCHEDULES[name](step, 120) == pytest.approx(schedule.get_last_lr()[0], rel=1e-9, abs=1e-12)
        optimizer.step()
        schedule.step()


def test_every_schedule_of_the_settings_is_there() -> None:
    assert set(setting("schedule").choices) == set(SCHEDULES)
