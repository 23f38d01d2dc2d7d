"""Reports that were changed by hand: each number that no longer is what is claimed is named."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mnist_tui.analysis.comparison import compare
from mnist_tui.analysis.conclusions import Conclusions, conclude
from mnist_tui.reports import claims, consistency
from mnist_tui.reports.consistency import contradictions
from mnist_tui.reports.formats import render
from mnist_tui.reports.markdown import effects_table, markdown
from mnist_tui.reports.sealing import Sealed, seal, unseal
from tests.reports.helpers import BASE, cells
from tests.reports.test_claims import several
from tests.runs.helpers import finished_run

pytestmark = pytest.mark.quick

MARKDOWN, JSON = render(several(), "md"), render(several(), "json")

CLASSIC = next(line for line in MARKDOWN.splitlines() if line.startswith("| batchnorm | Yes |"))
MORE = next(line for line in MARKDOWN.splitlines() if line.startswith("| batchnorm | ") and "–" in line)
DIFFERENCE = next(line for line in MARKDOWN.splitlines() if line.startswith("| plain | −"))
FINDING = next(line for line in MARKDOWN.splitlines() if line.startswith("- "))


def read(tmp_path: Path, text: str) -> Sealed:
    (tmp_path / "results.md").write_text(text, encoding="utf-8")
    return unseal(tmp_path / "results.md")


@pytest.mark.parametrize("text", [MARKDOWN, JSON], ids=["md", "json"])
def test_a_report_as_it_was_written_contradicts_itself_nowhere(tmp_path: Path, text: str) -> None:
    assert contradictions(read(tmp_path, text)) == []


@pytest.mark.parametrize("line", [CLASSIC, MORE, DIFFERENCE], ids=["classic", "more", "differences"])
def test_every_cell_that_was_changed_is_named(tmp_path: Path, line: str) -> None:
    label, *others = cells(line)
    for number, cell in enumerate(others, 1):
        changed = [*([label, *others][:number]), "99.99 %", *others[number:]]
        text = MARKDOWN.replace(line, f"| {' | '.join(changed)} |")
        [found] = contradictions(read(tmp_path, text))
        assert found.startswith(f"{label}: ")
        assert f"“99.99 %” in the table, “{cell}” in the claims" in found


def test_a_row_that_was_renamed_taken_out_or_put_in_is_seen(tmp_path: Path) -> None:
    renamed = MARKDOWN.replace(CLASSIC, CLASSIC.replace("batchnorm", "mine"))
    [found] = contradictions(read(tmp_path, renamed))
    assert found == "batchnorm: Model is “mine” in the table, “batchnorm” in the claims."
    for text in (MARKDOWN.replace(f"{CLASSIC}\n", ""), MARKDOWN.replace(CLASSIC, f"{CLASSIC}\n{CLASSIC}")):
        [found] = contradictions(read(tmp_path, text))
        assert "rows, the claims have 3" in found
    [found] = contradictions(read(tmp_path, MARKDOWN.replace(CLASSIC, f"{CLASSIC} 5 |")))
    assert found == "The line of batchnorm has 7 cells, not 6."


def test_a_second_table_with_other_numbers_is_seen(tmp_path: Path) -> None:
    table = MARKDOWN[MARKDOWN.index("| Model") : MARKDOWN.index("\n\n*Test accuracy*")]
    label, *others = cells(CLASSIC)
    better = table.replace(CLASSIC, f"| {label} | Yes | No | 99.99 % | {others[-2]} | {others[-1]} |")
    [found] = contradictions(read(tmp_path, f"{better}\n\n{MARKDOWN}"))
    assert "99.99 %" in found


def test_a_report_without_its_table_says_so(tmp_path: Path) -> None:
    text = MARKDOWN.replace("| Model | Batch Normalization |", "| Model | BN |")
    assert "The table of results is missing, or has other titles." in contradictions(read(tmp_path, text))
    other = MARKDOWN.replace("points (95 % interval) |", "points |")
    assert contradictions(read(tmp_path, other)) == [
        "The table with “Δ test accuracy, points (95 % interval)” is missing, or has other titles."
    ]


def test_findings_are_neither_put_in_nor_left_out(tmp_path: Path) -> None:
    [found] = contradictions(read(tmp_path, MARKDOWN.replace(FINDING, f"- I won.\n{FINDING}")))
    assert found == "No finding: “- I won.”."
    [found] = contradictions(read(tmp_path, MARKDOWN.replace(f"{FINDING}\n", "")))
    assert found.startswith("A finding is missing: “- ")


def test_claims_that_were_changed_are_told(tmp_path: Path) -> None:
    old = MARKDOWN[MARKDOWN.index('"test_accuracy": ') :].split(",")[0]
    found = contradictions(read(tmp_path, MARKDOWN.replace(old, '"test_accuracy": 0.99', 1)))
    assert found[0] == "The claims were changed after the report was written."
    assert any(one.startswith("plain: Test Accuracy is “90.") for one in found)


def test_words_around_the_tables_may_be_changed(tmp_path: Path) -> None:
    sealed = read(tmp_path, f"# My homework\n\nI did this.\n\n{MARKDOWN}")
    assert contradictions(sealed) == []
    assert not sealed.is_text_whole


def test_what_another_version_says_in_other_words_is_no_contradiction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "__version__", "0.0.9")
    text = seal(markdown(several()).replace(DIFFERENCE, DIFFERENCE.replace("▼", "v")), several())
    assert contradictions(read(tmp_path, text)) == []
    assert contradictions(read(tmp_path, text.replace(CLASSIC, CLASSIC.replace("Yes", "No"))))


def ablated() -> Conclusions:
    runs = [
        finished_run(
            BASE.replace(seed=seed, batch_norm=norm, dropout=dropout),
            f"20260101-000000000-{norm}-{dropout:g}-{seed:06x}".lower(),
            test_accuracy=0.9 + 0.01 * norm + dropout / 100 + 0.001 * (seed * (1 + norm) % 3),
        )
        for norm in (False, True)
        for dropout in (0.0, 0.2)
        for seed in (1, 2, 3)
    ]
    return conclude(compare(runs))


def test_effects_of_switches_are_checked_too(tmp_path: Path) -> None:
    for kind in ("md", "json"):
        assert contradictions(read(tmp_path, render(ablated(), kind))) == []
    text = render(ablated(), "md")
    header, _, effect, *_ = next(block for block in effects_table(ablated()) if block[0].startswith("|"))
    changed = effect.replace(cells(effect)[1], "+9.99")
    [found] = contradictions(read(tmp_path, text.replace(effect, changed)))
    assert f"{cells(header)[1]} is “+9.99" in found
    record = json.loads(render(ablated(), "json"))
    record["ablation"]["effects"][0]["value"] = 0.5
    [found] = contradictions(read(tmp_path, json.dumps(record)))
    assert found == "ablation is not what the claims make of it."


def test_many_contradictions_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consistency, "MOST_TOLD", 1)
    text = MARKDOWN.replace(CLASSIC, CLASSIC.replace("Yes", "No")).replace(FINDING, "- I won.")
    first, last = contradictions(read(tmp_path, text))
    assert first.startswith("batchnorm: ")
    assert last == "2 more were found."


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        (("runs", 0, "test_accuracy"), 0.99, "plain, 1: test_accuracy is 0.99, and 0.901 in the claims."),
        (("runs", 0, "l2_lambda"), 0.1, "plain, 1: l2_lambda is 0.1, and 0.0 in the claims."),
        (("runs", 0), 5, "plain, 1: "),
        (("runs",), [], "other runs than its claims"),
        (("findings", 0), "I won.", "The findings are not those of the claims."),
        (("differences", 0, "verdict"), "better", "plain: verdict is better, and "),
        (("differences",), None, "other differences than its claims"),
        (("margin",), 0.5, "margin is not what the claims make of it."),
        (("commands", 0), "mnist-tui bench", "commands are not what the claims make of it."),
        (("shared", "epochs"), 99, "shared is not what the claims make of it."),
        (("runs", 0, "stage_seconds"), {"data": 1.0}, "where the time of a training step went"),
    ],
)
def test_every_value_that_was_changed_is_named(
    tmp_path: Path, where: tuple[Any, ...], value: Any, words: str
) -> None:
    record = json.loads(JSON)
    *places, last = where
    holder = record
    for place in places:
        holder = holder[place]
    holder[last] = value
    assert any(words in one for one in contradictions(read(tmp_path, json.dumps(record))))


NUMBERED = [
    (line, found) for line in markdown(several()).splitlines() if (found := [*re.finditer(r"[0-9]+", line)])
]


def test_no_number_of_a_report_is_changed_unseen(tmp_path: Path) -> None:
    """Settings, data, versions, commands and what stands between the tables too; one number of each line."""
    for place, (line, found) in enumerate(NUMBERED):
        number = found[place % len(found)]
        digit = str((int(number.group()[-1]) + 1) % 10)
        changed = f"{line[: number.end() - 1]}{digit}{line[number.end() :]}"
        assert contradictions(read(tmp_path, MARKDOWN.replace(line, changed, 1))), changed


def test_a_line_that_was_changed_is_told_around_the_place(tmp_path: Path) -> None:
    [found] = contradictions(read(tmp_path, MARKDOWN.replace("--seeds 3", "--seeds 9")))
    assert "--seeds 9 " in found
    assert "stands in the text, " in found
    assert "--seeds 3 " in found
    without = MARKDOWN.replace("- Seed: 1, 2, 3\n", "")
    assert contradictions(read(tmp_path, without)) == [
        "A line is missing, or was changed: “- Seed: 1, 2, 3”."
    ]


def test_a_table_of_which_no_claim_tells_is_sealed_too(tmp_path: Path) -> None:
    text = seal(
        f"{markdown(several())}\n| Model | Data |\n| --- | --- |\n| plain | 2.41 (10 %) |\n", several()
    )
    assert contradictions(read(tmp_path, text)) == []
    [found] = contradictions(read(tmp_path, text.replace("2.41", "0.41")))
    assert "where the time of a training step went" in found
