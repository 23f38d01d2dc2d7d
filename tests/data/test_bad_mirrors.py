"""Mirrors that want to hold up whoever asks them, fill the memory, or lead astray."""

import threading
from pathlib import Path

import pytest

from mnist_tui.data import fetch as fetching
from mnist_tui.data.fetch import Cancelled, Progress, fetch
from mnist_tui.errors import FetchError
from tests.data.mirrors import (
    CLOSED_PORT,
    ENOUGH,
    LARGE,
    NAMES,
    Behaviour,
    Handler,
    StartMirror,
    answer,
    assert_complete,
    at_leisure,
    ignore,
    redirect,
    say_nothing,
    serve,
    trickle_headers,
)

pytestmark = pytest.mark.usefixtures("small_files")


def test_headers_that_trickle_are_given_up_when_patience_ends(
    mirror: StartMirror, all_but_the_large_one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "PATIENCE_SECONDS", 0.3)
    trickle, good = mirror(trickle_headers), mirror(at_leisure(serve, monkeypatch))
    fetch(all_but_the_large_one, ignore, [trickle.url, good.url])
    assert_complete(all_but_the_large_one)
    assert trickle.requested == good.requested == [LARGE]


def test_a_redirect_is_followed_without_reading_its_body(mirror: StartMirror, target: Path) -> None:
    good = mirror(serve)
    chatty = mirror(redirect(good.url, body=ENOUGH))
    fetch(target, ignore, [chatty.url])
    assert_complete(target)
    assert chatty.requested == good.requested == NAMES
    assert chatty.sent < ENOUGH


def test_a_redirect_within_a_mirror_is_followed(mirror: StartMirror, target: Path) -> None:
    seen: list[str] = []

    def once(handler: Handler, content: bytes) -> None:
        behave = serve if handler.path.startswith("/new/") else redirect("/new/")
        seen.append(handler.path)
        behave(handler, content)

    fetch(target, ignore, [mirror(once).url])
    assert_complete(target)
    assert len(seen) == 2 * len(NAMES)


def test_redirects_in_circles_are_given_up(mirror: StartMirror, target: Path) -> None:
    circle, good = mirror(redirect("/")), mirror(serve)
    fetch(target, ignore, [circle.url, good.url])
    assert_complete(target)
    with pytest.raises(FetchError, match="redirects too often"):
        fetch(target / "again", ignore, [circle.url])


@pytest.mark.parametrize("behave", [say_nothing, trickle_headers])
def test_cancelling_is_heard_before_the_first_byte(
    mirror: StartMirror, target: Path, behave: Behaviour
) -> None:
    def cancel(_progress: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fetch(target, cancel, [mirror(behave).url])
    assert list(target.iterdir()) == []


def test_a_mirror_that_says_nothing_does_not_hold_up_the_end_of_the_program(
    mirror: StartMirror, target: Path
) -> None:
    """Python waits for threads at its end, but for daemons."""
    before = set(threading.enumerate())

    def cancel(_progress: Progress) -> None:
        raise Cancelled

    silent = mirror(say_nothing)
    with pytest.raises(Cancelled):
        fetch(target, cancel, [silent.url])
    left = set(threading.enumerate()) - before
    assert all(thread.daemon for thread in left)


def test_a_password_is_not_shown(mirror: StartMirror, target: Path) -> None:
    broken = mirror(answer(503)).url.replace("//", "//someone:secret@")
    with pytest.raises(FetchError, match="answered 503") as caught:
        fetch(target, ignore, [broken, CLOSED_PORT.replace("//", "//someone:secret@")])
    assert "secret" not in str(caught.value)
    assert "someone" not in str(caught.value)
    seen: list[Progress] = []
    fetch(target, seen.append, [mirror(serve).url.replace("//", "//someone:secret@")])
    assert not any("secret" in progress.mirror for progress in seen)
