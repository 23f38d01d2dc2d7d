"""The loss: softmax and cross-entropy in one, and the L2 penalty."""

import numpy as np
import numpy.typing as npt

from mnist_tui.nn.buffers import Array, Buffers


def softmax(logits: Array, out: Array | None = None) -> Array:
    """pₖ = exp(zₖ) / Σⱼ exp(zⱼ) for each row, shifted by the row's maximum so that exp never overflows.

    Args:
        logits: z, shape (n, classes).
        out: Where to put the result; may be `logits` itself.
    """
    probabilities: Array = np.subtract(logits, logits.max(axis=1, keepdims=True), out=out)
    np.exp(probabilities, out=probabilities)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return probabilities


class SoftmaxCrossEntropy:
    """cost = -1/m Σᵢ log p[i, labelᵢ], with p the softmax of the logits.

    Attributes:
        probabilities: p of the last `forward`, shape (n, classes), until `backward` reuses its memory.
    """

    probabilities: Array

    def __init__(self) -> None:
        self._buffers = Buffers()

    def forward(self, logits: Array, labels: npt.NDArray[np.integer]) -> float:
        """The sum (not the mean) of -log p over the images.

        Args:
            logits: Shape (n, classes).
            labels: Shape (n,), the right class of each image.
        """
        shifted = self._buffers.get("shifted", logits.shape, logits.dtype)
        np.subtract(logits, logits.max(axis=1, keepdims=True), out=shifted)
        picked = shifted[np.arange(len(labels)), labels]
        np.exp(shifted, out=shifted)
        normalizers = shifted.sum(axis=1, keepdims=True)
        shifted /= normalizers
        self.probabilities, self._labels = shifted, labels
        return float(np.log(normalizers).sum(dtype=np.float64) - picked.sum(dtype=np.float64))

    def backward(self, batch_size: int) -> Array:
        """∂cost/∂z = (p - onehot(label)) / m.

        Args:
            batch_size: m, the images of the whole mini-batch that the cost is averaged over.
        """
        gradient = self.probabilities
        gradient[np.arange(len(self._labels)), self._labels] -= 1
        gradient *= gradient.dtype.type(1 / batch_size)
        return gradient


def l2_penalty(weights: Array, l2_lambda: float, batch_size: int) -> float:
    """λ/(2m) · Σ w².

    Args:
        weights: All weights (never biases, γ or β), flat.
        l2_lambda: λ.
        batch_size: m, the images that the cost is averaged over.
    """
    return l2_lambda / (2 * batch_size) * float(np.dot(weights, weights)) if l2_lambda else 0.0


def add_l2_gradient(
    gradient: Array, weights: Array, l2_lambda: float, batch_size: int, scratch: Array
) -> None:
    """Add λ/m · w in place: L2 is part of the cost, so every optimizer sees it (not decoupled decay).

    Args:
        gradient: ∂cost/∂w, flat.
        weights: w, flat, of the same length.
        l2_lambda: λ.
        batch_size: m.
        scratch: Memory of the same length.
    """
    if l2_lambda and len(weights):
        gradient += np.multiply(weights, weights.dtype.type(l2_lambda / batch_size), out=scratch)
