"""To which image?"""

from textual.app import ComposeResult
from textual.widgets import Input

from mnist_tui.errors import DataError
from mnist_tui.tui.dialogs.form import FormScreen


class JumpScreen(FormScreen[int]):
    """Ask for the index of an image.

    Args:
        split: The split it is counted in.
        count: How many images that has.
    """

    START = "Go"

    def __init__(self, split: str, count: int) -> None:
        super().__init__(f"Go to an image by its index within {split}")
        self._split, self._count = split, count

    def fields(self) -> ComposeResult:
        """The number."""
        yield Input(type="integer", placeholder=f"0 to {self._count - 1:,}", id="index", compact=True)

    def preview(self) -> str:
        """Where that is."""
        index = self.answer()
        return f"There are {self._count:,} images, counted from 0." if index is None else f"Image {index:,}."

    def answer(self) -> int | None:
        """The index; `None` where nothing was typed.

        Raises:
            DataError: There is no such image.
        """
        typed = self.query_one("#index", Input).value.strip()
        if not typed.lstrip("+-").isdecimal():
            return None
        index = int(typed[:12])
        if not 0 <= index < self._count:
            raise DataError(f"{self._split} has no image {typed}: take one from 0 to {self._count - 1:,}.")
        return index
