"""What the tests of survival share."""

from collections.abc import Callable, Iterator

import pytest

from tests.jobs.driver import Driver
from tests.test_terminal import Terminal


@pytest.fixture
def laboratory() -> Iterator[Driver]:
    """A laboratory whose processes do not outlive the test."""
    laboratory = Driver()
    yield laboratory
    laboratory.end()


@pytest.fixture
def open_dashboard() -> Iterator[Callable[..., Terminal]]:
    """Opens dashboards in terminals that do not outlive the test."""
    terminals: list[Terminal] = []

    def make(columns: int = 100, rows: int = 30) -> Terminal:
        terminals.append(Terminal(columns, rows))
        return terminals[-1]

    yield make
    for terminal in terminals:
        terminal.process.close(force=True)
