"""What a request asks for, checked and in our own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.server.refusals import RefusalError, refusal_of
from kokoro_cli.server.schemas import AnswerName, Sound, VoiceId
from kokoro_cli.server.service import Part
from kokoro_cli.sinks.formats import TELEPHONE_RATE, Codec, Encoding, check_encoding
from kokoro_cli.speaker.request import SpeechRequest
from kokoro_cli.synthesis import SPEEDS
from kokoro_cli.text.languages import Language, find_language
from kokoro_cli.voices.book import VoiceBook

OPENAI_VOICES = {
    "alloy": "af_alloy",
    "ash": "am_michael",
    "ballad": "bm_george",
    "coral": "af_bella",
    "echo": "am_echo",
    "fable": "bm_fable",
    "onyx": "am_onyx",
    "nova": "af_nova",
    "sage": "af_sarah",
    "shimmer": "af_nicole",
    "verse": "am_fenrir",
    "marin": "af_heart",
    "cedar": "am_puck",
}
"""OpenAI's thirteen, each with one of ours of the same name or a like one."""

MODELS = ("kokoro", "tts-1", "tts-1-hd", "gpt-4o-mini-tts")
"""Names that clients ask for. Each stands for the one model."""

_CODECS: dict[str, Codec] = {
    **dict.fromkeys(("linear16", "pcm_s16le"), "pcm"),
    **dict.fromkeys(("mulaw", "ulaw", "pcmu"), "ulaw"),
    **dict.fromkeys(("alaw", "pcma"), "alaw"),
}


_BYTES_A_CHARACTER, _REST_BYTES = 12, 64_000
"""JSON may write a character as two escapes of six bytes."""

_MOST_VOICES = 64
"""Of one request: the rows of a voice take half a megabyte, and blends have rows of their own."""


@dataclass(frozen=True, slots=True)
class Asked:
    parts: tuple[Part, ...]
    encoding: Encoding
    gain: float = 1.0
    """What the samples are multiplied by."""
    live: bool = True
    """Whether the answer begins with the first chunk."""
    events: bool = False
    """Whether it is a stream of server-sent events."""
    words: bool = False
    """Whether the times of words are wanted."""
    growing: bool = True
    """Whether the first chunks of a live answer are short."""
    chunks: bool = False
    """Whether events tell of the chunks, for `remote`."""
    answer: AnswerName = "audio"
    link: bool = False
    """Whether a link to the sound is wanted too."""
    download: Encoding | None = None
    """How the sound under the link is encoded, if otherwise than the answer."""
    timing: bool = False
    """Whether a link to the times of words is wanted too."""
    notes: dict[str, str] = field(default_factory=dict)
    """Headers that say what was not done as it was asked."""

    @property
    def has_link(self) -> bool:
        return self.link or self.answer == "link"

    @property
    def kept(self) -> Encoding:
        """The encoding of what is kept under a link."""
        return self.download or self.encoding


def asked_of(
    body: Sound,
    texts: Sequence[tuple[str, str | VoiceId | None]],
    book: VoiceBook,
    *,
    most: int,
    format_name: str | None,
    pause_seconds: float | None = None,
    phonemes: bool = False,
) -> Asked:
    """Return what a body asks for: each of the texts with its voice, or with the body's.

    RefusalError for texts of more than *most* characters in all, or for too many voices. UsageError
    for impossible values.
    """
    check_length(sum(len(text) for text, _ in texts), most, "input")
    if body.lang_code:
        language_of(body.lang_code, "lang_code")
    speed = _clamped(1.0 if body.speed is None else body.speed)
    given: dict[str, Any] = {
        "style": body.style or None,
        "alpha": body.alpha,
        "beta": body.beta,
        "language": body.lang_code or None,
        "speed": speed,
        "paragraph_gap_seconds": body.paragraph_gap_seconds,
        "heading_gap_seconds": body.heading_gap_seconds,
    }
    more = {"seed": body.seed, "gap_seconds": body.gap_seconds}
    given |= {name: value for name, value in more.items() if value is not None}
    parts = tuple(
        Part(
            text,
            SpeechRequest(voice=voice_of(voice or body.voice, book), **given),
            pause_seconds if place else None,
            phonemes,
        )
        for place, (text, voice) in enumerate(texts)
    )
    if len({part.request.voice for part in parts}) > _MOST_VOICES:
        raise RefusalError(
            400, f"A request can have {_MOST_VOICES} voices.", "voice", "too_many_voices"
        )
    events = getattr(body, "stream_format", None) == "sse"
    answer = body.answer or "audio"
    timing = getattr(body, "return_timing", None) or False
    notes = _notes(body, shows_words=events or answer != "audio")
    if body.speed not in (None, speed):
        notes["X-Speed"] = f"{speed:g}"
    link = bool(getattr(body, "return_download_link", None)) and not events
    encoding = _encoding(body, format_name or "mp3")
    return Asked(
        parts,
        encoding,
        1.0 if body.volume_multiplier is None else body.volume_multiplier,
        live=answer == "audio" and (events or body.stream is not False),
        events=events,
        words=bool(body.timestamps),
        growing=body.stream is not False,
        chunks=bool(getattr(body, "chunks", None)) and events,
        answer=answer,
        link=link,
        download=_download(getattr(body, "download_format", None), encoding),
        timing=timing,
        notes=notes,
    )


def most_bytes(characters: int) -> int:
    """Return how many bytes a request in JSON may have, if its text may have *characters*."""
    return _BYTES_A_CHARACTER * characters + _REST_BYTES


def check_length(length: int, most: int, param: str) -> None:
    """Raise RefusalError for a text of more than *most* characters."""
    if length > most:
        raise RefusalError(
            400,
            f"The text has {length:,} characters; at most {most:,} are taken.",
            param,
            "too_long",
        )


def language_of(name: str, param: str) -> Language:
    """Return the language of a letter or a tag; RefusalError for others."""
    try:
        return find_language(name)
    except UsageError as error:
        refused = refusal_of(error)
        refused.param = param
        raise refused from error


def voice_of(asked: str | VoiceId | None, book: VoiceBook) -> str | None:
    """Return the voice or blend of ours that is meant; None for the default."""
    name = (asked.id if isinstance(asked, VoiceId) else asked or "").strip()
    if name in book.own_names():
        return name
    return _blend_of(name) if name and name.lower() != "default" else None


_TERM = re.compile(r"\s*([\w.]+)\s*(\([^()]*\))?\s*")


def _blend_of(text: str) -> str:
    """Return a voice or blend with our names for OpenAI's.

    Where some voices have a weight, those without one get 1, as Kokoro-FastAPI has it.
    """
    terms = [_TERM.fullmatch(term) for term in text.split("+")]
    found = [(OPENAI_VOICES.get(term[1], term[1]), term[2]) for term in terms if term]
    if len(found) < len(terms):
        return text  # An error, or a form of our own.
    usual = "(1)" if any(weight for _, weight in found) and len(found) > 1 else ""
    return "+".join(f"{name}{weight or usual}" for name, weight in found)


def _clamped(speed: float) -> float:
    low, high = SPEEDS
    return min(max(speed, low), high)


def _notes(body: Sound, *, shows_words: bool) -> dict[str, str]:
    """Name the fields that were given and do nothing."""
    names = ["instructions", "normalization_options", *([] if shows_words else ["timestamps"])]
    ignored = [name for name in names if getattr(body, name, None)]
    return {"X-Ignored": ", ".join(ignored)} if ignored else {}


def _encoding(body: Sound, format_name: str) -> Encoding:
    codec: Codec = _CODECS[body.encoding] if body.encoding else "pcm"
    usual = SAMPLE_RATE if codec == "pcm" else TELEPHONE_RATE
    return check_encoding(Encoding(format_name, body.sample_rate or usual, body.bit_rate, codec))


def _download(format_name: str | None, answer: Encoding) -> Encoding | None:
    if format_name in (None, answer.format):
        return None
    return check_encoding(Encoding(str(format_name), answer.sample_rate))
