"""Leaving a run at the end of an epoch, with other settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Grid

from mnist_tui.errors import ConfigError
from mnist_tui.runs.forks import FORKABLE, changed_config
from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.settings.text import format_setting, parse_setting
from mnist_tui.tui.dialogs.form import FormScreen
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.setting_input import SettingInput, SettingRow, WalkInput

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
        name: Of the run.
        configs: The epochs that are kept, ascending, and the run's settings at the end of each.
    """

    BINDINGS = bindings(Place.FIELDS)

    def __init__(self, name: str, configs: Mapping[int, RunConfig]) -> None:
        super().__init__(f"Fork {name}: same weights, another setting")
        self._configs = configs
        self._config = configs[max(configs)]

    def fields(self) -> ComposeResult:
        """The epoch, and a row a setting."""
        with Grid(classes="fields"):
            yield SettingRow("After epoch", EpochInput(list(self._configs)))
            for name in FIELDS:
                field = SettingInput(name)
                field.value = format_setting(getattr(self._config, name))
                yield SettingRow(setting(name).label, field)

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
        config = changed_config(before, changes)
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
