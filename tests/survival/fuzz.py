"""Content of files that nobody could have foreseen, for hypothesis.

`pytest tests/survival -k fuzz --hypothesis-profile=long` tries very many examples, others each time; without
that, the few examples are always the same.
"""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from mnist_tui.errors import MnistTuiError

fuzzed = settings(
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
"""How often a fuzzer tries: as often as the profile says."""

numbers = st.one_of(
    st.integers(-3, 3),
    st.sampled_from(
        [2**31, 2**53, 2**53 + 1, 2**63, 2**64, -(2**63), 10**400, 0.5, 1e-320, 1e30, 1e308, -1e308]
    ),
    st.floats(),
)

texts = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "\x1b[2J", "\ud800", "\u202e", "../..", "/dev/zero", "=1+1", "a" * 3000, "nan", "1e999"]
    ),
)

values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
"""What can stand in JSON, as Python reads and writes it: NaN, infinity and lone surrogates too."""


@st.composite
def spoilt(draw: st.DrawFn, whole: Any) -> Any:
    """A JSON value that something has happened to, at one or two places of whatever depth."""
    copy = json.loads(json.dumps(whole))
    for _ in range(draw(st.integers(1, 2))):
        copy = _spoil(draw, copy)
    return copy


def _spoil(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        name = draw(st.sampled_from(sorted(value)))
        match draw(st.integers(0, 9)):
            case 0:
                return {one: inner for one, inner in value.items() if one != name}
            case 1:
                return {**value, draw(texts): draw(values)}
            case _:
                return {**value, name: _spoil(draw, value[name])}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        place = draw(st.integers(0, len(value) - 1))
        return [_spoil(draw, inner) if number == place else inner for number, inner in enumerate(value)]
    return draw(values)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes, edge: int = 2000) -> bytes:
    """Bytes that were changed, cut, doubled or written over near their ends, where headers and tables are."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, min(edge, len(content)))) * draw(st.sampled_from([1, -1]))
        match draw(st.sampled_from(["change", "change", "change", "cut", "insert", "repeat"])):
            case "change" if content:
                content[place % len(content)] = draw(st.integers(0, 255))
            case "cut":
                del content[place:]
            case "insert":
                content[place:place] = draw(st.binary(max_size=20))
            case _:
                content += content[place : place + 200]
    return bytes(content)


def encoded(value: Any) -> bytes:
    """A value as a line of JSON."""
    return json.dumps(value).encode() + b"\n"


@contextlib.contextmanager
def told(*words: str) -> Iterator[None]:
    """What fails is told in a sentence, with these words."""
    try:
        yield
    except MnistTuiError as error:
        if not all(word in str(error) for word in words):
            raise
