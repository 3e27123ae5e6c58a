"""Shared rules for Spanish, French, Italian and Portuguese, filled with a language's words.

Numbers are written the same way in all four (a comma before decimals, points or spaces between
thousands), and so are dates, times, money and measures; only the words differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from kokoro_cli.text.verbalise import Rule
from kokoro_cli.types import ReadingOptions

Form = Literal["alone", "m", "f"]
"""A number on its own, or before a masculine or feminine noun: uno, un, una."""

LARGEST = 10**18 - 1
"""Longer numbers are read digit by digit."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A counted noun: singular, plural and gender."""

    one: str
    many: str
    feminine: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """A currency and its hundredth part."""

    unit: Noun
    cent: Noun


def nouns(table: str) -> dict[str, Noun]:
    """Parse "km=kilómetro|kilómetros; t=tonelada|toneladas|f": sign, singular, plural, gender."""
    found = {}
    for line in table.split(";"):
        if not line.strip():
            continue
        signs, words = line.strip().split("=")
        one, many, *gender = words.split("|")
        for sign in signs.split(","):
            found[sign.strip()] = Noun(one, many, bool(gender))
    return found


def phrases(table: str) -> dict[str, str]:
    """Parse "Sr.=señor; Sra.=señora"."""
    entries = (entry.strip().partition("=") for entry in table.split(";") if entry.strip())
    return {written: spoken for written, _, spoken in entries}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A language's words; those that are patterns are regular expressions."""

    # Numbers.
    cardinal: Callable[[int, Form], str]
    ordinal: Callable[[int, Form], str]
    digits: tuple[str, ...]
    comma: str
    point: str
    minus: str
    plus: str
    percent: str
    per_mille: str
    to: str
    over: str
    """Said between two numbers with a slash that are not a fraction."""
    number: str
    """Said for the sign in "#5"."""
    fraction: Callable[[int, int], str]
    half: tuple[str, str]
    """Before a masculine noun; before a feminine noun."""
    and_half: tuple[str, str]
    """After a number, masculine and feminine: "y medio", "y media"."""
    ordinals: str
    """Suffixes that make a number an ordinal; group f: feminine, group m: before a noun."""
    feminine: str
    """Matches feminine nouns, by their endings."""
    masculine: str
    """Exceptions to `feminine`."""
    no_nouns: str
    """Words after a number that are not what it counts."""
    singular_below_two: bool
    """Whether the noun after "1,5" is singular."""

    # Measures and money.
    of: Callable[[str], str]
    """Joins a noun to millions: "de euros"."""
    per: Callable[[Noun], str]
    units: Mapping[str, Noun]
    squared: Noun
    cubed: Noun
    squared_f: Noun
    cubed_f: Noun
    powers: Mapping[str, str]
    power: str
    money: Mapping[str, Money]
    dollar: str
    """Currency code of a bare "$"."""
    cents: Callable[[str, str, str], str]
    """Joins the units, the number of cents and the noun for cents."""
    magnitudes: Mapping[str, Noun]

    # The calendar.
    months: tuple[str, ...]
    date: str
    day_month: str
    first_day: str
    at_hours: str
    """Words before "15.30" that make it a time."""
    hours: Noun
    minutes: Noun
    seconds: Noun
    clock: Callable[[int, int], str]
    half_day: Callable[[int, bool], str]
    """Words for a. m. and p. m."""
    date_context: str

    # Names.
    kings: str
    queens: str
    regnal: Callable[[int, Form], str]
    numeral_ordinals: str
    """As `ordinals`, but after a Roman numeral."""
    century: str
    """Words before the numeral of a century."""
    century_after: str
    century_number: Callable[[int], str]
    ordinal_before: str
    """Words after a numeral that is an ordinal: "II Guerra Mundial"."""

    # Writing.
    titles: Mapping[str, str]
    abbreviations: Mapping[str, str]
    before_number: Mapping[str, str]
    signs: Mapping[str, str]
    and_word: str
    or_word: str
    either: str
    """"y/o": the slash between these is silent."""
    marks: Mapping[str, str]
    """Names of the marks in an address."""
    hashtag: str
    version: str
    phones: str
    phone_context: str
    phone_pairs: bool


# A number with its separators; longer runs of digits are telephone or serial numbers.
_NUMBER = (
    r"(?:[1-9]\d{0,2}(?:\.\d{3}){1,5}(?:,\d{1,20})?(?![\d]|[.,]\d)"
    r"|[1-9]\d{0,2}(?: \d{3}){1,5}(?:,\d{1,20})?(?![\d]|[.,]\d)"
    r"|[1-9]\d{0,2}(?:,\d{3}){1,5}\.\d{1,20}(?![\d]|[.,]\d)"
    r"|[1-9]\d{0,2}(?:,\d{3}){2,5}(?![\d]|[.,]\d)"
    r"|\d{1,30}(?:[.,]\d{1,20})?(?![\d]|[.,]\d))"
)
_START = r"(?<![\d])(?<!\d[.,])"
_SIGN = r"(?:(?<![\w)\]%°.,/])(?P<sign>[-−–+±]) ?)?"
_DASH = r"(?: ?[–—] ?|-)"

_POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_COMMAS = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})")
_PIECE = re.compile(r"[A-Z]{2,}(?![a-z])|[^\W\d_]?[^\W\d_A-Z]{1,60}|[A-Z]|\d{1,60}|[\W_]")
_NEXT_WORD = re.compile(r"[  ]([^\W\d_]{2,30})(?!\w)")
_BETWEEN = re.compile(r"(?:^|\W)(?:entre|tra|fra) $", re.IGNORECASE)
_VOWEL = re.compile("[aeiouyà-öø-ÿ]")
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def roman(numeral: str) -> int | None:
    """Return the value of a Roman numeral, or None if it is not one."""
    if not numeral or not _ROMAN.fullmatch(numeral):
        return None
    values = [_ROMAN_DIGITS[letter] for letter in numeral]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def padded(match: re.Match[str], words: str) -> str:
    """Return the words, with a space on each side that touches a letter or a digit."""
    before = match.string[match.start() - 1 : match.start()] if match.start() else ""
    after = match.string[match.end() : match.end() + 1]
    front, end = (c.isalpha() or c.isdecimal() for c in (before, after))
    return f"{' ' * front}{words}{' ' * end}"


def one_of(words: Mapping[str, object] | str) -> str:
    """Return a pattern for any of the words, the longest first."""
    every = words.split() if isinstance(words, str) else words
    return "|".join(re.escape(word) for word in sorted(every, key=len, reverse=True))


def rules(language: Vocabulary) -> tuple[Rule, ...]:
    """Return a language's rules, highest priority first."""
    wording = _Wording(language)
    return (
        *_addresses(wording),
        *_calendar(wording),
        *_telephones(wording),
        *_ordinals(wording),
        *_amounts(wording),
        *_numerals(wording),
        *_abbreviations(wording),
        *_numbers(wording),
        *_signs(wording),
    )


@dataclass(frozen=True, slots=True)
class _Wording:
    """Puts numbers and what they count into a language's words."""

    words: Vocabulary

    def integer(self, digits: str, form: Form = "alone") -> str:
        value = int(digits)
        if value > LARGEST or (len(digits) > 1 and digits[0] == "0"):
            return self.one_by_one(digits)
        return self.words.cardinal(value, form)

    def one_by_one(self, text: str) -> str:
        return " ".join(self.words.digits[int(d)] for d in text if d.isdecimal())

    def number(self, text: str, form: Form = "alone") -> str:
        """Return the words of a number as it is written, with separators."""
        whole, fraction, mark = parts(text)
        if not fraction:
            return self.integer(whole, form)
        between = self.words.comma if mark == "," else self.words.point
        return f"{self.integer(whole)} {between} {self.decimals(fraction)}"

    def decimals(self, digits: str) -> str:
        rest = digits.lstrip("0")
        if len(digits) > 3 or not rest:
            return self.one_by_one(digits)
        zeros = self.one_by_one("0" * (len(digits) - len(rest)))
        return f"{zeros} {self.words.cardinal(int(rest), 'alone')}".strip()

    def sign(self, sign: str | None) -> str:
        """Return the words for the sign before a number, with a trailing space; "" for no sign."""
        if not sign:
            return ""
        names = {"+": self.words.plus, "±": f"{self.words.plus} {self.words.minus}"}
        return f"{names.get(sign, self.words.minus)} "

    def is_one(self, text: str) -> bool:
        whole, fraction, _ = parts(text)
        if int(whole) == 0:
            return self.words.singular_below_two
        return int(whole) == 1 and (self.words.singular_below_two or not fraction)

    def counted(self, text: str, noun: Noun) -> str:
        """Return "dos kilómetros", "un millón de euros"."""
        number = self.number(text, "f" if noun.feminine else "m")
        name = noun.one if self.is_one(text) else noun.many
        whole, fraction, _ = parts(text)
        if not fraction and int(whole) and int(whole) % 1_000_000 == 0 and int(whole) <= LARGEST:
            name = self.words.of(name)
        return f"{number} {name}"

    def form(self, match: re.Match[str], number: str) -> Form:
        """Return the number form that the noun after a match needs."""
        following = _NEXT_WORD.match(match.string, match.end())
        if not following:
            return "alone"
        return self.form_of(following[1], number)

    def form_of(self, word: str, number: str) -> Form:
        """Return the number form before a word; "alone" if the word is not a noun."""
        lower = word.lower()
        if lower in self.words.magnitudes:
            return "m"
        if re.fullmatch(self.words.no_nouns, lower) or word != lower:
            return "alone"
        whole, fraction, _ = parts(number)
        if fraction or (int(whole) != 1 and lower[-1] not in "sxie"):
            return "alone"
        if re.fullmatch(self.words.masculine, lower):
            return "m"
        return "f" if re.fullmatch(self.words.feminine, lower) else "m"

    def to(self, match: re.Match[str]) -> str:
        """Return the word between the ends of a range: "entre diez y quince", "diez a quince"."""
        before = match.string[max(0, match.start() - 8) : match.start()]
        return self.words.and_word if _BETWEEN.search(before) else self.words.to

    def spelled(self, text: str) -> str:
        """Return an address as it is dictated: words, numbers, and the names of marks."""
        said = []
        for piece in _PIECE.findall(text):
            if piece[0].isdecimal():
                said.append(self.integer(piece) if len(piece) <= 4 else self.one_by_one(piece))
            elif piece in self.words.marks:
                said.append(self.words.marks[piece])
            elif piece.isalpha():
                spelled = len(piece) <= 4 and not _VOWEL.search(piece.lower())
                said.append(" ".join(piece.upper()) if spelled else piece)
            elif len(piece) == 1 and unicodedata.combining(piece) and said:
                said[-1] += piece
            else:
                # "½" and "²" count as letters.
                said.append("".join(c for c in piece if c.isalpha()))
        return " ".join(filter(None, said))


def parts(text: str) -> tuple[str, str, str]:
    """Return the digits before and after the decimal mark, and the mark."""
    text = text.replace(" ", "")
    if _POINTS.fullmatch(text):
        whole, mark, fraction = text.replace(".", "").partition(",")
    elif _COMMAS.fullmatch(text):
        whole, mark, fraction = text.replace(",", "").partition(".")
    else:
        whole, mark, fraction = text.replace(".", ",").partition(",")
        mark = "." if "." in text else mark
    return whole, fraction, mark


# --- Addresses ---------------------------------------------------------------------------------

_EMAIL = re.compile(
    r"(?<![\w.+-])(?:mailto:)?(?P<local>[\w.+%-]{1,64})@"
    r"(?P<host>[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})(?![\w@])"
)
_DOMAINS = (
    "com|org|net|edu|gov|gob|gouv|info|biz|io|ai|app|dev|eu|es|fr|it|br|pt|mx|ar|cl|co|pe|uy|ve|be|ch|"
    "ca|us|uk|de|in|cat|tv|me|blog|online|shop|site|news|wiki|tech"
)
_URL = re.compile(
    r"(?<![\w@.])(?:(?P<scheme>[a-zA-Z][a-zA-Z+-]{1,9})://(?P<rest>[^\s<>\"“”«»]{1,400})|"
    r"(?P<bare>(?:www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|"
    rf"[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,3}}\.(?:{_DOMAINS})(?![\w-]|\.\w))"
    r"(?::\d{1,5}(?!\d))?(?:[/?#][^\s<>\"“”«»]{0,400})?))"
)
_LONGEST_TAIL = 24
_IP = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_VERSION = re.compile(
    r"(?<![\w.,])(?:(?P<v>[vV])\.? ?(?P<short>\d{1,4}(?:\.\d{1,5}){0,4})|"
    r"(?P<long>\d{1,4}(?:\.\d{1,5}){2,4}))(?P<tail>-?(?:alpha|beta|rc)\d{0,3})?(?![\w]|[.,]\d)"
)
_HASHTAG = re.compile(r"(?<![\w&/#])#(?P<tag>(?=\w{0,40}[^\W\d])\w{1,60})")
_HANDLE = re.compile(r"(?<![\w@./])@(?P<name>\w{1,40})(?![\w@])")


def _addresses(wording: _Wording) -> tuple[Rule, ...]:
    words = wording.words
    dot = words.marks["."]

    def email(match: re.Match[str], options: ReadingOptions) -> str:
        at = words.marks["@"]
        return f"{wording.spelled(match['local'])} {at} {wording.spelled(match['host'])}"

    def url(match: re.Match[str], options: ReadingOptions) -> str | None:
        scheme, address = match["scheme"], match["rest"] or match["bare"]
        host = re.split("[:/?#]", address, maxsplit=1)[0]
        # "fin.Es" is two sentences without a space between.
        if match["bare"] and host == address and host.rsplit(".", 1)[-1][:1].isupper():
            return None
        cut = len(address.rstrip(".,;:!?)]}'’*"))
        address, tail = address[:cut], address[cut:]
        if options.urls == "full":
            front = f"{scheme}://" if scheme else ""
            return wording.spelled(front + address) + tail
        if scheme and scheme.lower() not in ("http", "https", "ftp"):
            address = f"{scheme}://{address}"
        address = address.removeprefix("www.")
        short = re.split("[?#]", address, maxsplit=1)[0]
        if len(address) - len(short) > _LONGEST_TAIL:
            address = short
        return (wording.spelled(address.rstrip("/")) or wording.spelled(address)) + tail

    def ip(match: re.Match[str], options: ReadingOptions) -> str | None:
        groups = match[0].split(".")
        if _POINTS.fullmatch(match[0]) or any(int(group) > 255 for group in groups):
            return None
        return f" {dot} ".join(wording.integer(group) for group in groups)

    def version(match: re.Match[str], options: ReadingOptions) -> str | None:
        number = match["short"] or match["long"]
        if not match["v"] and (_POINTS.fullmatch(number) or _is_date(number)):
            return None
        spoken = f" {dot} ".join(wording.integer(group) for group in number.split("."))
        tail = wording.spelled((match["tail"] or "").lstrip("-"))
        front = f"{words.version} " if match["v"] else ""
        return f"{front}{spoken} {tail}".strip()

    def hashtag(match: re.Match[str], options: ReadingOptions) -> str:
        return f"{words.hashtag} {wording.spelled(match['tag'])}"

    def handle(match: re.Match[str], options: ReadingOptions) -> str:
        return f"{words.marks['@']} {wording.spelled(match['name'])}"

    return (
        Rule("e-mail", _EMAIL, email),
        Rule("address", _URL, url),
        Rule("ip", _IP, ip),
        Rule("version", _VERSION, version),
        Rule("hashtag", _HASHTAG, hashtag),
        Rule("handle", _HANDLE, handle),
    )


# --- Dates and times ---------------------------------------------------------------------------

_ISO = re.compile(
    r"(?<![\w-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:(?P<t>T)(?=\d\d:)|(?![\w]|-\d))"
)
_DATE = re.compile(
    r"(?<![\w/.-])(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)"
    r"(?P<year>\d{4}|(?<=/)\d\d)(?![\w/]|[.-]\d)"
)
_HOUR = r"(?P<hour>[01]?\d|2[0-4])"
_HALF_DAY = r"(?: ?(?P<half>[aApP])\.? ?[mM](?P<dot>\.)?(?!\w))?"
_TIME = re.compile(
    rf"(?<![^\WT])(?<![:.,]){_HOUR}:(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
    rf"(?: ?(?:hs?|hrs?)\b\.?)?{_HALF_DAY}(?![\w:])"
)
_TIME_H = re.compile(rf"(?<![\w:.,]){_HOUR} ?[hH] ?(?P<minute>[0-5]\d)(?:min|m)?(?!\w| min)")
_TIME_M = re.compile(rf"(?<![\w:.,]){_HOUR}(?= ?[aApP]\.? ?[mM](?!\w)){_HALF_DAY}")
_TIME_DASH = re.compile(
    r"(?:(?<=\d:\d\d)|(?<=\d[hH])|(?<=[hH]\d\d)) ?[-–—] ?(?=\d{1,2}(?::[0-5]\d|[hH]))"
)


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    return bool(found) and _valid(int(found["day"]), int(found["month"])) is not None  # type: ignore[index]


def _valid(day: int, month: int) -> tuple[int, int] | None:
    """Return (day, month), swapped if only that makes a date; None if neither does."""
    if 1 <= day <= 31 and 1 <= month <= 12:
        return day, month
    return (month, day) if 1 <= month <= 31 and 1 <= day <= 12 else None


def _calendar(wording: _Wording) -> tuple[Rule, ...]:
    words = wording.words

    def spoken_day(day: int) -> str:
        return words.first_day if day == 1 else words.cardinal(day, "alone")

    def date(match: re.Match[str], options: ReadingOptions) -> str | None:
        found = _valid(int(match["day"]), int(match["month"]))
        if not found:
            return None
        day, month = found
        year = int(match["year"])
        if len(match["year"]) == 2:
            year += 1900 if year >= 70 else 2000
        spoken = words.date.format(
            day=spoken_day(day), month=words.months[month - 1], year=words.cardinal(year, "alone")
        )
        return spoken + (", " if match.groupdict().get("t") else "")

    def day_month(match: re.Match[str], options: ReadingOptions) -> str | None:
        found = _valid(int(match["day"]), int(match["month"]))
        if not found or int(match["month"]) > 12:
            return None
        return words.day_month.format(day=spoken_day(found[0]), month=words.months[found[1] - 1])

    def time(match: re.Match[str], options: ReadingOptions) -> str:
        groups = match.groupdict()
        hour, minute = int(groups["hour"]), int(groups.get("minute") or 0)
        if groups.get("second"):
            return " ".join(
                wording.counted(str(int(groups[name])), noun)
                for name, noun in (
                    ("hour", words.hours),
                    ("minute", words.minutes),
                    ("second", words.seconds),
                )
            )
        half = groups.get("half")
        if not half:
            return words.clock(hour, minute)
        spoken = words.clock(hour, minute) if minute else words.cardinal(hour, "f")
        return f"{spoken} {words.half_day(hour, half in 'pP')}"

    context = re.compile(
        rf"(?<=[ '])(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?![\w/%]|[.,]\d)"
        rf"(?! ?(?:{one_of(words.units)})\b)"
    )
    before = re.compile(rf"(?:^|\W)(?:{words.date_context})[ ']$", re.IGNORECASE)
    padded_date = re.compile(
        r"(?<![\w/.,-])(?P<day>0[1-9]|[12]\d|3[01])/(?P<month>0[1-9])(?![\w/]|[.,]\d)"
    )
    point = re.compile(rf"(?<=[ '(]){_HOUR}\.(?P<minute>[0-5]\d)(?:  ?hs?\b)?(?![\w]|[.,]\d)")
    point_before = re.compile(rf"(?:^|\W)(?:{words.at_hours}) $", re.IGNORECASE)

    def dated(match: re.Match[str], options: ReadingOptions) -> str | None:
        text = match.string[max(0, match.start() - 16) : match.start()]
        return day_month(match, options) if before.search(text) else None

    def pointed(match: re.Match[str], options: ReadingOptions) -> str | None:
        text = match.string[max(0, match.start() - 16) : match.start()]
        return time(match, options) if point_before.search(text) else None

    return (
        Rule("date", _ISO, date),
        Rule("date", _DATE, date),
        Rule("date", context, dated),
        Rule("date", padded_date, day_month),
        Rule(
            "time",
            _TIME,
            time,
        ),
        Rule("time range", _TIME_DASH, lambda m, _: f" {words.to} "),
        Rule("time", _TIME_H, time),
        Rule("time", _TIME_M, time, abbreviation=True),
        Rule("time", point, pointed),
    )


# --- Telephone numbers -------------------------------------------------------------------------

_ABROAD = r"(?<![\w+])\+ ?\d{1,3}(?:[ .-]?\(?\d{1,6}\)?){2,7}(?![\w]|[.,-]\d)"
_IN_GROUPS = r"(?<![\w.,])\(?\d{2,9}\)?(?:[ .-]\d{2,9}){0,5}(?![\w%€$]|[.,]\d)"


def _telephones(wording: _Wording) -> tuple[Rule, ...]:
    words = wording.words
    before = re.compile(
        rf"(?:^|\W)(?:{words.phone_context})\W{{0,3}}(?:\w{{1,3}} )?$", re.IGNORECASE
    )

    def group(digits: str) -> str:
        if words.phone_pairs and len(digits) == 2:
            return wording.integer(digits) if digits[0] != "0" else wording.one_by_one(digits)
        return wording.one_by_one(digits)

    def speak(match: re.Match[str], options: ReadingOptions) -> str | None:
        groups = re.findall(r"\d+", match[0])
        if sum(map(len, groups)) < 5:
            return None
        spoken = ", ".join(map(group, groups))
        if match[0][0] != "+":
            return spoken
        return f"{words.plus} {wording.integer(groups[0])}, {', '.join(map(group, groups[1:]))}"

    def called(match: re.Match[str], options: ReadingOptions) -> str | None:
        text = match.string[max(0, match.start() - 24) : match.start()]
        return speak(match, options) if before.search(text) else None

    return (
        Rule("telephone", re.compile(_ABROAD), speak),
        Rule("telephone", re.compile(rf"(?<![\w.,-])(?:{words.phones})(?![\w]|[.,-]\d)"), speak),
        Rule("telephone", re.compile(_IN_GROUPS), called),
    )


# --- Money, measures, shares -------------------------------------------------------------------

_FRACTION = r"(?P<whole>\d{1,4} )?(?P<top>\d{1,4})/(?P<bottom>\d{1,4})"
_VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"


def _amounts(wording: _Wording) -> tuple[Rule, ...]:
    words = wording.words
    units = one_of(words.units)
    money = one_of(words.money)
    magnitudes = one_of(words.magnitudes)
    numbers = rf"{_SIGN}{_START}(?:(?P<low>{_NUMBER}){_DASH})?(?P<number>{_NUMBER})"
    per = rf"(?: ?/ ?(?P<per>{units})(?P<per_power>[²³])?(?![\w²³]))?"
    end = r"(?![^\W_]|'\w)"
    of = r"(?:(?:de|di) |d')?"

    def low(match: re.Match[str], noun: Noun) -> str:
        if not match["low"]:
            return wording.sign(match["sign"])
        form: Form = "f" if noun.feminine else "m"
        number = wording.number(match["low"], form)
        return f"{wording.sign(match['sign'])}{number} {wording.to(match)} "

    def for_each(match: re.Match[str]) -> str:
        symbol = match["per"]
        return f" {words.per(raised(words.units[symbol], match['per_power']))}" if symbol else ""

    def raised(noun: Noun, power: str | None) -> Noun:
        if not power:
            return noun
        if power in "2²":
            extra = words.squared_f if noun.feminine else words.squared
        else:
            extra = words.cubed_f if noun.feminine else words.cubed
        return Noun(f"{noun.one} {extra.one}", f"{noun.many} {extra.many}", noun.feminine)

    def amount(match: re.Match[str], options: ReadingOptions) -> str:
        sign = match["code"]
        currency = words.money[words.dollar if sign == "$" else sign]
        text, unit = match["number"], currency.unit
        if match["magnitude"]:
            size = words.magnitudes[match["magnitude"]]
            count = wording.counted(text, size)
            if size.one == size.many:
                # "Mil" is a number, "millón" is a noun.
                return f"{low(match, size)}{count} {unit.many}{for_each(match)}"
            return f"{low(match, size)}{count} {words.of(unit.many)}{for_each(match)}"
        whole, fraction, _ = parts(text)
        front = low(match, unit)
        if len(fraction) != 2:
            return f"{front}{wording.counted(text, unit)}{for_each(match)}"
        cents = ""
        if int(fraction):
            cents = wording.number(str(int(fraction)), "f" if currency.cent.feminine else "m")
        name = currency.cent.one if int(fraction) == 1 else currency.cent.many
        if not cents:
            spoken = wording.counted(whole, unit)
        elif int(whole) == 0:
            spoken = f"{cents} {name}"
        else:
            spoken = words.cents(wording.counted(whole, unit), cents, name)
        return front + spoken + for_each(match)

    def measure(match: re.Match[str], options: ReadingOptions) -> str:
        noun = raised(words.units[match["unit"]], match["power"])
        return padded(
            match, f"{low(match, noun)}{wording.counted(match['number'], noun)}{for_each(match)}"
        )

    def percent(match: re.Match[str], options: ReadingOptions) -> str:
        name = words.percent if match["share"] == "%" else words.per_mille
        share = Noun(name, name)
        number = wording.number(match["number"])
        return padded(match, f"{low(match, share)}{number} {name}")

    def value(match: re.Match[str]) -> tuple[int, int, int] | None:
        groups = match.groupdict()
        if groups["sign_"]:
            top, bottom = unicodedata.normalize("NFKD", groups["sign_"]).split("⁄")
            return int(groups["before"] or 0), int(top), int(bottom)
        return int(groups["whole"] or 0), int(groups["top"]), int(groups["bottom"])

    def fraction(match: re.Match[str], options: ReadingOptions) -> str | None:
        found = value(match)
        if not found:
            return None
        whole, top, bottom = found
        unit = match["unit"]
        noun = words.units[unit] if unit else None
        proper = 0 < top < bottom and (bottom <= 20 or bottom in (32, 64, 100, 1000))
        if not proper:
            if whole or unit:
                return None
            return f"{wording.number(match['top'])} {words.over} {wording.number(match['bottom'])}"
        counted = match["counted"] if whole or match["sign_"] else None
        tail = ""
        if counted and not noun:
            gender = wording.form_of(counted, "2")
            if gender == "alone" or not whole:
                tail = f" {counted}"
            else:
                noun = Noun(counted, counted, gender == "f")
        feminine = bool(noun and noun.feminine)
        form: Form = "f" if feminine else "m" if noun else "alone"
        share = words.fraction(top, bottom)
        is_half = (top, bottom) == (1, 2)
        if whole:
            join = words.and_half[feminine] if is_half else f"{words.and_word} {share}"
            if not noun:
                return padded(match, f"{words.cardinal(whole, form)} {join}{tail}")
            name = noun.one if whole == 1 else noun.many
            return f"{words.cardinal(whole, form)} {name} {join}"
        if noun:
            half = f"{words.half[feminine]} {noun.one}"
            return half if is_half else f"{share} {words.of(noun.one)}"
        return padded(match, share + tail)

    unit_after = (
        rf"(?: ?(?P<unit>{units})(?![\w²³/]|'\w)|(?<=[\d½]) (?P<counted>[a-zà-ÿ]{{3,20}})(?!\w))?"
    )
    fractions = (
        rf"(?<![\d/.,])(?<!\d )(?:(?:{_FRACTION}(?![\d/]|[.,]\d))|"
        rf"(?P<before>\d{{1,6}} ?)?(?P<sign_>[{_VULGAR}])){unit_after}"
    )
    code_before = (
        rf"(?:(?<![\w)])(?P<sign>[-−–+]))?(?<![^\W\d_])(?<![$€£])(?P<code>{money}) ?"
        rf"(?:(?P<low>{_NUMBER}){_DASH})?(?P<number>{_NUMBER})"
        rf"(?: ?(?P<magnitude>{magnitudes})(?![^\W_]))?{per}"
    )
    code_after = rf"{numbers} ?(?:(?P<magnitude>{magnitudes}) ?{of})?(?P<code>{money}){end}{per}"
    return (
        Rule("money", re.compile(code_before), amount),
        Rule("money", re.compile(code_after), amount),
        Rule("fraction", re.compile(fractions), fraction),
        Rule("percent", re.compile(rf"{numbers} ?(?P<share>[%‰])"), percent),
        Rule(
            "measure",
            re.compile(
                rf"{numbers} ?(?P<unit>{units})(?P<power>[²³]|(?<=m)[23])?"
                rf"(?![\w²³]|'\w|-[^\W\d]){per}"
            ),
            measure,
        ),
    )


# --- Ordinals and Roman numerals ---------------------------------------------------------------


def _ordinals(wording: _Wording) -> tuple[Rule, ...]:
    words = wording.words

    def speak(match: re.Match[str], options: ReadingOptions) -> str:
        return words.ordinal(
            int(match["number"]), "f" if match["f"] else "m" if match["m"] else "alone"
        )

    pattern = rf"(?<![\w.,/])(?P<number>[1-9]\d{{0,3}})(?:{words.ordinals})(?!\w)"
    return (Rule("ordinal", re.compile(pattern), speak),)


def _numerals(wording: _Wording) -> tuple[Rule, ...]:
    words = wording.words
    joint = r"(?: (?:y|e|et|a|al|à|o|ou) |[-–/,] ?)"
    century = re.compile(
        rf"(?:^|\W)(?:{words.century}) (?:[IVXLC]{{1,8}}{joint}){{0,2}}$", re.IGNORECASE
    )
    kings = re.compile(rf"(?:^|\W)(?:{words.kings}) $")
    queens = re.compile(rf"(?:^|\W)(?:{words.queens}) $")
    named = re.compile(r"[A-ZÀ-ÝŒ][\w'-]{2,20} $")
    century_after = re.compile(rf" (?:{words.century_after})(?!\w)")
    ordinal_before = re.compile(rf" (?:{words.ordinal_before})", re.IGNORECASE)
    headings = re.compile(
        r"\b(?:cap[íi]tulo|cap\.|tomo|volumen|acto|fase|parte|t[íi]tulo|libro|artículo|tipo|nivel|liga|"
        r"chapitre|tome|volume|acte|phase|partie|titre|livre|type|niveau|article|"
        r"capitolo|atto|titolo|livello|articolo|ato|livro|n[íi]vel|anexo|allegato|annexe) $",
        re.IGNORECASE,
    )
    numeral = re.compile(
        r"(?<![\w.'-])[IVXLC]{1,8}(?![\w'.]*[^\W.]|-[a-z])|(?<=[IVXLC][-–])[IVXLC]{1,8}(?!\w)"
    )

    def speak(match: re.Match[str], options: ReadingOptions) -> str | None:
        value = roman(match[0])
        if value is None:
            return None
        before = match.string[max(0, match.start() - 40) : match.start()]
        if century.search(before):
            return words.century_number(value)
        if century_after.match(match.string, match.end()):
            return words.ordinal(value, "m")
        if following := ordinal_before.match(match.string, match.end()):
            feminine = re.fullmatch(words.feminine, following[0].strip().lower())
            return words.ordinal(value, "f" if feminine else "m")
        if queens.search(before):
            return words.regnal(value, "f")
        if kings.search(before):
            return words.regnal(value, "alone")
        if headings.search(before) and (len(match[0]) > 1 or match[0] in "IVX"):
            return words.cardinal(value, "alone")
        if len(match[0]) > 1 and not set(match[0]) - set("IVX") and named.search(before):
            return words.cardinal(value, "alone")
        return None

    def counted(match: re.Match[str], options: ReadingOptions) -> str | None:
        value = roman(match["numeral"])
        return words.ordinal(value, "f" if match["f"] else "alone") if value else None

    with_ending = re.compile(
        r"(?<![\w.'])(?P<numeral>[IVX]{1,8}|[IVXLC]{2,8})"
        rf"(?:{words.numeral_ordinals})(?![\w'])"
    )
    return (Rule("numeral", with_ending, counted), Rule("numeral", numeral, speak))


# --- Abbreviations -----------------------------------------------------------------------------


def _abbreviations(wording: _Wording) -> tuple[Rule, ...]:
    words = wording.words

    def rule(name: str, table: Mapping[str, str], end: str, abbreviation: bool) -> list[Rule]:
        if not table:
            return []
        spoken = {key.replace(" ", "").lower(): value for key, value in table.items()}
        alternatives = "|".join(_flexible(k) for k in sorted(table, key=len, reverse=True))
        pattern = re.compile(rf"(?<![\w.@/])(?:{alternatives}){end}")

        def speak(match: re.Match[str], options: ReadingOptions) -> str | None:
            # "John D. Rockefeller" is not don Rockefeller.
            before = match.string[max(0, match.start() - 24) : match.start()]
            if re.fullmatch(r"\w\.", match[0]) and name == "title" and initial.search(before):
                return None
            return spoken.get(match[0].replace(" ", "").lower())

        return [Rule(name, pattern, speak, abbreviation)]

    initial = re.compile(r"[A-ZÀ-ÝŒ][\w'-]{0,20}\.? $")
    short = {k: v for k, v in words.titles.items() if len(k) <= 2 or not k.endswith(".")}
    long = {k: v for k, v in words.titles.items() if k not in short}
    final = {k: v for k, v in words.abbreviations.items() if k.endswith(".")}
    others = {k: v for k, v in words.abbreviations.items() if k not in final}
    return (
        *rule("abbreviation", words.before_number, r"(?= ?\d| [IVXLC]+\b)", False),
        *rule("title", short, r"(?!\w)(?=[ -][A-ZÀ-ÝŒ][^\W\d_])", False),
        *rule("title", long, r"(?!\w)", False),
        *rule("abbreviation", final, r"(?!\w)", True),
        *rule("abbreviation", others, r"(?!\w)", False),
    )


def _flexible(key: str) -> str:
    """Return a pattern that takes "p. ej." with or without its space, and "P. ej."."""
    first = f"[{key[0]}{key[0].upper()}]" if key[0].islower() else re.escape(key[0])
    return first + re.escape(key[1:]).replace(r"\.\ ", r"\. ?")


# --- Numbers and signs -------------------------------------------------------------------------


def _numbers(wording: _Wording) -> tuple[Rule, ...]:
    words = wording.words

    def spread(match: re.Match[str], options: ReadingOptions) -> str:
        form = wording.form(match, match["high"])
        low = wording.number(match["low"], form)
        return padded(match, f"{low} {wording.to(match)} {wording.number(match['high'], form)}")

    def number(match: re.Match[str], options: ReadingOptions) -> str:
        text = match["number"]
        spoken = wording.number(text, wording.form(match, text))
        return padded(match, wording.sign(match["sign"]) + spoken)

    def digits(match: re.Match[str], options: ReadingOptions) -> str:
        spoken = wording.integer(match[0]) if len(match[0]) <= 18 else wording.one_by_one(match[0])
        return padded(match, spoken)

    def counted(match: re.Match[str], options: ReadingOptions) -> str:
        return f"{words.number} {wording.number(match['number'])}"

    def circled(match: re.Match[str], options: ReadingOptions) -> str | None:
        value = unicodedata.numeric(match[0], 0.5)
        if not value.is_integer():
            return None
        return padded(match, words.cardinal(int(value), "alone"))

    def minus(match: re.Match[str], options: ReadingOptions) -> str:
        return padded(match, f" {words.minus} ".strip()) if " " in match[0] else f" {words.minus} "

    guard = r"(?<![\d-])(?<!\d[.,–])"
    return (
        # Only a sum has an equals sign; otherwise "10-4" is the range from ten to four.
        Rule("minus", re.compile(r"(?<=\d)-(?=\d{1,9} ?=)"), minus),
        Rule("minus", re.compile(r"(?<=[\w)] )-(?= [\w(]{1,9} =)"), lambda m, _: words.minus),
        Rule(
            "range",
            re.compile(rf"{guard}(?P<low>{_NUMBER}){_DASH}(?P<high>{_NUMBER})(?!-\d)"),
            spread,
        ),
        Rule("number", re.compile(rf"(?<!\w)#(?P<number>{_NUMBER})(?!\w)"), counted),
        Rule("decade", re.compile(r"(?<![\w'])'(?P<sign>)(?P<number>[1-9]0)(?![\w'])"), number),
        Rule("number", re.compile(rf"{_SIGN}{_START}(?P<number>{_NUMBER})"), number),
        Rule("number", re.compile(r"\d{1,40}"), digits),
        Rule("number", re.compile("[\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]"), circled),
        Rule("joint", re.compile(r"(?<=[^\W\d_])-(?=\d)|(?<=\d)-(?=[^\W\d_])"), lambda m, _: " "),
    )


def _signs(wording: _Wording) -> tuple[Rule, ...]:
    words = wording.words

    def spaced(match: re.Match[str], spoken: str) -> str:
        before = match.string[match.start() - 1 : match.start()] if match.start() else " "
        after = match.string[match.end() : match.end() + 1] or " "
        return f"{' ' * (before not in ' (')}{spoken}{' ' * (after not in ' .,;:!?)')}"

    def sign(match: re.Match[str], options: ReadingOptions) -> str:
        return spaced(match, words.signs[match[0]])

    def power(match: re.Match[str], options: ReadingOptions) -> str:
        text = unicodedata.normalize("NFKC", match[0])
        if match[0] in words.powers:
            return spaced(match, words.powers[match[0]])
        exponent = int(re.sub(r"\D", "", text) or 0)
        minus = f"{words.minus} " if text[0] in "-−" else ""
        return spaced(match, f"{words.power} {minus}{words.cardinal(exponent, 'alone')}")

    def below(match: re.Match[str], options: ReadingOptions) -> str:
        digits = unicodedata.normalize("NFKC", match[0])
        return spaced(match, wording.integer(digits))

    def slash(match: re.Match[str], options: ReadingOptions) -> str:
        around = re.search(r"\w*$", match.string[max(0, match.start() - 4) : match.start()])
        after = re.match(r"\w{0,4}", match.string[match.end() : match.end() + 4])
        pair = f"{around[0] if around else ''}/{after[0] if after else ''}"
        return " " if re.fullmatch(words.either, pair, re.IGNORECASE) else f" {words.or_word} "

    named = "|".join(re.escape(sign) for sign in words.signs if sign not in "+*<>~x")
    between = r"(?<=[\w)²³°%]{spaces}){sign}(?={spaces}[\w(√π])"
    operators = "|".join(
        between.format(spaces=spaces, sign=mark) for spaces in ("", " ") for mark in ("[+*<>]",)
    )
    return (
        Rule(
            "times",
            re.compile(r"(?<=\d)x(?=\d)|(?<=\d )x(?= \d)"),
            lambda m, _: spaced(m, words.signs["×"]),
        ),
        Rule("sign", re.compile(operators), sign),
        Rule("sign", re.compile(r"(?<=\w)\+(?![\w+])|(?<=\w)\+(?=\+)|(?<=\w\+)\+"), sign),
        Rule("sign", re.compile(r"(?<!\w)[<>~](?= ?\d)|(?<!\w)\+(?=\d)"), sign),
        Rule("sign", re.compile(named), sign),
        Rule("power", re.compile(r"(?<=[\w)])[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,9}"), power),
        Rule("below", re.compile(r"(?<=[\w)])[₀-₉]{1,9}"), below),
        Rule("over", re.compile(r"(?<=\d)/(?=\d)"), lambda m, _: f" {words.over} "),
        Rule("ratio", re.compile(r"(?<=\d):(?=\d)"), lambda m, _: f" {words.to} "),
        Rule("power", re.compile(r"(?<=[\w)])\^(?=[-−]?\d)"), lambda m, _: f" {words.power} "),
        Rule("slash", re.compile(r"(?<=[^\W\d_])/(?=[^\W\d_])"), slash),
    )
