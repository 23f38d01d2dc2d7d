"""Make `tests/analysis/statistics_reference.json`: what SciPy and statsmodels say of a few measurements.

    pip install statsmodels
    python scripts/make_statistics_reference.py

It needs statsmodels, which is no dependency of the project, and `scipy.stats`, which the program never loads.
Newcombe's interval of a paired difference is in neither: it is put together here once more, from statsmodels'
Wilson intervals and NumPy's correlation of the answers themselves. `tests/analysis/test_statistics.py` holds
it to published examples, too.
"""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

TARGET = Path(__file__).parent.parent / "tests" / "analysis" / "statistics_reference.json"
IMAGES = 10_000

TABLES = [
    (9_720, 95, 85, 100),
    (9_700, 160, 60, 80),  # p near 0
    (9_800, 50, 50, 100),  # b = c
    (9_800, 51, 50, 99),
    (9_850, 0, 0, 150),  # nobody disagrees
    (9_990, 0, 1, 9),
    (9_990, 10, 0, 0),  # one is always right
    (10_000, 0, 0, 0),
    (0, 0, 0, 50),
    (0, 6, 1, 0),  # never both right, never both wrong
    (1, 1, 0, 0),
    (20, 12, 2, 16),
    (36, 12, 2, 0),
    (1, 1, 7, 12),
    (8, 3, 1, 2),
    (7, 25, 2, 68),
]
"""Images that both networks get right, the first alone, the second alone, none."""

FAMILIES = [
    [0.03],
    [0.01, 0.04, 0.03, 0.005],
    [0.02, 0.02, 0.02],
    [0.9, 0.00001, 1.0, 0.5, 0.049, 0.012],
    [0.0, 1.0, 0.0125],
]
"""p-values that are adjusted together."""

PROPORTIONS = [(0, 20), (1, 29), (29, 29), (9_803, 10_000), (10_000, 10_000), (1, 1), (450, 500)]
"""Successes and trials."""


def accuracies(seeds: int, mean: float, deviation: float, seed: int) -> list[float]:
    """Counts of right images over all images, as runs have them."""
    chance = random.Random(seed)
    return [round(IMAGES * chance.gauss(mean, deviation)) / IMAGES for _ in range(seeds)]


def pairs() -> list[tuple[list[float], list[float]]]:
    """Measurements of the same seeds in two rows."""
    found = [
        (accuracies(seeds, 0.9812, 0.001, seeds), accuracies(seeds, 0.98, 0.0015, 100 + seeds))
        for seeds in (2, 3, 5, 10)
    ]
    found.append(([0.9801, 0.9822], [0.9822, 0.9801]))  # no difference in the mean: p is 1
    found.append(([0.9801, 0.9822, 0.9807], [0.9822, 0.9801, 0.9806]))  # p near 1
    found.append(([0.981, 0.982, 0.983, 0.984, 0.985], [0.971, 0.9721, 0.973, 0.9741, 0.975]))  # p near 0
    found.append(([12.25, 11.5, 13.0], [20.5, 17.25, 18.0]))  # seconds
    found.append(([7.0, 11.0, 13.0, 7.0, 10.0], [11.0, 7.0, 13.0, 12.0, 11.0]))  # epochs
    return found


def groups() -> list[tuple[list[float], list[float]]]:
    """Measurements of other seeds, of another number of them, and with other spreads."""
    return [
        *pairs(),
        (accuracies(2, 0.98, 0.001, 1), accuracies(10, 0.98, 0.001, 2)),
        (accuracies(5, 0.985, 0.0002, 3), accuracies(3, 0.98, 0.004, 4)),
        ([0.98, 0.98], [0.9805, 0.9811]),  # no spread in one of them
    ]


def student(result: Any) -> dict[str, float]:
    """Interval and p-value of one of SciPy's t tests."""
    interval = result.confidence_interval(0.95)
    return {"low": float(interval.low), "high": float(interval.high), "p_value": float(result.pvalue)}


def newcombe(table: Sequence[int]) -> tuple[float, float]:
    """Method 10 of Newcombe (1998) for paired proportions, by another way than the program's."""
    from statsmodels.stats.proportion import proportion_confint

    first = np.repeat([1, 1, 0, 0], table)
    second = np.repeat([1, 0, 1, 0], table)
    images = first.size
    spread = np.sqrt(first.sum() * (images - first.sum()) * second.sum() * (images - second.sum()))
    phi = 0.0
    if spread:
        phi = float(np.corrcoef(first, second)[0, 1])
        if phi > 0:
            phi = max(0.0, phi - images / 2 / spread)
    low1, high1 = proportion_confint(first.sum(), images, method="wilson")
    low2, high2 = proportion_confint(second.sum(), images, method="wilson")

    def length(one: float, other: float) -> float:
        covariance = np.array([[1.0, -phi], [-phi, 1.0]])
        sides = np.array([one, other])
        return float(np.sqrt(max(0.0, sides @ covariance @ sides)))

    difference = first.mean() - second.mean()
    return (
        float(difference - length(first.mean() - low1, high2 - second.mean())),
        float(difference + length(high1 - first.mean(), second.mean() - low2)),
    )


def discordant(table: Sequence[int]) -> dict[str, Any]:
    """McNemar's exact test and Newcombe's interval of one table."""
    from statsmodels.stats.contingency_tables import mcnemar

    both, first_only, second_only, neither = table
    tested = mcnemar([[both, first_only], [second_only, neither]], exact=True)
    low, high = newcombe(table)
    return {"table": list(table), "p_value": float(tested.pvalue), "low": low, "high": high}


def main() -> None:
    """Ask the libraries, and write down what they say."""
    from scipy import stats
    from statsmodels.stats.multitest import multipletests
    from statsmodels.stats.proportion import proportion_confint

    reference = {
        "paired": [
            {"values": one, "others": other, **student(stats.ttest_rel(one, other))} for one, other in pairs()
        ],
        "welch": [
            {"values": one, "others": other, **student(stats.ttest_ind(one, other, equal_var=False))}
            for one, other in groups()
        ],
        "discordant": [discordant(table) for table in TABLES],
        "holm": [
            {"p_values": family, "adjusted": [float(p) for p in multipletests(family, method="holm")[1]]}
            for family in FAMILIES
        ],
        "wilson": [
            {"successes": successes, "trials": trials, "interval": [float(end) for end in interval]}
            for successes, trials in PROPORTIONS
            for interval in [proportion_confint(successes, trials, method="wilson")]
        ],
    }
    lines = (
        f'"{name}": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]"
        for name, cases in reference.items()
    )
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{TARGET}: {sum(map(len, reference.values()))} cases, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
