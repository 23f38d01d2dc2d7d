"""Where somebody stands who looks inside networks: no screen needed."""

import pytest

from mnist_tui.analysis.inside import ACTIVATIONS, GAMMA, PRE_ACTIVATIONS, Look
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.probes import probes
from mnist_tui.runs.run import Run
from mnist_tui.tui.inside import Inside, Side
from tests.tui.networks import record_inside

pytestmark = pytest.mark.quick


def side_of(directory: RunDirectory) -> Side:
    run = Run.load(directory)[0]
    return Side(run, probes(run))


@pytest.fixture
def inside() -> Inside:
    return Inside(side_of(record_inside(epochs=3, batch_norm=True)))


def test_it_follows_the_last_epoch_until_somebody_scrubs(inside: Inside) -> None:
    assert (inside.epoch, inside.epoch_shown) == (None, 3)
    inside.scrub(-1)
    assert (inside.epoch, inside.epoch_shown) == (2, 2)
    inside.scrub(-9)
    assert inside.epoch_shown == 0
    inside.scrub(99)
    assert inside.epoch is None
    assert Inside().epoch_shown is None
    Inside().scrub(1)


def test_the_cursor_stays_within_what_there_is(inside: Inside) -> None:
    inside.move(-1)
    assert inside.cursor == 0
    assert inside.shows_pictures
    inside.move(999)
    assert inside.look.kind.title == "logits"
    assert not inside.shows_pictures
    Inside().move(1)


def test_another_run_is_shown_at_the_same_place(inside: Inside) -> None:
    inside.look = Look(2, PRE_ACTIVATIONS)
    plain = Run.load(record_inside(number=1))[0]
    inside.turn_to(plain)
    assert inside.look.name == "linear2.outputs"
    before = inside.shown
    inside.turn_to(plain)
    assert inside.shown is before, "what was read is kept"


def test_two_runs_share_their_axis_and_their_epoch(inside: Inside) -> None:
    longer = side_of(record_inside(epochs=5, number=1))
    inside.beside = longer
    inside.look = Look(1, PRE_ACTIVATIONS)
    assert inside.shown
    one, other = inside.distribution(inside.shown, ""), inside.distribution(longer, "")
    assert one
    assert other
    assert (one.low, one.high) == (other.low, other.high)
    assert [one.epochs[one.at], other.epochs[other.at]] == [3, 3]
    inside.look = Look(1, GAMMA)
    assert inside.distribution(longer, "") is None
    inside.look = Look(1, ACTIVATIONS)
    zeros = inside.distribution(inside.shown, "")
    assert zeros
    assert zeros.tells_zeros
    inside.stand_beside(None)
    assert inside.sides == [inside.shown]
