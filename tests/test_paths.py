"""Where things live, where there is no home."""

import os
from pathlib import Path

import pytest

from mnist_tui import paths
from mnist_tui.data import source
from mnist_tui.errors import PathError

pwd = pytest.importorskip("pwd", reason="users without a home are a matter of POSIX")
pytestmark = pytest.mark.quick


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user of a container whom no file knows."""

    def unknown(_uid: int) -> None:
        raise KeyError("uid not found")

    for name in [name for name in os.environ if name == "HOME" or name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


def test_without_a_home_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MNIST_TUI_HOME")
    with pytest.raises(PathError, match=r"set MNIST_TUI_HOME to a directory\.$"):
        paths.home()
    with pytest.raises(PathError, match=r"set MNIST_TUI_HOME to a directory\.$"):
        paths.data_cache()


def test_with_the_variable_all_is_there(home: Path) -> None:
    assert paths.home() == home
    assert paths.data_cache() == home / "mnist"
    assert source.resolve("auto") == source.SAMPLE
