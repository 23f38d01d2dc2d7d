"""What is said of a row beside the baseline: cells, and the sentences below them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_tui.analysis import difference_cells as cells
from mnist_tui.analysis.cells import NOTHING
from mnist_tui.analysis.comparison import compare
from mnist_tui.analysis.conclusions import Conclusions, conclude
from mnist_tui.analysis.difference_cells import DIFFERENCE_COLUMNS, signed, with_interval
from mnist_tui.analysis.difference_notes import baseline_note, difference_notes
from mnist_tui.analysis.differences import Difference, Discordant, Verdict
from mnist_tui.analysis.statistics import Estimate, Method
from mnist_tui.runs.rows import Row
from mnist_tui.settings.run_config import RunConfig
from tests.analysis.test_differences import diverged, trained
from tests.runs.helpers import finished_run, started

pytestmark = pytest.mark.quick

PAIRED = Method.PAIRED


def estimate(value: float, low: float | None = None, high: float | None = None, count: int = 5) -> Estimate:
    return Estimate(value, low, high, None, count, PAIRED)


def difference(**values: Any) -> Difference:
    return Difference(Row("batchnorm", RunConfig(), ()), Row("plain", RunConfig(), ()), **values)


def nobody(_run: object) -> None:
    return None


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.08, 2, "+0.08"),
        (-0.15, 2, "−0.15"),
        (0.0, 2, "0.00"),
        (-0.001, 2, "0.00"),
        (0.004, 2, "0.00"),
        (-5, 0, "−5"),
        (1234.56, 1, "+1234.6"),
    ],
)
def test_a_number_has_its_sign_unless_it_rounds_to_nothing(value: float, decimals: int, text: str) -> None:
    assert signed(value, decimals) == text


def test_a_difference_has_its_interval_where_there_is_one() -> None:
    assert with_interval(estimate(0.08, -0.15, 0.31), 2) == "+0.08 (−0.15 to +0.31)"
    assert with_interval(estimate(0.08), 2) == "+0.08"


def test_accuracies_differ_by_points() -> None:
    found = difference(estimates={"test_accuracy": estimate(0.0008, -0.0015, 0.0031)})
    assert cells.accuracy(found) == "+0.08 (−0.15 to +0.31)"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((-1.3, -1.9, -0.7), "−1.3 s (−1.9 to −0.7)"),
        ((13.04, 9.0, 17.0), "+13.0 s (+9.0 to +17.0)"),
        ((0.011, 0.009, 0.013), "+0.011 s (+0.009 to +0.013)"),
        ((0.0004, None, None), "+0.0004 s"),
        ((0.0, None, None), "0.0 s"),
    ],
)
def test_times_have_the_digits_that_count(values: tuple[float, float, float], text: str) -> None:
    found = difference(estimates={"epoch_seconds": estimate(*values)})
    assert cells.seconds(found, "epoch_seconds") == text


def test_cpu_time_says_so() -> None:
    found = difference(
        estimates={"train_seconds": estimate(-1.3, -1.9, -0.7)}, cpu_time=frozenset({"train_seconds"})
    )
    assert cells.seconds(found, "train_seconds") == "−1.3 s CPU (−1.9 to −0.7)"


def test_epochs_are_whole_where_one_run_is_compared_with_one() -> None:
    alone, several = (
        difference(estimates={"convergence_epoch": one})
        for one in (estimate(-4, count=1), estimate(-5, -7, -3))
    )
    assert cells.epochs(alone) == "−4"
    assert cells.epochs(several) == "−5.0 (−7.0 to −3.0)"


@pytest.mark.parametrize(
    ("verdict", "needed", "text", "seeds"),
    [
        (Verdict.BETTER, None, "▲ better", "–"),
        (Verdict.WORSE, None, "▼ worse", "–"),
        (Verdict.SAME, None, "= same", "–"),
        (Verdict.UNCLEAR, None, "? unclear", "?"),
        (Verdict.UNCLEAR, 14, "? unclear, 14 seeds", "14"),
    ],
)
def test_a_verdict_is_a_symbol_and_a_word(
    verdict: Verdict, needed: int | None, text: str, seeds: str
) -> None:
    found = difference(verdict=verdict, seeds_needed=needed)
    assert cells.verdict_and_seeds(found) == text
    assert cells.verdict(found) == text.partition(",")[0]
    assert cells.seeds_needed(found) == seeds


@pytest.mark.parametrize(
    ("p", "text"), [(None, "–"), (1.0, "1.00"), (0.25, "0.25"), (0.0312, "0.031"), (1e-9, "< 0.001")]
)
def test_p_values_have_the_digits_that_count(p: float | None, text: str) -> None:
    assert cells.p_value(difference(adjusted_p=p)) == text


def test_digits_are_fixed_and_broken() -> None:
    assert cells.discordant(difference(discordant=Discordant(23, 18))) == "23 / 18"


def test_what_is_not_compared_leaves_no_cell_empty() -> None:
    found = difference(reasons={"test_accuracy": "they were trained or tested on different data"})
    texts = [column.text(found) for key, column in DIFFERENCE_COLUMNS.items() if key != "label"]
    assert set(texts) == {NOTHING}


# Sentences


def seeds(*rows: tuple[str, dict[int, float]]) -> Conclusions:
    return conclude(compare(run for row in rows for run in trained(*row)), correct=nobody)


def test_sentences_say_what_the_intervals_are_and_what_the_verdicts_are_corrected_for() -> None:
    found = seeds(("a", {0: 0.98, 1: 0.99}), ("b", {0: 0.97, 1: 0.99}), ("c", {0: 0.98, 1: 0.95}))
    text = "\n".join(difference_notes(found))
    assert "the intervals are not simultaneous" in text
    assert "in both comparisons together (Holm)" in text
    assert "within ±δ, 0.2 points" in text
    assert "compared seed by seed (paired t): that is about the methods, on these test images" in text
    assert "McNemar" not in text
    assert baseline_note(found) == "Baseline: a. Accuracies within δ = ±0.2 points count as the same."


def test_one_run_each_is_said_to_be_about_two_networks() -> None:
    runs = trained("a", {0: 0.98}, test_images=500) + trained("b", {0: 0.99}, test_images=500)
    found = conclude(compare(runs), correct=lambda run: np.arange(500) < (490 if run.name == "a" else 495))
    text = "\n".join(difference_notes(found))
    assert "on the same 500 test images" in text
    assert "about these two networks, not about the methods" in text
    assert "in the one comparison" in text


def test_rows_without_seeds_in_common_are_compared_by_their_means() -> None:
    assert "by their means (Welch's t)" in "\n".join(
        difference_notes(seeds(("a", {0: 0.98, 1: 0.99}), ("b", {2: 0.97, 3: 0.99})))
    )


def test_seeds_that_are_not_compared_are_counted() -> None:
    notes = difference_notes(seeds(("a", {0: 0.98, 1: 0.99, 2: 0.97}), ("b", {1: 0.97, 2: 0.99})))
    assert (
        "b beside a: of the 3 seeds of a, 2 are compared, so Δ is not the difference of the means of all."
    ) in notes


def test_seeds_that_diverged_are_counted_and_may_cost_the_verdict() -> None:
    runs = [*trained("a", {0: 0.98, 1: 0.981, 2: 0.9804}), *trained("b", {0: 0.99, 1: 0.9911, 2: 0.9905})]
    notes = difference_notes(conclude(compare([*runs, diverged("b", 3), diverged("a", 4)])))
    assert "b is judged without 1 of its 4 seeds (1 diverged)." in notes
    assert "a is judged without 1 of its 4 seeds (1 diverged)." in notes
    assert any(note.startswith("Unclear because seeds diverged: b.") for note in notes)


def test_times_of_a_part_of_the_runs_are_said_to_be_that() -> None:
    runs = [
        finished_run(
            RunConfig(name=name, seed=seed), other_runs=int(seed == 0 and name == "a"), weight_norm=seed
        )
        for name in ("a", "b")
        for seed in range(3)
    ]
    assert any(note.endswith("b (2 and 2 runs).") for note in difference_notes(conclude(compare(runs))))


def test_what_is_not_compared_is_named_with_the_reason() -> None:
    runs = [
        finished_run(RunConfig(name="a")),
        finished_run(RunConfig(name="b"), data=started(dataset_sha256="f" * 64)),
        finished_run(RunConfig(name="c")),
    ]
    runs[2].manifest = {"machine": {"processor": "Slide rule"}}
    notes = difference_notes(conclude(compare(runs), correct=lambda _: np.ones(500, np.bool_)))
    assert "b is not compared with a: they were trained or tested on different data." in notes
    assert any(
        note.startswith(
            "c is not compared with a in training time and training time of an epoch: the runs differ in"
        )
        for note in notes
    )


def test_cpu_time_is_said_to_be_that() -> None:
    runs = [
        finished_run(
            RunConfig(name=name, seed=seed), other_runs=int(name == "b"), test_accuracy=0.9 + seed / 100
        )
        for name in ("a", "b")
        for seed in (0, 1)
    ]
    notes = difference_notes(conclude(compare(runs), correct=nobody))
    assert any(note.startswith("CPU: processor time") and note.endswith(": b.") for note in notes)


def test_a_row_alone_has_nothing_to_be_read() -> None:
    assert difference_notes(seeds(("a", {0: 0.98}))) == []


def test_runs_with_a_directory_that_is_gone_are_compared_in_all_but_accuracy(tmp_path: Path) -> None:
    runs = [finished_run(RunConfig(name=name), str(tmp_path / name)) for name in ("a", "b")]
    [note] = [one for one in difference_notes(conclude(compare(runs))) if "not compared" in one]
    assert note == "b is not compared with a in test accuracy: the predictions of one of them cannot be read."
