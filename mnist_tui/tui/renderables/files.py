"""Which files are in use, what they are, and on which terms."""

from collections.abc import Sequence

from mnist_tui.data.provenance import FileInUse, Origin
from mnist_tui.tui.renderables.lines import Line, wrapped


def render_files(
    name: str, files: Sequence[FileInUse] | None, origin: Origin, content_sha256: str, width: int
) -> list[Line]:
    """Each file with its size and hash, the hash of all pixels and labels, authors, address and licence.

    Args:
        name: What the data set is called.
        files: `None` while they are read.
        origin: Who made them.
        content_sha256: See `Dataset`; empty while they are read.
        width: Cells.
    """
    lines: list[Line] = [[(name, "bold")], *wrapped(origin.authors, width)]
    lines += wrapped(origin.address, width) if origin.address else []
    lines += wrapped(f"Licence: {origin.licence}", width)
    lines.append([("", "")])
    if files is None:
        return [*lines, [("Reading the files for their hashes.", "dim")]]
    for one in files:
        words = f"{one.size:,} bytes{f' · {one.verdict}' if one.verdict else ''}"
        lines += [[(piece, "bold")] for piece in _cut(one.path, width)]
        lines += wrapped(words, width)
        lines += [[(piece, "dim")] for piece in _cut(f"SHA-256 {one.sha256}", width)]
    if content_sha256:
        lines += [[("", "")], *wrapped("All pixels and labels, as runs and reports name them:", width)]
        lines += [[(piece, "dim")] for piece in _cut(f"SHA-256 {content_sha256}", width)]
    return lines


def _cut(text: str, width: int) -> list[str]:
    """A text cut to lines without changing a character."""
    return [text[start : start + width] for start in range(0, len(text), max(1, width))]
