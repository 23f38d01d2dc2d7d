"""The course of a run: its log without what was lost on the way."""

from collections.abc import Iterable, Sequence

from mnist_tui.training.events import Changed, Epoch, Event, Forked, Resumed, RunStarted, Step


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
        elif isinstance(event, Changed) and is_made_again(event, course):
            continue
        elif isinstance(event, Step | Epoch | Changed | Forked):
            course.append(event)
    return list(course)


def is_made_again(change: Changed, earlier: Sequence[Event]) -> bool:
    """Whether a change was made before a loss already, and changes nothing: it counts once.

    Args:
        change: The next one of a log.
        earlier: What counts of the log before it.
    """
    unknown = dict(change.settings)
    for event in reversed(earlier):
        if isinstance(event, Forked) or not unknown:
            break  # what is in force after a fork is in its settings
        if isinstance(event, Changed):
            if event.step != change.step:
                return False
            for name in unknown.keys() & event.settings.keys():
                if unknown.pop(name) != event.settings[name]:
                    return False
    return not unknown
