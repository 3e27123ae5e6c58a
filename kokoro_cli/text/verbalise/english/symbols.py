"""Signs, slashes, smileys and marks."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers, tex
from kokoro_cli.text.verbalise.english.patterns import AMOUNT
from kokoro_cli.types import ReadingOptions

_BETWEEN_WORDS = {
    "<=": "less than or equal to",
    ">=": "greater than or equal to",
    "!=": "not equal to",
    "==": "equals",
    "->": "to",
    "=>": "to", "<-": "from",
    "&": "and", "+": "plus", "=": "equals", "×": "times", "÷": "divided by", "→": "to",
    "⇒": "implies", "≈": "approximately", "~": "approximately",
    "@": "at", "±": "plus or minus", "<": "less than", ">": "greater than",
    "≤": "less than or equal to", "≥": "greater than or equal to",
    "≠": "not equal to", "%": "percent", "#": "number", "§": "section", "¶": "paragraph",
    "°": "degrees", "∞": "infinity", "♩": "quarter note", "√": "square root of",
    "∑": "sum", "∫": "integral", "∂": "partial", "∆": "delta", "∇": "nabla", "Δ": "delta",
    "∴": "therefore", "∵": "because", "∅": "empty set",
    "↑": "up", "↓": "down", "←": "left arrow", "↔": "to and from", "^": "caret",
    "‰": "per mille", "№": "number", "≡": "is identical to",
    "∈": "in", "∉": "not in", "∀": "for all", "∃": "there exists", "⊂": "subset of",
    "⊆": "subset of", "∪": "union", "∩": "intersection", "·": "", "∝": "proportional to",
    "¬": "not", "⊥": "is perpendicular to", "∥": "is parallel to", "≅": "is congruent to",
}  # fmt: skip

_SIGN = re.compile("|".join(re.escape(s) for s in _BETWEEN_WORDS))

_APPROXIMATE = WithDigit(rf"(?<!\w)[~≈∼](?= ?[$£€]?{AMOUNT})")

_COMPARED = WithDigit(r"(?<!\S)(?P<sign>[<>≤≥])(?= ?[$£€]?\d)")

_MARKS_ONLY = re.compile(r"[™®©℠†‡•●▪■◆★☆✓✔✗✘►▶◦‣⁃¦|¡¿]")

# Those that divide keep the words around them apart.
_MARK_NAMES = {"©": "copyright ", **dict.fromkeys("●▪■◆★☆►▶◦‣⁃¦|", " ")}

_SMILEY = re.compile(
    r"(?<![\w:;])(?:[:;]['’]?[-oO^]?[)(\]\[DPpOo/\\|*SsCcbd]|=[)(DPp]|8-\)|[xX]-?[D)]|<3|</3|\^_\^|"
    r"-_-|o_O|O_o|T_T|\(:|:'\(|XD|xD|¯\\?_\(ツ\)_/¯|\(╯°□°\)╯︵ ┻━┻)(?![\w])"
)

_SLASH_WORDS = re.compile(r"(?<=[A-Za-z.)]) ?/ ?(?=[A-Za-z(])")

_PRONOUNS = re.compile(
    r"(?<![\w/])(?P<first>[Ss]he|[Hh]e|[Tt]hey)/(?P<second>her|him|them|they)(?:/(?P<third>hers|"
    r"his|theirs))?(?![\w/])"
)

_STARS = re.compile(r"(?P<full>[★⭐]{1,10})(?P<half>½| ?1/2)?[☆]{0,5}")

_GREEK_LETTER = re.compile(r"(?<![Ͱ-Ͽἀ-῿])(?P<letter>[α-ωΑ-Ωϕϵς])(?![Ͱ-Ͽἀ-῿])")

_EITHER = re.compile(
    r"(?:(?<=\b[Hh]e)|(?<=\b[Hh]is)|(?<=\b[Hh]im)|(?<=\b[Ss]he)|(?<=\b[Hh]er)) ?/ ?(?=(?:she|he|"
    r"hers?|his|him|they)\b)"
)

_AND_OR = re.compile(r"(?<!\w)(?P<first>[Aa]nd|[Ee]ither)/or(?!\w)")


def _is_reaction(match: re.Match[str]) -> bool:
    """Whether substances stand on both sides: "2 H₂ + O₂ → 2 H₂O"."""
    before = match.string[max(0, match.start() - 8) : match.start()]
    if not _AMOUNT_OF.search(match.string[max(0, match.start() - 24) : match.end() + 24]):
        return False
    return bool(
        _SUBSTANCE_BEFORE.search(before) and _SUBSTANCE_NEXT.match(match.string, match.end())
    )


_AMOUNT_OF = Late(r"[A-Za-z)][\d₀-₉]|\d [A-Z]| \+ ")

_SUBSTANCE_BEFORE = Late(r"(?:[A-Z][a-z]?|\))[\d₀-₉]{0,3}[⁺⁻²³]{0,2}(?: ?\([a-z]{1,2}\))? ?$")

_SUBSTANCE_NEXT = Late(r" ?\d{0,3} ?[A-Z][a-z]?(?:[A-Z\d₀-₉(⁺⁻+ ]|$)")


def _sign(match: re.Match[str], options: ReadingOptions) -> str:
    word = _BETWEEN_WORDS[match[0]]
    if match[0] == "→" and _is_reaction(match):
        word = "yields"
    if not word:
        return " "
    text, start, end = match.string, match.start(), match.end()
    left = " " if start and not text[start - 1].isspace() and text[start - 1] not in "([" else ""
    right = " " if end < len(text) and not text[end].isspace() else ""
    return f"{left}{word}{right}"


_LIMITED = Late(
    r"(?<!\w)(?:takes?|uses?|gives?|drinks?|eat|needs?|have|has|with|for|of|by|is|are|was|were|to|"
    r"at|spend|costs?|in|lasts?|"
    r"wait|within|weighs?|holds?|gets?|got|if|on|earns?|pays?|paid) ?$"
)


def _compared(match: re.Match[str], options: ReadingOptions) -> str:
    before = match.string[max(0, match.start() - 10) : match.start()]
    after_word = before[-2:].strip().isalpha() and not _LIMITED.search(before)
    more = "greater than" if after_word else "more than"
    return {"<": "less than", ">": more, "≤": "at most", "≥": "at least"}[match["sign"]] + (
        "" if match.string[match.end() : match.end() + 1] == " " else " "
    )


def _approximate(match: re.Match[str], options: ReadingOptions) -> str:
    before = match.string[max(0, match.start() - 16) : match.start()].lower()
    if before.endswith(("about ", "approximately ", "around ", "roughly ")):
        return ""
    return "about" + ("" if match.string[match.end() : match.end() + 1] == " " else " ")


def _stars(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read the stars of a review."""
    count = len(match["full"])
    if count == 1 and not match["half"]:
        return None
    half = " and a half" if match["half"] else ""
    return f"{numbers.cardinal(count)}{half} star{'s' if count > 1 or half else ''}"


def _greek(match: re.Match[str], options: ReadingOptions) -> str:
    text, words = match.string, tex.GREEK[match["letter"]]
    before, after = (
        text[max(0, match.start() - 1) : match.start()],
        text[match.end() : match.end() + 1],
    )
    return f"{' ' if before.isalnum() else ''}{words}{' ' if after.isalnum() else ''}"


def _smiley(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match[0] == "<3" and re.match(r" ?\d|%", match.string[match.end() :]):
        return None
    if match[0][0] in "8xX=" and match.start() and match.string[match.start() - 1] not in " ":
        return None
    if match[0][0] == "8" and match[0][1:] in (")", "D"):
        return None
    return ""


EARLY_RULES = (
    Rule("stars", _STARS, _stars),
    Rule("emoticon", _SMILEY, _smiley),
)

RULES = (
    Rule("approximate", _APPROXIMATE, _approximate),
    Rule("comparison", _COMPARED, _compared),
    Rule("slash", _PRONOUNS, lambda m, _: " ".join(p for p in m.groups() if p)),
    Rule("slash", _EITHER, lambda m, _: " or "),
    Rule("slash", _AND_OR, lambda m, _: f"{m['first']} or"),
    Rule("slash", _SLASH_WORDS, lambda m, _: " "),
)

LATE_RULES = (
    Rule("mark", _MARKS_ONLY, lambda m, _: _MARK_NAMES.get(m[0], "")),
    Rule("greek", _GREEK_LETTER, _greek),
    Rule("sign", _SIGN, _sign),
)
