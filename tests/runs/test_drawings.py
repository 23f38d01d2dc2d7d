"""Drawings come back as they were saved; what strangers put there is refused in a sentence."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from mnist_tui import paths
from mnist_tui.errors import RunError
from mnist_tui.runs.drawings import MOST_BYTES, MOST_POINTS, Drawing, Stroke, read, save, saved

pytestmark = pytest.mark.quick

NOW = datetime(2026, 1, 15, 9, 30)
GOOD = {"format": "mnist-tui drawing", "version": 1, "strokes": [{"thickness": 9, "points": [[0.5, 0.25]]}]}


def written(content: object) -> Path:
    directory = paths.drawings_directory()
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "foreign.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_drawing_comes_back_and_the_newest_comes_first() -> None:
    assert saved() == []
    base = np.arange(784).astype(np.uint8)
    drawing = Drawing((Stroke(9.0, ((0.5, 0.25), (0.125, 1.0))), Stroke(16.0, ((0.0, 0.0),))), base)
    first, second = save(drawing, NOW), save(Drawing(), NOW + timedelta(seconds=1))
    assert saved() == [second, first]
    again = read(first)
    assert [(one.thickness, one.points) for one in again.strokes] == [
        (one.thickness, one.points) for one in drawing.strokes
    ]
    assert again.base is not None
    assert np.array_equal(again.base, base)
    assert (read(second).strokes, read(second).base) == ((), None)


def test_a_good_file_of_somebody_else_is_read() -> None:
    assert read(written(GOOD)).strokes[0].points == ((0.5, 0.25),)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[" * 100_000,
        "[]",
        '{"format": "x"}',
        {**GOOD, "version": 2},
        {**GOOD, "strokes": None},
        {**GOOD, "strokes": ["x"]},
        {**GOOD, "strokes": [{"thickness": 9, "points": []}]},
        {**GOOD, "strokes": [{"thickness": 1e9, "points": [[0, 0]]}]},
        {**GOOD, "strokes": [{"thickness": True, "points": [[0, 0]]}]},
        {**GOOD, "strokes": [{"thickness": 9, "points": [[0, 0, 0]]}]},
        {**GOOD, "strokes": [{"thickness": 9, "points": [0]}]},
        {**GOOD, "strokes": [{"thickness": 9, "points": [[0, float("nan")]]}]},
        {**GOOD, "strokes": [{"thickness": 9, "points": [[0, "1"]]}]},
        {**GOOD, "strokes": [{"thickness": 9, "points": [[0, 0]] * (MOST_POINTS + 1)}]},
        {**GOOD, "base": [0] * 783},
        {**GOOD, "base": [256] * 784},
        {**GOOD, "base": "x" * 784},
        " " * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_drawing_is_refused_in_a_sentence(content: object) -> None:
    with pytest.raises(RunError, match="is no drawing of this program"):
        read(written(content))


def test_a_home_that_cannot_be_written_is_said(home: Path) -> None:
    (home / "drawings").write_text("in the way")
    with pytest.raises(RunError, match="cannot be written"):
        save(Drawing(), NOW)
    with pytest.raises(RunError, match="cannot be read"):
        read(home / "drawings" / "x.json")
