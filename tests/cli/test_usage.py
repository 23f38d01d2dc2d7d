"""What everybody gets who asks for help, or for something that cannot be."""

import os
from pathlib import Path

import pytest

from mnist_tui import __version__
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.layout import RunDirectory, list_runs
from tests.cli.conftest import SMALL
from tests.command import Command, assert_done, assert_refused, mnist_tui
from tests.runs.helpers import finished, make_run, started


@pytest.mark.quick
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("train", "--l2-lambda", "-1"), ("l2_lambda", "-1", "0 to 1,000")),
        (("train", "--l2-lambda", "nan"), ("l2_lambda", "nan", "finite")),
        (("train", "--l2-lambda", "much"), ("l2_lambda", "“much”", "a number")),
        (("train", "--hidden", "0"), ("hidden", "0", "1 to 4,096")),
        (("compare", "--hidden", "10000000"), ("hidden", "10000000", "1 to 4,096")),
        (("train", "--name", "a\nb\x1b[31m"), ("name", "printable")),
        (("train", "--dataset", "/no/such/place"), ("/no/such/place", "directory")),
        (("train", "--dataset", "mnist"), ("mnist-tui data fetch",)),
        (("train", "--warp-drive"), ("--warp-drive", "`mnist-tui train --help`")),
        (("train", "--epohcs", "3"), ("--epohcs", "Did you mean --epochs? See")),
        (("train", "--epochs"), ("--epochs needs a value", "`mnist-tui train --help`")),
        (("train", "extra"), ("“extra”", "`mnist-tui train --help`")),
        (("tarin",), ("“tarin”", "did you mean `mnist-tui train`?", "`mnist-tui --help`")),
        (
            ("runs", "shwo", "last"),
            ("“shwo”", "did you mean `mnist-tui runs show`?", "`mnist-tui runs --help`"),
        ),
        (("runs", "show"), ("RUN-ID is missing", "`mnist-tui runs show --help`")),
        (("compare", "--seeds", "0"), ("seeds", "1 to 100", "0")),
        (("report", "--format", "pdf"), ("pdf", "md")),
        (("dance",), ("dance", "--help")),
        (("train", "--preset", "turbo"), ("turbo", "fast", "best")),
        (("compare", "--sweep", "lambda=0,1"), ("sweep", "SETTING=VALUE", "l2_lambda")),
        (("compare", "--sweep", "batch_norm=off,on", "--no-batch-norm"), ("--batch-norm", "row by row")),
        (("compare", "--sweep", "seed=1,2", "--seeds", "2"), ("seeds", "sweep over seed")),
        (
            ("compare", "--sweep", "augment=shift,affine", "--augment-strength", "1.5"),
            ("whole pixels", "1.5"),
        ),
        (("compare", "--seeds", "1.5"), ("--seeds", "“1.5”", "whole number")),
        (("compare", "--seeds", "two"), ("--seeds", "“two”", "whole number")),
        (("fork", "nothing", "--epoch", "3.7"), ("--epoch", "“3.7”", "whole number")),
        (("bench", "--rounds", "1.5"), ("--rounds", "“1.5”", "whole number")),
        (("bench", "--steps", "2.5"), ("--steps", "“2.5”", "whole number")),
        (("train", "--batch-norm=maybe"), ("batch_norm", "“maybe”", "on or off")),
        (("bench", "--rounds", "0"), ("rounds", "1 to 10,000", "0")),
        (("bench", "--steps", "10001"), ("steps", "1 to 10,000", "10001")),
    ],
    ids=lambda value: " ".join(value).encode("unicode_escape").decode() if isinstance(value, tuple) else None,
)
def test_bad_input_gets_one_sentence(
    command: Command, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert_refused(command(*arguments), 2, *words)
    assert list_runs() == []


@pytest.mark.quick
@pytest.mark.parametrize(
    "command_line",
    [
        ("resume", "nothing"),
        ("fork", "nothing", "--dropout", "0.1"),
        ("runs", "show", "nothing"),
        ("runs", "delete", "nothing"),
        ("report", "nothing"),
    ],
    ids=" ".join,
)
def test_a_run_that_is_not_there_is_bad_input(command: Command, command_line: tuple[str, ...]) -> None:
    assert_refused(command(*command_line), 2, "There is no run “nothing”", "mnist-tui runs")


@pytest.mark.quick
def test_the_last_run_and_names_are_understood_wherever_a_run_is_asked_for(command: Command) -> None:
    one, other = (make_run([started(), finished()], name=name).run_id for name in ("one", "other"))
    assert one in command("runs", "show", "one").stdout
    assert max(one, other) in command("runs", "show", "last").stdout
    assert_refused(command("runs", "show", "noe"), 2, "no run “noe”: did you mean “one”?")
    assert_refused(command("resume", "one"), 1, one)
    assert_refused(command("fork", "other", "--dropout", "0.1"), 1, other, "no complete epoch")
    assert_refused(command("runs", "delete", "last", "--yes"), 2, "“last”", "six digits")


@pytest.mark.quick
def test_a_name_that_fits_several_runs_is_bad_input(command: Command) -> None:
    for _ in range(2):
        make_run([started(), finished()])
    assert_refused(command("runs", "show", "2"), 2, "2 runs fit", "mnist-tui runs")


@pytest.mark.quick
@pytest.mark.parametrize(
    ("flag", "is_on"),
    [
        ("--batch-norm", True),
        ("--batch-norm=on", True),
        ("--batch-norm=YES", True),
        ("--batch-norm=off", False),
        ("--batch-norm=0", False),
        ("--no-batch-norm", False),
    ],
)
def test_a_switch_takes_the_words_that_lists_use(
    command: Command, played: ScriptedExecutor, flag: str, is_on: bool
) -> None:
    assert_done(command("train", "--dataset", "sample", flag))
    [path] = list_runs()
    assert RunDirectory(path).read_config().batch_norm is is_on


@pytest.mark.quick
def test_a_data_directory_without_the_files_names_the_variable(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tmp_path))
    assert_refused(command("train"), 2, "MNIST_TUI_DATA_DIR", "train-images-idx3-ubyte.gz")


@pytest.mark.quick
def test_a_directory_without_the_files_is_refused_before_a_run_is_made(
    command: Command, tmp_path: Path, home: Path
) -> None:
    assert_refused(command("train", "--dataset", tmp_path), 2, "train-images-idx3-ubyte.gz")
    assert not (home / "runs").exists()


@pytest.mark.quick
@pytest.mark.parametrize(("place", "code"), [("a file", 1), ("~no-such-user-here/x", 2)])
def test_a_home_that_cannot_be_used_names_the_variable(
    command: Command, tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, code: int
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("MNIST_TUI_HOME", place if place.startswith("~") else str(tmp_path / place))
    assert_refused(command("train", "--dataset", tiny_data, *SMALL), code, "MNIST_TUI_HOME")


def test_the_dashboard_without_a_terminal_says_what_to_use_instead() -> None:
    assert_refused(mnist_tui(), 2, "terminal", "mnist-tui train", "mnist-tui compare")


@pytest.mark.quick
def test_the_help_of_a_fork_offers_what_a_fork_can_change_and_says_what_is_wanted(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    text = command("fork", "--help").stdout
    assert "--learning-rate NUMBER|auto" in text
    assert "--hidden" not in text
    assert "default: 30" not in text
    text = command("train", "--help").stdout
    for words in (
        "--hidden INT,INT,…",
        "--epochs INT",
        "--optimizer CHOICE",
        "--dataset NAME|DIR",
        "default: 30",
    ):
        assert words in text
    assert "STR" not in text


def test_help_and_version_need_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_HOME", os.devnull)
    text = mnist_tui("train", "--help").stdout
    assert "--l2-lambda" in text
    assert "--batch-norm" in text
    assert mnist_tui("--version").stdout.strip() == __version__
