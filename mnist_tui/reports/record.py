"""Runs and comparisons as JSON values, for programs."""

import dataclasses
import json
from typing import Any

from mnist_tui.analysis.ablation import ablation
from mnist_tui.analysis.alterations import alterations
from mnist_tui.analysis.commands import commands, unlike_the_study
from mnist_tui.analysis.comparison import Comparison
from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.difference_notes import difference_notes
from mnist_tui.analysis.differences import Difference
from mnist_tui.analysis.findings import findings
from mnist_tui.analysis.notes import certainty, notes
from mnist_tui.analysis.statistics import CONFIDENCE
from mnist_tui.reports.sealing import seal_record
from mnist_tui.reports.subject import Subject, concluded
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


def difference_record(difference: Difference) -> dict[str, Any]:
    """A row beside the baseline: differences in their measure's own unit, accuracies as shares."""
    found = difference.discordant
    return {
        "label": difference.row.label,
        "baseline": difference.baseline.label,
        "verdict": difference.verdict,
        "adjusted_p": difference.adjusted_p,
        "seeds_needed": difference.seeds_needed,
        "is_about_methods": difference.is_about_methods,
        "is_identical": difference.is_identical,
        "is_withheld": difference.is_withheld,
        "fixed": found.fixed if found else None,
        "broken": found.broken if found else None,
        "estimates": {key: dataclasses.asdict(one) for key, one in difference.estimates.items()},
        "cpu_time": sorted(difference.cpu_time),
        "not_compared": dict(difference.reasons),
    }


def ablation_record(conclusions: Conclusions) -> dict[str, Any] | None:
    """Effects of the switches of an ablation, as shares; `None` for other comparisons."""
    found = ablation(conclusions.comparison, conclusions.margin)
    if found is None:
        return None
    best = found.best
    return {
        "factors": [dataclasses.asdict(factor) for factor in found.factors],
        "seeds": list(found.seeds),
        "effects": [
            {
                "factors": [factor.name for factor in effect.factors],
                "verdict": effect.verdict,
                "adjusted_p": effect.adjusted_p,
                **dataclasses.asdict(effect.estimate),
            }
            for effect in (*found.effects, *found.interactions)
        ],
        "best": {
            "label": best.row.label,
            "second": best.second.label,
            "lead": dataclasses.asdict(best.lead),
            "by_validation": best.by_validation.label,
        },
    }


def to_record(subject: Subject) -> dict[str, Any]:
    """The records, how they are rows, what they share, how they differ, the commands and the notes."""
    conclusions = concluded(subject)
    comparison = conclusions.comparison
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
        "baseline": conclusions.baseline_row.label if comparison.rows else None,
        "margin": conclusions.margin,
        "confidence": CONFIDENCE,
        "differences": [difference_record(one) for one in conclusions.differences],
        "ablation": ablation_record(conclusions) if comparison.rows else None,
        "shared": shared,
        "commands": commands(comparison),
        "unlike_the_study": unlike_the_study(comparison),
        "findings": findings(conclusions) if comparison.rows else [],
        "notes": notes(comparison),
        "certainty": certainty(comparison),
        "difference_notes": difference_notes(conclusions),
    }


def sealed_record(subject: Subject) -> dict[str, Any]:
    """`to_record`, and the claims that `mnist-tui verify` checks."""
    conclusions = concluded(subject)
    return seal_record(to_record(conclusions), conclusions)


def to_json(subject: Subject) -> str:
    """`sealed_record` as text."""
    return json.dumps(sealed_record(subject), indent=1) + "\n"
