"""The commands and their options. Nothing heavy is imported here: ``--help`` answers at once."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn, Optional, TextIO

import typer

from kokoro_cli import __version__
from kokoro_cli.cli.bench_command import bench
from kokoro_cli.cli.file_command import convert_files
from kokoro_cli.cli.options import (
    STARTED,
    Alpha,
    Beta,
    Debug,
    Device,
    Emoji,
    EngineName,
    Gap,
    HeedKeys,
    Json,
    LexiconFiles,
    LineMode,
    Locale,
    MaxPhonemes,
    Offline,
    Quiet,
    Seed,
    Speed,
    SpokenLang,
    Stream,
    Strict,
    StyleVoice,
    Urls,
    Voice,
    complete_voice,
    debugging,
)
from kokoro_cli.cli.text_commands import reading_request, text_app
from kokoro_cli.cli.voices_commands import voices_app
from kokoro_cli.errors import ExitCode, KokoroError, unexpected

app = typer.Typer(
    name="kokoro",
    help="Speak text with the open model Kokoro-82M, on this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models_app = typer.Typer(help="The model and the voices on this machine.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(voices_app, name="voices")
app.add_typer(text_app, name="text")
app.command("file")(convert_files)
app.command("bench")(bench)


def _print_version(value: bool) -> None:
    if value:
        print(f"kokoro (kokoro-cli) {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
    debug: Debug = False,
) -> None:
    pass


@app.command("say")
def _say(
    text: Annotated[
        Optional[list[str]],
        typer.Argument(
            help="What to say; - reads standard input, -- comes before a text with a dash.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Optional[Path], typer.Option("--file", "-f", help="Read the text from a file.")
    ] = None,
    output: Annotated[
        Optional[str],
        typer.Option(
            "--output",
            "-o",
            help="Write wav, mp3, flac, ogg or opus instead of playing; - is WAV to a pipe.",
        ),
    ] = None,
    play: Annotated[
        bool, typer.Option("--play", help="With -o: play it too, where there is a device.")
    ] = False,
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
    stream: Stream = None,
    keys: HeedKeys = True,
    strict: Strict = False,
    locale: Locale = None,
    urls: Urls = "short",
    emoji: Emoji = "skip",
    line_mode: LineMode = False,
    lexicon: LexiconFiles = None,
    offline: Offline = False,
    quiet: Quiet = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Say where the time went, and count underruns.")
    ] = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Speak a text: play it, or write it with -o."""
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.loading import begin_to_load, expected_seconds
    from kokoro_cli.stopwatch import Stopwatch

    world, watch = World(), Stopwatch(STARTED)
    seconds = 60.0 if file else expected_seconds(" ".join(text or ()))
    begun = begin_to_load(engine, device, world, watch, offline=offline, seconds=seconds)

    from kokoro_cli.cli import render
    from kokoro_cli.cli.say import SayRequest, check_output, say
    from kokoro_cli.cli.speech import SpeechRequest
    from kokoro_cli.errors import UsageError

    check_output(output, json=json)
    request = SayRequest(
        text=tuple(text or ()),
        file=file,
        output=output,
        play=play,
        stream=stream,
        keys=keys,
        quiet=quiet or json,
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
    if "" in (output, voice, lang):
        raise UsageError("An option is empty.", hint="Leave it out, or give it a value.")
    result, losses = say(request, world, open_store(world, offline=offline), watch, begun)
    console = world.console()
    render.render_losses(losses.items, console)
    if json:
        render.render_json(result)
    elif not quiet:
        render.render_say(result, console, verbose=verbose)


@models_app.command("list")
def _models_list(json: Json = False, debug: Debug = False) -> None:
    """Show the model, the measured engines and the 54 voices."""
    from rich.console import Console

    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.models import list_models

    report = list_models(open_store(World(), offline=True))
    if json:
        render.render_json(report)
    else:
        render.render_models(report, Console(highlight=False, soft_wrap=True))


@models_app.command("pull")
def _models_pull(
    voices: Annotated[
        Optional[list[str]],
        typer.Argument(help="Voices.", show_default="af_heart", autocompletion=complete_voice),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All 54 voices.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Fetch again what is here.")] = False,
    offline: Offline = False,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Fetch, check and install the model and voices."""
    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.models import pull
    from kokoro_cli.cli.progress import downloads
    from kokoro_cli.voices.catalogue import DEFAULT_VOICE, catalogue, find_voice

    names = list(catalogue()) if every else [find_voice(v).name for v in voices or [DEFAULT_VOICE]]
    world = World()
    console = world.console()
    silent = quiet or json
    with downloads(console, quiet=silent) as progress:
        store = replace(open_store(world, offline=offline), progress=progress)
        report = pull(
            store, names, lambda line: None if silent else console.print(line), force=force
        )
    if json:
        render.render_json(report)


@models_app.command("verify")
def _models_verify(debug: Debug = False) -> None:
    """Check every installed file against its checksum."""
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.models import verify

    world = World()
    verify(open_store(world, offline=True), world.console().print)


@models_app.command("path")
def _models_path(debug: Debug = False) -> None:
    """Print the folder that holds the model and the voices."""
    from kokoro_cli.cli.context import World

    print(World().settings().cache)


_OBJECTS = 100_000
"""How many new objects have Python look for garbage. Loading makes as many, and none of it is."""


def main() -> NoReturn:
    """Run the command line; the one place where errors become messages and exit codes."""
    code: int | str | None
    gc.set_threshold(_OBJECTS)
    # A stream that the caller closed is None, and every print would fail.
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    # Ended from outside, a run cleans up behind itself as it does after Ctrl-C.
    for ending in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(ending) is not signal.SIG_IGN:  # As nohup has set it.
            signal.signal(ending, signal.default_int_handler)
    try:
        _tell_of_foreign_script()
        app()
        code = ExitCode.OK
    except SystemExit as error:
        code = error.code
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        code = ExitCode.FAILED  # Whoever read our output has left; there is nobody to tell.
    except Exception as error:
        told = error if isinstance(error, KokoroError) else unexpected(error)
        code = ExitCode.INTERRUPTED if _interrupted(error) else _report(told)
    _leave(code)


def _interrupted(error: BaseException | None) -> bool:
    """Whether an error came of Ctrl-C: it can hit a lock as it is given back, which then fails."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _nowhere() -> TextIO:
    return open(os.devnull, "w")  # noqa: PTH123


def _tell_of_foreign_script() -> None:
    """Where this is run by another name: say if "kokoro" would run somebody else's program."""
    if Path(sys.argv[0]).name == "kokoro":
        return
    from kokoro_cli.cli.script_name import foreign_script

    if other := foreign_script():
        print(f"Note: {other} is another program of that name, not this one.", file=sys.stderr)


def _report(error: KokoroError) -> ExitCode:
    from kokoro_cli.cli.context import World
    from kokoro_cli.cli.render import render_error

    if debugging():
        traceback.print_exc()
    render_error(error, World().console())
    return error.exit_code


def _leave(code: int | str | None) -> NoReturn:
    """End the process, at once where an engine is still at work in its thread."""
    number = code if isinstance(code, int) else ExitCode.OK
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        os._exit(number or ExitCode.FAILED)  # Python would try again, and have the last word.
    if any(thread.daemon for thread in threading.enumerate()):
        os._exit(number)
    gc.freeze()  # Python would look through all there is once more, which the system takes back.
    sys.exit(number)
