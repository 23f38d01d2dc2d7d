"""What counts of a log."""

from collections.abc import Iterable

from mnist_tui.training.events import Changed, Epoch, Event, Forked, Resumed, RunStarted, Step


def history(events: Iterable[Event]) -> list[Event]:
    """The course of a run as if it had never been interrupted, without pauses and its end.

    Args:
        events: A whole log.

    Returns:
        `RunStarted`, `Step`, `Epoch`, `Changed` and `Forked` events; steps that were lost and trained again
        stand there once.
    """
    course: list[Event] = []
    for event in events:
        if isinstance(event, RunStarted):
            course = [event]
        elif isinstance(event, Resumed):
            course = [
                one for one in course if not isinstance(one, Step | Epoch | Changed) or one.step <= event.step
            ]
        elif isinstance(event, Changed) and event in course:
            continue  # the same one, made again after a loss
        elif isinstance(event, Step | Epoch | Changed | Forked):
            course.append(event)
    return course
