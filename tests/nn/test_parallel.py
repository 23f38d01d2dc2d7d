"""Several threads, one mathematics: what a thread group promises, and training steps on it."""

import itertools
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.data.dataset import CLASSES, PIXELS, Split
from mnist_tui.nn import Network
from mnist_tui.nn.losses import l2_penalty
from mnist_tui.nn.optimizers import Adam, Momentum, Optimizer
from mnist_tui.nn.parallel import ThreadGroup, parts
from mnist_tui.training.engine import Engine
from tests.nn.gradient_check import Float64Array, check_gradient
from tests.patience import PATIENCE

pytestmark = pytest.mark.quick

SIZES = [1, 2, 3]
Result = TypeVar("Result")


def in_time(function: Callable[[], Result]) -> Result:
    """The result (or exception) of a function that must not hang."""
    outcomes: list[tuple[Result | None, BaseException | None]] = []

    def call() -> None:
        try:
            outcomes.append((function(), None))
        except BaseException as error:  # handed on to the test below
            outcomes.append((None, error))

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert outcomes, f"still not done after {PATIENCE} seconds"
    result, error = outcomes[0]
    if error:
        raise error
    return result  # type: ignore[return-value]


# Thread groups


@pytest.mark.parametrize("size", SIZES)
def test_results_come_in_order_of_rank_each_from_a_thread_of_its_own(size: int) -> None:
    with ThreadGroup[tuple[int, int]](size) as group:

        def work(rank: int) -> tuple[int, int]:
            group.wait()  # nobody gets past here unless all run at the same time
            return rank, threading.get_ident()

        for _ in range(20):
            results = in_time(lambda: group.run(work))
            assert [rank for rank, _ in results] == list(range(size))
            assert len({thread for _, thread in results}) == size


def test_rank_zero_runs_in_the_calling_thread() -> None:
    with ThreadGroup[int](2) as group:
        assert group.run(lambda rank: threading.get_ident())[0] == threading.get_ident()


@pytest.mark.parametrize("size", SIZES)
def test_all_reduce_sums_over_all_ranks_round_after_round(size: int) -> None:
    rounds = 300

    def contribution(rank: int, number: int) -> npt.NDArray[np.float64]:
        return np.array([rank + 1.0, number * 10.0**rank, -number])

    with ThreadGroup[list[npt.NDArray[np.float64]]](size) as group:

        def work(rank: int) -> list[npt.NDArray[np.float64]]:
            sums = []
            for number in range(rounds):
                if (number + rank) % 3 == 0:
                    np.linalg.inv(np.eye(30))  # now one rank is ahead, now another
                sums.append(group.all_reduce(rank, contribution(rank, number)).copy())
            return sums

        for _ in range(2):  # an odd number of calls in a run must not confuse the next run
            for sums in in_time(lambda: group.run(work)):
                for number, total in enumerate(sums):
                    expected = sum(contribution(rank, number) for rank in range(size))
                    np.testing.assert_array_equal(total, expected)
            rounds = 7


@pytest.mark.parametrize("size", SIZES)
def test_all_reduce_gives_every_rank_the_same_bits(size: int) -> None:
    values = np.random.default_rng(0).standard_normal((size, 1000)).astype(np.float32)
    with ThreadGroup[npt.NDArray[np.float32]](size) as group:
        results = in_time(lambda: group.run(lambda rank: group.all_reduce(rank, values[rank])))
    for result in results:
        assert result.dtype == np.float32
        np.testing.assert_array_equal(result, results[0])


RANKS = [(size, rank) for size in SIZES for rank in range(size)]


@pytest.mark.parametrize(("size", "failing"), RANKS)
def test_exception_of_any_rank_surfaces_while_the_others_wait_for_it(size: int, failing: int) -> None:
    with ThreadGroup[None](size) as group:

        def work(rank: int) -> None:
            if rank == failing:
                raise ZeroDivisionError(f"rank {rank}")
            group.all_reduce(rank, np.ones(3))

        with pytest.raises(ZeroDivisionError, match=f"rank {failing}"):
            in_time(lambda: group.run(work))


@pytest.mark.parametrize(("size", "failing"), RANKS)
def test_exception_of_any_rank_surfaces_when_nobody_waits(size: int, failing: int) -> None:
    with ThreadGroup[int](size) as group:

        def work(rank: int) -> int:
            if rank == failing:
                raise ZeroDivisionError(f"rank {rank}")
            return rank

        with pytest.raises(ZeroDivisionError, match=f"rank {failing}"):
            in_time(lambda: group.run(work))


@pytest.mark.parametrize(("size", "failing"), RANKS)
def test_exception_after_some_rounds_surfaces_too(size: int, failing: int) -> None:
    with ThreadGroup[None](size) as group:

        def work(rank: int) -> None:
            for number in itertools.count():
                if number == 5 and rank == failing:
                    raise ZeroDivisionError(f"rank {rank}")
                if number == 6 and size == 1:
                    return
                group.all_reduce(rank, np.ones(3))

        with pytest.raises(ZeroDivisionError, match=f"rank {failing}"):
            in_time(lambda: group.run(work))


def test_leaving_the_group_ends_its_threads() -> None:
    before = threading.active_count()
    with ThreadGroup[int](3) as group:
        group.run(lambda rank: rank)
        assert threading.active_count() > before
    assert threading.active_count() == before


@settings(deadline=None)
@given(count=st.integers(0, 500), size=st.integers(1, 8))
def test_parts_are_neighbours_of_nearly_the_same_length_that_cover_all_rows(count: int, size: int) -> None:
    slices = parts(count, size)
    lengths = [len(range(count)[part]) for part in slices]
    assert len(slices) == size
    assert [row for part in slices for row in range(count)[part]] == list(range(count))
    assert max(lengths) - min(lengths) <= 1


# Training steps


ROWS = 40
SPLIT = Split(
    np.random.default_rng(0).integers(0, 256, (ROWS, PIXELS), dtype=np.uint8),
    (np.arange(ROWS) % CLASSES).astype(np.uint8),
)
BATCHES = [np.random.default_rng(size).permutation(ROWS)[:size] for size in (32, 7, 2, 1, 31)]
"""Two of them smaller than three threads: some threads then have no images at all."""


def make_network(dtype: npt.DTypeLike, **options: Any) -> Network:
    return Network((PIXELS, 12, 8, CLASSES), rng=np.random.default_rng(1), dtype=dtype, **options)


def make_optimizer() -> Optimizer:
    return Momentum(lr=0.1, momentum=0.5)


def train(network: Network, threads: int) -> tuple[list[tuple[float, int]], Any]:
    """Loss sum and hits of every training step, and the evaluation after them."""
    rngs = [np.random.default_rng(rank) for rank in range(threads)]
    with ThreadGroup[tuple[float, int]](threads) as group:
        engine = Engine(network, [make_optimizer() for _ in range(threads)], rngs, group)
        rates = [0.1 / number for number in range(1, len(BATCHES) + 1)]
        steps = engine.train_steps(SPLIT, BATCHES, rates)
        return steps, engine.evaluate(SPLIT)


def train_plainly(network: Network) -> list[float]:
    """The same steps by the network's own face, without an engine; the costs."""
    optimizer = make_optimizer()
    costs = []
    for number, rows in enumerate(BATCHES, start=1):
        costs.append(network.loss_and_gradients(SPLIT.images[rows] / 255, SPLIT.labels[rows]))
        optimizer.lr = 0.1 / number
        optimizer.step(network.parameter_vector, network.gradient_vector)
    return costs


def in_the_vector(network: Network) -> list[str]:
    """The names of the parameters in the order of the flat vector."""
    return sorted(network.parameters, key=lambda name: not name.endswith(".weight"))


def assert_same(network: Network, reference: Network, tolerance: float) -> None:
    """Parameters and running statistics agree, relative to the largest of each array."""
    for name, array in reference.snapshot().items():
        error = np.abs(network.snapshot()[name] - array).max() / max(np.abs(array).max(), 0.1)
        assert error < tolerance, f"{name} is off by {error:.3g}"


@pytest.mark.parametrize("threads", SIZES)
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("l2_lambda", [0.0, 0.5])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
def test_training_on_any_number_of_threads_is_plain_training(
    threads: int, batch_norm: bool, l2_lambda: float, dtype: npt.DTypeLike, tolerance: float
) -> None:
    options = {"batch_norm": batch_norm, "l2_lambda": l2_lambda}
    network, reference = make_network(dtype, **options), make_network(dtype, **options)
    start = reference.snapshot()
    train_plainly(reference)
    in_time(lambda: train(network, threads))

    moved = np.linalg.norm(reference.parameters["linear1.weight"] - start["linear1.weight"])
    assert moved > 0.01
    assert_same(network, reference, tolerance)


def test_running_statistics_move_once_a_step_on_any_number_of_threads() -> None:
    networks = [make_network(np.float64, batch_norm=True) for _ in SIZES]
    for network, threads in zip(networks, SIZES, strict=True):
        train(network, threads)
    for name, running in networks[0].state.items():
        assert not np.isclose(running, 0 if name.endswith("mean") else 1).all()
        for network in networks[1:]:
            np.testing.assert_allclose(network.state[name], running, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("threads", SIZES)
def test_step_reports_the_sum_of_the_cross_entropy_without_the_penalty(threads: int) -> None:
    costs = train_plainly(make_network(np.float64, batch_norm=True))
    steps, _ = train(make_network(np.float64, batch_norm=True), threads)
    for cost, rows, (loss_sum, _) in zip(costs, BATCHES, steps, strict=True):
        assert loss_sum == pytest.approx(cost * len(rows), rel=1e-9)

    plain, penalised = make_network(np.float64), make_network(np.float64, l2_lambda=100.0)
    first_steps = [train(network, threads)[0][0] for network in (plain, penalised)]
    assert first_steps[0] == first_steps[1]


@pytest.mark.parametrize("threads", SIZES)
def test_step_counts_the_images_that_were_classified_correctly_before_the_update(threads: int) -> None:
    network = make_network(np.float64)
    predictions = network.predict_probabilities(SPLIT.images[BATCHES[0]] / 255).argmax(axis=1)
    expected = int((predictions == SPLIT.labels[BATCHES[0]]).sum())
    assert train(network, threads)[0][0][1] == expected


def test_gradients_agree_with_central_differences_with_everything_switched_on() -> None:
    """Each thread has dropout masks of its own; for some of the weights and all other parameters."""
    options = {"batch_norm": True, "dropout": 0.3, "l2_lambda": 0.4}
    rows, rng, threads = BATCHES[0], np.random.default_rng(5), 2
    network = make_network(np.float64, **options)
    count, weights = network.parameter_vector.size, network.weight_count
    start = network.parameter_vector + 0.1 * rng.standard_normal(count)
    places = np.append(rng.choice(weights, 40, replace=False), range(weights, count))

    def cost_and_gradient(values: Float64Array) -> tuple[float, Float64Array]:
        vector = start.copy()
        vector[places] = values
        network = make_network(np.float64, **options)
        network.parameter_vector[:] = vector
        rngs = [np.random.default_rng(rank) for rank in range(threads)]
        with ThreadGroup[tuple[float, int]](threads) as group:
            engine = Engine(network, [make_optimizer() for _ in range(threads)], rngs, group)
            [(loss, _)] = engine.train_steps(SPLIT, [rows], [0.0])
            gradient = np.concatenate([engine.gradients[name].ravel() for name in in_the_vector(network)])
        return loss / len(rows) + l2_penalty(vector[:weights], 0.4, len(rows)), gradient[places]

    _, gradient = cost_and_gradient(start[places])
    assert np.count_nonzero(gradient) > 0.75 * len(places)
    check_gradient(lambda values: cost_and_gradient(values)[0], start[places], gradient)


@pytest.mark.parametrize("threads", SIZES)
def test_evaluation_agrees_with_the_network_itself(threads: int) -> None:
    network = make_network(np.float64, batch_norm=True, dropout=0.3, l2_lambda=0.5)
    _, evaluation = train(network, threads)
    probabilities = network.predict_probabilities(SPLIT.images / 255)
    picked = probabilities[np.arange(ROWS), SPLIT.labels]
    np.testing.assert_allclose(evaluation.probabilities, probabilities, rtol=1e-5, atol=1e-7)
    assert evaluation.loss == pytest.approx(-np.log(picked).mean(), rel=1e-9)
    assert evaluation.accuracy == (probabilities.argmax(axis=1) == SPLIT.labels).mean()


def test_evaluation_looks_at_every_image_of_a_large_split() -> None:
    large = Split(np.tile(SPLIT.images, (60, 1)), np.tile(SPLIT.labels, 60))
    network = make_network(np.float64)
    with ThreadGroup[tuple[float, int]](2) as group:
        engine = Engine(network, [Adam(), Adam()], [np.random.default_rng()] * 2, group)
        small, whole = engine.evaluate(SPLIT), engine.evaluate(large)
    assert whole.loss == pytest.approx(small.loss, rel=1e-9)
    assert whole.accuracy == pytest.approx(small.accuracy)
    np.testing.assert_allclose(whole.probabilities, np.tile(small.probabilities, (60, 1)), rtol=1e-5)


def test_every_thread_draws_its_dropout_masks_from_the_stream_it_was_given() -> None:
    def loss_of_twins(seeds: list[int]) -> float:
        """The loss sum of the same image on each thread."""
        twins = Split(SPLIT.images[[0] * len(seeds)], SPLIT.labels[[0] * len(seeds)])
        with ThreadGroup[tuple[float, int]](len(seeds)) as group:
            engine = Engine(
                make_network(np.float64, dropout=0.5),
                [make_optimizer() for _ in seeds],
                [np.random.default_rng(seed) for seed in seeds],
                group,
            )
            [(loss, _)] = engine.train_steps(twins, [np.arange(len(seeds))], [0.1])
            return loss

    alone = [loss_of_twins([seed]) for seed in (3, 4)]
    assert alone[0] != pytest.approx(alone[1])
    assert loss_of_twins([3, 3]) == pytest.approx(2 * alone[0])
    assert loss_of_twins([3, 4]) == pytest.approx(alone[0] + alone[1])
