"""Optimizers with PyTorch's names, defaults and formulas, in place on flat vectors.

θ is the parameter vector, g the gradient vector (L2 already in it), η the learning rate `lr`.
"""

from abc import ABC, abstractmethod

import numpy as np

from mnist_tui.nn.buffers import Array


class Optimizer(ABC):
    """Turns gradients into parameter updates.

    Attributes:
        lr: η, may be changed between steps.
        state: What the optimizer remembers, by name, each of the vectors' length; made at the first step
            where it is not put there before.
        steps: Updates so far.
        state_names: Of all that `state` will hold.

    Raises:
        ValueError: A hyperparameter is out of its range.
    """

    state_names: tuple[str, ...] = ()

    def __init__(self, lr: float) -> None:
        if not lr > 0:
            raise ValueError(f"lr must be above 0, not {lr}")
        self.lr = lr
        self.steps = 0
        self.state: dict[str, Array] = {}
        self._scratch: Array | None = None

    def step(self, parameter_vector: Array, gradient_vector: Array) -> None:
        """Update the parameters in place.

        Args:
            parameter_vector: θ, flat.
            gradient_vector: g, flat, of the same length.
        """
        if self._scratch is None:
            self._scratch = np.empty_like(parameter_vector)
            for name in self.state_names:
                self.state.setdefault(name, np.zeros_like(parameter_vector))
        self.steps += 1
        self._update(parameter_vector, gradient_vector, self._scratch)

    @abstractmethod
    def _update(self, parameter_vector: Array, gradient_vector: Array, scratch: Array) -> None:
        """One update; `scratch` is memory of the vectors' length."""


class SGD(Optimizer):
    """Gradient descent: θ ← θ - η g.

    Args:
        lr: η, above 0.
    """

    def __init__(self, lr: float = 0.001) -> None:
        super().__init__(lr)

    def _update(self, parameter_vector: Array, gradient_vector: Array, scratch: Array) -> None:
        parameter_vector -= np.multiply(gradient_vector, gradient_vector.dtype.type(self.lr), out=scratch)


class Momentum(Optimizer):
    """v ← μ v + g (v = g at the first step), θ ← θ - η v: `torch.optim.SGD(momentum=μ)`.

    Nesterov's form looks ahead, θ ← θ - η (g + μ v), with the new v: `torch.optim.SGD(nesterov=True)`
    (Sutskever et al., 2013, https://proceedings.mlr.press/v28/sutskever13.html).

    Args:
        lr: η, above 0.
        momentum: μ, 0 to below 1.
        nesterov: Whether to look ahead.
    """

    state_names = ("velocity",)

    def __init__(self, lr: float = 0.001, momentum: float = 0.9, *, nesterov: bool = False) -> None:
        super().__init__(lr)
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must be 0 or more and below 1, not {momentum}")
        self.momentum, self.nesterov = momentum, nesterov

    def _update(self, parameter_vector: Array, gradient_vector: Array, scratch: Array) -> None:
        kind, velocity = parameter_vector.dtype.type, self.state["velocity"]
        velocity *= kind(self.momentum)
        velocity += gradient_vector
        if self.nesterov:
            np.multiply(velocity, kind(self.momentum), out=scratch)
            scratch += gradient_vector
            scratch *= kind(self.lr)
        else:
            np.multiply(velocity, kind(self.lr), out=scratch)
        parameter_vector -= scratch


class RMSprop(Optimizer):
    """s ← α s + (1 - α) g², θ ← θ - η g / (√s + ε): `torch.optim.RMSprop`, ε outside the root.

    Hinton, 2012, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf.

    Args:
        lr: η, above 0.
        alpha: α, 0 to below 1.
        eps: ε, above 0.
    """

    state_names = ("square_average",)

    def __init__(self, lr: float = 0.01, alpha: float = 0.99, eps: float = 1e-8) -> None:
        super().__init__(lr)
        if not 0 <= alpha < 1:
            raise ValueError(f"alpha must be 0 or more and below 1, not {alpha}")
        if not eps > 0:
            raise ValueError(f"eps must be above 0, not {eps}")
        self.alpha, self.eps = alpha, eps

    def _update(self, parameter_vector: Array, gradient_vector: Array, scratch: Array) -> None:
        kind, square_average = parameter_vector.dtype.type, self.state["square_average"]
        np.multiply(gradient_vector, gradient_vector, out=scratch)
        scratch *= kind(1 - self.alpha)
        square_average *= kind(self.alpha)
        square_average += scratch
        np.sqrt(square_average, out=scratch)
        scratch += kind(self.eps)
        np.divide(gradient_vector, scratch, out=scratch)
        scratch *= kind(self.lr)
        parameter_vector -= scratch


class Adam(Optimizer):
    """m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - η m̂ / (√v̂ + ε).

    m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ) undo the start from zero; ε outside the root:
    `torch.optim.Adam`. Kingma and Ba, 2015, https://arxiv.org/abs/1412.6980.

    Args:
        lr: η, above 0.
        beta1: β₁, 0 to below 1.
        beta2: β₂, 0 to below 1.
        eps: ε, above 0.
    """

    state_names = ("mean", "square")

    def __init__(
        self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
    ) -> None:
        super().__init__(lr)
        for name, beta in (("beta1", beta1), ("beta2", beta2)):
            if not 0 <= beta < 1:
                raise ValueError(f"{name} must be 0 or more and below 1, not {beta}")
        if not eps > 0:
            raise ValueError(f"eps must be above 0, not {eps}")
        self.beta1, self.beta2, self.eps = beta1, beta2, eps

    def _update(self, parameter_vector: Array, gradient_vector: Array, scratch: Array) -> None:
        kind = parameter_vector.dtype.type
        mean, square = self.state["mean"], self.state["square"]
        mean *= kind(self.beta1)
        mean += np.multiply(gradient_vector, kind(1 - self.beta1), out=scratch)
        square *= kind(self.beta2)
        np.multiply(gradient_vector, gradient_vector, out=scratch)
        scratch *= kind(1 - self.beta2)
        square += scratch
        np.sqrt(square, out=scratch)
        scratch *= kind(1 / np.sqrt(1 - self.beta2**self.steps))
        scratch += kind(self.eps)
        np.divide(mean, scratch, out=scratch)
        scratch *= kind(self.lr / (1 - self.beta1**self.steps))
        parameter_vector -= scratch
