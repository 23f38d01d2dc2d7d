"""Fetching full MNIST without leaving the dashboard."""

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Label, ProgressBar, Static
from textual.worker import get_current_worker

from mnist_tui.data import fetch as fetching
from mnist_tui.data.mnist import missing_files
from mnist_tui.errors import MnistTuiError
from mnist_tui.tui.dismissal import Dialog
from mnist_tui.tui.keys import Place, bindings


class FetchScreen(Dialog[bool]):
    """Download with a progress bar; returns whether full MNIST is here now."""

    BINDINGS = bindings(Place.DIALOG)

    @dataclass
    class Progressed(Message):
        """A piece arrived.

        Attributes:
            progress: How far the download is.
        """

        progress: fetching.Progress

    @dataclass
    class Ended(Message):
        """The download is over.

        Attributes:
            failure: Why it failed; empty where it did not.
        """

        failure: str

    def compose(self) -> ComposeResult:
        """What will happen, a bar, two buttons."""
        with Vertical(classes="dialog"):
            yield Label("Fetch full MNIST")
            yield Static(self._plan(), markup=False)
            yield ProgressBar(total=None, show_eta=False, id="bar")
            yield Static("", id="message", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Fetch", id="start", variant="primary", compact=True)
                yield Button("Back", id="back", compact=True)

    def _plan(self) -> str:
        directory = fetching.target_directory()
        if not missing_files(directory):
            return f"Full MNIST is here already, in\n{directory}\nFetching replaces what is damaged."
        return (
            f"60,000 + 10,000 digits, 11.6 MB, into\n{directory}\n"
            "from either public mirror, verified by SHA-256."
        )

    def on_mount(self) -> None:
        """No bar before there is something to show."""
        self.query_one("#bar").display = False

    @on(Button.Pressed, "#start")
    def _start(self) -> None:
        self.query_one("#start", Button).disabled = True
        self.query_one("#bar").display = True
        self._say("Asking the first mirror.")
        self._fetch()

    @work(thread=True, exclusive=True)
    def _fetch(self) -> None:
        """Download in a thread: the network must not stop the screen."""
        worker = get_current_worker()

        def show(progress: fetching.Progress) -> None:
            if worker.is_cancelled:
                raise fetching.Cancelled
            self.post_message(self.Progressed(progress))

        try:
            fetching.fetch(fetching.target_directory(), show)
        except fetching.Cancelled:
            return
        except MnistTuiError as error:
            self.post_message(self.Ended(str(error)))
        else:
            self.post_message(self.Ended(""))

    @on(Progressed)
    def _show_progress(self, event: Progressed) -> None:
        progress = event.progress
        self.query_one(ProgressBar).update(total=progress.total, progress=progress.done)
        self._say(f"{progress.file} from {progress.mirror}" if progress.mirror else progress.file)

    @on(Ended)
    def _show_end(self, event: Ended) -> None:
        if not event.failure:
            self.dismiss(True)
            return
        self._say(event.failure)
        self.query_one("#message").add_class("wrong")
        start = self.query_one("#start", Button)
        start.label, start.disabled = "Try again", False
        start.focus()

    def _say(self, sentence: str) -> None:
        message = self.query_one("#message", Static)
        message.remove_class("wrong")
        message.update(sentence)

    @on(Button.Pressed, "#back")
    async def _back(self) -> None:
        await self.action_dismiss()

    async def action_dismiss(self, result: bool | None = None) -> None:
        """Leave; a download under way ends, complete files stay."""
        self.workers.cancel_node(self)
        self.dismiss(result)
