"""Softmax, cross-entropy and the L2 penalty against sums written out."""

import math

import numpy as np
import pytest

from mnist_tui.nn.losses import SoftmaxCrossEntropy, add_l2_gradient, l2_penalty, softmax
from tests.nn.gradient_check import Float64Array, check_gradient

pytestmark = pytest.mark.quick

LOGITS = 3 * np.random.default_rng(0).standard_normal((5, 4))
LABELS = np.array([0, 3, 1, 1, 2], np.uint8)


def written_out_softmax(row: Float64Array) -> list[float]:
    powers = [math.exp(value) for value in row]
    return [power / math.fsum(powers) for power in powers]


def test_softmax_is_the_share_of_each_exponential() -> None:
    np.testing.assert_allclose(softmax(LOGITS), [written_out_softmax(row) for row in LOGITS], rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_of_huge_logits_neither_overflows_nor_loses_its_sum(dtype: type[np.floating]) -> None:
    logits = np.array([[1e30, 0, -1e30], [-1e30, -1e30, -1e30], [5000, 5000, -5000]], dtype)
    third = 1 / 3
    expected = np.array([[1, 0, 0], [third, third, third], [0.5, 0.5, 0]])
    np.testing.assert_allclose(softmax(logits), expected, rtol=1e-6)


def test_softmax_does_not_change_when_all_logits_are_shifted() -> None:
    np.testing.assert_allclose(softmax(LOGITS + 1000), softmax(LOGITS), rtol=1e-10)


def test_softmax_leaves_the_logits_alone_unless_told_to_overwrite_them() -> None:
    logits = LOGITS.copy()
    probabilities = softmax(logits)
    np.testing.assert_array_equal(logits, LOGITS)
    assert softmax(logits, out=logits) is logits
    np.testing.assert_array_equal(logits, probabilities)


def test_cross_entropy_is_the_sum_of_negative_log_probabilities() -> None:
    expected = -math.fsum(
        math.log(written_out_softmax(row)[label]) for row, label in zip(LOGITS, LABELS, strict=True)
    )
    assert SoftmaxCrossEntropy().forward(LOGITS, LABELS) == pytest.approx(expected, rel=1e-12)


def test_cross_entropy_of_equal_logits_is_log_of_the_classes() -> None:
    assert SoftmaxCrossEntropy().forward(np.zeros((3, 10)), np.array([1, 5, 9])) == pytest.approx(
        3 * math.log(10)
    )


def test_cross_entropy_of_a_confident_mistake_is_large_but_finite() -> None:
    logits = np.array([[10_000.0, 0, 0]], np.float32)
    assert SoftmaxCrossEntropy().forward(logits, np.array([0])) == 0
    assert SoftmaxCrossEntropy().forward(logits, np.array([2])) == pytest.approx(10_000)


def test_huge_logits_of_one_image_do_not_drown_another_image() -> None:
    logits = np.array([[10_000.0, 0, 0], [0, 0, 0], [-10_000, -10_000, -10_000]], np.float32)
    loss = SoftmaxCrossEntropy().forward(logits, np.array([0, 1, 2]))
    assert loss == pytest.approx(2 * math.log(3), rel=1e-6)


def test_cross_entropy_leaves_the_logits_alone() -> None:
    logits = LOGITS.copy()
    loss = SoftmaxCrossEntropy()
    loss.forward(logits, LABELS)
    loss.backward(len(LABELS))
    np.testing.assert_array_equal(logits, LOGITS)


@pytest.mark.parametrize("batch_size", [5, 20])
def test_cross_entropy_gradient_agrees_with_central_differences(batch_size: int) -> None:
    """The mean is over the whole mini-batch, of which these may be only a part."""
    loss = SoftmaxCrossEntropy()
    loss.forward(LOGITS, LABELS)
    check_gradient(
        lambda logits: SoftmaxCrossEntropy().forward(logits, LABELS) / batch_size,
        LOGITS,
        loss.backward(batch_size).copy(),
        "of the logits",
    )


def test_cross_entropy_gradient_is_probability_minus_one_for_the_label() -> None:
    loss = SoftmaxCrossEntropy()
    loss.forward(np.log(np.array([[0.5, 0.3, 0.2]])), np.array([1]))
    np.testing.assert_allclose(loss.backward(1), [[0.5, -0.7, 0.2]], rtol=1e-12)


def test_l2_penalty_is_lambda_over_two_m_times_the_sum_of_squares() -> None:
    assert l2_penalty(np.array([1.0, -2.0, 3.0]), 0.1, 4) == pytest.approx(0.1 / 8 * 14)


def test_l2_penalty_with_lambda_zero_is_zero() -> None:
    assert l2_penalty(np.array([1.0, -2.0, 3.0]), 0.0, 4) == 0


def test_l2_gradient_is_the_derivative_of_the_penalty_on_top_of_what_is_there() -> None:
    weights, gradient = LOGITS.ravel().copy(), np.ones(LOGITS.size)
    add_l2_gradient(gradient, weights, 0.7, 3, np.empty_like(weights))
    check_gradient(lambda changed: l2_penalty(changed, 0.7, 3), weights, gradient - 1, "of the penalty")
    np.testing.assert_array_equal(weights, LOGITS.ravel())


def test_l2_gradient_with_lambda_zero_changes_nothing() -> None:
    gradient = np.ones(3)
    add_l2_gradient(gradient, np.array([1.0, -2.0, 3.0]), 0.0, 4, np.empty(3))
    np.testing.assert_array_equal(gradient, np.ones(3))
