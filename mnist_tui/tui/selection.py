"""Which digits of a data set are looked at: split, class, order, and where the cursor is."""

from collections.abc import Mapping
from enum import Enum

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import CLASSES, Split

Places = npt.NDArray[np.intp]


class Order(Enum):
    """How the digits follow each other."""

    FILE = "in file order"
    CLASS = "by class"
    SHUFFLED = "shuffled"


class Selection:
    """The digits that are looked at; knows nothing of screens.

    Attributes:
        splits: Images by the name of their split.
        split: The one that is shown.
        order: How they follow each other.
        wanted: The class that alone is shown; `None` for all.
        cursor: The place of the digit under the cursor among those shown, 0 for none too.
        top: The place of the first digit on screen.
    """

    def __init__(self, splits: Mapping[str, Split]) -> None:
        self.splits = splits
        self.split = next(iter(splits))
        self.order = Order.FILE
        self.wanted: int | None = None
        self.cursor = self.top = 0
        self._places: Places | None = None

    def take(self, splits: Mapping[str, Split]) -> None:
        """Show other images in the same way, for example all of those whose first ones were there."""
        self.splits = splits
        if self.split not in splits:
            self.split = next(iter(splits))
        self._renew(self.index)

    @property
    def shown(self) -> Split:
        """The split that is shown."""
        return self.splits[self.split]

    @property
    def places(self) -> Places:
        """The indices of the digits shown, in their order, counted within their split."""
        if self._places is None:
            labels = self.shown.labels
            if self.order is Order.SHUFFLED:
                places = np.random.default_rng(len(labels)).permutation(len(labels))
            elif self.order is Order.CLASS:
                places = np.argsort(labels, kind="stable")
            else:
                places = np.arange(len(labels))
            self._places = places if self.wanted is None else places[labels[places] == self.wanted]
        return self._places

    @property
    def index(self) -> int | None:
        """The index of the digit under the cursor within its split; `None` where none is shown."""
        return int(self.places[self.cursor]) if len(self.places) else None

    def on_screen(self, count: int) -> Places:
        """The indices of the digits on screen, where there is room for `count`."""
        return self.places[self.top : self.top + count]

    def next_split(self, by: int = 1) -> None:
        """Turn to another split."""
        names = list(self.splits)
        self.split = names[(names.index(self.split) + by) % len(names)]
        self._renew(None)

    def next_order(self) -> None:
        """Have the digits in another order; the one under the cursor stays under it."""
        orders, index = list(Order), self.index
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self._renew(index)

    def next_class(self, by: int = 1) -> None:
        """Show another class alone; after the last one, all of them."""
        place = CLASSES if self.wanted is None else self.wanted
        place = (place + by) % (CLASSES + 1)
        self.wanted = None if place == CLASSES else place
        self._renew(None)

    def jump(self, index: int) -> None:
        """Put the cursor on a digit by its index within the split, and show all classes if need be."""
        index = min(max(0, index), max(0, len(self.shown) - 1))
        if self.wanted is not None and self.shown.labels[index] != self.wanted:
            self.wanted = None
        self._renew(index)

    def move(self, by: int) -> None:
        """Move the cursor, as far as there are digits."""
        self.cursor = min(max(0, self.cursor + by), max(0, len(self.places) - 1))

    def scroll(self, columns: int, rows: int) -> None:
        """Bring the cursor on screen, moving as few rows as possible.

        Args:
            columns: Of the grid.
            rows: Of the grid.
        """
        if not columns * rows:
            return
        row, first = self.cursor // columns, self.top // columns
        first = min(max(first, row - rows + 1), row)
        self.top = first * columns

    def _renew(self, index: int | None) -> None:
        """Work out anew what is shown, with the cursor on a digit where it still is among them."""
        self._places = None
        self.cursor = 0
        if index is not None:
            at = np.flatnonzero(self.places == index)
            self.cursor = int(at[0]) if len(at) else 0
        self.top = self.cursor
