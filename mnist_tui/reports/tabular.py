"""A comparison as comma-separated values, for spreadsheets."""

import csv
import io
from typing import Any

from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.differences import Difference
from mnist_tui.analysis.measures import MEASURES
from mnist_tui.reports.record import difference_record, records
from mnist_tui.reports.subject import Subject, concluded
from mnist_tui.training.stopwatch import STAGES


def to_csv(subject: Subject) -> str:
    """The records, a line each, with the seconds of each stage and the differences from the baseline."""
    conclusions = concluded(subject)
    differences = {one.row.label: one for one in conclusions.differences}
    lines = [
        _flat(record, _of_difference(differences.get(record["label"]), conclusions))
        for record in records(conclusions.comparison)
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(lines[0]) if lines else ["label"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def _of_difference(difference: Difference | None, conclusions: Conclusions) -> dict[str, Any]:
    """What a row is beside the baseline, the same for all its runs; empty cells for the baseline itself."""
    record = difference_record(difference) if difference else {}
    estimates = record.get("estimates", {})
    numbers = {
        f"{key}_{name}": estimates.get(key, {}).get(value)
        for key in MEASURES
        for name, value in (("difference", "value"), ("difference_low", "low"), ("difference_high", "high"))
    }
    is_cpu_time = difference is not None and "train_seconds" in difference.cpu_time
    has_times = difference is not None and "train_seconds" in difference.estimates
    return {
        "baseline": conclusions.baseline_row.label,
        "verdict": record.get("verdict"),
        "adjusted_p": record.get("adjusted_p"),
        "seeds_needed": record.get("seeds_needed"),
        "fixed": record.get("fixed"),
        "broken": record.get("broken"),
        "times_compared": "cpu_seconds" if is_cpu_time else "train_seconds" if has_times else None,
        **numbers,
    }


def _flat(record: dict[str, Any], difference: dict[str, Any]) -> dict[str, Any]:
    stages = record.pop("stage_seconds", {})
    columns = {f"{stage}_seconds": stages.get(stage, "") for stage in STAGES}
    columns["alterations"] = "; ".join(record["alterations"])
    flat = {**record, "hidden": ",".join(map(str, record["hidden"])), **columns, **difference}
    return {name: _no_formula(value) if isinstance(value, str) else value for name, value in flat.items()}


def _no_formula(text: str) -> str:
    """A text that spreadsheets take for a text: an apostrophe before what they would calculate."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
