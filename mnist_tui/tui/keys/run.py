"""The run's page."""

from mnist_tui.tui.keys.key import Key, Place

_SCROLL = "scroll"
NEXT_RUN = "the next or the previous run"

RUN = (
    Key(Place.RUN, "right_square_bracket", "next_run(1)", NEXT_RUN, "Next run", footer=True, display="]"),
    Key(Place.RUN, "left_square_bracket", "next_run(-1)", NEXT_RUN, "Previous run", display="["),
    Key(Place.RUN, "down,j", "scroll_page(1)", _SCROLL),
    Key(Place.RUN, "up,k", "scroll_page(-1)", _SCROLL),
    Key(Place.RUN, "escape", "back", "", "Back", footer=True),
)
