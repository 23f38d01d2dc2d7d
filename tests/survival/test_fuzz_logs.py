"""Whatever stands in a log, a `config.json` or a control file: it is read or passed over, and shown."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.analysis import columns, comparison
from mnist_tui.jobs.control import Control
from mnist_tui.jobs.preparation import has_begun, has_ended
from mnist_tui.reports.description import details
from mnist_tui.reports.formats import render
from mnist_tui.reports.record import record
from mnist_tui.reports.story import Story
from mnist_tui.runs.history import history
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import LogTail
from mnist_tui.runs.replay import Replay
from mnist_tui.runs.run import Run
from mnist_tui.runs.store import RunStore
from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.changes import Changes, admitted
from mnist_tui.training.events import Changed, Event, Forked, Paused, Resumed, RunFailed, parse, to_dict
from tests.runs.helpers import epoch, finished, make_run, started, step
from tests.survival.fuzz import damaged, encoded, fuzzed, spoilt, told, values

EVENTS: list[Event] = [
    started(), step(2), Changed(2, 1, {"dropout": 0.5}, {"dropout": 0.0}), step(4),
    epoch(1, weight_norms={"linear1": 3.0}, dead_units={"relu1": 0.5}, stage_seconds={"forward": 0.1}),
    Forked(4, 1, "20260101-000000000-x-000000", {"dropout": "0.1"}, {"dropout": "0.5"}),
    Paused(4), Resumed(4), step(8, 2), epoch(2),
    RunFailed("Why."), Resumed(8, "Because."), step(12, 3), epoch(3), finished(),
]  # fmt: skip
"""One of each kind, in an order that could be."""

VALUES = [to_dict(event) for event in EVENTS]

lines = st.one_of(
    st.sampled_from(VALUES).map(encoded),
    st.sampled_from(VALUES).flatmap(lambda one: spoilt(one)).map(encoded),
    values.map(encoded),
    st.binary(max_size=40).map(lambda noise: noise + b"\n"),
)
"""Lines of a log: whole, spoilt, of another kind, noise."""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """A run directory whose files the fuzzers write over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TUI_HOME", str(tmp_path_factory.mktemp("home")))
        return make_run()


@pytest.fixture(autouse=True)
def its_home(directory: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_HOME", str(directory.path.parent.parent))


def show(run: Run) -> None:
    """All that screens, tables and reports make of a run."""
    view = RunView(run, run.name)
    for column in columns.COLUMNS.values():
        column.of_run(view)
    assert all(line.isprintable() for line in details(run))
    json.dumps(record(run), allow_nan=False).encode()
    for curve in (run.train, run.validation):
        assert len(curve) >= 0
    _ = (run.progress, run.seconds_left, run.epoch, run.config_after(), run.images_per_second, run.other_runs)


def read_and_show(directory: RunDirectory) -> None:
    """Read a run in every way there is, and show it."""
    events = LogTail(directory.events_path).read_all()
    LogTail(directory.events_path).read_ends(200)
    has_begun(directory)
    has_ended(directory)
    story = Story()
    story.tell(events)
    assert all(one.what.isprintable() and one.when.isprintable() for one in story.happenings)
    run, _ = Run.load(directory)
    show(run)
    run.abandon()
    show(run)
    replay = Replay(directory)
    for seconds in (0.0, replay.seconds / 2, replay.seconds):
        show(replay.at(seconds))
    for kind in ("md", "csv", "json"):
        result = comparison.compare([run])
        if result.rows:
            render(result, kind).encode()
    store = RunStore()
    store.refresh()
    assert list(store.runs) == [directory.run_id]


@fuzzed
@given(st.lists(lines, max_size=12))
def test_fuzz_lines_of_a_log(directory: RunDirectory, log: list[bytes]) -> None:
    directory.events_path.write_bytes(b"".join(log))
    read_and_show(directory)


@fuzzed
@given(st.data())
def test_fuzz_bytes_of_a_log(directory: RunDirectory, data: st.DataObject) -> None:
    whole = b"".join(map(encoded, VALUES))
    directory.events_path.write_bytes(data.draw(damaged(whole, edge=len(whole))))
    read_and_show(directory)


@fuzzed
@given(st.permutations(EVENTS))
def test_fuzz_events_in_any_order(directory: RunDirectory, events: list[Event]) -> None:
    directory.events_path.write_bytes(b"".join(encoded(to_dict(event)) for event in events))
    assert LogTail(directory.events_path).read_all() == events, "what is valid is read"
    assert history(events) == history(LogTail(directory.events_path).read_all())
    read_and_show(directory)


@fuzzed
@given(st.sampled_from(VALUES).flatmap(lambda one: spoilt(one)))
def test_fuzz_what_is_read_of_an_event_can_be_written(value: Any) -> None:
    event = parse(encoded(value))
    if event is not None:
        assert parse(json.dumps(to_dict(event), allow_nan=False)) == event
    if isinstance(event, Changed):
        assert admitted(event.settings, RunConfig()).keys() <= event.settings.keys()


@fuzzed
@given(st.data())
def test_fuzz_settings_of_a_run(directory: RunDirectory, data: st.DataObject) -> None:
    manifest = {
        **directory.read_manifest(),
        "group": {"id": "20260115-093012345-1f3a9c", "row": 0},
        "forked_from": {"run_id": directory.run_id, "epoch": 1},
    }
    content = json.dumps(manifest).encode()
    changed = data.draw(spoilt(manifest).map(encoded) | damaged(content))
    directory.events_path.write_bytes(b"".join(map(encoded, VALUES)))
    before = directory.config_path.read_bytes()
    directory.config_path.write_bytes(changed)
    with told(str(directory.config_path)):
        Run.read(directory)
        read_and_show(directory)
    store = RunStore()
    store.refresh()
    directory.config_path.write_bytes(before)


COMMANDS: list[dict[str, Any]] = [
    {"command": "set", "learning_rate": 0.1, "dropout": 0.5, "l2_lambda": 1},
    *({"command": name} for name in ("pause", "resume", "step", "stop", "detach", "discard")),
]


@fuzzed
@given(st.lists(st.sampled_from(COMMANDS).flatmap(lambda one: spoilt(one)).map(encoded) | lines, max_size=6))
def test_fuzz_commands(commands: list[bytes]) -> None:
    control, changes, config = Control(), Changes(), RunConfig()
    control.take_changes(lambda settings: changes.request(settings, config))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "_exit", ignore)
        for line in commands:
            control.obey(line)
    for settings in changes.due(0):
        config.replace(**settings)


ignore: Callable[[int], None] = lambda _code: None  # noqa: E731 - a process that is told to discard its run ends


def test_fuzzers_know_every_kind_of_event() -> None:
    assert {type(event) for event in EVENTS} == {type(parse(encoded(value))) for value in VALUES}
    assert Path(__file__).name.startswith("test_fuzz")
