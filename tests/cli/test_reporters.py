"""What a command shows on a terminal while a run trains."""

import pytest

from mnist_tui.cli.reporters import ProgressReporter
from mnist_tui.runs.run import Run
from mnist_tui.training.events import Event, RunFailed
from tests.runs.helpers import epoch, finished, make_run, started, step

pytestmark = pytest.mark.quick


@pytest.fixture
def run() -> Run:
    return Run.read(make_run())


def shown(run: Run, *events: Event) -> None:
    with ProgressReporter() as reporter:
        reporter.begin(run, "plain")
        for event in events:
            run.apply(event)
            reporter.show(run, event)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_the_last_line_says_which_run_it_was_and_the_bar_how_quick_it_was(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    shown(run, started(), step(1), epoch(1), finished(images_per_second=49_199.0))
    text = capsys.readouterr().err
    assert "plain: completed after 3 epochs, best at epoch 2" in text
    assert f"training time 1.2 s · run {run.run_id}\n" in text
    assert "49,199/s" in text
    assert "2,500/s" not in text


def test_a_run_that_failed_is_named_too(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    shown(run, started(), RunFailed("Its loss grew; try 0.3."))
    assert f"plain: failed. Its loss grew; try 0.3 · run {run.run_id}\n" in capsys.readouterr().err
