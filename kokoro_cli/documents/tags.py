"""Split HTML and XHTML into tags and text.

The standard library's html.parser is not used: unclosed tags and comments take it quadratic time,
and a long number in an entity raises an exception.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from kokoro_cli.errors import KokoroError

_MOST_MARKS = 1_000_000
"""Tags and entities of a page. They cost time and memory by number, not by length: 5 µs each."""

_MOST_ATTRIBUTES = 1_000
"""Attributes of a tag; those after it are left out."""

_MARK = re.compile(r"<(?:!--|!\[CDATA\[|[!?]|/?[A-Za-z]|/)")
_TAG = re.compile(r"</?([A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"[\s/]*(?:(>)|([^\s/>][^\s/>=]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]*))?)")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_COMMENT_END = re.compile(r"--!?>")
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}")

# The content of these elements is not markup.
_RAW = frozenset(["script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"])
_RAW_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}
_PREFIXES = ("html:", "xhtml:", "h:", "svg:", "math:", "mml:", "m:")


class Text(NamedTuple):
    text: str
    """With entities decoded once."""


class Start(NamedTuple):
    name: str
    """In lower case, without a namespace prefix."""
    attributes: dict[str, str]
    """Names are in lower case; the first of equal names counts."""
    closed: bool
    """Whether the tag closes itself, as <br/>."""


class End(NamedTuple):
    name: str


def tokens(markup: str) -> Iterator[Text | Start | End]:
    """Yield the tags and text in linear time, without comments and declarations.

    For elements whose content is not markup, such as script, only the tags are yielded; for title
    the text too.
    """
    place = 0
    while place < len(markup):
        mark = _MARK.search(markup, place)
        if mark is None:
            yield Text(unescaped(markup[place:]))
            return
        if mark.start() > place:
            yield Text(unescaped(markup[place : mark.start()]))
        if mark[0] == "<![CDATA[":
            end = _end(markup, "]]>", mark.end())
            yield Text(markup[mark.end() : end].removesuffix("]]>"))
            place = end
        elif mark[0][-1].isalpha():
            tag, place = _tag(markup, mark.start())
            if tag is None:
                return
            yield tag
            if isinstance(tag, Start) and tag.name in _RAW and not tag.closed:
                close = _RAW_ENDS[tag.name].search(markup, place)
                end = close.start() if close else len(markup)
                if tag.name == "title":
                    yield Text(unescaped(markup[place:end]))
                place = end
        else:
            place = _end_of_declaration(markup, mark)


def refuse_too_many_marks(markup: str, name: str) -> None:
    """Raise KokoroError if a page has too many tags to be read in some seconds."""
    if markup.count("<") + markup.count("&") > _MOST_MARKS:
        raise KokoroError(
            f"{name} has more than {_MOST_MARKS:,} tags and entities.", hint="Split it into parts."
        )


def unescaped(text: str) -> str:
    """Return the text with entities decoded; numbers too large for a character become spaces."""
    return html.unescape(_LONG_NUMBER.sub(" ", text)) if "&" in text else text


def _end(markup: str, sign: str, start: int) -> int:
    """Return the index after the sign, or the length of the markup if there is none."""
    found = markup.find(sign, start)
    return len(markup) if found < 0 else found + len(sign)


def _end_of_declaration(markup: str, mark: re.Match[str]) -> int:
    if mark[0] == "<!--":
        if markup.startswith((">", "->"), mark.end()):
            return _end(markup, ">", mark.end())
        end = _COMMENT_END.search(markup, mark.end())
        return end.end() if end else len(markup)
    doctype = _DOCTYPE.match(markup, mark.start())
    return doctype.end() if doctype else _end(markup, ">", mark.end())


def _tag(markup: str, start: int) -> tuple[Start | End | None, int]:
    """Return the tag that begins here and the index after it; None if it has no end."""
    opened = _TAG.match(markup, start)
    assert opened is not None
    name = opened[1].lower()
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    attributes: dict[str, str] = {}
    place = opened.end()
    while (found := _ATTRIBUTE.match(markup, place)) is not None:
        place = found.end()
        if len(attributes) == _MOST_ATTRIBUTES and not found[1]:
            place = _end(markup, ">", place)
        if found[1] or len(attributes) == _MOST_ATTRIBUTES:
            if markup[start + 1] == "/":
                return End(name), place
            return Start(name, attributes, markup[place - 2] == "/"), place
        value = found[3] or ""
        if value[:1] in ('"', "'") and value[-1] == value[0]:
            value = value[1:-1]
        attributes.setdefault(found[2].lower(), unescaped(value))
    return None, len(markup)
