"""A chart of one metric for all shown runs."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from textual.reactive import reactive

from mnist_tui.runs.curves import Curve
from mnist_tui.runs.run import Run
from mnist_tui.tui.identity import Identity
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.chart import Mark, Series, render_chart
from mnist_tui.tui.renderables.rows import Row
from mnist_tui.tui.widgets.drawing import Drawing

SYMBOLS = {"learning_rate": "η", "l2_lambda": "λ", "momentum": "μ"}
"""Settings as short as a chart wants them."""

XAxis = Literal["epoch", "step", "seconds"]
X_AXES: tuple[XAxis, ...] = ("epoch", "step", "seconds")


class CurveChart(Drawing, can_focus=True):
    """Training and validation curves of one metric.

    Args:
        metric: `loss` or `accuracy`.
        id: The widget's id.
    """

    BINDINGS = bindings(Place.CHART)
    DEFAULT_CLASSES = "panel"

    runs: reactive[Sequence[tuple[Run, Identity]]] = reactive((), always_update=True, repaint=False)
    log_axis: reactive[bool] = reactive(False, repaint=False)
    x_axis: reactive[XAxis] = reactive("epoch", repaint=False)
    hint: reactive[str] = reactive("", repaint=False)

    def __init__(self, metric: Literal["loss", "accuracy"], *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.metric = metric
        self.log_axis = metric == "loss"
        self._title()

    def watch_runs(self) -> None:
        """Draw the curves as they are now."""
        self.redraw()

    def watch_hint(self) -> None:
        """Show it."""
        self.redraw()

    def watch_log_axis(self) -> None:
        """Say which axis it is, and use it."""
        self._title()
        self.redraw()

    def watch_x_axis(self) -> None:
        """Say what x is, and use it."""
        self._title()
        self.redraw()

    def _title(self) -> None:
        scale = " · log axis" if self.log_axis else ""
        self.border_title = f"{self.metric.capitalize()}{scale}"
        self.border_subtitle = f"━ validation  ┈ training · by {self.x_axis}"

    def draw(self, width: int, height: int) -> list[Row]:
        """The curves with their axes."""
        return render_chart(
            [*self._series(dotted=True), *self._series(dotted=False)],
            width,
            height,
            log=self.log_axis,
            percent=self.metric == "accuracy",
            empty=self.hint,
            marks=self._marks(),
        )

    def _series(self, *, dotted: bool) -> list[Series]:
        """The training curves (dotted) or the validation curves."""
        found = []
        for run, identity in self.runs:
            curve = run.train if dotted else run.validation
            if len(curve):
                found.append(self._one(curve, self._since(run), identity, dotted=dotted))
        return found

    def _since(self, run: Run) -> int:
        """The step at which a run's curves begin: where its trunk is shown, a branch begins at its fork."""
        parent_is_shown = run.forked and any(other.run_id == run.forked.parent for other, _ in self.runs)
        return run.forked.step if run.forked and parent_is_shown else 0

    def _one(self, curve: Curve, since: int, identity: Identity, *, dotted: bool) -> Series:
        x, y = np.array(getattr(curve, self.x_axis)), np.array(getattr(curve, self.metric))
        first = np.searchsorted(np.array(curve.step), since)
        style = f"dim {identity.color}" if dotted else identity.color
        return Series(identity.marker, style, x[first:], y[first:], dotted)

    def _marks(self) -> list[Mark]:
        """Forks and changes of settings, each in its run's colour."""
        marks = []
        for run, identity in self.runs:
            if run.forked:
                words = [f"{_symbol(name)} {value}" for name, value in run.forked.settings.items()]
                marks.append(self._mark(run, run.forked.step, identity, f"{identity.marker} fork", words))
            for change in run.changes:
                if change.step >= self._since(run):
                    words = [f"{_symbol(name)} {value:g}" for name, value in change.settings.items()]
                    marks.append(self._mark(run, change.step, identity, identity.marker, words))
        return marks

    def _mark(self, run: Run, step: int, identity: Identity, short: str, words: list[str]) -> Mark:
        steps = np.array(run.train.step)
        known = np.array(getattr(run.train, self.x_axis))
        x = float(np.interp(step, steps, known)) if len(steps) else 0.0
        return Mark(x, " ".join([short, *words]), short, f"dim {identity.color}")


def _symbol(setting_name: str) -> str:
    return SYMBOLS.get(setting_name, setting_name.replace("_", " "))
