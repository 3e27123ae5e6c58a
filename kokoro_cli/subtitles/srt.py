"""SubRip. It has no standard: this follows Matroska's notes and what players accept.

https://www.matroska.org/technical/subtitles.html#srt-subtitles
"""

from __future__ import annotations

import re
from typing import Final

from kokoro_cli.subtitles.words import text_of
from kokoro_cli.subtitles.writer import CaptionWriter, TimedCaption

# Players read these as times, HTML, line breaks and style overrides. SubRip has no escapes, so a
# full-width look-alike replaces them.
_ARROW: Final = re.compile("-->")
_TAG: Final = re.compile(r"<(?=[/!a-zA-Z]|\s+[/!a-zA-Z][^>]*>)")
_BREAK: Final = re.compile(r"\\(?=[Nnh])")
_OVERRIDE: Final = re.compile(r"\{(?=[\\＼]|[a-zA-Z]:)")


class Writer(CaptionWriter):
    per_second = 1000

    def _header(self, title: str) -> str:
        return ""

    def _text(self, caption: TimedCaption) -> str:
        lines = _harmless("\n".join(map(text_of, caption.lines)))
        return f"{caption.number}\n{_time(caption.start)} --> {_time(caption.end)}\n{lines}\n\n"


def _time(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02},{milliseconds:03}"


def _harmless(text: str) -> str:
    text = _TAG.sub("＜", _ARROW.sub("--＞", text))
    return _OVERRIDE.sub("｛", _BREAK.sub("＼", text))
