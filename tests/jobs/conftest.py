"""What the tests of several runs share."""

from collections.abc import Iterator

import pytest

from tests.jobs.driver import Driver


@pytest.fixture
def laboratory() -> Iterator[Driver]:
    """A laboratory whose processes do not outlive the test."""
    laboratory = Driver()
    yield laboratory
    laboratory.end()
