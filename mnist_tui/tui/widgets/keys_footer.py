"""The line of keys at the bottom: those that work where one is."""

from collections.abc import Mapping, Sequence

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from mnist_tui.tui.keys import Key
from mnist_tui.tui.where import footer_keys, places_at, shown_as

COMPACT_WIDTH = 92
"""Below it the footer leaves out its spaces."""

KEY = "bold $footer-key-foreground on $footer-key-background"
WORD = "$footer-description-foreground on $footer-description-background"
HOVER = "on $block-hover-background"
"""How Textual's own footer shows a key, what it does, and both under the mouse."""


class KeysFooter(Widget):
    """Keys of the focused panel first; `?` and `q` stay, however narrow it is.

    Textual's `Footer` has a widget for each key, and makes and styles all of them anew whenever the focus
    moves: a third of what it took to open the dashboard. This is a line of text, painted where it changed.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeysFooter {
        dock: bottom;
        height: 1;
        color: $footer-foreground;
        background: $footer-background;
    }
    """

    offers: reactive[Mapping[str, str]] = reactive({}, repaint=False)
    """What the keys that steer would do to the selected runs now, by action."""

    shown: reactive[Sequence[tuple[Key, str]]] = reactive(())
    """The keys that are to be seen, each with its word."""

    hovered: reactive[str] = reactive("")
    """The key under the mouse, as Textual names it."""

    def on_mount(self) -> None:
        """Learn when the focus moves."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def _bindings_updated(self, screen: Screen[object]) -> None:
        if screen.app.app_focus:  # a terminal that is left keeps its line
            self._choose()

    def watch_offers(self) -> None:
        """Other things can be done."""
        self._choose()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._choose()

    @property
    def compact(self) -> bool:
        """Whether it leaves out its spaces."""
        return self.app.size.width < COMPACT_WIDTH

    def _choose(self) -> None:
        """Show a key, a word, as far as they fit."""
        if not self.is_attached:
            return
        focused = self.screen.focused
        around = [one for one in focused.ancestors_with_self if isinstance(one, Widget)] if focused else []
        places = places_at(focused if focused and all(one.display for one in around) else self.screen)
        self.shown = tuple(footer_keys(places, self.offers, self.app.size.width, compact=self.compact))

    def render(self) -> Content:
        """The keys in a row; each knows which one it is, for the mouse."""
        return Content.assemble(*(self._piece(key, word) for key, word in self.shown))

    def _piece(self, key: Key, word: str) -> Content:
        written, name = shown_as(key), key.keys.split(",")[0]
        if not name:
            return Content.assemble((f"{written} ", WORD))
        parts = (written, f" {word}") if self.compact else (f" {written} ", f"{word} ")
        piece = Content.assemble(*zip(parts, (KEY, WORD), strict=True))
        piece = piece.stylize(Style.from_meta({"key": name}))
        piece = piece.stylize_before(HOVER) if name == self.hovered else piece
        return piece + " " if self.compact else piece

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show what a click would press."""
        self.hovered = event.style.meta.get("key", "")

    def on_leave(self) -> None:
        """The mouse is elsewhere."""
        self.hovered = ""

    def watch_hovered(self) -> None:
        """A hand, where the terminal has one."""
        self.styles.pointer = "pointer" if self.hovered else "default"

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Press the key that is clicked."""
        if key := event.style.meta.get("key"):
            self.app.simulate_key(key)
