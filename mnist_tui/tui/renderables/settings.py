"""The settings of a run: first those that are not the default."""

from mnist_tui.reports.description import as_used
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import default_value, setting, setting_names
from mnist_tui.tui.renderables.lines import Line

LABEL_WIDTH = 14


def render_settings(run: Run, width: int) -> list[Line]:
    """Two columns where there is room: what was set, and below it what is as usual.

    Args:
        run: Whose settings.
        width: Cells.
    """
    names = [name for name in setting_names() if name != "name"]
    chosen = [name for name in names if getattr(run.config, name) != default_value(name)]
    usual = [name for name in names if name not in chosen]
    columns = 2 if width >= 56 else 1
    return [*_table(run, chosen, columns, width, "bold"), *_table(run, usual, columns, width, "dim")]


def _table(run: Run, names: list[str], columns: int, width: int, style: str) -> list[Line]:
    room = width // columns - LABEL_WIDTH
    lines: list[Line] = []
    for start in range(0, len(names), columns):
        line: list[tuple[str, str]] = []
        for name in names[start : start + columns]:
            value = as_used(run, name)[: max(1, room - 1)]
            line += [(f"{setting(name).label:<{LABEL_WIDTH}}", "dim"), (f"{value:<{room}}", style)]
        lines.append(line)
    return lines
