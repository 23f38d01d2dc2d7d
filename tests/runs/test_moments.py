"""Names tell in which order things were made."""

from datetime import UTC, datetime, timedelta

import pytest

from mnist_tui.runs import moments
from mnist_tui.runs.layout import create
from mnist_tui.runs.moments import next_moment, written
from mnist_tui.settings.run_config import RunConfig

pytestmark = pytest.mark.quick


def test_a_name_has_the_moment_in_it() -> None:
    assert written(datetime(2026, 1, 15, 9, 30, 12, 345_678, tzinfo=UTC)) == "20260115-093012345"


def test_no_two_moments_have_the_same_name_and_names_sort_as_they_were_given() -> None:
    names = [written(next_moment()) for _ in range(500)]
    assert names == sorted(set(names))


def test_a_clock_that_was_set_back_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "_last", datetime.now(UTC) + timedelta(hours=1))
    assert abs(next_moment() - datetime.now(UTC)) < timedelta(minutes=1)


def test_runs_sort_in_the_order_in_which_they_were_made() -> None:
    ids = [create(RunConfig()).run_id for _ in range(20)]
    assert ids == sorted(ids)
