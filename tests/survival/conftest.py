"""What the tests of survival share."""

from collections.abc import Callable, Iterator

import pytest

from mnist_tui.jobs.laboratory import Laboratory
from tests.test_terminal import Terminal


@pytest.fixture
def laboratory() -> Iterator[Laboratory]:
    """A laboratory whose processes do not outlive the test."""
    laboratory = Laboratory()
    yield laboratory
    laboratory.close()


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
