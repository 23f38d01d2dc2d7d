"""How far apart two accuracies may be and still count as the same."""

from textual.app import ComposeResult
from textual.containers import Vertical

from mnist_tui.analysis.differences import checked_margin
from mnist_tui.errors import ConfigError
from mnist_tui.tui.dialogs.form import FormScreen
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.setting_input import SettingRow, WalkInput


class MarginInput(WalkInput):
    """δ in points."""

    steps = ("0.05", "0.1", "0.2", "0.3", "0.5", "1", "2")

    def __init__(self, points: float) -> None:
        super().__init__(f"{points:g}", id="margin", compact=True)

    def takes(self, character: str | None) -> bool:
        """Whether a character can be part of the number."""
        return character is not None and character in "0123456789."


class MarginScreen(FormScreen[float]):
    """Ask for δ; returns it as a share.

    Args:
        margin: What it is now, as a share.
    """

    BINDINGS = bindings(Place.FIELDS)
    START = "Use"

    def __init__(self, margin: float) -> None:
        super().__init__("δ: from which difference on accuracies are not the same")
        self._points = 100 * margin

    def fields(self) -> ComposeResult:
        """A value."""
        with Vertical(classes="fields"):
            yield SettingRow("Points", MarginInput(self._points))

    def answer(self) -> float:
        """δ as a share."""
        typed = self.query_one(MarginInput).value
        try:
            points = float(typed)
        except ValueError:
            raise ConfigError("margin", f"margin must be a number of points, not “{typed}”.") from None
        return checked_margin(points)

    def preview(self) -> str:
        """What it means."""
        return (
            f"A difference that is shown to be below {100 * self.answer():g} points counts as none. It is "
            "decided before one looks at results, and holds until the dashboard closes.\n\n"
            "enter uses it · esc goes back"
        )
