"""Remove what no reader sees, and make characters that only look different the same."""

from __future__ import annotations

import html
import re
import string
import unicodedata
from collections.abc import Iterator

from kokoro_cli.text.mapped import Edit, Mapped

# Escape sequences that colour a terminal's text.
_ESCAPE = re.compile(r"\x1b\[[0-?]{0,40}[ -/]{0,8}[@-~]")

# Characters that no reader sees and that have no sound, Unicode's "default ignorable" ones:
# zero-width ones, soft hyphens, byte-order and direction marks, fillers of Hangul, variation
# selectors, tags. The zero-width joiners shape Devanagari and emoji and are not heard either.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")

# Control characters except line ends. Those from \x1c on separate; the others do not end a word.
CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_CONTROL = re.compile(f"[{CONTROL}]")
_CONTROL_IN_WORD = re.compile(r"(?<=[^\W_])[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]{1,40}(?=[^\W_])")

# Bullets of the fonts Symbol and Wingdings, which word processors leave in PDFs.
_FONT_BULLET = re.compile("(?m:^)([ \t]{0,80})[\uf020-\uf0ff](?=[ \t])")

# A visible soft hyphen at the end of a line: the word goes on.
_SOFT_HYPHEN_END = re.compile("\u00ad[ \t]{0,8}\n[ \t]{0,80}(?=[^\\W\\d_])")

# Composing takes time quadratic in the length of a run of marks.
_MARKS_WITHOUT_END = re.compile(r"[^\w\s\x00-\x7f]{200}")
_LONGEST_RUN = 64

_SPACES = re.compile(r"\s+")

# A typeset apostrophe, not a closing quote. misaki reads "wasn’t" as "was".
_CURLY_APOSTROPHE = re.compile(r"(?<=\w)[’‘ʼ＇´](?=\w)|(?<=s)’(?=\s[a-z])")

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\dA-Fa-f]{1,6}|[A-Za-z][A-Za-z\d]{1,31});")

# Markup that later stages handle (markup.py), so it must stay as it is written.
_KEPT = re.compile(
    r"(?<!\\)\[(?:pause|voice|rate):[^\[\]]{0,300}\]"
    r"|(?<!\\)\[[^\[\]]{1,300}\]\((?:/[^/\[\]]{0,500}/|say:[^()\[\]]{0,500})\)"
)
# Its punctuation is hidden as characters that no text may contain, one for one.
_APOSTROPHES = "’‘ʼ＇´"
_NEVER_USED = [chr(0xFDD0 + i) for i in range(32)] + [
    chr((plane << 16) + 0xFFFE) for plane in range(1, 1 + len(_APOSTROPHES))
]
_HIDE = str.maketrans(dict(zip(string.punctuation + _APOSTROPHES, _NEVER_USED, strict=True)))
_SHOW = {ord(hidden): chr(shown) for shown, hidden in _HIDE.items()}
_TAKEN = re.compile(f"[{''.join(_NEVER_USED)}]")
_NO_CHARACTER = "\uffff"
"""Stands for every code point that is no character; `unsayable` reports it."""

_SENTENCE_END = r"[.,;:!?”\"’)»。、」）]"
_FOOTNOTE = re.compile(
    # Not an index in code: "list[0]", "text[1].size", "rows[2] = 5".
    rf"(?:(?<=[^\W\d_]{{4}})|(?<={_SENTENCE_END}))(?:\[[1-9]\d{{0,2}}\]){{1,8}}"
    r"(?![A-Za-z0-9_(\[=]|\.\w| ?=)"
    r"| ?\[\^\d{1,3}\](?!:)|(?<=\S)\[\^[\w-]{1,30}\](?![\w:])"
    r"|(?:(?<=[^\W\d_]{2})|(?<=[^\W_][.,;!?)”\"’»])|(?<=\s[12]\d{3}))"
    r"(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|[†‡]{1,3})(?![\w(⁰⁴-⁹⁺⁻])"
)
# What stands before the mark of a note, and not before a power: a word, the end of a clause, a year
# in a sentence, or words in brackets.
_NOTED = re.compile(
    r"[^\W\d_]{4}\Z|[.,;!?”\"’»]\Z|[a-z] (?:1[1-9]|20)\d\d\Z"
    r"|(?<![^\W\d_])(?!(?:sin|cos|tan|cot|sec|csc|log|exp|min|max|mol|cal|rad|bar|dyn|erg|lbs|yds|"
    r"hrs|abc|xyz)\Z)[A-Za-z][a-z]{2}\Z"
    r"|(?<![^\W\d_])(?:[Oo]f|[Tt]o|[Ii]s|[Ii]t|[Hh]e|[Mm]e|us|[Ww]e|[Mm]y|[Bb]y|[Nn]o|[Ss]o|[Oo]n|"
    r"[Aa]s|[Aa]t|[Aa]n|do|go|up|[Ii]f|or|be|am)\Z"
    r"|\((?=[^()]{0,80}[^\W\d_]{3})(?![^()]{0,80}[+=^*/])[^()]{1,80}\)\Z"
)
_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LETTER = "[^\\W\\d_⁰¹²³⁴-⁹₀-₉]"
_OPENED = "[“‘«\"'(¿¡]{0,3}"
_VERSE = re.compile(
    # Before a word; "²³⁵U" and "²a" are none.
    rf"(?<!\S)[¹²³⁴-⁹][⁰¹²³⁴-⁹]{{0,2}}(?={_OPENED}{_LETTER}{{3}})"
    rf"|(?<!\S)[¹²³⁴-⁹][⁰¹²³⁴-⁹]?(?={_OPENED}"
    rf"(?:{_LETTER}{{2}}(?=['’,]|\s)|[AEIOYÀÉa](?=['’]|\s{_LETTER}{{2}})))"
    # Before a space and a word, where a sentence, a line or a clause begins.
    r"|(?:\A|(?<=\n)|(?<=[.,:;!?”’»)\"'] ))[¹²³⁴-⁹][⁰¹²³⁴-⁹]{0,2}"
    rf"(?=[ \t\xa0\u2002-\u200a\u202f]{{1,4}}{_OPENED}{_LETTER})"
)
"""The number of a verse, as in "¹⁶For God so loved the world"."""
_UNIT = re.compile(
    r"(?:met(?:er|re)s?|feet|foot|inch(?:es)?|miles?|yards?|units?)\Z", re.IGNORECASE
)
_OPENING = frozenset("[({“‘«¿¡")
_FOOTNOTE_TEXT = re.compile(r"\A\s{0,8}\[\^[^\[\]\n]{1,30}\]:\s{0,8}")


def visible(text: Mapped) -> Mapped:
    """Return the source's text without invisible characters, composed (NFC); line ends stay."""
    if not text.text.isascii():
        text = text.sub(_TAKEN, _NO_CHARACTER).sub(_FONT_BULLET, lambda match: match[1] + "•")
    return _visible(text)


def _visible(text: Mapped) -> Mapped:
    if "\x1b" in text.text:
        text = text.sub(_ESCAPE, "")
    if not text.text.isascii():
        if "\u00ad" in text.text:
            text = text.sub(_SOFT_HYPHEN_END, "")
        text = composed(text.sub(_INVISIBLE, ""))
    return text.sub(_CONTROL_IN_WORD, "").sub(_CONTROL, " ")


def protected(text: Mapped) -> Mapped:
    """Return source text with its controls and pronunciations hidden from the later steps.

    `single_spaced` shows them again.
    """
    shown = _KEPT.sub(lambda match: hide(match[0]), text.text)
    return Mapped(shown, text.starts, text.ends)


def hide(text: str) -> str:
    """Return the text with its punctuation hidden; its length stays the same."""
    return text.translate(_HIDE)


def hidden(text: Mapped) -> Mapped:
    return Mapped(hide(text.text), text.starts, text.ends)


def single_spaced(text: Mapped, *, entities: bool = True) -> Mapped:
    """Return the text on one line with single spaces, decoded entities and nothing hidden.

    Apostrophes in words become straight, and footnote marks are removed.
    """
    if entities:
        text = decoded(text)
    if "[^" in text.text:
        text = text.sub(_FOOTNOTE_TEXT, "")
    if "[" in text.text or not text.text.isascii():
        text = text.sub(_VERSE, _verse).sub(_FOOTNOTE, _without_footnote)
    if not text.text.isascii():
        text = text.sub(_CURLY_APOSTROPHE, "'")
    spaces = [m for m in _SPACES.finditer(text.text) if m[0] != " "]
    text = text.replace((m.start(), m.end(), " ") for m in spaces).strip()
    return Mapped(text.text.translate(_SHOW), text.starts, text.ends)


def _verse(number: re.Match[str]) -> str:
    digits = "".join(str(_RAISED_DIGITS.index(digit)) for digit in number[0])
    # A comma, so that "¹²May God bless you" has no date.
    return f"{digits}," if number.string[number.end()].isspace() else f"{digits}, "


def _without_footnote(mark: re.Match[str]) -> str:
    before = mark.string[max(0, mark.start() - 90) : mark.start()]
    if mark[0][0] not in "[ " and not _NOTED.search(before):
        return mark[0]
    if mark[0] in ("²", "³") and _UNIT.search(before):
        return mark[0]
    # A mark between two words stands in for the space.
    following = mark.string[mark.end() : mark.end() + 1].translate(_SHOW)
    return " " if following.isalpha() or following in _OPENING else ""


def decoded(text: Mapped) -> Mapped:
    """Return the text with HTML entities decoded, also those that were encoded twice."""
    for _ in range(2):
        if "&" not in text.text or not _ENTITY.search(text.text):
            return text
        text = _visible(text.sub(_ENTITY, _entity))
    return text


def _entity(match: re.Match[str]) -> str:
    written = html.unescape(match[0])
    return " " if written.isspace() else written


def composed(text: Mapped) -> Mapped:
    """Return the text in NFC, each composed character mapped to its source characters."""
    endless = _MARKS_WITHOUT_END.search(text.text)
    if not endless and unicodedata.is_normalized("NFC", text.text):
        return text
    return text.replace(_compositions(text.text))


def _compositions(text: str) -> Iterator[Edit]:
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and end - start < _LONGEST_RUN and not _begins(text[end]):
            continue
        if end - start > 1 or not text[start].isascii():
            run = text[start:end]
            normal = unicodedata.normalize("NFC", run)
            if normal != run:
                yield start, end, normal
        start = end


def _begins(character: str) -> bool:
    """Whether a character cannot be composed with the one before it."""
    if character.isascii():
        return True
    joins = unicodedata.combining(character) or "\u1160" <= character <= "\u11ff"
    return not joins and unicodedata.category(character) not in ("Mn", "Mc")
