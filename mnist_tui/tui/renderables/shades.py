"""What a terminal has for a pixel: ramps of greys and colours, and characters where it has none."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import product
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Levels: TypeAlias = npt.NDArray[np.int16]

SHADES = " ░▒▓█"
"""From nothing to full, where a terminal has no greys."""

BELOW_ZERO = " ·-=≡"
"""The same for numbers below zero: one sees dashes, not dots."""

TOP, BOTTOM, BOTH = "▀", "▄", "█"

Tile: TypeAlias = tuple[str, str]
"""A character and its Rich style."""


class Greys(Enum):
    """How many greys a terminal can tell apart, black and white included."""

    MANY = 24
    """With 256 colours, which have a ramp of so many, and with all: more would be no clearer, only slower."""

    FEW = 4
    """With 16 colours: black, grey, white, bright white."""

    NONE = 0
    """Without colours."""


@dataclass(frozen=True)
class Paper:
    """What is drawn on.

    Attributes:
        greys: How many the terminal has.
        dark: Whether digits are light on dark, as MNIST has them; otherwise they are ink on paper.
    """

    greys: Greys = Greys.MANY
    dark: bool = True


@lru_cache(maxsize=16)
def ramp(paper: Paper) -> tuple[str, ...]:
    """The colours of pixels from 0 to full; `""`, the first, is whatever lies behind."""
    if paper.greys is Greys.FEW:
        inks = ("bright_black", "white", "bright_white") if paper.dark else ("white", "bright_black", "black")
        return ("", *inks)
    count = Greys.MANY.value
    ends = (18, 255) if paper.dark else (225, 0)
    values = [round(ends[0] + (ends[1] - ends[0]) * level / (count - 1)) for level in range(count)]
    return ("", *(f"#{value:02x}{value:02x}{value:02x}" for value in values[1:]))


SIGNED_STEPS = 11
"""Colours on either side of zero."""

_LOWEST, _ZERO, _HIGHEST = (8, 40, 120), (128, 128, 128), (255, 224, 150)


@lru_cache(maxsize=1)
def signed_ramp() -> tuple[str, ...]:
    """Dark blue over grey to light amber, so that brightness alone tells the sign; zero is in the middle."""
    colors = []
    for step in range(-SIGNED_STEPS, SIGNED_STEPS + 1):
        end, share = (_HIGHEST if step > 0 else _LOWEST), abs(step) / SIGNED_STEPS
        mixed = [round(zero + (far - zero) * share) for zero, far in zip(_ZERO, end, strict=True)]
        colors.append("#" + "".join(f"{value:02x}" for value in mixed))
    return tuple(colors)


@lru_cache(maxsize=16)
def half_blocks(colors: tuple[str, ...]) -> tuple[Tile, ...]:
    """The tile for each pair of an upper and a lower pixel; that of levels (a, b) is number a · n + b."""
    return tuple(_half_block(upper, lower) for upper, lower in product(colors, repeat=2))


def _half_block(upper: str, lower: str) -> Tile:
    if upper == lower:
        return (BOTH, upper) if upper else (" ", "")
    if not lower:
        return TOP, upper
    return (BOTTOM, lower) if not upper else (TOP, f"{upper} on {lower}")


_CANDIDATES = [(shade, place / 4, place / 4) for place, shade in enumerate(SHADES)]
_CANDIDATES += [(TOP, 1.0, 0.0), (BOTTOM, 0.0, 1.0)]


@lru_cache(maxsize=1)
def shades() -> tuple[Tile, ...]:
    """As `half_blocks` of five levels, without colour: the character that is nearest to a pair of pixels."""
    tiles = []
    for upper, lower in product(range(5), repeat=2):
        tiles.append(
            (min(_CANDIDATES, key=lambda one: (upper / 4 - one[1]) ** 2 + (lower / 4 - one[2]) ** 2)[0], "")
        )
    return tuple(tiles)


def signed_shades(paper: Paper) -> tuple[Tile, ...]:
    """Characters for -4 to 4, one for a whole cell; zero is in the middle."""
    below, above = ("bright_blue", "yellow") if paper.greys is Greys.FEW else ("", "")
    return (
        *((glyph, below) for glyph in BELOW_ZERO[:0:-1]),
        (" ", ""),
        *((glyph, above) for glyph in SHADES[1:]),
    )
