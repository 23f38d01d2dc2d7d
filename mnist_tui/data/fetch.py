"""Downloading full MNIST: two mirrors, checksums, and going on where a broken download stopped."""

import contextlib
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mnist_tui import paths
from mnist_tui.data.mnist import FILES, MnistFile, file_in
from mnist_tui.errors import FetchError

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

SILENCE_SECONDS = 10.0
"""A mirror that says nothing for so long is given up."""

PATIENCE_SECONDS = 20.0
"""After so long, a mirror must have kept up `SLOWEST_RATE`."""

SLOWEST_RATE = 20_000.0
"""Bytes a second: below it the whole set would take ten minutes."""


@dataclass(frozen=True)
class Progress:
    """How far a download is.

    Attributes:
        file: The file under way.
        mirror: Where it comes from.
        done: Bytes of the whole set that are here.
        total: Bytes of the whole set.
    """

    file: str
    mirror: str
    done: int
    total: int


class Cancelled(Exception):  # noqa: N818 - not an error: somebody wanted it
    """Raise it from the progress callback to end a download."""


def target_directory() -> Path:
    """Where the files go: `MNIST_TUI_DATA_DIR` where it is set, else the cache."""
    return paths.configured_data_directory() or paths.data_cache()


def mirrors() -> tuple[str, ...]:
    """The mirrors in the order they are tried; `MNIST_TUI_MIRROR` names one to try first."""
    preferred = os.environ.get("MNIST_TUI_MIRROR", "").strip()
    return (preferred.rstrip("/") + "/", *MIRRORS) if preferred else MIRRORS


def fetch(directory: Path, on_progress: Callable[[Progress], None], sources: Sequence[str] = ()) -> None:
    """Bring the four MNIST files into a directory; those that are there and whole are kept.

    Args:
        directory: Made where it is missing.
        on_progress: Called for every piece that arrives; may raise `Cancelled`.
        sources: Mirrors to try for each file, in order; `mirrors()` where empty.

    Raises:
        FetchError: No mirror had a file, or the directory cannot be written.
        Cancelled: `on_progress` said so.
    """
    total = sum(file.size for file in FILES)
    done = 0
    for file in FILES:
        if file_in(directory, file) is None or not _is_whole(directory, file):
            _fetch_file(directory, file, on_progress, sources or mirrors(), done, total)
        done += file.size
        on_progress(Progress(file.name, "", done, total))


def _is_whole(directory: Path, file: MnistFile) -> bool:
    """Whether a file that is there, packed or not, is the right one."""
    import pooch  # brings in requests, which only a download needs

    path = file_in(directory, file)
    assert path is not None  # noqa: S101 - asked only where it is there
    expected = file.gzip_sha256 if path.suffix == ".gz" else file.content_sha256
    try:
        return bool(pooch.file_hash(str(path)) == expected)
    except OSError:  # unreadable: the download will say whether it can be replaced
        return False


def _fetch_file(
    directory: Path,
    file: MnistFile,
    on_progress: Callable[[Progress], None],
    sources: Sequence[str],
    done: int,
    total: int,
) -> None:
    import pooch
    import requests

    pooch.get_logger().setLevel("ERROR")
    complaints = []
    for mirror in sources:
        shown = _without_password(mirror)
        meter = _Meter(file, shown, on_progress, done, total)
        try:
            pooch.retrieve(
                f"{mirror}{file.name}.gz",
                known_hash=f"sha256:{file.gzip_sha256}",
                fname=f"{file.name}.gz",
                path=directory,
                downloader=partial(_download, meter=meter),
            )
        except _MirrorError as error:
            complaints.append(f"{shown} {error}")
        except requests.exceptions.RequestException as error:
            complaints.append(f"{shown} {_in_words(error)}")
        except ValueError:
            complaints.append(f"{shown} sent something else (wrong SHA-256)")
        except OSError as error:
            raise FetchError(
                f"{directory} cannot be written ({error.strerror or error}): free some space, make it "
                "writable, or set MNIST_TUI_DATA_DIR to another directory."
            ) from error
        else:
            return
    raise FetchError(
        f"{file.name}.gz could not be downloaded: {'; '.join(complaints)}. "
        "Check the connection and fetch again: what is complete is kept."
    )


def _without_password(mirror: str) -> str:
    """A mirror's address as others may see it."""
    return re.sub("//.*@", "//…@", mirror)


def _download(url: str, output_file: str, _pooch: object, *, meter: "_Meter") -> None:
    """What pooch calls to download a file; its own downloader waits for a mirror as long as that likes."""
    from mnist_tui.data.exchange import pieces

    with contextlib.closing(pieces(url, SILENCE_SECONDS)) as arriving, Path(output_file).open("wb") as file:
        for piece in arriving:
            file.write(piece)
            meter.update(len(piece))


def _in_words(error: Exception) -> str:
    import requests

    if isinstance(error, requests.exceptions.Timeout):
        return f"did not answer for {SILENCE_SECONDS:g} seconds"
    if isinstance(error, requests.exceptions.TooManyRedirects):
        return "redirects too often"
    if isinstance(error, requests.exceptions.HTTPError) and error.response is not None:
        return f"answered {error.response.status_code}"
    if isinstance(error, requests.exceptions.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return "could not be reached or broke off"
    return f"failed ({type(error).__name__})"


class _MirrorError(Exception):
    """This mirror is of no use; the next one may be."""


class _Meter:
    """Counts bytes, says so, and gives up on a bad mirror."""

    def __init__(
        self, file: MnistFile, mirror: str, on_progress: Callable[[Progress], None], done: int, total: int
    ) -> None:
        self._file, self._mirror, self._on_progress = file, mirror, on_progress
        self._done, self._set_total = done, total
        self._bytes = 0
        self._began = time.monotonic()

    def update(self, count: int) -> None:
        """Take note of bytes that arrived, or that none did."""
        self._bytes += count
        if self._bytes > self._file.size:
            raise _MirrorError("sent more than the file's size")
        elapsed = time.monotonic() - self._began
        if elapsed > PATIENCE_SECONDS and self._bytes < elapsed * SLOWEST_RATE:
            raise _MirrorError("is too slow")
        self._on_progress(Progress(self._file.name, self._mirror, self._done + self._bytes, self._set_total))
