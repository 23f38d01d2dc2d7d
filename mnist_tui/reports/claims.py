"""What a report claims, as plain values: all that is needed to run it again, and to see whether it holds.

A report carries its claims (`reports.sealing`); `mnist-tui verify` reads them (`reports.claims_read`).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mnist_tui import __version__
from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.findings import findings
from mnist_tui.errors import MnistTuiError
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import setting_names
from mnist_tui.text import printable
from mnist_tui.training.events import Changed, Forked, RunFinished, RunStarted, to_dict

VERSION = 1


class ClaimsError(MnistTuiError):
    """A report has no claims that can be read."""

    exit_code = 2


@dataclass(frozen=True)
class Claims:
    """What a report claims.

    Attributes:
        made_with: The version of this program that wrote it.
        conclusions: Its rows and their differences, as if its runs were here; no run has a directory.
        findings: Its sentences.
    """

    made_with: str
    conclusions: Conclusions
    findings: tuple[str, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its rows."""
        return self.conclusions.comparison.rows

    @property
    def labels(self) -> list[str]:
        """The names of its rows."""
        return [row.label for row in self.rows]


def to_values(conclusions: Conclusions) -> dict[str, Any]:
    """The claims as JSON values."""
    comparison = conclusions.comparison
    shared = _shared([run.config.to_dict() for run in (*comparison.runs, *comparison.left_out)])
    environments = _Distinct()
    data = _Distinct()
    runs = [
        {
            "id": run.run_id,
            "settings": _own(run, shared),
            "environment": environments.place(_environment(run)),
            "data": data.place(_without_kind(run.started)),
            "end": run.status.name.lower(),
            "altered": [to_dict(event) for event in _altered(run)],
            "tests": run.tests,
            "result": {**_without_kind(run.finished), "other_runs": run.other_runs},
        }
        for run in comparison.runs
        if run.started and run.finished
    ]
    unfinished = [
        {
            "settings": _own(run, shared),
            "data": data.place(_without_kind(run.started)) if run.started else None,
            "end": run.status.name.lower(),
            "diverged": run.has_diverged,
        }
        for run in comparison.left_out
    ]
    places = {run["id"]: place for place, run in enumerate(runs)}
    numbers = {row.label: number for number, row in enumerate(comparison.rows)}
    return {
        "v": VERSION,
        "made_with": __version__,
        "baseline": conclusions.baseline,
        "margin": conclusions.margin,
        "findings": findings(conclusions),
        "settings": shared,
        "environments": environments.values,
        "data": data.values,
        "rows": [
            {"label": row.label, "runs": [places[run.run_id] for run in row.runs]} for row in comparison.rows
        ],
        "unfinished": unfinished,
        "digits": [
            {"row": numbers[one.row.label], "fixed": found.fixed, "broken": found.broken}
            for one in conclusions.differences
            if (found := one.discordant)
        ],
        "runs": runs,
    }


class _Distinct:
    """Values that many runs have in common, each once."""

    def __init__(self) -> None:
        self.values: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}

    def place(self, value: dict[str, Any]) -> int:
        place = self._places.setdefault(json.dumps(value), len(self.values))
        if place == len(self.values):
            self.values.append(value)
        return place


def _shared(configs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: configs[0][name]
        for name in setting_names()
        if configs and all(config[name] == configs[0][name] for config in configs)
    }


def _own(run: Run, shared: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in run.config.to_dict().items() if name not in shared}


def _environment(run: Run) -> dict[str, Any]:
    return {name: _texts_of(run.manifest.get(name)) for name in ("versions", "machine")}


def _texts_of(values: Any) -> dict[str, str]:
    """What a `config.json` says of versions and machine; it may be a stranger's."""
    if not isinstance(values, dict):
        return {}
    return {printable(str(name)): printable(str(value)) for name, value in list(values.items())[:100]}


def _altered(run: Run) -> list[Changed | Forked]:
    return [*run.changes, *([run.forked] if run.forked else [])]


def _without_kind(event: RunStarted | RunFinished) -> dict[str, Any]:
    # Where the time went is told in the report, and cannot be checked.
    return {name: value for name, value in asdict(event).items() if name != "stage_seconds"}
