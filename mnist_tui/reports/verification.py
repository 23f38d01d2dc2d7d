"""What a report claims beside what came of running it again, number by number.

On the same machine, with the same versions and threads, each number is the same to the last bit, or the
claim does not hold. Elsewhere sums are rounded otherwise, and a network goes another way, as with another
seed: there the question is whether a number lies as close as another seed's would. `docs/verification.md`
says how.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.statistics import SIGNIFICANCE, Summary, pooled_deviation
from mnist_tui.errors import RunError
from mnist_tui.runs.artifacts import predictions
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run


class Outcome(StrEnum):
    """What may be said of a number that was measured again."""

    IDENTICAL = "the same to the last bit"
    WITHIN_SEEDS = "within what seeds vary"
    WITHIN_IMAGES = "within the choice of the images"
    NOT_JUDGED = "not judged: one run does not tell how far it moves"
    NOT_REPRODUCED = "not reproduced"


@dataclass(frozen=True)
class Quantity:
    """A number of a finished run that is checked.

    Attributes:
        key: Field of `RunFinished`.
        words: What it is.
        text: As people read it.
        images: For a mean over images, the field of `RunStarted` that counts them; else empty.
        is_share: Whether it is the share of them that is right.
        whole: Whether it is a whole number.
    """

    key: str
    words: str
    text: Callable[[float], str]
    images: str = ""
    is_share: bool = False
    whole: bool = False

    def resolution(self, run: Run) -> float:
        """What it is a whole multiple of in a run; 0 where it is not."""
        return 1 / getattr(run.started, self.images) if self.is_share else float(self.whole)

    def of(self, run: Run) -> float:
        """Its value."""
        return float(getattr(run.finished, self.key))


def _percent(value: float) -> str:
    return f"{100 * value:.2f} %"


QUANTITIES = (
    Quantity("test_accuracy", "test accuracy", _percent, "test_images", is_share=True),
    Quantity("test_loss", "test loss", "{:.4f}".format, "test_images"),
    Quantity("validation_accuracy", "validation accuracy", _percent, "validation_images", is_share=True),
    Quantity("validation_loss", "validation loss", "{:.4f}".format, "validation_images"),
    Quantity("convergence_epoch", "epochs to converge", "{:.0f}".format, whole=True),
    Quantity("epochs", "epochs", "{:.0f}".format, whole=True),
    Quantity("weight_norm", "weight norm", "{:.2f}".format),
)
"""What is checked of every run."""


@dataclass(frozen=True)
class Number:
    """A number of the report beside the one that was measured here.

    Attributes:
        row: The name of the row.
        seed: Of the run; for what two runs have in common, that of the row's.
        key: What programs call it.
        words: What it is.
        claimed: In the report.
        here: Measured here.
        outcome: What may be said of it.
        shown: Both as people read them, with the digits in which they differ.
    """

    row: str
    seed: int
    key: str
    words: str
    claimed: float
    here: float
    outcome: Outcome
    shown: tuple[str, str]


def place(claimed: Run, here: Run) -> list[str]:
    """In what the circumstances of two runs differ, on which the last bits of their numbers depend."""
    found = []
    for name in ("versions", "machine"):
        there, now = _texts(claimed.manifest.get(name)), _texts(here.manifest.get(name))
        found += [
            f"{key} {there.get(key, 'not recorded')} there, {now.get(key, 'not recorded')} here"
            for key in dict.fromkeys([*there, *now])
            if there.get(key) != now.get(key)
        ]
    if claimed.started and here.started and claimed.started.threads != here.started.threads:
        found.append(f"threads {claimed.started.threads} there, {here.started.threads} here")
    return found


def _texts(values: object) -> dict[str, str]:
    return {str(key): str(value) for key, value in values.items()} if isinstance(values, dict) else {}


def numbers(
    rows: Sequence[Row], again: Mapping[str, Run], loss_spreads: Mapping[str, float] | None = None
) -> list[Number]:
    """Every number of every run that was run again.

    Args:
        rows: Those of the report.
        again: The id of a run in the report to the run that came of it here, with a result.
        loss_spreads: The same to how far the losses of its test images spread, see `loss_spread`.
    """
    spreads = loss_spreads or {}
    pairs = [(row, run, again[run.run_id]) for row in rows for run in row.runs if run.run_id in again]
    judged = sum(
        quantity.of(claimed) != quantity.of(here)
        for _, claimed, here in pairs
        if place(claimed, here)
        for quantity in QUANTITIES
    )
    repeated = _repeated([[again[run.run_id] for run in row.runs if run.run_id in again] for row in rows])
    repeated = repeated or _repeated([row.runs for row in rows])
    return [
        _number(
            row,
            claimed,
            here,
            quantity,
            _reach(repeated, quantity, (claimed, here), judged, spreads.get(claimed.run_id)),
        )
        for row, claimed, here in pairs
        for quantity in QUANTITIES
    ]


def _repeated(rows: Iterable[Sequence[Run]]) -> list[Sequence[Run]]:
    """The rows that have several seeds."""
    return [runs for runs in rows if len(runs) > 1]


@dataclass(frozen=True)
class _Reach:
    """How far a number may lie from another, and why."""

    distance: float
    outcome: Outcome


def _reach(
    repeated: Sequence[Sequence[Run]],
    quantity: Quantity,
    pair: tuple[Run, Run],
    judged: int,
    loss_spread: float | None,
) -> _Reach | None:
    """How far apart two runs of a row lie that differ by the seed alone; `None` where nothing tells.

    Args:
        repeated: Rows of several seeds: those that were run again, which nobody made up, else the report's.
        quantity: Of which number.
        pair: The run in the report, and the one here.
        judged: How many numbers are judged: so often there is a chance to be unlucky.
        loss_spread: The standard deviation of the losses of the images, where it is known.
    """
    confidence = 1 - SIGNIFICANCE / max(1, judged)
    values = [[quantity.of(run) for run in runs] for runs in repeated]
    # Seeds that agree do so by rounding: whole numbers spread by that at least.
    least = quantity.resolution(pair[0]) / math.sqrt(12)
    if values and (deviation := max(pooled_deviation(map(Summary.of, values)) or 0.0, least)):
        from scipy.special import stdtrit

        freedom = sum(len(some) - 1 for some in values)
        quantile = float(stdtrit(freedom, 0.5 + confidence / 2))
        return _Reach(quantile * deviation * math.sqrt(2), Outcome.WITHIN_SEEDS)
    if not quantity.images:
        return None
    share, images = sum(map(quantity.of, pair)) / 2, getattr(pair[0].started, quantity.images)
    spread = math.sqrt(share * (1 - share)) if quantity.is_share else loss_spread
    if spread is None:
        return None
    quantile = NormalDist().inv_cdf(0.5 + confidence / 2)
    return _Reach(quantile * spread * math.sqrt(2 / images), Outcome.WITHIN_IMAGES)


def loss_spread(run: Run) -> float | None:
    """The standard deviation of the losses of a run's test images; `None` where they cannot be read."""
    try:
        found = predictions(run)
    except RunError:
        return None
    right = found.probabilities[np.arange(len(found.labels)), found.labels]
    losses = -np.log(np.maximum(right.astype(np.float64), np.finfo(np.float32).tiny))
    return float(losses.std(ddof=1)) if len(losses) > 1 else None


def _number(row: Row, claimed: Run, here: Run, quantity: Quantity, reach: _Reach | None) -> Number:
    there, now = quantity.of(claimed), quantity.of(here)
    if there == now:
        outcome = Outcome.IDENTICAL
    elif not place(claimed, here):
        outcome = Outcome.NOT_REPRODUCED
    elif reach is None:
        outcome = Outcome.NOT_JUDGED
    else:
        outcome = reach.outcome if abs(there - now) <= reach.distance else Outcome.NOT_REPRODUCED
    return Number(
        row.label,
        claimed.config.seed,
        quantity.key,
        quantity.words,
        there,
        now,
        outcome,
        _shown(quantity, there, now),
    )


def _shown(quantity: Quantity, there: float, now: float) -> tuple[str, str]:
    """Both as people read them; where they differ, with as many digits as it takes to see that."""
    texts = quantity.text(there), quantity.text(now)
    precisions = iter(range(6, 18))
    while there != now and texts[0] == texts[1]:
        precision = next(precisions)
        texts = f"{there:.{precision}g}", f"{now:.{precision}g}"
    return texts


def digits(claimed: Conclusions, here: Conclusions) -> list[Number]:
    """The digits in which two networks differ, where rows of one run each are compared.

    Args:
        claimed: Those of the report.
        here: The same rows, all of them run again.
    """
    found = []
    for there, now in zip(claimed.differences, here.differences, strict=True):
        if not (there.discordant and now.discordant):
            continue
        pairs = zip((there.row, there.baseline), (now.row, now.baseline), strict=True)
        is_elsewhere = any(place(one.runs[0], other.runs[0]) for one, other in pairs)
        for key in ("fixed", "broken"):
            counts = getattr(there.discordant, key), getattr(now.discordant, key)
            differs = Outcome.NOT_JUDGED if is_elsewhere else Outcome.NOT_REPRODUCED
            outcome = Outcome.IDENTICAL if counts[0] == counts[1] else differs
            seed, words = there.row.runs[0].config.seed, f"digits {key}"
            shown = str(counts[0]), str(counts[1])
            found.append(Number(there.row.label, seed, key, words, *counts, outcome, shown))
    return found
