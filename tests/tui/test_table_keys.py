"""The table under the keyboard and the mouse: sort, look for, hide, undo, scroll by columns."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from mnist_tui import paths
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.preferences import Preferences
from mnist_tui.tui.widgets.runs_panel import RunsPanel, TableHead
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import WIDE, drawn, on_screen, opened, record_row, said, table_texts, until


@pytest.fixture
def ids() -> list[str]:
    """Three rows of one run, as they come: the worst, the best, one between."""
    made = [
        record_row([0.91], number=20),
        record_row([0.95], number=10, batch_norm=True),
        record_row([0.93], dropout=0.5),
    ]
    return [directory.run_id for [directory] in made]


def table(app: MnistTuiApp) -> RunsTable:
    return app.dashboard.query_one(RunsTable)


def order(app: MnistTuiApp) -> list[str]:
    return list(table(app).entries)


def head(app: MnistTuiApp) -> str:
    return drawn(app, "TableHead")


async def listed(pilot: Pilot[int]) -> MnistTuiApp:
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: table(app).row_count == 3)
    table(app).focus()
    return app


async def test_s_and_r_and_a_click_sort_and_the_next_sitting_finds_it_sorted(
    app: MnistTuiApp, ids: list[str]
) -> None:
    worst, best, middle = ids
    async with app.run_test(size=WIDE) as pilot:
        await listed(pilot)
        assert order(app) == [worst, best, middle]
        await pilot.press("asterisk")
        await until(pilot, lambda: len(app.session.shown) == 3)
        assert app.session.baseline == worst
        keys = [one.key for one in table(app).choice.columns]
        await pilot.press(*["s"] * (keys.index("test_accuracy") + 1))
        await until(pilot, lambda: order(app) == [best, middle, worst])
        await until(pilot, lambda: "↓" in on_screen(app))
        await until(pilot, lambda: app.session.shown == [best, middle, worst])
        assert app.session.baseline == worst
        await pilot.press("R")
        await until(pilot, lambda: order(app) == [worst, middle, best])
        await until(pilot, lambda: "↑" in on_screen(app))
        await pilot.click(RunsTable, offset=(2, 0))
        await until(pilot, lambda: order(app) == [best, middle, worst])  # by name
        assert app.preferences.table_sort == "label"
    assert Preferences.read(paths.preferences_file()).table_sort == "label"
    looks = {row_id: app.session.identities.of(row_id) for row_id in ids}
    again = MnistTuiApp()
    async with again.run_test(size=WIDE) as pilot:
        await listed(pilot)
        assert order(again) == [best, middle, worst]
        await until(pilot, lambda: again.session.shown == [best, middle, worst])
        assert {row_id: again.session.identities.of(row_id) for row_id in ids} == looks
        assert looks[worst].marker == "●"


async def test_slash_finds_rows_by_words_and_conditions_and_says_what_means_nothing(
    app: MnistTuiApp, ids: list[str]
) -> None:
    worst, best, middle = ids
    async with app.run_test(size=WIDE) as pilot:
        await listed(pilot)
        await pilot.press("slash", *"acc>92")
        await until(pilot, lambda: order(app) == [best, middle])
        await until(pilot, lambda: head(app).startswith("2 of 3 rows · all: "))
        await pilot.press(*" foo=1")
        await until(pilot, lambda: head(app).startswith("✗ There is no column “foo”."))
        assert order(app) == [worst, best, middle]
        await pilot.press(*["backspace"] * 6, "enter")
        await until(pilot, lambda: order(app) == [best, middle])
        assert table(app).has_focus
        await until(pilot, lambda: "acc>92" in on_screen(app))
        await pilot.press("asterisk")  # all that are listed
        await until(pilot, lambda: app.session.shown == [best, middle])
        await pilot.press("slash", *" nothing")
        await until(pilot, lambda: order(app) == [])
        await until(pilot, lambda: head(app).startswith("0 of 3 rows"))
        await pilot.press("escape")
        await until(pilot, lambda: order(app) == [worst, best, middle])
        assert table(app).has_focus
        assert not app.dashboard.query_one(RunsPanel).has_class("-filtered")
        assert app.dashboard.query_one("#filter", Input).value == ""


async def test_what_was_hidden_or_deleted_last_is_taken_back(app: MnistTuiApp, ids: list[str]) -> None:
    worst, best, middle = ids
    async with app.run_test(size=WIDE) as pilot:
        await listed(pilot)
        await pilot.press("u")
        await until(pilot, lambda: said(app) == ["Nothing was hidden or deleted that could be brought back."])
        await pilot.press("asterisk", "down", "H")
        await until(pilot, lambda: app.session.shown == [best])
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: order(app) == [worst, middle])
        assert (paths.runs_directory() / ".bin" / best).is_dir()
        await until(pilot, lambda: app.session.shown == [])
        await pilot.press("u")
        await until(pilot, lambda: app.session.shown == [best])
        await until(pilot, lambda: len(order(app)) == 3)
        await pilot.press("u")
        await until(pilot, lambda: set(app.session.shown) == {*ids})
        await pilot.press("asterisk")
        await until(pilot, lambda: app.session.shown == [])


async def test_columns_fold_fit_and_scroll_one_by_one(app: MnistTuiApp, ids: list[str]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(pilot)
        seen = [one.key for one in table(app).choice.columns]
        assert seen[:4] == ["label", "batch_norm", "dropout", "test_accuracy"]
        agreed = "all: 512, 256 · sgd 0.4 · batch 256 · seed 0 · MNIST sample"
        await until(pilot, lambda: head(app).startswith(agreed))
        await until(pilot, lambda: f"{table(app).choice.after} more ›" in head(app))
        await pilot.press("right")
        await until(pilot, lambda: "‹ 1" in head(app))
        now = [one.key for one in table(app).choice.columns]
        assert now[0] == "label"
        assert "batch_norm" not in now
        await pilot.press("end", "l")
        await until(pilot, lambda: table(app).choice.after == 0)
        await pilot.press("home", "d")
        await until(pilot, lambda: table(app).choice.after > 10)
        assert table(app).choice.columns[-1].key != now[-1] or table(app).choice.before == 0
        assert all(
            len(line) <= 80 for line in on_screen(app).splitlines()
        )  # and what is cut has a sign: test_table_choice
        await pilot.press("d", "down")
        await until(pilot, lambda: [one.key for one in table(app).choice.columns] == seen)
        assert table_texts(app)[1]["test_accuracy"] == "95.00 %"
        assert app.dashboard.query_one(TableHead).size.height == 1
        assert app.session.selected == ids[1]
