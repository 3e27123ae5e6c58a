"""Subtitle files appear when they are complete, and need no more memory for a longer book."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.subtitles.file import SubtitleFile
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS
from tests import disks
from tests.rows import row
from tests.sinks.test_file import largest_file, somebody_elses_folder
from tests.subtitles.conftest import spoken, write
from tests.subtitles.toy_format import TOY

each = pytest.mark.parametrize("form", SUBTITLE_FORMATS)

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")


class Stop(BaseException):
    pass


@pytest.fixture
def old(form: str, tmp_path: Path) -> Path:
    path = tmp_path / f"speech{SUBTITLE_FORMATS[form].suffix}"
    path.write_bytes(b"what was there before")
    return path


def assert_untouched(old: Path) -> None:
    assert old.read_bytes() == b"what was there before"
    assert list(old.parent.iterdir()) == [old]


@each
def test_file_appears_when_it_is_whole(form: str, old: Path) -> None:
    with SubtitleFile(old, form) as file:
        file.write(spoken("One."))
        file.finish(24_000)
        assert old.read_bytes() == b"what was there before"
    assert b"One." in old.read_bytes()
    assert list(old.parent.iterdir()) == [old]


@each
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, Stop, OSError])
def test_error_leaves_what_was_there(form: str, error: type[BaseException], old: Path) -> None:
    with pytest.raises(error), SubtitleFile(old, form) as file:
        for i in range(1000):
            file.write(spoken("One, two and three.", i * 48_000))
        raise error
    assert_untouched(old)


@each
def test_file_without_its_end_is_not_kept(form: str, old: Path) -> None:
    with pytest.raises(AssertionError), SubtitleFile(old, form) as file:
        file.write(spoken("One."))
    assert_untouched(old)


@each
def test_temporary_file_has_the_name_that_was_asked_for(form: str, tmp_path: Path) -> None:
    with SubtitleFile(tmp_path / "speech", form, temporary_name=".part") as file:
        assert [path.name for path in tmp_path.iterdir()] == [".part"]
        file.finish(0)


@each
def test_folder_has_to_be_there(form: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        SubtitleFile(tmp_path / "nowhere/speech", form)


def test_format_has_to_be_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Unknown subtitle format: 'sub'") as caught:
        SubtitleFile(tmp_path / "speech.sub", "sub")
    assert all(form in (caught.value.hint or "") for form in SUBTITLE_FORMATS)


def test_a_new_row_is_a_format_that_is_written(tmp_path: Path) -> None:
    with row(SUBTITLE_FORMATS, TOY):
        path = write(tmp_path, "toy", [spoken("One two.")], "word", total=48_000, title="A Book")
    assert path.name == "speech.toysub"
    assert path.read_text() == "A Book by word\n0 One two.\n48000\n"


def test_the_table_is_read_without_numpy() -> None:
    code = "import sys, kokoro_cli.subtitles.formats; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@each
def test_folder_that_takes_no_files_is_an_error_that_says_why(form: str) -> None:
    with somebody_elses_folder() as folder:
        file = SubtitleFile(folder / "speech", form)
        with pytest.raises(KokoroError, match="Permission denied"):
            file.__enter__()
        assert not list(folder.iterdir())


@each
@pytest.mark.parametrize("missing", [1, 100, 2000])
def test_missing_end_is_noticed(form: str, missing: int, old: Path, tmp_path: Path) -> None:
    """A limit on file sizes simulates a disk that fills up at that byte."""
    sentences = [spoken("One, two and three.", i * 48_000) for i in range(300)]
    (tmp_path / "whole").mkdir()
    whole = write(tmp_path / "whole", form, sentences)
    size = whole.stat().st_size
    whole.unlink()
    whole.parent.rmdir()
    with largest_file(size - missing), pytest.raises(KokoroError, match="could not be written"):
        write(tmp_path, form, sentences)
    assert_untouched(old)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with disks.small_disk(tmp_path / "disk", 100):
        yield tmp_path / "disk"


@needs_root
@each
def test_full_disk_leaves_what_was_there(form: str, small_disk: Path) -> None:
    old = small_disk / f"speech{SUBTITLE_FORMATS[form].suffix}"
    old.write_bytes(b"what was there before")
    with pytest.raises(KokoroError, match="No space left"):
        write(small_disk, form, (spoken("One, two and three.", i * 48_000) for i in range(5000)))
    assert_untouched(old)


@each
@pytest.mark.parametrize("sentences", [10_000, pytest.param(50_000, marks=pytest.mark.nightly)])
def test_memory_does_not_grow(form: str, sentences: int, tmp_path: Path) -> None:
    """An object that each sentence left behind would take hundreds of kilobytes."""
    used = []
    with SubtitleFile(tmp_path / "speech", form) as file:
        tracemalloc.start()
        try:
            for i in range(sentences):
                file.write(spoken("Yes, sir.", i * 24_000))
                if (i + 1) % (sentences // 5) == 0:
                    used.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
        file.finish(sentences * 24_000)
    assert used[-1] - used[0] < 20_000
