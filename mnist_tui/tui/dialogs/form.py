"""What the dialogs with fields have in common: they say at once what would happen, or what is wrong."""

from abc import abstractmethod
from typing import Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from mnist_tui.errors import MnistTuiError
from mnist_tui.tui.dismissal import Dialog
from mnist_tui.tui.keys import Place, bindings

Answer = TypeVar("Answer")


class FormScreen(Dialog[Answer | None], Generic[Answer]):
    """Fields, a line about what they add up to, and two buttons; returns the answer, or `None` for escape.

    Args:
        title: What is asked.
    """

    BINDINGS = bindings(Place.DIALOG)
    START = "Start"
    DIALOG_CLASSES = "dialog"

    def __init__(self, title: str | Content) -> None:
        super().__init__()
        self._title = title

    @abstractmethod
    def fields(self) -> ComposeResult:
        """What is to be filled in."""

    @abstractmethod
    def preview(self) -> str:
        """What would happen, in words.

        Raises:
            MnistTuiError: Not with these values.
        """

    @abstractmethod
    def answer(self) -> Answer | None:
        """What the dialog returns; `None` while there is nothing to start.

        Raises:
            MnistTuiError: Not with these values.
        """

    def below(self) -> ComposeResult:
        """What stands below the buttons: nothing."""
        yield from ()

    def compose(self) -> ComposeResult:
        """Title, fields, the line, the buttons."""
        with Vertical(classes=self.DIALOG_CLASSES):
            yield Label(self._title, markup=False)
            yield from self.fields()
            yield Static(id="message", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(self.START, id="start", variant="primary", compact=True)
                yield Button("Back", id="back", compact=True)
            yield from self.below()

    def field_of(self, error: MnistTuiError) -> str:
        """The id of the field that an error is about; empty where that cannot be said."""
        return getattr(error, "field", "")

    @on(Input.Changed)
    def _preview(self) -> None:
        try:
            self._say(self.preview())
        except MnistTuiError as error:
            self._blame(error)

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Button.Pressed, "#start")
    def _start(self) -> None:
        try:
            answer = self.answer()
        except MnistTuiError as error:
            self._blame(error).focus()
            answer = None
        if answer is None:
            self.app.bell()
        else:
            self.dismiss(answer)

    def _blame(self, error: MnistTuiError) -> Input:
        """Say what is wrong, and mark the field where it is: the one named, else the first one."""
        fields = list(self.query(Input))
        wrong = next((field for field in fields if field.id == self.field_of(error)), fields[0])
        self._say(f"✗ {error}", wrong)
        return wrong

    def _say(self, sentence: str, wrong: Input | None = None) -> None:
        message = self.query_one("#message", Static)
        message.update(sentence)
        message.set_class(wrong is not None, "wrong")
        for field in self.query(Input):
            field.set_class(field is wrong, "wrong")
