"""Files are read in a process of their own: what they do to it is one error, and no more."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kokoro_cli.documents import Document, apart, bounds, read_bytes, read_document, read_pipe
from kokoro_cli.documents.kinds import DOCUMENT_KINDS, LARGEST_TEXT
from kokoro_cli.errors import KokoroError
from tests.documents.harmful_kind import EVERYTHING, HARMFUL
from tests.rows import row

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def harmful(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with row(DOCUMENT_KINDS, HARMFUL):
        yield


def document(what: str) -> Document:
    return read_bytes(b"HARM!" + what.encode(), "a.harm")


def test_the_whole_document_comes_back(tmp_path: Path) -> None:
    (tmp_path / "a.harm").write_bytes(b"HARM!everything")
    assert read_document(tmp_path / "a.harm") == EVERYTHING
    assert document("everything") == EVERYTHING
    assert read_pipe(io.BytesIO(b"HARM!everything")) == EVERYTHING
    with tempfile.SpooledTemporaryFile(100) as spooled:
        spooled.write(b"HARM!everything")
        assert apart.read(HARMFUL.module, spooled, "x") == EVERYTHING  # type: ignore[arg-type]


def test_a_reader_s_error_comes_back() -> None:
    with pytest.raises(KokoroError, match=r"a\.harm is not good") as caught:
        document("refuse")
    assert caught.value.hint == "Take another."


TOO_LONG = "that takes too long"
HARM = {
    "loop": ("loop", TOO_LONG),
    "memory": ("grow", "that takes more than 512 MB of memory"),
    "abort": ("abort", "its reader crashed (SIGABRT)"),
    "segmentation fault": ("crash", "its reader crashed (SIGSEGV)"),
    "exit": ("leave", "no reason given"),
    "bug": ("fail", "IndexError: list index out of range"),
    "messages without end": ("write", "Again and again"),
}


@pytest.mark.parametrize(("what", "reason"), HARM.values(), ids=HARM)
def test_harm_is_an_error_of_one_line(what: str, reason: str) -> None:
    with pytest.raises(KokoroError) as caught:
        document(what)
    assert caught.value.message.startswith("a.harm can't be read: ")
    assert reason in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint
    assert not isinstance(caught.value.__cause__, KokoroError)


@pytest.mark.nightly
def test_time_is_bounded_while_no_other_thread_can_run() -> None:
    with pytest.raises(KokoroError, match=TOO_LONG):
        document("hold")


def test_an_answer_without_end_is_not_kept() -> None:
    with pytest.raises(KokoroError, match=f"more than {LARGEST_TEXT // 1_000_000} MB of text"):
        document("talk")


def test_a_large_parent_is_no_matter() -> None:
    """A new process is a copy of its parent for a moment, and some systems count that memory."""
    program = f"held = bytearray(b'x') * 700_000_000\n{PROGRAM}"
    command = [sys.executable, "-c", program, "sleep 0.2"]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "read\n"


def test_a_reader_that_only_waits_is_waited_for() -> None:
    assert document("sleep 0.5").text == "read"


def test_a_bound_grows_with_the_file() -> None:
    small, large, largest = (bounds.bounds_for(size) for size in (1_000, 50_000_000, 10**9))
    assert small.memory < 513_000_000
    assert small.seconds < 6
    assert small.memory < large.memory < largest.memory < 3_000_000_000
    assert large.seconds > 3_000


def test_progress_without_bounds_does_nothing() -> None:
    bounds.progress()


def test_several_threads_may_read() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(document, ["everything", "sleep 0.1", "sleep 0"] * 2))
    assert found[::3] == [EVERYTHING] * 2


PROGRAM = """
import sys
from kokoro_cli.documents import read_bytes
from kokoro_cli.documents.kinds import DOCUMENT_KINDS
from tests.documents.harmful_kind import HARMFUL
DOCUMENT_KINDS.add(HARMFUL)
print(read_bytes(b"HARM!" + sys.argv[1].encode(), "a.harm").text)
"""


def started(what: str) -> subprocess.Popen[str]:
    """Start a program without a main module's guard that reads a document."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, what],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def test_a_program_needs_no_guard() -> None:
    assert started("sleep 0").communicate(timeout=60)[0] == "read\n"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_its_parent(sent: signal.Signals, tmp_path: Path) -> None:
    place = tmp_path / "pid"
    with started(f"loop {place}") as program:
        while not (place.exists() and place.read_text()):
            assert program.poll() is None
            time.sleep(0.01)
        reading = int(place.read_text())
        program.send_signal(sent)
        program.wait(timeout=5)
    for _ in range(200):
        if not _runs(reading):
            return
        time.sleep(0.01)
    os.kill(reading, signal.SIGKILL)
    pytest.fail("It outlives its parent.")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")  # One that nobody waited for is there, but does not run.
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_only_what_needs_it_is_read_apart() -> None:
    assert {kind.name for kind in DOCUMENT_KINDS.values() if kind.apart} == {
        "epub", "pdf", "harmful",
    }  # fmt: skip


def test_a_text_starts_no_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    for name, text in {
        "a.txt": "Hello.",
        "a.md": "# Hello",
        "a.html": "<p>Hello.",
        "a.srt": "1\n00:00:01,000 --> 00:00:02,000\nHello.",
    }.items():
        (tmp_path / name).write_text(text)
        assert "Hello" in read_document(tmp_path / name).text
