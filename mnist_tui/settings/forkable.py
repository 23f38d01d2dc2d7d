"""Which settings may change from one epoch of a run to the next, when another run leaves it there."""

from mnist_tui.settings.run_config import setting_names

FIXED = frozenset({"dataset", "hidden", "batch_norm", "batch_size", "validation_size", "seed", "threads"})
"""What a fork shares with its parent: the network's shape, the data and the order of the mini-batches."""

FORKABLE = tuple(name for name in setting_names() if name not in FIXED)
"""Settings that may differ from the fork on."""
