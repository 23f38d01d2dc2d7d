"""Where the training time of a run went."""

from collections import Counter

from mnist_tui.runs.run import Run


def stage_milliseconds(run: Run) -> dict[str, float]:
    """Mean time of a training step by stage, over the epochs that were measured.

    Returns:
        Stage (see `training.stopwatch.STAGES`) to milliseconds; empty for logs of older versions and before
        the first epoch is complete.
    """
    steps = run.epochs[-1].step if run.epochs else 0
    seconds: Counter[str] = Counter()
    for epoch in run.epochs:
        seconds.update(epoch.stage_seconds)
    return {stage: 1000 * total / steps for stage, total in seconds.items()} if steps > 0 else {}
