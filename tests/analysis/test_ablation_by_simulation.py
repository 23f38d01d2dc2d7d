"""Effects of switches in noise: known ones are recovered, and where there is none, few are told."""

from itertools import product

import numpy as np
import pytest

from mnist_tui.analysis.comparison import Comparison
from mnist_tui.analysis.differences import Verdict
from tests.analysis.test_ablation import DROPOUT, NORM, PENALTY, factorial, found, values


def noisy(effects: dict[str, float], interaction: float, seeds: int, rng: np.random.Generator) -> Comparison:
    """All combinations of three switches with these effects in points, a spread between seeds and noise."""
    per_seed = rng.normal(0, 0.3, seeds)
    rows = []
    for norm, penalty, dropout in product((0, 1), repeat=3):
        mean = 97 + effects["norm"] * norm + effects["l2"] * penalty + effects["dropout"] * dropout
        mean += interaction * norm * dropout
        rows.append(list((mean + per_seed + rng.normal(0, 0.1, seeds)) / 100))
    return factorial([NORM, PENALTY, DROPOUT], *rows)


def test_known_effects_are_recovered_from_noise() -> None:
    """Means over 100 ablations; of two that work together, each has half of that in its main effect."""
    rng = np.random.default_rng(3)
    effects = {"norm": 0.5, "l2": 0.0, "dropout": -0.3}
    some = [found(noisy(effects, 0.4, 4, rng)) for _ in range(100)]
    means = np.mean([list(values(one).values()) for one in some], axis=0)
    assert means == pytest.approx([0.7, 0.0, -0.1, 0.0, 0.4, 0.0], abs=0.03)
    truths = [0.7, 0.0, -0.1, 0.0, 0.4, 0.0]
    estimates = [[one.estimate for one in (*few.effects, *few.interactions)] for few in some]
    covered = [
        (estimate.low or 0) <= truth / 100 <= (estimate.high or 0)
        for line in estimates
        for estimate, truth in zip(line, truths, strict=True)
    ]
    assert 0.92 <= np.mean(covered) <= 0.98


def test_where_nothing_works_few_families_call_anything_better_or_worse() -> None:
    rng = np.random.default_rng(4)
    nothing = {"norm": 0.0, "l2": 0.0, "dropout": 0.0}
    some = [found(noisy(nothing, 0.0, 3, rng)) for _ in range(100)]
    for kind in ("effects", "interactions"):
        wrong = [
            any(one.verdict in {Verdict.BETTER, Verdict.WORSE} for one in getattr(few, kind)) for few in some
        ]
        assert np.mean(wrong) <= 0.11, "5 %, and the luck of 100 families"
