"""What can be looked at inside a network, and where the same stands in another one."""

import pytest

from mnist_tui.analysis.inside import BEFORE, GAMMA, PRE_ACTIVATIONS, Look, looks, same_place
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.probes import quantities

pytestmark = pytest.mark.quick

PLAIN, NORMED = RunConfig(hidden=(8, 4)), RunConfig(hidden=(8, 4), batch_norm=True)


@pytest.mark.parametrize("config", [PLAIN, NORMED, RunConfig(hidden=(3,), batch_norm=True)])
def test_all_that_probes_record_can_be_looked_at(config: RunConfig) -> None:
    assert {look.name for look in looks(config)} == quantities(config, 10).keys()
    assert all(len(look.kind.title) <= 15 for look in looks(config))


def test_pre_activations_are_what_relu_gets_with_and_without_batch_norm() -> None:
    look = Look(2, PRE_ACTIVATIONS)
    plain = same_place(look, PLAIN)
    assert plain
    assert (look.name, plain.name) == ("batch_norm2.outputs", "linear2.outputs")
    assert same_place(plain, NORMED) == look
    assert look.title == "pre-activations of layer 2"


def test_before_the_norm_is_beside_what_a_plain_network_has_there() -> None:
    plain = same_place(Look(1, BEFORE), PLAIN)
    assert plain
    assert plain.name == "linear1.outputs"


def test_what_another_network_lacks_is_nowhere() -> None:
    assert same_place(Look(1, GAMMA), PLAIN) is None
    assert same_place(Look(3, GAMMA), NORMED) is None
    assert same_place(looks(PLAIN)[-1], RunConfig(hidden=(8,))) is None
