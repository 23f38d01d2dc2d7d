"""The layers of a multilayer perceptron.

Every layer computes `forward` from its inputs and `backward` from the gradient of the cost with
respect to its outputs. `backward` stores the gradients of the layer's own parameters and returns the
gradient with respect to its inputs (the chain rule, one link at a time).

Shapes: n is the number of images in the (part of the) mini-batch.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from mnist_tui.nn.buffers import Array, Buffers

AllReduce = Callable[[Array], Array]
"""Sums an array over all parts that a mini-batch was split into; every part gets the sum."""


def no_reduce(array: Array) -> Array:
    """The `AllReduce` of a mini-batch that was not split."""
    return array


class Layer(ABC):
    """A differentiable function with parameters.

    Attributes:
        parameters: Name to array, what the optimizer changes.
        gradients: Name to array of the same shape, ∂cost/∂parameter, written by `backward`.
        state: Name to array, what the layer remembers that is not trained.
    """

    def __init__(self) -> None:
        self.parameters: dict[str, Array] = {}
        self.gradients: dict[str, Array] = {}
        self.state: dict[str, Array] = {}
        self._buffers = Buffers()

    @abstractmethod
    def forward(self, inputs: Array, *, training: bool) -> Array:
        """The layer's outputs; `training` chooses the behaviour of batch norm and dropout.

        The result lives in a buffer of the layer: the next call overwrites it.
        """

    @abstractmethod
    def backward(self, gradient: Array) -> Array:
        """The gradient with respect to the inputs of the last `forward(…, training=True)`.

        Args:
            gradient: ∂cost/∂outputs, of the outputs' shape. May be overwritten.
        """


class Linear(Layer):
    """y = x W + b.

    x may have fewer columns than W has rows: those that are missing at its end are 0 in all images. What they
    would be multiplied with is left out, and the gradient of those rows of W is exactly 0.

    Args:
        in_features: Columns of x.
        out_features: Columns of y.
        rng: Draws W from N(0, 2 / in_features), which keeps the size of activations through ReLU
            layers (He et al., 2015, https://arxiv.org/abs/1502.01852). b starts at 0.
        dtype: Type of the parameters.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        super().__init__()
        weight = rng.standard_normal((in_features, out_features)) * np.sqrt(2.0 / in_features)
        self.parameters = {"weight": weight.astype(dtype), "bias": np.zeros(out_features, dtype)}
        self.gradients = {name: np.zeros_like(array) for name, array in self.parameters.items()}
        self.needs_input_gradient = True

    def forward(self, inputs: Array, *, training: bool) -> Array:
        """(n, up to in_features) to (n, out_features)."""
        weight, bias = self.parameters["weight"], self.parameters["bias"]
        if training:
            self._inputs = inputs
        outputs = self._buffers.get("outputs", (len(inputs), weight.shape[1]), weight.dtype)
        np.matmul(inputs, weight[: inputs.shape[1]], out=outputs)
        outputs += bias
        return outputs

    def backward(self, gradient: Array) -> Array:
        """∂W = xᵀ g,  ∂b = Σ g,  ∂x = g Wᵀ.

        The first layer of a network is told to skip ∂x (`needs_input_gradient = False`): nobody
        learns from the gradient of the pixels, and it costs a third of the layer's backward pass.
        """
        weight, columns = self.parameters["weight"], self._inputs.shape[1]
        np.matmul(self._inputs.T, gradient, out=self.gradients["weight"][:columns])
        self.gradients["weight"][columns:] = 0
        np.sum(gradient, axis=0, out=self.gradients["bias"])
        if not self.needs_input_gradient:
            return gradient
        input_gradient = self._buffers.get("input_gradient", self._inputs.shape, weight.dtype)
        return np.matmul(gradient, weight.T, out=input_gradient)


class ReLU(Layer):
    """y = max(x, 0)."""

    def forward(self, inputs: Array, *, training: bool) -> Array:
        """(n, features) to (n, features)."""
        outputs = self._buffers.get("outputs", inputs.shape, inputs.dtype)
        np.clip(inputs, 0, np.inf, out=outputs)  # a third of the time of np.maximum
        if training:
            self._outputs = outputs
        return outputs

    def backward(self, gradient: Array) -> Array:
        """∂x = g where x > 0, else 0."""
        active = self._buffers.get("active", gradient.shape, np.bool_)
        np.greater(self._outputs, 0, out=active)
        gradient *= active
        return gradient


class BatchNorm(Layer):
    """y = γ (x - μ) / √(σ² + ε) + β, each feature by itself.

    Training uses the mean μ and the biased variance σ² of the whole mini-batch and moves the running
    statistics towards them: running ← (1 - momentum) running + momentum batch, with the unbiased
    variance, as PyTorch does. Evaluation uses the running statistics. Ioffe and Szegedy, 2015,
    https://arxiv.org/abs/1502.03167.

    Args:
        features: Columns of x.
        eps: ε, keeps the root away from 0.
        momentum: How far one mini-batch moves the running statistics, 0 to 1.
        dtype: Type of parameters and state.
    """

    def __init__(
        self,
        features: int,
        *,
        eps: float = 1e-5,
        momentum: float = 0.1,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.all_reduce: AllReduce = no_reduce
        self.tracks_statistics = True
        self.parameters = {"gamma": np.ones(features, dtype), "beta": np.zeros(features, dtype)}
        self.gradients = {name: np.zeros_like(array) for name, array in self.parameters.items()}
        self.state = {"running_mean": np.zeros(features, dtype), "running_var": np.ones(features, dtype)}

    def forward(self, inputs: Array, *, training: bool) -> Array:
        """(n, features) to (n, features)."""
        gamma, beta = self.parameters["gamma"], self.parameters["beta"]
        outputs = self._buffers.get("outputs", inputs.shape, inputs.dtype)
        if not training:
            scale = gamma / np.sqrt(self.state["running_var"] + self.eps)
            np.multiply(inputs, scale, out=outputs)
            outputs += beta - self.state["running_mean"] * scale
            return outputs

        normalized = self._buffers.get("normalized", inputs.shape, inputs.dtype)
        own_mean = inputs.sum(axis=0) / inputs.dtype.type(max(len(inputs), 1))
        np.subtract(inputs, own_mean, out=normalized)
        own_squares = np.einsum("ij,ij->j", normalized, normalized)
        mean, variance = self._whole_batch(len(inputs), own_mean, own_squares)
        self._inverse_deviation = (1 / np.sqrt(variance + self.eps)).astype(inputs.dtype)
        normalized *= self._inverse_deviation
        if self._count > len(inputs):
            normalized += ((own_mean - mean) * self._inverse_deviation).astype(inputs.dtype)
        self._normalized = normalized
        if self.tracks_statistics:
            self._track(mean, variance * (self._count / max(self._count - 1, 1)))
        np.multiply(normalized, gamma, out=outputs)
        outputs += beta
        return outputs

    def _whole_batch(self, count: int, mean: Array, squares: Array) -> tuple[Array, Array]:
        """Mean and variance of the whole mini-batch, from those of its parts.

        Σ (x - μ)² = Σ_parts (Σ (x - μ_part)² + n_part μ_part²) - n μ² (Chan et al., 1983), in float64
        because the last two terms nearly cancel.

        Args:
            count: Images of this part.
            mean: Their mean, shape (features,).
            squares: Their Σ (x - mean)², shape (features,).
        """
        own = mean.astype(np.float64)
        sums = self.all_reduce(np.concatenate((count * own, squares + count * own * own, [count])))
        self._count = int(sums[-1])
        whole = sums[: len(mean)] / self._count
        return whole, np.maximum(sums[len(mean) : -1] / self._count - whole * whole, 0)

    def _track(self, mean: Array, variance: Array) -> None:
        for name, batch in (("running_mean", mean), ("running_var", variance)):
            running = self.state[name]
            running += self.momentum * (batch - running)

    def backward(self, gradient: Array) -> Array:
        """∂γ = Σ g x̂,  ∂β = Σ g,  ∂x = γ/σ (g - ∂β/m - x̂ ∂γ/m), x̂ the normalised input.

        μ and σ depend on every image of the mini-batch, which is where the two means come from.
        """
        gamma = self.parameters["gamma"]
        features = len(gamma)
        np.einsum("ij,ij->j", gradient, self._normalized, out=self.gradients["gamma"])
        np.sum(gradient, axis=0, out=self.gradients["beta"])
        sums = self.all_reduce(np.concatenate((self.gradients["gamma"], self.gradients["beta"])))
        means = sums / self._count
        # x̂ is not needed again: its buffer takes the correction term.
        self._normalized *= means[:features]
        self._normalized += means[features:]
        gradient -= self._normalized
        gradient *= gamma * self._inverse_deviation
        return gradient


class Dropout(Layer):
    """Inverted dropout: in training y = x · mask / (1 - p), in evaluation y = x.

    Srivastava et al., 2014, https://jmlr.org/papers/v15/srivastava14a.html.

    Args:
        probability: p, the chance that an activation is dropped, 0 to below 1.
        rng: Draws the masks.
    """

    def __init__(self, probability: float, *, rng: np.random.Generator) -> None:
        super().__init__()
        self.probability = probability
        self.rng = rng
        self._mask: Array | None = None

    def forward(self, inputs: Array, *, training: bool) -> Array:
        """(n, features) to (n, features)."""
        self._mask = None
        if not training or not self.probability:
            return inputs
        mask = self._buffers.get("mask", inputs.shape, inputs.dtype)
        self.rng.random(dtype=mask.dtype.type, out=mask)
        np.greater_equal(mask, self.probability, out=mask)
        mask *= mask.dtype.type(1 / (1 - self.probability))
        self._mask = mask
        outputs = self._buffers.get("outputs", inputs.shape, inputs.dtype)
        return np.multiply(inputs, mask, out=outputs)

    def backward(self, gradient: Array) -> Array:
        """∂x = g · mask / (1 - p)."""
        if self._mask is not None:
            gradient *= self._mask
        return gradient
