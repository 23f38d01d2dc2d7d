"""The networks that are asked what was drawn, and what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from mnist_tui.analysis.robustness import STRENGTHS, Distortion, accuracies
from mnist_tui.data.dataset import SIDE, Pixels, Split
from mnist_tui.data.ink import Ink, as_mnist
from mnist_tui.errors import RunError
from mnist_tui.nn.network import Network
from mnist_tui.runs import artifacts
from mnist_tui.runs.run import Run
from mnist_tui.tui.identity import COLORS, MARKERS
from mnist_tui.tui.session import Session

NOBODY = "Nobody to ask: 1 goes to the dashboard, r trains a network there, space shows a row."

MOST_JURORS = 16
"""So many are asked; more would have no place on any screen."""

Stamp = int
"""Another one once the weights of a run have changed."""


@dataclass(frozen=True)
class Juror:
    """A run that is asked.

    Attributes:
        run: Whose best weights.
        row_id: Of its row.
        label: Its name.
        row_label: Its row's.
        marker: The character that it is told by.
        color: The colour that goes with it.
    """

    run: Run
    row_id: str
    label: str
    row_label: str
    marker: str
    color: str


@dataclass(frozen=True)
class Sworn:
    """A juror with a network.

    Attributes:
        juror: Who.
        network: Its best weights.
        stamp: Of them.
    """

    juror: Juror
    network: Network
    stamp: Stamp


@dataclass(frozen=True)
class Verdict:
    """What the jury was shown, and what it says.

    Attributes:
        image: Shape (28, 28), 0 to 1: what it was shown.
        answers: For each juror its ten probabilities; empty where nothing was drawn.
        mute: Those who gave none, because their weights are damaged.
    """

    image: npt.NDArray[np.float32]
    answers: Sequence[tuple[Juror, Sequence[float]]] = ()
    mute: Sequence[Juror] = ()

    @property
    def vote(self) -> tuple[int, int, float] | None:
        """The class that most say, how many do, and its mean probability; of equals the more likely one."""
        if not self.answers:
            return None
        probabilities = np.array([answer for _, answer in self.answers])
        votes = np.bincount(probabilities.argmax(axis=1), minlength=probabilities.shape[1])
        means = probabilities.mean(axis=0)
        best = int(np.lexsort((means, votes))[-1])
        return best, int(votes[best]), float(means[best])


def summoned(session: Session) -> list[Juror]:
    """The runs of the rows that are shown; where none is, those of the selected row."""
    row_ids = list(session.shown) or [row for row in [session.row_of(session.selected)] if row]
    jurors = []
    for row_id in row_ids:
        row = session.row(row_id)
        for view in row.views:
            known = view.with_look(MARKERS[0], COLORS[0])
            is_told = view.is_shown or row.is_single
            label = view.label if is_told else f"{row.label}, seed {view.run.config.seed}"
            jurors.append(Juror(view.run, row_id, label, row.label, known.marker, known.color))
    return jurors[:MOST_JURORS]


@lru_cache(maxsize=1)
def _keep_blas_on_one_thread() -> None:
    """For good: a dashboard does not train, and the cores belong to the runs that do."""
    threadpool_limits(1, user_api="blas")


def swear_in(jurors: Sequence[Juror], known: Mapping[str, Sworn]) -> tuple[list[Sworn], list[str]]:
    """Load the networks that are not known yet, or have learnt since; what cannot be loaded in sentences.

    Args:
        jurors: Who is asked.
        known: Those of before, by run.
    """
    _keep_blas_on_one_thread()
    sworn, problems = [], []
    for juror in jurors:
        run = juror.run
        try:
            stamp = run.directory.model_path.stat().st_mtime_ns
        except OSError:
            what = "lost its weights: train it again" if run.finished else "has no weights yet"
            coming = "" if run.finished else ": they come with its first epoch"
            problems.append(f"{juror.marker} {juror.label} {what}{coming}.")
            continue
        before = known.get(run.run_id)
        try:
            is_same = before is not None and before.stamp == stamp
            network = before.network if before and is_same else artifacts.network(run)
        except RunError as error:
            problems.append(str(error))
        else:
            sworn.append(Sworn(juror, network, stamp))
    return sworn, problems


def silence(
    jurors: Sequence[Juror], sworn: Sequence[Sworn], problems: Sequence[str], *, is_blank: bool
) -> str:
    """Why nobody says anything.

    Args:
        jurors: Who is asked.
        sworn: Whose network could be loaded.
        problems: What is wrong with the others.
        is_blank: Whether nothing was drawn.
    """
    if not jurors:
        return NOBODY
    wish = ["Draw a digit, or take a test image by n."] if is_blank and sworn else []
    return "\n".join([*wish, *problems])


def ask(sworn: Sequence[Sworn], ink: Ink, distortion: Distortion) -> Verdict:
    """Show what was drawn, as an image like MNIST's and then distorted, to every network.

    Args:
        sworn: The networks; nobody else may be asking them.
        ink: What was drawn.
        distortion: What is done to the image.
    """
    image: Pixels = as_mnist(ink)[None]
    shown = np.float32(1 / 255) * image if distortion == Distortion() else distortion.of(image)
    if not ink.any():
        return Verdict(shown.reshape(SIDE, SIDE))
    with np.errstate(all="ignore"):  # weights of strangers
        said = [(one.juror, one.network.predict_probabilities(shown)[0]) for one in sworn]
    answers = [(juror, answer.tolist()) for juror, answer in said if np.isfinite(answer).all()]
    mute = [juror for juror, answer in said if not np.isfinite(answer).all()]
    return Verdict(shown.reshape(SIDE, SIDE), answers, mute)


def endurance(juror: Juror, split: Split) -> dict[str, npt.NDArray[np.float64]]:
    """The accuracy of a run at each of `STRENGTHS`, by what is done to the images.

    Raises:
        RunError: Its weights are missing or damaged.
    """
    network = artifacts.network(juror.run)  # another than the one that is asked meanwhile
    with np.errstate(all="ignore"):
        return {kind: accuracies(network.predict_probabilities, split, kind) for kind in STRENGTHS}
