"""Measure how well networks read MNIST's own test digits once these have gone through the drawing pad.

    python scripts/measure_pad.py --home DIRECTORY [--data DIRECTORY] [--images 2000] [--runs 5]

Three ways: as they are in the file; as pixels on the pad's paper; and as strokes: each digit is thinned to
lines of one pixel, which are followed point by point as a pen that goes down, moves and comes up, as thick as
that pen of the pad which is nearest to the digit's own. The home has finished runs on full MNIST. The goal:
what scores 98.5 % in the file still scores 97.5 % as pixels or strokes.
"""

import argparse
import math
import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import SIDE, Labels, Pixels
from mnist_tui.data.ink import INK_SIDE, Point, as_mnist, enlarged
from mnist_tui.data.source import load_test, resolve
from mnist_tui.nn.network import Network
from mnist_tui.runs import artifacts
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Run
from mnist_tui.tui.drawing_pad import THICKNESSES, DrawingPad

Mask = npt.NDArray[np.bool_]
"""Shape (112, 112): where there is ink."""

AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""The neighbours of a pixel, clockwise from the one above, as rows and columns."""


def thinned(ink: Mask) -> Mask:
    """Lines of one pixel in the middle of what is drawn (Zhang and Suen, CACM 27(3), 1984).

    Args:
        ink: Its border is empty.
    """
    ink = ink.copy()
    while True:
        before = ink.sum()
        for first in (True, False):
            around = np.array([np.roll(ink, (-down, -right), (0, 1)) for down, right in AROUND])
            north, _, east, _, south, _, west, _ = around
            count = around.sum(axis=0)
            turns = (~around & np.roll(around, -1, axis=0)).sum(axis=0)
            spared = east & south & (north | west) if first else north & west & (east | south)
            ink &= ~((count >= 2) & (count <= 6) & (turns == 1) & ~spared)
        if ink.sum() == before:
            return ink


def lines(skeleton: Mask) -> Iterator[list[tuple[int, int]]]:
    """The lines of a skeleton as pixels one after the other, those first that begin at an end."""
    left = {(int(row), int(column)) for row, column in np.argwhere(skeleton)}

    def beside(place: tuple[int, int]) -> list[tuple[int, int]]:
        near = ((place[0] + down, place[1] + right) for down, right in AROUND)
        return sorted(one for one in near if one in left)

    while left:
        place = min(left, key=lambda one: (len(beside(one)), one))
        line = [place]
        left.remove(place)
        while near := beside(line[-1]):
            line.append(near[0])
            left.remove(near[0])
        yield line


def strokes(image: Pixels) -> tuple[float, list[list[Point]]]:
    """A digit as a pen would draw it: the thickness, and where the pen went.

    Args:
        image: Shape (784,), uint8.
    """
    grey = image.reshape(SIDE, SIDE) / 255
    places = (np.arange(INK_SIDE) + 0.5) * SIDE / INK_SIDE - 0.5
    for _ in range(2):  # along one axis, then along the other
        grey = np.array([np.interp(places, np.arange(SIDE), line) for line in grey.T])
    ink = grey > 0.5
    ink[[0, -1]] = ink[:, [0, -1]] = False
    found = list(lines(thinned(ink)))
    length = sum(math.dist(*pair) for line in found for pair in pairwise(line))
    width = ink.sum() / max(1, length)
    thickness = min(THICKNESSES, key=lambda one: abs(one - width))
    return thickness, [
        [((column + 0.5) / INK_SIDE, (row + 0.5) / INK_SIDE) for row, column in line] for line in found
    ]


def drawn(image: Pixels) -> Pixels:
    """What a network is given when somebody draws a digit by strokes."""
    pad = DrawingPad()
    pad.thickness, found = strokes(image)
    for points in found:
        pad.put_down(points[0])
        for point in [*points[2:-1:2], points[-1]]:
            pad.move_to(point)
        pad.lift()
    return pad.image


def accuracy(network: Network, images: Pixels, labels: Labels) -> float:
    """The share of images that a network takes for what they are."""
    said = network.predict_probabilities(images / np.float32(255)).argmax(axis=1)
    return float((said == labels).mean())


def main() -> None:
    """Print a line a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--home", required=True)
    parser.add_argument("--data", default=os.environ.get("MNIST_TUI_DATA_DIR"))
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    os.environ["MNIST_TUI_HOME"] = options.home
    if options.data:
        os.environ["MNIST_TUI_DATA_DIR"] = str(Path(options.data).resolve())
    test = load_test(resolve("mnist"))
    images, labels = test.images[: options.images], test.labels[: options.images]
    ways: dict[str, Sequence[Pixels]] = {
        "in the file": list(images),
        "as pixels": [as_mnist(enlarged(one)) for one in images],
        "as strokes": [drawn(one) for one in images],
    }
    runs = [Run.load(directory)[0] for directory in map(RunDirectory, list_runs())]
    for run in [one for one in runs if one.finished][: options.runs]:
        network = artifacts.network(run)
        right = {way: accuracy(network, np.array(shown), labels) for way, shown in ways.items()}
        print(run.run_id, *(f"{way} {share:.2%}" for way, share in right.items()), sep=" · ")


if __name__ == "__main__":
    main()
