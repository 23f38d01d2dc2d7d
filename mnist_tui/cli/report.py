"""`mnist-tui report`."""

import sys
from typing import Annotated, Literal

from cyclopts import Parameter

from mnist_tui.cli.program import Baseline, Figures, Force, Margin, Output, app, complain
from mnist_tui.errors import RunError


@app.command(name="report")
def write(
    *run_ids: Annotated[
        str,
        Parameter(help="runs by their ids or enough of them, or by name; last: the newest [default: all]"),
    ],
    kind: Annotated[
        Literal["md", "csv", "json"] | None,
        Parameter(name="--format", help="[default: what the output's name ends in, else md]"),
    ] = None,
    baseline: Baseline = None,
    margin: Margin = 0.2,
    output: Output = None,
    force: Force = False,
    figures: Figures = None,
) -> int:
    """Report finished runs, all of them where none is named, as Markdown, CSV or JSON.

    Runs that failed are told of beside the others; named alone, in Markdown.
    """
    from mnist_tui.analysis import comparison
    from mnist_tui.cli.results import Results, told
    from mnist_tui.reports.description import unreadable
    from mnist_tui.reports.failures import can_be_told, report_of_failures
    from mnist_tui.reports.files import write_report
    from mnist_tui.reports.formats import render
    from mnist_tui.runs.layout import list_runs
    from mnist_tui.runs.naming import find_all
    from mnist_tui.runs.store import RunStore

    list_runs()  # or say why there is nothing to report
    store = RunStore()
    store.refresh()
    named = (directory.run_id for name in run_ids for directory in find_all(name))
    names = list(dict.fromkeys(named)) or list(store.runs)
    for name in names:
        store.apply(store.read(name))
        if run_ids:
            store.check_readable(name)
    if store.unreadable and not run_ids:
        complain(unreadable(store.unreadable), 0)
    chosen = [store.runs[name] for name in names if name in store.runs]
    result = comparison.compare(chosen)
    unfinished = [run for run in chosen if not run.finished]
    results = Results(baseline, margin, output, force, kind=kind, figures=figures)
    if run_ids and not result.rows and results.format == "md" and can_be_told(unfinished):
        text = report_of_failures(unfinished)
        sys.stdout.write(told([write_report(output, text, overwrite=force)]) + "\n" if output else text)
        return 0
    # Those that failed say more beside others: that a seed diverged, for example.
    if run_ids and (told_of := [run for run in unfinished if run.is_active or not result.rows]):
        raise RunError(f"{told_of[0].run_id} has no result to report: its status is {told_of[0].status}.")
    if not result.rows:
        raise RunError("No finished run to report: train one with `mnist-tui train`.")
    labels = [row.label for row in result.rows]
    results.check(labels)
    conclusions = results.conclude(result, labels, [])
    if written := results.write(conclusions):
        sys.stdout.write(f"{told(written)}\n")
    else:
        sys.stdout.write(render(conclusions, kind or "md"))
    return 0
