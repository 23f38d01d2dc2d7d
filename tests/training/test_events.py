"""Events survive the log."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.text import printable
from mnist_tui.training.events import (
    KINDS,
    Event,
    Numbers,
    Texts,
    parse,
    to_dict,
)
from tests.training.examples import EACH_EVENT, EVENTS, line_of

pytestmark = pytest.mark.quick


def required(event: Event) -> list[str]:
    """The keys that every version wrote."""
    return [
        field.name
        for field in dataclasses.fields(event)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]


def test_there_is_an_example_of_every_kind() -> None:
    assert {event.kind for event in EVENTS} == set(KINDS)


@EACH_EVENT
def test_event_survives_the_log(event: Event) -> None:
    assert parse(line_of(event)) == event
    assert parse((line_of(event) + "\n").encode()) == event
    assert parse(json.dumps(to_dict(event), ensure_ascii=False).encode()) == event


FIELD_VALUES: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(1, 2**53),
    float: st.floats(0, 1),
    str: st.text().map(printable),
    Numbers: st.dictionaries(st.text().map(printable), st.floats(0, 1)),
    Texts: st.dictionaries(st.text().map(printable), st.text().map(printable)),
}
ANY_EVENT: st.SearchStrategy[Event] = st.one_of(
    [
        st.builds(cls, **{field.name: FIELD_VALUES[field.type] for field in dataclasses.fields(cls)})
        for cls in KINDS.values()
    ]
)


@settings(deadline=None)
@given(event=ANY_EVENT)
def test_event_with_any_values_survives_the_log(event: Event) -> None:
    assert parse(line_of(event)) == event


@EACH_EVENT
def test_kind_and_version_come_first(event: Event) -> None:
    values = to_dict(event)
    assert list(values.items())[:2] == [("event", event.kind), ("v", 1)]
    assert list(values)[2:] == [field.name for field in dataclasses.fields(event)]


def test_kinds_and_metric_keys_are_those_other_scripts_rely_on() -> None:
    steering = {"paused", "resumed", "changed", "forked"}
    assert set(KINDS) == {"run_started", "step", "epoch", *steering, "run_finished", "run_failed"}
    by_kind = {event.kind: set(to_dict(event)) for event in EVENTS}
    validated = {"validation_loss", "validation_accuracy"}
    trained = {"train_loss", "train_accuracy", "train_seconds", "images_per_second", "learning_rate"}
    assert {"step", "epoch", *trained} <= by_kind["step"]
    assert {"step", "epoch", "cpu_seconds", "weight_norm", *trained, *validated} <= by_kind["epoch"]
    assert {"status", "test_loss", "test_accuracy", "cpu_seconds", *validated} <= by_kind["run_finished"]


@EACH_EVENT
def test_unknown_keys_are_passed_over(event: Event) -> None:
    line = line_of(event, time=1.5, humidity={"percent": [70]}, v=2)
    assert parse(line) == event


@EACH_EVENT
def test_version_is_not_needed(event: Event) -> None:
    values = to_dict(event)
    del values["v"]
    assert parse(json.dumps(values)) == event


@EACH_EVENT
def test_every_torn_line_is_no_event(event: Event) -> None:
    line = line_of(event).encode()
    for length in range(len(line)):
        assert parse(line[:length]) is None
        assert parse(line[-length:] if length else b"") is None
