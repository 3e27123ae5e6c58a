"""The audio file formats, and what each can encode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE

Codec = Literal["pcm", "ulaw", "alaw"]


@dataclass(frozen=True, slots=True)
class BitRates:
    """Limits and default of a codec's bit rate, in bits per second."""

    least: int
    most: int
    default: int
    from_sample_rate: int = 0
    """Lowest sample rate, in hertz, to which these limits apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """All that the program knows about a format; no other code tests for a format's name."""

    suffix: str
    encoder: str
    """Module of this package that writes the format."""
    container: str
    """The encoder library's name for the container."""
    codec: str
    """The encoder library's name for the default codec."""
    telephone_codecs: Mapping[str, str] = field(default_factory=dict)
    """The encoder library's names for the codecs of ITU-T G.711, by our names."""
    sample_rates: tuple[int, ...] = ()
    """Sample rates in hertz that the codec supports; empty if it takes any."""
    bit_rates: tuple[BitRates, ...] = ()
    """Highest `BitRates.from_sample_rate` first; empty if the bit rate follows from the sound."""
    reproducible: bool = True
    """Whether the same sound always gives the same bytes."""
    chapters: bool = False
    """Whether the file can hold chapter marks."""
    cover: bool = False
    """Whether the file can hold a picture as a stream of its own."""
    tags_in_stream: bool = False
    """Whether tags belong to the audio stream, not to the container."""
    genre: str = ""
    """Genre tag that every file gets."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options that the encoder library needs for the container."""
    most_bytes: int | None = None
    """Bytes of sound that fit; None if there is no limit."""


_MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)

# To add a format, add an entry here, and a module if it needs a new encoder.
FORMATS = {
    "wav": Format(
        suffix=".wav",
        encoder="sound_file",
        container="WAV",
        codec="PCM_16",
        telephone_codecs={"ulaw": "ULAW", "alaw": "ALAW"},
        # Its lengths are 32-bit numbers; libsndfile cuts longer files without an error.
        most_bytes=2**32 - 1_000_000,
    ),
    "flac": Format(suffix=".flac", encoder="sound_file", container="FLAC", codec="PCM_16"),
    "mp3": Format(
        suffix=".mp3",
        encoder="av_file",
        container="mp3",
        codec="libmp3lame",
        sample_rates=_MP3_RATES,
        # Of MPEG-1, MPEG-2 and MPEG-2.5.
        bit_rates=(
            BitRates(8_000, 320_000, 96_000, from_sample_rate=32_000),
            BitRates(8_000, 160_000, 96_000, from_sample_rate=16_000),
            BitRates(8_000, 64_000, 32_000),
        ),
        cover=True,
        options={"id3v2_version": "3"},
    ),
    "opus": Format(
        suffix=".opus",
        encoder="av_file",
        container="ogg",
        codec="libopus",
        sample_rates=(8_000, 12_000, 16_000, 24_000, 48_000),
        bit_rates=(BitRates(6_000, 256_000, 48_000),),
        tags_in_stream=True,
    ),
    "m4b": Format(
        suffix=".m4b",
        encoder="av_file",
        container="mp4",
        codec="aac",
        sample_rates=(*_MP3_RATES, 64_000, 88_200, 96_000),
        bit_rates=(BitRates(16_000, 256_000, 64_000),),
        chapters=True,
        cover=True,
        genre="Audiobook",
        # Of the MP4 family's brands, the one by which players recognise an audiobook.
        options={"brand": "M4B "},
    ),
    "ogg": Format(
        suffix=".ogg",
        encoder="sound_file",
        container="OGG",
        codec="VORBIS",
        reproducible=False,  # libsndfile gives each stream a random number.
    ),
}

SAMPLE_RATE_LIMITS = (8_000, 192_000)
"""Lowest and highest sample rate of any file, in hertz."""

TELEPHONE_RATE = 8_000


@dataclass(frozen=True, slots=True)
class Encoding:
    """How sound is written to a file; always mono."""

    format: str
    sample_rate: int = SAMPLE_RATE
    bit_rate: int | None = None
    """In bits per second; None for the format's default."""
    codec: Codec = "pcm"
    """Of a format with telephone codecs: 16 bits linear, or 8 bits by ITU-T G.711."""

    @property
    def kind(self) -> Format:
        return FORMATS[self.format]

    @property
    def bit_rates(self) -> BitRates | None:
        """Limits and default at this sample rate; None if there is no bit rate to choose."""
        rates = (r for r in self.kind.bit_rates if self.sample_rate >= r.from_sample_rate)
        return next(rates, None)

    @property
    def chosen_bit_rate(self) -> int | None:
        """In bits per second; None if the format has no bit rate."""
        return self.bit_rate or (self.bit_rates.default if self.bit_rates else None)

    @property
    def subtype(self) -> str:
        """The encoder library's name for the codec."""
        return self.kind.telephone_codecs.get(self.codec, self.kind.codec)


@dataclass(frozen=True, slots=True)
class Tags:
    title: str = ""
    author: str = ""
    album: str = ""
    track: str = ""
    """As "3/12"."""
    language: str = ""
    cover: bytes | None = None
    """A JPEG or PNG."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The start of a chapter."""

    title: str
    start: int
    """In samples at 24 kHz."""


def format_of(path: Path) -> str:
    """Return the format that a file name's suffix selects; UsageError if it selects none."""
    for name, kind in FORMATS.items():
        if path.suffix.lower() == kind.suffix:
            return name
    suffixes = ", ".join(kind.suffix for kind in FORMATS.values())
    raise UsageError(
        f"{path.name!r} does not end in the suffix of an audio file.",
        hint=f"Give a name that ends with one of {suffixes}.",
    )


def check_encoding(encoding: Encoding) -> Encoding:
    """Return the encoding; UsageError if its format does not support it."""
    kind, name = encoding.kind, encoding.format
    low, high = SAMPLE_RATE_LIMITS
    if kind.sample_rates and encoding.sample_rate not in kind.sample_rates:
        known = ", ".join(f"{rate:,}" for rate in kind.sample_rates)
        raise UsageError(
            f"{name} does not support a sample rate of {encoding.sample_rate:,} Hz.",
            hint=f"Choose one of {known}.",
        )
    if not low <= encoding.sample_rate <= high:
        raise UsageError(
            f"The sample rate is {encoding.sample_rate:,} Hz.",
            hint=f"Choose one from {low:,} to {high:,}.",
        )
    if encoding.codec != "pcm" and encoding.codec not in kind.telephone_codecs:
        able = _listed(f for f, k in FORMATS.items() if encoding.codec in k.telephone_codecs)
        raise UsageError(
            f"{name} does not support the codec {encoding.codec}.",
            hint=f"Choose the format {able}, or the codec pcm.",
        )
    if encoding.bit_rate is not None:
        _check_bit_rate(encoding, encoding.bit_rate)
    return encoding


def _check_bit_rate(encoding: Encoding, bit_rate: int) -> None:
    limits = encoding.bit_rates
    if limits is None:
        able = _listed(name for name, kind in FORMATS.items() if kind.bit_rates)
        raise UsageError(
            f"{encoding.format} has no bit rate to choose.",
            hint=f"Give no bit rate, or choose the format {able}.",
        )
    if not limits.least <= bit_rate <= limits.most:
        raise UsageError(
            f"The bit rate is {bit_rate / 1000:g}k.",
            hint=f"For {encoding.format} at {encoding.sample_rate:,} Hz, choose one from "
            f"{limits.least // 1000}k to {limits.most // 1000}k.",
        )


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
