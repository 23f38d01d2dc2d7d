"""Leaving a run at the end of an epoch, with other settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.widgets import Input

from mnist_tui.errors import ConfigError
from mnist_tui.runs.forks import changed_config
from mnist_tui.settings.choices import OPTIMIZERS
from mnist_tui.settings.forkable import FORKABLE
from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.settings.text import format_setting, parse_setting
from mnist_tui.tui.dialogs.form import FormScreen
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.setting_input import AUTO, SettingInput, SettingRow, WalkInput

FIELDS = tuple(name for name in FORKABLE if name != "name")


class EpochInput(WalkInput):
    """The epoch to leave the run at.

    Args:
        epochs: Those that are kept, ascending.
    """

    def __init__(self, epochs: Sequence[int]) -> None:
        super().__init__(str(epochs[-1]), id="epoch", compact=True)
        self.steps = tuple(map(str, epochs))

    def takes(self, character: str | None) -> bool:
        """Digits."""
        return character is not None and character in "0123456789"


class ForkScreen(FormScreen[tuple[int, dict[str, Any]]]):
    """Ask where to leave and what to change; returns the epoch and the settings that differ.

    Args:
        title: What is asked.
        configs: The epochs that are kept, ascending, and the run's settings at the end of each.
        train_images: How many it trains on.
    """

    BINDINGS = bindings(Place.FIELDS)

    def __init__(self, title: str | Content, configs: Mapping[int, RunConfig], train_images: int) -> None:
        super().__init__(title)
        self._configs, self._train_images = configs, train_images
        self._config = configs[max(configs)]

    def fields(self) -> ComposeResult:
        """The epoch, and a row a setting."""
        with Grid(classes="fields"):
            yield SettingRow("After epoch", EpochInput(list(self._configs)))
            for name in FIELDS:
                field = SettingInput(name)
                field.value = format_setting(getattr(self._config, name))
                yield SettingRow(setting(name).label, field)

    @on(Input.Changed, "#optimizer")
    def _let_rate_go_with(self, event: Input.Changed) -> None:
        """Another optimizer needs a rate of its own: what the field says is what will be used."""
        rate, known = self.query_one("#learning_rate", SettingInput), OPTIMIZERS.get(event.value)
        if known is None:
            return
        rate.behind = f"{known.rate_for(self._train_images):g}"
        given = format_setting(self._config.learning_rate)
        if event.value == self._config.optimizer:
            rate.value = given if rate.value == AUTO else rate.value
        elif rate.value == given:
            rate.value = AUTO

    def _read(self) -> tuple[int, dict[str, Any], str]:
        """Epoch, changes, and the changes in words.

        Raises:
            ConfigError: This cannot be started.
        """
        field = self.query_one(EpochInput)
        if field.value not in field.steps:
            kept = ", ".join(field.steps)
            raise ConfigError("epoch", f"Epoch {field.value or '?'} is not kept; these are: {kept}.")
        epoch = int(field.value)
        before = self._configs[epoch]
        changes = {
            field.setting_name: value
            for field in self.query(SettingInput)
            if (value := parse_setting(field.setting_name, field.value))
            != getattr(before, field.setting_name)
        }
        config = changed_config(before, changes, self._train_images)
        if config.epochs <= epoch:
            raise ConfigError("epochs", f"Epochs must be above {epoch}, where the fork begins.")
        differing = [name for name in FIELDS if getattr(config, name) != getattr(before, name)]
        words = ", ".join(
            f"{setting(name).label} {format_setting(getattr(before, name))} → "
            f"{format_setting(getattr(config, name))}"
            for name in differing
        )
        return epoch, changes, words

    def preview(self) -> str:
        """What differs."""
        epoch, _, words = self._read()
        return f"After epoch {epoch}: {words or 'nothing differs yet'} · enter starts · esc goes back"

    def answer(self) -> tuple[int, dict[str, Any]] | None:
        """The epoch and the changes, if there are any."""
        epoch, changes, words = self._read()
        return (epoch, changes) if words else None
