"""What a report claims beside what came of running it again: which numbers hold, and how sure that is."""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_tui.analysis.comparison import compare
from mnist_tui.reports.claims import Claims
from mnist_tui.reports.verdict import Verification
from mnist_tui.reports.verification import QUANTITIES, Number, Outcome, loss_spread, numbers, place
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run
from tests.reports.helpers import BASE
from tests.reports.test_claims import networks
from tests.runs.helpers import MANIFEST, finished_run, started

pytestmark = pytest.mark.quick

ELSEWHERE = {**MANIFEST, "machine": {**MANIFEST["machine"], "processor": "Slide rule"}}


def made(seed: int = 0, name: str = "plain", where: Any = MANIFEST, **result: Any) -> Run:
    run = finished_run(BASE.replace(seed=seed, name=name), f"{name}-{seed}", **result)
    run.manifest = where
    return run


def rows(*runs: Run) -> tuple[Row, ...]:
    return compare(runs).rows


def checked(claimed: Sequence[Run], here: Sequence[Run]) -> dict[str, Number]:
    """The numbers of the first run, by key."""
    found = numbers(rows(*claimed), {one.run_id: other for one, other in zip(claimed, here, strict=False)})
    return {number.key: number for number in found if number.seed == claimed[0].config.seed}


def outcomes(claimed: Sequence[Run], here: Sequence[Run]) -> dict[str, Outcome]:
    return {key: number.outcome for key, number in checked(claimed, here).items()}


def test_every_number_of_a_run_is_checked() -> None:
    found = checked([made()], [made()])
    assert list(found) == [quantity.key for quantity in QUANTITIES]
    assert {number.outcome for number in found.values()} == {Outcome.IDENTICAL}
    accuracy = found["test_accuracy"]
    assert (accuracy.row, accuracy.seed, accuracy.claimed, accuracy.here) == ("plain", 0, 0.9, 0.9)
    assert accuracy.shown == ("90.00 %", "90.00 %")


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.key)
def test_in_the_same_place_one_bit_is_enough(quantity: Any) -> None:
    claimed = [made(seed, test_accuracy=0.9 + seed / 100) for seed in range(5)]
    value = quantity.of(claimed[0])
    other = value + 1 if value % 1 == 0 and value < 10 else float(np.nextafter(value, 1))
    here = made(
        **{"test_accuracy": 0.9, quantity.key: type(getattr(claimed[0].finished, quantity.key))(other)}
    )
    found = checked(claimed, [here])
    assert found[quantity.key].outcome is Outcome.NOT_REPRODUCED
    assert sum(number.outcome is Outcome.IDENTICAL for number in found.values()) == len(QUANTITIES) - 1
    assert len(set(found[quantity.key].shown)) == 2, "what differs does not look the same"


def test_the_same_bits_elsewhere_are_the_same_bits() -> None:
    assert set(outcomes([made()], [made(where=ELSEWHERE)]).values()) == {Outcome.IDENTICAL}


def test_elsewhere_a_number_holds_where_another_seed_might_have_given_it() -> None:
    claimed = [made(seed, test_accuracy=0.98 + 0.001 * (seed % 3)) for seed in range(6)]
    near, far = (made(where=ELSEWHERE, test_accuracy=accuracy) for accuracy in (0.982, 0.99))
    assert outcomes(claimed, [near])["test_accuracy"] is Outcome.WITHIN_SEEDS
    assert outcomes(claimed, [far])["test_accuracy"] is Outcome.NOT_REPRODUCED


def test_a_row_of_one_seed_may_learn_from_the_others_how_far_seeds_move_it() -> None:
    claimed = [made(), *(made(seed, "other", test_accuracy=0.9 + 0.01 * (seed % 2)) for seed in range(4))]
    assert (
        outcomes(claimed, [made(where=ELSEWHERE, test_accuracy=0.89)])["test_accuracy"]
        is Outcome.WITHIN_SEEDS
    )


def test_without_seeds_the_images_say_how_far_an_accuracy_may_lie() -> None:
    near = made(where=ELSEWHERE, test_accuracy=0.91, test_loss=0.32, convergence_epoch=3)
    far = made(where=ELSEWHERE, test_accuracy=0.5)
    found = outcomes([made()], [near])
    assert found["test_accuracy"] is Outcome.WITHIN_IMAGES
    assert found["test_loss"] is found["convergence_epoch"] is Outcome.NOT_JUDGED
    assert found["validation_loss"] is Outcome.IDENTICAL
    assert outcomes([made()], [far])["test_accuracy"] is Outcome.NOT_REPRODUCED


@pytest.mark.parametrize(
    ("loss", "outcome"), [(0.33, Outcome.WITHIN_IMAGES), (0.6, Outcome.NOT_REPRODUCED)], ids=["near", "far"]
)
def test_without_seeds_the_losses_of_the_images_say_how_far_a_loss_may_lie(
    loss: float, outcome: Outcome
) -> None:
    claimed, here = made(), made(where=ELSEWHERE, test_loss=loss, validation_loss=loss)
    found = numbers(rows(claimed), {claimed.run_id: here}, {claimed.run_id: 0.4})
    assert [one.outcome for one in found if one.key.endswith("_loss")] == [outcome, outcome]


def test_how_far_the_losses_of_images_spread_is_read_from_the_predictions(tmp_path: Path) -> None:
    run = made()
    run.directory = RunDirectory(tmp_path)
    assert loss_spread(run) is None
    right = np.where(np.arange(500) % 2, 0.9, 0.5)
    probabilities = np.zeros((500, 10), np.float32)
    probabilities[:, 3], probabilities[:, 4] = right, 1 - right
    np.savez(run.directory.predictions_path, probabilities=probabilities, labels=np.full(500, 3, np.uint8))
    assert loss_spread(run) == pytest.approx(np.log(0.9 / 0.5) / 2, rel=2e-3)


def test_seeds_that_agree_vary_by_rounding_at_least() -> None:
    claimed = [made(seed) for seed in range(5)]
    near = made(where=ELSEWHERE, convergence_epoch=3, test_accuracy=0.902)
    far = made(where=ELSEWHERE, convergence_epoch=9, test_accuracy=0.93)
    found, other = outcomes(claimed, [near]), outcomes(claimed, [far])
    assert found["convergence_epoch"] is found["test_accuracy"] is Outcome.WITHIN_SEEDS
    assert other["convergence_epoch"] is other["test_accuracy"] is Outcome.NOT_REPRODUCED


@pytest.mark.parametrize("accuracy", [0.0, 1.0])
def test_accuracies_at_the_ends_are_judged_too(accuracy: float) -> None:
    near = made(where=ELSEWHERE, test_accuracy=abs(accuracy - 0.002))
    assert outcomes([made(test_accuracy=accuracy)], [near])["test_accuracy"] is Outcome.WITHIN_IMAGES


def test_where_here_and_there_differ_is_told() -> None:
    there, here = made(), made(where={**MANIFEST, "versions": {"numpy": "9", "blas": "x"}})
    here.started = started(threads=4)
    assert place(there, here) == [
        "mnist-tui 0.1.0 there, not recorded here",
        "python 3.12.1 there, not recorded here",
        "numpy 2.2.0 there, 9 here",
        "blas not recorded there, x here",
        "threads 2 there, 4 here",
    ]
    assert place(there, made()) == []
    there.manifest = {"versions": None}
    assert len(place(there, made())) == 6


def test_an_accuracy_that_was_made_up_elsewhere_is_found() -> None:
    lot = np.random.default_rng(0)
    claimed = [made(seed, test_accuracy=float(lot.normal(0.98, 0.001))) for seed in range(5)]
    here = {
        one.run_id: made(one.config.seed, where=ELSEWHERE, test_accuracy=float(lot.normal(0.98, 0.001)))
        for one in claimed
    }
    claimed[2] = made(2, test_accuracy=0.995)
    assert [
        number.seed for number in numbers(rows(*claimed), here) if number.outcome is Outcome.NOT_REPRODUCED
    ] == [2]


# What came of it


def verification(change: Callable[[Run], None] = lambda run: None) -> Verification:
    """Two networks beside a baseline, run again with the same answers unless a change says otherwise."""
    conclusions = networks()
    found = Verification(Claims("0.1.0", conclusions, ()))
    for row in conclusions.comparison.rows:
        here = finished_run(row.config, row.runs[0].run_id, test_accuracy=row.results[0].test_accuracy)
        change(here)
        found.add(row, row.runs[0], here)
    found.here = conclusions
    return found


def test_all_that_holds_is_said_in_a_line() -> None:
    found = verification()
    assert found.code == 0
    first, verdicts, times = found.sentences()
    assert first == f"{3 * len(QUANTITIES) + 4} numbers: the same to the last bit."
    assert verdicts.startswith("Verdicts beside plain: batchnorm ")
    assert times.startswith("Times are told, not checked: training took plain 1.2 s there, 1.2 s here")


def test_digits_are_numbers_too() -> None:
    found = verification()
    assert [(one.key, one.claimed) for one in found.numbers if one.words.startswith("digits")] == [
        ("fixed", 25),
        ("broken", 20),
        ("fixed", 50),
        ("broken", 55),
    ]


def test_what_does_not_hold_is_named() -> None:
    def lose(run: Run) -> None:
        if run.config.batch_norm:
            run.apply(finished_run(run.config, test_accuracy=0.5).finished)  # type: ignore[arg-type]

    found = verification(lose)
    assert found.code == 1
    assert "1 number: not reproduced (test accuracy of batchnorm, seed 7)." in found.sentences()


def test_no_number_is_passed_over_without_a_word() -> None:
    def move(run: Run) -> None:
        run.manifest = ELSEWHERE
        assert run.finished
        run.apply(dataclasses.replace(run.finished, epochs=4, convergence_epoch=3, weight_norm=14.0))

    text = "\n".join(verification(move).sentences())
    assert "9 numbers: not judged: one run does not tell how far it moves." in text
    assert (
        "Not judged: epochs to converge, epochs and weight norm. With one run a row, elsewhere, nothing"
        in text
    )
    assert "Not judged" not in "\n".join(verification().sentences())


def test_what_came_to_no_result_does_not_hold() -> None:
    def fail(run: Run) -> None:
        run.finished, run.failure = None, "The loss became nan at step 5."

    found = verification(fail)
    found.here = None
    assert found.code == 1
    assert "plain, seed 7 came to no result here: The loss became nan at step 5." in found.sentences()
    assert found.numbers == []


def test_a_report_that_was_changed_says_nothing_else() -> None:
    found = verification()
    found.contradictions = ["plain: Test Accuracy is “99 %” in the table, “90 %” in the claims."]
    assert found.code == 1
    assert found.sentences()[1:] == found.contradictions
    assert found.sentences()[0].startswith("The report was changed by hand.")


def test_what_was_not_checked_is_said() -> None:
    found = verification()
    found.refused["l2 0.1"] = "it was changed by hand while it trained"
    found.again.popitem()
    found.here = None
    found.is_text_whole = False
    assert found.code == 2
    text = "\n".join(found.sentences())
    assert "l2 0.1 was not checked: it was changed by hand while it trained." in text
    assert "2 of 3 runs were made again" in text
    assert "The text was changed after it was written" in text
    assert "Verdicts" not in text


def test_json_has_every_number_in_full() -> None:
    record = verification().to_record()
    assert record["code"] == 0
    assert record["numbers"][0] == {
        "row": "plain",
        "seed": 7,
        "key": "test_accuracy",
        "words": "test accuracy",
        "claimed": 0.9,
        "here": 0.9,
        "outcome": "the same to the last bit",
    }
