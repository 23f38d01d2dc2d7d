"""What the inside of a network looks like, to the character."""

import numpy as np
import pytest

from mnist_tui.analysis.distributions import Counts
from mnist_tui.analysis.inside import looks
from mnist_tui.runs.probes import probes
from mnist_tui.runs.run import Run
from mnist_tui.training.histograms import count
from mnist_tui.tui.renderables.distribution import Distribution, bars, render_distribution, spread_out
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.renderables.looks import render_looks, short
from mnist_tui.tui.renderables.shades import Greys, Paper
from mnist_tui.tui.renderables.units import render_units, size_for, sorted_units
from tests.tui.networks import record_inside

pytestmark = pytest.mark.quick


def spread_evenly(low: float, high: float) -> Counts:
    return count(np.linspace(low, high, 4096, dtype=np.float32))


GROWING = Distribution(
    [0, 1, 2], np.stack([spread_evenly(-size, size) for size in (1, 2, 4)]), at=1, low=-4, high=4, style="red"
)


def test_a_ridge_an_epoch_and_the_one_under_the_cursor_large_below_them() -> None:
    lines = render_distribution(GROWING, 22, 8)
    assert list(map(plain, lines)) == [
        "    0       ████      ",
        "▸   1     ████████    ",
        "    2 ████████████████",
        "12.5%     ████████    ",
        "          ████████    ",
        "          ████████    ",
        "          ████████    ",
        "     -4  -2   0  2   4",
    ]
    assert lines[1][1][1] == "bold red"
    assert lines[0][1][1] == "red"


def test_ridges_are_taller_where_there_is_room() -> None:
    lines = list(map(plain, render_distribution(GROWING, 22, 12)))
    assert [line[:6].strip() for line in lines[:6]] == ["", "0", "", "▸   1", "", "2"]
    assert lines[0][6:] == lines[1][6:]


def test_the_large_histogram_has_the_height_of_the_run_beside_it() -> None:
    higher = Distribution([0], GROWING.counts[:1], at=0, low=-4, high=4)
    lines = list(map(plain, render_distribution(GROWING, 22, 8, beside=higher)))
    assert lines[3].startswith("25.0% ")
    assert lines[3][6:].strip() == ""
    assert lines[5][6:].strip() == "████████"


def test_zeros_of_a_relu_are_told_beside_each_epoch() -> None:
    half = count(np.concatenate([np.zeros(500), np.full(500, 1.5)]).astype(np.float32))
    shown = Distribution([3], half[None], at=0, low=0, high=2, tells_zeros=True)
    lines = list(map(plain, render_distribution(shown, 28, 8)))
    assert any(line.startswith("▸   3 ") and line.endswith(" 50% ") for line in lines)
    assert all(line[6:10].strip() == "" for line in lines[:-1])


def test_nothing_to_draw_is_said() -> None:
    assert "nothing yet" in "".join(map(plain, render_distribution(None, 30, 9, empty="nothing yet")))
    assert "".join(map(plain, render_distribution(GROWING, 9, 9))).strip() == ""


def test_epochs_that_have_no_room_are_left_out_evenly_but_for_three() -> None:
    assert spread_out(3, 5, 0) == [0, 1, 2]
    places = spread_out(1000, 10, 430)
    assert len(places) == 10
    assert places[0] == 0
    assert places[-1] == 999
    assert 430 in places
    assert places == sorted(places)


def test_bars_are_eighths_of_cells() -> None:
    assert bars(np.array([0, 0.5, 1.0]), 1, 1.0) == [" ▄█"]
    assert bars(np.array([0, 0.5, 1.0]), 2, 1.0) == ["  █", " ██"]
    assert bars(np.zeros(3), 1, 0.0) == ["   "]


def test_the_list_has_each_layer_with_its_numbers_and_scrolls() -> None:
    run = Run.load(record_inside(batch_norm=True))[0]
    every = looks(run.config)
    lines = [plain(line) for line in render_looks(probes(run), run.config, every, 3, 1, 46, 40)]
    assert lines[0].split() == ["mean", "spread", "norm"]
    assert lines[1] == "layer 1 · 784 → 6"
    assert lines[3].startswith("▸ gradients")
    assert [line for line in lines if line.startswith("layer")][-1] == "layer 3 · 4 → 10"
    assert [line.split()[-2:] for line in lines if "dead" in line] == [["dead", "17%"], ["dead", "25%"]]
    last = [plain(line) for line in render_looks(probes(run), run.config, every, 3, len(every) - 1, 46, 6)]
    assert last[-1].startswith("▸ logits")
    assert len(last) == 6
    none = [plain(line) for line in render_looks(None, run.config, every, 0, 0, 46, 6)]
    assert none[2].strip() == "▸ weights"


def test_numbers_take_seven_characters() -> None:
    numbers = (0.0, 0.5, -99.9, 123.4, -1e-5, 2.5e-12, 3e7, float("inf"), float("nan"))
    assert [short(number) for number in numbers] == [
        "0.000", "0.500", "-99.900", "123", "-1e-05", "2e-12", "3e+07", "inf", "nan",
    ]  # fmt: skip


def test_units_are_sorted_by_norm_and_drawn_on_one_scale() -> None:
    weights = np.zeros((784, 3), np.float32)
    weights[:, 0], weights[:392, 1], weights[:392, 2] = 0.1, 0.5, -0.5
    weights[0, 2] = np.nan
    units = sorted_units(weights, 7)
    assert units.numbers.tolist() == [2, 3, 1]
    assert units.largest == pytest.approx({28: 0.5, 14: 0.5})
    lines = [plain(line) for line in render_units(units, 0, Paper(Greys.NONE), 44, 9)]
    assert lines[0] == "1–3 of 3 by norm · ±0.5 · epoch 7"
    assert lines[2] == f"{'█' * 14} {'≡' * 14} {'░' * 14}", "signs are told apart without colour"
    assert lines[-1].split() == ["2", "‖9.9‖", "3", "‖9.9‖", "1", "‖2.8‖"]
    assert plain(render_units(units, 0, Paper(Greys.NONE), 30, 9)[0]) == "1–2 of 3 · ±0.5 · epoch 7"
    assert "none" in "".join(map(plain, render_units(None, 0, Paper(Greys.NONE), 44, 9, empty="none")))


def test_pictures_are_large_where_there_is_room_for_several() -> None:
    assert size_for(72, 30) == 14
    assert size_for(150, 40) == 28
