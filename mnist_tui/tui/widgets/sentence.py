"""Text that changes now and then."""

from textual.visual import VisualType
from textual.widgets import Static


class Sentence(Static):
    """A text, as plain as it is; saying the same again costs nothing.

    A `Static` that is updated has the whole screen laid out, whatever it says.
    """

    def __init__(self, content: str = "", *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(content, id=id, markup=False)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Say something.

        Args:
            content: What.
            layout: Whether it may take another room.
        """
        if content != self.content:
            super().update(content, layout=layout)
