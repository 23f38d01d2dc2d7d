"""The form, its presets and the sweep dialog, driven by keys."""

from textual.events import MouseScrollDown
from textual.message import Message
from textual.widgets import Input, Static

from mnist_tui import paths
from mnist_tui.runs.layout import list_runs
from mnist_tui.settings.presets import PRESETS
from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.export import ExportScreen
from mnist_tui.tui.dialogs.sweep import SweepScreen
from mnist_tui.tui.widgets.path_input import PathInput
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.setting_input import PresetInput, SettingInput, SettingRow
from mnist_tui.tui.widgets.settings import SettingsForm
from tests.tui.helpers import (
    SMALL,
    WIDE,
    fill,
    finished,
    on_screen,
    opened,
    problem,
    runs,
    until,
)


async def test_every_setting_is_reached_and_set_by_keyboard_alone(app: MnistTuiApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("E", "up", *"8,4", "j", "space", "down", *".3", "down", "right", "down", "right")
        await pilot.press("down", "2", "down", *".5", "down", "left", "down", *"64", "down", "7")
        await pilot.press(
            "down", "h", "down", "l", "l", "down", "2", "down", "4", "down", "3", "down", "l", "l"
        )
        assert app.screen.query_one(SettingsForm).seeds == 3
        assert app.screen.query_one(SettingsForm).read() == RunConfig(
            hidden=(8, 4),
            batch_norm=True,
            l2_lambda=0.3,
            dropout=0.05,
            optimizer="momentum",
            learning_rate=2.0,
            momentum=0.5,
            schedule="step",
            batch_size=64,
            epochs=7,
            early_stopping=3,
            augment="affine",
            augment_strength=2.0,
            seed=4,
            dataset="sample",
        )


BAD_VALUES = [
    ("l2_lambda", "-1", "l2_lambda must be from 0 to 1,000, not -1"),
    ("l2_lambda", "nan", "l2_lambda must be a finite number"),
    ("l2_lambda", "text", "“text”"),
    ("hidden", "0", "hidden must be 1 to 8 widths from 1 to 4,096"),
    ("hidden", "10000000", "10000000"),
    ("learning_rate", "0", "learning_rate must be above 0"),
    ("epochs", "", "epochs must be a whole number"),
]


async def test_a_bad_value_is_named_at_once_and_nothing_starts(app: MnistTuiApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        for setting, typed, said in BAD_VALUES:
            field = app.screen.query_one(f"#{setting}", SettingInput)
            field.focus()
            field.value = typed
            await pilot.pause()
            assert said in problem(app)
            assert field.has_class("wrong")
            await pilot.press("r", "c")
            field.value = str(SMALL.get(setting, "1"))
            await pilot.pause()
            assert "parameters" in problem(app)
            assert not field.has_class("wrong")
        # What is asked for now starts alone: nothing was under way.
        fill(app, SMALL)
        await pilot.press("r")
        await finished(pilot, 1)
        assert len(list_runs()) == 1


async def test_space_switches_and_settings_that_change_nothing_step_back_and_say_so(app: MnistTuiApp) -> None:
    def unused() -> set[str | None]:
        return {row.value.id for row in app.screen.query(SettingRow) if row.has_class("unused")}

    heard: list[Message] = []
    async with app.run_test(size=WIDE, message_hook=heard.append) as pilot:
        # Space switches batch norm, and says so.
        await pilot.press("space")
        assert app.screen.query_one("#batch_norm", SettingInput).value == "on"
        await pilot.pause()
        configs = [message.config for message in heard if isinstance(message, SettingsForm.Changed)]
        assert configs[-1] == RunConfig(batch_norm=True)
        await pilot.press("space")
        assert app.screen.query_one("#batch_norm", SettingInput).value == "off"
        assert unused() == RunConfig().unused == {"momentum", "augment_strength"}
        await pilot.press("down", "down", "down", "down", "down")
        explained = app.screen.query_one("#help", Static)
        assert "Changes nothing beside the other values." in str(explained.render())
        assert setting("momentum").lesson in str(explained.render())
        fill(app, {"optimizer": "momentum", "augment": "shift"})
        await pilot.pause()
        assert unused() == set()
        await pilot.press("up", "down")
        assert "Changes nothing" not in str(explained.render())


async def test_a_preset_fills_the_form_and_is_custom_once_changed(app: MnistTuiApp) -> None:
    def marked() -> set[str | None]:
        return {row.value.id for row in app.screen.query(SettingRow) if row.is_marked}

    async with app.run_test(size=WIDE) as pilot:
        form, preset = app.screen.query_one(SettingsForm), app.screen.query_one(PresetInput)
        assert marked() == set()
        fill(app, {"seed": "3", "dataset": "sample", "dropout": "0.4"})
        await pilot.pause()
        assert (preset.value, preset.behind) == ("custom", "plain +1")
        assert marked() == {"seed", "dataset", "dropout"}
        assert "Dropout   •" in on_screen(app)
        preset.focus()
        await pilot.pause()
        assert "custom: plain, but Dropout 0.4." in str(app.screen.query_one("#help", Static).render())
        for name, values in PRESETS.items():
            await pilot.press("right")
            await pilot.pause()
            assert preset.value == name
            assert form.read() == RunConfig(**values, seed=3, dataset="sample")
        await pilot.press("left")
        await pilot.pause()
        assert preset.value == "fast"
        assert marked() == {*PRESETS["fast"], "seed", "dataset"}
        assert "fast: Hidden 256,128 · Batch norm on" in str(app.screen.query_one("#help", Static).render())
        fill(app, {"epochs": "5"})
        await pilot.pause()
        assert preset.value == "custom"
        fill(app, {"epochs": "4"})
        await pilot.pause()
        assert preset.value == "fast"
        assert problem(app).startswith("784 → 256 → 128 → 10")


async def test_a_sweep_trains_once_for_each_value_of_the_focused_setting_unless_it_is_too_long(
    app: MnistTuiApp,
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, SMALL)
        app.screen.query_one("#seed").focus()
        await pilot.press("w")
        await opened(pilot, SweepScreen)
        typed = app.screen.query_one("#rows", Input)
        assert typed.value == "seed=0,1,2,3,4,5,6,7,8,9"
        typed.value = f"seed={','.join(map(str, range(201)))}"
        await pilot.pause()
        assert "201 rows, at most 200" in str(app.screen.query_one("#message", Static).content)
        await pilot.press("enter", "escape")
        await until(pilot, lambda: not isinstance(app.screen, SweepScreen))
        assert not paths.runs_directory().exists()
        app.screen.query_one("#optimizer").focus()
        await pilot.press("w")
        await opened(pilot, SweepScreen)
        typed = app.screen.query_one("#rows", Input)
        assert typed.value == "optimizer=sgd,momentum,nesterov,rmsprop,adam"
        message = app.screen.query_one("#message", Static)
        assert "plain · momentum · nesterov" in str(message.content)
        await until(pilot, lambda: "5 rows: 5 runs, a few seconds" in str(message.content))
        typed.value = "optimizer=sgd,lion"
        await pilot.pause()
        assert "lion" in str(app.screen.query_one("#message", Static).content)
        await pilot.press("enter")
        assert isinstance(app.screen, SweepScreen)
        typed.value = ""
        await pilot.pause()
        assert "SETTING=VALUE" in str(app.screen.query_one("#message", Static).content)
        typed.value = "optimizer=sgd, adam batch_norm=off,on"
        await pilot.pause()
        await pilot.press("enter")
        await finished(pilot, 4)
        trained = sorted((run.config.optimizer, run.config.batch_norm) for run in runs(app))
        assert trained == [("adam", False), ("adam", True), ("sgd", False), ("sgd", True)]


async def test_digits_replace_what_came_by_a_step_and_arrows_stay_in_the_form(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        form, table = app.screen.query_one(SettingsForm), app.screen.query_one(RunsTable)
        await pilot.press("k", "k", "k", "k", "right")
        assert app.focused is app.screen.query_one(PresetInput)
        app.screen.query_one("#seed", SettingInput).focus()
        await pilot.press("right", "0", "7", "space", "3")
        assert form.read().seed == 3
        await pilot.press(*["down"] * 5, "j")
        assert app.focused is app.screen.query_one("#dataset")
        await pilot.press("shift+tab")
        assert app.focused is table
        await pilot.press("tab")
        assert app.focused is app.screen.query_one("#dataset")
        await pilot.press("E", "E")
        assert app.focused is app.screen.query_one("#dataset")
        await pilot.press("tab", "tab", "E", "E")
        assert app.focused is app.screen.query_one("#accuracy")
        # The arrows beside a value walk when they are clicked, and so does the wheel.
        row = next(row for row in app.screen.query(SettingRow) if row.value.id == "epochs")
        end = row.size.width - 1
        await pilot.click(row, offset=(end, 0))
        assert app.focused is row.value
        assert row.value.value == "30"
        await pilot.click(row, offset=(end, 0))
        await pilot.click(row, offset=(end, 0))
        await pilot.click(row, offset=(end - 2, 0))
        assert row.value.value == "50"
        await pilot._post_mouse_events([MouseScrollDown], row.value)
        assert row.value.value == "30"


async def test_a_path_is_typed_once_its_field_is_open(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        form, field = app.screen.query_one(SettingsForm), app.screen.query_one("#dataset", PathInput)
        field.focus()
        await pilot.press("right", *"/j x/r")
        assert field.value == "/j x/r"
        await pilot.press("left", "q", "escape")
        assert field.value == "mnist"
        await pilot.press("enter", *"-ck", "left", "?", "enter")
        assert field.value == "mnist-c?k"
        await pilot.pause()
        assert field.has_class("wrong")
        assert "mnist-c?k" in problem(app)
        await pilot.press("up", "down", "space")
        assert form.read().dataset == "auto"
        assert runs(app) == []
        fill(app, SMALL)
        await pilot.press("up", "enter")
        await finished(pilot, 1)


async def test_an_exponent_can_be_typed_and_other_letters_keep_their_meaning_after_a_number(
    app: MnistTuiApp,
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, SMALL)
        app.screen.query_one("#l2_lambda").focus()
        await pilot.press(*"1e-3")
        assert app.screen.query_one(SettingsForm).read().l2_lambda == 1e-3
        await pilot.press("r")
        await finished(pilot, 1)
        assert runs(app)[0].config.l2_lambda == 1e-3
        await pilot.press("e")
        await opened(pilot, ExportScreen)
