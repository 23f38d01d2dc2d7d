"""A confusion matrix with a cursor on one of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.reactive import reactive

from mnist_tui.data.dataset import CLASSES
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.confusion import Heat, Plan, render_confusion
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.drawing import Drawing


class Matrix(Drawing, can_focus=True):
    """A heat map; `enter` on a cell asks for its digits."""

    BINDINGS = bindings(Place.MATRIX)
    DEFAULT_CLASSES = "panel"

    heat: reactive[Heat | None] = reactive(None, repaint=False, always_update=True)
    """What is shown; `None` for nothing."""

    notes: reactive[Sequence[str]] = reactive((), repaint=False)
    """Sentences below it, drawn with the next matrix."""

    empty: reactive[str] = reactive("", repaint=False)
    """What stands there where nothing is shown."""

    cell: reactive[tuple[int, int]] = reactive((0, 0), repaint=False)
    """What the cursor is on: what images show, and what they are taken for."""

    @dataclass
    class Moved(Message):
        """The cursor is on another cell."""

    @dataclass
    class Opened(Message):
        """The digits of a cell are asked for.

        Attributes:
            true: What they show.
            said: What they are taken for.
        """

        true: int
        said: int

    def watch_heat(self) -> None:
        """Draw it."""
        self.redraw()

    def watch_empty(self) -> None:
        """Say it."""
        self.redraw()

    def watch_cell(self) -> None:
        """Go there."""
        self.redraw()
        self.post_message(self.Moved())

    def draw(self, width: int, height: int) -> list[Line]:
        """The matrix, and what there is to say of it."""
        return render_confusion(
            self.heat, width, height, cursor=self.cell, notes=self.notes, empty=self.empty
        )

    def action_move(self, down: int, right: int) -> None:
        """To another cell, not beyond the edges."""
        true, said = self.cell
        self.cell = (
            min(CLASSES - 1, max(0, true + down)),
            min(CLASSES - 1, max(0, said + right)),
        )

    def on_click(self, event: events.Click) -> None:
        """Go to the cell that was clicked; twice: open it."""
        offset = event.get_content_offset(self)
        plan = self.heat and Plan.of(self.heat, *self.size, self.notes)
        cell = plan.at(*offset) if plan and offset else None
        if cell:
            self.cell = cell
            if event.chain == 2:
                self.action_open()

    def action_open(self) -> None:
        """Ask for the digits of the cell."""
        if self.heat:
            self.post_message(self.Opened(*self.cell))
