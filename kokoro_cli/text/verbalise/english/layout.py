"""Marks that lay a text out and that nobody says: menus, ornaments, boxes to tick."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule
from kokoro_cli.types import ReadingOptions

# --- Menus: "File > Export > PDF" --------------------------------------------------------------

_MENU_MARK = re.compile(
    r"(?<=[\w.…)\"”*\]]) ?[>›»→▸▶⟩➔⇒] ?(?=[A-Z\"“*\[]|[a-z]{2,20}[.,]?(?: [>›→]|$))"
)
_MENU_ITEM = r"[^\s>›»→▸▶⟩➔⇒.,;:!?=<]{1,24}"
_STEP_BEFORE = Late(rf"(?P<item>{_MENU_ITEM}(?: {_MENU_ITEM}){{0,3}})\)?$")
_CHOOSES = Late(
    r"(?i)(?<!\w)(?:go(?:ing)? to|click|select|choose|chosen|open|under|via|tap|navigate to|press|"
    r"use|see|"
    r"from|in|on|hit|pick|visit|find|through|menu:?|path:?|then|it in|at)(?:ing|ed|s)?(?: the| "
    r"your| on)?"
    r"(?: [\w'’-]{1,20}){0,4}$"
)
_MENUS = frozenset(
    (
        "file edit view insert format tools options window help settings preferences system start "
        "home account privacy general display network advanced more profile table data review "
        "layout design menu control security notifications accounts admin dashboard apps "
        "applications accessibility bluetooth sound keyboard storage about products shop index docs"
    ).split()
)
_OTHER_MARK = Late(r"[>›»→▸▶⟩➔⇒]")


def _menu(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read the mark between two steps of a menu as a pause, if they are a menu's."""
    text = match.string
    before = text[max(0, match.start() - 64) : match.start()]
    step = _STEP_BEFORE.search(before)
    if step is None or not any(map(str.isalpha, step["item"])):
        return None
    last = step["item"].rsplit(" ", 1)[-1].strip('*"“”()[]')
    after = text[match.end() : match.end() + 64]
    if len(last) < 2 or not re.match(r"[\"“*\[]{0,3}\w{2}", after):
        return None
    near = before[: step.start()] + after
    several = bool(_OTHER_MARK.search(before[-48:]) or _OTHER_MARK.search(after[:48]))
    first = step["item"].split(" ")[0].strip('*"“”()[]').lower()
    known = last.lower() in _MENUS or first in _MENUS
    chosen = known or _CHOOSES.search(_OTHER_MARK.split(before)[0].rstrip())
    if not (chosen or (several and match[0].strip() != "→")) or "=" in near:
        return None
    return ", "


# --- Ornaments: "=== Notes ===", "* * *", "~ The End ~" -------------------------------------------

_ORNAMENT = re.compile(
    # At the edges of a text, or on both sides of some words.
    r"\A[=~#*_<>|/\\+.:•·-]{2,}(?=\s|\Z)(?!\s[a-z]\w* ?[=(])|"
    r"(?<=\s)[=~#*_<>|/\\+•·-]{2,}\Z|"
    r"(?<!\S)(?:[=#*_~•·<>-]{3,}|(?:[=~*•·] ){2,}[=~*•·])(?!\S)|"
    # A pattern of two marks.
    r"(?<![\w])(?:(?P<a>[-=~*<>_+.•])(?P<b>[-=~*<>_+.•])(?:(?P=a)(?P=b)){1,100}(?P=a)?)(?![\w.])"
)
_LONE = re.compile(r"(?<!\S)[~•·](?!\S)(?! ?[\d$£€])")
_BOX = re.compile(r"\A\[[ xX✓✔]?\] (?=\S)|[☐☑☒] ?")


def _ornament(match: re.Match[str], options: ReadingOptions) -> str | None:
    mark, text = match[0], match.string
    if set(mark) <= set(".:"):
        return None
    if not (match.start() and match.end() < len(text)):
        return "" if set(mark) - set("-") or len(mark) > 1 else None
    alone = text.find(mark) == match.start() and text.find(mark, match.end()) < 0
    if mark.strip("=<>-") == "" and len(mark) <= 3 and alone:
        return None  # An operator: "a === b", "x <=> y", an em dash "---".
    return ", " if text[match.start() - 1 : match.start()] == " " else None


_BRACKETED = re.compile(r"<(?P<inside>[A-Z][A-Za-z ,'’-]{1,60})>")

_FROM_STAR = re.compile(r"(?<=\bfrom )\*(?= (?:to|until|across|around|once|twice)\b|[,.;])")

_BRACKET = re.compile(r"[\[\]]")

_DASH = re.compile(
    r"(?<=\S) (?:-{1,3}|–) (?=\S)|(?<=[\w.,!?’'\")])-{2,3}(?=[\w\"“‘’”(]|\s|\Z)| -{2,3}\Z"
)

LATE_RULES = (
    Rule("bracket", _BRACKET, lambda m, _: "(" if m[0] == "[" else ")"),
    Rule("dash", _DASH, lambda m, _: " — " if m.string[m.end() : m.end() + 1].isalnum() else "—"),
)
"""Readers know round brackets and the long dash, as pauses."""

_STAR_ARGUMENT = re.compile(r"(?<=\w\()\*(?=\))")

RULES = (
    Rule("star", _STAR_ARGUMENT, lambda m, _: "star"),
    Rule("star", _FROM_STAR, lambda m, _: "star"),
    Rule("ornament", _BRACKETED, lambda m, _: m["inside"]),
    Rule("ornament", _BOX, lambda m, _: ""),
    Rule("ornament", _ORNAMENT, _ornament),
    Rule("ornament", _LONE, lambda m, _: " "),
    Rule("menu", _MENU_MARK, _menu),
)
