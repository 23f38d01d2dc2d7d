"""An ablation in words: the table of its effects and how to read it, the same wherever it is shown."""

from collections.abc import Sequence

from mnist_tui.analysis.ablation import Ablation, Effect
from mnist_tui.analysis.cells import NOTHING
from mnist_tui.analysis.difference_cells import probability, with_interval
from mnist_tui.analysis.differences import SYMBOLS, Verdict
from mnist_tui.analysis.statistics import CONFIDENCE, SIGNIFICANCE

HEADER = ("Effect", "Δ test accuracy, points (95 % interval)", "Verdict", "p (Holm)")
"""Of the table of effects."""

RIGHT = (False, True, False, True)
"""Which of its columns are numbers."""

TOGETHER = {
    Verdict.BETTER: "more together",
    Verdict.WORSE: "less together",
    Verdict.SAME: "they add up",
    Verdict.UNCLEAR: "unclear",
}
"""What the verdict on an interaction says of its two switches."""


def effect_cells(ablation: Ablation) -> list[Sequence[str]]:
    """A line for each main effect, then one for each interaction."""
    return [_cells(effect) for effect in (*ablation.effects, *ablation.interactions)]


def _cells(effect: Effect) -> Sequence[str]:
    words = TOGETHER[effect.verdict] if effect.verdict and len(effect.factors) > 1 else effect.verdict
    return (
        effect.label[0].upper() + effect.label[1:],
        with_interval(effect.estimate.scaled(100), 2),
        f"{SYMBOLS[effect.verdict]} {words}" if effect.verdict else NOTHING,
        NOTHING if effect.adjusted_p is None else probability(effect.adjusted_p),
    )


def effect_notes(ablation: Ablation) -> list[str]:
    """How to read the table of effects."""
    rows, main, two = len(ablation.rows), len(ablation.effects), len(ablation.interactions)
    meaning = (
        f"Effects over all {rows} combinations. One switch: the mean accuracy of the {rows // 2} rows that "
        "have it on, minus that of the others. Two switches (×): by how much the effect of one is larger "
        "where the other is on; 0 where their effects add up."
    )
    if len(ablation.seeds) == 1:
        return [meaning, "One seed does not tell how far effects would move: several seeds (--seeds) do."]
    return [
        meaning,
        f"Each effect is counted for each of the {len(ablation.seeds)} seeds that all rows have; its "
        f"{100 * CONFIDENCE:.0f} % interval is over them, and of this effect by itself.",
        f"Verdicts are on the {main} effects of one switch taken together, and on "
        f"{f'the {two} of two' if two > 1 else 'that of two by itself'} (Holm): "
        f"an effect where the corrected p is below {SIGNIFICANCE:g}, none where the whole interval lies "
        f"within ±δ, {100 * ablation.margin:g} points, unclear else.",
    ]
