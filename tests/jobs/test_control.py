"""Commands: what each of them does, wherever it comes from, and what is passed over."""

import io
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from mnist_tui.errors import ConfigError
from mnist_tui.jobs.control import DISCARDED, Control, encode, send
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.changes import Changes
from tests.patience import PATIENCE
from tests.runs.helpers import until


@pytest.fixture
def control() -> Control:
    return Control()


def watching(control: Control, path: Path) -> None:
    threading.Thread(target=control.watch, args=(path,), daemon=True).start()


def test_a_new_control_lets_a_run_train(control: Control) -> None:
    assert not control.paused
    assert not control.stop
    control.wait()


def test_pause_holds_until_resume(control: Control) -> None:
    control.obey(encode("pause"))
    assert control.paused
    control.obey(encode("resume"))
    assert not control.paused
    control.wait()


def test_whoever_waits_goes_on_when_told(control: Control) -> None:
    control.obey(encode("pause"))
    waiting = threading.Thread(target=control.wait, daemon=True)
    waiting.start()
    assert waiting.is_alive()
    control.obey(encode("resume"))
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def test_a_stop_ends_a_pause(control: Control) -> None:
    control.obey(encode("pause"))
    waiting = threading.Thread(target=control.wait, daemon=True)
    waiting.start()
    control.obey(encode("stop"))
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    assert control.stop
    assert not control.paused


def test_step_pauses_at_the_end_of_the_epoch(control: Control) -> None:
    control.obey(encode("pause"))
    control.obey(encode("step"))
    assert not control.paused
    control.epoch_is_over()
    assert control.paused


def test_a_step_counts_for_one_epoch(control: Control) -> None:
    control.obey(encode("step"))
    control.epoch_is_over()
    control.obey(encode("resume"))
    control.epoch_is_over()
    assert not control.paused


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_what_comes_after_a_step_counts_for_more(control: Control, command: str) -> None:
    control.obey(encode("step"))
    control.obey(encode(command))
    control.epoch_is_over()
    assert control.paused is (command == "pause")


def test_an_epoch_that_nobody_waits_for_pauses_nothing(control: Control) -> None:
    control.epoch_is_over()
    assert not control.paused


def test_whoever_should_stop_is_told(control: Control) -> None:
    told: list[bool] = []
    control.on_stop = lambda: told.append(control.stop)
    control.request_stop(15, None)
    assert told == [True]


def test_discard_ends_the_process_at_once() -> None:
    code = (
        "from mnist_tui.jobs.control import DISCARDED, Control, encode\n"
        "try:\n"
        "    Control().obey(encode('discard'))\n"
        "finally:\n"
        "    print('still here')\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=PATIENCE)
    assert (result.returncode, result.stdout, result.stderr) == (DISCARDED, b"", b"")


# ----------------------------------------------------------------------------------------------- changes


def test_a_change_is_handed_on(control: Control) -> None:
    taken: list[dict[str, Any]] = []
    control.take_changes(taken.append)
    control.obey(encode("set", learning_rate=0.1, dropout=0.5))
    assert taken == [{"learning_rate": 0.1, "dropout": 0.5}]


def test_changes_before_the_run_is_ready_are_kept_for_it(control: Control) -> None:
    taken: list[dict[str, Any]] = []
    control.obey(encode("set", learning_rate=0.1))
    control.obey(encode("set", l2_lambda=1))
    control.take_changes(taken.append)
    control.obey(encode("set", dropout=0.5))
    assert taken == [{"learning_rate": 0.1}, {"l2_lambda": 1}, {"dropout": 0.5}]


@pytest.mark.parametrize("early", [True, False], ids=["before the run is ready", "while it trains"])
def test_a_change_that_is_refused_does_no_harm_to_the_next(control: Control, early: bool) -> None:
    taken: list[dict[str, Any]] = []

    def change(settings: dict[str, Any]) -> None:
        if "epochs" in settings:
            raise ConfigError("epochs", "epochs cannot be changed.")
        taken.append(settings)

    if not early:
        control.take_changes(change)
    control.obey(encode("set", epochs=3))
    control.obey(encode("set", dropout=0.5))
    if early:
        control.take_changes(change)
    assert taken == [{"dropout": 0.5}]


STRANGE_VALUES = [
    "true",
    '"much"',
    "[1]",
    "{}",
    "NaN",
    "Infinity",
    "-1",
    "1e999",
    pytest.param("1" + "0" * 400, id="too large for a float"),
    pytest.param("1" + "0" * 5000, id="too large to read"),
]


@pytest.mark.parametrize("name", ["learning_rate", "l2_lambda", "dropout", "hidden", "__class__", "self"])
@pytest.mark.parametrize("value", STRANGE_VALUES)
def test_a_change_to_something_strange_changes_nothing(control: Control, name: str, value: str) -> None:
    changes, config = Changes(), RunConfig()
    control.take_changes(lambda settings: changes.request(settings, config))
    control.obey(f'{{"command": "set", "{name}": {value}}}\n'.encode())
    assert changes.due(0) == []


# ------------------------------------------------------------------------------------------ what is none


GARBAGE = [
    b"",
    b"\n",
    b"{",
    b"[]",
    b"null",
    b"42",
    b'"stop"',
    b'["command"]',
    b"{}",
    b'{"stop": true}',
    b'{"command": ["stop"]}',
    b'{"command": {"stop": 1}}',
    b'{"command": null}',
    b'{"command": "STOP"}',
    b'{"command": "warp"}',
    b"\xff\x00",
    b"[" * 100_000,
]


@pytest.mark.parametrize("line", GARBAGE, ids=lambda line: repr(line[:12]))
def test_what_is_no_command_is_passed_over(control: Control, line: bytes) -> None:
    control.obey(line)
    assert not control.stop
    assert not control.paused


def test_a_command_is_one_line_of_json() -> None:
    line = encode("set", learning_rate=0.1)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"command": "set", "learning_rate": 0.1}


# ----------------------------------------------------------------------------------------- where from


def test_a_stream_is_obeyed_line_by_line_and_its_end_stops(control: Control) -> None:
    control.listen(io.BytesIO(b"".join([*(line + b"\n" for line in GARBAGE), encode("pause")])))
    assert control.stop


def test_a_run_that_was_told_to_train_on_survives_the_end_of_the_stream(control: Control) -> None:
    control.listen(io.BytesIO(encode("detach")))
    assert not control.stop
    assert not control.paused


def test_a_file_is_obeyed_as_it_grows(control: Control, tmp_path: Path) -> None:
    path = tmp_path / "control.jsonl"
    watching(control, path)
    send(path, "pause")
    until(lambda: control.paused)
    path.write_bytes(path.read_bytes() + b"garbage\n\xff\n")
    send(path, "resume")
    until(lambda: not control.paused)
    send(path, "stop")
    until(lambda: control.stop)


def test_half_a_command_counts_once_it_is_whole(control: Control, tmp_path: Path) -> None:
    path = tmp_path / "control.jsonl"
    send(path, "pause")
    line = encode("resume")
    with path.open("ab", buffering=0) as file:
        file.write(line[:9])
        watching(control, path)
        until(lambda: control.paused)
        file.write(line[9:])
        until(lambda: not control.paused)


def test_commands_of_many_senders_all_arrive_whole(tmp_path: Path) -> None:
    path = tmp_path / "control.jsonl"

    def send_many() -> None:
        for _ in range(50):
            send(path, "set", dropout=0.5)

    senders = [threading.Thread(target=send_many) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert path.read_bytes() == encode("set", dropout=0.5) * 200


def test_a_control_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        send(tmp_path, "stop")
    with pytest.raises(FileNotFoundError):
        send(tmp_path / "missing" / "control.jsonl", "stop")
