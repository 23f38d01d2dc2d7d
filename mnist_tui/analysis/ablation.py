"""All combinations of switches: what each of them does, what two do together, and which combination is best.

A main effect is the mean accuracy of the rows with the switch on, minus that of the rows with it off. An
interaction of two switches is by how much the effect of the one is larger where the other is on than where it
is off. Both are counted for each seed by itself; the seeds then give the mean and its interval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import fmean
from typing import Any, TypeAlias

from mnist_tui.analysis.best import Best, accuracies, best_of
from mnist_tui.analysis.comparison import Comparison
from mnist_tui.analysis.differences import Judgement, Verdict, judge
from mnist_tui.analysis.factors import effective_settings, level, planned_rows
from mnist_tui.analysis.margin import MARGIN
from mnist_tui.analysis.measures import ACCURACY, resolution
from mnist_tui.analysis.pairing import settings
from mnist_tui.analysis.statistics import Estimate, mean_interval
from mnist_tui.analysis.wording import switched
from mnist_tui.runs.rows import Row
from mnist_tui.settings.run_config import setting

Levels: TypeAlias = tuple[bool, ...]
"""Which factors are on in a row."""


@dataclass(frozen=True)
class Factor:
    """A setting that is off in half of the rows and on in the others.

    Attributes:
        name: Field of `RunConfig`.
        off: Its value where it is off; where nothing says which that is, that of the first row.
        on: Its other value.
        words: What switching it on is called, for example `L2 with λ = 0.1`.
    """

    name: str
    off: Any
    on: Any
    words: str


@dataclass(frozen=True)
class Effect:
    """What one factor does, or what two do together beyond what each does.

    Attributes:
        factors: One or two.
        estimate: In accuracy, as a share; without an interval where there is one seed.
        verdict: Among all effects of its kind; `None` where there is no interval.
        adjusted_p: Its p-value among them, by Holm.
    """

    factors: tuple[Factor, ...]
    estimate: Estimate
    verdict: Verdict | None = None
    adjusted_p: float | None = None

    @property
    def label(self) -> str:
        """The factors' words, for example `batch normalisation × dropout 0.2`."""
        return " × ".join(factor.words for factor in self.factors)


@dataclass(frozen=True)
class Ablation:
    """All combinations of some factors.

    Attributes:
        factors: Two or more.
        rows: One for each combination.
        seeds: Those that every row has; the effects are counted with them.
        effects: The main effect of each factor.
        interactions: Of each two factors.
        best: The best combination.
        margin: δ: an effect, as a share, that counts as none.
        is_flattered: Whether seeds of some rows diverged, so that what is left looks too good: then every
            verdict is unclear.
    """

    factors: tuple[Factor, ...]
    rows: tuple[Row, ...]
    seeds: tuple[int, ...]
    effects: tuple[Effect, ...]
    interactions: tuple[Effect, ...]
    best: Best
    margin: float
    is_flattered: bool = False


def ablation(comparison: Comparison, margin: float = MARGIN) -> Ablation | None:
    """The ablation that a comparison is, if its rows are all combinations of two factors or more.

    Args:
        comparison: Of any rows.
        margin: δ, see `Ablation`.

    Returns:
        `None` where a setting takes more than two values, a combination is missing or there twice, or no
        seed is in all rows.
    """
    rows = planned_rows(comparison)
    factors = _factors(rows)
    seeds = _shared_seeds(rows)
    by_levels = {_levels(row, factors): row for row in rows}
    is_whole = len(factors) > 1 and len(rows) == len(by_levels) == 2 ** len(factors)
    best = best_of(rows) if is_whole and seeds else None
    if best is None:
        return None
    measured = {levels: accuracies(row) for levels, row in by_levels.items()}
    image = resolution(ACCURACY, [run for row in rows for run in row.runs])
    main = [_effect(factors, (number,), measured, seeds, image) for number in range(len(factors))]
    two = [_effect(factors, pair, measured, seeds, image) for pair in combinations(range(len(factors)), 2)]
    is_flattered = _have_diverged(rows, comparison)
    judged, judged_two = (
        tuple(_withheld(one) if is_flattered else one for one in _judged(some, margin))
        for some in (main, two)
    )
    return Ablation(factors, tuple(rows), seeds, judged, judged_two, best, margin, is_flattered)


def _have_diverged(rows: Sequence[Row], comparison: Comparison) -> bool:
    """Whether a seed did that would belong to one of these rows."""
    its = {settings(row.runs[0]) for row in rows}
    return any(run.has_diverged and settings(run) in its for run in [*comparison.left_out, *comparison.runs])


def _withheld(effect: Effect) -> Effect:
    return replace(effect, verdict=Verdict.UNCLEAR) if effect.verdict else effect


def _factors(rows: Sequence[Row]) -> tuple[Factor, ...]:
    """The settings in which rows differ; none where one takes more than two values."""
    factors = []
    for name in effective_settings(*(row.config for row in rows)):
        examples = {level(row.config, name): row.config for row in reversed(rows)}
        if len(examples) != 2:
            return ()
        first = level(rows[0].config, name)
        off = setting(name).off if setting(name).off in examples else first
        [on] = examples.keys() - {off}
        factors.append(Factor(name, off, on, switched(name, examples[on], examples[off])))
    return tuple(factors)


def _levels(row: Row, factors: Sequence[Factor]) -> Levels:
    return tuple(level(row.config, factor.name) == factor.on for factor in factors)


def _shared_seeds(rows: Sequence[Row]) -> tuple[int, ...]:
    seeds = [set(accuracies(row)) for row in rows]
    return tuple(sorted(set.intersection(*seeds))) if seeds else ()


def _effect(
    factors: Sequence[Factor],
    numbers: tuple[int, ...],
    measured: dict[Levels, dict[int, float]],
    seeds: Sequence[int],
    image: float,
) -> Effect:
    """The effect of the factors with these numbers: one seed's contrast is one measurement."""

    def contrast(seed: int) -> float:
        # One half of the rows is compared with the other: the factor is on or off, or, of two, both are the
        # same or they are not. Of two, the difference of the halves is half of what they do together.
        halves: tuple[list[float], list[float]] = [], []
        for levels, accuracy in measured.items():
            switched_on = sum(levels[number] for number in numbers)
            halves[(switched_on - len(numbers)) % 2].append(accuracy[seed])
        return len(numbers) * (fmean(halves[0]) - fmean(halves[1]))

    its = tuple(factors[number] for number in numbers)
    # Rounding moves a mean of many rows less than one accuracy, and twice a mean twice as far.
    step = image * len(numbers) * math.sqrt(4 / len(measured))
    return Effect(its, mean_interval([contrast(seed) for seed in seeds], step))


def _judged(effects: Sequence[Effect], margin: float) -> tuple[Effect, ...]:
    judgements = iter(judge([one.estimate for one in effects if one.estimate.low is not None], margin))
    return tuple(one if one.estimate.low is None else _with(one, next(judgements)) for one in effects)


def _with(effect: Effect, judgement: Judgement) -> Effect:
    return replace(effect, verdict=judgement.verdict, adjusted_p=judgement.adjusted_p)
