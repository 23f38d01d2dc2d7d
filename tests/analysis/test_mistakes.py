"""Confusion, accuracy by class and calibration beside scikit-learn's; two networks, and several seeds."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_tui.analysis.answers import Answers
from mnist_tui.analysis.calibration import calibration
from mnist_tui.analysis.confusion import confusion, count_difference, rate_difference, without_diagonal
from mnist_tui.analysis.differences import Verdict
from mnist_tui.analysis.luck import luck
from mnist_tui.analysis.two_networks import two_networks
from mnist_tui.data.dataset import CLASSES

pytestmark = pytest.mark.quick

REFERENCE: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "mistakes_reference.json").read_text(encoding="utf-8")
)
"""Made by `scripts/make_mistakes_reference.py`."""

cases = pytest.mark.parametrize("case", REFERENCE.values(), ids=REFERENCE)


def exactly(number: Any) -> Any:
    return pytest.approx(number, rel=1e-12, abs=1e-12)


def answers(labels: Sequence[int], said: Sequence[int], confidence: Sequence[float] = ()) -> Answers:
    """A network that says so, as sure as that; 0.9 where nothing is said of it."""
    sure = np.array(confidence or [0.9] * len(labels), np.float64)
    probabilities = np.repeat((1 - sure)[:, None] / (CLASSES - 1), CLASSES, axis=1)
    probabilities[np.arange(len(said)), said] = sure
    return Answers(probabilities.astype(np.float32), np.array(labels, np.uint8))


def of(case: dict[str, Any]) -> Answers:
    return answers(case["labels"], case["said"], case["confidence"])


# Beside scikit-learn and SciPy


@cases
def test_the_confusion_matrix_is_scikit_learns(case: dict[str, Any]) -> None:
    network = of(case)
    found = confusion(network.labels, network.said)
    assert found.counts.tolist() == case["counts"]
    assert found.rates.tolist() == [exactly(row) for row in case["rates"]]
    assert network.accuracy == found.right / found.images == exactly(case["accuracy"])


@cases
def test_accuracy_by_class_is_its_recall_with_scipys_interval(case: dict[str, Any]) -> None:
    found = confusion(case["labels"], case["said"]).by_class
    for one, accuracy, interval in zip(found, case["by_class"], case["intervals"], strict=True):
        if interval is None:
            assert one.images == 0
            assert one.accuracy is one.low is one.high is None
        else:
            assert [one.accuracy, one.low, one.high] == exactly([accuracy, *interval])


@cases
def test_the_reliability_diagram_is_its_calibration_curve_and_the_error_follows(case: dict[str, Any]) -> None:
    found = calibration(of(case))
    assert [one.images for one in found.bins] == case["bin_images"]
    assert [one.accuracy for one in found.bins] == exactly(case["bin_accuracy"])
    assert [one.confidence for one in found.bins] == exactly(case["bin_confidence"])
    assert found.error == exactly(case["calibration_error"])
    assert found.gap == exactly(np.mean(case["confidence"]) - case["accuracy"])


# One network


def test_what_is_wrong_comes_the_surest_first_and_equals_as_in_the_file() -> None:
    network = answers([1, 2, 3, 4, 5, 5], [1, 7, 8, 9, 6, 6], [0.99, 0.5, 0.75, 0.5, 0.25, 0.875])
    assert network.mistakes.tolist() == [5, 2, 1, 3, 4]
    assert network.of_cell(5, 6).tolist() == [5, 4]
    assert network.of_cell(1, 1).tolist() == [0]
    assert network.of_cell(6, 5).tolist() == []


def test_the_worst_pairs_are_mistakes_and_only_those_that_were_made() -> None:
    found = confusion([4, 4, 4, 9, 1, 1], [9, 9, 4, 4, 1, 1])
    assert found.worst_pairs(5) == [(4, 9, 2), (9, 4, 1)]
    assert found.worst_pairs(1) == [(4, 9, 2)]
    assert without_diagonal(found.counts).sum() == 3
    assert found.counts.sum() == 6  # nothing was taken away


def test_a_bin_ends_with_its_upper_edge_and_tells_a_claim_from_what_is_kept() -> None:
    found = calibration(answers([1, 1, 1, 1], [1, 2, 1, 1], [0.5, 0.5, 0.5, 1.0]))
    low, high = found.bins
    assert (low.low, low.high, low.images) == (0.4, 0.5, 3)
    assert (high.low, high.high, high.images) == (0.9, 1.0, 1)
    assert low.gap == pytest.approx(0.5 - 2 / 3)
    assert low.interval[0] < 2 / 3 < low.interval[1]
    assert found.error == pytest.approx(3 / 4 * (2 / 3 - 0.5))


# Two networks


def test_a_network_fixes_and_breaks_and_is_judged_by_both() -> None:
    labels = [0] * 40
    first = answers(labels, [1] * 12 + [0] * 26 + [1] * 2, [0.5 + place / 100 for place in range(40)])
    second = answers(labels, [0] * 12 + [1] * 2 + [0] * 24 + [1] * 2)
    found = two_networks(first, second)
    assert found.fixed.tolist() == list(range(11, -1, -1))  # the first was surer of later ones
    assert found.broken.tolist() == [12, 13]
    assert found.both_wrong == 2
    assert found.estimate.value == pytest.approx(10 / 40)
    assert found.estimate.p_value == pytest.approx(2 * (1 + 14 + 91) / 2**14)
    assert found.verdict is Verdict.BETTER
    assert two_networks(second, first).verdict is Verdict.WORSE


def test_a_network_beside_itself_is_the_same() -> None:
    network = answers([0, 1] * 5_000, [0, 1] * 4_950 + [5, 5] * 50)
    found = two_networks(network, network)
    assert not len(found.fixed)
    assert not len(found.broken)
    assert found.verdict is Verdict.SAME


def test_a_small_test_leaves_it_unclear() -> None:
    assert two_networks(answers([1, 1], [1, 2]), answers([1, 1], [1, 1])).verdict is Verdict.UNCLEAR


def test_the_difference_of_two_matrices_is_what_the_second_has_more() -> None:
    first, second = confusion([4, 4, 9, 9], [9, 4, 9, 9]), confusion([4, 4, 9, 9], [4, 4, 4, 9])
    counts = count_difference(second, first)
    assert {
        (int(true), int(said)): int(counts[true, said]) for true, said in zip(*counts.nonzero(), strict=True)
    } == {(4, 9): -1, (4, 4): 1, (9, 4): 1, (9, 9): -1}
    assert (rate_difference(second, first) == counts / 2).all()


# Several seeds


def test_luck_decides_what_some_seeds_get_right() -> None:
    labels = [3, 3, 3, 3, 3]
    seeds = [
        answers(labels, [3, 5, 8, 5, 8], [0.9, 0.5, 0.9, 0.9, 0.9]),
        answers(labels, [3, 5, 3, 5, 8], [0.9, 0.5, 0.9, 0.9, 0.9]),
        answers(labels, [3, 5, 3, 3, 9], [0.9, 0.5, 0.9, 0.9, 0.9]),
        answers(labels, [3, 5, 3, 3, 8], [0.9, 0.5, 0.9, 0.9, 0.9]),
    ]
    found = luck(seeds)
    assert found.wrong.tolist() == [0, 4, 1, 2, 4]
    assert found.always.tolist() == [4, 1]  # they are surer of 4
    assert found.sometimes.tolist() == [3, 2]  # two of four, then one of four
    assert found.agreed == 1  # image 4 is an 8 to three seeds, a 9 to one
    assert found.mistakes == pytest.approx(11 / 4)


def test_seeds_that_are_always_right_have_neither() -> None:
    found = luck([answers([1], [1]), answers([1], [1])])
    assert not len(found.always)
    assert not len(found.sometimes)
    assert found.agreed == 0


def test_what_cannot_be_compared_is_refused() -> None:
    one, other = answers([1, 2], [1, 2]), answers([2, 1], [1, 2])
    with pytest.raises(ValueError, match="other images"):
        two_networks(one, other)
    with pytest.raises(ValueError, match="other images"):
        luck([one, other])
    with pytest.raises(ValueError, match="other images"):
        luck([one, answers([1], [1])])
    with pytest.raises(ValueError, match="one seed alone"):
        luck([one])
