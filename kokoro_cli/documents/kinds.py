"""The kinds of documents that are read. Nothing heavy is imported here.

To add a kind, add a module and a row to DOCUMENT_KINDS. The module has a function
``read(source, name) -> Document`` and is imported when the first such document is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kokoro_cli.registry import Registry

LARGEST_TEXT = 64_000_000
"""Most bytes of plain text, HTML or subtitles: about ten million words."""

LARGEST_BOOK = 1_000_000_000
"""Most bytes of an EPUB or a PDF; most of these are pictures."""

HEAD_BYTES = 8
"""First bytes of a document that are examined; no sign is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """What is known of a kind without importing its module."""

    name: str
    module: str
    """Absolute path of the module that reads it."""
    suffixes: tuple[str, ...]
    """In lower case; the usual one comes first."""
    signs: tuple[bytes, ...] = ()
    """First bytes that identify the kind if the file's name does not; at most HEAD_BYTES each."""
    largest: int = LARGEST_TEXT
    """Most bytes of a document."""
    apart: bool = False
    """Whether it is read in a process of its own, with bounds on memory and time: for what native
    code reads, and for compressed files, which may hold far more than their size."""

    def __post_init__(self) -> None:
        """ValueError if a sign is too long to be found."""
        if any(len(sign) > HEAD_BYTES for sign in self.signs):
            raise ValueError(f"A sign of {self.name!r} is longer than {HEAD_BYTES} bytes.")


_TEXT = DocumentKind(name="txt", module="kokoro_cli.documents.text", suffixes=(".txt", ".text"))

DOCUMENT_KINDS: Registry[DocumentKind] = Registry(
    "document kind",
    (
        _TEXT,
        DocumentKind(name="md", module="kokoro_cli.documents.text", suffixes=(".md", ".markdown")),
        DocumentKind(
            name="html",
            module="kokoro_cli.documents.html",
            suffixes=(".html", ".htm", ".xhtml"),
        ),
        DocumentKind(
            name="epub",
            module="kokoro_cli.documents.epub",
            suffixes=(".epub",),
            signs=(b"PK\x03\x04",),
            largest=LARGEST_BOOK,
            apart=True,
        ),
        DocumentKind(
            name="pdf",
            module="kokoro_cli.documents.pdf",
            suffixes=(".pdf",),
            signs=(b"%PDF-",),
            largest=LARGEST_BOOK,
            apart=True,
        ),
        DocumentKind(name="srt", module="kokoro_cli.documents.cues", suffixes=(".srt",)),
        DocumentKind(
            name="vtt",
            module="kokoro_cli.documents.cues",
            suffixes=(".vtt",),
            signs=(b"WEBVTT",),
        ),
    ),
)


def known_suffixes() -> list[str]:
    """Return the suffixes of all kinds, in lower case."""
    return [suffix for kind in DOCUMENT_KINDS.values() for suffix in kind.suffixes]


def kind_by_sign(head: bytes) -> DocumentKind | None:
    """Return the kind that a document's first HEAD_BYTES identify; None if it may be any text."""
    kinds = DOCUMENT_KINDS.values()
    return next((kind for kind in kinds if head.startswith(kind.signs)), None)


def kind_of(file_name: str, head: bytes) -> DocumentKind:
    """Return the kind of a file by its suffix, else by its first bytes, else plain text."""
    suffix = Path(file_name).suffix.lower()
    by_name = (kind for kind in DOCUMENT_KINDS.values() if suffix in kind.suffixes)
    return next(by_name, None) or kind_by_sign(head) or _TEXT
