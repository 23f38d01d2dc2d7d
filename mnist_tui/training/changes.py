"""Settings that change while a run trains."""

import contextlib
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from mnist_tui.errors import ConfigError
from mnist_tui.settings.choices import MANY_IMAGES
from mnist_tui.settings.run_config import RunConfig

CHANGEABLE = ("learning_rate", "l2_lambda", "dropout")
"""Settings that may be changed while a run trains."""

Settings: TypeAlias = Mapping[str, float]
"""Name to new value."""


def in_force(config: RunConfig, name: str) -> float:
    """The value that one of `CHANGEABLE` has."""
    return float(config.peak_learning_rate if name == "learning_rate" else getattr(config, name))


def admitted(settings: Mapping[str, Any], config: RunConfig) -> dict[str, float]:
    """What can be changed of some settings: a log may come from another version, or from anybody.

    Args:
        settings: Name to new value.
        config: The settings in force.
    """
    found = {}
    for name in CHANGEABLE:
        if name in settings:
            with contextlib.suppress(ConfigError):
                found[name] = in_force(config.replace(**{name: settings[name]}), name)
    return found


class Changes:
    """What is to be changed: at once, or after a certain step.

    Args:
        planned: Step after which a change is made, and the change; for a run that had them before it was
            interrupted.
        train_images: How many there are, which an automatic learning rate goes by.
    """

    def __init__(self, planned: Iterable[tuple[int, Settings]] = (), train_images: int = MANY_IMAGES) -> None:
        self._train_images = train_images
        self._planned = deque(sorted(planned, key=lambda change: change[0]))
        self._wanted: deque[Settings] = deque()

    def request(self, settings: Settings, config: RunConfig) -> None:
        """Ask for a change before the next step; from any thread.

        Args:
            settings: What to change.
            config: The settings in force.

        Raises:
            ConfigError: A setting cannot be changed, or not to this value.
        """
        for name in settings:
            if name not in CHANGEABLE:
                raise ConfigError(name, f"{name} cannot be changed while a run trains.")
        changed = config.replace(**settings).with_rate_for(self._train_images)
        self._wanted.append({name: in_force(changed, name) for name in settings})

    def due(self, step: int) -> list[Settings]:
        """The changes to make now, oldest first; each is told once.

        Args:
            step: Mini-batches so far.
        """
        found = []
        while self._planned and self._planned[0][0] <= step:
            found.append(self._planned.popleft()[1])
        while self._wanted:
            found.append(self._wanted.popleft())
        return found

    def next_step(self) -> float:
        """The step after which the next planned change is made; infinite where there is none."""
        return self._planned[0][0] if self._planned else float("inf")
