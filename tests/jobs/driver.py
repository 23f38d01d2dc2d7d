"""The laboratory without an event loop around it: each call runs to its end."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from mnist_tui.jobs.begun import Begun
from mnist_tui.jobs.executor import Executor, Handle
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.store import RunStore
from mnist_tui.settings.run_config import RunConfig

T = TypeVar("T")


class Driver:
    """A laboratory, driven call by call; see `Laboratory`."""

    def __init__(self, executor: Executor | None = None) -> None:
        self.laboratory = Laboratory(executor)
        self._runner = asyncio.Runner()

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(coroutine)

    @property
    def store(self) -> RunStore:
        return self.laboratory.store

    @property
    def runs(self) -> dict[str, Run]:
        return self.laboratory.runs

    @property
    def waiting(self) -> list[str]:
        return self.laboratory.waiting

    @property
    def own_waiting(self) -> list[str]:
        return self.laboratory.own_waiting

    @property
    def own_active(self) -> list[str]:
        return self.laboratory.own_active

    def place(self, run_id: str) -> int:
        return self.laboratory.place(run_id)

    def status(self, run_id: str) -> Status:
        return self.laboratory.status(run_id)

    def handle(self, run_id: str) -> Handle:
        handle = self.laboratory.jobs[run_id].handle
        assert handle
        return handle

    def take_problems(self) -> list[str]:
        return self.laboratory.take_problems()

    def start(self, configs: Sequence[RunConfig]) -> list[str]:
        return self.begin(configs, fresh=True).started

    def begin(self, configs: Sequence[RunConfig], *, fresh: bool = False) -> Begun:
        return self._run(self.laboratory.start(configs, fresh=fresh))

    def resume(self, run_id: str) -> None:
        self._run(self.laboratory.resume(run_id))

    def fork(self, run_id: str, epoch: int, changes: Mapping[str, object]) -> str:
        return self._run(self.laboratory.fork(run_id, epoch, changes))

    def move(self, run_id: str, by: int) -> bool:
        return self._run(self.laboratory.move(run_id, by))

    def withdraw(self, run_id: str) -> None:
        self._run(self.laboratory.withdraw(run_id))

    def pause_or_resume(self, run_id: str) -> None:
        self._run(self.laboratory.pause_or_resume(run_id))

    def one_epoch(self, run_id: str) -> None:
        self._run(self.laboratory.one_epoch(run_id))

    def change(self, run_id: str, settings: Mapping[str, float]) -> None:
        self._run(self.laboratory.change(run_id, settings))

    def stop(self, run_id: str) -> None:
        self._run(self.laboratory.stop(run_id))

    def discard(self, run_id: str) -> None:
        self._run(self.laboratory.discard(run_id))

    def stop_all(self) -> None:
        self._run(self.laboratory.stop_all())

    def detach_all(self) -> None:
        self._run(self.laboratory.detach_all())

    def look(self, seconds: float = 1.0) -> set[str]:
        return self._run(self.laboratory.look(seconds))

    def read(self, run_id: str) -> set[str]:
        return self._run(self.laboratory.read(run_id))

    def close(self) -> None:
        self._run(self.laboratory.close())

    def end(self) -> None:
        """Close, and let go of the event loop."""
        self.close()
        self._runner.close()
