"""The event log: what is written is read, whatever happens between."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.errors import RunError
from mnist_tui.runs.log import MAX_LINE, EventLog, LogTail
from mnist_tui.text import printable
from mnist_tui.training.events import Event, Paused, Resumed, RunFailed, to_dict
from tests.runs.helpers import epoch, file_size_limit, finished, started, step

HISTORY: list[Event] = [
    started(),
    step(1),
    Paused(1),
    Resumed(1),
    epoch(1),
    finished(),
    RunFailed("Übermut – 100 %"),
]


def line(event: Event, **extra: object) -> bytes:
    return json.dumps({**to_dict(event), **extra}).encode() + b"\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def append(path: Path, *events: Event) -> None:
    with EventLog(path) as log:
        for event in events:
            log.append(event)


def test_what_is_appended_is_read(path: Path) -> None:
    append(path, *HISTORY)
    assert LogTail(path).read_all() == HISTORY


def test_every_line_is_a_json_object_with_kind_version_and_time(path: Path) -> None:
    append(path, *HISTORY)
    objects = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    assert [values["event"] for values in objects] == [event.kind for event in HISTORY]
    assert {values["v"] for values in objects} == {1}
    times = [values["time"] for values in objects]
    assert times == sorted(times)


def test_reopening_appends(path: Path) -> None:
    append(path, *HISTORY[:3])
    append(path, *HISTORY[3:])
    assert LogTail(path).read_all() == HISTORY


def test_an_event_can_be_read_as_soon_as_it_is_appended(path: Path) -> None:
    tail = LogTail(path)
    with EventLog(path) as log:
        for event in HISTORY:
            log.append(event)
            assert tail.read() == [event]


@pytest.mark.parametrize("kept", [1, 20, -1])
def test_a_torn_last_line_is_repaired_on_reopening(path: Path, kept: int) -> None:
    path.write_bytes(line(HISTORY[0]) + line(HISTORY[1])[:-1][:kept])
    append(path, HISTORY[2])
    assert LogTail(path).read_all() == [HISTORY[0], HISTORY[2]]


def test_a_last_line_that_lacks_its_end_alone_counts_once_the_log_goes_on(path: Path) -> None:
    path.write_bytes(line(step(1))[:-1])
    assert LogTail(path).read_all() == []
    append(path, step(2))
    assert LogTail(path).read_all() == [step(1), step(2)]


@pytest.mark.parametrize(
    "strange",
    [
        b"",
        b"\xff\xfe\x00garbage",
        b"{",
        b"[]",
        b"null",
        b"42",
        b'{"event": 7}',
        b'{"event": ["step"]}',
        b'{"event": "warp_drive", "v": 2}',
        b'{"event": "paused"}',
        b'{"event": "paused", "step": "1"}',
        b'{"event": "paused", "step": true}',
        b'{"event": "paused", "step": 1.5}',
        pytest.param(b"[" * 100_000, id="deep nesting"),
        pytest.param(line(epoch(1), validation_loss=float("nan"))[:-1], id="NaN"),
        pytest.param(line(epoch(1), validation_loss=float("inf"))[:-1], id="infinite"),
        pytest.param(line(epoch(1), validation_loss=None)[:-1], id="null"),
        pytest.param(line(epoch(1), validation_loss=10**400)[:-1], id="integer too large for a float"),
        pytest.param(line(step(1), step=float("inf"))[:-1], id="infinite step"),
    ],
)
def test_a_line_that_is_no_event_is_passed_over(path: Path, strange: bytes) -> None:
    path.write_bytes(line(step(1)) + strange + b"\n" + line(step(2)))
    assert LogTail(path).read_all() == [step(1), step(2)]


def test_unknown_keys_of_a_newer_version_are_passed_over(path: Path) -> None:
    path.write_bytes(line(step(1), v=2, gradient_norm=[1, 2]))
    assert LogTail(path).read_all() == [step(1)]


def test_a_partial_line_is_delivered_once_it_is_complete(path: Path) -> None:
    whole = line(epoch(1))
    tail = LogTail(path)
    for end in (10, 50, len(whole) - 1):
        path.write_bytes(whole[:end])
        assert tail.read_all() == []
    path.write_bytes(whole)
    assert tail.read_all() == [epoch(1)]
    assert tail.read_all() == []


@pytest.mark.parametrize("size", [MAX_LINE + 500, 2 * MAX_LINE, 3 * MAX_LINE + 1])
def test_a_huge_line_is_skipped(path: Path, size: int) -> None:
    huge = line(RunFailed("x" * size))
    path.write_bytes(line(step(1)) + huge + line(step(2)))
    assert LogTail(path).read_all() == [step(1), step(2)]


def test_a_log_that_is_not_there_yet_is_empty(path: Path) -> None:
    tail = LogTail(path)
    assert tail.read_all() == []
    append(path, step(1))
    assert tail.read_all() == [step(1)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_sentence_that_says_what_to_do(path: Path) -> None:
    with EventLog(path) as log, Path("/dev/full").open("ab", buffering=0) as full:
        whole, log._file = log._file, full
        with pytest.raises(RunError, match="disk is full") as caught:
            log.append(step(1))
        log._file = whole
    assert "Free some space" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_event_after_a_line_that_the_disk_cut_short_is_read(path: Path) -> None:
    """The disk takes half a line, then some space is freed: why the run failed must not be lost."""
    with EventLog(path) as log:
        log.append(step(1))
        with file_size_limit(path.stat().st_size + 20), pytest.raises(RunError):
            log.append(step(2))
        log.append(RunFailed("The disk was full."))
    assert LogTail(path).read_all() == [step(1), RunFailed("The disk was full.")]


def test_a_log_in_a_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot be written"):
        EventLog(tmp_path / "file" / "events.jsonl")


# ------------------------------------------------------------------------------------------ both ends


LONG = [started(), *(one for number in range(1, 101) for one in (step(4 * number, number), epoch(number)))]
"""A log of some 50,000 bytes."""


@pytest.mark.parametrize("end", [finished(), RunFailed("why")], ids=["finished", "failed"])
def test_of_a_long_log_that_is_over_both_ends_are_enough(path: Path, end: Event) -> None:
    append(path, *LONG, end)
    tail = LogTail(path)
    ends = tail.read_ends(4096)
    assert ends
    assert (ends[0], ends[-2:]) == (LONG[0], [LONG[-1], end])
    assert len(ends) < len(LONG) / 2
    assert [event for event in [*LONG, end] if event in ends] == ends, "in order, none twice"


def test_of_a_long_log_the_last_epoch_is_read_too(path: Path) -> None:
    steps = [step(401 + number, 101) for number in range(50)]
    append(path, *LONG, *steps, finished(status="stopped"))
    ends = LogTail(path).read_ends(4096)
    assert ends
    assert LONG[-1] in ends
    assert len(ends) < len(LONG) / 2


def test_after_both_ends_the_log_is_read_on(path: Path) -> None:
    append(path, *LONG, finished(status="stopped"))
    tail = LogTail(path)
    assert tail.read_ends(4096)
    assert not tail.has_more
    assert tail.read_all() == []
    append(path, Resumed(400), step(404, 101))
    assert tail.has_more
    assert tail.read_all() == [Resumed(400), step(404, 101)]


@pytest.mark.parametrize(
    ("events", "torn"),
    [
        ([started(), finished()], b""),
        (LONG, b""),
        ([*LONG, finished(), Resumed(4)], b""),
        ([*LONG, finished()], b'{"event": "resu'),
    ],
    ids=["short", "not over", "resumed", "being written"],
)
def test_other_logs_are_to_be_read_as_a_whole(path: Path, events: list[Event], torn: bytes) -> None:
    append(path, *events)
    with path.open("ab") as file:
        file.write(torn)
    tail = LogTail(path)
    assert tail.read_ends(4096) is None
    assert tail.read_all() == events


def test_a_missing_log_has_no_ends(path: Path) -> None:
    assert LogTail(path).read_ends() is None


def test_garbage_between_the_ends_is_not_looked_at(path: Path) -> None:
    path.write_bytes(line(started()) + b"\xff\x00\n" * 60_000 + line(epoch(1)) + line(finished()))
    assert LogTail(path).read_ends() == [started(), epoch(1), finished()]


# ---------------------------------------------------------------------------------- whatever may happen


lines = st.one_of(
    st.builds(lambda number: (step(number), line(step(number))), st.integers(1, 10**6)),
    st.builds(
        lambda reason: (RunFailed(reason), line(RunFailed(reason))),
        st.text(st.characters(codec="utf-8"), max_size=30).map(printable),
    ),
    st.binary(max_size=30).map(lambda noise: (None, b"\xff" + noise.replace(b"\n", b"") + b"\n")),
    st.just((None, b"\n")),
)
"""Lines of a log, each with the event that it holds."""


@settings(max_examples=50, deadline=None)
@given(
    st.lists(lines, max_size=12),
    st.binary(max_size=20).map(lambda torn: torn.replace(b"\n", b"")),
    st.lists(st.tuples(st.integers(0, 120), st.integers(1, 120)), max_size=40),
)
def test_however_a_log_grows_and_is_read_the_events_are_the_same(
    content: list[tuple[Event | None, bytes]], torn: bytes, pieces: list[tuple[int, int]]
) -> None:
    expected = [event for event, _ in content if event]
    whole = b"".join(text for _, text in content) + torn
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "events.jsonl"
        tail, read = LogTail(path), list[Event]()
        with path.open("ab", buffering=0) as file:
            written = 0
            for grow, max_bytes in pieces:
                file.write(whole[written : written + grow])
                written += grow
                read += tail.read(max_bytes)
            file.write(whole[written:])
        read += tail.read_all()
        assert read == expected
        assert LogTail(path).read_all() == expected
