"""Advanced SubStation Alpha, with karaoke.

Format: https://github.com/libass/libass/wiki/ASS-File-Format-Guide and, for the tags in a line,
https://aegisub.org/docs/latest/ass_tags/
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from kokoro_cli.subtitles.words import flat, text_of
from kokoro_cli.subtitles.writer import CaptionWriter, TimedCaption

# SecondaryColour is that of words not yet spoken. WrapStyle 2: the player breaks no lines.
_HEADER: Final = """\
[Script Info]
{title}ScriptType: v4.00+
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: None
PlayResX: 1920
PlayResY: 1080

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,64,&H00FFFFFF,&H00B4B4B4,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,\
80,80,60,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""

# No escape works in all players (libass has one for braces, others have none), so characters that
# would begin a tag become full-width look-alikes.
_HARMLESS: Final = str.maketrans({"{": "｛", "}": "｝", "\\": "＼"})


class Writer(CaptionWriter):
    per_second = 100

    def _header(self, title: str) -> str:
        return _HEADER.format(title=f"Title: {flat(title)}\n" if flat(title) else "")

    def _text(self, caption: TimedCaption) -> str:
        text = (
            text_of(caption.lines[0]).translate(_HARMLESS)
            if self._by_word
            else self._karaoke(caption)
        )
        return f"Dialogue: 0,{_time(caption.start)},{_time(caption.end)},Default,,0,0,0,,{text}\n"

    def _karaoke(self, caption: TimedCaption) -> str:
        """Return the lines; before each word, the centiseconds until the next one starts."""
        lengths = (b - a for a, b in pairwise([*self._word_starts(caption), caption.end]))
        lines = (
            "".join(
                f"{{\\k{next(lengths)}}}{word.text.translate(_HARMLESS)}{' ' * word.space}"
                for word in line
            )
            for line in caption.lines
        )
        return "\\N".join(line.rstrip() for line in lines)


def _time(centiseconds: int) -> str:
    seconds, centiseconds = divmod(centiseconds, 100)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}.{centiseconds:02}"
