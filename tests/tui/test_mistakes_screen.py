"""The mistakes screen, driven: from the matrix to a cell, to a digit, and back; a second run, other seeds."""

from functools import partial

from textual.pilot import Pilot
from textual.widgets import Static

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.screens.digit import DigitScreen
from mnist_tui.tui.screens.mistakes import MistakesScreen
from mnist_tui.tui.widgets.gallery import Gallery
from mnist_tui.tui.widgets.keys_footer import KeysFooter
from mnist_tui.tui.widgets.matrix import Matrix
from tests.tui.answering import answering, labels, wrong_at
from tests.tui.helpers import WIDE, drawn, on_screen, record, recorded_events, said, table_texts, until

TRUE = int(labels()[3])
WRONG = (TRUE + 1) % 10


def screen(app: MnistTuiApp) -> MistakesScreen:
    assert isinstance(app.screen, MistakesScreen)
    return app.screen


def head(app: MnistTuiApp) -> str:
    return str(app.screen.query_one("#head", Static).render())


def gallery(app: MnistTuiApp) -> Gallery:
    return screen(app).query_one(Gallery)


def title(app: MnistTuiApp) -> str:
    return str(gallery(app).border_title)


async def go_there(pilot: Pilot[int], rows: int) -> MnistTuiApp:
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: len(table_texts(app)) == rows)
    await pilot.press("4")
    await until(pilot, lambda: isinstance(app.screen, MistakesScreen))
    return app


def says_missing(app: MnistTuiApp, place: str) -> bool:
    return "is missing" in " ".join(drawn(app, place, app.screen).split())


async def test_one_run_from_the_matrix_to_a_digit_and_back_to_the_dashboard() -> None:
    answering(wrong_at(3, 13, 5))
    app = MnistTuiApp()
    async with app.run_test(size=WIDE) as pilot:
        await go_there(pilot, 1)
        await until(pilot, lambda: "▀" in drawn(app, "#digits", app.screen))
        await until(pilot, lambda: "99.70 % right, 3 of 1,000 wrong · run 1 of 1" in head(app))
        await until(pilot, lambda: "99.0 %" in drawn(app, "#classes", app.screen))
        await until(pilot, lambda: "Expected" in drawn(app, "#calibration", app.screen))
        matrix = screen(app).query_one(Matrix)
        before, heat = drawn(app, "#confusion", app.screen), matrix.heat
        screen(app).show_changes({"somebody who trains"})
        assert matrix.heat is heat  # nothing was drawn again
        await pilot.press("r", "d")
        assert "all answers, % of each line" in str(matrix.border_title)
        await until(pilot, lambda: drawn(app, "#confusion", app.screen) != before)
        await pilot.press("r", "d")
        await pilot.press(*["up"] * 10, *["left"] * 10, *["down"] * TRUE, *["l"] * WRONG)
        assert matrix.cell == (TRUE, WRONG)
        assert f"{TRUE} taken for {WRONG}" in str(matrix.border_subtitle)
        await pilot.click(Matrix, offset=(8, 3))
        assert matrix.cell == (0, 0)
        await pilot.click(Gallery, offset=(18, 4))
        assert gallery(app).cursor == 1
        await pilot.press("shift+tab", *["down"] * TRUE, *["l"] * WRONG)
        await pilot.press("enter")
        await until(pilot, lambda: f"× {TRUE} taken for {WRONG}" in title(app))
        count = len(gallery(app).digits.places)  # type: ignore[union-attr]  # the title is its
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(app.screen, DigitScreen))
        await until(pilot, lambda: "It is wrong" in drawn(app, "#opinions", app.screen))
        await until(pilot, lambda: f"it shows {TRUE} · {count} of {count}" in head(app))
        await until(pilot, lambda: "▀" in drawn(app, "#picture", app.screen))
        await pilot.press("right")
        await until(pilot, lambda: f"· 1 of {count}" in head(app))
        assert app.session.picked is None
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "draw")
        assert app.session.picked
        assert app.session.picked.label == TRUE
        await pilot.press("4")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MistakesScreen))
        assert gallery(app).cursor == 0
        await pilot.press("escape")
        assert app.focused is matrix
        await until(pilot, lambda: title(app) == "Digits · 3 mistakes")
        await pilot.press("escape")
        assert app.screen is app.dashboard


async def test_a_second_row_and_seeds_bring_their_digits() -> None:
    for seed in (0, 1):
        answering(wrong_at(3, 5 + seed), number=seed, seed=seed)
        answering(wrong_at(3, 9), number=2 + seed, seed=seed, batch_norm=True)
    app = MnistTuiApp()
    async with app.run_test(size=WIDE) as pilot:
        await go_there(pilot, 2)
        app.session.selected = next(run for run in app.session.run_order if "000000" in run)
        await pilot.press("right_square_bracket", "left_square_bracket", "space")
        await until(pilot, lambda: "fixes 1, breaks 1" in head(app))
        await until(pilot, lambda: "minus" not in head(app))
        assert "▲ − ●" in str(screen(app).query_one(Matrix).border_title)
        await pilot.press("w")
        assert "▲ − ●" not in str(screen(app).query_one(Matrix).border_title)
        titles = []
        for _ in range(5):
            await pilot.press("m")
            titles.append(title(app).removeprefix("Digits · "))
        assert titles == [
            "1 that ▲ fixes",
            "1 that ▲ breaks",
            "1 wrong with each of 2 seeds",
            "2 decided by luck",
            "2 mistakes",
        ]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DigitScreen))
        await until(pilot, lambda: "Right: 0 of 3 networks" in drawn(app, "#opinions", app.screen))
        await pilot.press("escape", "space")
        await until(pilot, lambda: "fixes" not in head(app))
        await pilot.press("w")
        assert "space puts a second one beside it" in said(app)[-1]


async def test_small_screens_show_one_part_at_a_time_and_what_is_missing_is_said() -> None:
    answering(wrong_at(3)).predictions_path.unlink()
    app = MnistTuiApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await go_there(pilot, 1)
        await until(pilot, lambda: "is missing" in " ".join(drawn(app, "#confusion", app.screen).split()))
        assert app.screen.query_one(KeysFooter).compact
        seen = []
        for _ in range(4):
            assert app.focused
            seen.append(app.focused.id)
            shown = [panel.id for panel in app.screen.query(".panel") if panel.region]
            assert shown == [app.focused.id]
            place = f"#{app.focused.id}"
            await until(pilot, partial(says_missing, app, place))
            await until(
                pilot, lambda: all(str(panel.id) in on_screen(app) for panel in app.screen.query(".panel"))
            )
            await pilot.press("tab")
            await pilot.pause()
        assert seen == ["confusion", "digits", "classes", "calibration"]
        await pilot.press("enter", "space", "m", "w", "r", "d")
        assert app.is_running
        await pilot.resize_terminal(120, 30)
        await until(pilot, lambda: sum(bool(panel.region) for panel in app.screen.query(".panel")) == 2)


async def test_without_a_result_it_says_what_to_do() -> None:
    app = MnistTuiApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await go_there(pilot, 0)
        await pilot.press("right_square_bracket", "space", "m", "enter")
        await until(pilot, lambda: "r trains one there" in on_screen(app))
        record(RunConfig(dataset="sample"), recorded_events(2, floor=0.1, rate=1)[:-1])
        await until(pilot, lambda: "not met the test images" in " ".join(on_screen(app).split()))
