"""The form in a line or two, to the character."""

from typing import Any

import pytest

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.renderables.form_line import render_form_line
from mnist_tui.tui.renderables.lines import plain

pytestmark = pytest.mark.quick


def drawn(width: int, seeds: int = 1, **settings: Any) -> list[str]:
    return [plain(line) for line in render_form_line(RunConfig(**settings), seeds, width)]


def test_what_is_set_stands_before_what_to_press() -> None:
    [line] = drawn(78, learning_rate=0.5)
    assert line == f"plain · 512,256 · sgd 0.5 · batch 256 · 30 epochs{'':16}E edit  r run"
    assert drawn(40, learning_rate=0.5) == [
        "plain · 512,256 · sgd 0.5 · batch 256",
        f"30 epochs{'':14}tab panels  r run",
    ]


def test_what_is_not_as_usual_is_told_and_what_changes_nothing_is_not() -> None:
    lines = drawn(
        78, 3, batch_norm=True, optimizer="momentum", learning_rate=0.1, momentum=0.8, epochs=1, seed=7
    )
    assert lines == [
        "batchnorm + momentum · 512,256 · momentum 0.1 · batch 256 · 1 epoch · 3 seeds",
        f"momentum 0.8 · seed 7{'':44}E edit  r run",
    ]
    assert "momentum" not in "".join(drawn(78, momentum=0.8))


def test_what_does_not_fit_into_two_lines_is_left_out_with_a_sign() -> None:
    many: dict[str, Any] = {
        "schedule": "cosine",
        "early_stopping": 2,
        "seed": 7,
        "dataset": "/data/of/somebody/else",
    }
    for width in (20, 38, 58):
        lines = drawn(width, 5, learning_rate=0.5, **many)
        assert len(lines) == 2
        assert all(len(line) <= width for line in lines)
        assert "…" in lines[1]
