"""A run whose mini-batches are trained by two processes: kill either, and nothing is lost or left behind."""

import os
from functools import partial
from pathlib import Path

import pytest

from mnist_tui.runs.run import Status
from mnist_tui.training.events import Epoch
from tests.jobs.driver import Driver
from tests.runs.helpers import endless_config, has, look, until, until_status
from tests.survival.helpers import kill

CHILDREN = "/proc/{0}/task/{0}/children"

pytestmark = pytest.mark.skipif(
    not Path(CHILDREN.format(os.getpid())).exists(), reason="the system does not say whose children there are"
)


def helpers_of(worker: int) -> list[int]:
    """The ids of the processes that a worker has started."""
    return [int(one) for one in Path(CHILDREN.format(worker)).read_text().split()]


def is_gone(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"  # ended, and waits for whoever inherited it


def failed_in_words_or_trains_on(laboratory: Driver, run_id: str, epochs: int) -> bool:
    """Whether a run without its helper has ended with a sentence, or come some epochs further on threads."""
    run = look(laboratory)[run_id]
    words = "was killed (SIGKILL): resume the run from its last epoch"
    return words in run.failure if run.status == Status.FAILED else len(run.epochs) > epochs


def test_killing_the_run_leaves_no_helper_and_killing_a_helper_loses_no_run(
    laboratory: Driver, tiny_data: Path
) -> None:
    [run_id] = laboratory.start([endless_config(tiny_data, threads=2)])
    directory = until(lambda: look(laboratory).get(run_id)).directory
    until(partial(has, directory, Epoch))
    worker = laboratory.handle(run_id).pid
    [helper] = until(lambda: helpers_of(worker))
    kill(worker)
    until_status(laboratory, run_id, Status.FAILED)
    until(lambda: is_gone(helper))
    laboratory.resume(run_id)
    until(lambda: look(laboratory)[run_id].is_active)
    worker = laboratory.handle(run_id).pid
    [helper] = until(lambda: helpers_of(worker))
    epochs = len(look(laboratory)[run_id].epochs)
    kill(helper)
    until(lambda: failed_in_words_or_trains_on(laboratory, run_id, epochs + 20))
