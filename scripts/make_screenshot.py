"""Make the README's screenshot `assets/dashboard.svg` and `.png` from a real session.

    python scripts/make_screenshot.py [--data DIRECTORY]

Opens the dashboard, compares the three classic networks, then starts a fourth and takes the picture while
it trains. DIRECTORY holds the four MNIST files (default: `MNIST_TUI_DATA_DIR`, else the sample is used).
The PNG needs `rsvg-convert` and the font DejaVu Sans Mono.
"""

import argparse
import asyncio
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from mnist_tui.runs.run import Run
from mnist_tui.tui.app import MnistTuiApp

TARGET = Path(__file__).parent.parent / "assets" / "dashboard.svg"
SIZE = (126, 36)


async def until(pilot: Pilot[int], condition: Callable[[], bool]) -> None:
    """Let the dashboard work until a condition holds."""
    while not condition():
        await pilot.pause(0.2)


async def take() -> str:
    """The picture as SVG."""
    app = MnistTuiApp()

    def runs() -> list[Run]:
        return list(app.laboratory.runs.values())

    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: sum(run.finished is not None for run in runs()) == 3)
        await pilot.press("space", "down", "down", *"0.2", "r")
        await until(pilot, lambda: any(run.is_active and len(run.epochs) >= 6 for run in runs()))
        app.clear_notifications()
        await pilot.pause(0.5)
        picture = app.export_screenshot()
        await app.laboratory.stop_all()
        await until(pilot, lambda: not app.laboratory.own_active)
    return picture


def main() -> None:
    """Take the picture and write both files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("MNIST_TUI_DATA_DIR"))
    data = parser.parse_args().data
    if data:
        os.environ["MNIST_TUI_DATA_DIR"] = str(Path(data).resolve())
    with tempfile.TemporaryDirectory() as home:
        os.environ["MNIST_TUI_HOME"] = home
        # rsvg-convert drops leading spaces, and knows fonts of this machine only.
        picture = asyncio.run(take()).replace("<text ", '<text xml:space="preserve" ')
    TARGET.write_text(picture.replace("Fira Code", "DejaVu Sans Mono"), encoding="utf-8")
    subprocess.run(["rsvg-convert", "-w", "1600", TARGET, "-o", TARGET.with_suffix(".png")], check=True)  # noqa: S607
    print(f"{TARGET} and {TARGET.with_suffix('.png').name}")


if __name__ == "__main__":
    main()
