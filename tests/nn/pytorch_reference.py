"""What PyTorch makes of the same initial weights and the same batches, as loss curves.

`python -m tests.nn.pytorch_reference` writes them anew; it needs PyTorch, the tests that read them do not.
"""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mnist_tui.data.sample import read_splits
from mnist_tui.nn import Network

STEPS = 100
BATCH_SIZE = 128
SIZES = (784, 128, 64, 10)
FILE = Path(__file__).with_name("pytorch_losses.json")


@dataclass(frozen=True)
class Case:
    """One way to train, in both worlds.

    Attributes:
        batch_norm: Batch normalisation before each hidden ReLU.
        l2_lambda: λ.
        optimizer: As in `RunConfig`.
        lr: Peak learning rate.
        schedule: As in `RunConfig`.
    """

    batch_norm: bool = False
    l2_lambda: float = 0.0
    optimizer: str = "sgd"
    lr: float = 0.4
    schedule: str = "constant"


CASES = {
    "plain": Case(),
    "batch norm": Case(batch_norm=True),
    "l2": Case(l2_lambda=0.1),
    "batch norm and l2": Case(batch_norm=True, l2_lambda=1.0),
    "momentum": Case(optimizer="momentum", lr=0.05),
    "nesterov": Case(optimizer="nesterov", lr=0.05),
    "rmsprop": Case(optimizer="rmsprop", lr=0.001),
    "adam": Case(optimizer="adam", lr=0.001),
    "adam, batch norm and l2": Case(batch_norm=True, l2_lambda=1.0, optimizer="adam", lr=0.001),
    "cosine": Case(schedule="cosine"),
    "one-cycle": Case(schedule="one-cycle"),
    "step": Case(schedule="step"),
}
"""At the learning rates of the program's defaults."""


def make_network(case: Case, dtype: npt.DTypeLike) -> Network:
    """The network of a case, always with the same initial weights: those that float32 can hold."""
    rng = np.random.default_rng(0)
    network = Network(SIZES, batch_norm=case.batch_norm, l2_lambda=case.l2_lambda, rng=rng, dtype=dtype)
    network.parameter_vector[...] = network.parameter_vector.astype(np.float32)
    return network


def digits() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """The training digits of the embedded sample, shape (4000, 784), and their labels."""
    training, _ = read_splits()
    return training.images, training.labels


def batches(images: int) -> list[npt.NDArray[np.int64]]:
    """The rows of each mini-batch."""
    rng = np.random.default_rng(1)
    return [rng.permutation(images)[:BATCH_SIZE] for _ in range(STEPS)]


def losses(case: Case) -> list[float]:
    """PyTorch's cost, L2 included, at each step of a case, in float64."""
    import torch

    torch.set_num_threads(1)
    mine = make_network(case, np.float64)
    modules: list[torch.nn.Module] = []
    for number, (inputs, outputs) in enumerate(itertools.pairwise(SIZES), start=1):
        linear = torch.nn.Linear(inputs, outputs, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(mine.parameters[f"linear{number}.weight"].T))
            linear.bias.zero_()
        modules.append(linear)
        if number < len(SIZES) - 1:
            modules += [torch.nn.BatchNorm1d(outputs, dtype=torch.float64)] if case.batch_norm else []
            modules.append(torch.nn.ReLU())
    network = torch.nn.Sequential(*modules)
    weights = [module.weight for module in modules if isinstance(module, torch.nn.Linear)]
    optimizer = _optimizer(case, network)
    schedule = _schedule(case, optimizer)

    images, labels = digits()
    curve = []
    for rows in batches(len(labels)):
        outputs = network(torch.from_numpy(images[rows] / 255))
        loss = torch.nn.functional.cross_entropy(outputs, torch.from_numpy(labels[rows].astype(np.int64)))
        loss = loss + case.l2_lambda / (2 * len(rows)) * sum((weight**2).sum() for weight in weights)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        curve.append(loss.item())
    return curve


def _optimizer(case: Case, network: Any) -> Any:
    import torch

    match case.optimizer:
        case "sgd":
            return torch.optim.SGD(network.parameters(), case.lr)
        case "momentum":
            return torch.optim.SGD(network.parameters(), case.lr, momentum=0.9)
        case "nesterov":
            return torch.optim.SGD(network.parameters(), case.lr, momentum=0.9, nesterov=True)
        case "rmsprop":
            return torch.optim.RMSprop(network.parameters(), case.lr)
        case "adam":
            return torch.optim.Adam(network.parameters(), case.lr)
    raise ValueError(f"no optimizer of PyTorch is named for {case.optimizer}")


def _schedule(case: Case, optimizer: Any) -> Any:
    from torch.optim import lr_scheduler

    match case.schedule:
        case "cosine":
            return lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS)
        case "one-cycle":
            return lr_scheduler.OneCycleLR(optimizer, case.lr, total_steps=STEPS, cycle_momentum=False)
        case "step":
            return lr_scheduler.MultiStepLR(optimizer, milestones=[STEPS // 2, STEPS * 3 // 4])
        case "constant":
            return lr_scheduler.LambdaLR(optimizer, lambda _: 1.0)
    raise ValueError(f"no schedule of PyTorch is named for {case.schedule}")


if __name__ == "__main__":
    FILE.write_text(json.dumps({name: losses(case) for name, case in CASES.items()}, indent=1) + "\n")
