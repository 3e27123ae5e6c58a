"""Fake sentences, and a function that writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.subtitles.file import SubtitleFile
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS, Unit
from kokoro_cli.types import TimedSentence, TimedWord


def spoken(
    text: str, start: int = 0, *, word: float = 0.25, pause: float = 0.05, space: bool = True
) -> TimedSentence:
    """Return the text's words; *word* and *pause* are in seconds, *start* is in samples."""
    words = []
    for i, part in enumerate(text.split()):
        first = start + round(i * (word + pause) * SAMPLE_RATE)
        words.append(TimedWord(part, first, first + round(word * SAMPLE_RATE), space))
    return TimedSentence(tuple(words))


def write(
    folder: Path,
    form: str,
    sentences: Iterable[TimedSentence],
    unit: Unit = "sentence",
    *,
    total: int | None = None,
    title: str = "",
) -> Path:
    """Write the sentences into the folder; *total* is the sound's length in samples, by default
    the end of the last word."""
    path = folder / f"speech{SUBTITLE_FORMATS[form].suffix}"
    last = 0
    with SubtitleFile(path, form, unit, title=title) as file:
        for sentence in sentences:
            file.write(sentence)
            last = sentence.words[-1].end
        file.finish(last if total is None else total)
    return path
