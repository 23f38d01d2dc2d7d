"""The course of a run: its log without what was lost on the way."""

from collections.abc import Iterable

from mnist_tui.training.events import Changed, Epoch, Event, Forked, Resumed, RunStarted, Step

RECENT = 8
"""After a loss, a change is made and logged again: it counts once where it is among so many last events."""


def history(events: Iterable[Event]) -> list[Event]:
    """The course of a run as if it had never been interrupted, without pauses and its end.

    Args:
        events: A whole log.

    Returns:
        `RunStarted`, `Step`, `Epoch`, `Changed` and `Forked` events; steps that were lost and trained again
        stand there once.
    """
    course: list[RunStarted | Step | Epoch | Changed | Forked] = []
    for event in events:
        if isinstance(event, RunStarted):
            course = [event]
        elif isinstance(event, Resumed):
            while course and not isinstance(course[-1], RunStarted) and course[-1].step > event.step:
                course.pop()
        elif isinstance(event, Changed) and event in course[-RECENT:]:
            continue  # the same one, made again after a loss
        elif isinstance(event, Step | Epoch | Changed | Forked):
            course.append(event)
    return list(course)
