"""What the session asks to be compared, with what, and what it makes of the answer."""

import pytest

from mnist_tui.runs.run import Status
from mnist_tui.tui.concluded import Concluded, answer
from mnist_tui.tui.session import Session
from tests.tui.helpers import Shelf, asked

pytestmark = pytest.mark.quick

GOOD, BETTER = (0.9, 0.901, 0.902), (0.95, 0.951, 0.952)


def row(
    shelf: Shelf, accuracies: tuple[float, ...], *, stopped: tuple[int, ...] = (), **settings: object
) -> list[str]:
    """The ids of the runs of a new row, one for each accuracy."""
    return [
        shelf.add(Status.STOPPED if seed in stopped else Status.COMPLETED, accuracy, seed=seed, **settings)
        for seed, accuracy in enumerate(accuracies)
    ]


def concluded(session: Session) -> Concluded:
    found = answer(session.question)
    assert found
    return found


def verdicts(session: Session) -> dict[str, str]:
    """Of each row that has one."""
    rows = map(session.row, session.order)
    return {one.row_id: str(one.difference.verdict) for one in rows if one.difference}


# The baseline


def test_the_first_row_is_the_baseline_until_another_is_chosen(shelf: Shelf, session: Session) -> None:
    first, second, third = (shelf.add(batch_size=size) for size in (1, 2, 3))
    assert session.baseline == ""
    session.join([first])
    assert session.baseline == first
    assert not session.row(first).is_baseline  # nothing is compared with it yet
    assert session.join([second]) == {first, second}
    assert [session.row(row_id).is_baseline for row_id in (first, second)] == [True, False]
    assert session.compare_with(second) == {first, second}
    assert [session.row(row_id).is_baseline for row_id in (first, second)] == [False, True]
    assert session.compare_with(second) == set()
    assert session.compare_with(third) >= {second, third}
    assert session.shown == [first, second, third]  # it is shown when it was not
    assert session.baseline == third


def test_while_the_chosen_baseline_is_hidden_the_first_row_stands_in(shelf: Shelf, session: Session) -> None:
    ids = [shelf.add(batch_size=size) for size in (1, 2, 3)]
    session.join(ids)
    session.compare_with(ids[2])
    assert session.toggle(ids[2]) >= {ids[0], ids[2]}
    assert session.baseline == ids[0]
    assert session.row(ids[0]).is_baseline
    session.toggle(ids[2])
    assert session.baseline == ids[2]
    session.toggle(ids[0])
    assert session.baseline == ids[2]


def test_a_baseline_that_is_deleted_leaves_the_place_to_the_first_row(shelf: Shelf, session: Session) -> None:
    ids = [shelf.add(batch_size=size) for size in (1, 2, 3)]
    session.join(ids)
    session.compare_with(ids[1])
    del shelf.runs[ids[1]]
    assert session.leave(ids[1]) >= {ids[0]}
    assert session.baseline == ids[0]
    assert [session.row(row_id).is_baseline for row_id in (ids[0], ids[2])] == [True, False]


def test_the_baseline_may_be_chosen_on_the_line_of_any_of_its_runs(shelf: Shelf, session: Session) -> None:
    first, second = row(shelf, GOOD), row(shelf, BETTER, batch_norm=True)
    session.join([*first, *second])
    session.compare_with(session.row_of(second[2]))
    assert session.baseline == second[0]
    assert session.question.baseline == tuple(second)


# The question


def test_another_result_is_another_question_and_another_baseline_is(shelf: Shelf, session: Session) -> None:
    over, trains = shelf.add(batch_size=1), shelf.add(Status.TRAINING, batch_size=2)
    session.join([over, trains])
    before = session.question.key
    session.notice({trains})
    assert session.question.key == before
    shelf.end(trains)
    session.notice({trains})
    after = session.question.key
    assert asked(session) == [[over], [trains]]
    session.compare_with(trains)
    assert len({before, after, session.question.key}) == 3
    session.toggle(over)
    assert asked(session) == [[trains]]


def test_runs_of_the_same_settings_are_compared_in_the_rows_they_stand_in(
    shelf: Shelf, session: Session
) -> None:
    long, short, other = row(shelf, GOOD), row(shelf, BETTER[:2]), row(shelf, GOOD, batch_norm=True)
    session.join([*short, *long, *other])
    assert asked(session) == [short, long, other]
    found = concluded(session).conclusions.comparison
    assert [[run.run_id for run in one.runs] for one in found.rows] == [short, long, other]
    assert [one.label for one in found.rows] == ["plain", "plain (2)", "batchnorm"]


# The answer


def test_differences_find_their_rows_also_where_the_first_run_was_stopped(
    shelf: Shelf, session: Session
) -> None:
    first = row(shelf, GOOD)
    second = row(shelf, (0.1, *BETTER), stopped=(0,), batch_norm=True)
    session.join([*first, *second])
    assert asked(session) == [first, second[1:]]
    found = concluded(session)
    assert list(found.by_run) == [second[1]]
    assert session.conclude(found.by_run) == set(second)
    assert session.row(first[0]).difference is None
    assert session.row(second[0]).difference == found.by_run[second[1]]
    assert verdicts(session) == {second[0]: "better"}
    assert session.conclude(found.by_run) == set()
    assert session.conclude({}) == set(second)
    assert verdicts(session) == {}


def test_the_baseline_may_have_a_first_run_that_was_stopped(shelf: Shelf, session: Session) -> None:
    first = row(shelf, (0.1, *GOOD), stopped=(0,))
    second = row(shelf, (0.1, *BETTER), batch_norm=True)
    session.join([*first, *second])
    session.conclude(concluded(session).by_run)
    assert list(verdicts(session)) == [second[0]]
    session.compare_with(second[0])
    session.conclude(concluded(session).by_run)
    assert list(verdicts(session)) == [first[0]]


def test_without_a_result_of_the_baseline_there_is_no_answer(shelf: Shelf, session: Session) -> None:
    trains, over = shelf.add(Status.TRAINING), shelf.add(batch_norm=True)
    session.join([trains, over])
    assert answer(session.question) is None
    session.compare_with(over)
    assert concluded(session).by_run == {}


def test_a_hidden_row_shows_no_difference_and_a_deleted_one_leaves_none(
    shelf: Shelf, session: Session
) -> None:
    first, second = row(shelf, GOOD), row(shelf, BETTER, batch_norm=True)
    session.join([*first, *second])
    session.conclude(concluded(session).by_run)
    session.toggle(second[0])
    assert verdicts(session) == {}
    session.toggle(second[0])
    assert verdicts(session) == {second[0]: "better"}
    del shelf.runs[second[0]]
    session.leave(second[0])
    assert verdicts(session) == {second[1]: "better"}  # until the answer without it is there
