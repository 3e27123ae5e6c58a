"""What the table of formats says is all that the program knows about a format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.sinks import formats
from kokoro_cli.sinks.file import FileSink
from kokoro_cli.sinks.formats import BitRates, Encoding, Format, check_encoding, format_of

MATROSKA = Format(
    suffix=".mka",
    encoder="av_file",
    container="matroska",
    codec="libopus",
    sample_rates=(24_000, 48_000),
    bit_rates=(BitRates(6_000, 256_000, 40_000),),
    chapters=True,
)


@pytest.fixture
def matroska(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(formats.FORMATS, "mka", MATROSKA)


@pytest.mark.usefixtures("matroska")
def test_new_row_is_a_format_that_is_written(tmp_path: Path) -> None:
    path = tmp_path / "speech.mka"
    with FileSink(path) as sink:
        for title in ("One", "Two"):
            sink.chapter(title)
            sink.write(np.zeros(24_000, dtype=np.float32))
    with av.open(str(path)) as container:
        assert [c["metadata"]["title"] for c in container.chapters()] == ["One", "Two"]
        assert container.streams.audio[0].codec_context.name in ("opus", "libopus")


@pytest.mark.usefixtures("matroska")
def test_messages_list_the_table() -> None:
    with pytest.raises(UsageError) as caught:
        check_encoding(Encoding("wav", bit_rate=64_000))
    assert "mp3, opus, m4b or mka" in (caught.value.hint or "")
    with pytest.raises(UsageError) as caught:
        format_of(Path("speech.doc"))
    assert ".mka" in (caught.value.hint or "")
    with pytest.raises(UsageError) as caught:
        check_encoding(Encoding("mka", codec="ulaw"))
    assert "Choose the format wav" in (caught.value.hint or "")


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


def test_sound_that_does_not_fit_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(formats.FORMATS["wav"], most_bytes=2000)
    monkeypatch.setitem(formats.FORMATS, "wav", small)
    samples = np.zeros(600, dtype=np.float32)
    with (
        pytest.raises(KokoroError, match="a wav file holds at most"),
        FileSink(tmp_path / "speech.wav") as sink,
    ):
        sink.write(samples)
        sink.write(samples)
    assert not list(tmp_path.iterdir())
