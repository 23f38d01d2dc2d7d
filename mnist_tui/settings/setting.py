"""What is known of one setting, and whether a value is allowed."""

import math
from dataclasses import dataclass
from typing import Any

from mnist_tui.errors import ConfigError

MAX_WIDTH = 4096
MAX_LAYERS = 8
MAX_WHOLE_NUMBER = 2**53
"""Floats skip whole numbers from here on; no setting is that large."""


@dataclass(frozen=True)
class Setting:
    """What the form, the flags and the validation need to know about one field.

    Attributes:
        label: The name shown to people.
        help: What it is, in one line, for the command line and the form.
        lesson: Why one would change it, and what to try, in about two lines; the form shows it.
        low: Smallest value allowed, or `None`.
        high: Largest value allowed, or `None`.
        above: The value must be greater than this one, or `None`.
        below: The value must be smaller than this one, or `None`.
        choices: The values allowed; empty where any is.
        steps: Values that the arrow keys of the form walk through.
        off: The value that switches it off; `None` where it is nothing that can be switched.
    """

    label: str
    help: str
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    off: bool | float | str | None = None
    lesson: str = ""

    def allowed(self) -> str:
        """The range in words, for example `0 or more`."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.low is not None and self.high is not None:
            return f"from {_number(self.low)} to {_number(self.high)}"
        if self.low is not None and self.below is not None:
            return f"{_number(self.low)} or more and below {_number(self.below)}"
        if self.above is not None and self.high is not None:
            return f"above {_number(self.above)} and at most {_number(self.high)}"
        return f"{_number(self.low or 0)} or more"

    def admits(self, number: float) -> bool:
        """Whether a finite number lies in the range."""
        return (
            (self.low is None or number >= self.low)
            and (self.high is None or number <= self.high)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
        )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"


def format_setting(value: Any) -> str:
    """A value as a person types it: the inverse of `parse_setting`."""
    if value is None:
        return "auto"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def refusal(name: str, value: Any, allowed: str) -> ConfigError:
    """The error that says what is allowed and what was given, as far as it can be shown."""
    shown = f"“{value[:40]}”" if isinstance(value, str) else format_setting(value) or "empty"
    if shown.isprintable():
        return ConfigError(name, f"{name} must be {allowed}, not {shown}.")
    return ConfigError(name, f"{name} must be {allowed}.")


def check(name: str, value: Any, rule: Setting, kind: type, *, optional: bool) -> Any:
    """A value in the type of its setting.

    Args:
        name: Of the setting.
        value: Of any type.
        rule: What is allowed.
        kind: The type of the setting.
        optional: Whether it may be `None`.

    Raises:
        ConfigError: The value has another type or is out of its range.
    """
    if value is None and optional:
        return None
    if kind is tuple:
        return _check_widths(name, value, rule)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < MAX_WHOLE_NUMBER else math.inf
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise refusal(name, value, f"{_KIND_WORDS[kind]}, {rule.allowed()}")
    if isinstance(value, str):
        return _check_text(name, value, rule)
    if isinstance(value, float) and not math.isfinite(value):
        raise refusal(name, value, f"a finite number, {rule.allowed()}")
    if isinstance(value, int | float) and not isinstance(value, bool) and not rule.admits(value):
        raise refusal(name, value, rule.allowed())
    return value


_KIND_WORDS: dict[type, str] = {bool: "on or off", int: "a whole number", float: "a number", str: "a text"}


def _check_widths(name: str, value: Any, rule: Setting) -> tuple[int, ...]:
    allowed = f"1 to {MAX_LAYERS} widths {rule.allowed()}, for example 512,256"
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= MAX_LAYERS:
        raise refusal(name, tuple(value) if isinstance(value, list) else value, allowed)
    for width in value:
        if isinstance(width, bool) or not isinstance(width, int) or not rule.admits(width):
            raise refusal(name, width, allowed)
    return tuple(value)


def _check_text(name: str, value: str, rule: Setting) -> str:
    if rule.choices and value not in rule.choices:
        raise refusal(name, value, rule.allowed())
    if not value.isprintable() or not value.strip() or len(value) > 1000:
        raise ConfigError(name, f"{name} must be 1 to 1,000 printable characters.")
    return value
