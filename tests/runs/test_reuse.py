"""What was trained already: which finished run a configuration already is, and which only look as if."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mnist_tui.errors import DataError
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.reuse import decide, find
from mnist_tui.runs.store import RunStore
from mnist_tui.settings import choices
from mnist_tui.settings.choices import OPTIMIZERS
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed, Event, Forked, Resumed, RunFailed
from tests.conftest import write_idx
from tests.runs.helpers import edit_manifest, epoch, finished, long_log, make_run, started_on, step

pytestmark = pytest.mark.quick

PLAIN = RunConfig(dataset="sample")


def trained(
    config: RunConfig = PLAIN, *, events: Sequence[Event] = (), end: Event | None = None, **data: Any
) -> RunDirectory:
    """A run that came to its end on the data that its configuration means, or another end."""
    decided = decide(config).replace(threads=config.threads or 2)
    log = [started_on(decided, **data), step(4), epoch(1), *events, end or finished()]
    return make_run(log, **decided.to_dict())


def found(*configs: RunConfig) -> list[str | None]:
    """The ids of the runs of the home that these configurations already are."""
    store = RunStore()
    store.refresh()
    return [run.run_id if run else None for run in find(configs, store.runs.values())]


def test_nothing_is_found_where_nothing_was_trained() -> None:
    assert find([PLAIN, PLAIN.replace(seed=1)], []) == [None, None]
    assert found() == []


def test_each_configuration_finds_its_run() -> None:
    normed = trained(PLAIN.replace(batch_norm=True))
    plain = trained()
    asked = PLAIN.replace(seed=1), PLAIN, PLAIN.replace(batch_norm=True)
    assert found(*asked) == [None, plain.run_id, normed.run_id]


def test_what_says_auto_finds_what_was_decided() -> None:
    run = trained()
    rate = OPTIMIZERS["sgd"].learning_rate_of_few
    assert run.read_config().learning_rate == rate
    assert found(RunConfig()) == found(RunConfig(learning_rate=rate, threads=2)) == [run.run_id]
    assert found(RunConfig(learning_rate=0.3)) == [None]


def test_a_run_of_old_with_the_rate_that_auto_was_then_is_not_what_auto_is_now() -> None:
    old = trained(PLAIN.replace(learning_rate=0.4))
    assert found(PLAIN) == [None]
    assert found(PLAIN.replace(learning_rate=0.4)) == [old.run_id]
    unnamed = trained(PLAIN.replace(seed=1))
    edit_manifest(unnamed, learning_rate=None)
    assert unnamed.read_config().peak_learning_rate == 0.4, "a file of old that names none means this one"
    assert found(PLAIN.replace(seed=1)) == [None]


def test_the_automatic_rate_goes_by_the_number_of_images_to_train_on(
    tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, sgd = RunConfig(dataset=str(tiny_data)), OPTIMIZERS["sgd"]
    assert decide(config).learning_rate == sgd.learning_rate_of_few
    monkeypatch.setattr(choices, "MANY_IMAGES", 270)  # of 300, a tenth is for validation
    assert decide(config).learning_rate == sgd.learning_rate
    assert decide(config.replace(validation_size=1)).learning_rate == sgd.learning_rate
    monkeypatch.setattr(choices, "MANY_IMAGES", 271)
    assert decide(config).learning_rate == sgd.learning_rate_of_few
    assert decide(config.replace(learning_rate=0.2)).learning_rate == 0.2


def test_the_newest_is_found() -> None:
    trained()
    newest = trained()
    assert found(PLAIN) == [newest.run_id]


def test_two_equal_configurations_get_two_runs() -> None:
    first, second = trained(), trained()
    assert found(PLAIN, PLAIN, PLAIN) == [second.run_id, first.run_id, None]


def test_the_number_of_threads_counts_where_it_was_asked_for() -> None:
    one, two = (trained(PLAIN.replace(threads=threads)) for threads in (1, 2))
    assert found(PLAIN.replace(threads=1)) == [one.run_id]
    assert found(PLAIN.replace(threads=2)) == found(PLAIN) == [two.run_id]
    assert found(PLAIN.replace(threads=3)) == [None]


def test_a_run_is_found_whatever_its_name_and_has_the_one_that_was_asked_for() -> None:
    directory = trained(PLAIN.replace(name="first try"))
    store = RunStore()
    store.refresh()
    for name in (None, "plain again"):
        [run] = find([PLAIN.replace(name=name)], store.runs.values())
        assert run
        assert (run.run_id, run.config.name) == (directory.run_id, name)
    assert store.runs[directory.run_id].name == "first try"


def test_early_stopping_is_an_end() -> None:
    run = trained(end=finished(status="early_stopped"))
    assert found(PLAIN) == [run.run_id]


@pytest.mark.parametrize(
    ("events", "end"),
    [
        ((), finished(status="stopped")),
        ((), RunFailed("why")),
        ((), epoch(2)),
        ((finished(status="stopped"), Resumed(4)), RunFailed("why")),
        ((Changed(3, 1, {"dropout": 0.1}, {"dropout": 0.0}),), finished()),
        ((Forked(4, 1, "20260101-000000000-x-000000", {}, {}),), finished()),
    ],
    ids=["stopped", "failed", "trains", "failed to go on", "changed by hand", "forked"],
)
def test_a_run_that_its_settings_do_not_tell_is_not_found(events: Sequence[Event], end: Event) -> None:
    trained(events=events, end=end)
    assert found(PLAIN) == [None]


def test_a_run_that_was_resumed_and_came_to_its_end_is_found() -> None:
    run = trained(events=(finished(status="stopped"), Resumed(4)))
    assert found(PLAIN) == [run.run_id]


def test_a_change_by_hand_in_the_middle_of_a_long_log_is_seen() -> None:
    _, *rest, end = long_log(finished())
    began, half = started_on(PLAIN), len(rest) // 2
    changed = Changed(4 * 50, 51, {"dropout": 0.1}, {"dropout": 0.0})
    settings = decide(PLAIN).replace(threads=2).to_dict()
    untouched = make_run([began, *rest, end], **settings)
    make_run([began, *rest[:half], changed, *rest[half:], end], **settings)
    store = RunStore()
    store.refresh()
    assert all(run.is_summary for run in store.runs.values())
    [run] = find([PLAIN], store.runs.values())
    assert run
    assert (run.run_id, run.is_summary, len(run.epochs)) == (untouched.run_id, False, 100)


@pytest.mark.parametrize("kind", ["versions", "machine"])
def test_another_version_or_machine_is_not_taken(kind: str) -> None:
    run = trained()
    manifest = run.read_manifest()
    edit_manifest(run, **{kind: {**manifest[kind], next(iter(manifest[kind])): "another"}})
    assert found(PLAIN) == [None]
    edit_manifest(run, **{kind: None})
    assert found(PLAIN) == [None]


# The data


@pytest.mark.parametrize(
    "other",
    [{"dataset_sha256": "cd" * 32}, {"train_images": 3599, "validation_images": 401}, {"test_images": 999}],
    ids=["images", "split", "test"],
)
def test_other_data_under_the_same_name_are_not_taken(other: dict[str, Any]) -> None:
    trained(**other)
    assert found(PLAIN) == [None]


def test_auto_means_what_it_means_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = trained()
    assert found(RunConfig()) == [sample.run_id]
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(write_idx(tmp_path / "mnist", 20, 20)))
    assert found(RunConfig()) == [None]
    mnist = trained(RunConfig(dataset="mnist"))
    assert found(RunConfig(), PLAIN) == [mnist.run_id, sample.run_id]


def test_a_directory_whose_files_were_changed_is_other_data(tiny_data: Path, tmp_path: Path) -> None:
    config = RunConfig(dataset=str(tiny_data))
    run = trained(config)
    assert found(config) == found(config) == [run.run_id]
    for file in write_idx(tmp_path / "others", 300, 100, seed=1).iterdir():
        shutil.copy(file, tiny_data)
    assert found(config) == [None]


def test_the_same_files_under_another_path_are_another_data_set(tiny_data: Path, tmp_path: Path) -> None:
    trained(RunConfig(dataset=str(tiny_data)))
    shutil.copytree(tiny_data, tmp_path / "copy")
    assert found(RunConfig(dataset=str(tmp_path / "copy"))) == [None]


def test_damaged_files_are_left_to_whoever_trains_on_them(tiny_data: Path) -> None:
    config = RunConfig(dataset=str(tiny_data))
    trained(config)
    next(tiny_data.iterdir()).write_bytes(b"x")
    assert found(config) == [None]


def test_data_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="neither"):
        found(RunConfig(dataset=str(tmp_path / "gone")))


def test_images_are_read_only_for_a_run_that_fits_else(
    tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = RunConfig(dataset=str(tiny_data))
    trained(config)

    def read(*_: object) -> None:
        raise AssertionError("read for nothing")

    monkeypatch.setattr("mnist_tui.data.source.mnist.read_splits", read)
    assert found(config.replace(seed=1), config.replace(threads=7)) == [None, None]


def test_a_run_that_was_deleted_meanwhile_is_not_taken() -> None:
    run = trained()
    store = RunStore()
    store.refresh()
    shutil.rmtree(run.path)
    assert find([PLAIN], store.runs.values()) == [None]
