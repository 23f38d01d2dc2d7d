"""The lines of the table as texts: what tells rows apart, what all agree in, the best of each column."""

from dataclasses import replace

import pytest

from mnist_tui.runs.run import Status
from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.renderables.progress import progress_cell
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.session import Session
from mnist_tui.tui.table.agreed import agreed
from mnist_tui.tui.table.cells import SHAPES, texts, value
from mnist_tui.tui.table.choice import Choice, Chosen
from mnist_tui.tui.table.ledger import Ledger
from mnist_tui.tui.table.lines import cell, head
from tests.tui.helpers import Shelf

pytestmark = pytest.mark.quick


def ledger_of(session: Session) -> Ledger:
    ledger = Ledger()
    for entry_id in session.entries:
        ledger.take(entry_id, session.entry(entry_id))
    return ledger


def keys(ledger: Ledger, *, everything: bool = False) -> list[str]:
    return [one.key for one in ledger.columns(everything=everything)]


def row(session: Session, run_id: str) -> RowView:
    return session.row(session.row_of(run_id))


def test_settings_in_which_rows_differ_stand_after_the_name_and_the_others_fold_into_a_line(
    shelf: Shelf, session: Session
) -> None:
    ids = [shelf.add(accuracy=0.9), shelf.add(accuracy=0.8, learning_rate=0.1, dropout=0.2)]
    session.join(ids)
    ledger = ledger_of(session)
    assert keys(ledger)[:5] == ["label", "dropout", "learning_rate", "test_accuracy", "verdict_and_seeds"]
    assert ledger.agreed == "all: 512, 256 · sgd · batch 256 · seed 0 · MNIST sample"
    assert "batch_size" not in keys(ledger)
    assert {"batch_size", "seed", "accuracy_difference"} <= set(keys(ledger, everything=True))


def test_what_tells_apart_the_rows_that_are_shown_comes_first(shelf: Shelf, session: Session) -> None:
    ids = [shelf.add(), shelf.add(batch_size=64), shelf.add(hidden=(8,))]
    session.notice(set(ids))
    assert keys(ledger_of(session))[1:3] == ["hidden", "batch_size"]
    session.join(ids[:2])
    assert keys(ledger_of(session))[1:3] == ["batch_size", "hidden"]


def test_one_row_agrees_with_itself(shelf: Shelf, session: Session) -> None:
    assert Ledger().agreed == ""
    session.join([shelf.add(seed=3)])
    assert ledger_of(session).agreed == "512, 256 · sgd 0.4 · batch 256 · seed 3 · MNIST sample"


@pytest.mark.parametrize(
    ("its_texts", "words"),
    [
        ({}, ""),
        ({"batch_norm": "yes", "l2_lambda": "–", "dropout": "0.1"}, "batch norm · dropout 0.1"),
        ({"batch_norm": "no", "schedule": "constant", "early_stopping": "5"}, ""),
        ({"optimizer": "adam", "learning_rate": "0.001", "seed": "0–4"}, "adam 0.001 · seeds 0–4"),
        ({"learning_rate": "0.1", "early_stopping": "0"}, "rate 0.1 · early stop 0"),
    ],
)
def test_what_is_said_of_what_all_agree_in(its_texts: dict[str, str], words: str) -> None:
    assert agreed(its_texts, set(RunConfig().to_dict())) == words


def test_the_best_is_marked_with_more_than_a_colour_and_only_where_there_is_one(
    shelf: Shelf, session: Session
) -> None:
    good, better = shelf.add(accuracy=0.9), shelf.add(accuracy=0.95, batch_norm=True)
    session.join([good, better])
    ledger = ledger_of(session)
    best = ledger.stats("test_accuracy").best
    assert best == {better}
    assert ledger.legend == "* best"
    column = Chosen("test_accuracy", 9, is_narrow=False)
    marked = cell(ledger.lines[better], column, has_mark=True, is_best=True)
    other = cell(ledger.lines[good], column, has_mark=True, is_best=False)
    assert (marked.plain, other.plain) == (" 95.00 %*", " 90.00 % ")
    assert "bold" in str(marked.style)
    assert ledger.stats("convergence_epoch").best == set()  # both are as good
    third = shelf.add(Status.TRAINING, dropout=0.1)
    session.join([third])
    assert ledger_of(session).stats("time").best == set()  # its time is no result


@pytest.mark.parametrize(("cpu_seconds", "is_marked"), [(60.0, True), (20.0, False)])
def test_a_time_is_not_the_best_where_a_run_waited_for_cores(
    shelf: Shelf, session: Session, cpu_seconds: float, is_marked: bool
) -> None:
    ids = [shelf.add(), shelf.add(batch_norm=True)]
    for run_id, seconds in zip(ids, (60.0, 90.0), strict=True):
        result = shelf.runs[run_id].finished
        assert result
        processors = seconds / 60 * cpu_seconds
        shelf.runs[run_id].apply(replace(result, train_seconds=seconds, cpu_seconds=processors))
    session.join(ids)
    assert ledger_of(session).stats("time").best == ({ids[0]} if is_marked else set())


def test_only_columns_in_which_something_changed_are_worked_out_again(shelf: Shelf, session: Session) -> None:
    ids = [shelf.add(), shelf.add(Status.TRAINING, batch_norm=True)]
    session.join(ids)
    ledger = ledger_of(session)
    before = {key: ledger.stats(key) for key in SHAPES}
    assert not ledger.take(ids[0], session.entry(ids[0]))
    shelf.end(ids[1], accuracy=0.99)
    assert ledger.take(ids[1], session.entry(ids[1]))
    assert ledger.stats("learning_rate") is before["learning_rate"]
    assert ledger.stats("test_accuracy") is not before["test_accuracy"]
    ledger.keep([ids[0]])
    assert ledger.agreed.startswith("512, 256")


def test_values_to_sort_by_are_means_over_seeds(shelf: Shelf, session: Session) -> None:
    ids = [shelf.add(accuracy=0.9, seed=0), shelf.add(accuracy=0.8, seed=1)]
    session.join(ids)
    its_row = row(session, ids[0])
    assert value("test_accuracy", its_row) == pytest.approx(0.85)
    assert value("label", its_row) == "plain"
    assert value("hidden", its_row) == (512, 256)
    assert value("accuracy_difference", its_row) is None


def test_short_texts_leave_out_units_counts_and_intervals() -> None:
    short = {
        "test_accuracy": {"98.07 ± 0.12 % (5)": "98.07 ±0.12", "98.07 %": "98.07", "–": "–"},
        "time": {"20.6 ± 0.4 s (5)": "20.6s", "20.6 s†": "20.6s†", "–": "–"},
        "accuracy_difference": {"+0.08 (−0.15 to +0.31)": "+0.08", "": ""},
        "verdict_and_seeds": {"? unclear, 14 seeds": "?", "▲ better": "▲", "baseline": "base"},
        "status_words": {"failed: diverged": "✗ diverged", "failed": "failed", "early stop": "early stop"},
        "dataset": {"MNIST sample": "sample", "MNIST": "MNIST"},
        "convergence_epoch": {"12.4 ± 1.1 (5)": "12.4", "13": "13"},
    }
    for key, examples in short.items():
        assert {long: SHAPES[key].narrow(long) for long in examples} == examples


def test_a_row_that_trains_shows_a_bar_and_the_time_left(shelf: Shelf, session: Session) -> None:
    run_id = shelf.add(Status.TRAINING, epochs=4)
    session.join([run_id])
    entry = session.entry(run_id)
    assert plain(progress_cell(entry, 16)) == "━━━━━───── ≤0:02"
    for width in range(60):
        assert len(plain(progress_cell(entry, width))) <= width
    assert plain(progress_cell(entry, 40)).endswith("/s")
    assert plain(progress_cell(entry, 3)) == "≤0…"


def test_a_row_that_waits_says_its_place_and_a_row_of_seeds_how_many_are_done(
    shelf: Shelf, session: Session
) -> None:
    waits = shelf.add(Status.TRAINING, batch_norm=True)
    seeds = [shelf.add(Status.COMPLETED, seed=0), shelf.add(Status.TRAINING, seed=1)]
    session.join([waits, *seeds])
    shelf.waiting = [waits]
    assert plain(progress_cell(session.entry(waits), 15)) == "waits, 1st"
    assert plain(progress_cell(session.entry(seeds[0]), 20)).startswith("1/2 ━")
    view = replace(session.view(seeds[1]), run=replace(session.view(seeds[1]).run, status=Status.PAUSED))
    assert plain(progress_cell(view, 20)).endswith("─ paused")
    starting = RunView(replace(view.run, status=Status.STARTING), "plain")
    assert plain(progress_cell(starting, 20)) == "starting"


def test_names_are_cut_with_a_sign_and_say_whether_their_runs_are_listed(
    shelf: Shelf, session: Session
) -> None:
    run_id = shelf.add(name="a name that is longer than it may be")
    session.join([run_id])
    assert texts(session.entry(run_id))["label"] == "● a name that is longer…"
    seeds = [shelf.add(seed=seed, dropout=0.5) for seed in range(2)]
    session.join(seeds)
    session.fold(seeds[0])
    assert texts(session.entry(seeds[0]))["label"] == "▲ dropout 0.5 ▾"
    assert texts(session.view(seeds[1]))["label"] == "  └ seed 1"


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (50, "all: 512, 256 · sgd 0.4      * best  ‹ 1  3 more ›"),
        (40, "all: 512, 256 ·…   * best  ‹ 1  3 more ›"),
        (22, "all: 5…  ‹ 1  3 more ›"),
        (13, "‹ 1  3 more ›"),
    ],
)
def test_the_line_above_the_table_says_what_is_out_of_sight(width: int, line: str) -> None:
    assert plain(head("all: 512, 256 · sgd 0.4", Choice((), 1, 3), "* best", width)) == line


def test_a_setting_that_was_changed_while_it_trained_says_to_what(shelf: Shelf, session: Session) -> None:
    run_id = shelf.add(Status.TRAINING, learning_rate=0.4)
    shelf.runs[run_id].apply(Changed(15, 2, {"learning_rate": 0.1}, {"learning_rate": 0.4}))
    session.join([run_id])
    found = texts(session.entry(run_id))
    assert (found["learning_rate"], found["dropout"]) == ("0.4→0.1", "–")
