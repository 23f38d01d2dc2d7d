"""Changing a run while it trains."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.settings.text import format_setting, parse_setting
from mnist_tui.training.changes import CHANGEABLE, in_force
from mnist_tui.tui.dialogs.form import FormScreen
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.setting_input import SettingInput, SettingRow


class TuneScreen(FormScreen[dict[str, float]]):
    """Ask for new values; returns those that differ.

    Args:
        title: What is asked.
        config: Its settings now.
        train_images: How many it trains on.
    """

    BINDINGS = bindings(Place.FIELDS)
    START = "Change"

    def __init__(self, title: str | Content, config: RunConfig, train_images: int) -> None:
        super().__init__(title)
        self._config, self._train_images = config, train_images

    def fields(self) -> ComposeResult:
        """A row a setting."""
        with Vertical(classes="fields"):
            for name in CHANGEABLE:
                field = SettingInput(name)
                field.value = format_setting(in_force(self._config, name))
                yield SettingRow(setting(name).label, field)

    def answer(self) -> dict[str, float]:
        """The values that differ from those in force, by name."""
        values = {field.setting_name: field.value for field in self.query(SettingInput)}
        wanted = self._config.replace(**{name: parse_setting(name, text) for name, text in values.items()})
        wanted = wanted.with_rate_for(self._train_images)
        new = {name: in_force(wanted, name) for name in CHANGEABLE}
        return {name: value for name, value in new.items() if value != in_force(self._config, name)}

    def preview(self) -> str:
        """What changes."""
        words = ", ".join(
            f"{setting(name).label} {in_force(self._config, name):g} → {value:g}"
            for name, value in self.answer().items()
        )
        return f"{words or 'No change yet: ← → or digits'}\n\nenter changes it · esc goes back"
