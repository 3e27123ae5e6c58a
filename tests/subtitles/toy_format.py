"""A writer that stands in for one of another distribution: a start and a sentence on each line."""

from __future__ import annotations

from kokoro_cli.subtitles.formats import SubtitleFormat
from kokoro_cli.subtitles.writer import Output
from kokoro_cli.types import TimedSentence

TOY = SubtitleFormat(name="toy", module=__name__, suffix=".toysub")


class Writer:
    def __init__(self, output: Output, unit: str, title: str) -> None:
        self._output = output
        output.write(f"{title} by {unit}\n")

    def write(self, sentence: TimedSentence) -> None:
        self._output.write(f"{sentence.words[0].start} {sentence.text}\n")

    def finish(self, total_samples: int) -> None:
        self._output.write(f"{total_samples}\n")
