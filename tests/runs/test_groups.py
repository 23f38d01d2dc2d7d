"""Groups: what was planned together is written down, and read with suspicion."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mnist_tui import paths
from mnist_tui.errors import RunError
from mnist_tui.runs import groups
from mnist_tui.runs.groups import Group, list_groups, make, read
from mnist_tui.runs.layout import list_runs
from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import RunConfig

pytestmark = pytest.mark.quick

CLASSIC = classic_rows(RunConfig(dataset="sample"))


def three_by_two() -> Group:
    return make([config.replace(seed=seed) for config in CLASSIC for seed in (4, 5)])


def edit(group: Group, **changes: Any) -> None:
    group.path.write_text(json.dumps({**group.to_dict(), **changes}))


def test_a_group_says_what_was_planned() -> None:
    group = three_by_two()
    assert [row.label for row in group.rows] == ["plain", "batchnorm", "l2 0.1"]
    assert [row.config for row in group.rows] == [config.replace(seed=4) for config in CLASSIC]
    assert (group.seeds, group.baseline) == ((4, 5), None)


def test_a_group_is_read_as_it_was_written() -> None:
    group = three_by_two()
    assert read(group.group_id) == group
    assert list_groups() == [group]


def test_a_group_is_a_file_of_plain_json_among_the_runs_and_no_run() -> None:
    group = three_by_two()
    assert group.path == paths.runs_directory() / ".groups" / f"{group.group_id}.json"
    values = json.loads(group.path.read_text())
    assert list(values) == ["v", "id", "created", "rows", "seeds", "baseline"]
    assert values["rows"][1] == {"label": "batchnorm", "config": CLASSIC[1].replace(seed=4).to_dict()}
    assert list_runs() == []


def test_membership_tells_the_row_of_a_configuration_with_any_seed() -> None:
    group = three_by_two()
    for number, config in enumerate(CLASSIC):
        for seed in (4, 5, 99):
            membership = group.membership(config.replace(seed=seed))
            assert membership == {"id": group.group_id, "row": number}


def test_membership_knows_a_configuration_whose_automatic_settings_were_decided() -> None:
    group = make([RunConfig(), RunConfig(batch_norm=True)])
    settled = RunConfig(batch_norm=True, dataset="sample", learning_rate=0.4, threads=3)
    assert group.membership(settled)["row"] == 1


@pytest.mark.parametrize(
    ("planned", "decided"),
    [
        (
            [{"learning_rate": rate} for rate in (0.1, 0.2)],
            [{"learning_rate": rate, "dataset": "sample", "threads": 2} for rate in (0.1, 0.2)],
        ),
        (
            [{"threads": threads} for threads in (1, 2)],
            [{"threads": threads, "dataset": "sample", "learning_rate": 0.4} for threads in (1, 2)],
        ),
        (
            [{"dataset": "mnist"}, {"dataset": "sample"}],
            [{"dataset": data, "learning_rate": 0.4, "threads": 1} for data in ("/data/mnist", "sample")],
        ),
    ],
    ids=["rates", "threads", "data"],
)
def test_membership_tells_rows_apart_by_what_was_not_automatic(
    planned: list[dict[str, Any]], decided: list[dict[str, Any]]
) -> None:
    group = make([RunConfig(**values) for values in planned])
    assert [group.membership(RunConfig(**values))["row"] for values in decided] == [0, 1]


def test_membership_tells_rows_apart_that_differ_by_threads_or_rate() -> None:
    configs = [RunConfig(threads=threads, learning_rate=rate) for threads in (1, 2) for rate in (0.1, 0.2)]
    group = make(configs)
    assert [group.membership(config)["row"] for config in configs] == [0, 1, 2, 3]


def test_a_configuration_of_another_group_is_no_member() -> None:
    group = three_by_two()
    with pytest.raises(RunError, match=r"dropout 0\.5 is no row of the group"):
        group.membership(RunConfig(dropout=0.5))


def test_a_home_that_cannot_be_written_is_told_in_a_sentence() -> None:
    paths.runs_directory().parent.mkdir(parents=True, exist_ok=True)
    paths.runs_directory().write_text("a file")
    with pytest.raises(RunError, match="cannot be written"):
        three_by_two()


# Strangers


def test_keys_of_newer_versions_are_passed_over() -> None:
    group = three_by_two()
    edit(group, hypothesis="batch norm helps")
    assert read(group.group_id) == group


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": None},
        {"rows": ["plain"]},
        {"rows": [{"label": "plain"}]},
        {"rows": [{"label": 3, "config": {}}]},
        {"rows": [{"label": "plain", "config": {"epochs": -1}}]},
        {"rows": [{"label": "plain", "config": 7}]},
        {"seeds": [-1]},
        {"seeds": [True]},
        {"seeds": ["1"]},
        {"seeds": 3},
        {"baseline": 3},
        {"baseline": -1},
        {"baseline": "0"},
        {"id": "20260101-000000000-aaaaaa"},
        {"id": "../../../x"},
        {"id": None},
    ],
    ids=str,
)
def test_a_damaged_group_is_refused_and_passed_over(changes: dict[str, Any]) -> None:
    damaged, whole = three_by_two(), three_by_two()
    edit(damaged, **changes)
    with pytest.raises(RunError):
        read(damaged.group_id)
    assert list_groups() == [whole]


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replace_by_link(path: Path) -> None:
    path.rename(path.with_suffix(".elsewhere"))
    path.symlink_to(path.with_suffix(".elsewhere"))


def replace_by_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_huge(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(6 << 30)


@pytest.mark.skipif(os.name != "posix", reason="pipes and links to order")
@pytest.mark.parametrize(
    "spoil",
    [
        replace_by_pipe,
        replace_by_link,
        replace_by_directory,
        make_huge,
        Path.unlink,
        lambda path: path.write_text("[" * 100_000),
        lambda path: path.write_bytes(b"\xff\xfe{"),
        lambda path: path.write_text("7"),
        lambda path: path.write_text(""),
    ],
    ids=["pipe", "link", "directory", "huge", "gone", "deep", "garbage", "number", "empty"],
)
def test_a_file_that_is_no_group_neither_hangs_nor_crashes(spoil: Callable[[Path], Any]) -> None:
    spoilt, whole = three_by_two(), three_by_two()
    spoil(spoilt.path)
    with pytest.raises(RunError, match="cannot be read"):
        read(spoilt.group_id)
    assert list_groups() == [whole]


@pytest.mark.parametrize("name", ["", "x", "../runs", "20260101-000000000-AAAAAA", "a/b"])
def test_a_name_that_is_no_group_id_never_becomes_a_path(name: str) -> None:
    with pytest.raises(RunError, match="no group's id"):
        read(name)


def test_files_of_other_names_are_passed_over() -> None:
    group = three_by_two()
    for name in ("notes.json", f"{group.group_id}.json.123.tmp", "-.json"):
        (group.path.parent / name).write_bytes(group.path.read_bytes())
    assert list_groups() == [group]


def test_labels_cannot_steer_a_terminal() -> None:
    group = three_by_two()
    edit(group, rows=[{"label": "\x1b[2J", "config": {}}])
    assert "\x1b" not in read(group.group_id).rows[0].label


def test_no_home_at_all_has_no_groups() -> None:
    assert list_groups() == []
    assert not groups._directory().exists()
