"""The drawing pad: strokes by mouse and keys, networks that answer, sliders, curves, files."""

from pathlib import Path
from typing import Any, cast
from unittest.mock import Mock

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from textual.widgets import Static

from mnist_tui import paths
from mnist_tui.analysis.robustness import STRENGTHS, Distortion
from mnist_tui.data.ink import blank, enlarged
from mnist_tui.data.sample import read_splits
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.build import make_network
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.endurance import Endurance
from mnist_tui.tui.jury import NOBODY, Juror, Sworn, Verdict, ask, silence, summoned, swear_in
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.screens import draw
from mnist_tui.tui.screens.data import DataScreen
from mnist_tui.tui.screens.draw import DrawScreen
from mnist_tui.tui.session import Session
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import Shelf, drawn, on_screen, record, recorded_events, said, table_texts, until


def learnt(number: int) -> RunDirectory:
    """A run with weights: those of a network that has not learnt anything."""
    config = RunConfig(dataset="sample", hidden=(16,), epochs=2, batch_size=64 + number)
    directory = record(config, recorded_events(2, floor=0.1, rate=1), number=number)
    rng = np.random.default_rng(number)
    save_file(make_network(config, rng, rng).snapshot(), directory.model_path)
    return directory


def juror(directory: RunDirectory) -> Juror:
    return Juror(Run.read(directory), directory.run_id, "plain", "plain", "●", "red")


def head(app: MnistTuiApp) -> str:
    return str(app.screen.query_one("#head", Static).render())


def text(app: MnistTuiApp, selector: str) -> str:
    return drawn(app, selector, app.screen)


def test_networks_answer_as_they_would_in_a_test_and_are_loaded_once() -> None:
    directory = learnt(0)
    sworn, problems = swear_in([juror(directory)], {})
    assert not problems
    digit = read_splits()[1].images[3]
    verdict = ask(sworn, enlarged(digit), Distortion())
    [(_, answer)] = verdict.answers
    expected = sworn[0].network.predict_probabilities(digit[None] / np.float32(255))[0]
    assert np.allclose(answer, expected, atol=1e-6)
    assert ask(sworn, blank(), Distortion()).answers == ()
    known = {directory.run_id: sworn[0]}
    assert swear_in([juror(directory)], known)[0][0].network is sworn[0].network


def test_what_cannot_be_asked_is_said_in_sentences() -> None:
    directory = learnt(0)
    directory.model_path.write_bytes(b"\xff" * 64)
    assert "cannot be read" in swear_in([juror(directory)], {})[1][0]
    directory.model_path.unlink()
    one = juror(directory)
    assert "has no weights yet" in swear_in([one], {})[1][0]
    one.run.finished = Mock()
    assert "lost its weights: train it again" in swear_in([one], {})[1][0]


def test_nobody_is_told_to_draw_where_no_network_could_answer() -> None:
    one, network = juror(learnt(0)), cast(Sworn, None)
    assert silence([], [], [], is_blank=True) == NOBODY
    assert silence([one], [network], ["damaged"], is_blank=True).startswith("Draw a digit, or take a test")
    assert silence([one], [], ["damaged"], is_blank=True) == "damaged"
    assert silence([one], [network], ["damaged"], is_blank=False) == "damaged"


def test_a_network_that_gives_no_numbers_is_left_out() -> None:
    good, bad = learnt(0), learnt(1)
    weights = load_file(bad.model_path)
    save_file({name: np.full_like(array, 1e30) for name, array in weights.items()}, bad.model_path)
    sworn, problems = swear_in([juror(good), juror(bad)], {})
    assert not problems
    verdict = ask(sworn, enlarged(read_splits()[1].images[3]), Distortion())
    assert [one.run.run_id for one, _ in verdict.answers] == [good.run_id]
    assert [one.run.run_id for one in verdict.mute] == [bad.run_id]


def test_rows_that_are_shown_are_asked_or_else_the_selected_one(shelf: Shelf, session: Session) -> None:
    first, second = (shelf.add(seed=seed) for seed in range(2))
    other = shelf.add(batch_norm=True)
    assert summoned(session) == []
    session.selected = second
    assert [(one.run.run_id, one.label) for one in summoned(session)] == [
        (first, "plain, seed 0"),
        (second, "plain, seed 1"),
    ]
    session.toggle(session.row_of(other))
    assert [(one.run.run_id, one.label) for one in summoned(session)] == [(other, "batchnorm")]


def test_most_votes_win_and_of_equals_the_surer_class() -> None:
    one = juror(learnt(0))

    def answer(label: int, share: float) -> list[float]:
        return [share if digit == label else (1 - share) / 9 for digit in range(10)]

    image = np.zeros((28, 28), np.float32)
    assert Verdict(image).vote is None
    votes = [(one, answer(3, 0.4)), (one, answer(3, 0.4)), (one, answer(5, 0.99))]
    vote = Verdict(image, votes).vote
    assert vote is not None
    assert vote[:2] == (3, 2)
    tie = Verdict(image, votes[1:]).vote
    assert tie is not None
    assert tie[:2] == (5, 1)


def test_one_network_of_each_row_is_measured_first_and_what_is_left_is_said() -> None:
    networks: Any = [Mock(juror=Mock(row_id=row, row_label=row, marker="●", color="")) for row in "aabbb"]
    for number, one in enumerate(networks):
        one.juror.run.run_id, one.stamp = str(number), 0
    known = Endurance()
    assert [networks.index(one) for one in known.unknown(networks)] == [0, 2, 1, 3, 4]
    falling = {kind: np.linspace(0.98, 0.2, len(strengths)) for kind, strengths in STRENGTHS.items()}
    known.keep(networks[2], falling)
    assert [networks.index(one) for one in known.unknown(networks)] == [0, 1, 3, 4]
    assert "1 of 5 networks measured" in plain(known.lines(networks, 10, 100, 20, "")[-1])
    for one in networks:
        known.keep(one, falling)
    assert plain(known.lines(networks, 10, 100, 20, "")[-1]).endswith("on 10 test images")


async def test_a_digit_is_drawn_judged_distorted_saved_and_opened_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(draw, "ENDURANCE_IMAGES", 50)
    for number in range(2):
        learnt(number)
    app = MnistTuiApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 2)
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space", "down", "space", "6")
        await until(pilot, lambda: isinstance(app.screen, DrawScreen))
        await until(pilot, lambda: "Draw a digit" in text(app, "#said"))
        await pilot.press("space", *["down"] * 6, "space")
        await until(pilot, lambda: "of 2" in head(app))
        await until(pilot, lambda: text(app, "#said").splitlines()[1].startswith("●"))
        await pilot.mouse_down("#paper", offset=(5, 5))
        await pilot.hover("#paper", offset=(12, 8))
        await pilot.mouse_up("#paper", offset=(12, 8))
        shown = text(app, "#shown")
        await pilot.press("tab", "plus", "plus")
        await until(pilot, lambda: "+2 px" in text(app, "#shown") and text(app, "#shown") != shown)
        await pilot.press("0")
        await until(pilot, lambda: text(app, "#shown").replace("▸", " ") == shown.replace("▸", " "))
        await pilot.press("s")
        await until(pilot, lambda: list(paths.drawings_directory().glob("*.json")))
        before = text(app, "#paper")
        await pilot.press("t", "c")
        await until(pilot, lambda: "Draw a digit" in text(app, "#said"))
        await pilot.press("o")
        await until(pilot, lambda: "drawing 1 of 1" in head(app))
        await until(pilot, lambda: text(app, "#paper") == before)
        await pilot.press("u", "u")
        await until(pilot, lambda: "Draw a digit" in text(app, "#said"))
        await pilot.press("n", "n")
        await until(pilot, lambda: "test image 1, shows" in head(app))
        await pilot.press("v")
        await until(pilot, lambda: "on 50 test images" in text(app, "#endurance"))
        await pilot.press("escape", "3")
        await until(pilot, lambda: isinstance(app.screen, DataScreen) and "3,600" in on_screen(app))
        await pilot.press("right", "enter")
        await until(pilot, lambda: isinstance(app.screen, DrawScreen) and "train #1" in head(app))


async def test_an_empty_home_says_whom_to_ask_at_every_size(home: Path) -> None:
    app = MnistTuiApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.switch_mode("draw")
        await until(pilot, lambda: isinstance(app.screen, DrawScreen))
        for size in ((200, 60), (40, 12)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: NOBODY.split()[0] in text(app, "#said"))
        await pilot.press("o", "s")
        await until(pilot, lambda: len(said(app)) == 2)
        (home / "drawings").mkdir()
        (home / "drawings" / "x.json").write_text("no drawing")
        await pilot.press("o")
        await until(pilot, lambda: any("is no drawing" in one for one in said(app)))
