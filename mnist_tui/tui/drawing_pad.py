"""Paper and pen: strokes, undo, thickness, and where the pen is."""

import numpy as np

from mnist_tui.data.dataset import SIDE, Pixels
from mnist_tui.data.ink import Ink, Point, as_mnist, blank, draw, enlarged
from mnist_tui.runs.drawings import Drawing, Stroke

THICKNESSES = (6.0, 9.0, 12.0, 16.0)
"""Pixels of the paper; the second one is about as thick as MNIST's strokes."""

STEP = 1 / SIDE
"""How far a key moves the pen: a pixel of the image."""


class DrawingPad:
    """What is drawn; knows nothing of screens.

    Attributes:
        thickness: Of the pen.
        pen: Where it is.
        is_down: Whether it draws.
        ink: What is on the paper; not to be changed from outside.
    """

    def __init__(self) -> None:
        self.thickness = THICKNESSES[1]
        self.pen: Point = (0.5, 0.25)
        self.is_down = False
        self._strokes: list[Stroke] = []
        self._undone: Drawing | None = None
        self._base: Pixels | None = None
        self._points: list[Point] = []
        self.ink: Ink = blank()

    @property
    def is_blank(self) -> bool:
        """Whether nothing was drawn."""
        return not (self._strokes or self._points or self._base is not None)

    @property
    def drawing(self) -> Drawing:
        """What is on the paper, to be saved."""
        return Drawing(tuple(self._strokes), self._base)

    @property
    def image(self) -> Pixels:
        """What a network is given, shape (784,)."""
        return as_mnist(self.ink)

    def put_down(self, point: Point | None = None) -> None:
        """Begin a stroke, where the pen is or at another point."""
        self.lift()
        self.pen = _on_paper(point or self.pen)
        self.is_down, self._points = True, [self.pen]
        self._ink([self.pen])

    def move_to(self, point: Point) -> None:
        """Move the pen; draw where it is down."""
        before, self.pen = self.pen, _on_paper(point)
        if self.is_down and self.pen != before:
            self._points.append(self.pen)
            self._ink([before, self.pen])

    def step(self, right: int, down: int) -> None:
        """Move the pen by pixels of the image."""
        x, y = self.pen
        self.move_to((x + right * STEP, y + down * STEP))

    def lift(self) -> None:
        """End the stroke."""
        if self._points:
            self._strokes.append(Stroke(self.thickness, tuple(self._points)))
            self._points = []
        self.is_down = False

    def undo(self) -> None:
        """Take back the last stroke; where there is none on this paper, take the old one again."""
        self.lift()
        before = self._undone
        if self._strokes:
            self.open(Drawing(tuple(self._strokes[:-1]), self._base))
            self._undone = before
        elif self._undone is not None:
            self.open(self._undone)
        elif self._base is not None:
            self.open(Drawing())

    def begin(self, image: Pixels | None = None) -> None:
        """Take new paper, blank or with an image; `undo` brings the old one back."""
        self.lift()
        before = None if self.is_blank else self.drawing
        self.open(Drawing(base=image))
        self._undone = before

    def open(self, drawing: Drawing) -> None:
        """Go on with a drawing."""
        self.is_down, self._points, self._undone = False, [], None
        self._strokes, self._base = list(drawing.strokes), drawing.base
        self.ink = blank() if drawing.base is None else enlarged(drawing.base)
        for stroke in drawing.strokes:
            draw(self.ink, stroke.points, stroke.thickness)

    def next_thickness(self) -> None:
        """Take a thicker pen, after the thickest the thinnest."""
        place = THICKNESSES.index(self.thickness) if self.thickness in THICKNESSES else 0
        was_down = self.is_down
        self.lift()
        self.thickness = THICKNESSES[(place + 1) % len(THICKNESSES)]
        if was_down:
            self.put_down()

    def _ink(self, points: list[Point]) -> None:
        self.ink = self.ink.copy()  # whoever draws or asks networks in a thread keeps the one it was given
        draw(self.ink, points, self.thickness)


def _on_paper(point: Point) -> Point:
    x, y = (float(np.clip(place, 0, 1)) for place in point)
    return x, y
