"""`c` in the dashboard and `mnist-tui compare` mean the same rows."""

import pytest

from mnist_tui.cli import headless
from mnist_tui.cli.flags import RunFlags
from mnist_tui.cli.train import compare
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from tests.runs.helpers import epoch, finished, started, started_on, step
from tests.tui.helpers import WIDE, fill, said, until

FORM = {"dataset": "sample", "optimizer": "adam", "batch_size": "64", "dropout": "0.2", "seed": "3"}


def made() -> list[RunConfig]:
    return [RunDirectory(path).read_config() for path in list_runs()]


def decided(config: RunConfig) -> RunConfig:
    """Without what is decided by the machine when a run is made."""
    return config.replace(learning_rate=None, threads=None)


@pytest.mark.usefixtures("timeless")
async def test_c_trains_what_compare_trains_and_both_say_what_differs_from_the_study(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[RunConfig] = []

    def ask(configs: list[RunConfig], *_: object) -> list[Run]:
        asked.extend(configs)
        return []

    monkeypatch.setattr(headless, "train_all", ask)
    compare(flags=RunFlags(**FORM))
    app = MnistTuiApp(Laboratory(ScriptedExecutor([started(), step(1)])))
    async with app.run_test(size=WIDE) as pilot:
        fill(app, FORM)
        await pilot.press("c")
        await until(pilot, lambda: len(made()) == 3)
        await until(pilot, lambda: said(app))
        assert [decided(config) for config in made()] == [decided(config) for config in asked]
        assert "Unlike the study with these three rows: Batch 64, not 256; Optimizer adam" in said(app)[-1]
        await app.laboratory.stop_all()


async def test_what_was_trained_is_taken_and_told() -> None:
    shared = RunConfig(dataset="sample", hidden=(16,))
    app = MnistTuiApp(Laboratory(ScriptedExecutor([started_on(shared), step(1), epoch(1), finished()])))
    async with app.run_test(size=WIDE) as pilot:
        fill(app, {"dataset": "sample", "hidden": "16"})
        await pilot.press("r")
        await until(pilot, lambda: [run for run in app.laboratory.runs.values() if run.finished])
        [plain] = app.laboratory.runs
        await pilot.press("r")
        await until(pilot, lambda: said(app))
        again = "ctrl+r trains it all the same."
        assert said(app) == [f"This was trained earlier: {plain} is shown. {again}"]
        await pilot.press("c")
        await until(pilot, lambda: len(made()) == 3 and len(said(app)) > 1)
        told = f"Shown: 1 of 3 runs trained earlier; the other 2 start now. {again}"
        assert told in said(app)
        await until(pilot, lambda: len(app.session.shown) == 3)
        assert plain in app.session.shown


async def test_what_trains_already_is_a_row_of_the_comparison() -> None:
    config = RunConfig(dataset="sample", hidden=(16,))
    app = MnistTuiApp(Laboratory(ScriptedExecutor([started_on(config), step(1)])))
    async with app.run_test(size=WIDE) as pilot:
        fill(app, {"dataset": "sample", "hidden": "16"})
        await pilot.press("r")
        await until(pilot, lambda: [run for run in app.laboratory.runs.values() if run.started])
        await pilot.press("c")
        await until(pilot, lambda: len(made()) == 3 and said(app))
        again = "ctrl+r trains it all the same."
        assert said(app) == [f"Shown: 1 of 3 on their way already; the other 2 start now. {again}"]
        await pilot.press("r")
        await until(pilot, lambda: len(said(app)) > 1)
        assert said(app)[1].startswith("This is on its way already: ")
        assert len(made()) == 3
        await app.laboratory.stop_all()
