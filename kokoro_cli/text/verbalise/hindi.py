"""Hindi: what a reader says for numbers, signs and abbreviations, in Devanagari throughout.

Latin words in addresses and tags stay as they are; the English reader speaks them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from kokoro_cli.text.verbalise import Rule
from kokoro_cli.text.verbalise.romance import one_of, phrases, roman
from kokoro_cli.types import ReadingOptions

_BELOW_HUNDRED = (
    "शून्य एक दो तीन चार पाँच छह सात आठ नौ "
    "दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस "
    "बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस "
    "तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस "
    "चालीस इकतालीस बयालीस तैंतालीस चवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास "
    "पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ "
    "साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर "
    "सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उन्यासी "
    "अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी "
    "नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे"
).split()
_SCALES = (
    (10**11, "खरब"),
    (10**9, "अरब"),
    (10**7, "करोड़"),
    (10**5, "लाख"),
    (1000, "हज़ार"),
    (100, "सौ"),
)
LARGEST = 10**13 - 1
"""Longer numbers are read digit by digit."""

# Letters, with the vowel signs after them that \w leaves out.
_LETTER = r"[\w\u0900-\u0963\u0970-\u097f\u200c\u200d]"
_NO_LETTER_AFTER = rf"(?!{_LETTER})"


def cardinal(number: int) -> str:
    """Return "बारह लाख चौंतीस हज़ार पाँच सौ सड़सठ"."""
    if number < 100:
        return _BELOW_HUNDRED[number]
    words = []
    for value, name in _SCALES:
        count, number = divmod(number, value)
        if count:
            words.append(f"{cardinal(count)} {name}")
    if number:
        words.append(_BELOW_HUNDRED[number])
    return " ".join(words)


def year(number: int) -> str:
    """Return "उन्नीस सौ सैंतालीस"; a year from 2000 on is a plain number."""
    if 1100 <= number < 2000:
        hundreds, rest = divmod(number, 100)
        return f"{cardinal(hundreds)} सौ" + (f" {cardinal(rest)}" if rest else "")
    return cardinal(number)


def _one_by_one(digits: str) -> str:
    return " ".join(_BELOW_HUNDRED[int(d)] for d in digits if d.isdecimal())


def _integer(digits: str) -> str:
    value = int(digits)
    if value > LARGEST or (len(digits) > 1 and int(digits[0]) == 0):
        return _one_by_one(digits)
    return cardinal(value)


def _number(text: str) -> str:
    """Return the words of "12,34,567.89"."""
    whole, _, fraction = text.replace(",", "").partition(".")
    return _integer(whole) + (f" दशमलव {_one_by_one(fraction)}" if fraction else "")


def _sign(sign: str | None) -> str:
    return "" if not sign else {"+": "प्लस ", "±": "प्लस माइनस "}.get(sign, "माइनस ")


def _padded(match: re.Match[str], words: str) -> str:
    """Return the words, with a space on each side that touches a letter or a digit."""
    text = match.string
    before = text[match.start() - 1 : match.start()] if match.start() else ""
    after = text[match.end() : match.end() + 1]
    front, end = (bool(re.match(_LETTER, c)) and c not in "²³" for c in (before, after))
    return f"{' ' * front}{words}{' ' * end}"


# --- Addresses ---------------------------------------------------------------------------------

_MARKS = {
    ".": "डॉट", "@": "ऐट", "/": "स्लैश", "-": "हाइफ़न", "_": "अंडरस्कोर", ":": "कोलन",
    "?": "प्रश्नचिह्न", "=": "बराबर", "&": "और", "#": "हैश", "~": "टिल्ड", "+": "प्लस",
    "%": "प्रतिशत",
}  # fmt: skip
_PIECE = re.compile(rf"[A-Za-z]{{1,60}}|\d{{1,60}}|(?:(?!\d|_){_LETTER}){{1,60}}|[\W_]")
_EMAIL = re.compile(
    r"(?<![\w.+-])(?P<local>[\w.+%-]{1,64})@(?P<host>[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})(?![\w@])"
)
_URL = re.compile(
    r"(?<![\w@.])(?:(?P<scheme>[a-zA-Z][a-zA-Z+-]{1,9})://(?P<rest>[^\s<>\"“”।]{1,400})|"
    r"(?P<bare>(?:www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|[A-Za-z][\w-]{0,63}(?:\.[\w-]{1,63}){0,3}"
    r"\.(?:com|org|net|edu|gov|info|io|ai|app|dev|in|co|uk|us|eu)(?![\w-]|\.\w))"
    r"(?:[/?#][^\s<>\"“”।]{0,400})?))"
)
_LONGEST_TAIL = 24
_IP = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)")
_VERSION = re.compile(
    r"(?<![\w.,])(?:(?P<v>[vV])\.? ?(?P<short>\d{1,4}(?:\.\d{1,5}){0,4})|"
    r"(?P<long>\d{1,4}(?:\.\d{1,5}){2,4}))(?!\w|[.,]\d)"
)
_TAG = re.compile(rf"(?<![\w&/#@.])(?P<mark>[#@])(?P<name>(?!\d{{1,60}}(?!\w)){_LETTER}{{1,60}})")


def _spelled(text: str) -> str:
    said = []
    for piece in _PIECE.findall(text):
        if piece[0].isdecimal():
            said.append(_integer(piece) if len(piece) <= 4 else _one_by_one(piece))
        elif piece in _MARKS:
            said.append(_MARKS[piece])
        else:
            # "①" counts as a letter.
            said.append("".join(c for c in piece if unicodedata.category(c)[0] in "LM"))
    return " ".join(filter(None, said))


def _email(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{_spelled(match['local'])} ऐट {_spelled(match['host'])}"


def _url(match: re.Match[str], options: ReadingOptions) -> str:
    scheme, address = match["scheme"], match["rest"] or match["bare"]
    cut = len(address.rstrip(".,;:!?)]}'*"))
    address, tail = address[:cut], address[cut:]
    if options.urls == "full":
        return _spelled(f"{scheme}://{address}" if scheme else address) + tail
    address = address.removeprefix("www.")
    short = re.split("[?#]", address, maxsplit=1)[0]
    if len(address) - len(short) > _LONGEST_TAIL:
        address = short
    return _spelled(address.rstrip("/")) + tail


def _dotted(match: re.Match[str], options: ReadingOptions) -> str | None:
    groups = match.groupdict()
    number = groups.get("short") or groups.get("long") or match[0]
    if groups.get("long") and _DATE.fullmatch(number):
        return None
    spoken = " डॉट ".join(_integer(group) for group in number.split("."))
    return f"वर्शन {spoken}" if groups.get("v") else spoken


def _tag(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{'हैशटैग' if match['mark'] == '#' else 'ऐट'} {_spelled(match['name'])}"


# --- Dates and times ---------------------------------------------------------------------------

_MONTHS = "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर".split()
_ISO = re.compile(
    r"(?<![\w-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:(?P<t>T)(?=\d\d:)|(?!\w|-\d))"
)
_DATE = re.compile(
    r"(?<![\w/.-])(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)"
    r"(?P<year>\d{4}|(?<=/)\d\d)(?![\w/]|[.-]\d)"
)
_YEAR = re.compile(
    rf"(?<![\d.,])(?P<year>1[1-9]\d\d)(?P<short>-\d\d(?!\d))?"
    rf"(?= (?:में|से|तक|ई\.|ईस्वी|का|की|के){_NO_LETTER_AFTER})"
    rf"|(?<=सन् )(?P<after>1[1-9]\d\d)(?!\d)|(?<=सन )(?P<plain>1[1-9]\d\d)(?!\d)"
    rf"|(?<=वर्ष )(?P<in_year>1[1-9]\d\d)(?!\d)|(?<=साल )(?P<in_sal>1[1-9]\d\d)(?!\d)"
)
_OF_MONTH = re.compile(r"(?<![\d.,])(?P<year>1[1-9]\d\d)(?!\d|[.,]\d)")
_BEFORE_YEAR = re.compile(rf"(?:{'|'.join(_MONTHS)}|फरवरी|सितम्बर|नवम्बर|दिसम्बर|अक्तूबर),? $")
_YEARS = re.compile(
    r"(?<![\d.,-])(?P<first>1[1-9]\d\d|20\d\d) ?[-–—] ?"
    r"(?P<last>1[1-9]\d\d|20\d\d|\d\d)(?![\d-]|[.,]\d)"
)
_TIME = re.compile(
    r"(?<![^\WT])(?<![:.,])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
    rf"(?P<clock> ?बजे{_NO_LETTER_AFTER})?(?: ?(?P<half>[aApP])\.? ?[mM]\b\.?)?(?![\w:])"
)

_POSTPOSITION = re.compile(r" ?(?:से|तक|पर|के|का|की|को|है|हैं|थे|बाद|[।.,;:!?]|$)")


def _date(match: re.Match[str], options: ReadingOptions) -> str | None:
    day, month, number = int(match["day"]), int(match["month"]), int(match["year"])
    if month > 12 and day <= 12:
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if len(match["year"]) == 2:
        number += 1900 if number >= 70 else 2000
    end = ", " if match.groupdict().get("t") else ""
    return f"{cardinal(day)} {_MONTHS[month - 1]} {year(number)}{end}"


def _year(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match.re is _OF_MONTH:
        before = match.string[max(0, match.start() - 14) : match.start()]
        return year(int(match["year"])) if _BEFORE_YEAR.search(before) else None
    digits = re.match(r"\d{4}", match[0])
    return year(int(digits[0])) if digits and not match["short"] else None


def _years(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{year(int(match['first']))} से {year(int(match['last']))}"


def _time(match: re.Match[str], options: ReadingOptions) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    front = ""
    if match["half"]:
        afternoon = match["half"] in "pP"
        evening = "शाम " if 3 <= hour < 8 else "रात " if 8 <= hour < 12 else "दोपहर "
        front = evening if afternoon else "सुबह "
    if match["second"]:
        second = int(match["second"])
        return f"{cardinal(hour)} बजकर {cardinal(minute)} मिनट {cardinal(second)} सेकंड"
    if not minute:
        return f"{front}{cardinal(hour)} बजे"
    end = " पर" if match["clock"] and not _POSTPOSITION.match(match.string, match.end()) else ""
    return f"{front}{cardinal(hour)} बजकर {cardinal(minute)} मिनट{end}"


# --- Telephone numbers -------------------------------------------------------------------------

_TELEPHONE = re.compile(
    r"(?<![\w+.,-])(?:\+ ?\d{1,3}(?:[ -]?\d{2,6}){2,4}|[6-9]\d{9}|[6-9]\d{4}[ -]\d{5}|"
    r"0\d{2,4}[ -]\d{6,8}|1[89]00[ -]\d{2,3}[ -]\d{3,4}(?:[ -]\d{3})?)(?![\w-]|[.,]\d)"
)


def _telephone(match: re.Match[str], options: ReadingOptions) -> str:
    groups = re.findall(r"\d+", match[0])
    front = "प्लस " if match[0][0] == "+" else ""
    if front and len(groups) == 1:
        groups = [groups[0][:2], groups[0][2:]]
    return front + ", ".join(map(_one_by_one, groups))


# --- Money, measures, shares -------------------------------------------------------------------

_NUMBER = r"(?:\d{1,3}(?:,\d{2,3}){1,6}(?:\.\d{1,20})?|\d{1,30}(?:\.\d{1,20})?)(?!\d|[.,]\d)"
_START = r"(?<!\d)(?<!\d[.,])"
_SIGNED = rf"(?:(?<!{_LETTER})(?<![)\]%./,])(?P<sign>[-−–+±]))?{_START}"
_DASH = r"(?: ?[–—] ?|-)"
_COUNTED = rf"{_SIGNED}(?:(?P<low>{_NUMBER}){_DASH})?(?P<number>{_NUMBER})"
_MONEY = {
    "₹": ("रुपया", "रुपये", "पैसे"), "रु.": ("रुपया", "रुपये", "पैसे"),
    "रु": ("रुपया", "रुपये", "पैसे"), "Rs.": ("रुपया", "रुपये", "पैसे"),
    "Rs": ("रुपया", "रुपये", "पैसे"), "INR": ("रुपया", "रुपये", "पैसे"),
    "$": ("डॉलर", "डॉलर", "सेंट"), "US$": ("डॉलर", "डॉलर", "सेंट"), "USD": ("डॉलर", "डॉलर", "सेंट"),
    "€": ("यूरो", "यूरो", "सेंट"), "EUR": ("यूरो", "यूरो", "सेंट"),
    "£": ("पाउंड", "पाउंड", "पेंस"), "¥": ("येन", "येन", "सेन"), "R$": ("रियाल", "रियाल", "सेंट"),
}  # fmt: skip
_MAGNITUDES = {
    word: word for word in "हज़ार हजार लाख करोड़ अरब खरब मिलियन बिलियन ट्रिलियन सौ".split()
} | {"M": "मिलियन", "B": "बिलियन", "k": "हज़ार", "K": "हज़ार"}
_CODES = one_of(_MONEY)
_SIZE = rf"(?: ?(?P<magnitude>{one_of(_MAGNITUDES)}){_NO_LETTER_AFTER})?"
_CODE_BEFORE = re.compile(
    rf"(?:(?<!\w)(?P<sign>[-−–+]))?(?<!{_LETTER})(?<![$€£₹])(?P<code>{_CODES}) ?"
    rf"(?:(?P<low>{_NUMBER}){_DASH})?(?P<number>{_NUMBER})(?:/-)?{_SIZE}"
)
_CODE_AFTER = re.compile(rf"{_COUNTED}{_SIZE} ?(?P<code>{_CODES}){_NO_LETTER_AFTER}")

_UNITS = {
    sign.strip(): name
    for signs, name in phrases(
        "km,किमी,कि.मी.,कि॰मी॰=किलोमीटर; m,मी,मी.=मीटर; cm,सेमी,से.मी.=सेंटीमीटर; "
        "mm,मिमी,मि.मी.=मिलीमीटर; nm=नैनोमीटर; kg,किग्रा,कि.ग्रा.=किलोग्राम; g,ग्रा,ग्रा.=ग्राम; "
        "mg,मिग्रा,मि.ग्रा.=मिलीग्राम; t=टन; l,L,ली,ली.=लीटर; ml,mL,मिली,मि.ली.=मिलीलीटर; h=घंटे; "
        "min=मिनट; s=सेकंड; ms=मिलीसेकंड; °C,° C,℃,°से,°से.=डिग्री सेल्सियस; °F,° F,℉=डिग्री फ़ारेनहाइट; "
        "°=डिग्री; Hz=हर्ट्ज़; kHz=किलोहर्ट्ज़; MHz=मेगाहर्ट्ज़; GHz=गीगाहर्ट्ज़; KB,kB=किलोबाइट; "
        "MB=मेगाबाइट; GB=गीगाबाइट; TB=टेराबाइट; kbps=किलोबिट प्रति सेकंड; Mbps=मेगाबिट प्रति सेकंड; "
        "Gbps=गीगाबिट प्रति सेकंड; W=वाट; kW=किलोवाट; MW=मेगावाट; GW=गीगावाट; kWh=किलोवाट घंटा; "
        "MWh=मेगावाट घंटा; V=वोल्ट; mA=मिलीएम्पीयर; mAh=मिलीएम्पीयर घंटा; cal=कैलोरी; "
        "kcal=किलोकैलोरी; Pa=पास्कल; hPa=हेक्टोपास्कल; kPa=किलोपास्कल; dB=डेसिबल; ha=हेक्टेयर; "
        "px=पिक्सेल; ft=फ़ुट; mi=मील; lb=पाउंड; rpm=चक्कर प्रति मिनट; इं.=इंच"
    ).items()
    for sign in signs.split(",")
}
_EACH = _UNITS | {
    "घंटा": "घंटा",
    "h": "घंटा",
    "सेकंड": "सेकंड",
    "मिनट": "मिनट",
    "किलो": "किलो",
    "दिन": "दिन",
}
_MEASURE = re.compile(
    rf"{_COUNTED} ?(?P<unit>{one_of(_UNITS)})(?P<power>[²³]|(?<=m)[23])?(?!{_LETTER}|[²³])"
    rf"(?:/(?P<each>{one_of(_EACH)})(?P<each_power>[²³])?{_NO_LETTER_AFTER})?"
)
_RAISED = {"²": "वर्ग ", "2": "वर्ग ", "³": "घन ", "3": "घन "}
_PERCENT = re.compile(rf"{_COUNTED} ?(?P<share>[%‰])")
_HALVES = {1: "डेढ़", 2: "ढाई"}
_SHARES = {
    (1, 2): "आधा",
    (1, 3): "एक तिहाई",
    (2, 3): "दो तिहाई",
    (1, 4): "एक चौथाई",
    (3, 4): "तीन चौथाई",
}
_FRACTION = re.compile(
    r"(?<![\d/.,])(?<!\d )(?:(?P<whole>\d{1,4} )?"
    r"(?P<top>\d{1,4})/(?P<bottom>\d{1,4})(?!\d|[/.,]\d)|"
    r"(?P<before>\d{1,6} ?)?(?P<sign>[¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]))"
    rf"(?: ?(?P<unit>{one_of(_UNITS)})(?!{_LETTER}|[²³/]))?"
)


def _low(match: re.Match[str]) -> str:
    low = f"{_number(match['low'])} से " if match["low"] else ""
    return _sign(match["sign"]) + low


def _amount(match: re.Match[str], options: ReadingOptions) -> str:
    one, many, cent = _MONEY[match["code"]]
    text = match["number"]
    if match["magnitude"]:
        return f"{_low(match)}{_number(text)} {_MAGNITUDES[match['magnitude']]} {many}"
    whole, _, fraction = text.partition(".")
    if len(fraction) != 2:
        return f"{_low(match)}{_number(text)} {one if text == '1' else many}"
    value, cents = int(whole.replace(",", "")), int(fraction)
    said = [f"{_number(whole)} {one if value == 1 else many}"] if value or not cents else []
    said += [f"{cardinal(cents)} {cent}"] if cents else []
    return _low(match) + " ".join(said)


def _measure(match: re.Match[str], options: ReadingOptions) -> str:
    unit = _RAISED.get(match["power"] or "", "") + _UNITS[match["unit"]]
    if unit == "घंटे" and match["number"] == "1":
        unit = "घंटा"
    each = ""
    if match["each"]:
        each = f" प्रति {_RAISED.get(match['each_power'] or '', '')}{_EACH[match['each']]}"
    return _padded(match, f"{_low(match)}{_number(match['number'])} {unit}{each}")


def _percent(match: re.Match[str], options: ReadingOptions) -> str:
    name = "प्रतिशत" if match["share"] == "%" else "प्रति हज़ार"
    return _padded(match, f"{_low(match)}{_number(match['number'])} {name}")


def _fraction(match: re.Match[str], options: ReadingOptions) -> str:
    if match["sign"]:
        top, bottom = map(int, unicodedata.normalize("NFKD", match["sign"]).split("⁄"))
        whole = int(match["before"] or 0)
    else:
        whole, top, bottom = int(match["whole"] or 0), int(match["top"]), int(match["bottom"])
    if whole and (top, bottom) == (1, 2):
        share = _HALVES.get(whole, f"साढ़े {cardinal(whole)}")
    elif whole and (top, bottom) == (1, 4):
        share = f"सवा {cardinal(whole)}"
    else:
        share = _SHARES.get((top, bottom), f"{cardinal(top)} बटा {cardinal(bottom)}")
        share = f"{cardinal(whole)} सही {share}" if whole else share
    if match["unit"]:
        share += f" {_UNITS[match['unit']]}"
    return _padded(match, share)


# --- Ordinals and Roman numerals ---------------------------------------------------------------

_FIRST = {1: "पहल", 2: "दूसर", 3: "तीसर", 4: "चौथ", 6: "छठ"}
_ORDINAL = re.compile(
    rf"(?<![\d.,/])(?P<number>\d{{1,6}})[ -]?"
    rf"(?:(?P<short>[लरथठ][ाीे])|(?P<long>व[ाीे][ंँ]|वा|वी|वे)){_NO_LETTER_AFTER}"
)
_KINGS = "प्रथम द्वितीय तृतीय चतुर्थ पंचम षष्ठ सप्तम अष्टम नवम दशम".split()
_NUMERAL = re.compile(rf"(?<!{_LETTER})(?<![.'-])[IVXLC]{{1,8}}(?!{_LETTER}|[.'])")
_CHAPTER = re.compile(
    r"(?:अध्याय|भाग|खंड|खण्ड|अनुच्छेद|चरण|अंक|प्रकार|टाइप|कक्षा|सूची|अनुसूची|स्तर|लेवल|पार्ट|फेज|फ़ेज़) $"
)
_DEVANAGARI_BEFORE = re.compile(r"[\u0904-\u0963] $")


def _ordinal(match: re.Match[str], options: ReadingOptions) -> str:
    number = int(match["number"])
    vowel = (match["short"] or match["long"])[1]
    if number in _FIRST:
        return _padded(match, _FIRST[number] + vowel)
    nasal = {"ा": "ाँ", "ी": "ीं", "े": "ें"}[vowel]
    return _padded(match, f"{cardinal(number)}व{nasal}")


def _numeral(match: re.Match[str], options: ReadingOptions) -> str | None:
    value = roman(match[0])
    before = match.string[max(0, match.start() - 12) : match.start()]
    if value is None or not _DEVANAGARI_BEFORE.search(before):
        return None
    if _CHAPTER.search(before):
        return cardinal(value)
    if len(match[0]) == 1 and match[0] not in "IVX":
        return None
    return _KINGS[value - 1] if value <= len(_KINGS) else f"{cardinal(value)}वें"


# --- Abbreviations -----------------------------------------------------------------------------

_TITLES = phrases(
    "डॉ.=डॉक्टर; डा.=डॉक्टर; डॉ॰=डॉक्टर; डॉ=डॉक्टर; प्रो.=प्रोफ़ेसर; प्रो॰=प्रोफ़ेसर; पं.=पंडित; पं॰=पंडित; "
    "श्री.=श्री; श्रीमती.=श्रीमती; कु.=कुमारी; मो.=मोहम्मद; स्व.=स्वर्गीय; इंजी.=इंजीनियर; एड.=एडवोकेट; "
    "ले.=लेफ़्टिनेंट; कै.=कैप्टन; ज.=जनरल; सं.=संख्या; क्र.=क्रमांक; क्रं.=क्रमांक; पृ.=पृष्ठ; मा.=माननीय; "
    "नं.=नंबर; वि.सं.=विक्रम संवत; फ़ो.=फ़ोन; दि.=दिनांक; श्री श्री=श्री श्री; रा.=राष्ट्रीय; अ.=अध्याय; "
    "№=नंबर; No.=नंबर; सु.=सुश्री; Dr.=डॉक्टर; Mr.=मिस्टर; Mrs.=मिसेज़; Prof.=प्रोफ़ेसर"
)
_ENDS = phrases(
    "ई.पू.=ईसा पूर्व; ई. पू.=ईसा पूर्व; ई०पू०=ईसा पूर्व; ई.=ईस्वी; उदा.=उदाहरण; रु.=रुपये; कि.मी.=किलोमीटर; "
    "कि.ग्रा.=किलोग्राम; से.मी.=सेंटीमीटर; मि.=मिनट; लि.=लिमिटेड; प्रा.=प्राइवेट; संस्क.=संस्करण; "
    "अनु.=अनुवाद; etc.=आदि"
)


def _short(name: str, table: Mapping[str, str], *, ends: bool) -> Rule:
    pattern = re.compile(rf"(?<!{_LETTER})(?<!\.)(?:{one_of(table)}){_NO_LETTER_AFTER}")

    def speak(match: re.Match[str], options: ReadingOptions) -> str | None:
        return table.get(match[0])

    return Rule(name, pattern, speak, ends)


# --- Numbers and signs -------------------------------------------------------------------------

_RANGE = re.compile(rf"(?<![\d-])(?<!\d[.,–])(?P<low>{_NUMBER}){_DASH}(?P<high>{_NUMBER})(?!-\d)")
_PLAIN = re.compile(rf"{_SIGNED}(?P<number>{_NUMBER})")
_SIGNS = phrases(
    "+=प्लस; −=माइनस; ±=प्लस माइनस; ×=गुणा; ·=गुणा; *=गुणा; ÷=भागा; <=से छोटा; >=से बड़ा; "
    "≤=से छोटा या बराबर; ≥=से बड़ा या बराबर; ≠=बराबर नहीं; ≈=लगभग; ~=लगभग; ∞=अनंत; √=वर्गमूल; π=पाई; "
    "&=और; %=प्रतिशत; ‰=प्रति हज़ार; °=डिग्री; €=यूरो; £=पाउंड; $=डॉलर; ¥=येन; ₹=रुपये; @=ऐट; №=नंबर; "
    "§=धारा; →=से"
) | {"=": "बराबर"}
_OPERATOR = re.compile(
    rf"(?:(?<={_LETTER})|(?<=[)²³°%]))[+*<>](?={_LETTER}|[(√])"
    rf"|(?:(?<={_LETTER} )|(?<=[)²³°%] ))[+*<>](?= (?:{_LETTER}|[(√]))"
    r"|(?<=\w)\+(?!\w)|(?<!\w)[<>~](?= ?\d)"
)


def _spread(match: re.Match[str], options: ReadingOptions) -> str:
    # "3-1 से जीते": a score.
    to = " " if match.string.startswith(" से ", match.end()) else " से "
    return _padded(match, f"{_number(match['low'])}{to}{_number(match['high'])}")


def _plain(match: re.Match[str], options: ReadingOptions) -> str:
    return _padded(match, _sign(match["sign"]) + _number(match["number"]))


def _digits(match: re.Match[str], options: ReadingOptions) -> str:
    return _padded(match, _integer(match[0]))


def _circled(match: re.Match[str], options: ReadingOptions) -> str | None:
    value = unicodedata.numeric(match[0], 0.5)
    return _padded(match, cardinal(int(value))) if value.is_integer() else None


def _spaced(match: re.Match[str], words: str) -> str:
    before = match.string[match.start() - 1 : match.start()] if match.start() else " "
    after = match.string[match.end() : match.end() + 1] or " "
    return f"{' ' * (before not in ' (')}{words}{' ' * (after not in ' .,;:!?)।')}"


def _named(match: re.Match[str], options: ReadingOptions) -> str:
    return _spaced(match, _SIGNS[match[0]])


def _minus(match: re.Match[str], options: ReadingOptions) -> str:
    return _spaced(match, "माइनस")


def _power(match: re.Match[str], options: ReadingOptions) -> str:
    if match[0] in "²³":
        return _spaced(match, "का वर्ग" if match[0] == "²" else "का घन")
    text = unicodedata.normalize("NFKC", match[0])
    exponent = _integer(re.sub(r"\D", "", text))
    return _spaced(match, f"की घात {'' if text[0].isdecimal() else 'माइनस '}{exponent}")


def _below(match: re.Match[str], options: ReadingOptions) -> str:
    return _spaced(match, _integer(unicodedata.normalize("NFKC", match[0])))


RULES = (
    Rule("e-mail", _EMAIL, _email),
    Rule("address", _URL, _url),
    Rule("ip", _IP, _dotted),
    Rule("version", _VERSION, _dotted),
    Rule("tag", _TAG, _tag),
    Rule("date", _ISO, _date),
    Rule("date", _DATE, _date),
    Rule("time", _TIME, _time, abbreviation=True),
    Rule("telephone", _TELEPHONE, _telephone),
    Rule("ordinal", _ORDINAL, _ordinal),
    Rule("money", _CODE_BEFORE, _amount),
    Rule("money", _CODE_AFTER, _amount, abbreviation=True),
    Rule("fraction", _FRACTION, _fraction),
    Rule("percent", _PERCENT, _percent),
    Rule("measure", _MEASURE, _measure, abbreviation=True),
    Rule("numeral", _NUMERAL, _numeral),
    _short("abbreviation", _ENDS, ends=True),
    _short("title", _TITLES, ends=False),
    Rule("years", _YEARS, _years),
    Rule("year", _YEAR, _year),
    Rule("year", _OF_MONTH, _year),
    Rule("minus", re.compile(r"(?<=\d)-(?=\d{1,9} ?=)|(?<=\d )-(?= \d{1,9} =)"), _minus),
    Rule("range", _RANGE, _spread),
    Rule(
        "number",
        re.compile(rf"(?<!\w)#(?P<number>{_NUMBER})(?!\w)"),
        lambda match, _: f"नंबर {_number(match['number'])}",
    ),
    Rule("number", _PLAIN, _plain),
    Rule("number", re.compile(r"\d{1,40}"), _digits),
    Rule("number", re.compile("[\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]"), _circled),
    Rule(
        "joint",
        re.compile(r"(?<=[A-Za-z\u0904-\u0963])-(?=\d)|(?<=\d)-(?=[A-Za-z\u0904-\u0939])"),
        lambda m, _: " ",
    ),
    Rule("times", re.compile(r"(?<=\d)x(?=\d)|(?<=\d )x(?= \d)"), lambda m, _: _spaced(m, "गुणा")),
    Rule("sign", _OPERATOR, _named),
    Rule("sign", re.compile("|".join(re.escape(s) for s in _SIGNS if s not in "+*<>~")), _named),
    Rule("power", re.compile(r"(?<=[\w)])⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,9}"), _power),
    Rule("below", re.compile(r"(?<=[\w)])[₀-₉]{1,9}"), _below),
)
"""Highest priority first: the first rule that matches a span wins."""
