"""References: numbers, pages, sections, and verses of the Bible."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.types import ReadingOptions

_NUMBER_SIGN = WithDigit(
    r"(?<![\w.])(?P<word>[Nn]os?\.|NOS?\.|FIGS?\.|N[o°º]\.?|№|[Pp]p?\.|[Cc]hs?\.|[Cc]hap\.|"
    r"[Vv]ols?\.|[Ff]igs?\.|[Ee]qs?\.|[Ss]ec\.|[Aa]rt\.|[Rr]m\.|[Ss]t[e]\.|[Aa]pt\.?|[Ee]xt\.?|"
    r"[Pp]ar\.|[Ll]l?\.|[Tt]ab\.|[Rr]te\.|[Oo]pp?\.|[Pp]ara\.|§§?|¶¶?)[ \u00a0]?"
    r"\(?(?P<low>\d{1,3}(?:,\d{3}){1,3}|"
    r"\d{1,12})(?P<rest>(?:\.\d{1,4}){0,4})(?P<letter>[a-zA-Z])?\)?"
    r"(?:(?P<dash>[ ]?[-–—][ ]?)\(?(?P<high>\d{1,6})(?P<rest2>(?:\.\d{1,4}){0,4})\)?)?"
    r"(?P<open>(?:\([a-z\d]{1,4}\)){0,3})(?![\w]|\.\d)"
)

REFERENCES = {
    "no": "number", "nos": "numbers", "n°": "number", "nº": "number", "№": "number", "p": "page",
    "pp": "pages",
    "ch": "chapter", "chs": "chapters", "chap": "chapter", "vol": "volume", "vols": "volumes",
    "fig": "figure",
    "figs": "figures", "eq": "equation", "eqs": "equations", "sec": "section", "art": "article",
    "rm": "room",
    "ste": "suite", "apt": "apartment", "ext": "extension", "par": "paragraph", "l": "line",
    "ll": "lines",
    "tab": "table", "rte": "route", "op": "opus", "opp": "opus", "para": "paragraph",
    "§": "section", "§§": "sections", "¶": "paragraph", "¶¶": "paragraphs",
}  # fmt: skip


# "The answer was no. 2 days later", "No 5 men could lift it", "He is a decent chap. 3 years ago".
_LABEL_BEFORE = Late(
    r"(?:^|[\[(,;:–—/&\"“]|\b(?:see|in|of|and|or|under|cf\.|per|to|from|by|with|at|on|for|plus|"
    r"also|both|between|"
    r"through|vol\.|the|a|an|my|your|his|her|our|their|this|that|house|room|flat|lot|item|track|"
    r"ticket|case|"
    r"invoice|order|policy|account|hymn|symphony|concerto|sonata|quartet|study|song|chapter|part|"
    r"bus|train|line|"
    r"number|\d+|op\.|p|para|docket|opus|seed|channel|code|form|flight|suite|model|serial|"
    r"tracking|phone|ref\.?|"
    r"grant|act|ord\.|res\.|cat\.|passport|licen[cs]e|hotel))[ ]?$",
    re.IGNORECASE,
)
_COUNT_NEXT = Late(
    r" (?:[a-z]+ )?(?:[a-z]{2,}[^\Wsui]s|people|men|women|children|more|of|other|year)\b"
)


_ANSWERED = Late(r"(?i)\b(?:said|say|says|answered|oh|replied|cried|yes or|yes and) $")
_THE_NO = Late(r"(?i)\b(?:the|an?|at|to|of) $")
_BEGINS = Late(r"(?:^|[.!?\"”])[ ]?$")
_HOUSE_NO = Late(r"(?i)\b(?:at|lot|room|house|flat|item|the|see|in|bus|train) $")
_NAME_BEFORE = Late(r"[A-Z]\w+ $")


def _is_word(match: re.Match[str]) -> bool:
    """Whether "no." and the like end a sentence, and the number begins the next one."""
    written, after = match["word"], match.string[match.end() : match.end() + 40]
    before = match.string[max(0, match.start() - 24) : match.start()]
    if written == "No":
        return bool(re.match(r" [a-z]", after) and not _THE_NO.search(before))
    if written == "No.":
        return bool(_BEGINS.search(before) and _COUNT_NEXT.match(after))
    if written == "no.":
        counted = _COUNT_NEXT.match(after) and not _HOUSE_NO.search(before)
        return bool(counted or _ANSWERED.search(before))
    return written in ("art.", "sec.", "fig.", "chap.", "op.", "par.", "tab.") and not (
        _LABEL_BEFORE.search(before) or _NAME_BEFORE.search(before)
    )


def _reference(match: re.Match[str], options: ReadingOptions) -> str | None:
    written = match["word"]
    word = REFERENCES[written.rstrip(".").lower()]
    if written[0].isupper() and len(written) > 1:
        word = word[0].upper() + word[1:]
    if _is_word(match):
        return None
    after_number = re.search(r"\d $", match.string[max(0, match.start() - 2) : match.start()])
    if written in ("No", "Sec.", "sec.", "art.") and after_number:
        return None
    spell = (
        numbers.pairs
        if word.lower() in ("apartment", "suite", "room", "extension", "route")
        else None
    )
    if (
        word.lower() in ("section", "number")
        and match["low"].isdecimal()
        and len(match["low"]) > 2 + (word[0] in "nN")
    ):
        spell = numbers.pairs
    words = f"{word} {spell(match['low']) if spell else _plain(match['low'], options)}"
    words += _points(match["rest"])
    if match["letter"]:
        words += f" {match['letter'].upper()}"
    for inner in re.findall(r"\((\w+)\)", match["open"]):
        words += f" {numbers.spoken_integer(inner) if inner.isdecimal() else inner}"
    if match["high"]:
        high = match["high"]
        if len(high) < len(match["low"]):
            high = match["low"][: -len(high)] + high
        words += f" to {_plain(high, options)}{_points(match['rest2'])}"
    return words


def _plain(written: str, options: ReadingOptions) -> str:
    if len(written) > 4 and written.isdecimal():
        return numbers.digits(written, zero="zero")
    return numbers.spoken_integer(written, british=options.british)


def _points(rest: str | None) -> str:
    return "".join(f" point {numbers.spoken_integer(part)}" for part in (rest or "").split(".")[1:])


_BOOKS = {
    "Gen": "Genesis", "Exod": "Exodus", "Ex": "Exodus", "Lev": "Leviticus", "Num": "Numbers",
    "Deut": "Deuteronomy",
    "Josh": "Joshua", "Judg": "Judges", "Sam": "Samuel", "Kgs": "Kings", "Chr": "Chronicles",
    "Neh": "Nehemiah",
    "Ps": "Psalm", "Pss": "Psalms", "Prov": "Proverbs", "Eccl": "Ecclesiastes", "Isa": "Isaiah",
    "Jer": "Jeremiah",
    "Ezek": "Ezekiel", "Dan": "Daniel", "Hos": "Hosea", "Matt": "Matthew", "Mt": "Matthew",
    "Mk": "Mark", "Lk": "Luke",
    "Jn": "John", "Rom": "Romans", "Cor": "Corinthians", "Gal": "Galatians", "Eph": "Ephesians",
    "Phil": "Philippians",
    "Col": "Colossians", "Thess": "Thessalonians", "Tim": "Timothy", "Heb": "Hebrews",
    "Jas": "James", "Pet": "Peter",
    "Rev": "Revelation",
}  # fmt: skip

_WHOLE_BOOKS = (
    "Samuel|Kings|Chronicles|Corinthians|Thessalonians|Timothy|Peter|John|Genesis|Exodus|Leviticus|"
    "Numbers|Deuteronomy|Joshua|Judges|Ruth|Psalms?|Proverbs|Isaiah|Jeremiah|Ezekiel|Daniel|"
    "Matthew|"
    "Mark|Luke|Acts|Romans|Galatians|Ephesians|Philippians|Colossians|Titus|Hebrews|James|Jude|"
    "Revelation|Ecclesiastes|Job|Micah|Malachi"
)

_VERSE = WithDigit(
    rf"(?<![\w.])(?:(?P<nth>[123]|I{{1,3}}) )?(?P<book>(?:{'|'.join(_BOOKS)})\b\.?|"
    rf"(?:{_WHOLE_BOOKS})\b) "
    r"(?P<chapter>\d{1,3}):(?P<verse>\d{1,3})(?:[-–](?P<last>\d{1,3}))?(?![\w:])"
)

_CHAPTER = WithDigit(
    rf"(?<![\w.])(?:(?P<nth>[123]|I{{1,3}}) (?P<book1>(?:{'|'.join(_BOOKS)})\b\.?|"
    rf"(?:{_WHOLE_BOOKS})\b)|"
    r"(?P<book2>(?:Pss?|Gen|Exod|Lev|Deut|Josh|Judg|Neh|Prov|Eccl|Isa|Jer|Ezek|Hos|Matt|Rom|Cor|"
    r"Gal|Eph|Phil|"
    r"Heb|Rev)\.)) (?P<chapter>\d{1,3})(?:[-–](?P<last>\d{1,3}))?(?![\w:%]|\.\d)"
)

_NTH = {
    "1": "First ",
    "2": "Second ",
    "3": "Third ",
    "I": "First ",
    "II": "Second ",
    "III": "Third ",
}


def _book_chapter(match: re.Match[str], options: ReadingOptions) -> str:
    book = (match["book1"] or match["book2"]).rstrip(".")
    words = f"{_NTH.get(match['nth'] or '', '')}{_BOOKS.get(book, book)} "
    words += numbers.cardinal(int(match["chapter"]))
    return words + (f" to {numbers.cardinal(int(match['last']))}" if match["last"] else "")


def _verse(match: re.Match[str], options: ReadingOptions) -> str:
    book = match["book"].rstrip(".")
    words = _NTH.get(match["nth"] or "", "") + _BOOKS.get(book, book)
    words += f" {numbers.cardinal(int(match['chapter']))} {numbers.cardinal(int(match['verse']))}"
    return words + (f" to {numbers.cardinal(int(match['last']))}" if match["last"] else "")


EARLY_RULES = (
    Rule("verse", _VERSE, _verse),
    Rule("verse", _CHAPTER, _book_chapter),
)
"""Verses look like times of day."""

RULES = (Rule("reference", _NUMBER_SIGN, _reference),)
