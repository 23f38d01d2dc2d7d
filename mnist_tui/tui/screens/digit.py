"""One test image, large, and the ten probabilities that each network gives it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from mnist_tui.data.dataset import SIDE
from mnist_tui.runs.run import Run
from mnist_tui.tui.digit_sets import DigitSet
from mnist_tui.tui.dismissal import DismissedOnce
from mnist_tui.tui.examined import Examined, answers_beside
from mnist_tui.tui.identity import Identity
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.paper import paper_of
from mnist_tui.tui.picked import Picked
from mnist_tui.tui.renderables.digits import picture
from mnist_tui.tui.renderables.lines import Line, in_the_middle, wrapped
from mnist_tui.tui.renderables.opinions import Opinion, render_opinions
from mnist_tui.tui.widgets.figure import Figure
from mnist_tui.tui.widgets.keys_footer import KeysFooter

if TYPE_CHECKING:
    from textual import getters

    from mnist_tui.analysis.answers import Answers
    from mnist_tui.tui.app import MnistTuiApp

LARGE = 2 * SIDE
"""Cells that a picture is wide where there is room: two a pixel."""


@dataclass(frozen=True)
class Voice:
    """A run that is asked.

    Attributes:
        run: It has a result.
        label: What it is called.
        look: How it is told from the others.
    """

    run: Run
    label: str
    look: Identity


class DigitScreen(DismissedOnce[int]):
    """A digit of a set; walks through the set, and says at the end where it stood.

    Args:
        found: What is known of the run that is looked into.
        digits: The set.
        number: Which of the set, from 0.
        voices: The runs that are asked, that run among them.
    """

    if TYPE_CHECKING:
        app = getters.app(MnistTuiApp)

    BINDINGS = bindings(Place.DIGIT)
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (76, "-narrow"), (100, "-wide")]

    def __init__(self, found: Examined, digits: DigitSet, number: int, voices: Sequence[Voice]) -> None:
        super().__init__()
        self._found, self._digits, self._number, self._voices = found, digits, number, voices
        self._heard: Sequence[tuple[Voice, Answers]] = ()
        self._problems: Sequence[str] = found.problems

    def compose(self) -> ComposeResult:
        """A line of what it is; the picture beside what is said of it."""
        yield Static(id="head", markup=False)
        with Container(id="digit"):
            yield Figure("Test image", self._picture, id="picture")
            yield Figure("What each network says", self._opinions, id="opinions")
        yield KeysFooter()

    def on_mount(self) -> None:
        """Show the digit, and ask."""
        self._show()
        self._listen()

    @work(exit_on_error=False)
    async def _listen(self) -> None:
        """Read what the networks say, in a thread."""
        runs = [voice.run for voice in self._voices]
        known, problems = await asyncio.to_thread(answers_beside, self._found, runs)
        self._heard = [
            (voice, known[voice.run.run_id]) for voice in self._voices if voice.run.run_id in known
        ]
        self._problems = [*self._found.problems, *problems]
        self._show()

    @property
    def _place(self) -> int:
        return int(self._digits.places[self._number])

    @property
    def _label(self) -> int:
        assert self._found.first  # noqa: S101 - there are no digits before it is known
        return int(self._found.first.answers.labels[self._place])

    def _show(self) -> None:
        where = f"{self._number + 1:,} of {self._digits.title}"
        self.query_one("#head", Static).update(
            f"Test image {self._place:,} · it shows {self._found.names[self._label]} · {where}"
        )
        for figure in self.query(Figure):
            figure.redraw()

    def _picture(self, width: int, height: int) -> list[Line]:
        images = self._found.images
        if images is None:
            return in_the_middle("\n".join(self._problems), width, height)
        wide = LARGE if width >= LARGE and height >= LARGE // 2 else SIDE
        return list(picture(images[self._place].reshape(SIDE, SIDE), paper_of(self.app), wide))

    def _opinions(self, width: int, height: int) -> list[Line]:
        opinions = [
            Opinion(
                voice.look.marker, voice.label, voice.look.color, answers.probabilities[self._place].tolist()
            )
            for voice, answers in self._heard
        ]
        lines = render_opinions(opinions, self._label, width)
        notes = [_vote([one.said for one in opinions], self._label, self._found.names)] if opinions else []
        notes += self._problems
        return [*lines, *(line for note in notes for line in wrapped(note, width))][:height]

    def action_walk(self, by: int) -> None:
        """To another digit of the set, round and round."""
        self._number = (self._number + by) % len(self._digits.places)
        self._show()

    def action_pick(self) -> None:
        """Take the digit to the drawing pad."""
        if self._found.images is not None:
            pixels = self._found.images[self._place]
            self.app.session.picked = Picked(pixels, self._label, f"test #{self._place}")
        self.app.switch_mode("draw")

    def action_leave(self) -> None:
        """Back to where it was opened."""
        self.dismiss(self._number)


def _vote(said: Sequence[int], true: int, names: Sequence[str]) -> str:
    """How many networks are right, and what most of the others say."""
    right = sum(one == true for one in said)
    if len(said) == 1:
        return "It is right." if right else f"It is wrong: this is {names[true]}."
    wrong = [one for one in said if one != true]
    most = max(set(wrong), key=wrong.count) if wrong else true
    others = f"; {wrong.count(most)} say {names[most]}" if wrong else ""
    return f"Right: {right} of {len(said)} networks. This is {names[true]}{others}."
