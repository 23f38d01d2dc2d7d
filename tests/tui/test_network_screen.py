"""The screen that looks inside networks."""

import pytest
from textual.widgets import Static

from mnist_tui.runs.probes import ProbeFile, probes
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.screens.network import NOBODY, NetworkScreen
from tests.tui.helpers import drawn, on_screen, record, recorded_events, said, table_texts, until
from tests.tui.networks import record_inside


def head(app: MnistTuiApp) -> str:
    assert isinstance(app.screen, NetworkScreen)
    return str(app.screen.query_one("#network-head", Static).render())


def numbers(app: MnistTuiApp, where: str = "#shown") -> str:
    return drawn(app, where, app.screen)


async def test_a_walk_through_layers_epochs_and_runs() -> None:
    record_inside(epochs=3, name="plain", number=0)
    normed = record_inside(epochs=3, batch_norm=True, name="normed", number=1)
    app = MnistTuiApp()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 2)
        await pilot.press("L")
        await until(pilot, lambda: "BatchNorm.forward · mnist_tui/nn/layers.py" in on_screen(app))
        await pilot.press("escape")
        await pilot.press("5")
        await until(pilot, lambda: "of 6 by norm" in numbers(app))
        await until(pilot, lambda: "epoch 3, the last one · run 1 of 2" in head(app))
        await until(pilot, lambda: "excite it" in drawn(app, "#lesson", app.screen))
        await pilot.press("w")
        await until(pilot, lambda: "by norm" not in numbers(app))
        await pilot.press("w", "m")
        await until(pilot, lambda: "What training changed in" in drawn(app, "#lesson", app.screen))
        await pilot.press("pagedown")
        await until(pilot, lambda: "6–6 of 6" in numbers(app))
        await pilot.press("down", "down")
        assert str(app.screen.query_one("#numbers").border_title) == "before norm of layer 1"
        await until(pilot, lambda: "▸   3" in numbers(app))
        await pilot.press("l")
        await until(pilot, lambda: "class Linear" in on_screen(app) or "def forward" in on_screen(app))
        await until(pilot, lambda: "before norm of layer 1 · the lines of this program" in on_screen(app))
        await until(pilot, lambda: "Linear.forward · mnist_tui/nn/layers.py, line" in on_screen(app))
        await until(pilot, lambda: "x (256, 784) · W (784, 6) + b (6,) → y (256, 6)" in on_screen(app))
        await pilot.press("down", "l")
        await pilot.press("left")
        await until(pilot, lambda: "epoch 2 ·" in head(app))
        await until(pilot, lambda: "▸   2" in numbers(app))
        await pilot.press("home")
        await until(pilot, lambda: "before training" in head(app))

        await pilot.press("b")
        await until(pilot, lambda: "plain" in numbers(app, "#beside") and "▸   0" in numbers(app, "#beside"))
        await pilot.press(*["down"] * 3)
        await until(pilot, lambda: "plain has no γ of layer 1" in numbers(app, "#beside"))
        await pilot.press("b")
        assert not app.screen.query_one("#beside").display

        await pilot.press("end")
        # What a run records while one looks is followed.
        run = Run.load(normed)[0]
        file, latest = ProbeFile(normed.probes_path, run.config, 200), probes(run).records[-1].copy()
        file.begin(3)
        latest["epoch"] = 4
        file.append(latest)
        app.laboratory.runs[normed.run_id].apply(recorded_events(4, floor=0.1, rate=1)[-2])
        app.changed({normed.run_id})
        await until(pilot, lambda: "epoch 4, the last one" in head(app))
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "run 2 of 2" in head(app) and "of 6 by norm" in numbers(app))
        await pilot.press("escape")
        assert app.screen is app.dashboard


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_sizes_and_runs_that_have_nothing_to_show(size: tuple[int, int]) -> None:
    app = MnistTuiApp()
    async with app.run_test(size=size) as pilot:
        await pilot.press("5")
        await until(pilot, lambda: NOBODY in head(app))
        old = record(RunConfig(dataset="sample", threads=1), recorded_events(2, floor=0.1, rate=1))
        app.look_soon()
        await until(pilot, lambda: "1 of 1" in head(app))
        await until(pilot, lambda: "is missing" in " ".join(numbers(app).split()))
        await pilot.press("space")
        await until(pilot, lambda: "There is no other run to stand beside this one." in said(app))
        await pilot.press("w")
        await until(pilot, lambda: "has no probes" in " ".join(numbers(app).split()))
        await until(pilot, lambda: old.run_id[:10] in numbers(app))
        if size[0] >= 80:
            await until(pilot, lambda: "Layers" in on_screen(app))
