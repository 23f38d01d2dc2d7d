"""The recipes of docs/extending.md, carried out to the letter in a copy of the program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
RECIPES = (PROJECT / "docs" / "extending.md").read_text(encoding="utf-8")

PLACE = re.compile(
    r"# (?:end of (?P<end>\S+)|new file (?P<new>\S+)"
    r"|(?P<path>\S+?), (?:in (?P<within>\w+), )?after: (?P<line>.+))"
)


def blocks(recipe: str) -> list[tuple[re.Match[str], str]]:
    """Where each block of a recipe goes, and its code."""
    text = re.split(r"^## ", RECIPES, flags=re.MULTILINE)
    [chosen] = [part for part in text if part.startswith(recipe + "\n")]
    found = []
    for block in re.findall(r"```python\n(.*?)```", chosen, flags=re.DOTALL):
        first, _, code = block.partition("\n")
        place = PLACE.fullmatch(first)
        assert place, f"{recipe}: the block does not say where it goes: {first}"
        found.append((place, code))
    assert found
    return found


def carry_out(recipe: str, copy: Path) -> None:
    for place, code in blocks(recipe):
        path = copy / (place["end"] or place["new"] or place["path"])
        if place["new"]:
            assert not path.exists()
            path.write_text(code, encoding="utf-8")
            continue
        text = path.read_text(encoding="utf-8")
        if place["end"]:
            text += "\n\n" + code
        else:
            within = re.search(rf"^ *{place['within']} = ", text, re.MULTILINE)
            start = within.start() if within else 0
            end = text.index("\n", text.index(place["line"], start)) + 1
            text = text[:end] + code + text[end:]
        path.write_text(text, encoding="utf-8")


CHECKS = {
    "An optimizer": """
from mnist_tui.data import source
from mnist_tui.training.events import RunFinished
from mnist_tui.training.trainer import Trainer
from mnist_tui.training.build import make_optimizer
from mnist_tui.cli.flags import RunFlags, to_config
config = to_config(RunFlags(optimizer="lion", hidden="8", epochs="1", threads="1", dataset="sample"))
assert type(make_optimizer(config)).__name__ == "Lion"
assert make_optimizer(config).lr == config.peak_learning_rate == 0.0001
events = list(Trainer(config, source.load(source.SAMPLE, 400)).run())
assert isinstance(events[-1], RunFinished), events[-1]
""",
    "A metric": """
from mnist_tui.runs.curves import METRICS
from mnist_tui.runs.layout import create
from mnist_tui.runs.run import Run
from tests.runs.helpers import epoch, started
run = Run.read(create(RunConfig()))
for event in (started(), epoch(1), epoch(2)):
    run.apply(event)
[line] = METRICS["cpu_seconds"].series(run)
assert line.y.tolist() == [0.7, 1.4], line.y
""",
    "A column": """
import io
from rich.console import Console
from mnist_tui.analysis.comparison import compare
from mnist_tui.cli.tables import comparison_table
from mnist_tui.reports.markdown import markdown
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.runs.helpers import finished, finished_run, make_run, started
comparison = compare([finished_run(RunConfig())])
console = Console(file=io.StringIO(), width=200)
console.print(comparison_table(comparison))
assert "1,234" in console.file.getvalue()
assert "1,234" in markdown(comparison)
make_run([started(), finished()])

async def look():
    app = MnistTuiApp()
    async with app.run_test(size=(200, 50)) as pilot:
        table = app.screen.query_one(RunsTable)
        for _ in range(600):
            await pilot.pause(0.05)
            if table.row_count:
                break
        table.action_scroll_end()
        shown = [one.key for one in table.choice.columns]
        assert table.get_row_at(0)[shown.index("parameters")].plain.strip() == "1,234"

asyncio.run(look())
""",
    "A finding": """
from mnist_tui.analysis.findings import findings
from tests.analysis.helpers import BASE, concluded, row
found = findings(concluded(row(BASE, [0.91, 0.93]), row(BASE.replace(batch_norm=True), [0.92, 0.921])))
assert found[0] == "plain: the seeds lie far apart, from 91.00 to 93.00 %.", found
""",
    "A screen": """
from textual.widgets import Static
from mnist_tui.tui.app import MnistTuiApp
from tests.runs.helpers import finished, make_run, started
make_run([started(), finished()])

async def look():
    app = MnistTuiApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("7")
        for _ in range(600):
            await pilot.pause(0.05)
            shown = app.screen.query("#count")
            if type(app.screen).__name__ == "CountsScreen" and "1 runs" in str(shown.first().render()):
                return
        raise AssertionError("the screen does not count")

asyncio.run(look())
""",
}


@pytest.mark.parametrize("recipe", CHECKS)
def test_a_recipe_works_as_it_is_written(recipe: str, tmp_path: Path) -> None:
    for folder in ("mnist_tui", "tests"):
        ignored = shutil.ignore_patterns("*.pyc.*", "__snapshots__")  # what others are compiling just now
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=ignored)
    carry_out(recipe, tmp_path)
    code = "import asyncio\nfrom mnist_tui.settings.run_config import RunConfig\n" + CHECKS[recipe]
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_there_are_eleven_recipes() -> None:
    assert len(re.findall(r"^## A", RECIPES, flags=re.MULTILINE)) == 11
