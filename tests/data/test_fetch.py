"""Downloads from mirrors that work, fail, lie and dawdle; all of them in this process, on the loopback."""

from pathlib import Path

import pytest

from mnist_tui import paths
from mnist_tui.data import exchange
from mnist_tui.data import fetch as fetching
from mnist_tui.data.fetch import Cancelled, Progress, fetch
from mnist_tui.data.mnist import FILES, file_in
from mnist_tui.errors import FetchError, MnistTuiError
from tests.data.mirrors import (
    CLOSED_PORT,
    LARGE,
    NAMES,
    PACKED,
    SIZES,
    SMALL,
    TOTAL,
    Behaviour,
    StartMirror,
    answer,
    assert_complete,
    at_leisure,
    break_off,
    drip,
    endless,
    fall_silent,
    garbage,
    ignore,
    one_byte_more,
    only,
    serve,
    unpacked,
)
from tests.runs.helpers import file_size_limit

pytestmark = pytest.mark.usefixtures("small_files")


def test_a_complete_download_counts_up_to_the_total(mirror: StartMirror, target: Path) -> None:
    good = mirror(serve)
    seen: list[Progress] = []
    fetch(target, seen.append, [good.url])
    assert_complete(target)
    assert good.requested == NAMES
    counts = [progress.done for progress in seen]
    assert counts == sorted(counts)
    assert counts[-1] == TOTAL
    assert len(set(counts)) > len(NAMES)
    assert {progress.total for progress in seen} == {TOTAL}
    assert good.url in {progress.mirror for progress in seen}


def test_what_is_there_is_not_fetched_again(mirror: StartMirror, target: Path) -> None:
    good = mirror(serve)
    fetch(target, ignore, [good.url])
    seen: list[Progress] = []
    fetch(target, seen.append, [good.url])
    assert good.requested == NAMES
    assert seen[-1].done == TOTAL


@pytest.mark.parametrize(
    "behave",
    [answer(500), answer(404), garbage, endless, one_byte_more, break_off],
    ids=["500", "404", "garbage", "endless", "one byte more", "breaks off"],
)
def test_the_second_mirror_helps_where_the_first_fails(
    mirror: StartMirror, target: Path, behave: Behaviour
) -> None:
    bad, good = mirror(behave), mirror(serve)
    fetch(target, ignore, [bad.url, good.url])
    assert_complete(target)
    assert bad.requested == good.requested == NAMES


def test_the_second_mirror_helps_where_the_first_is_down(mirror: StartMirror, target: Path) -> None:
    fetch(target, ignore, [CLOSED_PORT, mirror(serve).url])
    assert_complete(target)


def test_a_mirror_that_falls_silent_is_given_up(
    mirror: StartMirror, all_but_the_large_one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SILENCE_SECONDS", 0.5)
    silent, good = mirror(at_leisure(fall_silent, monkeypatch)), mirror(serve)
    fetch(all_but_the_large_one, ignore, [silent.url, good.url])
    assert_complete(all_but_the_large_one)
    assert silent.requested == good.requested == [LARGE]


def test_a_slow_mirror_is_given_up(
    mirror: StartMirror, all_but_the_large_one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(fetching, "SLOWEST_RATE", 1e9)
    slow, good = mirror(drip(20_000, 0.05)), mirror(at_leisure(serve, monkeypatch))
    fetch(all_but_the_large_one, ignore, [slow.url, good.url])
    assert_complete(all_but_the_large_one)
    assert slow.requested == good.requested == [LARGE]


def test_a_trickle_is_given_up_when_patience_ends(
    mirror: StartMirror, all_but_the_large_one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits until a whole chunk has dripped in, and so `Cancelled` is heard meanwhile, too."""
    monkeypatch.setattr(fetching, "PATIENCE_SECONDS", 0.3)
    trickle, good = mirror(drip(100, 0.05)), mirror(at_leisure(serve, monkeypatch))
    fetch(all_but_the_large_one, ignore, [trickle.url, good.url])
    assert_complete(all_but_the_large_one)
    assert trickle.requested == [LARGE]
    assert trickle.sent < exchange.CHUNK


def test_a_mirror_that_is_slow_but_not_too_slow_is_used(
    mirror: StartMirror, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(fetching, "SLOWEST_RATE", 10.0)
    fetch(target, ignore, [mirror(drip(20_000, 0.02)).url])
    assert_complete(target)


def test_all_mirrors_down_names_each_and_says_what_to_do(mirror: StartMirror, target: Path) -> None:
    broken = mirror(answer(503))
    with pytest.raises(FetchError) as caught:
        fetch(target, ignore, [CLOSED_PORT, broken.url])
    message = str(caught.value)
    assert f"{LARGE} could not be downloaded" in message
    assert f"{CLOSED_PORT} could not be reached" in message
    assert f"{broken.url} answered 503" in message
    assert "fetch again" in message
    assert "\n" not in message
    assert caught.value.exit_code == 1


def test_a_broken_download_goes_on_where_it_stopped(mirror: StartMirror, target: Path) -> None:
    with pytest.raises(FetchError):
        fetch(target, ignore, [mirror(only(*NAMES[:2])).url])
    assert sorted(path.name for path in target.iterdir()) == sorted(NAMES[:2])
    good = mirror(serve)
    fetch(target, ignore, [good.url])
    assert_complete(target)
    assert good.requested == NAMES[2:]


@pytest.mark.parametrize("damage", [b"", b"damaged", PACKED[LARGE][:-1]], ids=["empty", "other", "cut off"])
def test_a_damaged_file_is_replaced(mirror: StartMirror, target: Path, damage: bytes) -> None:
    good = mirror(serve)
    fetch(target, ignore, [good.url])
    (target / LARGE).write_bytes(damage)
    fetch(target, ignore, [good.url])
    assert_complete(target)
    assert good.requested == [*NAMES, LARGE]


def test_unpacked_files_are_kept(mirror: StartMirror, target: Path) -> None:
    target.mkdir(parents=True)
    for file in FILES:
        (target / file.name).write_bytes(unpacked(file))
    good = mirror(serve)
    fetch(target, ignore, [good.url])
    assert good.requested == []


def test_a_damaged_unpacked_file_is_not_passed_off_as_mnist(mirror: StartMirror, target: Path) -> None:
    """The reader says “fetch it again”: fetching must bring the right file or say what is in its way."""
    target.mkdir(parents=True)
    (target / FILES[0].name).write_bytes(b"damaged")
    complaint = ""
    try:
        fetch(target, ignore, [mirror(serve).url])
    except MnistTuiError as error:
        complaint = str(error)
    found = file_in(target, FILES[0])
    assert found is not None
    assert FILES[0].name in complaint or found.read_bytes() == PACKED[LARGE]


def test_cancelling_leaves_no_partial_file(mirror: StartMirror, target: Path) -> None:
    def cancel(progress: Progress) -> None:
        if progress.done:
            raise Cancelled

    with pytest.raises(Cancelled):
        fetch(target, cancel, [mirror(serve).url])
    assert list(target.iterdir()) == []


def test_cancelling_later_keeps_what_is_complete(mirror: StartMirror, target: Path) -> None:
    def cancel(progress: Progress) -> None:
        if progress.done > SIZES[0] + SIZES[1]:
            raise Cancelled

    with pytest.raises(Cancelled):
        fetch(target, cancel, [mirror(serve).url])
    assert sorted(path.name for path in target.iterdir()) == sorted(NAMES[:2])


def test_a_directory_that_cannot_be_written_is_named(mirror: StartMirror, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    directory = tmp_path / "file" / "sub"
    with pytest.raises(FetchError, match="cannot be written") as caught:
        fetch(directory, ignore, [mirror(serve).url])
    assert str(directory) in str(caught.value)
    assert "MNIST_TUI_DATA_DIR" in str(caught.value)


def test_a_disk_that_gets_full_is_told_and_leaves_no_partial_file(mirror: StartMirror, target: Path) -> None:
    with (
        file_size_limit(SIZES[0] // 2),
        pytest.raises(FetchError, match=r"cannot be written.*free some space"),
    ):
        fetch(target, ignore, [mirror(serve).url])
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_preferred_mirror_goes_first(
    mirror: StartMirror, target: Path, monkeypatch: pytest.MonkeyPatch, slash: str
) -> None:
    preferred, other = mirror(only(*SMALL)), mirror(serve)
    monkeypatch.setenv("MNIST_TUI_MIRROR", preferred.url.rstrip("/") + slash)
    monkeypatch.setattr(fetching, "MIRRORS", (other.url,))
    fetch(target, ignore)
    assert_complete(target)
    assert preferred.requested == NAMES
    assert other.requested == [LARGE]


def test_a_preferred_mirror_that_is_no_address_is_complained_of(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_MIRROR", "not a url")
    with pytest.raises(FetchError, match="not a url/ failed"):
        fetch(target, ignore)


def test_files_go_where_they_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetching.target_directory() == paths.data_cache()
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tmp_path / "digits"))
    assert fetching.target_directory() == tmp_path / "digits"
