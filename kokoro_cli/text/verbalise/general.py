"""Rules for every language: emoji, and the digits and signs that no other rule has read."""

from __future__ import annotations

import re
import unicodedata

from kokoro_cli.text.languages import Language
from kokoro_cli.text.verbalise import Rule
from kokoro_cli.types import ReadingOptions

# Emoji, with the skin tones, flags and joiners that belong to them.
_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|"
    "[\u231a\u231b\u23e9-\u23f3\u25fd\u25fe\u2600-\u2604\u260e\u2611\u2614-\u263a\u2648-\u2653\u267b-\u26ff"
    "\u2702-\u2712\u2728\u2733-\u2757\u2763-\u2767\u2795\u27b0\u27bf\u2b1b-\u2b55"
    "\U0001f000-\U0001f0ff\U0001f18e-\U0001f1ad\U0001f200-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001faff]"
    "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]{0,2}(?:\u200d[\u2600-\U0001faff]\ufe0f?){0,6})"
)

# Language codes of the emoji names, by Kokoro's language letter.
_NAMES = {"e": "es", "f": "fr", "i": "it", "j": "ja", "p": "pt", "z": "zh"}

_DIGITS = {
    "a": "zero one two three four five six seven eight nine",
    "b": "zero one two three four five six seven eight nine",
    "e": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "f": "zéro un deux trois quatre cinq six sept huit neuf",
    "h": "शून्य एक दो तीन चार पाँच छह सात आठ नौ",
    "i": "zero uno due tre quattro cinque sei sette otto nove",
    "j": "ゼロ いち に さん よん ご ろく なな はち きゅう",
    "p": "zero um dois três quatro cinco seis sete oito nove",
    "z": "零 一 二 三 四 五 六 七 八 九",
}
_SIGNS = r"+ − × ÷ = < > % & @ # / * ~ ^ _ | \ $ € £ ¥ ° § © →".split()
_SIGN_NAMES = {
    "a": (
        "plus,minus,times,divided by,equals,less than,greater than,percent,and,at,"
        "number,slash,star,about,caret,underscore,pipe,backslash,dollars,euros,"
        "pounds,yen,degrees,section,copyright,to"
    ),
    "e": (
        "más,menos,por,entre,igual a,menor que,mayor que,por ciento,y,arroba,"
        "número,barra,asterisco,unos,elevado a,guion bajo,barra,barra invertida,"
        "dólares,euros,libras,yenes,grados,sección,copyright,a"
    ),
    "f": (
        "plus,moins,fois,divisé par,égale,inférieur à,supérieur à,pour cent,et,"
        "arobase,numéro,barre,étoile,environ,puissance,tiret bas,barre,barre inverse,"
        "dollars,euros,livres,yens,degrés,paragraphe,copyright,à"
    ),
    "h": (
        "धन,ऋण,गुणा,भाग,बराबर,से कम,से अधिक,प्रतिशत,और,ऐट,नंबर,स्लैश,स्टार,लगभग,"
        "घात,अंडरस्कोर,पाइप,बैकस्लैश,डॉलर,यूरो,पाउंड,येन,डिग्री,धारा,कॉपीराइट,से"
    ),
    "i": (
        "più,meno,per,diviso,uguale,minore di,maggiore di,per cento,e,chiocciola,"
        "numero,barra,asterisco,circa,alla,trattino basso,barra,barra inversa,"
        "dollari,euro,sterline,yen,gradi,paragrafo,copyright,a"
    ),
    "j": (
        "プラス,マイナス,かける,わる,イコール,小なり,大なり,パーセント,アンド,アットマーク,シャープ,スラッシュ,アスタリスク,から,乗,"
        "アンダーバー,縦棒,バックスラッシュ,ドル,ユーロ,ポンド,円,度,節,コピーライト,矢印"
    ),
    "p": (
        "mais,menos,vezes,dividido por,igual a,menor que,maior que,por cento,e,arroba,número,"
        "barra,asterisco,cerca de,elevado a,sublinhado,barra,barra invertida,dólares,euros,"
        "libras,ienes,graus,seção,copyright,para"
    ),
    "z": (
        "加,减,乘,除以,等于,小于,大于,百分号,和,艾特,井号,斜杠,星号,约,次方,下划线,竖线,反斜杠,美元,欧元,英镑,元,"
        "度,节,版权,到"
    ),
}
_SIGN_NAMES["b"] = _SIGN_NAMES["a"]

# Typographic marks that nobody says in any text.
_SILENT = re.compile(r"(?<!\S)[|\\*_~^=<>/+#-]+(?!\S)|[*_`|^\\]+")


def emoji_rule(language: Language) -> Rule:
    """Return the rule that skips emoji or names them."""

    def speak(match: re.Match[str], options: ReadingOptions) -> str | None:
        if options.emoji == "skip":
            return ""
        import emoji

        name = emoji.demojize(match[0], language=_NAMES.get(language.letter, "en"))
        words = re.sub(r"[:_\W]+", " ", name).strip()
        return f" {words} " if words else ""

    return Rule("emoji", _EMOJI, speak)


def leftover_rules(language: Language) -> tuple[Rule, ...]:
    """Return the rules that come last, so that no digit and no sign reaches the G2P."""
    digits = _DIGITS[language.letter].split()
    names = dict(zip(_SIGNS, _SIGN_NAMES[language.letter].split(","), strict=True))

    def spell(match: re.Match[str], options: ReadingOptions) -> str:
        return f" {' '.join(digits[unicodedata.digit(d)] for d in match[0])} "

    def name(match: re.Match[str], options: ReadingOptions) -> str:
        return f" {names[match[0]]} "

    signs = re.compile("|".join(re.escape(sign) for sign in _SIGNS if sign not in "*_^|\\"))
    return (
        Rule("digits", re.compile(r"\d{1,40}"), spell),
        Rule("digits", re.compile(r"[⁰¹²³⁴-⁹₀-₉]{1,40}"), spell),
        Rule("mark", _SILENT, lambda match, options: " "),
        Rule("mark", re.compile("\u20e3"), lambda match, options: " "),
        Rule("sign", signs, name),
        *((Rule("symbol", _ODD, _named),) if language.letter in "ab" else ()),
        Rule("long word", _LONG_WORD, _broken),
    )


# No G2P speaks a "word" of hundreds of letters whole; espeak silently stops at 160 bytes. The
# longest word that anyone speaks is shorter than this limit.
# In scripts without spaces one may begin after any of their characters.
_LONG_WORD = re.compile(
    r"(?<![^\s\u3000-\u9fff\uff00-\uffef])[^\s\u3000-\u9fff\uff00-\uffef]{61,4000}"
)
_PIECE = 50


def _broken(match: re.Match[str], options: ReadingOptions) -> str:
    word = match[0]
    return " ".join(word[i : i + _PIECE] for i in range(0, len(word), _PIECE))


def _named(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Return a symbol's English name from Unicode; lines and ornaments are not said."""
    character = match[0]
    category = unicodedata.category(character)
    if category == "No":
        value = unicodedata.numeric(character)
        return f" {unicodedata.name(character, '').lower()} " if value % 1 else None
    if category not in ("Sc", "Sm", "So", "Sk", "Nl"):
        return None
    if ("\u2190" <= character <= "\u2bff" and category == "So") or category == "Sk":
        return " "
    words = re.sub(r"\b(?:sign|symbol)\b|[^a-z ]", " ", unicodedata.name(character, "").lower())
    return f" {words.strip()} "


_ODD = re.compile(r"[^\w\s!-~\u2010-\u2027\u3001-\u3020]")
