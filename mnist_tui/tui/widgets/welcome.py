"""What a newcomer reads first."""

from textual.reactive import reactive

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.welcome import render_welcome
from mnist_tui.tui.widgets.drawing import Drawing


class Welcome(Drawing):
    """What this is, what to press, what one will see; stands where the charts will be."""

    more: reactive[str] = reactive("", repaint=False)

    def watch_more(self) -> None:
        """Show it."""
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        """The sentences."""
        return render_welcome(self.more, width, height)
