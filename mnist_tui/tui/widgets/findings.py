"""What may be concluded, in sentences below all panels."""

from collections.abc import Sequence

from textual.geometry import Size
from textual.reactive import reactive

from mnist_tui.tui.renderables.conclusions import render_findings, render_verdict
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.drawing import Drawing


class FindingsPanel(Drawing):
    """The sentences, the most important first, as far as there is room; without any, there is no panel."""

    DEFAULT_CSS = """
    FindingsPanel { height: auto; }
    FindingsPanel.empty { display: none; }
    """

    findings: reactive[Sequence[str]] = reactive((), repaint=False)

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.add_class("empty")  # it takes no room before there is something to say

    def watch_findings(self) -> None:
        """Say what was found, in the room it takes."""
        self.set_class(not self.findings, "empty")
        self.refresh(layout=True)
        self._start_over()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's face
        """As many lines as the sentences take."""
        return max(1, len(render_findings(self.findings, width)))

    def draw(self, width: int, height: int) -> list[Line]:
        """The sentences, and where all of them are."""
        return render_verdict(self.findings, width, height)
