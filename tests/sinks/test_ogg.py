"""Files are the same in every run; Ogg streams are numbered by what they hold."""

from __future__ import annotations

import io
import struct
import time
import zlib
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from kokoro_cli.sinks.file import FileSink
from kokoro_cli.sinks.formats import FORMATS, Encoding, Tags, format_of
from kokoro_cli.sinks.ogg import NumberedPages, checksum, number_stream
from tests.sinks.decoded import pages

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\x0f\x00\x01\x01\x01\x00\x18\xdd\x8d\xb0"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
TAGS = Tags("A title", "Somebody", "An album", "1/2", "en")


def write(path: Path, *, seed: int = 0, samples: int = 60_000, tags: Tags = TAGS) -> bytes:
    sound = (0.3 * np.random.default_rng(seed).standard_normal(samples)).astype(np.float32)
    with FileSink(path, Encoding(format_of(path)), tags) as sink:
        sink.chapter("One")
        sink.write(sound[:30_000])
        sink.chapter("Two")
        sink.write(sound[30_000:])
    return path.read_bytes()


def test_every_format_gives_the_same_bytes_again(tmp_path: Path) -> None:
    """Also in another second, under another name."""
    first = {name: write(tmp_path / f"a{kind.suffix}") for name, kind in FORMATS.items()}
    time.sleep(1.1)
    second = {name: write(tmp_path / f"b{kind.suffix}") for name, kind in FORMATS.items()}
    assert {name for name in first if first[name] != second[name]} == set()


def slow_checksum(data: bytes) -> int:
    """The CRC as RFC 3533 defines it, bit by bit."""
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        value &= 0xFFFFFFFF
    return value


@pytest.mark.parametrize("data", [b"", b"\0", b"OggS", bytes(range(256)) * 3])
def test_checksum(data: bytes) -> None:
    assert checksum(data) == slow_checksum(data)
    assert checksum(b"abc") != zlib.crc32(b"abc")


OGG = [name for name, kind in FORMATS.items() if kind.numbered]


@pytest.mark.parametrize("name", OGG)
def test_pages_are_valid(name: str, tmp_path: Path) -> None:
    found = pages(write(tmp_path / f"a{FORMATS[name].suffix}"))
    assert len({serial for serial, _ in found}) == 1
    for _, page in found:
        bare = page[:22] + bytes(4) + page[26:]
        assert struct.unpack_from("<I", page, 22)[0] == slow_checksum(bare)


@pytest.mark.parametrize("size", [1, 26, 27, 5_000, 10**6])
@pytest.mark.parametrize("name", OGG)
def test_pages_of_a_stream_are_numbered_as_they_come(name: str, size: int, tmp_path: Path) -> None:
    file = write(tmp_path / f"a{FORMATS[name].suffix}")
    numbered = NumberedPages(0xFEDCBA98)
    parts = [numbered(file[start : start + size]) for start in range(0, len(file), size)]
    found = pages(b"".join(parts))
    assert {serial for serial, _ in found} == {0xFEDCBA98}
    for (_, page), (_, before) in zip(found, pages(file), strict=True):
        assert page[:14] + page[18:22] + page[26:] == before[:14] + before[18:22] + before[26:]
        bare = page[:22] + bytes(4) + page[26:]
        assert struct.unpack_from("<I", page, 22)[0] == slow_checksum(bare)


@pytest.mark.parametrize("name", OGG)
def test_other_sound_and_other_tags_have_other_numbers(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{FORMATS[name].suffix}"
    files = [write(path), write(path, seed=1), write(path, tags=Tags("Another"))]
    assert len({pages(file)[0][0] for file in files}) == len(files)


@pytest.mark.parametrize("name", OGG)
def test_files_can_be_chained(name: str, tmp_path: Path) -> None:
    """As ``cat`` does: each stream of a chain has a number of its own."""
    suffix = FORMATS[name].suffix
    one, two = write(tmp_path / f"a{suffix}"), write(tmp_path / f"b{suffix}", seed=1)
    chain = io.BytesIO(one + two)
    with av.open(chain) as container:
        rate = container.streams.audio[0].rate
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert samples / rate == pytest.approx(5.0, abs=0.1)


def test_what_is_no_ogg_is_refused() -> None:
    with pytest.raises(ValueError, match="no Ogg page at byte 0"):
        number_stream(io.BytesIO(b"RIFF" * 20))


def test_the_sound_stays(tmp_path: Path) -> None:
    sound = (0.3 * np.sin(np.arange(48_000) / 10)).astype(np.float32)
    with FileSink(tmp_path / "a.ogg") as sink:
        sink.write(sound)
    soundfile.write(tmp_path / "b.ogg", sound, 24_000, format="OGG", subtype="VORBIS")
    ours, theirs = (soundfile.read(tmp_path / name)[0] for name in ("a.ogg", "b.ogg"))
    np.testing.assert_array_equal(ours, theirs)
