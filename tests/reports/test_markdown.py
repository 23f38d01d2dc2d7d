"""The report as Markdown: tables that render, numbers that can be traced."""

import re
from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mnist_tui.analysis.commands import commands
from mnist_tui.analysis.comparison import Comparison, compare
from mnist_tui.analysis.notes import certainty, notes
from mnist_tui.reports.formats import FORMATS, render
from mnist_tui.reports.markdown import markdown, results_table
from mnist_tui.reports.tables import plain
from mnist_tui.settings.run_config import setting_names
from mnist_tui.training.events import Forked
from tests.reports.helpers import BASE, cells, classic_comparison, comparison_of, tables
from tests.runs.helpers import MANIFEST, finished_run, started

pytestmark = pytest.mark.quick

HEADER = (
    "| Model | Batch Normalization | L2 Regularization | Test Accuracy | Training Time "
    "| Convergence Iterations |"
)


@pytest.fixture
def classic() -> Comparison:
    return classic_comparison()


def test_the_classic_table_has_the_agreed_header_and_a_line_a_row(classic: Comparison) -> None:
    lines = results_table(classic)
    assert lines[0] == HEADER
    assert [cells(line) for line in lines[2:]] == [
        ["plain", "No", "No", "90.00 %", "1.2 s", "2"],
        ["batchnorm", "Yes", "No", "90.00 %", "1.2 s", "2"],
        ["l2 0.1", "No", "Yes (λ = 0.1)", "90.00 %", "1.2 s", "2"],
    ]
    assert all(line in markdown(classic).splitlines() for line in lines)


def test_several_seeds_have_a_spread() -> None:
    runs = [finished_run(BASE.replace(seed=seed), test_accuracy=0.9 + seed / 100) for seed in (1, 2, 3)]
    assert "92.00 ± 1.00 %" in results_table(compare(runs))[2]


NAMES = [
    "a|b",
    "<script>alert(1)</script>",
    "back\\",
    "back\\|slash",
    "||||",
    "a & b",
    "&lt;b&gt;",
    "`code`",
    "\\",
    "![picture](http://evil.example/t.png)",
    "[click](http://evil.example)",
    "see http://evil.example or www.evil.example",
    "*bold* __bold__ ~~gone~~",
    "x_y_z",
    "# heading",
]


MEANT = {"image", "link_open", "em_open", "strong_open", "s_open", "html_inline", "html_block"}
"""What Markdown would make of such names."""


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_valid_whatever_rows_are_called(name: str) -> None:
    comparison = comparison_of({"name": name}, {"l2_lambda": 0.1, "dataset": f"/data/{name}"})
    found = tables(markdown(comparison))
    assert len(found) == 6
    for header, rule, *rows in found:
        assert all(re.fullmatch("---:?", cell) for cell in rule)
        assert {len(row) for row in [rule, *rows]} == {len(header)}
    label = found[0][2][0]
    assert "<" not in label
    assert re.sub(r"\\(.)", r"\1", re.sub(r"(?<!\\)&lt;", "<", label)) == name


def foreign_report(name: str) -> str:
    """A report in which a name stands wherever foreign text can: row, data, hash, machine, changes."""
    data = started(dataset=name, dataset_sha256=name)
    run = finished_run(BASE.replace(name=name), data=data, status="stopped")
    run.apply(Forked(4, 1, name, {"dropout": name}, {"dropout": "0"}))
    run.manifest = {"machine": {name: name}}
    return markdown(compare([run, finished_run(BASE.replace(batch_norm=True))]))


@pytest.mark.parametrize("name", NAMES)
def test_foreign_text_shows_as_it_is_wherever_it_stands(name: str) -> None:
    text = foreign_report(name)
    assert not MEANT & made_of(text)
    times = shown(foreign_report("harmless")).count("harmless")
    assert times > 6
    but_for_the_hash = times - 1  # which is code, where bars and backticks are written otherwise
    assert shown(text).count(name.strip()) >= but_for_the_hash


def inline(text: str) -> Iterator[Token]:
    """What is made of a report, but for what stands in its block of commands and between our own stars."""
    own = re.sub(r"(?<!\\)\*([^*`\n]+)(?<!\\)\*:", r"\1:", text)
    for token in MarkdownIt("commonmark").enable("table").parse(own):
        yield token
        yield from token.children or []


def made_of(text: str) -> set[str]:
    return {token.type for token in inline(text)}


def shown(text: str) -> str:
    """What a reader sees."""
    return "\n".join(
        "".join(child.content for child in token.children or [])
        for token in inline(text)
        if token.type == "inline"
    )


def test_addresses_are_no_links_though_github_makes_links_of_them() -> None:
    text = plain("http://evil.example, HTTPS://evil.example, www.evil.example and WWW.evil.example")
    assert text == "http\\://evil.example, HTTPS\\://evil.example, www\\.evil.example and WWW\\.evil.example"


def test_the_report_holds_all_that_the_numbers_depend_on(classic: Comparison) -> None:
    text = markdown(classic)
    assert "ab" * 32 in text
    assert "1,000 images to train, 100 to validate, 500 to test" in text
    assert "Seed: 7" in text
    for key in ("versions", "machine"):
        for name, value in MANIFEST[key].items():
            assert f"{name} {value}" in text
    [command] = commands(classic)
    assert f"```sh\n{command}\n```" in text
    for run in classic.runs:
        assert f"`{run.run_id}`" in text


def test_shared_settings_are_listed_once_and_differing_ones_by_row(classic: Comparison) -> None:
    *_, differing, shared = tables(markdown(classic))
    assert differing[0] == ["Model", "Batch norm", "L2 λ"]
    assert differing[2:] == [["plain", "no", "0"], ["batchnorm", "yes", "0"], ["l2 0.1", "no", "0.1"]]
    names = [row[0].strip("`") for row in shared[2:]]
    assert set(names) == set(setting_names()) - {"name", "batch_norm", "l2_lambda"}
    assert ["`hidden`", "512, 256"] in [row[:2] for row in shared]


def test_a_single_row_has_no_table_of_differences() -> None:
    assert "in which the rows differ" not in markdown(comparison_of({}))


def test_chance_is_told_by_the_number_of_test_images(classic: Comparison) -> None:
    assert "With 500 test images" in markdown(classic)
    assert "chance" not in markdown(classic)


def test_notes_and_what_is_sure_stand_below_the_table_in_every_report() -> None:
    comparison = comparison_of({}, {"batch_norm": True, "seed": 8}, other_runs=1)
    lines = markdown(comparison).splitlines()
    assert len(notes(comparison)) == 2
    for sentence in (*notes(comparison), *certainty(comparison)):
        assert sentence in lines


def test_a_spread_is_explained_where_there_is_one(classic: Comparison) -> None:
    assert "±*" not in markdown(classic)
    text = markdown(compare(finished_run(BASE.replace(seed=seed)) for seed in (1, 2)))
    assert "*±*: standard deviation over seeds, of single runs, not of the mean; their number in" in text


@pytest.mark.parametrize(
    ("seeds", "rows", "headings"),
    [
        ([0], 1, ["Settings"]),
        ([0, 1], 1, ["Settings in which the runs differ", "Settings of the row"]),
        ([0], 2, ["Settings in which the rows differ", "Settings shared by all rows"]),
        ([0, 1], 2, ["Settings in which the runs differ", "Settings shared by all rows"]),
    ],
)
def test_headings_speak_of_rows_where_there_are_several(
    seeds: list[int], rows: int, headings: list[str]
) -> None:
    runs = [
        finished_run(BASE.replace(seed=seed, batch_norm=bool(row))) for row in range(rows) for seed in seeds
    ]
    assert re.findall(r"^## (Settings.*)$", markdown(compare(runs)), re.MULTILINE) == headings


def test_an_interval_says_what_it_covers() -> None:
    one, many = (
        markdown(compare(finished_run(BASE.replace(seed=seed)) for seed in some)) for some in ([0], [0, 1])
    )
    assert "| 95 % interval (test images alone) |" in one
    assert "Nothing of the seed is in it." in one
    assert "a row with several seeds has the interval of one network" in many
    assert "as good as their mean" not in one


def test_rows_on_different_data_say_that_they_do_not_compare() -> None:
    other = started(dataset="Letters", dataset_sha256="cd" * 32, test_images=77)
    text = markdown(compare([finished_run(BASE), finished_run(BASE.replace(seed=8), data=other)]))
    assert "different data: their accuracies do not compare" in text
    assert "With 500 test images (MNIST)" in text
    assert "With 77 test images (Letters)" in text


def test_rows_on_the_same_images_split_in_another_way_say_that_they_differ_in_that() -> None:
    other = started(train_images=900, validation_images=200)
    text = markdown(compare([finished_run(BASE), finished_run(BASE.replace(seed=8), data=other)]))
    assert "the same test images, but other images to train on" in text
    assert "do not compare" not in text


def test_rows_that_were_stopped_by_hand_say_so() -> None:
    assert "ended by hand" in markdown(comparison_of({}, status="stopped"))
    assert "ended by hand" not in markdown(comparison_of({}))


def test_a_seed_that_was_stopped_is_in_no_mean_of_the_table() -> None:
    runs = [finished_run(BASE.replace(seed=seed), test_accuracy=0.9) for seed in (0, 1)]
    runs.append(finished_run(BASE.replace(seed=2), test_accuracy=0.1, status="stopped"))
    cells_of = [cells(line)[:4] for line in results_table(compare(runs))[2:]]
    assert cells_of == [
        ["plain", "No", "No", "90.00 ± 0.00 % (2)"],
        ["plain (2), stopped", "No", "No", "10.00 %"],
    ]


def test_machines_that_were_not_recorded_do_no_harm() -> None:
    run = finished_run(BASE)
    run.manifest = {"versions": "none", "machine": None}
    assert "Machine: not recorded" in markdown(compare([run]))


def test_a_manifest_cannot_steer_a_terminal() -> None:
    run = finished_run(BASE)
    run.manifest = {"machine": {"processor": "\x1b[2J<b>|"}}
    text = markdown(compare([run]))
    assert "\x1b" not in text
    assert "<b>" not in text


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_to_report_is_no_reason_to_fail(kind: str) -> None:
    assert render(compare([]), kind)
