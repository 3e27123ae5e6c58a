"""WebVTT: https://www.w3.org/TR/webvtt1/#file-structure"""

from __future__ import annotations

from html import escape

from kokoro_cli.subtitles.words import text_of
from kokoro_cli.subtitles.writer import CaptionWriter, TimedCaption


class Writer(CaptionWriter):
    per_second = 1000

    def _header(self, title: str) -> str:
        return "WEBVTT\n"

    def _text(self, caption: TimedCaption) -> str:
        # Escaping also keeps "-->" from ending a caption.
        lines = "\n".join(escape(text_of(line), quote=False) for line in caption.lines)
        return f"\n{_time(caption.start)} --> {_time(caption.end)}\n{lines}\n"


def _time(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.{milliseconds:03}"
