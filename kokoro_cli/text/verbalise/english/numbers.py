"""Numbers in English words, without hyphens: each word is read on its own."""

from __future__ import annotations

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_THOUSANDS = (
    "_ thousand million billion trillion quadrillion quintillion sextillion septillion "
    "octillion nonillion decillion"
).split()

_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}

LARGEST = 1000 ** len(_THOUSANDS) - 1


def cardinal(number: int, *, british: bool = False) -> str:
    """Return "one hundred twenty three"; British readers say "and" after the hundred."""
    if number < 0:
        return "minus " + cardinal(-number, british=british)
    if number > LARGEST:
        return digits(str(number), zero="zero")
    words: list[str] = []
    groups = []
    rest = number
    while rest:
        rest, group = divmod(rest, 1000)
        groups.append(group)
    for power in range(len(groups) - 1, -1, -1):
        group = groups[power]
        if not group:
            continue
        if british and power == 0 and words and group < 100:
            words.append("and")
        words += _below_thousand(group, british)
        if power:
            words.append(_THOUSANDS[power])
    return " ".join(words) or "zero"


def _below_thousand(number: int, british: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    words = [_ONES[hundreds], "hundred"] if hundreds else []
    if hundreds and rest and british:
        words.append("and")
    if rest >= 20:
        words.append(_TENS[rest // 10])
        rest %= 10
    if rest:
        words.append(_ONES[rest])
    return words


def ordinal(number: int, *, british: bool = False) -> str:
    """Return "one hundred twenty third"."""
    *front, last = cardinal(number, british=british).split(" ")
    nth = last[:-1] + "ieth" if last.endswith("y") else _ORDINALS.get(last, last + "th")
    return " ".join([*front, nth])


def digits(text: str, *, zero: str = "oh") -> str:
    """Return the digits one by one: "five oh five"."""
    return " ".join(zero if d == "0" else _ONES[int(d)] for d in text if d.isdecimal())


def pairs(text: str) -> str:
    """Return a house, flight or road number as it is said: "twenty seven eighty eight"."""
    if len(text) == 3 and text[0] != "0":
        if text.endswith("00"):
            return f"{_ONES[int(text[0])]} hundred"
        return f"{_ONES[int(text[0])]} {_two_digits(text[1:])}"
    if len(text) == 4 and text[0] != "0":
        return year(int(text))
    if len(text) <= 2 and text[0] != "0":
        return cardinal(int(text))
    return digits(text)


def _two_digits(text: str) -> str:
    return f"oh {_ONES[int(text[1])]}" if text[0] == "0" else cardinal(int(text))


def year(number: int, *, british: bool = False) -> str:
    """Return "nineteen oh five", "two thousand five", "twenty twenty four"."""
    if number < 1000 or number % 1000 < 10 or number >= 10_000:
        return cardinal(number, british=british)
    first, last = divmod(number, 100)
    if last == 0:
        return f"{cardinal(first)} hundred"
    return f"{cardinal(first)} {_two_digits(f'{last:02}')}"


def plural(words: str) -> str:
    """Return the plural of a number's or a unit's words: "nineties", "sixes", "feet"."""
    if words.endswith(("foot", "inch")):
        return words[:-4] + ("feet" if words.endswith("foot") else "inches")
    if words.endswith("y") and words[-2:-1] not in tuple("aeiou"):
        return words[:-1] + "ies"
    return words + ("es" if words.endswith(("s", "x", "ch", "sh")) else "s")


def decimal(text: str, *, british: bool = False) -> str:
    """Return "three point one four" for "3.14"; ".5" is "point five"; commas are allowed."""
    whole, _, fraction = text.replace(",", "").partition(".")
    words = spoken_integer(whole, british=british) if whole else ""
    if fraction:
        words += " point " + digits(fraction, zero="zero")
    return words.strip()


def spoken_integer(text: str, *, british: bool = False) -> str:
    """Return a whole number in words.

    With leading zeros, or with over 15 digits and no commas, it is read digit by digit.
    """
    plain = text.replace(",", "")
    if (plain[0] == "0" and len(plain) > 1) or (len(plain) > 15 and "," not in text):
        return digits(plain, zero="zero")
    return cardinal(int(plain), british=british)


def number(text: str, *, british: bool = False) -> str:
    """Return the words of any written number: "-1,234.50", "2 1/2", "2-1/2", "7"."""
    text = text.strip()
    if text[:1] in "-−–" and len(text) > 1:
        return "minus " + number(text[1:], british=british)
    if text[:1] in "+±" and len(text) > 1:
        sign = "plus" if text[0] == "+" else "plus or minus"
        return f"{sign} {number(text[1:], british=british)}"
    if "/" in text:
        whole, _, part = text.replace("-", " ").rpartition(" ")
        top, _, bottom = part.partition("/")
        words = fraction(int(top), int(bottom), british=british)
        if not whole:
            return words
        front = spoken_integer(whole, british=british)
        if int(top) == 1:
            words = ("an " if int(bottom) in (8, 11, 18) else "a ") + words.split(" ", 1)[1]
        return f"{front} and {words}"
    if "." in text:
        return decimal(text, british=british)
    return spoken_integer(text, british=british)


def fraction(top: int, bottom: int, *, british: bool = False) -> str:
    """Return "three quarters", "one half", "twenty two sevenths", "one over a hundred and one"."""
    front = cardinal(top, british=british)
    if bottom in (0, 1) or bottom > 1000 or (bottom > 100 and bottom % 100 and top > 1):
        return f"{front} over {cardinal(bottom, british=british)}"
    if bottom == 2:
        return f"{front} {'half' if top == 1 else 'halves'}"
    name = "quarter" if bottom == 4 else ordinal(bottom, british=british)
    return f"{front} {name if top == 1 else name + 's'}"


def letters(text: str) -> str:
    """Return the letters and digits one by one: "F B I", "M P three"."""
    return " ".join(_ONES[int(c)] if c.isascii() and c.isdecimal() else c.upper() for c in text)
