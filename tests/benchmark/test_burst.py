"""A burst of training steps, in a process of its own."""

import pytest

from mnist_tui.benchmark import burst
from mnist_tui.benchmark.burst import step_seconds
from mnist_tui.errors import RunError
from mnist_tui.settings.run_config import RunConfig

TINY = RunConfig(hidden=(8,), batch_size=16, threads=1)


def test_each_configuration_gets_a_time_and_more_work_takes_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burst, "ALL_SECONDS", 0.2)
    wide = TINY.replace(hidden=(1024, 1024), batch_norm=True, augment="elastic", batch_size=512)
    little, much = step_seconds([TINY, wide])
    assert 0 < little < much


@pytest.mark.quick
def test_nothing_to_measure_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burst, "module_command", None)
    assert step_seconds([]) == []


@pytest.mark.parametrize(
    "command",
    [["/nowhere/python"], ["false"], ["echo", "fast"], ["echo"]],
    ids=["absent", "dead", "words", "silent"],
)
def test_a_measurement_that_fails_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr(burst, "module_command", lambda *_: command)
    with pytest.raises(RunError, match=r"^The speed of training could not be measured.*\.$"):
        step_seconds([TINY])


def test_a_measurement_that_is_stuck_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burst, "module_command", lambda *_: ["sleep", "1000"])
    monkeypatch.setattr(burst, "PATIENCE", 0.0)
    monkeypatch.setattr(burst, "ALL_SECONDS", 0.05)
    with pytest.raises(RunError, match="could not be measured"):
        step_seconds([TINY])
