"""The mistakes: matrix, pictures, one digit."""

from mnist_tui.tui.keys.key import Key, Place
from mnist_tui.tui.keys.run import NEXT_RUN

_PART = "to the next or the previous part"
_SET = "other digits: mistakes, fixed, broken, wrong with every seed, decided by luck"
_CELL = "to another cell"
_DIGIT = "to another digit"
_DIGITS = "to the first or the last digit"
_PAGE = "the next or the previous page"

MISTAKES = (
    Key(
        Place.MISTAKES,
        "space",
        "beside",
        "a second run beside it: of the next row that is shown, after the last one none",
        "Beside",
        footer=True,
    ),
    Key(Place.MISTAKES, "m", "next_set(1)", _SET, "Digits", footer=True),
    Key(Place.MISTAKES, "M", "next_set(-1)", _SET),
    Key(Place.MISTAKES, "r", "rates", "counts, or rates by row", "%", footer=True),
    Key(
        Place.MISTAKES,
        "d",
        "diagonal",
        "the matrix with its diagonal, or mistakes alone",
        "Diagonal",
        footer=True,
    ),
    Key(
        Place.MISTAKES,
        "w",
        "whose",
        "whose matrix: the run's, the second one's, or their difference",
        "Whose",
    ),
    Key(Place.MISTAKES, "tab", "to_part(1)", _PART, "Part", footer=True),
    Key(Place.MISTAKES, "shift+tab", "to_part(-1)", _PART),
    Key(Place.MISTAKES, "right_square_bracket", "next_run(1)", NEXT_RUN, "Run", footer=True, display="]"),
    Key(Place.MISTAKES, "left_square_bracket", "next_run(-1)", NEXT_RUN, "Previous run"),
    Key(Place.MISTAKES, "escape", "back", "", "Back", footer=True),
    Key(Place.MATRIX, "up,k", "move(-1, 0)", _CELL),
    Key(Place.MATRIX, "down,j", "move(1, 0)", _CELL),
    Key(Place.MATRIX, "left,h", "move(0, -1)", _CELL),
    Key(Place.MATRIX, "right,l", "move(0, 1)", _CELL),
    Key(Place.MATRIX, "enter", "open", "the digits of the cell", "Show", footer=True),
    Key(Place.GALLERY, "up,k", "move(-1, 0)", _DIGIT),
    Key(Place.GALLERY, "down,j", "move(1, 0)", _DIGIT),
    Key(Place.GALLERY, "left,h", "move(0, -1)", _DIGIT),
    Key(Place.GALLERY, "right,l", "move(0, 1)", _DIGIT),
    Key(Place.GALLERY, "pagedown", "page(1)", _PAGE),
    Key(Place.GALLERY, "pageup", "page(-1)", _PAGE),
    Key(Place.GALLERY, "home", "end(0)", _DIGITS),
    Key(Place.GALLERY, "end,G", "end(1)", _DIGITS),
    Key(
        Place.GALLERY,
        "enter",
        "open",
        "the digit large, with what every shown run says of it",
        "Large",
        footer=True,
    ),
    Key(Place.DIGIT, "right,l,down,j", "walk(1)", _DIGIT, "Next", footer=True, display="→"),
    Key(Place.DIGIT, "left,h,up,k", "walk(-1)", _DIGIT, "Previous", footer=True, display="←"),
    Key(Place.DIGIT, "enter", "pick", "take the digit to the drawing pad", "To the pad", footer=True),
    Key(Place.DIGIT, "escape", "leave", "", "Back", footer=True),
)
