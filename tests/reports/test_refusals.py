"""What of a report cannot be run again, and why."""

from pathlib import Path

import pytest

from mnist_tui.analysis.comparison import compare
from mnist_tui.data import source
from mnist_tui.reports.refusals import config_again, refusal
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run
from mnist_tui.training.events import RunStarted
from tests.conftest import write_idx
from tests.reports.helpers import BASE, CHANGED, FORKED, altered_run
from tests.runs.helpers import finished_run, started

pytestmark = pytest.mark.quick


def of_sample(**changes: object) -> RunStarted:
    """What a run on the sample says of its data."""
    here = source.identify(source.SAMPLE, BASE.validation_size)
    names = ("train_images", "validation_images", "test_images")
    values = {**dict(zip(names, here.sizes, strict=True)), "dataset_sha256": here.sha256}
    return started(**{**values, **changes})


def row(*runs: Run) -> Row:
    [found] = compare(runs).rows
    return found


def test_a_row_that_can_be_run_again_has_no_refusal() -> None:
    assert refusal(row(*(finished_run(BASE.replace(seed=seed), data=of_sample()) for seed in (1, 2)))) == ""


def test_what_the_report_does_not_tell_in_full_is_refused() -> None:
    assert "fork" in refusal(row(altered_run(FORKED, config=BASE.replace(dropout=0.5))))
    assert "changed by hand" in refusal(row(altered_run(CHANGED)))
    assert "did not come to its end (stopped)" in refusal(row(finished_run(BASE, status="stopped")))


def test_other_data_are_refused_with_both_hashes() -> None:
    sha256 = of_sample().dataset_sha256
    reason = refusal(row(finished_run(BASE, data=of_sample(dataset_sha256="ab" * 32))))
    assert f"SHA-256 abababababab… there, {sha256[:12]}… here" in reason


def test_data_that_were_split_in_another_way_are_refused() -> None:
    reason = refusal(row(finished_run(BASE, data=of_sample(train_images=3000))))
    assert "3,000 / 400 / 1,000 images there, 3,600 / 400 / 1,000 here" in reason


@pytest.mark.parametrize("dataset", ["/nowhere", "mnist", "~nobody/x", "x" * 999])
def test_data_that_are_not_here_are_refused(dataset: str) -> None:
    reason = refusal(row(finished_run(BASE.replace(dataset=dataset), data=of_sample())))
    assert "its data are not here" in reason
    assert "--dataset" in reason


def test_data_may_be_elsewhere_here(tmp_path: Path) -> None:
    data = write_idx(tmp_path / "tiny", 300, 100)
    here = source.identify(source.resolve(str(data)), BASE.validation_size)
    tiny = of_sample(dataset_sha256=here.sha256, train_images=270, validation_images=30, test_images=100)
    found = row(finished_run(BASE.replace(dataset="/nowhere"), data=tiny))
    assert "not here" in refusal(found)
    assert refusal(found, str(data)) == ""
    assert config_again(found.runs[0], str(data)).dataset == str(data)


def test_a_run_is_trained_again_with_the_threads_it_had() -> None:
    run = finished_run(BASE.replace(threads=None), data=of_sample(threads=3))
    assert config_again(run) == BASE.replace(threads=3)
