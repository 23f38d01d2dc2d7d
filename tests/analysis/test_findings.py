"""Findings: which sentence is said when, and with which figures."""

import pytest

from mnist_tui.analysis.comparison import compare
from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.findings import MOST_SENTENCES, RULES, findings
from tests.analysis.helpers import BASE, concluded, diverged, right, row
from tests.runs.helpers import started

pytestmark = pytest.mark.quick

BATCH_NORM = BASE.replace(batch_norm=True)
L2 = BASE.replace(l2_lambda=0.1)

PLAIN = [0.9800, 0.9810, 0.9805, 0.9795, 0.9790]


def shifted(*points: float) -> list[float]:
    """The accuracies of `PLAIN`, each with so many points more."""
    return [one + shift / 100 for one, shift in zip(PLAIN, points, strict=False)]


def sentence(conclusions: Conclusions, words: str) -> str:
    """The finding with these words."""
    [found] = [one for one in findings(conclusions) if words in one]
    return found


# The effect


def test_a_row_that_is_better_says_by_how_much_and_how_sure() -> None:
    conclusions = concluded(row(BASE, PLAIN), row(BATCH_NORM, shifted(0.3, 0.4, 0.5, 0.4, 0.4)))
    assert findings(conclusions)[0] == (
        "Batch normalisation: +0.40 points (95 % interval +0.31 to +0.49, 5 seeds): better."
    )


def test_seen_from_the_other_row_it_is_worse() -> None:
    conclusions = concluded(row(BASE, PLAIN), row(BATCH_NORM, shifted(0.3, 0.4, 0.5, 0.4, 0.4)), baseline=1)
    assert findings(conclusions)[0] == (
        "No batch normalisation: −0.40 points (95 % interval −0.49 to −0.31, 5 seeds): worse."
    )


def test_an_unclear_row_says_how_many_seeds_would_tell() -> None:
    conclusions = concluded(row(BASE, PLAIN), row(L2, shifted(0.3, -0.1, 0.2, 0.1, -0.1)))
    assert conclusions.differences[0].seeds_needed
    assert findings(conclusions)[0] == (
        "L2 with λ = 0.1: +0.08 points (95 % interval −0.14 to +0.30, 5 seeds): unclear, about "
        f"{conclusions.differences[0].seeds_needed} seeds would tell."
    )


def test_same_names_the_margin() -> None:
    conclusions = concluded(row(BASE, PLAIN), row(L2, shifted(0.05, -0.05, 0.02, 0.0, 0.0)))
    assert findings(conclusions)[0] == (
        "L2 with λ = 0.1: 0.00 points (95 % interval −0.04 to +0.05, 5 seeds): same, as the whole interval "
        "lies within ±0.2."
    )


def test_a_small_difference_that_is_sure_is_the_same_but_not_equal() -> None:
    conclusions = concluded(row(BASE, PLAIN), row(L2, shifted(0.1, 0.11, 0.09, 0.1, 0.1)))
    assert findings(conclusions)[0].endswith("5 seeds): same within ±0.2, though not equal.")


def test_a_difference_that_only_one_comparison_would_show_says_so() -> None:
    rows = [BASE.replace(l2_lambda=value) for value in (0.1, 0.2, 0.3)]
    conclusions = concluded(
        row(BASE, PLAIN),
        row(rows[0], shifted(0.4, 0.1, 0.3, 0.05, 0.5)),
        row(rows[1], shifted(0.4, -0.4, 0.3, -0.3, 0.0)),
        row(rows[2], shifted(-0.4, 0.4, -0.3, 0.35, 0.0)),
    )
    found = findings(conclusions)[0]
    assert "unclear as one of 3 comparisons (p = 0.0" in found
    assert "after Holm = 0." in found


def test_where_seeds_diverged_those_that_are_left_are_not_called_better() -> None:
    left = row(L2, shifted(1, 1.1, 1, 0.9, 1))
    conclusions = concluded(row(BASE, PLAIN), [*left, diverged(L2.replace(seed=9))])
    first, *others = findings(conclusions)
    assert first == (
        "L2 with λ = 0.1: +1.00 points (95 % interval +0.91 to +1.09, 5 seeds) where no seed diverged, which "
        "flatters it: unclear."
    )
    assert any(one.startswith("Diverged: l2 0.1 (1 of 6 seeds)") for one in others)


def test_identical_rows_are_the_same() -> None:
    conclusions = concluded(row(BASE, PLAIN), row(BASE.replace(momentum=0.5), PLAIN))
    assert findings(conclusions)[0] == (
        "plain, momentum 0.5 beside plain, momentum 0.9: the same network in each of 5 seeds: same, as "
        "neither uses Momentum."
    )
    conclusions = concluded(row(BASE, PLAIN), row(L2, PLAIN))
    assert findings(conclusions)[0] == "L2 with λ = 0.1: the same network in each of 5 seeds: same."


def test_other_seeds_are_no_pairs_and_no_cause() -> None:
    conclusions = concluded(row(BASE, PLAIN), row(L2, [0.99, 0.991, 0.9905], first_seed=7))
    assert findings(conclusions)[0].startswith("l2 0.1 beside plain: +1.00 points (95 % interval ")
    assert "3 and 3 seeds, not paired): better." in findings(conclusions)[0]


def test_rows_that_differ_in_more_than_a_switch_are_called_by_their_names() -> None:
    conclusions = concluded(row(BASE, PLAIN), row(BATCH_NORM.replace(dropout=0.2), shifted(1, 2, 1, 2, 1)))
    assert findings(conclusions)[0].startswith("batchnorm + dropout 0.2 beside plain: ")


# How to read it


def test_one_run_each_is_about_two_networks() -> None:
    answers = {"plain": right(range(100), range(200, 220)), "batchnorm": right(range(100))}
    conclusions = concluded(row(BASE, [0.98]), row(BATCH_NORM, [0.99]), answers=answers)
    first, second, *_ = findings(conclusions)
    assert first == (
        "batchnorm beside plain: +0.20 points (95 % interval +0.11 to +0.30, one run each: of 10,000 test "
        "images 20 fixed and 0 broken): better."
    )
    assert second == (
        "With one run each, the verdict on batchnorm is about these 2 networks, not about the methods: "
        "another seed may turn it."
    )


def test_two_networks_that_cannot_be_told_apart() -> None:
    answers = {"plain": right(range(100)), "batchnorm": right(range(50, 150))}
    conclusions = concluded(row(BASE, [0.99]), row(BATCH_NORM, [0.99]), answers=answers)
    assert findings(conclusions)[0].endswith("images 50 fixed and 50 broken): unclear.")


def test_other_data_is_said_and_nothing_else() -> None:
    other = started(dataset_sha256="cd" * 32)
    conclusions = concluded(row(BASE, PLAIN), row(BATCH_NORM, PLAIN, data=other))
    assert findings(conclusions) == [
        "batchnorm is not compared with plain (they were trained or tested on different data)."
    ]


def test_rows_that_were_stopped_are_told_together() -> None:
    stopped = [row(BASE.replace(dropout=drop), PLAIN[:1], status="stopped") for drop in (0.1, 0.2)]
    assert findings(concluded(row(BASE, PLAIN), *stopped))[0] == (
        "dropout 0.1, stopped and dropout 0.2, stopped are not compared with plain (did not come to its end)."
    )


@pytest.mark.parametrize("count", [2, 4, 12])
def test_sentences_fit_into_a_report_whatever_rows_are_called(count: int) -> None:
    configs = [BASE.replace(name=f"{number}{'|<b>=' * 199}", l2_lambda=number) for number in range(count)]
    rows = [
        row(config, [one + number / 100 for one in PLAIN], convergence_epoch=10)
        for number, config in enumerate(configs)
    ]
    ends = [
        *(
            row(BASE.replace(name="y" * 1000, dropout=number / 20), [0.9], status="stopped")
            for number in range(9)
        ),
        [diverged(BASE.replace(name="x" * 1000, dropout=number / 20)) for number in range(9)],
    ]
    some = [*findings(concluded(*rows)), *findings(concluded(*rows[:1], *ends))]
    assert max(map(len, some)) < 500


def test_diverged_seeds_are_told_with_their_row() -> None:
    conclusions = concluded(
        row(BASE, PLAIN), [*row(L2, shifted(0, 0.1)), diverged(L2.replace(seed=2))], [diverged(BATCH_NORM)]
    )
    assert sentence(conclusions, "Diverged") == (
        "Diverged: l2 0.1 (1 of 3 seeds) and batchnorm (1 of 1 seeds); no mean has them in it, which "
        "flatters what is left."
    )


def test_other_failures_are_told_too() -> None:
    conclusions = concluded(row(BASE, PLAIN), [*row(L2, PLAIN), diverged(L2.replace(seed=9), "disk full")])
    assert sentence(conclusions, "Failed") == "Failed: l2 0.1 (1 of 6 seeds); no mean has them in it."


def test_rows_that_were_still_improving_are_told() -> None:
    conclusions = concluded(
        row(BASE, PLAIN, convergence_epoch=[10, 10, 10, 8, 8]),
        row(L2, PLAIN, convergence_epoch=[10, 10, 8, 8, 8]),
        row(BASE.replace(schedule="cosine"), PLAIN, convergence_epoch=10),
    )
    assert sentence(conclusions, "Lowest") == (
        "Lowest validation loss in the last of at most 10 epochs: plain, schedule constant (3 of 5 runs); "
        "more epochs may move these figures."
    )


def test_one_epoch_is_one() -> None:
    rows = [row(config.replace(epochs=1), PLAIN, epochs=1, convergence_epoch=1) for config in (BASE, L2)]
    assert "in the last of at most 1 epoch: " in sentence(concluded(*rows), "Lowest")


# Many rows, one row, none


def test_many_rows_are_counted() -> None:
    rows = [row(BASE.replace(l2_lambda=value / 10), PLAIN) for value in range(20)]
    conclusions = concluded(*rows)
    assert findings(conclusions)[0] == (
        "Of 19 rows beside plain: none better, none worse, 19 same within ±0.2 points."
    )
    assert len(findings(conclusions)) <= MOST_SENTENCES


def test_a_row_alone_is_compared_with_nothing() -> None:
    assert findings(concluded(row(BASE, PLAIN[:1]))) == [
        "plain: 98.00 % of 10,000 test images right; no other row here has a result to compare it with."
    ]


def test_nothing_is_said_of_nothing() -> None:
    assert findings(Conclusions(compare([]), 0, 0.002, ())) == []


def test_every_rule_says_when_and_carries_a_figure() -> None:
    for rule in RULES:
        assert rule.when
        assert rule.says.endswith(".")
        assert "{" in rule.says
