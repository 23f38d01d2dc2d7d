"""What works where one is: in the footer, in help, and by name."""

import pytest

from mnist_tui.tui.dialogs.help import HelpScreen
from mnist_tui.tui.keys import KEYS, Place, written
from mnist_tui.tui.renderables.help import render_help
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.screens.dashboard import DashboardScreen
from mnist_tui.tui.screens.replay import ReplayScreen
from mnist_tui.tui.screens.run import RunScreen
from mnist_tui.tui.where import cells, footer_keys, places_of

pytestmark = pytest.mark.quick

SCREEN = [Place.DASHBOARD, Place.PANELS, Place.STEERING, Place.CHARTS, Place.APP]
AT_TABLE = [Place.TABLE, Place.STEERING, *(place for place in SCREEN if place is not Place.STEERING)]
AT_FORM = [Place.FIELD, Place.FORM, *SCREEN]
AT_CHART = [Place.CHART, Place.CHARTS, *(place for place in SCREEN if place is not Place.CHARTS)]
DONE = {"steer('replay')": "Replay", "steer('fork')": "Fork", "steer('stop')": "Delete"}
TRAINS = {"steer('pause')": "Pause", "steer('stop')": "Stop"}


def footer(places: list[Place], width: int = 200, offers: dict[str, str] | None = None) -> list[str]:
    return [label for _, label in footer_keys(places, offers or {}, width, compact=False)]


def test_a_class_knows_its_places() -> None:
    assert places_of(HelpScreen([])) == [Place.DIALOG, Place.PAGE]
    assert {Place.DASHBOARD, Place.STEERING, Place.CHARTS, Place.PANELS} <= set(places_of(DashboardScreen()))


def test_the_keys_of_the_focused_panel_come_first() -> None:
    assert footer(AT_TABLE, offers=DONE)[:6] == ["Show", "Open", "Runs", "Delete", "Fork", "Replay"]
    assert footer(AT_FORM)[0] == "Run"
    assert footer(AT_CHART)[0] == "Maximise"
    for places in (AT_TABLE, AT_FORM, AT_CHART):
        assert footer(places)[-3:] == ["All", "Help", "Quit"]


def test_keys_that_would_do_nothing_are_not_shown() -> None:
    assert not {"Pause", "Stop", "Fork", "Tune"} & set(footer(AT_FORM))
    assert {"Pause", "Stop"} <= set(footer(AT_FORM, offers=TRAINS))
    assert "Log axis" not in footer(AT_TABLE)
    assert "Log axis" in footer(AT_CHART)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("compact", [True, False])
def test_what_does_not_fit_goes_and_help_stays(width: int, *, compact: bool) -> None:
    shown = footer_keys(AT_TABLE, DONE, width, compact=compact)
    assert sum(cells(key, label, compact=compact) for key, label in shown) <= width
    assert [label for _, label in shown][-2:] == ["Help", "Quit"]
    assert len(shown) > (3 if width == 40 else 4)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("place", [Place.DATA, Place.MISTAKES, Place.NETWORK, Place.DRAW])
def test_the_way_back_is_always_shown(width: int, place: Place) -> None:
    shown = [label for _, label in footer_keys([place, Place.APP], {}, width, compact=width < 92)]
    assert shown[-4:] == ["Back", "All", "Help", "Quit"]
    assert len(shown) > 6 or width < 80


def lines(places: list[Place], width: int) -> list[str]:
    return list(map(plain, render_help(places, width)))


@pytest.mark.parametrize("places", [AT_TABLE, AT_FORM, AT_CHART, [Place.RUN, Place.STEERING, Place.APP]])
def test_help_begins_with_the_keys_that_work_here_and_has_all_keys_on_one_screen(places: list[Place]) -> None:
    page = lines(places, 116)
    assert page[0].startswith("Keys here")
    assert page.index("Words") <= 39, "38 lines are seen at once at 120×40"
    assert max(map(len, page)) <= 116
    shown = "\n".join(page)
    for key in KEYS:
        assert not key.words or written(key.keys.split(",")[0]) in shown, key


def test_the_footer_of_a_replay_begins_with_its_own_keys() -> None:
    places = [Place.CHART, Place.CHARTS, Place.REPLAY, Place.PANELS, Place.APP]
    shown = [label for _, label in footer_keys(places, {}, 80, compact=True)]
    assert shown[:5] == ["Play", "Earlier", "Later", "Faster", "Slower"]
    assert shown[-4:] == ["Back", "All", "Help", "Quit"]


def test_help_in_a_replay_begins_with_its_own_keys() -> None:
    page = lines([Place.CHART, Place.REPLAY, Place.PANELS, Place.CHARTS, Place.APP], 116)
    assert page[0] == "Keys here: replay"
    assert "play or pause" in page[1]


def test_help_says_first_what_the_panel_does() -> None:
    assert lines(AT_TABLE, 116)[1].split()[:4] == ["space", "show", "or", "hide"]
    assert lines(AT_TABLE, 76)[0] == "Keys here: table"
    assert "through common values" in lines(AT_FORM, 76)[1]
    replay = lines([Place.REPLAY, Place.APP], 76)
    assert replay[0] == "Keys here: replay"
    assert "play or pause" in replay[1]


def test_on_a_narrow_screen_the_keys_that_work_here_are_all_seen_at_once() -> None:
    for places in (AT_TABLE, AT_FORM, AT_CHART):
        page = lines(places, 76)
        assert page.index("Reading the screen") <= 26
        assert max(map(len, page)) <= 76


def test_help_is_whole_however_narrow() -> None:
    for width in (30, 50):
        page = lines(AT_TABLE, width)
        assert max(map(len, page)) <= width
        assert any(line.startswith("Gradient") for line in page)


def test_every_screen_says_what_it_is() -> None:
    assert Place.RUN in places_of(RunScreen())
    assert Place.REPLAY in places_of(ReplayScreen([], None))  # type: ignore[arg-type]
