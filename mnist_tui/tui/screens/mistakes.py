"""A run's mistakes: what it takes for what, how sure it is, and what a second run or other seeds change."""

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import replace

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Static

from mnist_tui.tui.beside import beside, looks, next_beside
from mnist_tui.tui.digit_sets import DigitSet, Whose
from mnist_tui.tui.examined import Examined, Inquiry, examine
from mnist_tui.tui.identity import Identity
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.mistakes_view import WHOSE, MistakesView
from mnist_tui.tui.renderables.lines import Line, in_the_middle
from mnist_tui.tui.screens.digit import DigitScreen, Voice
from mnist_tui.tui.screens.run import NOBODY
from mnist_tui.tui.screens.runs import RunsScreen
from mnist_tui.tui.widgets.figure import Figure
from mnist_tui.tui.widgets.gallery import Gallery
from mnist_tui.tui.widgets.keys_footer import KeysFooter
from mnist_tui.tui.widgets.matrix import Matrix
from mnist_tui.tui.widgets.parts import Parts

NO_RESULT = (
    "This run has not met the test images: its mistakes are known once it is over.\n\n] goes to the next run."
)


class MistakesScreen(RunsScreen):
    """Confusion matrix, digits, accuracy by class, calibration."""

    BINDINGS = bindings(Place.MISTAKES)

    def __init__(self) -> None:
        super().__init__()
        self._found: Examined | None = None
        self._asked: Hashable = None
        self._drawn: Hashable = None
        self._is_rate = self._has_diagonal = False
        self._whose: Whose = "difference"
        self._cell: tuple[int, int] | None = None
        self._set = ""

    def compose(self) -> ComposeResult:
        """A line of what is shown, and four panels."""
        yield Static(id="head", markup=False)
        panels = [
            Matrix(id="confusion"),
            Gallery(id="digits"),
            Figure("Accuracy by class", self._class_lines, id="classes"),
            Figure(
                "Calibration · how often it is right, by how sure it is", self._bin_lines, id="calibration"
            ),
        ]
        yield Parts(panels, id="parts")
        yield KeysFooter()

    def on_mount(self) -> None:
        """Look into the run that is selected."""
        self._parts.bring(self._matrix)
        self._look()

    def on_resize(self) -> None:
        """Show as many panels as fit."""
        self._parts.fit()

    def appear(self) -> None:
        """Look into the run that is selected now."""
        super().appear()
        self._look()

    def show_changes(self, changed: set[str]) -> None:
        """Runs came to their end, came, went, or are called otherwise."""
        if changed:
            self._look()

    @property
    def _parts(self) -> Parts:
        return self.query_one(Parts)

    @property
    def _matrix(self) -> Matrix:
        return self.query_one(Matrix)

    @property
    def _gallery(self) -> Gallery:
        return self.query_one(Gallery)

    # What is looked into

    @property
    def _run_id(self) -> str:
        """The run that is selected, or else the first one of the table; empty where there is none."""
        order = self.app.session.run_order
        selected = self.app.session.selected
        return selected if selected in order else next(iter(order), "")

    @property
    def selected_ids(self) -> Sequence[str]:
        """The run that is looked into."""
        return [self._run_id] if self._run_id else []

    def _inquiry(self) -> Inquiry | None:
        """What to ask of the selected run; `None` where it has no result."""
        session, runs = self.app.session, self.app.laboratory.runs
        run = runs.get(self._run_id)
        if run is None or not run.finished:
            return None
        seeds = tuple(view.run for view in session.row(session.row_of(run.run_id)).complete)
        second = runs.get(beside(session, runs, run.run_id))
        is_one = any(one is run for one in seeds)  # and was not cut short
        return Inquiry(run, second, seeds if is_one and len(seeds) > 1 else ())

    def _look(self) -> None:
        """Ask, where something else is to be asked than before; show what is known."""
        inquiry = self._inquiry()
        asked = inquiry.key if inquiry else None
        if inquiry is None:
            self._found = None
        elif asked != self._asked:
            self._examine(inquiry)
        self._asked = asked
        if self._state != self._drawn:  # while others train, most changes change nothing here
            self._show()

    @property
    def _state(self) -> Hashable:
        """What tells one picture of this screen from another, besides what its own keys change."""
        return self._asked, self._head(self._view), self._found and id(self._found)

    @work(group="examine", exclusive=True, exit_on_error=False)
    async def _examine(self, inquiry: Inquiry) -> None:
        """Read and count in a thread; show what is known after each step."""
        steps = examine(inquiry)
        while found := await asyncio.to_thread(next, steps, None):
            if inquiry.key == self._asked:
                if self._found is None and found.first:  # the cursor begins where there is most to see
                    worst = found.first.matrix.worst_pairs(1)
                    self._matrix.cell = worst[0][:2] if worst else (0, 0)
                self._found = found
                self._show()

    # What is shown

    @property
    def _view(self) -> MistakesView | None:
        found = self._found
        if found is None or found.first is None:
            return None
        ids = [run.run_id if run else "" for run in (found.inquiry.first, found.inquiry.second)]
        first, second = looks(self.app.session, self.app.laboratory.runs, ids)
        names = self._called(ids[0], first), self._called(ids[1], second)
        return MistakesView(found, names, (first, second), self._is_rate, self._has_diagonal, self._whose)

    def _called(self, run_id: str, look: Identity) -> str:
        return f"{look.marker} {self._label(run_id)}" if run_id in self.app.laboratory.runs else ""

    def _label(self, run_id: str) -> str:
        """Its name, with the seed where its row has several, also while the row is hidden."""
        session = self.app.session
        view, seed = session.view(run_id), f", seed {self.app.laboratory.runs[run_id].config.seed}"
        several = len(session.members(session.row_of(run_id))) > 1
        return f"{view.label}{seed}" if several and not view.label.endswith(seed) else view.label

    def _show(self) -> None:
        """Draw what is known."""
        self._drawn = self._state
        self.query_one("#head", Static).update(self._head(self._view))
        self._show_matrix()
        self._show_digits()
        for figure in self.query(Figure):
            figure.redraw()

    @property
    def _empty(self) -> str:
        """Why there is nothing to be seen, where there is not."""
        problems = self._found.problems if self._found else ()
        return " ".join(problems) or (NO_RESULT if self._run_id else NOBODY)

    def _show_matrix(self) -> None:
        view, matrix = self._view, self._matrix
        matrix.empty = self._empty
        matrix.border_title = view.matrix_title if view else "Confusion"
        matrix.set_reactive(Matrix.notes, view.matrix_notes if view else ())
        matrix.heat = view.heat if view else None
        self._show_cell()

    def _show_digits(self) -> None:
        view, gallery = self._view, self._gallery
        sets = self._sets(view)
        shown = next((one for one in sets if one.key == self._set), next(iter(sets), None))
        gallery.set_reactive(Gallery.images, view.found.images if view else None)
        gallery.set_reactive(Gallery.notes, [*view.found.problems, *shown.words] if view and shown else ())
        gallery.empty = self._empty
        gallery.digits = shown

    def _head(self, view: MistakesView | None) -> str:
        order = self.app.session.run_order
        if not order:
            return NOBODY
        place = f"run {order.index(self._run_id) + 1} of {len(order)}"
        if view is None:
            [look] = looks(self.app.session, self.app.laboratory.runs, [self._run_id])
            return f"{self._called(self._run_id, look)} · {place}"
        first, *second = view.heads
        return "\n".join([f"{first} · {place}", *second])

    @on(Matrix.Moved)
    def _show_cell(self) -> None:
        """Say what the cell under the cursor is."""
        view = self._view
        self._matrix.border_subtitle = view.cell_words(*self._matrix.cell) if view else ""

    def _sets(self, view: MistakesView | None) -> list[DigitSet]:
        """The sets of digits that there are; the one of the cell that was opened first."""
        return view.sets(self._cell) if view else []

    def _class_lines(self, width: int, height: int) -> list[Line]:
        view = self._view
        return view.class_lines(width, height) if view else in_the_middle(self._empty, width, height)

    def _bin_lines(self, width: int, height: int) -> list[Line]:
        view = self._view
        return view.bin_lines(width, height) if view else in_the_middle(self._empty, width, height)

    # What the keys do

    def action_rates(self) -> None:
        """Counts, or shares of each row."""
        self._is_rate = not self._is_rate
        self._show_matrix()

    def action_diagonal(self) -> None:
        """What is right, too, or mistakes alone."""
        self._has_diagonal = not self._has_diagonal
        self._show_matrix()

    def action_whose(self) -> None:
        """The matrix of one network, of the other, or what is between them."""
        if self._found is None or self._found.second is None:
            self.notify("There is one run: space puts a second one beside it.", markup=False)
            return
        self._whose = WHOSE[(WHOSE.index(self._whose) + 1) % len(WHOSE)]
        self._close_cell()
        self._show_matrix()
        self._show_digits()

    def action_beside(self) -> None:
        """Another row beside the run; after the last one, none."""
        session, runs = self.app.session, self.app.laboratory.runs
        if not self._run_id:
            return
        before = session.beside
        session.beside = next_beside(session, runs, self._run_id)
        if not before and not session.beside:
            self.notify("No other run has a result on the same test images.", markup=False)
        self._whose = "difference"
        if self._found and not session.beside:  # at once, not when the same has been read again
            self._found = replace(self._found, second=None, both=None)
        self._look()

    def action_next_run(self, by: int) -> None:
        """Turn to the next run of the table, or to the previous one."""
        order = self.app.session.run_order
        if order:
            self.app.session.selected = order[(order.index(self._run_id) + by) % len(order)]
            self._close_cell()
            self._look()

    def action_next_set(self, by: int) -> None:
        """Show other digits."""
        keys = [one.key for one in self._sets(self._view)]
        if keys:
            place = keys.index(self._set) if self._set in keys else 0
            self._set = keys[(place + by) % len(keys)]
            self._show_digits()
            self._parts.bring(self._gallery)

    def action_to_part(self, by: int) -> None:
        """To the next panel, or to the previous one."""
        self._parts.turn(by)

    @on(Matrix.Opened)
    def _open_cell(self, event: Matrix.Opened) -> None:
        """Show the digits of a cell."""
        self._cell, self._set = (event.true, event.said), "cell"
        self._show_digits()
        self._parts.bring(self._gallery)

    def _close_cell(self) -> None:
        self._cell = None
        if self._set == "cell":
            self._set = ""

    @on(Gallery.Opened)
    def _open_digit(self, event: Gallery.Opened) -> None:
        """Show a digit large."""
        view, digits = self._view, self._gallery.digits
        if view and digits:
            self.app.push_screen(
                DigitScreen(view.found, digits, event.number, self._voices(view)), self._return
            )

    def _voices(self, view: MistakesView) -> list[Voice]:
        """The runs that are asked of a digit: the two, the other seeds, and all that are shown elsewhere."""
        session, runs, inquiry = self.app.session, self.app.laboratory.runs, view.found.inquiry
        second = [inquiry.second.run_id] if inquiry.second else []
        own = [inquiry.first.run_id, *(run.run_id for run in inquiry.seeds)]
        own_looks = {**dict.fromkeys(own, view.looks[0]), **dict.fromkeys(second, view.looks[1])}
        known = (runs.get(run_id) for run_id in dict.fromkeys([*own, *second, *session.shown_runs]))
        return [
            Voice(
                run,
                self._label(run.run_id),
                own_looks.get(run.run_id) or looks(session, runs, [run.run_id])[0],
            )
            for run in known
            if run and run.finished
        ]

    def _return(self, number: int | None) -> None:
        """Stand on the digit that was shown last."""
        if number is not None:
            self._gallery.cursor = number

    def action_back(self) -> None:
        """From the digits of a cell to the matrix, from there to the dashboard."""
        if self._cell and self._parts.front is self._gallery:
            self._close_cell()
            self._show_digits()
            self._parts.bring(self._matrix)
        else:
            self.app.switch_mode("dashboard")
