"""Sliders that distort what networks are shown."""

from dataclasses import dataclass, replace

from mnist_tui.analysis.robustness import Distortion


@dataclass(frozen=True)
class Slider:
    """A number of a `Distortion` that keys change.

    Attributes:
        field: Of `Distortion`.
        label: What it is called.
        low: The lowest value.
        high: The highest value.
        step: That a key goes.
        written: Format of the value.
    """

    field: str
    label: str
    low: float
    high: float
    step: float
    written: str

    def value(self, distortion: Distortion) -> float:
        """What it stands at."""
        return float(getattr(distortion, self.field))

    def moved(self, distortion: Distortion, by: int) -> Distortion:
        """A distortion with the slider some steps on."""
        steps = round((self.value(distortion) - self.low) / self.step) + by
        value = min(max(self.low, round(self.low + steps * self.step, 6)), self.high)
        return replace(distortion, **{self.field: value})


SLIDERS = (
    Slider("right", "shift →", -12, 12, 1, "{:+.0f} px"),
    Slider("down", "shift ↓", -12, 12, 1, "{:+.0f} px"),
    Slider("degrees", "rotation", -180, 180, 5, "{:+.0f}°"),
    Slider("scale", "scale", 0.4, 1.6, 0.1, "×{:.1f}"),
    Slider("noise", "noise", 0, 1, 0.05, "{:.2f}"),
)
