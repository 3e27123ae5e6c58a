""" "4/12": a date, a fraction, or four of twelve, by the words around it."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.calendar import MONTHS, WEEKDAY, date_words, weekday
from kokoro_cli.types import ReadingOptions

_SHORT = r"\d{1,2}/\d{1,2}"

_SHORT_JOINT = r"(?:,? and |,? or |, | to | through | thru | & | ?[-–] ?)"

_NUMERIC_SHORT = WithDigit(
    rf"(?<![\w/.$£€+-])(?:(?P<weekday>{WEEKDAY}),? "
    rf")?(?P<dates>{_SHORT}(?:{_SHORT_JOINT}{_SHORT}){{0,6}})"
    r"(?![\w/°%″]|-\w|\.\d)"
)

# Words before a date.
_DATED = Late(
    r"(?<!\w)(?i:on|by|of|until|till?|through|thru|from|since|after|before|between|start(?:s|ed|"
    r"ing)?|"
    r"begin(?:s|ning)?|begun|began|end(?:s|ed|ing)?|effective|due|dated?|posted|updated?|sent|"
    r"received|"
    r"paid|shipped|mailed|delivered|signed|filed|submitted|born|arriv(?:e[sd]?|ing|al)|"
    r"clos(?:e[sd]?|ing)|"
    r"open(?:s|ed|ing)?|expire[sd]?|exp|scheduled|moved|rescheduled|postponed|published|released|"
    r"release|issued|ordered|order|placed|depart(?:s|ed|ing|ure)?|leav(?:es?|ing)|return(?:s|ed|"
    r"ing)?|back|deadline|rsvp|"
    r"week|weekend|slept|recorded|taken|check-?(?:in|out)|bought|purchased|built|made|met|seen|"
    r"invoice|cancell?ed|"
    r"finished|completed|launch(?:es|ed)?|tested|service|payday|valid|trip|tour|appt|appointment|"
    r"exam|meeting|game|"
    r"class|night|tonight|today|yesterday|tomorrow)(?: date)?\.?(?: is| was| are| at)?:? (?:the |"
    r"~|about |around )?$"
)

_WEAKLY_DATED = Late(r"(?<!\w)(?i:by|of|from|after|before|between|to|is|class|made|order|taken) $")

# Words after a date, and words after a number of some.
_DATE_FOLLOWS = Late(
    r" ?[@(]|,? (?:at|from) \d|,? \d{1,2}(?::\d\d)? ?[ap]\.?m|: [A-Za-z]|, (?:no|and|then)\b"
)

_COUNTED = Late(
    r"(?<!\w)(?i:steps?|parts?|pages?|try|attempts?|rounds?|episodes?|chapters?|lessons?|slides?|"
    r"questions?|"
    r"tests?|tasks?|levels?|days?|items?|games?|phases?|stages?|photos?|images?|tracks?|discs?|"
    r"disks?|cards?|"
    r"box|packages?|pieces?|threads?|re?tr(?:y|ies|ying)|progress|(?:up|down)load(?:s|ed|ing)?|"
    r"copied|copying|"
    r"loaded|loading|processed|processing|checking|passed|passing|failed|failing|quiz|"
    r"exercises?|leg|sprint|batch|epoch|iteration|turn|volumes?|book|installing|building)(?: no\.|"
    r" number)?:? ?[#(]?$"
)

_SOME_OF = Late(
    r"\)? (?:done|complete[d]?|finished|passed|failed|files?|downloaded|loaded|steps|tests|checks|"
    r"tasks|"
    r"items|ready|remaining|left|correct|right|wrong|online|present|used|members|players|seats|"
    r"slots|"
    r"spots|votes|people|students|games|rounds|pages|questions|attempts|episodes|chapters)\b"
)

_PLURAL_NEXT = Late(r" [a-z]{2,}[^\Wsui]s\b")

_PORTION = Late(r"(?i:just|only|about|nearly|almost|over|under|than|roughly|at least) $")

# What makes it a fraction: a measure, or the whole.
_PART_FOLLOWS = Late(
    r"[\"”]|[ -]?(?:c\.|in\b|inch|cups?\b|t(?:ea)?sp|tb|tablesp|mile|hour|oz|ounce|lb|pound|acre|"
    r"of "
    r"an?\b|of "
    r"(?:the|all|its|his|her|my|our|their|your|these|those|that)\b|size|scale|time\b|signature|"
    r"vision|odds|"
    r"majority|full|empty|price|off\b|share|stake|pint|quart|gallon|mm\b|cm\b|ths\b|yard|page\b)"
)


def _numeric_short(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "4/12" as a date or as four of twelve where the words around it say so."""
    text = match.string
    before = text[max(0, match.start("dates") - 40) : match.start("dates")]
    written = re.split(f"({_SHORT_JOINT})", match["dates"])
    if not match["weekday"] and len(written) == 1:
        if _is_count(match, before):
            top, bottom = map(int, written[0].split("/"))
            return f"{numbers.cardinal(top)} of {numbers.cardinal(bottom)}"
        if _PART_FOLLOWS.match(text, match.end()):
            return None
    if not (match["weekday"] or _is_dated(match, before, written)):
        return None
    words = weekday(match["weekday"])
    for piece in written:
        if "/" not in piece:
            words += " to " if piece.strip() in ("-", "–") else piece
            continue
        first, second = map(int, piece.split("/"))
        if options.british:
            first, second = second, first
        if first > 12 >= second:
            first, second = second, first  # No such month: the other order.
        date = date_words(second, first, "", british=options.british)
        if date is None:
            return None
        words += date
    return words


_REPLY = Late(r"(?i)\b(?:RSVP|repl(?:y|ies)|respond|register|sign up|apply|enrol|book|enter)\b")

_MONTH_OF_YEAR = WithDigit(r"(?<![\w/.])(?P<month>0[1-9]|1[0-2])/(?P<year>[23]\d)(?![\w/]|\.\d)")
_EXPIRES = Late(
    r"(?i)\b(?:exp(?:iry|ir(?:es?|ed|ing|ation))?\.?|valid|best before|use[- ]by)[^\d.!?]{0,24}$"
)


def _month_of_year(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "exp. 03/27" as a month."""
    if not _EXPIRES.search(match.string[max(0, match.start() - 40) : match.start()]):
        return None
    return f"{MONTHS[int(match['month']) - 1]} {numbers.year(2000 + int(match['year']))}"


def _is_count(match: re.Match[str], before: str) -> bool:
    top, bottom = map(int, match["dates"].split("/"))
    many = (
        bottom > 16
        and bottom not in (32, 64, 100)
        and _PLURAL_NEXT.match(match.string, match.end())
    )
    if top <= bottom and many:
        return True
    if top > bottom or bottom < 2 or _PORTION.search(before):
        return False
    if _COUNTED.search(before):
        return True
    return bottom > 4 and bool(_SOME_OF.match(match.string, match.end()))


def _is_dated(match: re.Match[str], before: str, written: list[str]) -> bool:
    if re.search(r"\bby $", before) and _REPLY.search(before):
        return True
    first, second = map(int, written[0].split("/"))
    if written in (["9/11"], ["24/7"]) or (
        len(written) == 1 and re.search(r"\b(?:got|earned|scored) (?:an? )?$", before)
    ):
        return False
    if _DATED.search(before):
        # "by 2/3" and "of 1/2" are more likely fractions.
        likely = first < second and second in (2, 3, 4, 5, 8, 10) and first <= 3
        return not (_WEAKLY_DATED.search(before) and likely and len(written) == 1)
    if _DATE_FOLLOWS.match(match.string, match.end()) and not before.strip():
        return True
    if len(written) > 1:
        return all(each in ("-", "–") for each in (w.strip() for w in written[1::2])) or second > 12
    # No fraction that anyone would write: "5/15", "7/19", "9/2".
    return (second > 12 and second % 16 and first < 13) or (
        first > second > 1
        and second in (2, 4, 5, 6, 7)
        and bool(_DATE_FOLLOWS.match(match.string, match.end()))
    )


RULES = (
    Rule("date", _MONTH_OF_YEAR, _month_of_year),
    Rule("date", _NUMERIC_SHORT, _numeric_short),
)
