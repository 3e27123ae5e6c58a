"""Read Markdown with markdown-it, and map its text to the source."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

from kokoro_cli import raised
from kokoro_cli.text.clean import hidden, hide
from kokoro_cli.text.mapped import Edit, Mapped

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Found = tuple[str, Mapped]
"""A block's kind and text."""

# The parser drops what is nested deeper. A text that reaches this level is not read as Markdown.
_DEEPEST = 40

_SPECIAL = "|".join(
    "init main name file all doc dict call str repr del new enter exit iter next len eq hash "
    "getitem setitem getattr setattr class slots version future post_init import".split()
)

# Looks like markup but is not; hidden from the parser.
_NOT_MARKUP = re.compile(
    # Products, powers, and masked swear words.
    r"(?<=\d)\*(?=[\da-zA-Z])|(?<=[a-zA-Z])\*(?=\d)|(?<=\))\*(?=[\w(])"
    r"|(?<=\d)\*\*(?=\d)|(?<=\b[a-zA-Z])\*{1,2}(?=[\da-zA-Z]\b)"
    r"|(?<![\w*])[A-Za-z]{1,2}\*{1,4}[A-Za-z]{1,5}(?![\w*])"
    rf"|(?<!\w)__(?:{_SPECIAL})__(?!\w)"
    # Numbers of sources and footnotes, even if their link definitions are present.
    r"|(?<!\])\[(?=\d{1,3}\](?![\[(:])|\^[^\[\]\n]{1,30}\])"
    # "[Note]: Bring a coat." is not a link definition, but "[note]: https://…" is.
    r"|(?m:^) {0,3}\[(?=[^\[\]\n]{1,300}\]:[ \t]{0,20}[\w,;'’-]{1,300}(?:\s|\Z))"
    # A year at the start of a line is not an item number.
    r"|(?<=\d{4})[.)](?=\s|\Z)|(?<=[2-9]\d\d)[.)](?=\s|\Z)"
    # The backslashes of a network share are not escapes.
    r"|(?<!\S)\\\\(?=[\w$-]{1,60}\\)"
    # One or two signs under a line do not make it a heading.
    r"|(?<=[^\n]\n) {0,3}[=-]{1,2}(?=[ \t]{0,80}(?:\n|\Z))"
    r"|(?m:^) {0,3}>(?=[\d=])"
)

_TAG_NAMES = frozenset(
    "a abbr acronym address applet area article aside audio b base bdi bdo big blockquote body br "
    "button canvas caption center cite code col colgroup data datalist dd del details dfn dialog "
    "dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 "
    "h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main map mark "
    "menu meta meter nav noscript object ol optgroup option output p param picture pre progress q "
    "rp rt ruby s samp script search section select small source span strike strong style sub "
    "summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul "
    "var video wbr".split()
)
_MAYBE_TAG = re.compile(
    r"<(?:(?P<address>[A-Za-z][A-Za-z\d+.-]{1,31}:\S|[\w.+-]{1,64}@)"
    r"|/?(?P<name>[A-Za-z][\w:-]{0,40})(?P<rest>\s{0,20}/?>|\s{1,20}[\w:@.-]{1,40}\s{0,5}=)?)"
)
_NEVER_CLOSED = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr "
    "tbody thead tfoot option rp rt html head body".split()
)
_BARE_TAG = re.compile(r"</?\w{1,40}>")
_TAG_WORD = re.compile(r" (?:tag|element)s?(?!\w)")
_WORD_BEFORE = re.compile(r"[\w,(] |.\(")
_PAUSE_AFTER = re.compile(r"[ \t\n]|[.,;:!?)](?:\s|\Z)|\Z")
_CLOSING = re.compile(r"</([A-Za-z][\w:-]{0,40})\s{0,20}>")

_BLOCK_TAG = re.compile(
    r"<(/?)(p|div|h[1-6]|li|ul|ol|tr|table|section|article|header|footer|blockquote|pre|dl|dt|dd"
    r"|hr|body|html|head|title|summary|details|figcaption|caption)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_KINDS = {"li": "item", "dd": "item", "tr": "row", "blockquote": "quote", "pre": "code"}
_CELL_END = re.compile(r"</t[dh]\s{0,9}>\s{0,80}<t[dh]\b[^<>]{0,2000}>", re.IGNORECASE)
# Tags between which a page shows a space or a new line; a <wbr> is only where a word may break.
_BREAK = re.compile(
    r"</?(?:br|hr|td|th|p|div|h[1-6]|li|ul|ol|tr|table|section|article|header|footer|blockquote|pre"
    r"|dl|dt|dd|summary|details|figcaption|caption|option|img|button|input|label)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[A-Za-z][\w:-]{0,40}(?:[\s/][^<>]{0,2000})?>|<[!?]\w[^<>]{0,2000}>")
_UNSPOKEN = re.compile(r"<(!--|(?:script|style|head)\b[^<>]{0,2000}>)", re.IGNORECASE)
_QUOTE_MARK = re.compile(r"(?m:^) {0,3}> ?")

_RAISED = re.compile(r"<(sup|sub)>([^<>\n]{1,40})</\1>")

# Links of wikis and notebooks: [[page]], [[page#section|shown]], ![[picture.png|200]].
_WIKI_LINK = re.compile(r"(?<!\\)(!?)\[\[(?=[^\s\[\]])([^\[\]\n]{1,300})\]\](?!\()")
_WIKI_PART = re.compile(r"\\?\|")
_PIXELS = re.compile(r"\d{1,5}(?:x\d{1,5})?(?:px)?")
_BLOCK_NAME = re.compile(r"#?\^[\w-]{1,60}\Z")

# The parser leaves the stars of "**Note:**text" in, but they are not meant to be read.
_LEFT_STRONG = re.compile(
    r"(?<![A-Za-z\d*])\*\*(?=[^\s*])([^*\n]{1,300})(?<=\S)\*\*(?!\*)"
    r"|(?<!\*)\*\*(?=[^\s*])([^*\n]{1,300})(?<=\S)\*\*(?![A-Za-z\d*])"
)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n^]{1,300})\]:[ \t]{0,20}<?([^\s<>]{1,2000})", re.M)


_FENCE = re.compile(
    r"(?m:^)(?P<before>[ \t>]{0,12}(?:(?:[-*+]|\d{1,3}[.)]) {1,4}){0,3})"
    r"(?P<fence>~{3,}|`{3,}(?=[^`\n]*(?m:$)))"
    r"(?P<info>[^\n]*)(?m:$)"
)
_TITLE = re.compile(
    r"[ \t]*(?P<title>[^\s~](?:[^~\n]{0,200}[^\s~])?)[ \t]*(?P<close>~{1,99})?[ \t]*"
)
_TILDES = re.compile(r"[ \t]*~{2,}[ \t]*")
_LONGEST_SETTING = 150
"""Characters behind a fence; more are text. `structure` sees the first 200 of a line."""
_SETTING = re.compile(r"(?<!\S)\{|\w=[\w\"']")
"""In what stands behind a fence, a setting of code, as in "~~~ python {.numbers}"."""


def tilde_title(line: str, *, last: bool = False) -> re.Match[str] | None:
    """Return the match of a title behind tildes, as "~~~ Notes ~~~"; None for a fence of code.

    A single word is the code's language, unless tildes follow, or it is on the *last* line.
    """
    opened = _FENCE.match(line)
    tildes = opened is not None and opened["fence"][0] == "~"
    title = _TITLE.fullmatch(line, opened.start("info")) if opened and tildes else None
    if title is None or title["close"]:
        return title
    several = len(title["title"].split()) > 1 or (last and title["title"][0].isupper())
    return title if several and not _SETTING.search(title["title"]) else None


def tilde_text(line: str) -> bool:
    """Whether a line that begins with tildes goes on with text that is no setting of code.

    So it is for "~~~ Part One ~~~ The Beginning", and for a line that is too long for a title.
    """
    opened = _FENCE.match(line)
    if opened is None or opened["fence"][0] != "~":
        return False
    info = opened["info"].strip()
    if "~" in info:
        return True
    return len(info) > _LONGEST_SETTING and " " in info


class SourceContext:
    """Facts that need the whole source; each is looked up at first use."""

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def references(self) -> dict[str, dict[str, str]]:
        """The link definitions of the whole source."""
        if "]:" not in self._source:
            return {}
        from markdown_it.common.utils import normalizeReference

        return {
            normalizeReference(match[1]): {"title": "", "href": match[2]}
            for match in _DEFINITION.finditer(self._source)
            if not match[2].replace("-", "").isalnum()
        }

    def is_tag(self, match: re.Match[str]) -> bool:
        """Whether a "<b" begins a tag; in "a <b and c> d" it does not."""
        if match["address"]:
            return True
        name = match["name"].lower()
        known = name in _TAG_NAMES or match["name"] in self._closed
        return bool(match["rest"]) and known and not self._is_mentioned(match)

    def _is_mentioned(self, match: re.Match[str]) -> bool:
        """Whether a text speaks of a tag, as in "Use the <b> tag" or "a <nav>, not a <div>."."""
        if not _BARE_TAG.fullmatch(match[0]):
            return False
        if _TAG_WORD.match(match.string, match.end()):
            return True
        if match["name"].lower() in _NEVER_CLOSED:
            return False
        inside = match.string[max(0, match.start() - 2) : match.start()]
        return (
            match["name"] not in self._closed
            and _WORD_BEFORE.fullmatch(inside) is not None
            and _PAUSE_AFTER.match(match.string, match.end()) is not None
        )

    @cached_property
    def _closed(self) -> frozenset[str]:
        return frozenset(_CLOSING.findall(self._source))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    # Books often have indented paragraphs, which would be read as code.
    parser.disable(["code", "text_join"])
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def blocks(text: Mapped, context: SourceContext) -> Iterator[Found]:
    """Yield the blocks of some lines of Markdown; their line breaks are kept. A rule is a "break".

    Each line of code is a block. If the nesting is too deep to parse, the text is one paragraph.
    """
    if "<" in text.text and "`" not in text.text and "~~~" not in text.text:
        text = _without_unspoken(text)
    if "[[" in text.text and "```" not in text.text and "~~~" not in text.text:
        text = _without_wiki_links(text)
    if "<su" in text.text:
        text = text.sub(_RAISED, _small)
    if "~~~" in text.text:
        text = _with_titles(text)
    source = _NOT_MARKUP.sub(lambda match: hide(match[0]), text.text)
    source = _MAYBE_TAG.sub(
        lambda match: match[0] if context.is_tag(match) else hide("<") + match[0][1:], source
    )
    tokens = _parser().parse(source, {"references": context.references})
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        yield "paragraph", text
        return
    yield from _BlockBuilder(text, source, context).blocks(tokens)


def _with_titles(text: Mapped) -> Mapped:
    """Return the text with titles behind tildes as headings, except in code."""
    edits: list[Edit] = []
    fence = ""
    for match in _FENCE.finditer(text.text):
        last = match.end() == len(text)
        title = None if fence else tilde_title(match[0], last=last)
        if title:
            start, end = (match.start() + place for place in title.span("title"))
            edits += [(match.start("fence"), start, "# "), (end, match.end(), "")]
        elif not fence and tilde_text(match[0]):
            edits += _without_tildes(match)
        elif not fence:
            fence = match["fence"]
        elif match["fence"].startswith(fence) and not match["info"].strip():
            fence = ""
    return text.replace(edits)


def _without_tildes(line: re.Match[str]) -> Iterator[Edit]:
    """Yield what makes text of a line with tildes: those inside become dashes."""
    for tildes in _TILDES.finditer(line.string, line.start("fence"), line.end()):
        inside = tildes.start() > line.start("fence") and tildes.end() < line.end()
        yield tildes.start(), tildes.end(), " – " if inside else ""


def _small(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 8) : match.start()]
    return (raised.above if match[1] == "sup" else raised.below)(match[2], before)


def _without_wiki_links(text: Mapped) -> Mapped:
    """Return the text with what wiki links show: the label, else the page and the section."""
    edits: list[Edit] = []
    code = _code_spans(text.text)
    for match in _WIKI_LINK.finditer(text.text):
        while code and code[0][1] <= match.start():
            code.popleft()
        if not (code and code[0][0] <= match.start()):
            edits += _wiki_edits(match)
    return text.replace(edits)


def _wiki_edits(match: re.Match[str]) -> Iterator[Edit]:
    """Yield the edits that leave only what is shown, where it is in the source."""
    shown = [part for part in _wiki_parts(match) if part[0] < part[1]]
    if not shown:
        return
    place = match.start()
    for number, (start, end) in enumerate(shown):
        yield place, start, ", " if number else ""
        place = end
    # Two links without a space between are two names; letters after one are its ending.
    yield place, match.end(), " " if match.string.startswith("[[", match.end()) else ""


def _wiki_parts(match: re.Match[str]) -> list[tuple[int, int]]:
    """Return the spans of what is shown: the label, or the page and the section."""
    bounds = [match.start(2)]
    for each in _WIKI_PART.finditer(match.string, match.start(2), match.end(2)):
        bounds += each.span()
    bounds.append(match.end(2))
    parts = [_stripped(match.string, *span) for span in zip(bounds[::2], bounds[1::2], strict=True)]
    labels = [part for part in parts[1:] if part[0] < part[1]]
    if match[1]:  # A number is the size of an embedded picture.
        labels = [part for part in labels if not _PIXELS.fullmatch(match.string, *part)]
    if labels:
        return labels[-1:]
    start, end = parts[0]
    block = _BLOCK_NAME.search(match.string, start, end)
    end = block.start() if block else end
    section = match.string.find("#", start, end)
    if section < 0:
        return [(start, end)]
    return [
        _stripped(match.string, start, section),
        _stripped(match.string, section + 1, end),
    ]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


_CODE_SPAN = re.compile(r"(?<!`)(`{1,3})(?!`)[^`]{1,1000}(?<!`)\1(?!`)")


def _code_spans(text: str) -> deque[tuple[int, int]]:
    """Return where code is, in which brackets are no links."""
    return deque(match.span() for match in _CODE_SPAN.finditer(text)) if "`" in text else deque()


def html_blocks(text: Mapped) -> Iterator[Found]:
    """Yield the text between HTML tags; a block-level tag begins a new block."""
    text = _without_unspoken(text).sub(_CELL_END, ", ")
    start, kind = 0, "paragraph"
    for match in [*_BLOCK_TAG.finditer(text.text), None]:
        part = text[start : match.start() if match else len(text)]
        yield kind, part.sub(_BREAK, " ").sub(_TAG, "").sub(_LINE_END, " ")
        if match:
            start, name = match.end(), match[2].lower()
            if name == "hr":
                yield "break", text[:0]
            heading = len(name) == 2 and name[0] == "h" and name[1].isdigit()
            kind = "heading" if heading else _KINDS.get(name, "paragraph")
            kind = "paragraph" if match[1] else kind


_LINE_END = re.compile("\n")
_SPACE = re.compile(r"[^\S\n]+|\n")


def _without_unspoken(text: Mapped) -> Mapped:
    """Return the text without comments, scripts and styles that are closed."""
    edits: list[Edit] = []
    done = 0
    never_closed: set[str] = set()
    for match in _UNSPOKEN.finditer(text.text):
        name = match[1].split(">")[0].split()[0].lower()
        if match.start() < done or name in never_closed:
            continue
        close = re.compile("-->" if name == "!--" else rf"</{name}\s{{0,9}}>", re.IGNORECASE)
        end = close.search(text.text, match.end())
        if end is None:
            never_closed.add(name)
            continue
        edits.append((match.start(), end.end(), " "))
        done = end.end()
    return text.replace(edits)


def _kind(inside: Sequence[str]) -> str:
    for name, kind in (("heading", "heading"), ("list_item", "item"), ("blockquote", "quote")):
        if name in inside:
            return kind
    return "paragraph"


_BEFORE_ROW = re.compile(r"[\s>]*")
_PIPE = re.compile(r"(?<!\\)\|")


class _BlockBuilder:
    """Turns the parser's tokens into blocks and finds their text in the source.

    The tokens know only their lines, so their text is searched from the last place forward.
    """

    def __init__(self, text: Mapped, source: str, context: SourceContext) -> None:
        self._text, self._source, self._context = text, source, context
        self._lines = [0, *(m.end() for m in re.finditer("\n", source)), len(source), len(source)]
        self._place = 0
        self._limit = len(source)
        self._row = 0
        """Where the row of a table begins."""
        self._inside: list[str] = []
        self._numbers: list[Mapped] = []
        """Numbers of list items; they are spoken before the next text."""

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Found]:
        cells: list[Mapped] = []
        columns = 0
        for token in tokens:
            kind = token.type
            if token.map and kind == "tr_open":
                self._row = self._lines[token.map[0]]
            if token.map and token.nesting >= 0:
                self._place = max(self._place, self._lines[token.map[0]])
                self._limit = self._lines[min(token.map[1], len(self._lines) - 1)]
            if kind == "list_item_open" and token.info:
                self._numbers.append(self._number(token.info + token.markup))
            elif kind == "inline":
                body = self._inline(token)
                if "table" in self._inside:
                    cells.append(body)
                    columns += 1
                else:
                    yield self._block_kind(token), self._numbered(body)
            elif kind == "tr_close":
                cells += self._cells_beyond(columns)
                columns = 0
                yield "row", Mapped.join([c for c in cells if c.text.strip()], ", ")
                cells = []
            elif kind in ("fence", "html_block") and token.map:
                yield from self._rest()
                yield from self._fence(token) if kind == "fence" else self._html(token)
                self._place = self._limit
            elif kind == "list_item_close":
                yield from self._rest()
            elif kind == "hr":
                yield "break", self._text[:0]
            self._enter(kind)

    def _cells_beyond(self, columns: int) -> Iterator[Mapped]:
        """Yield the cells of a row that the table's header has no columns for.

        The parser leaves them out.
        """
        start = _BEFORE_ROW.match(self._source, self._row).end()  # type: ignore[union-attr]
        row = self._source[start : self._limit]
        bounds = [match.start() for match in _PIPE.finditer(row)]
        bounds = [-1, *bounds, len(row)]
        first = columns + row.startswith("|")
        for before, end in zip(bounds[first:], bounds[first + 1 :], strict=False):
            self._place, self._limit = start + before + 1, start + end
            content = self._source[self._place : self._limit].strip()
            if content:
                env = {"references": self._context.references}
                yield self._inline(_parser().parseInline(content, env)[0])

    def _enter(self, kind: str) -> None:
        if kind.endswith("_open"):
            self._inside.append(kind[:-5])
        elif kind.endswith("_close") and self._inside:
            self._inside.pop()

    def _block_kind(self, token: Token) -> str:
        kind = _kind(self._inside)
        # A line of dashes below a paragraph is more often a separator than a heading.
        if kind == "heading" and ("\n" in token.content or token.content.endswith((".", ",", ";"))):
            return _kind([name for name in self._inside if name != "heading"])
        return kind

    def _numbered(self, body: Mapped) -> Mapped:
        numbers, self._numbers = self._numbers, []
        return Mapped.join([*numbers, body], " ") if numbers else body

    def _rest(self) -> Iterator[Found]:
        """Yield the item numbers that no text follows."""
        if self._numbers:
            yield "item", self._numbered(self._text[:0])

    def _number(self, written: str) -> Mapped:
        start = self._source.find(written, self._place)
        self._place = start + len(written)
        return self._text[start : self._place]

    def _fence(self, token: Token) -> Iterator[Found]:
        lines = self._code(token)
        if token.info.strip() != "math":
            return lines
        place = self._text.span(self._place, self._place)[0]
        signs = (Mapped(hide(sign), [place] * 2, [place] * 2) for sign in ("\\[", "\\]"))
        formula = Mapped.join((next(signs), *(line for _, line in lines), next(signs)), " ")
        return iter([("paragraph", formula)])

    def _code(self, token: Token) -> Iterator[Found]:
        assert token.map is not None
        first = token.map[0] + 1
        last = first + len(token.content.rstrip("\n").split("\n"))
        for number in range(first, min(last, token.map[1])):
            line = self._text[self._lines[number] : self._lines[number + 1]]
            if "blockquote" in self._inside:
                line = line.sub(_QUOTE_MARK, "")
            yield "code", hidden(line.strip())

    def _html(self, token: Token) -> Iterator[Found]:
        assert token.map is not None
        part = slice(self._lines[token.map[0]], self._limit)
        body = Mapped(self._source[part], self._text.starts[part], self._text.ends[part])
        if "blockquote" in self._inside:
            body = body.sub(_QUOTE_MARK, "")
        outer = _kind(self._inside)
        for kind, found in html_blocks(body):
            yield outer if kind == "paragraph" else kind, found

    def _inline(self, token: Token) -> Mapped:
        """Return the text of an inline token without its markup."""
        parts: list[Mapped] = []
        targets: list[str] = []
        before = ""
        for child in token.children or []:
            if child.type == "text_special":
                parts.append(self._special(child))
            elif child.type == "text":
                parts += self._words(child.content)
            elif child.type == "code_inline":
                parts += map(hidden, self._words(child.content))
            elif child.type == "image":
                parts += self._gap_between(before), self._inline(child)
                self._skip_target(str(child.attrGet("src") or ""))
            elif child.type == "link_open":
                parts.append(self._gap_between(before))
                targets.append(str(child.attrGet("href") or ""))
            elif child.type == "link_close" and targets:
                self._skip_target(targets.pop() if child.markup != "autolink" else "")
            elif child.type in ("softbreak", "hardbreak"):
                parts.append(self._line_end())
            elif child.type == "html_inline":
                self._skip(child.content)
                if _BREAK.match(child.content):
                    parts.append(self._gap(" "))
            before = child.type
        return _without_left_marks(Mapped.join(parts))

    def _special(self, token: Token) -> Mapped:
        start = self._source.find(token.markup, self._place, self._limit)
        if start < 0:
            return self._gap(token.content)
        self._place = start + len(token.markup)
        taken = self._text[start : self._place]
        escaped = token.info == "escape" and token.content == "&"
        return taken.replace([(0, len(taken), hide("&") if escaped else token.content)])

    def _words(self, content: str) -> Iterator[Mapped]:
        """Yield the words of a text and the spaces between them."""
        for piece in re.findall(r"\s+|\S+", content):
            start = -1 if piece.isspace() else self._source.find(piece, self._place, self._limit)
            if piece.isspace():
                yield self._space()
            elif start < 0:
                yield from self._characters(piece)
            else:
                self._place = start + len(piece)
                yield self._text[start : self._place]

    def _space(self) -> Mapped:
        """Return the next space; a line end counts only if there is no other."""
        found = _SPACE.match(self._source, self._place, self._limit)
        if found is None:
            return self._gap(" ")
        self._place = found.end()
        return self._text[found.start() : found.end()].sub(_LINE_END, " ")

    def _characters(self, word: str) -> Iterator[Mapped]:
        """Yield the characters of a word that is not in the source in one piece."""
        for character in word:
            start = self._source.find(character, self._place, min(self._place + 10, self._limit))
            if start < 0:
                yield self._gap(character)
                continue
            self._place = start + 1
            yield self._text[start : start + 1]

    def _line_end(self) -> Mapped:
        start = self._source.find("\n", self._place, self._limit)
        if start < 0:
            return self._gap("\n")
        self._place = start + 1
        return self._text[start : start + 1]

    def _skip(self, content: str) -> None:
        start = self._source.find(content, self._place, self._limit)
        self._place = start + len(content) if start >= 0 else self._place

    def _skip_target(self, target: str) -> None:
        """Skip "](https://…)" or "][1]", so that later words are not found inside it."""
        close = self._source.find("]", self._place, self._limit)
        if close < 0:
            return
        follows = self._source[close + 1 : close + 2]
        if follows == "(" and target:
            start = self._source.find(target, close, min(close + len(target) + 20, self._limit))
            self._place = close + 1 if start < 0 else start + len(target)
        elif follows == "[":
            end = self._source.find("]", close + 2, self._limit)
            self._place = max(close, end) + 1

    def _gap_between(self, before: str) -> Mapped:
        """Return a space if a link or a picture follows another one directly."""
        return self._gap(" " if before in ("image", "link_close") else "")

    def _gap(self, written: str) -> Mapped:
        place = self._text.span(self._place, self._place)[0]
        return Mapped(written, [place] * len(written), [place] * len(written))


def _without_left_marks(text: Mapped) -> Mapped:
    if "**" not in text.text:
        return text
    edits: list[Edit] = []
    for match in _LEFT_STRONG.finditer(text.text):
        edits += (match.start(), match.start() + 2, ""), (match.end() - 2, match.end(), "")
    return text.replace(edits)
