"""`mnist-tui data`."""

from pathlib import Path

import pytest

from tests.command import Command, assert_done

pytestmark = pytest.mark.quick


def test_status_tells_what_auto_means(command: Command) -> None:
    result = command("data")
    assert_done(result)
    assert "MNIST sample 3,600 / 400 / 1,000" in result.stdout
    assert "mnist-tui data fetch" in result.stdout


def test_status_verifies_what_is_there(
    command: Command, tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tiny_data))
    result = command("data", "status")
    assert result.returncode == 2
    assert "complete" not in result.stdout
    [sentence] = result.stderr.splitlines()
    assert "SHA-256" in sentence


@pytest.mark.full_mnist
def test_status_of_full_mnist(command: Command, full_mnist: Path) -> None:
    result = command("data", "status")
    assert_done(result)
    assert "MNIST 55,000 / 5,000 / 10,000" in result.stdout
    assert str(full_mnist) in result.stdout
