"""A page on which voices speak a sentence each, to listen to in a browser."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from string import Template

from kokoro_cli import __version__, threads
from kokoro_cli.errors import ExitCode, FeatureNotInstalledError, UsageError
from kokoro_cli.files import temporary_folder
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks.file import FileSink
from kokoro_cli.sinks.formats import Encoding
from kokoro_cli.sinks.unfinished import UnfinishedFile
from kokoro_cli.speaker.request import SpeechRequest
from kokoro_cli.speaker.speaker import Speaker
from kokoro_cli.text.languages import LANGUAGES, Language
from kokoro_cli.types import Chunk, Loss, Losses
from kokoro_cli.voices.catalogue import Voice

_ENCODING = Encoding("mp3", bit_rate=64_000)
_SECONDS = 4.0
"""About how long a sample is heard."""


@dataclass(frozen=True, slots=True)
class DemoRequest:
    output: Path
    """The page; its name ends with .html."""
    voices: Sequence[Voice]
    text: str | None
    """What they say; None is a sentence of each language."""
    speech: SpeechRequest


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was made."""

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


@dataclass(frozen=True, slots=True)
class Demo:
    """A page whose texts have been read; its voices have to be installed to make it."""

    request: DemoRequest
    speaker: Speaker
    part: UnfinishedFile
    texts: dict[str, _Text]
    """By the letter of the language."""

    @classmethod
    def prepare(
        cls,
        request: DemoRequest,
        speaker: Speaker,
        warn: Callable[[str], None],
        lost: Callable[[Sequence[Loss]], None],
    ) -> Demo:
        """Check the request and read the texts.

        *warn* gets a line for each language that can't be read here, *lost* what can't be spoken.
        UsageError if no voice is left, or the page can't be written there.
        """
        check_sample_text(request.text)
        if request.output.suffix.lower() not in (".html", ".htm"):
            raise UsageError(
                f"{request.output} is no name of a page.", hint="Give one that ends with .html."
            )
        if not request.voices:
            raise UsageError("No voice fits.", hint="kokoro voices shows them all.")
        part = UnfinishedFile(request.output)  # Reports a missing folder before the work.
        texts = {}
        for letter in dict.fromkeys(voice.language for voice in request.voices):
            try:
                texts[letter] = _read(LANGUAGES[letter], request, speaker, lost)
            except FeatureNotInstalledError as error:
                name = LANGUAGES[letter].name
                warn(f"{name} is left out: {error.message} {error.hint or ''}".strip())
        if not texts:
            raise UsageError("No voice that fits can speak here.", hint="Ask for other languages.")
        return cls(request, speaker, part, texts)

    @property
    def speakable(self) -> list[Voice]:
        """The voices whose language can be read here."""
        return [voice for voice in self.request.voices if voice.language in self.texts]

    def make(self, show: Callable[[str], None]) -> DemoReport:
        """Speak and write the page; *show* gets the name of each voice that has spoken."""
        samples = []
        for sample in self._samples():
            show(sample.voice.name)
            samples.append(sample)
        page = _page(samples, self.texts, self.speaker.model.label).encode("utf-8", "replace")
        try:
            self.part.open()
            self.part.write(page)
            self.part.keep()
        except OSError as error:
            raise self.part.failed(error) from error
        finally:
            self.part.discard()
        left_out = [voice for voice in self.request.voices if voice not in self.speakable]
        return DemoReport(
            output=str(self.request.output),
            voices=[sample.voice.name for sample in samples],
            left_out=[voice.name for voice in left_out],
            audio_seconds=round(sum(sample.seconds for sample in samples), 3),
            bytes=len(page),
            exit_code=ExitCode.PARTIAL if left_out else ExitCode.OK,
        )

    def _samples(self) -> Iterator[_Sample]:
        voices = self.speakable
        tuning = self.speaker.tuning(_SECONDS * len(voices))
        for _, sample in threads.in_order(self._sample, voices, tuning.workers):
            yield sample

    def _sample(self, voice: Voice) -> _Sample:
        request = replace(self.request.speech, voice=voice.name, language=voice.language)
        plan = self.speaker.plan(request)
        chunks = self.texts[voice.language].chunks
        with temporary_folder() as folder:
            path = folder / "sample.mp3"
            length = 0
            with FileSink(path, _ENCODING) as sink:
                for utterance in self.speaker.utterances(plan, chunks):
                    for block in utterance.blocks():
                        sink.write(block)
                    length += utterance.length
            return _Sample(voice, length / SAMPLE_RATE, path.read_bytes())


def check_sample_text(text: str | None) -> None:
    """Raise UsageError for a text that is given but empty."""
    if text is not None and not text.strip():
        raise UsageError("The text is empty.", hint="Leave `text` out, or give it words.")


def _read(
    language: Language,
    request: DemoRequest,
    speaker: Speaker,
    lost: Callable[[Sequence[Loss]], None],
) -> _Text:
    text = request.text or language.sample
    losses = Losses()
    speech = replace(request.speech, voice=language.default_voice, language=language.letter)
    chunks = list(speaker.plan(speech).chunks(text, losses))
    lost(losses.items)
    return _Text(language, text, chunks)


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
