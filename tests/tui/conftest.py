"""Fixtures of tests that drive the dashboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from mnist_tui.benchmark import outlook
from mnist_tui.benchmark.outlook import Outlook
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.session import Session
from tests.tui.helpers import Cast, Shelf


@pytest.fixture(autouse=True, scope="session")
def parsed_once() -> Iterator[None]:
    """Style sheets are parsed once for all dashboards of the tests: a sixth of what opening one takes."""
    parsed: dict[object, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def remembered(sheet: Stylesheet, css: str, *place: Any, **kind: Any) -> list[RuleSet]:
        key = (css, place, *sorted(kind.items()), *sorted(sheet._variables.items()))
        if key not in parsed:
            parsed[key] = parse(sheet, css, *place, **kind)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", remembered)
        yield


@pytest.fixture
def cast() -> Cast:
    """What plays the runs that a test starts."""
    return Cast()


@pytest.fixture
def app(cast: Cast) -> MnistTuiApp:
    """The dashboard on a home of its own, in which runs are played instead of trained."""
    return MnistTuiApp(Laboratory(cast))


@pytest.fixture
def real_app() -> MnistTuiApp:
    """The dashboard on a home of its own, in which runs train."""
    return MnistTuiApp()


@pytest.fixture
def timeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said of how long runs would take: it is worked out in a thread, and later than a picture."""
    monkeypatch.setattr(outlook, "look_ahead", lambda configs, *_, **__: Outlook(len(configs)))


@pytest.fixture
def shelf() -> Shelf:
    """Runs that a test puts there."""
    return Shelf()


@pytest.fixture
def session(shelf: Shelf) -> Session:
    """A sitting over the runs of the shelf."""
    return Session(shelf)
