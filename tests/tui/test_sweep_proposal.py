"""Which values a sweep begins with."""

import pytest

from mnist_tui.settings.run_config import RunConfig, setting, setting_names
from mnist_tui.settings.sweeps import Sweep, grid
from mnist_tui.tui.dialogs.sweep import LAMBDAS, proposal

pytestmark = pytest.mark.quick


def test_the_automatic_rate_stands_among_the_others_as_a_number() -> None:
    assert proposal("learning_rate", 0.05) == "learning_rate=0.001,0.003,0.01,0.03,0.05,0.1,0.3,1,3"
    assert proposal("learning_rate", 0.1) == "learning_rate=0.001,0.003,0.01,0.03,0.1,0.3,1,3"
    assert proposal("learning_rate") == "learning_rate=0.001,0.003,0.01,0.03,0.1,0.3,1,3"


def test_without_a_setting_or_for_the_data_it_is_about_lambda() -> None:
    assert proposal(None) == proposal("dataset") == LAMBDAS


@pytest.mark.parametrize(
    "name", [name for name in setting_names() if setting(name).steps or name == "batch_norm"]
)
def test_every_proposal_makes_rows(name: str) -> None:
    assert len(grid(RunConfig(augment="affine"), [Sweep.parse(proposal(name, 0.4))])) > 1
