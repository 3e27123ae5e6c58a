"""``kokoro file`` from outside, with the toy model: what goes wrong costs nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kokoro_cli.errors import ExitCode
from tests.conftest import Run, cli_in, variables_of
from tests.documents.test_epub import book as epub
from tests.documents.test_epub import zipped
from tests.toy_model import install_toy, link_model, slowed

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a disk needs root")

WORDS = "alpha bravo charlie delta echo foxtrot golf india".split()


def prose(paragraphs: int, length: int = 40, seed: int = 0, words: str = "") -> str:
    rng = random.Random(seed)
    chosen = words.split() or WORDS
    return "\n\n".join(
        " ".join(rng.choice(chosen) for _ in range(length)) + "." for _ in range(paragraphs)
    )


@dataclass
class Program:
    """The command line with the toy model of the cache *toy*, in a folder with its own cache.

    It runs in the test's own process.
    """

    folder: Path
    toy: Path

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        link_model(self.toy, self.cache)
        return cli_in(self.cache, "file", *arguments, cwd=self.folder)

    def report(self, *arguments: str) -> dict[str, Any]:
        result = self.run(*arguments, "--json")
        assert result.stdout, result.stderr
        report: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
        return report

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            (self.folder / f"{name}.txt").write_text(text, encoding="utf-8")

    def kept(self) -> list[Path]:
        """Return the files of the chunks that were spoken."""
        return sorted((self.cache / "spoken").glob("??/*"))

    def made(self, folder: str = "out") -> dict[str, bytes]:
        """Return all that stands in a folder, unfinished files included; nothing without it."""
        return {p.name: p.read_bytes() for p in sorted((self.folder / folder).glob("*"))}


@dataclass
class Processes(Program):
    """The same in processes of its own, which can be slow, be killed and be measured."""

    delay: float = 0.0
    """Seconds that each chunk takes."""

    def start(self, *arguments: str, under: Sequence[str] = ()) -> subprocess.Popen[str]:
        link_model(self.toy, self.cache)
        slow = slowed(self.delay, log=self.folder / "spoken.log", gpu=self.folder / "batches.log")
        return subprocess.Popen(
            [*under, sys.executable, "-m", "kokoro_cli", "file", *arguments],
            cwd=self.folder,
            env=variables_of(self.cache, slow),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    @property
    def spoken(self) -> int:
        """Chunks that the engine has begun in all processes."""
        log = self.folder / "spoken.log"
        return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with a toy model that speaks each letter in 25 ms."""
    cache = tmp_path_factory.mktemp("quick") / "cache"
    install_toy(cache, frames=1)
    return cache


@pytest.fixture
def program(tmp_path: Path, toy: Path) -> Program:
    return Program(tmp_path, toy)


@pytest.fixture
def processes(tmp_path: Path, toy: Path) -> Processes:
    return Processes(tmp_path, toy)


# Many chunks at once


def test_on_an_nvidia_gpu_chunks_are_spoken_together(processes: Processes) -> None:
    processes.write(one=prose(20), two=prose(30, seed=1))
    batches = processes.folder / "batches.log"
    texts = ("one.txt", "two.txt", "--force", "--format", "wav")
    assert processes.report(*texts, "-d", "out", "--device", "cpu")["exit_code"] == ExitCode.OK
    assert not batches.exists()
    (processes.folder / "cache").rename(processes.folder / "old-cache")
    report = processes.report(*texts, "-d", "gpu", "--device", "cuda")
    assert (report["exit_code"], report["jobs"]) == (ExitCode.OK, 32)
    assert processes.made("gpu") == processes.made()
    first, *others = map(int, batches.read_text().split())
    assert first == 32
    assert first + sum(others) == report["chunks_spoken"]


# Broken off


ALL_KINDS = ("--subtitles", "srt,vtt,ass,lrc,json,textgrid", "--lufs", "-18")


@pytest.mark.parametrize("kills", [4, pytest.param(20, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("form", ["mp3", "m4b", "opus"])
def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(
    form: str, kills: int, toy: Path, tmp_path: Path
) -> None:
    texts = {f"part{i}": prose(6, seed=i) for i in range(3)}
    command = ("part0.txt", "part1.txt", "part2.txt", "-d", "out", "--format", form, *ALL_KINDS)
    undisturbed = Processes(tmp_path / "undisturbed", toy, 0.05)
    killed = Processes(tmp_path / "killed", toy, 0.05)
    for each in (undisturbed, killed):
        each.folder.mkdir()
        each.write(**texts)
    started = time.monotonic()
    assert undisturbed.run(*command).returncode == ExitCode.OK
    whole = time.monotonic() - started
    rng = random.Random(form)
    for _ in range(kills):
        process = killed.start(*command)
        time.sleep(rng.uniform(0.2, 1.0) * whole)
        process.kill()
        process.communicate()
    result = killed.run(*command)
    assert result.returncode == ExitCode.OK, result.stderr
    assert killed.made() == undisturbed.made()
    batch = min(len(os.sched_getaffinity(0)), 8)
    assert killed.spoken <= undisturbed.spoken + kills * batch


def interrupted(processes: Processes, *signals: int) -> subprocess.CompletedProcess[str]:
    """Send the signals once the first chunks have been spoken."""
    process = processes.start("book.txt", "-d", "out")
    while processes.spoken < 4:
        time.sleep(0.01)
    for number in signals:
        process.send_signal(number)
        time.sleep(0.02)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess((), process.returncode, out, err)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_interrupt_keeps_the_chunks_in_work(number: int, toy: Path, tmp_path: Path) -> None:
    processes = Processes(tmp_path, toy, 0.5)
    processes.write(book=prose(20))
    result = interrupted(processes, number)
    assert result.returncode == 128 + number
    assert "Finishing" in result.stderr
    assert processes.made() == {}
    begun = processes.spoken
    report = Program(tmp_path, toy).report("book.txt", "-d", "out")
    assert report["chunks_found"] == begun
    assert report["files"][0]["status"] == "made"


def test_two_interrupts_stop_at_once(toy: Path, tmp_path: Path) -> None:
    """It does not wait for the chunks in work, which take minutes."""
    processes = Processes(tmp_path, toy, 300)
    processes.write(book=prose(20))
    process = processes.start("book.txt", "-d", "out")
    while processes.spoken < 2:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.stderr
    while "Finishing" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    assert processes.made() == {}


# Never twice


def test_the_same_again_speaks_nothing(program: Program) -> None:
    program.write(one=prose(3), two=prose(3, seed=1))
    first = program.report("one.txt", "two.txt", "-d", "out")
    made = program.made()
    again = program.report("one.txt", "two.txt", "-d", "out")
    assert first["chunks_spoken"] > 0
    assert [f["status"] for f in again["files"]] == ["unchanged", "unchanged"]
    assert again["chunks_spoken"] == again["chunks_found"] == 0
    assert program.made() == made


def test_an_edited_paragraph_costs_that_paragraph(program: Program) -> None:
    text = prose(10)
    program.write(book=text)
    program.report("book.txt", "-d", "out")
    program.write(book=text.replace(text.split("\n\n")[4], "golf golf golf.", 1))
    refused = program.run("book.txt", "-d", "out")
    assert refused.returncode == ExitCode.FAILED
    assert "--force" in refused.stderr
    report = program.report("book.txt", "-d", "out", "--force")
    assert report["chunks_spoken"] == 1


@pytest.mark.parametrize(
    "other",
    [
        *(("--voice", "af_bella"), ("--speed", "1.1"), ("--seed", "1"), ("--lang", "b")),
        ("--lufs", "-20"),
        *((f"--{kind}gap", "2") for kind in ("", "paragraph-", "heading-", "chapter-")),
    ],
    ids=str,
)
def test_another_voice_is_never_taken_from_the_store(
    other: tuple[str, ...], program: Program
) -> None:
    program.write(book=prose(4))
    first = program.report("book.txt", "-d", "out")
    report = program.report("book.txt", "-d", "out", "--force", *other)
    changes_no_chunk = other[0] == "--lufs" or other[0].endswith("gap")
    expected = 0 if changes_no_chunk else first["chunks_spoken"]
    assert report["chunks_spoken"] == expected
    assert report["files"][0]["status"] == "made"


def test_a_damaged_entry_is_spoken_anew(program: Program) -> None:
    program.write(book=prose(6))
    program.run("book.txt", "-d", "out")
    made = program.made()
    entries = program.kept()
    damaged = bytearray(entries[3].read_bytes())
    damaged[len(damaged) // 2] ^= 1
    entries[3].write_bytes(damaged)
    entries[5].write_bytes(b"")
    report = program.report("book.txt", "-d", "out", "--force")
    assert report["chunks_spoken"] == 2
    assert "2 of the kept chunks were damaged" in report["warnings"][0]
    assert program.made() == made


# What is there


def test_nothing_is_written_over_without_being_asked(program: Program) -> None:
    program.write(book=prose(2))
    out = program.folder / "out"
    out.mkdir()
    (out / "book.mp3").write_bytes(b"mine")
    refused = program.run("book.txt", "-d", "out")
    assert refused.returncode == ExitCode.FAILED
    assert "exists already" in refused.stderr
    assert program.kept() == []
    assert program.report("book.txt", "-d", "out", "--skip-existing")["exit_code"] == 0
    assert program.made() == {"book.mp3": b"mine"}
    assert program.report("book.txt", "-d", "out", "--force")["exit_code"] == 0
    assert program.made()["book.mp3"] != b"mine"


def test_two_runs_on_one_output(toy: Path, tmp_path: Path) -> None:
    slow = Processes(tmp_path, toy, 0.5)
    slow.write(book=prose(8))
    first = slow.start("book.txt", "-d", "out")
    while not list((tmp_path / "out").glob(".*.part")):
        time.sleep(0.01)
    first.send_signal(signal.SIGSTOP)
    second = Program(tmp_path, toy).run("book.txt", "-d", "out")
    first.send_signal(signal.SIGCONT)
    assert second.returncode == ExitCode.FAILED
    assert "another run" in second.stderr
    _, err = first.communicate(timeout=60)
    assert first.returncode == ExitCode.OK, err
    assert list(slow.made()) == ["book.mp3"]


# What fails costs the others nothing


def test_some_fail_and_the_others_are_made(program: Program) -> None:
    program.write(one=prose(2), empty="…", last=prose(2, seed=2))
    (program.folder / "picture.txt").write_bytes(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))
    )
    result = program.run("one.txt", "gone.txt", "empty.txt", "picture.txt", "last.txt", "-d", "out")
    assert result.returncode == ExitCode.PARTIAL
    assert list(program.made()) == ["last.mp3", "one.mp3"]
    for told in ("gone.txt", "nothing to speak", "picture.txt", "made"):
        assert told in result.stderr


@pytest.fixture
def corrupt(program: Program) -> Program:
    """A folder with a book whose second chapter is broken."""
    files = epub(
        {"a.xhtml": "<p>The first one.", "b.xhtml": "<p>It is lost.", "c.xhtml": "<p>End."}
    )
    data = bytearray(zipped(files))
    place = data.index(b"OEBPS/b.xhtml") + len("OEBPS/b.xhtml")
    data[place : place + 12] = bytes(12)
    (program.folder / "book.epub").write_bytes(data)
    return program


def test_a_corrupt_chapter_costs_only_itself(corrupt: Program) -> None:
    for status in ("made", "unchanged"):
        result = corrupt.run("book.epub", "-d", "out")
        assert result.returncode == ExitCode.PARTIAL
        assert "OEBPS/b.xhtml is broken" in " ".join(result.stderr.split())
        assert status in result.stderr
    assert list(corrupt.made()) == ["book.mp3"]


@pytest.mark.parametrize("option", ["--list", "--dry-run"])
def test_a_corrupt_chapter_is_named_beforehand(option: str, corrupt: Program) -> None:
    corrupt.write(fine="One.")
    for more in ([], ["fine.txt"], ["--split", "chapters"]):
        result = corrupt.run("book.epub", *more, option)
        assert result.returncode == ExitCode.PARTIAL
        told = " ".join(result.stderr.split())
        assert told.count("book.epub: OEBPS/b.xhtml is broken.") == 1
    report = json.loads(corrupt.run("book.epub", "fine.txt", option, "--json").stdout)
    book, fine = report.get("outputs") or report["documents"]
    assert (book["problems"], book["incomplete"]) == (["OEBPS/b.xhtml is broken."], True)
    assert (fine["problems"], fine["incomplete"]) == ([], False)
    assert corrupt.run("fine.txt", option).returncode == ExitCode.OK


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_a_corrupt_chapter_of_a_merged_file_names_its_book(
    more: list[str], corrupt: Program
) -> None:
    corrupt.write(fine="One.")
    result = corrupt.run("fine.txt", "book.epub", "--merge", "-o", "all.wav", *more)
    assert result.returncode == ExitCode.PARTIAL
    told = " ".join(result.stderr.split())
    assert "Warning: book.epub: OEBPS/b.xhtml is broken." in told
    assert "fine.txt: " not in told


def test_a_single_failure_has_its_own_code(program: Program) -> None:
    assert program.run("gone.txt").returncode == ExitCode.USAGE
    program.write(empty="…")
    assert program.run("empty.txt").returncode == ExitCode.FAILED


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@needs_root
def test_a_full_disk_leaves_what_was_whole(small_disk: Path, program: Program) -> None:
    program.write(short=prose(1, 20), long=prose(20), last=prose(1, 20, seed=3))
    result = program.run("short.txt", "long.txt", "last.txt", "-d", str(small_disk))
    assert result.returncode == ExitCode.PARTIAL
    assert "No space left" in result.stderr
    assert list(program.made(str(small_disk))) == ["last.mp3", "short.mp3"]
    elsewhere = program.report("long.txt", "-d", "out")
    assert elsewhere["chunks_found"] > 0  # What was spoken before the disk was full is kept.


@needs_root
def test_a_store_on_a_full_disk_costs_no_output(small_disk: Path, program: Program) -> None:
    program.write(long=prose(20))
    (small_disk / "fill").write_bytes(bytes(200_000))
    (program.folder / "cache").symlink_to(small_disk)
    result = program.run("long.txt", "-d", "out")
    assert result.returncode == ExitCode.OK, result.stderr
    assert "The cache can't be written" in result.stderr
    assert list(program.made()) == ["long.mp3"]


@needs_root
def test_a_folder_that_cannot_be_written(tmp_path: Path, program: Program) -> None:
    program.write(one=prose(1), two=prose(1, seed=1))
    folder = tmp_path / "fixed"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder], check=True)
    try:
        result = program.run("one.txt", "two.txt", "-d", str(folder))
    finally:
        subprocess.run(["umount", folder], check=True)
    assert result.returncode == ExitCode.PARTIAL
    assert "Read-only" in result.stderr


def test_a_file_where_the_folder_should_be(program: Program) -> None:
    program.write(one=prose(1), out=prose(1))
    result = program.run("one.txt", "-d", "out.txt")
    assert result.returncode == ExitCode.USAGE
    assert "out.txt is no folder" in result.stderr


def test_a_name_that_is_no_text(program: Program) -> None:
    program.write(two=prose(1))
    (program.folder / os.fsdecode(b"bad\xff\xfe.txt")).write_text(prose(1))
    for form in ("wav", "mp3", "m4b"):
        report = program.report(".", "-d", "out", "--format", form)
        assert [f["status"] for f in report["files"]] == ["made", "made"]
        assert f"two.{form}" in program.made()


def test_a_new_source_takes_nobodys_name(program: Program) -> None:
    folder = program.folder / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("alpha.")
    program.run("in", "-d", "out", "--skip-existing")
    (folder / "a.md").write_text("bravo.")
    program.run("in", "-d", "out", "--skip-existing")
    assert list(program.made()) == ["a.md.mp3", "a.mp3", "a.txt.mp3"]


def test_a_pipe_by_its_name_and_a_device(processes: Processes) -> None:
    fifo = processes.folder / "pipe.txt"
    os.mkfifo(fifo)
    process = processes.start("pipe.txt", "-d", "out")
    fifo.write_text("alpha bravo.")
    _, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.OK, err
    assert processes.run("/dev/zero", "-d", "out").returncode == ExitCode.USAGE


# Many, and large


def test_links_that_loop(program: Program) -> None:
    (program.folder / "deep").mkdir()
    program.write(**{"deep/one": prose(1)})
    (program.folder / "deep" / "again").symlink_to(program.folder / "deep")
    (program.folder / "deep" / "self.txt").symlink_to("self.txt")
    report = program.report("deep", "--recursive", "-d", "out")
    told, made = report["files"]
    assert told["sources"] == ["deep/self.txt"]
    assert "symbolic links" in told["error"]
    assert (made["output"], made["status"]) == ("out/one.mp3", "made")
    assert report["exit_code"] == ExitCode.PARTIAL


def test_a_text_of_a_gigabyte_is_refused(program: Program) -> None:
    with (program.folder / "huge.txt").open("wb") as file:
        file.truncate(2**30)
    result = program.run("huge.txt")
    assert result.returncode == ExitCode.FAILED
    assert "more than 64 MB" in result.stderr


def test_many_tiny_files(program: Program) -> None:
    folder = program.folder / "tiny"
    folder.mkdir()
    for i in range(1000):
        (folder / f"{i}.txt").write_text(f"{WORDS[i % 8]} {WORDS[i // 8 % 8]}.")
    report = program.report("tiny", "-d", "out", "--format", "wav")
    assert len(program.made()) == 1000
    assert report["exit_code"] == 0
    assert [f["output"] for f in report["files"]][:11] == [f"out/{i}.wav" for i in range(11)]
    assert report["chunks_spoken"] <= 64 + report["jobs"]  # As many texts as there are.


# A process is said to have had at least the memory of the one that started it.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_memory(processes: Processes, *arguments: str) -> int:
    process = processes.start(*arguments, under=[sys.executable, "-c", PEAK])
    out, err = process.communicate()
    assert process.returncode == 0, err
    return int(out)


@pytest.mark.parametrize(
    ("paragraphs", "form", "kinds"),
    [
        pytest.param(200, "wav", "srt", id="20,000 words"),
        pytest.param(1000, "mp3", ALL_KINDS[1], id="100,000 words", marks=pytest.mark.nightly),
    ],
)
def test_memory_does_not_grow_with_the_book(
    paragraphs: int, form: str, kinds: str, processes: Processes
) -> None:
    """Beside a book of 2,000 words."""
    processes.write(
        short=prose(20, 100, words="no so be to"), long=prose(paragraphs, 100, words="go up in it")
    )
    options = ("--quiet", "--format", form, "--subtitles", kinds, "-d", "out")
    short = peak_memory(processes, "short.txt", *options)
    long = peak_memory(processes, "long.txt", *options)
    assert long <= 1.1 * short


# For programs


def test_events_are_a_promise(program: Program) -> None:
    program.write(book=prose(3))
    result = program.run("book.txt", "-d", "out", "--subtitles", "srt", "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    names = [event["event"] for event in events]
    assert names[:2] == ["planned", "begun"]
    assert set(names[2:-2]) == {"spoke"}
    assert names[-2:] == ["ended", "result"]
    keys = {event["event"]: set(event) - {"event"} for event in events}
    assert keys["planned"] == {"outputs", "seconds"}
    assert keys["begun"] == {"output", "sources", "seconds"}
    assert keys["spoke"] == {
        "output", "text", "seconds", "done_seconds", "total_seconds", "real_time_factor",
        "left_seconds",
    }  # fmt: skip
    assert keys["ended"] == {"output", "status", "seconds", "error"}
    assert keys["result"] == {
        "files", "voice", "language", "engine", "device", "reason", "model", "format",
        "sample_rate", "jobs", "audio_seconds", "wall_seconds", "chunks_spoken", "chunks_found",
        "exit_code", "warnings",
    }  # fmt: skip
    (file,) = events[-1]["files"]
    assert set(file) == {
        "output", "sources", "status", "seconds", "subtitles", "error", "hint", "problems",
        "not_spoken",
    }  # fmt: skip
    assert file["subtitles"] == ["book.srt"]


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--format", "doc"], "Known are wav, flac, mp3, opus, m4b, ogg, aac, pcm"),
        (["-o", "x.wav", "--format", "mp3"], "Leave --format out"),
        (["-o", "x.wav", "-d", "out"], "--out-dir"),
        (["--split", "pages"], "--split chapters"),
        (["--split", "chapters", "--merge"], "Choose one"),
        (["--force", "--skip-existing"], "Choose one"),
        (["--chapters", "2"], "one chapter"),
        (["--chapters", "0"], "counted from 1"),
        (["--chapters", "x"], "no range"),
        (["--subtitles", "sub"], "Known are srt"),
        (["--subtitle-unit", "letter"], "sentence or word"),
        (["--lufs", "3"], "-40 to -5"),
        (["--jobs", "0"], "1 to 64"),
        (["--bitrate", "fast"], "64k"),
        (["--bitrate", "999k"], "8k to 160k"),
        (["--format", "wav", "--bitrate", "64k"], "no bit rate"),
        (["--format", "mp3", "--codec", "ulaw"], "wav"),
        (["--format", "opus", "--sample-rate", "44100"], "48,000"),
        (["--format", "wav", "--sample-rate", "7"], "8,000"),
        (["--speed", "9"], "0.5"),
        (["--gap", "61"], "The gap is 61 seconds"),
        (["--paragraph-gap", "-1"], "The paragraph gap is -1 seconds"),
        (["--paragraph-gap", "nan"], "The paragraph gap is nan seconds"),
        (["--heading-gap", "60.5"], "The heading gap is 60.5 seconds"),
        (["--chapter-gap", "inf"], "It goes from 0 to 60"),
        (["--chapter-gap", "long"], "a valid number"),
        (["--voice", "nobody"], "kokoro voices shows"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_reported(arguments: list[str], told: str, program: Program) -> None:
    program.write(book=prose(1))
    result = program.run("book.txt", *arguments)
    assert result.returncode in (ExitCode.USAGE, ExitCode.MISSING)
    assert told in result.stderr
    assert len(result.stderr.splitlines()) <= 3
    assert program.kept() == []


BOOK = "# Alpha\n\nBravo.\n\nCharlie.\n\n* * *\n\nDelta.\n\n# Echo\n\nGolf."
"""A paragraph, a scene, and a chapter end in it, and two headings."""

HEARD = {
    "as it is": ([], [0.7, 1.2, 2.5, 2.4]),
    "all alike": (["--gap", "3"], [3, 3, 3, 6]),
    "within a paragraph only": (["--gap", "0"], [0.7, 1.2, 2.5, 2.4]),
    "paragraphs": (["--paragraph-gap", "0.5"], [0.5, 1.2, 2.5, 2.4]),
    "long paragraphs": (["--paragraph-gap", "2"], [2, 2, 2.5, 4]),
    "headings": (["--heading-gap", "3"], [0.7, 3, 3, 6]),
    "chapters": (["--chapter-gap", "10"], [0.7, 1.2, 10, 2.4]),
    "short chapters": (["--chapter-gap", "0.3"], [0.7, 1.2, 0.3, 2.4]),
}


@pytest.mark.parametrize(("options", "gaps"), HEARD.values(), ids=HEARD)
def test_each_gap_is_heard(options: list[str], gaps: list[float], program: Program) -> None:
    def seconds(*more: str) -> tuple[float, float]:
        report = program.report("book.md", "-o", "a.wav", "--force", *more)
        forecast = json.loads(program.run("book.md", "--dry-run", "--json", *more).stdout)
        return report["files"][0]["seconds"], forecast["seconds"]

    (program.folder / "book.md").write_text(BOOK)
    even = seconds("--paragraph-gap", "0.4", "--heading-gap", "0.4", "--chapter-gap", "0.4")
    expected = sum(gaps) - 5 * 0.4
    for own, alike in zip(seconds(*options), even, strict=True):
        # The silence that is kept at the very end is at most the shortest gap.
        assert own - alike == pytest.approx(expected, abs=0.07)


def test_a_file_with_other_gaps_is_another_one(program: Program) -> None:
    program.write(book=prose(3))
    program.report("book.txt", "-d", "out")
    refused = program.run("book.txt", "-d", "out", "--chapter-gap", "3")
    assert refused.returncode == ExitCode.FAILED
    assert "with other settings" in refused.stderr
    again = program.report("book.txt", "-d", "out", "--chapter-gap", "2.5")
    assert again["files"][0]["status"] == "unchanged"


@pytest.mark.parametrize(
    "tag, told",
    [("fr-CA", "French: ff_siwis speaks"), ("de", "No voice speaks"), ("en-GB", ""), ("", "")],
)
def test_a_page_is_read_in_its_language(tag: str, told: str, program: Program) -> None:
    page = f'<html lang="{tag}"><body><p>alpha bravo.</p></body></html>'
    (program.folder / "page.html").write_text(page)
    result = program.run("page.html")
    assert result.returncode == ExitCode.OK
    assert told in result.stderr
    assert ("change it" in result.stderr or "read as English" in result.stderr) == bool(told)
    asked = program.run("page.html", "--lang", "es", "--force")
    assert "Spanish" in asked.stderr
    assert "change it" not in asked.stderr


def test_a_job_runs_in_any_thread(toy_cli: Run, tmp_path: Path) -> None:
    """Signals can be handled in the main thread only."""
    (tmp_path / "book.txt").write_text("A short book.")
    results = []
    thread = Thread(
        target=lambda: results.append(toy_cli("file", str(tmp_path / "book.txt"), cwd=tmp_path))
    )
    thread.start()
    thread.join()
    (result,) = results
    assert result.returncode == ExitCode.OK, result.stderr
    assert (tmp_path / "book.mp3").exists()
