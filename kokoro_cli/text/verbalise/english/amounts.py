"""Amounts: money, percentages, units of measure, temperatures and dimensions."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import (
    BEFORE_SECONDS,
    is_attributive,
    is_before_noun,
    is_measured,
    mentions,
)
from kokoro_cli.types import ReadingOptions

AMOUNT = (
    r"(?:\d{1,2}(?:,\d{2}){1,4},\d{3}(?:\.\d{1,2})?(?!\d)|"
    r"\d{1,3}(?:,\d{3}){1,10}(?:\.\d{1,12})?|\d{1,24}(?:\.\d{1,12})?|\.\d{1,12})"
)
"""An unsigned number as it is written in English."""

MIXED = rf"(?:\d{{1,4}}[ -]\d{{1,3}}/\d{{1,3}}|\d{{1,4}}/\d{{1,4}}|{AMOUNT})"
"""An `AMOUNT`, a fraction, or both: "2 1/2", "2-1/2", "3/4"."""

DASH = r"(?: [-–—‑~～〜] |[-–—‑~～〜])"
"""What separates the ends of a range."""

SIGN = r"(?:(?:(?<=[\s(\[{=:;,/“\"'~≈<>≤≥])|(?<![^\n]))[-−–]|[+±]|(?:(?<=\s)|(?<![^\n]))\+/- ?)"
"""A leading sign; a hyphen counts as one only after a space or mark, or at the start."""

_START = r"(?<![\w.])(?<!\d,)"

# --- Money -------------------------------------------------------------------------------------

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
    rf"{_START}(?P<sign>{SIGN})?(?P<low>{AMOUNT})"
    rf"(?:{DASH}(?P<high>{AMOUNT}))?(?P<size>{_MAGNITUDE}(?=[\s€£¥₹$A-Z]))?"
    rf" ?(?P<currency>{_SIGNS_ONLY}|(?:{_CODES})\b)(?!\d)"
)
_CENTS = WithDigit(rf"{_START}(?P<low>{AMOUNT})(?:{DASH}(?P<high>{AMOUNT}))? ?¢")
_PENCE = WithDigit(r"(?<![\w.])(?P<low>\d{1,3})p(?=[\s.,;:!?)]|$)(?!\. ?\d)")

_ACCOUNTING = WithDigit(
    rf"(?P<currency>{_SIGNS_ONLY})?\((?P<inside>{_SIGNS_ONLY})?(?P<low>{AMOUNT})(?P<size1>{_MAGNITUDE}(?!\w))?\)"
    rf"(?:(?P<size>{_MAGNITUDE}(?!\w))|(?P<mark> ?%))?(?!\w)"
)

_PER = {
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
        name = _PER.get(unit) or _PER.get(unit.lower())
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


_BOOKED = re.compile(
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


_LOW = re.compile(r"(?i)(?:\blow|\bmid|\bhigh|upper|lower|\bthe)[- ]$")
_BETWEEN = re.compile(r"[Bb]etween $")


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


# --- Percent -----------------------------------------------------------------------------------

_PERCENT = WithDigit(
    rf"{_START}(?P<sign>{SIGN})?(?P<low>{MIXED})(?P<low_mark> ?%)?"
    rf"(?:(?P<dash>{DASH}|/|…)(?P<high>{AMOUNT}))? ?(?P<mark>%|‰|pct\b)(?P<points>-?pts?\b)?"
    r"(?:/(?P<per>yr|year|mo|month|day|hr|wk|week|qtr)\.?)?(?!\w)"
)


def _percent(match: re.Match[str], options: ReadingOptions) -> str:
    words = numbers.number(_signed(match["sign"], match["low"]), british=options.british)
    if match["high"]:
        between = " to " if match["dash"] != "/" else " slash "
        words += between + numbers.number(match["high"], british=options.british)
    per = {"qtr": "quarter"}.get(match["per"], _PER.get(match["per"], "")) if match["per"] else ""
    return (
        words
        + (" per mille" if match["mark"] == "‰" else " percent")
        + (f" per {per}" if per else "")
    )


def _signed(sign: str | None, amount: str) -> str:
    sign = (sign or "").strip()
    return ("±" if sign == "+/-" else sign) + amount


# --- Units -------------------------------------------------------------------------------------

_LENGTHS = {"m": "meter", "g": "gram", "W": "watt", "Hz": "hertz", "V": "volt", "J": "joule"}
_PREFIXES = {
    "n": "nano",
    "µ": "micro",
    "μ": "micro",
    "m": "milli",
    "k": "kilo",
    "M": "mega",
    "G": "giga",
    "T": "tera",
}

# Unit: singular, plural.
_UNITS: dict[str, tuple[str, str]] = {
    **{
        prefix + symbol: (name + unit, numbers.plural(name + unit))
        for prefix, name in _PREFIXES.items()
        for symbol, unit in _LENGTHS.items()
    },
    **{symbol: (unit, numbers.plural(unit)) for symbol, unit in _LENGTHS.items()},
    **{
        written: (name, numbers.plural(name))
        for written, name in {
            "cm": "centimeter", "dm": "decimeter", "hm": "hectometer", "pm": "picometer",
            "mcg": "microgram", "μm": "micrometer", "cl": "centiliter", "cL": "centiliter",
            "dl": "deciliter", "dL": "deciliter", "ml": "milliliter", "mL": "milliliter",
            "l": "liter", "L": "liter", "kl": "kiloliter", "cc": "c c", "hl": "hectoliter",
            "kgs": "kilogram", "kms": "kilometer", "oz": "ounce", "lb": "pound", "lbs": "pound",
            "ft": "foot", "yd": "yard", "yds": "yard", "mi": "mile", "nmi": "nautical mile",
            "gal": "gallon", "qt": "quart", "pt": "pint", "tsp": "teaspoon", "tbsp": "tablespoon",
            "Tbsp": "tablespoon", "tbs": "tablespoon", "ha": "hectare", "ac": "acre", "t": "ton",
            "h": "hour", "hr": "hour", "hrs": "hour", "min": "minute", "mins": "minute",
            "s": "second", "sec": "second", "secs": "second", "ms": "millisecond",
            "ns": "nanosecond", "µs": "microsecond", "μs": "microsecond", "us": "microsecond",
            "yr": "year", "yrs": "year", "wk": "week", "wks": "week", "mo": "month", "mos": "month",
            "d": "day", "A": "amp", "mA": "milliamp", "Ah": "amp hour", "mAh": "milliamp hour",
            "kA": "kiloamp", "Wh": "watt hour", "kWh": "kilowatt hour", "MWh": "megawatt hour",
            "GWh": "gigawatt hour", "TWh": "terawatt hour", "kcal": "kilocalorie", "cal": "calorie",
            "N": "newton", "kN": "kilonewton", "Nm": "newton meter", "Pa": "pascal",
            "kPa": "kilopascal", "hPa": "hectopascal", "MPa": "megapascal", "GPa": "gigapascal",
            "mbar": "millibar", "atm": "atmosphere", "Ω": "ohm", "kΩ": "kilohm",
            "MΩ": "megohm", "µF": "microfarad", "nF": "nanofarad", "pF": "picofarad",
            "mol": "mole", "mmol": "millimole", "cd": "candela", "lm": "lumen",
            "KB": "kilobyte", "kB": "kilobyte", "MB": "megabyte", "GB": "gigabyte",
            "TB": "terabyte", "PB": "petabyte", "KiB": "kibibyte", "MiB": "mebibyte",
            "GiB": "gibibyte", "TiB": "tebibyte", "kb": "kilobit", "Kb": "kilobit", "Mb": "megabit",
            "Gb": "gigabit", "Mbit": "megabit", "Gbit": "gigabit", "px": "pixel",
            "MP": "megapixel", "au": "astronomical unit", "ly": "light year", "pc": "parsec",
            "eV": "electron volt", "keV": "kilo electron volt", "MeV": "mega electron volt",
            "GeV": "giga electron volt", "TeV": "tera electron volt", "dB": "decibel",
            "yo": "year old",
            "ct": "carat", "rad": "radian", "kt": "knot", "kts": "knot",
            "qts": "quart", "qts.": "quart", "gals": "gallon", "gals.": "gallon",
            "tsps": "teaspoon", "tbsps": "tablespoon", "uF": "microfarad", "uA": "microamp",
            "uL": "microliter", "mcL": "microliter", "ug": "microgram", "um": "micrometer",
            "ac.": "acre", "bu": "bushel", "bu.": "bushel", "bbl": "barrel", "bbls": "barrel",
            "mth": "month", "mths": "month", "cwt": "hundredweight",
            "mH": "millihenry", "uH": "microhenry",
            "in.": "inch", "in": "inch", "ft.": "foot", "lb.": "pound", "lbs.": "pound",
            "c.": "cup", "T.": "tablespoon", "t.": "teaspoon", "pkg.": "package",
            "pkgs.": "package",
            "oz.": "ounce", "yd.": "yard", "mi.": "mile", "hr.": "hour", "hrs.": "hour",
            "min.": "minute", "mins.": "minute", "sec.": "second", "gal.": "gallon",
            "tsp.": "teaspoon", "tbsp.": "tablespoon", "Tbsp.": "tablespoon", "pt.": "pint",
            "qt.": "quart", "yrs.": "year", "mos.": "month", "wks.": "week", "cm.": "centimeter",
            "mm.": "millimeter", "km.": "kilometer", "kg.": "kilogram",
        }.items()
    },
    "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"), "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"), "THz": ("terahertz", "terahertz"),
    "N·m": ("newton meter", "newton meters"), "N⋅m": ("newton meter", "newton meters"),
    "ft-lb": ("foot pound", "foot pounds"), "ft-lbs": ("foot pound", "foot pounds"),
    "ft·lb": ("foot pound", "foot pounds"),
    "doz.": ("dozen", "dozen"), "doz": ("dozen", "dozen"), "dz": ("dozen", "dozen"),
    "bd. ft.": ("board foot", "board feet"), "bd ft": ("board foot", "board feet"),
    "bd. ft": ("board foot", "board feet"),
    "cu. ft.": ("cubic foot", "cubic feet"), "cu. ft": ("cubic foot", "cubic feet"),
    "cu. yd.": ("cubic yard", "cubic yards"), "cu. yds.": ("cubic yard", "cubic yards"),
    "cu yd": ("cubic yard", "cubic yards"), "cu. in.": ("cubic inch", "cubic inches"),
    "pg": ("picogram", "picograms"), "mEq": ("milliequivalent", "milliequivalents"),
    "IU": ("I U", "I U"), "sts": ("stitch", "stitches"),
    "fpm": ("foot per minute", "feet per minute"),
    "inHg": ("inch of mercury", "inches of mercury"), "bar": ("bar", "bar"),
    "ga.": ("gauge", "gauge"), "ga": ("gauge", "gauge"), "HP": ("horsepower", "horsepower"),
    "gpm": ("gallon per minute", "gallons per minute"),
    "gph": ("gallon per hour", "gallons per hour"), "cfm": ("c f m", "c f m"),
    "kVA": ("k V A", "k V A"),
    "mmHg": ("millimeter of mercury", "millimeters of mercury"),
    "hp": ("horsepower", "horsepower"),
    "psi": ("p s i", "p s i"), "rpm": ("r p m", "r p m"),
    "bpm": ("beats per minute", "beats per minute"), "fps": ("frames per second",) * 2,
    "mph": ("mile per hour", "miles per hour"),
    "kph": ("kilometer per hour", "kilometers per hour"),
    "kmh": ("kilometer per hour", "kilometers per hour"),
    "mpg": ("mile per gallon", "miles per gallon"),
    "bps": ("bit per second", "bits per second"), "basis points": ("basis point", "basis points"),
    "kbps": ("kilobit per second", "kilobits per second"),
    "Kbps": ("kilobit per second", "kilobits per second"),
    "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"),
    "kW": ("kilowatt", "kilowatts"), "KG": ("kilogram", "kilograms"),
    "KM": ("kilometer", "kilometers"),
    "mbps": ("megabit per second", "megabits per second"),
    "MPH": ("mile per hour", "miles per hour"), "ppm": ("part per million", "parts per million"),
    "ppb": ("part per billion", "parts per billion"), "dpi": ("dots per inch", "dots per inch"),
    "sq ft": ("square foot", "square feet"), "sq. ft.": ("square foot", "square feet"),
    "sqft": ("square foot", "square feet"), "sq. ft": ("square foot", "square feet"),
    "sq mi": ("square mile", "square miles"), "sq km": ("square kilometer", "square kilometers"),
    "sq m": ("square meter", "square meters"), "sqm": ("square meter", "square meters"),
    "cu ft": ("cubic foot", "cubic feet"), "fl oz": ("fluid ounce", "fluid ounces"),
    "fl. oz.": ("fluid ounce", "fluid ounces"), "fl. oz": ("fluid ounce", "fluid ounces"),
    "°C": ("degree Celsius", "degrees Celsius"), "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "° C": ("degree Celsius", "degrees Celsius"),
    "° F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "ºC": ("degree Celsius", "degrees Celsius"), "ºF": ("degree Fahrenheit", "degrees Fahrenheit"),
    "℃": ("degree Celsius", "degrees Celsius"), "℉": ("degree Fahrenheit", "degrees Fahrenheit"),
    "deg C": ("degree Celsius", "degrees Celsius"),
    "deg F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°K": ("kelvin", "kelvin"), "°": ("degree", "degrees"), "º": ("degree", "degrees"),
    "′": ("minute", "minutes"), "″": ("second", "seconds"),
    "C": ("degree Celsius", "degrees Celsius"), "F": ("degree Fahrenheit", "degrees Fahrenheit"),
    # "5 K" is kelvin; "5K" is a thousand, or a kind of screen.
    "K": ("K", "K"), "M": ("million", "million"), "k": ("thousand", "thousand"),
}  # fmt: skip

# Units only if they touch the number or the context shows it.
_GLUED_ONLY = frozenset("in us a d M k A t mo yo pt C pm am F N au".split())
# Never the last unit of a measure: there they are times of day.
_NEVER_ALONE = frozenset({"pm", "am"})

_POWERS = {"²": "square", "^2": "square", "2": "square", "³": "cubic", "^3": "cubic", "3": "cubic"}
_UNIT = "|".join(re.escape(u) for u in sorted(_UNITS, key=len, reverse=True))
_PLAIN_UNIT = "|".join(
    re.escape(u) for u in sorted(_UNITS, key=len, reverse=True) if u not in _NEVER_ALONE
)

_MEASURE = WithDigit(
    rf"{_START}(?P<sign>{SIGN})?(?P<low>{MIXED})"
    rf"(?:(?P<low_unit> ?°| ?(?:{_UNIT}))?(?P<dash>{DASH}| ?[x×*] ?|"
    rf" to )(?P<high_sign>[-−–])?(?P<high>{MIXED})"
    rf"(?:(?P<mid_unit> ?(?:{_UNIT}))?(?P<dash2>{DASH}| ?[x×*] ?)(?P<third>{MIXED}))?)?"
    rf"(?P<more>\+(?= ?[A-Za-z]{{2}}))?(?P<space>[ "
    rf"\u00a0-]?)(?P<unit>{_PLAIN_UNIT})(?P<power>\^?[23]|[²³])?"
    rf"(?:(?P<slash> ?/ ?)(?P<below>{_PLAIN_UNIT}|day|week|month|year|hour|minute|second|person|"
    r"user|sq m|[a-z]{3,10}(?! ?\d))"
    rf"(?P<below_power>\^?[23]|[²³])?(?: ?/ ?(?P<below2>day|d|hr?|min|dose|week|wk|"
    rf"kg))?)?(?![\w°²³])"
)

_BIG_MEASURE = WithDigit(
    rf"{_START}(?P<low>{AMOUNT}) (?P<size>hundred|thousand|million|billion|trillion) "
    rf"(?P<unit>{_PLAIN_UNIT})(?P<power>\^?[23]|[²³])?(?![\w°²³/])"
)
_DATA = re.compile(
    r"(?i)\b(?:modem|baud|serial|line|data|link|connection|bits?|network|download|stream|codec)\b"
)
_COUNT = WithDigit(
    rf"{_START}(?P<low>{AMOUNT})(?P<size>[BT])"
    r"(?=\+? (?:[a-z]+ )?(?!pencils?\b|flats?\b)(?:[a-z]{3,}s|people|model|checkpoint|LLM)\b|"
    r"-param)"
)
_BARE_PER = re.compile(
    r"(?<![\w/.])(?P<unit>km|mi|m|ft|kg|g|mg|µg|mcg|lb|lbs|kWh|MB|GB|Mb|Gb|kB|KB|W|kW|L|l|mL|ml|J|"
    r"miles|words|people|frames|requests|tokens|cycles|beats|words)/"
    r"(?P<below>h|hr|s|sec|min|m|m²|m2|m3|m³|kg|g|L|l|mL|ml|dL|km|gal|day|week|month|year|hour|"
    r"minute|second|km²|km2|cm²|cm2|ha)(?![\w/])"
)


def _measure(match: re.Match[str], options: ReadingOptions) -> str | None:
    unit, space = match["unit"], match["space"]
    if unit in _GLUED_ONLY and space and not match["slash"] and not _stands_as_unit(match):
        return None
    if unit == "s" and not space and not match["slash"] and _is_plural_number(match):
        return None
    if unit == "K" and space == " ":
        return f"{numbers.number(match['low'], british=options.british)} kelvin"
    if unit in ("c.", "T.", "t.") and not _AFTER_SPOON.match(match.string, match.end()):
        return None
    if not space and unit in _LETTERS and not match["slash"] and not _is_measured(match):
        return None
    if unit == "k" and not space and _OHMS.match(match.string, match.end()):
        return f"{numbers.number(match['low'])} K"
    if "/" in match["low"] and unit in ("GB", "MB", "TB", "KB") and " " not in match["low"]:
        top, bottom = match["low"].split("/")
        return (
            f"{numbers.number(top)} of {numbers.number(bottom)} "
            f"{_unit_name(unit, None, plural=True)}"
        )
    if (
        unit == "mm"
        and not space
        and match["low"] in ("8", "16", "35", "70")
        and mentions(_FILM, match.string)
    ):
        return f"{numbers.number(match['low'])} millimeter"
    if unit == "ct" and not mentions(_GEMS, match.string):
        return f"{numbers.number(match['low'])} count"
    if unit == "pt" and mentions(_FONT, match.string):
        joint = match["high"] and f" point to {numbers.number(match['high'])}"
        return f"{numbers.number(match['low'])}{joint or ''} point"
    if unit == "nm" and mentions(_NAUTICAL, match.string):
        unit = "nmi"
    if unit == "mmHg" and "/" in match["low"]:
        top, bottom = match["low"].split("/")
        return f"{numbers.number(top)} over {numbers.number(bottom)} millimeters of mercury"
    if unit == "bps" and not mentions(_DATA, match.string):
        unit = "basis points"
    british = options.british
    low = numbers.number(_signed(match["sign"], match["low"]), british=british)
    one = match["low"] in ("1",) and not match["high"]
    singular = one or bool(match["sign"] is None and re.fullmatch(r"\d{1,4}/\d{1,4}", match["low"]))
    hyphened = match.string[match.end() : match.end() + 1] == "-"
    if space == "-" or hyphened or (not match["below"] and _describes(match)):
        singular = True
    if singular and "/" in match["low"]:
        name = _unit_name(unit, match["power"], plural=False)
        joint = (
            " of a " if not name.startswith(("ounce", "inch", "acre", "hour", "amp")) else " of an "
        )
        if match["low"] == "1/2":
            low, joint = "half", joint.removeprefix(" of")
        words = f"{low}{joint}{name}" if space != "-" and not _describes(match) else f"{low} {name}"
    elif match["high"]:
        words = _several(match, low, options)
        if not words:
            return None
    else:
        more = " plus" if match["more"] else ""
        words = f"{low}{more} {_unit_name(unit, match['power'], plural=not singular)}"
    if match["below"]:
        words += f" per {_below(match['below'], match['below_power'])}"
        words += f" per {_below(match['below2'], None)}" if match["below2"] else ""
    return _spelled(words, british)


def _describes(match: re.Match[str]) -> bool:
    return is_attributive(match) or is_measured(match.string, match.end())


def _below(unit: str, power: str | None) -> str:
    """Return the unit after "per": "second squared", but "square meter"."""
    if unit in ("s", "sec", "h", "min") and power:
        return (
            f"{_unit_name(unit, None, plural=False)} {'squared' if power[-1] in '2²' else 'cubed'}"
        )
    return _unit_name(unit, power, plural=False)


def _several(match: re.Match[str], low: str, options: ReadingOptions) -> str:
    """Return the words of a range ("5–10 km") or dimensions ("3 x 4 cm"); "" for neither."""
    british = options.british
    by = match["dash"].strip() in tuple("x×*")
    if by and match["high_sign"]:
        return ""
    between = " by " if by else " to "
    words = low
    low_unit = (match["low_unit"] or "").strip()
    one_scale = low_unit == "°" and match["unit"].startswith(("°", "º"))
    apart = by or match["dash"] == " to "
    if low_unit and (low_unit != match["unit"] or apart) and not one_scale:
        words += f" {_unit_name(low_unit, None, plural=match['low'] != '1')}"
    high = numbers.number(_signed(match["high_sign"], match["high"]), british=british)
    words += between + high
    if match["third"]:
        mid = (match["mid_unit"] or "").strip()
        if mid:
            words += f" {_unit_name(mid, None, plural=True)}"
        words += between + numbers.number(match["third"], british=british)
    singular = match["space"] == "-" or _describes(match)
    return f"{words} {_unit_name(match['unit'], match['power'], plural=not singular)}"


def _unit_name(unit: str, power: str | None, *, plural: bool) -> str:
    one, many = _UNITS.get(unit.strip(), (unit.strip(), unit.strip()))
    name = many if plural else one
    return f"{_POWERS[power]} {name}" if power else name


def _stands_as_unit(match: re.Match[str]) -> bool:
    """Whether a unit after a space, as in "5 in", cannot be an ordinary word."""
    rest = match.string[match.end() : match.end() + 12]
    unit = match["unit"]
    if unit in ("C", "F"):
        degrees = match["low"].lstrip("-−")
        return (
            len(degrees) <= 3
            and degrees.isdecimal()
            and not re.match(r"[.#+]|-\w| [A-Z][a-z]", rest)
        )
    if unit == "A":
        return bool(_ELECTRIC.search(match.string[max(0, match.start() - 60) : match.end() + 60]))
    if unit == "in":
        return bool(re.match(r"\s*(?:[x×,;.)]|$|wide|long|tall|deep|high|thick|by)", rest))
    return unit in ("pt", "t") and bool(re.match(r"\s*(?:[,;.)]|$| of\b)", rest))


# Letters that are units where the words around speak of electricity, heat or force. The second
# ones are units elsewhere too.
_ELECTRIC = re.compile(
    r"(?i)amp|fuse|circuit|breaker|\bcurrent\b|\bcharger|charging|\bdraws?\b|batter|power suppl|"
    r"volt|watt|"
    r"\bloads?\b|\brated|outlet|"
    r"\bplug|socket|wir(?:e|ing)|relay|motor|alternator|\b[ad]c\b|usb|adapter|\brail|bulb|lamp|"
    r"\bled|solar|panel\b|AWG|\bohm|Ω|speaker|heater|kettle|microwave|power|\d "
    r"?[mk]?[VAW]\b.{0,20}\d ?[mk]?[VAW]\b"
)
_THERMAL = re.compile(
    r"(?i)\boven|\bbak|roast|heat|temp|degree|cool|\bcold|warm|\bhot\b|weather|fever|boil|"
    r"fr[eo]{1,2}z|simmer|"
    r"melt|water|shade|outside|overnight|sunny|\bhigh|\blow|forecast|reach|\brose|\bfell|"
    r"drop|climb|\bhit\b|below|above|grill|fridge|stor(?:e|ed|age)|\bcook|\bfry|summer|winter|"
    r"today|"
    r"tonight|tomorrow|cloud|rain|snow|\bwash"
)
_FORCE = re.compile(r"(?i)force|newton|tension|thrust|weigh|\bpull|energy|joule|\bwork\b")
_LETTERS = {
    "A": _ELECTRIC, "C": _THERMAL, "F": _THERMAL, "N": _FORCE, "J": _FORCE,
    "V": None, "W": None, "L": None,
}  # fmt: skip
_NAMED = re.compile(r"[\w,;] [A-Z][a-z]+ $")


# After a cup or a spoon of a recipe.
_AFTER_SPOON = re.compile(r" (?!and\b|is\b|was\b|to\b|in\b)[a-z]|[,;)]|$")


def _is_measured(match: re.Match[str]) -> bool:
    """Whether the letter of "12A" is a unit, judged by the words around it."""
    text, pattern = match.string, _LETTERS[match["unit"]]
    if match["sign"] or match["high"]:
        return True
    if match["unit"] == "L" and re.match(r" (?:stainless|steel|alloy)", text[match.end() :][:12]):
        return False
    if pattern is None:
        return not _NAMED.search(text[max(0, match.start() - 24) : match.start()])
    return bool(pattern.search(text[max(0, match.start() - 60) : match.end() + 60]))


def _is_plural_number(match: re.Match[str]) -> bool:
    """Whether "80s" is a decade or the like, not seconds: a whole number that ends in 0."""
    low = match["low"]
    if BEFORE_SECONDS.search(match.string[max(0, match.start() - 20) : match.start()]):
        return False
    return low.endswith("0") and low.replace(",", "").isdecimal()


def _big_measure(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match["unit"] in _GLUED_ONLY:
        return None
    name = _unit_name(match["unit"], match["power"], plural=True)
    amount = numbers.number(match["low"], british=options.british)
    return _spelled(f"{amount} {match['size']} {name}", options.british)


def _spelled(words: str, british: bool) -> str:
    if not british:
        return words
    return words.replace("meter", "metre").replace("liter", "litre")


def _bare_per(match: re.Match[str], options: ReadingOptions) -> str:
    below = match["below"]
    power = below[-1] if below[-1] in "23²³" else None
    unit = match["unit"]
    name = unit if unit not in _UNITS else _UNITS[unit][1]
    below_name = _unit_name(below.rstrip("23²³"), power, plural=False)
    return _spelled(f"{name} per {below_name}", options.british)


def _count(match: re.Match[str], options: ReadingOptions) -> str:
    """Read "2B views" and "a 7B model"."""
    size = "billion" if match["size"] == "B" else "trillion"
    return f"{numbers.number(match['low'], british=options.british)} {size}"


_COUNT_PER = WithDigit(
    rf"{_START}(?P<low>{AMOUNT}) ?/ ?(?P<below>{_PLAIN_UNIT})(?P<power>\^?[23]|[²³])?(?![\w²³])"
)
_PER_UNIT = re.compile(
    r"(?:(?<=\bper )|(?<=\beach ))(?P<unit>ft|lb|ha|ac|bu|bbl|kg|km|hr|gal|sq ft|oz|yd|min|sec|mo|"
    r"yr|wk|doz|pkg|in|"
    r"mi|qt|pt)\.?(?=[\s,;)]|$)"
)
_EACH_DAY = re.compile(
    r"(?<=[a-z]{3}s)/(?=(?:day|week|month|year|hour|hr|min|minute|second|sec|person|night|game|"
    r"page|acre|gallon|mile)\b)"
)
_NAUTICAL = re.compile(
    r"(?i)nautical|sail|\bships?\b|knots?|\bkts?\b|gph|flight|harbor|island|pilot|coast|range|"
    r"offshore|\bVOR\b|airport|dist|fuel|leg|waypoint|\bport\b|runway|crossing|\bseas?\b|"
    r"\bboats?\b|vessel|ferry|harbour|channel"
)
_OHMS = re.compile(r" (?:resistor|ohm|pot\b|pull)")
_FILM = re.compile(r"(?i)\bfilm|\bshot\b|\bmovie|camera|negative|cinemat|projector|\bprint\b")
_FONT = re.compile(r"(?i)\bfonts?\b|\btype(?:face|set)?\b|\btext\b|heading|spacing|\bserif")
_GEMS = re.compile(
    r"(?i)diamond|gold|\brings?\b|stones?\b|ruby|sapphire|emerald|carat|\bgems?\b|"
    r"jewel"
)
_SHILLINGS = WithDigit(r"(?<![\w.])(?P<number>\d{1,2})s\.(?= (?:an?|per|each|and|in|for)\b)")
_PENNY = WithDigit(r"(?<![\w.])(?P<number>\d{1,2})d(?!\w)")
_NAILS = re.compile(r"\bnails?\b|\bsinkers?\b")
_BOXED = WithDigit(
    rf"{_START}(?P<low>{MIXED})[\"″”] ?[x×] ?(?P<high>{MIXED})[\"″”](?: ?[x×] "
    rf"?(?P<third>{MIXED})[\"″”])?(?!\w)"
)
_INCH_RANGE = WithDigit(
    rf"{_START}(?P<low>{MIXED}){DASH}(?P<high>{MIXED})(?:″|\"(?=[\s.,;:)-]|"
    rf"$))(?=(?P<tail>.{{0,400}}))"
)
_COMPOUND = WithDigit(
    r"(?<![\w.,-])(?P<first>\d{1,3}) ?(?P<unit>lbs?|ft|hrs?)\.? (?P<second>\d{1,2}) ?(?P<unit2>oz|"
    r"in|mins?)\.?(?= [a-z])"
)
_ROUNDS = WithDigit(
    r"(?<!\w)[x×] ?(?P<number>\d{1,3})(?= ?(?:days?|weeks?|months?|years?|hours?|doses?|wks?|mos?|"
    r"yrs?|nights?|min)\b)"
)
_CALIBRE = WithDigit(
    r"(?<![\w.])\.(?P<number>\d{2,3})(?= ?-?(?:revolver|pistol|rifle|calib|cal\b|[Mm]agnum|"
    r"[Ss]pecial|rounds?|handgun|"
    r"ammo|bullets?|shells?|casing|ACP|slugs?|Colt|hitter|average))"
)
_BATTING = WithDigit(
    r"(?:(?<=[Bb]atting )|(?<=[Bb]atted )|(?<=[Hh]it )|(?<=[Hh]itting )|(?<=\bbats )|(?<=slashed "
    r"))\.(?P<number>\d{3})(?!\d)"
)
_RAND = WithDigit(rf"(?<!\w)R(?P<low>{AMOUNT})(?P<size>-? ?(?:{_MAGNITUDE_WORDS}|m|bn))\b")
_OLD_MONEY = WithDigit(
    r"(?<![\w.])(?:£(?P<pounds>\d{1,6}) )?(?P<shillings>\d{1,2})s\.? ?(?P<pence>\d{1,2})d\b\.?"
)
_FEET_BY = WithDigit(r"(?<![\w.,'])(?P<low>\d{1,4})['′’] ?[x×] ?(?P<high>\d{1,4})['′’](?!\w)")


def _count_per(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match["below"] in _GLUED_ONLY or (len(match["below"]) == 1 and not match["power"]):
        return None
    amount = numbers.number(match["low"], british=options.british)
    name = _unit_name(match["below"], match["power"], plural=False)
    return _spelled(f"{amount} per {name}", options.british)


def _shillings(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not options.british:
        return None
    number = int(match["number"])
    return f"{numbers.cardinal(number)} shilling{'' if number == 1 else 's'}"


def _penny(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read the size of nails: "16d"."""
    if not mentions(_NAILS, match.string):
        return None
    return f"{numbers.cardinal(int(match['number']))} penny"


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


def _compound(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "a 7 lb 3 oz girl", whose units have no plural."""
    before = match.string[max(0, match.start() - 12) : match.start()].lower()
    if not re.search(r"(?:^|\W)(?:an?|the|this|that|his|her|their|our) $", before):
        return None
    if not is_before_noun(match.string, match.end()):
        return None
    units = [_unit_name(match[name], None, plural=False) for name in ("unit", "unit2")]
    return (
        f"{numbers.number(match['first'])} {units[0]} {numbers.number(match['second'])} {units[1]}"
    )


def _rounds(match: re.Match[str], options: ReadingOptions) -> str:
    return f"for {numbers.cardinal(int(match['number']))} "


def _calibre(match: re.Match[str], options: ReadingOptions) -> str:
    number = match["number"]
    if number.endswith("00") and len(number) == 3:
        return f"{numbers.cardinal(int(number[0]))} hundred"
    return numbers.pairs(number)


def _rand(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{numbers.number(match['low'])} {_magnitude(match['size'])} rand"


def _old_money(match: re.Match[str], options: ReadingOptions) -> str:
    pounds = f"{numbers.cardinal(int(match['pounds']))} pounds " if match["pounds"] else ""
    shillings = int(match["shillings"])
    coins = f"{numbers.cardinal(shillings)} {'shilling' if shillings == 1 else 'shillings'}"
    return f"{pounds}{coins} and {numbers.cardinal(int(match['pence']))} pence"


_FEET_ALONE = WithDigit(
    rf"{_START}(?P<feet>{AMOUNT})(?P<dash>-?)['′’](?![\w\"])(?=(?: [a-z]| [A-Z]{{2,4}}\b|[.,;:)]|$|"
    rf" ?[x×] ?\d))"
)
_LASTS = re.compile(
    r"(?i)(?:duration|lasts?|runs|run-?time|running time|playing time|length|"
    r"timing)\b[^.!?\d]{0,16}(?:approx\. )?$"
)
_OPEN_QUOTE = re.compile(r"(?:^|[\s(\"“—])['‘]\w[^'’]{0,60}$")


def _feet_alone(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 62) : match.start()]
    if "′" not in match[0] and (before[-1:] in tuple("'‘\"") or _OPEN_QUOTE.search(before)):
        return None  # The end of a quotation.
    if _LASTS.search(before):
        minutes = numbers.number(match["feet"], british=options.british)
        return f"{minutes} minute{'' if match['feet'] == '1' else 's'}"
    one = match["feet"] == "1" or match["dash"] or is_before_noun(match.string, match.end())
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
    rf"{_START}(?P<inches>{MIXED})(?P<dash>-?)(?:″|\"(?=[\s.,;:)-]|$)(?=(?P<tail>.{{0,400}})))"
)
_ANGLE = WithDigit(
    r"(?<![\w.])(?P<degrees>\d{1,3}(?:\.\d{1,8})?) ?[°º] ?(?:(?P<minutes>\d{1,2}(?:\.\d{1,6})?)"
    r" ?['′’] ?)?"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d{1,6})?) ?[\"″”] ?)?(?P<side>[NSEW])\b"
)
_SIDES = {"N": "north", "S": "south", "E": "east", "W": "west"}


def _feet(match: re.Match[str], options: ReadingOptions) -> str:
    feet = "foot" if match["feet"] == "1" or is_attributive(match) else "feet"
    words = f"{numbers.number(match['feet'])} {feet} {numbers.number(match['inches'])}"
    sized = re.match(
        r" ?(?:wide|long|deep|high|thick|across|x|×|by)\b", match.string[match.end() :][:8]
    )
    return words + (" inches" if sized or "/" in match["inches"] else "")


_OPENING = re.compile(r'(?:^|[\s(\[—–=:-])"(?=\S)')
_CLOSING = re.compile(r'(?<=[^\s\d(])"')


_NEXT_QUOTE = re.compile(r'(?P<opens>(?<=[\s(\[—–=:-])"(?=\S))|(?<=[^\s\d(])"')


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
    return " ".join([*words, _SIDES[match["side"]]])


EARLY_RULES = (
    Rule("money", _OLD_MONEY, _old_money),
    Rule("money", _SHILLINGS, _shillings),
)
"""Old British money, which later rules would take for seconds and days."""

RULES = (
    Rule("measure", _PER_UNIT, lambda m, _: _unit_name(m["unit"], None, plural=False)),
    Rule("measure", _EACH_DAY, lambda m, _: " per "),
    Rule("nails", _PENNY, _penny),
    Rule("calibre", _CALIBRE, _calibre),
    Rule("average", _BATTING, _calibre),
    Rule("measure", _COMPOUND, _compound),
    Rule("measure", _ROUNDS, _rounds),
    Rule("money", _ACCOUNTING, _accounting),
    Rule("money", _RAND, _rand),
    Rule("feet", _FEET_BY, _feet_by),
    Rule("feet", _FEET_ALONE, _feet_alone),
    Rule("money", _MONEY, _money),
    Rule("money", _MONEY_ALONE, _money),
    Rule("money", _CURRENCY_LAST, _money),
    _small_money("cent", "cents"),
    _small_money("p", "pence"),
    Rule("percent", _PERCENT, _percent),
    Rule("coordinate", _ANGLE, _angle),
    Rule("feet", _FEET, _feet),
    Rule("inches", _BOXED, _boxed),
    Rule("inches", _INCH_RANGE, _inch_range),
    Rule("inches", _INCHES, _inches),
    Rule("by", _LUMBER, _lumber),
    Rule("number", _COUNT, _count),
    Rule("measure", _BIG_MEASURE, _big_measure),
    Rule("measure", _MEASURE, _measure, abbreviation=True),
    Rule("measure", _BARE_PER, _bare_per),
    Rule("measure", _COUNT_PER, _count_per),
    Rule("currency", _CURRENCY_ALONE, _currency_alone),
)
