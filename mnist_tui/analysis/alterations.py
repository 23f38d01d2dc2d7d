"""What happened to a run on its way: changed settings, forks."""

from collections.abc import Iterator

from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import setting, setting_names
from mnist_tui.training.events import Changed, Forked


def alterations(run: Run) -> Iterator[tuple[str, str]]:
    """When and what, in order, for example `epoch 5, step 1,075` and `Learn rate 0.4 → 0.1`."""
    events: list[Changed | Forked] = [*run.changes, *([run.forked] if run.forked else [])]
    for event in sorted(events, key=lambda one: (one.step, isinstance(one, Changed))):
        yield alteration(event)


def alteration(event: Changed | Forked) -> tuple[str, str]:
    """When and what of one event."""
    if isinstance(event, Forked):
        changes = [_change(name, event.previous.get(name, "?"), new) for name, new in event.settings.items()]
        what = f"forked from {event.parent}: {', '.join(changes) or 'nothing changed'}"
        return f"after epoch {event.epoch}, step {event.step:,}", what
    changes = [
        _change(name, f"{event.previous.get(name, 0):g}", f"{new:g}") for name, new in event.settings.items()
    ]
    return f"in epoch {event.epoch}, after step {event.step:,}", ", ".join(changes)


def _change(name: str, before: str, after: str) -> str:
    label = setting(name).label if name in setting_names() else name
    return f"{label} {before} → {after}"
