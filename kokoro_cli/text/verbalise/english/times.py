"""Times of day and durations."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.text.verbalise.english.context import mentions
from kokoro_cli.types import ReadingOptions

DASH = r" ?[-–—‑] ?"

_NOON = re.compile(
    r"(?<![\w-])(?P<from>[Nn]oon|[Mm]idnight|[Dd]awn|[Dd]usk|[Ss]unset) ?[-–—] ?(?=\d|[a-z])|"
    r"(?<=\d) ?[-–—] ?(?=(?:noon|midnight|dusk|sunset|dawn|close|present|now)\b)"
)

_AM_PM = r"(?:[aApP]\.? ?[mM]\b\.?|(?<=\d)[ap]\b)"

_ZONES = {
    "GMT": "G M T", "UTC": "U T C", "EST": "E S T", "EDT": "E D T", "PST": "P S T", "PDT": "P D T",
    "CST": "C S T", "CDT": "C D T", "MST": "M S T", "MDT": "M D T", "BST": "B S T", "CET": "C E T",
    "CEST": "C E S T", "IST": "I S T", "JST": "J S T", "AEST": "A E S T", "ET": "E T", "PT": "P T",
    "CT": "C T", "Z": "Zulu",
}  # fmt: skip

_ZONE = "|".join(sorted(_ZONES, key=len, reverse=True))

_TIME = WithDigit(
    r"(?<![\w.:,])(?P<hour>[01]?\d|2[0-4])(?P<colon>[:.])(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d))?"
    rf"(?: ?(?P<half>{_AM_PM}))?"
    rf"(?:(?P<dash>{DASH}| to )(?P<hour2>[01]?\d|2[0-4])(?::(?P<minute2>[0-5]\d))?"
    rf"(?: ?(?P<half2>{_AM_PM}))?(?!\d))?"
    rf"(?: ?h(?:rs|ours)?\b)?(?: (?P<zone>{_ZONE})(?:(?P<offset>[+-]\d{{1,2}})(?::00)?)?)?"
    r"(?![\w]|[:,.]\d| ?/(?:mi|mile|km|k)\b)"
)

_HOUR = WithDigit(
    rf"(?<![\w.:,$£€])(?P<hour>1[0-2]|0?[1-9])(?:(?P<dash>{DASH}| to )(?P<hour2>1[0-2]|"
    r"0?[1-9])(?::(?P<minute2>[0-5]\d))?)?"
    rf" ?(?P<half>[aApP]\.?[mM]\b\.?|(?<=\d)[ap](?= (?:{_ZONE})\b|"
    rf"[-–]\d{{1,2}}(?::\d\d)?[ap]\b))(?:(?P<dash3>{DASH}| to )(?P<hour3>1[0-2]|"
    rf"0?[1-9])(?::(?P<minute3>[0-5]\d))? ?(?P<half3>{_AM_PM}))?"
    rf"(?: (?P<zone>{_ZONE})\b)?(?!\w)"
)

_TO_TIME = WithDigit(r"(?<=\d[ap]m) ?[-–—] ?(?=\d{1,2}[:.][0-5]\d ?[ap]\.?m)")
"""Between "9am" and "5:30pm"."""

_MILITARY = WithDigit(
    r"(?<![\w.:,$£€-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?: ?(?P<unit>hours|hrs|h|Z)\b)"
)

_MILITARY_BARE = WithDigit(
    r"(?:(?<=\b[Aa]t )|(?<=\b[Bb]y )|(?<=until )|(?<=from )|(?<=day )|(?<=[a-z]\. )|(?<=after )|"
    r"(?<=before )|(?<=ETA )|(?<=- )|(?<=duty )|(?<=, off )|(?<=arrive )|(?<=depart ))"
    r"(?P<hour>0\d)(?P<minute>[0-5]\d)(?P<unit>)(?![\w:/-]|[.,]\d)"
)

_MILITARY_RANGE = WithDigit(
    r"(?<![\w.:,$£€/-])(?P<from>[01]\d[0-5]\d|2[0-3][0-5]\d) ?[-–] ?(?P<to>[01]\d[0-5]\d|"
    r"2[0-3][0-5]\d)(?![\w:/-]|[.,]\d)"
)

_FRENCH_HOUR = WithDigit(r"(?<![\w.:,])(?P<hour>[01]?\d|2[0-3])h(?P<minute>[0-5]\d)(?![\w])")

_LAP = re.compile(
    r"(?<![\w.:,])(?P<minutes>\d{1,3}):(?P<seconds>[0-5]\d)\.(?P<part>\d{1,3})(?![\w:])"
)

_LETTERED_DURATION = re.compile(
    r"(?<![\w.:,])(?:(?P<days>\d{1,3})d ?)?(?:(?P<hours>\d{1,3})h(?:rs?)? ?)?"
    r"(?:(?P<minutes>\d{1,3})m(?:ins?)? ?)?(?:(?P<seconds>\d{1,3})s(?:ecs?)?)?(?!\w)(?<=[a-z])"
)

_DURATION = WithDigit(
    r"(?<![\w.:,])(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d)"
    r"(?P<part>[.,]\d{1,3})?(?![\w:])"
)

_WEEK_LETTERS = {
    "M": "Monday", "Tu": "Tuesday", "T": "Tuesday", "W": "Wednesday", "Th": "Thursday",
    "F": "Friday", "Sa": "Saturday", "Su": "Sunday",
}  # fmt: skip

_LETTER_DAYS = re.compile(
    r"(?<![\w/-])(?P<days>(?:M|Tu|T|W|Th)(?:(?:[-–]|/)(?:Tu|W|Th|F|Sa|Su)){1,4})(?=,? (?:at |from "
    r")?\d|[.,;:)]|$)"
)

_HOURS_BEFORE = Late(
    r"(?i)(?:hours|hrs\.?|open|closed|meets?|class(?:es)?|office|daily|shop|store|lab|lectures?|"
    r"on):? $"
)

_HOUR_RANGE = WithDigit(
    rf"(?<![\w.:,$£€/-])(?P<hour>1[0-2]|[1-9])[-–](?P<hour2>1[0-2]|[1-9]):(?P<minute2>[0-5]\d)(?: "
    rf"?(?P<half2>{_AM_PM}))?(?![\w:])"
)


def _letter_days(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "M–F 8–5" and "M/W/F" as days of the week."""
    timed = re.match(r",? (?:at |from )?\d", match.string[match.end() : match.end() + 8])
    if not timed and not _HOURS_BEFORE.search(
        match.string[max(0, match.start() - 12) : match.start()]
    ):
        return None
    days = re.split(r"([-–/])", match["days"])
    return " ".join(_WEEK_LETTERS.get(day, "to" if day in "-–" else ",") for day in days).replace(
        " ,", ","
    )


def _hour_range(match: re.Match[str], options: ReadingOptions) -> str:
    words = f"{numbers.cardinal(int(match['hour']))} to "
    return words + clock(match["hour2"], match["minute2"], match["half2"] or "")


def clock(hour: str, minute: str, half: str) -> str:
    """Return a time of day: "five oh five", "ten o'clock", "fifteen hundred"."""
    hours, minutes = int(hour), int(minute)
    afternoon = _half(half)
    if minutes == 0:
        if afternoon:
            words = numbers.cardinal(hours)
        elif hours > 12 or (hour == "00" and minute):
            words = f"{numbers.cardinal(hours)} hundred"
        elif len(hour) == 2 and hour[0] == "0":
            words = f"oh {numbers.cardinal(hours)} hundred"
        else:
            words = f"{numbers.cardinal(hours)} o'clock"
        if hours == 0 and not afternoon:
            words = "zero hundred" if len(hour) == 1 else "midnight"
    else:
        late = f"oh {numbers.cardinal(minutes)}" if minutes < 10 else numbers.cardinal(minutes)
        words = f"{numbers.cardinal(hours)} {late}"
    return words + afternoon


def _half(written: str | None) -> str:
    if not written:
        return ""
    return " A M" if written[0] in "aA" else " P M"


def _time(match: re.Match[str], options: ReadingOptions) -> str | None:
    half, half2, zone = match["half"], match["half2"], match["zone"]
    if match["colon"] == "." and not (
        half or half2 or zone or _is_hour(match) or (options.british and _is_train(match))
    ):
        return None
    if match["colon"] == ":" and _is_ratio(match):
        return None
    if match["second"]:
        if not (half or zone) and not _tells_time(match):
            return None
        words = (
            clock(match["hour"], match["minute"], "")
            if int(match["minute"])
            else numbers.cardinal(int(match["hour"]))
        )
        if int(match["second"]):
            words += f" and {count(int(match['second']), 'second')}"
        words += _half(half)
    elif match["hour2"]:
        words = (
            clock(match["hour"], match["minute"], half or (half2 and " ") or "")
            if half or not half2
            else _plain_clock(match["hour"], match["minute"])
        )
        words += " to " + (
            clock(match["hour2"], match["minute2"] or "00", half2 or "")
            if match["minute2"] or half2
            else numbers.cardinal(int(match["hour2"]))
        )
    else:
        words = clock(match["hour"], match["minute"], half or "")
    if zone:
        words += f" {_ZONES[zone]}"
        if match["offset"]:
            sign = "plus" if match["offset"][0] == "+" else "minus"
            words += f" {sign} {numbers.cardinal(int(match['offset'][1:]))}"
    return words


_NO_TIME = Late(
    r" ?(?:%|per\b|[a-z]{1,3}\b(?<!to)(?<!on)(?<!in)(?<!by)(?<!for)(?<!and)(?<!the)|units|metres|"
    r"points|euros|pence|pounds|times|million)|,\d"
)

_PRICED = Late(r"(?i)shares?\b|\bprice|pence|[£$€%]|euro|average|rating|index|odds")


_HOUR_BEFORE = Late(r"(?i)\b(?:at|by|until|till|before|after|past|the|about) $")
_HOUR_AFTER = Late(
    r"[.;!?)\"”’]|,? ?$|, (?!\d)|,? (?:he|she|they|we|I|it|on|in|by the|and|the|to [A-Z]|train|"
    r"this|that|tomorrow|today|tonight|"
    r"sharp|prompt|when|but|o'clock|for|with|exactly|last)\b"
)


# "from 3.40 to 6.20 in the hall", if nothing rises or falls; "6.45 for 7.15pm".
_TO_HOUR = Late(
    r"(?<!up )(?<!down )(?<!rose )(?<!fell )(?<!\ws )(?<!ed )(?<!rise )(?<!fall )from "
    r"\d{1,2}\.[0-5]\d (?:to|until) $"
)
_FOR_HOUR = Late(r" for \d{1,2}[.:][0-5]\d ?(?:[ap]\.?m|[.,;]|$)")


def _is_hour(match: re.Match[str]) -> bool:
    """Whether "9.30" is a time in either English: "By 9.30 he slept"."""
    if not 1 <= int(match["hour"]) <= 12 or int(match["minute"]) % 5 or match["hour"][0] == "0":
        return False
    before = match.string[max(0, match.start() - 20) : match.start()]
    if _TO_HOUR.search(before) or _FOR_HOUR.match(match.string, match.end()):
        return not mentions(_PRICED, match.string)
    ends = re.match(r"[.;!?)\"”’]|,? ?$|, (?!\d)", match.string[match.end() : match.end() + 3])
    if ends and not re.search(r"(?i)\b(?:at|until|till) $", before):
        return False  # "followed by 1.10."
    return bool(
        _HOUR_BEFORE.search(before)
        and _HOUR_AFTER.match(match.string, match.end())
        and not mentions(_PRICED, match.string)
    )


def _is_train(match: re.Match[str]) -> bool:
    """Whether "09.12" is a time, as in "the 09.12 to Leeds"."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    after = match.string[match.end() : match.end() + 16]
    if re.match(r" on (?:the \d|[A-Z][a-z]+day)", after):
        return True
    if re.search(r"(?:leaves|departs|arrives|starts|begins|opens|closes) (?:at )?$|^at $", before):
        return not _NO_TIME.match(match.string, match.end())
    if not re.search(r"\b(?:[Tt]he|[Aa]t|[Bb]y|[Ff]rom|until) $", before):
        return False
    if re.match(
        r" to \d{1,2}(?:[.:]\d\d)?(?: ?[ap]m)?\b| appointment| ferry| flight| kick-?off| "
        r"showing",
        after,
    ):
        return True
    if before.endswith("at ") and not _NO_TIME.match(match.string, match.end()):
        return not mentions(_PRICED, match.string)
    return bool(
        (re.match(r"0\d", match["hour"]) and not _NO_TIME.match(match.string, match.end()))
        or re.match(r" (?:to|from|train|service|depart|arriv|for)", after)
    )


def _plain_clock(hour: str, minute: str) -> str:
    """Return the start of a time range that says A M or P M only at its end."""
    return numbers.cardinal(int(hour)) if minute == "00" else clock(hour, minute, "")


def _is_ratio(match: re.Match[str]) -> bool:
    """Whether "16:9" is a ratio or a verse, judged by its form and the words around it."""
    if len(match["minute"]) != 2:
        return True
    before = match.string[max(0, match.start() - 24) : match.start()].rstrip()
    word = before.rsplit(" ", 1)[-1]
    after = match.string[match.end() : match.end() + 12].lstrip().lower()
    return (
        word.lower() in _RATIO_WORDS
        or _RATIO_OF.search(before) is not None
        or word in _BOOKS
        or (
            match["hour"] == "1"
            and int(match["minute"]) % 5 in (0, 2)
            and mentions(_DRAWN, match.string)
        )
        or after.startswith(("ratio", "aspect", "scale", "mix"))
    )


_RATIO_OF = Late(
    r"(?i)\b(?:ratio|scale|odds|slope|gradient|pitch|grade|dilution|proportion|mixture|mix)s? "
    r"(?:for \w{1,12} )?(?:of|is|was|at)$"
)

_DRAWN = Late(
    r"(?i)\bratios?\b|\bdrawn|\bscale|\bramps?\b|\bslopes?\b|gradient|steep|dilut|drawings?\b|"
    r"\bmaps?\b|scale "
    r"model"
)

_RATIO_WORDS = frozenset({"ratio", "scale", "odds", "aspect", "verse", "verses"})

_BOOKS = frozenset(
    (
        "Genesis Exodus Leviticus Numbers Deuteronomy Joshua Judges Ruth Samuel Kings Chronicles "
        "Ezra Nehemiah Esther Job Psalm Psalms Proverbs Ecclesiastes Isaiah Jeremiah Ezekiel "
        "Daniel Hosea Joel Amos Micah Matthew Mark Luke John Acts Romans Corinthians Galatians "
        "Ephesians Philippians Colossians Thessalonians Timothy Titus Hebrews James Peter Jude "
        "Revelation Gen Matt Cor Rom Rev Ps Qur'an Qur’an Quran Koran Surah Sura"
    ).split()
)


def _tells_time(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 12) : match.start()].rstrip().rsplit(" ", 1)[-1]
    return before.lower() in ("at", "by", "until", "from", "since", "@", "before", "after")


def _hour(match: re.Match[str], options: ReadingOptions) -> str:
    half = _half(match["half"])
    words = numbers.cardinal(int(match["hour"]))
    if match["hour2"]:
        words += f" to {_plain_clock(match['hour2'], match['minute2'] or '00')}"
    words += half
    if match["hour3"]:
        words += f" to {clock(match['hour3'], match['minute3'] or '00', match['half3'])}"
    return words + (f" {_ZONES[match['zone']]}" if match["zone"] else "")


def _military(match: re.Match[str], options: ReadingOptions) -> str:
    hour, minute = match["hour"], match["minute"]
    front = numbers.digits(hour, zero="oh") if hour[0] == "0" else numbers.cardinal(int(hour))
    if hour == "00":
        front = "zero zero" if minute != "00" else "zero"
    if minute == "00":
        back = "hundred"
    else:
        back = (
            f"oh {numbers.cardinal(int(minute))}"
            if minute[0] == "0"
            else numbers.cardinal(int(minute))
        )
    unit = {"Z": " Zulu", "": ""}.get(match["unit"], " hours")
    return f"{front} {back}{unit}"


def _military_range(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read "1900–0730" as hours: one of the two begins with a zero, which no year does."""
    if "0" not in (match["from"][0], match["to"][0]):
        return None
    ends = [_MILITARY.search(match[name] + " hours", 0) for name in ("from", "to")]
    return " to ".join(_military(end, options).removesuffix(" hours") for end in ends if end)


def _french_hour(match: re.Match[str], options: ReadingOptions) -> str:
    return clock(match["hour"], match["minute"], "")


def _duration(match: re.Match[str], options: ReadingOptions) -> str:
    parts = [
        count(int(match[name]), name[:-1])
        for name in ("hours", "minutes", "seconds")
        if int(match[name]) and not (name == "seconds" and match["part"])
    ]
    if match["part"]:
        parts.append(numbers.decimal(f"{int(match['seconds'])}.{match['part'][1:]}") + " seconds")
    if len(parts) > 1:
        parts[-1] = f"and {parts[-1]}"
    return ", ".join(parts).replace(", and", " and") or "zero seconds"


def _lap(match: re.Match[str], options: ReadingOptions) -> str:
    seconds = match["seconds"]
    front = (
        f"oh {numbers.cardinal(int(seconds))}"
        if seconds[0] == "0"
        else numbers.cardinal(int(seconds))
    )
    return (
        f"{numbers.cardinal(int(match['minutes']))} {front} point "
        f"{numbers.digits(match['part'], zero='zero')}"
    )


def _lettered_duration(match: re.Match[str], options: ReadingOptions) -> str | None:
    parts = [count(int(value), name[:-1]) for name, value in match.groupdict().items() if value]
    if len(parts) < 2:
        return None
    space = " " if match[0].endswith(" ") else ""
    return ", ".join(parts[:-1]) + f" and {parts[-1]}{space}"


def count(number: int, noun: str) -> str:
    return f"{numbers.cardinal(number)} {noun if number == 1 else noun + 's'}"


RULES = (
    Rule("time", _NOON, lambda m, _: f"{m['from'] or ''} to "),
    Rule("days", _LETTER_DAYS, _letter_days),
    Rule("time", _HOUR_RANGE, _hour_range),
    Rule("time", _LAP, _lap),
    Rule("time", _TO_TIME, lambda m, _: " to "),
    Rule("time", _TIME, _time, abbreviation=True),
    Rule("time", _HOUR, _hour, abbreviation=True),
    Rule("time", _MILITARY, _military),
    Rule("time", _MILITARY_RANGE, _military_range),
    Rule("time", _MILITARY_BARE, _military),
    Rule("time", _FRENCH_HOUR, _french_hour),
    Rule("duration", _DURATION, _duration),
    Rule("duration", _LETTERED_DURATION, _lettered_duration),
)
