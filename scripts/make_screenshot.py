"""Make the README's pictures, `assets/*.png`, from a real session.

    python scripts/make_screenshot.py [--data DIRECTORY] [--home DIRECTORY] [NAME ...]

Opens the dashboard, compares the three classic networks, starts a fourth and takes the picture while it
trains; then it opens the other screens (`SCENES`) and takes theirs. In a home that has finished runs nothing
is trained, and only other screens are taken. NAME: these pictures alone. The DIRECTORY of the data holds the
four MNIST files (default: `MNIST_TUI_DATA_DIR`, else the sample is used). It needs `rsvg-convert` and the
font DejaVu Sans Mono.
"""

import argparse
import asyncio
import os
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from mnist_tui.runs.run import Run
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.screens.data import DataScreen
from mnist_tui.tui.screens.draw import DrawScreen
from mnist_tui.tui.screens.mistakes import MistakesScreen
from mnist_tui.tui.screens.network import NetworkScreen
from mnist_tui.tui.widgets.canvas import Canvas
from mnist_tui.tui.widgets.gallery import Gallery

ASSETS = Path(__file__).parent.parent / "assets"
SIZES = {"dashboard": (126, 36)}
SIZE = (126, 42)
"""Of the others."""

App = MnistTuiApp


async def until(pilot: Pilot[int], condition: Callable[[], bool]) -> None:
    """Let the dashboard work until a condition holds."""
    while not condition():
        await pilot.pause(0.2)


def runs(app: App) -> list[Run]:
    """All runs."""
    return list(app.laboratory.runs.values())


async def dashboard(app: App, pilot: Pilot[int]) -> None:
    """Three finished runs and one that trains."""
    await pilot.press("c")
    await until(pilot, lambda: sum(run.finished is not None for run in runs(app)) == 3)
    await pilot.press("space", "down", "down", *"0.2", "r")
    await until(pilot, lambda: any(run.is_active and len(run.epochs) >= 6 for run in runs(app)))


async def mistakes(app: App, pilot: Pilot[int]) -> None:
    """One network beside another: what the second one fixes."""
    shown = [row for row in app.session.order if app.laboratory.runs[row].finished][:2]
    for row in shown:
        if row not in app.session.shown:
            app.toggle(row)
    app.session.selected, app.session.beside = shown[0], ""
    await pilot.press("4", "space", "m")

    def is_there() -> bool:
        screen = app.screen
        digits = screen.query_one(Gallery).digits if isinstance(screen, MistakesScreen) else None
        return digits is not None and digits.key == "fixed"

    await until(pilot, lambda: isinstance(app.screen, MistakesScreen))
    await pilot.pause(1.0)
    if not is_there():
        await pilot.press("m")
    await until(pilot, is_there)


async def network(app: App, pilot: Pilot[int]) -> None:
    """What the second ReLU gets, epoch after epoch, with batch normalisation and without."""
    by_name = {app.laboratory.runs[row].name: row for row in app.session.order}
    for row in (by_name["plain"], by_name["batchnorm"]):
        if row not in app.session.shown:
            app.toggle(row)
    app.session.selected, app.session.beside = by_name["batchnorm"], by_name["plain"]
    await pilot.press("5")
    await until(pilot, lambda: isinstance(app.screen, NetworkScreen))
    await pilot.press(*["down"] * 16)

    def is_there() -> bool:
        canvases = (app.screen.query_one(one, Canvas) for one in ("#shown", "#beside"))
        return all(any("▸" in plain(line) for line in canvas.lines) for canvas in canvases)

    await until(pilot, is_there)


async def data(app: App, pilot: Pilot[int]) -> None:
    """Digits as training would bend them."""
    await pilot.press("3")
    await until(pilot, lambda: isinstance(app.screen, DataScreen) and app.screen.is_whole)
    await pilot.press("a", "a", "a", "right")


async def draw(app: App, pilot: Pilot[int]) -> None:
    """A seven drawn by hand and turned, and what the networks of some rows say."""
    for row in [row for row in app.session.order if app.laboratory.runs[row].finished][:2]:
        if row not in app.session.shown:
            app.toggle(row)
    app.switch_mode("draw")
    await until(pilot, lambda: isinstance(app.screen, DrawScreen))
    await pilot.press(*["left"] * 6, "space", *["right"] * 12, *["down", "down", "left"] * 6, "space")
    await pilot.press(*["up"] * 6, *["left"] * 3, "space", *["right"] * 7, "space", *["down"] * 10)
    await pilot.press("tab", "tab", *["plus"] * 7)
    await until(pilot, lambda: "vote" in str(app.screen.query_one("#head", Static).render()))


SCENES: dict[str, Callable[[App, Pilot[int]], Awaitable[None]]] = {
    "dashboard": dashboard,
    "mistakes": mistakes,
    "network": network,
    "data": data,
    "draw": draw,
}
"""What the pictures are called, and what leads to them; the first one trains."""


async def take(names: Sequence[str]) -> dict[str, str]:
    """The pictures as SVG, by their names."""
    app = App()
    pictures = {}
    async with app.run_test(size=SIZES["dashboard"]) as pilot:
        await until(pilot, lambda: "dashboard" in names or bool(runs(app)))
        for name in names:
            await pilot.resize_terminal(*SIZES.get(name, SIZE))
            await SCENES[name](app, pilot)
            app.clear_notifications()
            await pilot.pause(0.5)
            pictures[name] = app.export_screenshot()
        await app.laboratory.stop_all()
        await until(pilot, lambda: not app.laboratory.own_active)
    return pictures


def main() -> None:
    """Take the pictures and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *SCENES], metavar="NAME")
    parser.add_argument("--data", default=os.environ.get("MNIST_TUI_DATA_DIR"))
    parser.add_argument("--home")
    arguments = parser.parse_args()
    names = [name for name in SCENES if name in (arguments.names or SCENES)]
    if arguments.data:
        os.environ["MNIST_TUI_DATA_DIR"] = str(Path(arguments.data).resolve())
    if arguments.home:
        names = [name for name in names if name != "dashboard"]
    os.environ |= {"COLORTERM": "truecolor", "TERM": "xterm-256color"}
    with tempfile.TemporaryDirectory() as home:
        os.environ["MNIST_TUI_HOME"] = arguments.home or home
        for name, picture in asyncio.run(take(names)).items():
            # rsvg-convert drops leading spaces, and knows fonts of this machine only.
            drawn = picture.replace("<text ", '<text xml:space="preserve" ').replace(
                "Fira Code", "DejaVu Sans Mono"
            )
            source, target = Path(home) / f"{name}.svg", ASSETS / f"{name}.png"
            source.write_text(drawn, encoding="utf-8")
            subprocess.run(["rsvg-convert", "-w", "1600", source, "-o", target], check=True)  # noqa: S607
            print(target)


if __name__ == "__main__":
    main()
