"""Addresses: houses, streets, states and postcodes."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.types import ReadingOptions

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
    r"(?<![\w.$£€#/-])(?P<no>[Nn]o\. )?(?P<house>\d{1,5})(?P<half> "
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
    words = ("number " if match["no"] else "") + numbers.pairs(house)
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


_DOCTOR = Late(r"(?:^|\W)(?:Dr|Prof|Doctor)\b\.? (?:[A-Z][\w.'’-]{0,20},? ){1,4}$")


def _state(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 64) : match.start()]
    if match["state"] in ("IN", "OR", "ME", "OH", "HI", "OK", "ID", "PA", "MA", "LA") and not (
        match["zip"]
        or (
            re.search(r"[A-Z][\w.'’-]+, $", before)
            and re.match(r"[.;)\]]|$|, [A-Z]|,? \d", match.string[match.end() :][:4])
        )
    ):
        return None
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


RULES = (
    Rule("address", _ADDRESS, _address, abbreviation=True),
    Rule("address", _STATE, _state),
    Rule("address", _POSTCODE, _postcode),
    Rule("address", _PO_BOX, _po_box),
    Rule("address", _PLACE, _place),
    Rule("address", _COMPASS, lambda m, _: f"{_SIDES[m['side']]} "),
)
"""These contain numbers that later rules would take for amounts."""
