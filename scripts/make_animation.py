"""Make the README's animation of the first minute, `assets/first-minute.gif`, from a real session.

    python scripts/make_animation.py

Opens an empty home, trains the plain network, switches batch normalisation on, trains again, and shows what
is said of the two, all on the sample. It needs `rsvg-convert`, the font DejaVu Sans Mono, and Pillow, which
comes with matplotlib.
"""

import asyncio
import io
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from textual.pilot import Pilot

from mnist_tui.tui.app import MnistTuiApp

TARGET = Path(__file__).parent.parent / "assets" / "first-minute.gif"
SIZE = (110, 34)
WIDTH = 880
"""Pixels."""

COLORS = 32
FRAME_SECONDS = 0.5
HELD_SECONDS = 3.0
"""How long a picture stands that is to be read."""


def picture(app: MnistTuiApp) -> Image.Image:
    """What is on screen."""
    # rsvg-convert drops leading spaces, and knows fonts of this machine only.
    svg = app.export_screenshot().replace("<text ", '<text xml:space="preserve" ')
    svg = svg.replace("Fira Code", "DejaVu Sans Mono")
    command = ["rsvg-convert", "-w", str(WIDTH)]
    done = subprocess.run(command, input=svg.encode(), capture_output=True, check=True)
    return Image.open(io.BytesIO(done.stdout)).convert("RGB").quantize(COLORS)


async def film() -> list[tuple[Image.Image, float]]:
    """Pictures, and how many seconds each stands."""
    app = MnistTuiApp()
    frames: list[tuple[Image.Image, float]] = []

    async with app.run_test(size=SIZE) as pilot:

        async def watch(pilot: Pilot[int], is_over: Callable[[], bool]) -> None:
            while not is_over():
                await pilot.pause(FRAME_SECONDS)
                frames.append((picture(app), FRAME_SECONDS))

        def finished(count: int) -> bool:
            return sum(run.finished is not None for run in app.laboratory.runs.values()) >= count

        await pilot.pause(1.0)
        frames.append((picture(app), HELD_SECONDS))
        await pilot.press("r")
        await watch(pilot, lambda: finished(1))
        await pilot.pause(1.0)
        frames.append((picture(app), HELD_SECONDS))
        await pilot.press("space", "r")
        await watch(pilot, lambda: finished(2))
        await pilot.pause(2.0)
        frames.append((picture(app), 2 * HELD_SECONDS))
    return frames


def main() -> None:
    """Film it, and write the file."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["MNIST_TUI_HOME"] = home
        os.environ.pop("MNIST_TUI_DATA_DIR", None)
        frames = asyncio.run(film())
    first, *others = [image for image, _ in frames]
    milliseconds = [round(1000 * seconds) for _, seconds in frames]
    first.save(
        TARGET, save_all=True, append_images=others, duration=milliseconds, loop=0, optimize=True, disposal=1
    )
    print(f"{TARGET}: {len(frames)} pictures, {TARGET.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
