"""Titles, saints and streets, initials."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule
from kokoro_cli.types import ReadingOptions

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
_SISTER = Late(
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
    on_starter = starter and starter[1] in SENTENCE_STARTERS
    on_street = on_starter
    street = _NAMED_STREET.search(before)
    on_street = on_street and street and street[0].strip(" .,;") not in SENTENCE_STARTERS
    if written in ("Gen", "Sen", "Rep", "Gov", "Rev", "Hon") and on_starter:
        return None
    if written == "Dr" and on_starter and _DETERMINED.search(before):
        return "Doctor."
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

_NAMED_STREET = Late(r"(?:^|\W)[A-Z][\w'’]{1,20} $|\d(?:st|nd|rd|th) $")


_DETERMINED = Late(
    r"(?i)\b(?:the|an?|my|our|your|his|her|its|their|this|that|another|which|new|old|good) "
    r"$"
)


def _drive(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "Dr." as Drive behind a name, where no name follows: "on Elm Dr. near me"."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    if _DETERMINED.search(before):
        return "doctor"
    return "Drive" if _NAMED_STREET.search(before) else None


def _is_street(match: re.Match[str]) -> bool:
    """Whether "Dr." means Drive: in "22 Ocean Dr.", or after a name at the end of the text."""
    before = match.string[max(0, match.start() - 60) : match.start()]
    numbered = re.search(r"\d+[A-Za-z]? (?:[NSEW]\.? )?(?:[A-Z]\w{1,20} ){1,4}$", before)
    last = match.end() == len(match.string) and re.search(r"[A-Z][a-z]+ $", before)
    return bool(numbered or last)


_SAINT = re.compile(r"(?<!\w)St\b\.?")

_STREET_BEFORE = Late(r"(?:\d+(?:st|nd|rd|th)|(?:[A-Z][\w'’]*|\b[NSEW]\b\.?)) $")


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


_LETTERED = Late(
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


RULES = (
    Rule("title", _DRIVE, _drive, abbreviation=True),
    Rule("title", _TITLE, _title),
    Rule("saint", _SAINT, _saint, abbreviation=True),
)

INITIAL_RULES = (
    Rule("initials", _DOTTED, _dotted, abbreviation=True),
    Rule("river", _RIVER, lambda m, _: "River"),
    Rule("initials", _INITIALS, _initials),
)
