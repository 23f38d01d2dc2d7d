"""Runs that leave another run at the end of one of its epochs: one trunk, two branches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import safetensors.numpy

from mnist_tui.errors import ConfigError, RunError
from mnist_tui.runs import checkpoints
from mnist_tui.runs import layout as directories
from mnist_tui.runs.files import replacing, write_atomically
from mnist_tui.runs.history import history
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog, LogTail
from mnist_tui.settings.choices import MANY_IMAGES
from mnist_tui.settings.forkable import FORKABLE
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.settings.text import format_setting
from mnist_tui.training.events import Epoch, Event, Forked, RunStarted

if TYPE_CHECKING:
    from mnist_tui.training.checkpoint import Checkpoint


def changed_config(config: RunConfig, changes: Mapping[str, Any], train_images: int) -> RunConfig:
    """The settings of a fork.

    Args:
        config: The other run's at that epoch.
        changes: Name to new value; `auto` rates are those tuned for the optimizer.
        train_images: How many both train on.

    Raises:
        ConfigError: A setting cannot be changed in a fork, or not to this value.
    """
    for name in changes:
        if name not in FORKABLE:
            raise ConfigError(name, f"{name} cannot change in a fork; these can: {', '.join(FORKABLE)}.")
    changed = config.replace(**{"learning_rate": config.peak_learning_rate, **changes})
    if changed.optimizer != config.optimizer and "learning_rate" not in changes:
        # The other optimizer's rate would be wrong by orders of magnitude.
        changed = changed.replace(learning_rate=None)
    return changed.with_rate_for(train_images)


def fork(parent: RunDirectory, epoch: int, changes: Mapping[str, Any]) -> RunDirectory:
    """Make a run that has the weights and the optimizer's state that another one had after an epoch.

    Args:
        parent: The other run.
        epoch: 1-based.
        changes: Settings that differ from there on.

    Returns:
        The new run's directory, ready to be trained.

    Raises:
        ConfigError: A setting cannot be changed in a fork, or not to this value.
        RunError: That epoch is not kept, or the home directory cannot be written.
    """
    kept = checkpoints.epochs(parent)
    if epoch not in kept:
        shown = ", ".join(map(str, kept)) or "none"
        raise RunError(f"Epoch {epoch} of {parent.run_id} is not kept to fork from; these are: {shown}.")
    checkpoint = checkpoints.read_epoch(parent, epoch)
    before = checkpoint.config
    trunk = _trunk(parent, epoch)
    config = changed_config(before, changes, _train_images(trunk))
    if config.epochs <= epoch:
        raise ConfigError("epochs", f"epochs must be above {epoch}, where the fork begins: set it higher.")
    manifest = parent.read_manifest()
    start = replace(checkpoint, config=config, patience_since=epoch)
    return directories.create(
        config,
        lambda directory: _begin(directory, start, before, parent, trunk),
        dataset_sha256=manifest.get("dataset_sha256"),
        forked_from={"run_id": parent.run_id, "epoch": epoch},
    )


def _trunk(parent: RunDirectory, epoch: int) -> list[Event]:
    """What a run's log tells up to the end of an epoch."""
    trunk = []
    for event in history(LogTail(parent.events_path).read_all()):
        trunk.append(event)
        if isinstance(event, Epoch) and event.epoch == epoch:
            break
    return trunk


def _train_images(trunk: Iterable[Event]) -> int:
    return next((event.train_images for event in trunk if isinstance(event, RunStarted)), MANY_IMAGES)


def _begin(
    directory: RunDirectory,
    checkpoint: "Checkpoint",
    before: RunConfig,
    parent: RunDirectory,
    trunk: Sequence[Event],
) -> None:
    """Write what a fork starts with: its checkpoint, the best weights so far, the trunk's events."""
    with replacing(directory.checkpoint_path) as file:
        checkpoint.save(file)
    write_atomically(directory.model_path, safetensors.numpy.save(checkpoint.best_network))
    from mnist_tui.runs.probes import hand_on  # with the network: no first paint waits for it

    config, epoch = checkpoint.config, checkpoint.last.epoch
    differing = [name for name in FORKABLE if getattr(config, name) != getattr(before, name)]
    for event in trunk:
        if isinstance(event, RunStarted):
            hand_on(parent.probes_path, directory.probes_path, before, event.validation_images, epoch)
    forked = Forked(
        checkpoint.last.step,
        epoch,
        parent.run_id,
        {name: format_setting(getattr(config, name)) for name in differing},
        {name: format_setting(getattr(before, name)) for name in differing},
    )
    with EventLog(directory.events_path) as log:
        log.extend([*trunk, forked])
