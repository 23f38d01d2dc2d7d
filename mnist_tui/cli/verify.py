"""`mnist-tui verify`: run again what a report claims, and say number by number whether it holds."""

import contextlib
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from cyclopts import Parameter

from mnist_tui.cli.program import Json, app, complain
from mnist_tui.training.events import VERSION

if TYPE_CHECKING:
    from mnist_tui.benchmark.outlook import Outlook
    from mnist_tui.cli.headless import Interrupt
    from mnist_tui.cli.output import Listener
    from mnist_tui.cli.reporters import Reporter
    from mnist_tui.reports.verdict import Verification
    from mnist_tui.runs.rows import Row
    from mnist_tui.runs.run import Run

    Pair: TypeAlias = tuple[Row, Run]


@app.command
def verify(
    report: Annotated[Path, Parameter(help="written by compare or report, as Markdown or JSON")],
    *rows: Annotated[str, Parameter(help="names or numbers of its rows [default: all]")],
    quick: Annotated[bool, Parameter(negative=(), show_default=False, help="one seed of each row")] = False,
    dataset: Annotated[
        str | None,
        Parameter(metavar="NAME|DIR", help="where the report's data are here, if not where they were there"),
    ] = None,
    as_json: Json = False,
) -> int:
    """Train again what a report claims, say number by number whether it holds, and keep none of it."""
    from mnist_tui.cli.headless import Interrupt
    from mnist_tui.cli.output import Listener
    from mnist_tui.cli.reporters import make_reporter
    from mnist_tui.cli.results import row_number
    from mnist_tui.paths import expand
    from mnist_tui.reports.claims import ClaimsError
    from mnist_tui.reports.consistency import contradictions
    from mnist_tui.reports.refusals import refusal
    from mnist_tui.reports.sealing import unseal
    from mnist_tui.reports.verdict import Verification

    sealed = unseal(expand(report))
    claims = sealed.claims
    chosen = [claims.rows[row_number(claims.labels, name, "row")] for name in dict.fromkeys(rows)]
    verification = Verification(claims, contradictions(sealed), is_text_whole=sealed.is_text_whole)
    interrupt, listener = Interrupt(), Listener()
    if not verification.contradictions:
        wanted: list[Pair] = []
        for row in chosen or claims.rows:
            if reason := refusal(row, dataset):
                verification.refused[row.label] = reason
            else:
                wanted += [(row, run) for run in row.runs[: 1 if quick else None]]
        if chosen and verification.refused:
            label, reason = next(iter(verification.refused.items()))
            raise ClaimsError(f"{label} cannot be checked: {reason}.")
        if wanted:
            _train_again(verification, wanted, dataset, make_reporter(listener, as_json=as_json), interrupt)
    _tell(verification, listener, as_json=as_json)
    return 130 if interrupt.requested else listener.code(verification.code)


@dataclass(frozen=True)
class Again:
    """What is about to be trained again: a `reporters.Plan`."""

    outlook: "Outlook"

    def lines(self) -> list[str]:
        """It in words."""
        return [f"{self.outlook.words}: in a home of their own, which is deleted"]

    def to_dict(self) -> dict[str, Any]:
        """It as an event for programs."""
        expected = None if self.outlook.is_guess else self.outlook.seconds
        return {"event": "plan", "v": VERSION, "runs": self.outlook.runs, "expected_seconds": expected}


def _train_again(
    verification: "Verification",
    wanted: "Sequence[Pair]",
    dataset: str | None,
    reporter: "Reporter",
    interrupt: "Interrupt",
) -> None:
    """Train runs of a report in a home that is deleted, one after the other."""
    from mnist_tui import cores
    from mnist_tui.benchmark.outlook import Forecast
    from mnist_tui.cli.headless import home_runs, train_all
    from mnist_tui.jobs import queue
    from mnist_tui.jobs.borrowed import borrowed_home, core_of_home
    from mnist_tui.reports.refusals import config_again

    configs = [config_again(run, dataset) for _, run in wanted]
    busy = min(len(queue.busy()), cores.most_runs() - 1)
    reporter.plan(Again(Forecast(home_runs(), busy).outlook(configs)))
    with (
        interrupt.calls(lambda: None),
        core_of_home(lambda: complain(_WAITS, 0), lambda: interrupt.requested),
        borrowed_home(),
    ):
        if interrupt.requested:
            return
        for number, run in train_all(configs, reporter, interrupt):
            _keep_predictions_alone(run)
            if not interrupt.requested:
                verification.add(*wanted[number], run)
        verification.conclude()


_WAITS = "As many runs train here as there are cores: waits for one; ctrl+c leaves it."


def _keep_predictions_alone(run: "Run") -> None:
    """Delete what a run could be resumed or forked from: nobody will, and it is large."""
    shutil.rmtree(run.directory.checkpoints_path, ignore_errors=True)
    for path in (run.directory.checkpoint_path, run.directory.model_path):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _tell(verification: "Verification", listener: "Listener", *, as_json: bool) -> None:
    from mnist_tui.cli.tables import numbers_table
    from mnist_tui.reports.tables import table_of_numbers

    if as_json:
        listener.line(json.dumps({"event": "verification", "v": VERSION, **verification.to_record()}))
        return
    if numbers := verification.numbers:
        if sys.stdout.isatty():
            listener.table(numbers_table(numbers))
        else:
            listener.line("\n" + "\n".join(table_of_numbers(numbers)))
        listener.line("")
    for sentence in verification.sentences():
        listener.line(sentence)
