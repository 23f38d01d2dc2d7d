"""The colours of runs on every ground, and on terminals with few of them."""

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.identity import COLORS
from mnist_tui.tui.palette import DARK_16, LIGHT, LIGHT_16, colors, ground
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import record, recorded_events, table_texts, until

pytestmark = pytest.mark.quick

DOTS, NAMES = 3.0, 4.5
"""The least contrast (WCAG 2.2, 1.4.11 and 1.4.3)."""

THEMES = [theme for theme in BUILTIN_THEMES.values() if not theme.ansi]


def luminance(color: Color) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """From 1 to 21, WCAG 2.2."""
    low, high = sorted(luminance(Color.parse(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_names_and_dots_can_be_read_on_the_ground_of_each_theme(theme: Theme) -> None:
    generated = theme.to_color_system().generate()
    for color in colors(dark=theme.dark, few=False):
        assert contrast(color, generated["background"]) >= NAMES, color
        assert contrast(color, generated["surface"]) >= DOTS, color


@pytest.mark.parametrize(
    ("palette", "system"),
    [
        (COLORS, ColorSystem.EIGHT_BIT),
        (LIGHT, ColorSystem.EIGHT_BIT),
        (DARK_16, ColorSystem.STANDARD),
        (LIGHT_16, ColorSystem.STANDARD),
    ],
)
def test_fewer_colours_stay_as_many_as_there_are_runs_with_one(
    palette: tuple[str, ...], system: ColorSystem
) -> None:
    shown = {RichColor.parse(color).downgrade(system).number for color in palette}
    assert len(shown) == len(palette) == len(COLORS)


def test_a_line_is_painted_for_its_ground_and_nothing_else_of_it_changes() -> None:
    words, background = (
        ["bold", "", f"dim {COLORS[1]}", f"bold {COLORS[7]} on #123456", "dim #123456"],
        Color(0, 0, 0),
    )
    line = [Segment("x", Style.parse(one)) for one in words]

    def painted(*, dark: bool, few: bool) -> list[str]:
        return [str(style) for _, style, _ in ground(dark=dark, few=few).apply(line, background)]

    assert not ground(dark=True, few=False).enabled
    assert painted(dark=True, few=False) == [str(style) for _, style, _ in line]
    light = painted(dark=False, few=False)
    assert light[2:4] == [f"dim {LIGHT[1]}", f"bold {LIGHT[7]} on #123456"]
    few = painted(dark=True, few=True)
    assert few[2:4] == [f"not dim {DARK_16[1]}", f"bold not dim {DARK_16[7]} on #123456"]
    for one in (light, few):
        assert (one[0], one[4]) == ("bold", "dim #123456")


async def test_a_theme_is_seen_at_once_and_remembered(app: MnistTuiApp) -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))

    def inks(app: MnistTuiApp) -> set[str]:
        strips = app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        return {str(style.color.name) for style in styles if style.color}

    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        await until(pilot, lambda: COLORS[0] in inks(app))
        app.theme = "textual-light"
        await until(pilot, lambda: LIGHT[0] in inks(app))
        assert COLORS[0] not in inks(app)
    assert MnistTuiApp().theme == "textual-light"
