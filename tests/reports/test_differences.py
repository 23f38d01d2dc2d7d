"""Rows beside the baseline, in Markdown, JSON and CSV."""

import csv
import io
import json

import numpy as np
import pytest

from mnist_tui.analysis.comparison import compare
from mnist_tui.analysis.conclusions import Conclusions, conclude
from mnist_tui.analysis.difference_notes import baseline_note, difference_notes
from mnist_tui.analysis.differences import Correct
from mnist_tui.analysis.findings import findings
from mnist_tui.reports.markdown import markdown
from mnist_tui.reports.record import to_json
from mnist_tui.reports.tables import plain
from mnist_tui.reports.tabular import to_csv
from mnist_tui.runs.run import Run
from tests.reports.helpers import BASE, comparison_of, tables
from tests.runs.helpers import finished_run

pytestmark = pytest.mark.quick

ACCURACIES = {False: (0.90, 0.92, 0.91), True: (0.95, 0.97, 0.965)}
"""Of three seeds, without and with batch normalisation."""


def over_seeds(baseline: int = 0, **names: str) -> Conclusions:
    runs = [
        finished_run(
            BASE.replace(seed=seed, batch_norm=switch, **names),
            f"run-{switch}-{seed}",
            test_accuracy=accuracies[seed],
            train_seconds=1.25 + 0.1 * seed * switch,
        )
        for switch, accuracies in ACCURACIES.items()
        for seed in range(3)
    ]
    return conclude(compare(runs), baseline)


def of_two_networks() -> Conclusions:
    def correct(run: Run) -> Correct:
        order = np.arange(500) if run.config.batch_norm else np.arange(500)[::-1]
        right: Correct = order < 490
        return right

    return conclude(comparison_of({}, {"batch_norm": True}), correct=correct)


def of_switches() -> Conclusions:
    """All combinations of batch normalisation and L2, which add up, over three seeds."""
    return conclude(
        compare(
            finished_run(
                BASE.replace(seed=seed, batch_norm=norm, l2_lambda=penalty),
                f"run-{norm}-{penalty}-{seed}",
                test_accuracy=0.9 + 0.05 * norm + 0.1 * penalty + seed * (1 + norm) / 500,
            )
            for norm in (False, True)
            for penalty in (0.0, 0.1)
            for seed in range(3)
        )
    )


def test_all_combinations_of_switches_have_a_table_of_effects() -> None:
    conclusions = of_switches()
    text = markdown(conclusions)
    [effects] = tables(text.partition("\n## Effects of the switches\n")[2].partition("\n## ")[0])
    assert effects[2:] == [
        ["Batch normalisation", "+5.20 (+4.70 to +5.70)", "▲ better", "&lt; 0.001"],
        ["L2 with λ = 0.1", "+1.00 (+0.86 to +1.14)", "▲ better", "0.001"],
        ["Batch normalisation × L2 with λ = 0.1", "0.00 (−0.29 to +0.29)", "? unclear", "1.00"],
    ]
    record = json.loads(to_json(conclusions))["ablation"]
    assert [factor["name"] for factor in record["factors"]] == ["batch_norm", "l2_lambda"]
    assert [effect["factors"] for effect in record["effects"]] == [
        ["batch_norm"],
        ["l2_lambda"],
        ["batch_norm", "l2_lambda"],
    ]
    assert record["best"]["label"] == "batchnorm + l2 0.1"
    assert "## Effects" not in markdown(over_seeds())
    assert json.loads(to_json(over_seeds()))["ablation"] is None


def section(text: str) -> str:
    _, _, rest = text.partition("\n## Differences\n")
    return rest.partition("\n## ")[0]


def test_every_row_but_the_baseline_stands_in_the_tables_of_differences() -> None:
    first, second = tables(section(markdown(over_seeds())))
    assert first[0] == ["Model", "Δ test accuracy, points (95 % interval)", "Verdict", "p (Holm)"]
    assert first[2:] == [["batchnorm", "+5.17 (+4.45 to +5.88)", "▲ better", "0.001"]]
    assert second[0] == ["Model", "Δ training time", "Δ time an epoch", "Δ epochs to converge"]
    assert second[2][0] == "batchnorm"
    assert second[2][1].startswith("+0.10 s (−0.15 to +0.35)")


def test_another_row_can_be_the_baseline() -> None:
    first, _ = tables(section(markdown(over_seeds(baseline=1))))
    assert first[2:] == [["plain", "−5.17 (−5.88 to −4.45)", "▼ worse", "0.001"]]


def test_how_to_read_them_stands_around_the_tables() -> None:
    found = over_seeds()
    text = section(markdown(found))
    assert plain(baseline_note(found)) in text.splitlines()
    assert len(difference_notes(found)) > 1
    assert all(plain(sentence) in text.splitlines() for sentence in difference_notes(found))


def test_two_networks_have_the_digits_in_which_they_differ() -> None:
    first, _ = tables(section(markdown(of_two_networks())))
    assert first[0][-1] == "Fixed / broken digits"
    assert first[2][2:] == ["? unclear", "1.00", "10 / 10"]
    assert "about these two networks, not about the methods" in section(markdown(of_two_networks()))


def test_one_row_has_nothing_to_differ_from() -> None:
    assert "## Differences" not in markdown(comparison_of({}))
    assert json.loads(to_json(comparison_of({})))["differences"] == []


@pytest.mark.parametrize("name", ["a|b", "<script>", "=1+1", "`code`"])
def test_names_are_harmless(name: str) -> None:
    found = over_seeds(name=name)
    for header, _, line in tables(section(markdown(found))):
        assert len(line) == len(header)
    assert "<script>" not in section(markdown(found))
    lines = list(csv.DictReader(io.StringIO(to_csv(found))))
    assert {line["baseline"][:2] for line in lines} == {"'=" if name.startswith("=") else name[:2]}


def test_json_has_every_difference_with_its_estimates() -> None:
    report = json.loads(to_json(over_seeds()))
    assert (report["baseline"], report["margin"], report["confidence"]) == ("plain", 0.002, 0.95)
    [found] = report["differences"]
    assert (found["label"], found["baseline"], found["verdict"]) == ("batchnorm", "plain", "better")
    accuracy = found["estimates"]["test_accuracy"]
    assert accuracy["value"] == pytest.approx(0.155 / 3)
    assert accuracy["low"] < accuracy["value"] < accuracy["high"]
    assert (accuracy["method"], accuracy["count"]) == ("paired t", 3)
    assert found["adjusted_p"] == pytest.approx(accuracy["p_value"])
    assert found["is_about_methods"]
    assert (found["fixed"], found["broken"], found["cpu_time"], found["not_compared"]) == (None, None, [], {})
    assert report["difference_notes"] == difference_notes(over_seeds())


def test_json_counts_the_digits_of_two_networks() -> None:
    [found] = json.loads(to_json(of_two_networks()))["differences"]
    assert (found["fixed"], found["broken"], found["is_about_methods"]) == (10, 10, False)


def test_json_says_why_something_is_not_compared() -> None:
    [found] = json.loads(to_json(comparison_of({}, {"batch_norm": True})))["differences"]
    assert found["verdict"] is None
    assert "cannot be read" in found["not_compared"]["test_accuracy"]


def test_csv_repeats_what_a_row_is_beside_the_baseline_for_each_of_its_runs() -> None:
    lines = list(csv.DictReader(io.StringIO(to_csv(over_seeds()))))
    assert [line["verdict"] for line in lines] == [""] * 3 + ["better"] * 3
    assert {line["baseline"] for line in lines} == {"plain"}
    for line in lines[3:]:
        low, value, high = (float(line[f"test_accuracy_difference{end}"]) for end in ("_low", "", "_high"))
        assert value == pytest.approx(0.155 / 3)
        assert low < value < high
        assert line["times_compared"] == "train_seconds"
    assert lines[0]["test_accuracy_difference"] == lines[0]["times_compared"] == ""


def test_csv_says_where_times_are_cpu_time() -> None:
    runs = [finished_run(BASE), finished_run(BASE.replace(batch_norm=True), other_runs=1)]
    assert [line["times_compared"] for line in csv.DictReader(io.StringIO(to_csv(compare(runs))))] == [
        "",
        "cpu_seconds",
    ]


def test_findings_stand_between_the_table_and_the_differences() -> None:
    text = markdown(over_seeds())
    found = findings(over_seeds())
    assert found
    assert [line for line in text.splitlines() if line.startswith("- ")][: len(found)] == [
        f"- {plain(sentence)}" for sentence in found
    ]
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings[:3] == ["# mnist-tui: comparison", "## Findings", "## Differences"]


def test_two_swept_settings_are_a_table_with_a_cell_for_each_combination() -> None:
    changes = [{"l2_lambda": l2, "dropout": dropout} for l2 in (0.0, 0.1) for dropout in (0.0, 0.2, 0.5)]
    text = markdown(comparison_of(*changes[:-1]))
    _, _, rest = text.partition("\n## Test accuracy by L2 λ and Dropout\n")
    assert tables(rest)[0] == [
        ["L2 λ ↓ Dropout →", "0", "0.2", "0.5"],
        ["---", "---:", "---:", "---:"],
        ["0", "90.00 %", "90.00 %", "90.00 %"],
        ["0.1", "90.00 %", "90.00 %", "–"],
    ]
    assert "Test accuracy by" not in markdown(comparison_of(*changes[:2]))
