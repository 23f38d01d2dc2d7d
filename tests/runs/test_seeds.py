"""A line for several seeds: their mean, and the range that they span."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.runs.curves import METRICS, MetricSeries
from mnist_tui.runs.run import Run
from mnist_tui.runs.seeds import MOST_POINTS, Course, over_seeds
from mnist_tui.settings.run_config import RunConfig
from tests.runs.helpers import epoch, finished_run, started, step

pytestmark = pytest.mark.quick


def line(steps: Sequence[float], y: Sequence[float], *, seconds: float = 0.1) -> MetricSeries:
    """A line with ten steps an epoch, which took so many seconds a step."""
    step = np.array(steps, float)
    return MetricSeries("", "train", step / 10, step, seconds * step, np.array(y, float))


def course(found: Course) -> list[list[float]]:
    """Steps, mean, low and high."""
    return [values.tolist() for values in (found.mean.step, found.mean.y, found.low, found.high)]


def test_mean_lowest_and_highest_of_three_seeds() -> None:
    found = over_seeds([line([1, 2], [1.0, 0.5]), line([1, 2], [0.7, 0.2]), line([1, 2], [0.4, 0.2])])
    steps, mean, low, high = course(found)
    assert steps == [1, 2]
    assert mean == pytest.approx([0.7, 0.3])
    assert (low, high) == ([0.4, 0.2], [1.0, 0.5])
    assert (found.mean.part, found.mean.kind) == ("", "train")
    assert found.mean.epoch.tolist() == [0.1, 0.2]


def test_one_seed_is_its_own_mean() -> None:
    assert course(over_seeds([line([1, 2, 4], [3.0, 2.0, 1.0])])) == [
        [1, 2, 4],
        [3.0, 2.0, 1.0],
        [3.0, 2.0, 1.0],
        [3.0, 2.0, 1.0],
    ]


def test_seconds_are_those_that_the_seeds_took_on_the_average() -> None:
    found = over_seeds([line([10, 20], [1, 1], seconds=0.1), line([10, 20], [1, 1], seconds=0.3)])
    assert found.mean.seconds == pytest.approx([2.0, 4.0])


def test_where_few_have_come_so_far_there_is_no_mean_and_half_of_them_are_enough() -> None:
    short, middle, long = line([1, 2], [1, 1]), line([1, 2, 3], [3, 3, 3]), line([1, 2, 3, 4], [5, 5, 5, 5])
    steps, mean, low, high = course(over_seeds([short, middle, long]))
    assert steps == [1, 2, 3]
    assert mean == [3, 3, 4]
    assert (low, high) == ([1, 1, 3], [5, 5, 5])
    steps, mean, _, _ = course(over_seeds([short, long]))
    assert (steps, mean) == ([1, 2, 3, 4], [3, 3, 5, 5])


def test_a_seed_that_was_measured_elsewhere_is_read_between_its_points() -> None:
    found = over_seeds([line([2, 6], [1.0, 3.0]), line([2, 4, 6, 8], [0, 0, 0, 0])])
    assert course(found)[1] == [0.5, 1.0, 1.5, 0.0]
    assert course(found)[3] == [1.0, 2.0, 3.0, 0.0]


def test_a_seed_that_has_not_come_to_the_first_common_point_counts_for_nothing() -> None:
    late = line([6, 8], [9, 9])
    steps, mean, _, _ = course(over_seeds([line([2, 4, 6, 8], [1, 1, 1, 1]), line([2, 4], [3, 3]), late]))
    assert (steps, mean) == ([2, 4, 6, 8], [2, 2, 5, 5])
    few = line([1], [7])
    nowhere = over_seeds([line([10, 20], [1, 1]), few, few])  # none of the long one's points has two of three
    assert course(nowhere) == [[], [], [], []]


def test_long_lines_are_thinned_with_both_ends() -> None:
    steps = list(range(1, 4001))
    found = over_seeds([line(steps, [float(one) for one in steps]), line(steps, [0.0] * 4000)])
    assert len(found.mean.y) == MOST_POINTS
    assert (found.mean.step[0], found.mean.step[-1]) == (1, 4000)
    assert found.mean.y == pytest.approx(found.mean.step / 2)


LINES = st.lists(
    st.lists(
        st.tuples(st.integers(1, 50), st.floats(-1e6, 1e6)),
        min_size=1,
        max_size=20,
        unique_by=lambda one: one[0],
    ).map(sorted),
    min_size=1,
    max_size=6,
)


@given(LINES)
def test_every_mean_is_a_number_between_the_lowest_and_the_highest(
    seeds: list[list[tuple[int, float]]],
) -> None:
    lines = [line([step for step, _ in one], [y for _, y in one]) for one in seeds]
    found = over_seeds(lines)
    for values in (found.mean.y, found.mean.seconds, found.mean.epoch, found.low, found.high):
        assert values.shape == found.mean.step.shape
        assert np.isfinite(values).all()
    slack = 1e-9 * max(abs(y) for one in seeds for _, y in one)
    assert (found.low - slack <= found.mean.y).all()
    assert (found.mean.y <= found.high + slack).all()
    assert (np.diff(found.mean.step) > 0).all()


def test_lines_of_real_runs_of_other_lengths() -> None:
    runs: list[Run] = []
    for seed, epochs in enumerate((2, 3)):
        run = finished_run(RunConfig(seed=seed))
        run.apply(started())
        for number in range(1, epochs + 1):
            for event in (step(4 * number, number), epoch(number, validation_loss=1.0 + seed)):
                run.apply(event)
        runs.append(run)
    lines = [one for run in runs for one in METRICS["loss"].series(run) if one.kind == "validation"]
    found = over_seeds(lines)
    assert found.mean.epoch.tolist() == [1, 2, 3]
    assert course(found)[1:] == [[1.5, 1.5, 2.0], [1.0, 1.0, 2.0], [2.0, 2.0, 2.0]]
