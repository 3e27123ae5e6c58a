"""What ``kokoro voices`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render.common import render_line, styled

if TYPE_CHECKING:
    from rich.table import Table

    from kokoro_cli.batch.demo import DemoReport
    from kokoro_cli.speaker.own_voices import BlendReport
    from kokoro_cli.speaker.voice_list import VoiceReport, VoiceRow


def render_voices(voices: Sequence[VoiceRow], environment: Environment) -> None:
    """Print a table of voices, and how many there are."""
    console = environment.output
    console.print(voice_table(voices))
    here = sum(voice.installed for voice in voices)
    console.print(f"{len(voices)} found, {here} installed · kokoro voices show NAME", style="dim")


def render_voice(report: VoiceReport, environment: Environment) -> None:
    """Print what is known of one voice."""
    console = environment.output
    speaks = f", speaks {report.language} by default" if report.default else ""
    gender = f"{report.gender}, " if report.gender else ""
    console.print(styled((report.name, "bold"), f": {gender}{report.language}{speaks}"))
    if report.made_of:
        console.print(f"Made of:   {report.made_of}")
    else:
        console.print(f"Grade:     {report.grade or 'none'}")
    missing = f"no; fetch it with: kokoro models pull {report.name}"
    console.print(f"Installed: {report.path or missing}")
    console.print(f"sha256:    {report.sha256}")


def render_blend(report: BlendReport, environment: Environment) -> None:
    """Print the shares of a blend."""
    for part in report.parts:
        render_line(f"{part.share:7.2%}  {part.voice}", environment)


def _voices(count: int) -> str:
    return "1 voice" if count == 1 else f"{count} voices"


def render_demo(report: DemoReport, environment: Environment) -> None:
    environment.console.print(
        styled(
            "Wrote ",
            (report.output, "bold"),
            f": {_voices(len(report.voices))}, {report.audio_seconds:.0f} s of speech, "
            f"{report.bytes / 1e6:.1f} MB",
        )
    )


def voice_table(voices: Sequence[VoiceRow]) -> Table:
    """Return a table with a row for each voice."""
    from rich.table import Table

    table = Table("Voice", "Language", "Gender", "Grade", "Installed", box=None, pad_edge=False)
    for voice in voices:
        installed = "yes" if voice.installed else "–"
        grade = "own" if voice.own else voice.grade or "–"
        table.add_row(voice.name, voice.language, voice.gender or "–", grade, installed)
    return table
