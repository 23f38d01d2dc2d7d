"""What a sentence calls the runs that it is about."""

import pytest

from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.calling import about, called, called_in_short
from tests.runs.helpers import finished_run

pytestmark = pytest.mark.quick


def views(*labels: str, marker: str = "●") -> list[RunView]:
    color = "#5aa9f5" if marker else ""
    return [RunView(finished_run(RunConfig()), label, 0, marker, color) for label in labels]


def test_a_run_is_called_as_in_the_table_with_its_marker() -> None:
    assert called(views("plain rate 3")) == "● plain rate 3"
    assert called(views("plain rate 3", marker="")) == "plain rate 3"
    assert called(views("plain, seed 0", "plain, seed 1")) == "● plain (2 seeds)"


def test_in_short_it_is_the_marker_or_the_beginning_of_the_name() -> None:
    assert called_in_short(views("plain rate 3")) == "●"
    assert called_in_short(views("plain", marker="")) == "plain"
    assert called_in_short(views("l2 0.1, seed 0", "l2 0.1, seed 1", marker="")) == "l2 0.1"
    assert called_in_short(views("batchnorm + l2 0.1", marker="")) == "batchnorm +…"


def test_a_sentence_has_the_marker_in_its_colour() -> None:
    sentence = about("Stop {} in epoch 2?", views("plain"))
    assert str(sentence) == "Stop ● plain in epoch 2?"
    assert [(str(sentence)[span.start : span.end], str(span.style)) for span in sentence.spans] == [
        ("● ", "#5aa9f5"),
        ("plain", "bold"),
    ]
    assert str(about("{}: all are over", views("plain", marker=""))) == "plain: all are over"


@pytest.mark.parametrize("name", ["[red]x[/]", "{}", "[@click=app.quit]x[/]"])
def test_a_name_of_unknown_origin_is_a_name(name: str) -> None:
    sentence = about("Stop {}?", views(name))
    assert str(sentence) == f"Stop ● {name}?"
    assert len(sentence.spans) == 2
