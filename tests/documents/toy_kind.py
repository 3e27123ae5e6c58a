"""A reader that stands in for one of another distribution: each line is a chapter's title and text.

"TOY!One: a." is a book of one chapter.
"""

from __future__ import annotations

from typing import BinaryIO

from kokoro_cli.documents import Chapter, Document
from kokoro_cli.documents.kinds import DocumentKind

TOY = DocumentKind(
    name="toy", module=__name__, suffixes=(".toy", ".toybook"), signs=(b"TOY!",), largest=100
)


def read(source: BinaryIO, name: str) -> Document:
    lines = source.read().decode().removeprefix("TOY!").splitlines()
    return Document("A Toy Book", tuple(Chapter(*line.split(": ", 1)) for line in lines))
