"""Capitals: shouted sentences, initialisms that are spelled, acronyms that are words."""

from __future__ import annotations

import re
from functools import lru_cache

from kokoro_cli.text.verbalise import Late, Rule
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.types import ReadingOptions

# Spelled even if their letters make a word.
_SPELLED = frozenset(
    (
        "US UK EU UN UAE USA USSR FBI CIA NSA IRS FDA CDC EPA FCC SEC FTC DOJ DOE DOD DHS TSA ATF "
        "DEA NHS BBC CNN NBC CBS ABC ESPN HBO MTV NPR PBS NFL NBA MLB NHL UFC WWE NCAA IOC CEO "
        "CFO CTO COO CIO VP HR PR IT ML PC TV DVD CD VHS GPS USB HDMI LCD LED CPU GPU SSD HDD API "
        "SDK URL HTML CSS XML PDF CSV PHP HTTP HTTPS FTP SSH SSL TLS VPN DNS IP TCP UDP ISP IDE "
        "CLI UI UX OS ID PS DM PM AM RT DNA RNA HIV MRI CT ECG EKG EEG ICU ER OR GP MD RN PhD MBA "
        "BA BS MA GDP IPO ETF IRA ATM CPI APR FAQ DIY FYI BTW OMG LOL TBA TBD RSVP VIP MVP MIA "
        "POW SOS UFO SUV AC DC MC NYC LA DC GOP NRA ACLU YMCA MIT UCLA USC NYU LSE TNT PTA PTO "
        "SMS MMS IMDB IBM AMD HP GM BMW KFC UPS DHL FAA AAA CPR ADHD OCD PTSD STD STI IV IQ EQ "
        "ESL ETA EST PST GMT UTC ISBN WTO IMF OECD BP AOL MSNBC IMO TMI IOU PIN# WW OED PO SKU "
        "DDS DVM CPA CRNA LPN EMT "
        "NGO MP MEP PMQ QC KC JP RAF RN MOD ITV NZ NSW ACT LGBT LGBTQ LGBTQIA BLT PB XL XXL RGB "
        "CMYK DPI FPS RPG MMO NPC HMS USS SS RMS ISS ESA TTS ASR NLP LLM LLMs GPT RTX GTX AWS GCP "
        "VM VMs ICBM WMD TTYL IDK SMH HQ PA BC AD CE BCE II"
    ).split()
)
# Said as words. The lexicon knows the first set in capitals. It knows the second set only in
# ordinary spelling, or not at all.
_WORDS = frozenset(
    (
        "NASA NATO UNESCO UNICEF OPEC AIDS SARS MERS COVID FEMA OSHA NAFTA ASAP FIFA UEFA NASCAR "
        "NASDAQ PIN SIM RAM ROM GIF JPEG MIDI POTUS SCOTUS FLOTUS IMAX YOLO FOMO LAN WAN BIOS DOS "
        "GUI CERN DARPA AWOL HIPAA SIDS SALT START FIFO SETI SEATO ASEAN BRICS PETA COBOL BASIC "
        "JSON YAML TOML NORAD FICA MASH DEFCON GNU ASCII WYSIWYG SCSI SQL BBQ OLED VAT AI NAACP "
        "DJ"
    ).split()
)
_LOWERED = frozenset(
    (
        "AMEX CAD CAPTCHA EBITDA ESOP EUROPOL FORTRAN GESTAPO HAZMAT IKEA INTERPOL JAVA LASER "
        "LIDAR LISP MENSA MOMA NIMBY QANTAS RADAR SCUBA SONAR SOWETO STEM SWAT TASER TED WASP ZIP"
    ).split()
)
_SAID = {
    "WWI": "World War One",
    "WWII": "World War Two",
    "NCAA": "N C double A",
    "AAA": "triple A",
    "README": "read me",
}
# Common words that may be all in capitals, in shouted text or elsewhere; never spelled.
_FUNCTION_WORDS = frozenset(
    (
        "THE AND NOT BUT FOR YOU ALL ANY ARE WAS HIS HER HIM ITS OUR OUT NOW NEW NO YES DO DID IS "
        "IN ON AT TO OF BY IF SO BE WE HE ME MY AS AN UP GO WHY HOW WHO CAN HAS HAD ONE TWO GET "
        "GOT LET SEE SAY"
    ).split()
)

_CAPITALS = re.compile(
    r"(?<![\w'’&])(?P<word>[A-Z][A-Z]{1,24})(?P<tail>['’]?s|['’][A-Z]{1,3})?(?![\w&]|[’'][A-Za-z])"
)
_WITH_APOSTROPHE = re.compile(r"(?<![\w'’])(?P<word>[A-Z]{1,20}['’][A-Z]{1,10})(?![\w])")
_AMPERSAND = re.compile(r"(?<![\w])(?P<word>[A-Z]{1,4} ?& ?[A-Z]{1,4})(?P<tail>s)?(?![\w])")
_ANY_WORD = Late(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@lru_cache(maxsize=8)
def _shouted(text: str) -> tuple[tuple[int, int], ...]:
    """Return spans of shouted text: capitals, with two or more words that are no initialisms."""
    spans: list[tuple[int, int]] = []
    run: list[re.Match[str]] = []

    def close() -> None:
        words = [m[0] for m in run]
        plain = [w for w in words if w not in _SPELLED and w not in _WORDS and len(w) > 1]
        long = [w for w in plain if len(w) > 3 or w in _FUNCTION_WORDS or "'" in w]
        if len(words) >= 2 and len(long) * 2 >= len(words) and len(plain) >= 2:
            spans.append((run[0].start(), run[-1].end()))
        run.clear()

    for match in _ANY_WORD.finditer(text):
        if match[0].isupper():
            run.append(match)
        else:
            close()
    close()
    return tuple(spans)


def _is_shouted(match: re.Match[str]) -> bool:
    return any(start <= match.start() < end for start, end in _shouted(match.string))


def _capitals(match: re.Match[str], options: ReadingOptions) -> str | None:
    word, tail = match["word"], match["tail"] or ""
    if _is_shouted(match):
        return _shouted_word(match, word, tail)
    if tail and tail[-1].isupper():
        return None
    tail = tail.replace("’", "'")
    if word in _SAID:
        return _SAID[word] + tail
    if word in _LOWERED:
        return word.capitalize() + tail
    if word in _WORDS:
        return None
    if word == "ACT" and re.match(r" (?:[IVX]+|\d)", match.string[match.end() :]):
        return "act"
    if word in ("WHO", "CARE", "AID", "ACT", "SAT") and not tail:
        before = match.string[max(0, match.start() - 5) : match.start()].lower()
        if not before.endswith(("the ", "her ", "his ", "my ", "sat ")):
            return None
        return numbers.letters(word) if word in ("WHO", "ACT", "SAT") else None
    if word in _STRESSED and not tail and _is_stressed(match):
        return word.lower()
    if word in _SPELLED or not re.search("[AEIOUY]", word):
        return numbers.letters(word) + tail
    return None


# Initialisms whose letters make a word that may be stressed: "I AM sure", "now OR never".
_STRESSED = {
    "AM": re.compile(r"(?:^|\W)(?:I|who|what|where|how|why) $"),
    "OR": re.compile(
        r"(?<!\bthe)(?<!\ban)(?<!\bin)(?<!\bto)(?<!\bof)(?<!\bfrom)(?<!,)(?<=[a-z]) "
        r"$"),
    "IT": re.compile(
        r"(?i)\b(?:is|was|that's|this is|do|did|done|love|loved|hate|hated|got|get|want|wanted|"
        r"made|believe|like) $"),
}  # fmt: skip


def _is_stressed(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 16) : match.start()]
    return bool(_STRESSED[match["word"]].search(before))


_SHOUTED = {
    "MR": "mister", "MRS": "missus", "DR": "doctor", "MS": "miz", "HRS": "hours", "LBS": "pounds",
    "MINS": "minutes", "AVE": "avenue", "RD": "road", "BLVD": "boulevard", "APT": "apartment",
}  # fmt: skip
_SHOUTED_DAYS = {
    "MON": "monday", "TUE": "tuesday", "TUES": "tuesday", "WED": "wednesday", "THU": "thursday",
    "THURS": "thursday", "FRI": "friday", "SAT": "saturday", "SUN": "sunday",
}  # fmt: skip


_ON = Late(r"(?:^|\b(?:ON|BY|NEXT|THIS|LAST|EVERY|AND|OR|TO|THRU|UNTIL)|[-–&,/]) ?$")
_SHOUTED_TITLE = re.compile(
    r"(?<![\w.])(?P<title>MR|MRS|MS|DR|PROF|CAPT|SGT|REV|ST)\. "
    r"(?=[A-Z]{2})"
)
_SHOUTED_TITLES = {
    "MR": "mister", "MRS": "missus", "MS": "miz", "DR": "doctor", "PROF": "professor",
    "CAPT": "captain", "SGT": "sergeant", "REV": "reverend", "ST": "saint",
}  # fmt: skip


def _shouted_word(match: re.Match[str], word: str, tail: str) -> str:
    before = match.string[max(0, match.start() - 4) : match.start()]
    day_before = match.string[max(0, match.start() - 6) : match.start()]
    dotted = match.string[match.end() : match.end() + 1] == "."
    listed = match.string[match.end() + 1 : match.end() + 2] == ","
    if word in _SHOUTED_DAYS and dotted and (listed or _ON.search(day_before)):
        return _SHOUTED_DAYS[word]
    if word == "US":
        return "U S" if before.endswith(("THE ", "OUR ", "IN A")) else "us"
    if word in (
        "IT",
        "OR",
        "AM",
        "ID",
        "WHO",
        "ACT",
        "PA",
        "LA",
        "AD",
        "IV",
        "ER",
        "II",
        "PIN",
        "PM",
        "MA",
        "SO",
    ):
        if word in ("AM", "PM") and re.search(r"\d ?$", before):
            return numbers.letters(word)
        return word.lower() + tail.lower()
    if word in _SAID:
        return _SAID[word]
    if word in _SPELLED or (
        not re.search("[AEIOUY]", word)
        and word not in _SHOUTED
        and word not in ("ST", "HMM", "SHH", "PSST")
    ):
        return numbers.letters(word) + tail.lower()
    if word in _WORDS:
        return word + tail.lower()
    return _SHOUTED.get(word, word.lower()) + tail.lower().replace("’", "'")


def _with_apostrophe(match: re.Match[str], options: ReadingOptions) -> str:
    return match["word"].lower().replace("’", "'")


def _ampersand(match: re.Match[str], options: ReadingOptions) -> str:
    first, second = (part.strip() for part in match["word"].split("&"))
    return f"{numbers.letters(first)} and {numbers.letters(second)}{match['tail'] or ''}"


RULES = (
    Rule("shouted", _SHOUTED_TITLE, lambda m, _: f"{_SHOUTED_TITLES[m['title']]} "),
    Rule("initialism", _AMPERSAND, _ampersand),
    Rule("shouted", _WITH_APOSTROPHE, _with_apostrophe),
    Rule("capitals", _CAPITALS, _capitals),
)
