"""What is asked of runs, what the answers say in words, and which run stands beside which."""

from typing import Any

import numpy as np
import pytest

from mnist_tui.runs.run import Run, Status
from mnist_tui.tui.beside import beside, candidates, looks, next_beside
from mnist_tui.tui.digit_sets import DigitSet
from mnist_tui.tui.examined import Examined, Inquiry, answers_beside, answers_of, examine
from mnist_tui.tui.identity import Identity
from mnist_tui.tui.mistakes_view import MistakesView
from mnist_tui.tui.renderables.lines import Line, plain
from mnist_tui.tui.session import Session
from tests.tui.answering import Wrong, answering, examined, labels, loaded, probabilities, wrong_at
from tests.tui.helpers import Shelf

pytestmark = pytest.mark.quick

LOOKS = (Identity("●", "blue"), Identity("▲", "red"))


def answered(wrong: Wrong, number: int = 0, **settings: Any) -> Run:
    return loaded(answering(wrong, number=number, **settings))


def view(found: Examined, **changes: Any) -> MistakesView:
    return MistakesView(found, ("● plain", "▲ batchnorm"), LOOKS, **changes)


def sets(found: Examined) -> dict[str, DigitSet]:
    return {one.key: one for one in view(found).sets()}


def said(lines: list[Line]) -> str:
    return "\n".join(map(plain, lines))


# What is asked, step by step


def test_numbers_come_first_and_pictures_next() -> None:
    inquiry = Inquiry(answered(wrong_at(3, 5)))
    numbers, pictures = examine(inquiry)
    assert numbers.first
    assert numbers.first.matrix.images == 1000
    assert numbers.images is None
    assert pictures.images is not None
    assert pictures.images.shape == (1000, 784)
    assert not pictures.problems


def test_seeds_and_a_second_run_follow() -> None:
    first, seed = answered(wrong_at(3, 5)), answered(wrong_at(5, 7), 1, seed=1)
    second = answered(wrong_at(5, 9, 11), 2, batch_norm=True)
    steps = list(examine(Inquiry(first, second, (first, seed))))
    assert [(bool(one.luck), bool(one.both)) for one in steps] == [
        (False, False),
        (False, False),
        (True, False),
        (True, True),
    ]
    last = steps[-1]
    assert last.luck
    assert last.both
    assert last.luck.always.tolist() == [5]
    assert sorted(last.luck.sometimes.tolist()) == [3, 7]
    assert last.both.fixed.tolist() == [3]
    assert sorted(last.both.broken.tolist()) == [9, 11]


def test_a_file_that_was_replaced_is_read_again() -> None:
    run = answered(wrong_at(3))
    before, again = answers_of(run), answers_of(run)
    assert again is before
    np.savez(run.directory.predictions_path, probabilities=probabilities({}), labels=labels())
    assert not len(answers_of(run).mistakes)


def test_what_was_read_is_asked_again_only_after_another_test() -> None:
    run = answered(wrong_at(3))
    before = Inquiry(run).key
    run.tests += 1
    assert Inquiry(run).key != before


# What cannot be shown, in a sentence


def test_predictions_that_are_missing_or_of_more_classes_are_a_sentence() -> None:
    run = answered(wrong_at(3))
    np.savez(run.directory.predictions_path, probabilities=np.full((1000, 12), 1 / 12, "f4"), labels=labels())
    [wide] = examine(Inquiry(run))
    assert wide.first is None
    assert "probabilities has shape (1000, 12), not (1000, 10)" in wide.problems[0]
    run.directory.predictions_path.unlink()
    [missing] = examine(Inquiry(run))
    assert "is missing" in missing.problems[0]


def test_numbers_are_shown_where_the_pictures_are_gone_or_others() -> None:
    run = answered(wrong_at(3), sha256="0" * 64)
    found = examined(run)
    assert found.first
    assert found.images is None
    assert "not those that" in found.problems[0]
    [problem] = found.problems
    assert problem.count(". ") == 0


def test_a_run_that_was_tested_on_other_images_is_not_compared() -> None:
    run, other = answered(wrong_at(3)), answered(wrong_at(5), 1, sha256="0" * 64)
    found = examined(run, other, run, other)
    assert found.second is None
    assert found.luck is None
    [problem] = found.problems  # said once
    assert "tested on other images" in problem
    known, problems = answers_beside(found, [run, other])
    assert list(known) == [run.run_id]
    assert problems == [problem]


# In words


def test_the_head_names_runs_scores_and_the_verdict() -> None:
    found = examined(answered(wrong_at(*range(20))), answered(wrong_at(0, 1), 1, batch_norm=True))
    assert view(found).heads == [
        "● plain · 98.00 % right, 20 of 1,000 wrong",
        "▲ batchnorm · 99.80 % right, fixes 18, breaks 0: ▲ better",
    ]
    assert view(examined(found.inquiry.first)).heads == ["● plain · 98.00 % right, 20 of 1,000 wrong"]


def test_the_matrix_is_of_one_network_of_the_other_or_of_their_difference() -> None:
    found = examined(answered(wrong_at(3, 5)), answered(wrong_at(5), 1, batch_norm=True))
    true, wrong = int(labels()[3]), (int(labels()[3]) + 1) % 10
    assert view(found).heat.is_difference
    assert view(found).heat.values[true, wrong] == -1 == -view(found, whose="first").heat.values[true, wrong]
    assert view(found, whose="second").heat.values[true, wrong] == 0
    assert view(found).matrix_title == "Confusion · ▲ − ● · mistakes, counted"
    assert view(found, whose="second").matrix_title == "Confusion · ▲ · mistakes, counted"
    assert view(found).cell_words(true, wrong) == f"{true} taken for {wrong}: 1 and 0"
    rates = view(examined(found.inquiry.first), is_rate=True, has_diagonal=True)
    assert rates.matrix_title == "Confusion · all answers, % of each line"
    assert rates.heat.values.sum() == pytest.approx(10)
    assert rates.cell_words(true, true) == f"{true} recognised: 99 of 100"
    assert f"{true} taken for {wrong} (1)" in rates.matrix_notes[1]


def test_classes_and_bins_of_two_runs_share_the_room_there_is() -> None:
    found = examined(answered(wrong_at(*range(20))), answered(wrong_at(0), 1, batch_norm=True))
    tall, short = said(view(found).class_lines(80, 30)), said(view(found).class_lines(80, 13))
    assert tall.count("├") == 20
    assert short.count("├") == 10
    assert "▲ " in short
    assert "Worst:" in tall
    assert "Bars are" not in short
    bins = said(view(found).bin_lines(80, 30))
    assert "says 90–100 %" in bins
    assert bins.count("▲") > said(view(found).bin_lines(80, 5)).count("▲")
    assert "Expected calibration error" in " ".join(bins.split())


# Sets of digits


def test_mistakes_are_captioned_with_truth_answer_and_confidence() -> None:
    found = sets(examined(answered({3: (4, 0.6), 5: (9, 0.99999)})))
    mistakes = found["mistakes"]
    assert list(found) == ["mistakes"]
    assert mistakes.title == "2 mistakes"
    assert [mistakes.caption(int(place)) for place in mistakes.places] == [
        f"{labels()[5]}→9 99.9%",
        f"{labels()[3]}→4 60.0%",
    ]
    assert "in 1 of them it claimed more than 90 %" in mistakes.words[0]


def test_two_runs_and_seeds_have_sets_of_their_own() -> None:
    first, seed = answered(wrong_at(3, 5)), answered(wrong_at(5, 7), 1, seed=1)
    second = answered(wrong_at(5, 9), 2, batch_norm=True)
    found = sets(examined(first, second, first, seed))
    assert list(found) == ["mistakes", "fixed", "broken", "always", "luck"]
    assert found["fixed"].title == "1 that ▲ fixes"
    assert "McNemar's p = 1.00" in found["fixed"].words[1]
    assert found["luck"].caption(3) == f"{labels()[3]}: 1/2 wrong"
    assert found["always"].title == "1 wrong with each of 2 seeds"


def test_a_cell_of_a_difference_holds_what_one_of_two_puts_there() -> None:
    found = examined(answered(wrong_at(3)), answered({}, 1, batch_norm=True))
    true, wrong = int(labels()[3]), (int(labels()[3]) + 1) % 10
    between = view(found).sets((true, wrong))[0]
    assert between.places.tolist() == [3]
    assert between.caption(3) == f"{true}: ●{wrong} ▲{true}"
    alone = view(found, whose="first").sets((true, wrong))[0]
    assert alone.title == f"1 × {true} taken for {wrong}"
    right = view(found, whose="second").sets((true, true))[0]
    assert len(right.places) == 100
    assert "least sure" in right.words[0]


def test_a_run_without_a_mistake_says_so() -> None:
    found = examined(answered({}), answered({}, 1, batch_norm=True))
    assert sets(found)["mistakes"].title == "No mistake"
    assert sets(found)["fixed"].words[1] == "Both get the same images wrong."
    assert "Nothing is confused." in view(examined(found.inquiry.first)).matrix_notes


# Which run stands beside which


def test_rows_that_are_shown_take_turns_beside_a_run(session: Session, shelf: Shelf) -> None:
    plain, seed = shelf.add(), shelf.add(seed=1)
    batch, batch_seed = shelf.add(batch_norm=True), shelf.add(batch_norm=True, seed=1)
    hidden = shelf.add(dropout=0.5)
    session.join([plain, seed, batch, batch_seed])
    assert candidates(session, shelf.runs, seed) == [batch]
    assert beside(session, shelf.runs, seed) == ""
    session.beside = next_beside(session, shelf.runs, seed)
    assert beside(session, shelf.runs, seed) == batch_seed  # of the same seed
    assert beside(session, shelf.runs, hidden) == batch  # or else the first
    assert beside(session, shelf.runs, batch) == ""  # not beside itself
    assert next_beside(session, shelf.runs, seed) == ""  # after the last one none


def test_a_run_that_was_stopped_stands_beside_another_only_where_there_is_no_other(
    session: Session, shelf: Shelf
) -> None:
    plain = shelf.add(seed=5)
    stopped, whole = shelf.add(Status.STOPPED, batch_norm=True), shelf.add(batch_norm=True, seed=1)
    session.join([plain, stopped, whole])
    session.beside = stopped
    assert beside(session, shelf.runs, plain) == whole


def test_two_runs_are_told_apart_though_one_is_hidden(session: Session, shelf: Shelf) -> None:
    plain, batch = shelf.add(), shelf.add(batch_norm=True)
    session.join([batch])
    shown = session.view(batch).marker
    hidden, known = looks(session, shelf.runs, [plain, batch])
    assert known.marker == shown
    assert hidden.marker != shown
    assert hidden.color != known.color
    alone, nobody = looks(session, shelf.runs, [plain, ""])
    assert alone != nobody


def test_where_nothing_else_is_shown_all_rows_take_turns(session: Session, shelf: Shelf) -> None:
    plain, batch = shelf.add(), shelf.add(batch_norm=True)
    shelf.add(Status.TRAINING, dropout=0.5)
    session.join([plain])
    assert candidates(session, shelf.runs, plain) == [batch]
