"""The lines of the form: a label, a value, arrows.

A field takes only the characters its value can have. All other keys keep their meaning, so `r` runs
whatever field has the focus.
"""

from dataclasses import dataclass
from typing import cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import Input

from mnist_tui.settings.presets import PRESETS, PresetName
from mnist_tui.settings.run_config import default_value, setting
from mnist_tui.settings.text import format_setting
from mnist_tui.settings.walking import neighbour
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.styled_once import StyledOnce

ARROWS = "◂ ▸"
"""What stands beside the value that has the focus; a click on either walks."""

FLOAT_SETTINGS = {"l2_lambda", "dropout", "learning_rate", "momentum", "augment_strength"}

AUTO = format_setting(None)
DIM = Style(dim=True)

CUSTOM = "custom"
"""What the preset is called once a value was changed."""

EXPLAINED = (AUTO, CUSTOM)
"""Values behind which stands what they come to."""

MARK = "•"
"""Before a value that is not as usual."""

MARK_PLACE = 10
"""Cells before it: no label is longer."""


class WalkInput(Input, StyledOnce):
    """One value. `left` and `right` walk through common values, `space` takes the next one, round and round.

    Whatever came by a step is replaced by the first character that is typed, as when the field is entered.
    """

    BINDINGS = bindings(Place.FIELD)

    steps: tuple[str, ...]

    behind: reactive[str] = reactive("")
    """What `auto` or `custom` comes to."""

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's face
        """Whether the key would be typed here; tells the footer which bindings still work."""
        return self.takes(character)

    def takes(self, character: str | None) -> bool:  # noqa: ARG002 - for those that can be typed into
        """Whether a character can be typed here."""
        return False

    def on_key(self, event: events.Key) -> None:
        """Let keys pass that cannot be part of the value."""
        if not event.is_printable or self.takes(event.character):
            return
        event.prevent_default()
        walk = {"l": 1, "h": -1}.get(event.key)
        if event.key == "space":
            event.stop()
            self.action_next_value()
        elif walk:
            event.stop()
            self.action_walk(walk)

    def action_walk(self, direction: int) -> None:
        """Take the next (1) or the previous (-1) common value."""
        self.take(neighbour(self.value, self.steps, direction))

    def action_next_value(self) -> None:
        """Take the next common value, after the last one the first."""
        self.take(neighbour(self.value, self.steps, 1, around=True))

    def take(self, value: str) -> None:
        """Have a value that nobody typed."""
        self.value = value
        self.select_all()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel walks, too, in the field that has the focus."""
        self._roll(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """And back."""
        self._roll(event, -1)

    def _roll(self, event: events.MouseEvent, direction: int) -> None:
        if self.has_focus:
            event.stop()
            event.prevent_default()
            self.action_walk(direction)

    def render_line(self, y: int) -> Strip:
        """The value, and what stands behind it."""
        strip = super().render_line(y)
        start, end = len(self.value) + 1, len(self.value) + 1 + len(self.behind)
        if y or not self.behind or self.value not in EXPLAINED or end > self.size.width:
            return strip
        behind = Strip([Segment(self.behind, self.rich_style + DIM)])
        return Strip.join([strip.crop(0, start), behind, strip.crop(end)])


class SettingInput(WalkInput):
    """The value of one setting.

    Args:
        setting_name: Field of `RunConfig`.
    """

    def __init__(self, setting_name: str) -> None:
        super().__init__(
            format_setting(default_value(setting_name)),
            id=setting_name,
            compact=True,
            tooltip=setting(setting_name).help,
        )
        self.setting_name = setting_name
        self.steps = setting(setting_name).steps or ("off", "on")
        value = default_value(setting_name)
        typed = isinstance(value, int | float | tuple | None) and not isinstance(value, bool)
        self._typable = "0123456789.,-" if typed else ""
        self._is_float = typed and setting_name in FLOAT_SETTINGS

    def takes(self, character: str | None) -> bool:
        """Whether a character can be part of the value."""
        if character is None:
            return False
        # `e` exports, but for someone in the middle of typing a number such as 1e-3.
        typing = self._is_float and self.selection.is_empty and self.value[-1:].isdigit()
        return character in self._typable or (character == "e" and typing)


class SeedsInput(WalkInput):
    """How many seeds each row is trained with."""

    steps = ("1", "2", "3", "5", "10")

    def __init__(self) -> None:
        super().__init__(
            "1",
            id="seeds",
            compact=True,
            tooltip="train each row with so many seeds, counted up from Seed: several tell how far luck goes",
        )

    def takes(self, character: str | None) -> bool:
        """Whether a character can be part of the number."""
        return character is not None and character in "0123456789"


class PresetInput(WalkInput):
    """Settings with a name, all at once.

    Args:
        value: The name that the settings have at first.
    """

    steps = tuple(PRESETS)

    @dataclass
    class Chosen(Message):
        """The settings of a preset are wanted.

        Attributes:
            name: Key of `PRESETS`.
        """

        name: PresetName

    def __init__(self, value: str) -> None:
        super().__init__(
            value,
            id="preset",
            compact=True,
            tooltip="settings with a name: fast is 98.5 % in seconds, best the highest accuracy in minutes",
        )

    def take(self, value: str) -> None:
        """Have the settings of a preset."""
        super().take(value)
        self.post_message(self.Chosen(cast("PresetName", value)))


class SettingRow(Horizontal):
    """Label, value, and arrows while the value has the focus.

    Label and arrows are the row's own content, on which the value lies: every change of focus styles
    all widgets of a form anew, and these are half as many.

    Args:
        label: What the value is.
        value: The value.

    Attributes:
        value: The value.
    """

    is_marked: reactive[bool] = reactive(False)
    """Whether it is said that the value is not as usual."""

    def __init__(self, label: str, value: WalkInput) -> None:
        super().__init__()
        self._label, self.value = label, value

    def compose(self) -> ComposeResult:
        """The value."""
        yield self.value

    def render(self) -> Content:
        """The label, and the arrows at the other end; the value leaves room for both."""
        arrows = ARROWS if self.has_focus_within else ""
        label = f"{self._label:<{MARK_PLACE}}{MARK}" if self.is_marked else self._label
        gap = " " * (self.size.width - len(label) - len(arrows))
        return Content.assemble(label, gap, (arrows, "$primary not bold"))

    def on_click(self, event: events.Click) -> None:
        """Take the value in hand; its arrows walk."""
        walked = self.size.width - len(ARROWS) <= event.x < self.size.width and event.widget is self
        direction = 1 if event.x >= self.size.width - 1 else -1
        if walked and self.value.has_focus:
            self.value.action_walk(direction)
        self.value.focus()
