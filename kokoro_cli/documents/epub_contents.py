"""The table of contents of an EPUB: a nav document (3), or an NCX file (2).

Both are read as tags, not as XML, so an entity such as &nbsp; or an unclosed tag does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kokoro_cli.documents.tags import End, Start, Text, tokens


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    href: str
    """As in the table, relative to the table's file."""


@dataclass(slots=True)
class _Link:
    """An entry while its table is read."""

    href: str = ""
    texts: list[str] = field(default_factory=list)


def nav_entries(markup: str) -> list[Entry]:
    """Return the links of the nav element marked as table of contents, of all levels, in order.

    If none is marked, the first with links is used.
    """
    tables: list[tuple[bool, list[_Link]]] = []
    depth = 0
    link: _Link | None = None
    for token in tokens(markup):
        if isinstance(token, Start) and token.name == "nav" and not token.closed:
            depth += 1
            is_contents = "toc" in token.attributes.get("epub:type", "").split()
            tables.append((is_contents, []))
        elif isinstance(token, End) and token.name == "nav":
            depth = max(0, depth - 1)
        elif isinstance(token, Start) and depth and token.name == "a":
            link = _Link(token.attributes.get("href", ""))
            tables[-1][1].append(link)
        elif isinstance(token, End) and token.name in ("a", "li"):
            link = None
        elif isinstance(token, Text) and link:
            link.texts.append(token.text)
    tables.sort(key=lambda table: not table[0])
    return next((_named(entries) for _, entries in tables if entries), [])


def ncx_entries(markup: str) -> list[Entry]:
    """Return the points of an NCX file's map, of all levels, in order."""
    entries: list[_Link] = []
    open_points: list[_Link] = []
    in_map = in_text = False
    for token in tokens(markup):
        if isinstance(token, Text):
            if in_text and open_points:
                open_points[-1].texts.append(token.text)
        elif token.name == "navmap":
            in_map = isinstance(token, Start)
        elif token.name == "text":
            in_text = isinstance(token, Start) and not token.closed
        elif isinstance(token, End):
            if token.name == "navpoint" and open_points:
                open_points.pop()
        elif in_map and token.name == "navpoint" and not token.closed:
            open_points.append(_Link())
            entries.append(open_points[-1])
        elif token.name == "content" and open_points:
            open_points[-1].href = token.attributes.get("src", "")
    return _named(entries)


def _named(links: list[_Link]) -> list[Entry]:
    return [
        Entry(" ".join("".join(link.texts).replace("\xad", "").split()), link.href)
        for link in links
        if link.href
    ]
