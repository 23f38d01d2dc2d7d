"""Early stopping on plain lists of losses."""

import itertools
import math

import pytest

from mnist_tui.training.early_stopping import EarlyStopping

pytestmark = pytest.mark.quick


def epochs_until_stop(patience: int, losses: list[float]) -> tuple[int | None, EarlyStopping]:
    """The 1-based epoch after which it says to stop, if it does."""
    early_stopping = EarlyStopping(patience)
    for epoch, loss in enumerate(losses, start=1):
        early_stopping.update(loss)
        if early_stopping.should_stop:
            return epoch, early_stopping
    return None, early_stopping


@pytest.mark.parametrize(
    ("patience", "losses", "stops_after", "best_epoch"),
    [
        pytest.param(2, [3, 2, 1], None, 3, id="falls throughout"),
        pytest.param(2, [3, 2, 2.5], None, 2, id="one bad epoch is within the patience"),
        pytest.param(2, [3, 2, 2.5, 2.4], 4, 2, id="two bad epochs are not"),
        pytest.param(2, [3, 2, 2.5, 1.9, 2, 2], 6, 4, id="a new best starts the count again"),
        pytest.param(2, [1, 1, 1], 3, 1, id="an equal loss is no improvement"),
        pytest.param(1, [1, 2], 2, 1, id="patience of one"),
        pytest.param(3, [1, 2, 3], None, 1, id="patience not used up yet"),
        pytest.param(3, [1, 2, 3, 4], 4, 1, id="first epoch was best"),
        pytest.param(2, [1, math.nan, math.nan], 3, 1, id="NaN is no improvement"),
        pytest.param(2, [1, math.inf, 0.5], None, 3, id="infinity is no improvement"),
        pytest.param(0, [1, *range(2, 1000)], None, 1, id="patience zero never stops"),
        pytest.param(2, [], None, 0, id="nothing seen"),
    ],
)
def test_stops_when_the_patience_is_used_up(
    patience: int, losses: list[float], stops_after: int | None, best_epoch: int
) -> None:
    stopped_after, early_stopping = epochs_until_stop(patience, losses)
    assert stopped_after == stops_after
    assert early_stopping.best_epoch == best_epoch


def test_update_says_whether_the_loss_is_the_lowest_so_far() -> None:
    early_stopping = EarlyStopping(5)
    improved = [early_stopping.update(loss) for loss in (3, 4, 2, 2, math.nan, 1)]
    assert improved == [True, False, True, False, False, True]


def test_best_loss_is_that_of_the_best_epoch() -> None:
    early_stopping = EarlyStopping(5)
    assert early_stopping.best_loss == math.inf
    losses = [0.9, 0.7, 0.8, 0.75]
    for loss, lowest in zip(losses, itertools.accumulate(losses, min), strict=True):
        early_stopping.update(loss)
        assert early_stopping.best_loss == lowest
    assert early_stopping.best_epoch == 2


def test_stays_stopped_unless_the_loss_falls() -> None:
    early_stopping = EarlyStopping(1)
    for loss in (1, 2, 3):
        early_stopping.update(loss)
    assert early_stopping.should_stop
    early_stopping.update(0.5)
    assert not early_stopping.should_stop
