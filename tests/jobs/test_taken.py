"""The laboratory takes what was trained earlier, and trains what is missing."""

from collections.abc import Iterator

import pytest

from mnist_tui.errors import DataError
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs import groups
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.rows import rows
from mnist_tui.settings.run_config import RunConfig
from tests.jobs.driver import Driver
from tests.runs.helpers import epoch, finished, started, started_on, step

pytestmark = pytest.mark.quick

PLAIN = RunConfig(dataset="sample", threads=1)


@pytest.fixture
def played() -> Iterator[Driver]:
    """A laboratory whose runs are over as soon as they are started."""
    driver = Driver(ScriptedExecutor([started_on(PLAIN), step(1), epoch(1), finished()]))
    yield driver
    driver.end()


def test_what_was_trained_is_not_trained_again(played: Driver) -> None:
    first = played.begin([PLAIN])
    assert (len(first.run_ids), first.started, first.taken) == (1, list(first.run_ids), frozenset())
    played.look()
    again = played.begin([PLAIN])
    assert (again.run_ids, again.started, again.taken) == (first.run_ids, [], frozenset(first.run_ids))
    assert [path.name for path in list_runs()] == list(first.run_ids)
    assert played.own_active == played.waiting == []


def test_what_is_missing_is_trained_in_its_place(played: Driver) -> None:
    normed, two = PLAIN.replace(batch_norm=True), PLAIN.replace(seed=2)
    [earlier] = played.begin([normed]).run_ids
    played.look()
    begun = played.begin([PLAIN, normed, two])
    first, second, third = begun.run_ids
    assert (second, begun.taken, begun.started) == (earlier, {earlier}, [first, third])
    played.look()
    assert [played.runs[run_id].config.replace(learning_rate=None) for run_id in begun.run_ids] == [
        PLAIN,
        normed,
        two,
    ]


def test_taken_and_new_seeds_are_one_row_whose_group_plans_all_of_them(played: Driver) -> None:
    played.begin([PLAIN])
    played.look()
    begun = played.begin([PLAIN.replace(seed=seed) for seed in range(3)])
    played.look()
    [row] = rows(played.runs[run_id] for run_id in begun.run_ids)
    assert row.seeds == [0, 1, 2]
    [group] = groups.list_groups()
    assert group.seeds == (0, 1, 2)
    assert [played.runs[run_id].group for run_id in begun.started] == [(group.group_id, 0)] * 2
    assert "group" not in RunDirectory(played.runs[begun.run_ids[0]].directory.path).read_manifest()


def test_fresh_trains_all_the_same(played: Driver) -> None:
    [earlier] = played.begin([PLAIN]).run_ids
    played.look()
    begun = played.begin([PLAIN], fresh=True)
    assert begun.taken == frozenset()
    assert begun.started == list(begun.run_ids) != [earlier]


def test_nothing_is_planned_or_made_where_all_was_trained(played: Driver) -> None:
    configs = [PLAIN, PLAIN.replace(seed=1)]
    first = played.begin(configs)
    played.look()
    [group] = groups.list_groups()
    assert played.begin(configs).taken == frozenset(first.run_ids)
    assert groups.list_groups() == [group]


# What is on its way


@pytest.fixture
def training() -> Iterator[Driver]:
    """A laboratory whose runs train until a test ends them."""
    driver = Driver(ScriptedExecutor([started_on(PLAIN), step(1)]))
    yield driver
    driver.end()


@pytest.mark.cores(1)
def test_what_trains_or_waits_is_not_started_a_second_time(training: Driver) -> None:
    configs = [PLAIN, PLAIN.replace(seed=1)]
    first = training.begin(configs)
    training.look()
    assert len(training.waiting) == 1
    second = training.begin([*configs, PLAIN.replace(seed=2)])
    assert second.run_ids[:2] == first.run_ids
    assert second.joined == frozenset(first.run_ids)
    assert (second.taken, second.started) == (frozenset(), [second.run_ids[2]])
    assert not second.is_new


def test_what_was_paused_or_changed_on_its_way_is_not_waited_for(training: Driver) -> None:
    [paused, changed] = training.begin([PLAIN, PLAIN.replace(seed=1)]).run_ids
    training.look()
    training.pause_or_resume(paused)
    training.change(changed, {"dropout": 0.1})
    training.look()
    assert training.begin([PLAIN, PLAIN.replace(seed=1)]).is_new


def test_fresh_starts_also_what_trains(training: Driver) -> None:
    training.begin([PLAIN])
    training.look()
    assert training.begin([PLAIN], fresh=True).is_new


def test_what_trains_on_other_data_is_not_waited_for() -> None:
    driver = Driver(ScriptedExecutor([started(), step(1)]))
    driver.begin([PLAIN])
    driver.look()
    assert driver.begin([PLAIN]).is_new
    driver.end()


def test_data_that_are_gone_start_nothing(played: Driver) -> None:
    with pytest.raises(DataError):
        played.begin([PLAIN, PLAIN.replace(dataset="gone")])
    assert list_runs() == []
