"""Reading the claims of a report, which may come from anybody.

They are checked value by value, and nothing in them leads to a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from mnist_tui.analysis.comparison import side_by_side
from mnist_tui.analysis.conclusions import conclude
from mnist_tui.analysis.differences import Correct, Discordant
from mnist_tui.analysis.pairing import pairs
from mnist_tui.errors import ConfigError
from mnist_tui.reports.claims import VERSION, Claims, ClaimsError
from mnist_tui.runs.artifacts import MOST_TEST_IMAGES
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.text import printable
from mnist_tui.training.diagnosis import DIVERGED
from mnist_tui.training.events import Changed, Forked, RunFinished, RunStarted, from_dict

MOST_RUNS = 20_000
"""200 rows of 100 seeds."""

MOST_TEXTS = 1000

ENDS = {
    status.name.lower(): status
    for status in (
        Status.COMPLETED,
        Status.EARLY_STOPPED,
        Status.STOPPED,
        Status.FAILED,
        Status.INTERRUPTED,
    )
}
"""How a run may have ended that has a result."""

T = TypeVar("T")


def from_values(values: Any) -> Claims:
    """The claims in JSON values of unknown origin.

    Raises:
        ClaimsError: They are none, or from a newer version.
    """
    try:
        return _read(values)
    except ConfigError as error:
        raise ClaimsError(f"The claims of the report are damaged: {error}") from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ClaimsError(f"The claims of the report are damaged ({printable(str(error))[:80]}).") from error


def _read(values: Any) -> Claims:
    version = _whole(values["v"], 1 << 31)
    if version > VERSION:
        raise ClaimsError("A newer version of mnist-tui wrote this report: verify it with that one.")
    runs = [_run(one, values) for one in _list(values["runs"], dict, MOST_RUNS)]
    rows = tuple(_rows(_list(values["rows"], dict, MOST_RUNS), runs))
    if not rows:
        raise ValueError("it has no rows")
    baseline = _whole(values["baseline"], len(rows) - 1)
    margin = _number(values["margin"], 1.0)
    answers = _answers(rows, baseline, _list(values["digits"], dict, len(rows)))
    left_out = tuple(_unfinished(one, values) for one in _list(values["unfinished"], dict, MOST_RUNS))

    def correct(run: Run) -> Correct | None:
        its_answers = answers.get(run.run_id)
        return its_answers.expand() if its_answers else None

    comparison = side_by_side(rows, [*(run for row in rows for run in row.runs), *left_out])
    found = conclude(comparison, baseline, margin, correct)
    sentences = tuple(printable(_a(one, str)) for one in _list(values["findings"], str, MOST_TEXTS))
    return Claims(printable(_a(values["made_with"], str)), found, sentences)


def _unfinished(one: Mapping[str, Any], values: Mapping[str, Any]) -> Run:
    """A run without a result: whether it diverged counts when its row is judged."""
    run = Run(RunDirectory(Path("unfinished")), _config(one, values))
    if one["data"] is not None:
        run.apply(_started(one, values))
    run.status = Status[_a(one["end"], str).upper()]
    run.failure_summary = DIVERGED if _a(one["diverged"], bool) else ""
    return run


def _config(one: Mapping[str, Any], values: Mapping[str, Any]) -> RunConfig:
    return RunConfig.from_dict({**_a(values["settings"], dict), **_a(one["settings"], dict)})


def _started(one: Mapping[str, Any], values: Mapping[str, Any]) -> RunStarted:
    started = from_dict({**_at(values["data"], one["data"]), "event": RunStarted.kind})
    if not isinstance(started, RunStarted):
        raise ValueError("its data are not told")
    return started


def _run(one: Mapping[str, Any], values: Mapping[str, Any]) -> Run:
    environment = _at(values["environments"], one["environment"])
    manifest = {name: _texts(environment[name]) for name in ("versions", "machine")}
    run = Run(RunDirectory(Path(printable(_a(one["id"], str)))), _config(one, values), manifest)
    altered = [from_dict(_a(event, dict)) for event in _list(one["altered"], dict, MOST_TEXTS)]
    started = _started(one, values)
    finished = from_dict({**_a(one["result"], dict), "event": RunFinished.kind})
    if not (isinstance(finished, RunFinished) and finished.epochs):
        raise ValueError(f"{run.run_id} has no result")
    run.apply(started)
    for event in altered:
        if not isinstance(event, Changed | Forked):
            raise ValueError(f"{run.run_id} was changed in a way that nobody knows")
        run.apply(event)
    run.apply(finished)
    run.tests = _whole(one.get("tests", 1), MOST_RUNS)
    run.status = ENDS[_a(one["end"], str)]
    return run


def _rows(values: Sequence[Mapping[str, Any]], runs: Sequence[Run]) -> Iterator[Row]:
    left = dict(enumerate(runs))
    labels: set[str] = set()
    for one in values:
        label = printable(_a(one["label"], str))
        its_runs = tuple(left.pop(_whole(place, len(runs))) for place in _list(one["runs"], int, MOST_RUNS))
        seeds = {run.config.seed for run in its_runs}
        if label in labels or not its_runs or len(seeds) < len(its_runs):
            raise ValueError(f"{label} is no row")
        labels.add(label)
        yield Row(label, its_runs[0].config, its_runs)
    if left or len({run.run_id for run in runs}) < len(runs):
        raise ValueError("its rows and its runs do not fit")


@dataclass(frozen=True)
class _Answers:
    """Which test images a run gets right, as far as counts tell: those of the partner come first."""

    images: int
    right: int
    both: int
    fixed: int

    def expand(self) -> Correct:
        order = np.arange(self.images)
        return (order < self.both) | ((order >= self.right) & (order < self.right + self.fixed))


def _answers(rows: Sequence[Row], baseline: int, digits: Sequence[Mapping[str, Any]]) -> dict[str, _Answers]:
    """For each run that was compared digit by digit, answers that make the same counts."""
    found: dict[str, _Answers] = {}
    for one in digits:
        row = rows[_whole(one["row"], len(rows) - 1)]
        compared = pairs(row, rows[baseline])
        run, partner = compared.mine[0], compared.theirs[0]
        images, right, wanted = _images(run), _right(partner), _right(run)
        pair = Discordant(_whole(one["fixed"], images), _whole(one["broken"], images))
        both = right - pair.broken
        if both < 0 or both + pair.fixed != wanted or right + pair.fixed > images:
            raise ValueError(f"the digits of {row.label} do not fit its accuracy")
        found[partner.run_id] = _Answers(images, right, right, 0)
        found[run.run_id] = _Answers(images, right, both, pair.fixed)
    return found


def _images(run: Run) -> int:
    assert run.started  # noqa: S101 - it has been read
    if run.started.test_images > MOST_TEST_IMAGES:
        raise ValueError(f"{run.started.test_images:,} test images are too many")
    return run.started.test_images


def _right(run: Run) -> int:
    assert run.finished  # noqa: S101 - it has been read
    return round(run.finished.test_accuracy * _images(run))


def _a(value: Any, kind: type[T]) -> T:
    if type(value) is not kind:
        raise TypeError(f"{value!r:.40} is no {kind.__name__}")
    return value


def _list(value: Any, kind: type[T], most: int) -> list[T]:
    if len(_a(value, list)) > most:
        raise ValueError(f"{len(value):,} are too many")
    return [_a(one, kind) for one in value]


def _whole(value: Any, most: int) -> int:
    if not 0 <= _a(value, int) <= most:
        raise ValueError(f"{value!r:.40} is out of range")
    return int(value)


def _number(value: Any, most: float) -> float:
    if not 0 < _a(value, float) <= most:
        raise ValueError(f"{value!r:.40} is out of range")
    return float(value)


def _at(values: Any, place: Any) -> dict[str, Any]:
    found = _list(values, dict, MOST_RUNS)
    return found[_whole(place, len(found) - 1)]


def _texts(values: Any) -> dict[str, str]:
    return {
        printable(name): printable(_a(text, str))
        for name, text in list(_a(values, dict).items())[:MOST_TEXTS]
    }
