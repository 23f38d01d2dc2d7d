"""Which columns of the table there is room for: plain numbers."""

import pytest

from mnist_tui.tui.table.choice import Choice, Measured, choose

pytestmark = pytest.mark.quick

NAME = Measured("name", 10, 6)
TABLE = [
    NAME,
    Measured("rate", 4, 4, 1),
    Measured("test", 12, 6, 2),
    Measured("note", 30, 8, 3),
    Measured("time", 8, 5, 4),
]


def seen(choice: Choice) -> dict[str, int]:
    return {one.key: one.width for one in choice.columns}


def total(choice: Choice) -> int:
    return sum(one.width + 2 for one in choice.columns)


def test_where_there_is_room_for_all_all_are_there_and_long() -> None:
    choice = choose(TABLE, 100)
    assert seen(choice) == {"name": 10, "rate": 4, "test": 12, "note": 30, "time": 8}
    assert not any(one.is_narrow for one in choice.columns)
    assert (choice.before, choice.after) == (0, 0)


def test_short_texts_make_room_for_one_more_and_what_is_left_goes_to_the_most_telling() -> None:
    choice = choose(TABLE, 44)
    assert seen(choice) == {"name": 10, "rate": 4, "test": 6, "note": 8, "time": 5}
    assert [one.is_narrow for one in choice.columns] == [False, False, True, True, True]
    assert seen(choose(TABLE, 49)) == {"name": 10, "rate": 4, "test": 12, "note": 8, "time": 5}


@pytest.mark.parametrize("skip", [0, 1, 3, 99])
def test_nothing_is_ever_cut_and_nothing_is_out_of_reach(skip: int) -> None:
    for room in range(100):
        choice = choose(TABLE, room, skip)
        assert choice.columns[0].key == "name"
        assert choice.before + len(choice.columns) - 1 + choice.after == len(TABLE) - 1
        assert len(choice.columns) >= 2
        if room >= 18:  # else there is none that fits beside the name
            assert total(choice) <= room


def test_the_most_telling_columns_come_first_where_few_fit() -> None:
    columns = [NAME, Measured("a", 5, 5, 9), Measured("b", 5, 5, 1), Measured("c", 5, 5, 2)]
    choice = choose(columns, 6 + 2 + 2 * 7)
    assert list(seen(choice)) == ["name", "b", "c"]
    assert choice.after == 1
    assert list(seen(choose(columns, 22, skip=1))) == ["name", "c", "a"]
    assert list(seen(choose(columns, 22, skip=2))) == ["name", "c", "a"]  # the last column is in sight


def test_a_table_without_columns_and_one_with_a_name_alone() -> None:
    assert choose([], 80) == Choice()
    assert seen(choose([NAME], 80)) == {"name": 10}
