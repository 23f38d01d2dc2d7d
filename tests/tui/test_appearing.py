"""Screens look once at what they show each time they come to the front."""

import pytest

from mnist_tui.tui.screens.appearing import Appearing

pytestmark = pytest.mark.quick


class Counting(Appearing):
    times = 0

    def appear(self) -> None:
        self.times += 1


def test_a_screen_that_is_told_twice_looks_once() -> None:
    screen = Counting()
    screen.on_screen_resume()
    screen.on_screen_resume()
    assert screen.times == 1
    screen.on_screen_suspend()
    screen.on_screen_resume()
    assert screen.times == 2
