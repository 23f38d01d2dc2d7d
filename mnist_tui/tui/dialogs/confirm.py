"""A question with a few answers."""

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from mnist_tui.tui.dismissal import Dialog
from mnist_tui.tui.keys import Place, bindings


class ConfirmScreen(Dialog[str | None]):
    """Ask, and return the key of the answer, or `None` for escape.

    Args:
        question: What is asked.
        answers: Key to label; the last one leaves everything as it is, in all questions.
        focus: The key of the answer that has the focus at first; the first one where none is named.
    """

    BINDINGS = bindings(Place.DIALOG, Place.ANSWERS)

    def __init__(self, question: str | Content, answers: Mapping[str, str], focus: str = "") -> None:
        super().__init__()
        self._question, self._answers = question, answers
        self._focus = focus or next(iter(answers))

    def compose(self) -> ComposeResult:
        """The question above its answers."""
        with Vertical(classes="dialog"):
            yield Static(self._question, markup=False)
            with Horizontal(classes="buttons"):
                for key, label in self._answers.items():
                    yield Button(label, id=key, compact=True)

    def on_mount(self) -> None:
        """Start on the answer that harms least."""
        self.query_one(f"#{self._focus}").focus()

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id)
