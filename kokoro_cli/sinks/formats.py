"""The kinds of audio files, and what each can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE

Codec = Literal["pcm", "ulaw", "alaw"]


@dataclass(frozen=True, slots=True)
class Format:
    suffix: str
    encoder: str
    """The module of this package that writes it."""
    name: str
    """What that module's library calls the container, and the codec."""
    codec: str
    rates: tuple[int, ...] = ()
    """Sample rates in hertz that the codec knows; nothing where it takes any."""
    bit_rates: tuple[int, int] | None = None
    """Least and greatest bits a second; None where they follow from the sound."""
    bit_rate: int = 0
    """What is taken unless another is asked for; see also `Encoding.chosen_bit_rate`."""


_MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_AAC_RATES = (*_MP3_RATES, 64_000, 88_200, 96_000)

# A format touches this table and the file that its second column names. Vorbis is written for
# `say` alone: libsndfile numbers each stream at random, so two runs never give the same bytes.
FORMATS = {
    "wav": Format(".wav", "sound_file", "WAV", "PCM_16"),
    "flac": Format(".flac", "sound_file", "FLAC", "PCM_16"),
    "mp3": Format(".mp3", "av_file", "mp3", "libmp3lame", _MP3_RATES, (8_000, 320_000), 96_000),
    "opus": Format(
        ".opus",
        "av_file",
        "ogg",
        "libopus",
        (8_000, 12_000, 16_000, 24_000, 48_000),
        (6_000, 256_000),
        48_000,
    ),
    "m4b": Format(".m4b", "av_file", "mp4", "aac", _AAC_RATES, (16_000, 256_000), 64_000),
    "ogg": Format(".ogg", "sound_file", "OGG", "VORBIS"),
}

RATES = (8_000, 192_000)
_LAWS = {"ulaw": "ULAW", "alaw": "ALAW"}
TELEPHONE_RATE = 8_000


@dataclass(frozen=True, slots=True)
class Encoding:
    """How sound is written to a file; mono always."""

    format: str
    sample_rate: int = SAMPLE_RATE
    bit_rate: int | None = None
    """In bits a second; None is the format's usual one."""
    codec: Codec = "pcm"
    """Of a WAV file: 16 bits linear, or 8 bits by ITU-T G.711."""

    @property
    def kind(self) -> Format:
        return FORMATS[self.format]

    @property
    def chosen_bit_rate(self) -> int:
        usual = self.kind.bit_rate
        if self.format == "mp3" and self.sample_rate < 16_000:
            usual = 32_000  # MPEG-2.5 goes up to 64.
        return self.bit_rate or usual

    @property
    def subtype(self) -> str:
        return _LAWS.get(self.codec, self.kind.codec)


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
    """Where a chapter begins."""

    title: str
    start: int
    """In samples at 24 kHz."""


def format_of(path: Path) -> str:
    """Return the format that a file's name tells; UsageError where it tells none."""
    for name, kind in FORMATS.items():
        if path.suffix.lower() == kind.suffix:
            return name
    suffixes = ", ".join(kind.suffix for kind in FORMATS.values())
    raise UsageError(
        f"What kind of file is {path.name!r}?", hint=f"Give a name that ends with {suffixes}."
    )


def check_encoding(encoding: Encoding) -> Encoding:
    """Return the encoding; UsageError where the format can't do it."""
    kind, name = encoding.kind, encoding.format
    low, high = RATES
    if kind.rates and encoding.sample_rate not in kind.rates:
        known = ", ".join(f"{rate:,}" for rate in kind.rates)
        raise UsageError(
            f"{name} has no sample rate of {encoding.sample_rate:,} Hz.", hint=f"It has {known}."
        )
    if not low <= encoding.sample_rate <= high:
        raise UsageError(
            f"The sample rate is {encoding.sample_rate:,} Hz.",
            hint=f"It goes from {low:,} to {high:,}.",
        )
    if encoding.codec != "pcm" and name != "wav":
        raise UsageError(
            f"--codec {encoding.codec} is for wav, not for {name}.", hint="Add --format wav."
        )
    if encoding.bit_rate is not None:
        _check_bit_rate(encoding)
    return encoding


def _check_bit_rate(encoding: Encoding) -> None:
    limits = encoding.kind.bit_rates
    if limits is None or encoding.bit_rate is None:
        raise UsageError(
            f"{encoding.format} has no bit rate to choose.", hint="mp3, opus and m4b have one."
        )
    low, high = limits
    if encoding.format == "mp3" and encoding.sample_rate < 32_000:
        high = 64_000 if encoding.sample_rate < 16_000 else 160_000
    if not low <= encoding.bit_rate <= high:
        raise UsageError(
            f"The bit rate is {encoding.bit_rate / 1000:g}k.",
            hint=f"For {encoding.format} at {encoding.sample_rate:,} Hz it goes from "
            f"{low // 1000}k to {high // 1000}k.",
        )
