"""What is done to the selected run, on every screen that has one."""

from mnist_tui.tui.keys.key import Key, Place

_MOVE_QUEUE = "a waiting run: earlier or later in the queue"

STEERING = (
    Key(
        Place.STEERING,
        "p",
        "steer('pause')",
        "pause or resume the run under the table's cursor, also one that was stopped or killed",
        "Pause",
        footer=True,
    ),
    Key(
        Place.STEERING,
        "n",
        "steer('one_epoch')",
        "train to the end of the epoch, then pause",
        "One epoch",
        footer=True,
    ),
    Key(
        Place.STEERING,
        "t",
        "steer('tune')",
        "tune: change learning rate, λ or dropout while it trains",
        "Tune",
        footer=True,
    ),
    Key(
        Place.STEERING,
        "x",
        "steer('stop')",
        "stop it (keep what it has, or discard it); take it out of the queue; delete it",
        "Stop",
        footer=True,
    ),
    Key(
        Place.STEERING,
        "F",
        "steer('fork')",
        "fork: a run with the same weights after an epoch, and another setting",
        "Fork",
        footer=True,
    ),
    Key(
        Place.STEERING,
        "v",
        "steer('replay')",
        "replay: the run, and those shown with it, as they were",
        "Replay",
        footer=True,
    ),
    Key(Place.STEERING, "K,shift+up", "steer('move', -1)", _MOVE_QUEUE, "Earlier"),
    Key(Place.STEERING, "J,shift+down", "steer('move', 1)", _MOVE_QUEUE, "Later"),
)
