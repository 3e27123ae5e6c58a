"""Sentences and their words as JSON (RFC 8259, https://www.rfc-editor.org/rfc/rfc8259).

The object has the keys version (1), sample_rate, sentences and duration. A sentence has start,
end, text and words; a word has start, end and text. Times are in seconds with four decimals. Texts
keep the spelling of the source.
"""

from __future__ import annotations

import json
from typing import Any, Final

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.subtitles.writer import Clock, Output, ticks
from kokoro_cli.types import TimedSentence, TimedWord

_PER_SECOND: Final = 10_000


class Writer:
    """Writes one sentence per line."""

    def __init__(self, output: Output, unit: str, title: str) -> None:
        self._output = output
        self._clock = Clock(_PER_SECOND)
        self._separator = "\n"
        output.write(f'{{"version": 1, "sample_rate": {SAMPLE_RATE}, "sentences": [')

    def write(self, sentence: TimedSentence) -> None:
        words = [self._word(word) for word in sentence.words]
        found = {
            "start": words[0]["start"],
            "end": words[-1]["end"],
            "text": sentence.text,
            "words": words,
        }
        self._output.write(self._separator + json.dumps(found, ensure_ascii=False))
        self._separator = ",\n"

    def _word(self, word: TimedWord) -> dict[str, Any]:
        start, end = self._clock.span(word.start, word.end)
        return {"start": start / _PER_SECOND, "end": end / _PER_SECOND, "text": word.text}

    def finish(self, total_samples: int) -> None:
        duration = max(self._clock.now, ticks(total_samples, _PER_SECOND)) / _PER_SECOND
        self._output.write(f'\n], "duration": {json.dumps(duration)}}}\n')
