"""The network, from scratch, in NumPy: layers, loss, optimizers, schedules."""

from mnist_tui.nn.network import Network

__all__ = ["Network"]
