"""A pad to draw on: what every network that is shown makes of it, and of what is done to it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from mnist_tui.analysis.robustness import Distortion
from mnist_tui.runs import drawings
from mnist_tui.tui.jury import silence
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.paper import paper_of
from mnist_tui.tui.picked import Picked
from mnist_tui.tui.renderables.lines import Line, in_the_middle, wrapped
from mnist_tui.tui.renderables.opinions import Opinion, render_opinions
from mnist_tui.tui.renderables.pad import render_paper, render_shown
from mnist_tui.tui.screens.asking import ENDURANCE_IMAGES, AskingScreen
from mnist_tui.tui.sliders import SLIDERS
from mnist_tui.tui.widgets.figure import Figure
from mnist_tui.tui.widgets.keys_footer import KeysFooter
from mnist_tui.tui.widgets.paper import PaperSheet

FRAME = 2
"""Cells of the border around the paper."""

LINES_AROUND = 4
"""Head, hint, footer, and a line of the hint that may be needed."""

BARS, STRIPS = 13, 8
"""Lines for what the networks say, where there are many, and where there are few."""

HINT = "Draw by mouse, or space and arrows. tab - + distort: when do networks break?"
ENDURANCE_HINT = "What each row gains or loses by its settings. v goes back to the pad."


class DrawScreen(AskingScreen):
    """Paper, what networks are shown, what they say."""

    BINDINGS = bindings(Place.DRAW)
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._slider = 0
        self._words = ""
        self._label: int | None = None
        self._picked: Picked | None = None
        self._test_place = self._saved_place = -1

    def compose(self) -> ComposeResult:
        """Paper beside what is shown, what is said below; or what becomes of accuracy."""
        yield Static(id="head", markup=False)
        with Horizontal(id="desk"):
            yield PaperSheet(self._paper_lines, id="paper")
            yield Figure("As the networks see it", self._shown_lines, id="shown")
        yield Figure("What each network says", self._said_lines, id="said")
        yield Figure("Accuracy, the farther test images are", self._endurance_lines, id="endurance")
        yield Static(HINT, id="hint", markup=False)
        yield KeysFooter()

    def on_mount(self) -> None:
        """The pad first."""
        self.query_one("#paper").border_title = "Paper"
        self.query_one("#endurance").display = False
        for figure in self.query(Figure):
            figure.can_focus = False
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """As much paper as there is room for: it is a square, twice as many cells wide as high."""
        room = event.size.height - LINES_AROUND
        said = BARS if room >= 2 * BARS else STRIPS
        height = max(6, room - said)
        width = min(2 * (height - FRAME) + FRAME, max(12, event.size.width - 48))
        desk, paper = self.query_one("#desk"), self.query_one("#paper")
        desk.styles.height = height
        paper.styles.width, paper.styles.height = width, (width - FRAME) // 2 + FRAME

    def appear(self) -> None:
        """Take the digit that was chosen elsewhere, and ask whoever is shown now."""
        super().appear()
        picked = self.app.session.picked
        if picked is not None and picked is not self._picked:
            self._begin_with(picked)
        self._summon()

    @property
    def selected_ids(self) -> Sequence[str]:
        """The run that is selected."""
        return [self.app.session.selected] if self.app.session.selected else []

    # Drawing

    @property
    def _shows_endurance(self) -> bool:
        return bool(self.query_one("#endurance").display)

    def _show(self) -> None:
        """Draw what is there."""
        self._show_paper()
        self._show_answer()

    def _show_paper(self) -> None:
        self.query_one(PaperSheet).redraw()

    def _show_answer(self) -> None:
        self.query_one("#head", Static).update(self._head(), layout=False)  # it is one line, whatever it says
        for figure in self.query(Figure):
            if figure.display:
                figure.redraw()

    def _head(self) -> str:
        pen = "pen down" if self._pad.is_down else "pen up"
        begun = f" · {self._words}" if self._words else ""
        vote = self._verdict.vote
        if vote is None:
            return f"Draw · {pen} · thickness {self._pad.thickness:g}{begun}"
        said, votes, mean = vote
        asked = len(self._verdict.answers)
        return f"Draw · vote: {said} by {votes} of {asked}, mean {100 * mean:.0f} % · {pen}{begun}"

    def _paper_lines(self, width: int, height: int) -> list[Line]:
        pad, paper = self._pad, paper_of(self.app)
        return render_paper(pad.ink, pad.pen, paper, width, height, is_down=pad.is_down)

    def _shown_lines(self, width: int, height: int) -> list[Line]:
        paper = paper_of(self.app)
        return render_shown(self._verdict.image, self._distortion, self._slider, paper, width, height)

    def _said_lines(self, width: int, height: int) -> list[Line]:
        answers = self._verdict.answers
        mute = [f"{one.label} has damaged weights: train it again." for one in self._verdict.mute]
        problems = [*self._problems, *mute]
        if not answers:
            words = silence(self._jurors, self._sworn, problems, is_blank=self._pad.is_blank)
            return in_the_middle(words, width, height)
        opinions = [Opinion(one.marker, one.label, one.color, said, one.row_label) for one, said in answers]
        notes = [line for problem in problems for line in wrapped(problem, width)][: height // 2]
        return [*render_opinions(opinions, self._label, width, height - len(notes)), *notes]

    def _endurance_lines(self, width: int, height: int) -> list[Line]:
        images = min(ENDURANCE_IMAGES, len(self._test[1])) if self._test else 0
        empty = "Measuring." if self._sworn else silence(self._jurors, (), self._problems, is_blank=False)
        return self._endurance.lines(self._sworn, images, width, height, empty)

    # Keys and mouse

    @on(PaperSheet.Pen)
    def _use_pen(self, event: PaperSheet.Pen) -> None:
        if event.what == "down":
            self._pad.put_down(event.point)
            self._foreign("")
        else:
            self._pad.move_to(event.point)
        if event.what == "up":
            self._pad.lift()
        self._changed()

    def action_step(self, right: int, down: int) -> None:
        """Move the pen."""
        self._pad.step(right, down)
        if self._pad.is_down:
            self._changed()
        else:
            self._show()

    def action_pen(self) -> None:
        """Put the pen down, or lift it."""
        if self._pad.is_down:
            self._pad.lift()
        else:
            self._pad.put_down()
            self._foreign("")
        self._changed()

    def _foreign(self, words: str, label: int | None = None) -> None:
        """Say where the image comes from, and what it shows; not once something was drawn over it."""
        self._words, self._label = words, label

    def action_undo(self) -> None:
        """Take back the last stroke."""
        self._pad.undo()
        self._changed()

    def action_clear(self) -> None:
        """Take new paper."""
        self._pad.begin()
        self._foreign("")
        self._changed()

    def action_next_thickness(self) -> None:
        """Take another pen."""
        self._pad.next_thickness()
        self._changed()

    def _begin_with(self, picked: Picked) -> None:
        """Begin with an image."""
        self._picked = picked
        self._pad.begin(picked.pixels)
        shows = "" if picked.label is None else f", shows {picked.label}"
        self._foreign(f"{picked.words}{shows}", picked.label)
        self._changed()

    @work(group="test", exclusive=True, exit_on_error=False)
    async def action_next_test(self, by: int) -> None:
        """Begin with the next test image."""
        if split := await self._test_images():
            self._test_place = max(0, self._test_place + by) % len(split)
            label = int(split.labels[self._test_place])
            pixels = split.images[self._test_place]
            self._begin_with(Picked(pixels, label, f"test image {self._test_place:,}"))

    @work(group="file", exit_on_error=False)
    async def action_save(self) -> None:
        """Keep what was drawn."""
        self._pad.lift()
        if self._pad.is_blank:
            self.notify("There is nothing to save: draw first.", markup=False)
            return
        path = await asyncio.to_thread(drawings.save, self._pad.drawing, datetime.now())
        self._saved_place = -1
        self.notify(f"Saved: {path}", markup=False)

    @work(group="file", exclusive=True, exit_on_error=False)
    async def action_open(self) -> None:
        """Go on with a drawing that was saved: the newest one, then older ones."""
        files = await asyncio.to_thread(drawings.saved)
        if not files:
            self.notify("No drawing was saved yet: s saves one.", markup=False)
            return
        self._saved_place = (self._saved_place + 1) % len(files)
        path = files[self._saved_place]
        self._pad.open(await asyncio.to_thread(drawings.read, path))
        self._foreign(f"drawing {self._saved_place + 1} of {len(files)}")
        self._changed()

    def action_next_slider(self, by: int) -> None:
        """Choose another slider."""
        self._slider = (self._slider + by) % len(SLIDERS)
        self._show()

    def action_slide(self, by: int) -> None:
        """Move the slider."""
        self._distortion = SLIDERS[self._slider].moved(self._distortion, by)
        self._changed()

    def action_reset(self) -> None:
        """Distort no more."""
        self._distortion = Distortion()
        self._changed()

    def action_next_view(self) -> None:
        """The pad, or what becomes of accuracy."""
        shows = not self._shows_endurance
        self.query_one("#endurance").display = shows
        self.query_one("#desk").display = self.query_one("#said").display = not shows
        self.query_one("#hint", Static).update(ENDURANCE_HINT if shows else HINT)
        if shows:
            self._measure()
        self._show()

    def action_back(self) -> None:
        """From the curves to the pad, from the pad to the dashboard."""
        if self._shows_endurance:
            self.action_next_view()
        else:
            self.app.switch_mode("dashboard")
