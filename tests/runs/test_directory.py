"""Run directories: made, found, locked, and refused where they are damaged."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mnist_tui.errors import RunError
from mnist_tui.runs.layout import RUN_ID, RunDirectory, create, environment, list_runs
from mnist_tui.settings.run_config import RunConfig
from tests.runs.helpers import edit_manifest, until

HOLDER = """
import sys, time
from pathlib import Path
from mnist_tui.runs.layout import RunDirectory
with RunDirectory(Path(sys.argv[1])).lock():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        (None, "batchnorm-l2-0-1"),
        ("My Run!", "my-run"),
        ("../../etc/passwd", "etc-passwd"),
        ("数字 λ", "run"),
        ("x" * 200, "x" * 40),
    ],
)
def test_an_id_says_when_and_what_and_is_a_plain_file_name(name: str | None, slug: str, home: Path) -> None:
    directory = create(RunConfig(batch_norm=True, l2_lambda=0.1, name=name))
    assert RUN_ID.fullmatch(directory.run_id)
    assert re.fullmatch(rf"\d{{8}}-\d{{9}}-{slug}-[0-9a-f]{{6}}", directory.run_id)
    assert directory.path.parent == home / "runs"
    assert list_runs() == [directory.path]


def test_ids_differ_for_equal_configurations() -> None:
    assert len({create(RunConfig()).run_id for _ in range(20)}) == 20


def test_config_json_holds_settings_versions_and_machine() -> None:
    config = RunConfig(hidden=(32, 16), l2_lambda=0.1, name="λ")
    directory = create(config)
    manifest = directory.read_manifest()
    assert directory.read_config() == config
    assert manifest["id"] == directory.run_id
    assert manifest["v"] == 1
    assert {"mnist-tui", "python", "numpy"} <= set(manifest["versions"])
    assert {"system", "processor", "cores"} <= set(manifest["machine"])
    assert manifest["created"].endswith("+00:00")


@pytest.mark.parametrize("home_is", ["below a file", "a file", "with a file for runs"])
def test_a_home_that_cannot_be_written_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home_is: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "runs").touch()
    places = {"below a file": "file/sub", "a file": "file", "with a file for runs": "."}
    monkeypatch.setenv("MNIST_TUI_HOME", str(tmp_path / places[home_is]))
    with pytest.raises(RunError, match="MNIST_TUI_HOME") as caught:
        create(RunConfig())
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list_runs() == []


def test_other_names_are_no_runs(home: Path) -> None:
    there = RunDirectory(home / "runs" / "20260101-101010000-plain-aaaaaa")
    there.path.mkdir(parents=True)
    for name in (
        ".DS_Store",
        "notes",
        "20260101-101010000-plain-AAAAAA",
        "20260101-101010000-plain-aaaaaa.bak",
    ):
        (home / "runs" / name).mkdir()
    assert list_runs() == [there.path]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"epochs": 5',
        b"[1, 2]",
        b"null",
        b"\xff\xfe\x00",
        b'{"epochs": -1}',
        b'{"epochs": "5"}',
        b'{"hidden": [512, "\\u001b"]}',
        pytest.param(b"[" * 100_000, id="deep nesting"),
        pytest.param(b'{"l2_lambda": 1' + b"0" * 400 + b"}", id="integer too large for a float"),
        pytest.param(b'{"epochs": 1' + b"0" * 5000 + b"}", id="integer too large to read"),
    ],
)
def test_a_damaged_config_json_is_named(content: bytes) -> None:
    directory = create(RunConfig())
    directory.config_path.write_bytes(content)
    with pytest.raises(RunError) as caught:
        directory.read_config()
    assert str(directory.config_path) in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_missing_config_json_is_named() -> None:
    directory = create(RunConfig())
    directory.config_path.unlink()
    with pytest.raises(RunError, match="cannot be read"):
        directory.read_config()


def test_config_json_of_a_newer_version_is_read() -> None:
    directory = create(RunConfig(epochs=3))
    edit_manifest(directory, v=2, warp_drive={"on": True})
    assert directory.read_config() == RunConfig(epochs=3)


def test_a_lock_held_by_another_process_is_seen_and_freed_when_that_is_killed() -> None:
    directory = create(RunConfig())
    assert not directory.is_locked()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(directory.path)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        try:
            assert holder.stdout.readline() == b"held\n"
            assert directory.is_locked()
            assert directory.is_locked(), "looking must not take the lock away"
        finally:
            holder.kill()
        holder.wait()
        until(lambda: not directory.is_locked())


def test_asking_for_the_lock_does_not_bring_a_deleted_run_back(home: Path) -> None:
    gone = RunDirectory(home / "runs" / "20260101-101010000-plain-aaaaaa")
    assert not gone.is_locked()
    assert not gone.path.exists()


def test_a_lock_taken_in_one_thread_is_let_go_of_in_another() -> None:
    directory = create(RunConfig())
    lock = directory.lock()
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lock.acquire).result()
        assert directory.is_locked()
        lock.release()
        assert not directory.is_locked()


@pytest.mark.parametrize("first", ["numpy", "scipy.linalg, scipy.special"])
def test_versions_name_the_library_that_multiplies_matrices_whatever_else_is_loaded(first: str) -> None:
    from_here = "from mnist_tui.runs.layout import environment"
    code = f"import {first}\n{from_here}\nprint(environment()['versions']['blas'])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == f"{environment()['versions']['blas']}\n"
