"""How long tests wait for what ought to come."""

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

PATIENCE = 120.0
"""Seconds until something counts as hung; so many, because on a busy machine everything takes its time."""


def in_time(function: Callable[[], Result]) -> Result:
    """The result (or exception) of a function that must not hang."""
    outcomes: list[tuple[Result | None, BaseException | None]] = []

    def call() -> None:
        try:
            outcomes.append((function(), None))
        except BaseException as error:  # handed on to the test below
            outcomes.append((None, error))

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert outcomes, f"still not done after {PATIENCE} seconds"
    result, error = outcomes[0]
    if error:
        raise error
    return result  # type: ignore[return-value]
