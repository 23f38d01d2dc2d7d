"""A panel that shows whether the focus is in it."""

from textual.containers import Vertical

IN = "-in"
"""The class of a panel that has the focus, or has it in it."""


class Frame(Vertical):
    """A panel with widgets in it that take the focus: it has the class `-in` as long as one of them has it.

    Styles could ask for `:focus-within` instead, but then Textual styles all widgets of a panel anew whenever
    the focus moves from one to the next: 117 pieces of style for one arrow key in the form.
    """

    DEFAULT_CLASSES = "panel"

    def on_mount(self) -> None:
        """Watch where the focus goes."""
        self.watch(self.screen, "focused", self._focus_moved, init=False)

    @property
    def folds(self) -> bool:
        """Whether what is in it looks different, too, while the focus is elsewhere."""
        return False

    def _focus_moved(self) -> None:
        if self.has_focus_within == self.has_class(IN) or not self.app.is_running:
            return  # what is put away for good needs no other frame
        self.set_class(self.has_focus_within, IN, update=self.folds)
        if not self.folds:
            self.app.stylesheet.update_nodes(
                [self], animate=True
            )  # as Textual, but without all that is in it
