"""What rows somebody looks for: words and conditions, such as `adam acc>98 bn=yes -stopped`."""

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mnist_tui.analysis.columns import COLUMNS
from mnist_tui.analysis.difference_cells import DIFFERENCE_COLUMNS
from mnist_tui.errors import MnistTuiError
from mnist_tui.settings.labels import format_value

SHORT_NAMES = {
    "acc": "test_accuracy",
    "batch": "batch_size",
    "bn": "batch_norm",
    "conv": "convergence_epoch",
    "data": "dataset",
    "epochs": "epochs_completed",
    "l2": "l2_lambda",
    "lr": "learning_rate",
    "name": "label",
    "rate": "learning_rate",
    "run": "label",
    "speed": "images_per_second",
    "status": "status_words",
    "stop": "early_stopping",
    "test": "test_accuracy",
    "valid": "validation_accuracy",
    "verdict": "verdict_and_seeds",
    "λ": "l2_lambda",
    "Δ": "accuracy_difference",
}
"""What people call columns; the beginning of a column's own name will do as well."""

EXAMPLES = "acc, time, bn, l2, rate, seed"

IN_PERCENT = {"test_accuracy", "validation_accuracy"}
"""Shares, which are typed in percent; what is not above 1 is taken for a share."""

IN_POINTS = {"accuracy_difference"}

YES, NO = {"yes", "on", "true", "1"}, {"no", "off", "false", "0"}

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}
_SIGN = re.compile(r"\s*(>=|<=|!=|==|=|>|<)\s*")
_CONDITION = re.compile(r"([^<>=!]+)(>=|<=|!=|==|=|>|<)(.*)")


class FilterError(MnistTuiError):
    """What was typed is no filter."""


@dataclass(frozen=True)
class Condition:
    """A column compared with a value.

    Attributes:
        key: Of the column.
        sign: How it is compared.
        value: As it was typed.
    """

    key: str
    sign: str
    value: str

    def holds(self, found: Any) -> bool:
        """Whether it holds for a value of the column; what is not known yet fulfils nothing."""
        if found is None:
            return False
        compare = _COMPARISONS[self.sign]
        if isinstance(found, bool):
            return compare(found, self.value.lower() in YES)
        if isinstance(found, int | float):
            wanted = self._number()
            return compare(0.0 if math.isclose(found, wanted, rel_tol=1e-9) else found - wanted, 0.0)
        text = format_value(found).replace(" ", "").lower()
        wanted_text = self.value.replace(" ", "").lower()
        is_there = text == wanted_text if isinstance(found, tuple) else wanted_text in text
        return is_there is (self.sign == "=")

    def _number(self) -> float:
        number = _number(self.value)
        if self.key in IN_POINTS or (self.key in IN_PERCENT and abs(number) > 1):
            return number / 100
        return number


@dataclass(frozen=True)
class Filter:
    """Rows that have all of some words, none of others, and fulfil all conditions.

    Attributes:
        words: In small letters.
        without: Words that must not be there.
        conditions: All must hold.
    """

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether every row is let through."""
        return not (self.words or self.without or self.conditions)

    def admits(self, text: str, values: Callable[[str], Sequence[Any]]) -> bool:
        """Whether a row is let through.

        Args:
            text: All that may be looked for in words.
            values: What a column holds, by its key: a value, or one for each run; one that fits is enough.
        """
        text = text.lower()
        return (
            all(word in text for word in self.words)
            and not any(word in text for word in self.without)
            and all(any(one.holds(found) for found in values(one.key)) for one in self.conditions)
        )


def parse(text: str) -> Filter:
    """Understand what was typed.

    Args:
        text: Words and conditions with blanks between. `-word` is one that must not be there.

    Raises:
        FilterError: There is no such column, or it cannot be compared with that.
    """
    words, without, conditions = [], [], []
    for part in _SIGN.sub(r"\1", text).split():
        if match := _CONDITION.fullmatch(part):
            conditions.append(_condition(*match.groups()))
        elif part[0] in "<>=!" and part != "!":
            raise FilterError(f"“{part[:40]}” names no column: write one before it, as in acc{part[:9]}.")
        elif part[0] == "-" and len(part) > 1:
            without.append(part[1:].lower())
        else:
            words.append(part.lower())
    return Filter(tuple(words), tuple(without), tuple(conditions))


def _condition(name: str, sign: str, value: str) -> Condition:
    key, sign = _column(name), sign.replace("==", "=")
    example = f"for example {name}{_EXAMPLE.get(_kind(key), '=…')}"
    if not value:
        raise FilterError(f"{name}{sign} compares with nothing: write a value behind it, {example}.")
    kind = _kind(key)
    if kind is float and not _is_number(value):
        raise FilterError(f"{name} is a number, and “{value[:40]}” is none: {example}.")
    if kind is bool and value.lower() not in YES | NO:
        raise FilterError(f"{name} is yes or no, not “{value[:40]}”: {example}.")
    if kind is not float and sign not in {"=", "!="}:
        raise FilterError(f"{name} has no order: only = and != compare it.")
    return Condition(key, sign, value)


_EXAMPLE = {float: ">98", bool: "=yes", str: "=adam"}


def _column(name: str) -> str:
    small = name.lower()
    keys = [*COLUMNS, *DIFFERENCE_COLUMNS]
    exact = SHORT_NAMES.get(name) or SHORT_NAMES.get(small) or (small if small in keys else "")
    if exact:
        return exact
    fitting = {key for key in keys if key.startswith(small)}
    fitting |= {key for short, key in SHORT_NAMES.items() if short.startswith(small)}
    if len(fitting) == 1:
        return fitting.pop()
    if fitting:
        raise FilterError(f"“{name[:40]}” may be {' or '.join(sorted(fitting)[:4])}: write more of it.")
    raise FilterError(f"There is no column “{name[:20]}”. Some are {EXAMPLES}.")


def _kind(key: str) -> type:
    """What a column holds: numbers, yes or no, or texts."""
    if key in {"batch_norm", "batch_normalization"}:
        return bool
    if key in DIFFERENCE_COLUMNS and key not in COLUMNS:
        return float if DIFFERENCE_COLUMNS[key].right else str
    return float if COLUMNS[key].right and key not in {"interval", "end"} else str


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(_number(text))
    except ValueError:
        return False


def _number(text: str) -> float:
    """Also `98%`, `12s`, and `1:30` for a minute and a half."""
    text = text.rstrip("%s")
    minutes, colon, seconds = text.partition(":")
    return 60 * float(minutes) + float(seconds) if colon else float(text)
