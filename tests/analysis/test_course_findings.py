"""Findings about how training went: epochs to converge, times, the gap that overfitting leaves."""

from typing import Any

import pytest

from mnist_tui.analysis.findings import findings
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from tests.analysis.helpers import BASE, concluded, row
from tests.analysis.test_findings import BATCH_NORM, L2, PLAIN, sentence
from tests.runs.helpers import epoch

pytestmark = pytest.mark.quick


def test_the_course_of_training() -> None:
    conclusions = concluded(
        row(BASE, PLAIN, convergence_epoch=[18, 20, 19, 18, 20], epochs=[23, 25, 24, 23, 25],
            train_seconds=[23.0, 25.1, 24.0, 23.2, 25.0]),
        row(BATCH_NORM, PLAIN, convergence_epoch=[13, 15, 14, 14, 14], epochs=[18, 20, 19, 19, 19],
            train_seconds=[23.4, 26.0, 24.7, 24.6, 24.8],
            stage_seconds={"forward": 6.0, "batch_norm": 2.0}, test_loss=0.2),
    )  # fmt: skip
    assert sentence(conclusions, "converged") == (
        "Batch normalisation: converged 5.0 epochs earlier (−5.9 to −4.1); each epoch took 30 % longer "
        "(+29 % to +31 %); no difference is shown in the time of the whole training (+3 %, 0 % to +6 %)."
    )


def test_nothing_is_said_of_convergence_where_a_row_was_still_improving() -> None:
    conclusions = concluded(row(BASE, PLAIN, convergence_epoch=[10, 10, 10, 8, 8]), row(L2, PLAIN))
    assert not any("converge" in one for one in findings(conclusions))
    few = concluded(row(BASE, PLAIN, convergence_epoch=[10, 8, 8, 8, 8]), row(L2, PLAIN, test_loss=0.2))
    assert any("no difference is shown in epochs to converge (" in one for one in findings(few))


def test_nothing_is_said_of_convergence_where_one_row_had_more_epochs() -> None:
    short = row(BASE, PLAIN, convergence_epoch=[10, 8, 8, 8, 8])
    conclusions = concluded(short, row(BASE.replace(epochs=60), PLAIN, epochs=60, convergence_epoch=20))
    assert not any("converge" in one for one in findings(conclusions))


def with_gaps(config: RunConfig, *gaps: tuple[float, float]) -> list[Run]:
    """A run for each training accuracy and validation accuracy of the last epoch, in percent."""
    return [
        run
        for seed, (train, validation) in enumerate(gaps)
        for run in row(
            config,
            PLAIN[seed : seed + 1],
            first_seed=seed,
            epochs_seen=[epoch(10, train_accuracy=train / 100, validation_accuracy=validation / 100)],
            test_loss=0.1 + config.l2_lambda,
        )
    ]


OVERFITTED = (100, 97), (99.9, 96.8), (99.8, 97)


def test_a_gap_that_a_switch_closed() -> None:
    conclusions = concluded(
        with_gaps(BASE, *OVERFITTED),
        with_gaps(L2, (98.5, 97.5), (98.4, 97.2), (98.6, 97.7)),
        with_gaps(BASE.replace(dropout=0.5), (93, 98), (93.1, 98), (92.9, 98.1)),
    )
    assert sentence(conclusions, "gap") == (
        "L2 with λ = 0.1: narrowed the gap between training and validation accuracy from 3.0 to 1.0 points "
        "(−2.1 to −1.8)."
    )


def test_a_gap_of_one_run_each_or_one_that_is_still_there_is_not_told() -> None:
    for alike in (with_gaps(L2, (98.5, 97.5)), with_gaps(L2, (99.5, 97), (99.5, 97), (99.4, 97))):
        assert not any("gap" in one for one in findings(concluded(with_gaps(BASE, *OVERFITTED), alike)))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [([1.0, 30.0], "÷"), ([1.0, 1.1], " % to +")],
)
def test_wide_intervals_of_times_are_factors(seconds: list[float], words: str) -> None:
    conclusions = concluded(row(BASE, PLAIN[:2]), row(L2, PLAIN[:2], train_seconds=seconds, test_loss=0.1))
    assert words in sentence(conclusions, "time of an epoch")


def test_a_difference_that_only_holms_correction_hides_is_said_to_be_one() -> None:
    conclusions = concluded(
        row(BASE, PLAIN, convergence_epoch=[11, 7, 13, 9, 8], epochs=30),
        row(BATCH_NORM, PLAIN, convergence_epoch=[7, 10, 7, 10, 9], epochs=30, test_loss=0.2),
        row(L2, PLAIN, convergence_epoch=[15, 25, 21, 14, 13], epochs=30, test_loss=0.3),
    )
    told = [one for one in findings(conclusions) if "epochs to converge" in one]
    assert "(−1.0, −5.7 to +3.7)" in told[0]
    assert "(+8.0, +0.8 to +15.2: told apart by itself, not after Holm's correction over 2 rows)" in told[1]


def test_a_machine_that_was_busy_leaves_its_processor_time_alone_to_compare() -> None:
    waiting: dict[str, Any] = {
        "train_seconds": [105.9, 43.1, 107.2, 96.1, 23.3],
        "epochs": [16, 12, 18, 14, 13],
    }
    conclusions = concluded(
        row(BASE, PLAIN, cpu_seconds=[29.2, 22.7, 32.9, 27.5, 24.1], **waiting),
        row(
            BATCH_NORM,
            PLAIN,
            train_seconds=[76.4, 76.0, 48.6, 79.4, 42.1],
            cpu_seconds=[25.5, 32.1, 25.8, 32.8, 31.2],
            epochs=[12, 15, 12, 15, 14],
            stage_seconds={"forward": 2.0, "batch_norm": 2.0},
            test_loss=0.2,
        ),
    )
    said = sentence(conclusions, "CPU time")
    assert "each epoch took 16 % more CPU time" in said
    assert "of a step" not in said
