"""Charts, and the screens that show several of them beside a table."""

from mnist_tui.tui.keys.key import Key, Place

_PANELS = "next or previous panel"
_METRIC = "another metric in the chart with the focus, or else in the last one"
_ZOOM = "zoom along x, with the crosshair along both axes; so does the wheel, with shift along y"
_PAN = "move the crosshair, or what is seen of a chart that is zoomed or maximised; so does the mouse"

PANELS = (
    Key(Place.PANELS, "tab", "to_panel(1)", _PANELS),
    Key(Place.PANELS, "shift+tab", "to_panel(-1)", _PANELS),
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
)
