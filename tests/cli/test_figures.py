"""Figures beside the reports that commands write."""

import sys
from pathlib import Path

import pytest

from mnist_tui.errors import RunError
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.reports import files as places
from mnist_tui.runs.layout import list_runs
from tests.command import Command, assert_done, assert_refused

COMPARE = ("compare", "--dataset", "sample")


def files(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_figures_stand_beside_the_report_and_in_it(
    command: Command, played: ScriptedExecutor, tmp_path: Path
) -> None:
    result = command(*COMPARE, "-o", tmp_path / "my results.md")
    assert_done(result)
    assert files(tmp_path) == ["my results-accuracy.svg", "my results-loss.svg", "my results.md"]
    report = (tmp_path / "my results.md").read_text(encoding="utf-8")
    assert "![Loss over the epochs](my%20results-loss.svg)\n" in report
    assert "![Accuracy over the epochs](my%20results-accuracy.svg)\n\nBold, with marks: " in report
    assert report.count("Bold, with marks: ") == 1
    assert report.index("## Differences") < report.index("## Figures") < report.index("## More of each row")
    assert result.stdout.endswith(
        f"Figures: my results-loss.svg, my results-accuracy.svg\nReport: {tmp_path / 'my results.md'}\n"
    )


def test_a_sweep_has_a_figure_of_its_own(command: Command, played: ScriptedExecutor, tmp_path: Path) -> None:
    sweep = ("--sweep", "l2_lambda=0,0.1,1", "--figures", "png")
    assert_done(command(*COMPARE, *sweep, "-o", tmp_path / "r.md"))
    assert files(tmp_path) == ["r-accuracy.png", "r-loss.png", "r-sweep.png", "r.md"]
    assert "![Test accuracy by L2 λ](r-sweep.png)" in (tmp_path / "r.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("flags", "made"),
    [
        (("-o", "r.md", "--figures", "none"), ["r.md"]),
        (("-o", "r.csv"), ["r.csv"]),
        (("-o", "r.json"), ["r.json"]),
        (("-o", "r.json", "--figures", "pdf"), ["r-accuracy.pdf", "r-loss.pdf", "r.json"]),
        (("-o", "r.txt"), ["r-accuracy.svg", "r-loss.svg", "r.txt"]),
        ((), []),
    ],
)
@pytest.mark.parametrize("act", [COMPARE, ("report",)])
def test_which_figures_are_made_is_what_was_asked_for(
    command: Command,
    played: ScriptedExecutor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: tuple[str, ...],
    flags: tuple[str, ...],
    made: list[str],
) -> None:
    if act == ("report",):
        assert_done(command(*COMPARE))
    monkeypatch.chdir(tmp_path)
    assert_done(command(*act, *flags))
    assert files(tmp_path) == made


def test_figures_without_a_report_have_no_place(command: Command) -> None:
    assert_refused(command(*COMPARE, "--figures", "svg"), 2, "--output")
    assert list_runs() == []


@pytest.mark.parametrize("name", ["loss", "accuracy"])
def test_a_figure_that_is_there_is_kept_unless_it_may_be_replaced(
    command: Command, played: ScriptedExecutor, tmp_path: Path, name: str
) -> None:
    there = tmp_path / f"r-{name}.svg"
    there.write_text("precious")
    assert_refused(command(*COMPARE, "-o", tmp_path / "r.md"), 2, str(there), "exists already", "--force")
    assert list_runs() == []
    assert there.read_text() == "precious"
    assert_done(command(*COMPARE, "-o", tmp_path / "r.md", "--force"))
    assert there.read_text().startswith("<?xml")


def test_a_place_that_is_none_for_a_figure_is_refused_before_training(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "r-loss.svg").mkdir()
    result = command(*COMPARE, "-o", tmp_path / "r.md", "--force")
    assert result.returncode == 1
    assert "r-loss.svg cannot be written" in result.stderr
    assert list_runs() == []


def test_a_figure_that_cannot_be_written_costs_neither_the_report_nor_the_others(
    command: Command, played: ScriptedExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = places.write_report

    def full(path: Path, content: str | bytes, *, overwrite: bool = False) -> Path:
        if path.stem.endswith("-accuracy"):
            raise RunError(f"{path} cannot be written (No space left on device): choose another place.")
        return write(path, content, overwrite=overwrite)

    monkeypatch.setattr(places, "write_report", full)
    result = command(*COMPARE, "-o", tmp_path / "r.md")
    assert result.returncode == 1
    assert "r-accuracy.svg cannot be written" in result.stderr
    assert files(tmp_path) == ["r-loss.svg", "r.md"]
    report = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert "(r-loss.svg)" in report
    assert "r-accuracy.svg" not in report


def test_reports_made_twice_are_the_same_to_the_last_byte(
    command: Command, played: ScriptedExecutor, tmp_path: Path
) -> None:
    assert_done(command(*COMPARE, "--sweep", "l2_lambda=0,0.1,1", "--seeds", "2"))
    for place in ("first", "second"):
        (tmp_path / place).mkdir()
        assert_done(command("report", "-o", tmp_path / place / "r.md"))
    first, second = tmp_path / "first", tmp_path / "second"
    assert files(first) == files(second)
    assert len(files(first)) == 4
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in files(first))


@pytest.mark.parametrize("act", [("runs",), ("report",), ("report", "-o", "r.md", "--figures", "none")])
def test_a_command_that_draws_nothing_does_not_load_matplotlib(
    command: Command,
    played: ScriptedExecutor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: tuple[str, ...],
) -> None:
    assert_done(command(*COMPARE))
    monkeypatch.chdir(tmp_path)
    for name in list(sys.modules):
        if name == "mnist_tui.reports.figures" or name.partition(".")[0] == "matplotlib":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # whoever loads it fails
    assert_done(command(*act))
