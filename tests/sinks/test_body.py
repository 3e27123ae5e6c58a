"""Bodies of answers: whole ones are files, streamed ones come as they are made."""

from __future__ import annotations

import struct
import threading
import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import av.logging
import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks import av_file, sound_file
from kokoro_cli.sinks.body import Body
from kokoro_cli.sinks.file import FileSink
from kokoro_cli.sinks.formats import FORMATS, Encoding
from tests.properties import examples
from tests.rows import row
from tests.sinks import toy_format
from tests.sinks.decoded import Sound, decoded, decoded_by_ffmpeg, pages

HALF = SAMPLE_RATE // 2

STREAMED = [name for name, kind in FORMATS.items() if kind.stream]
MADE_AT_THE_END = [name for name in FORMATS if name not in STREAMED]

ENCODINGS = [
    *(Encoding(name, rate) for name in FORMATS for rate in (8_000, 24_000, 48_000)),
    Encoding("mp3", 44_100, 128_000),
    Encoding("opus", 16_000, 24_000),
    *(
        Encoding(name, rate, codec=codec)
        for name in ("wav", "pcm")
        for rate in (8_000, 24_000)
        for codec in ("ulaw", "alaw")
    ),
]
STREAMS = [encoding for encoding in ENCODINGS if encoding.format in STREAMED]


def called(encoding: Encoding) -> str:
    return f"{encoding.format} {encoding.codec} {encoding.sample_rate}"


def babble(samples: int, seed: int = 0) -> Sound:
    """Return noise of low pitch that comes and goes three times a second, as speech does."""
    noise = np.random.default_rng(seed).standard_normal(samples + 25)
    low = np.convolve(noise, np.hanning(25) / 5, "valid")[:samples]
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 3 * np.arange(samples) / SAMPLE_RATE)
    return (0.2 * low * swell).astype(np.float32)


def cut(sound: Sound, size: int = HALF) -> list[Sound]:
    return [sound[start : start + size] for start in range(0, len(sound), size)]


def parts(
    encoding: Encoding, blocks: Iterable[Sound], *, whole: bool = False, number: int = 0
) -> list[bytes]:
    body = Body(encoding, whole=whole, number=number)
    found = [body.write(block) for block in blocks]
    return [*found, body.finish()]


def joined(
    encoding: Encoding, blocks: Iterable[Sound], *, whole: bool = False, number: int = 0
) -> bytes:
    return b"".join(parts(encoding, blocks, whole=whole, number=number))


def file(path: Path, encoding: Encoding, blocks: Iterable[Sound]) -> bytes:
    with FileSink(path, encoding) as sink:
        for block in blocks:
            sink.write(block)
    return path.read_bytes()


# The sound


def assert_heard(heard: Sound, sent: Sound, rate: int, *, most_samples: int) -> None:
    """The sound is there, at most so many samples later, and nothing but silence follows."""
    expected: Sound = sent if rate == SAMPLE_RATE else soxr.resample(sent, SAMPLE_RATE, rate)
    assert len(expected) - 2 <= len(heard) <= len(expected) + most_samples
    size = 2 ** (len(heard) + len(expected)).bit_length()
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.fft.rfft(expected, size).conj(), size)
    late = int(products[: most_samples + 1].argmax())
    found = heard[late : late + len(expected)]
    assert np.corrcoef(found, expected[: len(found)])[0, 1] > 0.9
    assert len(expected) - len(found) <= rate // 100


# Decoders of MP3 and AAC add their own delay, and the last frame is filled up. The other formats
# say where the sound begins and ends.
_MOST_MORE = {"mp3": 2_400, "aac": 1_100, "m4b": 1_100}


@pytest.mark.parametrize("encoding", ENCODINGS, ids=called)
def test_whole_body_is_the_sound(encoding: Encoding) -> None:
    sound = babble(72_007)
    *early, body = parts(encoding, cut(sound), whole=True)
    assert not any(early)
    more = _MOST_MORE.get(encoding.format, 1)
    assert_heard(decoded(body, encoding), sound, encoding.sample_rate, most_samples=more)


@pytest.mark.parametrize("encoding", STREAMS, ids=called)
def test_streamed_body_is_the_sound(encoding: Encoding) -> None:
    sound = babble(72_007)
    found = parts(encoding, cut(sound))
    assert found[0]
    more = _MOST_MORE.get(encoding.format, 1)
    heard = decoded(b"".join(found), encoding)
    assert_heard(heard, sound, encoding.sample_rate, most_samples=more)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("name", STREAMED)
@pytest.mark.parametrize("samples", [0, 1, 100])
def test_short_sound(samples: int, name: str, whole: bool) -> None:
    encoding = Encoding(name)
    body = joined(encoding, [babble(samples)], whole=whole)
    if body and samples:
        assert samples <= len(decoded(body, encoding)) <= samples + 4_000


# A whole body


@pytest.mark.parametrize("encoding", [e for e in ENCODINGS if e.format != "mp3"], ids=called)
def test_whole_body_is_the_file(encoding: Encoding, tmp_path: Path) -> None:
    blocks = cut(babble(60_000), 7_001)
    path = tmp_path / f"speech{encoding.kind.suffix}"
    assert joined(encoding, blocks, whole=True) == file(path, encoding, blocks)


@pytest.mark.parametrize("encoding", [e for e in ENCODINGS if e.format == "mp3"], ids=called)
def test_mp3_is_the_file_without_its_tag_and_its_frame_of_lengths(
    encoding: Encoding, tmp_path: Path
) -> None:
    blocks = cut(babble(60_000), 7_001)
    written = file(tmp_path / "speech.mp3", encoding, blocks)
    frames = mp3_frames(written)
    assert b"Info" in frames[0] or b"Xing" in frames[0]
    for whole in (True, False):
        body = joined(encoding, blocks, whole=whole)
        assert mp3_frames(body) == frames[1:]
        assert body == b"".join(frames[1:])


_MP3_KILOBITS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def mp3_frames(data: bytes) -> list[bytes]:
    """Return the frames of layer III, without an ID3 tag before them (ISO 11172-3, 2.4.2.3)."""
    start = 0
    if data.startswith(b"ID3"):
        start = 10 + sum(byte << 7 * (3 - n) for n, byte in enumerate(data[6:10]))
    found = []
    while start < len(data):
        header = struct.unpack_from(">I", data, start)[0]
        assert header >> 21 == 0x7FF
        version = header >> 19 & 3
        bits = 1000 * _MP3_KILOBITS[version == 3][header >> 12 & 15]
        rate = _MP3_RATES[version][header >> 10 & 3]
        size = (144 if version == 3 else 72) * bits // rate + (header >> 9 & 1)
        found.append(data[start : start + size])
        start += size
    return found


# Joined bodies


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("rate", [8_000, 24_000, 44_100])
def test_mp3_bodies_can_be_joined(rate: int, whole: bool) -> None:
    encoding = Encoding("mp3", rate)
    one, two = (joined(encoding, cut(babble(50_000, seed)), whole=whole) for seed in (0, 1))
    before = av.logging.get_level()
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture() as messages:
            heard = decoded_by_ffmpeg(one + two, encoding)
    finally:
        av.logging.set_level(before)
    assert [m for m in messages if m[0] <= av.logging.ERROR] == []
    lengths = [len(decoded_by_ffmpeg(body, encoding)) for body in (one, two)]
    assert len(heard) == sum(lengths)


@pytest.mark.parametrize("name", ["opus", "ogg"])
def test_ogg_streams_of_different_numbers_are_a_chain(name: str) -> None:
    encoding = Encoding(name)
    sounds = [babble(50_000, seed) for seed in (0, 1)]
    chain = b"".join(
        joined(encoding, cut(sound), number=number)
        for sound, number in zip(sounds, (7, 2**32 - 1), strict=True)
    )
    serials = [serial for serial, _ in pages(chain)]
    assert set(serials) == {7, 2**32 - 1}
    assert serials == sorted(serials)
    heard = decoded_by_ffmpeg(chain, encoding)
    assert len(heard) == pytest.approx(100_000, abs=0.020 * SAMPLE_RATE)


@pytest.mark.parametrize("encoding", [e for e in STREAMS if e.format == "opus"], ids=called)
@pytest.mark.parametrize("samples", [5_000, 48_000, 60_001])
def test_last_page_of_opus_ends_the_stream_at_the_last_sample(
    samples: int, encoding: Encoding
) -> None:
    found = [page for _, page in pages(joined(encoding, cut(babble(samples))))]
    flags = [page[5] for page in found]
    assert flags[0] == 2
    assert flags[-1] & 4
    assert not any(flag & 4 for flag in flags[:-1])
    skipped = struct.unpack_from("<H", found[0], 28 + 10)[0]
    last = struct.unpack_from("<Q", found[-1], 6)[0]
    # Opus counts at 48 kHz; a sample may be lost to rounding at a lower rate.
    assert last - skipped == pytest.approx(2 * samples, abs=48_000 / encoding.sample_rate)


# What comes when


@pytest.mark.parametrize("encoding", [e for e in STREAMS if e.format != "ogg"], ids=called)
def test_little_of_the_sound_waits_for_the_next_block(encoding: Encoding) -> None:
    """The next block may take long to be spoken; a player has to have what was spoken before."""
    body = Body(encoding, whole=False)
    data = b""
    rate = encoding.sample_rate
    # Frames of MP3 and AAC are as long in samples at any rate, and one or two are looked ahead.
    least = {"mp3": 1_700, "aac": 2_100, "flac": 1_200}.get(encoding.format, 0) / rate
    for number, block in enumerate(cut(babble(3 * HALF)), 1):
        data += body.write(block)
        seconds = len(heard_so_far(data, encoding)) / rate
        assert seconds >= number / 2 - max(least + 0.1, 0.2)
    body.close()


def heard_so_far(data: bytes, encoding: Encoding) -> Sound:
    if encoding.kind.container == "RAW":
        return decoded(data, encoding)
    return decoded_by_ffmpeg(data, encoding)


@pytest.mark.parametrize(
    ("name", "sign"), [("wav", b"RIFF"), ("flac", b"fLaC"), ("opus", b"OggS"), ("ogg", b"OggS")]
)
def test_header_comes_with_the_first_block_however_short(name: str, sign: bytes) -> None:
    assert Body(Encoding(name), whole=False).write(babble(10)).startswith(sign)


@pytest.mark.parametrize(("codec", "tag", "bits"), [("pcm", 1, 16), ("ulaw", 7, 8), ("alaw", 6, 8)])
@pytest.mark.parametrize("rate", [8_000, 24_000])
def test_header_of_streamed_wav(rate: int, codec: str, tag: int, bits: int) -> None:
    encoding = replace(Encoding("wav", rate), codec=codec)
    data = joined(encoding, [babble(2_400)])
    unknown = b"\xff" * 4
    assert (data[:4], data[4:8], data[8:16]) == (b"RIFF", unknown, b"WAVEfmt ")
    size, *values = struct.unpack_from("<IHHIIHH", data, 16)
    assert values == [tag, 1, rate, rate * bits // 8, bits // 8, bits]
    rest = data[20 + size :]
    if codec != "pcm":
        assert rest[:12] == b"fact\x04\0\0\0" + unknown
        rest = rest[12:]
    assert rest[:8] == b"data" + unknown
    assert len(rest) - 8 == 2_400 * rate // SAMPLE_RATE * bits // 8


@pytest.mark.parametrize("name", MADE_AT_THE_END)
def test_what_is_complete_at_its_end_only_is_not_streamed(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} can't be sent while it is made") as caught:
        Body(Encoding(name), whole=False)
    assert "flac" in (caught.value.hint or "")
    assert joined(Encoding(name), [babble(5_000)], whole=True)


def test_an_encoder_of_another_distribution_makes_a_body() -> None:
    sound = babble(2_400)
    with row(FORMATS, toy_format.TOY):
        data = joined(Encoding("toy"), [sound], whole=True)
        with pytest.raises(UsageError, match="toy can't be sent"):
            Body(Encoding("toy"), whole=False)
    head, samples, tail = toy_format.read(data)
    assert (head, tail) == ("toy 24000 ", "2400 []")
    np.testing.assert_array_equal(samples, sound)


def test_what_a_format_does_not_support_is_refused() -> None:
    for whole in (True, False):
        with pytest.raises(UsageError, match="opus does not support a sample rate"):
            Body(Encoding("opus", 44_100), whole=whole)
        with pytest.raises(UsageError, match="mp3 does not support the codec"):
            Body(Encoding("mp3", codec="ulaw"), whole=whole)


# The same bytes


SOUND = babble(20_000)
# Vorbis plans its first and last block by what it was given at once.
CUT_ANYHOW = [name for name in FORMATS if name != "ogg"]


@settings(max_examples=examples(100), deadline=None)
@given(
    st.sampled_from([(n, w) for n in CUT_ANYHOW for w in (True, False) if w or n in STREAMED]),
    st.sampled_from([8_000, 24_000]),
    st.lists(st.integers(0, len(SOUND)), max_size=12),
)
def test_the_cuts_do_not_matter(kind: tuple[str, bool], rate: int, cuts: list[int]) -> None:
    name, whole = kind
    blocks = np.split(SOUND, sorted(cuts))
    encoding = Encoding(name, rate)
    assert joined(encoding, blocks, whole=whole) == joined(encoding, [SOUND], whole=whole)


@settings(max_examples=examples(20), deadline=None)
@given(st.booleans(), st.lists(st.integers(0, len(SOUND)), max_size=12))
def test_the_cuts_matter_little_to_vorbis(whole: bool, cuts: list[int]) -> None:
    encoding = Encoding("ogg")
    blocks = np.split(SOUND, sorted(cuts))
    first, again = (joined(encoding, blocks, whole=whole) for _ in range(2))
    assert first == again
    assert_heard(decoded(first, encoding), SOUND, SAMPLE_RATE, most_samples=1)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("name", STREAMED)
def test_threads_may_take_turns(name: str, whole: bool) -> None:
    encoding, blocks = Encoding(name), cut(babble(30_000), 5_000)
    found: list[bytes] = []

    def write(block: Sound) -> None:
        found.append(body.write(block))

    body = Body(encoding, whole=whole)
    for block in blocks:
        thread = threading.Thread(target=write, args=(block,))
        thread.start()
        thread.join()
    assert b"".join([*found, body.finish()]) == joined(encoding, blocks, whole=whole)


# The end


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("name", STREAMED)
def test_body_is_dropped_at_any_time(name: str, whole: bool) -> None:
    sound = babble(30_000)
    for blocks in (0, 1, 2):
        body = Body(Encoding(name), whole=whole)
        for _ in range(blocks):
            body.write(sound)
        body.close()
        body.close()
    body = Body(Encoding(name), whole=whole)
    sent = body.write(sound)
    assert sent + body.finish() == joined(Encoding(name), [sound], whole=whole)
    body.close()
    body.close()


@pytest.mark.parametrize("at", ["write", "close"])
@pytest.mark.parametrize(
    ("name", "module", "error"),
    [
        ("flac", sound_file, RuntimeError("out of order")),
        ("flac", sound_file, OSError(28, "No space left on device")),
        ("mp3", av_file, av.error.InvalidDataError(1, "out of order")),
    ],
)
def test_what_fails_in_the_encoder_is_an_error_for_people(
    name: str, module: object, error: Exception, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr(f"{module.__name__}.Encoder.{at}", failing)  # type: ignore[attr-defined]
    body = Body(Encoding(name), whole=False)
    with pytest.raises(KokoroError, match=f"could not be encoded as {name}: .*(out of|No space)"):
        body.write(babble(1_000))
        body.finish()
    body.close()


def test_whole_body_that_is_too_long_for_its_format_is_an_error() -> None:
    with row(FORMATS, replace(FORMATS["wav"], name="small", suffix=".small", most_bytes=2_000)):
        body = Body(Encoding("small"), whole=True)
        with pytest.raises(KokoroError, match="a small file holds at most"):
            body.write(babble(1_200))
        body.close()
        assert len(joined(Encoding("small"), [babble(1_200)])) == 44 + 2_400


@pytest.mark.parametrize("name", ["wav", "flac", "pcm"])
def test_long_stream_takes_no_memory(name: str) -> None:
    body = Body(Encoding(name), whole=False)
    block = babble(SAMPLE_RATE)
    size = len(body.write(block))
    tracemalloc.start()
    try:
        while size < 20_000_000:
            size += len(body.write(block))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    body.close()
    assert most < 1_000_000
