"""The learning rate where none is given: by the optimizer, and by how many images there are to train on."""

import pytest

from mnist_tui.runs.rows import rows
from mnist_tui.settings.choices import MANY_IMAGES, OPTIMIZERS, OptimizerChoice
from mnist_tui.settings.run_config import RunConfig, have_tuned_rates
from tests.runs.helpers import finished_run

pytestmark = pytest.mark.quick

FULL, SAMPLE = 55_000, 3_600


def test_full_mnist_has_the_rates_that_it_always_had() -> None:
    rates = {name: choice.rate_for(FULL) for name, choice in OPTIMIZERS.items()}
    assert rates == {"sgd": 0.4, "momentum": 0.05, "nesterov": 0.05, "rmsprop": 0.001, "adam": 0.001}


def test_an_optimizer_has_one_rate_unless_few_images_need_another() -> None:
    both = OptimizerChoice("SGD", learning_rate=0.4, learning_rate_of_few=0.1)
    one = OptimizerChoice("SGD", learning_rate=0.4)
    for images, rate in ((1, 0.1), (SAMPLE, 0.1), (MANY_IMAGES - 1, 0.1), (MANY_IMAGES, 0.4), (FULL, 0.4)):
        assert both.rate_for(images) == rate
        assert one.rate_for(images) == 0.4


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("images", [SAMPLE, FULL])
def test_a_rate_that_is_given_stays(optimizer: str, images: int) -> None:
    automatic = RunConfig(optimizer=optimizer)
    assert automatic.with_rate_for(images).learning_rate == OPTIMIZERS[optimizer].rate_for(images)
    assert automatic.replace(learning_rate=0.3).with_rate_for(images).learning_rate == 0.3


def test_rows_have_tuned_rates_where_one_amount_of_data_explains_them_all() -> None:
    on_few = [RunConfig(optimizer=name).with_rate_for(SAMPLE) for name in OPTIMIZERS]
    on_many = [RunConfig(optimizer=name).with_rate_for(FULL) for name in OPTIMIZERS]
    assert have_tuned_rates(on_few)
    assert have_tuned_rates(on_many)
    assert have_tuned_rates([RunConfig(optimizer=name) for name in OPTIMIZERS]), "as files of old mean it"
    assert not have_tuned_rates([on_few[0], on_many[0]])
    assert not have_tuned_rates([*on_many, RunConfig(learning_rate=0.3)])


def test_runs_at_the_rate_of_an_older_version_share_no_row_with_those_of_now() -> None:
    old = RunConfig(dataset="sample").with_rate_for(FULL)
    new = RunConfig(dataset="sample", seed=1).with_rate_for(SAMPLE)
    unnamed = RunConfig(dataset="sample", seed=2)
    assert len(rows(map(finished_run, (old, new, unnamed)))) == 3
