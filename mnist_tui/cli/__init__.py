"""The command line. Exit codes: 0 done, 1 it failed, 2 wrong usage or bad input, 130 interrupted."""

import dataclasses
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, TypeAlias

from cyclopts import App, CycloptsError, Parameter, UnusedCliTokensError

from mnist_tui import __version__
from mnist_tui.errors import MnistTuiError, RunError, describe_defect
from mnist_tui.settings.presets import PRESETS, PresetName, three_rows
from mnist_tui.settings.run_config import (
    RunConfig,
    default_value,
    format_setting,
    parse_setting,
    setting,
    setting_names,
)
from mnist_tui.settings.sweeps import Sweep, grid

if TYPE_CHECKING:
    from mnist_tui.runs.layout import RunDirectory

    RunFlags: TypeAlias = Any
else:

    def _flag(name: str) -> tuple[str, Any, None]:
        kind = bool if isinstance(default_value(name), bool) else str
        choices = f" ({', '.join(setting(name).choices)})" if setting(name).choices else ""
        text = f"{setting(name).help}{choices} [default: {format_setting(default_value(name))}]"
        return name, Annotated[kind | None, Parameter(help=text, allow_leading_hyphen=kind is str)], None

    # One flag for every field of RunConfig. Texts are read by config.parse_setting, as in the form, so
    # that a bad value gets the same sentence everywhere.
    RunFlags = dataclasses.make_dataclass("RunFlags", map(_flag, setting_names()), frozen=True)
    RunFlags.__module__ = __name__

Flags = Annotated[RunFlags, Parameter(name="*")]
Json = Annotated[bool, Parameter(name="--json", negative=(), help="JSON on standard output")]
Output = Annotated[Path | None, Parameter(name=["--output", "-o"], help="file to write the report to")]
Force = Annotated[bool, Parameter(name="--force", negative=(), help="replace the output file if it exists")]
Preset = Annotated[
    PresetName | None,
    Parameter(help="start from settings with a name; other flags change them"),
]
Sweeps = Annotated[
    tuple[str, ...],
    Parameter(
        name="--sweep",
        negative=(),
        show_default=False,
        help="a row for each value instead of the classic three: l2_lambda=0,0.01,0.1 or optimizer=sgd,adam "
        "or hidden=512,256;128; given more than once, a row for each combination",
    ),
]
Yes = Annotated[bool, Parameter(name=["--yes", "-y"], negative=(), help="do not ask")]

NO_FLAGS = RunFlags()

app = App(
    name="mnist-tui",
    help="A terminal laboratory: see what batch normalisation, L2, dropout or an optimizer does to a "
    "network. Without a command: the dashboard.",
    version=__version__,
    help_on_error=False,
)
runs_app = App(name="runs", help="List, show or delete runs.")
data_app = App(name="data", help="Which data is here; fetch full MNIST.")
app.command(runs_app)
app.command(data_app)


@app.default
def dashboard() -> int:
    """Open the dashboard."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return complain(
            "The dashboard needs a terminal, and this is none: run `mnist-tui train` or `mnist-tui compare`, "
            "or see `mnist-tui --help`.",
            2,
        )
    # Like every import below: each command loads only what it needs, and none of the others Textual.
    from mnist_tui.paths import runs_directory
    from mnist_tui.tui.app import MnistTuiApp

    runs_directory()  # or say what is wrong with it before the screen is taken
    dashboard_app = MnistTuiApp()
    dashboard_app.run()
    return dashboard_app.return_code or 0


@app.command
def train(*, preset: Preset = None, flags: Flags = NO_FLAGS, as_json: Json = False) -> int:
    """Train one run and test it."""
    from mnist_tui.cli.console import make_reporter
    from mnist_tui.cli.headless import Interrupt, train_all

    interrupt = Interrupt()
    runs = train_all([to_config(flags, preset)], make_reporter(as_json=as_json), interrupt)
    if interrupt.requested:
        return 130
    [run] = runs
    return complain(run.failure, 1, quiet=sys.stdout.isatty()) if run.failure else 0


@app.command
def resume(run_id: str, *, as_json: Json = False) -> int:
    """Go on with a run that was stopped, interrupted or killed, from its last complete epoch."""
    from mnist_tui.runs.layout import find

    return _go_on(find(run_id), as_json=as_json)


@app.command
def fork(
    run_id: str,
    *,
    epoch: Annotated[int | None, Parameter(help="where to leave the run [default: its last epoch]")] = None,
    flags: Flags = NO_FLAGS,
    as_json: Json = False,
) -> int:
    """Train a run that has the weights of another one after an epoch, and other settings from there on."""
    from mnist_tui.runs import checkpoints, forks
    from mnist_tui.runs.layout import find

    parent = find(run_id)
    kept = checkpoints.epochs(parent)
    if not kept:
        raise RunError(f"{parent.run_id} has no complete epoch to fork from.")
    changes = given_flags(flags)
    if not changes:
        return complain("A fork differs in a setting: name one, for example --learning-rate 0.1.", 2)
    return _go_on(forks.fork(parent, kept[-1] if epoch is None else epoch, changes), as_json=as_json)


def _go_on(directory: "RunDirectory", *, as_json: bool) -> int:
    from mnist_tui.cli.console import make_reporter
    from mnist_tui.cli.headless import Interrupt, go_on

    interrupt = Interrupt()
    run = go_on(directory, make_reporter(as_json=as_json), interrupt)
    if interrupt.requested or run is None:
        return 130
    return complain(run.failure, 1, quiet=sys.stdout.isatty()) if run.failure else 0


@app.command
def compare(
    *,
    sweep: Sweeps = (),
    seeds: Annotated[int, Parameter(help="train each row with so many seeds, from --seed on")] = 1,
    preset: Preset = None,
    output: Output = None,
    force: Force = False,
    as_json: Json = False,
    flags: Flags = NO_FLAGS,
) -> int:
    """Train the three classic rows (plain, batch normalisation, L2 with λ = 0.1), or a sweep, and compare."""
    from mnist_tui.analysis import comparison
    from mnist_tui.cli.console import comparison_table, make_reporter, print_line, print_table
    from mnist_tui.cli.headless import Interrupt, train_all
    from mnist_tui.reports import files as export
    from mnist_tui.reports.markdown import markdown, results_table
    from mnist_tui.reports.record import to_record

    if not 1 <= seeds <= 100:
        return complain(f"seeds must be from 1 to 100, not {seeds}.", 2)
    if output:
        export.check_writable(output, overwrite=force)
    sweeps = [Sweep.parse(text) for text in sweep]
    for name in [one.name for one in sweeps] or ("batch_norm", "l2_lambda", "name"):
        if getattr(flags, name) is not None:
            option = f"--{name.replace('_', '-')}"
            return complain(f"compare sets {option} itself, row by row: leave it out, or use `train`.", 2)
    if seeds > 1 and any(one.name == "seed" for one in sweeps):
        return complain("seeds and a sweep over seed contradict each other: leave one of them out.", 2)
    shared = to_config(flags, preset)
    rows = grid(shared, sweeps) if sweeps else three_rows(shared)
    configs = [row.replace(seed=row.seed + offset) for offset in range(seeds) for row in rows]
    interrupt = Interrupt()
    runs = train_all(configs, make_reporter(as_json=as_json), interrupt)
    result = comparison.compare(runs)
    written = None
    if output and result.rows:
        written = export.write_report(output, markdown(result), overwrite=force)
    if as_json:
        print_line(json.dumps({"event": "comparison", **to_record(result)}))
    elif sys.stdout.isatty():
        print_table(comparison_table(result))
    else:
        print_line("\n" + "\n".join(results_table(result)))
    if written and not as_json:
        print_line(f"Report: {written}")
    if interrupt.requested:
        return 130
    failed = [run for run in runs if not run.finished]
    for run in failed:
        complain(f"{run.name}: {run.failure}", 1, quiet=sys.stdout.isatty())
    return 1 if failed else 0


@app.command(name="report")
def write(
    *run_ids: str,
    kind: Annotated[Literal["md", "csv", "json"], Parameter(name="--format")] = "md",
    output: Output = None,
    force: Force = False,
) -> int:
    """Report finished runs, all of them where none is named, as Markdown, CSV or JSON."""
    from mnist_tui.analysis import comparison
    from mnist_tui.reports import files as export
    from mnist_tui.reports.formats import render
    from mnist_tui.runs.layout import find
    from mnist_tui.runs.store import RunStore

    store = RunStore()
    store.refresh()
    names = list(dict.fromkeys(find(name).run_id for name in run_ids)) or list(store.runs)
    for name in names:
        store.apply(store.read(name))
    chosen = [store.runs[name] for name in names if name in store.runs]
    if run_ids and (unfinished := [run for run in chosen if not run.finished]):
        raise RunError(
            f"{unfinished[0].run_id} has no result to report: its status is {unfinished[0].status}."
        )
    result = comparison.compare(chosen)
    if not result.rows:
        raise RunError("No finished run to report: train one with `mnist-tui train`.")
    text = render(result, kind)
    if output is None:
        sys.stdout.write(text)
    else:
        sys.stdout.write(f"Report: {export.write_report(output, text, overwrite=force)}\n")
    return 0


@runs_app.default
def list_runs(*, as_json: Json = False) -> int:
    """List all runs, oldest first."""
    from mnist_tui.cli.console import print_line, print_table, run_lines, runs_table
    from mnist_tui.reports.record import record
    from mnist_tui.runs.store import RunStore

    store = RunStore()
    store.refresh()
    runs = list(store.runs.values())
    if as_json:
        for run_id in list(store.runs):
            store.apply(store.read(run_id))
            print_line(json.dumps(record(store.runs[run_id])))
    elif not runs:
        print_line("No runs yet: `mnist-tui train` makes one.")
    elif sys.stdout.isatty():
        print_table(runs_table(runs))
    else:
        for line in run_lines(runs):
            print_line(line)
    return 0


@runs_app.command
def show(run_id: str, *, as_json: Json = False) -> int:
    """Show one run: its settings, its result, and the command that trains it again."""
    from mnist_tui.cli.console import print_line
    from mnist_tui.reports.description import details
    from mnist_tui.reports.record import record
    from mnist_tui.runs.layout import find
    from mnist_tui.runs.store import RunStore

    directory = find(run_id)
    store = RunStore()
    store.refresh()
    if directory.run_id not in store.runs:
        directory.read_config()
        raise RunError(f"{directory.run_id} cannot be read yet: try again in a moment.")
    store.apply(store.read(directory.run_id))
    run = store.runs[directory.run_id]
    if as_json:
        print_line(json.dumps(record(run)))
    else:
        for line in details(run):
            print_line(line)
    return 0


@runs_app.command
def delete(run_id: str, *, yes: Yes = False) -> int:
    """Delete one run for good: its log, weights and predictions."""
    from mnist_tui.jobs import deletion
    from mnist_tui.runs.layout import find

    directory = find(run_id)
    if directory.is_locked():
        return complain(f"{directory.run_id} is being trained: stop it first.", 1)
    if not yes:
        if not sys.stdin.isatty():
            return complain("Deleting asks first, and this is no terminal: add --yes.", 2)
        if input(f"Delete {directory.path} for good? [y/N] ").strip().lower() not in {"y", "yes"}:
            return 1
    deletion.delete(directory)
    sys.stdout.write(f"Deleted {directory.run_id}.\n")
    return 0


@data_app.default
@data_app.command
def status() -> int:
    """Say which data set `auto` means on this machine, and where it is."""
    from mnist_tui.cli.console import print_line
    from mnist_tui.data import source

    found = source.resolve("auto")
    print_line(f"{found.describe(default_value('validation_size'))} (train / validation / test)")
    if found.directory is None:
        print_line(
            "Embedded in the program. Full MNIST is not on this machine: `mnist-tui data fetch` gets it."
        )
    else:
        source.load(found, default_value("validation_size"))
        print_line(f"In {found.directory}, complete, checksums right.")
    return 0


@data_app.command
def fetch() -> int:
    """Download full MNIST (11.6 MB) and verify it; files that are here and whole are kept."""
    from mnist_tui.cli.console import download_progress, print_line
    from mnist_tui.data import fetch as fetching

    directory = fetching.target_directory()
    with download_progress() as bar:
        task = bar.add_task("MNIST", total=None)
        fetching.fetch(
            directory,
            lambda progress: bar.update(
                task, completed=progress.done, total=progress.total, description=progress.file
            ),
        )
    print_line(f"Full MNIST is in {directory}.")
    return 0


@app.command
def bench(
    *,
    rounds: Annotated[int, Parameter(help="how often each contender takes its turn")] = 7,
    steps: Annotated[int, Parameter(help="training steps of a turn")] = 150,
    as_json: Json = False,
) -> int:
    """Measure training speed here, beside the matrix-multiply floor and, where installed, PyTorch."""
    from mnist_tui.benchmark.suite import Suite
    from mnist_tui.cli.console import benchmark_tables, print_line, print_table, working
    from mnist_tui.cores import auto_threads

    for name, value in (("rounds", rounds), ("steps", steps)):
        if not 1 <= value <= 10_000:
            return complain(f"{name} must be from 1 to 10,000, not {value}.", 2)
    suite = Suite(auto_threads())
    with working() as line:
        suite.run(rounds, steps, line.update)
    if as_json:
        print_line(json.dumps(suite.to_record()))
    else:
        for table in benchmark_tables(suite):
            print_table(table)
    return 0


def to_config(flags: RunFlags, preset: PresetName | None = None) -> RunConfig:
    """The configuration that a preset and some flags describe; flags count for more.

    Raises:
        ConfigError: A flag has a value that is not allowed.
    """
    return RunConfig(**{**(PRESETS[preset] if preset else {}), **given_flags(flags)})


def given_flags(flags: RunFlags) -> dict[str, Any]:
    """The settings that flags name.

    Raises:
        ConfigError: A text cannot be read as its setting's type.
    """
    given = {name: getattr(flags, name) for name in setting_names()}
    return {
        name: value if isinstance(value, bool) else parse_setting(name, value)
        for name, value in given.items()
        if value is not None
    }


def complain(sentence: str, code: int, *, quiet: bool = False) -> int:
    """Say what is wrong on standard error; the exit code for it."""
    if not quiet:
        sys.stderr.write(f"mnist-tui: {sentence}\n")
    return code


def main() -> NoReturn:
    """Run a command and leave with its exit code; no traceback ever reaches a user."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # λ where there is only Latin
    try:
        code = app(exit_on_error=False, print_error=False, result_action="return_value") or 0
    except UnusedCliTokensError as error:
        code = complain(
            f"“{' '.join(error.unused_tokens or [])}” means nothing here: see `mnist-tui --help`.", 2
        )
    except CycloptsError as error:
        code = complain(f"{str(error).rstrip('.?')}. See `mnist-tui --help`.", 2)
    except MnistTuiError as error:
        code = complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # Whoever read our output has enough, as in `mnist-tui runs | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        code = complain(f"{error.strerror or error}: {error.filename or 'an operation'} failed.", 1)
    except Exception as error:  # a defect of ours: a sentence here, the details in a file
        code = complain(describe_defect(error), 1)
    sys.exit(code)
