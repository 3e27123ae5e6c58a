"""Decide which chapters of which sources go into which output."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kokoro_cli.batch.inputs import Failure, Source
from kokoro_cli.batch.library import Library, Outline, outline
from kokoro_cli.batch.names import Names, safe_name
from kokoro_cli.errors import UsageError, as_kokoro_error
from kokoro_cli.sinks.formats import Encoding

Choice = tuple[tuple[int, int | None], ...]
"""Ranges of chapter numbers, counted from 1, both ends included; None is the last chapter."""

_RANGE = re.compile(r"(\d{1,6})(?:(-)(\d{0,6}))?")
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """How chapters become outputs."""

    folder: Path
    encoding: Encoding
    file: Path | None = None
    """Path of the only output, if the user named one."""
    split: bool = False
    merge: bool = False
    chapters: Choice = ()
    """Empty means all chapters."""


@dataclass(frozen=True, slots=True)
class InputPiece:
    """The chapters of one source that go into one output."""

    source: Source
    outline: Outline
    chapters: tuple[int, ...]
    """Their indices in the document, from 0."""

    @property
    def seconds(self) -> float:
        return sum(self.outline.chapters[i].seconds for i in self.chapters)

    @property
    def words(self) -> int:
        return sum(self.outline.chapters[i].words for i in self.chapters)


@dataclass(frozen=True, slots=True)
class Output:
    path: Path
    pieces: tuple[InputPiece, ...]
    title: str
    author: str
    album: str = ""
    track: str = ""

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def seconds(self) -> float:
        """Estimated, at speed 1.0."""
        return sum(piece.seconds for piece in self.pieces)

    @property
    def timed(self) -> bool:
        return any(piece.outline.timed for piece in self.pieces)

    @property
    def incomplete(self) -> bool:
        """Whether a part of its inputs can't be read."""
        return any(piece.outline.incomplete for piece in self.pieces)


def parse_chapters(text: str) -> Choice:
    """Return the ranges of a choice such as "3-7,9,12-"; UsageError if it is invalid."""
    found = []
    for part in text.replace(" ", "").split(","):
        match = _RANGE.fullmatch(part)
        if not match:
            raise UsageError(
                f"`chapters` is {text!r}: {part!r} is no range.", hint="Write it as 3-7 or 1,4,9-."
            )
        first = int(match[1])
        last = first if not match[2] else int(match[3]) if match[3] else None
        if first < 1 or (last is not None and last < first):
            raise UsageError(
                f"`chapters` is {text!r}: {part!r} holds no chapter.",
                hint="Chapters are counted from 1, and a range ends no earlier than it begins.",
            )
        found.append((first, last))
    return tuple(found)


def plan(
    sources: Iterable[Source], library: Library, layout: Layout
) -> tuple[list[Output], list[Failure]]:
    """Return the outputs in order, and the sources that can't be read.

    Every source is read here, so that all errors are known before the first chapter is spoken.
    """
    pieces: list[InputPiece] = []
    failures: list[Failure] = []
    for source in sources:
        try:
            pieces.append(_piece(source, library, layout.chapters))
        except Exception as error:  # A file that crashes its reader does not stop the others.
            failures.append(Failure(str(source), as_kokoro_error(error)))
    if layout.merge:
        # A merged output that lacks a source is not what the user asked for.
        return ([_merged(pieces, layout)] if pieces and not failures else []), failures
    names = Names()
    outputs = []
    for piece, name in zip(pieces, _names([piece.source for piece in pieces]), strict=True):
        name = names.take(str(piece.source.folder), name)
        if layout.split:
            outputs += _split(piece, name, layout, names)
        else:
            outputs.append(_single(piece, name, layout))
    return outputs, failures


def _names(sources: list[Source]) -> list[str]:
    """Return a name for each source's output: the source's stem, made longer if two are equal.

    All equal names are made longer, so that adding a source never gives it another's old name.
    """

    def alone(source: Source) -> str:
        return safe_name(source.stem)

    def with_kind(source: Source) -> str:
        return safe_name(source.path.name) if source.path else alone(source)

    def with_folder(source: Source) -> str:
        parent = source.path.resolve().parent.name if source.path else ""
        return safe_name(f"{parent} {with_kind(source)}")

    def key(source: Source, name: str) -> tuple[str, str]:
        return str(source.folder).casefold(), name.casefold()

    found = [alone(source) for source in sources]
    for more in (with_kind, with_folder):
        counts = Counter(map(key, sources, found))
        found = [
            more(source) if counts[key(source, name)] > 1 else name
            for source, name in zip(sources, found, strict=True)
        ]
    return found


def _piece(source: Source, library: Library, choice: Choice) -> InputPiece:
    found = outline(library.read(source))
    return InputPiece(source, found, _chosen(choice, len(found.chapters), source))


def _chosen(choice: Choice, count: int, source: Source) -> tuple[int, ...]:
    if not choice:
        return tuple(range(count))
    wanted: set[int] = set()
    for first, last in choice:
        if max(first, last or first) > count:
            chapters = "one chapter" if count == 1 else f"{count} chapters"
            raise UsageError(f"{source} has {chapters}.", hint="See them with `list`.")
        wanted |= set(range(first - 1, last or count))
    return tuple(sorted(wanted))


def _single(piece: InputPiece, name: str, layout: Layout) -> Output:
    source = piece.source
    path = layout.file
    if path is None:
        path = layout.folder / source.folder / f"{name}{layout.encoding.kind.suffix}"
    title = piece.outline.title or source.stem
    return Output(path, (piece,), title, piece.outline.author)


def _split(piece: InputPiece, book: str, layout: Layout, names: Names) -> list[Output]:
    source = piece.source
    folder = layout.folder / source.folder
    count = len(piece.outline.chapters)
    outputs = []
    for place in piece.chapters:
        number = f"{place + 1:0{max(2, len(str(count)))}}"
        chapter = piece.outline.chapters[place]
        title = safe_name(chapter.title, "", longest=_LONGEST_TITLE)
        name = names.take(str(source.folder), f"{book} - {number} {title}".strip())
        outputs.append(
            Output(
                folder / f"{name}{layout.encoding.kind.suffix}",
                (InputPiece(source, piece.outline, (place,)),),
                chapter.title or f"{piece.outline.title or source.stem} {place + 1}",
                piece.outline.author,
                piece.outline.title or source.stem,
                f"{place + 1}/{count}",
            )
        )
    return outputs


def _merged(pieces: list[InputPiece], layout: Layout) -> Output:
    if len(pieces) > 1 and any(piece.outline.timed for piece in pieces):
        raise UsageError(
            "Subtitles are spoken at their own times, so several of them can't be merged.",
            hint="Make an output for each.",
        )
    first = pieces[0]
    name = safe_name(first.outline.title or first.source.stem)
    path = layout.file or layout.folder / f"{name}{layout.encoding.kind.suffix}"
    authors = dict.fromkeys(p.outline.author for p in pieces if p.outline.author)
    return Output(path, tuple(pieces), first.outline.title or first.source.stem, ", ".join(authors))
