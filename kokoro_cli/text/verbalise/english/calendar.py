"""Dates, years, decades and centuries."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import is_seconds
from kokoro_cli.text.verbalise.english.times import DASH, clock, count
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

WEEKDAY = (
    r"(?:(?:Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|"
    r"Sun)day)"
)

_YEAR = r"(?:1\d{3}|20\d{2}|2100)"

_ORD = r"(?:st|nd|rd|th)"

_MONTH_DAY = WithDigit(
    rf"(?<![\w.])(?:(?P<weekday>{WEEKDAY}),? )?(?P<month>{_MONTH})\.? (?P<the>the )?"
    rf"(?P<day>\d{{1,2}}){_ORD}?"
    rf"(?:(?P<dash>{DASH})(?:(?P<month2>{_MONTH})\.? )?(?P<day2>\d{{1,2}}){_ORD}?)?"
    rf"(?P<year_part>(?P<comma>,)?[ -](?P<year>{_YEAR}|'\d\d)(?![\d%]|[.,:]\d|(?: ?(?:kg|km|people|"
    r"votes|am|pm)\b)))?"
    r"(?![\w%]|[:/]\d|\.\d|,\d{3}(?!\d))"
)

_DAY_MONTH = WithDigit(
    rf"(?<![\w./])(?:(?P<weekday>{WEEKDAY}),? )?(?P<the>[Tt]he )?"
    rf"(?:(?P<day1>\d{{1,2}}){_ORD}?{DASH})?"
    rf"(?P<day>\d{{1,2}})(?P<suffix>{_ORD})?(?: |-|/)(?P<of>of )?(?P<month>{_MONTH})\b\.?"
    rf"(?P<year_part>(?P<comma>,)?(?: |-|/)(?P<year>{_YEAR}|'\d\d|(?<=-)\d\d)(?![\d%]|"
    r"[.,:]\d))?(?![\w])"
)

_MONTH_YEAR = WithDigit(
    rf"(?<!\w)(?:(?P<month1>{_MONTH})\b\.?{DASH})?(?P<month>{_MONTH})\b\.?,? (?P<year>{_YEAR}|"
    rf"'\d\d)(?:{DASH}(?P<year2>{_YEAR}|"
    r"\d\d))?(?![\w%]|[.,:]\d)"
)

_MONTH_ALONE = re.compile(r"(?<!\w)(?:Jan|Feb|Apr|Ju[nl]|Aug|Sept?|Oct|Nov|Dec)\.(?=[\s,;)/–-]|$)")

_ISO = WithDigit(
    r"(?<![\w/.-])(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"(?P<time>[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?(?P<zone>Z|"
    r"[+-]\d\d:?\d\d)?)?(?![\w/-]|\.\d)"
)

_NUMERIC = WithDigit(
    r"(?<![\w/.-])(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|"
    r"\d{2})(?![\w/-]|\.\d)"
)

_DECADE = WithDigit(
    r"(?P<early>(?<!\w)(?:mid|early|late)[- ])?(?<![\w$£€,.])(?P<mark>['’‘])?(?P<number>\d{1,4})"
    r"(?P<tail>'?s)(?![\w'])"
    rf"(?:(?P<dash>{DASH})['’]?(?P<number2>\d{{1,4}})'?s(?![\w']))?"
)

_NAMED_RANGE = re.compile(
    rf"(?<!\w)(?P<low>{WEEKDAY}|{_MONTH}\b\.?|[A-Z](?= ?[-–—] ?[A-Z](?!\w)))"
    rf" ?[-–—‑] ?(?P<high>{WEEKDAY}|{_MONTH}\b\.?|[A-Z])(?![\w-])"
)

_CENTURY = WithDigit(
    r"(?<![\w.])(?P<number>\d{1,2})(?:(?:st|nd|rd|th)[ -]?[cC]\.(?=[ ,;:)]|$)|-[cC]\.(?= )|(?:st|"
    r"nd|rd|th) "
    r"cent\.)"
)

_ERA = WithDigit(
    rf"(?<![\w.,])(?:(?P<front>AD|A\.D\.) )?(?P<year>\d{{1,3}}(?:,\d{{3}})|\d{{1,5}})"
    rf"(?:{DASH}(?P<year2>\d{{1,5}}))?(?: ?(?P<era>BCE|BC|CE|AD|B\.C\.E\.|B\.C\.|A\.D\.|"
    r"C\.E\.))(?!\w)"
)

_ERA_FRONT = WithDigit(
    rf"(?<!\w)(?P<era>AD|A\.D\.) (?P<year>\d{{1,4}})(?:{DASH}(?P<year2>\d{{1,4}}))?(?!\w|,\d)"
)

_YEAR_RANGE = WithDigit(
    rf"(?<![\w.,$£€/-])(?P<low>{_YEAR})(?P<dash>{DASH})(?P<high>{_YEAR}|\d\d)(?![\w%]|[.,:/-]\d)"
)

_SEASON = WithDigit(rf"(?<![\w.,$£€/-])(?P<low>{_YEAR})/(?P<high>\d\d|{_YEAR})(?![\w%]|[.,:/-]\d)")

_SHORT_YEAR = WithDigit(r"(?<![\w'’])['’‘](?P<year>\d\d)(?![\w'’]|['’\"])")


def _month(written: str) -> str:
    short = written.lower().rstrip(".")
    return _MONTH_SHORT.get(short[:4]) or _MONTH_SHORT[short[:3]]


def weekday(written: str | None) -> str:
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


# "In May 2 of us left", "By June 3 ships had sunk".
_THINGS = Late(
    r" (?:of (?:us|them|the|his|her|my|our|their|those)|people|men|women|children|times|(?:more |"
    r"other |new |old )?"
    r"(?:days|weeks|months|years|hours|minutes|miles|ships|boys|girls|soldiers|students|members|"
    r"players|workers|"
    r"guests|visitors|cases|deaths|books|houses|cars|planes|trains|tickets|votes|points|goals|"
    r"runs|games|wins|"
    r"dogs|cats|horses|birds|trees|pages|copies|dollars|pounds|cents|percent|friends|letters|"
    r"men))\b"
)


def _month_day(match: re.Match[str], options: ReadingOptions) -> str | None:
    day = _day(match["day"])
    if day is None or (not match["year"] and _THINGS.match(match.string, match.end())):
        return None
    the = "the " if match["the"] or options.british else ""
    words = f"{weekday(match['weekday'])}{_month(match['month'])} {the}{day}"
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
        return f"{weekday(match['weekday'])}{month} {first} to {day}{_comma_year(match, options)}"
    the = match["the"] or "the "
    words = f"{the}{first} to the {day}" if first else f"{the}{day}"
    words = f"{weekday(match['weekday'])}{words} of {month}"
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
        words += f" and {count(int(match['second']), 'second')}"
    if match["zone"] == "Z":
        words += " U T C"
    elif match["zone"]:
        sign = "plus" if match["zone"][0] == "+" else "minus"
        words += f" U T C {sign} {numbers.cardinal(int(match['zone'][1:3]))}"
    return words


_FERTILISER = Late(r" (?:mix|fertili[sz]er|feed|blend|NPK|formula|granul|plant food)")


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


_MONTH_NUMBER = WithDigit(
    r"(?<![\w./-])(?P<month>0?[1-9]|1[0-2])/(?P<year>19\d\d|20\d\d)(?![\w/-]|\.\d)"
)


def _month_number(match: re.Match[str], options: ReadingOptions) -> str:
    words = year(match["year"], british=options.british)
    return f"{MONTHS[int(match['month']) - 1]} {words}"


_DATE_DASH = re.compile(
    r"(?P<left>(?<=\d)|(?<=[a-z])|(?<=\d,)|"
    rf"(?<=\.)) ?[–-] ?(?={WEEKDAY},? |(?:\d{{1,2}}(?:st|nd|rd|th)? )?{_MONTH}\b)"
)

_DATE_END = Late(
    rf"(?:(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\.?|"
    r",? \d{4}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)$"
)


def _date_dash(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 24) : match.start()]
    if not _DATE_END.search(before):
        return None
    return " to "


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
    bare = len(match["number"]) == 2 and not match["mark"] and match["tail"] == "s"
    listed = re.match(r" (?:and|or) \d", match.string[match.end() : match.end() + 6])
    if bare and is_seconds(match) and not listed:
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


_LETTERED = Late(
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
)

LATE_RULES = (
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
"""These contain numbers that would be times or dates."""
