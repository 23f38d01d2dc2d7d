"""How charts are drawn: what somebody chose, the same for all of them."""

from dataclasses import dataclass
from typing import Literal, Self, TypeVar, get_args

from mnist_tui.tui.preferences import Preferences
from mnist_tui.tui.renderables.dots import SYMBOLS

XAxis = Literal["epoch", "step", "seconds"]
X_AXES: tuple[XAxis, ...] = get_args(XAxis)

Training = Literal["selected", "none", "all"]
TRAINING: tuple[Training, ...] = get_args(Training)
"""Training curves of the row under the cursor, of none, of all. The first one unless another is chosen: what
validation does is the question, and one training curve beside it tells whether the network learns by heart.
Those of all rows would lie over each other."""

Choice = TypeVar("Choice", bound=str)


@dataclass(frozen=True)
class ChartStyle:
    """How charts are drawn.

    Attributes:
        symbols: Name of what lines are made of.
        x: What stands on the x axis.
        training: Whose training curves are drawn.
        smooth: Whether curves are smoothed, with the raw ones behind them.
        clipped: Whether outliers may leave the charts.
    """

    symbols: str = next(iter(SYMBOLS))
    x: XAxis = X_AXES[0]
    training: Training = TRAINING[0]
    smooth: bool = False
    clipped: bool = True

    @classmethod
    def of(cls, preferences: Preferences) -> Self:
        """What was chosen; the default instead of what there is not."""
        return cls(
            _one_of(tuple(SYMBOLS), preferences.chart_symbols),
            _one_of(X_AXES, preferences.chart_x),
            _one_of(TRAINING, preferences.chart_training),
            preferences.chart_smooth,
            preferences.chart_clipped,
        )


def _one_of(choices: tuple[Choice, ...], chosen: str) -> Choice:
    return next((choice for choice in choices if choice == chosen), choices[0])


def after(choices: tuple[Choice, ...], chosen: Choice) -> Choice:
    """The next choice; after the last one the first."""
    return choices[(choices.index(chosen) + 1) % len(choices)]
