"""What all tests share: a home of their own, small data, and full MNIST where it is."""

import gzip
import io
import itertools
import os
import re
import signal
import struct
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest

from mnist_tui import cores
from mnist_tui.cli import main
from mnist_tui.data.mnist import FILES, missing_files
from tests.command import Command, Result
from tests.jobs.driver import Driver
from tests.terminal import Terminal

PROJECT = Path(__file__).parent.parent

hypothesis.settings.register_profile(
    "busy",  # a machine: how long an example takes says nothing there
    deadline=None,
    max_examples=30,
    derandomize=True,  # what passes once passes always; `long` looks for more
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "long", hypothesis.settings.get_profile("busy"), derandomize=False, max_examples=10_000
)
hypothesis.settings.load_profile("busy")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests that need full MNIST where it is not on this machine."""
    if full_mnist_directory() is None:
        skip = pytest.mark.skip(reason="full MNIST is neither in MNIST_TUI_DATA_DIR nor in ../shared/mnist")
        for item in items:
            if "full_mnist" in item.keywords:
                item.add_marker(skip)


QUICK_FILE = re.compile(r"^pytestmark = .*\bmark\.quick\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `-m quick` or `-m "not quick"` do not even load files that have no test of that kind."""
    asked = config.option.markexpr
    if asked not in {"quick", "not quick"} or not collection_path.match("test_*.py"):
        return None
    text = collection_path.read_text(encoding="utf-8")
    has_none = "mark.quick" not in text if asked == "quick" else QUICK_FILE.search(text) is not None
    return True if has_none else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Let no test of the terminal count for the coverage of the core: untraced, it takes half the time."""
    traced = sys.gettrace() if item.path.parent.name in {"cli", "tui"} else None
    if traced is None:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(traced)


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    """One worker more than cores: dashboards and processes are waited for nearly as long as they work."""
    if config.option.dist == "no":
        config.option.dist = "worksteal"  # tests of a file stay together, and share what it trained
    count = yield
    return count if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else count + 1


def full_mnist_directory() -> Path | None:
    """Where full MNIST is, if anywhere."""
    places = [os.environ.get("MNIST_TUI_DATA_DIR"), PROJECT.parent / "shared" / "mnist"]
    return next((Path(place) for place in places if place and not missing_files(Path(place))), None)


FULL_MNIST = full_mnist_directory()


@pytest.fixture(autouse=True, scope="session")
def signals() -> Iterator[None]:
    """Signals as in a terminal: in the background, and under `nohup`, they are ignored, also by children."""
    usual: dict[str, Any] = {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL}
    there = {getattr(signal, name): handler for name, handler in usual.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, handler) for number, handler in there.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(autouse=True, scope="session")
def no_power_cuts() -> Iterator[None]:
    """What is written outlives processes without waiting for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Places for homes; `mktemp` would look at thousands of earlier ones before it makes the next."""
    directory = tmp_path_factory.mktemp("homes")
    return (directory / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a cache of the test's own; no data set but the sample."""
    directory = next(homes)
    directory.mkdir()
    monkeypatch.setenv("MNIST_TUI_HOME", str(directory))
    monkeypatch.setenv("XDG_CACHE_HOME", str(directory / "cache"))
    for name in ("MNIST_TUI_DATA_DIR", "MNIST_TUI_MIRROR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return directory


@pytest.fixture(autouse=True)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many cores as the mark `cores` says; without it, those that there are."""
    if mark := request.node.get_closest_marker("cores"):
        [count] = mark.args
        monkeypatch.setattr(cores, "available_cores", lambda: count)


@pytest.fixture
def full_mnist(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory with full MNIST, set as the data directory."""
    assert FULL_MNIST
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(FULL_MNIST))
    return FULL_MNIST


def write_idx(directory: Path, train: int, test: int, *, seed: int = 0) -> Path:
    """Four IDX files of random digits that can be learnt: each class has a bright block of its own."""
    directory.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for (images_file, labels_file), count in zip((FILES[:2], FILES[2:]), (train, test), strict=True):
        labels = (np.arange(count) % 10).astype(np.uint8)
        images = rng.integers(0, 60, (count, 28, 28), dtype=np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[2 * label : 2 * label + 4, 4:24] += 150
        header = struct.pack(">BBBBIII", 0, 0, 8, 3, count, 28, 28)
        (directory / f"{images_file.name}.gz").write_bytes(gzip.compress(header + images.tobytes(), 1))
        header = struct.pack(">BBBBI", 0, 0, 8, 1, count)
        (directory / f"{labels_file.name}.gz").write_bytes(gzip.compress(header + labels.tobytes(), 1))
    return directory


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as `tiny_data`, for all tests that leave it as it is."""
    return write_idx(tmp_path_factory.mktemp("data") / "tiny", 300, 100)


@pytest.fixture
def tiny_data(tmp_path: Path) -> Path:
    """A data set of 300 + 100 easy images: an epoch takes milliseconds."""
    return write_idx(tmp_path / "tiny", 300, 100)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command in this process, without a terminal: quicker than a process of its own."""

    def run(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["mnist-tui", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return Result(sys.argv, int(ended.value.code or 0), shown.out, shown.err)

    return run


@pytest.fixture
def laboratory() -> Iterator[Driver]:
    """A laboratory whose processes do not outlive the test."""
    laboratory = Driver()
    yield laboratory
    laboratory.end()


@pytest.fixture
def open_terminal() -> Iterator[Callable[..., Terminal]]:
    """Opens dashboards in terminals that do not outlive the test."""
    terminals: list[Terminal] = []

    def make(columns: int = 100, rows: int = 30, **environment: str) -> Terminal:
        terminals.append(Terminal(columns, rows, **environment))
        return terminals[-1]

    yield make
    for terminal in terminals:
        terminal.process.close(force=True)
