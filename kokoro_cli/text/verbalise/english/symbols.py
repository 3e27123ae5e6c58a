"""Mathematics, ordinals, ratios, letters with digits, signs, and every number that is left."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers, tex
from kokoro_cli.text.verbalise.english.context import is_attributive, mentions
from kokoro_cli.text.verbalise.english.patterns import AMOUNT, DASH, SIGN
from kokoro_cli.types import ReadingOptions

_START = r"(?<![\w.])(?<!\d,)"
_END = r"(?![\w])(?!\.\d)(?!,\d{3}(?!\d))"

# --- Mathematics -------------------------------------------------------------------------------

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
_SURE = re.compile(r"[+−×·⋅*÷=≠≈<>≤≥±^∈∝≡√⇒²³]")
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
_VARIABLE = re.compile(r"[A-Za-zα-ω]|[A-Za-z]\([a-z0]\)|d[a-z]?/d[a-z]")
_APPLICATIONS = re.compile(_APPLICATION)
_PRODUCT = re.compile(
    r"(?<![\w.])(?=[^\W_]{2})(?:\d{1,4}(?:\.\d{1,4})?)?[A-Za-z]?(?:[α-λν-ψ]|Δ(?=[A-Za-z]))[A-Za-z]?"
    r"[²³]?(?!\w)"
)
_NO_PRODUCTS = frozenset(
    "no on of or if to in is it he me we us my do go so up as an am be oh ok ah ha hi id vs mm cm "
    "km kg lb oz ml pm re ex ad dr mr st the and not all any nil yes off one new old OK NO ON US "
    "UK EU TV PC ID IT IS OF OR TO IN MY WE ME AM PM AD BC Mr Dr St No On Is It In To Or".split()
)

_LENGTH_WORD = re.compile(
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


_SIZES = re.compile(r"(?<=\d) ?x ?(?=\d)")


def math_words(text: str, *, british: bool = False) -> str:
    """Return a formula as it is read aloud."""
    return tex.said(_SIZES.sub("×", text), british=british)


_UNIT = r" [mkMGnc]?(?:m|g|s|Hz|eV|W|J|V|Pa|mol)(?![\w/^²³*])"
_POWER_UNIT = re.compile(r"(?<=[⁰¹²³⁴-⁹}\d]) ([A-Za-z]{1,4})\Z")
_SCIENTIFIC = WithDigit(
    rf"{_START}(?P<sign>{SIGN})?(?P<base>{AMOUNT}) ?[×x*·] "
    rf"?10(?P<power>\^\{{?[-−]?\d{{1,4}}\}}?|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]{{1,5}})(?:{_UNIT})?"
)
_EXPONENT = WithDigit(
    rf"{_START}(?P<base>\d{{1,6}}(?:\.\d{{1,8}})?)[eE](?P<power>[+-]?\d{{1,3}})(?!\w)"
)
_POWERED = re.compile(
    r"(?<![\w.])(?P<base>\d{1,9}(?:\.\d{1,6})?|[α-ω]?[A-Za-zα-ω])(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]{1,6}|"
    r"\^\{?[-−]?\w{1,4}\}?)(?![\w])"
)
_POWER_OF_TEN = re.compile(rf"(?<![\w.])10(?:[⁰¹²³⁴-⁹⁻]{{1,5}}|\^[-−]?\d{{1,3}}){_UNIT}")
_ROOT = re.compile(r"(?P<root>[√∛])\(?(?P<base>\d{1,9}(?:\.\d{1,6})?|[a-zA-Z])\)?")
_FUNCTION = re.compile(rf"(?<!\w){_APPLICATION}")
_BARS = re.compile(
    r"(?<!\w)P\([A-Za-z]\w{0,3} ?\| ?[A-Za-z]\w{0,3}\)|(?<![\w|])\|[a-zα-ω]\|(?![\w|])"
)
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


# --- Ordinals, fractions, ratios, ranges -------------------------------------------------------

_ORDINAL = WithDigit(
    r"(?<![\w.,])(?P<number>\d{1,3}(?:,\d{3}){1,4}|\d{1,9})(?:st|nd|rd|th|ST|ND|RD|TH|ˢᵗ|ⁿᵈ|ʳᵈ|"
    r"ᵗʰ)(?P<tail>s?)(?![\w])"
)
_FRACTION = WithDigit(
    rf"{_START}(?P<sign>{SIGN})?(?:(?P<whole>\d{{1,4}})(?: |"
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
    rf"{_START}(?P<sign>{SIGN})?(?P<low>{AMOUNT})(?P<dash>{DASH}|…|"
    rf"\.{{2,3}})(?P<sign2>[-−])?(?P<high>{AMOUNT})(?P<tail>%|th|st|nd|rd|s)?{_END}"
)
_BY = WithDigit(
    rf"{_START}(?P<low>{AMOUNT})(?: ?[×x] ?)(?P<high>{AMOUNT})(?:(?: ?[×x] ?)(?P<third>{AMOUNT})"
    rf")?{_END}"
)
_BY_ALONE = re.compile(r"(?<=[\d\"″”'′’]) ?[x×] ?(?=\d)")
_TIMES = WithDigit(rf"{_START}(?P<low>{AMOUNT})(?P<mark>[x×X])(?![\w])")
_PLUS = WithDigit(rf"{_START}(?P<low>{AMOUNT})\+(?![\w+])")
_SPACED_THOUSANDS = WithDigit(r"(?<![\w.,-])(?<!\d )\d{1,3}(?: \d{3}){1,4}(?![\w,]|\.\d| \d)")
_OLD_ORDINAL = WithDigit(
    r"(?<=[Tt]he )(?P<number>\d{0,2}[23])d\b(?! (?:ago|later|left|model|print))|(?<=he 2d and )3d\b"
)
_APERTURE = WithDigit(r"(?<!\w)[fƒ]/(?P<number>\d{1,2}(?:\.\d)?)(?!\w)")
_GRADES = WithDigit(r"(?<!\w)K[-–](?P<number>\d{1,2})(?!\w)")
_MUSIC = re.compile(r"(?<!\w)(?P<note>[A-G])(?P<sign>[♯♭♮])")
_AIRCRAFT = WithDigit(r"(?<![\w.,$£€-])7[0-8]7(?:-\d{1,3})?(?P<tail>s)?(?![\w%]|[.,:/-]\d)")
_RETIREMENT = WithDigit(
    r"(?<!\w)(?P<number>401|403|529|501)\((?P<letter>[a-z])\)(?:\((?P<digit>\d)\))?"
)
_PAST = re.compile(
    r"(?<![\w.])(?P<part>1/2|1/4|3/4) (?P<to>past|to|till) (?=\d|noon|midnight|[a-z]{3,6}\b)"
)
_HALF_A = re.compile(r"(?<![\w./])(?<!\d )1/2 (?=(?:an?|of)\b)")
_PARTS = {"1/2": "half", "1/4": "quarter", "3/4": "three quarters"}
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
_CHORDS = re.compile(
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
_KEYED = re.compile(r"(?:[Pp]ress|[Hh]it|[Dd]ial|[Ee]nter)(?:ing|ed)? [\w *#,]{0,16}$")
_GRADE = re.compile(
    r"(?<!\w)(?P<letter>[A-F])(?P<sign>[-−+])(?=[\s.,;:)!?]|$)(?! ?[=\d])(?! [A-Z]\b)"
)
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


_IN_TIME = re.compile(r"(?:\bin|says|from|to|into|a|and) $")
_MUSICAL = re.compile(
    r"(?i)concerto|orchestra|\bwaltz|symphony|sonata|tempo|\bmeter\b|movement|rhythm|drummer|"
    r"\bbeats?\b|\bjazz"
)
_SIGHT = re.compile(r"(?i)\bvision|\bsees?\b|\beyes?\b|glasses|acuity|eyesight|optician|lenses")
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
                r"(?:rat|scor|gave|give|grade|mark|got|a solid|review)[a-z]*(?: "
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
_RECORD = re.compile(
    r"(?:at home|on the road|overall|this season|in conference|against the "
    r"spread)\b"
)
_STANDS = re.compile(r"\b(?:are|is|were|was|went|stands?|record|only|now|and|of) $")
_SET_NEXT = re.compile(r"(?: ?\(\d{1,2}\))?,? [0-7][-–][0-7](?!\d)")
_SET_BEFORE = re.compile(r"(?<!\d)[0-7][-–][0-7](?: ?\(\d{1,2}\))?,? $")
_CRICKET = re.compile(
    r"\b(?:not out|closed|declared|wickets?|innings|all out|overs|stumps|batting|bowled)\b"
)
_ODDS = re.compile(
    r"\b(?:odds|shortened|backed|bookmakers?|priced|opened at|favourite|punters?|drifted|evens)\b"
)


# Before minutes and seconds: "ran it in 28:40".
_RUN = re.compile(r"(?:\bin|\bof|\bat|time|ran|finished|clocked|mark|under|over|about|to|was)$")


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
        if between == " " and len(part) == 3
        else numbers.number(part, british=options.british)
        for part in parts
    ]
    return between.join(words)


_VERSE = re.compile(
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


def _times(match: re.Match[str], options: ReadingOptions) -> str:
    if (
        match["low"] in ("1", "2")
        and match["mark"] == "x"
        and not re.match(
            r" (?:as|more|faster|better|the|slower|larger|bigger|smaller)\b",
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


def _aircraft(match: re.Match[str], options: ReadingOptions) -> str:
    model, _, variant = match[0].rstrip("s").partition("-")
    words = numbers.pairs(model) + (f" {numbers.pairs(variant)}" if variant else "")
    return numbers.plural(words) if match["tail"] else words


def _old_ordinal(match: re.Match[str], options: ReadingOptions) -> str:
    return numbers.ordinal(int(match["number"] or 3))


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


def _slashed(match: re.Match[str], options: ReadingOptions) -> str:
    return " slash ".join(
        numbers.pairs(part) if len(part) == 4 and part[0] != "0" else numbers.spoken_integer(part)
        for part in match["parts"].split("/")
    )


# --- Letters with digits -----------------------------------------------------------------------

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


# --- Every number that is left -----------------------------------------------------------------

_NUMBER = WithDigit(rf"(?<![\d])(?P<sign>{SIGN})?(?P<number>{AMOUNT})")
_COUNTED = re.compile(
    r" (?:(?!(?:by|in|at|for|from|of|with|on|to|and|or|as|when|that|but|which)\b)[a-z]+ "
    r")?(?!(?:was|is|has|as|its|his|this|us|does|always|perhaps)\b)(?:[a-z]{2,}s|"
    r"people|men|women|children|feet|sheep|fish|staff|percent|acres|"
    r"votes)\b"
)
_PLURAL_NEXT = re.compile(
    r" (?!(?:census|bus|campus|news|gas|canvas|christmas|virus|status|bonus|atlas|lens|series|"
    r"sales|elections|games|olympics)\b)(?:[a-z]{2,}[^\Wsui]s|[a-z]{2,}ies|[a-z]{2,}sses|people|"
    r"men|women|children|"
    r"feet|sheep|fish|staff|votes)\b"
)
_NOT_COUNTED = re.compile(
    r" (?:was|is|has|as|its|his|this|us|sales|elections|games|olympics|does|series|always|"
    r"perhaps)\b"
)
_BRAND = re.compile(r"(?:[a-z,] |^|[A-Z]+ )[A-Z][A-Za-z]+ $|(?<![A-Za-z])[A-Z]{2,} $")
_IN = re.compile(
    r"(?:^|\W)(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Yy]ear|of|after|before|around|circa) $"
)
_NAMED = re.compile(
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
    return numbers.number(written, british=british)


# --- Signs -------------------------------------------------------------------------------------

_BETWEEN_WORDS = {
    "<=": "less than or equal to",
    ">=": "greater than or equal to",
    "!=": "not equal to",
    "==": "equals",
    "->": "to",
    "=>": "to", "<-": "from",
    "&": "and", "+": "plus", "=": "equals", "×": "times", "÷": "divided by", "→": "to",
    "⇒": "implies", "≈": "approximately", "~": "approximately",
    "@": "at", "±": "plus or minus", "<": "less than", ">": "greater than",
    "≤": "less than or equal to", "≥": "greater than or equal to",
    "≠": "not equal to", "%": "percent", "#": "number", "§": "section", "¶": "paragraph",
    "°": "degrees", "∞": "infinity", "♩": "quarter note", "√": "square root of",
    "∑": "sum", "∫": "integral", "∂": "partial", "∆": "delta", "∇": "nabla", "Δ": "delta",
    "∴": "therefore", "∵": "because", "∅": "empty set",
    "↑": "up", "↓": "down", "←": "left arrow", "↔": "to and from", "^": "caret",
    "‰": "per mille", "№": "number", "≡": "is identical to",
    "∈": "in", "∉": "not in", "∀": "for all", "∃": "there exists", "⊂": "subset of",
    "⊆": "subset of", "∪": "union", "∩": "intersection", "·": "", "∝": "proportional to",
    "¬": "not",
}  # fmt: skip
_SIGN = re.compile("|".join(re.escape(s) for s in _BETWEEN_WORDS))
_APPROXIMATE = WithDigit(rf"(?<!\w)[~≈∼](?= ?[$£€]?{AMOUNT})")
_COMPARED = WithDigit(r"(?<!\S)(?P<sign>[<>≤≥])(?= ?[$£€]?\d)")
_NUMBERED = WithDigit(r"(?<![a-z\d&])# ?(?P<number>\d{1,6})(?!\w)")
_MARKS_ONLY = re.compile(r"[™®©℠†‡•●▪■◆★☆✓✔✗✘►▶◦‣⁃¦|¡¿]")
# Those that divide keep the words around them apart.
_MARK_NAMES = {"©": "copyright ", **dict.fromkeys("●▪■◆★☆►▶◦‣⁃¦|", " ")}
_SMILEY = re.compile(
    r"(?<![\w:;])(?:[:;]['’]?[-oO^]?[)(\]\[DPpOo/\\|*SsCcbd]|=[)(DPp]|8-\)|[xX]-?[D)]|<3|</3|\^_\^|"
    r"-_-|o_O|O_o|T_T|\(:|:'\(|XD|xD|¯\\?_\(ツ\)_/¯|\(╯°□°\)╯︵ ┻━┻)(?![\w])"
)
_SLASH_WORDS = re.compile(r"(?<=[A-Za-z.)]) ?/ ?(?=[A-Za-z(])")
_PRONOUNS = re.compile(
    r"(?<![\w/])(?P<first>[Ss]he|[Hh]e|[Tt]hey)/(?P<second>her|him|them|they)(?:/(?P<third>hers|"
    r"his|theirs))?(?![\w/])"
)
_STARS = re.compile(r"(?P<full>[★⭐]{1,10})(?P<half>½| ?1/2)?[☆]{0,5}")
_GREEK_LETTER = re.compile(r"(?<![Ͱ-Ͽἀ-῿])(?P<letter>[α-ωΑ-Ωϕϵς])(?![Ͱ-Ͽἀ-῿])")
_EITHER = re.compile(
    r"(?:(?<=\b[Hh]e)|(?<=\b[Hh]is)|(?<=\b[Hh]im)|(?<=\b[Ss]he)|(?<=\b[Hh]er)) ?/ ?(?=(?:she|he|"
    r"hers?|his|him|they)\b)"
)
_AND_OR = re.compile(r"(?<!\w)(?P<first>[Aa]nd|[Ee]ither)/or(?!\w)")


def _is_reaction(match: re.Match[str]) -> bool:
    """Whether substances stand on both sides: "2 H₂ + O₂ → 2 H₂O"."""
    before = match.string[max(0, match.start() - 8) : match.start()]
    if not _AMOUNT_OF.search(match.string[max(0, match.start() - 24) : match.end() + 24]):
        return False
    return bool(
        _SUBSTANCE_BEFORE.search(before) and _SUBSTANCE_NEXT.match(match.string, match.end())
    )


_AMOUNT_OF = re.compile(r"[A-Za-z)][\d₀-₉]|\d [A-Z]| \+ ")
_SUBSTANCE_BEFORE = re.compile(r"(?:[A-Z][a-z]?|\))[\d₀-₉]{0,3}[⁺⁻²³]{0,2}(?: ?\([a-z]{1,2}\))? ?$")
_SUBSTANCE_NEXT = re.compile(r" ?\d{0,3} ?[A-Z][a-z]?(?:[A-Z\d₀-₉(⁺⁻+ ]|$)")


def _sign(match: re.Match[str], options: ReadingOptions) -> str:
    word = _BETWEEN_WORDS[match[0]]
    if match[0] == "→" and _is_reaction(match):
        word = "yields"
    if not word:
        return " "
    text, start, end = match.string, match.start(), match.end()
    left = " " if start and not text[start - 1].isspace() and text[start - 1] not in "([" else ""
    right = " " if end < len(text) and not text[end].isspace() else ""
    return f"{left}{word}{right}"


_LIMITED = re.compile(
    r"(?<!\w)(?:takes?|uses?|gives?|drinks?|eat|needs?|have|has|with|for|of|by|is|are|was|were|to|"
    r"at|spend|costs?|in|lasts?|"
    r"wait|within|weighs?|holds?|gets?|got|if|on|earns?|pays?|paid) ?$"
)


def _compared(match: re.Match[str], options: ReadingOptions) -> str:
    before = match.string[max(0, match.start() - 10) : match.start()]
    after_word = before[-2:].strip().isalpha() and not _LIMITED.search(before)
    more = "greater than" if after_word else "more than"
    return {"<": "less than", ">": more, "≤": "at most", "≥": "at least"}[match["sign"]] + (
        "" if match.string[match.end() : match.end() + 1] == " " else " "
    )


def _numbered(match: re.Match[str], options: ReadingOptions) -> str:
    number = match["number"]
    space = " " if match.string[max(0, match.start() - 1) : match.start()].isalpha() else ""
    if len(number) == 4 and number[0] != "0":
        return f"{space}number {numbers.pairs(number)}"
    return f"{space}number {numbers.spoken_integer(number, british=options.british)}"


def _approximate(match: re.Match[str], options: ReadingOptions) -> str:
    before = match.string[max(0, match.start() - 16) : match.start()].lower()
    if before.endswith(("about ", "approximately ", "around ", "roughly ")):
        return ""
    return "about" + ("" if match.string[match.end() : match.end() + 1] == " " else " ")


def _stars(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read the stars of a review."""
    count = len(match["full"])
    if count == 1 and not match["half"]:
        return None
    half = " and a half" if match["half"] else ""
    return f"{numbers.cardinal(count)}{half} star{'s' if count > 1 or half else ''}"


def _greek(match: re.Match[str], options: ReadingOptions) -> str:
    text, words = match.string, tex.GREEK[match["letter"]]
    before, after = (
        text[max(0, match.start() - 1) : match.start()],
        text[match.end() : match.end() + 1],
    )
    return f"{' ' if before.isalnum() else ''}{words}{' ' if after.isalnum() else ''}"


def _smiley(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match[0] == "<3" and re.match(r" ?\d|%", match.string[match.end() :]):
        return None
    if match[0][0] in "8xX=" and match.start() and match.string[match.start() - 1] not in " ":
        return None
    if match[0][0] == "8" and match[0][1:] in (")", "D"):
        return None
    return ""


EARLY_RULES = (
    Rule("times", _TIMES_A, _times_a),
    Rule("math", _EXPONENT, _exponent),
    Rule("number sign", _ROUND_NUMBERS, _round_numbers),
    Rule("fraction", _HALF_A, lambda m, _: "half "),
    Rule("time", _PAST, lambda m, _: f"{_PARTS[m['part']]} {m['to']} "),
    Rule("stars", _STARS, _stars),
    Rule("music", _CHORD, _chord),
    Rule("music", _FLAT, lambda m, _: f"{m['note']} flat"),
    Rule("math", _PRODUCT_EQUATION, _product_equation),
    Rule("math", _FUNCTION, _math),
    Rule("emoticon", _SMILEY, _smiley),
    Rule("ordinal", _OLD_ORDINAL, _old_ordinal),
)

FORMULA_RULES = (
    Rule("formula", _FORMULA, _formula),
    Rule("math", _SCIENTIFIC, _math),
    Rule("math", _POWER_OF_TEN, _math),
    Rule("math", _BARS, _math),
    Rule("math", _EQUATION, _equation),
    Rule("math", _PRODUCT, _math),
    Rule("isotope", _ISOTOPE, lambda m, _: numbers.pairs(m[0].translate(_SUPERSCRIPTS)) + " "),
    Rule("math", _APPLIED, _math),
    Rule("number sign", _NUMBERED, _numbered),
)
"""Formulas contain numbers that later rules would take for amounts."""

RULES = (
    Rule("number", _SPACED_THOUSANDS, _spaced_thousands),
    Rule("number", _AIRCRAFT, _aircraft),
    Rule("number", _RETIREMENT, _retirement),
    Rule("tire", _TIRE, _tire),
    Rule("degree", _CLASS, lambda m, _: "two one" if m["half"] == "1" else "two two"),
    Rule("extension", _EXTENSION, lambda m, _: f"extension {numbers.pairs(m['number'])}"),
    Rule("times", _REPEATED, lambda m, _: f"times {numbers.cardinal(int(m['number']))}"),
    Rule("measure", _POUNDS, lambda m, _: f"{numbers.cardinal(int(m['number']))} pounds "),
    Rule(
        "gauge",
        _GAUGE,
        lambda m, _: f"{numbers.cardinal(int(m['gauge']))} {numbers.cardinal(int(m['wires']))}",
    ),
    Rule(
        "score",
        _OUT_OF,
        lambda m, _: f"{numbers.decimal(m['low'])} out of {numbers.cardinal(int(m['high']))}",
    ),
    Rule("digits", _SHORT_CODE, _short_code),
    Rule("key", _KEY, _key),
    Rule("grade", _GRADE, _grade),
    Rule("fraction", _FRACTION, _fraction),
    Rule("ordinal", _ORDINAL, _ordinal),
    Rule("aperture", _APERTURE, lambda m, o: f"f {numbers.number(m['number'])}"),
    Rule("grades", _GRADES, _grades),
    Rule("music", _MUSIC, _music),
    Rule("approximate", _APPROXIMATE, _approximate),
    Rule("comparison", _COMPARED, _compared),
    Rule("math", _POWERED, _math),
    Rule("math", _ROOT, _math),
    Rule("by", _BY, _by),
    Rule("by", _BY_ALONE, lambda m, _: " by "),
    Rule("score", _SCORE, _score),
    Rule("range", _RANGE, _range),
    Rule("ratio", _RATIO, _ratio),
    Rule("times", _TIMES, _times),
    Rule("plus", _PLUS, _plus),
    Rule("slash", _SLASHED, _slashed),
    Rule("alphanumeric", _ALPHANUMERIC, _alphanumeric),
    Rule("slash", _PRONOUNS, lambda m, _: " ".join(p for p in m.groups() if p)),
    Rule("slash", _EITHER, lambda m, _: " or "),
    Rule("slash", _AND_OR, lambda m, _: f"{m['first']} or"),
    Rule("slash", _SLASH_WORDS, lambda m, _: " "),
    Rule("number", _NUMBER, _number),
    Rule("mark", _MARKS_ONLY, lambda m, _: _MARK_NAMES.get(m[0], "")),
    Rule("greek", _GREEK_LETTER, _greek),
    Rule("sign", _SIGN, _sign),
)
