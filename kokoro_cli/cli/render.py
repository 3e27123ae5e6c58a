"""Everything that a command prints for a person or a program; no command prints by itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from kokoro_cli.errors import ExitCode, KokoroError
from kokoro_cli.types import Loss

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from kokoro_cli.batch.run import OutputResult
    from kokoro_cli.cli.file_report import ContentsReport, FileLine, ForecastReport, JobReport
    from kokoro_cli.cli.hear import DemoReport
    from kokoro_cli.cli.models import ModelsReport
    from kokoro_cli.cli.own_voices import BlendReport
    from kokoro_cli.cli.say import SayResult
    from kokoro_cli.cli.text import TextReport
    from kokoro_cli.cli.voices import VoiceReport, VoiceRow


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


def render_say(result: SayResult, console: Console, *, verbose: bool = False) -> None:
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
    if verbose:
        for phase in result.phases:
            console.print(f"{phase.start_seconds:6.2f} to {phase.end_seconds:5.2f} s  {phase.name}")
        for chunk in result.chunks:
            length = f"{len(chunk.phonemes)} phonemes, {chunk.seconds:.1f} s"
            console.print(f"{length:>22}  {escape(chunk.text)}")
        if result.underruns is not None:
            console.print(f"The sound broke off {result.underruns} times while playing.")


def render_json(result: Any) -> None:
    """Print a result as JSON on standard output."""
    text = json.dumps(asdict(result), ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:  # Another locale, or a file's name that is no text.
        text = json.dumps(asdict(result), indent=2)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def render_event(event: dict[str, Any]) -> None:
    """Print an event for a program: a JSON object in one line, at once."""
    render_line(json.dumps(event, ensure_ascii=False))


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


def render_note(text: str, console: Console) -> None:
    console.print(escape(text))


def render_progress(
    name: str, done: float, total: float, factor: float, left: float, console: Console
) -> None:
    from kokoro_cli.cli.watch import minutes

    console.print(
        f"{escape(name)}: {minutes(done)} of about {minutes(total)} of sound, "
        f"{1 / factor:.1f} times real time, {minutes(left)} left"
    )


def render_ended(result: OutputResult, number: str, console: Console) -> None:
    """Print a line on an output that came to its end."""
    from kokoro_cli.cli.watch import minutes

    name = escape(result.output.name)
    if result.error:
        console.print(f"[{number}] [bold red]{name}[/]: {escape(result.error.message)}")
    elif result.status in ("made", "unchanged"):
        console.print(f"[{number}] {name}: {minutes(result.seconds)}, {result.status}")
    else:
        console.print(f"[{number}] {name}: {result.status}")


_SHOWN_FILES = 40


def render_job(report: JobReport, console: Console, *, quiet: bool) -> None:
    """Print what became of each file, and what was lost; only the bad news where it is quiet."""
    for warning in report.warnings:
        render_warning(warning, console)
    problems = [f"{f.sources[0]}: {problem}" for f in report.files for problem in f.problems]
    for problem in dict.fromkeys(problems):  # A book that is split brings each many times.
        render_warning(problem, console)
    for file in report.files:
        _render_file_losses(file, console)
    bad = [file for file in report.files if file.error]
    if not quiet and len(report.files) > 1:
        _render_files(report.files if len(report.files) <= _SHOWN_FILES else bad, console)
    elif bad:
        _render_files(bad, console) if len(report.files) > 1 else _render_failed(bad[0], console)
    if not quiet:
        _render_sum(report, console)


def _render_file_losses(file: FileLine, console: Console) -> None:
    if file.not_spoken:
        render_warning(f"{file.output}: {len(file.not_spoken)} not spoken as written:", console)
        for loss in file.not_spoken[:_SHOWN_LOSSES]:
            text = str(loss["text"])
            text = text if len(text) <= 60 else text[:57] + "…"
            console.print(f"  line {loss['line']}: {escape(text)} – {escape(str(loss['reason']))}")
        if len(file.not_spoken) > _SHOWN_LOSSES:
            more = len(file.not_spoken) - _SHOWN_LOSSES
            console.print(f"  and {more} more (--json lists all)")


def _render_failed(file: FileLine, console: Console) -> None:
    console.print(f"[bold red]Error:[/] {escape(file.error or '')}")
    if file.hint:
        console.print(f"[bold]Hint:[/] {escape(file.hint)}")


def _render_files(files: Sequence[FileLine], console: Console) -> None:
    from rich.table import Table

    from kokoro_cli.cli.watch import minutes

    if not files:
        return
    table = Table("File", "Length", "", box=None, pad_edge=False)
    for file in files:
        length = minutes(file.seconds) if file.seconds else ""
        told = escape(file.status)
        if file.error:
            told = f"[red]{escape(file.error)}[/]" + (f" {escape(file.hint)}" if file.hint else "")
        table.add_row(escape(file.output or ", ".join(file.sources)), length, told)
    console.print(table)


def _render_sum(report: JobReport, console: Console) -> None:
    from kokoro_cli.cli.watch import minutes

    counts: dict[str, int] = {}
    for file in report.files:
        counts[file.status] = counts.get(file.status, 0) + 1
    if len(report.files) == 1 and report.files[0].status in ("made", "unchanged"):
        file = report.files[0]
        beside = "".join(f", {escape(name)}" for name in file.subtitles)
        told = f"[bold]{escape(file.output)}[/]{beside}: {file.status}, {minutes(file.seconds)}"
    else:
        told = ", ".join(f"{count} {status}" for status, count in counts.items())
    if report.audio_seconds:
        rate = report.audio_seconds / max(report.wall_seconds, 1e-3)
        told += (
            f"; {minutes(report.audio_seconds)} of sound in {minutes(report.wall_seconds)}, "
            f"{rate:.1f} times real time"
        )
    if report.exit_code == ExitCode.INTERRUPTED:
        told += "; the same command goes on from here"
    console.print(told)
    console.print(
        f"[dim]chunks: {report.chunks_spoken} spoken, {report.chunks_found} found spoken · "
        f"voice {report.voice} · {report.language} · engine {report.engine} on "
        f"{report.device}, {report.jobs} at once · {escape(report.model)}[/]"
    )


def render_contents(report: ContentsReport) -> None:
    """Print each document's chapters with their words and minutes."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True, emoji=False)
    for document in report.documents:
        by = f" by {document.author}" if document.author else ""
        title = f"{document.title}{by}" if document.title else ""
        console.print(
            f"[bold]{escape(document.source)}[/]" + (f": {escape(title)}" if title else "")
        )
        table = Table("", "Chapter", "Words", "Minutes", box=None, pad_edge=False)
        for column in (0, 2, 3):
            table.columns[column].justify = "right"
        for chapter in document.chapters:
            table.add_row(
                str(chapter.number),
                escape(chapter.title or "–"),
                f"{chapter.words:,}",
                f"{chapter.minutes:.1f}",
            )
        words = sum(chapter.words for chapter in document.chapters)
        length = sum(chapter.minutes for chapter in document.chapters)
        table.add_row("", "[bold]all[/]", f"{words:,}", f"{length:.1f}")
        console.print(table)
        for problem in document.problems:
            render_warning(problem, console)
    _render_unread(report.failed)


def render_forecast(report: ForecastReport) -> None:
    """Print how long each output will be."""
    from rich.console import Console
    from rich.table import Table

    from kokoro_cli.cli.watch import minutes

    console = Console(highlight=False, soft_wrap=True, emoji=False)
    table = Table("File", "Length", "Chunks", box=None, pad_edge=False)
    for line in report.outputs:
        table.add_row(escape(line.output), minutes(line.seconds), str(line.chunks))
    if len(report.outputs) > 1:
        chunks = sum(line.chunks for line in report.outputs)
        table.add_row("[bold]all[/]", minutes(report.seconds), str(chunks))
    console.print(table)
    _render_unread(report.failed)


def _render_unread(failed: Sequence[dict[str, str | None]]) -> None:
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
    for failure in failed:
        console.print(f"[bold red]Error:[/] {escape(failure['error'] or '')}")
        if failure["hint"]:
            console.print(f"[bold]Hint:[/] {escape(failure['hint'])}")


def render_models(report: ModelsReport, console: Console) -> None:
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
    console.print(_voice_table(report.voices))


def render_voices(voices: Sequence[VoiceRow]) -> None:
    """Print a table of voices, and how many there are."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    console.print(_voice_table(voices))
    here = sum(voice.installed for voice in voices)
    console.print(f"[dim]{len(voices)} found, {here} installed · kokoro voices show NAME[/]")


def render_voice(report: VoiceReport) -> None:
    """Print what is known of one voice."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    speaks = f", speaks {report.language} by default" if report.default else ""
    gender = f"{report.gender}, " if report.gender else ""
    console.print(f"[bold]{report.name}[/]: {gender}{report.language}{speaks}")
    if report.made_of:
        console.print(f"Made of:   {escape(report.made_of)}")
    else:
        console.print(f"Grade:     {report.grade or 'none'}")
    missing = f"no; fetch it with: kokoro models pull {report.name}"
    console.print(f"Installed: {escape(report.path or missing)}")
    console.print(f"sha256:    {report.sha256}")


def render_blend(report: BlendReport) -> None:
    """Print the shares of a blend."""
    for part in report.parts:
        render_line(f"{part.share:7.2%}  {part.voice}")


def _voices(count: int) -> str:
    return "1 voice" if count == 1 else f"{count} voices"


def render_demo(report: DemoReport, console: Console) -> None:
    console.print(
        f"Wrote [bold]{escape(report.output)}[/]: {_voices(len(report.voices))}, "
        f"{report.audio_seconds:.0f} s of speech, {report.bytes / 1e6:.1f} MB"
    )


def _voice_table(voices: Sequence[VoiceRow]) -> Table:
    from rich.table import Table

    table = Table("Voice", "Language", "Gender", "Grade", "Installed", box=None, pad_edge=False)
    for voice in voices:
        installed = "yes" if voice.installed else "–"
        grade = "own" if voice.own else voice.grade or "–"
        table.add_row(voice.name, voice.language, voice.gender or "–", grade, installed)
    return table
