"""What no reader sees is taken out, and what only looks different is made alike."""

from __future__ import annotations

import html
import re
import unicodedata

from kokoro_cli.text.mapped import Edit, Mapped

# What colours a terminal's text.
_ESCAPE = re.compile(r"\x1b\[[0-?]{0,40}[ -/]{0,8}[@-~]")

# Characters that no reader sees: zero-width ones, soft hyphens, byte-order and direction marks.
# The zero-width joiners shape Devanagari and emoji and are not heard either.
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0e\ufe0f]"
)

# Control characters but for the line ends, and what is not a character at all.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")

_SPACES = re.compile(r"\s+")
_SOFT_HYPHEN_END = re.compile("\u00ad(?=[ \t]{0,8}\n)")

# An apostrophe that was typeset, not a closing quote. misaki reads "wasn’t" as "was".
_CURLY_APOSTROPHE = re.compile(r"(?<=\w)[’ʼ＇](?=\w)|(?<=s)’(?=\s[a-z])")

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\dA-Fa-f]{1,6}|[A-Za-z][A-Za-z\d]{1,31});")

_FOOTNOTE = re.compile(
    r"(?:(?<=[^\W\d_]{3})|(?<=[.,;:!?”\"’)]))(?:\[(?:\^?\d{1,3}|\^[\w-]{1,30})\]){1,8}"
    r"|(?:(?<=[^\W\d_]{4})|(?<=[^\W\d_][.,;:!?”\"’)]))[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?!\w)"
)
_FOOTNOTE_TEXT = re.compile(r"^\[\^[^\]\n]{1,30}\]:\s{0,8}")


def visible(text: Mapped) -> Mapped:
    """Return the text without what nobody sees, composed (NFC); line ends stay."""
    if "\x1b" in text.text:
        text = text.sub(_ESCAPE, "")
    if "\u00ad" in text.text:  # At a line's end it is a hyphen that is seen.
        text = text.sub(_SOFT_HYPHEN_END, "-")
    if not text.text.isascii():
        text = composed(text.sub(_INVISIBLE, ""))
    return text.sub(_CONTROL, " ")


def single_spaced(text: Mapped) -> Mapped:
    """Return the text in one line with single spaces, straight apostrophes and no footnote marks."""
    text = text.sub(_FOOTNOTE_TEXT, "").sub(_FOOTNOTE, "")
    if not text.text.isascii():
        text = text.sub(_CURLY_APOSTROPHE, "'")
    spaces = [m for m in _SPACES.finditer(text.text) if m[0] != " "]
    return text.replace((m.start(), m.end(), " ") for m in spaces).strip()


def decoded(text: Mapped) -> Mapped:
    """Return the text with HTML's entities decoded, and those that were encoded twice."""
    for _ in range(2):
        if "&" not in text.text:
            break
        text = text.sub(_ENTITY, lambda match: html.unescape(match[0]))
    return text


def composed(text: Mapped) -> Mapped:
    """Return the text in NFC, each composed character mapped to all that it was made from."""
    if unicodedata.is_normalized("NFC", text.text):
        return text
    edits: list[Edit] = []
    start = 0
    for end in range(1, len(text.text) + 1):
        if end < len(text.text) and not _begins(text.text[end]):
            continue
        run = text.text[start:end]
        normal = unicodedata.normalize("NFC", run)
        if normal != run:
            edits.append((start, end, normal))
        start = end
    return text.replace(edits)


def _begins(character: str) -> bool:
    """Whether a character can't be composed with what stands before it."""
    joins = unicodedata.combining(character) or "\u1160" <= character <= "\u11ff"
    return not joins and unicodedata.category(character) not in ("Mn", "Mc")
