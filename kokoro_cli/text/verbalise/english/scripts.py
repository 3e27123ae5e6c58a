"""Words of other scripts that English texts quote most, as English speakers say them."""

from __future__ import annotations

import re
import unicodedata

from kokoro_cli.text.romanise import romanised
from kokoro_cli.text.verbalise import Late, Rule
from kokoro_cli.types import ReadingOptions

_SPOKEN = dict(
    line.split(" = ")
    for line in """
大阪 = Osaka
東京 = Tokyo
京都 = Kyoto
日本 = Nihon
日本語 = Nihongo
横浜 = Yokohama
名古屋 = Nagoya
神戸 = Kobe
広島 = Hiroshima
長崎 = Nagasaki
福岡 = Fukuoka
札幌 = Sapporo
奈良 = Nara
沖縄 = Okinawa
富士山 = Fujisan
侍 = samurai
忍者 = ninja
寿司 = sushi
漢字 = kanji
先生 = sensei
着物 = kimono
俳句 = haiku
禅 = zen
改善 = kaizen
折り紙 = origami
こんにちは = konnichiwa
こんばんは = konbanwa
おはよう = ohayo
ありがとう = arigato
さようなら = sayonara
すし = sushi
カラオケ = karaoke
アニメ = anime
マンガ = manga
北京 = Beijing
上海 = Shanghai
香港 = Hong Kong
台北 = Taipei
台湾 = Taiwan
臺灣 = Taiwan
广州 = Guangzhou
深圳 = Shenzhen
中国 = Zhongguo
中國 = Zhongguo
中文 = Zhongwen
你好 = nee how
谢谢 = shieh shieh
謝謝 = shieh shieh
再见 = dzai jyen
道 = dow
气 = chee
氣 = chee
功夫 = kung fu
太极 = tie chee
서울 = Seoul
부산 = Busan
한국 = Hanguk
한국어 = Hangugo
한글 = Hangul
김치 = kimchi
안녕 = annyong
안녕하세요 = annyong haseyo
감사합니다 = kamsahamnida
москва = Moskva
россия = Rossiya
спасибо = spahseeba
здравствуйте = zdrastvooytye
да = da
нет = nyet
правда = pravda
гласность = glasnost
перестройка = perestroika
киев = Kiev
київ = Kyiv
україна = Ukraina
ссср = S S S R
مرحبا = marhaba
شكرا = shukran
سلام = salaam
السلام عليكم = assalamu alaikum
الله = Allah
القرآن = the Koran
قرآن = Koran
القاهرة = Al Qahira
مصر = Misr
العربية = Al Arabiya
الجزيرة = Al Jazeera
إن شاء الله = inshallah
تهران = Tehran
ایران = Iran
שלום = shalom
תודה = todah
תורה = Torah
ישראל = Yisrael
ירושלים = Yerushalayim
חנוכה = Hanukkah
שבת = Shabbat
לחיים = lechaim
สวัสดี = sawasdee
ขอบคุณ = khob khun
Αθήνα = Athena
Ελλάδα = Ellada
""".strip().splitlines()
)

_OTHER = (
    "\u0370-\u03ff\u1f00-\u1fff\u0400-\u052f\u0590-\u06ff\u0e00-\u0e7f"
    "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
)
_PHRASES = "|".join(phrase for phrase in _SPOKEN if " " in phrase)
_WORD = re.compile(rf"(?=[{_OTHER}])(?<![{_OTHER}])(?:{_PHRASES}|[{_OTHER}]{{1,24}})(?![{_OTHER}])")
_LETTER = Late(rf"[{_OTHER}]")
_STRESS = "\N{COMBINING ACUTE ACCENT}"


def _word(match: re.Match[str], options: ReadingOptions) -> str | None:
    composed = unicodedata.normalize("NFC", match[0])
    word = "".join(c for c in composed if not unicodedata.combining(c))
    if spoken := _SPOKEN.get(word) or _SPOKEN.get(word.lower()):
        return None if word[0] > "\u3000" and _is_in_its_language(match) else spoken
    return romanised(word) if _is_greek_word(word) else None


def _is_in_its_language(match: re.Match[str]) -> bool:
    """Whether the next letter to one side is of such a script too, so that a reader reads all."""
    before = match.string[max(0, match.start() - 8) : match.start()]
    after = match.string[match.end() : match.end() + 8]
    nearest = [next(filter(str.isalpha, side), "") for side in (reversed(before), after)]
    return any(letter and _LETTER.match(letter) for letter in nearest)


def _is_greek_word(word: str) -> bool:
    """Whether it is a word, not letters of a formula: these have no accent, and are named."""
    if len(word) < 2 or not all(
        "\u0370" <= c <= "\u03ff" or "\u1f00" <= c <= "\u1fff" for c in word
    ):
        return False
    return word[-1] == "ς" or _STRESS in unicodedata.normalize("NFD", word)


RULES = (Rule("script", _WORD, _word),)
