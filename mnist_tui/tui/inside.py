"""Where somebody who looks inside networks stands: which runs, which numbers, which epoch."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mnist_tui.analysis.distributions import common_axis, without_zeros
from mnist_tui.analysis.inside import ACTIVATIONS, WEIGHTS, Look, looks, same_place
from mnist_tui.runs.run import Run
from mnist_tui.tui.renderables.distribution import Distribution
from mnist_tui.tui.renderables.units import Units

if TYPE_CHECKING:
    from mnist_tui.runs.probes import Probes


@dataclass
class Side:
    """What is known of one run.

    Attributes:
        run: The run.
        probes: What was recorded of it; `None` while it is not read, or where it cannot be.
        units: The weights of its first layer, as far as they are read.
        problem: Why there are no probes, in a sentence.
        no_units: Why there are no weights.
        read: What there was of the run when its probes were read.
        read_units: The epoch whose weights were wanted when they were read, and what there was then.
    """

    run: Run
    probes: "Probes | None" = None
    units: Units | None = None
    problem: str = ""
    no_units: str = ""
    read: object = None
    read_units: object = None

    @property
    def epochs(self) -> Sequence[int]:
        """The epochs that can be shown, ascending."""
        return self.probes.epochs if self.probes else []

    def place(self, epoch: int | None) -> int:
        """Where an epoch stands in `epochs`, or the last one before it; the last of all for `None`."""
        found = len(self.epochs) if epoch is None else bisect_right(self.epochs, epoch)
        return max(0, found - 1)


@dataclass
class Inside:
    """What is looked at.

    Attributes:
        shown: The run; `None` where there is none.
        beside: The run that stands beside it; `None` for none.
        look: Which numbers; those of the first layer's weights to begin with.
        epoch: Which epoch; `None` follows the last one while the run trains.
        pictures: Whether the first layer's weights are shown as pictures.
        changes: Whether these pictures are of what training changed, instead of all of the weights.
        first_unit: The place of the first picture.
    """

    shown: Side | None = None
    beside: Side | None = None
    look: Look = field(default_factory=lambda: Look(1, WEIGHTS))
    epoch: int | None = None
    pictures: bool = True
    changes: bool = False
    first_unit: int = 0

    @property
    def looks(self) -> list[Look]:
        """What there is to look at."""
        return looks(self.shown.run.config) if self.shown else []

    @property
    def cursor(self) -> int:
        """The place of what is looked at."""
        return self.looks.index(self.look) if self.look in self.looks else 0

    @property
    def shows_pictures(self) -> bool:
        """Whether there are pictures to be drawn."""
        return self.pictures and self.look == Look(1, WEIGHTS)

    @property
    def sides(self) -> list[Side]:
        """One or two."""
        return [side for side in (self.shown, self.beside) if side]

    def turn_to(self, run: Run) -> None:
        """Show another run, at the same place as far as it has that."""
        if self.shown is None or self.shown.run is not run:
            self.shown = Side(run)
            self.look = same_place(self.look, run.config) or Look(1, WEIGHTS)

    def stand_beside(self, run: Run | None) -> None:
        """Show a second run, or none."""
        if run is None:
            self.beside = None
        elif self.beside is None or self.beside.run is not run:
            self.beside = Side(run)

    def move(self, by: int) -> None:
        """To the next numbers or the previous ones."""
        if self.looks:
            self.look = self.looks[max(0, min(self.cursor + by, len(self.looks) - 1))]

    def scrub(self, by: int) -> None:
        """To a later epoch or an earlier one; at the last one, the run is followed."""
        if self.shown and self.shown.epochs:
            last = len(self.shown.epochs) - 1
            place = max(0, min(self.shown.place(self.epoch) + by, last))
            self.epoch = None if place == last else self.shown.epochs[place]

    @property
    def epoch_shown(self) -> int | None:
        """The epoch that is drawn large; `None` where there is none."""
        if not (self.shown and self.shown.epochs):
            return None
        return self.shown.epochs[self.shown.place(self.epoch)]

    def distribution(self, side: Side, style: str) -> Distribution | None:
        """What is drawn of one run, on the axis of both; `None` where there is nothing of it."""
        drawn = [(one, there) for one in self.sides if (there := self._there(one)) and one.epochs]
        mine = next((there for one, there in drawn if one is side), None)
        if mine is None or side.probes is None:
            return None
        tells_zeros = self.look.kind is ACTIVATIONS
        all_counts = [one.probes.counts(there.name) for one, there in drawn if one.probes]
        low, high = common_axis([without_zeros(one) for one in all_counts] if tells_zeros else all_counts)
        at = side.place(self.epoch_shown)
        return Distribution(side.epochs, side.probes.counts(mine.name), at, low, high, style, tells_zeros)

    def _there(self, side: Side) -> Look | None:
        """What is looked at, in one of the runs."""
        return same_place(self.look, side.run.config)
