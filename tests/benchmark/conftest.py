"""What the tests of the benchmark share."""

from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_limits

from mnist_tui.benchmark import contenders
from mnist_tui.benchmark import suite as suite_module


@pytest.fixture(autouse=True)
def few_images_and_no_pause(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Contenders of this process get ready sooner; the number of BLAS threads that they set is put back."""
    monkeypatch.setattr(contenders, "IMAGES", 4000)
    monkeypatch.setattr(suite_module, "SETTLE_SECONDS", 0)
    with threadpool_limits(1, user_api="blas"):
        yield
