"""Findings of many rows: verdicts counted, the best row, edges of sweeps, effects of switches."""

from itertools import product
from typing import Any

import pytest

from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.findings import MOST_SENTENCES, findings
from tests.analysis.helpers import BASE, concluded, diverged, row

pytestmark = pytest.mark.quick

SWITCHES: list[dict[str, Any]] = [
    {"batch_norm": True},
    {"dropout": 0.2},
    {"l2_lambda": 0.1},
    {"hidden": (8,)},
]
SEEDS = (-0.2, 0.0, 0.1, 0.1)
"""What each seed adds, in points."""


def sentence(conclusions: Conclusions, words: str) -> str:
    """The finding with these words."""
    [found] = [one for one in findings(conclusions) if words in one]
    return found


def swept(name: str, points: dict[Any, float], noise: float = 1.0) -> Conclusions:
    """A row for each value with this accuracy in percent; validation prefers the last one."""
    return concluded(
        *(
            row(
                BASE.replace(**{name: value}),
                [(mean + one * (1 + noise * number)) / 100 for one in SEEDS],
                validation_accuracy=0.9 + number / 100,
            )
            for number, (value, mean) in enumerate(points.items())
        )
    )


def switched(means: list[float], switches: int, *, seeds: tuple[float, ...] = SEEDS) -> Conclusions:
    """A row for each combination; the noise of a seed differs a little from row to row."""
    rows = []
    for number, (mean, chosen) in enumerate(zip(means, product((False, True), repeat=switches), strict=True)):
        config = BASE
        for switch, is_on in zip(SWITCHES, chosen, strict=False):
            config = config.replace(**switch) if is_on else config
        rows.append(row(config, [(mean + one * (1 + number % 3 / 10)) / 100 for one in seeds]))
    return concluded(*rows)


def test_many_rows_are_counted_and_those_that_differ_are_named() -> None:
    points = {0.0: 97.0, 0.01: 97.1, 0.02: 97.5, 0.05: 97.8, 0.1: 97.0, 0.2: 96.0}
    assert findings(swept("l2_lambda", points, noise=0.05))[:3] == [
        "Of 5 rows beside plain: 2 better, 1 worse, 2 same within ±0.2 points (Holm's correction over 5 "
        "comparisons).",
        "Told from plain: l2 0.2 −1.00 points (95 % interval −1.06 to −0.94), l2 0.05 +0.80 points (95 % "
        "interval +0.77 to +0.83) and l2 0.02 +0.50 points (95 % interval +0.48 to +0.52).",
        "Highest of 6 rows: l2 0.05 with 97.80 ± 0.16 % (4), 0.30 points above the next, l2 0.02 (95 % "
        "interval +0.29 to +0.31); being picked flatters it, and validation accuracy picks another (l2 0.2, "
        "96.00 ± 0.18 % (4)).",
    ]


def test_the_best_value_at_the_edge_of_a_sweep() -> None:
    assert sentence(swept("l2_lambda", {0.01: 97.0, 0.1: 97.1, 1.0: 97.5}), "edge") == (
        "Highest of 3 rows: l2 1 with 97.50 ± 0.42 % (4), 0.40 points above the next, l2 0.1 (95 % interval "
        "+0.17 to +0.63), at the edge of the sweep (L2 λ 1, the highest tried), beyond which nothing was "
        "tried; validation accuracy picks it too."
    )


def test_both_edges_of_a_grid() -> None:
    rows = [
        row(BASE.replace(dropout=drop, batch_size=size), [0.97 + (drop + size / 1000) / 100])
        for drop, size in product((0.1, 0.2, 0.3), (64, 128, 256))
    ]
    found = sentence(concluded(*rows), "edge")
    assert "(Dropout 0.3, the highest tried and Batch 256, the highest tried)" in found


def test_the_best_value_inside_a_sweep_lies_at_no_edge() -> None:
    assert not any("edge" in one for one in findings(swept("l2_lambda", {0.01: 97, 0.1: 97.5, 1.0: 97.2})))


def test_switches_are_told_by_their_effects() -> None:
    assert findings(switched([97.0, 97.1, 97.6, 98.2], 2)) == [
        "Batch normalisation: +0.85 points, the mean over 2 pairs of rows (95 % interval +0.84 to +0.86, 4 "
        "seeds): better.",
        "Dropout 0.2: +0.35 points, the mean over 2 pairs of rows (95 % interval +0.34 to +0.36, 4 seeds): "
        "better.",
        "Together, batch normalisation and dropout 0.2 do 0.50 points more than the sum of each alone (95 % "
        "interval +0.43 to +0.57, 4 seeds).",
        "Highest of 4 rows: batchnorm + dropout 0.2 with 98.20 ± 0.14 % (4), 0.60 points above the next, "
        "batchnorm (95 % interval +0.55 to +0.65); being picked flatters it, and validation accuracy picks "
        "it too.",
    ]


def test_where_no_two_switches_are_shown_to_work_together_the_largest_is_told() -> None:
    means = [97.0 + 0.5 * norm - 0.4 * drop for norm, drop, _ in product((0, 1), repeat=3)]
    assert sentence(switched(means, 3), "No switches").startswith(
        "No switches are shown to do more or less together than the sum of each alone: batch normalisation × "
    )


def test_of_many_switches_one_sentence_tells_all() -> None:
    means = [97.0 + 0.5 * norm - 0.4 * drop for norm, drop, _, _ in product((0, 1), repeat=4)]
    assert sentence(switched(means, 4), "Effects over") == (
        "Effects over 16 combinations, in points (4 seeds): batch normalisation +0.50 (better), dropout 0.2 "
        "−0.40 (worse), hidden 8 instead of 512, 256 0.00 (same within ±0.2), L2 with λ = 0.1 0.00 (same "
        "within ±0.2)."
    )
    assert len(findings(switched(means, 4))) <= MOST_SENTENCES


def test_effects_of_one_seed_say_that_nothing_tells_how_far_they_move() -> None:
    found = findings(switched([97.0, 97.1, 97.6, 98.2], 2, seeds=(0.0,)))
    assert (
        "Batch normalisation: +0.85 points, the mean over 2 pairs of rows (one seed, which does not tell how "
        "far it would move)."
    ) in found
    assert not any(word in one for one in found for word in ("better", "unclear"))


def test_effects_of_rows_whose_seeds_diverged_are_unclear() -> None:
    rows = [
        row(BASE.replace(**norm, **drop), [0.97 + bool(norm) / 100 + seed / 1e5 for seed in (3, 1, 2)])
        for norm, drop in product(({}, SWITCHES[0]), ({}, SWITCHES[1]))
    ]
    assert "): better." in findings(concluded(*rows))[0]
    found = findings(concluded(*rows, [diverged(BASE.replace(**SWITCHES[0], seed=7))]))
    assert found[0].endswith("3 seeds): unclear, as seeds diverged.")
    assert "Diverged: batchnorm (1 of 4 seeds); no mean has them in it, which flatters what is left." in found
