"""The documents of a job: read when needed, kept in memory if they are small."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from kokoro_cli.batch.inputs import Source
from kokoro_cli.documents import Chapter, Document, read_document
from kokoro_cli.errors import KokoroError
from kokoro_cli.speaker.plan import may_name_voices
from kokoro_cli.text.length import count_words, spoken_seconds

_KEPT_CHARACTERS = 20_000_000


@dataclass(frozen=True, slots=True)
class Contents:
    """A chapter's summary, from planning: the text itself is read again when it is spoken."""

    title: str
    words: int
    seconds: float
    """Estimated from the text's length, at speed 1.0; the last cue's end in a timed text."""
    digest: str
    """SHA-256 of its text, title, times and boundaries; the file's name does not count."""
    marked: bool = False
    """Whether markup may name voices in it."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's summary, from planning: the document is read again when it is spoken."""

    title: str
    author: str
    language: str | None
    chapters: tuple[Contents, ...]
    timed: bool
    problems: tuple[str, ...]
    digest: str
    """SHA-256 of its title, author, language and cover."""
    notes: tuple[str, ...] = ()
    incomplete: bool = False
    """Whether a part of it can't be read."""


class Library:
    def __init__(self, read_pipe: Callable[[], Document]) -> None:
        self._read_pipe = read_pipe
        self._documents: dict[Source, Document] = {}
        self._characters = 0

    def read(self, source: Source) -> Document:
        """Return the document; KokoroError if it can't be read."""
        if source in self._documents:
            return self._documents[source]
        document = read_document(source.path) if source.path else self._read_pipe()
        size = sum(len(_text(chapter)) for chapter in document.chapters)
        # A pipe can be read only once, so its document is always kept.
        if source.path is None or self._characters + size < _KEPT_CHARACTERS:
            self._documents[source] = document
            self._characters += size
        return document

    def read_again(self, source: Source, before: Outline) -> Document:
        """Return the document; KokoroError if it differs from the outline *before*."""
        kept = source in self._documents
        document = self.read(source)
        if not kept and outline(document) != before:
            raise KokoroError(
                f"{source} was changed while the job ran.", hint="Run the same command again."
            )
        return document


def outline(document: Document) -> Outline:
    return Outline(
        document.title,
        document.author,
        document.language,
        tuple(_contents(chapter) for chapter in document.chapters),
        any(chapter.cues for chapter in document.chapters),
        document.problems,
        _digest_of(document),
        document.notes,
        document.incomplete,
    )


def _digest_of(document: Document) -> str:
    given = hashlib.sha256(repr((document.title, document.author, document.language)).encode())
    given.update(document.cover or b"")
    return given.hexdigest()


def _contents(chapter: Chapter) -> Contents:
    text = _text(chapter)
    seconds = spoken_seconds(text)
    if chapter.cues:
        seconds = max(cue.end_seconds for cue in chapter.cues)
    about = (chapter.title, chapter.plain, chapter.cues, chapter.boundaries)
    given = hashlib.sha256(repr(about).encode())
    given.update(chapter.text.encode("utf-8", "surrogatepass"))
    marked = may_name_voices(text)
    return Contents(chapter.title, count_words(text), seconds, given.hexdigest(), marked)


def _text(chapter: Chapter) -> str:
    return chapter.text or "\n".join(cue.text for cue in chapter.cues)
