"""What is known of how the networks of a jury bear what is done to images."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mnist_tui.tui.jury import Sworn
from mnist_tui.tui.renderables.lines import Line, in_the_middle
from mnist_tui.tui.renderables.pad import render_endurance

Course = Mapping[str, npt.NDArray[np.float64]]
"""See `jury.endurance`."""


class Endurance:
    """What was measured, kept until the weights or the images are others."""

    def __init__(self) -> None:
        self._courses: dict[tuple[str, int], Course] = {}

    def forget(self) -> None:
        """Other images are measured on from now on."""
        self._courses = {}

    def keep(self, one: Sworn, course: Course) -> None:
        """A network was measured."""
        self._courses[self._key(one)] = course

    def knows(self, one: Sworn) -> bool:
        """Whether a network was measured."""
        return self._key(one) in self._courses

    def unknown(self, sworn: Sequence[Sworn]) -> list[Sworn]:
        """Those that are still to be measured: one of each row, and then their other seeds."""
        turns: dict[str, int] = {}
        found = []
        for one in sworn:
            row = one.juror.row_id
            turns[row] = turns.get(row, 0) + 1
            if not self.knows(one):
                found.append((turns[row], one))
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def _key(self, one: Sworn) -> tuple[str, int]:
        return one.juror.run.run_id, one.stamp

    def lines(self, sworn: Sequence[Sworn], images: int, width: int, height: int, empty: str) -> list[Line]:
        """The curves of each row, over those of its runs that were measured.

        Args:
            sworn: The jury.
            images: How many images were measured on.
            width: Cells.
            height: Cells.
            empty: Text where nothing was measured yet.
        """
        rows: dict[str, list[Sworn]] = {}
        for one in sworn:
            if self.knows(one):
                rows.setdefault(one.juror.row_id, []).append(one)
        if not rows:
            return in_the_middle(empty, width, height)
        courses = []
        for members in rows.values():
            juror, found = members[0].juror, [self._courses[self._key(one)] for one in members]
            courses.append((juror.marker, juror.color, found))
        first = [members[0].juror for members in rows.values()]
        names = " · ".join(f"{juror.marker} {juror.row_label}" for juror in first)
        left = len(self.unknown(sworn))
        coming = f" · {len(sworn) - left} of {len(sworn)} networks measured" if left else ""
        return render_endurance(courses, width, height, f"{names} · on {images:,} test images{coming}")
