"""Reports: a table that renders, numbers that can be traced, files that are never written over."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from mnist_tui.analysis.comparison import Comparison, commands, compare
from mnist_tui.errors import RunError
from mnist_tui.reports import files as export
from mnist_tui.reports.formats import render
from mnist_tui.reports.markdown import markdown, results_table
from mnist_tui.reports.record import to_json
from mnist_tui.reports.tabular import to_csv
from mnist_tui.runs.run import Run
from mnist_tui.settings.presets import classic_configs
from mnist_tui.settings.run_config import RunConfig, setting_names
from tests.runs.helpers import MANIFEST, epoch, file_size_limit, finished_run

BASE = RunConfig(dataset="sample", learning_rate=0.5, threads=2, seed=7)
HEADER = (
    "| Model | Batch Normalization | L2 Regularization | Test Accuracy | Training Time "
    "| Convergence Iterations |"
)


def comparison_of(*changes: dict[str, Any], **result: Any) -> Comparison:
    return compare(
        finished_run(BASE.replace(**change), f"run-{number}", **result)
        for number, change in enumerate(changes)
    )


@pytest.fixture
def classic() -> Comparison:
    return compare(finished_run(config, f"run-{config.display_name}") for config in classic_configs(BASE))


def cells(line: str) -> list[str]:
    """The cells of a line of a table, read as GitHub-flavoured Markdown does."""
    assert re.fullmatch(r"\|.*(?<!\\)(\\\\)*\|", line)
    parts = re.split(r"(?<!\\)((?:\\\\)*)\|", line[1:-1])
    return ["".join(parts[index : index + 2]).strip() for index in range(0, len(parts), 2)]


def tables(text: str) -> list[list[list[str]]]:
    """The cells of every table, line by line."""
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append(cells(line))
        elif found[-1]:
            found.append([])
    return [table for table in found if table]


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


NAMES = ["a|b", "<script>alert(1)</script>", "back\\", "back\\|slash", "||||", "a & b", "`code`", "\\"]


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_valid_whatever_rows_are_called(name: str) -> None:
    comparison = comparison_of({"name": name}, {"l2_lambda": 0.1, "dataset": f"/data/{name}"})
    found = tables(markdown(comparison))
    assert len(found) == 4
    for header, rule, *rows in found:
        assert all(re.fullmatch("---:?", cell) for cell in rule)
        assert {len(row) for row in [rule, *rows]} == {len(header)}
    label = found[0][2][0]
    assert "<" not in label
    assert re.sub(r"\\(.)", r"\1", label).replace("&lt;", "<") == name


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
    _, _, differing, shared = tables(markdown(classic))
    assert differing[0] == ["Model", "Batch norm", "L2 λ"]
    assert differing[2:] == [["plain", "no", "0"], ["batchnorm", "yes", "0"], ["l2 0.1", "no", "0.1"]]
    names = [row[0].strip("`") for row in shared[2:]]
    assert set(names) == set(setting_names()) - {"name", "batch_norm", "l2_lambda"}
    assert ["`hidden`", "512, 256"] in [row[:2] for row in shared]


def test_a_single_row_has_no_table_of_differences() -> None:
    assert "in which the rows differ" not in markdown(comparison_of({}))


def test_chance_is_told_by_the_number_of_test_images(classic: Comparison) -> None:
    assert "With 500 test images" in markdown(classic)


def test_rows_that_were_stopped_by_hand_say_so() -> None:
    assert "ended by hand" in markdown(comparison_of({}, status="stopped"))
    assert "ended by hand" not in markdown(comparison_of({}))


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


def test_csv_parses_back() -> None:
    comparison = comparison_of({"name": 'a,"b"\'c'}, {"batch_norm": True, "seed": 8}, test_accuracy=0.875)
    first, second = csv.DictReader(io.StringIO(to_csv(comparison)))
    assert first["label"] == first["name"] == 'a,"b"\'c'
    assert second["run_id"] == "run-1"
    assert second["hidden"] == "512,256"
    assert (second["seed"], second["batch_norm"], second["test_accuracy"]) == ("8", "True", "0.875")
    assert second["data_sha256"] == "ab" * 32


def test_json_parses_back(classic: Comparison) -> None:
    report = json.loads(to_json(classic))
    assert report["v"] == 1
    assert report["commands"] == commands(classic)
    assert report["shared"]["hidden"] == [512, 256]
    for record, run in zip(report["runs"], classic.runs, strict=True):
        assert record["run_id"] == run.run_id
        assert RunConfig.from_dict(record) == run.config
        assert record["test_accuracy"] == 0.9
        assert record["convergence_epoch"] == 2


STAGES = ["Data", "Forward", "Batch norm", "Backward", "Update"]
WHERE = "## Where the time of a training step went"


def timed_run(config: RunConfig, *seconds: float) -> Run:
    """A finished run of one epoch with 4 steps that took so long in the five stages."""
    stages = dict(zip(("data", "forward", "batch_norm", "backward", "update"), seconds, strict=True))
    run = finished_run(config, f"run-{config.display_name}-{config.seed}", stage_seconds=stages)
    run.apply(epoch(1, stage_seconds=stages))
    return run


def time_table(comparison: Comparison) -> list[list[str]]:
    """The table below the heading, but for its rule."""
    _, _, section = markdown(comparison).partition(f"\n{WHERE}\n")
    header, _, *rows = tables(section)[0]
    return [header, *rows]


def test_time_of_a_step_is_split_into_stages_row_by_row() -> None:
    runs = [
        timed_run(BASE, 0.008, 0.016, 0.0, 0.0144, 0.0016),
        timed_run(BASE.replace(batch_norm=True), 0.004, 0.004, 0.004, 0.004, 0.004),
    ]
    assert time_table(compare(runs)) == [
        ["Model", *STAGES],
        ["plain", "2.00 (20 %)", "4.00 (40 %)", "0.00 (0 %)", "3.60 (36 %)", "0.40 (4 %)"],
        ["batchnorm", *["1.00 (20 %)"] * 5],
    ]
    assert "Milliseconds a mini-batch, the mean over all epochs. " in markdown(compare(runs))


def test_time_of_a_step_is_the_mean_over_seeds() -> None:
    runs = [
        timed_run(BASE, 0.004, 0.0, 0.0, 0.0, 0.0),
        timed_run(BASE.replace(seed=8), 0.0, 0.0, 0.0, 0.004, 0.008),
    ]
    _, row = time_table(compare(runs))
    assert row == ["plain", "0.50 (25 %)", "0.00 (0 %)", "0.00 (0 %)", "0.50 (25 %)", "1.00 (50 %)"]
    assert "Milliseconds a mini-batch, the mean over all epochs and seeds. " in markdown(compare(runs))


def test_time_of_a_step_is_left_out_for_runs_that_did_not_measure_it(classic: Comparison) -> None:
    assert WHERE not in markdown(classic)
    measured, old = timed_run(BASE, *[0.004] * 5), finished_run(BASE.replace(batch_norm=True))
    assert [row[0] for row in time_table(compare([measured, old]))] == ["Model", "plain"]
    half = finished_run(BASE.replace(seed=8))
    assert WHERE not in markdown(compare([measured, half]))


def test_stages_that_took_no_time_at_all_do_no_harm() -> None:
    assert time_table(compare([timed_run(BASE, *[0.0] * 5)]))[1] == ["plain", *["0.00 (0 %)"] * 5]


def test_seconds_of_each_stage_are_columns_of_the_csv_and_one_object_of_the_json() -> None:
    measured, old = timed_run(BASE, 1, 2, 0, 4, 0.5), finished_run(BASE.replace(batch_norm=True))
    comparison = compare([measured, old])
    text = to_csv(comparison)
    first, second = csv.DictReader(io.StringIO(text))
    names = ["data_seconds", "forward_seconds", "batch_norm_seconds", "backward_seconds", "update_seconds"]
    assert [float(first[name]) for name in names] == [1, 2, 0, 4, 0.5]
    assert [second[name] for name in names] == [""] * 5
    assert "stage_seconds" not in text
    records = json.loads(to_json(comparison))["runs"]
    stages = {"data": 1, "forward": 2, "batch_norm": 0, "backward": 4, "update": 0.5}
    assert [record["stage_seconds"] for record in records] == [stages, {}]
    assert not records[0].keys() & set(names)


@pytest.mark.parametrize("kind", ["md", "csv", "json"])
def test_nothing_to_report_is_no_reason_to_fail(kind: str) -> None:
    assert render(compare([]), kind)


# ------------------------------------------------------------------------------------------------- export


def test_a_report_is_written_and_its_place_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert export.write_report(Path("results.md"), "λ\n") == tmp_path / "results.md"
    assert (tmp_path / "results.md").read_text(encoding="utf-8") == "λ\n"


def test_a_tilde_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert export.write_report(Path("~/results.md"), "x") == tmp_path / "results.md"


def test_an_existing_file_is_never_written_over_unless_said_so(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    path.write_text("precious")
    with pytest.raises(export.FileTakenError, match="exists already") as caught:
        export.write_report(path, "new")
    assert str(path) in str(caught.value)
    assert caught.value.exit_code == 2
    assert path.read_text() == "precious"
    export.write_report(path, "new", overwrite=True)
    assert path.read_text() == "new"


def test_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(export.FileTakenError):
        export.write_report(path, "new")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("place", ["missing/results.md", "file/results.md"])
def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="choose another place") as caught:
        export.write_report(tmp_path / place, "x")
    assert str(tmp_path / place) in str(caught.value)
    with pytest.raises(RunError, match="is not a directory"):
        export.check_writable(tmp_path / place, overwrite=False)


def test_a_directory_is_no_place_for_a_report(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        export.write_report(tmp_path, "x", overwrite=True)
    with pytest.raises(export.FileTakenError):
        export.check_writable(tmp_path, overwrite=False)


def test_a_disk_that_gets_full_does_not_cost_the_old_report(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    path.write_text("precious")
    with file_size_limit(1000), pytest.raises(RunError, match="cannot be written"):
        export.write_report(path, "x" * 100_000, overwrite=True)
    assert path.read_text() == "precious"


def test_checking_leaves_a_free_place_free(tmp_path: Path) -> None:
    export.check_writable(tmp_path / "results.md", overwrite=False)
    assert list(tmp_path.iterdir()) == []


def test_free_names_count_up(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    assert export.free_name(path) == path
    path.touch()
    assert export.free_name(path) == tmp_path / "results-2.md"
    (tmp_path / "results-2.md").touch()
    assert export.free_name(path) == tmp_path / "results-3.md"
