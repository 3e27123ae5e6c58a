"""What a caller asks of a conversion. Nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kokoro_cli.pauses import Gaps
from kokoro_cli.speaker.request import SpeechRequest

BOOK_GAPS = Gaps(sentence=0.4, paragraph=0.7, heading=1.2, chapter=2.5)
"""Silences of a text that is listened to for long: its parts are heard."""


@dataclass(frozen=True, slots=True)
class FileRequest:
    """Which texts become which files, and how they sound."""

    inputs: tuple[str, ...]
    """Files, folders, patterns, or "-" for standard input."""
    recursive: bool = False
    """Whether folders of folders are searched."""
    chapters: str | None = None
    """Only these, as "3-7" or "1,4,9-"; None is all."""
    out_dir: Path | None = None
    """Folder for the files; None is the working folder."""
    output: Path | None = None
    """Name of the one file."""
    format: str | None = None
    """A name in `sinks.formats.FORMATS`; None follows *output*, else mp3."""
    split: str | None = None
    """ "chapters" makes a file for each chapter."""
    merge: bool = False
    """Whether all inputs become one file."""
    force: bool = False
    """Whether existing files are overwritten."""
    skip_existing: bool = False
    """Whether existing files are left alone; else they are an error."""
    subtitles: str | None = None
    """Formats of subtitles to write beside the sound, with commas between."""
    subtitle_unit: str = "sentence"
    """ "sentence" or "word"."""
    sample_rate: int | None = None
    """In hertz; None is 24,000, or 8,000 with *telephony*."""
    bit_rate: str | None = None
    """In bits a second, as "64k"; None is the format's usual one."""
    codec: str | None = None
    """Of wav: "pcm", "ulaw" or "alaw"."""
    telephony: bool = False
    """8 kHz, as telephone systems take it."""
    lufs: float | None = None
    """Loudness to level to, by ITU-R BS.1770; None leaves the model's."""
    jobs: int | None = None
    """Chunks that are spoken at once; None is one for each processor."""
    speech: SpeechRequest = field(default_factory=SpeechRequest)
    """Gaps that it leaves open are those of a book."""
