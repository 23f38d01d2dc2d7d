"""The lines of the program itself: what a switch adds, with shapes, equation and time."""

from typing import TYPE_CHECKING

from rich.syntax import Syntax
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from mnist_tui.tui.dismissal import Dialog
from mnist_tui.tui.keys import Place, bindings

if TYPE_CHECKING:
    from mnist_tui.analysis.lines_of_code import Excerpt, LinesOfCode


class LinesScreen(Dialog[None]):
    """One function after the other, scrolled by keys.

    Args:
        lines: What to show.
    """

    BINDINGS = bindings(Place.DIALOG, Place.PAGE, Place.LINES)

    def __init__(self, lines: "LinesOfCode") -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        """What it is, what it costs, how it is done."""
        lines = self._lines
        with VerticalScroll(classes="dialog tall lines-of-code"):
            yield Static(f"{lines.title} · the lines of this program", classes="title", markup=False)
            if lines.equation:
                yield Static(lines.equation, classes="equation", markup=False)
            for text in (*lines.shapes, lines.time):
                yield Static(text, markup=False)
            for excerpt in lines.excerpts:
                where = f"{excerpt.name} · {excerpt.path}, line {excerpt.first}"
                yield Static(where, classes="where", markup=False)
                yield Static(self._highlighted(excerpt))

    def _highlighted(self, excerpt: "Excerpt") -> Syntax:
        theme = "ansi_dark" if self.app.current_theme.dark else "ansi_light"
        return Syntax(
            excerpt.code,
            "python",
            theme=theme,
            line_numbers=True,
            start_line=excerpt.first,
            word_wrap=True,
        )

    def on_mount(self) -> None:
        """Keys scroll at once."""
        self.query_one(VerticalScroll).focus()

    def action_scroll_lines(self, by: int) -> None:
        """Scroll by some lines."""
        self.query_one(VerticalScroll).scroll_relative(y=3 * by, animate=False)
