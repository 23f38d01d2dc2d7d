"""What is known of the answers of a run, and of a second one and other seeds beside it: read step by step."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_tui.analysis.comparison import tested_on
from mnist_tui.data.class_names import DIGITS
from mnist_tui.errors import MnistTuiError, RunError
from mnist_tui.runs.files import stamp
from mnist_tui.runs.run import Run

if TYPE_CHECKING:
    from mnist_tui.analysis.answers import Answers
    from mnist_tui.analysis.calibration import Calibration
    from mnist_tui.analysis.confusion import Confusion
    from mnist_tui.analysis.luck import Luck
    from mnist_tui.analysis.two_networks import TwoNetworks
    from mnist_tui.data.dataset import Labels, Pixels

MOST_KNOWN = 64
"""Runs whose answers are kept in memory: 0.5 MB each with full MNIST."""


@dataclass(frozen=True)
class Inquiry:
    """What is to be looked into.

    Attributes:
        first: The run that is looked at; it has a result.
        second: The run beside it, if any; it has a result, too.
        seeds: Those of the first one's row that have a result, where there are several.
    """

    first: Run
    second: Run | None = None
    seeds: tuple[Run, ...] = ()

    @property
    def key(self) -> Hashable:
        """The same where the answers are: a run that is trained on meets the test images once more."""
        return tuple(
            (run.run_id, run.tests) if run else None for run in (self.first, self.second, *self.seeds)
        )


@dataclass(frozen=True)
class Subject:
    """What one network says of the test images.

    Attributes:
        run_id: Whose network it is.
        answers: Image by image.
        matrix: Counted by class.
        calibration: How far its confidence can be believed.
    """

    run_id: str
    answers: "Answers"
    matrix: "Confusion"
    calibration: "Calibration"


@dataclass(frozen=True)
class Examined:
    """What is known so far.

    Attributes:
        inquiry: What was asked.
        first: The run that is looked at.
        images: What it was tested on; `None` where it is not there (yet).
        names: What the classes are called.
        luck: What its row's seeds get wrong together; `None` for a single one.
        second: The run beside it; `None` without one.
        both: The second beside the first.
        problems: What could not be read, a sentence each.
    """

    inquiry: Inquiry
    first: Subject | None = None
    images: "Pixels | None" = None
    names: tuple[str, ...] = DIGITS
    luck: "Luck | None" = None
    second: Subject | None = None
    both: "TwoNetworks | None" = None
    problems: tuple[str, ...] = ()

    @property
    def answers(self) -> "Answers":
        """Those of the run that is looked at, once they are known."""
        assert self.first  # noqa: S101 - nobody asks before
        return self.first.answers

    @property
    def labels(self) -> "Labels":
        """What the images show, once that is known."""
        return self.answers.labels

    def with_problem(self, error: Exception) -> "Examined":
        """The same, and what could not be read."""
        return replace(self, problems=(*dict.fromkeys((*self.problems, str(error))),))


def examine(inquiry: Inquiry) -> Iterator[Examined]:
    """Read and count, the most important first; each step takes time and belongs into a thread.

    Yields:
        What is known after each step. A file that cannot be read is a sentence in it, not an error.
    """
    found = Examined(inquiry)
    try:
        found = replace(found, first=_subject(inquiry.first))
    except MnistTuiError as error:
        yield found.with_problem(error)
        return
    yield found
    for step in (_with_images, _with_luck, _with_second):
        known = found
        try:
            found = step(known)
        except MnistTuiError as error:
            found = known.with_problem(error)
        if found is not known:
            yield found


def answers_of(run: Run) -> "Answers":
    """What a run with a result says of its test images; read once, and again where the file has changed.

    Raises:
        RunError: Its predictions are missing or damaged.
    """
    path = run.directory.predictions_path
    return _read(_Result(path, stamp(path), run))


def answers_beside(found: Examined, runs: Iterable[Run]) -> tuple[dict[str, "Answers"], list[str]]:
    """What several runs say of the images of the one that is looked at.

    Args:
        found: What is known of that one.
        runs: Those that are asked; they have a result.

    Returns:
        The answers by the ids of the runs, and a sentence for each run whose answers cannot be had.
    """
    answers, problems = {}, []
    for run in runs:
        try:
            answers[run.run_id] = _same_images(run, found)
        except MnistTuiError as error:
            problems.append(str(error))
    return answers, problems


@dataclass(frozen=True)
class _Result:
    """A run, and its predictions as they are now."""

    path: Path
    stamp: Hashable
    run: Run = field(compare=False)


@lru_cache(maxsize=MOST_KNOWN)
def _read(result: _Result) -> "Answers":
    from mnist_tui.analysis.answers import Answers  # which no first paint waits for
    from mnist_tui.runs.artifacts import predictions

    return Answers.of(predictions(result.run))


def _subject(run: Run) -> Subject:
    from mnist_tui.analysis.calibration import calibration
    from mnist_tui.analysis.confusion import confusion

    answers = answers_of(run)
    return Subject(run.run_id, answers, confusion(answers.labels, answers.said), calibration(answers))


def _with_images(found: Examined) -> Examined:
    from mnist_tui.runs.tested import tested_images, tested_names

    run = found.inquiry.first
    return replace(found, images=tested_images(run, found.labels), names=tested_names(run))


def _with_luck(found: Examined) -> Examined:
    from mnist_tui.analysis.luck import luck

    seeds = found.inquiry.seeds
    return replace(found, luck=luck([_same_images(run, found) for run in seeds])) if len(seeds) > 1 else found


def _with_second(found: Examined) -> Examined:
    from mnist_tui.analysis.two_networks import two_networks

    run = found.inquiry.second
    if run is None:
        return found
    answers = _same_images(run, found)
    return replace(found, second=_subject(run), both=two_networks(found.answers, answers))


def _same_images(run: Run, found: Examined) -> "Answers":
    """The answers of a run, if they are about the images of the one that is looked at.

    Raises:
        RunError: They are not, or cannot be read.
    """
    import numpy as np

    answers, first = answers_of(run), found.inquiry.first
    if tested_on(run) != tested_on(first) or not np.array_equal(answers.labels, found.labels):
        raise RunError(
            f"{run.run_id} was tested on other images than {first.run_id}: their mistakes do not compare."
        )
    return answers
