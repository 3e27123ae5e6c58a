"""One request, resolved: what reads its text and what it is spoken with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kokoro_cli import synthesis
from kokoro_cli.text.chunk import StreamLengths
from kokoro_cli.text.languages import LANGUAGES, Language
from kokoro_cli.text.reading import Text, TextStage
from kokoro_cli.types import Chunk, Losses, SynthesisOptions
from kokoro_cli.voices.book import VoiceBook
from kokoro_cli.voices.catalogue import Voice
from kokoro_cli.voices.styles import Styles

_VOICE_SIGNS = "voice:", "<voice", ":voice"
"""One of these is in every text whose markup names a voice; the bracket may be an entity."""


def may_name_voices(text: str) -> bool:
    """Whether markup may name a voice in a text; a quick look, which never misses one."""
    return any(sign in text for sign in _VOICE_SIGNS)


def marked_voices(text: str, stage: TextStage) -> list[str]:
    """Return the voices and blends that the markup of a text names, each once."""
    if not may_name_voices(text):
        return []
    passages = stage.passages(text, Losses())
    return list(dict.fromkeys(each.manner.voice for each in passages if each.manner.voice))


@dataclass(frozen=True, slots=True)
class SpeechPlan:
    """Several threads may use one plan."""

    options: SynthesisOptions
    stage: TextStage
    styles: Styles
    book: VoiceBook

    @property
    def language(self) -> Language:
        """The language that the text is read in."""
        return LANGUAGES[self.options.language]

    @property
    def warning(self) -> str | None:
        """Says so if the voice was made for another language than the text's."""
        options = self.options
        voice = LANGUAGES[self.book.leader(options.voice).language]
        if voice.primary == self.language.primary:
            return None
        return (
            f"{options.voice} is a voice for {voice.name}, and the text is read as "
            f"{self.language.name}; {self.language.default_voice} is made for that."
        )

    def voices(self, text: str = "") -> list[Voice]:
        """Return the voices that speak: the request's, and those that the text's markup names."""
        return self.book.parts(self.voice_names(text))

    def voice_names(self, text: str = "") -> list[str]:
        """Return the voices and blends that speak, as they are written."""
        names = [voice for voice in (self.options.voice, self.options.style) if voice]
        return [*names, *marked_voices(text, self.stage)]

    def check_voices(self, text: str = "") -> None:
        """Raise UsageError for a blend that is no voice, as far as it is on this machine."""
        self.styles.check(self.voice_names(text))

    def chunks(
        self, text: Text, losses: Losses, lengths: StreamLengths | None = None
    ) -> Iterator[Chunk]:
        """Yield the text's chunks. What can't be spoken goes to *losses*.

        SpeechError if nothing can be spoken or, with the option `strict`, if anything can't be.
        With *lengths* the first chunks are short, so that the first sound comes soon.
        """
        stream = synthesis.chunks(text, self.stage, self.options, losses, lengths)
        return synthesis.checked(stream, losses, strict=self.options.strict)
