"""Ordinals, fractions, scores, ratios and ranges."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import mentions
from kokoro_cli.text.verbalise.english.patterns import AMOUNT, DASH, SIGN, START
from kokoro_cli.text.verbalise.english.plain_numbers import plain_number
from kokoro_cli.types import ReadingOptions

_END = r"(?![\w])(?!\.\d)(?!,\d{3}(?!\d))"

_ORDINAL = WithDigit(
    r"(?<![\w.,])(?P<number>\d{1,3}(?:,\d{3}){1,4}|\d{1,9})(?:st|nd|rd|th|ST|ND|RD|TH|ˢᵗ|ⁿᵈ|ʳᵈ|"
    r"ᵗʰ)(?P<tail>s?)(?![\w])"
)

_FRACTION = WithDigit(
    rf"{START}(?P<sign>{SIGN})?(?:(?P<whole>\d{{1,4}})(?: |"
    r"-(?=\d/)))?(?<!/)(?P<top>\d{1,3})/(?P<bottom>\d{1,4})(?P<tail>(?:th|nd|rd|"
    r"st)s?)?(?![\w/]|\.\d)"
)

_SCORE = WithDigit(
    r"(?<![\w.,$£€/:-])(?P<low>\d{1,3})(?P<dash>[-–—‑])(?P<high>\d{1,3})(?:(?P<dash2>[-–—‑])"
    r"(?P<third>\d{1,3}))?(?:(?P<dash3>[-–—‑])(?P<fourth>\d{1,3}))?(?![\w%]|[.,/:-]\d)"
)

_RATIO = WithDigit(
    rf"(?<![\w.:,])(?P<low>{AMOUNT}) ?: ?(?P<high>{AMOUNT})(?: ?: ?(?P<third>\d{{1,6}}))?"
    r"(?![\w:]|\.\d)"
)

_RANGE = WithDigit(
    rf"{START}(?P<sign>{SIGN})?(?P<low>{AMOUNT})(?P<dash>{DASH}|…|"
    rf"\.{{2,3}})(?P<sign2>[-−])?(?P<high>{AMOUNT})(?P<tail>%|th|st|nd|rd|s)?{_END}"
)

_BY = WithDigit(
    rf"{START}(?P<low>{AMOUNT})(?: ?[×x] ?)(?P<high>{AMOUNT})(?:(?: ?[×x] ?)(?P<third>{AMOUNT})"
    rf")?{_END}"
)

_BY_ALONE = re.compile(r"(?<=[\d\"″”'′’]) ?[x×] ?(?=\d)")

_TIMES = WithDigit(rf"{START}(?P<low>{AMOUNT})(?P<mark>[x×X])(?![\w])")

_PLUS = WithDigit(rf"{START}(?P<low>{AMOUNT})\+(?![\w+])")

_SPACED_THOUSANDS = WithDigit(r"(?<![\w.,-])(?<!\d )\d{1,3}(?: \d{3}){1,4}(?![\w,]|\.\d| \d)")

_OLD_ORDINAL = WithDigit(
    r"(?<=[Tt]he )(?P<number>\d{0,2}[23])d\b(?! (?:ago|later|left|model|print))|(?<=he 2d and )3d\b"
)

_ALWAYS = WithDigit(r"(?<![\w/])24/7/365(?![\w/])")
_PAST = re.compile(
    r"(?<![\w.])(?P<part>1/2|1/4|3/4) (?P<to>past|to|till) (?=\d|noon|midnight|[a-z]{3,6}\b)"
)

_HALF_A = re.compile(r"(?<![\w./])(?<!\d )1/2(?: (?=(?:an?|of)\b)|-(?=(?!in\b)[a-z]))")

_PARTS = {"1/2": "half", "1/4": "quarter", "3/4": "three quarters"}

_SLASHED = WithDigit(r"(?<![\w/.])(?P<parts>\d{1,6}(?:/\d{1,6}){1,5})(?![\w/]|\.\d)")

_SCORE_WORDS = frozenset(
    (
        "won win wins lost lose loses beat beats score scored scoring record lead led leads "
        "leading draw drew tie tied final defeat defeated victory game match set sets vote voted "
        "finished went ahead up down trailing trailed series odds favorite beating edged"
    ).split()
)


def _ordinal(match: re.Match[str], options: ReadingOptions) -> str:
    return (
        numbers.ordinal(int(match["number"].replace(",", "")), british=options.british)
        + match["tail"]
    )


_IN_TIME = Late(r"(?:\bin|says|from|to|into|a|and) $")

_MUSICAL = Late(
    r"(?i)concerto|orchestra|\bwaltz|symphony|sonata|tempo|\bmeter\b|movement|rhythm|drummer|"
    r"\bbeats?\b|\bjazz"
)

_SIGHT = Late(r"(?i)\bvision|\bsees?\b|\beyes?\b|glasses|acuity|eyesight|optician|lenses")

_SIGHTS = frozenset((10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 100, 200, 400))

_KNOWN_FRACTIONS = {
    (9, 11): "nine eleven",
    (24, 7): "twenty four seven",
    (7, 11): "seven eleven",
    (20, 20): "twenty twenty",
    (50, 50): "fifty fifty",
    (80, 20): "eighty twenty",
    (4, 4): "four four",
    (6, 8): "six eight",
}


def _fraction(match: re.Match[str], options: ReadingOptions) -> str | None:
    top, bottom = int(match["top"]), int(match["bottom"])
    british = options.british
    before = match.string[max(0, match.start() - 24) : match.start()].lower()
    after = match.string[match.end() : match.end() + 16].lower()
    known = _KNOWN_FRACTIONS.get((top, bottom))
    if known and not match["whole"] and not match["tail"]:
        if (top, bottom) not in ((4, 4), (6, 8)):
            return known
        if after.startswith(" time"):
            return known
    if match["whole"] is None and not match["tail"]:
        if bottom == 1 or _ODDS.search(match.string[max(0, match.start() - 80) : match.end() + 40]):
            return f"{numbers.cardinal(top)} to {numbers.cardinal(bottom)}"  # Odds.
        if after.startswith(" pitch"):
            return f"{numbers.cardinal(top)} {numbers.cardinal(bottom)}"
        if re.match(r" star\b| stars\b| points?\b", after):
            return f"{numbers.cardinal(top)} out of {numbers.cardinal(bottom)}"
        if bottom in (2, 4, 8, 16) and re.match(
            r" (?:time\b|signature|jig|reel|march|waltz|meter|metre|groove|beat|rhythm|feel|"
            r"section|ballad|polka|bar)",
            after,
        ):
            return f"{numbers.cardinal(top)} {numbers.cardinal(bottom)}"
        graded = top <= bottom == 10 or re.search(r"\b(?:got|earned|made) (?:an? )?$", before)
        if (
            graded
            and bottom > 4
            and not re.match(
                r"[ -](?:of|mile|inch|cup|in\b|sec|ths|major|share|full|size)|\"|%", after
            )
        ):
            return f"{numbers.cardinal(top)} out of {numbers.cardinal(bottom)}"
        if match["bottom"][0] == "0" and len(match["bottom"]) > 1:
            return f"{numbers.cardinal(top)} slash {numbers.digits(match['bottom'])}"
        if options.british and bottom <= 10 < top and mentions(_CRICKET, match.string):
            return f"{numbers.cardinal(top, british=british)} for {numbers.cardinal(bottom)}"
        if re.match(r" (?:chainset|crankset|chainring|cassette|gear|split)", after):
            return f"{numbers.cardinal(top)} {numbers.cardinal(bottom)}"
        if bottom in (2, 4, 8) and _IN_TIME.search(before) and mentions(_MUSICAL, match.string):
            return f"{numbers.cardinal(top)} {numbers.cardinal(bottom)}"
        if top == 20 and mentions(_SIGHT, match.string) and bottom in _SIGHTS:
            return f"twenty {numbers.pairs(str(bottom))}"
        if top == bottom == 6 and mentions(_SIGHT, match.string):
            return "six six"
        if top + bottom == 100 and bottom > 4:
            return f"{numbers.cardinal(top)} {numbers.cardinal(bottom)}"
        if "vision" in after or (
            bottom in (5, 10, 20, 100)
            and bottom // 2 - 1 < top < 2 * bottom
            and re.search(
                r"(?:rat|scor|gave|give|grade|mark|got|a solid|review|risk|severity|danger|"
                r"difficulty|score|level)[a-z]*(?: "
                r"[\w']{1,12}){0,3}:? $",
                before,
            )
        ):
            return f"{numbers.cardinal(top)} out of {numbers.cardinal(bottom)}"
        if re.search(r"(?:pressure|bp|blood|over)[:\w ]{0,14}$", before) or (
            60 <= top <= 250 and 30 <= bottom <= 130
        ):
            return f"{numbers.pairs(match['top'])} over {numbers.pairs(match['bottom'])}"
        if (bottom == 10 and top == 10) or re.search(
            r"(?:rating|score|rated|score was|scored|scored a)[: ]+(?:an? )?$", before
        ):
            return f"{numbers.cardinal(top)} out of {numbers.cardinal(bottom)}"
        if (top > bottom and bottom not in (2, 3, 4, 5, 6, 7, 8, 9, 16, 32, 64)) or (
            bottom > 100 and top > 99
        ):
            return (
                f"{numbers.cardinal(top)} {'over' if bottom > 20 else 'slash'} "
                f"{numbers.cardinal(bottom)}"
            )
        if re.search(
            r"\b(?:page|step|part|slide|episode|round|level|chapter|lap|question|item) $", before
        ):
            return f"{numbers.cardinal(top)} of {numbers.cardinal(bottom)}"
    if bottom == 0:
        return f"{numbers.cardinal(top)} over zero"
    written = f"{match['whole']} {top}/{bottom}" if match["whole"] else f"{top}/{bottom}"
    sign = (match["sign"] or "").strip()
    return numbers.number(sign + written, british=british)


def _score(match: re.Match[str], options: ReadingOptions) -> str | None:
    parts = [match[name] for name in ("low", "high", "third", "fourth") if match[name]]
    if any(len(part) > 1 and part[0] == "0" for part in parts):
        return "-".join(numbers.digits(part, zero="zero") for part in parts).replace("-", " ")
    before = match.string[max(0, match.start() - 48) : match.start()]
    after = match.string[match.end() : match.end() + 16].lstrip().lower()
    words = [numbers.cardinal(int(part), british=options.british) for part in parts]
    if len(parts) > 2:
        return " ".join(words)
    if (
        options.british
        and len(parts[0]) < 3
        and int(parts[0]) <= 10
        and after.startswith(("off ", "from "))
        and mentions(_CRICKET, match.string)
    ):
        return f"{words[0]} for {words[1]}"
    if _RECORD.match(after) and _STANDS.search(before):
        return f"{words[0]} and {words[1]}"
    low, high = int(parts[0]), int(parts[1])
    if max(low, high) < 8 and (
        _SET_NEXT.match(match.string, match.end()) or _SET_BEFORE.search(before)
    ):
        return " ".join(words)
    nearby = {w.strip(".,;:()\"'").lower() for w in before.split()[-5:]}
    if re.search(r"[A-Z]\w+ \($", before) and after.startswith(")"):
        return f"{words[0]} and {words[1]}"
    sporting = bool(nearby & _SCORE_WORDS) or after.startswith(
        (
            "win",
            "victory",
            "loss",
            "defeat",
            "lead",
            "vote",
            "draw",
            "record",
            "on aggregate",
            "split",
        )
    )
    if parts == ["50", "50"] or parts == ["20", "20"] or parts == ["80", "20"]:
        return " ".join(words)
    if (low > high and len(parts[1]) < 3) or sporting or low == high:
        if after.startswith("record") or before.rstrip().endswith("record of"):
            return f"{words[0]} and {words[1]}"
        if low == high == 0:
            return "nil nil" if options.british else "zero zero"
        if low == high and options.british:
            return f"{words[0]} all"
        if options.british and low > 50 and high <= 10 and mentions(_CRICKET, match.string):
            return f"{words[0]} for {words[1]}"
        if high == 0 and options.british:
            return f"{words[0]} nil"
    return f"{words[0]} to {words[1]}"


# Another set of a match: "6–4, 7–5".
_RECORD = Late(
    r"(?:at home|on the road|overall|this season|in conference|against the "
    r"spread)\b"
)

_STANDS = Late(r"\b(?:are|is|were|was|went|stands?|record|only|now|and|of) $")

_SET_NEXT = Late(r"(?: ?\(\d{1,2}\))?,? [0-7][-–][0-7](?!\d)")

_SET_BEFORE = Late(r"(?<!\d)[0-7][-–][0-7](?: ?\(\d{1,2}\))?,? $")

_CRICKET = Late(
    r"\b(?:not out|closed|declared|wickets?|innings|all out|overs|stumps|batting|bowled)\b"
)

_ODDS = Late(
    r"\b(?:odds|shortened|backed|bookmakers?|priced|opened at|favourite|punters?|drifted|evens)\b"
)

# Before minutes and seconds: "ran it in 28:40".
_RUN = Late(
    r"(?:\bin|\bof|\bat|\bis|time|ran|finished|clocked|mark|under|over|about|to|"
    r"was)$"
)


def _ratio(match: re.Match[str], options: ReadingOptions) -> str:
    between = " to "
    before = match.string[max(0, match.start() - 16) : match.start()].rstrip()
    timed = (
        len(match["high"]) == 2
        and 24 <= int(match["low"].split(".")[0].replace(",", "") or 0) < 100
    )
    if _VERSE.search(before) or (timed and not match["third"] and _RUN.search(before)):
        between = " "
    parts = [match["low"], match["high"], *([match["third"]] if match["third"] else [])]
    words = [
        numbers.pairs(part)
        if between == " " and (len(part) == 3 or part[0] == "0")
        else numbers.number(part, british=options.british)
        for part in parts
    ]
    return between.join(words)


_VERSE = Late(
    r"(?:Genesis|Gen|Exodus|Leviticus|Deuteronomy|Joshua|Judges|Ruth|Samuel|Kings|Chronicles|"
    r"Ezra|Nehemiah|Esther|Job|Psalms?|"
    r"Ps|Proverbs|Ecclesiastes|Isaiah|Jeremiah|Ezekiel|Daniel|Hosea|Joel|Amos|Micah|Matthew|"
    r"Matt|Mark|Luke|John|Acts|Romans|Rom|"
    r"Corinthians|Cor|Galatians|Ephesians|Philippians|Colossians|Thessalonians|Timothy|Titus|"
    r"Hebrews|James|Peter|Jude|Revelation|Rev|Surah|Quran)\.?$"
)


def _range(match: re.Match[str], options: ReadingOptions) -> str | None:
    low, high = match["low"], match["high"]
    if low[0] == "0" and len(low) > 1 and "." not in low:
        return f"{numbers.digits(low)} {numbers.digits(high)}"
    if match["dash"].strip() == "-" and match["dash"] != "-" and match["dash"] != " - ":
        return None
    british = options.british
    tail = match["tail"] or ""
    if tail in ("th", "st", "nd", "rd"):
        if "." in low + high:
            return None
        return (
            f"{numbers.ordinal(int(low.replace(',', '')))} to "
            f"{numbers.ordinal(int(high.replace(',', '')))}"
        )
    words = numbers.number((match["sign"] or "") + low, british=british)
    words += f" to {numbers.number((match['sign2'] or '') + high, british=british)}"
    return words + {"%": " percent", "s": "s"}.get(tail, "")


def _by(match: re.Match[str], options: ReadingOptions) -> str:
    parts = [match[name] for name in ("low", "high", "third") if match[name]]
    return " by ".join(numbers.number(part, british=options.british) for part in parts)


_TIMES_RANGE = WithDigit(r"(?<![\w.])(?P<low>\d{1,3}) ?[-–] ?(?P<high>\d{1,3})x(?!\w)")


def _times_range(match: re.Match[str], options: ReadingOptions) -> str:
    low, high = (numbers.cardinal(int(match[name])) for name in ("low", "high"))
    return f"{low} to {high} times"


def _times(match: re.Match[str], options: ReadingOptions) -> str:
    if (
        match["low"] in ("1", "2")
        and match["mark"] == "x"
        and not re.match(
            r" (?:as|more|faster|better|the|slower|larger|bigger|smaller|proofs?|copies|sets?)\b",
            match.string[match.end() :][:8],
        )
    ):
        return "once" if match["low"] == "1" else "twice"
    word = "X" if match["mark"] == "X" else "times"
    return f"{numbers.number(match['low'], british=options.british)} {word}"


def _plus(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{plain_number(match, match['low'], options)} plus"


def _spaced_thousands(match: re.Match[str], options: ReadingOptions) -> str:
    return numbers.spoken_integer(match[0].replace(" ", ","), british=options.british)


def _old_ordinal(match: re.Match[str], options: ReadingOptions) -> str:
    return numbers.ordinal(int(match["number"] or 3))


def _slashed(match: re.Match[str], options: ReadingOptions) -> str:
    return " slash ".join(
        numbers.pairs(part) if len(part) == 4 and part[0] != "0" else numbers.spoken_integer(part)
        for part in match["parts"].split("/")
    )


EARLY_RULES = (
    Rule("slash", _ALWAYS, lambda m, _: "twenty four seven, three sixty five"),
    Rule("fraction", _HALF_A, lambda m, _: "half "),
    Rule("time", _PAST, lambda m, _: f"{_PARTS[m['part']]} {m['to']} "),
    Rule("ordinal", _OLD_ORDINAL, _old_ordinal),
)

RULES = (
    Rule("number", _SPACED_THOUSANDS, _spaced_thousands),
    Rule("fraction", _FRACTION, _fraction),
    Rule("ordinal", _ORDINAL, _ordinal),
    Rule("by", _BY, _by),
    Rule("by", _BY_ALONE, lambda m, _: " by "),
    Rule("times", _TIMES_RANGE, _times_range),
    Rule("score", _SCORE, _score),
    Rule("range", _RANGE, _range),
    Rule("ratio", _RATIO, _ratio),
    Rule("times", _TIMES, _times),
    Rule("plus", _PLUS, _plus),
    Rule("slash", _SLASHED, _slashed),
)
