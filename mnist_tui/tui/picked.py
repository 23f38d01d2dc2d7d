"""A digit that was chosen on one screen to be looked at on another."""

from dataclasses import dataclass

from mnist_tui.data.dataset import Pixels


@dataclass(frozen=True, eq=False)
class Picked:
    """A digit.

    Attributes:
        pixels: Shape (784,), uint8.
        label: Its class, 0 to 9; `None` where nobody knows it.
        words: Where it comes from, for example `test 17`.
    """

    pixels: Pixels
    label: int | None
    words: str
