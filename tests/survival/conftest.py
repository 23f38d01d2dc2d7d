"""What tests of survival share."""

from pathlib import Path

import pytest

from tests.conftest import write_idx


@pytest.fixture(scope="session")
def many_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough images for an epoch that lasts a tenth of a second; tests leave them as they are."""
    return write_idx(tmp_path_factory.mktemp("data") / "data", 3000, 200)
