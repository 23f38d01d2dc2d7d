"""What a form is set to, in a line or two: for where it is folded."""

from collections.abc import Sequence

from rich.cells import cell_len

from mnist_tui.settings.run_config import RunConfig, default_value, setting, setting_names
from mnist_tui.settings.text import format_setting
from mnist_tui.text import number_of
from mnist_tui.tui.renderables.lines import Line

ALWAYS = ("optimizer", "learning_rate", "hidden", "batch_size", "epochs")
"""Settings that are always told, in words of their own."""

IN_THE_NAME = ("batch_norm", "l2_lambda", "dropout", "augment", "augment_strength", "name")
"""Settings that the name tells."""

ROOMY_WIDTH = 76
"""Below it there is one panel at a time."""

KEYS, TINY_KEYS = "E edit  r run", "tab panels  r run"
"""What to press."""

MOST_LINES = 2
SEPARATOR, MORE = " · ", "…"


def render_form_line(config: RunConfig, seeds: int, width: int) -> list[Line]:
    """The network, how it is trained, and what else is not as usual; at the right, what to press.

    Args:
        config: What is set.
        seeds: How many each row is trained with.
        width: Cells.

    Returns:
        One line or two; what does not fit into two is left out behind an ellipsis.
    """
    keys = KEYS if width >= ROOMY_WIDTH else TINY_KEYS
    keys = keys if width >= 2 * cell_len(keys) else ""
    room = width - cell_len(keys) - 2  # beside the keys
    parts = parts_of(config, seeds)
    first, rest = _filled(parts, room)
    if not rest:
        return [_with_keys(first, keys, width)]
    first, rest = _filled(parts, width)
    second, rest = _filled(rest, room)
    if rest:
        second = f"{_filled([second], room - 2)[0]} {MORE}"
    return [[(first, "")], _with_keys(second, keys, width)]


def _filled(parts: Sequence[str], room: int) -> tuple[str, Sequence[str]]:
    """As many parts as there is room for, one at least, and those that are left."""
    count = next(
        (count for count in range(len(parts), 1, -1) if cell_len(SEPARATOR.join(parts[:count])) <= room), 1
    )
    line = SEPARATOR.join(parts[:count])
    return line if cell_len(line) <= room else f"{line[: room - 1]}{MORE}", parts[count:]


def _with_keys(line: str, keys: str, width: int) -> Line:
    return [(line, ""), (" " * (width - cell_len(line) - cell_len(keys)), ""), (keys, "bold")]


def parts_of(config: RunConfig, seeds: int) -> list[str]:
    """What is set in words, the most important first."""
    others = [
        f"{setting(name).label.lower()} {format_setting(getattr(config, name))}"
        for name in setting_names()
        if name not in (*ALWAYS, *IN_THE_NAME, *config.unused)
        and getattr(config, name) != default_value(name)
    ]
    return [
        config.display_name,
        format_setting(config.hidden),
        f"{config.optimizer} {config.peak_learning_rate:g}",
        f"batch {config.batch_size}",
        number_of(config.epochs, "epoch"),
        *([f"{seeds} seeds"] if seeds > 1 else []),
        *others,
    ]
