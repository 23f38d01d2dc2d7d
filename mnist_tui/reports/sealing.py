"""A report with its claims: in a comment at the end of Markdown, which no page shows; in JSON as `claims`.

Two hashes tell whether somebody has changed the report since, by hand: one of the claims, one of the text
around them. They keep nobody from making new ones; what holds against that is to run the claims again.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.reports.claims import Claims, ClaimsError, to_values
from mnist_tui.reports.claims_read import from_values
from mnist_tui.runs.files import read_foreign

BEGIN = "<!-- mnist-tui claims: what `mnist-tui verify` checks; do not edit"
END = "-->"

MOST_BYTES = 1 << 26
"""A report of 20,000 runs has 15 MB."""


@dataclass(frozen=True)
class Sealed:
    """A report that was read.

    Attributes:
        claims: What it claims.
        lines: Its text without the claims; empty for JSON.
        record: Its values without the claims; empty for Markdown.
        are_claims_whole: Whether nobody changed the claims.
        is_text_whole: Whether nobody changed the rest.
        are_others_whole: Whether nobody changed the tables, or in JSON the times, that no claim tells of.
    """

    claims: Claims
    lines: tuple[str, ...]
    record: dict[str, Any]
    are_claims_whole: bool
    is_text_whole: bool
    are_others_whole: bool = True


def seal(text: str, conclusions: Conclusions) -> str:
    """A report in Markdown with its claims at its end."""
    lines = text.splitlines()
    values = _hashed(to_values(conclusions), _hash_of_lines(lines), _hash_of_tables(lines))
    return f"{text}\n{BEGIN}\n" + "\n".join(_lines(values)) + f"\n{END}\n"


def seal_record(record: dict[str, Any], conclusions: Conclusions) -> dict[str, Any]:
    """A report as JSON values with its claims beside them."""
    hashes = _hash_of_values(record), _hash_of_times(record)
    return {**record, "claims": _hashed(to_values(conclusions), *hashes)}


def unseal(path: Path) -> Sealed:
    """Read a report of unknown origin.

    Raises:
        ClaimsError: It cannot be read, or carries no claims.
    """
    try:
        text = read_foreign(path, MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise ClaimsError(f"{path} cannot be read ({error.strerror}): name a report.") from error
    except ValueError as error:
        raise ClaimsError(f"{path} cannot be read ({error}): name a report.") from error
    if text.lstrip().startswith("{"):
        return _from_json(path, text)
    return _from_markdown(path, text)


def _from_json(path: Path, text: str) -> Sealed:
    record = _loaded(path, text)
    values = record.pop("claims", None)
    # What only says that this is the last line of a command that trained is no part of the report.
    record.pop("event", None)
    claims = _claims(path, values)
    return Sealed(claims, (), record, *_wholeness(values, _hash_of_values(record), _hash_of_times(record)))


def _from_markdown(path: Path, text: str) -> Sealed:
    lines = [line.rstrip() for line in text.splitlines()]
    begins = [number for number, line in enumerate(lines) if line == BEGIN]
    if len(begins) > 1:
        raise ClaimsError(f"{path} holds {len(begins)} reports: put each into a file of its own.")
    if not begins:
        raise _no_claims(path)
    [begin] = begins
    end = next((number for number in range(begin, len(lines)) if lines[number] == END), None)
    if end is None:
        raise ClaimsError(f"{path} ends in the middle of its claims: get the whole report.")
    values = _loaded(path, "\n".join(lines[begin + 1 : end]))
    rest = [*lines[:begin], *lines[end + 1 :]]
    claims = _claims(path, values)
    return Sealed(claims, tuple(rest), {}, *_wholeness(values, _hash_of_lines(rest), _hash_of_tables(rest)))


def _loaded(path: Path, text: str) -> dict[str, Any]:
    try:
        values = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ClaimsError(f"{path} cannot be read (its JSON is damaged): get the whole report.") from error
    if not isinstance(values, dict):
        raise _no_claims(path)
    return values


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _no_claims(path: Path) -> ClaimsError:
    return ClaimsError(
        f"{path} carries no claims: verify takes a report that `mnist-tui compare --output` or `mnist-tui "
        "report` has written as Markdown or JSON."
    )


def _claims(path: Path, values: Any) -> Claims:
    if not isinstance(values, dict):
        raise _no_claims(path)
    return from_values(values)


# Hashes


def _hashed(values: dict[str, Any], text_hash: str, others_hash: str) -> dict[str, Any]:
    values = {**values, "others_sha256": others_hash, "text_sha256": text_hash}
    return {**values, "sha256": _hash_of_values(values)}


def _wholeness(values: dict[str, Any], text_hash: str, others_hash: str) -> tuple[bool, bool, bool]:
    """Whether the claims are as they were written, whether the text is, and what no claim tells of."""
    rest = {name: value for name, value in values.items() if name != "sha256"}
    return (
        values.get("sha256") == _hash_of_values(rest),
        values.get("text_sha256") == text_hash,
        values.get("others_sha256", others_hash) == others_hash,
    )


def _hash_of_lines(lines: list[str]) -> str:
    """Of a text, whatever the ends of its lines and its file have become on the way."""
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_of_tables(lines: list[str]) -> str:
    return _hash_of_lines([line for line in lines if line.startswith("|")])


def _hash_of_times(record: dict[str, Any]) -> str:
    """Of where the time of each run went."""
    runs = record.get("runs")
    runs = runs if isinstance(runs, list) else []
    return _hash_of_values([run.get("stage_seconds") for run in runs if isinstance(run, dict)])


def _hash_of_values(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


# Lines of JSON that end no comment


def _lines(values: dict[str, Any]) -> Iterator[str]:
    """JSON with a line for each run: short enough for every editor, and harmless inside of a comment."""
    yield "{"
    for number, (name, value) in enumerate(values.items()):
        comma = "," if number + 1 < len(values) else ""
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{_harmless(name)}: ["
            yield from (f"{_harmless(one)}," for one in value[:-1])
            yield f"{_harmless(value[-1])}]{comma}"
        else:
            yield f"{_harmless(name)}: {_harmless(value)}{comma}"
    yield "}"


_MEANT = re.compile(r"[<>&]|(?<=-)-")
"""What begins or ends a comment; outside of texts, JSON has none of these."""


def _harmless(value: Any) -> str:
    return _MEANT.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(value))
