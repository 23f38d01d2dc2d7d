"""A comparison as comma-separated values, for spreadsheets."""

import csv
import io
from typing import Any

from mnist_tui.analysis.comparison import Comparison
from mnist_tui.reports.record import records
from mnist_tui.training.stopwatch import STAGES


def to_csv(comparison: Comparison) -> str:
    """The records, a line each; the seconds of each stage stand in columns of their own."""
    lines = [_flat(record) for record in records(comparison)]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(lines[0]) if lines else ["label"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    stages = record.pop("stage_seconds", {})
    columns = {f"{stage}_seconds": stages.get(stage, "") for stage in STAGES}
    columns["alterations"] = "; ".join(record["alterations"])
    flat = {**record, "hidden": ",".join(map(str, record["hidden"])), **columns}
    return {name: _no_formula(value) if isinstance(value, str) else value for name, value in flat.items()}


def _no_formula(text: str) -> str:
    """A text that spreadsheets take for a text: an apostrophe before what they would calculate."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
