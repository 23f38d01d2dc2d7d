"""Asking a mirror for a file, so that nothing it does or leaves undone holds up whoever asked.

Only a download loads this module: it brings in requests.
"""

import contextlib
import queue
import threading
from collections.abc import Generator
from urllib.parse import urljoin

import requests
import urllib3

CHUNK = 65_536
"""Bytes read at once, at most."""

PIECES_AHEAD = 8
"""A mirror may be faster than whoever takes the pieces, but not fill the memory."""

POLL_SECONDS = 0.1
MOST_REDIRECTS = 5


class _Session(requests.Session):
    """Follows no redirect: to follow one, requests first reads its body, however long that is."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: we follow it."""


def pieces(url: str, silence_seconds: float) -> Generator[bytes, None, None]:
    """What a mirror sends, as it comes; now and then an empty piece, while it sends nothing.

    Args:
        url: Of the file.
        silence_seconds: A mirror that says nothing for so long is given up. One that goes on saying
            something, however little, is not: that is for whoever takes the pieces to decide.

    Raises:
        requests.exceptions.RequestException: The file cannot be had there.
    """
    found: queue.Queue[bytes | Exception | None] = queue.Queue(PIECES_AHEAD)
    given_up = threading.Event()
    # A daemon: the end of the program does not wait for it, nor for a mirror.
    threading.Thread(target=_ask, args=(url, silence_seconds, found, given_up), daemon=True).start()
    try:
        while True:
            try:
                piece = found.get(timeout=POLL_SECONDS)
            except queue.Empty:
                piece = b""
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        given_up.set()


def _ask(
    url: str,
    silence_seconds: float,
    found: "queue.Queue[bytes | Exception | None]",
    given_up: threading.Event,
) -> None:
    """Put into a queue what a mirror sends, and then `None` or why there is no more."""

    def put(piece: bytes | Exception | None) -> None:
        while not given_up.is_set():
            with contextlib.suppress(queue.Full):
                found.put(piece, timeout=POLL_SECONDS)
                return

    end: Exception | None = None
    try:
        with _open(url, silence_seconds) as response:
            response.raise_for_status()
            # Not `iter_content`: that waits for a whole chunk, which can drip in for ever.
            while not given_up.is_set() and (piece := response.raw.read1(CHUNK)):
                put(piece)
    except requests.exceptions.RequestException as error:
        end = error
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
        end = requests.exceptions.ConnectionError(error)
    put(end)


def _open(url: str, silence_seconds: float) -> requests.Response:
    with _Session() as session:
        for _ in range(MOST_REDIRECTS + 1):
            response = session.get(url, stream=True, timeout=silence_seconds)
            if not response.is_redirect:
                return response
            response.close()
            url = urljoin(url, response.headers["location"])
    raise requests.exceptions.TooManyRedirects(url)
