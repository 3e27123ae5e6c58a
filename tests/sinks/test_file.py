from __future__ import annotations

import json
import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from kokoro_cli.assets.store import Store
from kokoro_cli.errors import ExitCode, KokoroError, UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks import formats
from kokoro_cli.sinks.file import FileSink
from kokoro_cli.sinks.formats import Encoding, Tags
from tests import disks
from tests.conftest import Run, variables_of
from tests.covers import picture, png_of
from tests.sinks.decoded import Sound, decoded

FORMATS = {kind.suffix: kind for kind in formats.FORMATS.values()}

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")


def tone(samples: int, *, peak: float = 0.5, hertz: float = 1000) -> Sound:
    time = np.arange(samples) / SAMPLE_RATE
    return (peak * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def noise(samples: int) -> Sound:
    """Return noise, which no codec can compress well."""
    return (0.3 * np.random.default_rng(0).standard_normal(samples)).astype(np.float32)


def write(path: Path, samples: Sound, block: int = 3000) -> None:
    with FileSink(path) as sink:
        for start in range(0, len(samples), block):
            sink.write(samples[start : start + block])


def read(path: Path) -> Sound:
    return decoded(path.read_bytes(), Encoding(formats.format_of(path)))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"what was there before")
    return path


def assert_untouched(old: Path) -> None:
    assert old.read_bytes() == b"what was there before"
    assert list(old.parent.iterdir()) == [old]


# The sound


@pytest.mark.parametrize("samples", [100, 12_345, 48_000, 240_007])
@pytest.mark.parametrize("suffix", FORMATS)
def test_file_is_as_long_as_what_was_written(suffix: str, samples: int, tmp_path: Path) -> None:
    path = tmp_path / f"speech{suffix}"
    write(path, tone(samples))
    assert len(read(path)) == pytest.approx(samples, abs=0.050 * SAMPLE_RATE)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", FORMATS)
def test_last_samples_are_kept(suffix: str, tmp_path: Path) -> None:
    """An MP3 without its last frame has the same length in its header, but lacks its last word."""
    path = tmp_path / f"speech{suffix}"
    burst = tone(480)
    silence = np.zeros(30_011, dtype=np.float32)
    write(path, np.concatenate([silence, burst]))
    heard = read(path)[len(silence) :][: len(burst)]
    assert len(heard) == len(burst)
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(np.sqrt(np.mean(burst**2)), rel=0.1)
    assert np.abs(heard[-48:]).max() > 0.35


@pytest.mark.parametrize("suffix", FORMATS)
def test_too_loud_is_clipped_and_not_wrapped(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"speech{suffix}"
    loud = tone(SAMPLE_RATE, peak=1.5, hertz=200)
    write(path, loud)
    # If it wrapped, 1.5 would be -0.5. A codec smooths the corners of clipping.
    error = np.abs(read(path)[: len(loud)] - np.clip(loud, -1, 1))
    # AAC's first frame has nothing before it to overlap with.
    error = error[2048 * (FORMATS[suffix].codec == "aac") : -SAMPLE_RATE // 100]
    assert error.max() < (1e-4 if FORMATS[suffix].codec == "PCM_16" else 0.3)


def test_16_bits_at_both_ends(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    write(path, np.array([-1.5, -1.0001, -1.0, 0.0, 1.0, 1.0001, 1.5], dtype=np.float32))
    samples, _ = soundfile.read(path, dtype="int16")
    assert samples.tolist() == [-32767] * 3 + [0] + [32767] * 3


# The place of the file


@pytest.mark.parametrize("mask, mode", [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_mode_follows_the_umask(mask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        write(tmp_path / "speech.wav", tone(100))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "speech.wav").stat().st_mode) == mode


@pytest.mark.parametrize("exists", [True, False], ids=["to a file", "to nothing yet"])
def test_link_is_followed_and_stays(exists: bool, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere/real.wav", tmp_path / "link.wav"
    if exists:
        target.write_bytes(b"old")
    link.symlink_to(target)
    write(link, tone(1000))
    assert link.is_symlink()
    assert len(read(target)) == 1000
    assert list(target.parent.iterdir()) == [target]


def test_links_target_may_have_any_name(tmp_path: Path) -> None:
    (tmp_path / "link.wav").symlink_to(tmp_path / "speech.raw")
    write(tmp_path / "link.wav", tone(1000))
    assert (tmp_path / "speech.raw").read_bytes()[:4] == b"RIFF"


def test_longest_name_that_the_system_takes(tmp_path: Path) -> None:
    path = tmp_path / f"{'x' * 251}.wav"
    write(path, tone(1000))
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["folder.wav", "null.wav", "fifo.wav"])
def test_what_is_no_file_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "null.wav").symlink_to("/dev/null")
    os.mkfifo(tmp_path / "fifo.wav")
    with pytest.raises(UsageError, match=f"{name} is not a regular file"):
        FileSink(tmp_path / name)


@pytest.mark.parametrize("name", ["/dev/null", "speech", "speech.aiff", ".wav"])
def test_name_without_a_known_ending_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        FileSink(Path(name))
    assert all(suffix in (caught.value.hint or "") for suffix in FORMATS)


def test_folder_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        FileSink(tmp_path / "nowhere/speech.wav")


def test_folder_that_takes_no_files_is_an_error_that_says_why() -> None:
    with somebody_elses_folder() as folder:
        sink = FileSink(folder / "speech.wav")
        with pytest.raises(KokoroError, match="Permission denied"):
            sink.__enter__()
        assert not list(folder.iterdir())


@contextmanager
def somebody_elses_folder() -> Iterator[Path]:
    """Yield a folder that can be read but not written to. It is not under tmp_path, which the user
    that root becomes here can't enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(user)
            folder.chmod(0o755)


# Errors


class Stop(BaseException):
    pass


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, Stop])
def test_error_in_the_middle_leaves_what_was_there(
    error: type[BaseException], suffix: str, tmp_path: Path
) -> None:
    old = tmp_path / f"speech{suffix}"
    old.write_bytes(b"what was there before")
    with pytest.raises(error), FileSink(old) as sink:
        sink.write(noise(50_000))
        assert old.read_bytes() == b"what was there before"
        raise error
    assert_untouched(old)


def test_ctrl_c_while_the_file_is_made_leaves_nothing(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(soundfile, "SoundFile", interrupted)
    with pytest.raises(KeyboardInterrupt), FileSink(old):
        pass
    assert_untouched(old)


@pytest.mark.parametrize("suffix", FORMATS)
def test_ctrl_c_in_the_middle_of_a_write_is_not_lost(suffix: str, tmp_path: Path) -> None:
    """A signal during encoding in libsndfile is handled at the next line of Python. If that line is
    in a callback, KeyboardInterrupt is lost there, and so are the bytes to be written."""
    sound = noise(SAMPLE_RATE)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        for moment in np.linspace(0.001, 0.01, 20):
            with pytest.raises(KeyboardInterrupt), FileSink(tmp_path / f"speech{suffix}") as sink:
                signal.setitimer(signal.ITIMER_REAL, moment)
                end = time.monotonic() + 1
                while time.monotonic() < end:
                    sink.write(sound)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert not list(tmp_path.iterdir())


def test_file_appears_when_it_is_whole(old: Path) -> None:
    with FileSink(old) as sink:
        sink.write(tone(1000))
        assert old.read_bytes() == b"what was there before"
    assert len(read(old)) == 1000


@pytest.mark.parametrize(
    "suffix, missing",
    [(suffix, missing) for suffix in FORMATS for missing in (1, 100, 2000, 8000)],
)
def test_missing_end_is_noticed(suffix: str, missing: int, tmp_path: Path) -> None:
    """libsndfile reports no error if the last bytes, or the rewritten header, don't fit.

    A limit on file sizes simulates a disk that fills up at that byte.
    """
    whole, old = tmp_path / f"whole{suffix}", tmp_path / f"speech{suffix}"
    write(whole, noise(60_000))
    size = whole.stat().st_size
    whole.unlink()
    old.write_bytes(b"what was there before")
    with largest_file(size - missing), pytest.raises(KokoroError, match="could not be written"):
        write(old, noise(60_000))
    assert_untouched(old)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with disks.small_disk(tmp_path / "disk", 200):
        yield tmp_path / "disk"


@needs_root
@pytest.mark.parametrize("suffix", FORMATS)
def test_full_disk_leaves_what_was_there(suffix: str, small_disk: Path) -> None:
    old = small_disk / f"speech{suffix}"
    old.write_bytes(b"what was there before")
    with pytest.raises(KokoroError, match=r"the disk is full|No space left"):
        write(old, noise(60 * SAMPLE_RATE))
    assert_untouched(old)


@needs_root
def test_full_disk_is_told_of_in_one_line(small_disk: Path, toy_run: Run) -> None:
    old = small_disk / "speech.wav"
    old.write_bytes(b"what was there before")
    done = toy_run("say", "This sentence takes more room than there is. " * 3, "-o", str(old))
    error, hint = done.stderr.splitlines()
    assert done.returncode == ExitCode.FAILED
    assert error.startswith("Error: ")
    assert "full" in error or "No space left" in error
    assert hint.startswith("Hint: ")
    assert_untouched(old)


# Two at a time


def test_two_runs_on_one_file_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    with FileSink(path) as first:
        with FileSink(path) as second:
            for _ in range(3):
                first.write(tone(1000))
                second.write(tone(500))
        assert len(read(path)) == 1500
        first.write(tone(1000))
    assert len(read(path)) == 4000
    assert list(tmp_path.iterdir()) == [path]


def test_two_processes_on_one_file_leave_one_whole_file(toy_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "kokoro_cli", "say", text, "-o", str(path), "--json"],
            env=variables_of(toy_store.cache),
            stdout=subprocess.PIPE,
        )
        for text in ("One.", "A somewhat longer sentence than the other one.")
    ]
    results = [json.loads(process.communicate()[0]) for process in running]
    assert len(read(path)) / SAMPLE_RATE in [result["audio_seconds"] for result in results]
    assert list(tmp_path.iterdir()) == [path]


COVERS = {
    "PNG": (picture("PNG", "RGBA"), "png"),
    "PNG with a palette": (picture("PNG", "P"), "png"),
    "JPEG": (picture("JPEG"), "mjpeg"),
    "CMYK JPEG": (picture("JPEG", "CMYK"), "mjpeg"),
    "progressive JPEG": (picture("JPEG", progressive=True), "mjpeg"),
}


@pytest.mark.parametrize("suffix", [kind.suffix for kind in FORMATS.values() if kind.cover])
@pytest.mark.parametrize(("cover", "codec"), COVERS.values(), ids=COVERS)
def test_a_cover_is_copied_as_it_is(cover: bytes, codec: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    with FileSink(path, tags=Tags(cover=cover)) as sink:
        sink.write(tone(2_000))
    with av.open(str(path)) as container:
        (stream,) = container.streams.video
        assert stream.disposition == av.stream.Disposition.attached_pic
        assert (stream.codec_context.name, stream.width, stream.height) == (codec, 40, 60)
        assert bytes(next(p for p in container.demux(stream) if p.size)) == cover


BROKEN_COVERS = {
    "text": b"A cover.",
    "half a JPEG": picture("JPEG")[:300],
    "WebP": picture("WEBP"),
    "huge": png_of(50_000, 50_000),
    "higher than an MP4 can hold": png_of(40, 65_536),
}


@pytest.mark.parametrize("cover", BROKEN_COVERS.values(), ids=BROKEN_COVERS)
def test_a_broken_cover_is_no_error_of_the_disk(cover: bytes, tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="The cover "),
        FileSink(tmp_path / "a.mp3", tags=Tags(cover=cover)),
    ):
        pass
    assert not list(tmp_path.iterdir())


def test_a_broken_cover_does_not_matter_where_there_is_none(tmp_path: Path) -> None:
    with FileSink(tmp_path / "a.opus", tags=Tags(cover=b"A cover.")) as sink:
        sink.write(tone(2_000))
    assert (tmp_path / "a.opus").exists()
