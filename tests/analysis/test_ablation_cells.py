"""The table of an ablation's effects and how to read it."""

from dataclasses import replace

import pytest

from mnist_tui.analysis.ablation import Ablation, Effect, Factor
from mnist_tui.analysis.ablation_cells import effect_cells, effect_notes
from mnist_tui.analysis.best import Best
from mnist_tui.analysis.differences import Verdict
from mnist_tui.analysis.statistics import Estimate, Method
from mnist_tui.runs.rows import rows
from tests.analysis.helpers import BASE, row

pytestmark = pytest.mark.quick

NORM = Factor("batch_norm", False, True, "batch normalisation")
DROPOUT = Factor("dropout", 0.0, 0.2, "dropout 0.2")
SURE = Estimate(0.004, 0.003, 0.005, 0.001, 3, Method.PAIRED, 0.001)


def of(*effects: Effect, seeds: int = 3) -> Ablation:
    [alone] = rows(row(BASE, [0.9]))
    best = Best(alone, alone, SURE, 4, alone)
    single, double = (tuple(one for one in effects if len(one.factors) == size) for size in (1, 2))
    return Ablation((NORM, DROPOUT), (alone,) * 4, tuple(range(seeds)), single, double, best, 0.002)


@pytest.mark.parametrize(
    ("verdict", "of_one", "of_two"),
    [
        (Verdict.BETTER, "▲ better", "▲ more together"),
        (Verdict.WORSE, "▼ worse", "▼ less together"),
        (Verdict.SAME, "= same", "= they add up"),
        (Verdict.UNCLEAR, "? unclear", "? unclear"),
    ],
)
def test_two_switches_are_more_or_less_together_and_not_better_or_worse(
    verdict: Verdict, of_one: str, of_two: str
) -> None:
    one, two = (Effect(factors, SURE, verdict, 0.012) for factors in ((NORM,), (NORM, DROPOUT)))
    assert effect_cells(of(one, two)) == [
        ("Batch normalisation", "+0.40 (+0.30 to +0.50)", of_one, "0.012"),
        ("Batch normalisation × dropout 0.2", "+0.40 (+0.30 to +0.50)", of_two, "0.012"),
    ]


def test_one_seed_has_no_verdict_and_says_why() -> None:
    single = Effect((NORM,), replace(SURE, low=None, high=None, p_value=None, count=1))
    assert effect_cells(of(single, seeds=1)) == [("Batch normalisation", "+0.40", "–", "–")]
    assert "One seed does not tell" in effect_notes(of(single, seeds=1))[1]


def test_notes_say_what_the_numbers_are_and_fit_into_a_report() -> None:
    notes = effect_notes(of(Effect((NORM,), SURE), Effect((DROPOUT,), SURE), Effect((NORM, DROPOUT), SURE)))
    assert "all 4 combinations" in notes[0]
    assert "the 3 seeds" in notes[1]
    assert "the 2 effects of one switch taken together, and on that of two by itself (Holm)" in notes[2]
    assert all(len(note) < 500 for note in notes)
