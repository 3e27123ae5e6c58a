from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kokoro_cli.batch.journal import Journal, Record, part_name
from kokoro_cli.errors import KokoroError


@pytest.fixture
def output(tmp_path: Path) -> Path:
    path = tmp_path / "out/speech.wav"
    path.parent.mkdir()
    path.write_bytes(b"sound")
    path.with_suffix(".srt").write_bytes(b"text")
    return path


@pytest.fixture
def journal(tmp_path: Path, output: Path) -> Journal:
    """A journal with a record of the output."""
    journal = Journal(tmp_path / "journal")
    journal.write(output, record_of(output))
    return journal


def record_of(output: Path) -> Record:
    status = output.stat()
    return Record("print", status.st_size, status.st_mtime_ns, 1.5, ("speech.srt",))


def entry(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "journal").rglob("*.json")
    return path


def test_what_was_made_is_known(tmp_path: Path, output: Path, journal: Journal) -> None:
    assert Journal(tmp_path / "journal").record(output) == record_of(output)


def test_what_was_never_made_is_not(tmp_path: Path, output: Path) -> None:
    assert Journal(tmp_path / "journal").record(output) is None


def test_record_of_a_file_that_never_got_its_name(output: Path, journal: Journal) -> None:
    """A record is written before the rename; it does not fit an older file of that name."""
    later = record_of(output)
    journal.write(output, Record("new", later.size, later.modified + 1, 2.0))
    assert journal.record(output) is None


@pytest.mark.parametrize("change", ["removed", "longer", "touched", "replaced", "a folder"])
def test_output_that_changed_since(change: str, output: Path, journal: Journal) -> None:
    times = output.stat().st_mtime_ns
    if change == "touched":
        os.utime(output, ns=(times, times + 1_000))
    elif change == "longer":
        output.write_bytes(b"sound!")
        os.utime(output, ns=(times, times))
    elif change == "replaced":
        output.write_bytes(b"SOUND")
        os.utime(output, ns=(times + 10**9, times + 10**9))
    else:
        output.unlink()
        if change == "a folder":
            output.mkdir()
    assert journal.record(output) is None


def test_same_name_elsewhere_is_another(tmp_path: Path, output: Path, journal: Journal) -> None:
    other = tmp_path / "speech.wav"
    other.write_bytes(b"sound")
    os.utime(other, ns=(output.stat().st_atime_ns, output.stat().st_mtime_ns))
    assert journal.record(other) is None


def test_relative_name_is_the_same_output(
    output: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(output.parent)
    assert journal.record(Path("speech.wav")) is not None


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"null", b"[]", b'"text"', b"5", b"{}", b"\xff\xfe", b'{"beside": []}', b"[" * 500],
    ids=repr,
)
def test_entry_that_can_not_be_read(
    data: bytes, tmp_path: Path, output: Path, journal: Journal
) -> None:
    entry(tmp_path).write_bytes(data)
    assert journal.record(output) is None
    journal.write(output, record_of(output))
    assert journal.record(output) == record_of(output)


def test_entry_that_is_cut_off_anywhere(tmp_path: Path, output: Path, journal: Journal) -> None:
    whole = entry(tmp_path).read_bytes()
    for size in range(len(whole)):
        entry(tmp_path).write_bytes(whole[:size])
        assert journal.record(output) is None


@pytest.mark.parametrize(
    "change", [{"beside": 5}, {"beside": None}, {"more": 1}, {"size": "5"}, {"modified": None}]
)
def test_entry_of_another_version(
    change: dict[str, object], tmp_path: Path, output: Path, journal: Journal
) -> None:
    fields = json.loads(entry(tmp_path).read_text())
    entry(tmp_path).write_text(json.dumps({**fields, **change}))
    assert journal.record(output) is None


def test_entry_that_is_a_folder(tmp_path: Path, output: Path, journal: Journal) -> None:
    path = entry(tmp_path)
    path.unlink()
    path.mkdir()
    assert journal.record(output) is None


def test_nothing_unfinished_is_left(
    tmp_path: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    journal = Journal(tmp_path / "journal")
    journal.write(output, record_of(output))
    assert "No space left" in str(journal.failure)
    assert not [path for path in (tmp_path / "journal").rglob("*") if path.is_file()]


# Two at a time


def test_another_in_this_process_is_refused(tmp_path: Path, output: Path) -> None:
    parts = [path.with_name(part_name(path)) for path in (output, output.with_suffix(".srt"))]
    beside = [output.with_suffix(".srt")]
    with Journal(tmp_path / "journal").writing(output):
        for part in parts:
            part.write_bytes(b"half")
        with (
            pytest.raises(KokoroError, match="another run"),
            Journal(tmp_path / "journal").writing(output, beside),
        ):
            pass
        assert all(part.read_bytes() == b"half" for part in parts)
    with Journal(tmp_path / "journal").writing(output, beside):
        assert not any(part.exists() for part in parts)
    assert output.read_bytes() == b"sound"
    assert beside[0].read_bytes() == b"text"


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_lock_is_free_afterwards(
    error: type[BaseException] | None, output: Path, journal: Journal, tmp_path: Path
) -> None:
    if error is None:
        with journal.writing(output):
            pass
    else:
        with pytest.raises(error), journal.writing(output):
            raise error
    with journal.writing(output):
        pass
    assert not list((tmp_path / "journal").rglob("*.lock"))


def test_two_outputs_at_a_time(output: Path, journal: Journal) -> None:
    other = output.with_name("other.wav")
    with journal.writing(output), journal.writing(other):
        pass


HOLDER = """
import sys
from pathlib import Path
from kokoro_cli.batch.journal import Journal, part_name
output = Path(sys.argv[2])
with Journal(Path(sys.argv[1])).writing(output):
    output.with_name(part_name(output)).write_bytes(b"half of it")
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(folder: Path, output: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process that locks the output and has written half of it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), str(output)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_another_process_is_refused(tmp_path: Path, output: Path, journal: Journal) -> None:
    part = output.with_name(part_name(output))
    with holder(tmp_path / "journal", output):
        with pytest.raises(KokoroError, match="another run") as caught, journal.writing(output):
            pass
        assert caught.value.hint
        assert part.read_bytes() == b"half of it"


def test_process_that_was_killed_holds_nothing(
    tmp_path: Path, output: Path, journal: Journal
) -> None:
    part = output.with_name(part_name(output))
    with holder(tmp_path / "journal", output) as process:
        process.kill()
        process.wait()
        assert part.read_bytes() == b"half of it"
        with journal.writing(output):
            assert not part.exists()
    assert output.read_bytes() == b"sound"
