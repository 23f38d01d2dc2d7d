"""What came of checking a report, in numbers, in sentences and as JSON values."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from statistics import fmean
from typing import Any

from mnist_tui import __version__
from mnist_tui.analysis.comparison import Comparison
from mnist_tui.analysis.conclusions import Conclusions, conclude
from mnist_tui.analysis.phrases import listed
from mnist_tui.analysis.statistics import CONFIDENCE
from mnist_tui.reports.claims import Claims
from mnist_tui.reports.verification import Number, Outcome, digits, loss_spread, numbers, place
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run
from mnist_tui.text import number_of


@dataclass
class Verification:
    """A report that is being checked.

    Attributes:
        claims: What it claims.
        contradictions: Where it was changed by hand.
        is_text_whole: Whether nobody changed anything around its claims.
        refused: Row to why it cannot be run again.
        again: The id of a run in the report to the run that came of it here.
        loss_spreads: The same to how far the losses of its test images spread here.
        failed: A run in the report, in words, to why it came to no result here.
        here: What may be concluded from the runs that were made here; `None` where not all were.
    """

    claims: Claims
    contradictions: list[str] = field(default_factory=list)
    is_text_whole: bool = True
    refused: dict[str, str] = field(default_factory=dict)
    again: dict[str, Run] = field(default_factory=dict)
    loss_spreads: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    here: Conclusions | None = None

    def add(self, row: Row, claimed: Run, here: Run) -> None:
        """Take a run that was made again; reads its predictions from the disk."""
        if here.finished:
            self.again[claimed.run_id] = here
            if place(claimed, here) and (spread := loss_spread(here)) is not None:
                self.loss_spreads[claimed.run_id] = spread
        else:
            self.failed[f"{row.label}, seed {claimed.config.seed}"] = here.failure or str(here.status)

    def conclude(self) -> None:
        """Compare the rows as the report does, if all of them are here; reads predictions from the disk."""
        claimed = self.claims.conclusions
        if len(self.again) == len(claimed.comparison.runs):
            rows = [replace(row, runs=tuple(self._here(row))) for row in self.claims.rows]
            here = Comparison(tuple(rows), {}, (), claimed.comparison.left_out)
            self.here = conclude(here, claimed.baseline, claimed.margin)

    def _here(self, row: Row) -> list[Run]:
        return [self.again[run.run_id] for run in row.runs if run.run_id in self.again]

    @property
    def numbers(self) -> list[Number]:
        """Every number that was checked."""
        found = numbers(self.claims.rows, self.again, self.loss_spreads)
        return found + digits(self.claims.conclusions, self.here) if self.here else found

    @property
    def place(self) -> list[str]:
        """In what here and there differ."""
        runs = self.claims.conclusions.comparison.runs
        pairs = ((run, self.again[run.run_id]) for run in runs if run.run_id in self.again)
        return list(dict.fromkeys(one for pair in pairs for one in place(*pair)))

    @property
    def code(self) -> int:
        """0: all that was asked for was checked and holds; 1: something does not; 2: it cannot be checked."""
        if self.contradictions or self.failed or self._with(Outcome.NOT_REPRODUCED):
            return 1
        return 2 if self.refused else 0

    def _with(self, outcome: Outcome) -> list[Number]:
        return [number for number in self.numbers if number.outcome is outcome]

    def sentences(self) -> list[str]:
        """What came of it."""
        if self.contradictions:
            return ["The report was changed by hand. It does not say what it claims:", *self.contradictions]
        return list(self._sentences())

    def _sentences(self) -> Iterator[str]:
        for outcome in Outcome:
            if found := self._with(outcome):
                bad = outcome is Outcome.NOT_REPRODUCED
                which = f" ({'; '.join(_name(one) for one in found)})" if bad else ""
                yield f"{number_of(len(found), 'number')}: {outcome}{which}."
        for run, reason in self.failed.items():
            yield f"{run} came to no result here: {reason}"
        for row, reason in self.refused.items():
            yield f"{row} was not checked: {reason}."
        runs = len(self.claims.conclusions.comparison.runs)
        if self.again and len(self.again) < runs:
            yield (
                f"{len(self.again)} of {runs} runs were made again: the others, and the differences between "
                "rows, were not checked."
            )
        if self.place:
            yield (
                f"Here and there differ: {'; '.join(self.place)}. So last bits may differ, and what follows "
                "from them."
            )
        yield from self._rule()
        yield from self._verdicts()
        yield from self._times()
        if not self.is_text_whole:
            yield (
                "The text was changed after it was written, but neither its tables, its findings nor another "
                "number in it."
                if self.claims.made_with == __version__
                else "The text was changed after it was written, but neither its tables of results nor its "
                "findings; the rest was not compared, as another version wrote it."
            )

    def _rule(self) -> Iterator[str]:
        if self._with(Outcome.WITHIN_SEEDS):
            yield (
                "Within what seeds vary: no further from the claim than two seeds of a row lie apart, with a "
                f"confidence of {100 * CONFIDENCE:.0f} % for all numbers that differ together."
            )
        if self._with(Outcome.WITHIN_IMAGES):
            yield (
                "Within the choice of the images: no further from the claim than two networks that are "
                "equally good on all such images. There is one run a row: it does not tell how far a seed "
                "moves it."
            )
        if unjudged := self._with(Outcome.NOT_JUDGED):
            words = listed(list(dict.fromkeys(number.words for number in unjudged)), most=len(unjudged))
            yield (
                f"Not judged: {words}. With one run a row, elsewhere, nothing tells how far a seed moves "
                "them: they are shown, and neither confirmed nor refuted. All numbers of a report of several "
                "seeds (--seeds) can be judged; of this one, those can where it was made."
            )

    def _verdicts(self) -> Iterator[str]:
        if self.here and self.claims.conclusions.differences:
            pairs = zip(self.claims.conclusions.differences, self.here.differences, strict=True)
            told = (
                f"{there.row.label} {there.verdict or 'not compared'} there, "
                f"{now.verdict or 'not compared'} here"
                for there, now in pairs
            )
            yield f"Verdicts beside {self.claims.conclusions.baseline_row.label}: {'; '.join(told)}."

    def _times(self) -> Iterator[str]:
        told = []
        for row in self.claims.rows:
            here = [run.finished.train_seconds for run in self._here(row) if run.finished]
            if here:
                there = [run.finished for run in row.runs if run.run_id in self.again]
                mean = fmean(one.train_seconds for one in there if one)
                told.append(f"{row.label} {mean:.1f} s there, {fmean(here):.1f} s here")
        if told:
            yield f"Times are told, not checked: training took {'; '.join(told)}."

    def to_record(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "code": self.code,
            "contradictions": self.contradictions,
            "is_text_whole": self.is_text_whole,
            "numbers": [
                {name: value for name, value in asdict(number).items() if name != "shown"}
                for number in self.numbers
            ],
            "failed": self.failed,
            "refused": self.refused,
            "place": self.place,
            "sentences": self.sentences(),
        }


def _name(number: Number) -> str:
    return f"{number.words} of {number.row}, seed {number.seed}"
