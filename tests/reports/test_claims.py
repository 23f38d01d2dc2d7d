"""What a report claims: written, read back, and refused where it is damaged."""

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.analysis.columns import REPORT_MORE, REPORT_RESULTS
from mnist_tui.analysis.comparison import Comparison, compare
from mnist_tui.analysis.conclusions import Conclusions, conclude
from mnist_tui.analysis.differences import Correct
from mnist_tui.analysis.findings import findings
from mnist_tui.reports.claims import ClaimsError, to_values
from mnist_tui.reports.claims_read import from_values
from mnist_tui.reports.markdown import difference_tables
from mnist_tui.reports.record import difference_record
from mnist_tui.reports.tables import table_of_rows
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.diagnosis import DIVERGED
from tests.reports.helpers import BASE, CHANGED, FORKED, altered_run
from tests.runs.helpers import finished_run, started

pytestmark = pytest.mark.quick


def run(seed: int = 7, name: str = "", data: Any = None, **result: Any) -> Run:
    switch = {"batch_norm": True} if name == "batchnorm" else {"l2_lambda": 0.1} if name == "l2" else {}
    config = BASE.replace(seed=seed, **switch)
    return finished_run(config, f"20260101-000000000-{name or 'plain'}-{seed:06x}", data, **result)


def several() -> Conclusions:
    runs = [
        run(
            seed,
            name,
            test_accuracy=0.9 + shift + 0.001 * (seed % 3) + 0.0004 * (seed * len(name) % 4),
            train_seconds=1 + seed / 10,
        )
        for name, shift in (("", 0.0), ("batchnorm", 0.01), ("l2", 0.001))
        for seed in (1, 2, 3)
    ]
    return conclude(compare(runs), baseline=1, margin=0.003)


def digits(*runs: Run, correct: dict[str, Correct]) -> Conclusions:
    return conclude(compare(runs), correct=lambda one: correct[one.run_id])


def networks() -> Conclusions:
    order = np.arange(500)
    runs = [run(), run(name="batchnorm", test_accuracy=0.91), run(name="l2", test_accuracy=0.89)]
    right = [order < 450, (order >= 20) & (order < 475), order >= 55]
    answers = {one.run_id: found for one, found in zip(runs, right, strict=True)}
    return digits(*runs, correct=answers)


def one_against_several() -> Conclusions:
    order = np.arange(500)
    runs = [run(5), *(run(seed, "batchnorm", test_accuracy=0.92) for seed in (4, 5, 6))]
    answers = {
        one.run_id: order < (450 if one.config.seed == 5 and not one.config.batch_norm else 460)
        for one in runs
    }
    return digits(*runs, correct=answers)


def oddities() -> Conclusions:
    other = started(dataset="Letters|<b>", dataset_sha256="cd" * 32, test_images=77)
    stopped = run(3, status="stopped")
    company = run(4, "batchnorm", other_runs=2)
    elsewhere = run(5, "l2")
    elsewhere.manifest = {"versions": {"numpy": "9"}, "machine": {"processor": "Slide rule", "cores": 2}}
    changed, forked = altered_run(CHANGED), altered_run(FORKED, config=BASE.replace(dropout=0.5))
    changed.directory = run(8).directory
    return conclude(compare([stopped, company, elsewhere, changed, forked, run(9, data=other)]))


def diverged() -> Conclusions:
    failed = run(4, "batchnorm")
    failed.finished, failed.status, failed.failure_summary = None, Status.FAILED, DIVERGED
    waiting = Run(run(5).directory, run(5, "batchnorm").config)
    runs = [
        run(seed, name, test_accuracy=0.9 + shift + 0.0001 * (seed * len(name) % 4))
        for name, shift in (("", 0.0), ("batchnorm", 0.01))
        for seed in (1, 2, 3)
    ]
    return conclude(compare([*runs, failed, waiting]))


ALL = [several, networks, one_against_several, oddities, diverged]


def read_back(conclusions: Conclusions) -> Conclusions:
    return from_values(json.loads(json.dumps(to_values(conclusions)))).conclusions


@pytest.mark.parametrize("made", ALL)
def test_all_that_was_concluded_is_concluded_from_the_claims(made: Callable[[], Conclusions]) -> None:
    there = made()
    here = read_back(there)
    assert (here.baseline, here.margin) == (there.baseline, there.margin)
    assert [difference_record(one) for one in here.differences] == [
        difference_record(one) for one in there.differences
    ]
    assert difference_tables(here) == difference_tables(there)
    for keys in (REPORT_RESULTS, REPORT_MORE):
        tables = [table_of_rows(keys, one.comparison.rows) for one in (here, there)]
        assert tables[0] == tables[1]


@pytest.mark.parametrize("made", ALL)
def test_every_run_can_be_trained_again_by_what_is_claimed(made: Callable[[], Conclusions]) -> None:
    there = made()
    for claimed, run_there in zip(read_back(there).comparison.runs, there.comparison.runs, strict=True):
        assert claimed.config == run_there.config
        assert claimed.run_id == run_there.run_id
        assert claimed.started == run_there.started
        assert claimed.finished == run_there.finished
        assert claimed.status is run_there.status
        assert claimed.is_altered == run_there.is_altered
        assert claimed.other_runs == run_there.other_runs


def test_a_verdict_that_diverged_seeds_would_flatter_is_withheld_from_the_claims_too() -> None:
    [found] = read_back(diverged()).differences
    assert found.is_withheld


def test_findings_are_claims_too() -> None:
    there = several()
    assert from_values(to_values(there)).findings == tuple(findings(there))


def test_one_run_is_compared_with_the_one_of_several_that_has_its_seed() -> None:
    [found] = read_back(one_against_several()).differences
    assert found.discordant
    assert (found.discordant.fixed, found.discordant.broken) == (10, 0)


def test_claims_of_many_runs_do_not_repeat_what_these_share() -> None:
    values = to_values(conclude(compare(run(seed) for seed in range(100))))
    assert len(values["data"]) == len(values["environments"]) == 1
    assert values["runs"][0]["settings"] == {"seed": 0}
    assert len(json.dumps(values)) < 60_000


@pytest.mark.parametrize("comparison", [compare([])])
def test_nothing_claims_nothing(comparison: Comparison) -> None:
    with pytest.raises(ClaimsError, match="no rows"):
        from_values(to_values(conclude(comparison)))


# Damage


def with_change(path: str, value: Any) -> dict[str, Any]:
    values = copy.deepcopy(to_values(networks()))
    *places, last = [int(part) if part.isdecimal() else part for part in path.split("/")]
    where: Any = values
    for place in places:
        where = where[place]
    where[last] = value
    return values


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("v", "1"),
        ("v", True),
        ("baseline", 3),
        ("baseline", -1),
        ("margin", 0.0),
        ("margin", 2.0),
        ("margin", 1),
        ("findings", ["a", 1]),
        ("rows", []),
        ("rows/0/runs", []),
        ("rows/0/runs", [0, 1]),
        ("rows/0/runs", [7]),
        ("rows/0/label", "batchnorm"),
        ("runs/0/id", 5),
        ("runs/0/id", "20260101-000000000-batchnorm-000007"),
        ("runs/0/environment", 9),
        ("runs/0/data", -1),
        ("runs/0/end", "training"),
        ("runs/0/settings/batch_norm", "yes"),
        ("settings/epochs", 10**9),
        ("settings/hidden", [10**9]),
        ("runs/0/altered", [{"event": "run_failed", "reason": "x"}]),
        ("runs/0/altered", [{}]),
        ("runs/0/result/test_accuracy", 1.5),
        ("runs/0/result/epochs", 0),
        ("runs/0/result", {}),
        ("data/0/test_images", 1 << 50),
        ("data/0/test_images", 0),
        ("environments/0/machine", {"cores": 2}),
        ("environments/0/machine", []),
        ("digits/0/fixed", 1),
        ("digits/0/broken", 499),
        ("digits/0/row", 99),
        ("unfinished", [{}]),
        ("unfinished", [{"settings": {}, "data": 9, "end": "failed", "diverged": True}]),
        ("unfinished", [{"settings": {}, "data": None, "end": "lost", "diverged": True}]),
        ("unfinished", [{"settings": {}, "data": None, "end": "failed", "diverged": 1}]),
        ("digits", [{"row": 1, "fixed": 0, "broken": 0}] * 9),
    ],
)
def test_what_is_no_claim_is_refused_in_a_sentence(path: str, value: Any) -> None:
    with pytest.raises(ClaimsError) as caught:
        from_values(with_change(path, value))
    assert str(caught.value).isprintable()
    assert caught.value.exit_code == 2


def test_a_newer_version_is_named() -> None:
    with pytest.raises(ClaimsError, match="newer version"):
        from_values(with_change("v", 2))


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)
PLACES = st.sampled_from(
    [
        "baseline",
        "margin",
        "made_with",
        "findings",
        "settings",
        "settings/hidden",
        "environments",
        "environments/0/versions",
        "data",
        "data/0",
        "data/0/test_images",
        "data/0/dataset",
        "rows",
        "rows/1",
        "rows/1/label",
        "rows/1/runs",
        "digits",
        "digits/0",
        "digits/0/fixed",
        "runs",
        "runs/1",
        "runs/1/id",
        "runs/1/settings",
        "runs/1/altered",
        "runs/1/result",
        "runs/1/result/test_accuracy",
        "runs/1/result/train_seconds",
    ]
)


@given(PLACES, PLAIN)
def test_fuzz_whatever_stands_there_is_read_or_refused(path: str, value: Any) -> None:
    try:
        found = from_values(with_change(path, value))
    except ClaimsError:
        return
    assert difference_tables(found.conclusions)


@given(PLAIN)
def test_fuzz_what_is_something_else_altogether_is_refused(value: Any) -> None:
    with pytest.raises(ClaimsError):
        from_values(value)


def test_a_run_that_failed_after_its_test_says_so() -> None:
    failed = run(3)
    failed.status = Status.FAILED
    [row] = read_back(conclude(compare([failed]))).comparison.rows
    assert row.is_cut_short
