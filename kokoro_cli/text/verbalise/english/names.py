"""Titles, initials, initialisms, Roman numerals and addresses."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Rule, WithDigit
from kokoro_cli.text.verbalise.english import abbreviations, numbers
from kokoro_cli.types import ReadingOptions

# --- Titles -------------------------------------------------------------------------------------

# Said before a name; the full stop after a title never ends a sentence.
_TITLES = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Messrs": "Messers", "Mx": "Mix",
    "Dr": "Doctor", "Drs": "Doctors", "Prof": "Professor", "Rev": "Reverend", "Hon": "Honorable",
    "Gen": "General", "Lt": "Lieutenant", "Col": "Colonel", "Maj": "Major", "Capt": "Captain",
    "Cpt": "Captain", "Sgt": "Sergeant", "Cpl": "Corporal", "Pvt": "Private", "Cmdr": "Commander",
    "Adm": "Admiral", "Brig": "Brigadier", "Sen": "Senator", "Rep": "Representative",
    "Gov": "Governor", "Pres": "President", "Fr": "Father", "Sr": "Senior", "Jr": "Junior",
    "Supt": "Superintendent", "Det": "Detective", "Insp": "Inspector", "Atty": "Attorney",
    "Amb": "Ambassador", "Cllr": "Councillor", "Msgr": "Monsignor", "Mme": "Madame",
    "Mlle": "Mademoiselle",
    "Hr": "Herr",
}  # fmt: skip
_BARE_TITLES = (
    "Cllr",
    "Mme",
    "Mlle",
    "Mr",
    "Mrs",
    "Ms",
    "Dr",
    "Prof",
    "Lt",
    "Sgt",
    "Capt",
    "Messrs",
    "Mx",
)
_TITLE = re.compile(
    rf"(?<![\w.&])(?P<title>{'|'.join(_TITLES)})(?P<second>\.[ -](?:Col|Gen|Cmdr|Maj))?"
    r"(?P<dot>\.)?(?=[ \u00a0]?(?:[A-ZÀ-Þ]|1st|$)|,? (?:and|&|or) (?:Mr|Mrs|Ms|Dr)\b)(?!\w)"
)


# Names of nuns; "Sr." before a man's name is mostly Spanish, or a rank.
_SISTER = re.compile(
    r" (?:Mary|Maria|Marie|Agnes|Anne?|Catherine|Katherine|Clare|Bernadette|Theresa|Teresa|"
    r"Margaret|Helen|"
    r"Elizabeth|Joan|Josephine|Rita|Rose|Cecilia|Monica|Lucy|Ruth|Frances|Angela|Veronica|"
    r"Benedicta)\b"
)


def _title(match: re.Match[str], options: ReadingOptions) -> str | None:
    written = match["title"]
    before = match.string[max(0, match.start() - 24) : match.start()]
    if not match["dot"] and (
        written not in _BARE_TITLES
        or not re.match(
            r"[ \u00a0][A-Z]|,? (?:and|&|or) (?:Mr|Mrs|Ms|Dr)\b", match.string[match.end() :]
        )
    ):
        return None
    if written in ("Fr", "Det", "Rep", "Sr", "Hr", "Hon") and not re.match(
        r"[ \u00a0][A-Z]", match.string[match.end() :]
    ):
        return None
    starter = re.match(r" ([\w'’]+)", match.string[match.end() : match.end() + 16])
    on_street = starter and starter[1] in SENTENCE_STARTERS
    street = _NAMED_STREET.search(before)
    on_street = on_street and street and street[0].strip(" .,;") not in SENTENCE_STARTERS
    if written == "Dr" and (on_street or _is_street(match)):
        return "Drive"
    if written in ("Sr", "Jr") and before[-2:-1].isalpha():
        return None  # After the name.
    if written == "Sr" and _SISTER.match(match.string, match.end()):
        return "Sister"
    words = "leftenant" if written == "Lt" and options.british else _TITLES[written]
    if match["second"]:
        words += " " + _TITLES[match["second"][2:]]
    return words


_DRIVE = re.compile(r"(?<=[\w.] )Dr\b\.?(?= ?[a-z(]|[,;:)]|$)")
_NAMED_STREET = re.compile(r"(?:^|\W)[A-Z][\w'’]{1,20} $|\d(?:st|nd|rd|th) $")


def _drive(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "Dr." as Drive behind a name, where no name follows: "on Elm Dr. near me"."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    return "Drive" if _NAMED_STREET.search(before) else None


def _is_street(match: re.Match[str]) -> bool:
    """Whether "Dr." means Drive: in "22 Ocean Dr.", or after a name at the end of the text."""
    before = match.string[max(0, match.start() - 60) : match.start()]
    numbered = re.search(r"\d+[A-Za-z]? (?:[NSEW]\.? )?(?:[A-Z]\w{1,20} ){1,4}$", before)
    last = match.end() == len(match.string) and re.search(r"[A-Z][a-z]+ $", before)
    return bool(numbered or last)


_SAINT = re.compile(r"(?<!\w)St\b\.?")
_STREET_BEFORE = re.compile(r"(?:\d+(?:st|nd|rd|th)|(?:[A-Z][\w'’]*|\b[NSEW]\b\.?)) $")


def _saint(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "St. John" and "Elm St."; between two names, a number before it means a street."""
    text = match.string
    before = text[max(0, match.start() - 48) : match.start()]
    after = text[match.end() : match.end() + 24]
    named = bool(re.match(r"[ \u00a0-][A-Z][a-z'’]", after))
    street = bool(_STREET_BEFORE.search(before))
    numbered = bool(
        re.search(
            r"\d+[A-Za-z]? (?:[NSEW]\.? )?(?:[A-Z][\w'’]* ){1,3}$|\d(?:st|nd|rd|th) $", before
        )
    )
    if named and not numbered:
        starter = re.match(r" (\w+)", after)
        if street and match[0].endswith(".") and starter and starter[1] in SENTENCE_STARTERS:
            return "Street"
        if street and before.rstrip().rsplit(" ", 1)[-1] in (
            "Wall",
            "Main",
            "Fleet",
            "Downing",
            "High",
            "Bourbon",
            "Baker",
            "Oxford",
            "Elm",
        ):
            return "Street"
        return "Saint"
    if street or numbered:
        return "Street"
    return "Saint" if named else None


SENTENCE_STARTERS = frozenset(
    (
        "The A An It He She They We I You This That These Those There Then Here But And Or So "
        "If When While As In On At By For From With After Before Since Although Though "
        "However What Who Why How Where Which My Your His Her Its Our Their No Not Yes Now "
        "Some Many Most All Each Every One Two Once Let Please Another Other Both Such Is Are "
        "Was Were Do Does Did Have Has Had Can Could Will Would Should Perhaps Maybe Later "
        "Today Yesterday Tomorrow Meanwhile Finally Still Even Only Don't Didn't It's He's "
        "She's That's There's I'm I'd I'll I've We're They're You're Nobody Everyone "
        "Everybody Somebody Nothing Everything Something Sometimes Never Just To Of Bring Ask "
        "Come Take Turn Go Look Meet See Tell Send Give Use Buy Add Mix Stir Keep Leave Stay "
        "Wait Watch Check Click Open Put Get Make Try Contact Visit Follow Note Remember Bake "
        "Serve Pour Heat Cut Remove Return Pay Sign Fill Enter Be Call Cook Walk Drive Knock "
        "Ring Press Read Write Start Stop Begin Cover Set More Others Several Neither Either "
        "Also Next First Last Thanks Sorry"
    ).split()
)
"""Words that, after an abbreviation's full stop, begin a sentence rather than a name."""

_NUMBER_SIGN = WithDigit(
    r"(?<![\w.])(?P<word>[Nn]os?\.|NOS?\.|FIGS?\.|N[o°º]\.?|№|[Pp]p?\.|[Cc]hs?\.|[Cc]hap\.|"
    r"[Vv]ols?\.|[Ff]igs?\.|[Ee]qs?\.|[Ss]ec\.|[Aa]rt\.|[Rr]m\.|[Ss]t[e]\.|[Aa]pt\.?|[Ee]xt\.?|"
    r"[Pp]ar\.|[Ll]l?\.|[Tt]ab\.|[Rr]te\.|[Oo]pp?\.|[Pp]ara\.|§§?|¶¶?)[ \u00a0]?"
    r"\(?(?P<low>\d{1,3}(?:,\d{3}){1,3}|"
    r"\d{1,6})(?P<rest>(?:\.\d{1,4}){0,4})(?P<letter>[a-zA-Z])?\)?"
    r"(?:(?P<dash>[ ]?[-–—][ ]?)\(?(?P<high>\d{1,6})(?P<rest2>(?:\.\d{1,4}){0,4})\)?)?"
    r"(?P<open>(?:\([a-z\d]{1,4}\)){0,3})(?![\w]|\.\d)"
)
_REFERENCES = {
    "no": "number", "nos": "numbers", "n°": "number", "nº": "number", "№": "number", "p": "page",
    "pp": "pages",
    "ch": "chapter", "chs": "chapters", "chap": "chapter", "vol": "volume", "vols": "volumes",
    "fig": "figure",
    "figs": "figures", "eq": "equation", "eqs": "equations", "sec": "section", "art": "article",
    "rm": "room",
    "ste": "suite", "apt": "apartment", "ext": "extension", "par": "paragraph", "l": "line",
    "ll": "lines",
    "tab": "table", "rte": "route", "op": "opus", "opp": "opus", "para": "paragraph",
    "§": "section", "§§": "sections", "¶": "paragraph", "¶¶": "paragraphs",
}  # fmt: skip


def _reference(match: re.Match[str], options: ReadingOptions) -> str | None:
    written = match["word"]
    word = _REFERENCES[written.rstrip(".").lower()]
    if written[0].isupper() and len(written) > 1:
        word = word[0].upper() + word[1:]
    after_number = re.search(r"\d $", match.string[max(0, match.start() - 2) : match.start()])
    if written in ("No", "Sec.", "sec.", "art.") and after_number:
        return None
    spell = (
        numbers.pairs
        if word.lower() in ("apartment", "suite", "room", "extension", "route")
        else None
    )
    if word.lower() in ("section", "number") and len(match["low"]) > 2 + (word[0] in "nN"):
        spell = numbers.pairs
    words = f"{word} {spell(match['low']) if spell else _plain(match['low'], options)}"
    words += _points(match["rest"])
    if match["letter"]:
        words += f" {match['letter'].upper()}"
    for inner in re.findall(r"\((\w+)\)", match["open"]):
        words += f" {numbers.spoken_integer(inner) if inner.isdecimal() else inner}"
    if match["high"]:
        high = match["high"]
        if len(high) < len(match["low"]):
            high = match["low"][: -len(high)] + high
        words += f" to {_plain(high, options)}{_points(match['rest2'])}"
    return words


def _plain(written: str, options: ReadingOptions) -> str:
    return numbers.spoken_integer(written, british=options.british)


def _points(rest: str | None) -> str:
    return "".join(f" point {numbers.spoken_integer(part)}" for part in (rest or "").split(".")[1:])


# --- Initials ----------------------------------------------------------------------------------

_DOTTED = re.compile(
    r"(?<![\w.])(?:[A-Z]\.){2,8}(?:[A-Z](?![\w.]))?(?:s\b|'s\b)?|"
    r"(?<![\w.])(?:[a-z]\.){2,6}(?=[\s,;:)]|$)"
)
_RIVER = re.compile(r"(?<=\b[Tt]he )R\.(?= [A-Z][a-z])")
_INITIALS = re.compile(r"(?<![\w.'’])(?:[A-Z]\. ?){1,4}(?=[A-Z][A-Za-zà-ÿ'’])")


def _dotted(match: re.Match[str], options: ReadingOptions) -> str:
    tail = match[0][match[0].rstrip("s").rstrip("'").__len__() :]
    core = match[0][: len(match[0]) - len(tail)] if tail else match[0]
    return " ".join(c.upper() for c in core if c != ".") + tail


_LETTERED = re.compile(
    r"\b(?:vitamins?|plan|grade|class|type|group|point|letter|section|appendix|hepatitis|option|"
    r"team|column|row|part|exhibit|"
    r"figure|annex|block|gate|hall|line|answer|size|an?|the|got|in) $",
    re.IGNORECASE,
)


def _initials(match: re.Match[str], options: ReadingOptions) -> str | None:
    letters = [c for c in match[0] if c.isalpha()]
    before = match.string[max(0, match.start() - 16) : match.start()]
    if letters == ["I"] and not re.search(r"[A-Z][a-z]+ $", before):
        return None
    after = re.match(r"[\w'’]+", match.string[match.end() : match.end() + 24])
    if len(letters) == 1 and _LETTERED.search(before):
        return None
    if len(letters) == 1 and after and after[0] in SENTENCE_STARTERS and re.search(r"\w $", before):
        return None
    return " ".join(letters) + " "


# --- Roman numerals ----------------------------------------------------------------------------

_ROMAN = r"(?=[MDCLXVI])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_REGNAL = (
    "King Queen Pope Emperor Prince Tsar Czar Kaiser Sultan Saint Henry Edward George William "
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
    "chapter count title verse part act scene book volume vol section article type phase stage "
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
    r"footnote|appendix|item|clause|paragraph|verse)) (?P<roman>[ivxl]{1,7})(?![\w'’])"
)
_ROMAN_CENTURY = re.compile(rf"(?<!\w)(?P<roman>{_ROMAN})(?:th|st|nd|rd)? (?=[Cc]entur)")
_ROMAN_RANGE = re.compile(
    rf"(?<![\w.])(?P<word>[A-Za-z]{{2,20}}) (?P<low>{_ROMAN})(?:[-–—]| (?:and|to|"
    rf"or) )(?P<high>{_ROMAN})(?!\w)"
)
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
    if word in _REGNAL and value < 40 and not (written == "I" and _goes_on_as_pronoun(match)):
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


def _goes_on_as_pronoun(match: re.Match[str]) -> bool:
    """Whether the "I" is the pronoun, as in "I am", judged by the words after it."""
    return bool(
        re.match(
            r" (?:[a-z]+(?:ed|n't|ve)|am|was|had|have|will|would|can|could|did|do|don't|think|"
            r"know|saw|went|said|want|need|like|love|hate|feel|see|hope|guess|mean|wish|never|"
            r"always|just|really|should|must|may|might|met|got|took|made|read|told|felt|came)\b|"
            r"['’](?:m|d|ll|ve)\b",
            match.string[match.end() :],
        )
    )


_SHORT_WORDS = {"bk": "book", "pt": "part", "app": "appendix"}


def _roman_short(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not match["roman"] or (match["word"] == "No" and match["roman"] == "I"):
        return None
    short = match["word"].lower()
    word = _SHORT_WORDS.get(short) or _REFERENCES[short]
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


def _roman_alone(match: re.Match[str], options: ReadingOptions) -> str | None:
    written = match["roman"]
    if not written or written in _NOT_ROMAN:
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
    if named and len(written) > 1 and value <= 4:
        return f"the {numbers.ordinal(value)}"
    return numbers.cardinal(value)


# --- Verses --------------------------------------------------------------------------------------

_BOOKS = {
    "Gen": "Genesis", "Exod": "Exodus", "Ex": "Exodus", "Lev": "Leviticus", "Num": "Numbers",
    "Deut": "Deuteronomy",
    "Josh": "Joshua", "Judg": "Judges", "Sam": "Samuel", "Kgs": "Kings", "Chr": "Chronicles",
    "Neh": "Nehemiah",
    "Ps": "Psalm", "Pss": "Psalms", "Prov": "Proverbs", "Eccl": "Ecclesiastes", "Isa": "Isaiah",
    "Jer": "Jeremiah",
    "Ezek": "Ezekiel", "Dan": "Daniel", "Hos": "Hosea", "Matt": "Matthew", "Mt": "Matthew",
    "Mk": "Mark", "Lk": "Luke",
    "Jn": "John", "Rom": "Romans", "Cor": "Corinthians", "Gal": "Galatians", "Eph": "Ephesians",
    "Phil": "Philippians",
    "Col": "Colossians", "Thess": "Thessalonians", "Tim": "Timothy", "Heb": "Hebrews",
    "Jas": "James", "Pet": "Peter",
    "Rev": "Revelation",
}  # fmt: skip
_WHOLE_BOOKS = (
    "Samuel|Kings|Chronicles|Corinthians|Thessalonians|Timothy|Peter|John|Genesis|Exodus|Leviticus|"
    "Numbers|Deuteronomy|Joshua|Judges|Ruth|Psalms?|Proverbs|Isaiah|Jeremiah|Ezekiel|Daniel|"
    "Matthew|"
    "Mark|Luke|Acts|Romans|Galatians|Ephesians|Philippians|Colossians|Titus|Hebrews|James|Jude|"
    "Revelation|Ecclesiastes|Job|Micah|Malachi"
)
_VERSE = WithDigit(
    rf"(?<![\w.])(?:(?P<nth>[123]|I{{1,3}}) )?(?P<book>(?:{'|'.join(_BOOKS)})\b\.?|"
    rf"(?:{_WHOLE_BOOKS})\b) "
    r"(?P<chapter>\d{1,3}):(?P<verse>\d{1,3})(?:[-–](?P<last>\d{1,3}))?(?![\w:])"
)


_CHAPTER = WithDigit(
    rf"(?<![\w.])(?:(?P<nth>[123]|I{{1,3}}) (?P<book1>(?:{'|'.join(_BOOKS)})\b\.?|"
    rf"(?:{_WHOLE_BOOKS})\b)|"
    r"(?P<book2>(?:Pss?|Gen|Exod|Lev|Deut|Josh|Judg|Neh|Prov|Eccl|Isa|Jer|Ezek|Hos|Matt|Rom|Cor|"
    r"Gal|Eph|Phil|"
    r"Heb|Rev)\.)) (?P<chapter>\d{1,3})(?:[-–](?P<last>\d{1,3}))?(?![\w:%]|\.\d)"
)
_NTH = {
    "1": "First ",
    "2": "Second ",
    "3": "Third ",
    "I": "First ",
    "II": "Second ",
    "III": "Third ",
}


def _book_chapter(match: re.Match[str], options: ReadingOptions) -> str:
    book = (match["book1"] or match["book2"]).rstrip(".")
    words = f"{_NTH.get(match['nth'] or '', '')}{_BOOKS.get(book, book)} "
    words += numbers.cardinal(int(match["chapter"]))
    return words + (f" to {numbers.cardinal(int(match['last']))}" if match["last"] else "")


def _verse(match: re.Match[str], options: ReadingOptions) -> str:
    book = match["book"].rstrip(".")
    words = _NTH.get(match["nth"] or "", "") + _BOOKS.get(book, book)
    words += f" {numbers.cardinal(int(match['chapter']))} {numbers.cardinal(int(match['verse']))}"
    return words + (f" to {numbers.cardinal(int(match['last']))}" if match["last"] else "")


# --- Addresses ---------------------------------------------------------------------------------

_STREETS = {
    "St": "Street", "Ave": "Avenue", "Av": "Avenue", "Blvd": "Boulevard", "Rd": "Road",
    "Dr": "Drive", "Ln": "Lane",
    "Ct": "Court", "Pl": "Place", "Sq": "Square", "Ter": "Terrace", "Pkwy": "Parkway",
    "Hwy": "Highway",
    "Expy": "Expressway", "Cir": "Circle", "Trl": "Trail", "Way": "Way", "Street": "Street",
    "Avenue": "Avenue",
    "Road": "Road", "Drive": "Drive", "Lane": "Lane", "Court": "Court", "Place": "Place",
    "Boulevard": "Boulevard",
    "Square": "Square", "Terrace": "Terrace", "Parkway": "Parkway", "Highway": "Highway",
    "Circle": "Circle",
}  # fmt: skip
_SIDES = {
    "N": "North",
    "S": "South",
    "E": "East",
    "W": "West",
    "NE": "Northeast",
    "NW": "Northwest",
    "SE": "Southeast",
    "SW": "Southwest",
}
_ADDRESS = WithDigit(
    r"(?<![\w.$£€#/-])(?P<house>\d{1,5})(?P<half> "
    r"1/2)?(?P<letter>[A-Za-z])?(?:-(?P<house2>\d{1,5}))?"
    r" (?:(?P<side>NE|NW|SE|SW|[NSEW])\b\.? )?"
    r"(?P<name>(?:\d{1,3}(?:st|nd|rd|th)|(?:St\. )?[A-Z][\w'’-]{1,20})"
    r"(?: [A-Z][\w'’-]{1,20}){0,3}) "
    rf"(?P<kind>{'|'.join(sorted(_STREETS, key=len, reverse=True))})\b\.?(?: (?P<side2>NE|NW|SE|"
    r"SW|[NSEW])\b\.?)?"
)
_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania",
    "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington", "WV": "West Virginia",
    "WI": "Wisconsin", "WY": "Wyoming", "DC": "D C",
}  # fmt: skip
_STATE = re.compile(
    rf"(?<=[a-z.], )(?P<state>{'|'.join(_STATES)})(?: (?P<zip>\d{{5}})(?:-(?P<four>\d{{4}}))?)?"
    r"(?!\w)(?! \d{1,4}(?!\d))"
)
_POSTCODE = WithDigit(r"(?<!\w)(?P<out>[A-Z]{1,2}\d{1,2}[A-Z]?) (?P<inner>\d[A-Z]{2})(?!\w)")
_COMPASS = re.compile(
    r"(?<![\w.])(?P<side>NE|NW|SE|SW|[NSEW])\b\.? (?=(?:\d{1,3}(?:st|nd|rd|th)|"
    rf"[A-Z][a-z]{{1,20}}(?: [A-Z][a-z.]{{1,20}}){{0,4}}) (?:{'|'.join(_STREETS)})\b)"
)
_PO_BOX = WithDigit(r"(?<!\w)P\.? ?O\.? [Bb]ox (?P<number>\d{1,7})(?!\w)")
_PLACE = WithDigit(
    r"(?<![\w-])(?P<place>Flight|flight|Room|room|Suite|Boeing|Airbus|Gate|Apartment|extension|"
    r"Extension|Area|Studio|Unit)[- ](?P<number>\d{3,4})(?![\w,]|\.\d)"
)


def _address(match: re.Match[str], options: ReadingOptions) -> str | None:
    kind = match["kind"]
    house = match["house"]
    if len(house) > 4:
        return None
    words = numbers.pairs(house)
    if match["half"]:
        words += " and a half"
    if match["letter"]:
        words += f" {match['letter'].upper()}"
    if match["house2"]:
        words += f" to {numbers.pairs(match['house2'])}"
    if match["side"]:
        words += f" {_SIDES[match['side']]}"
    name = match["name"].replace("St. ", "Saint ")
    numbered = re.match(r"(\d+)(?:st|nd|rd|th)", name)
    if numbered:
        name = numbers.ordinal(int(numbered[1])) + name[numbered.end() :]
    words += f" {name} {_STREETS[kind]}"
    if match["side2"]:
        words += f" {_SIDES[match['side2']]}"
    return words


_DOCTOR = re.compile(r"(?:^|\W)(?:Dr|Prof|Doctor)\b\.? (?:[A-Z][\w.'’-]{0,20},? ){1,4}$")


def _state(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 64) : match.start()]
    if match["state"] in ("MD", "PA", "MA", "DC") and not match["zip"] and _DOCTOR.search(before):
        return None  # A degree behind a name.
    words = _STATES[match["state"]]
    for part in (match["zip"], match["four"]):
        words += f" {numbers.digits(part, zero='zero')}" if part else ""
    return words


def _postcode(match: re.Match[str], options: ReadingOptions) -> str:
    first = re.sub(r"\d+", lambda m: f" {numbers.cardinal(int(m[0]))} ", match["out"]).split()
    words = [w if w.islower() else numbers.letters(w) for w in first]
    return " ".join([*words, numbers.letters(match["inner"])])


def _po_box(match: re.Match[str], options: ReadingOptions) -> str:
    return f"P O box {numbers.pairs(match['number'])}"


def _place(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{match['place']} {numbers.pairs(match['number'])}"


EARLY_RULES = (
    Rule("verse", _VERSE, _verse),
    Rule("verse", _CHAPTER, _book_chapter),
    Rule("address", _ADDRESS, _address, abbreviation=True),
    Rule("address", _STATE, _state),
    Rule("address", _POSTCODE, _postcode),
    Rule("address", _PO_BOX, _po_box),
    Rule("address", _PLACE, _place),
    Rule("address", _COMPASS, lambda m, _: f"{_SIDES[m['side']]} "),
    Rule("reference", _NUMBER_SIGN, _reference),
)
"""These contain numbers that later rules would take for amounts."""

RULES = (
    Rule("roman", _ROMAN_SHORT, _roman_short),
    Rule("title", _DRIVE, _drive, abbreviation=True),
    Rule("title", _TITLE, _title),
    Rule("saint", _SAINT, _saint, abbreviation=True),
    *abbreviations.RULES,
    Rule("initials", _DOTTED, _dotted, abbreviation=True),
    Rule("river", _RIVER, lambda m, _: "River"),
    Rule("initials", _INITIALS, _initials),
    Rule("roman", _ROMAN_RANGE, _roman_range),
    Rule("roman", _ROMAN_NAME, _roman_name),
    Rule("roman", _ROMAN_SMALL, _roman_small),
    Rule("roman", _ROMAN_CENTURY, _roman_century),
    Rule("roman", _ROMAN_ITEM, _roman_item),
    Rule("roman", _ROMAN_ALONE, _roman_alone),
)
