"""Roman numerals."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.references import REFERENCES
from kokoro_cli.types import ReadingOptions

_ROMAN = r"(?=[MDCLXVI])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"

_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}

_REGNAL = (
    "Seti Mentuhotep Shoshenq King Queen Pope Emperor Prince Tsar Czar Kaiser Sultan Saint Henry "
    "Edward George William "
    "James Charles Richard John Paul Elizabeth Mary Louis Philip Ferdinand Alfonso Carlos "
    "Felipe Frederick Wilhelm Nicholas Peter Alexander Ivan Catherine Benedict Pius Leo "
    "Gregory Clement Innocent Urban Francis Napoleon Leopold Albert Baudouin Gustav Christian "
    "Haakon Olav Harald Margrethe Victor Umberto Ramses Ramesses Rameses Thutmose Amenhotep "
    "Ptolemy Cleopatra Darius Xerxes Artaxerxes Constantine Theodosius Justinian Otto "
    "Maximilian Rudolf Joseph Franz Sigismund Stephen Robert David Kenneth Boniface Sixtus "
    "Julius Alexius Basil Michael Manuel Mehmed Murad Selim Suleiman Mahmud Abdul Hussein "
    "Abdullah Hassan Mohammed Muhammad Adrian Hadrian Celestine Callixtus Honorius Nero "
    "Thomas Walter Hugh Edmund Harold Alfred Philippe Henri Charles-Philippe Rama Menelik "
    "Haile Akbar Shah Sancho Pedro Juan Jaime Casimir Boleslaw Vladislav Bela"
).split()

_COUNTED = (
    "chapter stanza canticle movement count title verse part act scene book volume vol section "
    "article type phase stage "
    "level "
    "class grade appendix title figure table plate page canto episode season round group "
    "world war bowl apollo gemini mark mk saturn olympiad corps region zone unit lesson step "
    "rocky final fantasy godfather iphone playstation star quest henry sonata symphony opus "
    "no concerto schedule annex theorem quadrant century factor division tier category "
    "cranial nerve mode generation gen version windows vatican lateran superbowl wrestlemania "
    "rome"
).split()

_ROMAN_NAME = re.compile(
    rf"(?<![\w.'’-])(?P<word>[A-Za-z][\w'’-]{{1,24}}) (?P<roman>{_ROMAN})(?P<tail>'s|"
    r"’s|-[A-Z](?!\w))?(?![\w.'’-](?=\w)|\w|\.[A-Z])"
)

_ROMAN_SHORT = re.compile(
    r"(?<![\w.])(?P<word>[Vv]ol|[Cc]h|[Cc]hap|[Bb]k|[Pp]t|No|[Ff]ig|[Ss]ec|[Aa]rt|"
    rf"[Aa]pp)\. (?P<roman>{_ROMAN})(?![\w'’])"
)

_ROMAN_SMALL = re.compile(
    r"(?<![\w.])(?P<word>p\.|(?i:act|scene|page|canto|chapter|part|book|section|note|sc\.|ch\.|"
    r"lines?|"
    r"footnote|appendix|item|clause|paragraph|verse)) (?P<roman>(?!l(?!\w))[ivxl]{1,7})(?![\w'’])"
)

_ROMAN_CENTURY = re.compile(rf"(?<!\w)(?P<roman>{_ROMAN})(?:th|st|nd|rd)? (?=[Cc]entur)")

_ROMAN_RANGE = re.compile(
    rf"(?<![\w.])(?P<word>[A-Za-z]{{2,20}}) (?P<low>{_ROMAN})(?:[-–—]| (?:and|to|"
    rf"or) )(?P<high>{_ROMAN})(?!\w)"
)

_FIRST_OF_LIST = re.compile(r"(?<![\w.'’&-])I(?=, II\b)")

_ROMAN_ITEM = re.compile(
    rf"(?:^|(?<=\()|(?<=[.!?] )(?=[ivx]{{1,5}}[.)] [A-Z]))(?P<roman>{_ROMAN}|"
    r"[ivx]{1,5})(?P<mark>[.)])(?= |$)"
)

_ROMAN_ALONE = re.compile(rf"(?<![\w.'’&-])(?P<roman>{_ROMAN})(?![\w'’&-]|\.\w)")

_MONTHS = frozenset(
    "January February March April May June July August September October November December".split()
)


def roman(text: str) -> int:
    total = 0
    for digit, following in zip(text, [*text[1:], "I"], strict=True):
        value = _ROMAN_VALUES[digit]
        total += -value if _ROMAN_VALUES[following] > value else value
    return total


def _roman_name(match: re.Match[str], options: ReadingOptions) -> str | None:
    word, written = match["word"], match["roman"]
    if not written:
        return None
    value = roman(written)
    lower = word.lower().rstrip("s")
    tail = (match["tail"] or "").replace("-", " ")
    if word in _REGNAL and value < 40 and not (written == "I" and _is_spoken_to(match)):
        return f"{word} the {numbers.ordinal(value)}{tail}"
    if lower in _COUNTED or word.lower() in _COUNTED:
        if written in ("I", "C", "D", "M", "L") and (
            not word[0].isupper() or written != "I" or _goes_on_as_pronoun(match)
        ):
            if not (
                written == "I"
                and lower
                in (
                    "type",
                    "phase",
                    "stage",
                    "level",
                    "class",
                    "part",
                    "chapter",
                    "act",
                    "scene",
                    "grade",
                )
            ):
                return None
            if _goes_on_as_pronoun(match):
                return None
        words = numbers.year(value) if value > 1000 else numbers.cardinal(value)
        return f"{word} {words}{tail}"
    return None


_REIGN = Late(
    r"(?:\bof|[Uu]nder|[Kk]ing|[Qq]ueen|[Ee]mperor|[Ee]mpress|[Pp]ope|[Tt]sar|[Pp]rince|"
    r"[Pp]haraoh|and) $"
)


def _is_spoken_to(match: re.Match[str]) -> bool:
    """Whether the "I" after a king's name is the pronoun: "Mary I think so"."""
    if _REIGN.search(match.string[max(0, match.start() - 10) : match.start()]):
        return False
    return _goes_on_as_pronoun(match)


def _goes_on_as_pronoun(match: re.Match[str]) -> bool:
    """Whether the "I" is the pronoun, as in "I am", judged by the words after it."""
    return bool(
        re.match(
            r" (?:[a-z]+(?:ed|n't|ve)|am|was|had|have|will|would|can|could|did|do|don't|think|"
            r"know|saw|went|said|want|need|like|love|hate|feel|see|hope|guess|mean|wish|never|"
            r"always|just|really|should|must|may|might|met|got|took|made|read|told|felt|came|knew|"
            r"owe|gave|left|kept|sent|heard|thought|found|bought|asked|wrote|spoke|stood|ran|"
            r"began|lost|fought|"
            r"use|wear|live|work|play|write|ask|tell|send|keep|hold|trust|believe|remember|forget|"
            r"find|give|"
            r"take|make|go|get|come|call)\b|"
            r"['’](?:m|d|ll|ve)\b",
            match.string[match.end() :],
        )
    )


_SHORT_WORDS = {"bk": "book", "pt": "part", "app": "appendix"}


def _roman_short(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not match["roman"] or (match["word"] == "No" and match["roman"] == "I"):
        return None
    if match["roman"] == "I" and not re.match(r"[,;:)\]]|\.?$", match.string[match.end() :][:2]):
        return None  # The pronoun of a new sentence.
    short = match["word"].lower()
    word = _SHORT_WORDS.get(short) or REFERENCES[short]
    if match["word"][0].isupper():
        word = word.capitalize()
    return f"{word} {numbers.cardinal(roman(match['roman']))}"


def _roman_small(match: re.Match[str], options: ReadingOptions) -> str | None:
    written = match["roman"].upper()
    if not re.fullmatch(_ROMAN, written):
        return None
    word = {"p.": "page", "sc.": "scene", "ch.": "chapter"}.get(
        match["word"].lower(), match["word"]
    )
    word = word.lower() if word.isupper() else word
    return f"{word} {numbers.cardinal(roman(written))}"


def _roman_century(match: re.Match[str], options: ReadingOptions) -> str | None:
    return f"{numbers.ordinal(roman(match['roman']))} " if match["roman"] else None


def _roman_range(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match["word"].lower().rstrip("s") not in _COUNTED or not (match["low"] and match["high"]):
        return None
    between = match[0][match.end("low") - match.start() : match.start("high") - match.start()]
    joint = between if between[0] == " " else " to "
    return (
        f"{match['word']} "
        f"{numbers.cardinal(roman(match['low']))}{joint}{numbers.cardinal(roman(match['high']))}"
    )


def _roman_item(match: re.Match[str], options: ReadingOptions) -> str | None:
    written = match["roman"].upper()
    text = match.string
    if match.start() and text[match.start() - 1] == "(":
        # "(x)" is a variable, unless the text also counts an item "(ii)".
        if text[max(0, match.start() - 2) : match.start() - 1].isalnum():
            return None
        if len(written) == 1 and "(ii)" not in text:
            return None
    if not re.fullmatch(_ROMAN, written) or (
        written in ("I", "C", "D", "M", "L", "V", "X")
        and match["roman"] != "i"
        and match["mark"] == "."
        and match.string[match.start() - 1 : match.start()] == "("
    ):
        return None
    if written in ("C", "D", "M", "L") or (
        match.start() == 0
        and written in ("I", "V", "X")
        and match["mark"] == "."
        and re.match(r" [A-Z][a-z]+ ", match.string[match.end() :])
        and written != "I"
    ):
        return None
    return numbers.cardinal(roman(written)) + match["mark"]


# Roman numerals that are also words, letters or initialisms.
_NOT_ROMAN = frozenset(
    {
        "I",
        "V",
        "X",
        "L",
        "C",
        "D",
        "M",
        "MIX",
        "CD",
        "DC",
        "MD",
        "DM",
        "CC",
        "MC",
        "CV",
        "DI",
        "MI",
        "LI",
        "ID",
        "DIM",
        "MM",
        "CM",
        "DIV",
        "LCD",
        "CIV",
        "MIDI",
        "CIVIC",
        "LIV",
        "XL",
        "DVD",
        "MDI",
        "CI",
        "DL",
        "ML",
        "CL",
        "MV",
        "MDC",
        "CDC",
        "XI",
        "XX",
        "XXX",
        "DD",
        "LL",
        "MMM",
        "LX",
        "DIX",
        "XXL",
    }
)


_GIVEN = Late(
    r" (?:within|over|push|daily|every|once|twice|stat|drip|lines?|fluids?|infusion|access|bolus|"
    r"antibiotics|q\d|x\d|"
    r"pole|bag|site|pump|and then)\b"
)


def _roman_alone(match: re.Match[str], options: ReadingOptions) -> str | None:
    written = match["roman"]
    if not written or written in _NOT_ROMAN:
        return None
    if written == "IV" and _GIVEN.match(match.string, match.end()):
        return None
    drip = match.string[max(0, match.start() - 4) : match.start()].lower()
    if written == "IV" and re.search(r"\b(?:the|an?|her|his) $", drip):
        return None  # A drip.
    value = roman(written)
    if written.strip("IVX") and (len(written) < 4 or not 1000 < value < 2100):
        return None
    before = match.string[max(0, match.start() - 32) : match.start()].rstrip()
    name = before.rsplit(" ", 1)[-1]
    if len(written) >= 5 and value > 1000:
        return numbers.year(value)
    named = name[:1].isupper() and len(name) > 2 and name not in _MONTHS
    if name.endswith(",") and name.strip("IVX,") == "":
        return numbers.cardinal(value)  # "leads II, III and aVF"
    if named and len(written) > 1 and value <= 4:
        return f"the {numbers.ordinal(value)}"
    return numbers.cardinal(value)


EARLY_RULES = (Rule("roman", _ROMAN_SHORT, _roman_short),)
"""Behind abbreviations: "Vol. II"."""

RULES = (
    Rule("roman", _FIRST_OF_LIST, lambda m, _: "one"),
    Rule("roman", _ROMAN_RANGE, _roman_range),
    Rule("roman", _ROMAN_NAME, _roman_name),
    Rule("roman", _ROMAN_SMALL, _roman_small),
    Rule("roman", _ROMAN_CENTURY, _roman_century),
    Rule("roman", _ROMAN_ITEM, _roman_item),
    Rule("roman", _ROMAN_ALONE, _roman_alone),
)
