"""Dates, years, decades, centuries and times of day."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import BEFORE_SECONDS, mentions
from kokoro_cli.types import ReadingOptions

MONTHS = (
    "January February March April May June July August September October November December".split()
)
_MONTH_SHORT = {name[:3].lower(): name for name in MONTHS} | {"sept": "September"}

# "May" and "March" are also words: they need a day or a year beside them.
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|"
    r"JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|"
    r"SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?|"
    r"jan(?:uary)?|feb(?:ruary)?|april|june|july|aug(?:ust)?|sept(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|"
    r"dec(?:ember)?)"
)
_DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "tues": "Tuesday",
    "wed": "Wednesday",
    "weds": "Wednesday",
    "thu": "Thursday",
    "thur": "Thursday",
    "thurs": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_WEEKDAY = (
    r"(?:(?:Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|"
    r"Sun)day)"
)
_YEAR = r"(?:1\d{3}|20\d{2}|2100)"
_DASH = r" ?[-–—‑] ?"
_ORD = r"(?:st|nd|rd|th)"

_MONTH_DAY = WithDigit(
    rf"(?<![\w.])(?:(?P<weekday>{_WEEKDAY}),? )?(?P<month>{_MONTH})\.? (?P<the>the )?"
    rf"(?P<day>\d{{1,2}}){_ORD}?"
    rf"(?:(?P<dash>{_DASH})(?:(?P<month2>{_MONTH})\.? )?(?P<day2>\d{{1,2}}){_ORD}?)?"
    rf"(?P<year_part>(?P<comma>,)?[ -](?P<year>{_YEAR}|'\d\d)(?![\d%]|[.,:]\d|(?: ?(?:kg|km|people|"
    r"votes|am|pm)\b)))?"
    r"(?![\w%]|[:/]\d|\.\d|,\d{3}(?!\d))"
)
_DAY_MONTH = WithDigit(
    rf"(?<![\w./])(?:(?P<weekday>{_WEEKDAY}),? )?(?P<the>[Tt]he )?"
    rf"(?:(?P<day1>\d{{1,2}}){_ORD}?{_DASH})?"
    rf"(?P<day>\d{{1,2}})(?P<suffix>{_ORD})?(?: |-|/)(?P<of>of )?(?P<month>{_MONTH})\b\.?"
    rf"(?P<year_part>(?P<comma>,)?(?: |-|/)(?P<year>{_YEAR}|'\d\d|(?<=-)\d\d)(?![\d%]|"
    r"[.,:]\d))?(?![\w])"
)
_MONTH_YEAR = WithDigit(
    rf"(?<!\w)(?:(?P<month1>{_MONTH})\b\.?{_DASH})?(?P<month>{_MONTH})\b\.?,? (?P<year>{_YEAR}|"
    rf"'\d\d)(?:{_DASH}(?P<year2>{_YEAR}|"
    r"\d\d))?(?![\w%]|[.,:]\d)"
)
_MONTH_ALONE = re.compile(r"(?<!\w)(?:Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\.(?=[\s,;)/–-]|$)")
_ISO = WithDigit(
    r"(?<![\w/.-])(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"(?P<time>[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?(?P<zone>Z|"
    r"[+-]\d\d:?\d\d)?)?(?![\w/-]|\.\d)"
)
_NUMERIC = WithDigit(
    r"(?<![\w/.-])(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|"
    r"\d{2})(?![\w/-]|\.\d)"
)
_SHORT = r"\d{1,2}/\d{1,2}"
_SHORT_JOINT = r"(?:,? and |,? or |, | to | through | thru | & | ?[-–] ?)"
_NUMERIC_SHORT = WithDigit(
    rf"(?<![\w/.$£€+-])(?:(?P<weekday>{_WEEKDAY}),? "
    rf")?(?P<dates>{_SHORT}(?:{_SHORT_JOINT}{_SHORT}){{0,6}})"
    r"(?![\w/°%″]|-\w|\.\d)"
)
# Words before a date.
_DATED = re.compile(
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
_WEAKLY_DATED = re.compile(
    r"(?<!\w)(?i:by|of|from|after|before|between|to|is|class|made|order|taken) $"
)
# Words after a date, and words after a number of some.
_DATE_FOLLOWS = re.compile(
    r" ?[@(]|,? (?:at|from) \d|,? \d{1,2}(?::\d\d)? ?[ap]\.?m|: [A-Za-z]|, (?:no|and|then)\b"
)
_COUNTED = re.compile(
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
_SOME_OF = re.compile(
    r"\)? (?:done|complete[d]?|finished|passed|failed|files?|downloaded|loaded|steps|tests|checks|"
    r"tasks|"
    r"items|ready|remaining|left|correct|right|wrong|online|present|used|members|players|seats|"
    r"slots|"
    r"spots|votes|people|students|games|rounds|pages|questions|attempts|episodes|chapters)\b"
)
_PLURAL_NEXT = re.compile(r" [a-z]{2,}[^\Wsui]s\b")
_PORTION = re.compile(r"(?i:just|only|about|nearly|almost|over|under|than|roughly|at least) $")
# What makes it a fraction: a measure, or the whole.
_PART_FOLLOWS = re.compile(
    r"[\"”]|[ -]?(?:c\.|in\b|inch|cups?\b|t(?:ea)?sp|tb|tablesp|mile|hour|oz|ounce|lb|pound|acre|"
    r"of "
    r"an?\b|of "
    r"(?:the|all|its|his|her|my|our|their|your|these|those|that)\b|size|scale|time\b|signature|"
    r"vision|odds|"
    r"majority|full|empty|price|off\b|share|stake|pint|quart|gallon|mm\b|cm\b|ths\b|yard|page\b)"
)


_DECADE = WithDigit(
    r"(?P<early>(?<!\w)(?:mid|early|late)[- ])?(?<![\w$£€,.])(?P<mark>['’‘])?(?P<number>\d{1,4})"
    r"(?P<tail>'?s)(?![\w'])"
    rf"(?:(?P<dash>{_DASH})['’]?(?P<number2>\d{{1,4}})'?s(?![\w']))?"
)
_NAMED_RANGE = re.compile(
    rf"(?<!\w)(?P<low>{_WEEKDAY}|{_MONTH}\b\.?|[A-Z](?= ?[-–—] ?[A-Z](?!\w)))"
    rf" ?[-–—‑] ?(?P<high>{_WEEKDAY}|{_MONTH}\b\.?|[A-Z])(?![\w-])"
)
_CENTURY = WithDigit(
    r"(?<![\w.])(?P<number>\d{1,2})(?:(?:(?:st|nd|rd|th)[ -]?|-)?[cC]\.(?= )|(?:st|nd|rd|th) "
    r"cent\.)"
)
_ERA = WithDigit(
    rf"(?<![\w.,])(?:(?P<front>AD|A\.D\.) )?(?P<year>\d{{1,3}}(?:,\d{{3}})|\d{{1,5}})"
    rf"(?:{_DASH}(?P<year2>\d{{1,5}}))?(?: ?(?P<era>BCE|BC|CE|AD|B\.C\.E\.|B\.C\.|A\.D\.|"
    r"C\.E\.))(?!\w)"
)
_ERA_FRONT = WithDigit(
    rf"(?<!\w)(?P<era>AD|A\.D\.) (?P<year>\d{{1,4}})(?:{_DASH}(?P<year2>\d{{1,4}}))?(?!\w|,\d)"
)
_YEAR_RANGE = WithDigit(
    rf"(?<![\w.,$£€/-])(?P<low>{_YEAR})(?P<dash>{_DASH})(?P<high>{_YEAR}|\d\d)(?![\w%]|[.,:/-]\d)"
)
_SEASON = WithDigit(rf"(?<![\w.,$£€/-])(?P<low>{_YEAR})/(?P<high>\d\d|{_YEAR})(?![\w%]|[.,:/-]\d)")
_SHORT_YEAR = WithDigit(r"(?<![\w'’])['’‘](?P<year>\d\d)(?![\w'’]|['’\"])")


def _month(written: str) -> str:
    short = written.lower().rstrip(".")
    return _MONTH_SHORT.get(short[:4]) or _MONTH_SHORT[short[:3]]


def _weekday(written: str | None) -> str:
    if not written:
        return ""
    short = written.rstrip(".").lower()
    return f"{_DAYS.get(short, written)}, "


def year(written: str, *, british: bool = False) -> str:
    """Return a year's words: "1905", "'99", "05"."""
    plain = written.lstrip("'’‘")
    if len(plain) == 2:
        return (
            f"oh {numbers.cardinal(int(plain))}"
            if plain[0] == "0"
            else numbers.cardinal(int(plain))
        )
    words = numbers.year(int(plain))
    if british and 2001 <= int(plain) <= 2009:
        return words.replace("thousand ", "thousand and ")
    return words


def _day(written: str) -> str | None:
    return numbers.ordinal(int(written)) if 1 <= int(written) <= 31 else None


def _month_day(match: re.Match[str], options: ReadingOptions) -> str | None:
    day = _day(match["day"])
    if day is None:
        return None
    the = "the " if match["the"] or options.british else ""
    words = f"{_weekday(match['weekday'])}{_month(match['month'])} {the}{day}"
    if match["day2"]:
        day2 = _day(match["day2"])
        if day2 is None:
            return None
        month2 = f"{_month(match['month2'])} " if match["month2"] else ""
        words += f" to {month2}{day2}"
    return words + _comma_year(match, options)


def _comma_year(match: re.Match[str], options: ReadingOptions) -> str:
    if not match["year"]:
        return ""
    return f"{match['comma'] or ''} {year(match['year'], british=options.british)}"


def _day_month(match: re.Match[str], options: ReadingOptions) -> str | None:
    day = _day(match["day"])
    if day is None or (match["month"] in ("Mar", "May", "MAY", "MAR") and _is_verb(match)):
        return None
    month = _month(match["month"])
    first = _day(match["day1"]) if match["day1"] else None
    if first and not options.british and not match["suffix"]:
        return f"{_weekday(match['weekday'])}{month} {first} to {day}{_comma_year(match, options)}"
    the = match["the"] or "the "
    words = f"{the}{first} to the {day}" if first else f"{the}{day}"
    words = f"{_weekday(match['weekday'])}{words} of {month}"
    return words + _comma_year(match, options)


def _is_verb(match: re.Match[str]) -> bool:
    """Whether the month is a verb, as in "the 5 May do so"."""
    return bool(re.match(r" (?:be|have|do|not|go|come|also|well)\b", match.string[match.end() :]))


def _month_year(match: re.Match[str], options: ReadingOptions) -> str:
    first = f"{_month(match['month1'])} to " if match["month1"] else ""
    words = f"{first}{_month(match['month'])} {year(match['year'], british=options.british)}"
    return words + (
        f" to {year(match['year2'], british=options.british)}" if match["year2"] else ""
    )


def _month_alone(match: re.Match[str], options: ReadingOptions) -> str:
    return _month(match[0])


def date_words(day: int, month: int, year_words: str, *, british: bool) -> str | None:
    """Return a date in the order of the locale; None if there is no such day."""
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    if british:
        words = f"the {numbers.ordinal(day)} of {MONTHS[month - 1]}"
    else:
        words = f"{MONTHS[month - 1]} {numbers.ordinal(day)}"
    return (
        f"{words}, {year_words}" if year_words and not british else f"{words} {year_words}".strip()
    )


def _iso(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match["mark"] == "." and not 1500 <= int(match["year"]) <= 2100:
        return None
    words = date_words(
        int(match["day"]),
        int(match["month"]),
        year(match["year"], british=options.british),
        british=options.british,
    )
    if words is None or not match["time"]:
        return words
    words += f", {clock(match['hour'], match['minute'], '')}"
    if match["second"] and int(match["second"]):
        words += f" and {_count(int(match['second']), 'second')}"
    if match["zone"] == "Z":
        words += " U T C"
    elif match["zone"]:
        sign = "plus" if match["zone"][0] == "+" else "minus"
        words += f" U T C {sign} {numbers.cardinal(int(match['zone'][1:3]))}"
    return words


_FERTILISER = re.compile(r" (?:mix|fertili[sz]er|feed|blend|NPK|formula|granul|plant food)")


def _numeric(match: re.Match[str], options: ReadingOptions) -> str | None:
    first, second = int(match["first"]), int(match["second"])
    if match["mark"] == "." and len(match["year"]) == 2 and not re.fullmatch(r"[\d.]{8}", match[0]):
        return None  # A version or a section.
    if _FERTILISER.match(match.string, match.end()):
        return None
    british = options.british or match["mark"] == "."
    if british:
        first, second = second, first
    month, day = (second, first) if first > 12 else (first, second)
    written = match["year"]
    words = year(written, british=options.british)
    if len(written) == 2:
        words = f"twenty {words}" if int(written) <= 49 else f"nineteen {words}"
        if 0 <= int(written) < 10:
            words = year(f"20{written}", british=options.british)
    spoken = date_words(day, month, words, british=options.british)
    if spoken is None and match["mark"] == "/":
        parts = (match["first"], match["second"], written)
        return " slash ".join(numbers.spoken_integer(part) for part in parts)
    return spoken


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
    words = _weekday(match["weekday"])
    for piece in written:
        if "/" not in piece:
            words += " to " if piece.strip() in ("-", "–") else piece
            continue
        first, second = map(int, piece.split("/"))
        if options.british:
            first, second = second, first
        date = date_words(second, first, "", british=options.british)
        if date is None:
            return None
        words += date
    return words


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
    first, second = map(int, written[0].split("/"))
    if written == ["9/11"] or (
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


_MONTH_NUMBER = WithDigit(
    r"(?<![\w./-])(?P<month>0?[1-9]|1[0-2])/(?P<year>19\d\d|20\d\d)(?![\w/-]|\.\d)"
)


def _month_number(match: re.Match[str], options: ReadingOptions) -> str:
    words = year(match["year"], british=options.british)
    return f"{MONTHS[int(match['month']) - 1]} {words}"


_DATE_DASH = re.compile(
    r"(?P<left>(?<=\d)|(?<=[a-z])|(?<=\d,)|"
    rf"(?<=\.)) ?[–-] ?(?={_WEEKDAY},? |(?:\d{{1,2}}(?:st|nd|rd|th)? )?{_MONTH}\b)"
)
_DATE_END = re.compile(
    rf"(?:(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\.?|"
    r",? \d{4}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)$"
)


def _date_dash(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 24) : match.start()]
    if not _DATE_END.search(before):
        return None
    return " to "


_NOON = re.compile(
    r"(?<![\w-])(?P<from>[Nn]oon|[Mm]idnight|[Dd]awn|[Dd]usk|[Ss]unset) ?[-–—] ?(?=\d|[a-z])|"
    r"(?<=\d) ?[-–—] ?(?=(?:noon|midnight|dusk|sunset|dawn|close|present|now)\b)"
)
_ROUND = WithDigit(r"(?<![\w.,$£€])1(?P<zeros>0{1,3}|,000|0,000|00,000)'?s(?= of\b)")


def _round(match: re.Match[str], options: ReadingOptions) -> str:
    powers = {
        1: "tens",
        2: "hundreds",
        3: "thousands",
        4: "tens of thousands",
        5: "hundreds of thousands",
    }
    return powers[match["zeros"].count("0")]


def _decade(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 20) : match.start()]
    bare = len(match["number"]) == 2 and not match["mark"] and match["tail"] == "s"
    listed = re.match(r" (?:and|or) \d", match.string[match.end() : match.end() + 6])
    if bare and BEFORE_SECONDS.search(before) and not listed:
        return None
    words = _decade_words(match["number"], bool(match["mark"]))
    if words is None:
        return None
    if match["tail"] == "'s" and match["number"][-1] != "0":
        return None
    early = f"{match['early'][:-1]} " if match["early"] else ""
    if match["number2"]:
        second = _decade_words(match["number2"], marked=True)
        if second is None:
            return None
        words += f" to {second}"
    return early + words


def _decade_words(number: str, marked: bool) -> str | None:
    if len(number) == 4 and number[0] in "12" and int(number) % 1000 >= 10:
        words = year(number)
        return numbers.plural(words)
    if len(number) == 4 and int(number) in (1000, 2000):
        return numbers.plural(numbers.cardinal(int(number)))
    if len(number) == 2 and number[0] == "0":
        return "two thousands" if marked and number == "00" else None
    return numbers.plural(numbers.cardinal(int(number)))


def _named_range(match: re.Match[str], options: ReadingOptions) -> str | None:
    low, high = match["low"], match["high"]
    if len(low) == 1 or len(high) == 1:
        return f"{low} to {high}" if _is_letter_range(match) else None
    return f"{_full_name(low)} to {_full_name(high)}"


_LETTERED = re.compile(
    r"(?i)(?<!\w)(?:answer|appendix|appendices|class|column|exhibit|figure|gate|grade|group|"
    r"hepatitis|level|letter|"
    r"option|panel|part|plan|question|room|row|seat|section|size|team|unit|vitamin|volume|"
    r"wing)(?:e?s)?:? $"
)


def _is_letter_range(match: re.Match[str]) -> bool:
    """Whether "A–F" is a range of letters, not two letters that a hyphen joins."""
    low, high = match["low"], match["high"]
    if not low < high or len(low) > 1 or len(high) > 1:
        return False
    before = match.string[max(0, match.start() - 16) : match.start()]
    known = low == "A" and high in "BCDEFZ"
    return known or "–" in match[0] or bool(_LETTERED.search(before))


_SIZE = "X{0,4}S|M|X{0,4}L|[1-6]XL?"
_SIZES = re.compile(rf"(?<![\w-])(?P<low>{_SIZE})(?: ?[-–—] ?| to )(?P<high>{_SIZE})(?![\w-])")


def _sizes(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match["low"] == match["high"]:
        return None
    return f"{numbers.letters(match['low'])} to {numbers.letters(match['high'])}"


def _full_name(written: str) -> str:
    short = written.rstrip(".").lower()
    if short in _DAYS:
        return _DAYS[short]
    return written if short.endswith("day") else _month(written)


def _century(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{numbers.ordinal(int(match['number']))} century"


_ERA_NAMES = {"BC": "B C", "BCE": "B C E", "AD": "A D", "CE": "C E"}


def _era(match: re.Match[str], options: ReadingOptions) -> str:
    era = _ERA_NAMES[match["era"].replace(".", "")]
    words = _era_year(match["year"], options)
    if match["year2"]:
        words += f" to {_era_year(match['year2'], options)}"
    front = "A D " if match.groupdict().get("front") else ""
    return f"{front}{words} {era}"


def _era_front(match: re.Match[str], options: ReadingOptions) -> str:
    words = f"A D {_era_year(match['year'], options)}"
    return words + (f" to {_era_year(match['year2'], options)}" if match["year2"] else "")


def _era_year(written: str, options: ReadingOptions) -> str:
    if len(written) == 3 and written[1:] != "00":
        return numbers.pairs(written)
    if len(written) == 4:
        return year(written, british=options.british)
    return numbers.spoken_integer(written, british=options.british)


def _year_range(match: re.Match[str], options: ReadingOptions) -> str | None:
    low, high = match["low"], match["high"]
    if len(high) == 2 and int(high) <= int(low[2:]) and match["dash"].strip() == "-":
        return None
    if len(high) == 4 and int(high) < int(low):
        return None
    return f"{year(low, british=options.british)} to {year(high, british=options.british)}"


def _season(match: re.Match[str], options: ReadingOptions) -> str | None:
    low, high = match["low"], match["high"]
    if int(high[-2:]) != (int(low[2:]) + 1) % 100:
        return None
    return f"{year(low, british=options.british)} {year(high, british=options.british)}"


def _short_year(match: re.Match[str], options: ReadingOptions) -> str:
    return year(match["year"])


# --- Times -------------------------------------------------------------------------------------

_AM_PM = r"(?:[aApP]\.? ?[mM]\b\.?|(?<=\d)[ap]\b)"
_ZONES = {
    "GMT": "G M T", "UTC": "U T C", "EST": "E S T", "EDT": "E D T", "PST": "P S T", "PDT": "P D T",
    "CST": "C S T", "CDT": "C D T", "MST": "M S T", "MDT": "M D T", "BST": "B S T", "CET": "C E T",
    "CEST": "C E S T", "IST": "I S T", "JST": "J S T", "AEST": "A E S T", "ET": "E T", "PT": "P T",
    "CT": "C T", "Z": "Zulu",
}  # fmt: skip
_ZONE = "|".join(sorted(_ZONES, key=len, reverse=True))
_TIME = WithDigit(
    r"(?<![\w.:,])(?P<hour>[01]?\d|2[0-4])(?P<colon>[:.])(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d))?"
    rf"(?: ?(?P<half>{_AM_PM}))?"
    rf"(?:(?P<dash>{_DASH}| to )(?P<hour2>[01]?\d|2[0-4])(?::(?P<minute2>[0-5]\d))?"
    rf"(?: ?(?P<half2>{_AM_PM}))?(?!\d))?"
    rf"(?: ?h(?:rs|ours)?\b)?(?: (?P<zone>{_ZONE})(?:(?P<offset>[+-]\d{{1,2}})(?::00)?)?)?"
    r"(?![\w]|[:,.]\d)"
)
_HOUR = WithDigit(
    rf"(?<![\w.:,$£€])(?P<hour>1[0-2]|0?[1-9])(?:(?P<dash>{_DASH}| to )(?P<hour2>1[0-2]|"
    r"0?[1-9])(?::(?P<minute2>[0-5]\d))?)?"
    rf" ?(?P<half>[aApP]\.?[mM]\b\.?|(?<=\d)[ap](?= (?:{_ZONE})\b|"
    rf"[-–]\d{{1,2}}(?::\d\d)?[ap]\b))(?:(?P<dash3>{_DASH}| to )(?P<hour3>1[0-2]|"
    rf"0?[1-9])(?::(?P<minute3>[0-5]\d))? ?(?P<half3>{_AM_PM}))?"
    rf"(?: (?P<zone>{_ZONE})\b)?(?!\w)"
)
_MILITARY = WithDigit(
    r"(?<![\w.:,$£€-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?: ?(?P<unit>hours|hrs|h|Z)\b)"
)
_MILITARY_BARE = WithDigit(
    r"(?:(?<=\b[Aa]t )|(?<=\b[Bb]y )|(?<=until )|(?<=from )|(?<=day )|(?<=[a-z]\. )|(?<=after )|"
    r"(?<=before )|(?<=ETA )|(?<=- )|(?<=duty )|(?<=, off )|(?<=arrive )|(?<=depart ))"
    r"(?P<hour>0\d)(?P<minute>[0-5]\d)(?P<unit>)(?![\w:/-]|[.,]\d)"
)
_MILITARY_RANGE = WithDigit(
    r"(?<![\w.:,$£€/-])(?P<from>[01]\d[0-5]\d|2[0-3][0-5]\d) ?[-–] ?(?P<to>[01]\d[0-5]\d|"
    r"2[0-3][0-5]\d)(?![\w:/-]|[.,]\d)"
)
_FRENCH_HOUR = WithDigit(r"(?<![\w.:,])(?P<hour>[01]?\d|2[0-3])h(?P<minute>[0-5]\d)(?![\w])")
_LAP = re.compile(
    r"(?<![\w.:,])(?P<minutes>\d{1,3}):(?P<seconds>[0-5]\d)\.(?P<part>\d{1,3})(?![\w:])"
)
_LETTERED_DURATION = re.compile(
    r"(?<![\w.:,])(?:(?P<days>\d{1,3})d ?)?(?:(?P<hours>\d{1,3})h(?:rs?)? ?)?"
    r"(?:(?P<minutes>\d{1,3})m(?:ins?)? ?)?(?:(?P<seconds>\d{1,3})s(?:ecs?)?)?(?!\w)(?<=[a-z])"
)
_DURATION = WithDigit(
    r"(?<![\w.:,])(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d)"
    r"(?P<part>[.,]\d{1,3})?(?![\w:])"
)


_WEEK_LETTERS = {
    "M": "Monday", "Tu": "Tuesday", "T": "Tuesday", "W": "Wednesday", "Th": "Thursday",
    "F": "Friday", "Sa": "Saturday", "Su": "Sunday",
}  # fmt: skip
_LETTER_DAYS = re.compile(
    r"(?<![\w/-])(?P<days>(?:M|Tu|T|W|Th)(?:(?:[-–]|/)(?:Tu|W|Th|F|Sa|Su)){1,4})(?=,? (?:at |from "
    r")?\d|[.,;:)]|$)"
)
_HOURS_BEFORE = re.compile(
    r"(?i)(?:hours|hrs\.?|open|closed|meets?|class(?:es)?|office|daily|shop|store|lab|lectures?|"
    r"on):? $"
)
_HOUR_RANGE = WithDigit(
    rf"(?<![\w.:,$£€/-])(?P<hour>1[0-2]|[1-9])[-–](?P<hour2>1[0-2]|[1-9]):(?P<minute2>[0-5]\d)(?: "
    rf"?(?P<half2>{_AM_PM}))?(?![\w:])"
)


def _letter_days(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "M–F 8–5" and "M/W/F" as days of the week."""
    timed = re.match(r",? (?:at |from )?\d", match.string[match.end() : match.end() + 8])
    if not timed and not _HOURS_BEFORE.search(
        match.string[max(0, match.start() - 12) : match.start()]
    ):
        return None
    days = re.split(r"([-–/])", match["days"])
    return " ".join(_WEEK_LETTERS.get(day, "to" if day in "-–" else ",") for day in days).replace(
        " ,", ","
    )


def _hour_range(match: re.Match[str], options: ReadingOptions) -> str:
    words = f"{numbers.cardinal(int(match['hour']))} to "
    return words + clock(match["hour2"], match["minute2"], match["half2"] or "")


def clock(hour: str, minute: str, half: str) -> str:
    """Return a time of day: "five oh five", "ten o'clock", "fifteen hundred"."""
    hours, minutes = int(hour), int(minute)
    afternoon = _half(half)
    if minutes == 0:
        if afternoon:
            words = numbers.cardinal(hours)
        elif hours > 12 or (hour == "00" and minute):
            words = f"{numbers.cardinal(hours)} hundred"
        elif len(hour) == 2 and hour[0] == "0":
            words = f"oh {numbers.cardinal(hours)} hundred"
        else:
            words = f"{numbers.cardinal(hours)} o'clock"
        if hours == 0 and not afternoon:
            words = "zero hundred" if len(hour) == 1 else "midnight"
    else:
        late = f"oh {numbers.cardinal(minutes)}" if minutes < 10 else numbers.cardinal(minutes)
        words = f"{numbers.cardinal(hours)} {late}"
    return words + afternoon


def _half(written: str | None) -> str:
    if not written:
        return ""
    return " A M" if written[0] in "aA" else " P M"


def _time(match: re.Match[str], options: ReadingOptions) -> str | None:
    half, half2, zone = match["half"], match["half2"], match["zone"]
    if match["colon"] == "." and not (
        half or half2 or zone or (options.british and _is_train(match))
    ):
        return None
    if match["colon"] == ":" and _is_ratio(match):
        return None
    if match["second"]:
        if not (half or zone) and not _tells_time(match):
            return None
        words = (
            clock(match["hour"], match["minute"], "")
            if int(match["minute"])
            else numbers.cardinal(int(match["hour"]))
        )
        if int(match["second"]):
            words += f" and {_count(int(match['second']), 'second')}"
        words += _half(half)
    elif match["hour2"]:
        words = (
            clock(match["hour"], match["minute"], half or (half2 and " ") or "")
            if half or not half2
            else _plain_clock(match["hour"], match["minute"])
        )
        words += " to " + (
            clock(match["hour2"], match["minute2"] or "00", half2 or "")
            if match["minute2"] or half2
            else numbers.cardinal(int(match["hour2"]))
        )
    else:
        words = clock(match["hour"], match["minute"], half or "")
    if zone:
        words += f" {_ZONES[zone]}"
        if match["offset"]:
            sign = "plus" if match["offset"][0] == "+" else "minus"
            words += f" {sign} {numbers.cardinal(int(match['offset'][1:]))}"
    return words


_NO_TIME = re.compile(
    r" ?(?:%|per\b|[a-z]{1,3}\b(?<!to)(?<!on)(?<!in)(?<!for)(?<!and)(?<!the)|units|metres|points|"
    r"euros|pence|pounds|times|million)|,\d"
)
_PRICED = re.compile(r"(?i)shares?\b|\bprice|pence|[£$€%]|euro|average|rating|index|odds")


def _is_train(match: re.Match[str]) -> bool:
    """Whether "09.12" is a time, as in "the 09.12 to Leeds"."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    after = match.string[match.end() : match.end() + 16]
    if re.search(r"(?:leaves|departs|arrives|starts|begins|opens|closes) (?:at )?$|^at $", before):
        return not _NO_TIME.match(match.string, match.end())
    if not re.search(r"\b(?:[Tt]he|[Aa]t|[Bb]y|[Ff]rom|until) $", before):
        return False
    if re.match(
        r" to \d{1,2}(?:[.:]\d\d)?(?: ?[ap]m)?\b| appointment| ferry| flight| kick-?off| "
        r"showing",
        after,
    ):
        return True
    if before.endswith("at ") and not _NO_TIME.match(match.string, match.end()):
        return not mentions(_PRICED, match.string)
    return bool(
        re.match(r"0", match["hour"])
        or re.match(r" (?:to|from|train|service|depart|arriv|for)", after)
    )


def _plain_clock(hour: str, minute: str) -> str:
    """Return the start of a time range that says A M or P M only at its end."""
    return numbers.cardinal(int(hour)) if minute == "00" else clock(hour, minute, "")


def _is_ratio(match: re.Match[str]) -> bool:
    """Whether "16:9" is a ratio or a verse, judged by its form and the words around it."""
    if len(match["minute"]) != 2:
        return True
    before = match.string[max(0, match.start() - 24) : match.start()].rstrip()
    word = before.rsplit(" ", 1)[-1]
    after = match.string[match.end() : match.end() + 12].lstrip().lower()
    return (
        word.lower() in _RATIO_WORDS
        or _RATIO_OF.search(before) is not None
        or word in _BOOKS
        or (
            match["hour"] == "1"
            and int(match["minute"]) % 5 in (0, 2)
            and mentions(_DRAWN, match.string)
        )
        or after.startswith(("ratio", "aspect", "scale", "mix"))
    )


_RATIO_OF = re.compile(
    r"(?i)\b(?:ratio|scale|odds|slope|gradient|pitch|grade|dilution|proportion|mixture|mix)s? "
    r"(?:of|is|was|at)$"
)
_DRAWN = re.compile(
    r"(?i)\bdrawn|\bscale|\bramps?\b|\bslopes?\b|gradient|steep|dilut|drawings?\b|\bmaps?\b|scale "
    r"model"
)
_RATIO_WORDS = frozenset({"ratio", "scale", "odds", "aspect", "verse", "verses"})
_BOOKS = frozenset(
    (
        "Genesis Exodus Leviticus Numbers Deuteronomy Joshua Judges Ruth Samuel Kings Chronicles "
        "Ezra Nehemiah Esther Job Psalm Psalms Proverbs Ecclesiastes Isaiah Jeremiah Ezekiel "
        "Daniel Hosea Joel Amos Micah Matthew Mark Luke John Acts Romans Corinthians Galatians "
        "Ephesians Philippians Colossians Thessalonians Timothy Titus Hebrews James Peter Jude "
        "Revelation Gen Matt Cor Rom Rev Ps"
    ).split()
)


def _tells_time(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 12) : match.start()].rstrip().rsplit(" ", 1)[-1]
    return before.lower() in ("at", "by", "until", "from", "since", "@", "before", "after")


def _hour(match: re.Match[str], options: ReadingOptions) -> str:
    half = _half(match["half"])
    words = numbers.cardinal(int(match["hour"]))
    if match["hour2"]:
        words += f" to {_plain_clock(match['hour2'], match['minute2'] or '00')}"
    words += half
    if match["hour3"]:
        words += f" to {clock(match['hour3'], match['minute3'] or '00', match['half3'])}"
    return words + (f" {_ZONES[match['zone']]}" if match["zone"] else "")


def _military(match: re.Match[str], options: ReadingOptions) -> str:
    hour, minute = match["hour"], match["minute"]
    front = numbers.digits(hour, zero="oh") if hour[0] == "0" else numbers.cardinal(int(hour))
    if hour == "00":
        front = "zero zero" if minute != "00" else "zero"
    if minute == "00":
        back = "hundred"
    else:
        back = (
            f"oh {numbers.cardinal(int(minute))}"
            if minute[0] == "0"
            else numbers.cardinal(int(minute))
        )
    unit = {"Z": " Zulu", "": ""}.get(match["unit"], " hours")
    return f"{front} {back}{unit}"


def _military_range(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "1900–0730" as hours: one of the two begins with a zero, which no year does."""
    if "0" not in (match["from"][0], match["to"][0]):
        return None
    ends = [_MILITARY.search(match[name] + " hours", 0) for name in ("from", "to")]
    return " to ".join(_military(end, options).removesuffix(" hours") for end in ends if end)


def _french_hour(match: re.Match[str], options: ReadingOptions) -> str:
    return clock(match["hour"], match["minute"], "")


def _duration(match: re.Match[str], options: ReadingOptions) -> str:
    parts = [
        _count(int(match[name]), name[:-1])
        for name in ("hours", "minutes", "seconds")
        if int(match[name]) and not (name == "seconds" and match["part"])
    ]
    if match["part"]:
        parts.append(numbers.decimal(f"{int(match['seconds'])}.{match['part'][1:]}") + " seconds")
    if len(parts) > 1:
        parts[-1] = f"and {parts[-1]}"
    return ", ".join(parts).replace(", and", " and") or "zero seconds"


def _lap(match: re.Match[str], options: ReadingOptions) -> str:
    seconds = match["seconds"]
    front = (
        f"oh {numbers.cardinal(int(seconds))}"
        if seconds[0] == "0"
        else numbers.cardinal(int(seconds))
    )
    return (
        f"{numbers.cardinal(int(match['minutes']))} {front} point "
        f"{numbers.digits(match['part'], zero='zero')}"
    )


def _lettered_duration(match: re.Match[str], options: ReadingOptions) -> str | None:
    parts = [_count(int(value), name[:-1]) for name, value in match.groupdict().items() if value]
    if len(parts) < 2:
        return None
    space = " " if match[0].endswith(" ") else ""
    return ", ".join(parts[:-1]) + f" and {parts[-1]}{space}"


def _count(number: int, noun: str) -> str:
    return f"{numbers.cardinal(number)} {noun if number == 1 else noun + 's'}"


NUMERIC_RULES = (
    Rule("date", _MONTH_NUMBER, _month_number),
    Rule("date", _ISO, _iso),
    Rule("date", _NUMERIC, _numeric),
)
"""Dates in digits only, which could also be versions or paths."""

RULES = (
    Rule("date", _MONTH_DAY, _month_day),
    Rule("date", _DAY_MONTH, _day_month, abbreviation=True),
    Rule("date", _MONTH_YEAR, _month_year),
    Rule("date", _DATE_DASH, _date_dash),
    Rule("time", _NOON, lambda m, _: f"{m['from'] or ''} to "),
    Rule("days", _LETTER_DAYS, _letter_days),
    Rule("time", _HOUR_RANGE, _hour_range),
    Rule("time", _LAP, _lap),
    Rule("time", _TIME, _time, abbreviation=True),
    Rule("time", _HOUR, _hour, abbreviation=True),
    Rule("time", _MILITARY, _military),
    Rule("time", _MILITARY_RANGE, _military_range),
    Rule("time", _MILITARY_BARE, _military),
    Rule("time", _FRENCH_HOUR, _french_hour),
    Rule("duration", _DURATION, _duration),
    Rule("duration", _LETTERED_DURATION, _lettered_duration),
    Rule("date", _NUMERIC_SHORT, _numeric_short),
    Rule("month", _MONTH_ALONE, _month_alone, abbreviation=True),
    Rule("era", _ERA, _era, abbreviation=True),
    Rule("era", _ERA_FRONT, _era_front),
    Rule("years", _YEAR_RANGE, _year_range),
    Rule("years", _SEASON, _season),
    Rule("range", _SIZES, _sizes),
    Rule("range", _NAMED_RANGE, _named_range, abbreviation=True),
    Rule("decade", _ROUND, _round),
    Rule("decade", _DECADE, _decade),
    Rule("century", _CENTURY, _century),
    Rule("year", _SHORT_YEAR, _short_year),
)
