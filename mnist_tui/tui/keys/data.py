"""The data screen."""

from mnist_tui.tui.keys.key import Key, Place

_DATUM = "to another digit; while augmentation is shown, ← → change its strength"
_SCREENFUL = "a screenful of digits on or back"
_FAR = "to the first or the last digit"
_CLASS = "one class alone: the next or the previous one, then all again"

DATA = (
    Key(Place.DATA, "enter", "pick", "take the digit to the drawing pad", "Pad", footer=True),
    Key(Place.DATA, "left", "sideways(-1)", _DATUM, "Left"),
    Key(Place.DATA, "right", "sideways(1)", _DATUM, "Right"),
    Key(Place.DATA, "up,k", "move(0, -1)", _DATUM, "Up"),
    Key(Place.DATA, "down,j", "move(0, 1)", _DATUM, "Down"),
    Key(Place.DATA, "h", "move(-1, 0)", _DATUM, "Left"),
    Key(Place.DATA, "l", "move(1, 0)", _DATUM, "Right"),
    Key(Place.DATA, "pagedown,space", "page(1)", _SCREENFUL, "On"),
    Key(Place.DATA, "pageup", "page(-1)", _SCREENFUL, "Back"),
    Key(Place.DATA, "home", "far(0)", _FAR, "First"),
    Key(Place.DATA, "end,G", "far(1)", _FAR, "Last"),
    Key(Place.DATA, "v", "next_view", "digits, classes or files", "View", footer=True),
    Key(Place.DATA, "s", "next_split", "train, validation or test images", "Split", footer=True),
    Key(Place.DATA, "c", "next_class(1)", _CLASS, "Class", footer=True),
    Key(Place.DATA, "C", "next_class(-1)", _CLASS),
    Key(
        Place.DATA,
        "a",
        "next_augmentation",
        "what each augmentation makes of the digits in view: none, shift, affine, elastic",
        "Augment",
        footer=True,
    ),
    Key(Place.DATA, "o", "next_order", "in file order, by class, or shuffled", "Order", footer=True),
    Key(Place.DATA, "z", "next_size", "digits larger or smaller", "Size"),
    Key(
        Place.DATA,
        "n",
        "draw_again",
        "augment the digits in view once more, by other random numbers",
        "Again",
    ),
    Key(Place.DATA, "u", "use", "use the augmentation shown: take it over into the form", "Use"),
    Key(Place.DATA, "slash", "jump", "jump to an image by its index", "Jump", footer=True, display="/"),
    Key(Place.DATA, "f", "fetch", "fetch full MNIST", "Fetch"),
    Key(Place.DATA, "escape", "back", "", "Back", footer=True),
)
