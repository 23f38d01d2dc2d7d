"""Reports that carry their claims: found again, and whether somebody changed something since."""

import contextlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mnist_tui.analysis.comparison import compare
from mnist_tui.reports import sealing
from mnist_tui.reports.claims import ClaimsError
from mnist_tui.reports.formats import render
from mnist_tui.reports.markdown import markdown
from mnist_tui.reports.sealing import BEGIN, unseal
from tests.reports.test_claims import run, several
from tests.reports.test_markdown import NAMES
from tests.runs.helpers import finished_run

pytestmark = pytest.mark.quick

MARKDOWN, JSON = render(several(), "md"), render(several(), "json")


@pytest.fixture
def report(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "results.md"
        path.write_bytes(text.encode())
        return path

    return write


def test_claims_stand_at_the_end_where_no_page_shows_them() -> None:
    assert MARKDOWN.startswith(markdown(several()))
    *_, comment = MarkdownIt("commonmark").enable("table").parse(MARKDOWN)
    assert (comment.type, comment.content.startswith(BEGIN)) == ("html_block", True)
    assert "claims" not in MarkdownIt("commonmark", {"html": False}).render(markdown(several()))


@pytest.mark.parametrize("text", [MARKDOWN, JSON], ids=["md", "json"])
def test_a_report_is_read_as_it_was_written(report: Callable[[str], Path], text: str) -> None:
    found = unseal(report(text))
    assert found.claims.labels == ["plain", "batchnorm", "l2 0.1"]
    assert found.are_claims_whole
    assert found.is_text_whole


@pytest.mark.parametrize(
    "text",
    [
        MARKDOWN.replace("\n", "\r\n"),
        MARKDOWN.replace("\n", "  \n"),
        f"\n{MARKDOWN}\n\n",
        f"\ufeff{MARKDOWN}",
        json.dumps(json.loads(JSON), sort_keys=True),
        json.dumps({"event": "comparison", **json.loads(JSON)}),
    ],
    ids=["CRLF", "spaces", "lines around", "a mark of order", "sorted", "a command's last line"],
)
def test_what_happens_to_a_file_on_its_way_is_no_change(report: Callable[[str], Path], text: str) -> None:
    found = unseal(report(text))
    assert (found.are_claims_whole, found.is_text_whole) == (True, True)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (MARKDOWN.replace("# mnist-tui: comparison", "# My homework"), (True, False)),
        (MARKDOWN.replace('"baseline": 1', '"baseline": 0'), (False, True)),
        (JSON.replace('"v": 1,\n "runs"', '"v": 2,\n "runs"'), (True, False)),
        (JSON.replace('"baseline": 1', '"baseline": 0'), (False, True)),
    ],
)
def test_a_change_by_hand_is_seen(
    report: Callable[[str], Path], text: str, changed: tuple[bool, bool]
) -> None:
    found = unseal(report(text))
    assert (found.are_claims_whole, found.is_text_whole) == changed


@pytest.mark.parametrize("name", [*NAMES, "-->", "--!>", "--", "<!--", "a --> b --- c", BEGIN, "]]>"])
def test_a_name_ends_no_comment(report: Callable[[str], Path], name: str) -> None:
    one = finished_run(
        run().config.replace(name=name, dataset=f"/data/{name}"), "20260101-000000000-x-000001"
    )
    text = render(compare([one, run()]), "md")
    _, _, claims = text.partition(f"\n{BEGIN}\n")
    inside = claims.removesuffix("\n-->\n")
    assert not {"--", "<", ">"} & {
        inside[place : place + size] for size in (1, 2) for place in range(len(inside))
    }
    *_, comment = MarkdownIt("commonmark").enable("table").parse(text)
    assert comment.content.endswith(claims)
    found = unseal(report(text))
    assert (found.are_claims_whole, found.is_text_whole) == (True, True)
    assert found.claims.rows[0].config.name == name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "carries no claims"),
        ("# A report of an older version\n", "carries no claims"),
        ("label,run_id\n", "carries no claims"),
        ("{}", "carries no claims"),
        ('{"claims": 3}', "carries no claims"),
        ('{"claims": {}}', "damaged"),
        ("{", "damaged"),
        (JSON.replace("0.9", "NaN", 1), "damaged"),
        (MARKDOWN + MARKDOWN, "holds 2 reports"),
        (MARKDOWN[: MARKDOWN.index('"rows": [')], "ends in the middle"),
        (MARKDOWN.replace('"rows": [', "rows = ["), "damaged"),
        (f"{BEGIN}\n[1]\n-->\n", "carries no claims"),
        (f"{BEGIN}\n{'[' * 100_000}\n-->\n", "damaged"),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(
    report: Callable[[str], Path], text: str, words: str
) -> None:
    with pytest.raises(ClaimsError, match=words) as caught:
        unseal(report(text))
    assert caught.value.exit_code == 2


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "results.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ClaimsError, match="cannot be read"):
        unseal(tmp_path / "results.md")


def test_a_file_that_is_too_large_is_not_read(
    report: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST_BYTES", 1000)
    with pytest.raises(ClaimsError, match="too many"):
        unseal(report(MARKDOWN))


def test_what_is_no_file_is_neither_waited_for_nor_followed(tmp_path: Path) -> None:
    with pytest.raises(ClaimsError, match="No such file"):
        unseal(tmp_path / "missing.md")
    with pytest.raises(ClaimsError, match="cannot be read"):
        unseal(tmp_path)
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ClaimsError, match="no file"):
            unseal(tmp_path / "pipe")


@given(st.integers(0, len(MARKDOWN) - 1), st.characters(codec="utf-8"))
def test_fuzz_one_character_more_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, character: str
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "results.md"
    path.write_text(MARKDOWN[:place] + character + MARKDOWN[place:], encoding="utf-8", newline="")
    with contextlib.suppress(ClaimsError):
        unseal(path)
