"""A chart of one metric for all shown runs."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from mnist_tui.runs.run import Curve, Run
from mnist_tui.tui.identity import Identity
from mnist_tui.tui.renderables.chart import Series, render_chart

XAxis = Literal["epoch", "step", "seconds"]
X_AXES: tuple[XAxis, ...] = ("epoch", "step", "seconds")


class CurveChart(Widget, can_focus=True):
    """Training and validation curves of one metric.

    Args:
        metric: `loss` or `accuracy`.
        id: The widget's id.
    """

    BINDINGS = [Binding("enter", "screen.maximize", "Maximise", show=False)]
    DEFAULT_CLASSES = "panel"

    runs: reactive[Sequence[tuple[Run, Identity]]] = reactive((), always_update=True)
    log_axis: reactive[bool] = reactive(False)
    x_axis: reactive[XAxis] = reactive("epoch")
    hint: reactive[str] = reactive("")

    def __init__(self, metric: Literal["loss", "accuracy"], *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.metric = metric
        self.log_axis = metric == "loss"
        self._title()

    def watch_log_axis(self) -> None:
        """Say which axis it is."""
        self._title()

    def watch_x_axis(self) -> None:
        """Say what x is."""
        self._title()

    def _title(self) -> None:
        scale = " · log axis" if self.log_axis else ""
        self.border_title = f"{self.metric.capitalize()}{scale}"
        self.border_subtitle = f"━ validation  ┈ training · by {self.x_axis}"

    def render(self) -> Content:
        """Draw the curves at the widget's size."""
        return render_chart(
            [*self._series(dotted=True), *self._series(dotted=False)],
            self.size.width,
            self.size.height,
            log=self.log_axis,
            percent=self.metric == "accuracy",
            empty=self.hint,
        )

    def _series(self, *, dotted: bool) -> list[Series]:
        """The training curves (dotted) or the validation curves."""
        found = []
        for run, identity in self.runs:
            curve = run.train if dotted else run.validation
            if len(curve):
                found.append(self._one(curve, identity, dotted=dotted))
        return found

    def _one(self, curve: Curve, identity: Identity, *, dotted: bool) -> Series:
        x, y = np.array(getattr(curve, self.x_axis)), np.array(getattr(curve, self.metric))
        style = f"dim {identity.color}" if dotted else identity.color
        return Series(identity.marker, style, x, y, dotted)
