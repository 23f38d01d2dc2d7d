"""Charts and table as one widget, on any screen."""

from typing import Any

import pytest
from textual.app import App, ComposeResult

from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.renderables.lines import Line, plain
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.screens.run import RunScreen
from mnist_tui.tui.widgets.curves import MOST_ROWS, CurveChart
from mnist_tui.tui.widgets.drawing import Drawing
from mnist_tui.tui.widgets.panels import Panels
from tests.tui.helpers import WIDE, record, recorded_events, table_texts, until
from tests.tui.replays import folded


class PanelsApp(App[None]):
    """A screen that knows nothing but the panels."""

    CSS = """
    #charts { height: 1fr; }
    CurveChart { width: 1fr; }
    RunsTable { height: 6; }
    #welcome { display: none; }
    Panels.welcoming { #charts { display: none; } #welcome { display: block; } }
    """

    def compose(self) -> ComposeResult:
        yield Panels()


@pytest.fixture
def rows() -> dict[str, RowView]:
    """Two rows of one run, the second one without curves."""
    events = recorded_events(3, floor=0.1, rate=1)
    runs = [
        folded(record(RunConfig(batch_size=64 + number), [], number=number), events) for number in range(2)
    ]
    looks = RunView(runs[0], "first", 0, "●", "#4c9be8"), RunView(runs[1], "second")
    return {view.run.run_id: RowView.of_run(view) for view in looks}


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the charts that were drawn, each time they were."""
    drawn: list[str] = []
    draw = CurveChart.draw

    def counted(chart: CurveChart, width: int, height: int) -> list[Line]:
        drawn.append(str(chart.id))
        return draw(chart, width, height)

    monkeypatch.setattr(CurveChart, "draw", counted)
    return drawn


def texts(app: App[Any], selector: str) -> str:
    drawing = app.screen.query_one(selector)
    assert isinstance(drawing, Drawing)
    return "\n".join(map(plain, drawing.lines))


async def test_curves_and_rows_are_those_asked_for(rows: dict[str, RowView]) -> None:
    one, other = rows
    app = PanelsApp()
    async with app.run_test(size=WIDE) as pilot:
        panels = app.screen.query_one(Panels)
        panels.more = "Nothing to see."
        panels.welcoming = True
        panels.show([], rows.__getitem__, [], curves=[])
        await pilot.pause()
        assert "Nothing to see." in texts(app, "#welcome")
        panels.welcoming = False
        panels.show([other, one], rows.__getitem__, list(rows), curves=[rows[one]])
        await until(pilot, lambda: "●" in texts(app, "#loss"))  # the charts are laid out anew
        table = panels.table
        assert [table.get_row_at(row)[0].plain.rstrip() for row in range(2)] == ["  second", "● first"]


async def test_charts_are_drawn_again_for_what_they_show_alone(
    rows: dict[str, RowView], drawings: list[str]
) -> None:
    one, other = rows
    app = PanelsApp()
    async with app.run_test(size=WIDE) as pilot:
        panels = app.screen.query_one(Panels)

        async def drawn(changed: list[str], curves: list[str]) -> list[str]:
            drawings.clear()
            panels.show(list(rows), rows.__getitem__, changed, curves=[rows[one] for one in curves])
            await pilot.pause()
            return sorted(drawings)

        both = ["accuracy", "loss"]
        assert await drawn([], [one]) == both
        assert await drawn([], [one]) == []
        assert await drawn([other], [one]) == []
        assert await drawn([one], [one]) == both
        assert await drawn([], [one, other]) == both
        assert await drawn([], []) == both


async def test_of_very_many_runs_the_last_ones_are_drawn_and_it_is_said(rows: dict[str, RowView]) -> None:
    one, other = rows
    app = PanelsApp()
    async with app.run_test(size=WIDE) as pilot:
        panels = app.screen.query_one(Panels)
        chart = app.screen.query_one("#loss", CurveChart)
        panels.show(list(rows), rows.__getitem__, [], curves=[rows[one]] * 30 + [rows[other]])
        await pilot.pause()
        assert [row.row_id for row in chart.drawn] == [one] * (MOST_ROWS - 1) + [other]
        assert f"the last {MOST_ROWS} of 31 rows" in str(chart.border_subtitle)
        panels.show(list(rows), rows.__getitem__, [], curves=list(rows.values()))
        await pilot.pause()
        assert "last" not in str(chart.border_subtitle)


async def test_no_key_of_the_panels_harms_a_screen_without_them() -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))
    app = MnistTuiApp()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        chart = app.screen.query_one("#metric", CurveChart)
        was_logarithmic = chart.log_axis
        await pilot.press("a", "y", "X")
        await until(pilot, lambda: chart.log_axis is not was_logarithmic and chart.x_axis == "step")
