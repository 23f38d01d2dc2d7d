"""The replay."""

from mnist_tui.tui.keys.key import Key, Place

EPOCHS = "to the previous or the next epoch"
_SPEED = "faster or slower, 1× to 32×"
_ENDS = "to the start or the end"

REPLAY = (
    Key(Place.REPLAY, "space", "play", "play or pause", "Play", footer=True, priority=True),
    Key(
        Place.REPLAY,
        "left,h",
        "jump(-1)",
        EPOCHS,
        "Earlier",
        footer=True,
        display="←",
        priority=True,
    ),
    Key(Place.REPLAY, "right,l", "jump(1)", EPOCHS, "Later", footer=True, display="→", priority=True),
    Key(Place.REPLAY, "up,k", "faster", _SPEED, "Faster", footer=True, display="↑", priority=True),
    Key(
        Place.REPLAY,
        "down,j",
        "slower",
        _SPEED,
        "Slower",
        footer=True,
        display="↓",
        priority=True,
    ),
    Key(Place.REPLAY, "home,0", "seek(0)", _ENDS, "Start", priority=True),
    Key(Place.REPLAY, "end,G", "seek(1)", _ENDS, "End", priority=True),
    Key(Place.REPLAY, "escape,v", "leave", "", "Back", footer=True),
)
