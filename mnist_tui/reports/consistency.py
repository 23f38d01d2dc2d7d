"""Whether what a report shows is what it claims: its tables, its sentences, its values, one by one.

The report is made again from its claims, by the functions that made it. Words without a number may be others.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mnist_tui import __version__
from mnist_tui.analysis.columns import REPORT_MORE, REPORT_RESULTS
from mnist_tui.reports.claims import Claims
from mnist_tui.reports.markdown import FINDINGS, markdown
from mnist_tui.reports.record import records, to_record
from mnist_tui.reports.sealing import Sealed
from mnist_tui.reports.tables import plain, table_of_rows
from mnist_tui.text import printable

MOST_TOLD = 20
"""Contradictions that are told one by one."""

LONGEST = 60

LEAST_ALIKE = 8
"""Characters at their beginnings that two lines share which are taken for one."""

PLURALS = frozenset({"commands", "rows", "notes", "difference_notes"})
"""Keys of a report in JSON of which there are several."""


def contradictions(sealed: Sealed) -> list[str]:
    """Where a report was changed by hand so that it no longer says what it claims; empty where nowhere."""
    found = [] if sealed.are_claims_whole else ["The claims were changed after the report was written."]
    found += _of_record(sealed) if sealed.record else _of_text(sealed)
    if not found and not sealed.are_others_whole:
        found.append(
            "A table was changed, put in or taken out of which no claim tells, such as where the time of a "
            "training step went."
        )
    more = len(found) - MOST_TOLD
    return [*found[:MOST_TOLD], f"{more:,} more were found."] if more > 0 else found


# Markdown


def _of_text(sealed: Sealed) -> Iterator[str]:
    tables, others = _made_again(sealed.claims)
    for number, expected in enumerate(tables):
        shown = list(_shown(sealed.lines, expected[0]))
        if not shown:
            what = "of results" if not number else f"with “{_told(_cells(expected[0])[1])}”"
            yield f"The table {what} is missing, or has other titles."
        for one in shown:
            yield from _of_table(one, expected)
    there = dict.fromkeys(sealed.lines)
    yield from (_of_line(line, there) for line in others if line not in there)
    yield from _of_findings(sealed)


def _made_again(claims: Claims) -> tuple[list[list[str]], list[str]]:
    """The tables that the claims make, the classic one first, and the other lines that have a number."""
    if claims.made_with != __version__:  # which may say the rest in other words
        return [table_of_rows(keys, claims.rows) for keys in (REPORT_RESULTS, REPORT_MORE)], []
    tables: list[list[str]] = []
    others: list[str] = []
    before, section = "", ""
    for line in markdown(claims.conclusions).splitlines():
        if line.startswith("#"):
            section = line
        if not line.startswith("|"):
            others += [line] if section != FINDINGS and re.search("[0-9]", line) else []
        elif before.startswith("|"):
            tables[-1].append(line)
        else:
            tables.append([line])
        before = line
    return tables, others


def _of_line(line: str, there: Iterable[str]) -> str:
    """What became of a line that is missing: the one that begins most like it, if there is one."""
    like = max(there, key=lambda other: _alike(line, other), default="")
    place = _alike(line, like)
    if place < LEAST_ALIKE:
        return f"A line is missing, or was changed: “{_told(line)}”."
    start = max(0, place - LONGEST // 3)
    shown, claimed = (f"{'…' * bool(start)}{_told(one[start:])}" for one in (like, line))
    return f"“{shown}” stands in the text, “{claimed}” in the claims."


def _alike(one: str, other: str) -> int:
    """How many characters two lines share at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (mine, its) in pairs if mine != its), min(len(one), len(other)))


def _shown(lines: Sequence[str], header: str) -> Iterator[list[str]]:
    """Every table of a text that has this header."""
    for number, line in enumerate(lines):
        if line == header:
            rest = lines[number:]
            length = next((place for place, one in enumerate(rest) if not one.startswith("|")), len(rest))
            yield list(rest[:length])


def _of_table(shown: Sequence[str], expected: Sequence[str]) -> Iterator[str]:
    titles = _cells(expected[0])
    if len(shown) != len(expected):
        yield f"The table with “{titles[1]}” has {len(shown) - 2} rows, the claims have {len(expected) - 2}."
        return
    for line, wanted in zip(shown[2:], expected[2:], strict=True):
        if line == wanted:
            continue
        its_cells, wanted_cells = _cells(line), _cells(wanted)
        label = _told(wanted_cells[0])
        if len(its_cells) != len(wanted_cells):
            yield f"The line of {label} has {len(its_cells)} cells, not {len(wanted_cells)}."
            continue
        for title, cell, claimed in zip(titles, its_cells, wanted_cells, strict=True):
            if cell != claimed:
                yield f"{label}: {title} is “{_told(cell)}” in the table, “{_told(claimed)}” in the claims."


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)(?:\\\\)*\|", line.strip().strip("|"))]


def _of_findings(sealed: Sealed) -> Iterator[str]:
    if FINDINGS not in sealed.lines:
        return
    rest = sealed.lines[sealed.lines.index(FINDINGS) + 1 :]
    end = next((place for place, line in enumerate(rest) if line.startswith("#")), len(rest))
    shown = [line for line in rest[:end] if line]
    claimed = [f"- {plain(sentence)}" for sentence in sealed.claims.findings]
    yield from (f"No finding: “{_told(line)}”." for line in shown if line not in claimed)
    yield from (f"A finding is missing: “{_told(line)}”." for line in claimed if line not in shown)


# JSON


def _of_record(sealed: Sealed) -> Iterator[str]:
    claims, record = sealed.claims, sealed.record
    yield from _of_list(record.get("runs"), records(claims.conclusions.comparison), "label", "seed")
    if record.get("findings") != list(claims.findings):
        yield "The findings are not those of the claims."
    if claims.made_with == __version__:
        wanted = json.loads(json.dumps(to_record(claims.conclusions)))
        yield from _of_list(record.get("differences"), wanted["differences"], "label")
        for name, value in wanted.items():
            if name not in {"runs", "findings", "differences"} and record.get(name) != value:
                yield f"{name} {'are' if name in PLURALS else 'is'} not what the claims make of it."


def _of_list(shown: Any, wanted: Iterable[dict[str, Any]], *names: str) -> Iterator[str]:
    expected = json.loads(json.dumps(list(wanted)))
    if not isinstance(shown, list) or len(shown) != len(expected):
        yield f"The report has other {'runs' if len(names) > 1 else 'differences'} than its claims."
        return
    for one, claimed in zip(shown, expected, strict=True):
        label = _told(", ".join(str(claimed[name]) for name in names))
        for name, value in claimed.items():
            # Where the time went is not among the claims.
            if name != "stage_seconds" and (not isinstance(one, dict) or one.get(name) != value):
                its_value = one.get(name) if isinstance(one, dict) else one
                yield f"{label}: {name} is {_told(str(its_value))}, and {_told(str(value))} in the claims."


def _told(text: str) -> str:
    text = printable(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
