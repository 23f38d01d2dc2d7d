"""What somebody types to find rows: words, conditions, and what is said where it means nothing."""

from typing import Any

import pytest

from mnist_tui.analysis.columns import COLUMNS
from mnist_tui.analysis.filters import Filter, FilterError, parse

pytestmark = pytest.mark.quick

ROW: dict[str, Any] = {
    "test_accuracy": 0.9807,
    "batch_norm": True,
    "l2_lambda": 0.1,
    "learning_rate": 0.4,
    "optimizer": "adam",
    "hidden": (512, 256),
    "time": 95.0,
    "accuracy_difference": -0.0013,
    "convergence_epoch": 7,
    "validation_accuracy": None,
    "status_words": "early stop",
    "dataset": "MNIST sample",
}


def admits(text: str, words: str = "batchnorm + l2 0.1 early stop MNIST") -> bool:
    seeds = [0, 1, 2]
    return parse(text).admits(words, lambda key: seeds if key == "seed" else [ROW[key]])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "BATCH early",
        "-stopped",
        "acc>98",
        "acc > 98",
        "acc>0.98",
        "acc>=98.07%",
        "test=98.07",
        "bn=yes l2=0.1 rate<1",
        "bn=on",
        "opt=adam",
        "optimizer!=sgd",
        "hidden=512,256",
        "time>1:30",
        "time<100s",
        "Δ<-0.1",
        "accuracy_d<0",
        "conv==7",
        "status=early",
        "data=mnist",
        "seed=2",
        "batchnorm acc>98 -sgd",
    ],
)
def test_a_row_is_found(text: str) -> None:
    assert admits(text)


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "-early",
        "acc>99",
        "acc>0.99",
        "bn=no",
        "hidden=512",
        "opt=sgd",
        "seed=7",
        "time>95",
        "l2!=0.1",
    ],
)
def test_a_row_is_not_found(text: str) -> None:
    assert not admits(text)


@pytest.mark.parametrize("condition", ["valid>1", "valid<100", "valid!=3", "valid=0"])
def test_what_is_not_known_yet_fulfils_nothing(condition: str) -> None:
    assert not admits(condition)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("foo=1", "There is no column “foo”. Some are acc, time, bn, l2, rate, seed."),
        ("acc>", "acc> compares with nothing: write a value behind it, for example acc>98."),
        ("acc>high", "acc is a number, and “high” is none: for example acc>98."),
        ("acc>nan", "acc is a number, and “nan” is none: for example acc>98."),
        ("bn=maybe", "bn is yes or no, not “maybe”: for example bn=yes."),
        ("opt>adam", "opt has no order: only = and != compare it."),
        (">98", "“>98” names no column: write one before it, as in acc>98."),
        ("me=1", "There is no column “me”. Some are acc, time, bn, l2, rate, seed."),
        ("test_=1", "“test_” may be test_accuracy or test_loss: write more of it."),
    ],
)
def test_what_means_nothing_is_said_in_words(text: str, words: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert str(caught.value) == words


def test_every_column_can_be_compared_with_something() -> None:
    for key in COLUMNS:
        [condition] = parse(f"{key}=1").conditions
        assert (condition.sign, condition.value) == ("=", "1")
        assert condition.key in COLUMNS
    assert parse("a b").words == ("a", "b")
    assert Filter().is_empty
    assert not parse("-a").is_empty
