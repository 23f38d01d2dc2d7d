"""What an epoch did inside a network: how gradients were, what moved, where the time went."""

import copy
from typing import Any

from mnist_tui.nn.network import Network
from mnist_tui.training.engine import Engine
from mnist_tui.training.events import Numbers
from mnist_tui.training.metrics import drift, mean_by_name, norms, weight_norm


class EpochObserver:
    """Looks at a network from the first step of an epoch to its last.

    Args:
        network: About to be trained for an epoch.
        engine: Trains it.
    """

    def __init__(self, network: Network, engine: Engine) -> None:
        self._network, self._engine = network, engine
        self._stages, self._state = engine.stage_seconds, copy.deepcopy(network.state)
        self._gradient_norms: list[Numbers] = []

    def note_gradients(self) -> None:
        """Take note of the gradients of the last step."""
        self._gradient_norms.append(norms(self._engine.gradients))

    def numbers(self) -> dict[str, Any]:
        """What `Epoch` tells of it, by the names of its fields."""
        stages = self._engine.stage_seconds
        return {
            "weight_norm": weight_norm(self._network),
            "weight_norms": norms(self._network.parameters),
            "gradient_norms": mean_by_name(self._gradient_norms),
            "batch_norm_drift": drift(self._state, self._network.state),
            "stage_seconds": {stage: stages[stage] - self._stages[stage] for stage in stages},
        }
