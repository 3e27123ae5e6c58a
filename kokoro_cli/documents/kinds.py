"""The kinds of documents that are read. Nothing heavy is imported here.

To add a kind, add a module and a row to DOCUMENT_KINDS. The module has a function
``read(source, name) -> Document`` and is imported when the first such document is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kokoro_cli.registry import Registry

LARGEST_TEXT = 64_000_000
"""Most bytes of plain text, HTML or subtitles: about ten million words."""

LARGEST_BOOK = 1_000_000_000
"""Most bytes of an EPUB or a PDF; most of these are pictures."""

HEAD_BYTES = 2_048
"""First bytes of a document that are examined."""

_LONGEST_SIGN = 8
_BYTE_ORDER_MARKS = b"\xef\xbb\xbf\xff\xfe"


@dataclass(frozen=True, slots=True)
class Opening:
    """How the text of a kind that has no sign begins."""

    whole: re.Pattern[bytes]
    begun: re.Pattern[bytes]
    """Matches all of a head after which `whole` may still come."""


_SPACE = rb"\s{0,400}"
_ABOVE_HTML = rb"%b(?:<(?:\?[^>]{0,400}|!--[^>]{0,400}--)>%b){0,4}" % (_SPACE, _SPACE)
_HTML = Opening(
    re.compile(_ABOVE_HTML + rb"<(?:!doctype\s{1,9}html|html|head|body)[\s/>]", re.IGNORECASE),
    re.compile(_ABOVE_HTML + rb"(?:<(?:[?!][^>]{0,400}|[a-z]{0,4}))?", re.IGNORECASE),
)
_ABOVE_TIME = rb"%b(?:[0-9]{1,9}[ \t]{0,9}[\r\n]%b)?" % (_SPACE, _SPACE)
_CUE_TIME = rb"[0-9]{1,4}:[0-9]{1,2}:[0-9]{1,2}[,.][0-9]{1,9}"
_CUES = Opening(
    re.compile(rb"%b%b[ \t]{0,9}-->[ \t]{0,9}%b" % (_ABOVE_TIME, _CUE_TIME, _CUE_TIME)),
    re.compile(_ABOVE_TIME + rb"[0-9:,. \t>-]{0,60}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """What is known of a kind without importing its module."""

    name: str
    module: str
    """Absolute path of the module that reads it."""
    suffixes: tuple[str, ...]
    """In lower case; the usual one comes first."""
    signs: tuple[bytes, ...] = ()
    """First bytes that identify the kind if the file's name does not; at most eight each."""
    opening: Opening | None = None
    """How the text begins, for a kind without signs."""
    largest: int = LARGEST_TEXT
    """Most bytes of a document."""
    apart: bool = False
    """Whether it is read in a process of its own, with bounds on memory and time: for what native
    code reads, and for compressed files, which may hold far more than their size."""

    def __post_init__(self) -> None:
        """ValueError if a sign is too long to be found."""
        if any(len(sign) > _LONGEST_SIGN for sign in self.signs):
            raise ValueError(f"A sign of {self.name!r} is longer than {_LONGEST_SIGN} bytes.")

    def begins(self, head: bytes) -> bool:
        """Whether a text that begins so is of this kind."""
        opened = self.opening is not None and self.opening.whole.match(head)
        return head.startswith(self.signs) or bool(opened)


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
            opening=_HTML,
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
        DocumentKind(
            name="srt",
            module="kokoro_cli.documents.cues",
            suffixes=(".srt",),
            opening=_CUES,
        ),
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


def kind_by_head(head: bytes) -> DocumentKind | None:
    """Return the kind that a document's first HEAD_BYTES identify; None if it may be any text."""
    head = _unmarked(head)
    return next((kind for kind in DOCUMENT_KINDS.values() if kind.begins(head)), None)


def is_undecided(head: bytes) -> bool:
    """Whether more of a document than its first bytes may show that it is of another kind."""
    if len(head) >= HEAD_BYTES or kind_by_head(head):
        return False
    head = _unmarked(head)
    openings = (kind.opening for kind in DOCUMENT_KINDS.values())
    return len(head) < _LONGEST_SIGN or any(o and o.begun.fullmatch(head) for o in openings)


def _unmarked(head: bytes) -> bytes:
    """Return first bytes without a byte order mark, and without the zeros of UTF-16 and UTF-32."""
    return head[:HEAD_BYTES].lstrip(_BYTE_ORDER_MARKS).replace(b"\0", b"")


def kind_of(file_name: str, head: bytes) -> DocumentKind:
    """Return the kind of a file by its suffix, else by its first bytes, else plain text."""
    suffix = Path(file_name).suffix.lower()
    by_name = (kind for kind in DOCUMENT_KINDS.values() if suffix in kind.suffixes)
    return next(by_name, None) or kind_by_head(head) or _TEXT
