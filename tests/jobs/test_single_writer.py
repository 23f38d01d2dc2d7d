"""Only the event loop changes what screens read, whatever threads do meanwhile."""

import asyncio
import threading

import pytest

from mnist_tui.jobs import deletion
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.jobs.scripted import ScriptedExecutor
from tests.runs.helpers import finished, make_run, started

pytestmark = pytest.mark.quick


class OneThread(dict[str, object]):
    """A dictionary that no other thread than its maker's may change."""

    def __init__(self, *values: object) -> None:
        super().__init__(*values)
        self._owner = threading.get_ident()

    def _check(self) -> None:
        assert threading.get_ident() == self._owner, "changed by another thread"

    def __setitem__(self, key: str, value: object) -> None:
        self._check()
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        self._check()
        super().__delitem__(key)

    def pop(self, *arguments: object) -> object:
        self._check()
        return super().pop(*arguments)  # type: ignore[call-overload]

    def setdefault(self, *arguments: object) -> object:
        self._check()
        return super().setdefault(*arguments)  # type: ignore[call-overload]


async def test_runs_are_looked_at_deleted_and_started_at_the_same_time() -> None:
    ids = [make_run([started(), finished()]).run_id for _ in range(60)]
    laboratory = Laboratory(ScriptedExecutor([started()]))
    await laboratory.look()
    laboratory.store.runs = OneThread(laboratory.store.runs)  # type: ignore[assignment]
    laboratory.roster.jobs = OneThread(laboratory.jobs)  # type: ignore[assignment]
    config = laboratory.runs[ids[0]].config.replace(dataset="sample")

    async def keep_looking() -> None:
        for _ in range(40):
            await laboratory.look(0.0)
            for run in laboratory.runs.values():
                assert run.run_id

    await asyncio.gather(
        keep_looking(),
        *(laboratory.discard(run_id) for run_id in ids[:40]),
        *(laboratory.start([config.replace(seed=seed)]) for seed in range(5)),
        *(laboratory.read(run_id) for run_id in ids[40:]),
    )
    await laboratory.look()
    assert set(ids[40:]) < laboratory.runs.keys()
    assert not laboratory.runs.keys() & set(ids[:40])
    await laboratory.close()


async def test_a_run_that_is_deleted_during_a_look_does_not_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory = make_run([started(), finished()])
    laboratory = Laboratory(ScriptedExecutor())
    found, may_go_on = threading.Event(), threading.Event()
    scan = laboratory.store.scan

    def slow(seconds: float) -> list[object]:
        updates = scan(seconds)
        found.set()
        assert may_go_on.wait(60)
        return list(updates)

    monkeypatch.setattr(laboratory.store, "scan", slow)
    look = asyncio.create_task(laboratory.look())
    await asyncio.to_thread(found.wait, 60)
    deletion.delete(directory)
    laboratory.store.forget(directory.run_id)
    may_go_on.set()
    await look
    assert directory.run_id not in laboratory.runs
