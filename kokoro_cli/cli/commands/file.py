"""``kokoro file``: convert books, folders and texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, get_args

import typer

from kokoro_cli.batch.request import BOOK_GAPS, FileRequest
from kokoro_cli.cli.binding import Group, command
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.interrupts import first_stops
from kokoro_cli.cli.options import DEVICE, ENGINE, OFFLINE, PRECISION, QUIET, speech_options
from kokoro_cli.documents.kinds import DOCUMENT_KINDS
from kokoro_cli.engines.table import EXACT
from kokoro_cli.errors import ExitCode, UsageError
from kokoro_cli.registry import listed
from kokoro_cli.sinks.formats import (
    DEFAULT_FORMAT,
    FORMATS,
    TELEPHONE_FORMAT,
    Codec,
    formats_with_bit_rate,
    formats_with_codec,
)
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS

if TYPE_CHECKING:
    from kokoro_cli.batch.convert import Conversion
    from kokoro_cli.batch.report import JobReport
    from kokoro_cli.batch.run import Job
    from kokoro_cli.documents import Document

_INPUT = "What is read"
_OUTPUT = "What is written"
_SOUND = "How it sounds"
_JOB = "The job"


app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class FileCommand:
    """The command's options."""

    files: FileRequest
    engine: str = "auto"
    precision: str = EXACT
    device: str = "auto"
    list: bool = False
    dry_run: bool = False
    offline: bool = False
    quiet: bool = False
    json: bool = False

    @property
    def silent(self) -> bool:
        return self.quiet or self.json


_FILES = Group(
    FileRequest,
    {
        "inputs": typer.Argument(
            help=f"Files, folders or patterns: {', '.join(DOCUMENT_KINDS)}; - is a pipe.",
            show_default=False,
        ),
        "recursive": typer.Option(
            "--recursive", "-r", help="Look into folders of folders.", rich_help_panel=_INPUT
        ),
        "chapters": typer.Option(
            "--chapters", help="Only these, as 3-7 or 1,4,9-.", rich_help_panel=_INPUT
        ),
        "out_dir": typer.Option(
            "--out-dir",
            "-d",
            help="Folder for the files.",
            show_default="this one",
            rich_help_panel=_OUTPUT,
        ),
        "output": typer.Option(
            "--output", "-o", help="Name of the one file.", rich_help_panel=_OUTPUT
        ),
        "format": typer.Option(
            "--format",
            help=f"{listed(FORMATS, 'or')}.",
            show_default=DEFAULT_FORMAT,
            rich_help_panel=_OUTPUT,
        ),
        "split": typer.Option(
            "--split", help="chapters: a file for each chapter.", rich_help_panel=_OUTPUT
        ),
        "merge": typer.Option("--merge", help="All inputs into one file.", rich_help_panel=_OUTPUT),
        "force": typer.Option("--force", help="Overwrite files.", rich_help_panel=_OUTPUT),
        "skip_existing": typer.Option(
            "--skip-existing", help="Leave files that exist.", rich_help_panel=_OUTPUT
        ),
        "subtitles": typer.Option(
            "--subtitles",
            help=f"Beside the sound: {', '.join(SUBTITLE_FORMATS)}.",
            rich_help_panel=_OUTPUT,
        ),
        "subtitle_unit": typer.Option(
            "--subtitle-unit", help="sentence or word.", rich_help_panel=_OUTPUT
        ),
        "sample_rate": typer.Option(
            "--sample-rate", help="In hertz.", show_default="24000", rich_help_panel=_SOUND
        ),
        "bit_rate": typer.Option(
            "--bitrate",
            help=f"Of {listed(formats_with_bit_rate())}, as 64k.",
            rich_help_panel=_SOUND,
        ),
        "codec": typer.Option(
            "--codec",
            help=f"Of {listed(formats_with_codec('ulaw'))}: {listed(get_args(Codec), 'or')}.",
            rich_help_panel=_SOUND,
        ),
        "telephony": typer.Option(
            "--telephony",
            help=f"8 kHz; a {TELEPHONE_FORMAT} in ulaw, or {DEFAULT_FORMAT}.",
            rich_help_panel=_SOUND,
        ),
        "lufs": typer.Option(
            "--lufs", help="Level to this loudness, as -18.", rich_help_panel=_SOUND
        ),
        "speech": speech_options(
            str(BOOK_GAPS.paragraph), str(BOOK_GAPS.heading), str(BOOK_GAPS.chapter)
        ),
        "jobs": typer.Option(
            "--jobs",
            "-j",
            help="Chunks that are spoken at once.",
            show_default="one a processor",
            rich_help_panel=_JOB,
        ),
    },
)

FILE = Group(
    FileCommand,
    {
        "files": _FILES,
        "engine": ENGINE,
        "precision": PRECISION,
        "device": DEVICE,
        "list": typer.Option(
            "--list", help="Show the chapters with words and minutes.", rich_help_panel=_INPUT
        ),
        "dry_run": typer.Option(
            "--dry-run", help="Say how long it will be, and stop.", rich_help_panel=_JOB
        ),
        "offline": OFFLINE,
        "quiet": QUIET,
        "json": typer.Option("--json", help="Events and the result as JSON, a line each."),
    },
)


@command(app, "file", FILE)
def file(environment: Environment, request: FileCommand) -> ExitCode:
    """Convert books, folders and texts; the same command again goes on where it stopped."""
    from kokoro_cli.batch.convert import Conversion, contents
    from kokoro_cli.cli.installing import ensure_installed
    from kokoro_cli.cli.lexicons import name_project_lexicon
    from kokoro_cli.cli.render import file as render
    from kokoro_cli.cli.render.common import render_json
    from kokoro_cli.documents import read_pipe

    def pipe() -> Document:
        return read_pipe(environment.piped())

    if request.list and request.dry_run:
        raise UsageError("--list and --dry-run ask for two things.", hint="Choose one.")
    if request.list:
        report = contents(request.files, pipe)
        if request.json:
            render_json(report, environment)
        else:
            render.render_contents(report, environment)
        return report.exit_code
    speaker = environment.speaker_for(request)
    with speaker:
        conversion = Conversion.prepare(request.files, speaker, pipe)
        name_project_lexicon(environment, quiet=request.quiet)
        ensure_installed(speaker, conversion.voices, environment, quiet=request.silent)
        if not request.dry_run:
            return _convert(conversion, environment, request)
        forecast = conversion.forecast()
    if request.json:
        render_json(forecast, environment)
    else:
        render.render_forecast(forecast, environment)
    return forecast.exit_code


def _convert(conversion: Conversion, environment: Environment, request: FileCommand) -> ExitCode:
    from kokoro_cli.cli.render.common import render_value
    from kokoro_cli.cli.render.file import render_job

    report = _run(conversion, environment, request)
    if request.json:
        render_value({"event": "result", **asdict(report)}, environment)
    else:
        render_job(report, environment, quiet=request.quiet)
    return report.exit_code


def _run(conversion: Conversion, environment: Environment, request: FileCommand) -> JobReport:
    """Run the job, and show how far it is."""
    from kokoro_cli.cli.render.common import render_traceback
    from kokoro_cli.cli.terminal.watch import watching

    speed = conversion.speech.speed
    with watching(environment, speed, quiet=request.quiet, json=request.json) as watcher:
        watcher.planned(conversion.outputs)
        if conversion.note:
            watcher.note(conversion.note)
        setup = conversion.setup(watcher.note)
        if notice := conversion.speaker.notice:
            watcher.note(notice)
        job = setup.job(watcher)
        job.reads += environment.stdin_files
        with first_stops(partial(_stop, job, watcher.note)):
            results = job.run()
    if environment.debug:
        errors = [*(f.error for f in conversion.failures), *(r.error for r in results)]
        for error in filter(None, errors):
            render_traceback(error, environment)
    return setup.report(results, environment.clock() - environment.started)


def _stop(job: Job, note: Callable[[str], None]) -> None:
    """Finish what is being spoken after the first Ctrl-C."""
    job.stop()
    note("Finishing the chunks that are being spoken; Ctrl-C again stops at once.")
