"""Feet and inches, angles and positions."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import (
    is_attributive,
    is_before_noun,
    is_measured,
)
from kokoro_cli.text.verbalise.english.labels import point_words
from kokoro_cli.text.verbalise.english.patterns import AMOUNT, DASH, MIXED, START
from kokoro_cli.types import ReadingOptions

_BOXED = WithDigit(
    rf"{START}(?P<low>{MIXED})[\"″”] ?[x×] ?(?P<high>{MIXED})[\"″”](?: ?[x×] "
    rf"?(?P<third>{MIXED})[\"″”])?(?!\w)"
)

_INCH_RANGE = WithDigit(
    rf"{START}(?P<low>{MIXED}){DASH}(?P<high>{MIXED})(?:″|\"(?=[\s.,;:)-]|"
    rf"$))(?=(?P<tail>.{{0,400}}))"
)

_FEET_BY = WithDigit(r"(?<![\w.,'])(?P<low>\d{1,4})['′’] ?[x×] ?(?P<high>\d{1,4})['′’](?!\w)")


def _boxed(match: re.Match[str], options: ReadingOptions) -> str:
    one = is_attributive(match) or is_before_noun(match.string, match.end())
    sizes = []
    for size in (match["low"], match["high"], match["third"]):
        if size:
            part = re.fullmatch(r"\d+/\d+|1", size)
            unit = "inch" if one or part else "inches"
            sizes.append(f"{numbers.number(size, british=options.british)} {unit}")
    return " by ".join(sizes)


def _inch_range(match: re.Match[str], options: ReadingOptions) -> str | None:
    mixed = "/" in match["high"] and " " not in match["high"]  # "2-1/2"
    if mixed or (match[0].endswith('"') and _closes(match)):
        return None
    unit = (
        "inch" if is_attributive(match) or is_before_noun(match.string, match.end()) else "inches"
    )
    low, high = (numbers.number(match[name], british=options.british) for name in ("low", "high"))
    return f"{low} to {high} {unit}"


_FEET_ALONE = WithDigit(
    rf"{START}(?P<feet>{AMOUNT})(?P<dash>-?)['′’](?![\w\"])(?=(?: [a-z]| [A-Z]{{2,4}}\b|[.,;:)]|$|"
    rf" ?[x×] ?\d))"
)

_TALL = Late(r" (?:tall|long|wide|high|deep) [a-z]")
_ARTICLE = Late(r"(?i)(?:^|\W)(?:an?|the|this|that|one|every|each) $")
_LASTS = Late(
    r"(?i)(?:duration|lasts?|runs|run-?time|running time|playing time|length|"
    r"timing)\b[^.!?\d]{0,16}(?:approx\. )?$"
)

_OPEN_QUOTE = Late(r"(?:^|[\s(\"“—])['‘]\w(?:[^'’]|(?<=\w)['’](?=\w)){0,60}$")


def _feet_alone(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 62) : match.start()]
    if "′" not in match[0] and (before[-1:] in tuple("'‘\"") or _OPEN_QUOTE.search(before)):
        return None  # The end of a quotation.
    if _LASTS.search(before):
        minutes = numbers.number(match["feet"], british=options.british)
        return f"{minutes} minute{'' if match['feet'] == '1' else 's'}"
    described = _TALL.match(match.string, match.end()) and _ARTICLE.search(before[-8:])
    one = (
        described
        or match["feet"] == "1"
        or match["dash"]
        or is_before_noun(match.string, match.end())
    )
    return f"{numbers.number(match['feet'], british=options.british)} {'foot' if one else 'feet'}"


def _feet_by(match: re.Match[str], options: ReadingOptions) -> str:
    unit = "foot" if is_attributive(match) or is_measured(match.string, match.end()) else "feet"
    return f"{numbers.number(match['low'])} {unit} by {numbers.number(match['high'])} {unit}"


# Feet and inches, degrees and minutes.
_FEET = WithDigit(
    r"(?<![\w.,'])(?P<feet>\d{1,3})(?:'|′|’)[ -]?(?:(?P<inches>\d{1,2}(?:\.\d{1,2}|"
    r" ?\d/\d)?) ?(?:\"|″|”|''|’’)?(?![\w']))"
)

_LUMBER = WithDigit(r"(?<![\w.])(?P<low>\d{1,2})[x×](?P<high>\d{1,2})s(?!\w)")

_INCHES = WithDigit(
    rf"{START}(?P<inches>{MIXED})(?P<dash>-?)(?:″|\"(?=[\s.,;:)-]|$)(?=(?P<tail>.{{0,400}})))"
)

_ANGLE = WithDigit(
    r"(?<![\w.])(?P<degrees>\d{1,3}(?:\.\d{1,8})?) ?[°º] ?(?:(?P<minutes>\d{1,2}(?:\.\d{1,6})?)"
    r" ?['′’] ?)?"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d{1,6})?) ?[\"″”] ?)?(?P<side>[NSEW])\b"
)

_BEARING = WithDigit(r"(?<!\w)(?P<from>[NS]) ?(?P<degrees>\d{1,2}) ?° ?(?P<to>[EW])(?!\w)")


def _feet(match: re.Match[str], options: ReadingOptions) -> str:
    feet = "foot" if match["feet"] == "1" or is_attributive(match) else "feet"
    words = f"{numbers.number(match['feet'])} {feet} {numbers.number(match['inches'])}"
    sized = re.match(
        r" ?(?:wide|long|deep|high|thick|across|x|×|by)\b", match.string[match.end() :][:8]
    )
    return words + (" inches" if sized or "/" in match["inches"] else "")


_OPENING = Late(r'(?:^|[\s(\[—–=:-])"(?=\S)')

_CLOSING = Late(r'(?<=[^\s\d(])"')

_NEXT_QUOTE = Late(r'(?P<opens>(?<=[\s(\[—–=:-])"(?=\S))|(?<=[^\s\d(])"')


def _closes(match: re.Match[str]) -> bool:
    """Whether the mark ends a quotation that began before it, and nothing after it does."""
    before = match.string[max(0, match.start() - 400) : match.start()]
    if before[-1:] in tuple('"“') or match["tail"][:2] == " =":
        return True
    if len(_OPENING.findall(before)) <= len(_CLOSING.findall(before)):
        return False
    following = _NEXT_QUOTE.search(match["tail"])
    return following is None or following["opens"] is not None


def _inches(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match[0].endswith('"') and _closes(match):
        return None
    part = re.fullmatch(r"\d{1,3}/\d{1,3}", match["inches"])
    one = (
        match["dash"] or match["inches"] == "1" or part or is_before_noun(match.string, match.end())
    )
    unit = "inch" if one else "inches"
    return f"{numbers.number(match['inches'], british=options.british)} {unit}"


def _bearing(match: re.Match[str], options: ReadingOptions) -> str:
    degrees = numbers.cardinal(int(match["degrees"]))
    return f"{point_words(match['from'])} {degrees} degrees {point_words(match['to'])}"


def _lumber(match: re.Match[str], options: ReadingOptions) -> str:
    """Read "2x4s" as the boards, not as seconds."""
    high = numbers.plural(numbers.cardinal(int(match["high"])))
    return f"{numbers.cardinal(int(match['low']))} by {high}"


def _angle(match: re.Match[str], options: ReadingOptions) -> str:
    words = [f"{numbers.number(match['degrees'])} degrees"]
    if match["minutes"]:
        words.append(f"{numbers.number(match['minutes'])} minutes")
    if match["seconds"]:
        words.append(f"{numbers.number(match['seconds'])} seconds")
    return " ".join([*words, point_words(match["side"])])


RULES = (
    Rule("feet", _FEET_BY, _feet_by),
    Rule("feet", _FEET_ALONE, _feet_alone),
    Rule("bearing", _BEARING, _bearing),
    Rule("coordinate", _ANGLE, _angle),
    Rule("feet", _FEET, _feet),
    Rule("inches", _BOXED, _boxed),
    Rule("inches", _INCH_RANGE, _inch_range),
    Rule("inches", _INCHES, _inches),
    Rule("by", _LUMBER, _lumber),
)
