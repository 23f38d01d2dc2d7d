"""The README's table of keys."""

from collections.abc import Iterable
from pathlib import Path

from mnist_tui.tui.keys import KEYS, NAMES, written

README = Path(__file__).parents[3] / "README.md"

BEGIN, END = "<!-- keys: made by `python -m mnist_tui.tui.keys` -->", "<!-- /keys -->"
"""What the table stands between in the README."""


def table() -> str:
    """All keys and what they do, as a Markdown table."""
    lines: dict[str, list[str]] = {}
    for key in KEYS:
        if key.words:
            place = f"{NAMES[key.place]}: " if key.place in NAMES else ""
            lines.setdefault(f"{place}{key.words}", []).extend(_written(key.keys.split(",")))
    rows = [f"| {' '.join(keys)} | {words} |" for words, keys in lines.items()]
    return "\n".join(["| key | does |", "|---|---|", *rows])


def _written(keys: Iterable[str]) -> list[str]:
    return [f"`{written(key)}`" for key in keys]


def with_table(readme: str) -> str:
    """A README with the table of now."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"
