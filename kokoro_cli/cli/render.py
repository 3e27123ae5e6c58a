"""Everything that a command prints for a person or a program; no command prints by itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from kokoro_cli.errors import KokoroError
from kokoro_cli.types import Loss

if TYPE_CHECKING:
    from rich.console import Console

    from kokoro_cli.cli.models import ModelsReport
    from kokoro_cli.cli.say import SayResult
    from kokoro_cli.cli.text import TextReport


def render_error(error: KokoroError, console: Console) -> None:
    console.print(f"[bold red]Error:[/] {escape(error.message)}")
    if error.hint:
        console.print(f"[bold]Hint:[/] {escape(error.hint)}")


def render_warning(text: str, console: Console) -> None:
    console.print(f"[bold yellow]Warning:[/] {escape(text)}")


_SHOWN_LOSSES = 8


def render_losses(losses: Sequence[Loss], console: Console) -> None:
    """Name what was not spoken; a long list is cut and counted."""
    if not losses:
        return
    render_warning(f"{len(losses)} not spoken as written:", console)
    for loss in losses[:_SHOWN_LOSSES]:
        text = loss.text if len(loss.text) <= 60 else loss.text[:57] + "…"
        console.print(f"  line {loss.line}: {escape(text)} – {escape(loss.reason)}")
    if len(losses) > _SHOWN_LOSSES:
        console.print(f"  and {len(losses) - _SHOWN_LOSSES} more (--json lists all)")


def render_say(result: SayResult, console: Console) -> None:
    where = " and ".join(
        [f"wrote [bold]{escape(path)}[/]" for path in [result.output] if path]
        + [f"played on {escape(name)}" for name in [result.player] if name]
    )
    console.print(
        f"{where[:1].upper()}{where[1:]}: {result.audio_seconds:.2f} s of speech "
        f"in {result.wall_seconds:.2f} s (first sound after {result.first_audio_seconds:.2f} s)"
    )
    console.print(
        f"[dim]voice {result.voice} · {result.language} · engine {result.engine} on "
        f"{result.device}, {result.reason} · {escape(result.model)}[/]"
    )


def render_json(result: Any) -> None:
    """Print a result as JSON on standard output."""
    text = json.dumps(asdict(result), ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:  # Another locale, or a file's name that is no text.
        text = json.dumps(asdict(result), indent=2)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def render_line(line: str) -> None:
    """Print a line for a program, at once."""
    try:
        sys.stdout.write(line + "\n")
    except UnicodeEncodeError:
        sys.stdout.write(json.dumps(json.loads(line)) + "\n")
    sys.stdout.flush()


def render_text(report: TextReport) -> None:
    """Print what was made of a text: lines, or a table of words."""
    from rich.console import Console
    from rich.table import Table

    from kokoro_cli.cli.text import SpokenWord

    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    if not any(isinstance(item, SpokenWord) for item in report.items):
        for item in report.items:
            count = f"{item['count']:>4}  " if isinstance(item, dict) else ""
            console.print(f"{count}{item['text']}\n      {item['phonemes']}" if count else item)
        return
    table = Table("Source", "Spoken", "Phonemes", "From", box=None, pad_edge=False)
    for word in report.items:
        origin = f"{word.rule}, {word.origin}" if word.rule else word.origin
        table.add_row(*map(escape, (word.source, word.spoken, word.phonemes, origin)))
    console.print(table)


def render_models(report: ModelsReport, console: Console) -> None:
    from rich.table import Table

    model = report.model
    if model:
        console.print(f"[bold]Model[/]  {model.label}, in {escape(model.folder)}")
    else:
        console.print("[bold]Model[/]  not installed; get it with: kokoro models pull")
    for speed in report.measurements:
        console.print(
            f"[bold]Speed[/]  {speed.engine} on {speed.device}: "
            f"real-time factor {speed.real_time_factor:.2f}, ready after {speed.load_seconds:.1f} s"
        )
    table = Table("Voice", "Language", "Gender", "Grade", "Installed", box=None, pad_edge=False)
    for voice in report.voices:
        installed = "yes" if voice.installed else "–"
        table.add_row(voice.name, voice.language, voice.gender, voice.grade or "–", installed)
    console.print(table)
