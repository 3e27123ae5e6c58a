"""``kokoro file``'s options. Nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Optional

import typer

from kokoro_cli.cli.options import (
    Alpha,
    Beta,
    Debug,
    Device,
    Emoji,
    EngineName,
    Gap,
    LexiconFiles,
    LineMode,
    Locale,
    MaxPhonemes,
    Offline,
    Quiet,
    Seed,
    Speed,
    SpokenLang,
    Strict,
    StyleVoice,
    Urls,
    Voice,
)

_INPUT = "What is read"
_OUTPUT = "What is written"
_SOUND = "How it sounds"
_JOB = "The job"


def convert_files(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders or patterns: txt, md, html, epub, pdf, srt, vtt; - is a pipe.",
            show_default=False,
        ),
    ],
    recursive: Annotated[
        bool,
        typer.Option(
            "--recursive", "-r", help="Look into folders of folders.", rich_help_panel=_INPUT
        ),
    ] = False,
    list_only: Annotated[
        bool,
        typer.Option(
            "--list", help="Show the chapters with words and minutes.", rich_help_panel=_INPUT
        ),
    ] = False,
    chapters: Annotated[
        Optional[str],
        typer.Option("--chapters", help="Only these, as 3-7 or 1,4,9-.", rich_help_panel=_INPUT),
    ] = None,
    out_dir: Annotated[
        Optional[Path],
        typer.Option(
            "--out-dir",
            "-d",
            help="Folder for the files.",
            show_default="this one",
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    output: Annotated[
        Optional[Path],
        typer.Option("--output", "-o", help="Name of the one file.", rich_help_panel=_OUTPUT),
    ] = None,
    format: Annotated[
        Optional[str],
        typer.Option(
            "--format",
            help="wav, flac, mp3, opus or m4b.",
            show_default="mp3",
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    split: Annotated[
        Optional[str],
        typer.Option("--split", help="chapters: a file for each chapter.", rich_help_panel=_OUTPUT),
    ] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="All inputs into one file.", rich_help_panel=_OUTPUT)
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write over what is there.", rich_help_panel=_OUTPUT)
    ] = False,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="Leave what is there.", rich_help_panel=_OUTPUT)
    ] = False,
    subtitles: Annotated[
        Optional[str],
        typer.Option(
            "--subtitles",
            help="Beside the sound: srt, vtt, ass, lrc, json, textgrid.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    subtitle_unit: Annotated[
        str, typer.Option("--subtitle-unit", help="sentence or word.", rich_help_panel=_OUTPUT)
    ] = "sentence",
    sample_rate: Annotated[
        Optional[int],
        typer.Option(
            "--sample-rate", help="In hertz.", show_default="24000", rich_help_panel=_SOUND
        ),
    ] = None,
    bit_rate: Annotated[
        Optional[str],
        typer.Option("--bitrate", help="Of mp3, opus and m4b, as 64k.", rich_help_panel=_SOUND),
    ] = None,
    codec: Annotated[
        Optional[str],
        typer.Option("--codec", help="Of wav: pcm, ulaw or alaw.", rich_help_panel=_SOUND),
    ] = None,
    telephony: Annotated[
        bool,
        typer.Option("--telephony", help="8 kHz; a wav in ulaw, or mp3.", rich_help_panel=_SOUND),
    ] = False,
    lufs: Annotated[
        Optional[float],
        typer.Option("--lufs", help="Level to this loudness, as -18.", rich_help_panel=_SOUND),
    ] = None,
    voice: Voice = None,
    style: StyleVoice = None,
    alpha: Alpha = None,
    beta: Beta = None,
    lang: SpokenLang = None,
    speed: Speed = 1.0,
    gap: Gap = 0.4,
    engine: EngineName = "auto",
    device: Device = "auto",
    seed: Seed = 0,
    max_phonemes: MaxPhonemes = None,
    strict: Strict = False,
    locale: Locale = None,
    urls: Urls = "short",
    emoji: Emoji = "skip",
    line_mode: LineMode = False,
    lexicon: LexiconFiles = None,
    jobs: Annotated[
        Optional[int],
        typer.Option(
            "--jobs",
            "-j",
            help="Chunks that are spoken at once.",
            show_default="one a processor",
            rich_help_panel=_JOB,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say how long it will be, and stop.", rich_help_panel=_JOB),
    ] = False,
    offline: Offline = False,
    quiet: Quiet = False,
    json: Annotated[
        bool,
        typer.Option("--json", help="Events and the result as JSON, a line each."),
    ] = False,
    debug: Debug = False,
) -> None:
    """Convert books, folders and texts; the same command again goes on where it stopped."""
    from kokoro_cli.cli import file as command
    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.file_options import FileRequest
    from kokoro_cli.cli.speech import SpeechRequest
    from kokoro_cli.cli.text_commands import reading_request

    request = FileRequest(
        inputs=tuple(inputs),
        recursive=recursive,
        chapters=chapters,
        out_dir=out_dir,
        output=output,
        format=format,
        split=split,
        merge=merge,
        force=force,
        skip_existing=skip_existing,
        subtitles=subtitles,
        subtitle_unit=subtitle_unit,
        sample_rate=sample_rate,
        bit_rate=bit_rate,
        codec=codec,
        telephony=telephony,
        lufs=lufs,
        jobs=jobs,
        quiet=quiet,
        json=json,
        speech=SpeechRequest(
            voice=voice,
            style=style,
            alpha=alpha,
            beta=beta,
            language=lang,
            engine=engine,
            device=device,
            speed=speed,
            gap_seconds=gap,
            seed=seed,
            max_phonemes=max_phonemes,
            strict=strict,
            reading=reading_request(locale, urls, emoji, line_mode, lexicon),
        ),
    )
    world = World()
    if list_only:
        contents = command.contents(request, world)
        render.render_json(contents) if json else render.render_contents(contents)
        raise typer.Exit(contents.exit_code)
    store = open_store(world, offline=offline)
    if dry_run:
        forecast = command.forecast(request, world, store)
        render.render_json(forecast) if json else render.render_forecast(forecast)
        raise typer.Exit(forecast.exit_code)
    report = command.convert(request, world, store)
    if json:
        render.render_event({"event": "result", **asdict(report)})
    else:
        render.render_job(report, world.console(), quiet=quiet)
    raise typer.Exit(report.exit_code)
