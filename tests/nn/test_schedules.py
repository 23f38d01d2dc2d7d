"""Learning-rate schedules at points that can be worked out by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.config import setting
from mnist_tui.nn.schedules import SCHEDULES

ALMOST_DONE = 1 - 1e-9


@pytest.mark.parametrize(
    ("name", "progress", "factor"),
    [
        ("constant", 0, 1),
        ("constant", 0.5, 1),
        ("constant", ALMOST_DONE, 1),
        ("cosine", 0, 1),
        ("cosine", 1 / 3, 0.75),
        ("cosine", 0.5, 0.5),
        ("cosine", 2 / 3, 0.25),
        ("cosine", ALMOST_DONE, 0),
        ("one-cycle", 0, 1 / 25),
        ("one-cycle", 0.15, (1 + 1 / 25) / 2),
        ("one-cycle", 0.3, 1),
        ("one-cycle", 0.65, (1 + 4e-6) / 2),
        ("one-cycle", ALMOST_DONE, 4e-6),
        ("step", 0, 1),
        ("step", 0.499, 1),
        ("step", 0.5, 0.1),
        ("step", 0.749, 0.1),
        ("step", 0.75, 0.01),
        ("step", ALMOST_DONE, 0.01),
    ],
)
def test_factor_at_known_points(name: str, progress: float, factor: float) -> None:
    assert SCHEDULES[name](progress) == pytest.approx(factor, rel=1e-9, abs=1e-12)


def test_one_cycle_rises_to_its_peak_at_three_tenths_and_falls_from_there() -> None:
    factors = [SCHEDULES["one-cycle"](step / 1000) for step in range(1000)]
    assert factors.index(max(factors)) == 300
    assert factors[:301] == sorted(factors[:301])
    assert factors[300:] == sorted(factors[300:], reverse=True)


@pytest.mark.parametrize("name", ["cosine", "step"])
def test_decaying_schedules_never_rise(name: str) -> None:
    factors = [SCHEDULES[name](step / 1000) for step in range(1000)]
    assert factors == sorted(factors, reverse=True)


@pytest.mark.parametrize("name", SCHEDULES)
@settings(deadline=None)
@given(progress=st.floats(0, 1, exclude_max=True))
def test_factor_lies_between_zero_and_one(name: str, progress: float) -> None:
    assert 0 <= SCHEDULES[name](progress) <= 1


def test_every_schedule_of_the_settings_exists() -> None:
    assert set(setting("schedule").choices) == set(SCHEDULES)
