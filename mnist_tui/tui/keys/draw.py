"""The drawing pad."""

from mnist_tui.tui.keys.key import Key, Place

_PEN = "move the pen"
_SLIDER = "choose a slider: shift, rotation, scale, noise"
_TEST = "begin with the next test image, or the previous one"
_SLIDE = "the slider: less, more"

DRAW = (
    Key(Place.DRAW, "space", "pen", "the pen down, or up; a mouse draws at once", "Pen", footer=True),
    Key(Place.DRAW, "left,h", "step(-1, 0)", _PEN, "Left"),
    Key(Place.DRAW, "right,l", "step(1, 0)", _PEN, "Right"),
    Key(Place.DRAW, "up,k", "step(0, -1)", _PEN, "Up"),
    Key(Place.DRAW, "down,j", "step(0, 1)", _PEN, "Down"),
    Key(Place.DRAW, "u", "undo", "take back the last stroke", "Undo", footer=True),
    Key(Place.DRAW, "c", "clear", "new paper; `u` brings the old one back", "Clear", footer=True),
    Key(Place.DRAW, "t", "next_thickness", "a thicker pen, after the thickest the thinnest", "Thickness"),
    Key(Place.DRAW, "n", "next_test(1)", _TEST, "Digit", footer=True),
    Key(Place.DRAW, "N", "next_test(-1)", _TEST),
    Key(
        Place.DRAW,
        "v",
        "next_view",
        "how accuracy falls the farther test images are shifted, turned, or the noisier they are",
        "Curves",
        footer=True,
    ),
    Key(Place.DRAW, "tab", "next_slider(1)", _SLIDER, "Slider", footer=True),
    Key(Place.DRAW, "shift+tab", "next_slider(-1)", _SLIDER),
    Key(Place.DRAW, "minus", "slide(-1)", _SLIDE, "Less"),
    Key(Place.DRAW, "plus,equals_sign", "slide(1)", _SLIDE, "More"),
    Key(Place.DRAW, "0", "reset", "all sliders back: distort no more", "Reset"),
    Key(Place.DRAW, "s", "save", "save the drawing", "Save"),
    Key(Place.DRAW, "o", "open", "open the drawing that was saved last, then older ones", "Open"),
    Key(Place.DRAW, "escape", "back", "", "Back", footer=True),
)
