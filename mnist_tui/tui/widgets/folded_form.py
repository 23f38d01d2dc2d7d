"""The form where there is no room for it: what is set, in words."""

from textual.geometry import Size
from textual.message import Message

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.renderables.form_line import render_form_line
from mnist_tui.tui.renderables.lines import Line, wrapped
from mnist_tui.tui.widgets.drawing import Drawing


class FoldedForm(Drawing):
    """A line or two; a click unfolds the form."""

    DEFAULT_CSS = """
    FoldedForm { height: auto; }
    """

    class Clicked(Message):
        """The form itself is wanted."""

    _config: RunConfig | None = None
    _seeds = 1
    _problem = ""

    def show(self, config: RunConfig, seeds: int) -> None:
        """Say what is set.

        Args:
            config: The settings.
            seeds: How many each row is trained with.
        """
        self._config, self._seeds, self._problem = config, seeds, ""
        self._say()

    def complain(self, problem: str) -> None:
        """Say what is wrong instead."""
        self._problem = problem
        self._say()

    def _say(self) -> None:
        known = len(self.lines)
        self.redraw()
        if len(self.lines) != known:
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's face
        """As many lines as it takes."""
        return max(1, len(self._lines(width)))

    def draw(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - it takes what it needs
        """What is set, or what is wrong with it."""
        return self._lines(width)

    def _lines(self, width: int) -> list[Line]:
        if self._problem:
            return wrapped(f"✗ {self._problem}", width, "bold red")
        return render_form_line(self._config, self._seeds, width) if self._config else []

    def on_click(self) -> None:
        """Ask for the form."""
        self.post_message(self.Clicked())
