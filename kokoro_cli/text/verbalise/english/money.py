"""Money, in all its ways of writing."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import (
    is_attributive,
)
from kokoro_cli.text.verbalise.english.patterns import AMOUNT, DASH, SIGN, START
from kokoro_cli.types import ReadingOptions

# Symbol or code: singular, plural, and both for its hundredth part.
_CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₽": ("ruble", "rubles", "kopeck", "kopecks"),
    "₩": ("won", "won", "jeon", "jeon"),
    "₺": ("lira", "lira", "kurus", "kurus"),
    "₿": ("bitcoin", "bitcoin", "", ""),
    "₴": ("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
    "₫": ("dong", "dong", "", ""),
    "₱": ("peso", "pesos", "centavo", "centavos"),
    "₪": ("shekel", "shekels", "agora", "agorot"),
    "₦": ("naira", "naira", "kobo", "kobo"),
    "฿": ("baht", "baht", "satang", "satang"),
    "₡": ("colon", "colones", "", ""),
    "₵": ("cedi", "cedis", "pesewa", "pesewas"),
    "US$": ("U S dollar", "U S dollars", "cent", "cents"),
    "R$": ("real", "reais", "centavo", "centavos"),
    "C$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "AU$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "CA$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "NZ$": ("New Zealand dollar", "New Zealand dollars", "cent", "cents"),
    "HK$": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "S$": ("Singapore dollar", "Singapore dollars", "cent", "cents"),
    "USD": ("U S dollar", "U S dollars", "cent", "cents"),
    "CAD": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "AUD": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "NZD": ("New Zealand dollar", "New Zealand dollars", "cent", "cents"),
    "HKD": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "SGD": ("Singapore dollar", "Singapore dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("British pound", "British pounds", "penny", "pence"),
    "JPY": ("Japanese yen", "Japanese yen", "sen", "sen"),
    "CNY": ("Chinese yuan", "Chinese yuan", "fen", "fen"),
    "RMB": ("yuan", "yuan", "fen", "fen"),
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
    "INR": ("Indian rupee", "Indian rupees", "paisa", "paise"),
    "Rs.": ("rupee", "rupees", "paisa", "paise"),
    "Rs": ("rupee", "rupees", "paisa", "paise"),
    "SEK": ("Swedish krona", "Swedish kronor", "öre", "öre"),
    "NOK": ("Norwegian krone", "Norwegian kroner", "øre", "øre"),
    "DKK": ("Danish krone", "Danish kroner", "øre", "øre"),
    "BRL": ("Brazilian real", "Brazilian reais", "centavo", "centavos"),
    "MXN": ("Mexican peso", "Mexican pesos", "centavo", "centavos"),
    "ZAR": ("South African rand", "South African rand", "cent", "cents"),
    "PLN": ("Polish zloty", "Polish zlotys", "grosz", "groszy"),
    "KRW": ("Korean won", "Korean won", "", ""),
    "RUB": ("Russian ruble", "Russian rubles", "kopeck", "kopecks"),
    "TRY": ("Turkish lira", "Turkish lira", "kurus", "kurus"),
    "THB": ("Thai baht", "Thai baht", "satang", "satang"),
    "AED": ("dirham", "dirhams", "fils", "fils"),
    "BTC": ("bitcoin", "bitcoin", "", ""),
    "ETH": ("ether", "ether", "", ""),
}

_MAGNITUDES = {
    "k": "thousand",
    "m": "million",
    "mn": "million",
    "mil": "million",
    "mln": "million",
    "mm": "million",
    "b": "billion",
    "bn": "billion",
    "bln": "billion",
    "t": "trillion",
    "tn": "trillion",
    "trn": "trillion",
}

_MAGNITUDE_WORDS = "hundred|thousand|million|billion|trillion|quadrillion"

_MAGNITUDE = (
    rf"(?:[ -]?(?:{_MAGNITUDE_WORDS}|[mM](?:illi|n|il|ln)(?:on)?|bn|bln|tn|trn|BN|TN)|"
    r"[kKmMbBtT]|MM|mm)"
)

_SYMBOLS = "|".join(re.escape(s) for s in sorted(_CURRENCIES, key=len, reverse=True))

_SIGNS_ONLY = "|".join(re.escape(s) for s in _CURRENCIES if not s[0].isascii() or s == "$")

_CODES = "|".join(s for s in _CURRENCIES if s.isalpha() and s.isupper())

_MONEY = WithDigit(
    rf"(?P<sign>{SIGN})?(?<![A-Za-z])(?P<currency>{_SYMBOLS})(?P<inner>[-−–])? ?"
    rf"(?P<low>{AMOUNT})(?P<low_size>{_MAGNITUDE}(?!\w))?"
    rf"(?:(?:(?P<dash>{DASH})|(?P<to> to | and ))(?P<currency_again>{_SYMBOLS})?"
    rf"(?P<high>{AMOUNT})(?P<size>{_MAGNITUDE}(?!\w))?)?"
    rf"(?![\d%])(?:(?:\.-|\.–|,-)(?!\w))?(?P<per> ?/ ?(?:sq\.? ?(?:ft|yd|mi|m)|"
    rf"[a-zA-Z]{{1,8}})(?!\w)(?:\.(?= [a-z]|,))?)?"
    r"(?P<plural>s\b)?"
)

_MONEY_ALONE = WithDigit(
    rf"(?P<sign>{SIGN})?(?<![A-Za-z])(?P<currency>{_SYMBOLS})(?P<inner>[-−–])? ?"
    rf"(?P<low>{AMOUNT})(?P<size>{_MAGNITUDE}(?!\w))?"
    rf"(?![\d%])(?:(?:\.-|\.–|,-)(?!\w))?(?P<per> ?/ ?(?:sq\.? ?(?:ft|yd|mi|m)|"
    rf"[a-zA-Z]{{1,8}})(?!\w)(?:\.(?= [a-z]|,))?)?"
    r"(?P<plural>s\b)?"
)

_CURRENCY_LAST = WithDigit(
    rf"{START}(?P<sign>{SIGN})?(?P<low>{AMOUNT})"
    rf"(?:{DASH}(?P<high>{AMOUNT}))?(?P<size>{_MAGNITUDE}(?=[\s€£¥₹$A-Z]))?"
    rf" ?(?P<currency>{_SIGNS_ONLY}|(?:{_CODES})\b)(?!\d)"
)

_CENTS = WithDigit(rf"{START}(?P<low>{AMOUNT})(?:{DASH}(?P<high>{AMOUNT}))? ?¢")

_PENCE = WithDigit(r"(?<![\w.])(?P<low>\d{1,3})p(?=[\s.,;:!?)]|$)(?!\. ?\d)")

_ACCOUNTING = WithDigit(
    rf"(?P<currency>{_SIGNS_ONLY})?\((?P<inside>{_SIGNS_ONLY})?(?P<low>{AMOUNT})(?P<size1>{_MAGNITUDE}(?!\w))?\)"
    rf"(?:(?P<size>{_MAGNITUDE}(?!\w))|(?P<mark> ?%))?(?!\w)"
)

PER = {
    "hr": "hour",
    "h": "hour",
    "hour": "hour",
    "mo": "month",
    "mth": "month",
    "month": "month",
    "yr": "year",
    "y": "year",
    "year": "year",
    "wk": "week",
    "week": "week",
    "day": "day",
    "d": "day",
    "night": "night",
    "min": "minute",
    "s": "second",
    "sec": "second",
    "lb": "pound",
    "lbs": "pound",
    "oz": "ounce",
    "kg": "kilogram",
    "g": "gram",
    "gal": "gallon",
    "l": "liter",
    "L": "liter",
    "m": "meter",
    "km": "kilometer",
    "mi": "mile",
    "ft": "foot",
    "sqft": "square foot",
    "bbl": "barrel",
    "bu": "bushel",
    "doz": "dozen",
    "dz": "dozen",
    "t": "ton",
    "ha": "hectare",
    "ac": "acre",
    "cs": "case",
    "pkg": "package",
    "pt": "pint",
    "qt": "quart",
    "yd": "yard",
    "in": "inch",
    "sq. ft": "square foot",
    "sq ft": "square foot",
    "sq. yd": "square yard",
    "sq. mi": "square mile",
    "sq. m": "square meter",
    "MWh": "megawatt hour",
    "kWh": "kilowatt hour",
    "GB": "gigabyte",
    "TB": "terabyte",
    "person": "person",
    "user": "user",
    "unit": "unit",
    "share": "share",
    "month.": "month",
    "ton": "ton",
    "tonne": "tonne",
    "pp": "person",
    "each": "each",
    "ea": "each",
}


def _money(match: re.Match[str], options: ReadingOptions) -> str | None:
    parts = match.groupdict()
    british = options.british
    names = _CURRENCIES[parts["currency"]]
    low, high = parts["low"], parts.get("high")
    size = _magnitude(parts.get("size"))
    low_size = _magnitude(parts.get("low_size"))
    minus = (
        "minus " if (parts["sign"] or parts.get("inner") or "").strip()[:1] in tuple("-−–") else ""
    )
    if (parts["sign"] or "")[:1] in tuple("+±"):
        minus = "plus " if parts["sign"][0] == "+" and len(parts["sign"]) == 1 else "plus or minus "
    per = ""
    if parts.get("per"):
        unit = parts["per"].strip(" /.")
        name = PER.get(unit) or PER.get(unit.lower())
        per = (f" {name}" if name == "each" else f" per {name}") if name else f" per {unit}"
    if (
        high
        and parts.get("to") == " and "
        and not _BETWEEN.search(match.string[max(0, match.start() - 9) : match.start()])
    ):
        return None
    if high:
        if parts.get("currency_again") not in (None, parts["currency"]):
            return None
        low_words = numbers.number(low, british=british)
        high_words = _one_amount(high, size, names, british)
        if low_size and low_size != size:
            low_words += f" {low_size}"
        both = parts.get("currency_again") and not (size and not low_size)
        if both and "." in low and not size:
            low_words = _one_amount(low, "", names, british)
        elif both and not size:
            low_words += f" {names[1]}" if low != "1" else f" {names[0]}"
        joint = parts.get("to") or " to "
        if is_attributive(match) and not ("." in low + high and not size):
            return f"{low_words.removesuffix(' ' + names[1])}{joint}" + _one_amount(
                high, size, (names[0], names[0], names[2], names[2]), british
            )
        return f"{minus}{low_words}{joint}{high_words}{per}"
    if (
        parts.get("plural")
        and not high
        and _LOW.search(match.string[max(0, match.start() - 8) : match.start()])
    ):
        return numbers.plural(numbers.number(low, british=british))
    if not per and ("." not in low or low_size) and is_attributive(match):
        names = (names[0], names[0], names[2], names[2])
    return f"{minus}{_one_amount(low, low_size or size, names, british)}{per}"


_BOOKED = Late(
    r"(?i)(?:net|loss|expenses?|income|cash flow|change|deficit|balance|total|variance|"
    r"earnings)\b[^.!?]{0,24}: $"
)


def _accounting(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "(8.1)%" and "$(3.6) million": in accounts parentheses mean less than nothing."""
    currency = match["currency"] or match["inside"]
    if not (match["mark"] or match["currency"]):
        booked = _BOOKED.search(match.string[max(0, match.start() - 48) : match.start()])
        if not booked or match["inside"] or match["size"]:
            return None
        return f"minus {numbers.number(match['low'], british=options.british)}"
    if match["mark"]:
        return f"minus {numbers.number(match['low'], british=options.british)} percent"
    size = _magnitude(match["size"] or match["size1"])
    return f"minus {_one_amount(match['low'], size, _CURRENCIES[currency], options.british)}"


_LOW = Late(r"(?i)(?:\blow|\bmid|\bhigh|upper|lower|\bthe)[- ]$")

_BETWEEN = Late(r"[Bb]etween $")


def _magnitude(written: str | None) -> str:
    word = (written or "").strip(" -")
    if word.lower() in _MAGNITUDE_WORDS.split("|"):
        return word.lower()
    return _MAGNITUDES.get(word.lower(), "")


def _one_amount(amount: str, size: str, names: tuple[str, str, str, str], british: bool) -> str:
    one, many, cent, cents = names
    if size:
        return f"{numbers.number(amount, british=british)} {size} {many}"
    whole, _, fraction = amount.replace(",", "").partition(".")
    if len(fraction) != 2 or not cent:
        return f"{numbers.number(amount, british=british)} {one if amount == '1' else many}"
    words = []
    if int(whole or 0) or not int(fraction):
        words.append(f"{numbers.spoken_integer(whole or '0', british=british)} ")
        words[0] += one if int(whole or 0) == 1 else many
    if int(fraction):
        words.append(f"{numbers.cardinal(int(fraction))} {cent if int(fraction) == 1 else cents}")
    return " and ".join(words)


def _small_money(unit: str, units: str) -> Rule:
    def speak(match: re.Match[str], options: ReadingOptions) -> str:
        low, high = match["low"], match.groupdict().get("high")
        name = unit if low == "1" and not high else units
        words = numbers.number(low, british=options.british)
        if high:
            words += " to " + numbers.number(high, british=options.british)
        return f"{words} {name}"

    return Rule("money", _CENTS if unit == "cent" else _PENCE, speak)


_CURRENCY_ALONE = re.compile(rf"(?<![\w])(?:{_SIGNS_ONLY})(?=[\s.,;:!?)\"'”’]|$)")


def _currency_alone(match: re.Match[str], options: ReadingOptions) -> str:
    return _CURRENCIES[match[0]][1]


_SHILLINGS = WithDigit(r"(?<![\w.])(?P<number>\d{1,2})s\.(?= (?:an?|per|each|and|in|for)\b)")

_RAND = WithDigit(rf"(?<!\w)R(?P<low>{AMOUNT})(?P<size>-? ?(?:{_MAGNITUDE_WORDS}|m|bn))\b")

_OLD_MONEY = WithDigit(
    r"(?<![\w.])(?:£(?P<pounds>\d{1,6}) )?(?P<shillings>\d{1,2})s\.? ?(?P<pence>\d{1,2})d\b\.?"
)


_OLD_COIN = WithDigit(r"(?<![\w.])(?P<number>\d{1,3})(?P<coin>[sd])\.?(?!\w)")
_PAID = Late(
    r"(?:costs?|paid|pays?|worth|fine of|wages? of|price of|earn(?:ed|s)?|lost|owed?|lent me|gave "
    r"(?:him|her|me|them)) "
    r"(?:me |him |her |them |us )?(?:only |about |just |but )?$"
)


def _old_coin(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "cost 6d." and "a fine of 40s." as pence and shillings."""
    if not _PAID.search(match.string[max(0, match.start() - 32) : match.start()]):
        return None
    if match["coin"] == "s" and not match[0].endswith("."):
        return None
    number = int(match["number"])
    coin = {"d": ("penny", "pence"), "s": ("shilling", "shillings")}[match["coin"]][number != 1]
    end = match.string[match.end() :]
    stop = "." if match[0].endswith(".") and (not end.strip() or re.match(r" [A-Z]", end)) else ""
    return f"{numbers.cardinal(number)} {coin}{stop}"


def _shillings(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not options.british:
        return None
    number = int(match["number"])
    return f"{numbers.cardinal(number)} shilling{'' if number == 1 else 's'}"


def _rand(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{numbers.number(match['low'])} {_magnitude(match['size'])} rand"


def _old_money(match: re.Match[str], options: ReadingOptions) -> str:
    pounds = f"{numbers.cardinal(int(match['pounds']))} pounds " if match["pounds"] else ""
    shillings = int(match["shillings"])
    coins = f"{numbers.cardinal(shillings)} {'shilling' if shillings == 1 else 'shillings'}"
    return f"{pounds}{coins} and {numbers.cardinal(int(match['pence']))} pence"


EARLY_RULES = (
    Rule("money", _OLD_MONEY, _old_money),
    Rule("money", _SHILLINGS, _shillings),
    Rule("money", _OLD_COIN, _old_coin),
)
"""Old British money, which later rules would take for seconds and days."""

RULES = (
    Rule("money", _ACCOUNTING, _accounting),
    Rule("money", _RAND, _rand),
    Rule("money", _MONEY, _money),
    Rule("money", _MONEY_ALONE, _money),
    Rule("money", _CURRENCY_LAST, _money),
    _small_money("cent", "cents"),
    _small_money("p", "pence"),
)

LATE_RULES = (Rule("currency", _CURRENCY_ALONE, _currency_alone),)
