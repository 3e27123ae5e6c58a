"""Read the marks that pandoc and its kin add to Markdown, before Markdown is read.

=================================  ==============================================
``H~2~O``, ``2^10^``               below and above the line
``==marked==``                     marked, as with a pen
``# Title {#id .class}``           attributes of a heading, a link or a span
``::: {.note}``, ``:::``           the edges of a block
=================================  ==============================================
"""

from __future__ import annotations

import re

from kokoro_cli import raised
from kokoro_cli.text.mapped import Edit, Mapped

_BELOW = r"(?<=[A-Za-z)\]])~(?P<below>[\w+−-]{1,12})~(?![~\d])"
_ABOVE = r"(?<=[\w)\].,~])\^(?P<above>[\w+−–/-]{1,12})\^(?!\^)"
_MARKED = r"(?<![\w=])==(?=[^\s=])(?P<marked>[^=\n]{1,300})(?<=\S)==(?![\w=])"
_ATTRIBUTES = (
    r"(?P<attributes>[ \t]{0,20}\{(?::[^{}\n]{1,200}"
    r"|[#.][\w:.-]{1,80}(?:[ \t]{1,5}(?:[#.][\w:.-]{1,80}|[\w-]{1,40}=[^{}\s]{1,80})){0,9}"
    r")[ \t]{0,5}\})"
)
_SPAN = r"(?<![\]!\\])\[(?P<span>[^\[\]\n]{1,300})\](?=\{[#.])"
_EDGE = (
    r"(?P<edge>(?m:^) {0,3}:{3,40}[ \t]{0,20}(?:\{[^{}\n]{1,200}\}|[\w-]{1,40})?[ \t]{0,20}(?m:$))"
)
_EXTENSION = re.compile(
    "|".join((r"(?P<code>`[^`\n]{1,300}`)", _BELOW, _ABOVE, _MARKED, _SPAN, _EDGE, _ATTRIBUTES))
)
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")


def without_extensions(text: Mapped) -> Mapped:
    """Return the text with these marks read; code stays as it is written."""
    if not any(mark in text.text for mark in ("~", "^", "==", "{", ":::")) or "```" in text.text:
        return text
    edits: list[Edit] = []
    for match in _EXTENSION.finditer(text.text):
        edits += _edits(match)
    return text.replace(edits)


def _edits(match: re.Match[str]) -> list[Edit]:
    kind = str(match.lastgroup)
    start, end = match.span()
    if kind in ("above", "below"):
        before = match.string[max(0, start - 8) : start]
        written = getattr(raised, kind)(match[kind], before)
        ordinal = kind == "above" and before[-1:].isdigit()
        return [(start, end, written)] if written != match[kind] or ordinal else []
    if kind == "span":
        return [(start, start + 1, ""), (end - 1, end, "")]
    if kind == "marked":
        return [(start, start + 2, ""), (end - 2, end, "")]
    if kind == "edge" or (kind == "attributes" and _is_attached(match)):
        return [(start, end, "")]
    return []


def _is_attached(match: re.Match[str]) -> bool:
    """Whether attributes follow a link or a span, or end the line of a heading."""
    text, start = match.string, match.start()
    if text[max(0, start - 1) : start] in ("]", ")", "`"):
        return True
    line = text.rfind("\n", max(0, start - 500), start) + 1
    ends = not text[match.end() : match.end() + 40].partition("\n")[0].strip()
    return ends and bool(_HEADING.match(text, line))
