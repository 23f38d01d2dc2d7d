"""Fixtures of tests that drive the dashboard."""

import pytest

from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.tui.app import MnistTuiApp
from tests.tui.helpers import Cast


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
