"""Commands that train: `train`, `compare`, `resume`, `fork`."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from mnist_tui.cli.flags import (
    NO_CHANGES,
    NO_FLAGS,
    Ablate,
    BudgetFlag,
    Changes,
    Flags,
    Fresh,
    Preset,
    Seeds,
    Sweeps,
    given_flags,
    to_config,
)
from mnist_tui.cli.plan import plan
from mnist_tui.cli.program import Baseline, Figures, Force, Json, Margin, Output, RunId, app, complain, whole
from mnist_tui.errors import MnistTuiError, RunError, describe_defect

if TYPE_CHECKING:
    from mnist_tui.cli.agenda import Agenda, Timekeeper
    from mnist_tui.cli.headless import Interrupt
    from mnist_tui.cli.reporters import Reporter
    from mnist_tui.runs.layout import RunDirectory
    from mnist_tui.runs.run import Run


@app.command
def train(*, preset: Preset = None, flags: Flags = NO_FLAGS, as_json: Json = False) -> int:
    """Train one run and test it."""
    from mnist_tui.cli.headless import Interrupt, train_all
    from mnist_tui.cli.output import Listener
    from mnist_tui.cli.reporters import make_reporter

    interrupt, listener = Interrupt(), Listener()
    runs = list(train_all([to_config(flags, preset)], make_reporter(listener, as_json=as_json), interrupt))
    if interrupt.requested:
        return 130
    [(_, run)] = runs
    return listener.code(complain(run.failure, 1, quiet=sys.stdout.isatty()) if run.failure else 0)


@app.command
def resume(run_id: RunId, *, as_json: Json = False) -> int:
    """Go on with a run that was stopped, interrupted or killed, from its last complete epoch."""
    from mnist_tui.runs.naming import find

    return _go_on(find(run_id), as_json=as_json)


@app.command
def fork(
    run_id: RunId,
    *,
    epoch: Annotated[
        int | None, Parameter(converter=whole, help="after which epoch to leave the run [default: its last]")
    ] = None,
    flags: Changes = NO_CHANGES,
    as_json: Json = False,
) -> int:
    """Train a run that has the weights of another one after an epoch, and other settings from there on.

    What is not named stays as it was in the other run.
    """
    from mnist_tui.runs import checkpoints, forks
    from mnist_tui.runs.naming import find

    parent = find(run_id)
    kept = checkpoints.epochs(parent)
    if not kept:
        raise RunError(f"{parent.run_id} has no complete epoch to fork from.")
    changes = given_flags(flags)
    if not changes:
        return complain("A fork differs in a setting: name one, for example --learning-rate 0.1.", 2)
    return _go_on(forks.fork(parent, kept[-1] if epoch is None else epoch, changes), as_json=as_json)


def _go_on(directory: "RunDirectory", *, as_json: bool) -> int:
    from mnist_tui.cli.headless import Interrupt, go_on
    from mnist_tui.cli.output import Listener
    from mnist_tui.cli.reporters import make_reporter

    interrupt, listener = Interrupt(), Listener()
    run = go_on(directory, make_reporter(listener, as_json=as_json), interrupt)
    if interrupt.requested or run is None:
        return 130
    return listener.code(complain(run.failure, 1, quiet=sys.stdout.isatty()) if run.failure else 0)


@app.command
def compare(
    *,
    sweep: Sweeps = (),
    ablate: Ablate = None,
    seeds: Seeds = None,
    budget: BudgetFlag = None,
    fresh: Fresh = False,
    preset: Preset = None,
    baseline: Baseline = None,
    margin: Margin = 0.2,
    output: Output = None,
    force: Force = False,
    figures: Figures = None,
    as_json: Json = False,
    flags: Flags = NO_FLAGS,
) -> int:
    """Train the three classic rows (plain, batch normalisation, L2 with λ = 0.1), or others, and compare.

    What was trained earlier is taken from the home directory.
    """
    from mnist_tui.analysis import comparison
    from mnist_tui.analysis.budget import parse_budget
    from mnist_tui.cli.agenda import Timekeeper, prepare
    from mnist_tui.cli.headless import Interrupt, home_runs
    from mnist_tui.cli.output import Listener
    from mnist_tui.cli.reporters import make_reporter
    from mnist_tui.cli.results import Results, told

    results = Results(baseline, margin, output, force, as_json, figures=figures)
    limit = None if budget is None else parse_budget(budget)
    design = plan(flags, preset, sweep, ablate, seeds)
    labels = design.row_labels
    results.check(labels)
    agenda = prepare(design, home_runs(), fresh=fresh, budget=limit, seeds=seeds)
    interrupt, listener = Interrupt(), Listener()
    reporter = make_reporter(listener, as_json=as_json)
    reporter.plan(agenda)
    keeper = Timekeeper(agenda)
    problems: list[str] = []
    runs = _trained(agenda, reporter, interrupt, keeper, problems)
    if words := keeper.words():
        listener.line(json.dumps(keeper.to_dict()) if as_json else words)
    conclusions = results.conclude(comparison.compare(runs), labels, problems)
    results.show(conclusions, listener)
    try:
        if (written := results.write(conclusions)) and not as_json:
            listener.line(told(written))
    except MnistTuiError as error:
        problems.append(f"{error} The runs are kept: `mnist-tui report` brings them back.")
    for problem in problems:
        complain(problem, 1)
    if interrupt.requested:
        return 130
    failed = [run for run in runs if not run.finished]
    for run in failed:
        complain(f"{run.name}: {run.failure}", 1, quiet=sys.stdout.isatty())
    return listener.code(1 if failed or problems else 0)


def _trained(
    agenda: "Agenda", reporter: "Reporter", interrupt: "Interrupt", keeper: "Timekeeper", problems: list[str]
) -> "list[Run]":
    """The runs of an agenda, in its order; where something came between, those that were done by then.

    Args:
        agenda: What is to be trained.
        reporter: Shows it.
        interrupt: Ends it.
        keeper: Of the budget.
        problems: What came between is added, unless there is no run at all.
    """
    from mnist_tui.cli.headless import train_all

    done: dict[int, Run] = {}
    try:
        for number, run in train_all(
            agenda.design.configs, reporter, interrupt, agenda.earlier, agenda.planned, keeper.goes_on
        ):
            done |= {number: run}
    except Exception as error:
        if not done:
            raise
        why = str(error) if isinstance(error, MnistTuiError) else describe_defect(error)
        problems.append(f"{why} {len(done)} of {agenda.planned} runs are done.")
    return [done[number] for number in sorted(done)]
