"""Abbreviations, told from words by what stands around them.

The table abbreviations.tsv has a line for each: as written, as spoken, and where it is one:

- ``always``: it is no word.
- ``inside``: it may be a word that ends a sentence, so the sentence must go on: with a small
  letter, a figure or a mark.
- ``small``: before a number under a hundred.
- ``number``: before a number, a Roman numeral, or one or two capitals. ``counted``: after a number;
  ``hyphened``: after a number and a hyphen.
- ``ordinal``: after an ordinal.
- ``name``: before a capitalised word; ``initial``: of which a small letter or a full stop follows
  the first letter. ``named``: after one, or after a number.
- ``ends``: where the sentence does not go on.
- ``state``: after a name and a comma, or after "in" and the like. ``town``: only the
  first.

The narrowest place that fits is taken. A line in small letters serves the capitalised form too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from kokoro_cli.text.verbalise import Late, Rule
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import mentions
from kokoro_cli.types import ReadingOptions

_TABLE = Path(__file__).with_name("abbreviations.tsv")


@cache
def _table() -> dict[str, list[tuple[str, str]]]:
    """Return each written form's spoken words, with where it has them."""
    table: dict[str, list[tuple[str, str]]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            written, spoken, where = line.split("\t")
            table.setdefault(written, []).append((spoken, where))
    return table


def _entries(written: str) -> Iterator[tuple[str, str]]:
    """Yield the readings of a form; a capitalised one has those of its small letters too."""
    yield from _table().get(written, ())
    if written[:1].isupper() and len(written.rstrip(".")) > 1:
        small = written.lower()
        upper = len(written.rstrip(".")) > 2 and written.isupper() and "." not in written[:-1]
        if upper or written[1:] == small[1:]:
            for spoken, where in _table().get(small, ()):
                yield (spoken if upper else spoken[0].upper() + spoken[1:]), where


_NAME_NEXT = Late(r"[ \u00a0]\(?[\"“]?[A-ZÀ-Þ]")
_WORD_NEXT = Late(
    r" ?[,;:)/&=<>–—-]| ?[(\"“]?(?!(?:it|he|she|they|we|you|then|but|and then|so|this|that|"
    r"there)\b)[a-z]|"
    r" ?[~#$£€]?\d"
)
_NUMBER_NEXT = Late(
    r"[ \u00a0]?(?:c\. ?|#|~|\(|[Nn]os?\. )?(?:\d|(?![AI]\b)[A-Z]{1,2}(?![\w.’'])|"
    r"[AI](?=[,;:)\]–-]|\.?$)|(?!I\b)[IVX]{1,5}(?![\w.])|[ivx]{2,5}(?![\w.]))"
)
_ANY_NEXT = Late(r" ?[\w$£€#~(\"“]")
_SMALL_NEXT = Late(r" \d{1,2}(?![\d.,])")
_INITIAL_NEXT = Late(r" [A-Z](?:\.|[a-z])")
_NUMBER_BEFORE = Late(r"(?:\d|½|¼|¾)[\"″”'′]?\+?[ -]?$")
_HYPHEN_BEFORE = Late(r"\d-$")
_ORDINAL_BEFORE = Late(r"(?:\d(?:st|nd|rd|th|d)|first|second|third)[ -]$")
_NAME_BEFORE = Late(r"(?:[A-Z][\w'’.&-]*|\d|st|nd|rd|th)\)?,? $")
_COMMA_BEFORE = Late(r"[A-Z][\w'’.&-]*, $")
_PLACE_BEFORE = Late(r"(?<!\w)(?:in|of|from|near|to|through|across) $")

_ORDER = (
    "small",
    "hyphened",
    "number",
    "counted",
    "ordinal",
    "initial",
    "name",
    "named",
    "state",
    "town",
    "ends",
    "inside",
    "always",
)
"""The narrowest place first."""

_STATE_NEXT = Late(
    r", (?:[A-Z][a-z]{1,8}\.|(?!LLC|Ltd|Inc)[A-Z]{2}\b|Ohio|Iowa|Texas|Utah|Maine|Idaho)"
)
_FITS: dict[str, Callable[[str, str], object]] = {
    "always": lambda before, after: True,
    "inside": lambda before, after: _WORD_NEXT.match(after),
    "number": lambda before, after: _NUMBER_NEXT.match(after),
    "hyphened": lambda before, after: _HYPHEN_BEFORE.search(before),
    "counted": lambda before, after: _NUMBER_BEFORE.search(before),
    "ordinal": lambda before, after: _ORDINAL_BEFORE.search(before),
    "name": lambda before, after: _NAME_NEXT.match(after),
    "named": lambda before, after: _NAME_BEFORE.search(before),
    "initial": lambda before, after: _INITIAL_NEXT.match(after),
    "ends": lambda before, after: not _ANY_NEXT.match(after),
    "small": lambda before, after: _SMALL_NEXT.match(after),
    "state": lambda before, after: _COMMA_BEFORE.search(before) or _PLACE_BEFORE.search(before),
    "town": lambda before, after: _COMMA_BEFORE.search(before),
}


# Forms that are common words too. In small letters, before a number or a capital, they are
# abbreviations only where a noun can't end: after a mark, a preposition or another number.
_ALSO_WORDS = frozenset(
    (
        "al alt alum amend app apt art attach auto bro cab cal cap caps card cat chap chaps col "
        "comm "
        "comp cor def del dep dim ed ex exec feat fig fin gal gen hist hon id inn intro lev lit "
        "long "
        "lat mach max mech med mi mil min mm mod mot no op org pack par pet phil plat ply pop prep "
        "prod prog prop psych pub ref reg ret rev sec sect sim sol sop stat super tab temp term "
        "tit "
        "tot trans vac veg bar ten mus dir"
    ).split()
)
_NO_NOUN_BEFORE = Late(
    r"(?:^|[\[(,;:–—/&\"“]|\b(?:see|in|of|and|or|under|cf\.|per|to|from|by|with|at|on|for|plus|"
    r"also|both|"
    r"between|through|is|are|quote|quoting|approx\.|\d)|\d[\"″”'′]?|[½¼¾])[ -]?$|"
    r"(?-i:\b[A-Z][\w.'’-]*) $",
    re.IGNORECASE,
)
_SENTENCE_NEXT = Late(r" ?[#(\[]?\d| [\"“‘(]?[A-Z]")


def _abbreviation(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 24) : match.start()]
    after = match.string[match.end() : match.end() + 24]
    if match[0] == "Co." and after.startswith(","):
        return (
            "County"
            if _STATE_NEXT.match(after)
            else "Company"
            if _FITS["named"](before, after)
            else None
        )
    small = match[0][0].islower() and match[0].rstrip(".") in _ALSO_WORDS
    if small and _SENTENCE_NEXT.match(after) and not _NO_NOUN_BEFORE.search(before):
        return None
    for spoken, where in sorted(_entries(match[0]), key=lambda entry: _ORDER.index(entry[1])):
        if _FITS[where](before, after):
            return spoken
    return None


def _counted(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "3bd": only some forms touch a number; "2nite" is another word."""
    return next((spoken for spoken, where in _entries(match[0]) if where == "counted"), None)


# Several words, with full stops or one at the end.
_PHRASES = (
    r"sq\. ft\.|yrs\. old|no\. of|No\. of|Sup\. Ct\.|et al\.|et seq\.|op\. cit\.|(?:prod|arr|dir|"
    r"ed)\. by|[Rr]ev\. (?:ed\.|(?:&|and) enl\.)|loc\. cit\.|[Rr]esp\. rate|bd\. ft\.|"
    r"sec\. dep\.|[Rr]t\. [Rr]ev\.|[Vv]\. [Rr]ev\.|[Dd]ew pt\.|pers\. (?:sing|pl)\.|[Cc]at\. "
    r"nos?\.|bus\. days?|Cal\. (?:Penal|Civ\.|Bus\.|Gov\.|Lab\.)|"
    r"Rt\.? Hon\.|[Ee]xp\. dates?|Co\.(?=, "
    r"(?:[A-Z][a-z]{1,8}\.|[A-Z]{2}\b|Ohio|Iowa|Texas|Utah|Maine|Idaho))"
)
_DOTTED = re.compile(
    rf"(?<![\w@/'’&%:])(?<!\w\.)(?:{_PHRASES}|"
    rf"[A-Za-z][A-Za-z'’-]{{0,10}}\.(?:[A-Za-z]{{1,4}}\.){{0,4}}|&c\.)"
    r"(?![\w@]|[-'’.][a-z]{2})"
)


def _bare(only: str = "") -> str:
    """Return a pattern of the forms without a full stop, those with a first letter together.

    With *only* they are those that are one in that place.
    """
    by_letter: dict[str, list[str]] = {}
    forms = {
        form
        for form, entries in _table().items()
        if not form.endswith(".") and (not only or any(where == only for _, where in entries))
    }
    forms |= {form[0].upper() + form[1:] for form in forms if form[0].isalpha()}
    for form in sorted(forms, key=len, reverse=True):
        by_letter.setdefault(form[0], []).append(re.escape(form[1:]))
    return "|".join(
        f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items()
    )


_BARE = re.compile(rf"(?<![\w.@/'’$-])(?<!&)(?:{_bare()})(?![\w@/]|[-'’.][a-z]{{2}}|['’]\w)")
_BARE_COUNTED = re.compile(rf"(?<=\d)(?:{_bare('counted')})(?![\w@/]|['’]\w)")

# A day of the week: in the middle of a sentence, or after a word that wants one.
_DAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Weds": "Wednesday",
    "Thu": "Thursday", "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday",
    "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
_DAY_NAMES = "|".join(sorted(_DAYS, key=len, reverse=True))
_DAY = re.compile(
    rf"(?<![\w.@'’-])(?P<day>{_DAY_NAMES})(?P<dot>\.?)(?! Dieu\b)(?![\w@]|[-'’.][a-z])"
)
_DAY_BEFORE = Late(
    r"(?i)(?<!\w)(?:on|by|next|this|last|every|until|till|before|after|since|due|you|late|early|"
    r"open|black|good|"
    r"closed|and|&|thru|through|from|or|of|to|not|all|each|–|-|(?:mon|tues?|wed|thu(?:rs)?|fri|"
    r"sat)(?:day)?\.?[,/]|\d(?:st|nd|rd|th)|(?-i:\b[A-Z]{2,4})|noon|week) ?$"
)
_MONTH_NEXT = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\b"
_DAY_OF = r"(?:Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun)(?:day)?\b"
_DAY_NEXT = Late(
    rf":|,? (?:\d{{1,2}}(?:[:/]\d|st|nd|rd|th| ?[ap]\.?m|[-–]\d)|\d{{1,2}},? {_MONTH_NEXT}|"
    rf"{_MONTH_NEXT}|at \d|morning|"
    rf"afternoon|evening|night|eve\b|noon|only\b|[-–&] ?{_DAY_OF}|and {_DAY_OF}|(?:through|thru|"
    rf"to) {_DAY_OF})|"
    rf", (?={_DAY_OF}|\d)|/(?={_DAY_OF})|[-–](?={_DAY_OF})"
)


def _day(match: re.Match[str], options: ReadingOptions) -> str | None:
    day = match["day"]
    sure = day not in ("Mon", "Wed", "Sat", "Sun") or (day == "Mon" and match["dot"])
    before = match.string[max(0, match.start() - 24) : match.start()]
    dated = match["dot"] and re.match(r",? \d", match.string[match.end() : match.end() + 3])
    if (
        sure
        or (dated and not before.endswith(("the ", "The ")))
        or _DAY_NEXT.match(match.string, match.end())
        or ((match["dot"] or before.endswith("/")) and _DAY_BEFORE.search(before))
    ):
        return _DAYS[day]
    return None


# Those that need more than a word's neighbour.
_WITH = re.compile(r"(?<![\w/@.-])[wW]/ ?(?=(?!(?:o|in|e|r|u|D|d|c)\b)[A-Za-z]{1,30}|\d|[\"“(:.])")
_VERSUS = re.compile(r"(?<=[\w.,)] )v\.?(?= [A-Z])")
_PARTY = Late(r"(?:[A-Z][\w.'’]*|\bal\.|\bInc\.?,?|\)) $")
_ESTIMATED = re.compile(r"(?<![\w.@/'’-])(?P<first>[Ee])st\.")
_MONEY_NEXT = Late(r" ?[$£€~]")
_ESTIMATED_NEXT = Late(
    r" ?[$£€~]| (?:time|value|cost|arrival|delivery|age|weight|price|total|completion|date|length|"
    r"duration|budget|size|tax|payment|amount|wait|number|at|to|gest|read)\b"
)
_CARE_OF = re.compile(r"(?<![\w/])c/o(?!\w)")
_PATIENT = Late(
    r"(?i)(?:\bpts?\.?|patients?|(?:fe)?male|\bm|\bf|\bwoman|\bman|\bs?he|y/?o|old|who) $"
)
_NEEDED = re.compile(r"(?<!\w)(?:p\.r\.n\.|prn|PRN)(?! (?:and|or|for|with|if|at)\b)(?= [a-z])")
_RULES_OF = re.compile(
    r"Fed\. R\. (?P<of>Civ\. P|Crim\. P|Evid|App\. P|Bankr\. P)\."
    r"(?: (?P<number>\d{1,4})(?P<parts>(?:\([a-zA-Z\d]{1,3}\)){0,4})(?!\w))?"
)
_RULES_NAMES = {
    "Civ. P": "Civil Procedure", "Crim. P": "Criminal Procedure", "Evid": "Evidence",
    "App. P": "Appellate Procedure", "Bankr. P": "Bankruptcy Procedure",
}  # fmt: skip
_KEY = re.compile(r"(?:(?<=\b[A-G] )|(?<=[A-G][#♯♭b] )|(?<=flat )|(?<=sharp ))(?P<key>maj|min)\.")
_POINTS = re.compile(r"(?<=\d) ?pp(?!\w)(?!\.\d)")
_NOTE = re.compile(r"(?<=\d )nn?\.(?= ?\d)")

# What is written short in messages.
_YOU = re.compile(r"(?<![\w'’.&+-])[uU](?![\w'’.&+-]| ?[=<>^*(])")
_YOU_BEFORE = Late(
    r"(?i)(?<!\w)(?:thank|love|miss|see|do|did|are|r|can|will|would|could|should|if|for|to|how|c|"
    r"tell|with|4|b4|"
    r"told|give|of|when|let|what|why|where|hope|wish|bet|know|say|before|after|like|about|as|than|"
    r"and|or|but|lol) $"
)
_YOU_NEXT = Late(
    r" (?:are|r|get|got|can|have|had|know|want|think|going|coming|need|see|there|ok|up|doing|free|"
    r"said|say|guys|all|"
    r"should|would|could|will|were|was|don't|dont|do|did|like|love|mean|still|gonna|agree|ready|"
    r"too|so|later|soon|"
    r"tonight|tomorrow|must|never|always|just|look|home|both|won't|wanna|please|pls|go|guess|owe|"
    r"missed|heard|saw)\b|[?!]"
)
_ARE = re.compile(
    r"(?<![\w'’.&-])[rR](?= (?:u|you|we|they)\b)|(?:(?<=\bu )|(?<=\bwe )|(?<=\bthey )|(?<=\bhow "
    r"))r(?= )"
)
_TEXT = re.compile(r"(?<![\w.@-])txt(?= (?:me|u|you|him|her|them|us|back|when|from|ur|your)\b)")
_SEE = re.compile(r"(?<![\w'’.&-])[cC](?= (?:u|ya|you)\b)")
_TO = re.compile(
    r"(?<=[a-z] )2(?= (?:the|a|my|your|ur|get|see|be|go|me|you|u|him|her|them|us|do|say|come|work|"
    r"bed|school|make|class|meet) )"
)
_TOO = re.compile(
    r"(?<=[a-z] )2(?= (?:tired|late|bad|cool|much|many|early|hard|easy|old|young|good|funny|cute|"
    r"busy|lazy|hot|cold)\b)"
)
_FOR = re.compile(
    r"(?<=[a-z] )4(?= (?:the|a|my|your|ur|u|you|me|him|her|it|us|them|now|this|that|real|ever|"
    r"sure|sale|free)(?: |[.!?]?$))"
)
_SHORT_WORDS = (
    "ur|r|thx|pls|plz|b4|gr8|lol|omg|OMG|2nite|2moro|2morrow|tmrw|gonna|gotta|wanna|l8r|im|dont|"
    "cant|idk|ppl|c"
)
_TEXTED = Late(rf"(?<![\w'’.&-])(?:{_SHORT_WORDS})(?![\w'’.&-])")
_TEXTING = Late(rf"(?<![\w'’.&-])(?:u|U|{_SHORT_WORDS})(?![\w'’.&-])")


def _you(match: re.Match[str], options: ReadingOptions) -> str | None:
    if mentions(_TEXTED, match.string):
        return "you"
    before = match.string[max(0, match.start() - 12) : match.start()]
    if match[0] == "u" and (
        _YOU_NEXT.match(match.string, match.end()) or _YOU_BEFORE.search(before)
    ):
        return "you"
    return None


def _points(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "$8.50 pp", per person, and "up 3 pp", percentage points."""
    before = match.string[max(0, match.start() - 32) : match.start()]
    if re.search(r"[$£€]", before[-12:]):
        return " per person"
    if match.string.startswith(".", match.end()) and not _GAINED.search(before):
        return None  # Pages.
    return " percentage points"


_GAINED = Late(
    r"(?i)\b(?:up|down|by|gain|lead|margin|swing|los[est]|rose|fell|ris|fall|points?|drop|grew|[+-])"
)


def _care_of(match: re.Match[str], options: ReadingOptions) -> str:
    before = match.string[max(0, match.start() - 16) : match.start()]
    return "complains of" if _PATIENT.search(before) else "care of"


_CIRCA = re.compile(r"(?<![\w.])(?:[Cc]a|c)\.(?:(?=\d{1,4}(?!\d))| (?=A\.D\.|AD\b|the ))")


def _versus(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 24) : match.start()]
    return "versus" if match[0] == "v." and _PARTY.search(before) else None


def _estimated(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "Est. time" and "est. 1902", which is "established"."""
    after = match.string[match.end() : match.end() + 24]
    if match["first"] == "E" and _MONEY_NEXT.match(after):
        return "Estimate"
    if _ESTIMATED_NEXT.match(after):
        return f"{match['first']}stimated"
    return f"{match['first']}stablished" if re.match(r" ?(?:in )?[~\d]", after) else None


def _rule_of(match: re.Match[str], options: ReadingOptions) -> str:
    words = [f"Federal Rule of {_RULES_NAMES[match['of']]}"]
    if match["number"]:
        words.append(numbers.pairs(match["number"]))
        for part in re.findall(r"\w+", match["parts"]):
            words.append(numbers.pairs(part) if part.isdecimal() else part.upper())
    return " ".join(words)


EARLY_RULES = (
    Rule("abbreviation", _RULES_OF, _rule_of),
    Rule("message", _TOO, lambda m, _: "too" if mentions(_TEXTING, m.string) else None),
    Rule("message", _TO, lambda m, _: "to" if mentions(_TEXTING, m.string) else None),
    Rule("message", _FOR, lambda m, _: "for" if mentions(_TEXTING, m.string) else None),
)
"""Digits that stand for words."""

RULES = (
    Rule("message", _YOU, _you),
    Rule("message", _ARE, lambda m, _: "are"),
    Rule("message", _TEXT, lambda m, _: "text"),
    Rule("message", _SEE, lambda m, _: "see"),
    Rule("abbreviation", _CARE_OF, _care_of),
    Rule("abbreviation", _NEEDED, lambda m, _: "as needed for"),
    Rule("key", _KEY, lambda m, _: "major" if m["key"] == "maj" else "minor", abbreviation=True),
    Rule("abbreviation", _POINTS, _points),
    Rule("abbreviation", _NOTE, lambda m, _: "note"),
    Rule("abbreviation", _CIRCA, lambda m, _: "circa "),
    Rule("abbreviation", _WITH, lambda m, _: "with " if m[0][0] == "w" else "With "),
    Rule("abbreviation", _ESTIMATED, _estimated),
    Rule("abbreviation", _VERSUS, _versus),
    Rule("weekday", _DAY, _day, abbreviation=True),
    Rule("abbreviation", _DOTTED, _abbreviation, abbreviation=True),
    Rule("abbreviation", _BARE_COUNTED, _counted),
    Rule("abbreviation", _BARE, _abbreviation),
)
