"""Contenders: the same network, the same images, each in its own way."""

import gc
import statistics
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from mnist_tui.benchmark.contenders import IMAGES, MatrixProducts, Ours, PyTorch
from mnist_tui.data.dataset import CLASSES, PIXELS, Split
from mnist_tui.data.sample import read_splits
from mnist_tui.training.engine import Engine
from tests.benchmark.helpers import SMALL, Recorder


def test_contenders_share_as_many_images_as_full_mnist_trains_on_all_of_them_real() -> None:
    contender, (training, _) = Recorder(SMALL), read_splits()
    assert contender.images.shape == (IMAGES, PIXELS)
    assert contender.images.dtype == np.uint8
    for start in range(0, IMAGES, len(training)):
        count = min(len(training), IMAGES - start)
        np.testing.assert_array_equal(contender.images[start : start + count], training.images[:count])
        np.testing.assert_array_equal(contender.labels[start : start + count], training.labels[:count])


@pytest.mark.usefixtures("few_images")
def test_train_does_as_many_steps_as_it_is_told_and_goes_on_where_it_was() -> None:
    at_once, in_parts = Recorder(SMALL), Recorder(SMALL)
    at_once.train(5)
    for steps in (0, 2, 3):
        in_parts.train(steps)
    assert len(at_once.batches) == len(in_parts.batches) == 5
    np.testing.assert_array_equal(at_once.batches, in_parts.batches)


@pytest.mark.parametrize("batch_size", [256, 11_000, 20_000])
def test_mini_batches_are_full_and_run_through_one_permutation_after_the_other(batch_size: int) -> None:
    contender = Recorder(SMALL.replace(batch_size=batch_size))
    a_pass = IMAGES // batch_size
    contender.train(2 * a_pass)
    assert {len(rows) for rows in contender.batches} == {batch_size}
    first, second = (np.concatenate(contender.batches[start : start + a_pass]) for start in (0, a_pass))
    for order in (first, second):
        assert len(np.unique(order)) == len(order) == a_pass * batch_size
        assert 0 <= order.min() < order.max() < IMAGES
        assert np.mean(np.diff(order) > 0) == pytest.approx(0.5, abs=0.01)  # shuffled
    assert np.mean(first == second) < 0.01


@pytest.fixture
def products(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Every matrix product: shapes, layouts and type of its factors. Each is checked to be one."""
    done: list[tuple[Any, ...]] = []
    original = np.matmul

    def recording(left: Any, right: Any, *, out: Any) -> Any:
        result = original(left, right, out=out)
        np.testing.assert_array_equal(out, left @ right)
        layouts = left.flags.c_contiguous, right.flags.c_contiguous
        done.append((left.shape, right.shape, layouts, left.dtype, right.dtype, out.dtype))
        return result

    monkeypatch.setattr(np, "matmul", recording)
    return done


@pytest.mark.usefixtures("few_images")
def test_floor_is_the_three_products_of_each_layer_but_no_input_gradient_of_the_first(
    products: list[tuple[Any, ...]],
) -> None:
    MatrixProducts(SMALL.replace(hidden=(12, 8), batch_size=32)).train(1)
    assert sorted(shapes[:2] for shapes in products) == sorted(
        [
            ((32, PIXELS), (PIXELS, 12)),
            ((32, 12), (12, 8)),
            ((32, 8), (8, CLASSES)),
            ((PIXELS, 32), (32, 12)),
            ((12, 32), (32, 8)),
            ((8, 32), (32, CLASSES)),
            ((32, CLASSES), (CLASSES, 8)),
            ((32, 8), (8, 12)),
        ]
    )


@pytest.mark.usefixtures("few_images")
@pytest.mark.parametrize("hidden", [(16,), (12, 8, 5)])
@pytest.mark.parametrize("options", [{}, {"batch_norm": True, "dropout": 0.5}], ids=str)
def test_floor_does_exactly_the_products_of_our_own_steps(
    products: list[tuple[Any, ...]], hidden: tuple[int, ...], options: dict[str, Any]
) -> None:
    config = SMALL.replace(hidden=hidden, **options)
    MatrixProducts(config).train(2)
    floor = products.copy()
    products.clear()
    Ours(config).train(2)
    assert sorted(map(repr, products)) == sorted(map(repr, floor))
    assert len(floor) == 2 * (3 * (len(hidden) + 1) - 1)


def blas_threads() -> set[int]:
    return {info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"}


@pytest.mark.usefixtures("few_images")
@pytest.mark.parametrize("threads", [1, 2])
def test_floor_may_use_all_threads_of_a_run_in_its_products(threads: int) -> None:
    MatrixProducts(SMALL.replace(threads=threads))
    assert blas_threads() == {threads}


@pytest.mark.usefixtures("few_images")
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_ours_splits_its_mini_batches_over_its_own_threads(threads: int) -> None:
    threadpool_limits(2, user_api="blas")
    before = set(threading.enumerate())
    contender = Ours(SMALL.replace(threads=threads))
    contender.train(1)
    helpers = set(threading.enumerate()) - before
    assert len(helpers) == threads - 1
    assert blas_threads() == {1}
    del contender
    gc.collect()
    for helper in helpers:
        helper.join(10)
        assert not helper.is_alive()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[SimpleNamespace]:
    """Every training step of an engine."""
    done: list[SimpleNamespace] = []
    original = Engine.train_steps

    def recording(engine: Engine, split: Split, batches: Any, rates: Any) -> list[tuple[float, int]]:
        result = original(engine, split, batches, rates)
        for rows, lr in zip(batches, rates, strict=True):
            done.append(SimpleNamespace(engine=engine, split=split, rows=rows, lr=lr))
        return result

    monkeypatch.setattr(Engine, "train_steps", recording)
    return done


@pytest.mark.usefixtures("few_images")
@pytest.mark.parametrize(
    "options", [{}, {"batch_norm": True}, {"learning_rate": 0.1, "augment": "shift"}], ids=str
)
def test_ours_really_trains(options: dict[str, Any], steps: list[SimpleNamespace]) -> None:
    config = SMALL.replace(**options)
    contender = Ours(config)
    contender.train(1)
    engine = steps[0].engine
    digits = Split(contender.images[:1000], contender.labels[:1000])
    loss, before = engine.evaluate(digits).loss, engine.network.snapshot()
    contender.train(39)
    assert engine.evaluate(digits).loss < 0.7 * loss
    for name, array in engine.network.snapshot().items():
        assert not np.array_equal(array, before[name]), name
    assert ("batch_norm1.gamma" in before) == config.batch_norm

    recorder = Recorder(config)
    recorder.train(40)
    np.testing.assert_array_equal([step.rows for step in steps], recorder.batches)
    for step in steps:
        assert step.engine is engine
        assert step.split.images is contender.images
        assert step.lr == config.peak_learning_rate


@pytest.mark.usefixtures("few_images")
def test_ours_augments_where_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same mini-batch at a rate that changes nothing: only other images can give another loss."""
    losses: dict[str, float] = {}
    original = Engine.train_steps
    for kind in ("none", "shift", "affine", "elastic"):

        def recording(engine: Engine, *arguments: Any, kind: str = kind) -> list[tuple[float, int]]:
            result = original(engine, *arguments)
            [(losses[kind], _)] = result
            return result

        monkeypatch.setattr(Engine, "train_steps", recording)
        Ours(SMALL.replace(augment=kind)).train(1)
    assert len(set(losses.values())) == 4


@pytest.fixture
def torch() -> Iterator[Any]:
    """PyTorch, seeded; its number of threads is put back."""
    module = pytest.importorskip("torch")
    module.manual_seed(0)
    threads = module.get_num_threads()
    yield module
    module.set_num_threads(threads)


@pytest.mark.usefixtures("few_images")
@pytest.mark.parametrize("batch_norm", [False, True])
def test_pytorch_really_trains_the_same_network(
    torch: Any, batch_norm: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses: list[float] = []
    original = torch.nn.CrossEntropyLoss.forward

    def recording(*arguments: Any) -> Any:
        loss = original(*arguments)
        losses.append(loss.item())
        return loss

    monkeypatch.setattr(torch.nn.CrossEntropyLoss, "forward", recording)
    contender = PyTorch(SMALL.replace(hidden=(16, 8), batch_norm=batch_norm))
    assert torch.get_num_threads() == 1
    network = contender._network
    hidden = ["Linear", *["BatchNorm1d"] * batch_norm, "ReLU"]
    assert [type(layer).__name__ for layer in network] == [*hidden, *hidden, "Linear"]
    weights = [array for array in network.parameters() if array.ndim == 2]
    assert [array.shape for array in weights] == [(16, PIXELS), (8, 16), (CLASSES, 8)]
    assert {array.dtype for array in network.parameters()} == {torch.float32}

    before = [array.detach().clone() for array in weights]
    contender.train(60)
    assert len(losses) == 60
    assert statistics.fmean(losses[-5:]) < 0.7 * statistics.fmean(losses[:5])
    assert not any(map(torch.equal, weights, before))
    pixels = torch.from_numpy(contender.images[:1000].astype(np.float32) / 255)
    with torch.no_grad():
        hits = network(pixels).argmax(1).numpy() == contender.labels[:1000]
    assert hits.mean() > 0.4


@pytest.mark.usefixtures("few_images")
@pytest.mark.parametrize("batch_norm", [False, True])
def test_pytorch_and_ours_do_the_same_steps(torch: Any, batch_norm: bool) -> None:
    """From the same weights: the same images, in the same order, at the same rate."""
    config = SMALL.replace(hidden=(16, 8), batch_norm=batch_norm)
    theirs, ours = PyTorch(config), Ours(config)
    parameters = ours._engine.network.parameters
    copies = [array.detach().numpy().T for array in theirs._network.parameters()]
    names = sorted(parameters, key=lambda name: (name.split(".")[0][-1], "linear" not in name))
    assert len(names) == len(copies)
    for name, copy in zip(names, copies, strict=True):
        parameters[name][...] = copy
    start = parameters["linear1.weight"].copy()
    for contender in (theirs, ours):
        contender.train(5)
    for name, copy in zip(names, copies, strict=True):
        np.testing.assert_allclose(parameters[name], copy, atol=1e-4, err_msg=name)
    assert np.abs(parameters["linear1.weight"] - start).max() > 0.01
