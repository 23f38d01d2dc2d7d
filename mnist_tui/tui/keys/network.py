"""The inside of a network, and the lines of the program."""

from mnist_tui.tui.keys.key import Key, Place
from mnist_tui.tui.keys.replay import EPOCHS
from mnist_tui.tui.keys.run import NEXT_RUN

_LOOKS = "other layers and numbers"
_FIRST_LAST = "to the first or the last epoch"
_UNITS = "more pictures"

NETWORK = (
    Key(Place.NETWORK, "up,k", "look(-1)", _LOOKS, "Look", footer=True, display="↑↓"),
    Key(Place.NETWORK, "down,j", "look(1)", _LOOKS),
    Key(Place.NETWORK, "left", "scrub(-1)", EPOCHS, "Epoch", footer=True, display="←→"),
    Key(Place.NETWORK, "right", "scrub(1)", EPOCHS),
    Key(Place.NETWORK, "home,0", "scrub(-999999)", _FIRST_LAST, "First epoch"),
    Key(Place.NETWORK, "end,G", "scrub(999999)", _FIRST_LAST, "Last epoch"),
    Key(
        Place.NETWORK,
        "space,b",
        "beside",
        "another of the shown runs beside this one, on the same axes; after the last one none",
        "Beside",
        footer=True,
        display="b",
    ),
    Key(
        Place.NETWORK,
        "w",
        "pictures",
        "the first layer's weights as pictures, or as histograms",
        "Pictures",
    ),
    Key(
        Place.NETWORK,
        "m",
        "changes",
        "the pictures: all of the weights, or what training changed of them",
        "What training changed",
    ),
    Key(Place.NETWORK, "pagedown", "units(8)", _UNITS),
    Key(Place.NETWORK, "pageup", "units(-8)", _UNITS),
    Key(
        Place.NETWORK,
        "l,L",
        "lines",
        "the lines of the program that make these numbers: equation, shapes, time",
        "Lines",
        footer=True,
        display="l",
    ),
    Key(Place.NETWORK, "right_square_bracket", "next_run(1)", NEXT_RUN, "Run", footer=True, display="]"),
    Key(Place.NETWORK, "left_square_bracket", "next_run(-1)", NEXT_RUN, "Previous run", display="["),
    Key(Place.NETWORK, "escape", "back", "", "Back", footer=True),
    Key(Place.LINES, "down,j", "scroll_lines(1)"),
    Key(Place.LINES, "up,k", "scroll_lines(-1)"),
    Key(Place.LINES, "l,L", "dismiss"),
)
