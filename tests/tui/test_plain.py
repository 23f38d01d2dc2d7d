"""The dashboard in lines: what is said, what can be typed, and a sitting with both."""

import asyncio

import pytest

from mnist_tui.cli.plain import PlainDashboard
from mnist_tui.errors import ConfigError
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.runs.run import Status
from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.dictation import COMMANDS, understand
from mnist_tui.tui.keys import KEYS
from mnist_tui.tui.telling import SECONDS_APART, Teller
from tests.tui.helpers import Cast, Shelf

pytestmark = pytest.mark.quick


def test_what_changes_of_a_run_is_said_once(shelf: Shelf) -> None:
    run = shelf.runs[shelf.add(Status.TRAINING)]
    teller = Teller()
    assert teller.tell(RunView(run, "plain", 2), 0) == ["plain: waits for a core, 2nd in the queue"]
    assert teller.tell(RunView(run, "plain", 2), 0) == []
    trains, epoch = teller.tell(RunView(run, "pl\x1bain"), 10)
    assert trains == "pl ain: trains"
    assert epoch.startswith("pl ain: epoch 2 of 30, validation accuracy ")
    assert teller.tell(RunView(run, "plain"), 10 + SECONDS_APART) == []
    shelf.end(run.run_id, accuracy=0.9)
    [end] = teller.tell(RunView(run, "plain"), 11)
    assert "test accuracy 90.00 %" in end


def test_quick_epochs_are_not_all_read_out(shelf: Shelf) -> None:
    run, teller = shelf.runs[shelf.add(Status.TRAINING)], Teller()
    teller.know(RunView(run, "plain"))
    last = run.epochs.pop()
    assert teller.tell(RunView(run, "plain"), SECONDS_APART / 2) == []
    assert len(teller.tell(RunView(run, "plain"), SECONDS_APART)) == 1
    run.epochs.append(last)
    assert teller.tell(RunView(run, "plain"), SECONDS_APART + 1) == []
    assert len(teller.tell(RunView(run, "plain"), 2 * SECONDS_APART)) == 1


def test_settings_and_a_key_are_read_from_a_line() -> None:
    wish = understand("batch_norm=on --learning-rate=0.1 seeds=3 r", RunConfig(), 1)
    assert (wish.command, wish.seeds) == ("r", 3)
    assert wish.config == RunConfig(batch_norm=True, learning_rate=0.1)
    assert understand("", wish.config, 3).config == wish.config


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("foo", "“foo” means nothing here"),
        ("r c", "“c” means nothing here"),
        ("colour=red", "“colour=red” means nothing here"),
        ("epochs=0", "epochs must be"),
        ("seeds=x", "seeds must be"),
        ("\x1b[2J", "that means nothing here"),
    ],
)
def test_what_cannot_be_meant_is_named(line: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        understand(line, RunConfig(), 1)
    assert said in str(caught.value)


def test_its_keys_are_the_dashboards() -> None:
    known = {key for one in KEYS for key in one.keys.split(",")} | {"?"}
    assert {key for key in COMMANDS if key != "l"} <= known


async def test_a_sitting_runs_says_and_concludes(cast: Cast) -> None:
    said: list[str] = []
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    for line in ("epochs=2 hidden=16 dataset=sample c", "p now", "?", None):
        lines.put_nowait(line)
    laboratory = Laboratory(cast)
    code = await PlainDashboard(laboratory, said.append).sit(lines)
    await laboratory.close()
    assert code == 0
    assert said[0].startswith("mnist-tui, plain. 0 runs are here already.")
    assert said[1].startswith("Set: plain, 16, sgd ")
    assert "✗ “now” means nothing here" in "\n".join(said)
    for label in ("plain", "batchnorm", "l2 0.1"):
        assert any(line.startswith(f"{label}: completed after 2 epochs") for line in said)
    assert any(line.startswith("Finding: ") for line in said)
    assert said[-1].startswith("NAME=VALUE sets a setting")
