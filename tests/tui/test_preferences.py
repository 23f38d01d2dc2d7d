"""What was chosen is found again, and no file can do harm."""

import json
import os
from pathlib import Path

import pytest

from mnist_tui.tui.preferences import MOST_BYTES, Preferences, keep

pytestmark = pytest.mark.quick


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "preferences.json"


def test_what_was_kept_is_found_again(file: Path) -> None:
    keep(file, {"theme": "textual-light", "chart_metrics": {"loss": "weight_norm"}})
    keep(file, {"guide_hidden": True})
    assert Preferences.read(file) == Preferences(
        theme="textual-light", guide_hidden=True, chart_metrics={"loss": "weight_norm"}
    )


def test_nothing_kept_means_the_defaults(file: Path) -> None:
    assert Preferences.read(file) == Preferences()


def test_what_this_version_knows_nothing_of_stays_in_the_file(file: Path) -> None:
    keep(file, {"theme": "nord"})
    file.write_text(json.dumps({**json.loads(file.read_text()), "lesson": {"step": [3]}}))
    keep(file, {"theme": "gruvbox"})
    assert json.loads(file.read_text()) == {"theme": "gruvbox", "lesson": {"step": [3]}}


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[1]", b"null", b"[" * 50_000, b'{"theme": "nord"' + b" " * MOST_BYTES + b"}"],
)
def test_a_file_that_means_nothing_is_as_if_nothing_was_chosen(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    assert Preferences.read(file) == Preferences()
    keep(file, {"theme": "nord"})
    assert Preferences.read(file).theme == "nord"


def test_values_of_another_kind_count_as_not_chosen(file: Path) -> None:
    keep(file, {"theme": 3, "guide_hidden": 1, "chart_metrics": {"loss": "accuracy", "accuracy": [1]}})
    assert Preferences.read(file) == Preferences(chart_metrics={"loss": "accuracy"})


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_not_followed(file: Path, tmp_path: Path) -> None:
    keep(tmp_path / "elsewhere.json", {"theme": "nord"})
    file.parent.mkdir()
    file.symlink_to(tmp_path / "elsewhere.json")
    assert Preferences.read(file) == Preferences()
    keep(file, {"theme": "gruvbox"})
    assert Preferences.read(tmp_path / "elsewhere.json").theme == "nord"
