"""Settings as a person types them, on the command line or into the form."""

from collections.abc import Callable, Mapping
from typing import Any

from mnist_tui.settings.run_config import RunConfig, field_type, setting
from mnist_tui.settings.setting import format_setting, refusal

__all__ = ["format_setting", "parse_config", "parse_setting"]


def parse_config(values: Mapping[str, str]) -> RunConfig:
    """Read some settings; the others have their defaults.

    Raises:
        ConfigError: A text cannot be read as the field's type, or the value is out of its range.
    """
    return RunConfig(**{name: parse_setting(name, text) for name, text in values.items()})


def parse_setting(name: str, text: str) -> Any:
    """Read one setting as a person types it.

    Args:
        name: Field of `RunConfig`.
        text: For example `0.1`, `512,256`, `on`, `auto`.

    Raises:
        ConfigError: The text cannot be read as the field's type.
    """
    text = text.strip()
    kind, optional = field_type(name)
    if optional and text.lower() in {"auto", ""}:
        return None
    if kind is bool:
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise refusal(name, text, "on or off")
    if kind is tuple:
        return tuple(_parse_number(name, part, int) for part in text.replace(" ", ",").split(",") if part)
    return text if kind is str else _parse_number(name, text, kind)


_TRUE = {"on", "yes", "true", "1"}
_FALSE = {"off", "no", "false", "0"}


def _parse_number(name: str, text: str, kind: Callable[[str], Any]) -> Any:
    try:
        return kind(text)
    except ValueError:
        wanted = "a whole number" if kind is int else "a number"
        raise refusal(name, text, f"{wanted}, {setting(name).allowed()}") from None
