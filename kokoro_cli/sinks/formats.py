"""The audio file formats, and what each can encode. Nothing heavy is imported here.

To add a format, add a row to FORMATS, and a module if it needs a new encoder. The module has a
class `Encoder` and FAILURES, as `sound_file` has.

A row says how a file is written. `Format.body` is the row of what is sent over a network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.registry import Registry, listed
from kokoro_cli.sinks.wav import wav_header

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
class Stream:
    """What is different if a format is sent while it is made, its length not known."""

    container: str = ""
    """The encoder library's name for the container, if it is another than a file's."""
    header: Callable[[int, Codec], bytes] | None = None
    """Returns, for a sample rate and a codec, what comes before all that the encoder writes."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Further options that the encoder library needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """All that the program knows about a format; no other code tests for a format's name."""

    name: str
    module: str
    """Absolute path of the module that writes the format."""
    suffix: str
    content_type: str = "application/octet-stream"
    """The media type, as HTTP names it."""
    telephone_types: Mapping[str, str] = field(default_factory=dict)
    """Media types of telephone codecs, if each has its own; they tell the sample rate too."""
    container: str = ""
    """The encoder library's name for the container, if the module needs one."""
    codec: str = ""
    """The encoder library's name for the default codec, if the module needs one."""
    telephone_codecs: Mapping[str, str] = field(default_factory=dict)
    """The encoder library's names for the codecs of ITU-T G.711, by our names."""
    sample_rates: tuple[int, ...] = ()
    """Sample rates in hertz that the codec supports; empty if it takes any."""
    bit_rates: tuple[BitRates, ...] = ()
    """Highest `BitRates.from_sample_rate` first; empty if the bit rate follows from the sound."""
    numbered: bool = False
    """Whether the container is Ogg, and the stream gets its number by its content."""
    chapters: bool = False
    """Whether the file can hold chapter marks."""
    cover: bool = False
    """Whether the file can hold a picture as a stream of its own."""
    tags: bool = True
    """Whether the file can hold a title."""
    tags_in_stream: bool = False
    """Whether tags belong to the audio stream, not to the container."""
    genre: str = ""
    """Genre tag that every file gets."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options that the encoder library needs for the container."""
    body_options: Mapping[str, str] = field(default_factory=dict)
    """Options instead of some of *options*, so that bodies can be joined."""
    stream: Stream | None = None
    """None if the format is complete only at its end."""
    most_bytes: int | None = None
    """Bytes of sound that fit; None if there is no limit."""

    @property
    def telephone_codec(self) -> Codec:
        """Codec for telephone systems: µ-law if the format supports it."""
        return "ulaw" if "ulaw" in self.telephone_codecs else "pcm"

    def body(self, *, streamed: bool) -> Format:
        """Return the row of what is sent over a network; UsageError if it can't be *streamed*."""
        options = {**self.options, **self.body_options}
        if not streamed:
            return replace(self, options=options)
        if self.stream is None:
            able = listed((kind.name for kind in FORMATS.values() if kind.stream), "or")
            raise UsageError(
                f"{self.name} can't be sent while it is made.",
                hint=f"Choose {able}, or ask for the whole sound at once.",
            )
        return replace(
            self,
            container=self.stream.container or self.container,
            options={**options, **self.stream.options},
            numbered=False,
            most_bytes=None,
        )


_MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_AAC_RATES = (*_MP3_RATES, 64_000, 88_200, 96_000)
_AAC_BIT_RATES = (BitRates(16_000, 256_000, 64_000),)

FORMATS: Registry[Format] = Registry(
    "format",
    (
        Format(
            name="wav",
            module="kokoro_cli.sinks.sound_file",
            suffix=".wav",
            content_type="audio/wav",
            container="WAV",
            codec="PCM_16",
            telephone_codecs={"ulaw": "ULAW", "alaw": "ALAW"},
            # Its lengths are 32-bit numbers; libsndfile cuts longer files without an error.
            most_bytes=2**32 - 1_000_000,
            stream=Stream(container="RAW", header=wav_header),
        ),
        Format(
            name="flac",
            module="kokoro_cli.sinks.sound_file",
            suffix=".flac",
            content_type="audio/flac",
            container="FLAC",
            codec="PCM_16",
            # Of libFLAC's level 2: frames of 1152 samples instead of 4096, so that fewer wait.
            stream=Stream(options={"compression_level": "0.25"}),
        ),
        Format(
            name="mp3",
            module="kokoro_cli.sinks.av_file",
            suffix=".mp3",
            content_type="audio/mpeg",
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
            # Neither tags nor LAME's frame with the length: both would be wrong in the middle.
            body_options={"id3v2_version": "0", "write_xing": "0"},
            stream=Stream(),
        ),
        Format(
            name="opus",
            module="kokoro_cli.sinks.av_file",
            suffix=".opus",
            # By RFC 7845; audio/opus is Opus in RTP.
            content_type="audio/ogg;codecs=opus",
            container="ogg",
            codec="libopus",
            sample_rates=(8_000, 12_000, 16_000, 24_000, 48_000),
            bit_rates=(BitRates(6_000, 256_000, 48_000),),
            tags_in_stream=True,
            numbered=True,
            # FFmpeg keeps a page back, to mark the last one: up to twice this time waits.
            stream=Stream(options={"page_duration": "80000"}),
        ),
        Format(
            name="m4b",
            module="kokoro_cli.sinks.av_file",
            suffix=".m4b",
            content_type="audio/mp4",
            container="mp4",
            codec="aac",
            sample_rates=_AAC_RATES,
            bit_rates=_AAC_BIT_RATES,
            chapters=True,
            cover=True,
            genre="Audiobook",
            # Of the MP4 family's brands, the one by which players recognise an audiobook.
            options={"brand": "M4B "},
        ),
        Format(
            name="ogg",
            module="kokoro_cli.sinks.sound_file",
            suffix=".ogg",
            content_type="audio/ogg;codecs=vorbis",
            container="OGG",
            codec="VORBIS",
            numbered=True,
            # libsndfile fills pages of 4 kB: a second of sound may wait.
            stream=Stream(),
        ),
        Format(
            name="aac",
            module="kokoro_cli.sinks.av_file",
            suffix=".aac",
            content_type="audio/aac",
            container="adts",
            codec="aac",
            sample_rates=_AAC_RATES,
            bit_rates=_AAC_BIT_RATES,
            tags=False,
            stream=Stream(),
        ),
        Format(
            name="pcm",
            module="kokoro_cli.sinks.sound_file",
            suffix=".pcm",
            content_type="audio/pcm",
            telephone_types={"ulaw": "audio/PCMU", "alaw": "audio/PCMA"},
            container="RAW",
            codec="PCM_16",
            telephone_codecs={"ulaw": "ULAW", "alaw": "ALAW"},
            tags=False,
            stream=Stream(),
        ),
    ),
)

SAMPLE_RATE_LIMITS = (8_000, 192_000)
"""Lowest and highest sample rate of any file, in hertz."""

TELEPHONE_RATE = 8_000

DEFAULT_FORMAT = "mp3"
"""Format of a conversion if none is asked for."""

TELEPHONE_FORMAT = "wav"
"""The same, for telephone systems."""


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
        return FORMATS.find(self.format)

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

    @property
    def content_type(self) -> str:
        """The media type, as HTTP names it."""
        telephone_type = self.kind.telephone_types.get(self.codec)
        if telephone_type:
            return f"{telephone_type};rate={self.sample_rate}"
        return self.kind.content_type


@dataclass(frozen=True, slots=True)
class BodyEncoding(Encoding):
    """How sound is sent over a network."""

    streamed: bool = False
    """Whether it is sent while it is made."""

    @property
    def kind(self) -> Format:
        return FORMATS.find(self.format).body(streamed=self.streamed)


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


def formats_with_bit_rate() -> list[str]:
    return [kind.name for kind in FORMATS.values() if kind.bit_rates]


def formats_with_codec(codec: Codec) -> list[str]:
    """Return the formats that support a codec of ITU-T G.711."""
    return [kind.name for kind in FORMATS.values() if codec in kind.telephone_codecs]


def format_of(path: Path) -> str:
    """Return the format that a file name's suffix selects; UsageError if it selects none."""
    for kind in FORMATS.values():
        if path.suffix.lower() == kind.suffix:
            return kind.name
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
        able = listed(formats_with_codec(encoding.codec), "or")
        raise UsageError(
            f"{name} does not support the codec {encoding.codec}.",
            hint=f"Set `format` to {able}, or `codec` to pcm.",
        )
    if encoding.bit_rate is not None:
        _check_bit_rate(encoding, encoding.bit_rate)
    return encoding


def _check_bit_rate(encoding: Encoding, bit_rate: int) -> None:
    limits = encoding.bit_rates
    if limits is None:
        able = listed(formats_with_bit_rate(), "or")
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
