"""The settings of a run: first those that are not the default."""

from mnist_tui.settings.run_config import RunConfig, default_value, setting, setting_names
from mnist_tui.settings.text import format_setting
from mnist_tui.tui.renderables.lines import Line

LABEL_WIDTH = 14


def render_settings(config: RunConfig, width: int) -> list[Line]:
    """Two columns where there is room: what was set, and below it what is as usual.

    Args:
        config: The settings.
        width: Cells.
    """
    names = [name for name in setting_names() if name != "name"]
    chosen = [name for name in names if getattr(config, name) != default_value(name)]
    usual = [name for name in names if name not in chosen]
    columns = 2 if width >= 56 else 1
    return [*_table(config, chosen, columns, width, "bold"), *_table(config, usual, columns, width, "dim")]


def _table(config: RunConfig, names: list[str], columns: int, width: int, style: str) -> list[Line]:
    room = width // columns - LABEL_WIDTH
    lines: list[Line] = []
    for start in range(0, len(names), columns):
        line: list[tuple[str, str]] = []
        for name in names[start : start + columns]:
            value = format_setting(getattr(config, name))[: max(1, room - 1)]
            line += [(f"{setting(name).label:<{LABEL_WIDTH}}", "dim"), (f"{value:<{room}}", style)]
        lines.append(line)
    return lines
