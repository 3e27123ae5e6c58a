"""The styles that voices and blends speak with; a voice's file is opened at its first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kokoro_cli.errors import AssetError
from kokoro_cli.types import Style, SynthesisOptions
from kokoro_cli.voices.blend import Blend, blended, check_space, moved
from kokoro_cli.voices.book import VoiceBook
from kokoro_cli.voices.catalogue import Voice
from kokoro_cli.voices.pack import VoicePack

FindPack = Callable[[Voice], "Path | None"]
"""Returns the file of a voice's pack on this machine, or None."""


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of one request; several threads may ask for them."""

    book: VoiceBook
    find: FindPack
    options: SynthesisOptions
    _packs: dict[str, VoicePack] = field(default_factory=dict)
    _blends: dict[str, Blend] = field(default_factory=dict)

    def style(self, voice: str, phonemes: int) -> Style:
        """Return the style of a voice or blend, moved towards the options' style; shape [256].

        A pack has one row for each length of an utterance, here *phonemes*.
        """
        options = self.options
        style = self._blended(voice, phonemes)
        if options.style is None:
            return style
        return moved(style, self._blended(options.style, phonemes), options.alpha, options.beta)

    def check(self, texts: Iterable[str]) -> None:
        """Raise UsageError for a voice or blend that is too far from all voices to speak.

        Those whose voices are not all on this machine are left out: they are checked at their
        first use.
        """
        for text in texts:
            voices = self.book.parts([text])
            if all(voice.path or self.find(voice) for voice in voices):
                self._blend(text)

    def digests(self, texts: Iterable[str]) -> list[str]:
        """Return the checksums of all rows that these voices and blends speak with."""
        return [self._pack(voice.name).sha256 for voice in self.book.parts(texts)]

    def _blend(self, text: str) -> Blend:
        if text not in self._blends:
            blend = self.book.blend(text)
            if any(share < 0 for _, share in blend.parts):  # Else it is between its voices.
                check_space(text, blended(blend, lambda name: self._pack(name).rows))
            self._blends[text] = blend
        return self._blends[text]

    def _blended(self, text: str, phonemes: int) -> Style:
        return blended(self._blend(text), lambda name: self._pack(name).style(phonemes))

    def _pack(self, name: str) -> VoicePack:
        if name not in self._packs:
            self._packs[name] = open_pack(self.book.find(name), self.find)
        return self._packs[name]


def open_pack(voice: Voice, find: FindPack) -> VoicePack:
    """Return the voice's rows; AssetError if they are not on this machine."""
    if voice.path is not None:
        from kokoro_cli.voices.formats import read_voice_file

        return VoicePack(read_voice_file(voice.path).rows, voice.path.name)
    path = find(voice)
    if path is None:
        raise AssetError(
            f"The voice {voice.name} is not installed.",
            hint=f"Fetch it with: kokoro models pull {voice.name}",
        )
    return VoicePack.mapped(path)
