"""A run once more, as it was: played at any speed, or epoch by epoch."""

import asyncio
import time
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.reactive import reactive
from textual.widgets import Static

from mnist_tui.analysis.formatting import clock
from mnist_tui.errors import RunError
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.replay import Replay
from mnist_tui.runs.view import RunView
from mnist_tui.settings.labels import short_labels
from mnist_tui.tui.dismissal import DismissedOnce
from mnist_tui.tui.identity import Identities
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.screens.charts import ChartsScreen
from mnist_tui.tui.screens.panels import PanelsScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.keys_footer import KeysFooter
from mnist_tui.tui.widgets.panels import Panels

FRAME_SECONDS = 0.1
SLOWEST, FASTEST = 1, 32

ARROWS = {"jump", "faster", "slower"}
"""The actions of the arrow keys."""


class ReplayScreen(PanelsScreen, ChartsScreen, DismissedOnce[None]):
    """The panels of the dashboard, driven by logs instead of running processes.

    Args:
        directories: The runs to replay, side by side.
        identities: Their markers and colours.
    """

    BINDINGS = bindings(Place.REPLAY)

    speed: reactive[int] = reactive(4)
    playing: reactive[bool] = reactive(True)
    now: reactive[float] = reactive(0.0)

    def __init__(self, directories: Sequence[RunDirectory], identities: Identities) -> None:
        super().__init__()
        self._directories, self._identities = directories, identities
        self._replays: list[Replay] = []
        self._last_tick = 0.0

    def compose(self) -> ComposeResult:
        """Where the replay stands, and the panels."""
        yield Static(id="transport", markup=False)
        yield Panels()
        yield KeysFooter()

    def on_mount(self) -> None:
        """Read the logs, then play."""
        self._load()

    @work
    async def _load(self) -> None:
        try:
            self._replays = await asyncio.to_thread(lambda: [Replay(one) for one in self._directories])
        except RunError as error:
            self.notify(str(error), severity="error", markup=False)
            self.dismiss()
            return
        self._last_tick = time.monotonic()
        self.set_interval(FRAME_SECONDS, self._tick)
        self._show()

    @property
    def _epoch_seconds(self) -> list[float]:
        """When the epochs of the longest run were over."""
        return max((replay.epoch_seconds for replay in self._replays), key=len, default=[])

    @property
    def _seconds(self) -> float:
        return max((replay.seconds for replay in self._replays), default=0.0)

    def _tick(self) -> None:
        last, self._last_tick = self._last_tick, time.monotonic()
        if self.playing and self.now < self._seconds:
            self.now = min(self._seconds, self.now + (self._last_tick - last) * self.speed)
            if self.now >= self._seconds:
                self.playing = False

    def watch_now(self) -> None:
        """Show the moment."""
        self._show()

    def watch_playing(self) -> None:
        """Say whether it plays."""
        self._show_transport()

    def watch_speed(self) -> None:
        """Say how fast it plays."""
        self._show_transport()

    def _show(self) -> None:
        if not self._replays or not self.is_mounted:
            return
        runs = [replay.at(self.now) for replay in self._replays]
        identities = [self._identities.of(run.run_id) for run in runs]
        labels = short_labels([run.config for run in runs])
        rows = {
            run.run_id: RowView.of_run(RunView(run, label, 0, identity.marker, identity.color))
            for run, label, identity in zip(runs, labels, identities, strict=True)
        }
        shown = list(rows.values())
        self.query_one(Panels).show(list(rows), rows.__getitem__, rows, curves=shown)
        self._show_transport()

    def _show_transport(self) -> None:
        if not self._replays or not self.is_mounted:
            return
        done = bisect_right(self._epoch_seconds, self.now)
        state = "▶" if self.playing else "‖"
        total = len(self._epoch_seconds)
        self.query_one("#transport", Static).update(
            f"{state} replay {self.speed}×   epoch {done}/{total}   "
            f"{clock(self.now)} of {clock(self._seconds)}"
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Arrows are the chart's while it is looked at more closely."""
        if action in ARROWS and isinstance(self.focused, CurveChart) and self.focused.holds_arrows:
            return False
        return super().check_action(action, parameters)

    def action_play(self) -> None:
        """Play or pause; at the end, from the start."""
        if not self.playing and self.now >= self._seconds:
            self.now = 0.0
        self.playing = not self.playing

    def action_faster(self) -> None:
        """Twice as fast."""
        self.speed = min(FASTEST, self.speed * 2)

    def action_slower(self) -> None:
        """Half as fast."""
        self.speed = max(SLOWEST, self.speed // 2)

    def action_jump(self, by: int) -> None:
        """To the end of the next epoch (1) or the previous one (-1)."""
        if not self._replays:
            return
        ends = [0.0, *self._epoch_seconds]
        self.playing = False
        if by > 0:
            place = min(bisect_right(ends, self.now), len(ends) - 1)
        else:
            place = max(0, bisect_left(ends, self.now) - 1)
        self.now = ends[place]

    def action_seek(self, share: int) -> None:
        """To the start (0) or the end (1)."""
        self.playing = False
        self.now = share * self._seconds

    def action_leave(self) -> None:
        """Back to the dashboard."""
        self.dismiss()
