"""What the table of formats says is all that the program knows about a format."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.sinks import formats
from kokoro_cli.sinks.file import FileSink
from kokoro_cli.sinks.formats import BitRates, Encoding, Format, Tags, check_encoding, format_of
from tests.rows import row
from tests.sinks.toy_format import TOY, read

MATROSKA = Format(
    name="mka",
    module="kokoro_cli.sinks.av_file",
    suffix=".mka",
    container="matroska",
    codec="libopus",
    sample_rates=(24_000, 48_000),
    bit_rates=(BitRates(6_000, 256_000, 40_000),),
    chapters=True,
)


@pytest.fixture
def matroska() -> Iterator[None]:
    with row(formats.FORMATS, MATROSKA):
        yield


@pytest.mark.usefixtures("matroska")
def test_new_row_of_a_known_encoder_is_a_format_that_is_written(tmp_path: Path) -> None:
    path = tmp_path / "speech.mka"
    with FileSink(path) as sink:
        for title in ("One", "Two"):
            sink.chapter(title)
            sink.write(np.zeros(24_000, dtype=np.float32))
    with av.open(str(path)) as container:
        assert [c["metadata"]["title"] for c in container.chapters()] == ["One", "Two"]
        assert container.streams.audio[0].codec_context.name in ("opus", "libopus")


def test_new_row_with_an_encoder_of_its_own_is_a_format_that_is_written(tmp_path: Path) -> None:
    tone = np.linspace(-1, 1, 2400, dtype=np.float32)
    path = tmp_path / "speech.TOY"
    with row(formats.FORMATS, TOY):
        assert format_of(path) == "toy"
        with FileSink(path, tags=Tags(title="A Book")) as sink:
            sink.chapter("One")
            sink.write(tone)
        with pytest.raises(UsageError, match="toy does not support a sample rate of 48,000 Hz"):
            check_encoding(Encoding("toy", 48_000))
    head, samples, tail = read(path.read_bytes())
    assert (head, tail) == ("toy 24000 A Book", "2400 ['One']")
    np.testing.assert_array_equal(samples, tone)
    with pytest.raises(UsageError, match="suffix of an audio file"):
        format_of(path)


def test_unknown_format_is_an_error_that_lists_the_table() -> None:
    with pytest.raises(UsageError, match="Unknown format: 'toy'") as caught:
        check_encoding(Encoding("toy"))
    assert caught.value.hint == "Known are wav, flac, mp3, opus, m4b, ogg, aac and pcm."


def test_the_table_is_read_without_numpy() -> None:
    code = "import sys, kokoro_cli.sinks.formats; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.usefixtures("matroska")
def test_messages_list_the_table() -> None:
    with pytest.raises(UsageError) as caught:
        check_encoding(Encoding("wav", bit_rate=64_000))
    assert "mp3, opus, m4b, aac or mka" in (caught.value.hint or "")
    with pytest.raises(UsageError) as caught:
        format_of(Path("speech.doc"))
    assert ".mka" in (caught.value.hint or "")
    with pytest.raises(UsageError) as caught:
        check_encoding(Encoding("mka", codec="ulaw"))
    assert "Set `format` to wav or pcm" in (caught.value.hint or "")


@pytest.mark.parametrize("name", formats.FORMATS)
def test_limits_of_bit_rates_are_ordered(name: str) -> None:
    """The first limits that apply to a sample rate are taken; the last apply to all."""
    rates = formats.FORMATS[name].bit_rates
    starts = [limits.from_sample_rate for limits in rates]
    assert starts == sorted(starts, reverse=True)
    assert starts[-1:] in ([], [0])
    assert all(limits.least <= limits.default <= limits.most for limits in rates)


@pytest.mark.parametrize(
    "sample_rate, most, default",
    [(48_000, 320_000, 96_000), (24_000, 160_000, 96_000), (8_000, 64_000, 32_000)],
)
def test_bit_rate_of_mp3_depends_on_the_sample_rate(
    sample_rate: int, most: int, default: int
) -> None:
    assert Encoding("mp3", sample_rate).chosen_bit_rate == default
    check_encoding(Encoding("mp3", sample_rate, most))
    with pytest.raises(UsageError, match="bit rate"):
        check_encoding(Encoding("mp3", sample_rate, most + 1))


def test_sound_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    small = replace(formats.FORMATS["wav"], name="small", suffix=".small", most_bytes=2000)
    samples = np.zeros(600, dtype=np.float32)
    with (
        row(formats.FORMATS, small),
        pytest.raises(KokoroError, match="a small file holds at most"),
        FileSink(tmp_path / "speech.small") as sink,
    ):
        sink.write(samples)
        sink.write(samples)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        (Encoding("mp3"), "audio/mpeg"),
        (Encoding("opus"), "audio/ogg;codecs=opus"),
        (Encoding("aac"), "audio/aac"),
        (Encoding("m4b"), "audio/mp4"),
        (Encoding("wav", 8_000, codec="ulaw"), "audio/wav"),
        (Encoding("pcm"), "audio/pcm"),
        (Encoding("pcm", 8_000, codec="ulaw"), "audio/PCMU;rate=8000"),
        (Encoding("pcm", 16_000, codec="alaw"), "audio/PCMA;rate=16000"),
    ],
)
def test_media_types(encoding: Encoding, content_type: str) -> None:
    assert encoding.content_type == content_type


@pytest.mark.parametrize("kind", formats.FORMATS.values(), ids=lambda kind: kind.name)
def test_every_format_has_a_media_type(kind: Format) -> None:
    assert kind.content_type.startswith("audio/")
