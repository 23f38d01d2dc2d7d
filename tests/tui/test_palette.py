"""The colours of runs on every ground, and on terminals with few of them."""

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from mnist_tui.tui.identity import COLORS
from mnist_tui.tui.palette import DARK_16, LIGHT, LIGHT_16, colors, ground

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
