"""Designs: rows and seeds become configurations, switches become rows."""

import random
from typing import Any

import pytest

from mnist_tui.errors import ConfigError
from mnist_tui.settings.design import Design, Switch, combinations, parse_switches, switches_of
from mnist_tui.settings.labels import distinct_labels
from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import RunConfig

pytestmark = pytest.mark.quick

SHARED = RunConfig(dataset="sample")
PLAIN, NORMED = SHARED, SHARED.replace(batch_norm=True)


def test_all_rows_come_with_the_first_seed_before_any_comes_with_the_second() -> None:
    design = Design((PLAIN, NORMED.replace(seed=7)), 3)
    assert [(config.batch_norm, config.seed) for config in design.configs] == [
        (False, 0),
        (True, 7),
        (False, 1),
        (True, 8),
        (False, 2),
        (True, 9),
    ]


def test_labels_name_seeds_where_there_are_several() -> None:
    assert Design((PLAIN, NORMED)).labels == ["plain", "batchnorm"]
    assert Design((PLAIN, NORMED), 2).labels == [
        "plain, seed 0",
        "batchnorm, seed 0",
        "plain, seed 1",
        "batchnorm, seed 1",
    ]


def test_rows_that_differ_by_the_seed_alone_are_one_to_a_reader() -> None:
    assert Design((PLAIN, NORMED), 2).row_labels == ["plain", "batchnorm"]
    assert Design((PLAIN, PLAIN.replace(seed=1), NORMED)).row_labels == ["plain", "batchnorm"]


@pytest.mark.parametrize("seeds", [0, -1, 101])
def test_a_number_of_seeds_that_is_no_plan_is_refused(seeds: int) -> None:
    with pytest.raises(ConfigError, match=f"seeds must be from 1 to 100, not {seeds}\\."):
        Design((PLAIN,), seeds)


def test_epochs_change_in_all_rows() -> None:
    assert Design((PLAIN, NORMED), 2).with_epochs(3) == Design(
        (PLAIN.replace(epochs=3), NORMED.replace(epochs=3)), 2
    )


# Switches


@pytest.mark.parametrize(
    ("text", "switches"),
    [
        ("batch_norm", (Switch("batch_norm", True),)),
        ("batch-norm, --dropout = 0.2 ,", (Switch("batch_norm", True), Switch("dropout", 0.2))),
        ("batch_norm=on,l2_lambda=1", (Switch("batch_norm", True), Switch("l2_lambda", 1.0))),
        ("optimizer=adam,schedule=cosine", (Switch("optimizer", "adam"), Switch("schedule", "cosine"))),
        ("augment=shift,early_stopping=5", (Switch("augment", "shift"), Switch("early_stopping", 5))),
    ],
)
def test_switches_are_read_as_typed(text: str, switches: tuple[Switch, ...]) -> None:
    assert parse_switches(text) == switches
    assert parse_switches(",".join(map(str, switches))) == switches


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["1 to 6", "not 0"]),
        ("hidden=512", ["batch_norm, l2_lambda, dropout, optimizer", "“hidden”"]),
        ("seed=1", ["“seed”"]),
        ("learning_rate=0.1", ["“learning_rate”"]),
        ("batch_norm,x\x1b[2J", ["must name any of"]),
        ("l2_lambda", ["needs the value that it has when it is on", "l2_lambda=0.01"]),
        ("optimizer=", ["optimizer=momentum"]),
        ("dropout=0", ["another value than 0, which is off"]),
        ("batch_norm=off", ["another value than off"]),
        ("optimizer=sgd", ["another value than sgd"]),
        ("dropout=2", ["dropout must be 0 or more and below 1", "2"]),
        ("dropout=0.1;0.2", ["dropout must be a number"]),
        ("augment=turn", ["augment must be one of"]),
        ("dropout=0.1,batch_norm,dropout=0.2", ["dropout twice"]),
        (
            "batch_norm,l2_lambda=1,dropout=0.1,optimizer=adam,schedule=step,augment=shift,early_stopping=2",
            ["1 to 6", "not 7"],
        ),
    ],
)
def test_what_is_no_switch_is_refused_in_a_sentence(text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_switches(text)
    sentence = str(caught.value)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    for word in words:
        assert word in sentence


def test_every_combination_is_a_row_and_all_off_is_the_first() -> None:
    rows = combinations(SHARED, parse_switches("batch_norm,l2_lambda=0.1,optimizer=adam"))
    assert distinct_labels(rows) == [
        "plain",
        "adam",
        "l2 0.1",
        "l2 0.1 + adam",
        "batchnorm",
        "batchnorm + adam",
        "batchnorm + l2 0.1",
        "batchnorm + l2 0.1 + adam",
    ]
    assert {row.replace(batch_norm=False, l2_lambda=0, optimizer="sgd") for row in rows} == {SHARED}


def test_six_switches_make_64_rows_with_names_of_their_own() -> None:
    text = "batch_norm,l2_lambda=0.1,dropout=0.2,optimizer=adam,schedule=cosine,augment=shift"
    rows = combinations(SHARED, parse_switches(text))
    assert len(set(rows)) == len(set(distinct_labels(rows))) == 64


def test_what_is_on_in_the_shared_settings_is_off_in_half_of_the_rows() -> None:
    assert combinations(NORMED, parse_switches("batch_norm")) == [PLAIN, NORMED]


def test_a_switch_that_changes_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="momentum changes nothing beside optimizer sgd"):
        combinations(SHARED, parse_switches("momentum=0.9"))
    nesterov = SHARED.replace(optimizer="nesterov")
    assert [row.momentum for row in combinations(nesterov, parse_switches("momentum=0.9"))] == [0, 0.9]
    assert len(combinations(SHARED, parse_switches("momentum=0.8,optimizer=nesterov"))) == 4


# Back from rows to switches


@pytest.mark.parametrize(
    "text", ["batch_norm", "dropout=0.2,batch_norm,l2_lambda=0.1", "optimizer=adam,augment=shift"]
)
def test_the_rows_tell_the_switches(text: str) -> None:
    switches = parse_switches(text)
    rows = combinations(SHARED, switches)
    assert switches_of(rows) == switches
    assert set(switches_of(random.Random(0).sample(rows, len(rows)))) == set(switches)
    decided = [
        row.replace(learning_rate=row.peak_learning_rate, threads=number % 3 + 1, name=f"{number}")
        for number, row in enumerate(rows)
    ]
    assert switches_of(decided) == switches
    assert switches_of([row.replace(learning_rate=0.4) for row in rows]) == switches


def _one(**changes: Any) -> RunConfig:
    return SHARED.replace(**changes)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [PLAIN],
        [PLAIN, PLAIN],
        classic_rows(SHARED),
        [PLAIN, NORMED, NORMED.replace(seed=1), PLAIN],
        [_one(l2_lambda=value) for value in (0, 0.1, 1)],
        [_one(l2_lambda=value) for value in (0.1, 1)],
        [_one(hidden=value) for value in ((16,), (32,))],
        [_one(batch_norm=normed, learning_rate=rate) for normed in (False, True) for rate in (0.1, 0.2)],
        [_one(batch_norm=normed, dropout=drop) for normed, drop in [(False, 0), (True, 0), (True, 0.2)]],
    ],
)
def test_rows_that_are_no_combinations_have_no_switches(rows: list[RunConfig]) -> None:
    assert switches_of(rows) == ()
