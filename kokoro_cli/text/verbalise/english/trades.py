"""What musicians, teachers, drivers and others write in ways of their own."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import mentions
from kokoro_cli.types import ReadingOptions

_APERTURE = WithDigit(r"(?<!\w)[fƒ]/(?P<number>\d{1,2}(?:\.\d)?)(?!\w)")

_GRADES = WithDigit(r"(?<!\w)K[-–](?P<number>\d{1,2})(?!\w)")

_MUSIC = re.compile(r"(?<!\w)(?P<note>[A-G])(?P<sign>[♯♭♮])")

_AIRCRAFT = WithDigit(r"(?<![\w.,$£€-])7[0-8]7(?:-\d{1,3})?(?P<tail>s)?(?![\w%]|[.,:/-]\d)")

_RETIREMENT = WithDigit(
    r"(?<!\w)(?P<number>401|403|529|501)\((?P<letter>[a-z])\)(?:\((?P<digit>\d)\))?"
)

_NOT_OUT = WithDigit(r"(?<![\w.])(?P<runs>\d{1,3})\*(?![\w*])")
_BATTED = Late(
    r"\b(?:overs?|wickets?|innings|stumps|batting|batted|runs|century|bowled|closed on|declared|"
    r"Test)\b"
)

_TIMES_A = WithDigit(
    r"(?<![\w.])(?P<number>\d{1,2}) ?[x×] ?/ ?(?P<per>day|week|wk|month|mo|year|yr|d|hour|"
    r"hr)\b\.?"
)

_CLASS = WithDigit(r"(?<=\b[Aa] )2:(?P<half>[12])(?= (?:in|degree|honours|or|from)\b|[.,;)]|$)")

_ROUND_NUMBERS = WithDigit(r"(?<![\w&])#(?P<number>\d{1,3})s(?!\w)")

_POUNDS = WithDigit(r"(?<![\w.,])(?P<number>\d{1,4})# ?(?=[a-z]{3}|$)")

_REPEATED = WithDigit(r"(?<=[A-Za-z\d)] )[x×](?P<number>1?\d|20)(?![\w/]|\.\d)")

_EXTENSION = WithDigit(
    r"(?:(?<=\bat )|(?<=\bto )|(?<=[Cc]all )|(?<=phone )|(?<=\d, )|(?<=\d )|(?<=[Dd]ial ))x\.? "
    r"?(?P<number>\d{3,5})(?!\w)"
)

_GAUGE = WithDigit(
    r"(?<![\w./])(?P<gauge>6|8|10|12|14|16)/(?P<wires>[234])(?= (?:w/|Romex|NM|UF|MC|AWG|wire|"
    r"cable|with ground|G\b))"
)

_TIRE = WithDigit(r"(?<![\w./])(?P<width>\d{3})/(?P<ratio>\d{2})(?P<kind>Z?R)(?P<rim>\d{2})(?!\w)")

_CHORD = re.compile(
    r"(?<![\w.])(?P<note>[A-G])(?P<sign>[#♯b♭])?(?P<kind>maj|min|dim|aug|sus|add|m|"
    r"M)?(?P<number>2|4|5|6|7|9|11|13)?(?![\w'’])"
)

_CHORDS = Late(
    r"(?i)\b(?:chords?|progression|guitar|piano|strum|riff|capo|arpeggio|triad|bridge|verse|"
    r"chorus)\b"
)

_FLAT = re.compile(
    r"(?<![\w.])(?P<note>[A-G])b(?= (?:major|minor|maj|min|clarinet|trumpet|instrument|scale|"
    r"chord|sax|horn|tuba)\b)"
)

_OUT_OF = WithDigit(r"(?<![\w./])(?P<low>\d{1,2}\.\d)/(?P<high>5|10|100)(?![\w/]|\.\d)")

_SHORT_CODE = WithDigit(r"(?<=[a-z,] )(?<!of )(?P<number>\d{5})(?![\w,]|\.\d| [a-z])")

_KEY = re.compile(r"(?<!\S)(?:[*#](?!\w)|\*(?=\d{2}\b))")

_KEYED = Late(r"(?:[Pp]ress|[Hh]it|[Dd]ial|[Ee]nter)(?:ing|ed)? [\w *#,]{0,16}$")

_GRADE = re.compile(
    r"(?<!\w)(?P<letter>[A-F])(?P<sign>[-−+])(?=[\s.,;:)!?]|$)(?! ?[=\d])(?! [A-Z]\b)"
)


def _aircraft(match: re.Match[str], options: ReadingOptions) -> str:
    model, _, variant = match[0].rstrip("s").partition("-")
    words = numbers.pairs(model) + (f" {numbers.pairs(variant)}" if variant else "")
    return numbers.plural(words) if match["tail"] else words


def _grades(match: re.Match[str], options: ReadingOptions) -> str:
    number = numbers.cardinal(int(match["number"]))
    if int(match["number"]) < 9:
        return f"K to {number}"
    graded = re.search(r"[Gg]rades? $", match.string[max(0, match.start() - 8) : match.start()])
    return f"K to {number}" if graded else f"K {number}"


def _music(match: re.Match[str], options: ReadingOptions) -> str:
    return (
        f"{match['note']} "
        f"{dict(zip('♯♭♮', ('sharp', 'flat', 'natural'), strict=True))[match['sign']]}"
    )


_A_DAY = {"wk": "week", "mo": "month", "yr": "year", "d": "day", "hr": "hour"}


def _not_out(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not options.british or not mentions(_BATTED, match.string):
        return None
    return f"{numbers.cardinal(int(match['runs']), british=True)} not out"


def _times_a(match: re.Match[str], options: ReadingOptions) -> str:
    number, per = int(match["number"]), match["per"]
    times = {1: "once", 2: "twice"}.get(number) or f"{numbers.cardinal(number)} times"
    article = "an" if per in ("hour", "hr") else "a"
    return f"{times} {article} {_A_DAY.get(per, per)}"


def _round_numbers(match: re.Match[str], options: ReadingOptions) -> str:
    return f"number {numbers.plural(numbers.cardinal(int(match['number'])))}"


def _tire(match: re.Match[str], options: ReadingOptions) -> str:
    sizes = [numbers.pairs(match[name]) for name in ("width", "ratio", "rim")]
    return f"{sizes[0]}, {sizes[1]}, {numbers.letters(match['kind'])} {sizes[2]}"


_CHORD_KINDS = {
    "maj": "major", "M": "major", "min": "minor", "m": "minor", "dim": "diminished",
    "aug": "augmented", "sus": "sus", "add": "add",
}  # fmt: skip


def _chord(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "Am7" as a chord where the text speaks of chords."""
    if not (match["kind"] or match["number"] or match["sign"]) or not mentions(
        _CHORDS, match.string
    ):
        return None
    words = [match["note"]]
    if match["sign"]:
        words.append("sharp" if match["sign"] in "#♯" else "flat")
    if match["kind"]:
        words.append(_CHORD_KINDS[match["kind"]])
    if match["number"]:
        words.append(numbers.cardinal(int(match["number"])))
    return " ".join(words)


def _retirement(match: re.Match[str], options: ReadingOptions) -> str:
    words = f"{numbers.pairs(match['number'])} {match['letter'].upper()}"
    return words + (f" {numbers.cardinal(int(match['digit']))}" if match["digit"] else "")


def _short_code(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 40) : match.start()]
    if re.search(
        r"[A-Z][a-z]+,? $|\b(?:zip|ZIP|code|Text|text|postcode|PIN|SMS)\b", before
    ) and not match["number"].endswith("000"):
        return numbers.digits(match["number"])
    return None


def _key(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not _KEYED.search(match.string[max(0, match.start() - 28) : match.start()]):
        return None
    space = " " if match.string[match.end() : match.end() + 1].isdecimal() else ""
    return ("star" if match[0] == "*" else "pound") + space


def _grade(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{match['letter']} {'plus' if match['sign'] == '+' else 'minus'}"


def _gauge(match: re.Match[str], options: ReadingOptions) -> str:
    """Read the gauge and the wires of a cable: "12/2 Romex"."""
    return " ".join(numbers.cardinal(int(match[name])) for name in ("gauge", "wires"))


def _out_of(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{numbers.decimal(match['low'])} out of {numbers.cardinal(int(match['high']))}"


_SIDES = {"H": "high", "W": "wide", "D": "deep", "L": "long", "T": "tall"}
_SIDE = re.compile(
    r"(?:(?<=\d[\"”″])|(?<=\dcm)|(?<=\d cm)|(?<=\d in)|(?<=\d in\.)) ?(?P<side>[HWDLT])"
    r"(?:(?P<by> ?[x×] ?)(?=\d)|(?=[,.;)]| (?:and|is|are|or|with)\b|$))"
)
_PER_DAY = re.compile(
    r"(?:(?<=\bonce)|(?<=\btwice)|(?<=\btimes))/(?=(?P<hour>h)?(?:day|week|month|year|night|our)\b)"
)
_ORDINAL_DASH = WithDigit(r"(?<=\d(?:st|nd|rd|th))[-–](?=\d{1,3}(?:st|nd|rd|th)\b)")
_FLAT_NUMBER = WithDigit(r"(?<=\b[Ff]lat )(?P<floor>\d{1,2})/(?P<door>\d{1,2})(?![\w/])")
_MEN_WOMEN = WithDigit(
    r"(?<![\w.,])(?P<men>\d{1,3}) ?M(?P<joint>,? and |, ?|/| \+ )(?P<women>\d{1,3}) ?F(?![\w°])"
)
_MILLIONS = WithDigit(
    r"(?<![\w.,])(?P<number>\d{1,4}(?:\.\d{1,2})?)m(?= (?:years|people|users|views|barrels|tonnes|"
    r"tons|customers|viewers|listeners|passengers|visitors|visits|jobs|homes|households|doses|"
    r"copies|records|downloads|followers|subscribers|workers|votes|voters|children|adults|"
    r"citizens|inhabitants|members|residents|pounds|dollars|euros)\b)"
)
_ALTIMETER = WithDigit(r"(?<=\bQ[NF][HE] )(?P<number>\d{3,4})(?![\w,]|\.\d)")
_FREQUENCY = WithDigit(
    r"(?:(?<=\bon )|(?<=frequency )|(?<=Tower )|(?<=Radio )|(?<=Ground )|(?<=Approach ))"
    r"(?P<whole>1(?:1[89]|2\d|3[0-6]))\.(?P<part>\d{3})(?![\w,]|\.\d)"
)


def _side(match: re.Match[str], options: ReadingOptions) -> str:
    return f" {_SIDES[match['side']]}" + (" by " if match["by"] else "")


def _men_women(match: re.Match[str], options: ReadingOptions) -> str:
    men, women = (
        numbers.cardinal(int(match[name])) + (f" {one}" if match[name] == "1" else f" {one}s")
        for name, one in (("men", "male"), ("women", "female"))
    )
    return f"{men}{', ' if match['joint'] == '/' else match['joint']}{women}"


def _altimeter(match: re.Match[str], options: ReadingOptions) -> str:
    return numbers.digits(match["number"], zero="zero")


def _frequency(match: re.Match[str], options: ReadingOptions) -> str:
    whole, part = (numbers.digits(match[name], zero="zero") for name in ("whole", "part"))
    return f"{whole} {'decimal' if options.british else 'point'} {part}"


EARLY_RULES = (
    Rule("measure", _SIDE, _side),
    Rule("times", _PER_DAY, lambda m, _: " an " if m["hour"] else " a "),
    Rule("ordinal", _ORDINAL_DASH, lambda m, _: " to "),
    Rule("address", _FLAT_NUMBER, lambda m, _: " ".join(map(numbers.pairs, m.groups()))),
    Rule("people", _MEN_WOMEN, _men_women),
    Rule(
        "number",
        _MILLIONS,
        lambda m, o: f"{numbers.number(m['number'], british=o.british)} million",
    ),
    Rule("radio", _ALTIMETER, _altimeter),
    Rule("radio", _FREQUENCY, _frequency),
    Rule("cricket", _NOT_OUT, _not_out),
    Rule("times", _TIMES_A, _times_a),
    Rule("number sign", _ROUND_NUMBERS, _round_numbers),
    Rule("music", _CHORD, _chord),
    Rule("music", _FLAT, lambda m, _: f"{m['note']} flat"),
)

RULES = (
    Rule("number", _AIRCRAFT, _aircraft),
    Rule("number", _RETIREMENT, _retirement),
    Rule("tire", _TIRE, _tire),
    Rule("degree", _CLASS, lambda m, _: "two one" if m["half"] == "1" else "two two"),
    Rule("extension", _EXTENSION, lambda m, _: f"extension {numbers.pairs(m['number'])}"),
    Rule("times", _REPEATED, lambda m, _: f"times {numbers.cardinal(int(m['number']))}"),
    Rule("measure", _POUNDS, lambda m, _: f"{numbers.cardinal(int(m['number']))} pounds "),
    Rule("gauge", _GAUGE, _gauge),
    Rule("score", _OUT_OF, _out_of),
    Rule("digits", _SHORT_CODE, _short_code),
    Rule("key", _KEY, _key),
    Rule("grade", _GRADE, _grade),
    Rule("aperture", _APERTURE, lambda m, o: f"f {numbers.number(m['number'])}"),
    Rule("grades", _GRADES, _grades),
    Rule("music", _MUSIC, _music),
)
