"""The dashboard, driven by keys."""

import errno
import itertools
import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from textual import _time
from textual.widgets import Button, Input, Static

from mnist_tui import cores, paths
from mnist_tui.data import fetch as fetching
from mnist_tui.runs import files
from mnist_tui.runs import layout as directories
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.details import DetailsScreen
from mnist_tui.tui.dialogs.export import ExportScreen
from mnist_tui.tui.dialogs.fetch import FetchScreen
from mnist_tui.tui.dialogs.help import HelpScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.setting_input import SettingInput
from mnist_tui.tui.widgets.settings import SettingsForm
from mnist_tui.tui.widgets.status_bar import StatusBar
from tests.tui.conftest import LONG, SMALL, record, recorded_events, until
from tests.tui.helpers import (
    WIDE,
    drawn,
    fill,
    finished,
    opened,
    problem,
    runs,
    table_texts,
    training,
    worker,
)


async def test_a_run_draws_its_curves_and_becomes_a_row(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, SMALL)
        await pilot.press("r")
        await finished(pilot, 1)
        await until(pilot, lambda: "%" in table_texts(app)[0][3])
        [run] = runs(app)
        result = run.finished
        assert result
        row = table_texts(app)[0]
        assert row[0] == "● plain"
        assert row[1:4] == ["no", "–", f"{100 * result.test_accuracy:.2f} %"]
        assert row[5] == str(result.convergence_epoch)
        assert "●" in drawn(app, "#loss")
        assert "●" in drawn(app, "TimingPanel")
        assert "1 finished" in app.screen.query_one(StatusBar).activity


async def test_compare_trains_the_three_classic_rows_on_one_seed(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, {**SMALL, "seed": "3"})
        await pilot.press("c")
        await finished(pilot, 3)
        configs = [run.config for run in runs(app)]
        assert [(config.batch_norm, config.l2_lambda) for config in configs] == [
            (False, 0.0),
            (True, 0.0),
            (False, 0.1),
        ]
        assert {(config.seed, config.batch_size, config.optimizer) for config in configs} == {(3, 256, "sgd")}
        await until(pilot, lambda: all("%" in row[3] for row in table_texts(app)))
        assert [row[0] for row in table_texts(app)] == ["● plain", "▲ batchnorm", "■ l2 0.1"]
        assert all(marker in drawn(app, "#accuracy") for marker in "●▲■")


async def test_runs_started_while_another_trains_keep_their_markers(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores, "available_cores", lambda: 4)
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        await pilot.press("space", "r")
        await training(pilot, 2)
        await pilot.press("down", "right", "r")
        await training(pilot, 3)
        names = [row[0] for row in table_texts(app)]
        assert names == ["● plain", "▲ batchnorm", "■ batchnorm + l2 0.01"]
        assert sum(run.is_active for run in runs(app)) == 3
        await app.laboratory.stop_all()
        await finished(pilot, 3)
        assert [row[0] for row in table_texts(app)] == names


async def test_pause_resume_and_stop(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        [run] = runs(app)
        await pilot.press("p")
        await until(pilot, lambda: run.status is Status.PAUSED)
        step = run.step
        await pilot.pause(0.5)
        assert run.step == step
        await pilot.press("p")
        await until(pilot, lambda: run.step > step)
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("enter")
        await finished(pilot, 1)
        assert run.status is Status.STOPPED


async def test_discarding_a_run_removes_its_directory_and_its_row(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        [run] = runs(app)
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: not app.laboratory.runs)
        assert not run.directory.path.exists()
        await until(pilot, lambda: table_texts(app) == [])


async def test_a_killed_worker_is_told_in_words_and_the_others_go_on(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r", "space", "r")
        await training(pilot, 2)
        first, second = runs(app)
        os.kill(worker(app, first.run_id).pid, signal.SIGKILL)
        await until(pilot, lambda: first.status is Status.FAILED)
        assert "SIGKILL" in first.failure
        assert first.epochs
        assert first.directory.model_path.exists()
        step = second.step
        await until(pilot, lambda: second.step > step)
        await until(pilot, lambda: table_texts(app)[0][7] == "failed: killed (SIGKILL)")
        assert "SIGKILL" in drawn(app, "TimingPanel")
        await app.laboratory.stop_all()
        await finished(pilot, 1)


async def test_a_home_that_cannot_be_written_is_told_under_the_form(
    app: MnistTuiApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MNIST_TUI_HOME", str(tmp_path / "file" / "home"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        assert "MNIST_TUI_HOME" in problem(app)
        await pilot.press("space")
        assert "parameters" in problem(app)


async def test_a_data_directory_without_data_is_told_on_top_and_when_a_run_starts(
    app: MnistTuiApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tmp_path))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "MNIST_TUI_DATA_DIR" in app.screen.query_one(StatusBar).data
        await pilot.press("r")
        await pilot.pause()
        assert "MNIST_TUI_DATA_DIR" in problem(app)


async def test_a_damaged_data_file_fails_the_run_with_a_sentence(app: MnistTuiApp, tiny_data: Path) -> None:
    victim = tiny_data / "train-images-idx3-ubyte.gz"
    victim.write_bytes(victim.read_bytes()[:-100])
    async with app.run_test(size=WIDE) as pilot:
        fill(app, {**SMALL, "dataset": str(tiny_data)})
        await pilot.press("r")
        await until(pilot, lambda: runs(app) and runs(app)[0].status is Status.FAILED)
        assert "cut off" in runs(app)[0].failure


async def test_export_says_where_and_asks_before_it_replaces(
    app: MnistTuiApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e")
        await pilot.pause()
        assert not isinstance(app.screen, ExportScreen)
        fill(app, SMALL)
        await pilot.press("c")
        await finished(pilot, 3)
        await pilot.press("e")
        await opened(pilot, ExportScreen)
        path = app.screen.query_one("#path", Input)
        assert path.value == str(tmp_path / "mnist-tui-results.md")
        taken = tmp_path / "taken.md"
        taken.write_text("mine")
        path.value = str(taken)
        await pilot.press("enter")
        await pilot.pause()
        assert taken.read_text() == "mine"
        assert "exists" in str(app.screen.query_one("#message", Static).render())
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, ExportScreen))
        assert "| plain | No | No |" in taken.read_text()
        await pilot.press("e")
        await opened(pilot, ExportScreen)
        app.screen.query_one("#path", Input).value = str(tmp_path / "missing" / "report.md")
        await pilot.press("enter")
        await pilot.pause()
        assert "cannot be written" in str(app.screen.query_one("#message", Static).render())


async def test_details_show_how_to_run_it_again(app: MnistTuiApp) -> None:
    record(RunConfig(batch_norm=True, dataset="sample", threads=1), recorded_events(3, floor=0.1, rate=1))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("enter")
        await opened(pilot, DetailsScreen)
        text = str(app.screen.query_one(Static).render())
        assert "mnist-tui train --dataset sample --batch-norm" in text
        await pilot.press("escape")
        assert app.screen is app.dashboard


async def test_earlier_runs_stand_below_and_are_shown_on_request(app: MnistTuiApp) -> None:
    for number in range(2):
        record(RunConfig(seed=number), recorded_events(3, floor=0.1, rate=1), number=number)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 2)
        assert [row[14] for row in table_texts(app)] == ["1", "0"]
        assert "Press r" in drawn(app, "#loss")
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        await until(pilot, lambda: "●" in drawn(app, "#loss"))
        assert table_texts(app)[0][0] == "● plain"
        await pilot.press("space")
        await until(pilot, lambda: "Press r" in drawn(app, "#loss"))


async def test_a_row_that_changes_while_another_appears_is_not_forgotten(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE):
        first = Run.read(record(RunConfig(), []))
        second = Run.read(record(RunConfig(batch_norm=True), [], number=1))
        table = app.dashboard.query_one(RunsTable)
        rows = {run.run_id: RunView(run, run.name) for run in (first, second)}
        table.show([first.run_id], rows.__getitem__, {first.run_id})
        for event in recorded_events(2, floor=0.1, rate=1):
            first.apply(event)
        table.show(list(rows), rows.__getitem__, set(rows))
        assert table_texts(app)[0][7] == "completed"


async def test_a_run_started_elsewhere_appears_and_grows(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause(0.5)
        events = recorded_events(4, floor=0.1, rate=1)
        directory = record(RunConfig(), events[:30])
        with directory.lock().acquire(), EventLog(directory.events_path) as log:
            await until(pilot, lambda: len(runs(app)) == 1 and runs(app)[0].status is Status.TRAINING)
            assert table_texts(app)[0][0] == "● plain"
            for event in events[30:]:
                log.append(event)
            await finished(pilot, 1)


async def test_escape_sequences_of_strangers_stay_out_of_the_terminal(app: MnistTuiApp) -> None:
    directory = record(RunConfig(), recorded_events(2, floor=0.1, rate=1)[:-1])
    manifest = directory.config_path.read_text()
    directory.config_path.write_text(manifest.replace('"name": null', '"name": "evil\\u001b[31m"'))
    with directory.events_path.open("a") as log:
        log.write(
            '{"event": "run_failed", "v": 1, "reason": "bad \\u001b]0;owned\\u0007 [red]markup[/red]"}\n'
        )
    other = record(RunConfig(name="[bold]x[/nothing]"), recorded_events(2, floor=0.1, rate=1), number=1)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        assert [run.run_id for run in runs(app)] == [other.run_id]
        assert table_texts(app)[0][0].strip() == "[bold]x[/nothing]"
        assert "\x1b" not in "".join(cell for row in table_texts(app) for cell in row)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
async def test_every_size_shows_form_chart_timing_table_and_data(
    app: MnistTuiApp, size: tuple[int, int]
) -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        await pilot.pause()
        width, height = size
        for selector in ("#data", "#fields", "#summary", "#loss", "TimingPanel", "RunsTable", "Footer"):
            region = app.screen.query_one(selector).region
            assert region.area > 0, selector
            assert region.right <= width, selector
            assert region.bottom <= height, selector
        assert "MNIST sample 3,600 / 400 / 1,000" in str(app.screen.query_one("#data", Static).render())
        for field in app.screen.query(SettingInput):
            assert field.region.width >= min(9, len(field.value) + 1), field.setting_name
        assert "●" in drawn(app, "#loss")


async def test_a_key_changes_the_chart_where_one_fits(app: MnistTuiApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        loss, accuracy = app.screen.query_one("#loss"), app.screen.query_one("#accuracy")
        assert (loss.display, accuracy.display) == (True, False)
        await pilot.press("a")
        assert (loss.display, accuracy.display) == (False, True)
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert (loss.display, accuracy.display) == (True, True)


async def test_resizing_while_training_loses_nothing(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        for size in ((60, 20), (200, 60), (20, 5), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        [run] = runs(app)
        step = run.step
        await until(pilot, lambda: run.step > step)
        await app.laboratory.stop_all()
        await finished(pilot, 1)


async def test_axes_and_help(app: MnistTuiApp) -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        chart = app.screen.query_one("#loss", CurveChart)
        logarithmic = drawn(app, "#loss")
        await pilot.press("y")
        assert drawn(app, "#loss") != logarithmic
        assert "log" not in str(chart.border_title)
        await pilot.press("X", "X")
        assert "seconds" in str(chart.border_subtitle)
        await pilot.press("question_mark")
        await opened(pilot, HelpScreen)
        await pilot.press("escape")
        assert app.screen is app.dashboard
        chart.focus()
        await pilot.press("enter")
        assert app.screen.maximized is not None
        await pilot.press("escape")
        assert app.screen.maximized is None


async def test_fetch_fails_in_words_and_then_succeeds(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fake(directory: Path, on_progress: object) -> None:
        asked.append(directory)
        if len(asked) == 1:
            raise fetching.FetchError("No mirror could be reached.")

    monkeypatch.setattr(fetching, "fetch", fake)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await opened(pilot, FetchScreen)
        await pilot.press("enter")
        message = app.screen.query_one("#message", Static)
        await until(pilot, lambda: "No mirror" in str(message.render()))
        start = app.screen.query_one("#start", Button)
        # For a fifth of a second after a press, a button takes no other.
        await until(pilot, lambda: app.focused is start and not start.has_class("-active"))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.dashboard)
        assert asked == [paths.data_cache()] * 2


async def test_quitting_asks_while_something_trains_and_keeps_it(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        await pilot.press("q")
        await opened(pilot, ConfirmScreen)
        await pilot.press("escape")
        assert app.is_running
        await pilot.press("q")
        await opened(pilot, ConfirmScreen)
        await pilot.press("enter")
        await until(pilot, lambda: not app.is_running or app.return_code is not None)
    [run] = runs(app)
    stored = Run.read(RunDirectory(run.directory.path))
    assert stored.config == run.config
    assert '"status": "stopped"' in run.directory.events_path.read_text()


async def test_no_color_still_tells_runs_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = MnistTuiApp()
    for number in range(2):
        record(RunConfig(seed=number), recorded_events(3, floor=0.1 * number + 0.1, rate=1), number=number)
    async with app.run_test(size=WIDE) as pilot:
        assert app.no_color
        await until(pilot, lambda: len(table_texts(app)) == 2)
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space", "down", "space")
        await pilot.pause()
        assert "●" in drawn(app, "#loss")
        assert "▲" in drawn(app, "#loss")


async def test_ctrl_c_twice_asks_once(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        await pilot.press("ctrl+c")
        await opened(pilot, ConfirmScreen)
        await pilot.press("ctrl+c", "ctrl+q", "q")
        await pilot.pause()
        assert sum(isinstance(screen, ConfirmScreen) for screen in app.screen_stack) == 1
        await pilot.press("enter")
        await until(pilot, lambda: not app.is_running or app.return_code is not None)


async def test_discarding_a_run_that_ended_meanwhile_deletes_it(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        [run] = runs(app)
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await app.laboratory.stop(run.run_id)
        await until(pilot, lambda: run.finished)
        await pilot.press("right", "enter")
        await until(pilot, lambda: not app.laboratory.runs)
        assert not run.directory.path.exists()


async def test_a_run_of_another_process_is_left_alone(app: MnistTuiApp) -> None:
    directory = record(RunConfig(), recorded_events(4, floor=0.1, rate=1)[:30])
    with directory.lock().acquire():
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda: runs(app) and runs(app)[0].status is Status.TRAINING)
            await pilot.press("x")
            await opened(pilot, ConfirmScreen)
            await pilot.press("right", "enter")
            await until(pilot, lambda: app.screen is app.dashboard)
            await pilot.pause(0.5)
            assert directory.path.exists()
            assert "●" in drawn(app, "#loss")


async def test_a_run_deleted_elsewhere_disappears(app: MnistTuiApp) -> None:
    directory = record(RunConfig(), recorded_events(4, floor=0.1, rate=1)[:30])
    with directory.lock().acquire():
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda: len(table_texts(app)) == 1)
            shutil.rmtree(directory.path)
            await until(pilot, lambda: table_texts(app) == [])
            assert "0 training" in app.screen.query_one(StatusBar).activity


async def test_labels_follow_what_they_must_be_told_apart_from(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, SMALL)
        await pilot.press("r")
        await finished(pilot, 1)
        fill(app, {"hidden": "8"})
        await pilot.press("r")
        await finished(pilot, 2)
        names = ["● plain, hidden 16", "▲ plain, hidden 8"]
        await until(pilot, lambda: [row[0] for row in table_texts(app)] == names)


async def test_p_twice_goes_on(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        [run] = runs(app)
        await pilot.press("p", "p")
        step = run.step
        await until(pilot, lambda: run.step > step + 200)
        assert run.status is Status.TRAINING
        await app.laboratory.stop_all()
        await finished(pilot, 1)


async def test_a_full_disk_is_told_under_the_form_and_forgotten_when_there_is_room(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with app.run_test(size=(80, 24)) as pilot:
        fill(app, SMALL)
        monkeypatch.setattr(files.os, "fsync", no_room)
        await pilot.press("r")
        await until(pilot, lambda: "The disk is full" in problem(app))
        monkeypatch.undo()
        await pilot.press("r")
        await until(pilot, lambda: "parameters" in problem(app))


async def test_a_run_that_fills_the_disk_says_so_and_keeps_what_it_had(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = directories.create

    def on_a_full_disk(config: RunConfig) -> RunDirectory:
        directory = create(config)
        directory.events_path.symlink_to("/dev/full")
        return directory

    monkeypatch.setattr(directories, "create", on_a_full_disk)
    async with app.run_test(size=WIDE) as pilot:
        fill(app, SMALL)
        await pilot.press("r")
        await until(pilot, lambda: "The disk is full" in drawn(app, "TimingPanel"))


async def test_an_exponent_can_be_typed_and_e_exports_after_a_run(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, SMALL)
        app.screen.query_one("#l2_lambda").focus()
        await pilot.press(*"1e-3")
        assert app.screen.query_one(SettingsForm).read().l2_lambda == 1e-3
        await pilot.press("r")
        await finished(pilot, 1)
        await pilot.press("e")
        await opened(pilot, ExportScreen)


async def test_a_data_directory_with_an_impossible_name_does_not_end_the_dashboard(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", "/" + "x" * 300)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "MNIST_TUI_DATA_DIR" in app.screen.query_one(StatusBar).data)


async def test_a_resize_is_seen_however_busy_the_machine_is(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at the clock finds it 20 ms later, as when other threads and programs go first."""
    async with app.run_test(size=(80, 24)) as pilot:
        late = itertools.count()
        monkeypatch.setattr(_time, "get_time", lambda: time.monotonic() + 0.02 * next(late))
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: app.dashboard.has_class("-tiny"))
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: app.dashboard.has_class("-wide"))
