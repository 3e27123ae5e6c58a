"""Japanese: numbers and symbols as words, in kana if the dictionary would misread the kanji."""

# ruff: noqa: E501 -- A pattern stays on one line, and a kanji counts as two columns.
from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from kokoro_cli.text.verbalise import Rule
from kokoro_cli.types import ReadingOptions

# --- Numbers -----------------------------------------------------------------------------------

_KANJI = "零一二三四五六七八九"
_SMALL_UNITS = ("", "十", "百", "千")
_LARGE_UNITS = ("", "万", "億", "兆", "京")
_LONGEST = 4 * len(_LARGE_UNITS)

# UniDic reads 一兆 as いち ちょう.
_CHANGED = (("兆", "チョー", (1, 8)), ("京", "ケー", (1, 6, 8)))
_STOPPED = {1: "イッ", 6: "ロッ", 8: "ハッ"}


def cardinal(number: int) -> str:
    """Return a number below 10 ** 20 in kanji; zero is ゼロ."""
    if number == 0:
        return "ゼロ"
    words = ""
    for unit in _LARGE_UNITS:
        number, group = divmod(number, 10_000)
        if group:
            words = _large(group, unit) + words
    return words


def _large(group: int, unit: str) -> str:
    for name, kana, stopped in _CHANGED:
        if unit == name and group % 10 in stopped:
            return (_group(group - group % 10) if group > 10 else "") + _STOPPED[group % 10] + kana
        if unit == name and group % 100 == 10:
            return (_group(group - 10) if group > 10 else "") + "ジュッ" + kana
    one_thousand = "一" if unit and 1000 <= group < 2000 else ""
    return one_thousand + _group(group) + unit


def _group(group: int) -> str:
    words = ""
    for unit in _SMALL_UNITS:
        group, digit = divmod(group, 10)
        if digit:
            words = ("" if digit == 1 and unit else _KANJI[digit]) + unit + words
    return words


_NAMES = ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー")


def digit_names(digits: str) -> str:
    """Return the digits one by one, as in a telephone number; 2 and 5 have long vowels."""
    return "".join(_NAMES[int(d)] for d in digits)


def number(written: str) -> str:
    """Return the words of "1,980", "3.14", "007"."""
    whole, _, fraction = written.replace(",", "").partition(".")
    if len(whole) > _LONGEST or (len(whole) > 1 and whole[0] == "0"):
        words = digit_names(whole)
    elif fraction:
        words = "零" if int(whole) == 0 else cardinal(int(whole))
    else:
        return cardinal(int(whole))
    return _pointed(words) + _fraction(fraction) if fraction else words


def _pointed(whole: str) -> str:
    """Append the decimal point: 一点五 is いってんご, 十点五 is じゅってんご."""
    stopped = {"一": "イッ", "八": "ハッ", "十": "ジュッ"}.get(whole[-1])
    return f"{whole[:-1]}{stopped}テン" if stopped else f"{whole}点"


def _fraction(digits: str) -> str:
    return "".join("ゼロ" if d == "0" else _KANJI[int(d)] for d in digits)


# --- Counters ----------------------------------------------------------------------------------

_UNITS = ("", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュー")
_HUNDREDS = ("", "ヒャク", "ニヒャク", "サンビャク", "ヨンヒャク", "ゴヒャク", "ロッピャク",
             "ナナヒャク", "ハッピャク", "キューヒャク")  # fmt: skip


class _Counter(NamedTuple):
    reading: str
    stops: str
    """Number endings that become a stop before it: "1", "6", "8", "t" (ten), "h" (hundred)."""
    voiced: str = ""
    """Its reading after ん, if it differs."""
    stopped: str = ""
    """Its reading after a stop, if it differs."""


def _k(reading: str, voiced: str = "") -> _Counter:
    return _Counter(reading, "168th", voiced)


def _s(reading: str, voiced: str = "") -> _Counter:
    return _Counter(reading, "18t", voiced)


def _h(reading: str, voiced: str) -> _Counter:
    return _Counter(reading, "168th", voiced, chr(ord(reading[0]) + 2) + reading[1:])


_COUNTERS: dict[str, _Counter] = {
    "本": _h("ホン", "ボン"), "匹": _h("ヒキ", "ビキ"), "杯": _h("ハイ", "バイ"),
    "分": _h("フン", "プン"), "泊": _h("ハク", "パク"), "発": _h("ハツ", "パツ"),
    "票": _h("ヒョー", "ビョー"), "歩": _h("ホ", "ポ"), "羽": _Counter("ワ", ""), "行": _Counter("ギョー", ""), "代": _Counter("ダイ", ""),
    "回": _k("カイ"), "個": _k("コ"), "コ": _k("コ"), "階": _k("カイ", "ガイ"),
    "軒": _k("ケン", "ゲン"), "件": _k("ケン"), "曲": _k("キョク"), "巻": _k("カン"),
    "機": _k("キ"), "級": _k("キュー"), "校": _k("コー"), "球": _k("キュー"), "期": _k("キ"),
    "国": _k("コク"), "か月": _k("カゲツ"), "か国": _k("カコク"), "か所": _k("カショ"),
    "か年": _k("カネン"), "歳": _s("サイ"), "才": _s("サイ"), "冊": _s("サツ"),
    "足": _s("ソク", "ゾク"), "隻": _s("セキ"), "週間": _s("シューカン"), "週": _s("シュー"),
    "章": _s("ショー"), "世紀": _s("セーキ"), "世": _s("セイ"), "社": _s("シャ"),
    "種類": _s("シュルイ"), "周年": _s("シューネン"), "周": _s("シュー"), "席": _s("セキ"),
    "勝": _s("ショー"), "戦": _s("セン"), "試合": _s("シアイ"), "節": _s("セツ"),
    "着": _s("チャク"), "点": _s("テン"), "頭": _s("トー"), "通": _s("ツー"),
    "丁目": _s("チョーメ"), "等": _s("トー"), "体": _s("タイ"), "滴": _s("テキ"),
    "店": _s("テン"), "店舗": _s("テンポ"), "トン": _s("トン"), "拍": _h("ハク", "パク"),
}  # fmt: skip

# Counters with their own readings of 4, 7 and 9: 四時, 七時, 九時.
_OWN_DIGITS: dict[str, tuple[str, dict[int, str]]] = {
    "時": ("ジ", {4: "ヨ", 7: "シチ", 9: "ク"}),
    "月": ("ガツ", {4: "シ", 7: "シチ", 9: "ク"}),
    "人": ("ニン", {4: "ヨ", 7: "シチ"}),
    "円": ("エン", {4: "ヨ"}),
    "年": ("ネン", {4: "ヨ"}),
}

# The dictionary reads the other days correctly in kanji: 三日, 五日, 二十日.
_DAYS = {
    1: "ついたち", 2: "ふつか", 4: "ヨッカ", 7: "なのか", 14: "ジューヨッカ", 17: "ジューシチニチ",
    19: "ジュークニチ", 24: "ニジューヨッカ", 27: "ニジューシチニチ", 29: "ニジュークニチ",
}  # fmt: skip
_THINGS = {4: "ヨッツ", 6: "ムッツ", 8: "ヤッツ"}

# Counted with native Japanese numbers if there are one or two.
_NATIVE = {
    "部屋": "ヘヤ", "組": "クミ", "皿": "サラ", "箱": "ハコ", "袋": "フクロ", "晩": "バン",
    "桁": "ケタ", "切れ": "キレ", "粒": "ツブ", "束": "タバ", "株": "カブ", "鉢": "ハチ",
}  # fmt: skip


def counted(amount: int, counter: str) -> str:
    """Return an amount with its counter; kanji that the dictionary misreads become kana."""
    if counter in _OWN_DIGITS:
        return _own_digits(amount, counter)
    if counter == "日":
        return day(amount)
    if counter in ("歳", "才") and amount == 20:
        return "ハタチ"
    if counter in _NATIVE:
        word = _NATIVE[counter]
        return (
            {1: "ヒト", 2: "フタ"}[amount] + word
            if amount in (1, 2)
            else cardinal(amount) + counter
        )
    if counter not in _COUNTERS:
        return cardinal(amount) + counter
    return _sounded(amount, _COUNTERS[counter])


def _own_digits(amount: int, counter: str) -> str:
    reading, own = _OWN_DIGITS[counter]
    if amount == 0 and counter == "時":
        return "零時"
    if amount % 10 in own:
        tens = amount - amount % 10
        return (cardinal(tens) if tens else "") + own[amount % 10] + reading
    return cardinal(amount) + counter


def day(number: int, *, of_month: bool = False) -> str:
    """Return a day of the month (ついたち) or a number of days (いちにち)."""
    if number == 1 and not of_month:
        return "いちにち"
    return _DAYS.get(number) or cardinal(number) + "日"


def _sounded(amount: int, counter: _Counter) -> str:
    if amount == 0:
        return "ゼロ" + counter.reading
    low = next((amount % size for size in (100, 1000, 10_000) if amount % size), 0)
    front = cardinal(amount - low) if amount - low else ""
    if low == 0:
        return front + (counter.voiced or counter.reading)
    if low >= 1000:
        thousands = "セン" if low == 1000 else _UNITS[low // 1000] + "セン"
        thousands = {3000: "サンゼン", 8000: "ハッセン"}.get(low, thousands)
        return front + thousands + (counter.voiced or counter.reading)
    if low >= 100:
        word = _HUNDREDS[low // 100]
        stops = "h" in counter.stops
        word = word[:-1] + "ッ" if stops else word
        return front + word + _counter_reading(counter, stops)
    tens, unit = divmod(low, 10)
    tens_word = (_UNITS[tens] if tens > 1 else "") + "ジュー" if tens else ""
    if unit == 0:
        stops = "t" in counter.stops
        return (
            front
            + (tens_word[:-1] + "ッ" if stops else tens_word)
            + _counter_reading(counter, stops)
        )
    if str(unit) in counter.stops:
        return front + tens_word + _STOPPED[unit] + _counter_reading(counter, True)
    # After よん, 分 and 泊 are ぷん and ぱく too, but 匹 and 本 are not びき and ぼん.
    voiced = unit == 3 or (unit == 4 and counter.voiced[:1] in tuple("パピプペポ"))
    voiced = voiced and not (unit == 4 and counter.reading == "ホ")
    reading = counter.voiced if voiced and counter.voiced else counter.reading
    return front + tens_word + _UNITS[unit] + reading


def _counter_reading(counter: _Counter, stops: bool) -> str:
    return counter.stopped if stops and counter.stopped else counter.reading


# --- Patterns ----------------------------------------------------------------------------------

_FREE = r"(?<![0-9A-Za-z])(?<![0-9][.,])"
_WHOLE = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}(?![0-9])|[0-9]{1,20}(?![0-9]))"
_NUMBER = _WHOLE + r"(?:\.[0-9]{1,20}(?![0-9]))?"
_SIGN = r"(?:(?<![0-9A-Za-z)\]%])(?P<sign>[-−－]) ?)?"
_POWERS = {"²": "平方", "³": "立方", "2": "平方", "3": "立方"}
_KA = "か|ヶ|ケ|カ|ヵ|箇|ヵ"

Speak = Callable[[re.Match[str], ReadingOptions], "str | None"]


def _rule(name: str, pattern: str, speak: Speak) -> Rule:
    return Rule(name, re.compile(pattern), speak)


def _says(words: str) -> Speak:
    return lambda match, options: words


def _sign(match: re.Match[str]) -> str:
    return "マイナス" if match["sign"] else ""


# --- Addresses ---------------------------------------------------------------------------------

_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "エー",
            "ビー",
            "シー",
            "ディー",
            "イー",
            "エフ",
            "ジー",
            "エイチ",
            "アイ",
            "ジェー",
            "ケー",
            "エル",
            "エム",
            "エヌ",
            "オー",
            "ピー",
            "キュー",
            "アール",
            "エス",
            "ティー",
            "ユー",
            "ブイ",
            "ダブリュー",
            "エックス",
            "ワイ",
            "ゼット",
        ],
        strict=True,
    )
)
_MARKS = {
    ".": "ドット", "/": "スラッシュ", "-": "ハイフン", "_": "アンダーバー", "@": "アットマーク",
    ":": "コロン", "~": "チルダ", "+": "プラス", "#": "シャープ", "?": "クエスチョン", "=": "イコール",
    "&": "アンド", "%": "パーセント",
}  # fmt: skip
_PIECE = re.compile(r"[A-Za-z]{1,60}|[0-9]{1,20}|.")


def letter_names(letters: str) -> str:
    """Return Latin letters by their names in Japanese."""
    return "".join(_LETTERS[letter] for letter in letters.upper())


def _dictated(address: str) -> str:
    words = []
    for piece in _PIECE.findall(address):
        if piece.isascii() and piece.isalpha():
            spelled = len(piece) <= 2 or not re.search("[aeiouyAEIOUY]", piece)
            words.append(letter_names(piece) if spelled else piece)
        elif "0" <= piece[0] <= "9":
            words.append(number(piece) if len(piece) <= 4 else digit_names(piece))
        elif piece in _MARKS:
            words.append(_MARKS[piece])
        elif piece.isalpha():
            words.append(piece)
    return " ".join(words)


def _email(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{_dictated(match['local'])} アットマーク {_dictated(match['host'])}"


def _url(match: re.Match[str], options: ReadingOptions) -> str:
    address = match[0]
    cut = len(address.rstrip(".,;:!?)]}'\"*"))
    address, tail = address[:cut], address[cut:]
    tail = "".join(c for c in tail if c in ".,;:!?)]")
    if options.urls == "short":
        address = re.sub(r"^(?:https?|ftp)://", "", address).removeprefix("www.")
        address = re.split(r"[?#]", address, maxsplit=1)[0].rstrip("/") or address
    return _dictated(address) + tail


def _postal(match: re.Match[str], options: ReadingOptions) -> str:
    area, place = match["area"], match["place"]
    words = "郵便番号、" if match["sign"] else ""
    return words + digit_names(area) + (f"の、{digit_names(place)}" if place else "")


def _phone(match: re.Match[str], options: ReadingOptions) -> str:
    groups = re.findall("[0-9]+", match[0])
    words = "の、".join(digit_names(group) for group in groups)
    return ("プラス" if match[0][0] == "+" else "") + words


# --- Dates and times ---------------------------------------------------------------------------

_WEEKDAY = r"(?= ?[(（][月火水木金土日](?:曜日?)?(?:・?祝)?[)）])"
_DATED = r"(?= ?(?:から|まで|以降|以前|現在|頃|ごろ|付|開催|開始|締|発売|生まれ|[〜~～][0-9]|に(?![減増な縮相達下上])))"
_DATED_AFTER = re.compile(f"{_WEEKDAY}|{_DATED}")


def _date(match: re.Match[str], options: ReadingOptions) -> str | None:
    words = _dated_words(int(match["month"]), int(match["day"]))
    return words and counted(int(match["year"]), "年") + words


def _month_and_day(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read 3/4 as a day if the context shows a date or it is not a usual fraction."""
    dated = _DATED_AFTER.match(match.string, match.end()) or "0" in (
        match["month"][0],
        match["day"][0],
    )
    top, bottom = int(match["month"]), int(match["day"])
    if not dated and top < bottom <= 10:
        return None
    return _dated_words(top, bottom)


def _dated_words(month: int, number_of_day: int) -> str | None:
    if not (1 <= month <= 12 and 1 <= number_of_day <= 31):
        return None
    return counted(month, "月") + day(number_of_day, of_month=True)


def _day_of_month(match: re.Match[str], options: ReadingOptions) -> str:
    return day(int(match["day"]), of_month=True)


def _weekday(match: re.Match[str], options: ReadingOptions) -> str:
    return match["day"] + "曜"


def _clock(match: re.Match[str], options: ReadingOptions) -> str | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    if hour > 29 or minute > 59:
        return None
    words = counted(hour, "時")
    if minute or second:
        words += counted(minute, "分")
    return words + (cardinal(int(second)) + "秒" if second else "")


def _against(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{number(match['one'])}タイ{number(match['other'])}"


# --- Amounts -----------------------------------------------------------------------------------

_CURRENCIES = {
    "¥": "円",
    "￥": "円",
    "$": "ドル",
    "＄": "ドル",
    "€": "ユーロ",
    "£": "ポンド",
    "₩": "ウォン",
}
_LARGE = "(?P<large>[万億兆千百]{0,2})"


def _money(match: re.Match[str], options: ReadingOptions) -> str:
    currency = _CURRENCIES[match["currency"]]
    amount, large = match["amount"], match["large"]
    if currency == "ドル" and not large and re.search(r"\.[0-9]{2}$", amount):
        whole, _, cents = amount.partition(".")
        front = f"{number(whole)}ドル" if int(whole.replace(",", "")) else ""
        back = f"{cardinal(int(cents))}セント" if int(cents) or not front else ""
        return _sign(match) + front + back
    if currency == "円" and not large and "." not in amount and len(amount) < 20:
        return _sign(match) + counted(int(amount.replace(",", "")), "円")
    return _sign(match) + _with_large(amount, large) + currency


def _with_large(amount: str, large: str) -> str:
    if large and "." not in amount and len(amount) < 6:
        units = {"万": 10**4, "億": 10**8, "兆": 10**12}
        if large in units:
            return cardinal(int(amount.replace(",", "")) * units[large])
    return number(amount) + large


def _large_number(match: re.Match[str], options: ReadingOptions) -> str:
    return _sign(match) + _with_large(match["amount"], match["large"])


def _fraction_written(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{_sign(match)}{number(match['bottom'])}分の{number(match['top'])}"


def _mixed(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{number(match['whole'])}と{number(match['bottom'])}分の{number(match['top'])}"


_PREFIXED = {
    "km": "キロメートル", "cm": "センチメートル", "mm": "ミリメートル", "μm": "マイクロメートル",
    "µm": "マイクロメートル", "nm": "ナノメートル", "m": "メートル", "kg": "キログラム", "mg": "ミリグラム",
    "g": "グラム", "t": "トン", "kL": "キロリットル", "L": "リットル", "l": "リットル", "ℓ": "リットル",
    "dL": "デシリットル", "dl": "デシリットル", "mL": "ミリリットル", "ml": "ミリリットル", "cc": "シーシー",
    "ha": "ヘクタール", "a": "アール", "ft": "フィート", "in": "インチ", "mi": "マイル", "lb": "ポンド", "oz": "オンス",
    "℃": "度", "°C": "度", "℉": "ファーレンハイト度", "°F": "ファーレンハイト度", "°": "度", "K": "ケルビン",
    "kB": "キロバイト", "KB": "キロバイト", "MB": "メガバイト", "GB": "ギガバイト", "TB": "テラバイト",
    "PB": "ペタバイト", "kbps": "キロビーピーエス", "Mbps": "メガビーピーエス", "Gbps": "ギガビーピーエス",
    "Hz": "ヘルツ", "kHz": "キロヘルツ", "MHz": "メガヘルツ", "GHz": "ギガヘルツ", "W": "ワット",
    "kW": "キロワット", "MW": "メガワット", "kWh": "キロワットアワー", "V": "ボルト", "A": "アンペア",
    "mA": "ミリアンペア", "mAh": "ミリアンペアアワー", "Ω": "オーム", "Pa": "パスカル", "hPa": "ヘクトパスカル",
    "MPa": "メガパスカル", "N": "ニュートン", "J": "ジュール", "kJ": "キロジュール", "cal": "カロリー",
    "kcal": "キロカロリー", "dB": "デシベル", "lm": "ルーメン", "lx": "ルクス", "px": "ピクセル",
    "dpi": "ディーピーアイ", "fps": "エフピーエス", "rpm": "アールピーエム", "min": "分", "sec": "秒", "ms": "ミリ秒",
    "s": "秒", "h": "時間", "ppm": "ピーピーエム", "mmHg": "ミリエイチジー", "mol": "モル", "'": "フィート",
}  # fmt: skip
_UNIT_NAMES = "|".join(
    re.escape(unit) for unit in sorted(_PREFIXED, key=len, reverse=True) if unit != "'"
)
_RATES = {
    "km/h": ("時速", "キロメートル"), "m/s": ("秒速", "メートル"), "mph": ("時速", "マイル"),
    "km/s": ("秒速", "キロメートル"), "m/min": ("分速", "メートル"),
}  # fmt: skip
_PER = {"h": "毎時", "s": "毎秒", "min": "毎分", "L": "毎リットル", "l": "毎リットル", "kg": "毎キログラム",
        "m²": "毎平方メートル", "m2": "毎平方メートル", "m³": "毎立方メートル", "m3": "毎立方メートル"}  # fmt: skip
_LENGTHS = ("km", "cm", "mm", "m")


def _rate(match: re.Match[str], options: ReadingOptions) -> str:
    front, unit = _RATES[match["rate"]]
    said = match.string[max(0, match.start() - 3) : match.start()].rstrip(" 約").endswith(front)
    return ("" if said else front) + number(match["amount"]) + unit


def _unit(match: re.Match[str], options: ReadingOptions) -> str | None:
    unit, power = match["unit"], match["power"]
    if power and unit not in _LENGTHS:
        return None
    name = (_POWERS[power] if power else "") + _PREFIXED[unit]
    amount = match["amount"]
    if name in ("トン", "分") and "." not in amount and len(amount) < 16:
        words = counted(int(amount.replace(",", "")), name)
    else:
        words = _with_large(amount, match["large"]) + name
    return _sign(match) + words + (_PER[match["per"]] if match["per"] else "")


_SQUARE = {"km": "平方キロメートル", "m": "平方メートル"}


def _per_square(match: re.Match[str], options: ReadingOptions) -> str:
    return "毎" + _SQUARE[match["unit"]]


def _percent(match: re.Match[str], options: ReadingOptions) -> str:
    name = {"‰": "パーミル"}.get(match["mark"], "パーセント")
    return _sign(match) + number(match["amount"]) + name


def _counter(match: re.Match[str], options: ReadingOptions) -> str:
    amount, counter = match["amount"], match["counter"]
    if counter[0] in "かヶケカヵ箇" and len(counter) > 1:
        counter = "か" + counter[-1]
    plus = _sign(match)
    rest = match["rest"] or ""
    if "." in amount:
        reading = _COUNTERS[counter].reading if counter in _COUNTERS else counter
        return plus + number(amount) + reading + rest
    value = int(amount.replace(",", ""))
    if counter == "人" and value in (1, 2):
        return ("一人", "二人")[value - 1] + rest
    words = counted(value, counter)
    if "ァ" <= words[-1] <= "ー":
        # After kana, 後 would be read あと; after kanji it is ご.
        rest = "".join(_RESTS[character] for character in rest)
    return plus + words + rest


_RESTS = {"後": "ゴ", "間": "カン", "目": "メ", "前": "マエ", "半": "ハン"}


def _things(match: re.Match[str], options: ReadingOptions) -> str:
    amount = _value(match["amount"]) or int(match["amount"])
    return _THINGS.get(amount, f"{cardinal(amount)}つ")


_COUNTER_NAMES = "|".join(sorted([*_COUNTERS, *_OWN_DIGITS, *_NATIVE, "日"], key=len, reverse=True))
_COUNTED = rf"(?P<counter>(?:{_KA})(?:月|国|所|年)|{_COUNTER_NAMES})"
# Words that only begin like a counter: 人口, 月曜, 点検, 本日, 分の, 回り, 社会, 週末, 円形, 年齢.
_NOT_COUNTED = (
    r"(?<!人(?=口))(?<!月(?=曜))(?<!点(?=検))(?<!本(?=[日社当格]))(?<!分(?=の[0-9]))"
    r"(?<!回(?=り))(?<!社(?=会))(?<!日(?=本|曜))(?<!円(?=形|周))(?<!コ(?=[ァ-ヺー]))(?<!世(?=[代界]))"
)


# --- Numbers written in kanji ------------------------------------------------------------------

_KANJI_DIGITS = {character: value for value, character in enumerate(_KANJI)}
_KANJI_UNITS = {"十": 10, "百": 100, "千": 1000}
_KANJI_COUNTERS = (
    "本|匹|杯|回|個|階|軒|曲|歳|冊|週間|章|世紀|社|種類|周年|着|頭|丁目|泊|歩|"
    f"(?:{_KA})(?:月|国|所)"
)


def _value(kanji: str) -> int | None:
    """Return the value of a kanji number below 10,000; None if it is not one, as 二三."""
    total, digit = 0, 0
    last = 10_000
    for character in kanji:
        if character in _KANJI_UNITS:
            unit = _KANJI_UNITS[character]
            if unit >= last:
                return None
            total, digit, last = total + (digit or 1) * unit, 0, unit
        elif digit:
            return None
        elif character in _KANJI_DIGITS:
            digit = _KANJI_DIGITS[character]
        else:
            return None
    return total + digit


def _kanji_counted(match: re.Match[str], options: ReadingOptions) -> str | None:
    value = _value(match["amount"])
    if not value:
        return None
    counter = match["counter"]
    if counter[0] in "かヶケカヵ箇" and len(counter) > 1:
        counter = "か" + counter[-1]
    return counted(value, counter)


def _kanji_own(match: re.Match[str], options: ReadingOptions) -> str | None:
    value = _value(match["amount"])
    if not value or value % 10 not in (4, 7, 9):
        return None
    counter = match["counter"]
    if counter == "日":
        return _DAYS.get(value)
    return counted(value, counter) if value % 10 in _OWN_DIGITS[counter][1] else None


# --- Names, versions, Roman numerals -----------------------------------------------------------

_ENGLISH = ("ゼロ", "ワン", "ツー", "スリー", "フォー", "ファイブ", "シックス", "セブン", "エイト", "ナイン",
            "テン", "イレブン", "トゥエルブ")  # fmt: skip
_KNOWN = {
    "B2B": "ビートゥービー", "B2C": "ビートゥーシー", "C2C": "シートゥーシー", "P2P": "ピートゥーピー",
    "G7": "ジーセブン", "G8": "ジーエイト", "G20": "ジートゥエンティ", "F1": "エフワン", "J1": "ジェーワン",
    "J2": "ジェーツー", "3D": "スリーディー", "2D": "ツーディー", "4D": "フォーディー", "3DS": "スリーディーエス",
    "4K": "ヨンケー", "8K": "ハチケー", "5G": "ファイブジー", "4G": "フォージー", "3G": "スリージー", "6G": "シックスジー",
    "H2O": "エイチツーオー", "CO2": "シーオーツー", "O2": "オーツー", "N2": "エヌツー", "H2": "エイチツー",
    "MP3": "エムピースリー", "MP4": "エムピーフォー", "PS5": "ピーエスファイブ", "PS4": "ピーエスフォー",
    "PS3": "ピーエススリー", "PS2": "ピーエスツー", "GPT-4": "ジーピーティーフォー", "GPT4": "ジーピーティーフォー",
    "GPT-5": "ジーピーティーファイブ", "K2": "ケーツー", "S3": "エススリー", "X1": "エックスワン",
    "1K": "ワンケー", "1R": "ワンアール", "1LDK": "ワンエルディーケー", "2LDK": "ニーエルディーケー", "3LDK": "サンエルディーケー",
    "2DK": "ニーディーケー", "1DK": "ワンディーケー", "M1": "エムワン", "M2": "エムツー", "M-1": "エムワン",
    "R2-D2": "アールツーディーツー", "Web3": "ウェブスリー", "R-1": "アールワン",
}  # fmt: skip
_KNOWN_NAMES = "|".join(re.escape(name) for name in sorted(_KNOWN, key=len, reverse=True))


def _known(match: re.Match[str], options: ReadingOptions) -> str:
    return _KNOWN[match[0]]


_LETTER_DIGIT = re.compile(r"[A-Za-z]{1,24}|[0-9]{1,12}(?:\.[0-9]{1,6})?")


def _code(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Read letters with digits: short capitals by their letter names, words unchanged."""
    pieces = _LETTER_DIGIT.findall(match[0])
    if not any(piece[0].isdigit() for piece in pieces) or all(p[0].isdigit() for p in pieces):
        return None
    words = ""
    for piece in pieces:
        if piece[0].isdigit():
            # Without this, the reader takes a lone 四 after a letter for し.
            single = len(piece) == 1
            words += (
                _NAMES[int(piece)].rstrip("ー")
                if single and piece in "25"
                else (_NAMES[int(piece)] if single else number(piece))
            )
        elif len(piece) == 1 or (piece.isupper() and len(piece) <= 4):
            words += letter_names(piece)
        else:
            words += piece
    return words


def _dotted(match: re.Match[str], options: ReadingOptions) -> str:
    return "点".join(number(part) for part in match["parts"].split("."))


def _roman_value(written: str) -> int | None:
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    numerals = unicodedata.normalize("NFKC", written).upper()
    if not re.fullmatch(r"C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})", numerals) or not numerals:
        return None
    total = 0
    for letter, following in zip(numerals, [*numerals[1:], "I"], strict=True):
        value = values[letter]
        total += -value if value < values[following] else value
    return total


def _roman(match: re.Match[str], options: ReadingOptions) -> str | None:
    value = _roman_value(match["roman"])
    if value is None:
        return None
    before = match.string[max(0, match.start() - 2) : match.start()].rstrip()
    if value < len(_ENGLISH) and re.search("[ァ-ヺーA-Za-z]$", before):
        return _ENGLISH[value]
    return cardinal(value)


def _roman_counted(match: re.Match[str], options: ReadingOptions) -> str | None:
    value = _roman_value(match["roman"])
    return None if value is None else counted(value, match["counter"])


# --- Symbols -----------------------------------------------------------------------------------

_BETWEEN = {
    "+": "プラス", "＋": "プラス", "×": "かける", "✕": "かける", "÷": "わる", "=": "イコール", "＝": "イコール",
    "−": "マイナス", "－": "マイナス", "±": "プラスマイナス", "≒": "ニアリーイコール", "≈": "ニアリーイコール",
    "≠": "ノットイコール", "<": "小なり", ">": "大なり", "≤": "小なりイコール", "≦": "小なりイコール",
    "≥": "大なりイコール", "≧": "大なりイコール", "√": "ルート", "∞": "無限大", "π": "パイ", "∴": "ゆえに",
    "&": "アンド", "＆": "アンド", "@": "アットマーク", "＠": "アットマーク", "%": "パーセント", "％": "パーセント",
    "‰": "パーミル", "℃": "度", "℉": "ファーレンハイト度", "°": "度", "〒": "郵便番号", "№": "ナンバー", "§": "セクション",
    "©": "コピーライト", "®": "登録商標", "™": "トレードマーク", "¥": "円", "￥": "円", "$": "ドル", "＄": "ドル",
    "€": "ユーロ", "£": "ポンド", "₩": "ウォン",
}  # fmt: skip
_SYMBOLS = "".join(re.escape(symbol) for symbol in _BETWEEN)


def _symbol(match: re.Match[str], options: ReadingOptions) -> str:
    return _BETWEEN[match["symbol"]]


def _power(match: re.Match[str], options: ReadingOptions) -> str:
    digits = _ascii(match["digits"])
    minus = "マイナス" if match["minus"] else ""
    return f"の{minus}{number(digits)}乗"


def _lowered(match: re.Match[str], options: ReadingOptions) -> str:
    return number(_ascii(match[0]))


def _formula(match: re.Match[str], options: ReadingOptions) -> str:
    pieces = re.findall("[A-Za-z]{1,4}|[₀-₉]{1,6}", match[0])
    return "".join(
        letter_names(p) if p.isascii() else number(_ascii(p)).replace("二", "ツー") for p in pieces
    )


def _ascii(digits: str) -> str:
    return "".join(str(unicodedata.digit(d)) for d in digits)


def _plain(match: re.Match[str], options: ReadingOptions) -> str:
    return _sign(match) + number(match["amount"])


def _digits(match: re.Match[str], options: ReadingOptions) -> str:
    return digit_names(match[0])


_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_ROMANS = r"(?P<roman>[IVXLC]{1,7}|[Ⅰ-Ⅻⅰ-ⅻ])(?![A-Za-z])"

RULES: tuple[Rule, ...] = (
    _rule(
        "email",
        r"(?<![\w.+-])(?P<local>[A-Za-z0-9._+%-]{1,64})@(?P<host>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})",
        _email,
    ),
    _rule(
        "url",
        r"(?<![A-Za-z0-9@.])(?:https?|ftp)://[!-;=?-~]{1,400}|(?<![A-Za-z0-9@.])www\.[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}(?:[:/?#][!-;=?-~]{0,400})?|(?<![A-Za-z0-9@._-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,3}\.(?:com|org|net|jp|io|dev|info|edu|gov|app|ai)(?![A-Za-z0-9.-])(?:/[!-;=?-~]{0,400})?",
        _url,
    ),
    _rule(
        "postal code",
        r"(?P<sign>〒) ?(?P<area>[0-9]{3})(?:[-−－‐](?P<place>[0-9]{4}))?(?![0-9])",
        _postal,
    ),
    _rule(
        "telephone",
        r"(?<![0-9A-Za-z.,+-])(?:\+[0-9]{1,3}[- ][0-9]{1,4}|0[0-9]{1,4}|\(0[0-9]{1,4}\)|（0[0-9]{1,4}）)[-−－‐ ]?[0-9]{2,4}[-−－‐][0-9]{3,4}(?![0-9A-Za-z-])",
        _phone,
    ),
    _rule(
        "mobile number",
        r"(?<![0-9A-Za-z.,+-])0[5789]0[0-9]{8}(?![0-9A-Za-z.-])",
        lambda m, o: "の、".join(digit_names(p) for p in (m[0][:3], m[0][3:7], m[0][7:])),
    ),
    _rule(
        "date",
        _FREE
        + r"(?P<year>[12][0-9]{3})(?P<mark>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<day>0?[1-9]|[12][0-9]|3[01])(?![0-9]|[./-][0-9])",
        _date,
    ),
    _rule(
        "version", _FREE + r"(?P<parts>[0-9]{1,5}(?:\.[0-9]{1,5}){2,4})(?![0-9]|\.[0-9])", _dotted
    ),
    _rule(
        "named version",
        r"(?:(?<=バージョン)|(?<=バージョン )|(?<=Ver\.)|(?<=ver\.)|(?<=Python )|(?<![A-Za-z])[vV])(?P<parts>[0-9]{1,4}\.[0-9]{1,4})(?![0-9]|\.[0-9])",
        _dotted,
    ),
    _rule(
        "month and day",
        _FREE + r"(?<!/)(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})(?![0-9A-Za-z/]|\.[0-9])",
        _month_and_day,
    ),
    _rule("day of the month", r"(?<=月)(?P<day>[0-9]{1,2})日(?!間|本)", _day_of_month),
    _rule(
        "day of the month",
        r"(?<![0-9.,])(?P<day>[0-9]{1,2})日(?= ?[(（][月火水木金土日])",
        _day_of_month,
    ),
    _rule(
        "weekday",
        r"(?:(?<=[0-9日][(（])|(?<=[0-9日] [(（]))(?P<day>[月火水木金土日])(?=[)）])",
        _weekday,
    ),
    _rule(
        "time",
        _FREE
        + r"(?<!:)(?P<hour>[0-9]{1,2})[:：](?P<minute>[0-9]{2})(?:[:：](?P<second>[0-5][0-9]))?(?![0-9A-Za-z:]|\.[0-9])",
        _clock,
    ),
    _rule(
        "ratio",
        _FREE + r"(?<!:)(?P<one>[0-9]{1,4})[:：](?P<other>[0-9]{1,4})(?![0-9A-Za-z:])",
        _against,
    ),
    _rule(
        "score",
        _FREE
        + r"(?P<one>[0-9]{1,3})[-−－](?P<other>[0-9]{1,3})(?=で(?:勝|負|敗|快勝|辛勝|圧勝|引|逆転|下し))",
        _against,
    ),
    _rule("money", _SIGN + rf"(?P<currency>[¥￥$＄€£₩]) ?(?P<amount>{_NUMBER}){_LARGE}円?", _money),
    _rule(
        "fraction",
        _FREE + rf"(?P<sign>[-−](?=[0-9]))?(?P<bottom>{_WHOLE})分の(?P<top>{_WHOLE})",
        _fraction_written,
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
        _fraction_written,
    ),
    _rule("known name", rf"(?<![A-Za-z0-9.-])(?:{_KNOWN_NAMES})(?![A-Za-z0-9]|[.-][0-9])", _known),
    _rule(
        "rate",
        _FREE + rf"(?P<amount>{_NUMBER}) ?(?P<rate>km/h|m/s|mph|km/s|m/min)(?![A-Za-z0-9/])",
        _rate,
    ),
    _rule(
        "unit",
        _SIGN
        + _FREE
        + rf"(?P<amount>{_NUMBER}){_LARGE} ?(?P<unit>{_UNIT_NAMES})(?P<power>[²³23])?(?:/(?P<per>min|kg|m[²³23]|[hsLl]))?(?![A-Za-z0-9])",
        _unit,
    ),
    _rule("unit", r"(?<=\w)/(?P<unit>k?m)[²2](?![A-Za-z0-9])", _per_square),
    _rule("percent", _SIGN + _FREE + rf"(?P<amount>{_NUMBER}) ?(?P<mark>[%％‰])", _percent),
    _rule(
        "code",
        r"(?<![A-Za-z0-9.])(?:[A-Za-z]{1,24}(?:-?[0-9]{1,12}(?:\.[0-9]{1,6}(?![0-9.]))?(?:-?[A-Za-z]{1,12}){0,2}){1,3}|[0-9]{1,6}[A-Za-z]{1,12}(?:-?[0-9]{1,6}[A-Za-z]{0,6}){0,2})(?![A-Za-z0-9])",
        _code,
    ),
    _rule(
        "things",
        _SIGN + _FREE + r"(?P<amount>[1-9]|(?<![一二三四五六七八九十])[四六八])つ",
        _things,
    ),
    _rule(
        "large number", _SIGN + _FREE + rf"(?P<amount>{_NUMBER})(?P<large>[万億兆])", _large_number
    ),
    _rule(
        "counter",
        _SIGN
        + _FREE
        + rf"(?P<amount>{_NUMBER}) ?{_COUNTED}{_NOT_COUNTED}(?P<rest>[間目半]?[後前]?)",
        _counter,
    ),
    _rule(
        "counter",
        r"(?<![一二三四五六七八九十百千万億〇零数何幾])(?P<amount>[一二三四五六七八九十百千]{1,7})"
        + rf"(?P<counter>{_KANJI_COUNTERS})(?![木松り気])",
        _kanji_counted,
    ),
    _rule(
        "counter",
        r"(?<![一二三四五六七八九十百千万億〇零数何幾])(?P<amount>[一二三四五六七八九十百千]{1,7})(?P<counter>[時月日人])(?![本市月])",
        _kanji_own,
    ),
    _rule(
        "roman numeral",
        r"(?<![A-Za-z])" + _ROMANS + r"(?P<counter>世(?![代界])|章|巻|期|部|編|型|種|類)",
        _roman_counted,
    ),
    _rule(
        "roman numeral",
        r"(?<![A-Za-z])(?:(?<=第)|(?<=[ァ-ヺー])|(?<=[ァ-ヺー] )|(?=[Ⅰ-ⅿ]))"
        + r"(?P<roman>[IVX]{2,6}|(?<=第)[IVX]|[Ⅰ-Ⅻⅰ-ⅻ])(?![A-Za-z0-9])",
        _roman,
    ),
    _rule("number sign", r"(?<![A-Za-z])(?:No\.?|NO\.?|№) ?(?=[0-9])", _says("ナンバー")),
    _rule("hashtag", r"[#＃](?=[^\W\d_])", _says("ハッシュタグ")),
    _rule("sharp", r"[#＃]", _says("シャープ")),
    _rule("minus", r"(?<=[0-9)]) ?[-−－] ?(?=[0-9.]{1,12} ?[=＝])", _says("マイナス")),
    _rule("minus", r"(?<=[0-9]) − ?(?=[0-9])|(?<=[0-9])−(?=[0-9])", _says("マイナス")),
    _rule("range", r"(?<=[\w%％℃]) ?[〜~～] ?(?=[\w¥￥$])", _says("から")),
    _rule(
        "range",
        r"(?<=[0-9%]) ?[-–—－‐] ?(?=[0-9])|(?<=[時分日月年円人度]) ?[-–—－‐] ?(?=[0-9])",
        _says("から"),
    ),
    _rule("power", rf"(?P<minus>⁻)?(?P<digits>[{_SUPERSCRIPTS}]{{1,20}})", _power),
    _rule(
        "formula",
        r"(?<![A-Za-z])(?:[A-Z][a-z]?[₀-₉]{1,6}|[A-Z][a-z]?(?=[A-Z₀-₉])){1,8}[A-Z]?(?![A-Za-z₀-₉])(?<=[₀-₉A-Z])(?:(?<=[₀-₉])|(?<=[₀-₉][A-Z]))",
        _formula,
    ),
    _rule("lowered", r"[₀-₉]{1,20}", _lowered),
    _rule("times", r"(?<=[0-9)]) ?[x*＊] ?(?=[0-9(])", _says("かける")),
    _rule("symbol", rf" ?(?P<symbol>[{_SYMBOLS}]) ?", _symbol),
    _rule("number", _SIGN + _FREE + rf"(?P<amount>{_NUMBER})", _plain),
    _rule("digits", "[0-9]{1,40}", _digits),
)
"""Highest priority first: the first rule that matches a span wins."""
