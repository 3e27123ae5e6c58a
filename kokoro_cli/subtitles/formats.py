"""The subtitle formats. Nothing heavy is imported here.

To add a format, add a module and a row to SUBTITLE_FORMATS. The module has a class `Writer` as in
`writer.Writer`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kokoro_cli.registry import Registry

Unit = Literal["sentence", "word"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleFormat:
    """What is known of a format without importing its module."""

    name: str
    module: str
    """Absolute path of the module that writes the format."""
    suffix: str


SUBTITLE_FORMATS: Registry[SubtitleFormat] = Registry(
    "subtitle format",
    (
        SubtitleFormat(name="srt", module="kokoro_cli.subtitles.srt", suffix=".srt"),
        SubtitleFormat(name="vtt", module="kokoro_cli.subtitles.vtt", suffix=".vtt"),
        SubtitleFormat(name="ass", module="kokoro_cli.subtitles.ass", suffix=".ass"),
        SubtitleFormat(name="lrc", module="kokoro_cli.subtitles.lrc", suffix=".lrc"),
        SubtitleFormat(name="json", module="kokoro_cli.subtitles.json_stream", suffix=".json"),
        SubtitleFormat(name="textgrid", module="kokoro_cli.subtitles.textgrid", suffix=".TextGrid"),
    ),
)
