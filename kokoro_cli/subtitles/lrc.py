"""Lyrics, with the A2 extension for words: https://en.wikipedia.org/wiki/LRC_(file_format)"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kokoro_cli.subtitles.captions import Caption, sentence_captions
from kokoro_cli.subtitles.words import flat, text_of
from kokoro_cli.subtitles.writer import CaptionWriter, TimedCaption
from kokoro_cli.types import TimedSentence

# Brackets that would begin a tag become full-width look-alikes, since there is no escape.
_LINE_TAG: Final = re.compile(r"\A\[|\[(?=\s*[0-9])")
_WORD_TAG: Final = re.compile(r"<(?=\s*[0-9])")


class Writer(CaptionWriter):
    """Writes a line for each caption; with the unit "word", each word has a time before it."""

    per_second = 100

    def _header(self, title: str) -> str:
        return f"[ti:{_title(title)}]\n" if flat(title) else ""

    def _captions(self, sentence: TimedSentence) -> Iterator[Caption]:
        return sentence_captions(sentence)

    def _text(self, caption: TimedCaption) -> str:
        words = [word for line in caption.lines for word in line]
        text = _harmless(text_of(words))
        if self._by_word:
            starts = self._word_starts(caption)
            text = "".join(
                f"<{_time(start)}>{_harmless(word.text)}{' ' * word.space}"
                for start, word in zip(starts, words, strict=True)
            ).rstrip()
        return f"[{_time(caption.start)}]{text}\n"


def _title(text: str) -> str:
    return flat(text).replace("[", "［").replace("]", "］")


def _time(centiseconds: int) -> str:
    seconds, centiseconds = divmod(centiseconds, 100)
    return f"{seconds // 60:02}:{seconds % 60:02}.{centiseconds:02}"


def _harmless(text: str) -> str:
    return _WORD_TAG.sub("＜", _LINE_TAG.sub("［", text))
