"""A multilayer perceptron whose parameters live in one flat vector."""

import copy
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt

from mnist_tui.nn.buffers import Array, Buffers
from mnist_tui.nn.layers import AllReduce, BatchNorm, Dropout, Layer, Linear, ReLU
from mnist_tui.nn.losses import SoftmaxCrossEntropy, add_l2_gradient, l2_penalty, softmax

LayerHook: TypeAlias = Callable[[str, Array], None]
"""Called after a layer with its name and what it returned, which it must leave as it is."""


def no_hook(_name: str, _array: Array) -> None:
    """The `LayerHook` that does nothing."""


def array_shapes(layer_sizes: Sequence[int], *, batch_norm: bool) -> dict[str, tuple[int, ...]]:
    """Name and shape of all that `Network.snapshot` holds, without the memory that a network takes.

    Args:
        layer_sizes: See `Network`.
        batch_norm: See `Network`.
    """
    pairs = list(itertools.pairwise(layer_sizes))
    shapes: dict[str, tuple[int, ...]] = {}
    for number, (inputs, outputs) in enumerate(pairs, start=1):
        shapes |= {f"linear{number}.weight": (inputs, outputs), f"linear{number}.bias": (outputs,)}
        if batch_norm and number < len(pairs):
            names = ("gamma", "beta", "running_mean", "running_var")
            shapes |= {f"batch_norm{number}.{name}": (outputs,) for name in names}
    return shapes


class Network:
    """[Linear → (BatchNorm) → ReLU → Dropout] × hidden layers → Linear.

    `parameters` and `gradients` are views into `parameter_vector` and `gradient_vector`: an optimizer
    updates the whole network with a few operations on two long vectors. All weights stand first in
    the vectors, so that the L2 penalty is one slice.

    Args:
        layer_sizes: Widths from input to output, for example (784, 512, 256, 10).
        batch_norm: Batch normalisation before each hidden ReLU.
        dropout: Probability of dropping a hidden activation in training.
        l2_lambda: λ of the penalty λ/(2m)·Σw².
        rng: Draws the initial weights, layer by layer. Two networks of the same sizes and the same
            `rng` start from the same weights, whatever is switched on.
        dropout_rng: Draws the dropout masks; a stream spawned from `rng` where it is not given.
        dtype: float32 to train, float64 to check gradients.

    Attributes:
        parameters: Name to view, for example `linear1.weight` of shape (in, out), `batch_norm1.gamma`.
        gradients: The same names and shapes.
        state: Running statistics by name, for example `batch_norm1.running_mean`.
        parameter_vector: All parameters, flat.
        gradient_vector: All gradients, flat.
        state_vector: All running statistics, flat.
        weight_count: `parameter_vector[:weight_count]` are the weights.
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        *,
        batch_norm: bool = False,
        dropout: float = 0.0,
        l2_lambda: float = 0.0,
        rng: np.random.Generator | None = None,
        dropout_rng: np.random.Generator | None = None,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        rng = rng or np.random.default_rng()
        dropout_rng = dropout_rng or rng.spawn(1)[0]
        self.l2_lambda = l2_lambda
        self.dtype = np.dtype(dtype)
        self.layers: dict[str, Layer] = {}
        self.loss = SoftmaxCrossEntropy()
        self._buffers = Buffers()
        pairs = list(itertools.pairwise(layer_sizes))
        for number, (inputs, outputs) in enumerate(pairs, start=1):
            linear = self.layers[f"linear{number}"] = Linear(inputs, outputs, rng=rng, dtype=dtype)
            linear.needs_input_gradient = number > 1
            if number == len(pairs):
                break
            if batch_norm:
                self.layers[f"batch_norm{number}"] = BatchNorm(outputs, dtype=dtype)
            self.layers[f"relu{number}"] = ReLU()
            self.layers[f"dropout{number}"] = Dropout(dropout, rng=dropout_rng)
        self._flatten()

    def _flatten(self) -> None:
        """Move every parameter and gradient into the two flat vectors, weights first."""
        shapes = {name: array.shape for name, array in self._named("parameters")}
        ordered = sorted(shapes, key=lambda name: not name.endswith(".weight"))
        offsets = np.cumsum([0] + [int(np.prod(shapes[name])) for name in ordered])
        self._places = {
            name: (slice(start, stop), shapes[name])
            for name, start, stop in zip(ordered, offsets[:-1], offsets[1:], strict=True)
        }
        self.weight_count = int(sum(np.prod(shapes[name]) for name in shapes if name.endswith(".weight")))
        initial = dict(self._named("parameters"))
        self.parameter_vector = np.empty(offsets[-1], self.dtype)
        self._view("parameters", self.parameter_vector)
        for name, array in initial.items():
            self.parameters[name][...] = array
        self.gradient_vector = np.zeros_like(self.parameter_vector)
        self._view("gradients", self.gradient_vector)
        self.state = dict(self._named("state"))
        self.state_vector = np.concatenate([*self.state.values(), np.empty(0, self.dtype)])
        self._view_state(self.state_vector)

    def _named(self, attribute: str) -> Iterable[tuple[str, Array]]:
        for layer_name, layer in self.layers.items():
            for name, array in getattr(layer, attribute).items():
                yield f"{layer_name}.{name}", array

    def views(self, vector: Array) -> dict[str, Array]:
        """Name to view into a vector that is laid out like `parameter_vector`."""
        return {name: vector[place].reshape(shape) for name, (place, shape) in self._places.items()}

    def _view(self, attribute: str, vector: Array) -> None:
        """Make the layers' parameters (or gradients) views into a flat vector."""
        views = self.views(vector)
        for name, view in views.items():
            layer_name, _, short = name.partition(".")
            getattr(self.layers[layer_name], attribute)[short] = view
        setattr(self, attribute, views)

    def _view_state(self, vector: Array) -> None:
        """Make the layers' running statistics views into a flat vector."""
        place = 0
        for name, array in self.state.items():
            layer_name, _, short = name.partition(".")
            view = vector[place : place + array.size]
            self.state[name] = self.layers[layer_name].state[short] = view
            place += array.size

    parameters: dict[str, Array]
    gradients: dict[str, Array]

    def move_to(self, parameter_vector: Array, state_vector: Array) -> None:
        """Live in other memory from now on, with the values that stand there.

        Args:
            parameter_vector: As long as `parameter_vector`, and laid out like it.
            state_vector: As long as `state_vector`, and laid out like it.
        """
        self.parameter_vector, self.state_vector = parameter_vector, state_vector
        self._view("parameters", parameter_vector)
        self._view_state(state_vector)

    def replica(
        self,
        all_reduce: AllReduce,
        dropout_rng: np.random.Generator,
        *,
        leads: bool,
        gradient_vector: Array | None = None,
    ) -> Self:
        """A network on the same parameters and state, with gradients and buffers of its own.

        Args:
            all_reduce: Joins the batch statistics of all replicas.
            dropout_rng: Draws this replica's dropout masks.
            leads: Whether it is the one that moves the running statistics.
            gradient_vector: Where its gradients go; memory of its own where none is given.
        """
        twin = copy.copy(self)
        twin.loss, twin._buffers = SoftmaxCrossEntropy(), Buffers()
        twin.layers = {}
        for name, layer in self.layers.items():
            twin_layer = twin.layers[name] = copy.copy(layer)
            twin_layer._buffers = Buffers()
            twin_layer.gradients = {}
            if isinstance(twin_layer, BatchNorm):
                twin_layer.all_reduce, twin_layer.tracks_statistics = all_reduce, leads
            if isinstance(twin_layer, Dropout):
                twin_layer.rng = dropout_rng
        if gradient_vector is None:
            gradient_vector = np.zeros_like(self.gradient_vector)
        twin.gradient_vector = gradient_vector
        twin._view("gradients", twin.gradient_vector)
        return twin

    def forward(self, images: Array, *, training: bool = False, hook: LayerHook = no_hook) -> Array:
        """Logits of shape (n, classes) for images of shape (n, inputs), in a buffer of the network."""
        activations = images
        for name, layer in self.layers.items():
            activations = layer.forward(activations, training=training)
            hook(name, activations)
        return activations

    def backward(self, gradient: Array, hook: LayerHook = no_hook) -> None:
        """Write `gradient_vector`, given ∂cost/∂logits of the last training `forward`."""
        for name, layer in reversed(self.layers.items()):
            gradient = layer.backward(gradient)
            hook(name, gradient)

    def cross_entropy_and_gradients(
        self,
        images: Array,
        labels: npt.NDArray[np.integer],
        batch_size: int,
        after_forward: LayerHook = no_hook,
        after_backward: LayerHook = no_hook,
    ) -> tuple[float, int]:
        """One forward and backward pass in training mode over a part of a mini-batch, without L2.

        Args:
            images: Shape (n, inputs), of the network's dtype.
            labels: Shape (n,).
            batch_size: m, the images of the whole mini-batch.
            after_forward: Called after each layer and after the loss (`loss`).
            after_backward: Called after each layer on the way back.

        Returns:
            The sum of the cross-entropy over the images, and how many were classified correctly.
        """
        logits = self.forward(images, training=True, hook=after_forward)
        correct = int(np.count_nonzero(logits.argmax(axis=1) == labels))
        loss = self.loss.forward(logits, labels)
        after_forward("loss", self.loss.probabilities)
        self.backward(self.loss.backward(batch_size), after_backward)
        return loss, correct

    def loss_and_gradients(self, images: Array, labels: npt.NDArray[np.integer]) -> float:
        """The cost of a mini-batch in training mode, L2 included; gradients are in `gradients`.

        Args:
            images: Shape (n, inputs).
            labels: Shape (n,), integers.

        Returns:
            1/m Σ cross-entropy + λ/(2m) Σ w².
        """
        images = np.asarray(images, self.dtype)
        count = len(images)
        loss, _ = self.cross_entropy_and_gradients(images, np.asarray(labels), count)
        weights = self.parameter_vector[: self.weight_count]
        scratch = self._buffers.get("l2", weights.shape, self.dtype)
        add_l2_gradient(self.gradient_vector[: self.weight_count], weights, self.l2_lambda, count, scratch)
        return loss / count + l2_penalty(weights, self.l2_lambda, count)

    def predict_probabilities(self, images: Array) -> Array:
        """Class probabilities in evaluation mode, shape (n, classes); a new array."""
        return softmax(self.forward(np.asarray(images, self.dtype), training=False))

    @property
    def dropout(self) -> float:
        """Probability of dropping a hidden activation in training, 0 to below 1."""
        dropped = (layer.probability for layer in self.layers.values() if isinstance(layer, Dropout))
        return next(dropped, 0.0)

    def set_dropout(self, probability: float) -> None:
        """Drop hidden activations with another probability from now on, 0 to below 1."""
        for layer in self.layers.values():
            if isinstance(layer, Dropout):
                layer.probability = probability

    def snapshot(self) -> dict[str, Array]:
        """A copy of all parameters and running statistics by name."""
        return {name: array.copy() for name, array in (*self.parameters.items(), *self.state.items())}

    def restore(self, snapshot: dict[str, Array]) -> None:
        """Put back what `snapshot` returned.

        Raises:
            KeyError: An array is missing.
            ValueError: An array has another shape.
        """
        for name, array in (*self.parameters.items(), *self.state.items()):
            array[...] = snapshot[name]
