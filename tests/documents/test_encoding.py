from __future__ import annotations

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.documents.encoding import decode
from kokoro_cli.errors import ExitCode, KokoroError
from tests.growth import LINEAR, IsLinear

GERMAN = "Gregor Samsa fand sich zu einem Ungeziefer verwandelt. „Größe, Übung, Äpfel“ – schön für."
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива."
JAPANESE = (
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。ニャーニャー泣いていた。"
)
CHINESE = "我们今天去学校学习中文。从前有一个老人住在山里，每天早上都要去河边打水。"
TAIWANESE = "我們今天去學校學習中文。從前有一個老人住在山裡，每天早上都要去河邊打水。"

TEXTS = {
    "German, short": ("cp1252", "Grüße aus Köln"),
    "English quote": ("cp1252", "It’s"),
    "one capital": ("cp1252", "Émile"),
    "price": ("cp1252", "“Only £5 – or €6,” she said…"),
    "German": ("cp1252", GERMAN),
    "German, latin-1": ("latin-1", "Schöne Grüße: Ärger über Öl."),
    "French": ("cp1252", "Il était une fois, là-bas, un château où l’on pleurait à cœur fendre."),
    "French, short": ("cp1252", "Ça va très bien"),
    "Spanish": ("cp1252", "¿Dónde está el niño? El señor llegó mañana. ¡Qué lástima!"),
    "Portuguese": ("cp1252", "Não há nada como o regresso às origens. Coração, três avós."),
    "Italian": ("cp1252", "Perché non è più così? La città è bella, però."),
    "Danish": ("cp1252", "Rødgrød med fløde på øen, så vær så god. Æbler."),
    "Icelandic": (
        "cp1252",
        "Allir eru bornir frjálsir og jafnir öðrum að virðingu. Það er þó ekki.",
    ),
    "Polish": ("cp1250", "Zażółć gęślą jaźń. Jeżeli będzie padał deszcz, pójdziemy później."),
    "Czech": ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy."),
    "Hungarian": (
        "cp1250",
        "Egyszer volt egy öreg király, aki nagyon szerette a gyűrűjét és erdőjét.",
    ),
    "Turkish": ("cp1254", "Çok güzel bir gündü, çocuklar bahçede eşit doğarlar. Akıl."),
    "Russian": ("cp1251", RUSSIAN),
    "Russian, short": ("cp1251", "Привет, мир"),
    "Russian, KOI8": ("koi8_r", RUSSIAN),
    "Japanese, Shift-JIS": ("shift_jis", JAPANESE),
    "Japanese, EUC": ("euc_jp", JAPANESE),
    "Chinese": ("gb18030", CHINESE),
    "Chinese, traditional": ("big5", TAIWANESE),
    "Korean": ("euc_kr", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다."),
    "Greek": ("cp1253", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια."),
    "UTF-16 without mark": ("utf-16-le", "Call me Ishmael. “Some” years ago."),
    "UTF-16 without mark, big": ("utf-16-be", "Call me Ishmael."),
    "UTF-16 without mark, Russian": ("utf-16-le", RUSSIAN),
}


@pytest.mark.parametrize(("encoding", "text"), TEXTS.values(), ids=TEXTS)
def test_the_encoding_is_found(encoding: str, text: str) -> None:
    data = text.encode(encoding)
    assert decode(data, "it") == text


LATE = {name: pair for name, pair in TEXTS.items() if "UTF" not in name}


@pytest.mark.parametrize(("encoding", "text"), LATE.values(), ids=LATE)
def test_the_encoding_is_found_after_plain_lines(encoding: str, text: str) -> None:
    plain = "Plain lines first.\n" * 5_000
    assert decode((plain + text).encode(encoding), "it") == plain + text


DECLARED = {
    "as declared": ("Ýmsir", "cp1252", "cp1252"),
    "what browsers take latin-1 for": ("“It’s”", "cp1252", "ISO-8859-1"),
    "gb2312 that is more": ("镕基", "gb18030", "gb2312"),
    "does not fit": ("Grüße", "cp1252", "utf-8"),
    "no encoding": ("Grüße", "utf-8", "hex"),
    "none at all": ("Grüße", "utf-8", "no\0thing"),
    "Python's own": ("a\\n ü", "utf-8", "unicode_escape"),
    "can't be, it was read as ASCII": ("Grüße", "utf-8", "utf-16"),
    "a mark is stronger": ("\ufeffGrüße", "utf-16-le", "cp1252"),
}


@pytest.mark.parametrize(("text", "encoding", "declared"), DECLARED.values(), ids=DECLARED)
def test_the_declared_encoding_is_used_if_it_fits(text: str, encoding: str, declared: str) -> None:
    assert decode(text.encode(encoding), "it", declared) == text.lstrip("\ufeff")


@pytest.mark.parametrize("mark", ["", "BOM_UTF8", "BOM_UTF16_LE", "BOM_UTF32_BE"])
def test_nothing_is_an_empty_text(mark: str) -> None:
    assert decode(getattr(codecs, mark) if mark else b"", "it") == ""


_SEEN = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")


@given(st.text(_SEEN | st.sampled_from("\n\r\t")))
def test_any_text_comes_back(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert decode(text.encode(encoding), "it") == text


@given(st.binary(), st.sampled_from([None, "cp1252", "shift_jis", "utf-16", "idna", "zlib"]))
def test_any_bytes_are_a_text_or_our_error(data: bytes, declared: str | None) -> None:
    try:
        text = decode(data, "it", declared)
    except KokoroError as error:
        assert error.exit_code == ExitCode.FAILED
        assert error.message.startswith("it is ")
        assert error.hint
    else:
        assert "\0" not in text
        assert "\ufffd" not in text or "\ufffd".encode() in data or b"\xfd\xff" in data


DAMAGED = {
    "UTF-8, cut in a letter": ("Grüße 🎉".encode()[:-1], 8),
    "UTF-8 with a stray byte": ("Größe und Übermut\n".encode() * 999 + b"\xff", 20_979),
    "UTF-8 with a stray byte in front": (b"caf\xe9 " + "Größe und Übermut".encode(), 3),
    "Chinese UTF-8 with a stray byte": ("我们今天去学校".encode() + b"\xff", 21),
    "Russian UTF-8 with a stray byte": ("Привет, мир".encode() + b"\xff!", 20),
    "UTF-16, odd": (codecs.BOM_UTF16_LE + "ab".encode("utf-16-le") + b"c", 6),
    "UTF-32, too large": (codecs.BOM_UTF32_LE + b"a\0\0\0" + b"\xff" * 4, 8),
    "UTF-8 with a mark": (codecs.BOM_UTF8 + b"ab\xff", 5),
}


@pytest.mark.parametrize(("data", "place"), DAMAGED.values(), ids=DAMAGED)
def test_damage_is_an_error_with_its_place(data: bytes, place: int) -> None:
    with pytest.raises(KokoroError, match=rf"letter\.txt.*byte {place:,} ") as caught:
        decode(data, "letter.txt")
    assert "iconv" in (caught.value.hint or "")


BINARY = {
    "a zero byte": (b"abc\0def", "zero bytes"),
    "a zero byte, even": (b"abc\0defg", "zero bytes"),
    "zero in UTF-8": (codecs.BOM_UTF8 + b"a\0", "zero bytes"),
    "zero in UTF-16": (codecs.BOM_UTF16_BE + "a\0b".encode("utf-16-be"), "zero bytes"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
    "ELF": (b"\x7fELF\2\1\1\0\0\0\0\0", "a program"),
    "ZIP": (b"PK\3\4\x14\0\0\0\x08\0abc", "a ZIP archive"),
    "random": (random.Random(1).randbytes(5_000), "zero bytes"),
    "random, no zeros": (random.Random(2).randbytes(900).replace(b"\0", b""), "control characters"),
    "controls": (bytes(range(1, 8)) * 9, "mostly control characters"),
}


@pytest.mark.parametrize(("data", "reason"), BINARY.values(), ids=BINARY)
def test_what_is_no_text_is_an_error(data: bytes, reason: str) -> None:
    with pytest.raises(KokoroError, match=f"^it is not text: it .*{reason}") as caught:
        decode(data, "it")
    assert caught.value.hint
    assert "\n" not in caught.value.message


@LINEAR
@pytest.mark.parametrize("data", [b"a" * 99 + b"\xe9", b"word \xe9\n"], ids=["one line", "lines"])
def test_work_is_linear_in_the_length(data: bytes, is_linear: IsLinear) -> None:
    assert is_linear(lambda count: decode(data * count, "it"), 2_500, 20_000, margin=3.75)
