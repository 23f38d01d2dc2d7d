"""Changing a run while it trains."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from mnist_tui.errors import ConfigError
from mnist_tui.settings.run_config import RunConfig, format_setting, parse_setting, setting
from mnist_tui.training.changes import CHANGEABLE, in_force
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.setting_input import SettingInput, SettingRow


class TuneScreen(ModalScreen[dict[str, float] | None]):
    """Ask for new values; returns those that differ.

    Args:
        name: Of the run.
        config: Its settings now.
    """

    BINDINGS = bindings(Place.DIALOG, Place.FIELDS)

    def __init__(self, name: str, config: RunConfig) -> None:
        super().__init__()
        self._run_name, self._config = name, config

    def compose(self) -> ComposeResult:
        """A row a setting; below them what is going to change."""
        with Vertical(classes="dialog"):
            yield Label(f"Change {self._run_name} while it trains", markup=False)
            with Vertical(classes="fields"):
                for name in CHANGEABLE:
                    field = SettingInput(name)
                    field.value = format_setting(in_force(self._config, name))
                    yield SettingRow(setting(name).label, field)
            yield Static(id="message", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Change", id="change", variant="primary", compact=True)
                yield Button("Back", id="back", compact=True)

    def _read(self) -> dict[str, float]:
        values = {field.setting_name: field.value for field in self.query(SettingInput)}
        wanted = self._config.replace(**{name: parse_setting(name, text) for name, text in values.items()})
        new = {name: in_force(wanted, name) for name in CHANGEABLE}
        return {name: value for name, value in new.items() if value != in_force(self._config, name)}

    @on(Input.Changed)
    def _preview(self) -> None:
        """Say at once what changes, or what is wrong."""
        message = self.query_one("#message", Static)
        try:
            changes = self._read()
        except ConfigError as error:
            message.update(f"✗ {error}")
            message.add_class("wrong")
            return
        message.remove_class("wrong")
        words = ", ".join(
            f"{setting(name).label} {in_force(self._config, name):g} → {value:g}"
            for name, value in changes.items()
        )
        message.update(f"{words or 'No change yet: ← → or digits'}\n\nenter changes it · esc goes back")

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Button.Pressed, "#change")
    def _change(self) -> None:
        try:
            self.dismiss(self._read())
        except ConfigError:
            self.app.bell()
