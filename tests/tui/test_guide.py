"""The first five steps: what is said when, without a screen."""

import textwrap

import pytest

from mnist_tui.runs.run import Status
from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.tui.guide import STEPS, Advice, Situation, Trained, advice, next_step
from mnist_tui.tui.renderables.guide import render_guide
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.session import Session
from mnist_tui.tui.widgets.guide import situation_of
from mnist_tui.tui.widgets.settings import FIELDS
from tests.tui.helpers import Shelf

pytestmark = pytest.mark.quick

PLAIN, NORMED, L2 = classic_rows(RunConfig(dataset="sample", learning_rate=0.1))


def trained(config: RunConfig, seeds: int = 1, data: str = "ab", *, is_altered: bool = False) -> Trained:
    return Trained(config.replace(threads=2), seeds, data, 1000, is_altered)  # which a run always says


def said(situation: Situation, number: int = 0) -> Advice | None:
    """What is said after a step, and whatever it leads to."""
    return advice(next_step(number, situation), situation)


def text(situation: Situation) -> str:
    found = said(situation)
    assert found
    return f"{found.number} {found.text}"


def test_an_empty_screen_speaks_for_itself() -> None:
    assert said(Situation(form=PLAIN)) is None


def test_the_way_of_somebody_who_does_what_is_said() -> None:
    """Each sentence is in force until what it asks for was done."""
    assert text(Situation(form=PLAIN, is_training=True)).startswith("1 It learns.")
    one = (trained(PLAIN),)
    now_switch = (
        "2 Now switch batch norm on, and press r: same seed, same batches, one difference. "
        "4 shows its mistakes."
    )
    assert text(Situation(one, PLAIN)) == now_switch
    assert (
        text(Situation(one, NORMED)) == "2 Now press r: same seed, same batches, one difference, Batch norm."
    )
    two = (*one, trained(NORMED))
    assert text(Situation(two, NORMED)).startswith(
        "3 One seed is luck, and so are 1,000 test images. Set Seeds to 3"
    )
    assert text(Situation((trained(PLAIN, 3), trained(NORMED)), NORMED)).startswith("3 "), (
        "one of them has one seed"
    )
    several = (trained(PLAIN, 3), trained(NORMED, 3))
    assert text(Situation(several, NORMED)).startswith("4 Now press i")
    assert text(Situation(several, NORMED, has_concluded=True)).startswith("5 Now look closer: 4 shows the")
    assert text(Situation(several, NORMED, has_concluded=True, has_looked=True)).startswith(
        "0 That is the whole way"
    )


def test_a_switch_that_is_on_already_is_to_be_switched_off() -> None:
    assert text(Situation((trained(NORMED),), NORMED)).startswith("2 Now switch batch norm off, and press r")


def test_several_differences_are_one_too_many() -> None:
    form = PLAIN.replace(batch_norm=True, dropout=0.2, batch_size=64)
    assert text(Situation((trained(PLAIN),), form)) == (
        "2 3 settings differ from the row before: no result could name the cause. Leave one of them, then r."
    )
    assert text(Situation((trained(PLAIN), trained(form)), NORMED)).startswith("2 "), (
        "nor did these two name it"
    )


def test_while_the_second_row_trains_or_the_form_is_wrong_nothing_is_said() -> None:
    assert said(Situation((trained(PLAIN),), NORMED, is_training=True)) is None
    assert said(Situation((trained(PLAIN),), None)) is None


def test_whoever_compares_the_three_classic_rows_is_at_the_seeds_at_once() -> None:
    rows = [trained(config) for config in (PLAIN, NORMED, L2)]
    assert text(Situation(rows, PLAIN)).startswith("3 One seed is luck")


def test_rows_on_other_data_are_no_pair() -> None:
    rows = (trained(PLAIN), trained(NORMED, data="cd"))
    assert text(Situation(rows, NORMED)).startswith("2 ")


def test_what_was_done_stays_done_when_rows_are_hidden() -> None:
    rows = (trained(PLAIN), trained(NORMED))
    number = next_step(0, Situation(rows, PLAIN))
    assert next_step(number, Situation((), PLAIN)) == number == 2
    assert next_step(len(STEPS), Situation()) == len(STEPS)
    assert [advice(step, Situation((), PLAIN)) for step in range(1, len(STEPS) + 1)] == [None] * len(STEPS)


def test_a_setting_that_was_changed_on_the_way_is_a_look_beyond() -> None:
    rows = (trained(PLAIN, 3), trained(NORMED, 3), trained(L2, is_altered=True))
    assert text(Situation(rows, PLAIN, has_concluded=True)).startswith("0 ")


def test_every_sentence_fits_its_screen() -> None:
    """The long ones at 120 columns, the short ones at 80, both with the way to be rid of them."""
    pair, several = (trained(PLAIN), trained(NORMED)), (trained(PLAIN, 3), trained(NORMED, 3))
    far = PLAIN.replace(batch_norm=True, dropout=0.2, batch_size=64)
    scenes = [
        Situation(form=PLAIN, is_training=True),
        *(Situation(pair[:1], form) for form in (PLAIN, NORMED, far)),
        Situation(pair, PLAIN),
        Situation(several, PLAIN),
        Situation(several, PLAIN, has_concluded=True),
        Situation(several, PLAIN, has_concluded=True, has_looked=True),
    ]
    for situation in scenes:
        found = said(situation)
        assert found
        for width, words in ((118, found.text), (78, found.brief)):
            line = plain(render_guide(found, width))
            assert words in line
            assert line.endswith(("esc hides this", "esc hides"))
            assert len(line) == width


def test_a_narrow_line_is_cut_with_a_sign() -> None:
    found = Advice(2, "A long sentence.", "A short one.")
    assert plain(render_guide(found, 40)) == "2/5 A long sentence.      esc hides this"
    assert plain(render_guide(found, 20)) == "2/5 A short one."
    assert plain(render_guide(found, 12)) == "2/5 A short…"
    assert plain(render_guide(Advice(0, "Done.", "Done."), 24)) == "✓ Done.   esc hides this"


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_the_form_says_why_and_what_to_try(name: str) -> None:
    lesson = setting(name).lesson
    assert "Try" in lesson
    assert len(textwrap.wrap(f"{setting(name).help} {lesson}", 31)) <= 12, "it fits below the form at 120×40"


def test_a_session_tells_what_there_is(session: Session, shelf: Shelf) -> None:
    assert situation_of(session, None) == Situation()
    plain_ids = [shelf.add(dataset="sample", seed=seed) for seed in range(2)]
    training = shelf.add(Status.TRAINING, dataset="sample", batch_norm=True)
    shelf.add(dataset="sample", dropout=0.5)
    session.join([*plain_ids, training])
    situation = situation_of(session, PLAIN)
    assert [(row.config.batch_norm, row.seeds, row.test_images) for row in situation.rows] == [
        (False, 2, 1000)
    ]
    assert situation.is_training
    assert (situation.has_concluded, situation.has_looked) == (False, False)
    shelf.end(training)
    session.done |= {"concluded", "looked"}
    situation = situation_of(session, PLAIN)
    assert [row.seeds for row in situation.rows] == [2, 1]
    assert (situation.is_training, situation.has_concluded, situation.has_looked) == (False, True, True)
