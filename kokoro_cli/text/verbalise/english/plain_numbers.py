"""Letters with digits, and every number that no other rule has read."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.patterns import AMOUNT, SIGN
from kokoro_cli.types import ReadingOptions

_ALPHANUMERIC = WithDigit(
    r"(?<![\w.@'’-])(?<!\d,)(?=[A-Za-z-]{0,20}\d)(?:[A-Za-z]{1,20}(?![A-Za-z])|"
    r"\d{1,6}(?!\d))(?:-?(?:[A-Za-z]{1,20}(?![A-Za-z])|"
    r"\d{1,8}(?:\.\d{1,3}(?=[a-zA-Z\s,;)]))?(?!\d))){1,9}(?P<tail>'s|’s)?(?![\w@])"
)

_WORDLIKE = frozenset(
    (
        "covid sars mers ebola boeing airbus apollo area catch channel falcon formula gemini "
        "group hawk intel iphone ipad ipod mark omega pixel section sector super titan type unit "
        "windows world galaxy xbox alpha beta delta sigma cat cab win mac web log pre post mid "
        "non anti super under over sub multi half part semi ultra micro mini max pro plus air top "
        "big red one two three day year old week month hour minute page man woman room floor "
        "story storey point way per cent time fold ish bit dimensional inch foot mile pound yard "
        "person member door wheel drive star hole track letter digit step legged fps party piece "
        "cylinder speed seat seater core pin bed bedroom pack acre volt watt month gauge course "
        "run hit mph stop term odd plus size grade degree cm mm kg km gb mb tb hz khz mhz ghz mah "
        "wh kwh ml"
    ).split()
)


def _alphanumeric(match: re.Match[str], options: ReadingOptions) -> str | None:
    text = match[0]
    tail = match["tail"] or ""
    text = text[: len(text) - len(tail)]
    pieces = re.findall(r"[A-Za-z]+|\d+(?:\.\d+)?|-", text)
    if not any(p[0].isdecimal() for p in pieces) or not any(p.isalpha() for p in pieces):
        return None
    words = []
    for i, piece in enumerate(pieces):
        following = pieces[i + 1] if i + 1 < len(pieces) else ""
        if piece == "-":
            continue
        if piece[0].isdecimal():
            words.append(_model_number(piece, pieces, i, options))
        elif piece == "s" and not following and i and pieces[i - 1] != "-":
            words[-1] = numbers.plural(words[-1])
        elif piece in ("th", "nd", "rd", "st") and i and pieces[i - 1].isdecimal():
            words[-1] = numbers.ordinal(int(pieces[i - 1]))
        else:
            words.append(_letters_or_word(piece))
    return " ".join(words) + tail


def _model_number(piece: str, pieces: list[str], index: int, options: ReadingOptions) -> str:
    if "." in piece:
        return numbers.decimal(piece)
    hyphened_word = (
        index + 2 < len(pieces)
        and pieces[index + 1] == "-"
        and len(pieces[index + 2]) > 2
        and pieces[index + 2].islower()
    )
    if hyphened_word or (index == 0 and index + 1 < len(pieces) and len(pieces[index + 1]) > 3):
        return (
            numbers.year(int(piece))
            if len(piece) == 4 and 1100 <= int(piece) <= 2099
            else numbers.spoken_integer(piece, british=options.british)
        )
    if (piece[0] == "0" and len(piece) > 1) or len(piece) > 4:
        return numbers.digits(piece, zero="zero" if piece[:2] == "00" else "oh")
    if len(piece) == 4 and piece.endswith("000"):
        return numbers.cardinal(int(piece))
    return "zero" if piece == "0" else numbers.pairs(piece)


def _letters_or_word(piece: str) -> str:
    if len(piece) == 1:
        return piece.upper()
    if piece.islower() and (
        len(piece) > 2 or piece in ("in", "up", "on", "to", "by", "no", "or", "of", "at")
    ):
        return piece if re.search("[aeiouy]", piece) else numbers.letters(piece)
    if (
        piece.lower() in _WORDLIKE
        or (len(piece) > 4 and re.search("[AEIOUYaeiouy]", piece))
        or (piece[0].isupper() and piece[1:].islower() and len(piece) > 2)
    ):
        return piece if not piece.isupper() else piece.capitalize() if piece != "COVID" else piece
    return numbers.letters(piece)


_NUMBER = WithDigit(rf"(?<![\d])(?P<sign>{SIGN})?(?P<number>{AMOUNT})")

_COUNTED = Late(
    r" (?:(?!(?:by|in|at|for|from|of|with|on|to|and|or|as|when|that|but|which)\b)[a-z]+ "
    r")?(?!(?:was|is|has|as|its|his|this|us|does|always|perhaps)\b)(?:[a-z]{2,}s|"
    r"people|men|women|children|feet|sheep|fish|staff|percent|acres|"
    r"votes)\b"
)

_PLURAL_NEXT = Late(
    r" (?!(?:census|bus|campus|news|gas|canvas|christmas|virus|status|bonus|atlas|lens|series|"
    r"sales|elections|games|olympics)\b)(?:[a-z]{2,}[^\Wsui]s|[a-z]{2,}ies|[a-z]{2,}sses|people|"
    r"men|women|children|"
    r"feet|sheep|fish|staff|votes)\b"
)

_NOT_COUNTED = Late(
    r" (?:was|is|has|as|its|his|this|us|sales|elections|games|olympics|does|series|always|"
    r"perhaps)\b"
)

_BRAND = Late(r"(?:[a-z,] |^|[A-Z]+ )[A-Z][A-Za-z]+ $|(?<![A-Za-z])[A-Z]{2,} $")

_IN = Late(
    r"(?:^|\W)(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Yy]ear|of|after|before|around|circa) $"
)

_CATALOGUE = Late(r"(?<![A-Za-z])[A-Z]{2,5} $")
_NAMED = Late(
    r"(?:[Rr]oom|[Ff]light|[Gg]ate|[Hh]ighway|[Rr]oute|[Bb]us|[Cc]hannel|[Tt]rain|[Aa]partment|"
    r"[Ss]uite|[Aa]rea|Interstate|PIN|pin|code|[Pp]latform) $"
)


def _number(match: re.Match[str], options: ReadingOptions) -> str:
    words = plain_number(match, match["number"], options)
    sign = (match["sign"] or "").strip()
    if sign:
        plain = numbers.number(match["number"], british=options.british)
        words = {"+": "plus ", "±": "plus or minus ", "+/-": "plus or minus "}.get(
            sign, "minus "
        ) + plain
    text = match.string
    if match.end() < len(text) and text[match.end()].isalpha():
        words += " "
    if match.start() and text[match.start() - 1].isalpha():
        words = " " + words
    return words


def plain_number(match: re.Match[str], written: str, options: ReadingOptions) -> str:
    """Return a number as a year, an amount or a room, judged by its form and its neighbours."""
    british = options.british
    before = match.string[max(0, match.start() - 16) : match.start()]
    after = match.string[match.end() : match.end() + 40]
    if (
        written.isdecimal()
        and len(written) in (3, 4)
        and written[0] != "0"
        and _NAMED.search(before)
    ):
        return numbers.pairs(written)
    if written.isdecimal() and len(written) == 4 and written[0] != "0":
        number = int(written)
        counted = _COUNTED.match(after) and not _NOT_COUNTED.match(after)
        if counted and 1600 < number < 2040 and number % 100:
            counted = _PLURAL_NEXT.match(after) is not None  # "the 1954 classic opens"
        early = number == 1066 or (1010 <= number < 1100 and _IN.search(before))
        if number > 2099 and number % 1000 and not counted and _BRAND.search(before):
            return numbers.pairs(written)
        if (1100 <= number <= 2099 or early) and not counted:
            words = numbers.year(number)
            if british and 2001 <= number <= 2009:
                words = words.replace("thousand ", "thousand and ")
            return words
    if len(written) > 4 and written.isdecimal() and _CATALOGUE.search(before):
        return numbers.digits(written, zero="zero")
    return numbers.number(written, british=british)


_NUMBERED = WithDigit(r"(?<![a-z\d&])# ?(?P<number>\d{1,6})(?!\w)")


def _numbered(match: re.Match[str], options: ReadingOptions) -> str:
    number = match["number"]
    space = " " if match.string[max(0, match.start() - 1) : match.start()].isalpha() else ""
    if len(number) == 4 and number[0] != "0":
        return f"{space}number {numbers.pairs(number)}"
    return f"{space}number {numbers.spoken_integer(number, british=options.british)}"


EARLY_RULES = (Rule("number sign", _NUMBERED, _numbered),)

RULES = (
    Rule("alphanumeric", _ALPHANUMERIC, _alphanumeric),
    Rule("number", _NUMBER, _number),
)
