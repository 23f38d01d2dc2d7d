"""Figures beside a report: the same bytes each time, names harmless, readable on any page."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.analysis.comparison import Comparison, compare
from mnist_tui.reports.figure_style import INK, LONGEST_NAME
from mnist_tui.reports.figures import COLOURS, MOST_ROWS, pictures
from mnist_tui.reports.names_apart import names_apart
from mnist_tui.reports.pictures import PICTURES, PictureFormat
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from tests.reports.helpers import BASE, comparison_of
from tests.reports.test_markdown import NAMES
from tests.runs.helpers import epoch, finished_run

KINDS: tuple[PictureFormat, ...] = ("svg", "png", "pdf")
BEGINNINGS = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}

DARK = "#0d1117"
"""GitHub's dark page."""


def trained(config: RunConfig, epochs: int = 3, **measured: Any) -> Run:
    run = finished_run(config, f"run-{config.seed}")
    for number in range(1, epochs + 1):
        run.apply(epoch(number, validation_loss=(0.6 + config.seed / 100) / number, **measured))
    return run


def over_seeds(*epochs: int, **changes: Any) -> Comparison:
    return compare(trained(BASE.replace(seed=seed, **changes), count) for seed, count in enumerate(epochs))


def drawn(comparison: Comparison, name: str = "loss", kind: PictureFormat = "svg") -> bytes:
    return next(one for one in pictures(comparison, kind) if one.name == name).content


def caption(comparison: Comparison, name: str = "loss") -> str:
    return next(one for one in pictures(comparison) if one.name == name).caption


def texts(svg: bytes) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(one.itertext()).strip() for one in root.iter("{http://www.w3.org/2000/svg}text")]


def batched(names: list[str]) -> list[list[str]]:
    """As many as can be drawn in one figure."""
    return [names[start : start + MOST_ROWS] for start in range(0, len(names), MOST_ROWS)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_runs_give_the_same_bytes(kind: PictureFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    comparison = over_seeds(3, 4, 5)
    first = {one.name: one.content for one in pictures(comparison, kind)}
    assert list(first) == ["loss", "accuracy"]
    assert all(content.startswith(BEGINNINGS[kind]) for content in first.values())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    with mpl.rc_context({"lines.linewidth": 9, "font.size": 30, "svg.fonttype": "path"}):
        assert {one.name: one.content for one in pictures(comparison, kind)} == first


def test_the_style_is_given_back() -> None:
    before = dict(mpl.rcParams)
    pictures(over_seeds(3))
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    "names", batched([*NAMES, "$x^2$", "$", "_hidden", "=1+1", "日本語", "a\nb", "\x1b[2J"])
)
def test_names_are_texts_whatever_they_are(names: list[str]) -> None:
    runs = [trained(BASE.replace(batch_size=number)) for number in range(1, 1 + len(names))]
    for run, name in zip(runs, names, strict=True):
        object.__setattr__(run.config, "name", name)
    svg = drawn(compare(runs))
    for name in names:
        shown = re.sub(r"\s+", " ", name.replace("\x1b", " ")).strip()
        expected = shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…"
        assert expected in texts(svg)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert not tags & {"script", "a", "image", "foreignObject", "b"}


def test_every_line_has_its_name_at_its_end() -> None:
    rows = [trained(BASE.replace(batch_norm=switch)) for switch in (False, True)]
    assert {"plain", "batchnorm"} <= set(texts(drawn(compare(rows))))


def test_seeds_are_a_mean_and_a_band_as_far_as_all_of_them_went() -> None:
    alone, several, unequal = over_seeds(4), over_seeds(4, 4), over_seeds(4, 5)
    assert b"FillBetween" not in drawn(alone)
    assert b"FillBetween" in drawn(several)
    assert "means over seeds" not in caption(alone)
    assert "means over seeds" in caption(several)
    assert "first of its seeds" not in caption(several)
    assert "first of its seeds" in caption(unequal)


def test_runs_that_tell_of_no_epoch_have_no_curves() -> None:
    assert pictures(comparison_of({}, {"batch_norm": True})) == []
    half = compare([trained(BASE), finished_run(BASE.replace(batch_norm=True))])
    assert "batchnorm" not in texts(drawn(half))


def test_no_more_rows_are_drawn_than_can_be_told_apart() -> None:
    many = compare(trained(BASE.replace(name=f"row {number}")) for number in range(MOST_ROWS + 3))
    assert sum(text.startswith("row ") for text in texts(drawn(many))) == MOST_ROWS
    assert f"the first {MOST_ROWS} of {MOST_ROWS + 3} rows" in caption(many)


@pytest.mark.parametrize("loss", [0.0, 1e30])
def test_losses_that_no_axis_is_made_for_do_no_harm(loss: float) -> None:
    assert drawn(compare([trained(BASE, train_loss=loss)]))
    assert drawn(compare([trained(BASE, epochs=1, train_loss=loss)]))


def swept(*values: float, seeds: int = 2) -> Comparison:
    return compare(
        finished_run(BASE.replace(l2_lambda=value, seed=seed), test_accuracy=0.9 + seed / 100)
        for value in values
        for seed in range(seeds)
    )


def test_a_sweep_is_drawn_over_its_values() -> None:
    found = swept(0, 0.01, 0.1, 1)
    assert [one.name for one in pictures(found)] == ["sweep"]
    assert {"0", "0.01", "0.1", "1", "L2 λ"} <= set(texts(drawn(found, "sweep")))
    assert "95 % intervals of these means over seeds; " in caption(found, "sweep")
    assert "logarithmic, but for 0" in caption(found, "sweep")
    assert "logarithmic." in caption(swept(0.01, 0.1, 1), "sweep")
    assert "logarithmic" not in caption(swept(0, 0.1, 0.2), "sweep")
    assert caption(swept(0, 0.1, 0.2, seeds=1), "sweep") == "Points: one run each, which has no interval."


def test_bars_of_few_seeds_do_not_flatten_the_curve() -> None:
    accuracies = {0.0: (0.90, 0.91), 0.1: (0.905, 0.915), 0.2: (0.91, 0.94)}
    runs = [
        finished_run(BASE.replace(dropout=value, seed=seed), test_accuracy=accuracy)
        for value, some in accuracies.items()
        for seed, accuracy in enumerate(some)
    ]
    assert "bars that go on beyond the figure are cut" in caption(compare(runs), "sweep")
    ticks = [float(text[:-2]) for text in texts(drawn(compare(runs), "sweep")) if text.endswith(" %")]
    assert min(ticks) > 80
    assert max(ticks) <= 100
    assert "are cut" not in caption(swept(0, 0.1, 0.2, seeds=1), "sweep")


def test_names_of_figures_are_those_that_are_looked_for_before_training() -> None:
    runs = [trained(BASE.replace(l2_lambda=value)) for value in (0.0, 0.1, 0.2)]
    assert tuple(one.name for one in pictures(compare(runs))) == PICTURES


def luminance(colour: str) -> float:
    """Of a colour, as WCAG 2 has it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, page: str) -> float:
    low, high = sorted((luminance(colour), luminance(page)))
    return (high + 0.05) / (low + 0.05)


def test_ink_is_told_from_white_and_from_dark_pages() -> None:
    for colour in (*COLOURS, INK):
        assert min(contrast(colour, "#ffffff"), contrast(colour, DARK)) >= 3, colour
    assert min(contrast(INK, "#ffffff"), contrast(INK, DARK)) >= 4
    svg = drawn(over_seeds(3)).decode()
    pages = re.findall(r'<g id="patch_[12]">\s*<path[^>]*style="([^"]*)"', svg)
    assert pages == ["fill: none"] * 2


@given(st.lists(st.floats(-50, 350), max_size=12))
def test_names_stand_apart_in_the_order_of_their_lines(wanted: Iterable[float]) -> None:
    wanted = list(wanted)
    places = names_apart(wanted, 13, 300)
    ordered = sorted(places)
    assert all(above - below >= 13 - 1e-9 for below, above in pairwise(ordered))
    assert all(-1e-9 <= place <= 300 + 1e-9 for place in places)
    pairs = [(one, other) for one in range(len(wanted)) for other in range(len(wanted))]
    assert all(places[one] < places[other] for one, other in pairs if wanted[one] < wanted[other])


def test_names_that_have_room_stay_where_they_are_wanted() -> None:
    assert names_apart([10, 200, 100], 13, 300) == [10, 200, 100]
    assert names_apart([100, 100], 13, 300) == [106.5, 93.5]
