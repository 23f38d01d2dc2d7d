"""What the tests of the benchmark share."""

from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_limits

from mnist_tui.benchmark import contenders
from mnist_tui.benchmark import suite as suite_module


@pytest.fixture(autouse=True)
def one_blas_thread() -> Iterator[None]:
    """Contenders set the number for good: here it is put back."""
    with threadpool_limits(1, user_api="blas"):
        yield


@pytest.fixture
def few_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contenders of this process get ready sooner."""
    monkeypatch.setattr(contenders, "IMAGES", 4000)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's idle threads have to settle here."""
    monkeypatch.setattr(suite_module, "SETTLE_SECONDS", 0)
