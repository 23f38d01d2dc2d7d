"""How a command shows a comparison, and where it writes it: the same for all commands that compare."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mnist_tui.cli.output import Listener
from mnist_tui.errors import ConfigError, MnistTuiError

if TYPE_CHECKING:
    from mnist_tui.analysis.comparison import Comparison
    from mnist_tui.analysis.conclusions import Conclusions
    from mnist_tui.reports.pictures import FigureFile, PictureFormat


def row_number(labels: Sequence[str], text: str, what: str) -> int:
    """The number of the row that a person named, from 0.

    Args:
        labels: The names of the rows.
        text: One of them, or a number from 1.
        what: What it was named for, for the error message.

    Raises:
        ConfigError: There is no such row.
    """
    if text in labels:
        return labels.index(text)
    if text.isdecimal() and 1 <= int(text) <= len(labels):
        return int(text) - 1
    shown = f"“{text[:40]}”" if text.isprintable() else "that"
    rows = "; ".join(f"{number} {label}" for number, label in enumerate(labels, 1))
    raise ConfigError(what, f"{what} must be the name or the number of a row, not {shown}: {rows}.")


def told(written: Sequence[Path]) -> str:
    """What `Results.write` has written, the report at the end."""
    report, *figures = written
    beside = f"Figures: {', '.join(path.name for path in figures)}\n" if figures else ""
    return f"{beside}Report: {report}"


@dataclass(frozen=True)
class Results:
    """What was asked for about the results of a command.

    Attributes:
        baseline: The row that the others are compared with, by name or number; the first where none is named.
        margin: δ, in points.
        output: Where to write the report, if anywhere.
        force: Whether files that are there may be replaced.
        as_json: Whether standard output is for programs.
        kind: A format of reports; where none is named, the output's ending says which.
        figures: A format of figures, or `none`; where nothing is said, Markdown has some.
    """

    baseline: str | None
    margin: float
    output: Path | None = None
    force: bool = False
    as_json: bool = False
    kind: str | None = None
    figures: Literal["svg", "png", "pdf", "none"] | None = None

    @property
    def format(self) -> str:
        """That of the report."""
        from mnist_tui.reports.formats import FORMATS

        ending = self.output.suffix.lower().removeprefix(".") if self.output else ""
        return self.kind or (ending if ending in FORMATS else "md")

    @property
    def picture_format(self) -> "PictureFormat | None":
        """That of the figures; `None` where none are drawn."""
        if self.output is None or self.figures == "none":
            return None
        return self.figures or ("svg" if self.format == "md" else None)

    def check(self, labels: Sequence[str]) -> None:
        """Refuse what cannot be done, before hours of training.

        Args:
            labels: The names of the rows that will be there.

        Raises:
            ConfigError: There is no such baseline, δ is out of its range, or figures have no place.
            RunError: The report cannot be written.
            FileTakenError: It is there already.
        """
        from mnist_tui.analysis.differences import checked_margin
        from mnist_tui.reports.files import check_writable
        from mnist_tui.reports.pictures import PICTURES, beside

        checked_margin(self.margin)
        if self.baseline is not None:
            row_number(labels, self.baseline, "baseline")
        if self.output is None:
            if self.figures not in {None, "none"}:
                raise ConfigError("figures", "figures stand beside a report: say where, with --output FILE.")
            return
        check_writable(self.output, overwrite=self.force)
        if self.picture_format:
            for name in PICTURES:
                check_writable(beside(self.output, name, self.picture_format), overwrite=self.force)

    def conclude(
        self, comparison: "Comparison", planned: Sequence[str], problems: list[str]
    ) -> "Conclusions":
        """What the comparison allows to be concluded.

        Args:
            comparison: May lack rows that could not be trained.
            planned: The names that `check` was given.
            problems: Gets a sentence where the baseline has no result; the first row is it then.
        """
        from mnist_tui.analysis import conclusions

        labels = [row.label for row in comparison.rows]
        number = row_number(planned, self.baseline, "baseline") if self.baseline else 0
        if self.baseline and planned[number] in labels:
            number = labels.index(planned[number])
        elif len(planned) != len(labels):  # else a name has grown, by a rate that was decided for example
            if self.baseline and labels:
                problems.append(f"{planned[number]} has no result: the baseline is {labels[0]} instead.")
            number = 0
        return conclusions.conclude(comparison, number, self.margin / 100)

    def show(self, conclusions: "Conclusions", listener: Listener) -> None:
        """Print the table of the rows, and how they differ from the baseline."""
        from mnist_tui.analysis.ablation import ablation
        from mnist_tui.analysis.commands import unlike_the_study
        from mnist_tui.analysis.findings import findings
        from mnist_tui.analysis.notes import notes
        from mnist_tui.cli.tables import comparison_table, differences_table, effects_table
        from mnist_tui.reports import markdown
        from mnist_tui.reports.record import sealed_record

        comparison = conclusions.comparison
        if self.as_json:
            listener.line(json.dumps({"event": "comparison", **sealed_record(conclusions)}))
            return
        is_terminal = sys.stdout.isatty()
        if is_terminal:
            listener.table(comparison_table(comparison))
        else:
            listener.line("\n" + "\n".join([*markdown.results_table(comparison), *notes(comparison)]))
        if sentences := findings(conclusions):
            listener.line("\n" + "\n".join(f"- {sentence}" for sentence in sentences))
        found = ablation(comparison, conclusions.margin)
        if is_terminal and found:
            listener.line("")
            listener.table(effects_table(found))
        if is_terminal and conclusions.differences:
            listener.line("")
            listener.table(differences_table(conclusions))
        elif not is_terminal:
            for block in [*markdown.effects_table(conclusions), *markdown.difference_tables(conclusions)]:
                listener.line("\n" + "\n".join(block))
        if differences := unlike_the_study(comparison):
            listener.line(f"Unlike the study with these three rows: {differences}.")

    def write(self, conclusions: "Conclusions") -> list[Path]:
        """Write the report, and the figures beside it.

        Returns:
            The places of what was written, the report's first; none where none was asked for or there is
            nothing to report.

        Raises:
            FileTakenError: One of them is there already.
            RunError: One of them cannot be written.
        """
        from mnist_tui.reports.files import write_report
        from mnist_tui.reports.formats import render

        if not (self.output and conclusions.comparison.rows):
            return []
        drawn: list[tuple[Path, FigureFile]] = []
        problem: MnistTuiError | None = None
        try:
            drawn += self._draw(conclusions, self.output)
        except MnistTuiError as error:  # which costs the figure, not the report
            problem = error
        text = render(conclusions, self.format, [figure for _, figure in drawn])
        report = write_report(self.output, text, overwrite=self.force)
        if problem:
            raise problem
        return [report, *(path for path, _ in drawn)]

    def _draw(self, conclusions: "Conclusions", output: Path) -> "Iterator[tuple[Path, FigureFile]]":
        if self.picture_format is None:
            return
        from mnist_tui.reports.figures import pictures
        from mnist_tui.reports.files import write_report
        from mnist_tui.reports.pictures import FigureFile, beside

        for picture in pictures(conclusions.comparison, self.picture_format):
            path = beside(output, picture.name, self.picture_format)
            written = write_report(path, picture.content, overwrite=self.force)
            yield written, FigureFile(written.name, picture.title, picture.caption)
