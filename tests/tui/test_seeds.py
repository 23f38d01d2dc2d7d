"""`Seeds` in the form: how many runs a key trains, and which of them are there already."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.layout import list_runs
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.ablation import AblationScreen
from mnist_tui.tui.dialogs.sweep import SweepScreen
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.setting_input import SeedsInput
from mnist_tui.tui.widgets.settings import SettingsForm
from tests.runs.helpers import epoch, finished, started_on, step
from tests.tui.helpers import WIDE, fill, opened, problem, runs, said, started_row, table_texts, until

pytestmark = pytest.mark.cores(20)

FORM = {"dataset": "sample", "hidden": "16"}


@pytest.fixture
def quick_app() -> MnistTuiApp:
    """A dashboard whose runs are over at once, on the data that they were asked for."""
    config = RunConfig(dataset="sample", hidden=(16,))
    return MnistTuiApp(Laboratory(ScriptedExecutor([started_on(config), step(1), epoch(1), finished()])))


def seeds(app: MnistTuiApp) -> list[int]:
    """Of all runs, oldest first."""
    return [run.config.seed for run in runs(app)]


def preview(app: MnistTuiApp) -> str:
    return str(app.screen.query_one("#message", Static).render())


async def over(pilot: Pilot[int], count: int) -> None:
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: sum(run.finished is not None for run in runs(app)) == count)


async def test_r_trains_one_row_of_all_seeds_and_later_those_that_are_missing(quick_app: MnistTuiApp) -> None:
    app = quick_app
    async with app.run_test(size=WIDE) as pilot:
        await started_row(pilot, 3, **FORM, seed="4")
        await over(pilot, 3)
        assert seeds(app) == [4, 5, 6]
        await until(pilot, lambda: [row["status_words"] for row in table_texts(app)] == ["3 seeds done"])
        app.dashboard.query_one(SeedsInput).value = "5"
        await pilot.press("r")
        await over(pilot, 5)
        assert seeds(app) == [4, 5, 6, 7, 8]
        told = "Shown: 3 of 5 runs trained earlier; the other 2 start now. ctrl+r trains it all the same."
        await until(pilot, lambda: said(app) == [told])
        await until(pilot, lambda: [row["status_words"] for row in table_texts(app)] == ["5 seeds done"])
        assert app.dashboard.query_one(RunsTable).row_count == 1


async def test_ctrl_r_trains_all_seeds_again_as_another_row(quick_app: MnistTuiApp) -> None:
    app = quick_app
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("ctrl+r")
        await until(
            pilot, lambda: said(app) == ["Nothing was asked for yet: r trains the network of the form."]
        )
        assert list_runs() == []
        app._notifications.clear()
        await started_row(pilot, 2, **FORM)
        await over(pilot, 2)
        fill(app, {"hidden": "8"})  # what was asked for counts, not what the form says by now
        await pilot.press("ctrl+r")
        await over(pilot, 4)
        assert seeds(app) == [0, 1, 0, 1]
        assert {run.config.hidden for run in runs(app)} == {(16,)}
        assert said(app) == []
        await until(
            pilot, lambda: [row["label"] for row in table_texts(app)] == ["● plain ▸", "▲ plain (2) ▸"]
        )


async def test_c_trains_three_rows_of_all_seeds_the_first_seeds_first(quick_app: MnistTuiApp) -> None:
    app = quick_app
    async with app.run_test(size=WIDE) as pilot:
        fill(app, FORM)
        app.dashboard.query_one(SeedsInput).value = "2"
        await pilot.press("c")
        await over(pilot, 6)
        assert seeds(app) == [0, 0, 0, 1, 1, 1]
        await until(pilot, lambda: len(table_texts(app)) == 3)
        assert {row["status_words"] for row in table_texts(app)} == {"2 seeds done"}


async def test_common_numbers_are_walked_through_and_others_typed(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, FORM)
        form = app.dashboard.query_one(SettingsForm)
        app.dashboard.query_one(SeedsInput).focus()
        found = []
        for _ in range(6):
            found.append(form.seeds)
            await pilot.press("right")
        assert found == [1, 2, 3, 5, 10, 10]
        await pilot.press("h")
        assert form.seeds == 5
        await pilot.press("4", "r")  # letters keep their meaning
        await until(pilot, lambda: len(runs(app)) == 4)


async def test_a_number_that_cannot_be_is_named_at_once_and_nothing_starts(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        field = app.dashboard.query_one(SeedsInput)
        field.focus()
        for typed in ("", "0", "101"):
            field.value = typed
            await pilot.pause()
            assert f"seeds must be from 1 to 100, not {typed or 0}." in " ".join(problem(app).split())
            assert field.has_class("wrong")
            await pilot.press("r", "c", "w", "A")
            assert app.screen is app.dashboard
            field.value = "2"
            await pilot.pause()
            assert not field.has_class("wrong")
            assert "parameters" in problem(app)
        assert list_runs() == []
        # Nor does a preset touch the seeds.
        app.dashboard.query_one("#preset").focus()
        await pilot.press("right")
        await pilot.pause()
        assert field.value == "2"


async def test_a_sweep_counts_and_trains_rows_times_seeds(quick_app: MnistTuiApp) -> None:
    app = quick_app
    async with app.run_test(size=WIDE) as pilot:
        fill(app, FORM)
        app.dashboard.query_one(SeedsInput).value = "3"
        app.screen.query_one("#optimizer").focus()
        await pilot.press("w")
        await opened(pilot, SweepScreen)
        await until(pilot, lambda: preview(app).startswith("5 rows × 3 seeds: "))
        app.screen.query_one("#rows", Input).value = "optimizer=sgd,adam"
        await until(pilot, lambda: preview(app).startswith("2 rows × 3 seeds: "))
        await pilot.press("enter")
        await over(pilot, 6)
        assert seeds(app) == [0, 0, 1, 1, 2, 2]
        await until(pilot, lambda: [row["status_words"] for row in table_texts(app)] == ["3 seeds done"] * 2)


async def test_an_ablation_counts_and_trains_all_combinations_with_all_seeds(quick_app: MnistTuiApp) -> None:
    app = quick_app
    async with app.run_test(size=(80, 24)) as pilot:
        fill(app, FORM)
        app.dashboard.query_one(SeedsInput).value = "2"
        await pilot.press("A")
        await opened(pilot, AblationScreen)
        await until(pilot, lambda: preview(app).startswith("8 rows × 2 seeds: "))
        field = app.screen.query_one("#rows", Input)
        field.value = "batch_norm,batch_norm"
        await until(pilot, lambda: "ablate has batch_norm twice" in preview(app))
        await pilot.press("enter")
        assert isinstance(app.screen, AblationScreen)
        field.value = "batch_norm,dropout=0.2"
        await until(pilot, lambda: preview(app).startswith("4 rows × 2 seeds: "))
        await pilot.press("enter")
        await over(pilot, 8)
        switched = {(run.config.batch_norm, run.config.dropout, run.config.seed) for run in runs(app)}
        assert len(switched) == 8
        await pilot.press("A")
        await opened(pilot, AblationScreen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.dashboard)
        assert len(list_runs()) == 8
