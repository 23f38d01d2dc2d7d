"""The run that a person means."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from mnist_tui.errors import RunError, UnknownRunError
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.naming import find, find_all
from mnist_tui.settings.run_config import RunConfig
from tests.runs.helpers import edit_manifest

pytestmark = pytest.mark.quick

Make: TypeAlias = Callable[..., RunDirectory]


@pytest.fixture
def make(home: Path) -> Make:
    """Makes runs, each a second after the one before: made at once, their ids would be in no order."""
    numbers = itertools.count()

    def make_run(**settings: Any) -> RunDirectory:
        number = next(numbers)
        directory = RunDirectory(home / "runs" / f"20260101-1010{number:02}000-x-abcd{number:02}")
        directory.path.mkdir(parents=True)
        directory.write_manifest(RunConfig(**settings).to_dict())
        return directory

    return make_run


@pytest.fixture
def three_runs(home: Path) -> list[str]:
    names = [
        "20260101-101010000-plain-aaaaaa",
        "20260101-101010000-l2-0-1-bbbbbb",
        "20260202-101010000-plain-aabbbb",
    ]
    for name in names:
        (home / "runs" / name).mkdir(parents=True)
    return names


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("20260101-101010000-plain-aaaaaa", 0),
        ("aaaaaa", 0),
        ("plain-aaaaaa", 0),
        ("20260101-101010000-l", 1),
        ("bbbbbb", 1),
        ("202602", 2),
        ("aabbbb", 2),
    ],
)
def test_a_run_is_found_by_enough_of_its_start_or_end(three_runs: list[str], query: str, index: int) -> None:
    assert find(query).run_id == three_runs[index]


@pytest.mark.parametrize(("query", "count"), [("2026", 3), ("bbbb", 2), ("20260101", 2)])
def test_too_little_of_an_id_is_ambiguous(three_runs: list[str], query: str, count: int) -> None:
    with pytest.raises(RunError, match=f"{count} runs fit “{query}”.*mnist-tui runs"):
        find(query)


@pytest.mark.parametrize("query", ["nothing", "", ".", "..", "../../etc", "/etc", "/", "plain", "%s", "*"])
def test_what_fits_no_run_is_refused(three_runs: list[str], query: str) -> None:
    with pytest.raises(RunError, match="There is no run"):
        find(query)


def test_nothing_outside_the_runs_directory_is_found(home: Path, three_runs: list[str]) -> None:
    name = "20260303-101010000-outside-cccccc"
    (home / name).mkdir()
    for query in (f"../{name}", str(home / name), name):
        with pytest.raises(RunError, match="There is no run"):
            find(query)


def test_an_unprintable_query_is_not_repeated() -> None:
    with pytest.raises(RunError) as caught:
        find("\x1b[31m")
    assert str(caught.value).isprintable()


def test_the_last_run_is_the_newest(three_runs: list[str]) -> None:
    assert find("last").run_id == three_runs[-1]


def test_without_a_run_there_is_no_last_one() -> None:
    with pytest.raises(UnknownRunError, match="There is no run “last”"):
        find("last")


def test_a_run_is_found_by_its_name_or_by_what_tables_call_it(make: Make) -> None:
    plain, *seeds = [make(seed=seed) for seed in range(3)]
    normed, named = make(batch_norm=True), make(name="my run")
    assert find("batchnorm").run_id == normed.run_id
    assert find("my run").run_id == named.run_id
    assert find("plain, seed 2").run_id == seeds[1].run_id
    assert find("plain, seed 0").run_id == plain.run_id
    assert [one.run_id for one in find_all("my run")] == [named.run_id]


def test_a_name_of_several_runs_is_refused_with_what_tells_them_apart(
    make: Make,
) -> None:
    ends = [make(seed=seed).run_id[-6:] for seed in range(2)]
    with pytest.raises(UnknownRunError) as raised:
        find("plain")
    assert str(raised.value) == (
        f"2 runs are called “plain”: say which by its id, {ends[0]} (seed 0) or {ends[1]} (seed 1)."
    )
    assert [one.run_id[-6:] for one in find_all("plain")] == ends


def test_of_many_runs_of_one_name_the_last_ones_are_listed(make: Make) -> None:
    ends = [make(name="it").run_id[-6:] for _ in range(6)]
    with pytest.raises(UnknownRunError) as raised:
        find("it")
    listed = f"{', '.join(ends[2:5])} or {ends[5]}; `mnist-tui runs` lists 2 more."
    assert str(raised.value) == f"6 runs are called “it”: say which by its id, {listed}"


def test_a_name_that_is_also_a_part_of_an_id_is_ambiguous(make: Make) -> None:
    first = make()
    make(name=first.run_id[-6:])
    with pytest.raises(UnknownRunError, match=f"2 runs fit “{first.run_id[-6:]}”"):
        find(first.run_id[-6:])
    assert find(first.run_id).run_id == first.run_id


def test_a_slip_of_the_keyboard_is_met_with_the_name_that_was_meant(
    make: Make,
) -> None:
    make(batch_norm=True)
    with pytest.raises(UnknownRunError, match=r"There is no run “bathcnorm”: did you mean “batchnorm”\? `"):
        find("bathcnorm")


def test_a_run_whose_settings_cannot_be_read_has_no_name_and_hides_none(
    make: Make,
) -> None:
    spoilt, good = make(name="spoilt"), make(name="good")
    edit_manifest(spoilt, optimizer="lion")
    assert find("good").run_id == good.run_id
    assert find(spoilt.run_id[-6:]).run_id == spoilt.run_id
    with pytest.raises(UnknownRunError, match="There is no run “spoilt”"):
        find("spoilt")
