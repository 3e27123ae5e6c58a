"""What stands for a letter or a sign and can't be said is a loss; what has no sound is none."""

from __future__ import annotations

import unicodedata

import pytest

from kokoro_cli import synthesis
from kokoro_cli.errors import SpeechError
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Losses, SynthesisOptions
from tests.growth import LINEAR, IsLinear


def read(text: str, letter: str = "a", *, plain: bool = False) -> tuple[str, list[str], list[str]]:
    """Return the spoken words, and the texts and the reasons of the losses."""
    losses = Losses()
    stage = TextStage(LANGUAGES[letter]).for_text(plain=plain)
    chunks = synthesis.chunks(text, stage, SynthesisOptions("af_heart", letter), losses)
    spoken = " ".join(chunk.text for chunk in chunks)
    return spoken, [loss.text for loss in losses.items], [loss.reason for loss in losses.items]


LOST = {
    "a byte that is no UTF-8": ("caf\udce9 x", "caf x", r"caf\xe9", "not UTF-8"),
    "in a word": ("na\udcefve", "na ve", r"na\xefve", "not UTF-8"),
    "nothing else": ("a \udcff\udcfe b", "a b", r"\xff\xfe", "not UTF-8"),
    "half a character": ("a \ud83d b", "a b", r"\ud83d", "half a character"),
    "private use": ("di\ue001cult", "di cult", r"di\ue001cult", "private use"),
    "private use, alone": ("Press \ue8b7 now", "Press now", r"\ue8b7", "private use"),
    "private use, other planes": ("a\U000f0001 b", "a b", r"a\U000f0001", "private use"),
    "private use, as an entity": ("a &#xE000; b", "a b", r"\ue000", "private use"),
    "no character": ("a\ufffeb", "a b", r"a\ufffeb", "no character"),
    "no character, that hides marks": ("a\ufdd0b", "a b", r"a\uffffb", "no character"),
    "not assigned": ("\u0378x", "x", r"\u0378x", "no character"),
    "a letter that was lost": ("caf\ufffd", "caf", r"caf\ufffd", "U+FFFD"),
    "SSML": ("<speak>a \ue000 b</speak>", "a b", r"\ue000", "private use"),
    "zalgo": ("H\u0321\u032b\u0324\u0363\u0349i a", "Hi a", "Hi", "5 marks on one letter"),
    "marks": ("a" + "\u0301" * 100_000 + " b", "á b", "á", "99,999 marks on one letter"),
    "marks without a letter": ("\u0301" * 9 + " b", "b", "\u25cc", "9 marks on one letter"),
}


@pytest.mark.parametrize(("text", "spoken", "lost", "reason"), LOST.values(), ids=LOST)
def test_it_is_a_loss_that_shows_the_word(text: str, spoken: str, lost: str, reason: str) -> None:
    for plain in (False, True):
        if plain and ("&" in text or "<" in text):
            continue  # Plain text has no entities and no tags.
        said, texts, reasons = read(text, plain=plain)
        assert said == spoken
        assert texts == [lost]
        assert reason in reasons[0]


@pytest.mark.parametrize("letter", LANGUAGES)
def test_in_every_language(letter: str) -> None:
    _, texts, _ = read("a \ue000 b \udce9 c", letter)
    assert texts == [r"\ue000", r"\xe9"]


def test_each_word_is_named_once() -> None:
    _, texts, _ = read("a\ue000b\ue001c \ue002\ue003 d\ue000")
    assert texts == [r"a\ue000b\ue001c", r"\ue002\ue003", r"d\ue000"]


def test_a_long_run_is_shown_in_part() -> None:
    _, texts, _ = read("a" * 500 + "\ue000" * 5000 + "b" * 500)
    assert len(texts) == 1
    assert len(texts[0]) < 500


def test_strict_refuses_it() -> None:
    stage = TextStage(LANGUAGES["a"])
    losses = Losses()
    chunks = synthesis.chunks("caf\udce9", stage, SynthesisOptions("af_heart", "a"), losses)
    with pytest.raises(SpeechError, match="caf"):
        list(synthesis.checked(chunks, losses, strict=True))


SILENT = {
    "soft hyphens": ("so\u00adft", "soft"),
    "zero-width spaces and joiners": ("a\u200bb\u200cc\u200dd\ufeffe", "abcde"),
    "direction marks": ("\u202aab\u202cc\u2066d\u2069", "abcd"),
    "variation selectors": ("a\ufe0fb\U000e0101c", "abc"),
    "tags": ("x\U000e0041\U000e007fy", "xy"),
    "fillers of Hangul": ("a\u3164b\uffa0c\u115fd", "abcd"),
    "control characters in a word": ("wo\x07rd\x9c x", "word x"),
    "control characters between words": ("one\x1ftwo", "one two"),
    "bullets of Symbol": ("\uf0b7 one\n\uf0b7 two", "one two"),
    "a flag of tags": ("\U0001f3f4\U000e0067\U000e0062\U000e007f hi", "hi"),
    "new emoji": ("\U0001faff hi", "hi"),
    "joined emoji": ("👩🏽‍🚀 👨‍👩‍👧 🇫🇷 hi", "hi"),
    "a struck word": ("h\u0336i\u0336", "h\u0336i\u0336"),
    "Vietnamese in parts": (unicodedata.normalize("NFD", "Việt ữ"), "Việt ữ"),
    "an accent in parts": ("cafe\u0301", "café"),
    "phonetic marks": ("o\u0303\u0301\u0323", unicodedata.normalize("NFC", "o\u0303\u0301\u0323")),
}


@pytest.mark.parametrize(("text", "spoken"), SILENT.values(), ids=SILENT)
def test_what_has_no_sound_goes_silently(text: str, spoken: str) -> None:
    assert read(text) == (spoken, [], [])


POINTED = {
    "Hindi": "हिन्दी क्या ज़्यादा कर्त्ताओं",
    "Hebrew with accents": "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
    "Arabic": "مُحَمَّدٌ ٱلرَّحْمَٰنِ",
    "Thai": "ที่นี่ น้ำ",
    "Tibetan": "བོད་ཡིག",
    "Korean in parts": unicodedata.normalize("NFD", "한국어"),
}


@pytest.mark.parametrize("text", POINTED.values(), ids=POINTED)
def test_points_of_other_scripts_are_no_heap(text: str) -> None:
    _, _, reasons = read(text)
    assert not any("marks on one letter" in reason for reason in reasons)


def test_hindi_keeps_its_vowel_signs() -> None:
    assert read("हिन्दी क्या है", "h")[1] == []


@pytest.mark.parametrize("sign", ["ꜱ", "ꞓ", "៛", "༲", "𐆋", "Ꜷ"])
@pytest.mark.parametrize("letter", ["a", "e", "f", "h"])
def test_a_rare_letter_or_sign_does_not_vanish(letter: str, sign: str) -> None:
    """espeak drops what it does not know, without a word."""

    def phonemes(text: str) -> tuple[str, Losses]:
        losses = Losses()
        stage = TextStage(LANGUAGES[letter])
        chunks = synthesis.chunks(text, stage, SynthesisOptions("af_heart", letter), losses)
        return "".join(chunk.phonemes for chunk in chunks), losses

    without, _ = phonemes("a b")
    said, losses = phonemes(f"a {sign} b")
    assert losses.items or len(said) > len(without) + 1


@LINEAR
@pytest.mark.parametrize(
    "part", ["\ue000", "a\ue000 ", "a\u0301\u0301\u0301\u0301\u0301", "\u0301", "\udce9 "]
)
def test_work_is_linear_in_the_length(part: str, is_linear: IsLinear) -> None:
    assert is_linear(lambda length: read(part * (length // len(part)), "e"), 20_000, 80_000)
