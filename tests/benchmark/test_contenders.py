"""Contenders: the same network, the same images, each in its own way."""

from typing import Any

import numpy as np
import pytest

from mnist_tui.benchmark.contenders import MatrixProducts, Ours, PyTorch
from mnist_tui.data.dataset import Split
from mnist_tui.machine import blas
from mnist_tui.training import part
from tests.benchmark.helpers import SMALL, Recorder
from tests.training.helpers import mean_loss_and_accuracy

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("batch_size", [256, 1500])
def test_mini_batches_are_full_and_run_through_one_permutation_after_the_other(batch_size: int) -> None:
    contender = Recorder(SMALL.replace(batch_size=batch_size))
    a_pass = 4000 // batch_size
    for steps in (0, 1, 2 * a_pass - 1):
        contender.train(steps)
    assert [len(rows) for rows in contender.batches] == [batch_size] * (2 * a_pass)
    first, second = (np.concatenate(contender.batches[start : start + a_pass]) for start in (0, a_pass))
    assert len(np.unique(first)) == len(np.unique(second)) == a_pass * batch_size
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("hidden", [(16,), (12, 8, 5)])
@pytest.mark.parametrize("options", [{}, {"batch_norm": True, "dropout": 0.5}], ids=str)
def test_floor_does_exactly_the_products_of_our_own_steps(
    hidden: tuple[int, ...], options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[Any, ...]] = []
    original = np.matmul

    def recording(left: Any, right: Any, *, out: Any) -> Any:
        layouts = left.flags.c_contiguous, right.flags.c_contiguous
        done.append((left.shape, right.shape, layouts, left.dtype, right.dtype, out.dtype))
        return original(left, right, out=out)

    monkeypatch.setattr(np, "matmul", recording)
    monkeypatch.setattr(part, "lit_columns", lambda images: images.shape[1])  # as if none were dark
    config = SMALL.replace(hidden=hidden, **options)
    MatrixProducts(config).train(2)
    floor = done.copy()
    done.clear()
    Ours(config).train(2)
    assert sorted(map(repr, done)) == sorted(map(repr, floor))
    assert len(floor) == 2 * (3 * (len(hidden) + 1) - 1)


@pytest.mark.parametrize(
    "options", [{}, {"batch_norm": True, "threads": 2}, {"learning_rate": 0.1, "augment": "shift"}], ids=str
)
def test_ours_really_trains(options: dict[str, Any]) -> None:
    contender = Ours(SMALL.replace(**options))
    digits = Split(contender.images[:1000], contender.labels[:1000])
    before, _ = mean_loss_and_accuracy(contender._engine.network, digits)
    contender.train(40)
    after, _ = mean_loss_and_accuracy(contender._engine.network, digits)
    assert after < 0.7 * before


@pytest.mark.parametrize("batch_norm", [False, True])
def test_pytorch_and_ours_do_the_same_steps(batch_norm: bool) -> None:
    """From the same weights: the same images, in the same order, at the same rate."""
    pytest.importorskip("torch")
    config = SMALL.replace(hidden=(16, 8), batch_norm=batch_norm)
    theirs, ours = PyTorch(config), Ours(config)
    parameters = ours._engine.network.parameters
    copies = [array.detach().numpy().T for array in theirs._network.parameters()]
    names = sorted(parameters, key=lambda name: (name.split(".")[0][-1], "linear" not in name))
    for name, copy in zip(names, copies, strict=True):
        parameters[name][...] = copy
    start = parameters["linear1.weight"].copy()
    for contender in (theirs, ours):
        contender.train(5)
    assert not np.array_equal(parameters["linear1.weight"], start)
    for name, copy in zip(names, copies, strict=True):
        np.testing.assert_allclose(parameters[name], copy, atol=1e-4, err_msg=name)


def test_who_multiplies_matrices_is_told_as_far_as_it_is_known() -> None:
    assert MatrixProducts(SMALL).backend == blas()
    torch = pytest.importorskip("torch")
    told = PyTorch(SMALL).backend
    assert ("MKL" in told) == torch.backends.mkl.is_available()
    assert ("oneDNN" in told) == torch.backends.mkldnn.is_available()
