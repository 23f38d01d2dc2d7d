"""What the tests of several runs share."""

from collections.abc import Iterator

import pytest

from mnist_tui.jobs.laboratory import Laboratory


@pytest.fixture
def laboratory() -> Iterator[Laboratory]:
    """A laboratory whose processes do not outlive the test."""
    laboratory = Laboratory()
    yield laboratory
    laboratory.close()
