"""One run in words."""

from collections.abc import Iterator, Sequence

from mnist_tui.analysis.alterations import alterations
from mnist_tui.analysis.commands import again
from mnist_tui.analysis.stages import stage_milliseconds
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import setting_names
from mnist_tui.settings.text import format_setting
from mnist_tui.text import number_of
from mnist_tui.training.events import RunFailed, RunFinished


def outcome(event: RunFinished | RunFailed) -> str:
    """How a run ended, in one sentence."""
    if isinstance(event, RunFailed):
        return f"failed. {event.reason}"
    return (
        f"{event.status.replace('_', ' ')} after {number_of(event.epochs, 'epoch')}, "
        f"best at epoch {event.convergence_epoch}: test accuracy {100 * event.test_accuracy:.2f} %, "
        f"training time {event.train_seconds:.1f} s"
    )


def as_used(run: Run, name: str) -> str:
    """A setting of a run as it came out: of small data, fewer images validate than were asked for."""
    value = getattr(run.config, name)
    if name == "validation_size" and run.started and run.started.validation_images != value:
        return f"{run.started.validation_images}, not {value}"
    return format_setting(value)


def unreadable(run_ids: Sequence[str]) -> str:
    """That runs are left out of a list, and how to learn why.

    Args:
        run_ids: Theirs, at least one.
    """
    if len(run_ids) == 1:
        return f"1 run cannot be read: `mnist-tui runs show {run_ids[0]}` says why."
    return f"{len(run_ids)} runs cannot be read, one of them: `mnist-tui runs show {run_ids[-1]}` says why."


def details(run: Run) -> Iterator[str]:
    """Everything worth knowing about one run, a line each."""
    yield f"{run.name}  ({run.run_id})"
    yield f"status: {run.status}" + (f". {run.failure}" if run.failure else "")
    if run.finished:
        yield outcome(run.finished)
    if run.lacks_its_trunk:
        yield "fork: its log lacks what it shares with the other run; fork that again"
    elif run.can_resume:
        yield f"go on: mnist-tui resume {run.run_id}"
    for when, what in alterations(run):
        yield f"{when}: {what}"
    if run.other_runs:
        others = number_of(run.other_runs, "other run")
        yield f"times: taken while {'up to ' * (run.other_runs > 1)}{others} trained and shared the cores"
    yield from inside(run)
    for name in setting_names():
        yield f"  {name:16} {as_used(run, name)}"
    yield f"files: {run.directory.path}"
    for line in again(run):
        yield f"again: {line}"


def inside(run: Run) -> Iterator[str]:
    """Where the training time went, and what the last epoch looked like layer by layer."""
    times = stage_milliseconds(run)
    if times:
        whole = sum(times.values()) or 1.0
        yield "time of a training step: " + " · ".join(
            f"{stage.replace('_', ' ')} {time:.2f} ms ({100 * time / whole:.0f} %)"
            for stage, time in times.items()
        )
    if not run.epochs or not run.epochs[-1].weight_norms:
        return
    epoch = run.epochs[-1]
    yield f"layers at epoch {epoch.epoch}:"
    for layer, norm in epoch.weight_norms.items():
        number = layer.removeprefix("linear")
        parts = [f"  layer {number}: weight norm {norm:.2f}"]
        if layer in epoch.gradient_norms:
            parts.append(f"gradient norm {epoch.gradient_norms[layer]:.3g}")
        if f"relu{number}" in epoch.dead_units:
            parts.append(f"dead units {100 * epoch.dead_units[f'relu{number}']:.1f} %")
        moved = [
            f"{statistic} {epoch.batch_norm_drift[key]:.2g}"
            for statistic in ("mean", "var")
            if (key := f"batch_norm{number}.running_{statistic}") in epoch.batch_norm_drift
        ]
        if moved:
            parts.append(f"running statistics moved by {', '.join(moved)}")
        yield " · ".join(parts)
