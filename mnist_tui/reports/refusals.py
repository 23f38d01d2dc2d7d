"""What of a report cannot be run again, and why."""

from mnist_tui.data import source
from mnist_tui.errors import DataError
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import COMPLETE, Run
from mnist_tui.settings.run_config import RunConfig


def config_again(run: Run, dataset: str | None = None) -> RunConfig:
    """The configuration that trains a run of a report again: as it was, threads included.

    Args:
        run: Of the report.
        dataset: Where its data are here, if not where they were there.
    """
    threads = run.started.threads if run.started else run.config.threads
    return run.config.replace(threads=threads, dataset=dataset or run.config.dataset)


def refusal(row: Row, dataset: str | None = None) -> str:
    """Why a row of a report cannot be run again, as the end of a sentence; empty where it can.

    Reads the data, where only that tells whether they are the same.

    Args:
        row: Of the report.
        dataset: See `config_again`.
    """
    for run in row.runs:
        if run.forked:
            return "it is a fork, and the report does not carry the weights that it began with"
        if run.changes:
            return "it was changed by hand while it trained"
        if run.status not in COMPLETE:
            return f"it did not come to its end ({run.status})"
        if reason := _other_data(run, config_again(run, dataset)):
            return reason
    return ""


def _other_data(run: Run, config: RunConfig) -> str:
    try:
        here = source.identify(source.resolve(config.dataset), config.validation_size)
    except DataError as error:
        return f"its data are not here ({str(error).rstrip('.')}); --dataset says where they are"
    assert run.started  # noqa: S101 - it has a result
    if here.sha256 != run.started.dataset_sha256:
        return (
            f"its data are not those that are here (SHA-256 {run.started.dataset_sha256[:12]}… there, "
            f"{here.sha256[:12]}… here)"
        )
    if here.sizes != run.started.sizes:
        return (
            f"its data were split in another way ({_sizes(run.started.sizes)} images there, "
            f"{_sizes(here.sizes)} here)"
        )
    return ""


def _sizes(sizes: tuple[int, int, int]) -> str:
    return " / ".join(f"{size:,}" for size in sizes)
