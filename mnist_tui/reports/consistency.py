"""Whether what a report shows is what it claims: its tables, its sentences, its values, one by one."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mnist_tui import __version__
from mnist_tui.analysis.columns import REPORT_MORE, REPORT_RESULTS
from mnist_tui.reports.claims import Claims
from mnist_tui.reports.markdown import FINDINGS, difference_tables, effects_table
from mnist_tui.reports.record import ablation_record, difference_record, records
from mnist_tui.reports.sealing import Sealed
from mnist_tui.reports.tables import plain, table_of_rows
from mnist_tui.text import printable

MOST_TOLD = 20
"""Contradictions that are told one by one."""

LONGEST = 60


def contradictions(sealed: Sealed) -> list[str]:
    """Where a report was changed by hand so that it no longer says what it claims; empty where nowhere."""
    found = [] if sealed.are_claims_whole else ["The claims were changed after the report was written."]
    found += _of_record(sealed) if sealed.record else _of_text(sealed)
    more = len(found) - MOST_TOLD
    return [*found[:MOST_TOLD], f"{more:,} more were found."] if more > 0 else found


# Markdown


def _of_text(sealed: Sealed) -> Iterator[str]:
    claims = sealed.claims
    results, *others = _tables(claims)
    if results[0] not in sealed.lines:
        yield "The table of results is missing."
    for expected in (results, *others):
        for shown in _shown(sealed.lines, expected[0]):
            yield from _of_table(shown, expected)
    yield from _of_findings(sealed)


def _tables(claims: Claims) -> Iterator[list[str]]:
    """The tables that the claims make, the classic one first."""
    yield table_of_rows(REPORT_RESULTS, claims.rows)
    yield table_of_rows(REPORT_MORE, claims.rows)
    if claims.made_with == __version__:  # another one may say it in other words
        blocks = [*effects_table(claims.conclusions), *difference_tables(claims.conclusions)]
        yield from (block for block in blocks if block[0].startswith("|"))


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
        wanted = [difference_record(one) for one in claims.conclusions.differences]
        yield from _of_list(record.get("differences"), wanted, "label")
        if record.get("ablation") != json.loads(json.dumps(ablation_record(claims.conclusions))):
            yield "The effects of the switches are not those of the claims."


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
