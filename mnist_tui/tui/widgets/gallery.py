"""Pictures of digits in pages, with a cursor on one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.reactive import reactive

from mnist_tui.data.dataset import SIDE, Pixels
from mnist_tui.tui.digit_sets import DigitSet
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.paper import paper_of
from mnist_tui.tui.renderables.digits import Grid
from mnist_tui.tui.renderables.gallery import gallery_grid, place_at, render_gallery
from mnist_tui.tui.renderables.lines import Line, fitting, in_the_middle
from mnist_tui.tui.widgets.drawing import Drawing


class Gallery(Drawing, can_focus=True):
    """A set of digits; `enter` on one asks for it to be shown large."""

    BINDINGS = bindings(Place.GALLERY)
    DEFAULT_CLASSES = "panel"

    digits: reactive[DigitSet | None] = reactive(None, repaint=False, always_update=True)
    """What is shown; `None` for nothing."""

    images: reactive[Pixels | None] = reactive(None, repaint=False, always_update=True)
    """All images that sets are about, shape (n, 784); `None` where there are none: captions stand alone.

    Drawn with the next set.
    """

    notes: reactive[Sequence[str]] = reactive((), repaint=False)
    """Sentences below the pictures, drawn with the next set."""

    empty = ""
    """What stands there without a set, drawn with the next one."""

    cursor: reactive[int] = reactive(0, repaint=False)
    """Which digit of the set is selected, from 0."""

    @dataclass
    class Opened(Message):
        """A digit is to be shown large.

        Attributes:
            number: Which of the set, from 0.
        """

        number: int

    def watch_digits(self, before: DigitSet | None, after: DigitSet | None) -> None:
        """Draw them, from the first one where they are others than before."""
        if not (before and after and before.key == after.key and self.cursor < len(after.places)):
            self.cursor = 0
        self._title()
        self.redraw()

    def watch_cursor(self) -> None:
        """Go there."""
        self._title()
        self.redraw()

    def _title(self) -> None:
        digits = self.digits
        self.border_title = f"Digits · {digits.title}" if digits else "Digits"
        count = len(digits.places) if digits else 0
        self.border_subtitle = f"{self.cursor + 1:,} of {count:,}" if count else ""

    def draw(self, width: int, height: int) -> list[Line]:
        """The page that the cursor is on, and what there is to say."""
        if self.digits is None:
            return in_the_middle(self.empty, width, height)
        notes = self._notes(width, height)
        grid = self._grid
        drawn = render_gallery(
            grid,
            paper_of(self.app),
            self.digits.places.tolist(),
            self._pixels if self._has_pictures else None,
            self.digits.caption,
            self.cursor,
        )
        return [*drawn, *notes][:height]

    def _notes(self, width: int, height: int) -> list[Line]:
        """As many as leave most of the room to the pictures."""
        return fitting(self.notes, width, height // 3)

    @property
    def _grid(self) -> Grid:
        """What a page holds."""
        width, height = self.size
        count = len(self.digits.places) if self.digits else 0
        room = height - len(self._notes(width, height))
        return gallery_grid(width, room, count, has_pictures=self.images is not None)

    @property
    def _has_pictures(self) -> bool:
        """Whether there are any, and room for one."""
        room = self.size.height - len(self._notes(*self.size))
        return self.images is not None and room > self._grid.picture_height

    def _pixels(self, place: int) -> Pixels:
        assert self.images is not None  # noqa: S101 - nobody asks for pictures that are not there
        pixels: Pixels = self.images[place].reshape(SIDE, SIDE)
        return pixels

    def action_move(self, down: int, right: int) -> None:
        """To another digit; from the end of a line to the next one."""
        self._go(self.cursor + right + down * self._grid.columns)

    def action_page(self, by: int) -> None:
        """Some pages on."""
        self._go(self.cursor + by * self._grid.count)

    def action_end(self, which: int) -> None:
        """To the first digit (0) or the last one (1)."""
        self._go(which * len(self.digits.places) if self.digits else 0)

    def _go(self, number: int) -> None:
        count = len(self.digits.places) if self.digits else 0
        self.cursor = max(0, min(count - 1, number))

    def on_click(self, event: events.Click) -> None:
        """Go to the digit that was clicked; twice: open it."""
        offset = event.get_content_offset(self)
        if offset is None or not self.digits:
            return
        grid = self._grid
        on_page = place_at(grid, offset.x, offset.y, has_pictures=self._has_pictures)
        number = self.cursor // grid.count * grid.count + (on_page or 0)
        if on_page is not None and number < len(self.digits.places):
            self._go(number)
            if event.chain == 2:
                self.action_open()

    def action_open(self) -> None:
        """Ask for the selected digit to be shown large."""
        if self.digits and len(self.digits.places):
            self.post_message(self.Opened(self.cursor))
