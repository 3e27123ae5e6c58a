"""Plain text and Markdown, cut into chapters at headings."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import BinaryIO, NamedTuple

from kokoro_cli.documents import MOST_CHAPTERS, Chapter, Document
from kokoro_cli.documents.encoding import decode
from kokoro_cli.pauses import Boundary

# The line ends that text/structure.py counts.
_END = "\n\r\x0b\x0c\x85\u2028\u2029"
_LINES = re.compile(f"([^{_END}]*)(?:\r\n|[{_END}]|$)")

_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty)(?:[ -](?:one|two|three|four|"
    "five|six|seven|eight|nine))?|eins|zwei|drei|un|une|deux|trois|uno|una|dos|tres|due|tre|"
    "the (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)"
)
_NUMBER = rf"(?:\d{{1,4}}|[ivxlcdm]{{1,10}}|{_NUMBER_WORDS})(?!\w)"
_NUMBERED = (
    "chapter|part|book|volume|act|canto|letter|stave|kapitel|teil|buch|band|chapitre|partie|livre|"
    "tome|cap[íi]tulo|parte|libro|capitolo|hoofdstuk|rozdział|kapitola|глава|часть"
)
_NAMED = (
    "prologue|epilogue|preface|foreword|introduction|afterword|interlude|prolog|epilog|vorwort|"
    "nachwort|einleitung|prólogo|epílogo|prologo|epilogo|avant-propos|préface|пролог|эпилог|"
    "序章|終章|终章|尾声|楔子|プロローグ|エピローグ"
)
_CJK_NUMBERED = "第 ?[〇零一二三四五六七八九十百千两0-9０-９]{1,6} ?[章回部卷巻節节篇話话幕]"
_CHAPTER_LINE = re.compile(
    rf"(?P<key>(?:{_NUMBERED})\s{{1,4}}{_NUMBER}|(?:{_NAMED})(?!\w)|{_CJK_NUMBERED})\s{{0,4}}"
    r"(?P<title>[.:—–-]?|[.:—–-]?\s{0,40}\S.{0,79}|)",
    re.IGNORECASE,
)
_LONGEST_HEADING = 100
_TITLE_BETWEEN = 60
"""Most characters between the entries of a table of contents with titles."""
_NUMBER_BETWEEN = 8
"""Most characters between the entries of a table of contents with only page numbers."""

_ATTRIBUTES = re.compile(r"(?<!\s)\s{0,9}\{[#.:][^{}]{1,200}\}\Z")
"""Pandoc's, as in "# Title {#id .class}"."""
_ATX = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})([^`]*)$")
_NO_PARAGRAPH = re.compile(r" {4}|\t| {0,3}(?:>|[-*+](?:\s|$)|\d{1,9}[.)]\s|\|)")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\](?:\([^()]{0,500}\)|\[[^\[\]]{0,300}\])")
_EMPHASIS = re.compile(r"(?<!\\)(?:\*{1,3}|`{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w))")
_ATTRIBUTES = re.compile(r"\{[#.:][^{}]{0,200}\}$")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

_LONGEST_UNDERLINED = 20
"""In lines, the longest underlined heading; the rest of a longer paragraph is not in its title."""
_LONGEST_FRONT_MATTER = 200
"""In lines."""
_YAML_LINE = re.compile(r"\s*$|\s*#|\s+\S|- |-$|[\w-][\w .-]{0,60}:(?:\s|$)")


class _Line(NamedTuple):
    text: str
    """Without the line end."""
    start: int
    end: int
    """Index after the line end."""
    number: int


@dataclass(frozen=True, slots=True)
class _Heading:
    title: str
    line: _Line
    """Its first line."""
    body: int
    """Index at which the text below begins."""
    level: int = 0
    """Level in Markdown, where 1 is the highest; 0 in plain text."""
    key: str = ""
    """The part that a table of contents repeats: "chapter i"."""


def read(source: BinaryIO, name: str) -> Document:
    """Return a text; it is Markdown if *name* ends with .md or .markdown.

    The joined texts of the chapters are the file's text. Markdown's front matter is left out; it
    gives the title, author and language.
    """
    text = decode(source.read(), name)
    if name.lower().endswith((".md", ".markdown")):
        return _markdown(text)
    return Document("", tuple(_chapters(text, 0, 1, _plain_headings(text), "")))


def chapter_level(levels: Iterable[int]) -> int | None:
    """Return the highest level (1 is above 2) with at least two headings; None if none has."""
    return min((level for level, n in Counter(levels).items() if n > 1), default=None)


def lone_title(levels: Sequence[int]) -> bool:
    """Whether the first heading alone has the highest level, and so is the whole's title."""
    return bool(levels) and levels.count(min(levels)) == 1 and levels[0] == min(levels)


def _lines(text: str, start: int = 0, number: int = 1) -> Iterator[_Line]:
    for count, match in enumerate(_LINES.finditer(text, start), number):
        if match.end() > match.start():
            yield _Line(match[1], match.start(), match.end(), count)


def _chapters(
    text: str, start: int, first_line: int, headings: Sequence[_Heading], front: str
) -> Iterator[Chapter]:
    """Yield the text before the first heading, titled *front*, and a chapter for each heading."""
    starts = [(start, first_line, front, start)]
    for heading in headings:
        line = heading.line
        if text[starts[-1][0] : line.start].strip():
            starts.append((line.start, line.number, heading.title, heading.body))
        else:
            starts[-1] = (*starts[-1][:2], heading.title, heading.body)
    ends = [*(start for start, *_ in starts[1:]), len(text)]
    for (start, number, title, body), end in zip(starts, ends, strict=True):
        below = 1 + sum(1 for _ in _lines(text[start:body]))
        boundaries = ((below, Boundary.HEADING),) if body > start else ()
        yield Chapter(title, text[start:end], number, boundaries=boundaries)


def _plain_headings(text: str) -> list[_Heading]:
    """Return the lines that name a chapter, between blank lines; none if there is only one."""
    found = _without_contents(text, list(islice(_chapter_lines(_lines(text)), MOST_CHAPTERS)))
    merged = list(_merged(text, found))
    return merged if len(merged) > 1 else []


def _chapter_lines(lines: Iterator[_Line]) -> Iterator[_Heading]:
    """Yield the blocks of one or two lines that are headings."""
    block: list[_Line] = []
    for line in lines:
        if line.text and not line.text.isspace():
            block.append(line)
            block = block[:3]
        elif block:
            heading = _chapter_heading(block)
            block = []
            if heading:
                yield heading
    heading = _chapter_heading(block) if block else None
    if heading:
        yield heading


def _chapter_heading(block: Sequence[_Line]) -> _Heading | None:
    """Return a block's heading if it names a chapter; a second line may be the chapter's title."""
    line = block[0]
    text = line.text.strip()
    match = _CHAPTER_LINE.fullmatch(text) if len(text) <= _LONGEST_HEADING else None
    if len(block) > 2 or match is None or not _is_title(match["title"]):
        return None
    if len(block) == 2:
        below = block[1].text.strip()
        if len(match["title"]) > 1 or len(below) > 70 or below[0].islower():
            return None
        text = f"{text} {below}" if text[-1] in ".:—–-" else f"{text}. {below}"
    key = " ".join(match["key"].casefold().split())
    return _Heading(" ".join(text.split()), line, block[-1].end, key=key)


def _is_title(text: str) -> bool:
    """Whether the text after a chapter's number is a title, not the rest of a sentence."""
    if not text or text[0] in ".:—–-":
        return True
    return not text[0].islower() and text[-1] not in ".,;!?"


def _without_contents(text: str, headings: Sequence[_Heading]) -> list[_Heading]:
    """Return the headings without those of a table of contents: many with no text between."""
    kept: list[_Heading] = []
    last_place = {heading.key: i for i, heading in enumerate(headings)}
    start = 0
    for i, heading in enumerate(headings):
        following = headings[i + 1] if i + 1 < len(headings) else None
        if following and _length_between(text, heading, following) <= _TITLE_BETWEEN:
            continue
        run = headings[start : i + 1]
        repeated = [last_place[entry.key] > own for own, entry in enumerate(run, start)]
        lengths = (_length_between(text, one, other) for one, other in pairwise(run))
        if (len(run) > 2 and 3 * sum(repeated) >= 2 * len(run)) or (
            len(run) > 4 and max(lengths) <= _NUMBER_BETWEEN
        ):
            run = [] if repeated[-1] else run[-1:]
        kept += run
        start = i + 1
    return kept


def _length_between(text: str, heading: _Heading, following: _Heading) -> int:
    """Return the number of visible characters between two headings, within the first 1,000."""
    between = text[heading.body : min(following.line.start, heading.body + 1_000)]
    return len("".join(between.split()))


def _merged(text: str, headings: Iterable[_Heading]) -> Iterator[_Heading]:
    """Yield the headings; one directly below another, as of a part and its chapter, is joined."""
    held: _Heading | None = None
    for heading in headings:
        # In plain text, where none has a level, a part looks like a chapter.
        below = held and (held.level < heading.level or not held.level)
        short = held and len(held.title) < _LONGEST_HEADING
        if held and below and short and not text[held.body : heading.line.start].strip():
            title = f"{held.title} – {heading.title}"
            held = _Heading(title, held.line, heading.body, held.level, held.key)
            continue
        if held:
            yield held
        held = heading
    if held:
        yield held


def _markdown(text: str) -> Document:
    """Return a Markdown text with a chapter per heading of the highest level that repeats."""
    matter, start, first_line = _front_matter(text)
    headings = list(islice(_headings(_lines(text, start, first_line)), MOST_CHAPTERS))
    levels = [heading.level for heading in headings]
    level = chapter_level(levels)
    has_title = lone_title(levels)
    title = headings[0].title if has_title else ""
    cuts = [h for h in headings[int(has_title) :] if level and h.level <= level]
    if has_title and cuts and not text[headings[0].body : cuts[0].line.start].strip():
        # The title alone is no chapter; it is spoken at the start of the first one.
        first = cuts[0]
        cuts[0] = _Heading(first.title, headings[0].line, first.body, first.level)
    return Document(
        matter.get("title") or title,
        tuple(_chapters(text, start, first_line, list(_merged(text, cuts)), title)),
        author=matter.get("author") or matter.get("authors") or "",
        language=matter.get("lang") or matter.get("language") or None,
    )


def _headings(lines: Iterable[_Line]) -> Iterator[_Heading]:
    """Yield the headings outside code blocks, both those that begin with # and underlined ones."""
    fence = ""
    paragraph: list[_Line] = []
    for line in lines:
        fence_line = _FENCE.match(line.text) if "`" in line.text or "~" in line.text else None
        if fence:
            closes = fence_line and fence_line[1].startswith(fence) and not fence_line[2].strip()
            fence = "" if closes else fence
            continue
        underline = _UNDERLINE.fullmatch(line.text) if paragraph else None
        atx = _ATX.match(line.text)
        if fence_line:
            fence = fence_line[1]
        elif atx:
            yield _Heading(_atx_title(line.text[atx.end() :]), line, line.end, len(atx[1]))
        elif underline:
            title = _inline(" ".join(part.text.strip() for part in paragraph))
            yield _Heading(title, paragraph[0], line.end, 1 if underline[1][0] == "=" else 2)
        elif line.text.strip() and (paragraph or not _NO_PARAGRAPH.match(line.text)):
            if len(paragraph) < _LONGEST_UNDERLINED:
                paragraph.append(line)
            continue
        paragraph = []


def _atx_title(text: str) -> str:
    title = _ATTRIBUTES.sub("", text.strip())
    bare = title.rstrip("#")
    return _inline(bare if not bare or bare[-1].isspace() else title)


def _inline(text: str) -> str:
    """Return a heading's text without the markup of emphasis, links and attributes."""
    text = _ATTRIBUTES.sub("", text[:1_000].strip())
    text = _EMPHASIS.sub("", _LINK.sub(r"\1", text))
    return " ".join(html.unescape(_ESCAPE.sub(r"\1", text)).split())


def _front_matter(text: str) -> tuple[dict[str, str], int, int]:
    """Return the entries of YAML front matter, and the index and line after it, or {}, 0 and 1."""
    none: tuple[dict[str, str], int, int] = ({}, 0, 1)
    entries: dict[str, str] = {}
    key = ""
    for line in _lines(text):
        stripped = line.text.rstrip()
        if line.number == 1:
            if stripped != "---":
                return none
        elif stripped in ("---", "..."):
            return (entries, line.end, line.number + 1) if entries else none
        elif line.number > _LONGEST_FRONT_MATTER or not _YAML_LINE.match(line.text):
            return none
        elif stripped[:1].isspace() or stripped.startswith("-"):
            item = _scalar(stripped.strip().removeprefix("-"))
            if key and item:
                entries[key] = f"{entries[key]}, {item}" if entries[key] else item
        elif stripped and not stripped.startswith("#"):
            key, _, value = stripped.partition(":")
            key = key.strip().lower()
            entries[key] = _scalar(value)
    return none


def _scalar(text: str) -> str:
    """Return a YAML value without quotes; the items of a list are joined with commas."""
    value = text.strip()
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(filter(None, (_scalar(part) for part in value[1:-1].split(","))))
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return "" if value in ("|", ">", "|-", ">-") else value
