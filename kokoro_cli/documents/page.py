"""Extract the visible text of HTML or XHTML: a line per paragraph, heading, item or row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kokoro_cli import raised
from kokoro_cli.documents import mathml
from kokoro_cli.documents.bounds import progress
from kokoro_cli.documents.initials import is_initial, names_initial, with_initials
from kokoro_cli.documents.page_line import Line
from kokoro_cli.documents.page_pictures import PictureText, initial_of, line_text
from kokoro_cli.documents.tags import End, Start, Text, tokens
from kokoro_cli.pauses import Boundary

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS = frozenset(
    (
        "address article aside blockquote body caption center dd details dialog dir div dl dt "
        "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li "
        "main menu nav ol p pre search section summary table tbody td tfoot th "
        "thead tr ul xmp"
    ).split()
)
_SMALL_BLOCKS = frozenset("dd dt li tbody td tfoot th thead tr".split())
"""Between two of these a list or a table goes on."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = frozenset(
    (
        "script style template noscript svg iframe object audio video canvas button select input "
        "textarea datalist rt rp annotation annotation-xml title noembed noframes"
    ).split()
)
_HIDDEN_TYPES = frozenset(["noteref", "pagebreak", "backlink"])
_HIDDEN_ROLES = frozenset(f"doc-{name}" for name in _HIDDEN_TYPES)
_NO_PICTURE = frozenset(["presentation", "none"])
"""Roles of pictures that only decorate."""
_DISPLAY_NONE = re.compile(r"display\s{0,9}:\s{0,9}none", re.IGNORECASE)

# For each tag, the open elements that its start closes, unless one of the second set is between.
_IN_TABLE = frozenset(["table"])
_IMPLIED_ENDS = {
    "li": (frozenset(["li"]), frozenset(["ul", "ol", "menu", "dir", "table"])),
    "dt": (frozenset(["dt", "dd"]), frozenset(["dl", "table"])),
    "dd": (frozenset(["dt", "dd"]), frozenset(["dl", "table"])),
    "tr": (frozenset(["tr"]), _IN_TABLE),
    "td": (frozenset(["td", "th"]), frozenset(["tr", "table"])),
    "th": (frozenset(["td", "th"]), frozenset(["tr", "table"])),
    "tbody": (frozenset(["thead", "tbody", "tfoot"]), _IN_TABLE),
    "tfoot": (frozenset(["thead", "tbody", "tfoot"]), _IN_TABLE),
    "rt": (frozenset(["rt", "rp"]), frozenset(["ruby"])),
    "rp": (frozenset(["rt", "rp"]), frozenset(["ruby"])),
}
_ENDS_HEADING = _BLOCKS - {"div"}
_OPEN_P = (frozenset(["p"]), _BLOCKS - {"p"})
_FARTHEST = 100
"""Most open elements searched for an implied end, so that deep nesting takes linear time."""
_LONGEST_RAISED = 40
"""Characters, and pieces of text, that may be above or below the line."""
_DEEPEST_TABLE = 20
_DEEPEST = 20_000
"""Elements beyond this many open ones are not opened, as in browsers, which open 512."""

_REPORTED = 10_000
"""Tags after which progress is reported."""

_NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,4}|[*†‡§]{1,4}|[a-z])[\])]?")
_NUMBER = re.compile(r"\s*([+-]?\d{1,9})")
_TEX = re.compile(r"[\\^_{}]")
_SENTENCE_END = (".", "!", "?", ":", ";", ",", "。", "！", "？")


@dataclass(frozen=True, slots=True)
class Page:
    lines: tuple[Line, ...]
    title: str
    language: str | None
    articles: int
    """Number of article elements outside of main and of other articles."""


@dataclass(slots=True)
class _Element:
    name: str
    hidden: bool = False
    level: int | None = None
    pre: bool = False
    part: str = ""
    in_link: bool = False
    sup: _Element | None = None
    """The enclosing sup element."""
    has_link: bool = False
    place: tuple[int, int] = (0, 0)
    """For a sup or sub element: index of the line, and number of its texts written before."""
    number: int = 0
    """For a list: the number of its last item."""
    initial: bool = False
    """Whether its class says that it is a drop cap."""


def parse(markup: str, *, web: bool = False) -> Page:
    """Return the page, in linear time; if it is from the *web*, nav elements are left out.

    Any text is a valid page; nothing is raised.
    """
    builder = _Builder(web=web)
    for count, token in enumerate(tokens(markup)):
        if count % _REPORTED == 0:
            progress()
        if isinstance(token, Text):
            builder.text(token.text)
        elif isinstance(token, Start):
            builder.start(token)
        else:
            builder.end(token)
    return builder.page()


class _Builder:
    def __init__(self, *, web: bool) -> None:
        self._hidden_names = _HIDDEN | {"nav"} if web else _HIDDEN
        self._open: list[_Element] = [_Element("")]
        self._count: Counter[str] = Counter()
        self._lines: list[Line] = []
        self._rows: list[list[list[Line]]] = []
        """The open table rows, each with the lines of its cells."""
        self._written: list[str] = []
        self._initial = False
        """Whether a drop cap is among what is written."""
        self._finished = 0
        self._anchors: list[str] = []
        self._formula: mathml.Formula | None = None
        """The math element that is open."""
        self._item_number = ""
        self._title: list[str] = []
        self._language: str | None = None
        self._articles = 0
        self._ended = Boundary.PARAGRAPH
        """What has ended since the last line."""

    def page(self) -> Page:
        while len(self._open) > 1:
            self._pop()
        self._finish_line()
        if self._anchors:
            self._lines.append(Line("", anchors=tuple(self._anchors)))
        title = _single_spaced("".join(self._title))
        return Page(with_initials(self._lines), title, self._language, self._articles)

    def text(self, text: str) -> None:
        inner = self._open[-1]
        if inner.name == "title":
            if not self._count["svg"] and not self._lines:
                self._title.append(text)
        elif inner.hidden:
            return
        elif self._formula:
            self._formula.write(text)
        elif inner.pre:
            first, *others = text.splitlines() or [""]
            self._written.append(first)
            for line in others:
                self._break_line()
                self._written.append(line)
            if text.endswith(("\n", "\r")):
                self._break_line()
        else:
            self._write(text)

    def start(self, tag: Start) -> None:
        name, attributes = tag.name, tag.attributes
        self._end_implied(name)
        if name in _BLOCKS:
            self._end_formula()
            self._part_lines()
            self._end_block(name)
        self._note_anchors(name, attributes)
        if name == "html":
            self._language = attributes.get("lang") or attributes.get("xml:lang") or None
        elif name == "br":
            self._break_line()
        elif name == "img" and not self._open[-1].hidden:
            self._picture(attributes)
        if name in _VOID or len(self._open) > _DEEPEST:
            return
        element = self._element(name, attributes)
        if not element.hidden:
            self._begin_formula(element, attributes)
        if name == "li":
            self._number_item(attributes)
        elif name == "tr" and len(self._rows) < _DEEPEST_TABLE:
            self._rows.append([])
        elif name in ("td", "th") and self._rows:
            self._rows[-1].append([])
        self._open.append(element)
        self._count[name] += 1
        if tag.closed:
            self._pop()

    def _begin_formula(self, element: _Element, attributes: dict[str, str]) -> None:
        """Begin a math element, or an element inside of one."""
        if self._formula:
            self._formula.start(element.name, attributes)
        elif element.name == "math":
            words = attributes.get("alttext", "")
            if words:
                self._written.append(f" \\({words}\\) " if _TEX.search(words) else f" {words} ")
                element.hidden = True
            else:
                self._formula = mathml.Formula()

    def _end_formula(self) -> None:
        if self._formula:
            formula, self._formula = self._formula, None
            self._write(formula.tex())

    def end(self, tag: End) -> None:
        if self._count[tag.name]:
            while self._pop() != tag.name:
                pass
        elif tag.name in _BLOCKS:
            self._part_lines()
            self._end_block(tag.name)

    def _element(self, name: str, attributes: dict[str, str]) -> _Element:
        outer = self._open[-1]
        element = _Element(
            name,
            hidden=outer.hidden or name in self._hidden_names or _is_hidden(name, attributes),
            level=_HEADINGS.get(name, outer.level),
            pre=outer.pre or name in ("pre", "xmp"),
            part=self._part(name, attributes, outer.part),
            in_link=outer.in_link or (name == "a" and "href" in attributes),
            sup=outer.sup,
            number=_whole_number(attributes.get("start"), 1) - 1,
            initial=outer.initial or names_initial(attributes.get("class", "")),
        )
        if name in ("sup", "sub"):
            element.place = (self._finished, len(self._written))
        if name == "sup":
            element.sup = element
        elif name == "a" and "href" in attributes and element.sup:
            element.sup.has_link = True
        return element

    def _part(self, name: str, attributes: dict[str, str], outer: str) -> str:
        if name == "main" or attributes.get("role") == "main" or outer == "main":
            return "main"
        if name == "article" and outer != "article":
            self._articles += 1
            return "article"
        return "beside" if name in ("header", "footer", "aside") and not outer else outer

    def _end_implied(self, name: str) -> None:
        """Close the elements that end when a tag of this name begins."""
        if name in _IMPLIED_ENDS:
            self._close_nearest(*_IMPLIED_ENDS[name])
        elif name in _BLOCKS and self._count["p"]:
            self._close_nearest(*_OPEN_P)
        inner = self._open[-1]
        # A heading with text was left open; an empty one may enclose the block.
        if inner.level and name in _ENDS_HEADING and self._has_text():
            self._close_nearest(frozenset(_HEADINGS), frozenset())

    def _close_nearest(self, names: frozenset[str], barriers: frozenset[str]) -> None:
        for i in range(len(self._open) - 1, max(0, len(self._open) - _FARTHEST), -1):
            element = self._open[i]
            if element.name in names:
                while len(self._open) > i:
                    self._pop()
                return
            # A hidden element ends only at its own end tag.
            if element.name in barriers or element.hidden > self._open[i - 1].hidden:
                return

    def _pop(self) -> str:
        """Close the innermost element and return its name."""
        element = self._open[-1]
        if element.name == "math":
            self._end_formula()
        elif self._formula and not element.hidden:
            self._formula.end()
        elif element.name in ("sup", "sub") and not element.hidden:
            self._raise(element)
        self._open.pop()
        self._count[element.name] -= 1
        if element.name in _HEADINGS:
            self._finish_line(element)
        elif element.name in _BLOCKS:
            self._part_lines(element)
        if element.name in _BLOCKS:
            self._end_block(element.name)
        if element.name == "li":
            self._item_number = ""
        elif element.name == "tr" and self._rows and self._count["tr"] < _DEEPEST_TABLE:
            self._finish_row()
        return element.name

    def _part_lines(self, element: _Element | None = None) -> None:
        """End the line, except in a heading, which stays one line."""
        inner = element or self._open[-1]
        if inner.level:
            self._write(" ")
        else:
            self._finish_line(inner)

    def _break_line(self) -> None:
        """End the line, but not the paragraph; an empty line ends that too."""
        if self._open[-1].level:
            self._write(" ")
            return
        empty = not any(map(str.strip, self._written))
        self._finish_line()
        self._ended = max(self._ended, Boundary.PARAGRAPH if empty else Boundary.LINE)

    def _end_block(self, name: str) -> None:
        inner = self._open[-1]
        if inner.hidden or inner.level:
            return
        ended = Boundary.LINE if name in _SMALL_BLOCKS else Boundary.PARAGRAPH
        self._ended = max(self._ended, Boundary.SCENE if name == "hr" else ended)

    def _has_text(self) -> bool:
        return any(not (t.isspace() or isinstance(t, PictureText)) for t in self._written)

    def _picture(self, attributes: dict[str, str]) -> None:
        text = attributes.get("alt", "")
        if not text or _is_hidden("img", attributes) or attributes.get("role") in _NO_PICTURE:
            return
        # Under a reading it is a character that the book has no code for.
        self._written.append(text if self._count["ruby"] else PictureText(text))

    def _write(self, text: str) -> None:
        if not text.isspace():
            self._written.append(text)
            self._initial = self._initial or self._open[-1].initial
        elif self._written and self._written[-1] != " ":
            self._written.append(" ")

    def _finish_line(self, element: _Element | None = None) -> None:
        written, marked = self._written, self._initial
        self._written, self._initial = [], False
        self._finished += 1
        inner = element or self._open[-1]
        text = _single_spaced(line_text(written, heading=bool(inner.level)))
        picture = "" if text or self._rows else initial_of(written)
        if not text and not picture:
            return
        line = Line(
            self._item_number + (text or picture),
            inner.level,
            tuple(self._anchors),
            inner.part,
            self._ended,
            "picture" if picture else "text" if marked and is_initial(text) else "",
        )
        self._ended = Boundary.LINE
        self._item_number = ""
        self._anchors.clear()
        self._add([line])

    def _add(self, lines: Iterable[Line]) -> None:
        if not self._rows:
            self._lines.extend(lines)
            return
        if not self._rows[-1]:
            self._rows[-1].append([])
        self._rows[-1][-1].extend(lines)

    def _finish_row(self) -> None:
        """Join the cells to one line. If a cell has several lines, the table is only layout."""
        cells = [cell for cell in self._rows.pop() if cell]
        if all(len(cell) == 1 and not cell[0].level for cell in cells) and cells:
            lines = [cell[0] for cell in cells]
            anchors = tuple(anchor for line in lines for anchor in line.anchors)
            self._add([replace(lines[0], text=_row([c.text for c in lines]), anchors=anchors)])
        else:
            self._add(line for cell in cells for line in cell)

    def _raise(self, element: _Element) -> None:
        """Write what is above or below the line in plain characters; the mark of a note goes."""
        finished, length = element.place
        if finished != self._finished:
            return
        pieces = self._written[length : length + _LONGEST_RAISED + 1]
        text = "".join(pieces) if len(pieces) <= _LONGEST_RAISED else ""
        above = element.name == "sup"
        linked = above and (
            element.has_link or (element.in_link and _NOTE_MARK.fullmatch(text.strip()))
        )
        if linked:
            del self._written[length:]
        elif text and len(text) <= _LONGEST_RAISED:
            before = "".join(self._written[max(0, length - 4) : length])[-8:]
            self._written[length:] = [(raised.above if above else raised.below)(text, before)]

    def _number_item(self, attributes: dict[str, str]) -> None:
        outer = self._open[-1]
        if outer.name == "ol":
            outer.number = _whole_number(attributes.get("value"), outer.number + 1)
            self._item_number = f"{outer.number}. "

    def _note_anchors(self, name: str, attributes: dict[str, str]) -> None:
        anchors = (attributes.get("id"), attributes.get("name") if name == "a" else None)
        self._anchors.extend(anchor for anchor in anchors if anchor)


def _is_hidden(name: str, attributes: dict[str, str]) -> bool:
    # Some pages hide their body until a script has run.
    return (
        bool(attributes)
        and name not in ("html", "body")
        and (
            "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or not _HIDDEN_TYPES.isdisjoint(attributes.get("epub:type", "").split())
            or attributes.get("role") in _HIDDEN_ROLES
            or bool(_DISPLAY_NONE.search(attributes.get("style", "")))
        )
    )


def _whole_number(text: str | None, otherwise: int) -> int:
    number = _NUMBER.match(text or "")
    return int(number[1]) if number else otherwise


def _row(cells: list[str]) -> str:
    separator = "; " if any("," in cell for cell in cells) else ", "
    text = cells[0]
    for cell in cells[1:]:
        text += (" " if text.endswith(_SENTENCE_END) else separator) + cell
    return text


def _single_spaced(text: str) -> str:
    return " ".join(text.replace("\xad", "").split())
