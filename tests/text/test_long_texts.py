"""Long texts without marks, in each language: all of them is read and, by the toy model, spoken."""

from __future__ import annotations

import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.types import Chunk, Losses
from tests.speaking import chunks_of, load, sound_of, speak
from tests.toy_model import heard_tones, letters_of

PARAGRAPHS = {
    "a": "The north wind and the sun were disputing which was the stronger. ",
    "b": "Everybody in the theatre queued for the lift, and the programme was late. ",
    "e": "La niña comió pan con aceite y después salió a jugar con sus amigos. ",
    "f": "Les enfants jouent dans le jardin pendant que leur mère prépare le dîner. ",
    "h": "बच्चे बगीचे में खेल रहे हैं और उनकी माँ खाना बना रही है। ",
    "i": "I bambini giocano nel giardino mentre la madre prepara la cena. ",
    "j": "子供たちは庭で遊んでいて、母は夕食を作っています。",
    "p": "As crianças brincam no jardim enquanto a mãe prepara o jantar. ",
    "z": "孩子们在花园里玩，妈妈在准备晚饭。",
}


WORDS = {
    "a": "word", "b": "word", "e": "casa", "f": "maison", "h": "घर", "i": "casa", "j": "ねこ",
    "p": "casa", "z": "猫",
}  # fmt: skip


@pytest.mark.parametrize("letter", WORDS)
def test_two_thousand_words_without_a_mark_in_each_language(letter: str) -> None:
    space = "" if letter in "jz" else " "
    parts, losses = _chunks(space.join([WORDS[letter]] * 2000), letter)
    assert not losses.items
    (one,), _ = _chunks(WORDS[letter], letter)
    vowel = max("aeiouæɑɔəɛɜɪʊʌA", key=one.phonemes.count)
    spoken = "".join(part.phonemes for part in parts).count(vowel)
    assert spoken == 2000 * one.phonemes.count(vowel)


@pytest.mark.parametrize("letter", WORDS)
def test_a_word_of_six_hundred_letters_in_each_language(letter: str) -> None:
    """However it is read, ten times the letters give ten times the phonemes."""
    syllable = "घर" if letter == "h" else "tomaki"
    parts, losses = _chunks(syllable * (600 // len(syllable)), letter)
    tenth, _ = _chunks(syllable * (60 // len(syllable)), letter)
    assert not losses.items
    lengths = [sum(len(p.phonemes) for p in each) for each in (parts, tenth)]
    assert lengths[0] > 8 * lengths[1]


def _chunks(text: str, letter: str) -> tuple[list[Chunk], Losses]:
    return chunks_of(text, LANGUAGES[letter].default_voice)


@pytest.mark.parametrize("letter", PARAGRAPHS)
def test_long_paragraph_of_each_language_is_complete(letter: str) -> None:
    once = PARAGRAPHS[letter]
    count = 60
    parts, losses = _chunks(once * count, letter)
    assert not losses.items
    assert all(20 <= len(part.phonemes) <= 250 for part in parts)
    # A sentence sounds the same each time, so as often as its phonemes recur it was spoken.
    (single,), _ = _chunks(once, letter)
    core = single.phonemes.replace(" ", "").rstrip(".")
    joined = "".join(part.phonemes for part in parts).replace(" ", "")
    assert joined.count(core) == count


NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


@pytest.mark.parametrize(
    "text", [" ".join(NUMBERS * 200), "abcdefghij" * 60], ids=["words", "letters"]
)
def test_all_of_a_long_text_is_spoken(text: str, toy_store: Store) -> None:
    """2,000 words without a comma, and a word of 600 letters."""
    utterances, losses = speak(text, load("onnx", toy_store), toy_store, "af_heart")
    assert not losses.items
    spoken = " ".join(utterance.chunk.text for utterance in utterances)
    assert spoken.replace(" ", "") == text.replace(" ", "")
    for utterance in utterances:
        assert heard_tones(utterance.samples) == letters_of(utterance.chunk.phonemes)
    assert len(sound_of(utterances)) / 24_000 > 30
