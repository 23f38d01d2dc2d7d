"""Every key, once: bindings, footer, help, palette and the README's table are made from `KEYS`.

The keys of each screen stand in a module of this room.

    python -m mnist_tui.tui.keys

writes the table into the README.
"""

from textual.binding import BindingType

from mnist_tui.tui.keys.dashboard import DASHBOARD
from mnist_tui.tui.keys.data import DATA
from mnist_tui.tui.keys.dialogs import DIALOGS
from mnist_tui.tui.keys.draw import DRAW
from mnist_tui.tui.keys.everywhere import EVERYWHERE
from mnist_tui.tui.keys.key import NAMES, Key, Place, written
from mnist_tui.tui.keys.mistakes import MISTAKES
from mnist_tui.tui.keys.network import NETWORK
from mnist_tui.tui.keys.panels import PANELS
from mnist_tui.tui.keys.replay import REPLAY
from mnist_tui.tui.keys.run import RUN
from mnist_tui.tui.keys.steering import STEERING

__all__ = ["KEYS", "NAMES", "Bindings", "Key", "Place", "bindings", "written"]

KEYS: tuple[Key, ...] = (
    *DASHBOARD,
    *STEERING,
    *PANELS,
    *DATA,
    *DRAW,
    *RUN,
    *MISTAKES,
    *NETWORK,
    *REPLAY,
    *DIALOGS,
    *EVERYWHERE,
)
"""In the order of help and README; the footer keeps it."""


class Bindings(list[BindingType]):
    """What a screen or widget binds, and what it is: so the help knows where one is.

    Args:
        places: What it is.
    """

    def __init__(self, *places: Place) -> None:
        super().__init__(key.binding for key in KEYS if key.place in places and key.action)
        self.places = places


def bindings(*places: Place) -> Bindings:
    """What a screen or widget binds.

    Args:
        places: What it is.
    """
    return Bindings(*places)
