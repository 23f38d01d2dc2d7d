"""Which run stands beside the selected one, on screens that look at two."""

from collections.abc import Mapping, Sequence

from mnist_tui.analysis.comparison import tested_on
from mnist_tui.runs.rows import CUT_SHORT
from mnist_tui.runs.run import Run
from mnist_tui.tui.identity import COLORS, MARKERS, Identity
from mnist_tui.tui.session import Session


def candidates(session: Session, runs: Mapping[str, Run], run_id: str) -> Sequence[str]:
    """The other rows with a result on the same test images: those that are shown, or else all.

    Args:
        session: Which rows there are, and which of them are shown.
        runs: All runs by id.
        run_id: The run that one of them may stand beside.
    """
    mine = session.row_of(run_id)

    def can_compare(row_id: str) -> bool:
        results = [runs[one] for one in session.members(row_id) if runs[one].finished]
        return row_id != mine and any(tested_on(one) == tested_on(runs[run_id]) for one in results)

    return list(filter(can_compare, session.shown)) or list(filter(can_compare, session.order))


def next_beside(session: Session, runs: Mapping[str, Run], run_id: str) -> str:
    """The row that comes next to stand beside a run; empty after the last one, and where there is none."""
    rows = candidates(session, runs, run_id)
    current = session.row_of(session.beside)
    place = rows.index(current) + 1 if current in rows else 0
    return rows[place] if place < len(rows) else ""


def beside(session: Session, runs: Mapping[str, Run], run_id: str) -> str:
    """The run that stands beside another one, of the same seed if there is one; empty for none.

    Those that were cut short come last.
    """
    row_id = session.row_of(session.beside)
    if row_id == session.row_of(run_id):
        return ""
    finished = (one for one in session.members(row_id) if runs[one].finished)
    results = sorted(finished, key=lambda one: runs[one].status in CUT_SHORT)
    same_seed = (one for one in results if runs[one].config.seed == runs[run_id].config.seed)
    return next(same_seed, next(iter(results), ""))


def looks(session: Session, runs: Mapping[str, Run], run_ids: Sequence[str]) -> list[Identity]:
    """How some runs are told apart: as on the dashboard; those that are hidden there, by looks that are free.

    Args:
        session: What they look like there.
        runs: All runs by id.
        run_ids: Theirs; an id of no run has a look, too.
    """
    views = [session.view(run_id) if run_id in runs else None for run_id in run_ids]
    known = [Identity(view.marker, view.color) if view and view.marker else None for view in views]
    taken = {look.marker for look in known if look}
    free = (Identity(*look) for look in zip(MARKERS, COLORS, strict=True) if look[0] not in taken)
    return [look or next(free) for look in known]
