"""What to do next, in a line above the keys, until somebody hides it."""

from textual.reactive import reactive

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.guide import Advice, Situation, Trained, advice, next_step
from mnist_tui.tui.renderables.guide import render_guide
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.session import Session
from mnist_tui.tui.widgets.drawing import Drawing


def situation_of(session: Session, form: RunConfig | None) -> Situation:
    """What a session has to judge by.

    Args:
        session: With the rows that are shown.
        form: See `Situation`.
    """
    rows = [session.row(row_id) for row_id in session.shown]
    return Situation(
        tuple(found for row in rows if (found := _trained(row))),
        form,
        any(row.is_active for row in rows),
        "concluded" in session.done,
        "looked" in session.done,
    )


def _trained(row: RowView) -> Trained | None:
    runs = [view.run for view in row.complete]
    data = next((run.started for run in runs if run.started), None)
    if data is None:
        return None
    is_altered = any(run.is_altered for run in runs)
    return Trained(runs[0].config, len(runs), data.dataset_sha256, data.test_images, is_altered)


class GuideLine(Drawing):
    """The line; without anything to say, there is none."""

    DEFAULT_CSS = """
    GuideLine { height: 1; padding: 0 1; background: $boost; color: $text-accent; }
    GuideLine.empty { display: none; }
    """

    advice: reactive[Advice | None] = reactive(None, repaint=False)
    is_wanted: reactive[bool] = reactive(True, repaint=False)

    def __init__(self) -> None:
        super().__init__(id="guide")
        self._step = 0
        self.add_class("empty")

    def see(self, situation: Situation) -> None:
        """Say what to do next."""
        self._step = next_step(self._step, situation)
        self.advice = advice(self._step, situation)

    def watch_advice(self) -> None:
        """Show it, in the room it takes."""
        is_empty = self.advice is None or not self.is_wanted
        self.set_class(is_empty, "empty")
        self.redraw()

    def watch_is_wanted(self) -> None:
        """Go away, or come back."""
        self.watch_advice()

    def draw(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - it is one line
        """The line."""
        return [render_guide(self.advice, width)] if self.advice else []
