"""What styles cost: a widget gets them when it is put up, and again only where it may look different."""

from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.setting_input import SettingInput
from tests.tui.helpers import WIDE, until

FEW = 6
"""Widgets: two lines of the form with their values, each of which also learns of the focus itself."""


class Work:
    """Notes what style sheets are asked for.

    Attributes:
        styled: The widgets that got styles, in order.
        sheets: How often all style sheets were read anew.
    """

    def __init__(self) -> None:
        self.styled: list[Widget] = []
        self.sheets = 0

    def start_over(self) -> None:
        self.styled.clear()
        self.sheets = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    work = Work()
    apply, reparse = Stylesheet.apply, Stylesheet.reparse

    def noted_apply(sheet: Stylesheet, node: DOMNode, **how: Any) -> None:
        work.styled += [node] if isinstance(node, Widget) else []
        apply(sheet, node, **how)

    def noted_reparse(sheet: Stylesheet) -> None:
        work.sheets += 1
        reparse(sheet)

    monkeypatch.setattr(Stylesheet, "apply", noted_apply)
    monkeypatch.setattr(Stylesheet, "reparse", noted_reparse)
    return work


@pytest.mark.parametrize("size", [WIDE, (80, 24), (200, 60)])
async def test_a_screen_is_styled_once(app: MnistTuiApp, work: Work, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.focused and app.focused.has_focus)
        widgets = len(list(app.screen.walk_children(Widget)))
        assert len(work.styled) < 1.3 * widgets
        assert not work.sheets
        for key, screen in zip("23456", ("run", "data", "mistakes", "network", "draw"), strict=True):
            work.start_over()
            await pilot.press(key)
            await until(pilot, lambda: app.screen.focused or app.screen.query("KeysFooter"))
            await pilot.pause()
            widgets = len(list(app.screen.walk_children(Widget)))
            assert app.current_mode == screen
            assert {one.screen for one in work.styled} == {app.screen}, "what is left stays as it is"
            assert len(work.styled) < 2.5 * widgets
            assert not work.sheets, "no theme changed"


async def test_keys_style_what_may_look_different(app: MnistTuiApp, work: Work) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.focused and app.focused.has_focus)
        await pilot.pause()
        work.start_over()
        await pilot.press("f9", "T", "S", "right")
        await pilot.pause()
        assert not work.styled
        await pilot.press("down")
        await until(pilot, lambda: app.screen.query_one("#l2_lambda", SettingInput).has_focus)
        assert len(work.styled) <= FEW
        work.start_over()
        app.screen.query_one("#loss", CurveChart).focus()
        await until(pilot, lambda: app.screen.query_one("#loss").has_focus)
        assert len(work.styled) <= FEW, "a panel that is left has another frame, and the same contents"
        await pilot.press("2", "1")
        await until(pilot, lambda: app.current_mode == "dashboard")
        await pilot.pause()
        work.start_over()
        await pilot.press("2", "1")
        await until(pilot, lambda: app.current_mode == "dashboard")
        await pilot.pause()
        assert not work.styled, "what was out of sight looks as it did"
