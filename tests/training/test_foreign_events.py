"""Whatever else stands in a log is no event, and does no harm."""

import dataclasses
import json
import typing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.text import printable
from mnist_tui.training.events import (
    Epoch,
    Event,
    Numbers,
    parse,
    to_dict,
)
from tests.training.examples import EACH_EVENT, EVENTS, fields, line_of

pytestmark = pytest.mark.quick


def required(event: Event) -> list[str]:
    """The keys that every version wrote."""
    return [
        field.name
        for field in dataclasses.fields(event)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]


@EACH_EVENT
def test_line_without_one_of_its_keys_is_no_event(event: Event) -> None:
    for name in ("event", *required(event)):
        values = to_dict(event)
        del values[name]
        assert parse(json.dumps(values)) is None


@EACH_EVENT
def test_keys_that_older_logs_lack_may_be_missing(event: Event) -> None:
    for field in dataclasses.fields(event):
        if field.name in required(event):
            continue
        values = to_dict(event)
        del values[field.name]
        kind: Any = field.type
        nothing: dict[str, Any] = {field.name: {} if kind == Numbers else kind()}
        assert parse(json.dumps(values)) == dataclasses.replace(event, **nothing)


@EACH_EVENT
def test_numbers_by_name_of_the_wrong_type_are_no_event(event: Event) -> None:
    for name in fields(event, Numbers):
        for value in (None, [0.5], 0.5, {"linear1": "0.5"}, {"linear1": None}, {"linear1": True}):
            assert parse(line_of(event, **{name: value})) is None
        line = line_of(event, **{name: {"linear1": "HERE"}})
        assert parse(line.replace('"HERE"', "NaN")) is None


def test_names_lose_their_control_characters() -> None:
    epoch = next(event for event in EVENTS if isinstance(event, Epoch))
    read = parse(line_of(epoch, dead_units={"relu\x1b[2J1": 0.5}))
    assert isinstance(read, Epoch)
    assert read.dead_units == {printable("relu\x1b[2J1"): 0.5}


@EACH_EVENT
@pytest.mark.parametrize("kind", [int, float, str])
def test_value_of_the_wrong_type_is_no_event(event: Event, kind: type) -> None:
    wrong: dict[type, list[Any]] = {
        int: [True, 1.0, 1.5, "1", None, [1], {"1": 1}],
        float: [True, False, "0.5", None, [0.5], {"0.5": 0.5}],
        str: [True, 1, 0.5, None, ["a"], {"a": "a"}],
    }
    for name in fields(event, kind):
        for value in wrong[kind]:
            assert parse(line_of(event, **{name: value})) is None, f"{name}={value!r}"


@EACH_EVENT
def test_number_that_is_not_finite_is_no_event(event: Event) -> None:
    for name in fields(event, float):
        for word in ("NaN", "Infinity", "-Infinity", "1e999"):
            line = line_of(event, **{name: "HERE"}).replace('"HERE"', word)
            assert parse(line) is None, f"{name}={word}"


@EACH_EVENT
def test_whole_number_is_read_as_a_float_where_one_belongs(event: Event) -> None:
    for name in fields(event, float):
        read = parse(line_of(event, **{name: 1}))
        assert read == dataclasses.replace(event, **{name: 1.0})  # type: ignore[arg-type]
        assert type(getattr(read, name)) is float


@EACH_EVENT
def test_number_out_of_its_range_is_no_event(event: Event) -> None:
    values = dataclasses.asdict(event)
    for name in fields(event, int):
        for number in (-1, 2**53 + 1, 10**400):
            assert parse(line_of(event, **{name: number})) is None, f"{name}={number}"
    wrong: list[Any]
    for ending, wrong in (
        ("_images", [0]),
        ("_accuracy", [-0.01, 1.01, 1e308]),
        ("_loss", [1.1e30, -1e308]),
        ("_seconds", [-3.0, {"data": -0.1}, 1e308]),
        ("_per_second", [-1.0]),
        ("weight_norm", [1e308, -1e308]),
    ):
        for name in (name for name in values if name.endswith(ending)):
            for value in wrong:
                assert parse(line_of(event, **{name: value})) is None, f"{name}={value}"


@EACH_EVENT
def test_zeros_that_runs_write_are_read(event: Event) -> None:
    for name in [*fields(event, int), *fields(event, float)]:
        if not name.endswith("_images"):
            assert parse(line_of(event, **{name: 0})) is not None, name


@EACH_EVENT
def test_whole_number_too_large_for_a_float_is_no_event(event: Event) -> None:
    for name in fields(event, float):
        assert parse(line_of(event, **{name: 10**400})) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\n",
        "null",
        "3",
        '"step"',
        "[]",
        "{}",
        '[{"event": "paused", "step": 1}]',
        '{"event": "paused", "step": 1} {"event": "paused", "step": 1}',
        '{"event": "paused", "step": 1}}',
        '{"event": "holiday", "step": 1}',
        '{"event": "Paused", "step": 1}',
        '{"event": null, "step": 1}',
        '{"event": ["paused"], "step": 1}',
        '{"event": {"paused": 1}, "step": 1}',
        '{"event": 1, "step": 1}',
        '{"event": "paused", "step": ' + "9" * 10_000 + "}",
        '{"event": "paused", "step": ' + "[" * 100_000,
        "[" * 100_000,
        "\ufeff" + '{"event": "paused", "step": 1}',
        b"\xff\xfe\x00",
        b"\x80abc",
        b"\x00" * 64,
        b'{"event": "run_failed", "reason": "\xff"}',
    ],
    ids=lambda line: repr(line[:40]),
)
def test_garbage_is_no_event(line: str | bytes) -> None:
    assert parse(line) is None


@settings(deadline=None)
@given(line=st.text() | st.binary())
def test_parse_never_raises_on_arbitrary_text_or_bytes(line: str | bytes) -> None:
    event = parse(line)
    assert event is None or isinstance(event, typing.get_args(Event))


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(event=st.sampled_from(EVENTS), data=st.data())
def test_parse_never_raises_on_events_with_arbitrary_values(event: Event, data: st.DataObject) -> None:
    names = data.draw(st.sets(st.sampled_from(list(to_dict(event))), min_size=1))
    line = line_of(event, **{name: data.draw(ANY_JSON, label=name) for name in names})
    read = parse(line)
    assert read is None or parse(line_of(read)) == read


@pytest.mark.parametrize("text", ["\x1b]0;owned\x07", "\x9b2J", "two\nlines", "a\u202eb"])
def test_control_characters_of_any_text_stay_behind(text: str) -> None:
    for event in EVENTS:
        values = {key: text if isinstance(value, str) else value for key, value in to_dict(event).items()}
        read = parse(json.dumps({**values, "event": event.kind}))
        assert read
        assert all(value.isprintable() for value in to_dict(read).values() if isinstance(value, str))
