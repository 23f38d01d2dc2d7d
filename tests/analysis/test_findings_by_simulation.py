"""Findings about networks that do not differ: how often one of their sentences says that something does."""

import re

import numpy as np
import pytest

from mnist_tui.analysis.findings import findings
from tests.analysis.helpers import BASE, concluded, row

FAMILIES = 200
BOUND = 0.05 + 3 * (0.05 * 0.95 / FAMILIES) ** 0.5
"""5 %, and the luck of so many families."""

CLAIMS = {
    "accuracy": re.compile(r": (better|worse)\."),
    "epochs to converge": re.compile(r"converged .* (earlier|later)"),
    "time of an epoch": re.compile(r"each epoch took"),
    "time of the training": re.compile(r"it was done in"),
}


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_few_families_of_rows_that_do_not_differ_are_told_apart(seeds: int) -> None:
    """Two rows beside a baseline; of each kind of claim, at most one family in twenty makes one."""
    rng = np.random.default_rng(seeds)
    switches = BASE, BASE.replace(batch_norm=True), BASE.replace(l2_lambda=0.1)
    counts = dict.fromkeys(CLAIMS, 0)
    for _ in range(FAMILIES):
        rows = []
        for config in switches:
            converged = rng.integers(5, 15, seeds)
            epochs = converged + 5
            rows.append(
                row(
                    config,
                    np.round(0.98 + rng.normal(0, 0.002, seeds), 4).tolist(),
                    convergence_epoch=converged.tolist(),
                    epochs=epochs.tolist(),
                    status="early_stopped",
                    train_seconds=(epochs * rng.lognormal(0.5, 0.1, seeds)).tolist(),
                )
            )
        said = " ".join(findings(concluded(*rows)))
        for claim, words in CLAIMS.items():
            counts[claim] += bool(words.search(said))
    assert max(counts.values()) <= BOUND * FAMILIES, counts
