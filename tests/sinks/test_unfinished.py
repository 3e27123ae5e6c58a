"""What a killed process left: the next one with the same target removes it, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kokoro_cli.sinks import unfinished
from kokoro_cli.sinks.unfinished import UnfinishedFile

TARGETS = ["speech.wav", "no suffix", "ein Übel.mp3", ".hidden", "two.dots.wav", "b" * 250 + ".wav"]

ABANDON = """
import os, sys
from pathlib import Path
from kokoro_cli.sinks.unfinished import UnfinishedFile

file = UnfinishedFile(Path(sys.argv[1]))
file.open()
file.write(b"half")
print("begun", flush=True)
sys.stdin.readline()
os._exit(1)
"""


def writer(target: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", ABANDON, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def write(target: Path) -> None:
    file = UnfinishedFile(target)
    file.open()
    file.write(b"whole")
    file.keep()
    file.discard()


@pytest.mark.skipif(sys.platform == "win32", reason="the locks are POSIX's")
@pytest.mark.parametrize("name", TARGETS)
def test_what_a_killed_process_left_is_removed(name: str, tmp_path: Path) -> None:
    target = tmp_path / name
    for _ in range(2):
        with writer(target) as process:
            process.kill()
    with writer(target) as alive:
        assert len(list(tmp_path.iterdir())) == 1  # Its own: what the others left is removed.
        write(target)
        assert target.read_bytes() == b"whole"
        (other,) = set(tmp_path.iterdir()) - {target}
        assert other.read_bytes() == b"half"
        alive.kill()
    write(target)
    assert list(tmp_path.iterdir()) == [target]


USERS = [
    ".0123456789abcdef.wav",
    ".0123456789abcdef01234567.wav",
    ".mine.wav.part",
    ".wav",
    "a.wav",
]


@pytest.mark.parametrize("name", USERS)
def test_a_file_of_the_user_stays(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"mine")
    write(tmp_path / "speech.wav")
    assert (tmp_path / name).read_bytes() == b"mine"


def test_another_targets_file_stays(tmp_path: Path) -> None:
    with writer(tmp_path / "other.wav") as process:
        process.kill()
    write(tmp_path / "speech.wav")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_link_with_such_a_name_stays(tmp_path: Path) -> None:
    target, precious = tmp_path / "speech.wav", tmp_path / "precious"
    precious.write_bytes(b"mine")
    (tmp_path / unfinished._random_name(target)).symlink_to(precious)
    write(target)
    assert precious.read_bytes() == b"mine"


def test_one_that_was_taken_for_abandoned_begins_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may look between the creation of the file and its lock."""
    lock, calls = unfinished._lock, []

    def late(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 1:
            next(tmp_path.iterdir()).unlink()
        lock(descriptor)

    monkeypatch.setattr(unfinished, "_lock", late)
    write(tmp_path / "speech.wav")
    assert [path.name for path in tmp_path.iterdir()] == ["speech.wav"]
    assert len(calls) == 2


def test_a_disk_without_locks_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr(unfinished, "_lock", refuse)
    write(tmp_path / "speech.wav")
    assert (tmp_path / "speech.wav").read_bytes() == b"whole"
