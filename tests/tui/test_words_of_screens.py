"""What screens say of themselves can be read to its end where screens are small."""

import textwrap

import pytest

from mnist_tui.analysis import inside
from mnist_tui.analysis.inside import Kind
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.renderables.lines import plain, wrapped
from mnist_tui.tui.screens import data, draw, network

pytestmark = pytest.mark.quick

HINTS = [*data.HINTS.values(), data.AUGMENTING, draw.HINT, draw.ENDURANCE_HINT]

LESSONS = [
    network.THE_WEIGHTS,
    network.WHAT_CHANGED,
    *(
        look.kind.lesson
        for config in (RunConfig(), RunConfig(batch_norm=True))
        for look in inside.looks(config)
    ),
]


@pytest.mark.parametrize("hint", HINTS)
def test_a_hint_takes_one_line_of_80_columns(hint: str) -> None:
    assert len(hint) <= 78


@pytest.mark.parametrize("lesson", dict.fromkeys(LESSONS))
def test_a_lesson_takes_two_lines_of_80_columns_and_three_of_a_panel(lesson: str) -> None:
    assert len(textwrap.wrap(lesson, 80)) <= 2
    assert len(textwrap.wrap(lesson, 70)) <= 3


def test_no_line_ends_between_a_number_and_its_percent() -> None:
    assert list(map(plain, wrapped("It is right in 90 % of them", 17))) == ["It is right in", "90 % of them"]


def test_every_kind_of_numbers_has_a_lesson() -> None:
    kinds = [one for one in vars(inside).values() if isinstance(one, Kind)]
    assert {kind.lesson for kind in kinds} <= set(LESSONS)
