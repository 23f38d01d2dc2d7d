"""Which digits the mistakes screen can show, what stands below each, and what may be learnt from them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mnist_tui.analysis.answers import Answers, Places
from mnist_tui.analysis.difference_cells import probability, with_interval
from mnist_tui.analysis.differences import SYMBOLS
from mnist_tui.text import number_of
from mnist_tui.tui.examined import Examined

Whose = Literal["difference", "first", "second"]
"""Of which networks a matrix is."""

ARROW = "→"

SURE = 0.9
"""Mistakes of which a network was surer are counted."""

METHODS = "That is about these two networks; of two methods, several seeds tell (i on the dashboard)."


@dataclass(frozen=True)
class DigitSet:
    """Some test images that have something in common.

    Attributes:
        key: What the set is told by.
        title: What it is, with how many there are.
        places: Where they stand in the test file, those first that tell the most.
        caption: What stands below the image at a place.
        words: What may be learnt from them, a sentence each, the most important first.
    """

    key: str
    title: str
    places: Places
    caption: Callable[[int], str]
    words: Sequence[str]


def digit_sets(found: Examined, marks: tuple[str, str]) -> Iterator[DigitSet]:
    """All sets that there are, the mistakes first.

    Args:
        found: What is known of a run and of what stands beside it.
        marks: The markers of the two.
    """
    if found.first is None:
        return
    first = found.first.answers
    yield _mistakes(first)
    if found.second and found.both:
        mark, other = marks
        verdict = [judged(found), METHODS]
        fixed, broken = found.both.fixed, found.both.broken
        yield DigitSet(
            "fixed",
            f"{len(fixed):,} that {other} fixes",
            fixed,
            _answer(first),
            [f"{mark} takes them for what the captions say, {other} gets them right.", *verdict],
        )
        yield DigitSet(
            "broken",
            f"{len(broken):,} that {other} breaks",
            broken,
            _answer(found.second.answers),
            [f"{other} takes them for what the captions say, {mark} gets them right.", *verdict],
        )
    if found.luck:
        luck, seeds = found.luck, found.luck.seeds
        yield DigitSet(
            "always",
            f"{len(luck.always):,} wrong with each of {seeds} seeds",
            luck.always,
            _answer(first),
            [
                f"One seed makes {luck.mistakes:,.0f} mistakes on average: all seeds share these "
                f"{len(luck.always):,}, so another seed will hardly help.",
                f"For {luck.agreed:,} of them all give the same wrong answer.",
            ],
        )
        yield DigitSet(
            "luck",
            f"{len(luck.sometimes):,} decided by luck",
            luck.sometimes,
            lambda place: f"{first.labels[place]}: {luck.wrong[place]}/{seeds} wrong",
            ["Some seeds get these right, some wrong: what two runs differ in may be chance."],
        )


def cell_set(found: Examined, whose: Whose, true: int, said: int, marks: tuple[str, str]) -> DigitSet:
    """The digits of one cell of the confusion matrix.

    Args:
        found: What is known.
        whose: Of which networks the matrix is, where there are two.
        true: What the digits show.
        said: What they are taken for.
        marks: The markers of the two networks.
    """
    first, second = found.answers, found.second.answers if found.second else None
    if second and whose == "difference":
        return _between(found, second, true, said, marks)
    answers = second if second and whose == "second" else first
    places = answers.of_cell(true, said)
    names = found.names
    words = "Those first of which it was the surest."
    if true == said:
        places, words = places[::-1], "It is right: those first of which it was the least sure."
    title = f"{len(places):,} × {names[true]} taken for {names[said]}"
    return DigitSet("cell", title, places, _answer(answers), [words])


def _between(found: Examined, second: Answers, true: int, said: int, marks: tuple[str, str]) -> DigitSet:
    """Those that one of two networks puts into a cell, and the other does not."""
    first, names = found.answers, found.names
    mine, other = ((answers.labels == true) & (answers.said == said) for answers in (first, second))
    places = np.flatnonzero(mine ^ other)
    return DigitSet(
        "cell",
        f"{len(places):,} × {names[true]} taken for {names[said]} by one of the two",
        places,
        lambda place: f"{true}: {marks[0]}{first.said[place]} {marks[1]}{second.said[place]}",
        ["The others in this cell are the same for both networks."],
    )


def judged(found: Examined) -> str:
    """McNemar's verdict on two networks, in a few words; empty without a second one."""
    both = found.both
    if both is None:
        return ""
    if not len(both.fixed) + len(both.broken):
        return "Both get the same images wrong."
    estimate = both.estimate.scaled(100)
    p = probability(both.estimate.p_value or 0.0)
    return (
        f"{with_interval(estimate, 2, ' points')}, McNemar's p {p if p[0] == '<' else f'= {p}'}: "
        f"{SYMBOLS[both.verdict]} {both.verdict}."
    )


def _mistakes(first: Answers) -> DigitSet:
    places = first.mistakes
    if not len(places):
        return DigitSet("mistakes", "No mistake", places, _answer(first), ["It gets every test image right."])
    sure = int((first.confidence[places] > SURE).sum())
    words = [
        f"The surest first: in {sure:,} of them it claimed more than {100 * SURE:.0f} %.",
        "Could you tell these?",
    ]
    return DigitSet("mistakes", number_of(len(places), "mistake"), places, _answer(first), words)


def _answer(answers: Answers) -> Callable[[int], str]:
    """What an image shows, what it was taken for, and how sure the network was."""

    def caption(place: int) -> str:
        return (
            f"{answers.labels[place]}{ARROW}{answers.said[place]} {percent(float(answers.confidence[place]))}"
        )

    return caption


def percent(share: float) -> str:
    """A probability in a few characters; what is not quite 100 % is not called so."""
    return f"{min(100 * share, 99.9):.1f}%" if share < 1 else "100%"
