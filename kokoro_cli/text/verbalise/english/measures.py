"""Percentages, and amounts with a unit of measure."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import (
    is_attributive,
    is_before_noun,
    is_measured,
    is_seconds,
    mentions,
)
from kokoro_cli.text.verbalise.english.labels import is_label
from kokoro_cli.text.verbalise.english.money import PER
from kokoro_cli.text.verbalise.english.patterns import AMOUNT, DASH, MIXED, SIGN, START
from kokoro_cli.types import ReadingOptions

_PERCENT = WithDigit(
    rf"{START}(?P<sign>{SIGN})?(?P<low>{MIXED})(?P<low_mark> ?%)?"
    rf"(?:(?P<dash>{DASH}|/|…)(?P<high>{AMOUNT}))? ?(?P<mark>%|‰|pct\b)(?P<points>-?pts?\b)?"
    r"(?:/(?P<per>yr|year|mo|month|day|hr|wk|week|qtr)\.?)?(?!\w)"
)


def _percent(match: re.Match[str], options: ReadingOptions) -> str:
    words = numbers.number(_signed(match["sign"], match["low"]), british=options.british)
    if match["high"]:
        between = " to " if match["dash"] != "/" else " slash "
        words += between + numbers.number(match["high"], british=options.british)
    per = {"qtr": "quarter"}.get(match["per"], PER.get(match["per"], "")) if match["per"] else ""
    return (
        words
        + (" per mille" if match["mark"] == "‰" else " percent")
        + (f" per {per}" if per else "")
    )


def _signed(sign: str | None, amount: str) -> str:
    sign = (sign or "").strip()
    return ("±" if sign == "+/-" else sign) + amount


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
            "qts": "quart", "qts.": "quart", "gals.": "gallon",
            "tsps": "teaspoon", "tbsps": "tablespoon", "uF": "microfarad", "uA": "microamp",
            "uL": "microliter", "µl": "microliter", "μl": "microliter",
            "µL": "microliter", "μL": "microliter", "ul": "microliter", "mcL": "microliter",
            "ug": "microgram",
            "ac.": "acre", "bu": "bushel", "bu.": "bushel", "bbl": "barrel", "bbls": "barrel",
            "mo.": "month", "mth": "month", "mths": "month", "cwt": "hundredweight",
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
    rf"{START}(?P<sign>{SIGN})?(?P<low>{MIXED})"
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
    rf"{START}(?P<low>{AMOUNT}) (?P<size>hundred|thousand|million|billion|trillion) "
    rf"(?P<unit>{_PLAIN_UNIT})(?P<power>\^?[23]|[²³])?(?![\w°²³/])"
)

_DATA = Late(
    r"(?i)\b(?:modem|baud|serial|line|data|link|connection|bits?|network|download|stream|codec)\b"
)

_COUNT = WithDigit(
    rf"{START}(?P<low>{AMOUNT})(?P<size>[BT](?=\+? |-param)|m(?= (?:views|people|users|"
    r"followers|subscribers|downloads|copies|streams|likes|plays|customers|visitors|jobs|homes)\b))"
    r"(?=\+? (?:[a-z]+ )?(?!pencils?\b|flats?\b)(?:[a-z]{3,}s|people|model|checkpoint|LLM)\b|"
    r"-param)"
)

_BARE_PER = re.compile(
    r"(?<![\w/.])(?P<unit>req|reqs|km|mi|m|ft|kg|g|mg|µg|mcg|lb|lbs|kWh|MB|GB|Mb|Gb|kB|KB|W|kW|L|"
    r"l|mL|ml|J|"
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
    if len(unit) == 1 and match.string[match.end() : match.end() + 2] in ("'s", "’s"):
        return None  # "the 4 C's"
    if space and unit in _LETTERS and is_label(match.string, match.start(), unit):
        return None  # "flat 5 C"
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
    if unit == "HP" and mentions(_GAME, match.string):
        return f"{numbers.number(match['low'])} H P"
    if unit == "pg" and space == "-":
        return None  # "a 1-pg. summary"
    if unit == "ct" and not mentions(_GEMS, match.string):
        return f"{numbers.number(match['low'])} count"
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
    if unit == "t" and re.match(r" (?!shirt|bone|-)[a-z]", rest):
        return True
    return unit in ("pt", "t") and bool(re.match(r"\s*(?:[,;.)]|$| of\b)", rest))


# Letters that are units where the words around speak of electricity, heat or force. The second
# ones are units elsewhere too.
_ELECTRIC = Late(
    r"(?i)amp|fuse|circuit|breaker|\bcurrent\b|\bcharger|charging|\bdraws?\b|batter|power suppl|"
    r"volt|watt|"
    r"\bloads?\b|\brated|outlet|"
    r"\bplug|socket|wir(?:e|ing)|relay|motor|alternator|\b[ad]c\b|usb|adapter|\brail|bulb|lamp|"
    r"\bled|solar|panel\b|AWG|\bohm|Ω|speaker|heater|kettle|microwave|power|\d "
    r"?[mk]?[VAW]\b.{0,20}\d ?[mk]?[VAW]\b"
)

_THERMAL = Late(
    r"(?i)\boven|\bbak|roast|heat|temp|degree|cool|\bcold|warm|\bhot\b|weather|fever|boil|"
    r"fr[eo]{1,2}z|simmer|"
    r"melt|water|shade|outside|overnight|sunny|\bhigh|\blow|forecast|reach|\brose|\bfell|"
    r"drop|climb|\bhit\b|below|above|grill|fridge|stor(?:e|ed|age)|\bcook|\bfry|summer|winter|"
    r"today|"
    r"tonight|tomorrow|cloud|rain|snow|\bwash"
)

_FORCE = Late(r"(?i)force|newton|tension|thrust|weigh|\bpull|energy|joule|\bwork\b")

_LETTERS = {
    "A": _ELECTRIC, "C": _THERMAL, "F": _THERMAL, "N": _FORCE, "J": _FORCE,
    "V": None, "W": None, "L": None,
}  # fmt: skip

_NAMED = Late(r"[\w,;] [A-Z][a-z]+ $")

# After a cup or a spoon of a recipe.
_AFTER_SPOON = Late(r" (?!and\b|is\b|was\b|to\b|in\b)[a-z]|[,;)]|$")


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
    if is_seconds(match):
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
    name = "requests" if unit.startswith("req") else name
    below_name = _unit_name(below.rstrip("23²³"), power, plural=False)
    return _spelled(f"{name} per {below_name}", options.british)


def _count(match: re.Match[str], options: ReadingOptions) -> str:
    """Read "2B views" and "a 7B model"."""
    size = {"B": "billion", "T": "trillion", "m": "million"}[match["size"]]
    return f"{numbers.number(match['low'], british=options.british)} {size}"


_COUNT_PER = WithDigit(
    rf"{START}(?P<low>{AMOUNT}) ?/ ?(?P<below>{_PLAIN_UNIT})(?P<power>\^?[23]|[²³])?(?![\w²³])"
)

_PER_UNIT = re.compile(
    r"(?:(?<=\bper )|(?<=\beach )|(?<=\d a ))(?P<unit>ft|lb|ha|ac|bu|bbl|kg|km|hr|gal|sq ft|oz|yd|"
    r"min|sec|mo|"
    r"yr|wk|doz|pkg|in|"
    r"mi|qt|pt)\.?(?=[\s,;)]|$)"
)

_EACH_DAY = re.compile(
    r"(?<=[a-z]{3}s)/(?P<per>day|week|wk|month|mo|year|yr|hour|hr|min|minute|second|sec|person|"
    r"night|game|"
    r"page|acre|gallon|mile)\b"
)
_PER_SHORT = {
    "wk": "week",
    "mo": "month",
    "yr": "year",
    "hr": "hour",
    "min": "minute",
    "sec": "second",
}

_NAUTICAL = Late(
    r"(?i)nautical|sail|\bships?\b|knots?|\bkts?\b|gph|flight|harbor|island|pilot|coast|range|"
    r"offshore|\bVOR\b|airport|dist|fuel|leg|waypoint|\bport\b|runway|crossing|\bseas?\b|"
    r"\bboats?\b|vessel|ferry|harbour|channel|\btides?\b|yacht|\bnm to [A-Z]"
)

_OHMS = Late(r" (?:resistor|ohm|pot\b|pull)")

_FILM = Late(r"(?i)\bfilm|\bshot\b|\bmovie|camera|negative|cinemat|projector|\bprint\b")

_FONT = Late(r"(?i)\bfonts?\b|\btype(?:face|set)?\b|\btext\b|heading|spacing|\bserif")

_GAME = Late(
    r"(?i)\bplayers?\b|damage|\bhealth\b|\bboss\b|\bmana\b|\bXP\b|\bspells?\b|\bheals?\b|"
    r"\barmou?r\b"
)
_POINT_SIZE = WithDigit(
    r"(?<![\w.,–-])(?:(?P<low>\d{1,3}(?:\.5)?) ?[-–] ?)?(?P<high>\d{1,3}(?:\.5)?) ?-?pt\b"
)
_STONE = WithDigit(r"(?<![\w.,])(?P<stone>\d{1,2}) ?st\b\.?(?: ?(?P<pounds>\d{1,2}) ?lbs?\b)?")
_WEIGHED = Late(
    r"(?i)\b(?:weigh(?:s|ed|ing)?|lost|gained|put on|is|was|about|of|only|at|just|nearly|over|"
    r"under) $"
)
_PACE = WithDigit(
    r"(?<![\w.:])(?P<minutes>\d{1,2}):(?P<seconds>[0-5]\d) ?(?:/|per )(?P<per>mi|mile|km|"
    r"k)\b"
)
_GEMS = Late(
    r"(?i)diamond|gold|\brings?\b|stones?\b|ruby|sapphire|emerald|carat|\bgems?\b|"
    r"jewel"
)

_PENNY = WithDigit(r"(?<![\w.])(?P<number>\d{1,2})d(?!\w)")

_NAILS = Late(r"\bnails?\b|\bsinkers?\b")

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


def _count_per(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match["below"] in _GLUED_ONLY or (len(match["below"]) == 1 and not match["power"]):
        return None
    amount = numbers.number(match["low"], british=options.british)
    name = _unit_name(match["below"], match["power"], plural=False)
    return _spelled(f"{amount} per {name}", options.british)


def _stone(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "11st 4lb"; "9st" is no ordinal."""
    number = match["stone"]
    ordinal = number.endswith("1") and number != "11"
    weighed = _WEIGHED.search(match.string[max(0, match.start() - 12) : match.start()])
    if not match["pounds"] and (ordinal or not weighed):
        return None
    words = f"{numbers.cardinal(int(number))} stone"
    return words + (f" {numbers.cardinal(int(match['pounds']))} pounds" if match["pounds"] else "")


def _pace(match: re.Match[str], options: ReadingOptions) -> str:
    """Read a runner's pace: "8:45/mi"."""
    per = "mile" if match["per"].startswith("mi") else "kilometer"
    words = f"{numbers.cardinal(int(match['minutes']))} {numbers.pairs(match['seconds'])} per {per}"
    return _spelled(words, options.british)


def _penny(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read the size of nails: "16d"."""
    if not mentions(_NAILS, match.string):
        return None
    return f"{numbers.cardinal(int(match['number']))} penny"


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


def _point_size(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not mentions(_FONT, match.string):
        return None
    low = f"{numbers.number(match['low'])} to " if match["low"] else ""
    return f"{low}{numbers.number(match['high'])} point"


EARLY_RULES = (
    Rule("measure", _POINT_SIZE, _point_size),
    Rule("stone", _STONE, _stone),
    Rule("pace", _PACE, _pace),
    Rule("measure", _PER_UNIT, lambda m, _: _unit_name(m["unit"], None, plural=False)),
    Rule("measure", _EACH_DAY, lambda m, _: f" per {_PER_SHORT.get(m['per'], m['per'])}"),
    Rule("nails", _PENNY, _penny),
    Rule("calibre", _CALIBRE, _calibre),
    Rule("average", _BATTING, _calibre),
    Rule("measure", _COMPOUND, _compound),
    Rule("measure", _ROUNDS, _rounds),
)

RULES = (
    Rule("percent", _PERCENT, _percent),
    Rule("number", _COUNT, _count),
    Rule("measure", _BIG_MEASURE, _big_measure),
    Rule("measure", _MEASURE, _measure, abbreviation=True),
    Rule("measure", _BARE_PER, _bare_per),
    Rule("measure", _COUNT_PER, _count_per),
)
