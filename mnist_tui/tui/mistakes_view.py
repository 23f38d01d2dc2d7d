"""What the mistakes screen shows of what is known: pictures of numbers, and what they say in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from mnist_tui.analysis.calibration import Calibration
from mnist_tui.analysis.confusion import ClassAccuracy, Confusion, count_difference, rate_difference
from mnist_tui.analysis.difference_cells import MINUS
from mnist_tui.analysis.differences import SYMBOLS
from mnist_tui.tui.digit_sets import DigitSet, Whose, cell_set, digit_sets
from mnist_tui.tui.examined import Examined, Subject
from mnist_tui.tui.identity import Identity
from mnist_tui.tui.renderables.confusion import Heat
from mnist_tui.tui.renderables.lines import Line, fitting
from mnist_tui.tui.renderables.spans import Span, render_spans

WHOSE: tuple[Whose, ...] = ("difference", "first", "second")
"""Of which networks the matrix is, where there are two."""

MOST_PAIRS = 3
"""Pairs of classes that are named."""


@dataclass(frozen=True)
class MistakesView:
    """One way to look at the answers of a run, and of the one beside it.

    Attributes:
        found: What is known; of the first run at least.
        names: What the two are called, with their markers.
        looks: How they are told apart.
        is_rate: Shares of each row instead of counts.
        has_diagonal: Whether the matrix shows what is right, too.
        whose: Of which networks it is, where there are two.
    """

    found: Examined
    names: tuple[str, str]
    looks: tuple[Identity, Identity]
    is_rate: bool = False
    has_diagonal: bool = False
    whose: Whose = "difference"

    @property
    def first(self) -> Subject:
        """The run that is looked at."""
        assert self.found.first  # noqa: S101 - see `found`
        return self.found.first

    @property
    def heads(self) -> Sequence[str]:
        """Each run and how well it did; of the second one, what it fixes and breaks, too."""
        answers, both = self.first.answers, self.found.both
        right, wrong = f"{100 * answers.accuracy:.2f} % right", f"{len(answers.mistakes):,}"
        heads = [f"{self.names[0]} · {right}, {wrong} of {len(answers):,} wrong"]
        if self.found.second and both:
            fixed, broken = len(both.fixed), len(both.broken)
            heads.append(
                f"{self.names[1]} · {100 * self.found.second.answers.accuracy:.2f} % right, "
                f"fixes {fixed:,}, breaks {broken:,}: {SYMBOLS[both.verdict]} {both.verdict}"
            )
        return heads

    @property
    def _marks(self) -> tuple[str, str]:
        return self.looks[0].marker, self.looks[1].marker

    # The matrix

    @property
    def heat(self) -> Heat:
        """The matrix."""
        matrix, (look, other) = self._matrix, self.looks
        if matrix is None and self.found.second:
            difference = rate_difference if self.is_rate else count_difference
            values = difference(self.found.second.matrix, self.first.matrix)
            return Heat(values, self.is_rate, True, self.has_diagonal, other.color, look.color)
        shown = matrix or self.first.matrix
        style = other.color if self.whose == "second" and self.found.second else look.color
        return Heat(
            shown.rates if self.is_rate else shown.counts, self.is_rate, False, self.has_diagonal, style
        )

    @property
    def _matrix(self) -> Confusion | None:
        """Whose matrix it is; `None` where it is a difference."""
        second = self.found.second
        if second is None or self.whose == "first":
            return self.first.matrix
        return second.matrix if self.whose == "second" else None

    @property
    def matrix_title(self) -> str:
        """What the matrix is of."""
        mark, other = self._marks
        whose = f"{other} {MINUS} {mark}" if self._matrix is None else other if self._is_second else mark
        of = whose if self.found.second else ""
        what = "all answers" if self.has_diagonal else "mistakes"
        how = "% of each line" if self.is_rate else "counted"
        return " · ".join(part for part in ("Confusion", of, f"{what}, {how}") if part)

    @property
    def _is_second(self) -> bool:
        return self.found.second is not None and self.whose == "second"

    @property
    def matrix_notes(self) -> Sequence[str]:
        """How to read it, and what is confused most often."""
        matrix = self._matrix
        if matrix is None:
            return [
                f"+ more with {self._marks[1]} than with {self._marks[0]}, {MINUS} fewer.",
                f"Better: + on the diagonal, {MINUS} beside it.",
                "A few images either way are chance.",
            ]
        names = self.found.names
        worst = matrix.worst_pairs(MOST_PAIRS)
        pairs = [f"{names[true]} taken for {names[said]} ({count})" for true, said, count in worst]
        often = f"Most often: {', '.join(pairs)}." if pairs else "Nothing is confused."
        return ["A line for what digits are, a column for what they are taken for.", often]

    def cell_words(self, true: int, said: int) -> str:
        """A cell in words.

        Args:
            true: What its digits show.
            said: What they are taken for.
        """
        matrix = self._matrix
        names = self.found.names
        what = f"{names[true]} recognised" if true == said else f"{names[true]} taken for {names[said]}"
        if matrix is None and self.found.second:
            counts = (self.first.matrix.counts[true, said], self.found.second.matrix.counts[true, said])
            return f"{what}: {counts[0]:,} and {counts[1]:,}"
        counts_of = matrix or self.first.matrix
        return f"{what}: {counts_of.counts[true, said]:,} of {counts_of.counts[true].sum():,}"

    def sets(self, cell: tuple[int, int] | None = None) -> list[DigitSet]:
        """The sets of digits that there are.

        Args:
            cell: One of the matrix that was opened; its digits come first.
        """
        sets = list(digit_sets(self.found, self._marks))
        return sets if cell is None else [cell_set(self.found, self.whose, *cell, self._marks), *sets]

    # Shares with their intervals

    def class_lines(self, width: int, height: int) -> list[Line]:
        """The accuracy of each class, of both networks where there is room.

        Args:
            width: Cells.
            height: Cells.
        """
        first, second = self.first.matrix.by_class, self.found.second and self.found.second.matrix.by_class
        has_room = second is not None and height >= 2 * len(first) + 2
        spans = []
        for label, one in enumerate(first):
            other = second[label] if second else None
            beside = None if has_room else other
            spans.append(_class_span(self.found.names[label], one, self.looks[0], beside, self.looks[1]))
            if has_room and other:
                spans.append(_class_span("", other, self.looks[1]))
        lines = render_spans(spans, width)
        return [*lines, *fitting(_class_notes(first, self.found.names), width, height - len(lines))]

    def bin_lines(self, width: int, height: int) -> list[Line]:
        """How often it is right, by how sure it is; of both networks where there is room.

        Args:
            width: Cells.
            height: Cells.
        """
        first, beside = self.first.calibration, self.found.second
        second = beside.calibration if beside else None
        spans = _bin_spans(first, self.looks[0])
        if second:
            others = {span.label: span for span in _bin_spans(second, self.looks[1])}
            labels = sorted({span.label for span in spans} | others.keys())
            both = [
                span
                for label in labels
                for span in (next((one for one in spans if one.label == label), None), others.get(label))
                if span
            ]
            spans = both if len(both) + 2 <= height else spans
        lines = render_spans(spans, width, (0.0, 1.0))
        return [*lines, *fitting(self._bin_notes(first, second), width, height - len(lines))]

    def _bin_notes(self, first: Calibration, second: Calibration | None) -> Sequence[str]:
        last = first.bins[-1]
        beside = f" ({self._marks[1]} {100 * second.error:.2f})" if second else ""
        kept, claimed = self.first.answers.accuracy, self.first.answers.accuracy + first.gap
        return [
            f"Where it says {100 * last.low:.0f}–{100 * last.high:.0f} %, it is right in "
            f"{100 * last.accuracy:.1f} % of {last.images:,} cases.",
            f"Expected calibration error: {100 * first.error:.2f} points{beside}.",
            f"◇ is what it claims: on average {100 * claimed:.2f} %, and it keeps {100 * kept:.2f}.",
        ]


def _class_notes(by_class: Sequence[ClassAccuracy], names: Sequence[str]) -> Sequence[str]:
    worst = min((one for one in by_class if one.images), key=lambda one: one.right / one.images)
    return [
        f"Worst: {names[worst.label]} ({worst.right:,} of {worst.images:,}).",
        "Bars are 95 % intervals: where two overlap much, these images hardly tell which class is harder.",
    ]


def _class_span(
    label: str,
    one: ClassAccuracy,
    look: Identity,
    other: ClassAccuracy | None = None,
    second: Identity | None = None,
) -> Span:
    if one.accuracy is None or one.low is None or one.high is None:
        return Span(label, "no images")
    text = f"{100 * one.accuracy:5.1f} % ({100 * one.low:.1f}–{100 * one.high:.1f})"
    if other and second and other.accuracy is not None:
        text += f" {second.marker} {100 * other.accuracy:.1f}"
    return Span(label, text, one.accuracy, one.low, one.high, look.marker, look.color)


def _bin_spans(found: Calibration, look: Identity) -> list[Span]:
    return [
        Span(
            f"says {100 * one.low:2.0f}–{100 * one.high:.0f} %",
            f"{100 * one.accuracy:5.1f} % of {one.images:,}",
            one.accuracy,
            *one.interval,
            mark=look.marker,
            style=look.color,
            reference=one.confidence,
        )
        for one in found.bins
    ]
