"""Formulas in prose: equations, products, powers, substances."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers, tex
from kokoro_cli.text.verbalise.english.context import is_attributive
from kokoro_cli.text.verbalise.english.patterns import AMOUNT, SIGN, START
from kokoro_cli.types import ReadingOptions

_FUNCTIONS = "sin|cos|tan|log|ln|exp|lim|max|min|arcsin|arccos|arctan|sqrt"

_POWER = r"(?:[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]{1,6}|\^\{?[-−]?\w{1,4}\}?)"

_OPERAND = (
    r"(?:[fgh]\([a-z0-9]\)|[-−]?(?:\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,12})?|"
    r"√?\(?(?:[A-Za-zα-ωΑ-Ω](?![A-Za-z])|[a-z]{2}(?=[²³^]))\)?|"
    rf"√\d{{1,12}})(?:[a-zα-ω](?![a-z]))?{_POWER}?!?)"
)

_SIGNS = r"(?:<=|>=|!=|==|\*\*|[+−×·⋅*÷/=≠≈<>≤≥±^→∈∝≡⇒–x-])"

_TIMES_BRACKET = r"(?<=[\d)])(?=\()"

_EQUATION = re.compile(
    rf"(?<![\w.$£€@#/\\-])\(?{_OPERAND}\)?"
    rf"(?:(?: ?{_SIGNS} ?|{_TIMES_BRACKET})\(?{_OPERAND}\)?){{1,12}}(?![\w]|\.\d)"
)

_SURE = Late(r"[+−×·⋅*÷=≠≈<>≤≥±^∈∝≡√⇒²³]")

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n")

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-")

# Variables are multiplied without a sign: "F = ma", "PV = nRT", "y = mx + b".
_APPLICATION = rf"(?:{_FUNCTIONS})\([0-9A-Za-zα-ω°²³+−*/^.· -]{{1,24}}\)"

_FACTORS = (
    rf"[-−]?(?:(?:\d{{0,4}}[A-Za-z]? ?)?{_APPLICATION}"
    r"|\(?(?:\d{1,12}(?:\.\d{1,6})?[A-Za-zα-ωΔ]{0,3}|√?[A-Za-zα-ωΔ]{1,3})(?![A-Za-z])"
    rf"{_POWER}?\)?)"
)

_PRODUCT_EQUATION = re.compile(
    rf"(?<![\w.$£€@#/\\'’?&-])(?:[A-Za-z]\([a-z0]\)|{_FACTORS})"
    rf"(?:(?: ?[=+−×·⋅*/<>≤≥≈≠–-] ?|{_TIMES_BRACKET}){_FACTORS}){{1,9}}(?![\w'’(\[]|\.\w)"
)

_VARIABLE = Late(r"[A-Za-zα-ω]|[A-Za-z]\([a-z0]\)|d[a-z]?/d[a-z]")

_APPLICATIONS = Late(_APPLICATION)

_PRODUCT = re.compile(
    r"(?<![\w.])(?=[^\W_]{2})(?:\d{1,4}(?:\.\d{1,4})?)?[A-Za-z]?(?:[α-λν-ψ]|Δ(?=[A-Za-z]))[A-Za-z]?"
    r"[²³]?(?!\w)"
)

_NO_PRODUCTS = frozenset(
    "no on of or if to in is it he me we us my do go so up as an am be oh ok ah ha hi id vs mm cm "
    "km kg lb oz ml pm re ex ad dr mr st the and not all any nil yes off one new old OK NO ON US "
    "UK EU TV PC ID IT IS OF OR TO IN MY WE ME AM PM AD BC Mr Dr St No On Is It In To Or".split()
)

_LENGTH_WORD = Late(
    r"[ -]?(?:feet|foot|ft|inch(?:es)?|in\b|met(?:er|re)s?|yards?|pixels?|px|miles?|centimet|"
    r"millimet|kilomet)"
)


def _equation(match: re.Match[str], options: ReadingOptions) -> str | None:
    text = match[0]
    if not _SURE.search(text):
        return None
    if not re.search(r"\d|[a-zA-Z] ?[=<>≤≥≈≠+^²³]|√|[α-ω]", text) or re.fullmatch(
        r"[A-Za-z]{1,2}[*+](?:[A-Za-z]{1,2})?", text
    ):
        return None
    if re.fullmatch(r"\(?[A-Za-z]{2}\)? ?[+=<>] ?\(?[A-Za-z]{2}\)?", text):
        return None
    if re.search(r"\d[-–]\d", text) and not re.search(r"[=×÷+*]", text):
        return None
    if re.fullmatch(r"\d{3,5} ?[×x] ?\d{3,5}", text):
        return None  # The size of a picture.
    measured = _LENGTH_WORD.match(match.string, match.end()) or is_attributive(match)
    if re.fullmatch(r"\d+(?: ?[×x] ?\d+){1,2}", text) and measured:
        return None  # The size of a card, not a product.
    return math_words(text, british=options.british)


def _product_equation(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read letters side by side as factors if one side of the equation is a variable or f(x)."""
    text = match[0]
    factors = re.findall(r"[A-Za-zα-ωΔ]{2,3}", _APPLICATIONS.sub("", text))
    sides = [side.strip() for side in text.split("=")]
    simple = any(map(_VARIABLE.fullmatch, sides))
    gas = re.fullmatch(r"[A-Z]{2}", sides[0]) and (" = " in text or re.search("[a-z][A-Z]", text))
    applied = "(" in text and re.search(r"[A-Za-z\d)]\(", text)
    if len(sides) != 2 or not (factors or applied) or not (simple or gas):
        return None
    return math_words(text, british=options.british) if all(map(_is_product, factors)) else None


def _is_product(letters: str) -> bool:
    """Whether letters are no word: "ma" and "nRT" are variables, "red" is a word."""
    return letters not in _NO_PRODUCTS and (len(letters) < 3 or not re.search("[aeiou]", letters))


_SIZES = Late(r"(?<=\d) ?x ?(?=\d)")


def math_words(text: str, *, british: bool = False) -> str:
    """Return a formula as it is read aloud."""
    return tex.said(_SIZES.sub("×", text), british=british)


_UNIT = r" [mkMGnc]?(?:m|g|s|Hz|eV|W|J|V|Pa|mol)(?![\w/^²³*])"

_POWER_UNIT = Late(r"(?<=[⁰¹²³⁴-⁹}\d]) ([A-Za-z]{1,4})\Z")

_SCIENTIFIC = WithDigit(
    rf"{START}(?P<sign>{SIGN})?(?P<base>{AMOUNT}) ?[×x*·] "
    rf"?10(?P<power>\^\{{?[-−]?\d{{1,4}}\}}?|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]{{1,5}})(?:{_UNIT})?"
)

_EXPONENT = WithDigit(
    rf"{START}(?P<base>\d{{1,6}}(?:\.\d{{1,8}})?)[eE](?P<power>[+-]?\d{{1,3}})(?!\w)"
)

_POWERED = re.compile(
    r"(?<![\w.])(?P<base>\d{1,9}(?:\.\d{1,6})?|[α-ω]?[A-Za-zα-ω])(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]{1,6}|"
    r"\^\{?[-−]?\w{1,4}\}?)(?![\w])"
)

_POWER_OF_TEN = re.compile(rf"(?<![\w.])10(?:[⁰¹²³⁴-⁹⁻]{{1,5}}|\^[-−]?\d{{1,3}}){_UNIT}")

_ROOT = re.compile(r"(?P<root>[√∛])\(?(?P<base>\d{1,9}(?:\.\d{1,6})?|[a-zA-Z])\)?")

_FUNCTION = re.compile(rf"(?<!\w){_APPLICATION}")

_BARS = re.compile(
    r"(?<!\w)P\([A-Za-z]\w{0,3} ?\| ?[A-Za-z]\w{0,3}\)|(?<![\w|])\|[-−]?(?:\d{1,6}(?:\.\d{1,4})?|"
    r"[a-zα-ω])(?: ?[+−-] ?(?:\d{1,6}(?:\.\d{1,4})?|[a-zα-ω]))?\|(?![\w|])"
)

_ANGLE = re.compile(
    r"(?<!\w)(?P<name>sin|cos|tan) (?=\d{1,3}(?:\.\d{1,4})?°|\d{0,2}[α-ω](?!\w)|\d{0,2}x(?![\w'’]))"
)
_FACTORIAL = re.compile(
    r"(?<![\w.])(?P<number>\d{1,2})!(?= (?:ways|is|equals|=|permutations|arrangements|possible|"
    r"orders|different)\b)|(?<![\w'’.])(?P<name>[nkmr])!(?= [a-z=+×−/*<>]|[)/=])"
)
_RATIO = re.compile(r"(?:(?<=equals )|(?<=fraction )|(?<== ))(?P<low>[a-z])/(?P<high>[a-z])(?!\w)")
_QUOTIENT = WithDigit(r"(?<![\w/.])(?<![=≈] )(?P<low>\d{3,6})/(?P<high>\d{1,6})(?= ?[=≈])")

_APPLIED = re.compile(r"(?<!\w)(?P<name>[fgh])\((?P<arg>[a-z0-9])\)")

_FORMULA = re.compile(
    r"(?<!\w)(?=[A-Za-z]{1,12}(?:[₀-₉⁺⁻]|[²³⁴][⁺⁻]))(?P<name>(?:[A-Z][a-z]?[₀-₉]{0,3}){1,8})"
    r"(?P<charge>[²³⁴]?[⁺⁻])?"
    r"(?!\w)|(?<!\w)(?P<ascii>H2O2?|CO2|N2O|SO2|NO2|O2|O3|H2|N2|CH4|NH3|H2SO4|HNO3|NaHCO3|CaCO3|"
    r"C6H12O6|NOx|Fe2O3|PM2\.5)(?!\w)"
)

_ISOTOPE = re.compile(r"(?<![\w⁰¹²³⁴-⁹])[¹²³⁴-⁹][⁰¹²³⁴-⁹]{0,2}(?=[A-Z][a-z]?(?![A-Za-z]))")


def _math(match: re.Match[str], options: ReadingOptions) -> str:
    formula = _POWER_UNIT.sub(r"\\,\\mathrm{\1}", match[0])
    return math_words(formula, british=options.british)


def _exponent(match: re.Match[str], options: ReadingOptions) -> str:
    power = match["power"]
    sign = "minus " if power[0] == "-" else ""
    return (
        f"{numbers.number(match['base'])} times ten to the "
        f"{sign}{numbers.cardinal(int(power.lstrip('+-')))}"
    )


def _factorial(match: re.Match[str], options: ReadingOptions) -> str:
    what = numbers.cardinal(int(match["number"])) if match["number"] else match["name"].upper()
    return f"{what} factorial"


def _quotient(match: re.Match[str], options: ReadingOptions) -> str:
    return " over ".join(numbers.number(part, british=options.british) for part in match.groups())


def _formula(match: re.Match[str], options: ReadingOptions) -> str:
    written = (match["name"] or match["ascii"]).translate(_SUBSCRIPTS)
    if written == "PM2.5":
        return "P M two point five"
    words = " ".join(
        numbers.cardinal(int(piece)) if piece.isdecimal() else numbers.letters(piece)
        for piece in re.findall(r"\d+|[A-Za-z]", written)
    )
    if match["charge"]:
        count = match["charge"][:-1].translate(_SUPERSCRIPTS)
        words += f" {numbers.cardinal(int(count))}" if count else ""
        words += " plus" if match["charge"][-1] == "⁺" else " minus"
    return words


EARLY_RULES = (
    Rule("math", _ANGLE, lambda m, _: f"{tex.FUNCTIONS[m['name']]} "),
    Rule("math", _FACTORIAL, _factorial),
    Rule("math", _RATIO, lambda m, _: f"{m['low'].upper()} over {m['high'].upper()}"),
    Rule("math", _QUOTIENT, _quotient),
    Rule("math", _EXPONENT, _exponent),
    Rule("math", _PRODUCT_EQUATION, _product_equation),
    Rule("math", _FUNCTION, _math),
)

RULES = (
    Rule("formula", _FORMULA, _formula),
    Rule("math", _SCIENTIFIC, _math),
    Rule("math", _POWER_OF_TEN, _math),
    Rule("math", _BARS, _math),
    Rule("math", _EQUATION, _equation),
    Rule("math", _PRODUCT, _math),
    Rule("isotope", _ISOTOPE, lambda m, _: numbers.pairs(m[0].translate(_SUPERSCRIPTS)) + " "),
    Rule("math", _APPLIED, _math),
)
"""Formulas contain numbers that later rules would take for amounts."""

LATE_RULES = (
    Rule("math", _POWERED, _math),
    Rule("math", _ROOT, _math),
)
