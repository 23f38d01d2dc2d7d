"""`mnist-tui runs`: list, show, delete, restore."""

import json
import sys

from mnist_tui.cli.program import Json, RunId, Yes, complain, runs_app


@runs_app.default
def list_all(*, as_json: Json = False) -> int:
    """List all runs, oldest first."""
    from mnist_tui.cli.output import print_line, print_table
    from mnist_tui.cli.tables import run_lines, runs_table
    from mnist_tui.reports.description import unreadable
    from mnist_tui.reports.record import record
    from mnist_tui.runs.layout import list_runs
    from mnist_tui.runs.store import RunStore

    list_runs()  # or say why nothing can be listed
    store = RunStore()
    store.refresh()
    runs = list(store.runs.values())
    if as_json:
        for run_id in list(store.runs):
            store.apply(store.read(run_id))
            print_line(json.dumps(record(store.runs[run_id])))
    elif not (runs or store.unreadable):
        print_line("No runs yet: `mnist-tui train` makes one.")
    elif sys.stdout.isatty():
        print_table(runs_table(runs))
    else:
        for line in run_lines(runs):
            print_line(line)
    if store.unreadable:
        complain(unreadable(store.unreadable), 0)
    return 0


@runs_app.command
def show(run_id: RunId, *, as_json: Json = False) -> int:
    """Show one run: its settings, its result, and the command that trains it again."""
    from mnist_tui.cli.output import print_line
    from mnist_tui.reports.description import details
    from mnist_tui.reports.record import record
    from mnist_tui.runs.naming import find
    from mnist_tui.runs.store import RunStore

    directory = find(run_id)
    store = RunStore()
    store.refresh()
    store.check_readable(directory.run_id)
    store.apply(store.read(directory.run_id))
    run = store.runs[directory.run_id]
    if as_json:
        print_line(json.dumps(record(run)))
    else:
        for line in details(run):
            print_line(line)
    return 0


@runs_app.command
def delete(run_id: RunId, *, yes: Yes = False) -> int:
    """Delete one run: it rests in the bin until that is emptied."""
    from mnist_tui.jobs import deleted
    from mnist_tui.runs.naming import DIGITS, find

    directory = find(run_id)
    if yes and not (len(run_id) >= DIGITS and directory.run_id.endswith(run_id)):
        return complain(
            f"“{run_id}” is too little to delete a run unasked: give the whole id, or its last six digits.",
            2,
        )
    if directory.is_locked():
        return complain(f"{directory.run_id} is being trained: stop it first.", 1)
    if not yes:
        if not sys.stdin.isatty():
            return complain("Deleting asks first, and this is no terminal: add --yes.", 2)
        if not _agrees(f"Delete {directory.path}? It goes into the bin. [y/N] "):
            return 1
    deleted.throw_away(directory)
    sys.stdout.write(f"Deleted {directory.run_id}.\n")
    if sys.stdout.isatty():
        sys.stdout.write(f"The bin holds {deleted.contents()}: `runs restore ID` or `runs empty-bin`.\n")
    return 0


@runs_app.command(name="bin")
def list_bin() -> int:
    """List what is in the bin, oldest first."""
    from mnist_tui.cli.output import print_line
    from mnist_tui.jobs import deleted

    found = deleted.contents()
    for run_id in found.run_ids:
        print_line(run_id)
    if not found.run_ids:
        print_line("The bin is empty.")
    elif sys.stdout.isatty():
        print_line(f"{found}: `mnist-tui runs restore ID` or `runs empty-bin`.")
    return 0


@runs_app.command
def restore(run_id: RunId) -> int:
    """Bring a deleted run back from the bin."""
    from mnist_tui.cli.output import print_line
    from mnist_tui.jobs import deleted

    print_line(f"Restored {deleted.restore(run_id)}.")
    return 0


@runs_app.command
def empty_bin(*, yes: Yes = False) -> int:
    """Delete for good what is in the bin."""
    from mnist_tui.cli.output import print_line
    from mnist_tui.jobs import deleted

    found = deleted.contents()
    if found.run_ids and not yes:
        if not sys.stdin.isatty():
            return complain("Emptying the bin asks first, and this is no terminal: add --yes.", 2)
        if not _agrees(f"Delete {found} for good? [y/N] "):
            return 1
    print_line(f"Deleted for good: {deleted.empty()}." if found.run_ids else "The bin is empty.")
    return 0


def _agrees(question: str) -> bool:
    """Whether somebody says yes; ctrl+d is a no."""
    try:
        return input(question).strip().lower() in {"y", "yes"}
    except EOFError:
        sys.stdout.write("\n")
        return False
