"""Mandarin: numbers and symbols as words."""

# ruff: noqa: E501 -- A pattern stays on one line, and a kanji counts as two columns.
from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from kokoro_cli.text.verbalise import Rule
from kokoro_cli.types import ReadingOptions

# --- Numbers -----------------------------------------------------------------------------------

_DIGITS = "零一二三四五六七八九"
_SMALL_UNITS = ("", "十", "百", "千")
_LARGE_UNITS = ("", "万", "亿", "万亿", "亿亿")
_LONGEST = 4 * len(_LARGE_UNITS)


def cardinal(number: int) -> str:
    """Return the words of a number below 10 ** 20; a leading 2 is 两 before 百, 千, 万 and 亿."""
    if number == 0:
        return "零"
    words = ""
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    skipped = False
    for i in reversed(range(len(groups))):
        group = groups[i]
        if not group:
            skipped = True
            continue
        if words and (skipped or group < 1000):
            words += "零"
        spoken = _group(group, leading=not words)
        if group == 2 and i and not words:
            spoken = "两"
        words += spoken + _LARGE_UNITS[i]
        skipped = False
    # 兆 is ambiguous, so 10 ** 12 is 万亿. Its 亿 is said once if the next group has it too.
    if len(groups) == 4 and groups[3] and groups[2]:
        words = words.replace("万亿", "万", 1)
    return words


def _group(group: int, *, leading: bool) -> str:
    words = ""
    zero = False
    for i in reversed(range(4)):
        digit = group // 10**i % 10
        if not digit:
            zero = bool(words)
            continue
        if zero:
            words += "零"
        if i == 1 and digit == 1 and not words and leading:
            words += "十"
        else:
            two = digit == 2 and i > 1 and leading and not words
            words += ("两" if two else _DIGITS[digit]) + _SMALL_UNITS[i]
        zero = False
    return words


def digit_names(digits: str, *, telephone: bool = False) -> str:
    """Return the digits one by one; in a telephone number 1 is 幺."""
    return "".join("幺" if telephone and d == "1" else _DIGITS[int(d)] for d in digits)


def number(written: str) -> str:
    """Return the words of "1,980", "3.14", "007"."""
    whole, _, fraction = written.replace(",", "").partition(".")
    if len(whole) > _LONGEST or (len(whole) > 1 and whole[0] == "0"):
        words = digit_names(whole)
    else:
        words = cardinal(int(whole))
    return f"{words}点{digit_names(fraction)}" if fraction else words


def amount(written: str) -> str:
    """Return the words of a count of things: 2 is 两."""
    return "两" if written == "2" else number(written)


# --- Patterns ----------------------------------------------------------------------------------

_FREE = r"(?<![0-9A-Za-z])(?<![0-9][.,])"
_WHOLE = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}(?![0-9])|[0-9]{1,20}(?![0-9]))"
_NUMBER = _WHOLE + r"(?:\.[0-9]{1,20}(?![0-9]))?"
_SIGN = r"(?:(?<![0-9A-Za-z)\]%])(?P<sign>[-−－]) ?)?"
_LARGE = "(?P<large>[十百千]?[万亿]{0,2})"
_DASH = "[-−－–—‐~～〜]"

Speak = Callable[[re.Match[str], ReadingOptions], "str | None"]


def _rule(name: str, pattern: str, speak: Speak) -> Rule:
    return Rule(name, re.compile(pattern), speak)


def _says(words: str) -> Speak:
    return lambda match, options: words


def _sign(match: re.Match[str]) -> str:
    return "负" if match["sign"] else ""


# --- Addresses ---------------------------------------------------------------------------------

_MARKS = {
    ".": "点", "/": "斜杠", "-": "杠", "_": "下划线", "@": "艾特", ":": "冒号", "~": "波浪号", "+": "加",
    "#": "井号", "?": "问号", "=": "等于", "&": "和", "%": "百分号",
}  # fmt: skip
_PIECE = re.compile(r"[A-Za-z]{1,60}|[0-9]{1,20}|.")


def _dictated(address: str) -> str:
    words = []
    for piece in _PIECE.findall(address):
        if "0" <= piece[0] <= "9":
            words.append(digit_names(piece))
        elif piece in _MARKS:
            words.append(_MARKS[piece])
        elif piece.isalpha():
            spelled = len(piece) == 2 or (
                piece.isascii() and not re.search("[aeiouyAEIOUY]", piece)
            )
            words.append(" ".join(piece.upper()) if spelled and len(piece) < 6 else piece)
    return " ".join(words)


def _email(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{_dictated(match['local'])} 艾特 {_dictated(match['host'])}"


def _url(match: re.Match[str], options: ReadingOptions) -> str:
    address = match[0]
    cut = len(address.rstrip(".,;:!?)]}'\"*"))
    address, tail = address[:cut], address[cut:]
    tail = "".join(c for c in tail if c in ".,;:!?)]")
    if options.urls == "short":
        address = re.sub(r"^(?:https?|ftp)://", "", address).removeprefix("www.")
        address = re.split(r"[?#]", address, maxsplit=1)[0].rstrip("/") or address
    return _dictated(address) + tail


def _dotted(match: re.Match[str], options: ReadingOptions) -> str:
    return "点".join(number(part) for part in match["parts"].split("."))


def _ip(match: re.Match[str], options: ReadingOptions) -> str | None:
    parts = match["parts"].split(".")
    if any(int(part) > 255 for part in parts):
        return None
    return "点".join(digit_names(part) for part in parts)


# --- Telephone numbers -------------------------------------------------------------------------


def _telephone(match: re.Match[str], options: ReadingOptions) -> str:
    groups = re.findall("[0-9]+", match[0])
    words = "，".join(digit_names(group, telephone=True) for group in groups)
    return ("加" if match[0][0] == "+" else "") + words


def _mobile(match: re.Match[str], options: ReadingOptions) -> str:
    digits = match["number"]
    parts = (digits[:3], digits[3:7], digits[7:])
    words = "，".join(digit_names(part, telephone=True) for part in parts)
    country = match["country"]
    return (f"加{digit_names(country, telephone=True)}，" if country else "") + words


def _dialled(match: re.Match[str], options: ReadingOptions) -> str:
    return digit_names(match["number"], telephone=True)


# --- Dates and times ---------------------------------------------------------------------------


def _date(match: re.Match[str], options: ReadingOptions) -> str:
    month, day = cardinal(int(match["month"])), cardinal(int(match["day"]))
    return f"{digit_names(match['year'])}年{month}月{day}日"


def _month_and_day(match: re.Match[str], options: ReadingOptions) -> str | None:
    month, day = int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{cardinal(month)}月{cardinal(day)}日"


def _year(match: re.Match[str], options: ReadingOptions) -> str:
    return digit_names(match["year"])


def _clock(match: re.Match[str], options: ReadingOptions) -> str | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    if hour > 24 or minute > 59:
        return None
    words = ("两" if hour == 2 else cardinal(hour)) + "点"
    if minute or second:
        words += _below_sixty(match["minute"]) + "分"
    return words + (_below_sixty(second) + "秒" if second else "")


def _below_sixty(written: str) -> str:
    value = int(written)
    if written == "00":
        return "零"
    return ("零" if written[0] == "0" else "") + cardinal(value)


def _oclock(match: re.Match[str], options: ReadingOptions) -> str:
    minute = match["minute"]
    front = amount(match["hour"].lstrip("0") or "0") + match["mark"]
    if not minute:
        return front
    return front + (_below_sixty(minute) if len(minute) == 2 else cardinal(int(minute)))


def _against(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{number(match['one'])}比{number(match['other'])}"


# --- Amounts -----------------------------------------------------------------------------------

_CURRENCIES = {
    "¥": "元", "￥": "元", "$": "美元", "＄": "美元", "€": "欧元", "£": "英镑", "₩": "韩元", "₽": "卢布",
    "US$": "美元", "HK$": "港元", "NT$": "新台币", "RMB": "元", "CNY": "元", "USD": "美元", "EUR": "欧元",
}  # fmt: skip
_CURRENCY_NAMES = "|".join(re.escape(c) for c in sorted(_CURRENCIES, key=len, reverse=True))


def _money(match: re.Match[str], options: ReadingOptions) -> str:
    words = (amount if not match["large"] else _large_amount)(_cents(match["amount"]))
    return _sign(match) + words + match["large"] + _CURRENCIES[match["currency"]]


def _cents(written: str) -> str:
    return written[:-3] if written.endswith(".00") else written


def _large_amount(written: str) -> str:
    return "两" if written == "2" else number(written)


def _large_number(match: re.Match[str], options: ReadingOptions) -> str:
    return _sign(match) + _large_amount(match["amount"]) + match["large"]


def _percent(match: re.Match[str], options: ReadingOptions) -> str:
    of = {"‰": "千分之"}.get(match["mark"], "百分之")
    return _sign(match) + of + number(match["amount"])


def _percent_range(match: re.Match[str], options: ReadingOptions) -> str:
    return f"百分之{number(match['one'])}到百分之{number(match['other'])}"


def _fraction(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{_sign(match)}{number(match['bottom'])}分之{number(match['top'])}"


def _mixed(match: re.Match[str], options: ReadingOptions) -> str:
    fraction = f"{number(match['bottom'])}分之{number(match['top'])}"
    return f"{number(match['whole'])}又{fraction}"


_UNITS = {
    "km": "公里", "m": "米", "cm": "厘米", "mm": "毫米", "μm": "微米", "µm": "微米", "nm": "纳米", "kg": "公斤",
    "g": "克", "mg": "毫克", "μg": "微克", "µg": "微克", "t": "吨", "L": "升", "l": "升", "mL": "毫升", "ml": "毫升",
    "ha": "公顷", "℃": "摄氏度", "°C": "摄氏度", "℉": "华氏度", "°F": "华氏度", "°": "度", "Hz": "赫兹", "kHz": "千赫兹",
    "MHz": "兆赫兹", "GHz": "吉赫兹", "W": "瓦", "kW": "千瓦", "MW": "兆瓦", "kWh": "千瓦时", "V": "伏", "kV": "千伏",
    "mA": "毫安", "mAh": "毫安时", "Ω": "欧姆", "Pa": "帕", "kPa": "千帕", "hPa": "百帕", "MPa": "兆帕", "J": "焦耳",
    "kJ": "千焦", "cal": "卡", "kcal": "千卡", "dB": "分贝", "ft": "英尺", "in": "英寸", "mi": "英里", "lb": "磅",
    "oz": "盎司", "h": "小时", "min": "分钟", "s": "秒", "ms": "毫秒", "px": "像素", "mol": "摩尔", "mph": "英里每小时",
    "N": "牛", "K": "开", "rpm": "转每分钟", "fps": "帧每秒", "ppm": "百万分之一", "mmHg": "毫米汞柱",
}  # fmt: skip
_UNIT_NAMES = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_POWERS = {"²": "平方", "2": "平方", "³": "立方", "3": "立方"}
_PER = {
    "h": "每小时", "s": "每秒", "min": "每分钟", "L": "每升", "l": "每升", "kg": "每公斤", "m²": "每平方米",
    "m2": "每平方米", "m³": "每立方米", "m3": "每立方米", "km²": "每平方公里", "km2": "每平方公里", "dL": "每分升",
}  # fmt: skip
_PER_NAMES = "|".join(sorted(_PER, key=len, reverse=True))


def _unit(match: re.Match[str], options: ReadingOptions) -> str | None:
    unit, power = match["unit"], match["power"]
    if power and unit not in ("km", "m", "cm", "mm"):
        return None
    name = (_POWERS[power] if power else "") + _UNITS[unit]
    words = amount(match["amount"]) + match["large"]
    return _sign(match) + words + name + (_PER[match["per"]] if match["per"] else "")


def _per(match: re.Match[str], options: ReadingOptions) -> str:
    return _PER[match["per"]]


_MEASURES = (
    "个|位|名(?!次)|本|张|只|支|枝|条|件|杯|瓶|碗|盘|份|双|对|把|台|辆|架|艘|棵|朵|颗|粒|块|片|间|栋|座|家|遍|次|趟|场|"
    "天|年(?!级|代|级)|周(?!年)|星期|小时|分钟|秒|刻|种|类|样|句|段|首|部|倍|斤|公斤|公里|里|米|厘米|毫米|千米|吨|克|升|毫升|"
    "美元|欧元|英镑|日元|港元|元|块|角|毛|岁|户|匹|头|群|批|组|队|步|口|顶|封|幅|根|盏|扇|箱|包|袋|盒|桶|层|所|项|"
    "门|轮|声|下|圈|套|排|股|代|平方|立方|成|堆|串|束|滴|道(?!路)|面|人|英里|英尺|英寸|度|票|分(?!之)|打|顿|晚|夜"
)
_NOT_MEASURED = "(?<!第)(?<!初)(?<!星期)(?<!周)(?<!礼拜)"


def _measured(match: re.Match[str], options: ReadingOptions) -> str:
    return _sign(match) + "两"


# --- Names and codes ---------------------------------------------------------------------------

_KNOWN = {
    "B2B": "B to B", "B2C": "B to C", "C2C": "C to C", "P2P": "P to P", "O2O": "O to O", "4S店": "四S店",
    "COVID-19": "COVID一九", "covid-19": "COVID一九", "Covid-19": "COVID一九", "COVID19": "COVID一九",
    "24/7": "全天候",
}  # fmt: skip
_KNOWN_NAMES = "|".join(re.escape(name) for name in sorted(_KNOWN, key=len, reverse=True))
_LETTER_DIGIT = re.compile(r"[A-Za-z]{1,24}|[0-9]{1,12}(?:\.[0-9]{1,6})?")


def _known(match: re.Match[str], options: ReadingOptions) -> str:
    return _KNOWN[match[0]]


def _code(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read letters with digits; three or more digits, as in train numbers, go one by one."""
    pieces = _LETTER_DIGIT.findall(match[0])
    if not any(piece[0].isdigit() for piece in pieces) or all(p[0].isdigit() for p in pieces):
        return None
    words = []
    for piece in pieces:
        if not piece[0].isdigit():
            words.append(piece)
        elif len(piece) > 2 and "." not in piece:
            words.append(digit_names(piece, telephone=True))
        else:
            words.append(number(piece))
    return "".join(words)


def _roman_value(written: str) -> int | None:
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    numerals = unicodedata.normalize("NFKC", written).upper()
    if not numerals or not re.fullmatch(r"C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})", numerals):
        return None
    total = 0
    for letter, following in zip(numerals, [*numerals[1:], "I"], strict=True):
        value = values[letter]
        total += -value if value < values[following] else value
    return total


def _roman(match: re.Match[str], options: ReadingOptions) -> str | None:
    value = _roman_value(match["roman"])
    return None if value is None else cardinal(value)


# --- Symbols -----------------------------------------------------------------------------------

_SYMBOLS = {
    "+": "加", "＋": "加", "×": "乘", "✕": "乘", "÷": "除以", "=": "等于", "＝": "等于", "−": "减", "±": "正负",
    "≈": "约等于", "≒": "约等于", "≠": "不等于", "<": "小于", ">": "大于", "≤": "小于等于", "≦": "小于等于", "≥": "大于等于",
    "≧": "大于等于", "√": "根号", "∞": "无穷大", "π": "派", "&": "和", "＆": "和", "@": "艾特", "＠": "艾特", "%": "百分号",
    "％": "百分号", "‰": "千分号", "℃": "摄氏度", "℉": "华氏度", "°": "度", "#": "井号", "＃": "井号", "№": "编号", "§": "节",
    "©": "版权所有", "®": "注册商标", "™": "商标", "¥": "元", "￥": "元", "$": "美元", "＄": "美元", "€": "欧元", "£": "英镑",
    "₩": "韩元",
}  # fmt: skip
_SYMBOL_NAMES = "".join(re.escape(symbol) for symbol in _SYMBOLS)
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def _symbol(match: re.Match[str], options: ReadingOptions) -> str:
    return _SYMBOLS[match["symbol"]]


def _ascii(digits: str) -> str:
    return "".join(str(unicodedata.digit(d)) for d in digits)


def _power(match: re.Match[str], options: ReadingOptions) -> str:
    digits = _ascii(match["digits"])
    if not match["minus"] and digits in ("2", "3"):
        return {"2": "的平方", "3": "的立方"}[digits]
    return f"的{'负' if match['minus'] else ''}{number(digits)}次方"


def _lowered(match: re.Match[str], options: ReadingOptions) -> str:
    return number(_ascii(match[0]))


def _plain(match: re.Match[str], options: ReadingOptions) -> str:
    return _sign(match) + number(match["amount"])


def _digits(match: re.Match[str], options: ReadingOptions) -> str:
    return digit_names(match[0])


RULES: tuple[Rule, ...] = (
    _rule(
        "email",
        r"(?<![\w.+-])(?P<local>[A-Za-z0-9._+%-]{1,64})@(?P<host>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})",
        _email,
    ),
    _rule(
        "url",
        r"(?<![A-Za-z0-9@.])(?:https?|ftp)://[!-;=?-~]{1,400}|(?<![A-Za-z0-9@.])www\.[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}(?:[:/?#][!-;=?-~]{0,400})?|(?<![A-Za-z0-9@._-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,3}\.(?:com|org|net|cn|io|dev|info|edu|gov|app|ai)(?![A-Za-z0-9.-])(?:/[!-;=?-~]{0,400})?",
        _url,
    ),
    _rule("known name", rf"(?<![A-Za-z0-9.-])(?:{_KNOWN_NAMES})(?![A-Za-z0-9]|[.-][0-9])", _known),
    _rule(
        "mobile number",
        r"(?<![0-9A-Za-z.,+-])(?:\+?(?P<country>86)[- ]?)?(?P<number>1[3-9][0-9]{9})(?![0-9A-Za-z-]|\.[0-9])",
        _mobile,
    ),
    _rule(
        "telephone",
        r"(?<![0-9A-Za-z.,+-])(?:\+[0-9]{1,3}[- ][0-9]{1,4}[- ]|0[0-9]{2,3}[- ]|[(（]0[0-9]{2,3}[)）] ?|1[3-9][0-9][- ]|[48]00[- ])[0-9]{3,4}[- ]?[0-9]{3,4}(?![0-9A-Za-z-])",
        _telephone,
    ),
    _rule(
        "telephone",
        r"(?:(?<=拨打)|(?<=电话)|(?<=热线)|(?<=拨)|(?<=电话:)|(?<=电话：)|(?<=电话是)|(?<=热线是))(?P<number>[0-9]{3,12})(?![0-9A-Za-z-]|\.[0-9])",
        _dialled,
    ),
    _rule(
        "telephone",
        r"(?<![0-9A-Za-z.,])(?P<number>1(?:10|19|20|22))(?=电话|热线|报警|急救|火警)",
        _dialled,
    ),
    _rule(
        "room",
        r"(?<![0-9A-Za-z.,])(?P<number>[0-9]{3,4})(?=房间|室|号房|教室|路公交|次列车|航班)",
        _dialled,
    ),
    _rule(
        "room",
        r"(?:(?<=波音)|(?<=空客)|(?<=房间)|(?<=邮编)|(?<=QQ))(?P<number>[0-9]{3,12})(?![0-9A-Za-z.,年个人])",
        _dialled,
    ),
    _rule(
        "date",
        _FREE
        + r"(?P<year>[12][0-9]{3})(?P<mark>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<day>0?[1-9]|[12][0-9]|3[01])(?![0-9]|[./-][0-9])",
        _date,
    ),
    _rule("address", _FREE + r"(?P<parts>[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?![0-9]|\.[0-9])", _ip),
    _rule(
        "version", _FREE + r"(?P<parts>[0-9]{1,5}(?:\.[0-9]{1,5}){2,4})(?![0-9]|\.[0-9])", _dotted
    ),
    _rule(
        "version",
        r"(?<=[vV])(?<![A-Za-z].)(?P<parts>[0-9]{1,5}(?:\.[0-9]{1,5}){0,4})(?![0-9A-Za-z]|\.[0-9])",
        _dotted,
    ),
    _rule(
        "year",
        _FREE
        + rf"(?P<year>1[0-9]{{3}}|20[0-9]{{2}}|0[0-9])(?={_DASH}?年(?!前|来|间|级|的历史))(?<!1000)(?<!2000(?=年前))",
        _year,
    ),
    _rule(
        "year",
        _FREE
        + rf"(?P<year>1[5-9][0-9]{{2}}|20[0-9]{{2}})(?= ?{_DASH} ?(?:1[0-9]{{3}}|20[0-9]{{2}})年)",
        _year,
    ),
    _rule(
        "month and day",
        _FREE
        + r"(?<!/)(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})(?= ?[(（](?:星期|周)|日|号|上午|下午|晚上)",
        _month_and_day,
    ),
    _rule(
        "time",
        _FREE
        + r"(?<!:)(?P<hour>[0-9]{1,2})[:：](?P<minute>[0-9]{2})(?:[:：](?P<second>[0-5][0-9]))?(?![0-9A-Za-z:]|\.[0-9])",
        _clock,
    ),
    _rule(
        "time",
        _FREE
        + r"(?P<hour>[0-9]{1,2})(?P<mark>[点时])(?:(?P<minute>[0-5][0-9])(?=分|[^0-9点]|$))?(?![0-9间])",
        _oclock,
    ),
    _rule(
        "ratio",
        _FREE + r"(?<!:)(?P<one>[0-9]{1,4})[:：](?P<other>[0-9]{1,4})(?![0-9A-Za-z:])",
        _against,
    ),
    _rule(
        "score",
        _FREE
        + rf"(?P<one>[0-9]{{1,3}}){_DASH}(?P<other>[0-9]{{1,3}})(?=(?:战胜|击败|负于|大胜|险胜|不敌|战平|获胜|取胜|领先))",
        _against,
    ),
    _rule(
        "money",
        _SIGN
        + rf"(?<![A-Za-z])(?P<currency>{_CURRENCY_NAMES}) ?(?P<amount>{_NUMBER}){_LARGE}(?:元|美元)?",
        _money,
    ),
    _rule(
        "fraction", _FREE + rf"(?P<sign>(?!))?(?P<bottom>{_WHOLE})分之(?P<top>{_WHOLE})", _fraction
    ),
    _rule(
        "mixed number",
        _FREE
        + r"(?P<whole>[0-9]{1,6}) (?P<top>[0-9]{1,3})/(?P<bottom>[0-9]{1,3})(?![0-9A-Za-z/.])",
        _mixed,
    ),
    _rule(
        "fraction",
        _FREE + r"(?<!/)(?P<sign>(?!))?(?P<top>[0-9]{1,6})/(?P<bottom>[0-9]{1,6})(?![0-9A-Za-z/])",
        _fraction,
    ),
    _rule(
        "percent range",
        _FREE + rf"(?P<one>{_NUMBER})[%％]? ?{_DASH} ?(?P<other>{_NUMBER})[%％]",
        _percent_range,
    ),
    _rule("percent", _SIGN + _FREE + rf"(?P<amount>{_NUMBER}) ?(?P<mark>[%％‰])", _percent),
    _rule(
        "unit",
        _SIGN
        + _FREE
        + rf"(?P<amount>{_NUMBER}){_LARGE} ?(?P<unit>{_UNIT_NAMES})(?P<power>[²³23])?(?:/(?P<per>{_PER_NAMES}))?(?![A-Za-z0-9])",
        _unit,
    ),
    _rule("unit", rf"(?<=[\w%])/(?P<per>{_PER_NAMES})(?![A-Za-z0-9])", _per),
    _rule(
        "code",
        r"(?<![A-Za-z0-9.])(?:[A-Za-z]{1,24}(?:-?[0-9]{1,12}(?:\.[0-9]{1,6}(?![0-9.]))?(?:-?[A-Za-z]{1,12}){0,2}){1,3}|[0-9]{1,6}[A-Za-z]{1,12}(?:-?[0-9]{1,6}[A-Za-z]{0,6}){0,2})(?![A-Za-z0-9])",
        _code,
    ),
    _rule(
        "large number",
        _SIGN + _FREE + rf"(?P<amount>{_NUMBER})(?P<large>[万亿]{{1,2}})",
        _large_number,
    ),
    _rule("measured", _SIGN + _FREE + _NOT_MEASURED + rf"2(?=(?:多)?(?:{_MEASURES}))", _measured),
    _rule(
        "roman numeral",
        r"(?<![A-Za-z])(?:(?<=第)(?P<roman>[IVX]{1,6})|(?=[Ⅰ-ⅿ])(?P<sign>[Ⅰ-Ⅻⅰ-ⅻ]))(?![A-Za-z0-9])",
        lambda m, o: _roman(m, o) if m["roman"] else cardinal(_roman_value(m["sign"]) or 0),
    ),
    _rule(
        "roman numeral",
        r"(?<![A-Za-z])(?P<roman>[IVXL]{1,6})(?=世|型|期|级|卷|部|章)|(?<=[\u4e00-\u9fff])(?P<plain>[IVX]{2,5})(?![A-Za-z0-9])",
        lambda m, o: (
            _roman(m, o)
            if m["roman"]
            else (
                None
                if _roman_value(m["plain"]) is None
                else cardinal(_roman_value(m["plain"]) or 0)
            )
        ),
    ),
    _rule("number sign", r"(?<![A-Za-z])(?:No\.?|NO\.?|№) ?(?=[0-9])", _says("第")),
    _rule("minus", rf"(?<=[0-9)]) ?{_DASH} ?(?=[0-9.]{{1,12}} ?[=＝])", _says("减")),
    _rule("minus", r"(?<=[0-9]) − ?(?=[0-9])|(?<=[0-9])−(?=[0-9])", _says("减")),
    _rule("range", rf"(?<=[0-9%％]) ?(?:{_DASH}|——) ?(?=[0-9¥￥$])", _says("到")),
    _rule(
        "range",
        rf"(?<=[年月日号时点分元度℃岁]) ?(?:{_DASH}|——) ?(?=[0-9])|(?<=[\w]) ?[~～〜] ?(?=\w)",
        _says("到"),
    ),
    _rule("power", rf"(?P<minus>⁻)?(?P<digits>[{_SUPERSCRIPTS}]{{1,20}})", _power),
    _rule("lowered", r"[₀-₉]{1,20}", _lowered),
    _rule("times", r"(?<=[0-9)]) ?[x*＊] ?(?=[0-9(])", _says("乘")),
    _rule("symbol", rf" ?(?P<symbol>[{_SYMBOL_NAMES}]) ?", _symbol),
    _rule("number", _SIGN + _FREE + rf"(?P<amount>{_NUMBER})", _plain),
    _rule("digits", "[0-9]{1,40}", _digits),
)
"""Highest priority first: the first rule that matches a span wins."""
