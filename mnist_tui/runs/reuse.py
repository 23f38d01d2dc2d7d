"""What was trained already: the finished run that a configuration would become again, bit for bit."""

from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from mnist_tui.data import source
from mnist_tui.data.dataset import Identity
from mnist_tui.errors import DataError, RunError
from mnist_tui.runs.groups import without
from mnist_tui.runs.layout import environment
from mnist_tui.runs.run import COMPLETE, Run
from mnist_tui.settings.run_config import RunConfig


def decide(config: RunConfig) -> RunConfig:
    """The configuration with the data set and the learning rate decided; threads may still say `auto`.

    Raises:
        DataError: The data set is not on this machine, or its files are damaged.
    """
    found = source.resolve(config.dataset)
    decided = config.replace(dataset=found.setting)
    if decided.learning_rate is not None:
        return decided
    train_images, _, _ = source.sizes(found, config.validation_size)
    return decided.with_rate_for(train_images)


def find(
    configs: Sequence[RunConfig], runs: Iterable[Run], under_way: Container[str] = ()
) -> list[Run | None]:
    """The run that each configuration already is, the newest where there are several.

    It has the same settings but for the name, the data that the data set has now, the same versions and
    machine, and the threads that were asked for (where that is `auto`, any number), and it came to its end
    without a change by hand or a fork. Looks at the disk for the data, and for whole logs of such runs.

    Args:
        configs: As they were asked for: may say `auto`. Two equal ones get two runs.
        runs: Those of the home directory.
        under_way: The ids of runs that may be found too although they are not over yet, because they train or
            are about to: what will soon be there need not be trained twice. Those that are over come first.

    Returns:
        For each configuration its run, under the name that was asked for, or `None`; one that is over is read
        as a whole.

    Raises:
        DataError: A data set is not on this machine.
    """
    asked = [decide(config) for config in configs]
    here = environment()
    known: dict[Hashable, list[Run]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: (_is_complete(run), run.run_id), reverse=True):
        may_be_found = _is_complete(run) or (run.run_id in under_way and not run.is_altered)
        if may_be_found and {name: run.manifest.get(name) for name in here} == here:
            known[_settings(run.config)].append(run)
    found: list[Run | None] = []
    for config in asked:
        its_runs = known[_settings(config)]
        its_run = next(_fitting(config, its_runs), None)
        if its_run:
            its_runs[:] = [run for run in its_runs if run.run_id != its_run.run_id]
        found.append(its_run)
    return found


def _settings(config: RunConfig) -> Hashable:
    return without(config, "name", "threads")


def _is_complete(run: Run) -> bool:
    return run.status in COMPLETE and bool(run.started and run.finished) and not run.is_altered


def _fitting(config: RunConfig, runs: Iterable[Run]) -> Iterator[Run]:
    identity: Identity | None = None
    for run in runs:
        whole = _whole(run) if _is_complete(run) else run
        if config.threads not in {None, run.config.threads} or whole is None:
            continue
        try:
            identity = identity or source.identify(source.resolve(config.dataset), config.validation_size)
        except DataError:
            return  # whoever trains on it is told
        # One that has not started yet will read what is there now.
        if whole.started is None or (whole.started.dataset_sha256, whole.started.sizes) == identity:
            yield replace(whole, config=whole.config.replace(name=config.name))


def _whole(run: Run) -> Run | None:
    """The run with its whole log: a summary does not know of every change by hand."""
    try:
        whole, _ = Run.load(run.directory)
    except RunError:  # deleted meanwhile
        return None
    return whole if _is_complete(whole) else None
