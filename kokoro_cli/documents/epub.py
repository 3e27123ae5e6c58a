"""EPUB 2 and 3: the text of the spine, cut into chapters by the table of contents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree import ElementTree

from kokoro_cli.documents import MOST_CHAPTERS, Chapter, Document, plain_chapter
from kokoro_cli.documents.bounds import progress
from kokoro_cli.documents.epub_archive import (
    Archive,
    UnreadableError,
    UnreadablePackageError,
    local_name,
    resolved,
)
from kokoro_cli.documents.epub_contents import Entry, nav_entries, ncx_entries
from kokoro_cli.documents.page import parse
from kokoro_cli.documents.page_line import Line, seamed
from kokoro_cli.errors import KokoroError
from kokoro_cli.picture import PictureError, examine

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONT_ALGORITHMS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_FONTS = (".otf", ".ttf", ".ttc", ".woff", ".woff2")
_NCX = "application/x-dtbncx+xml"
_RIGHTS = ("META-INF/rights.xml", "META-INF/sinf.xml", "META-INF/license.lcpl")
"""Files that DRM adds: Adobe's, Apple's and Readium's. Some stay when it is removed."""

_LONG_TITLE = 200
"""A title longer than this, in characters, is not joined with another."""

_MOST_COVERS = 10

_MOST_PROBLEMS = 100
"""Most lines about what can't be read; the rest is only counted."""

_Place = tuple[int, int]
"""Index of the file in the book, and of the line in the file."""


@dataclass(frozen=True, slots=True)
class _Item:
    path: str
    media_type: str
    properties: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Package:
    title: str
    author: str
    language: str | None
    items: dict[str, _Item]
    """The manifest, by id."""
    spine: tuple[str, ...]
    """Ids in reading order."""
    aside: frozenset[str]
    """Ids of the spine that are read only if a link leads there: ``linear="no"``."""
    ncx: str | None
    cover: str | None
    """Ids of the NCX file, from the spine, and of the cover, from the metadata."""


@dataclass(frozen=True, slots=True)
class _Target:
    title: str
    path: str
    anchor: str


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    lines: tuple[Line, ...]
    aside: bool
    """Whether no chapter goes on in it: notes that are outside of the reading order."""

    @property
    def heading(self) -> str:
        """The first heading; "" if it has none."""
        return next((line.text for line in self.lines if line.level), "")


def read(source: BinaryIO, name: str) -> Document:
    """Return a book: the files of the spine in order, and those only in the table of contents.

    Missing or broken files are reported in ``problems``; the rest is read. Files outside of the
    reading order come last, as chapters of their own, unless the table of contents names them.
    """
    archive = Archive(source, name)
    if archive.find(_CONTAINER) is None:
        raise KokoroError(
            f"{name} is not an EPUB: it has no {_CONTAINER}.", hint="Give a book in EPUB."
        )
    _refuse_encrypted(archive)
    package = _package_of(archive)
    problems: list[str] = []
    lost: list[str] = []
    targets = _targets(archive, package, problems)
    files = list(_files(archive, package, targets, lost))
    problems += lost
    chapters = list(_by_contents(files, targets) or _by_files(files))
    if not chapters:
        problems.append("The book holds no text.")
    cover, notes = _cover(archive, package)
    return Document(
        package.title,
        tuple(chapters) or (Chapter("", "", plain=True),),
        author=package.author,
        language=package.language,
        cover=cover,
        problems=tuple(_first(list(dict.fromkeys(problems)))),
        notes=tuple(notes),
        incomplete=bool(lost),
    )


def _first(problems: list[str]) -> Iterator[str]:
    yield from problems[:_MOST_PROBLEMS]
    if len(problems) > _MOST_PROBLEMS:
        yield f"{len(problems) - _MOST_PROBLEMS:,} more parts of the book can't be read."


def _refuse_encrypted(archive: Archive) -> None:
    """Raise KokoroError if anything but fonts is encrypted, which is called DRM."""
    if archive.find(_ENCRYPTION) is None:
        return
    for data in archive.xml(_ENCRYPTION).iter():
        if local_name(data) != "EncryptedData":
            continue
        methods = [e.get("Algorithm") for e in data if local_name(e) == "EncryptionMethod"]
        paths = [e.get("URI", "") for e in data.iter() if local_name(e) == "CipherReference"]
        fonts = bool(paths) and all(path.lower().endswith(_FONTS) for path in paths)
        if not fonts and not any(method in _FONT_ALGORITHMS for method in methods):
            raise _has_drm(archive.name)


def _has_drm(name: str) -> KokoroError:
    return KokoroError(
        f"{name} is encrypted (DRM), so it can't be read.", hint="Give a copy without DRM."
    )


def _package_of(archive: Archive) -> _Package:
    """Return the package; if it can't be read, and DRM left its files, that is the reason."""
    try:
        return _package(archive)
    except UnreadablePackageError as error:
        if any(archive.find(path) for path in _RIGHTS):
            raise _has_drm(archive.name) from error
        raise


def _package(archive: Archive) -> _Package:
    """Return the data of the package file that the container names."""
    roots = [e.get("full-path") for e in _named(archive.xml(_CONTAINER), "rootfile")]
    path = next(filter(None, roots), None)
    if path is None:
        raise KokoroError(
            f"{archive.name} is not an EPUB: {_CONTAINER} names no book.",
            hint="Download or copy it again.",
        )
    root = archive.xml(resolved("", path)[0])
    items = {
        item.get("id", ""): _Item(
            resolved(path, item.get("href", ""))[0],
            item.get("media-type", ""),
            frozenset(item.get("properties", "").split()),
        )
        for item in _named(root, "item")
        if item.get("href")
    }
    covers = (e.get("content") for e in _named(root, "meta") if e.get("name") == "cover")
    return _Package(
        title=next(_texts(root, "title"), ""),
        author=", ".join(dict.fromkeys(_texts(root, "creator"))),
        language=next(_texts(root, "language"), None),
        items=items,
        spine=tuple(dict.fromkeys(e.get("idref", "") for e in _named(root, "itemref"))),
        aside=frozenset(
            e.get("idref", "") for e in _named(root, "itemref") if e.get("linear") == "no"
        ),
        ncx=next((e.get("toc") for e in _named(root, "spine")), None),
        cover=next(covers, None),
    )


def _named(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (element for element in root.iter() if local_name(element) == name)


def _texts(root: ElementTree.Element, name: str) -> Iterator[str]:
    texts = (" ".join("".join(element.itertext()).split()) for element in _named(root, name))
    return filter(None, texts)


def _cover(archive: Archive, package: _Package) -> tuple[bytes | None, list[str]]:
    """Return the cover, if the book has one that can be used, and why others can't be."""
    declared = [item for item in package.items.values() if "cover-image" in item.properties]
    if package.cover in package.items:
        declared.append(package.items[package.cover])
    notes = []
    for path in list(dict.fromkeys(item.path for item in declared))[:_MOST_COVERS]:
        progress()
        try:
            data = archive.read(path)
            examine(data)
        except UnreadableError as error:
            notes.append(f"The cover is left out: {error}")
        except PictureError as error:
            notes.append(f"The cover {path} {error}; it is left out.")
        else:
            return data, []
    return None, notes


def _targets(archive: Archive, package: _Package, problems: list[str]) -> list[_Target]:
    """Return the entries of the table of contents whose files are in the archive."""
    items = package.items.values()
    ncx = [item for item in items if item.media_type == _NCX]
    if package.ncx in package.items:
        ncx.insert(0, package.items[package.ncx])
    tables: list[tuple[_Item, Callable[[str], list[Entry]]]] = [
        *((item, nav_entries) for item in items if "nav" in item.properties),
        *((item, ncx_entries) for item in ncx),
    ]
    for item, entries in tables:
        try:
            targets = list(_found(archive, item.path, entries(archive.text(item.path))))
        except UnreadableError as error:
            problems.append(str(error))
            continue
        if targets:
            return targets
    return []


def _found(archive: Archive, base: str, entries: Iterable[Entry]) -> Iterator[_Target]:
    for entry in entries:
        path, anchor = resolved(base, entry.href)
        found = archive.find(path)
        if found:
            yield _Target(entry.title, found, anchor)


def _files(
    archive: Archive, package: _Package, targets: Sequence[_Target], problems: list[str]
) -> Iterator[_File]:
    """Yield the book's files in reading order."""
    tables = {
        archive.find(item.path) for item in package.items.values() if "nav" in item.properties
    }
    for path, aside in _order(archive, package, targets, problems):
        progress()
        try:
            # The links of the table of contents are not text of the book.
            page = parse(archive.text(path), web=path in tables)
        except UnreadableError as error:
            problems.append(str(error))
        else:
            yield _File(path, page.lines, aside)


def _order(
    archive: Archive, package: _Package, targets: Sequence[_Target], problems: list[str]
) -> list[tuple[str, bool]]:
    """Return the spine's paths, each with whether it is read aside, after all others.

    A file only in the contents follows the entry before it.
    """
    spine: list[str] = []
    aside: list[str] = []
    named = {target.path for target in targets}
    for identity in package.spine:
        item = package.items.get(identity)
        if item is None:
            problems.append(f"The spine names {identity}, which is not in the book.")
        elif not item.media_type.startswith("image/"):
            path = archive.find(item.path) or item.path
            (aside if identity in package.aside and path not in named else spine).append(path)
    in_spine = frozenset(spine)
    known = {*spine, *aside}
    texts = {
        archive.find(item.path)
        for item in package.items.values()
        if "html" in item.media_type and "nav" not in item.properties
    }
    extra: dict[str, list[str]] = {}
    before = ""
    for target in targets:
        if target.path in texts and target.path not in known:
            known.add(target.path)
            extra.setdefault(before, []).append(target.path)
        elif target.path in in_spine:
            before = target.path
    order = [
        path for file in ["", *spine] for path in ([file] if file else []) + extra.get(file, [])
    ]
    return [*((path, False) for path in order), *((path, True) for path in aside)]


def _by_contents(files: Sequence[_File], targets: Sequence[_Target]) -> list[Chapter]:
    """Return the chapters by the table of contents; none if no entry points into the book."""
    numbers = {file.path: i for i, file in enumerate(files)}
    anchors = [_anchors(file.lines) for file in files]
    titles: dict[_Place, str] = {}
    for target in targets:
        number = numbers.get(target.path)
        if number is not None:
            place = (number, anchors[number].get(target.anchor, 0))
            titles[place] = _joined(titles.get(place, ""), target.title)
    if not titles:
        return []
    titles |= {(number, 0): file.heading for number, file in enumerate(files) if file.aside}
    starts: list[_Place] = sorted({(0, 0), *titles})[:MOST_CHAPTERS]
    chapters = []
    for start, end in zip(starts, [*starts[1:], (len(files), 0)], strict=True):
        lines = seamed(_between(files, start, end))
        if lines:
            chapters.append(plain_chapter(titles.get(start, ""), lines))
    return chapters


def _anchors(lines: Iterable[Line]) -> dict[str, int]:
    """Return the line of each anchor; the first of equal anchors counts."""
    places: dict[str, int] = {}
    for i, line in enumerate(lines):
        for anchor in line.anchors:
            places.setdefault(anchor, i)
    return places


def _joined(title: str, other: str) -> str:
    """Return one title for two entries at the same place."""
    if title in other:
        return other
    return title if other in title or len(title) > _LONG_TITLE else f"{title} – {other}"


def _between(files: Sequence[_File], start: _Place, end: _Place) -> Iterator[Line]:
    for number in range(start[0], min(end[0] + 1, len(files))):
        lines = files[number].lines
        first = start[1] if number == start[0] else 0
        last = end[1] if number == end[0] else len(lines)
        yield from lines[first:last]


def _by_files(files: Iterable[_File]) -> Iterator[Chapter]:
    """Yield a chapter for each file, titled by its first heading."""
    for file in files:
        lines = seamed(file.lines)
        if lines:
            yield plain_chapter(file.heading, lines)
