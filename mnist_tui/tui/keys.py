"""Every key, once: bindings, footer, help and the README's table are made from `KEYS`.

    python -m mnist_tui.tui.keys

writes the table into the README.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from textual.binding import Binding, BindingType

BEGIN, END = "<!-- keys: made by `python -m mnist_tui.tui.keys` -->", "<!-- /keys -->"
"""What the table stands between in the README."""

README = Path(__file__).parents[2] / "README.md"


class Place(Enum):
    """Where a key works."""

    APP = "everywhere"
    DASHBOARD = "the dashboard"
    STEERING = "screens on which one run is the selected one"
    CHARTS = "screens with charts"
    PANELS = "screens that show several runs"
    FORM = "the form"
    FIELD = "one value of the form"
    TEXT = "a value of the form that is text"
    TABLE = "the table of runs"
    FILTER = "the field for what rows to look for"
    PRESENTATION = "the presentation"
    CHART = "one chart"
    RUN = "the run's page"
    MISTAKES = "the mistakes"
    MATRIX = "a confusion matrix"
    GALLERY = "pictures of digits"
    DIGIT = "one digit, large"
    DATA = "the data screen"
    NETWORK = "the inside of a network"
    DRAW = "the drawing pad"
    REPLAY = "the replay"
    DIALOG = "whatever stands in front of a screen"
    FIELDS = "dialogs with fields below each other"
    ANSWERS = "questions with a few answers"
    PAGE = "texts to read"
    LINES = "lines of the program"
    CONCLUSIONS = "the page of conclusions"


NAMES = {
    Place.FORM: "form",
    Place.FIELD: "form",
    Place.TEXT: "form, Data",
    Place.TABLE: "table",
    Place.FILTER: "filter",
    Place.CHART: "chart",
    Place.RUN: "run's page",
    Place.MISTAKES: "mistakes",
    Place.MATRIX: "matrix",
    Place.GALLERY: "digits",
    Place.DIGIT: "one digit",
    Place.DATA: "data",
    Place.NETWORK: "network",
    Place.DRAW: "draw",
    Place.REPLAY: "replay",
    Place.CONCLUSIONS: "conclusions",
}
"""What the tables of keys call a place; nothing where it goes without saying."""


@dataclass(frozen=True)
class Key:
    """What some keys do in one place.

    Attributes:
        place: Where they work.
        keys: As Textual names them, with commas between.
        action: As Textual names it; empty where the key needs no binding, because Textual knows it or a field
            reads it.
        words: What they do, for help and README; keys of a place with the same words share a line there.
            Empty for keys that go without saying.
        label: What the footer calls it.
        footer: Whether it stands in the footer.
        display: How the footer writes the keys, where not as Textual would.
        priority: Whether they come before the keys of the widget that has the focus.
    """

    place: Place
    keys: str
    action: str
    words: str = ""
    label: str = ""
    footer: bool = False
    display: str | None = None
    priority: bool = False

    @property
    def binding(self) -> Binding:
        """As Textual takes it."""
        return Binding(
            self.keys,
            self.action,
            self.label,
            show=self.footer,
            key_display=self.display,
            priority=self.priority,
        )


_MOVE_QUEUE = "a waiting run: earlier or later in the queue"
_WALK = "through common values"
_PANELS = "next or previous panel"
_SETTINGS = "next or previous value"
_ROWS = "move"
_EPOCHS = "to the previous or the next epoch"
_SPEED = "faster or slower, 1× to 32×"
_ENDS = "to the start or the end"
_METRIC = "another metric in the chart with the focus, or else in the last one"
_ZOOM = "zoom along x, with the crosshair along both axes; so does the wheel, with shift along y"
_PAN = "move the crosshair, or what is seen of a chart that is zoomed or maximised; so does the mouse"
_SCROLL = "scroll"
_RUN = "the next or the previous run"
_PART = "to the next or the previous part"
_SET = "other digits: mistakes, fixed, broken, wrong with every seed, decided by luck"
_CELL = "to another cell"
_DIGIT = "to another digit"
_DIGITS = "to the first or the last digit"
_PAGE = "the next or the previous page"
_DATUM = "to another digit; while augmentation is shown, ← → change its strength"
_PEN = "move the pen"
_SLIDER = "choose a slider: shift, rotation, scale, noise"
_TEST = "begin with the next test image, or the previous one"
_SLIDE = "the slider: less, more"
_SCREENFUL = "a screenful of digits on or back"
_FAR = "to the first or the last digit"
_CLASS = "one class alone: the next or the previous one, then all again"
_LOOKS = "other layers and numbers"
_FIRST_LAST = "to the first or the last epoch"
_UNITS = "more pictures"

KEYS = (
    Key(Place.DASHBOARD, "r", "run", "run the network of the form", "Run", footer=True),
    Key(
        Place.DASHBOARD,
        "c",
        "compare",
        "compare the three classic rows: plain, batch normalisation, L2 with λ = 0.1",
        "Compare",
        footer=True,
    ),
    Key(
        Place.DASHBOARD,
        "w",
        "sweep",
        "sweep: train once for each value of the setting that has the focus",
        "Sweep",
        footer=True,
    ),
    Key(
        Place.DASHBOARD,
        "A",
        "ablate",
        "ablation: train all combinations of some switches",
        "Ablation",
    ),
    Key(
        Place.DASHBOARD,
        "L",
        "lines",
        "the lines of the program behind the setting that has the focus: equation, shapes, time",
        "Lines",
    ),
    Key(
        Place.DASHBOARD,
        "ctrl+r",
        "again",
        "train again what was asked for last: otherwise, what was trained earlier is taken from the home",
        "Again",
    ),
    Key(Place.PANELS, "tab", "to_panel(1)", _PANELS),
    Key(Place.PANELS, "shift+tab", "to_panel(-1)", _PANELS),
    Key(Place.DASHBOARD, "E", "edit", "edit: to the form, and back to where one was", "Edit"),
    Key(Place.FORM, "down", "to_field(1)", _SETTINGS, priority=True),
    Key(Place.FORM, "j", "to_field(1, 'letter')", _SETTINGS, priority=True),
    Key(Place.FORM, "up", "to_field(-1)", _SETTINGS, priority=True),
    Key(Place.FORM, "k", "to_field(-1, 'letter')", _SETTINGS, priority=True),
    Key(Place.FORM, "escape", "close", "", "Back"),
    Key(Place.FIELD, "left", "walk(-1)", _WALK, "Less"),
    Key(Place.FIELD, "right", "walk(1)", _WALK, "More"),
    Key(Place.FIELD, "h,l", "", _WALK),
    Key(Place.FIELD, "space", "", "the next common value, after the last one the first"),
    Key(Place.FIELD, "digits", "", "type a value (`1e-3` too)"),
    Key(Place.TEXT, "enter", "", "type a path; so does its first character, `/`, `~` or `.`"),
    Key(Place.TEXT, "escape", "give_up"),
    Key(Place.TABLE, "space", "toggle_curves", "show or hide a row's curves", "Show", footer=True),
    Key(
        Place.TABLE,
        "enter",
        "select_cursor",
        "a run's page: settings, curves of any metric, layers, time, events; of a row, list its runs",
        "Open",
        footer=True,
    ),
    Key(Place.TABLE, "o", "fold", "list the runs of a row, or no longer", "Runs", footer=True),
    Key(
        Place.DASHBOARD,
        "i",
        "conclusions",
        "what may be concluded of the rows shown: findings, differences, how sure they are",
        "Insight",
    ),
    Key(Place.CONCLUSIONS, "d", "margin", "δ: how far apart accuracies count as the same", "Margin"),
    Key(Place.DASHBOARD, "b", "baseline", "make the row under the cursor the baseline", "Baseline"),
    Key(Place.TABLE, "H", "show_only", "hide the curves of all other rows", "Only this"),
    Key(
        Place.TABLE,
        "asterisk",
        "show_all",
        "show the curves of all rows listed, or hide them",
        "All",
    ),
    Key(
        Place.DASHBOARD,
        "u",
        "undo",
        "undo: show again what was hidden last, bring back what was deleted last",
        "Undo",
    ),
    Key(Place.TABLE, "s", "sort_next", "sort by the next column, after the last one by none", "Sort"),
    Key(Place.TABLE, "R", "sort_reversed", "sort the other way round", "Reverse"),
    Key(
        Place.DASHBOARD,
        "slash",
        "filter",
        "look for rows: words and conditions, such as `adam acc>98 bn=yes -stopped`",
        "Filter",
    ),
    Key(Place.FILTER, "enter", "", "to the rows that were found"),
    Key(Place.FILTER, "escape", "close", "all rows again"),
    Key(
        Place.TABLE,
        "d",
        "all_columns",
        "only the columns in which rows differ, or all",
        "All columns",
    ),
    Key(Place.TABLE, "up,down,left,right", "", _ROWS),
    Key(Place.TABLE, "j", "cursor_down", _ROWS),
    Key(Place.TABLE, "k", "cursor_up", _ROWS),
    Key(Place.TABLE, "h", "cursor_left", _ROWS),
    Key(Place.TABLE, "l", "cursor_right", _ROWS),
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
    Key(Place.CHART, "enter", "screen.maximize", "maximise", "Maximise", footer=True),
    Key(
        Place.CHART,
        "full_stop",
        "crosshair",
        "crosshair: read every curve at one x; so does the mouse",
        "Crosshair",
        footer=True,
        display=".",
    ),
    Key(Place.CHART, "plus,equals_sign", "zoom(1)", _ZOOM, "Closer", display="+"),
    Key(Place.CHART, "minus", "zoom(-1)", _ZOOM, "Farther"),
    Key(Place.CHART, "left,h", "pan(-1, 0)", _PAN),
    Key(Place.CHART, "right,l", "pan(1, 0)", _PAN),
    Key(Place.CHART, "up,k", "pan(0, 1)", _PAN),
    Key(Place.CHART, "down,j", "pan(0, -1)", _PAN),
    Key(Place.CHART, "0", "whole", "all of it again", "Whole"),
    Key(Place.CHART, "escape", "back", "", "Back"),
    Key(Place.CHARTS, "m", "next_metric(1)", _METRIC, "Metric", footer=True),
    Key(Place.CHARTS, "M", "next_metric(-1)", _METRIC, "Previous metric"),
    Key(
        Place.CHARTS,
        "y",
        "toggle_log",
        "y axis: logarithmic or linear; of the loss, unless another chart has the focus",
        "Log axis",
        footer=True,
    ),
    Key(Place.CHARTS, "X", "next_x_axis", "x axis: epoch, step or seconds", "X axis"),
    Key(
        Place.CHARTS,
        "T",
        "training",
        "training curves: of the row under the cursor, none, all",
        "Training",
    ),
    Key(Place.CHARTS, "S", "smooth", "smooth curves, the raw ones behind them", "Smooth"),
    Key(
        Place.CHARTS,
        "o",
        "clip",
        "outliers: beyond the rim, where arrows point to them, or all in sight",
        "Outliers",
    ),
    Key(Place.CHARTS, "B", "symbols", "curves of blocks, or of fine dots", "Symbols"),
    Key(
        Place.PANELS,
        "P",
        "present",
        "presentation: one chart, names, and what may be concluded, as large as the screen is; again: back",
        "Present",
    ),
    Key(Place.PRESENTATION, "escape", "leave_presentation"),
    Key(
        Place.PANELS,
        "a",
        "other_chart",
        "loss or accuracy, where only one chart fits",
        "Loss/accuracy",
    ),
    Key(Place.APP, "1", "switch_mode('dashboard')", "the dashboard", "Dashboard"),
    Key(Place.APP, "2", "switch_mode('run')", "the selected run's page", "Run's page"),
    Key(Place.APP, "3", "switch_mode('data')", "the data: digits, classes, files", "Data"),
    Key(Place.APP, "4", "switch_mode('mistakes')", "the selected run's mistakes", "Mistakes"),
    Key(Place.APP, "5", "switch_mode('network')", "inside the selected run's network", "Network"),
    Key(Place.APP, "6", "switch_mode('draw')", "draw a digit, and ask the networks that are shown", "Draw"),
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
    Key(Place.DATA, "s", "next_split", "train, validation or test images", "Split", footer=True),
    Key(Place.DATA, "c", "next_class(1)", _CLASS, "Class", footer=True),
    Key(Place.DATA, "C", "next_class(-1)", _CLASS),
    Key(Place.DATA, "o", "next_order", "in file order, by class, or shuffled", "Order", footer=True),
    Key(Place.DATA, "slash", "jump", "jump to an image by its index", "Jump", footer=True, display="/"),
    Key(Place.DATA, "z", "next_size", "digits larger or smaller", "Size"),
    Key(
        Place.DATA,
        "a",
        "next_augmentation",
        "what each augmentation makes of the digits in view: none, shift, affine, elastic",
        "Augment",
        footer=True,
    ),
    Key(
        Place.DATA,
        "n",
        "draw_again",
        "augment the digits in view once more, by other random numbers",
        "Again",
    ),
    Key(Place.DATA, "u", "use", "use the augmentation shown: take it over into the form", "Use"),
    Key(Place.DATA, "v", "next_view", "digits, classes or files", "View", footer=True),
    Key(Place.DATA, "f", "fetch", "fetch full MNIST", "Fetch"),
    Key(Place.DATA, "escape", "back", "", "Back", footer=True),
    Key(Place.DRAW, "space", "pen", "the pen down, or up; a mouse draws at once", "Pen", footer=True),
    Key(Place.DRAW, "left,h", "step(-1, 0)", _PEN, "Left"),
    Key(Place.DRAW, "right,l", "step(1, 0)", _PEN, "Right"),
    Key(Place.DRAW, "up,k", "step(0, -1)", _PEN, "Up"),
    Key(Place.DRAW, "down,j", "step(0, 1)", _PEN, "Down"),
    Key(Place.DRAW, "u", "undo", "take back the last stroke", "Undo", footer=True),
    Key(Place.DRAW, "c", "clear", "new paper; `u` brings the old one back", "Clear", footer=True),
    Key(Place.DRAW, "t", "next_thickness", "a thicker pen, after the thickest the thinnest", "Thickness"),
    Key(Place.DRAW, "n", "next_test(1)", _TEST, "Test digit", footer=True),
    Key(Place.DRAW, "N", "next_test(-1)", _TEST),
    Key(Place.DRAW, "tab", "next_slider(1)", _SLIDER, "Slider", footer=True),
    Key(Place.DRAW, "shift+tab", "next_slider(-1)", _SLIDER),
    Key(Place.DRAW, "minus", "slide(-1)", _SLIDE, "Less"),
    Key(Place.DRAW, "plus,equals_sign", "slide(1)", _SLIDE, "More"),
    Key(Place.DRAW, "0", "reset", "all sliders back: distort no more", "Reset"),
    Key(Place.DRAW, "s", "save", "save the drawing", "Save"),
    Key(Place.DRAW, "o", "open", "open the drawing that was saved last, then older ones", "Open"),
    Key(
        Place.DRAW,
        "v",
        "next_view",
        "how accuracy falls the farther test images are shifted, turned, or the noisier they are",
        "Curves",
        footer=True,
    ),
    Key(Place.DRAW, "escape", "back", "", "Back", footer=True),
    Key(Place.RUN, "right_square_bracket", "next_run(1)", _RUN, "Next run", footer=True, display="]"),
    Key(Place.RUN, "left_square_bracket", "next_run(-1)", _RUN, "Previous run", display="["),
    Key(Place.RUN, "down,j", "scroll_page(1)", _SCROLL),
    Key(Place.RUN, "up,k", "scroll_page(-1)", _SCROLL),
    Key(Place.RUN, "escape", "back", "", "Back", footer=True),
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
        "All",
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
    Key(Place.MISTAKES, "right_square_bracket", "next_run(1)", _RUN, "Run", footer=True, display="]"),
    Key(Place.MISTAKES, "left_square_bracket", "next_run(-1)", _RUN, "Previous run"),
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
    Key(Place.NETWORK, "up,k", "look(-1)", _LOOKS, "Look", footer=True, display="↑↓"),
    Key(Place.NETWORK, "down,j", "look(1)", _LOOKS),
    Key(Place.NETWORK, "left", "scrub(-1)", _EPOCHS, "Epoch", footer=True, display="←→"),
    Key(Place.NETWORK, "right", "scrub(1)", _EPOCHS),
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
    Key(
        Place.NETWORK,
        "l,L",
        "lines",
        "the lines of the program that make these numbers: equation, shapes, time",
        "Lines",
        footer=True,
        display="l",
    ),
    Key(Place.LINES, "down,j", "scroll_lines(1)"),
    Key(Place.LINES, "up,k", "scroll_lines(-1)"),
    Key(Place.LINES, "l,L", "dismiss"),
    Key(Place.NETWORK, "pageup", "units(-8)", _UNITS),
    Key(Place.NETWORK, "right_square_bracket", "next_run(1)", _RUN, "Next run", display="]"),
    Key(Place.NETWORK, "left_square_bracket", "next_run(-1)", _RUN, "Previous run", display="["),
    Key(Place.NETWORK, "escape", "back", "", "Back", footer=True),
    Key(Place.REPLAY, "space", "play", "play or pause", "Play", footer=True, priority=True),
    Key(
        Place.REPLAY,
        "left,h",
        "jump(-1)",
        _EPOCHS,
        "Earlier",
        footer=True,
        display="←",
        priority=True,
    ),
    Key(Place.REPLAY, "right,l", "jump(1)", _EPOCHS, "Later", footer=True, display="→", priority=True),
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
    Key(
        Place.DASHBOARD,
        "e",
        "export",
        "export: Markdown with figures, CSV, JSON",
        "Save",
        footer=True,
    ),
    Key(Place.DASHBOARD, "f", "fetch", "fetch full MNIST", "Data"),
    Key(
        Place.DASHBOARD,
        "escape",
        "leave_guide",
        "hide the line that says what to do next",
        "Hide the guide",
    ),
    Key(Place.DASHBOARD, "g", "show_guide", "say again what to do next", "Guide"),
    Key(Place.APP, "f8", "take_screenshot", "screenshot", "Screenshot"),
    Key(
        Place.APP,
        "ctrl+p",
        "command_palette",
        "all that can be done, by name; themes",
        "All",
        footer=True,
        display="^p",
        priority=True,
    ),
    Key(Place.DIALOG, "escape", "dismiss", "back", "Back"),
    Key(Place.FIELDS, "down,j", "app.focus_next", priority=True),
    Key(Place.FIELDS, "up,k", "app.focus_previous", priority=True),
    Key(Place.ANSWERS, "left,up,h,k", "app.focus_previous"),
    Key(Place.ANSWERS, "right,down,l,j", "app.focus_next"),
    Key(Place.PAGE, "enter,q,question_mark,f1", "dismiss", "", "Back"),
    Key(Place.APP, "question_mark,f1", "help", "this help", "Help", footer=True, display="?"),
    Key(Place.APP, "q", "leave", "quit; asks while something trains", "Quit", footer=True),
    Key(Place.APP, "ctrl+q,ctrl+c", "leave", "quit; asks while something trains", "Quit", priority=True),
)
"""In the order of help and README; the footer keeps it."""

_WRITTEN = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "escape": "esc",
    "question_mark": "?",
    "plus": "+",
    "asterisk": "*",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "minus": "-",
    "slash": "/",
    "full_stop": ".",
    "equals_sign": "=",
    "digits": "0–9",
}


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


def table() -> str:
    """All keys and what they do, as a Markdown table."""
    lines: dict[str, list[str]] = {}
    for key in KEYS:
        if key.words:
            place = f"{NAMES[key.place]}: " if key.place in NAMES else ""
            lines.setdefault(f"{place}{key.words}", []).extend(_written(key.keys.split(",")))
    rows = [f"| {' '.join(keys)} | {words} |" for words, keys in lines.items()]
    return "\n".join(["| key | does |", "|---|---|", *rows])


def _written(keys: Iterable[str]) -> list[str]:
    return [f"`{written(key)}`" for key in keys]


def written(key: str) -> str:
    """A key as one reads it: `shift+up` is `shift+↑`."""
    return "+".join(_WRITTEN.get(part, part) for part in key.split("+"))


def with_table(readme: str) -> str:
    """A README with the table of now."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
