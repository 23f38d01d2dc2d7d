"""The heat map of a sweep over two settings: a number in every cell, and shades that need no colour."""

from itertools import pairwise

import pytest
from matplotlib.colors import to_hex

from mnist_tui.analysis.comparison import Comparison, compare
from mnist_tui.reports.heat_map import BEST, DARK, LIGHT, MISSING, SHADES, ink_on
from mnist_tui.reports.markdown import markdown
from mnist_tui.reports.pictures import FigureFile
from mnist_tui.settings.run_config import RunConfig
from tests.reports.helpers import BASE
from tests.reports.test_figures import caption, contrast, drawn, luminance, texts
from tests.runs.helpers import finished_run

SHADES_DRAWN = [to_hex(SHADES(level)) for level in range(256)]


def gridded(seeds: int = 2, accuracies: dict[tuple[float, float], float] | None = None) -> Comparison:
    """λ by dropout, each cell better than the last."""
    places = [(penalty, dropout) for penalty in (0.0, 0.1) for dropout in (0.0, 0.2, 0.4)]
    of = accuracies or {place: 0.95 + number / 200 for number, place in enumerate(places)}
    return compare(
        finished_run(config.replace(seed=seed), test_accuracy=accuracy + seed / 1000)
        for (penalty, dropout), accuracy in of.items()
        for config in [BASE.replace(l2_lambda=penalty, dropout=dropout)]
        for seed in range(seeds)
    )


def test_every_cell_says_its_number_and_the_highest_one_has_a_diamond() -> None:
    written = texts(drawn(gridded(), "sweep"))
    assert {"Test accuracy by L2 λ and Dropout", "L2 λ", "Dropout", "0", "0.1", "0.2", "0.4"} <= set(written)
    numbers = ["95.05", "95.55", "96.05", "96.55", "97.05", f"{BEST} 97.55"]
    assert [text for text in written if text in numbers] == numbers
    assert written.count("±0.07") == 6
    assert caption(gridded(), "sweep") == (
        "Test accuracy in %: means over 2 seeds, ± their standard deviation; the darker, the higher; "
        f"{BEST} the highest; from the lightest shade to the darkest it is 2.50 points, where a seed alone "
        "moves it by 0.07 (standard deviation)."
    )


def test_one_run_a_cell_has_no_spread_and_what_is_missing_is_hatched() -> None:
    some = {(0.0, 0.0): 0.9, (0.0, 0.2): 0.91, (0.1, 0.2): 0.92, (0.1, 0.4): 0.93}
    written = texts(drawn(gridded(1, some), "sweep"))
    assert written.count(MISSING) == 2
    assert not any(text.startswith("±") for text in written)
    words = caption(gridded(1, some), "sweep")
    assert words.startswith("Test accuracy in %, one run each; ")
    assert words.endswith("hatched: not trained.")


def test_one_cell_far_below_does_not_take_the_shades_from_the_others() -> None:
    places = [(penalty, dropout) for penalty in (0.0, 0.1) for dropout in (0.0, 0.2, 0.4)]
    accuracies = dict(zip(places, (0.11, 0.975, 0.98, 0.981, 0.982, 0.983), strict=True))
    svg = drawn(gridded(1, accuracies), "sweep").decode()
    assert sum(shade in svg for shade in set(SHADES_DRAWN)) >= 4
    assert "all that lie far below the others have the lightest shade" in caption(
        gridded(1, accuracies), "sweep"
    )


def test_shades_are_told_apart_by_lightness_and_what_is_written_on_them_can_be_read() -> None:
    assert all(luminance(light) >= luminance(dark) for light, dark in pairwise(SHADES_DRAWN))
    assert contrast(SHADES_DRAWN[0], SHADES_DRAWN[-1]) > 7
    assert min(contrast(ink_on(shade), shade) for shade in SHADES_DRAWN) >= 4.5
    assert {ink_on(shade) for shade in SHADES_DRAWN} == {LIGHT, DARK}


@pytest.mark.parametrize(("lines", "columns"), [(2, 40), (30, 3)])
def test_many_values_and_long_names_are_drawn_all_the_same(lines: int, columns: int) -> None:
    def config(line: int, column: int) -> RunConfig:
        return BASE.replace(batch_size=1000 + line, hidden=(column + 1, 512, 256, 128, 64))

    runs = [finished_run(config(line, column)) for line in range(lines) for column in range(columns)]
    svg = drawn(compare(runs), "sweep")
    assert svg == drawn(compare(runs), "sweep")
    assert sum("90.00" in text for text in texts(svg)) == lines * columns


def test_the_report_shows_it_beside_the_table() -> None:
    figure = FigureFile("results-sweep.svg", "Test accuracy by L2 λ and Dropout", "How to read it.")
    text = markdown(gridded(), [figure])
    assert "## Test accuracy by L2 λ and Dropout" in text
    assert "![Test accuracy by L2 λ and Dropout](results-sweep.svg)" in text
