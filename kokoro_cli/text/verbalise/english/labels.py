"""Labels and identifiers, by which things are told apart: "Gate 31A", "Chapter 07", "INV-0042"."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import mentions
from kokoro_cli.types import ReadingOptions

# --- A number with a letter --------------------------------------------------------------------

# Parts of a document have letters of either case, places and vehicles mostly capitals.
_DOCUMENT = (
    "answer appendix article chapter clause ex exercise exhibit fig figure footnote item "
    "lesson note option page panel para paragraph part plate problem question rule schedule "
    "section step supplement table theorem title verse"
)
_PLACE = (
    "aisle annex apartment apt bay bed bench berth block booth box building bus cabin cabinet car "
    "carriage cell channel class coach column compartment concourse corridor court desk "
    "district dock door entrance entry exit flat flight floor form frame gate grade group hall "
    "hangar highway house interstate level line lock locker lot mile module object pen pier "
    "phase platform plot pod pole quadrant ramp rink room route row runway seat section shaft "
    "shelf shop site slip slot space spot stage stair staircase stall stand station stop studio "
    "suite team terminal track train tram type unit version ward wing zone"
)
_PLURAL = "(?:es|s)?"
_FURTHER = r"(?:\d{1,5}[A-Za-z]?(?:, (?:and )?| and | or | to | ?[-–&/] ?)){0,4}"
_IN_DOCUMENT = Late(
    rf"(?<!\w)(?i:{'|'.join(_DOCUMENT.split())}){_PLURAL}\.?:? (?:no\. |#)?{_FURTHER}$"
)
_IN_PLACE = Late(rf"(?<!\w)(?i:{'|'.join(_PLACE.split())}){_PLURAL}\.?:? (?:no\. |#)?{_FURTHER}$")
_PLACE_AFTER = Late(rf" (?:{'|'.join(_PLACE.split())}){_PLURAL}\b")
_LETTERED = WithDigit(
    r"(?<![\w.,$£€-])(?P<number>\d{1,5})-?(?P<letter>[A-Za-z])"
    r"(?:(?P<dash> ?[-–] ?)(?P<number2>\d{1,5})?(?P<letter2>[A-Za-z]))?(?![\w'’°/]|[-–]\w)"
)
_SHORT = Late(r"\. ?$")
_UNIT_LETTERS = frozenset("mglshtk")


def _lettered(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "31A" of "Gate 31A": there, a letter is no unit."""
    letter = match["letter"]
    if _SHORT.search(match.string[max(0, match.start() - 2) : match.start()]):
        return None  # "Fig. 3a" is a reference.
    if not is_label(match.string, match.start(), letter) and not (
        letter in "ACFNVW" and _PLACE_AFTER.match(match.string, match.end())
    ):
        return None
    words = f"{numbers.pairs(match['number'])} {letter.upper()}"
    if match["letter2"]:
        second = numbers.pairs(match["number2"]) + " " if match["number2"] else ""
        words += f" to {second}{match['letter2'].upper()}"
    return words


def is_label(text: str, start: int, letter: str) -> bool:
    """Whether a number with this letter at *start* names a thing, judged by the words before."""
    before = text[max(0, start - 64) : start]
    if _IN_DOCUMENT.search(before):
        return True
    return letter not in _UNIT_LETTERS and bool(_IN_PLACE.search(before))


# --- A number after the name of its series -----------------------------------------------------

_SERIES = (
    "act appendix bonus book case chapter clip course day disc disk ep episode exercise fig figure "
    "game image issue item lecture lesson level line map module month number page part phase photo "
    "player question round scene season session side slide stage step table take team test track "
    "unit verse video vol volume week world"
)
_SERIAL = WithDigit(
    rf"(?<!\w)(?P<word>(?i:{'|'.join(_SERIES.split())}))(?P<dot>\.?) 0(?P<number>[1-9]\d?)"
    r"(?![\w/-]|[.,:]\d)"
)
_SERIES_SHORT = {"ep": "episode", "fig": "figure", "vol": "volume"}
_EPISODE = WithDigit(r"(?<!\w)[sS](?P<season>\d{1,2}) ?[eE](?P<episode>\d{1,3})(?!\w)")


def _serial(match: re.Match[str], options: ReadingOptions) -> str:
    word = match["word"]
    full = _SERIES_SHORT.get(word.lower())
    if full:
        word = full.capitalize() if word[0].isupper() else full
    return f"{word} {numbers.cardinal(int(match['number']))}"


def _episode(match: re.Match[str], options: ReadingOptions) -> str:
    season, episode = int(match["season"]), int(match["episode"])
    return f"season {numbers.cardinal(season)} episode {numbers.cardinal(episode)}"


_REPORTER = (
    r"U\.S\.|F\.(?: ?(?:2d|3d|4th))?|F\. ?Supp\.(?: ?[23]d)?|S\. ?Ct\.|L\. ?Ed\.(?: ?2d)?|"
    r"[A-Z]\.[A-Z]?\.? ?[23]d|Cal\.(?: ?[2345](?:d|th))?"
)
_CITATION = WithDigit(
    rf"(?<![\w.,])(?P<volume>\d{{1,4}}) (?P<reporter>{_REPORTER}) (?P<page>\d{{1,4}})(?P<at>, "
    rf"\d{{1,4}}(?:[-–]\d{{1,4}})?)?(?![\w,]|\.\d)"
)
_SERIES_NAMES = {"2d": "second", "3d": "third", "4th": "fourth", "5th": "fifth"}


def _citation(match: re.Match[str], options: ReadingOptions) -> str:
    """Read a report of cases: "410 U.S. 113", "12 F.3d 45"."""
    reporter = match["reporter"]
    for written, spoken in _SERIES_NAMES.items():
        reporter = reporter.replace(written, f" {spoken}")
    reporter = (
        reporter.replace("Supp.", " supp")
        .replace("Cal.", "Cal")
        .replace("Ct.", " C T")
        .replace("Ed.", " E D")
    )
    words = (
        f"{numbers.pairs(match['volume'])} {reporter.replace('.', ' ')} "
        f"{numbers.pairs(match['page'])}"
    )
    if match["at"]:
        pages = re.findall(r"\d+", match["at"])
        words += ", " + " to ".join(map(numbers.pairs, pages))
    return " ".join(words.split())


_TAX = Late(r"(?i)\btax|\bforms?\b|\bIRS\b|\bfil(?:e|ed|ing)\b|W-2|\bsched")
_CODE = WithDigit(
    r"(?<![\w.,$£€/:-])(?P<number>[1-9]\d{2,3})(?![\w%°/-]|[.,:]\d| (?:percent|pages|words|times|"
    r"of)\b)"
)
_CODED = Late(
    r"(?<!\w)(?:HTTP(?:/\d(?:\.\d)?)?|RFC|PEP|ANSI|IRS|DSM|OSHA|Form|form|[Ee]xtension|[Cc]ode|"
    r"[Ss]tatus|K\.|BWV|Hob\.|RV|[Ll]ocker|(?:[Mm]ile )?[Mm]arker|MM|[Pp]ort|H\.R\.|HR|H\.B\.|"
    r"S\.B\.|HB|SB|A\.B\.|[Hh]ymn|[Ee]xit|Catch|Pier|Ward|[Dd]octype|[Ff]lt|[Ss]uites?|[Ss]tates? "
    r"Route)"
    r"(?: code| number|s)? $|(?<!\w)[Ee]rrors? (?:code )?$"
)
_ANSWERS = frozenset("400 401 403 404 405 409 410 418 422 429 500 501 502 503 504".split())
_WEB = Late(r"(?i)\bAPI|HTTP|server|page|request|endpoint|\burl|site\b|client|browser|\bweb\b|/\w")
_LAST_DIGITS = Late(
    r"(?:chmod|[Hh]eading|hdg\.?|[Ss]quawk(?:ing)?|(?:card|account|acct\.?|number|no\.|phone|loan|"
    r"SSN|one) (?:that )?end(?:ing|s|ed)? (?:in|with)|last (?:\w{1,5} )?(?:digits|numbers|four|"
    r"4)(?: are| is| of|:)?|(?:[Ss]teer|[Cc]ourse|[Bb]earing|[Ww]inds?(?: is| are)? from|"
    r"[Ww]inds? (?:is|are))|PIN:?|pin|"
    r"passcode:?|code) $"
)
_CODE_AFTER = Late(
    r" (?:Bad Gateway|Not Found|Forbidden|Internal|Service Un|Unauthorized|Too Many|Gateway|error|"
    r"response|status)\b"
)


def _code(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 24) : match.start()]
    if match["number"] in ("1040", "1099", "1065", "1120") and mentions(_TAX, match.string):
        return numbers.pairs(match["number"])
    if _NUMBER_BEFORE.search(match.string[max(0, match.start() - 32) : match.start()]):
        return numbers.pairs(match["number"])
    if _LAST_DIGITS.search(before):
        return numbers.digits(match["number"], zero="zero")
    status = len(match["number"]) == 3 and _CODE_AFTER.match(match.string, match.end())
    answers = match["number"] in _ANSWERS and re.search(r"\b(?:an?|the|returns?|with) $", before)
    if not (status or _CODED.search(before) or (answers and mentions(_WEB, match.string))):
        return None
    return numbers.pairs(match["number"])


# --- Identifiers -------------------------------------------------------------------------------

_GROUP = r"(?:[A-Z]{1,6}\d{0,17}[A-Z]{0,4}|\d{1,17}[A-Z]{0,4}\d{0,12}|cv|cr)"
_IDENTIFIER = WithDigit(
    rf"(?<![\w.@/$£€+-])(?P<no>[Nn]os?\. ?|"
    rf"#)?(?=[A-Za-z-]{{0,12}}\d)(?P<groups>{_GROUP}(?:-{_GROUP}){{1,6}})"
    r"(?![\w%°/]|-\w|\.\d|['’]\w)"
)
_KINDS = (
    "account|acct|article|asset|batch|bill|booking|case|catalog|certificate|cert|claim|code|"
    "confirmation|contract|customer|docket|file|filing|form|grant|id|invoice|item|job|licen[cs]e|"
    "matter|member|model|no|number|order|part|patent|permit|po|policy|project|protocol|ref|"
    "reference|registration|request|requisition|rma|serial|ship|sku|study|subject|ticket|tracking|"
    "trial|vin|voucher|resolution|law|ordinance|measure|crime|plate|motion|confirmation|p/n|s/n|"
    "tracking"
)
_IDENTIFIED = Late(
    rf"(?<!\w)(?i:{_KINDS})(?i: ?(?:no\.|nos\.|number|numbers|id|code|ref|#))?s?(?: is| was|"
    rf"[:.])? ?#?$"
)
_NUMBER_BEFORE = Late(rf"(?<!\w)(?i:{_KINDS})\.?,? nos?\. $")
_NUMBER_OF = re.compile(
    rf"(?<!\w)(?P<kind>(?i:{_KINDS}|lot|tracking|phone|page|room|flight|license))\.?,? "
    rf"(?P<no>nos?\.)(?!\w)"
)
_ZIP = WithDigit(r"(?<![\w.,$£€-])(?P<five>\d{5})-(?P<four>\d{4})(?![\w-]|[.,]\d)")
_THREES = WithDigit(r"(?<![\w.,$£€-])(?:(?P<front>[A-Z]{2}) )?\d{3}(?: \d{3}){2,4}(?![\w,-]|\.\d)")
_OIL = WithDigit(r"(?<![\w.])(?P<cold>\d{1,2})W-?(?P<hot>\d{2})(?!\w)")
_TEN_CODE = WithDigit(
    r"(?<![\w.,/-])10-(?P<number>4|7|8|9|20|22|23|33|50|76|97|98)(?![\w-]|[.,:/]\d)"
)
_TEN_BEFORE = Late(
    r"(?i)(?:^|[.!?\"“] |your |that's an? |we have an? |in an? |copy,? |code |show me |a possible "
    r"|responding to an? )[\"“]?$"
)
_FISCAL = WithDigit(r"(?<!\w)FY ?['’]?(?P<low>\d\d)[/–-](?P<high>\d\d)(?!\w)")
_RADIO = WithDigit(
    r"(?:(?<=[Tt]ower's on )|(?<=[Tt]ower on )|(?<=[Gg]round on )|(?<=[Aa]pproach on )|"
    r"(?<=[Cc]enter on )|(?<=[Dd]eparture on )|(?<=[Cc]ontact on ))"
    r"(?P<number>1[0-3]\d\.\d{1,3})(?P<unit> ?MHz)?(?!\w)"
)
_FOURS = WithDigit(
    r"(?<![\w.,$£€-])\d{4}(?: \d{4}){1,5}(?: \d{1,3})?(?![\w,-]|\.\d| (?:people|votes|of)\b)"
)
_LONG_CODE = WithDigit(
    r"(?<![\w.@/#$£€+-])(?=[A-Z]{0,5}\d)(?=\d{0,5}[A-Z])(?P<code>(?:[A-Z]{1,6}(?![A-Z])|"
    r"\d{1,17}(?!\d)){3,16}|[A-Z]{2,4}0\d{2,11}|[A-Z]{1,3}\d{5,12})(?![\w'’%-])"
)
_HASH_CODE = WithDigit(r"(?<![a-z\d&#/])# ?(?P<letters>[A-Z]{1,2})(?P<digits>\d{2,6})(?!\w)")
_CHANNEL = WithDigit(
    r"(?:(?<=VHF )|(?<=UHF )|(?<=TV )|(?<=radio ))[Cc]h\.? "
    r"(?P<number>\d{1,3})(?!\w)"
)
_HALF_YEAR = WithDigit(r"(?<!\w)(?P<half>[12])H ?['’]?(?P<year>\d{2}|20\d{2})(?!\w)")
_HASH = WithDigit(r"(?<![a-z\d&#/])# ?(?P<number>\d{5,12})(?!\w)")
_COLOUR_WORD = Late(r"(?i)colou?r|css|hex\b|background|border|fill|shade|palette|rgb")


def _identifier(match: re.Match[str], options: ReadingOptions) -> str | None:
    groups = match["groups"].split("-")
    before = match.string[max(0, match.start() - 32) : match.start()]
    named = bool(_IDENTIFIED.search(before))
    if not (named or match["no"] == "#") and not _stands_alone(groups):
        return None
    numbered = re.search(r"(?i)(?:number|no\.|nos\.) ?#?$", before)
    first = "number " if match["no"] and not numbered else ""
    if all(len(group) <= 3 and group.isdecimal() and group[0] != "0" for group in groups):
        return first + " ".join(map(numbers.pairs, groups))
    if all(len(group) <= 2 and group.isdecimal() for group in groups):
        return first + " ".join(map(numbers.pairs, groups))
    if all(map(str.isdecimal, groups)) and any(group[0] == "0" for group in groups):
        return first + " ".join(
            numbers.pairs(group)
            if len(group) == 4 and group[:2] in ("19", "20")
            else numbers.digits(group, zero="zero")
            for group in groups
        )
    if sum(any(map(str.isdecimal, group)) for group in groups) == 1:
        return first + " ".join(
            numbers.pairs(group) if group.isdecimal() and len(group) < 5 else _code_words(group)
            for group in groups
        )
    return first + " ".join(_code_words(group) for group in groups)


_MONTHS = frozenset("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())


def _stands_alone(groups: list[str]) -> bool:
    """Whether the groups, such as "INV-2023-0042", can be nothing but an identifier."""
    lettered = any(group[0].isalpha() or group[-1].isalpha() for group in groups)
    if not lettered or groups[0] in ("1", "800") or any(g.title() in _MONTHS for g in groups):
        return False  # Else a free telephone number or a date.
    padded = any(len(group) > 2 and group[0] == "0" and group.isdecimal() for group in groups)
    many = len(groups) > 2 and sum(any(map(str.isdecimal, group)) for group in groups) > 1
    return padded or many


def _code_words(code: str) -> str:
    """Return a code's letters one by one; its digits too, but for years and small numbers."""
    words = []
    for piece in re.findall(r"[A-Za-z]|\d+", code):
        if piece.isalpha():
            words.append(piece.upper())
        elif len(piece) <= 2 and piece[0] != "0":
            words.append(numbers.cardinal(int(piece)))
        elif len(piece) == 4 and piece[0] != "0":
            words.append(numbers.pairs(piece))
        else:
            words.append(numbers.digits(piece, zero="zero"))
    return " ".join(words)


def _long_code(match: re.Match[str], options: ReadingOptions) -> str | None:
    code = match["code"]
    digits = sum(map(str.isdecimal, code))
    changes = len(re.findall(r"[A-Z]+|\d+", code))
    if len(code) < 6 or digits < 2 or (changes < 3 and digits < 3):
        return None
    return " ".join(
        numbers.digits(piece, zero="zero") if piece.isdecimal() else piece
        for piece in re.findall(r"[A-Z]|\d+", code)
    )


def _fours(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read a number that is written in groups of four, after a word for such numbers."""
    before = match.string[max(0, match.start() - 32) : match.start()]
    if match[0].count(" ") < 2 and not re.search(rf"(?i)(?:{_KINDS})\b[^.!?\d]{{0,16}}$", before):
        return None
    return ", ".join(numbers.digits(group, zero="zero") for group in match[0].split(" "))


def _zip(match: re.Match[str], options: ReadingOptions) -> str | None:
    if re.search(r"(?<![A-Z])[A-Z]{2} $", match.string[max(0, match.start() - 4) : match.start()]):
        return None  # Read with the name of its state.
    return ", ".join(numbers.digits(part, zero="zero") for part in match.groups())


def _threes(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 32) : match.start()]
    if not match["front"] and not re.search(
        rf"(?i)(?:{_KINDS}|tracking)\b[^.!?\d]{{0,16}}$", before
    ):
        return None
    front = numbers.letters(match["front"]) + " " if match["front"] else ""
    return front + ", ".join(numbers.digits(d, zero="zero") for d in re.findall(r"\d+", match[0]))


def _plain(number: str) -> str:
    return numbers.cardinal(int(number))


def _radio(match: re.Match[str], options: ReadingOptions) -> str:
    words = " point ".join(numbers.digits(d, zero="zero") for d in match["number"].split("."))
    return words + (" megahertz" if match["unit"] else "")


def _spelled(letters: str, digits: str) -> str:
    number = numbers.pairs(digits) if len(digits) < 5 else numbers.digits(digits, zero="zero")
    return f"{numbers.letters(letters)} {number}"


def _half_year(match: re.Match[str], options: ReadingOptions) -> str:
    half = "first" if match["half"] == "1" else "second"
    return f"{half} half of {numbers.pairs(match['year'])}"


def _ten_code(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read the codes of police radio: "10-4, on my way", "What's your 10-20?"."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    if not _TEN_BEFORE.search(before):
        return None
    return f"ten {_plain(match['number'])}"


def _hash(match: re.Match[str], options: ReadingOptions) -> str | None:
    around = match.string[max(0, match.start() - 40) : match.end() + 24]
    if len(match["number"]) == 6 and _COLOUR_WORD.search(around):
        return None
    space = " " if match.string[max(0, match.start() - 1) : match.start()].strip() else ""
    return f"{space}number {numbers.digits(match['number'], zero='zero')}"


_WIFI = WithDigit(
    r"(?<![\w.])802\.(?P<number>\d{1,2})(?P<letters>(?:[a-z]{1,2}(?:/[a-z]{1,2}){0,6})?)(?!\w)"
)


def _wifi(match: re.Match[str], options: ReadingOptions) -> str:
    letters = " ".join(match["letters"].replace("/", "").upper())
    return f"eight oh two dot {numbers.cardinal(int(match['number']))} {letters}".rstrip()


# --- Aircraft, rooms, scenes -------------------------------------------------------------------

_ROOM_RANGE = WithDigit(
    r"(?<!\w)(?P<word>(?i:rooms|suites|units|gates|flights|apartments|lockers|bays|seats|lots|"
    r"sites|buses|routes)) "
    r"(?P<low>\d{3,4})[-–](?P<high>\d{3,4})(?![\w,]|\.\d)"
)
_INSURANCE = WithDigit(
    r"(?<!\w)(?P<front>[A-Z]{2}) ?(?P<digits>\d{2} ?\d{2} ?\d{2}) "
    r"?(?P<end>[A-D])(?!\w)"
)
_JUNCTION = WithDigit(
    r"(?:(?<=\bat )|(?<=\boff )|(?<=[Jj]unction )|(?<=between )|(?<=leave )|(?<=\bto )|(?<=M\d )|"
    r"(?<=M\d\d ))J(?P<number>\d{1,2})(?P<letter>[A-Z])?(?!\w)"
)
_WIND = WithDigit(
    r"(?:(?<=[Ww]ind )|(?<=[Ww]inds )|(?<=[Ww]ind is )|(?<=[Ww]inds were )|(?<=[Ww]ind was )|"
    r"(?<=[Ww]inds are ))(?P<from>[0-3]\d\d)/(?P<speed>\d{2})(?:G(?P<gusts>\d{2}))?(?:KT|"
    r"kt)?(?!\w)"
)
_SECTION_OF = WithDigit(r"(?<![\w.])s(?P<many>s)?\.(?=\d)")
_FLIGHT_LEVEL = WithDigit(r"(?<!\w)FL ?(?P<level>\d{2,3})(?!\w)")
_RUNWAY = WithDigit(
    r"(?<!\w)(?P<word>RWY|Rwy|[Rr]unways?|rwy)\.? "
    r"(?P<number>[0-3]?\d)(?P<side>[LRC])?(?:/(?P<number2>[0-3]\d)(?P<side2>[LRC])?)?(?!\w)"
)
_BARE_RUNWAY = WithDigit(r"(?<![\w.])(?P<number>[0-3]\d)(?P<side>[LRC])(?!\w)")
_LANDING = Late(r"(?i)\brunway|\bapproach|\bILS\b|\bland(?:ed|ing)?\b|\btower\b|take-?off")
_AIRBAND = WithDigit(r"(?<=\bon )(?P<number>1[123]\d\.\d{1,3})(?P<unit> ?MHz)?(?!\w)")
_AIR = Late(
    r"(?i)mayday|frequenc|\btower\b|\bradio|squelch|monitor|\bpilot|\baircraft|"
    r"\bcontroller"
)
_RUNWAY_SIDES = {"L": " left", "R": " right", "C": " center"}
_ROOMS = WithDigit(
    r"(?<![\w.])(?P<beds>\d{1,2}) ?(?:BR|BD|br|bd|bed)s?(?:(?:[/,] ?| )(?P<baths>\d{1,2}(?:\.5)?) "
    r"?(?:BA|ba|bath)s?)?(?!\w|\. ?ft)"
)
_SCENE = re.compile(
    r"(?<![\w.])(?P<act>[IVX]{1,4})\.(?P<scene>[ivx]{1,5})(?:\.(?P<line>\d{1,4})(?:[-–](?P<last>\d{1,4}))?)?(?!\w|\.\w)"
)
_STAGE = re.compile(
    r"(?:(?<=[Ss]tage )|(?<=[Ee]xit )|(?<=[Ee]xits )|(?<=[Ee]nter )|(?<=[Ee]nters )|(?<=[Hh]ouse "
    r")|(?<=[Cc]amera ))(?P<side>[LRC])(?=[\s.,;)]|$)"
)
_SCENE_NUMBERS = dict(
    zip("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split(), range(1, 16), strict=True)
)
_LEFT_SECONDS = WithDigit(
    r"(?<![\w:]):(?P<seconds>\d\d)(?= (?:left|remaining|to go|to play|on the clock)\b)"
)


def _room_range(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{match['word']} {numbers.pairs(match['low'])} to {numbers.pairs(match['high'])}"


def _insurance(match: re.Match[str], options: ReadingOptions) -> str:
    """Read a British National Insurance number."""
    digits = numbers.digits(match["digits"], zero="zero")
    return f"{numbers.letters(match['front'])} {digits} {match['end']}"


def _junction(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not options.british:
        return None
    letter = f" {match['letter']}" if match["letter"] else ""
    return f"junction {numbers.cardinal(int(match['number']))}{letter}"


def _wind(match: re.Match[str], options: ReadingOptions) -> str:
    """Read the wind of an airfield: "310/15G25"."""
    words = f"{numbers.digits(match['from'], zero='zero')} at {_plain(match['speed'])}"
    return words + (f" gusting {_plain(match['gusts'])}" if match["gusts"] else "")


def _flight_level(match: re.Match[str], options: ReadingOptions) -> str:
    return f"flight level {numbers.digits(match['level'], zero='zero')}"


def _runway(match: re.Match[str], options: ReadingOptions) -> str:
    words = "runways" if match["word"].endswith("s") else "runway"
    for number, side in (("number", "side"), ("number2", "side2")):
        if match[number]:
            words += f" {numbers.digits(match[number], zero='zero')}"
            words += _RUNWAY_SIDES.get(match[side] or "", "")
    return words


def _bare_runway(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not mentions(_LANDING, match.string):
        return None
    return numbers.digits(match["number"], zero="zero") + _RUNWAY_SIDES[match["side"]]


def _rooms(match: re.Match[str], options: ReadingOptions) -> str | None:
    words = f"{numbers.cardinal(int(match['beds']))} bedroom"
    if match["baths"]:
        return f"{words}, {numbers.decimal(match['baths'])} bath"
    return words if match[0].endswith(("R", "D", "r", "d")) and "bed" not in match[0] else None


def _scene(match: re.Match[str], options: ReadingOptions) -> str | None:
    act, scene = (_SCENE_NUMBERS.get(match[name].lower()) for name in ("act", "scene"))
    if not act or not scene:
        return None
    words = f"act {numbers.cardinal(act)}, scene {numbers.cardinal(scene)}"
    if match["line"]:
        words += f", line{'s' if match['last'] else ''} {numbers.cardinal(int(match['line']))}"
    return words + (f" to {numbers.cardinal(int(match['last']))}" if match["last"] else "")


def _stage(match: re.Match[str], options: ReadingOptions) -> str:
    return _RUNWAY_SIDES[match["side"]].strip()


def _left_seconds(match: re.Match[str], options: ReadingOptions) -> str:
    seconds = int(match["seconds"])
    return f"{numbers.cardinal(seconds)} {'second' if seconds == 1 else 'seconds'}"


# --- Roads and points of the compass -----------------------------------------------------------

_POINTS = {"N": "north", "S": "south", "E": "east", "W": "west"}
_POINT = "NNE|NNW|SSE|SSW|ENE|ESE|WNW|WSW|NE|NW|SE|SW|[NSEW]"
_STATE_CODE = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|ID|IL|IA|KS|KY|LA|MD|MA|MI|MN|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|"
    "OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
_HIGHWAY = WithDigit(
    rf"(?<![\w-])(?P<road>(?:I|US|U\.S\.|SR|CR|FM|{_STATE_CODE})-|(?:U\.S\.|US|SR|CR|"
    r"[Rr]oute|Rte\.?|Rt\.?|[Hh]ighway|Hwy\.?|Interstate|(?:State|County|Co\.) (?:Route|Road|"
    r"Highway|Rd\.|Hwy\.)) )"
    r"(?P<number>\d{1,4})(?P<letter>[A-Z])?(?: (?P<side>NB|SB|EB|WB|"
    r"[NSEW])\b\.?(?!['’]))?(?![\w-]|[.,]\d)"
)
_ROADS = {
    "Rte": "Route", "Rt": "Route", "Hwy": "Highway", "Co. Rd": "County Road",
    "County Rd": "County Road", "Co. Hwy": "County Highway",
}  # fmt: skip
_DIRECTION = re.compile(
    rf"(?<=[\w.,] )(?P<side>{_POINT})(?=(?: (?:on|onto|along|to|toward|towards|for|of|from|at|"
    rf"until|"
    r"past|through|via|and|then|in)\b|[,;.]|$| ?\d))"
)
_FACING = re.compile(
    r"(?<![\w-])(?P<side>NE|NW|SE|SW|[NSEW])-(?P<end>facing|side|ward|wards|"
    r"most)\b"
)
_WIND_OF = re.compile(
    r"(?<![\w.])(?P<side>NNE|NNW|SSE|SSW|ENE|ESE|WNW|WSW|NE|NW|SE|SW) (?=(?:winds?|breezes?|"
    r"gales?|swell|corner|coast|"
    r"slopes?|face|quadrant|side|airflow)\b)"
)
_AT_STREET = re.compile(r"(?<![\w.])(?P<side>[NSEW])\. (?=\d{1,3}(?:st|nd|rd|th)\b)")
_SIDE_OF = re.compile(
    r"(?<![\w.])(?P<side>[NSEW])\.? (?=(?:side|end|wall|wing|entrance|bank|slope|face|corner|"
    r"tower|facing|lot|window|door|aisle|transept|chancel|exit|shore|"
    r"Carolina|Dakota|Virginia|Korea|Africa|America|Sea|Pole|Ireland|Yorkshire|Sussex|Midlands|"
    r"Hollywood)\b)"
)
_BOUND_SHORT = re.compile(
    r"(?<!\w)(?P<side>[NSEW])B(?= (?:on|lanes?|traffic|ramp|side|exit|train|platform|I-|US-|Hwy|"
    r"Highway|Route|Rte|at)\b)"
)
_BOUND = re.compile(r"(?<![\w-])(?P<side>[NSEWnsew])(?:-bound|/B)(?!\w)")
_HAND = re.compile(
    r"(?:(?<=\b[Tt]urn )|(?<=\b[Bb]ear )|(?<=\b[Kk]eep )|(?<=\bgo )|(?<=\bthen )|(?<=\bhang a )|"
    r"(?<=\bmake a )|"
    r"(?<=\btake a ))(?P<hand>[LR])(?= (?:on|onto|at|into|past|after|toward|towards|and|for|by)\b|"
    r"[,.;]|$)"
)
_MOVED = Late(
    r"(?i)(?<!\w)(?:(?:head|turn|driv|continu|walk|proceed|travel|bear|merg|keep|rid|fly|sail|mov|"
    r"fac|look|point|bend|veer|curv)(?:e|es|s|ed|ing)?|go|goes|going|went|runs?|heads|due|winds?|"
    r"gusts?|breeze|swell|"
    r"(?:mile|block|yard|meter|metre|kilometer|kilometre)s?|mi\.?|km|feet|ft\.?)"
    r"(?: (?:from )?(?:the )?)$"
)


def point_words(point: str) -> str:
    """Return a point of the compass: "north", "southwest", "north northeast"."""
    if len(point) == 3:
        return f"{_POINTS[point[0]]} {point_words(point[1:])}"
    return "".join(_POINTS[letter] for letter in point)


def _highway(match: re.Match[str], options: ReadingOptions) -> str:
    road = match["road"].rstrip("- ")
    name = _ROADS.get(road.rstrip("."), road)
    if name.isupper():
        name = numbers.letters(name.replace(".", ""))
    words = f"{name} {numbers.pairs(match['number'])}"
    if match["letter"]:
        words += f" {match['letter']}"
    side = match["side"]
    if side:
        words += f" {_POINTS[side[0]]}" + ("bound" if len(side) == 2 else "")
    return words


def _side_of(match: re.Match[str], options: ReadingOptions) -> str:
    word = _POINTS[match["side"]]
    return (word.capitalize() if match.string[match.end()].isupper() else word) + " "


def _direction(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not _MOVED.search(match.string[max(0, match.start() - 24) : match.start()]):
        return None
    return point_words(match["side"])


RULES = (
    Rule("label", _WIFI, _wifi),
    Rule("label", _ROOM_RANGE, _room_range),
    Rule("label", _RUNWAY, _runway),
    Rule("label", _BARE_RUNWAY, _bare_runway),
    Rule("radio", _AIRBAND, lambda m, o: _radio(m, o) if mentions(_AIR, m.string) else None),
    Rule("label", _LETTERED, _lettered),
    Rule("label", _SERIAL, _serial),
    Rule("label", _EPISODE, _episode),
    Rule("label", _HASH, _hash),
    Rule("label", _HASH_CODE, lambda m, _: f"number {_spelled(m['letters'], m['digits'])}"),
    Rule("label", _CHANNEL, lambda m, _: f"channel {_plain(m['number'])}"),
    Rule("year", _HALF_YEAR, _half_year),
    Rule("identifier", _IDENTIFIER, _identifier),
    Rule("identifier", _LONG_CODE, _long_code),
    Rule("identifier", _ZIP, _zip),
    Rule("identifier", _THREES, _threes),
    Rule("identifier", _FOURS, _fours),
    Rule("oil", _OIL, lambda m, _: f"{_plain(m['cold'])} W {_plain(m['hot'])}"),
    Rule("code", _TEN_CODE, _ten_code),
    Rule("year", _FISCAL, lambda m, _: f"F Y {numbers.pairs(m['low'])} {numbers.pairs(m['high'])}"),
    Rule("radio", _RADIO, _radio),
    Rule(
        "identifier",
        _NUMBER_OF,
        lambda m, _: f"{m['kind']} number{'s' if m['no'] == 'nos.' else ''}",
    ),
    Rule("citation", _CITATION, _citation),
    Rule("label", _CODE, _code),
    Rule("identifier", _INSURANCE, _insurance),
    Rule("road", _JUNCTION, _junction),
    Rule("wind", _WIND, _wind),
    Rule("reference", _SECTION_OF, lambda m, _: f"section{'s' if m['many'] else ''} "),
    Rule("label", _FLIGHT_LEVEL, _flight_level),
    Rule("rooms", _ROOMS, _rooms),
    Rule("scene", _SCENE, _scene),
    Rule("scene", _STAGE, _stage),
    Rule("time", _LEFT_SECONDS, _left_seconds),
    Rule("road", _HIGHWAY, _highway, abbreviation=True),
    Rule("direction", _DIRECTION, _direction),
    Rule("direction", _SIDE_OF, _side_of),
    Rule("direction", _AT_STREET, lambda m, _: f"{_POINTS[m['side']].capitalize()} "),
    Rule("direction", _WIND_OF, lambda m, _: f"{point_words(m['side'])} "),
    Rule("direction", _FACING, lambda m, _: f"{point_words(m['side'])}-{m['end']}"),
    Rule("direction", _BOUND_SHORT, lambda m, _: f"{_POINTS[m['side']]}bound"),
    Rule("direction", _BOUND, lambda m, _: f"{_POINTS[m['side'].upper()]}bound"),
    Rule("direction", _HAND, lambda m, _: "left" if m["hand"] == "L" else "right"),
)
