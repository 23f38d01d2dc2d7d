"""What the dashboard says to somebody who is new: what this is, and what to do next."""

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.screens.runs import RunsScreen
from mnist_tui.tui.widgets.findings import FindingsPanel
from mnist_tui.tui.widgets.guide import GuideLine, situation_of
from mnist_tui.tui.widgets.panels import Panels
from mnist_tui.tui.widgets.settings import SettingsForm

EARLIER = "Earlier runs stand in the table below: space shows their curves."
FETCH = "This is a small sample: f fetches full MNIST."


class GuidedScreen(RunsScreen):
    """A screen with a `SettingsForm`, `Panels`, `FindingsPanel` and a `GuideLine`.

    Attributes:
        config: What would be trained next.
        is_sample: Whether that would be on the embedded sample.
    """

    def __init__(self) -> None:
        super().__init__()
        self.config = RunConfig()
        self.is_sample = False

    def guide(self) -> None:
        """Say what this is while there is no curve, and what to do next while somebody wants to hear it."""
        panels, session = self.query_one(Panels), self.app.session
        panels.welcoming = not session.shown
        panels.more = EARLIER if self.app.laboratory.runs else FETCH if self.is_sample else ""
        line = self.query_one(GuideLine)
        line.is_wanted = not self.app.preferences.guide_hidden
        if line.is_wanted:
            form = self.query_one(SettingsForm).decided(self.config)
            line.see(situation_of(session, form))
        self.query_one(FindingsPanel).set_class(line.display, "guided")

    def action_leave_guide(self) -> None:
        """Have a maximised panel back in its place; or never be told again what to do next."""
        line = self.query_one(GuideLine)
        if self.maximized:
            self.minimize()
        elif line.is_wanted and line.advice:
            self.app.prefer(guide_hidden=True)
            self.guide()
            self.notify("No more of that. ctrl+p finds “Guide”, which brings it back.", markup=False)

    def action_show_guide(self) -> None:
        """Say again what to do next."""
        self.app.prefer(guide_hidden=False)
        self.guide()
