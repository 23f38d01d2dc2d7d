"""The form: every switch of the network, on the keyboard.

A field takes only the characters its value can have. All other keys keep their meaning, so `r` runs
whatever field has the focus.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Label, Static

from mnist_tui.config import RunConfig, default_value, format_setting, setting
from mnist_tui.data.dataset import CLASSES, PIXELS
from mnist_tui.errors import ConfigError

ONE_LINE_WIDTH = 50
"""From here on the summary fits into one line."""

FLOAT_SETTINGS = {"l2_lambda", "dropout", "learning_rate"}

FIELDS = (
    "batch_norm",
    "l2_lambda",
    "dropout",
    "hidden",
    "optimizer",
    "learning_rate",
    "schedule",
    "batch_size",
    "epochs",
    "early_stopping",
    "seed",
    "dataset",
)


class SettingInput(Input):
    """One value. `left` and `right` walk through common values, `space` takes the next one.

    Args:
        setting_name: Field of `RunConfig`.
    """

    BINDINGS = [
        Binding("left", "walk(-1)", "Less", show=False),
        Binding("right", "walk(1)", "More", show=False),
    ]

    def __init__(self, setting_name: str) -> None:
        super().__init__(
            format_setting(default_value(setting_name)),
            id=setting_name,
            compact=True,
            tooltip=setting(setting_name).help,
        )
        self.setting_name = setting_name
        value = default_value(setting_name)
        typed = isinstance(value, int | float | tuple | None) and not isinstance(value, bool)
        self._typable = "0123456789.,-" if typed else ""
        self._is_float = typed and setting_name in FLOAT_SETTINGS

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's face
        """Whether the key would be typed here; tells the footer which bindings still work."""
        return self._takes(character)

    def _takes(self, character: str | None) -> bool:
        if character is None:
            return False
        # `e` exports, but for someone in the middle of typing a number such as 1e-3.
        typing = self._is_float and self.selection.is_empty and self.value[-1:].isdigit()
        return character in self._typable or (character == "e" and typing)

    def on_key(self, event: events.Key) -> None:
        """Let keys pass that cannot be part of the value."""
        if not event.is_printable or self._takes(event.character):
            return
        event.prevent_default()
        walk = {"space": 1, "l": 1, "h": -1}.get(event.key)
        if walk:
            event.stop()
            self.action_walk(walk)

    def action_walk(self, direction: int) -> None:
        """Take the next (1) or the previous (-1) common value, round and round."""
        steps = setting(self.setting_name).steps or ("off", "on")
        if self.value in steps:
            self.value = steps[(steps.index(self.value) + direction) % len(steps)]
        else:
            self.value = steps[0 if direction > 0 else -1]
        self.cursor_position = len(self.value)


class SettingRow(Horizontal):
    """Label, value, and arrows while the value has the focus.

    Args:
        setting_name: Field of `RunConfig`.
    """

    def __init__(self, setting_name: str) -> None:
        super().__init__()
        self.setting_name = setting_name

    def compose(self) -> ComposeResult:
        """Label, input, arrows."""
        yield Label(setting(self.setting_name).label, classes="name")
        yield SettingInput(self.setting_name)
        yield Label("◂ ▸", classes="arrows")


class SettingsForm(Vertical):
    """All switches, and under them what is wrong or what they add up to."""

    DEFAULT_CLASSES = "panel"
    BORDER_TITLE = "Network"
    # With priority, the focus has moved before the next key is looked at, however fast they come.
    BINDINGS = [
        Binding("down,j", "app.focus_next", show=False, priority=True),
        Binding("up,k", "app.focus_previous", show=False, priority=True),
    ]

    problem: reactive[str] = reactive("")

    @dataclass
    class Changed(Message):
        """A value was changed to one that is allowed.

        Attributes:
            config: The whole configuration.
        """

        config: RunConfig

    def compose(self) -> ComposeResult:
        """A row a setting, then the summary."""
        with Vertical(id="fields"):
            for name in FIELDS:
                yield SettingRow(name)
        yield Static(id="summary", markup=False)
        yield Static(id="help", markup=False)

    def on_mount(self) -> None:
        """Start on the first switch."""
        self._summarise()
        self.query_one("#batch_norm").focus()

    def read(self) -> RunConfig:
        """The configuration that the form shows.

        Raises:
            ConfigError: A value is not allowed.
        """
        return RunConfig.from_text({field.setting_name: field.value for field in self.query(SettingInput)})

    def started(self) -> None:
        """A run was started with these values: an old problem is over, and typing begins anew."""
        self.problem = ""
        if isinstance(self.screen.focused, SettingInput):
            self.screen.focused.select_all()

    def fill(self, values: Mapping[str, str]) -> None:
        """Set some of the values, as text."""
        for name, value in values.items():
            self.query_one(f"#{name}", SettingInput).value = value

    @on(Input.Changed)
    def _check(self, event: Input.Changed) -> None:
        """Say at once whether what was typed can be used."""
        event.stop()
        try:
            config = self.read()
        except ConfigError as error:
            self._mark(error.field)
            self.problem = str(error)
        else:
            self._mark(None)
            self.problem = ""
            self._summarise()
            self.post_message(self.Changed(config))

    def on_descendant_focus(self) -> None:
        """Explain the setting that has the focus."""
        if isinstance(self.screen.focused, SettingInput):
            self.query_one("#help", Static).update(setting(self.screen.focused.setting_name).help)

    def _mark(self, wrong: str | None) -> None:
        for field in self.query(SettingInput):
            field.set_class(field.setting_name == wrong, "wrong")

    def watch_problem(self, problem: str) -> None:
        """Show what is wrong where the user is looking."""
        summary = self.query_one("#summary", Static)
        summary.set_class(bool(problem), "wrong")
        if problem:
            summary.update(f"✗ {problem}")
        else:
            self._summarise()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._summarise()

    def _summarise(self) -> None:
        """The network in one line, and its size."""
        try:
            config = self.read()
        except ConfigError:  # the message about it is on its way
            return
        sizes = (PIXELS, *config.hidden, CLASSES)
        separator = "\n" if self.size.width < ONE_LINE_WIDTH else " · "
        parameters = parameter_count(sizes, batch_norm=config.batch_norm)
        self.query_one("#summary", Static).update(
            f"{' → '.join(map(str, sizes))}{separator}{parameters:,} parameters · {config.display_name}"
        )


def parameter_count(sizes: tuple[int, ...], *, batch_norm: bool) -> int:
    """Trainable numbers of a network: weights, biases, and γ and β of batch normalisation."""
    linear = sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise(sizes))
    return linear + (2 * sum(sizes[1:-1]) if batch_norm else 0)
