"""The form: every switch of the network, on the keyboard."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from mnist_tui.data.dataset import CLASSES, PIXELS
from mnist_tui.errors import ConfigError
from mnist_tui.settings.design import Design
from mnist_tui.settings.presets import (
    PRESETS,
    UNTOUCHED,
    changed_settings,
    nearest_preset,
    what_it_sets,
)
from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.settings.text import format_setting, parse_config
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.folded_form import FoldedForm
from mnist_tui.tui.widgets.frame import IN, Frame
from mnist_tui.tui.widgets.path_input import PathInput
from mnist_tui.tui.widgets.sentence import Sentence
from mnist_tui.tui.widgets.setting_input import (
    CUSTOM,
    MARK,
    PresetInput,
    SeedsInput,
    SettingInput,
    SettingRow,
    WalkInput,
)

ONE_LINE_WIDTH = 50
"""From here on the summary fits into one line."""

MARKED = f"{MARK} marks what is not as usual."

FIELDS = (
    "hidden",
    "batch_norm",
    "l2_lambda",
    "dropout",
    "optimizer",
    "learning_rate",
    "momentum",
    "schedule",
    "batch_size",
    "epochs",
    "early_stopping",
    "augment",
    "augment_strength",
    "seed",
    "dataset",
)

FIRST = "batch_norm"
"""The value that has the focus first: the switch that it is all about."""


class SettingsForm(Frame):
    """All switches, and under them what is wrong or what they add up to."""

    BORDER_TITLE = "Network"
    # With priority, the focus has moved before the next key is looked at, however fast they come.
    BINDINGS = bindings(Place.FORM)

    problem: reactive[str] = reactive("")
    times: reactive[str] = reactive("", init=False)
    """How long the keys that train would take, as far as that is known."""

    train_images: reactive[int | None] = reactive(None, init=False)
    """How many images there are to train on, by which an automatic learning rate goes; `None`: not known."""

    _unused: frozenset[str] = frozenset()
    _preset = ""
    _last: WalkInput | None = None

    @dataclass
    class Submitted(Message):
        """The network of the form is wanted."""

    @dataclass
    class Closed(Message):
        """The form is to be left."""

    @dataclass
    class Changed(Message):
        """A value was changed to one that is allowed.

        Attributes:
            config: The whole configuration.
        """

        config: RunConfig

    def compose(self) -> ComposeResult:
        """What is set in a line or two, for where the form is folded; a row a setting; the summary."""
        yield FoldedForm(id="folded")
        with self.prevent(Input.Changed):  # nobody changed what they begin with
            rows = list(self._rows(RunConfig()))
        yield Vertical(*rows, id="fields")
        yield Sentence(id="summary")
        first = next(row.value for row in rows if row.value.id == FIRST)
        yield Sentence(self._explanation(first) if self.has_class(IN) else "", id="help")

    def _rows(self, config: RunConfig) -> Iterator[SettingRow]:
        self._preset, self._unused = what_it_sets(config), config.unused
        yield SettingRow("Preset", PresetInput(nearest_preset(config)[0]))
        for name in FIELDS:
            field = PathInput(name) if name == "dataset" else SettingInput(name)
            yield SettingRow(setting(name).label, field).set_class(
                name in config.unused, "unused", update=False
            )
            if name == "seed":
                yield SettingRow("Seeds", SeedsInput())

    def on_mount(self) -> None:
        """Say what the defaults add up to."""
        self._summarise()

    def read(self) -> RunConfig:
        """The configuration that the form shows.

        Raises:
            ConfigError: A value is not allowed.
        """
        return parse_config({field.setting_name: field.value for field in self.query(SettingInput)})

    @property
    def allowed(self) -> RunConfig:
        """The configuration that the form shows; the defaults while it shows none that is allowed."""
        try:
            return self.read()
        except ConfigError:  # somebody is in the middle of typing
            return RunConfig()

    @property
    def seeds(self) -> int:
        """How many seeds each row is to be trained with.

        Raises:
            ConfigError: The number is not allowed.
        """
        typed = self.query_one(SeedsInput).value
        return Design((), int(typed) if typed else 0).seeds

    def started(self) -> None:
        """A run was started with these values: an old problem is over, and typing begins anew."""
        self.problem = ""
        if isinstance(self.screen.focused, WalkInput):
            self.screen.focused.select_all()

    @property
    def last(self) -> WalkInput:
        """The value that had the focus last; before any had, the switch that it is all about."""
        return self._last or self.query_one(f"#{FIRST}", WalkInput)

    def enter(self) -> None:
        """Go to the value that had the focus last."""
        self.screen.set_focus(self.last)

    @property
    def folds(self) -> bool:
        """Whether it is a line or two while it has not the focus."""
        return self.screen.has_class("-narrow") or self.screen.has_class("-tiny")

    def action_to_field(self, by: int, kind: str = "arrow") -> None:
        """To the next value (1) or the previous one (-1); who is at an end stays in the form."""
        focused, fields = self.screen.focused, list(self.query(WalkInput))
        if focused not in fields or (kind == "letter" and isinstance(focused, PathInput) and focused.is_open):
            raise SkipAction  # it is typed
        place = fields.index(focused) + by
        if 0 <= place < len(fields):
            self.screen.set_focus(fields[place])  # at once, however fast the next key comes

    def action_close(self) -> None:
        """Leave a form that folds."""
        if not self.folds:
            raise SkipAction
        self.post_message(self.Closed())

    @on(FoldedForm.Clicked)
    def _unfold(self, event: FoldedForm.Clicked) -> None:
        event.stop()
        self.enter()

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted())

    @property
    def focused_setting(self) -> str | None:
        """The setting that has the focus."""
        focused = self.screen.focused
        return focused.setting_name if isinstance(focused, SettingInput) else None

    @on(PresetInput.Chosen)
    def _take_preset(self, event: PresetInput.Chosen) -> None:
        event.stop()
        config = RunConfig(**PRESETS[event.name])
        for field in self.query(SettingInput):
            if field.setting_name not in UNTOUCHED:
                field.value = format_setting(getattr(config, field.setting_name))

    @on(Input.Changed)
    def _check(self, event: Input.Changed) -> None:
        """Say at once whether what was typed can be used."""
        event.stop()
        try:
            config, _ = self.read(), self.seeds
        except ConfigError as error:
            self._mark(error.field)
            self.problem = str(error)
        else:
            self._mark(None)
            self.problem = ""
            self._take_stock(config)
            self._summarise()
            self.post_message(self.Changed(config))

    def on_descendant_focus(self) -> None:
        """Explain the value that has the focus."""
        focused = self.screen.focused
        if isinstance(focused, WalkInput):
            self._last = focused
            self.query_one("#help", Sentence).update(self._explanation(focused))

    def _explanation(self, field: WalkInput) -> str:
        if isinstance(field, PresetInput):  # what it is now comes first, for where there is little room
            return f"{self._preset} {MARKED}\n\n{field.tooltip}"
        unused = "\nChanges nothing beside the other values." if field.id in self._unused else ""
        more = setting(field.id).lesson if field.id in FIELDS else ""
        what = f"{field.tooltip or ''}{unused}"
        return f"{what}\n\n{more}" if more else what

    def _take_stock(self, config: RunConfig) -> None:
        """Say which preset that is, and mark what is not as usual; what changes nothing steps back."""
        preset, differing = nearest_preset(config)
        field = self.query_one(PresetInput)
        field.value = CUSTOM if differing else preset
        field.behind = f"{preset} +{len(differing)}" if differing else ""
        self._preset, self._unused = what_it_sets(config), config.unused
        changed = changed_settings(config)
        for row in self.query(SettingRow):
            row.set_class(row.value.id in config.unused, "unused")
            row.is_marked = row.value.id in changed
        if self.screen.focused is field:
            self.query_one("#help", Sentence).update(self._explanation(field))

    def blame(self, setting_name: str, problem: str) -> None:
        """Say what is wrong with a value that may be set but is of no use.

        Args:
            setting_name: Whose value.
            problem: A sentence.
        """
        self._mark(setting_name)
        self.problem = problem

    def _mark(self, wrong: str | None) -> None:
        for field in self.query(WalkInput):
            field.set_class(field.id == wrong, "wrong")

    def watch_problem(self, problem: str) -> None:
        """Show what is wrong where the user is looking."""
        summary = self.query_one("#summary", Sentence)
        summary.set_class(bool(problem), "wrong")
        if problem:
            summary.update(f"✗ {problem}")
            self.query_one(FoldedForm).complain(problem)
        else:
            self._summarise()

    def watch_train_images(self) -> None:
        """Say which learning rate that makes."""
        if not self.problem:
            self._summarise()

    def decided(self, config: RunConfig) -> RunConfig:
        """With the learning rate that `auto` comes to, as far as that can be told."""
        return config if self.train_images is None else config.with_rate_for(self.train_images)

    def watch_times(self) -> None:
        """Say it beside what the values add up to."""
        if not self.problem:
            self._summarise()

    def on_resize(self) -> None:
        """Use the room there is; a sentence about a problem takes it as it is."""
        if not self.problem:
            self._summarise()

    def _summarise(self) -> None:
        """The network in one line, and its size."""
        try:
            config = self.decided(self.read())
            self.query_one(FoldedForm).show(config, self.seeds)
        except ConfigError:  # the message about it is on its way
            return
        rate = config.learning_rate
        self.query_one("#learning_rate", SettingInput).behind = "" if rate is None else f"{rate:g}"
        sizes = (PIXELS, *config.hidden, CLASSES)
        separator = "\n" if self.size.width < ONE_LINE_WIDTH else " · "
        parameters = parameter_count(sizes, batch_norm=config.batch_norm)
        self.query_one("#summary", Sentence).update(
            f"{' → '.join(map(str, sizes))}{separator}{parameters:,} parameters · {config.display_name}"
            f"{separator if self.times else ''}{self.times}"
        )


def parameter_count(sizes: tuple[int, ...], *, batch_norm: bool) -> int:
    """Trainable numbers of a network: weights, biases, and γ and β of batch normalisation."""
    linear = sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise(sizes))
    return linear + (2 * sum(sizes[1:-1]) if batch_norm else 0)
