"""The one table of keys, and all that is made from it."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import mnist_tui.tui
from mnist_tui.tui.keys import KEYS, Place, bindings
from mnist_tui.tui.keys.readme import README, table, with_table

pytestmark = pytest.mark.quick


def our_classes() -> Iterator[type[DOMNode]]:
    """Every screen and widget of ours that binds keys itself."""
    for module in pkgutil.walk_packages(mnist_tui.tui.__path__, "mnist_tui.tui."):
        for value in vars(importlib.import_module(module.name)).values():
            ours = isinstance(value, type) and issubclass(value, DOMNode) and value.__module__ == module.name
            if ours and "BINDINGS" in vars(value):
                yield value


def test_the_readme_has_the_table() -> None:
    readme = README.read_text(encoding="utf-8")
    assert readme == with_table(readme), "keys were changed: run `python -m mnist_tui.tui.keys`"


def test_no_class_binds_a_key_that_is_not_in_the_table() -> None:
    known = {(key.keys, key.action) for key in KEYS}
    for one in our_classes():
        for binding in one.BINDINGS:
            assert isinstance(binding, Binding)
            assert (binding.key, binding.action) in known, one


def test_each_binding_leads_to_an_action_of_the_class_that_has_it() -> None:
    for one in our_classes():
        for binding in one.BINDINGS:
            assert isinstance(binding, Binding)
            target, _, action = binding.action.partition("(")[0].rpartition(".")
            assert target in {"", "app", "screen"}
            if not target:
                assert hasattr(one, f"action_{action}") or hasattr(one, f"_action_{action}"), (one, action)


def test_every_place_has_a_class_that_uses_it() -> None:
    used = {(b.key, b.action) for one in our_classes() for b in one.BINDINGS if isinstance(b, Binding)}
    for place in Place:
        assert {(key.keys, key.action) for key in KEYS if key.place is place and key.action} <= used, place


@pytest.mark.parametrize("place", Place)
def test_no_key_does_two_things_in_one_place(place: Place) -> None:
    keys = [key for one in KEYS if one.place is place for key in one.keys.split(",")]
    assert len(keys) == len(set(keys))


def test_keys_with_the_same_words_share_a_line_and_say_where_they_work() -> None:
    lines = table().splitlines()
    assert "| `K` `shift+↑` `J` `shift+↓` | a waiting run: earlier or later in the queue |" in lines
    assert "| `space` | table: show or hide a row's curves |" in lines
    assert "| `space` | replay: play or pause |" in lines
    assert "| `?` `f1` | this help |" in lines


def test_the_footer_shows_what_is_meant_for_it() -> None:
    shown = [one.description for one in bindings(Place.DASHBOARD) if isinstance(one, Binding) and one.show]
    assert shown == ["Run", "Compare", "Sweep", "Save"]
