"""Export, details and fetch."""

from pathlib import Path

import pytest
from textual.widgets import Button, Input, Markdown, Static

from mnist_tui import paths
from mnist_tui.data import fetch as fetching
from mnist_tui.errors import FetchError
from mnist_tui.reports.consistency import contradictions
from mnist_tui.reports.sealing import unseal
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.export import ExportScreen
from mnist_tui.tui.dialogs.fetch import FetchScreen
from tests.tui.helpers import (
    SMALL,
    WIDE,
    fill,
    finished,
    opened,
    said,
    until,
)


@pytest.mark.usefixtures("timeless")
async def test_export_says_where_and_asks_before_it_replaces(
    app: MnistTuiApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e")
        await pilot.pause()
        assert not isinstance(app.screen, ExportScreen)
        fill(app, SMALL)
        await pilot.press("c")
        await finished(pilot, 3)
        await pilot.press("e")
        await opened(pilot, ExportScreen)
        path = app.screen.query_one("#path", Input)
        assert path.value == str(tmp_path / "mnist-tui-results.md")
        taken = tmp_path / "taken.md"
        taken.write_text("mine")
        path.value = str(taken)
        await pilot.press("enter")
        await pilot.pause()
        assert taken.read_text() == "mine"
        assert "exists" in str(app.screen.query_one("#message", Static).render())
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, ExportScreen))
        await until(pilot, lambda: any("Report:" in words for words in said(app)))
        assert "| plain | No | No |" in taken.read_text()
        assert (tmp_path / "taken-loss.svg").exists()
        exported = unseal(taken)
        assert exported.claims.labels == ["plain", "batchnorm", "l2 0.1"]
        assert contradictions(exported) == []
        await pilot.press("e")
        await opened(pilot, ExportScreen)
        app.screen.query_one("#path", Input).value = str(tmp_path / "missing" / "report.md")
        await pilot.press("enter")
        await pilot.pause()
        assert "is not a directory" in str(app.screen.query_one("#message", Static).render())


async def test_a_link_in_the_preview_of_a_report_leads_nowhere(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_addresses: list[str] = []
    monkeypatch.setattr(app, "open_url", opened_addresses.append)
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(ExportScreen("[click](http://evil.example)"))
        preview = app.screen.query_one(Markdown)
        preview.post_message(Markdown.LinkClicked(preview, "http://evil.example"))
        await pilot.pause()
        assert opened_addresses == []


async def test_fetch_fails_in_words_and_then_succeeds(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fake(directory: Path, on_progress: object) -> None:
        asked.append(directory)
        if len(asked) == 1:
            raise FetchError("No mirror could be reached.")

    monkeypatch.setattr(fetching, "fetch", fake)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await opened(pilot, FetchScreen)
        await pilot.press("enter")
        message = app.screen.query_one("#message", Static)
        await until(pilot, lambda: "No mirror" in str(message.render()))
        start = app.screen.query_one("#start", Button)
        # For a fifth of a second after a press, a button takes no other.
        await until(pilot, lambda: app.focused is start and not start.has_class("-active"))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.dashboard)
        assert asked == [paths.data_cache()] * 2
