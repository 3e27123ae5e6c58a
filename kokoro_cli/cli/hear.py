"""``kokoro voices play`` and ``demo``: hear what the voices are like."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from string import Template

from kokoro_cli import __version__, engines, install, synthesis
from kokoro_cli.assets.store import Store
from kokoro_cli.cli.context import World
from kokoro_cli.cli.progress import counting
from kokoro_cli.cli.render import render_losses, render_warning
from kokoro_cli.cli.say import SayRequest, SayResult, say
from kokoro_cli.cli.speech import (
    SpeechRequest,
    Voices,
    checked_model,
    ensure_installed,
    tuning_for,
)
from kokoro_cli.cli.stage import make_stage
from kokoro_cli.cli.voices import VoiceFilter, list_voices
from kokoro_cli.errors import ExitCode, FeatureNotInstalledError, UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks.file import FileSink
from kokoro_cli.sinks.formats import Encoding
from kokoro_cli.sinks.unfinished import UnfinishedFile
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.text.languages import LANGUAGES, Language
from kokoro_cli.types import Chunk, Losses, SynthesisOptions
from kokoro_cli.voices.catalogue import Voice

_BETWEEN = "[pause:0.8s]"
_ENCODING = Encoding("mp3", bit_rate=64_000)


def play(
    voices: list[str],
    text: str | None,
    request: SayRequest,
    world: World,
    store: Store,
    started: float,
) -> SayResult:
    """Have each voice say the text, or a sentence of its own language, one after the other."""
    _check_text(text)
    book = world.voices()
    lines = []
    for voice in voices:
        language = LANGUAGES[book.leader(voice).language]
        lines.append(f"[voice:{voice}]{text or language.sample}")
    speech = replace(request.speech, voice=voices[0])
    joined = f"\n\n{_BETWEEN}\n\n".join(lines)
    result, losses = say(
        replace(request, text=(joined,), speech=speech), world, store, Stopwatch(started)
    )
    render_losses(losses.items, world.console())
    return replace(result, voice=", ".join(voices))


def _check_text(text: str | None) -> None:
    if text is not None and not text.strip():
        raise UsageError("The text is empty.", hint="Leave --text out, or give it words.")


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """The command's options, as they were given."""

    output: Path
    wanted: VoiceFilter
    text: str | None
    speech: SpeechRequest
    quiet: bool


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What ``kokoro voices demo`` tells."""

    output: str
    voices: list[str]
    left_out: list[str]
    """Voices whose language can't be read on this machine."""
    audio_seconds: float
    bytes: int
    exit_code: int


@dataclass(frozen=True, slots=True)
class _Text:
    language: Language
    text: str
    chunks: list[Chunk]


@dataclass(frozen=True, slots=True)
class _Sample:
    voice: Voice
    seconds: float
    mp3: bytes


def demo(request: DemoRequest, world: World, store: Store) -> DemoReport:
    """Write one page on which every voice that is wanted speaks a sentence."""
    _check_text(request.text)
    if request.output.suffix.lower() not in (".html", ".htm"):
        raise UsageError(
            f"{request.output} is no name of a page.", hint="Give one that ends with .html."
        )
    book = world.voices()
    report = list_voices(request.wanted, book, store, world.environment)
    for problem in report.damaged:
        render_warning(problem, world.console())
    rows = report.voices
    voices = [book.find(row.name) for row in rows]
    if not voices:
        raise UsageError("No voice fits.", hint="kokoro voices shows them all.")
    page_file = UnfinishedFile(request.output)  # Reports a missing folder before the work starts.
    texts = _texts(voices, request, world)
    ensure_installed(store, voices, quiet=request.quiet)
    speakable = [voice for voice in voices if voice.language in texts]
    model = checked_model(store)
    samples = list(_samples(speakable, texts, request, world, store, model))
    page = _page(samples, texts, model.label).encode()
    try:
        page_file.open()
        page_file.write(page)
        page_file.keep()
    except OSError as error:
        raise page_file.failed(error) from error
    finally:
        page_file.discard()
    return DemoReport(
        output=str(request.output),
        voices=[sample.voice.name for sample in samples],
        left_out=[voice.name for voice in voices if voice not in speakable],
        audio_seconds=round(sum(sample.seconds for sample in samples), 3),
        bytes=len(page),
        exit_code=ExitCode.OK if len(speakable) == len(voices) else ExitCode.PARTIAL,
    )


def _texts(voices: list[Voice], request: DemoRequest, world: World) -> dict[str, _Text]:
    """Return what is spoken in each language; one that can't be read here is warned of."""
    texts = {}
    for letter in dict.fromkeys(voice.language for voice in voices):
        language = LANGUAGES[letter]
        text = request.text or language.sample
        losses = Losses()
        stage = make_stage(language, request.speech.reading, world)
        options = SynthesisOptions(voice=language.default_voice, language=letter)
        try:
            chunks = list(synthesis.chunks(text, stage, options, losses))
        except FeatureNotInstalledError as error:
            told = f"{language.name} is left out: {error.message} {error.hint or ''}"
            render_warning(told.strip(), world.console())
            continue
        render_losses(losses.items, world.console())
        texts[letter] = _Text(language, text, chunks)
    if not texts:
        raise UsageError("No voice that fits can speak here.", hint="Ask for other languages.")
    return texts


def _samples(
    voices: list[Voice],
    texts: dict[str, _Text],
    request: DemoRequest,
    world: World,
    store: Store,
    model: install.InstalledModel,
) -> Iterator[_Sample]:
    choice, tuning = tuning_for(request.speech, store)
    engine = engines.load_engine(choice, model.folder, threads=tuning.threads)
    book = world.voices()

    def speak(voice: Voice) -> _Sample:
        options = SynthesisOptions(voice=voice.name, language=voice.language)
        stream = synthesis.checked(texts[voice.language].chunks, Losses(), strict=False)
        style = Voices(store, book, options).style
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sample.mp3"
            length = 0
            with FileSink(path, _ENCODING) as sink:
                for utterance in synthesis.speak(stream, engine, style, options):
                    sink.write(utterance.block)
                    length += len(utterance.block)
            return _Sample(voice, length / SAMPLE_RATE, path.read_bytes())

    with counting(world.console(), len(voices), quiet=request.quiet) as show:
        for voice, sample in synthesis.in_order(speak, voices, tuning.workers):
            show(voice.name)
            yield sample


# The page


def _page(samples: list[_Sample], texts: dict[str, _Text], model: str) -> str:
    template = Template(Path(__file__).with_name("demo_page.html").read_text(encoding="utf-8"))
    sections = []
    for letter, text in texts.items():
        cards = "".join(_card(sample) for sample in samples if sample.voice.language == letter)
        sections.append(
            f"<section><h2>{escape(text.language.name)}</h2>"
            f'<p lang="{text.language.tags[0]}">{escape(text.text)}</p>'
            f"<ul>{cards}</ul></section>"
        )
    return template.substitute(
        count=len(samples),
        sections="\n".join(sections),
        made_with=escape(f"{model}, kokoro-cli {__version__}"),
    )


def _card(sample: _Sample) -> str:
    voice = sample.voice
    graded = f"grade {voice.grade}" if voice.grade else voice.made_of or ""
    told = ", ".join(x for x in (voice.gender, graded) if x)
    sound = base64.b64encode(sample.mp3).decode()
    return (
        f"<li><b>{escape(voice.name)}</b> <small>{escape(told)}</small>"
        f'<audio controls preload="metadata" aria-label="{escape(voice.name)}" '
        f'src="data:audio/mpeg;base64,{sound}"></audio></li>\n'
    )
