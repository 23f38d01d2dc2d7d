"""Where the training time of a run went."""

from collections import Counter

from mnist_tui.runs.run import Run


def stage_milliseconds(run: Run) -> dict[str, float]:
    """Mean time of a training step by stage, over the epochs that were measured and read.

    Returns:
        Stage (see `training.stopwatch.STAGES`) to milliseconds; empty for logs of older versions and before
        the first epoch is complete.
    """
    measured = [epoch for epoch in run.epochs if epoch.stage_seconds]  # of a summary, few are read
    steps = len(measured) * measured[-1].step / measured[-1].epoch if measured else 0
    seconds: Counter[str] = Counter()
    for epoch in measured:
        seconds.update(epoch.stage_seconds)
    return {stage: 1000 * total / steps for stage, total in seconds.items()} if steps > 0 else {}
