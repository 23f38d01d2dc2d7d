"""Why a run diverged, and what to do about it."""

from mnist_tui.settings.choices import OPTIMIZERS
from mnist_tui.settings.run_config import RunConfig

DIVERGED = "diverged"
"""The summary of a `RunFailed` for a loss that grew without bounds."""


def explain_divergence(
    config: RunConfig, loss: float, step: int, train_images: int, best_epoch: int | None
) -> str:
    """What happened, what is the likely cause, and what to do about it.

    Args:
        config: The settings in force.
        loss: What the loss became.
        step: After which step.
        train_images: How many there are.
        best_epoch: The epoch whose weights are kept, or `None`.
    """
    kept = f" The weights of epoch {best_epoch}, the best so far, are kept." if best_epoch else ""
    return f"The loss became {loss:g} at step {step:,}: {_likely_cause(config, train_images)}.{kept}"


def _likely_cause(config: RunConfig, train_images: int) -> str:
    rate, l2_lambda = config.peak_learning_rate, config.l2_lambda
    smallest_batch = train_images % config.batch_size or config.batch_size
    # L2 alone multiplies a weight by 1 - ηλ/m in each step of gradient descent: that grows where ηλ/m is
    # above 2, and λ is to blame unless η is higher than usual.
    most = 2 * smallest_batch / rate
    if config.optimizer == "sgd" and rate <= OPTIMIZERS["sgd"].learning_rate and l2_lambda > most:
        less = float(f"{most / 10:.1g}")
        return f"λ = {l2_lambda:g} is likely too high for the learning rate {rate:g}; try {less:g}"
    return f"the learning rate {rate:g} is likely too high; try {rate / 10:g}"
