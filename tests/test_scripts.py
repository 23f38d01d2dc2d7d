"""The scripts that the documents name can still be started."""

import runpy
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent.parent / "scripts").glob("*.py"))


def test_there_are_scripts() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.name for script in SCRIPTS])
def test_a_script_finds_all_that_it_imports(script: Path) -> None:
    assert callable(runpy.run_path(str(script))["main"])
