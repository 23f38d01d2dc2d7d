"""Inside the network: the first layer's weights as pictures, and every layer's numbers over the epochs."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from mnist_tui.errors import RunError
from mnist_tui.runs.run import Run
from mnist_tui.runs.view import RunView
from mnist_tui.tui.dialogs.lines_of_code import LinesScreen
from mnist_tui.tui.identity import COLORS, MARKERS
from mnist_tui.tui.inside import Inside, Side
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.paper import paper_of
from mnist_tui.tui.renderables.distribution import render_distribution
from mnist_tui.tui.renderables.lines import Line, in_the_middle, wrapped
from mnist_tui.tui.renderables.looks import render_looks
from mnist_tui.tui.renderables.units import Units, render_units, sorted_units
from mnist_tui.tui.screens.runs import RunsScreen
from mnist_tui.tui.widgets.canvas import Canvas
from mnist_tui.tui.widgets.keys_footer import KeysFooter

NOBODY = "No run yet: 1 goes to the dashboard, r trains one there."

if TYPE_CHECKING:
    from mnist_tui.runs.probes import Probes

COMING = "Comes with the first epoch."

THE_WEIGHTS = (
    "The weights of each unit: bright (░▒▓█) where lit pixels excite it, dark (·-=≡) where they calm it. "
    "m: what training changed of them · w: histograms"
)

WHAT_CHANGED = (
    "What training changed in each unit: bright (░▒▓█) where lit pixels excite it now, dark (·-=≡) where "
    "they calm it. m: all of the weights, noise included"
)


class NetworkScreen(RunsScreen):
    """The layers of the selected run at the left, what is looked at beside it, over the epochs."""

    BINDINGS = bindings(Place.STEERING, Place.NETWORK)

    def __init__(self) -> None:
        super().__init__()
        self._inside = Inside()
        self._run_id = ""

    def compose(self) -> ComposeResult:
        """Head, layers, one or two runs, and what may be learnt."""
        yield Static(id="network-head", markup=False)
        with Horizontal(id="inside"):
            yield Canvas(self._draw_looks, id="looks", classes="panel")
            with Vertical(id="numbers", classes="panel"):
                with Horizontal():
                    yield Canvas(self._draw_shown, id="shown")
                    yield Canvas(self._draw_beside, id="beside")
                yield Canvas(self._draw_lesson, id="lesson")
        yield KeysFooter()

    def on_mount(self) -> None:
        """Name the list; `appear` reads what there is to be seen."""
        self.query_one("#looks", Canvas).border_title = "Layers"

    def appear(self) -> None:
        """Show the run that is selected now."""
        super().appear()
        self._turn()

    @property
    def selected_ids(self) -> Sequence[str]:
        """The run that the screen is about."""
        return [self._run_id] if self._run_id else []

    @property
    def _beside_id(self) -> str:
        """The run beside it: of the row that the session says, with the same seed if there is one."""
        session, runs = self.app.session, self.app.laboratory.runs
        row_id = session.row_of(session.beside)
        if not self._run_id or row_id == session.row_of(self._run_id):
            return ""
        members = session.members(row_id)
        seed = runs[self._run_id].config.seed
        return next((one for one in members if runs[one].config.seed == seed), next(iter(members), ""))

    def show_changes(self, changed: set[str]) -> None:
        """Read what was recorded since the last time; turn to another run where this one is gone."""
        gone = not self._run_id or self._run_id not in self.app.laboratory.runs
        if gone or changed & {self._run_id, self._beside_id}:
            self._turn()

    def _turn(self) -> None:
        """To the run that is selected, and to the one beside it as long as it is there."""
        session, runs = self.app.session, self.app.laboratory.runs
        order = session.run_order
        self._run_id = session.selected if session.selected in order else next(iter(order), "")
        if self._run_id:
            self._inside.turn_to(runs[self._run_id])
        else:
            self._inside.shown = None
        self._inside.stand_beside(runs.get(self._beside_id))
        self._show()
        self._read()

    # Reading

    @work(group="inside", exclusive=True, exit_on_error=False)
    async def _read(self) -> None:
        """Read probes, and weights where they are drawn, in a thread; nothing that is known already."""
        inside = self._inside
        for side in inside.sides:
            state = _state(side.run)
            if side.read != state:
                side.probes, side.problem = await asyncio.to_thread(_probes_of, side.run)
                side.read = state
                self._show()
        for side in inside.sides if inside.shows_pictures else []:
            epoch = inside.epoch_shown
            wanted = (epoch, inside.changes, _state(side.run))
            if side.read_units != wanted:
                side.units, side.no_units = await asyncio.to_thread(
                    _units_of, side.run, epoch, changes=inside.changes
                )
                side.read_units = wanted
                self._show()
        for side in inside.sides:
            if side.run.is_summary:  # `l` tells times of all epochs
                await self.app.read(side.run.run_id)

    # Drawing

    def _show(self) -> None:
        self.query_one("#network-head", Static).update(self._head())
        beside = self.query_one("#beside", Canvas)
        beside.display = self._inside.beside is not None
        probes = self._inside.shown.probes if self._inside.shown else None
        through = f"{probes.images} validation images go through" if probes else ""
        self.query_one("#numbers").border_subtitle = through
        self.query_one("#numbers").border_title = self._inside.look.title if self._inside.shown else ""
        for canvas in self.query(Canvas):
            canvas.redraw()

    def _head(self) -> str:
        side = self._inside.shown
        if side is None or side.run.run_id not in self.app.laboratory.runs:
            return NOBODY
        view = self._view(side, 0)
        epoch = self._inside.epoch_shown
        order = self.app.session.run_order
        place = f"run {order.index(self._run_id) + 1} of {len(order)}" if self._run_id in order else ""
        if epoch is None:
            when = view.status_words
        elif epoch == 0:
            when = "before training"
        else:
            when = f"epoch {epoch}" + (", the last one" if self._inside.epoch is None else "")
        return f"{view.marker} {view.label} · {when} · {place}"

    def _view(self, side: Side, place: int) -> RunView:
        """A run with a look of its own, also where the dashboard hides its curves."""
        view = self.app.session.view(side.run.run_id)
        return view.with_look(MARKERS[place], COLORS[place])

    def _draw_looks(self, width: int, height: int) -> list[Line]:
        inside, side = self._inside, self._inside.shown
        if side is None:
            return in_the_middle(NOBODY, width, height)
        at = side.place(inside.epoch)
        return render_looks(side.probes, side.run.config, inside.looks, at, inside.cursor, width, height)

    def _draw_shown(self, width: int, height: int) -> list[Line]:
        return self._draw(self._inside.shown, 0, width, height)

    def _draw_beside(self, width: int, height: int) -> list[Line]:
        return self._draw(self._inside.beside, 1, width, height)

    def _draw(self, side: Side | None, place: int, width: int, height: int) -> list[Line]:
        """The name of a run, and what is looked at of it."""
        if side is None or side.run.run_id not in self.app.laboratory.runs:
            return []
        view, inside = self._view(side, place), self._inside
        name: Line = [(f"{view.marker} {view.label}"[:width], f"bold {view.color}")]
        if inside.shows_pictures:
            others = (one.units for one in inside.sides if one is not side)
            empty = side.no_units or COMING
            units = side.units
            return [
                name,
                *render_units(
                    units,
                    inside.first_unit,
                    paper_of(self.app),
                    width,
                    height - 1,
                    beside=next(others, None),
                    empty=empty,
                ),
            ]
        shown = inside.distribution(side, view.color)
        other = next((one for one in inside.sides if one is not side), None)
        beside = inside.distribution(other, "") if other else None
        empty = side.problem or (COMING if not side.epochs else f"{view.label} has no {inside.look.title}.")
        return [name, *render_distribution(shown, width, height - 1, beside=beside, empty=empty)]

    def _draw_lesson(self, width: int, height: int) -> list[Line]:
        inside = self._inside
        if inside.shown is None:
            return []
        if inside.shows_pictures:
            text = WHAT_CHANGED if inside.changes else THE_WEIGHTS
        else:
            text = inside.look.kind.lesson
        return wrapped(text, width, "italic")[:height]

    # Keys

    def action_look(self, by: int) -> None:
        """Look at the next numbers, or the previous ones."""
        self._inside.move(by)
        self._show()
        self._read()

    def action_scrub(self, by: int) -> None:
        """Go to another epoch."""
        self._inside.scrub(by)
        self._show()
        self._read()

    def action_lines(self) -> None:
        """Show the lines of the program that make what is looked at."""
        from mnist_tui.analysis.lines_of_code import lines_of_look  # with the network, see `_probes_of`

        if side := self._inside.shown:
            self.app.push_screen(LinesScreen(lines_of_look(self._inside.look, side.run)))

    def action_pictures(self) -> None:
        """The first layer's weights as pictures, or as histograms."""
        self._inside.pictures = not self._inside.shows_pictures
        if self._inside.pictures:
            self._inside.move(-len(self._inside.looks))
        self._show()
        self._read()

    def action_changes(self) -> None:
        """Pictures of all of the weights, or of what training changed."""
        self._inside.changes = not self._inside.changes
        self._show()
        self._read()

    def action_units(self, by: int) -> None:
        """Other pictures."""
        units = self._inside.shown.units if self._inside.shown else None
        if units is not None:
            first = self._inside.first_unit + by
            self._inside.first_unit = max(0, min(first, len(units.numbers) - 1))
            self._show()

    def action_beside(self) -> None:
        """Another of the rows that are shown, or else of all, beside this run; after the last one, none."""
        session = self.app.session
        mine, current = session.row_of(self._run_id), session.row_of(session.beside)
        rows = [row_id for row_id in session.shown if row_id != mine] or [
            row_id for row_id in session.order if row_id != mine
        ]
        if not rows:
            self.notify("There is no other run to stand beside this one.", markup=False)
        place = rows.index(current) + 1 if current in rows else 0
        session.beside = rows[place] if place < len(rows) else ""
        self._turn()

    def action_next_run(self, by: int) -> None:
        """Turn to the next run of the table, or to the previous one."""
        order = self.app.session.run_order
        if order:
            place = order.index(self._run_id) if self._run_id in order else 0
            self.app.session.selected = order[(place + by) % len(order)]
            self._turn()

    def action_back(self) -> None:
        """To the dashboard."""
        self.app.switch_mode("dashboard")


def _state(run: Run) -> object:
    """Other than before where there may be more to read."""
    return len(run.epochs), run.epoch, run.status


def _probes_of(run: Run) -> tuple["Probes | None", str]:
    """The probes of a run, or why there are none."""
    from mnist_tui.runs.probes import probes  # with the network: no first paint waits for it

    try:
        return probes(run), ""
    except RunError as error:
        return None, str(error)


def _units_of(run: Run, epoch: int | None, *, changes: bool) -> tuple[Units | None, str]:
    """The first layer's weights at an epoch or the last one before it that is kept, or why there are none."""
    from mnist_tui.runs import artifacts, checkpoints
    from mnist_tui.training.build import first_weights

    kept = [one for one in checkpoints.epochs(run.directory) if epoch is None or one <= epoch]
    if epoch == 0 and not kept:
        return None, "The weights before training are not kept: → goes to the first epoch."
    try:
        at = kept[-1] if kept else None
        found = artifacts.weights(run, at)["linear1.weight"]
    except RunError as error:
        return None, str(error)
    return sorted_units(found - first_weights(run.config) if changes else found, at or run.epoch), ""
