"""Runs and comparisons as JSON values, for programs."""

import dataclasses
import json
from typing import Any

from mnist_tui.analysis.alterations import alterations
from mnist_tui.analysis.commands import commands, unlike_the_study
from mnist_tui.analysis.comparison import Comparison
from mnist_tui.analysis.conclusions import conclude
from mnist_tui.analysis.findings import findings
from mnist_tui.analysis.notes import certainty, notes
from mnist_tui.runs.run import Run
from mnist_tui.training.events import to_dict


def record(run: Run) -> dict[str, Any]:
    """A run as JSON values: status, settings, last epoch, result."""
    return {
        "run_id": run.run_id,
        "name": run.name,
        "status": run.status.name.lower(),
        "failure": run.failure,
        "directory": str(run.directory.path),
        "changes": [to_dict(change) for change in run.changes],
        "forked": to_dict(run.forked) if run.forked else None,
        "other_runs": run.other_runs,
        "config": run.config.to_dict(),
        "last_epoch": to_dict(run.epochs[-1]) if run.epochs else None,
        "result": to_dict(run.finished) if run.finished else None,
    }


def records(comparison: Comparison) -> list[dict[str, Any]]:
    """Every run as one flat record: label, run id, settings, data, results."""
    return [
        {
            "label": row.label,
            "run_id": run.run_id,
            **run.config.to_dict(),
            **(
                {"data": run.started.dataset, "data_sha256": run.started.dataset_sha256}
                if run.started
                else {}
            ),
            **_result(run),
            "end": run.status.name.lower(),
            "alterations": [f"{when}: {what}" for when, what in alterations(run)],
        }
        for row in comparison.rows
        for run in row.runs
    ]


def _result(run: Run) -> dict[str, Any]:
    """The result under its event's keys, but for `epochs`, which is a setting too."""
    if not run.finished:
        return {}
    result = dataclasses.asdict(run.finished)
    return {"epochs_completed" if name == "epochs" else name: value for name, value in result.items()}


def to_record(comparison: Comparison) -> dict[str, Any]:
    """The records, how they are rows, what they share, the commands and the notes, as one JSON object."""
    shared = {
        name: list(value) if isinstance(value, tuple) else value for name, value in comparison.shared.items()
    }
    return {
        "v": 1,
        "runs": records(comparison),
        "rows": [
            {"label": row.label, "seeds": row.seeds, "runs": [run.run_id for run in row.runs]}
            for row in comparison.rows
        ],
        "shared": shared,
        "commands": commands(comparison),
        "unlike_the_study": unlike_the_study(comparison),
        "findings": findings(conclude(comparison)) if comparison.rows else [],
        "notes": notes(comparison),
        "certainty": certainty(comparison),
    }


def to_json(comparison: Comparison) -> str:
    """`to_record` as text."""
    return json.dumps(to_record(comparison), indent=1) + "\n"
