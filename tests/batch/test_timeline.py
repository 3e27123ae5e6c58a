from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli import synthesis
from kokoro_cli.batch.timeline import Timeline
from kokoro_cli.kokoro82m import SAMPLES_PER_FRAME
from kokoro_cli.synthesis import Utterance
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import (
    Chunk,
    Losses,
    Rendering,
    SynthesisOptions,
    TimedSentence,
    TimedWord,
    Word,
)
from tests.fakes import (
    FRAMES_PER_PHONEME,
    SILENT_FRAMES,
    TinyEngine,
    ToneEngine,
    even_gaps,
    letters_stage,
    style,
)
from tests.properties import examples

LEAD = 2 * SAMPLES_PER_FRAME
PHONEME = FRAMES_PER_PHONEME * SAMPLES_PER_FRAME
SILENCE = SILENT_FRAMES * SAMPLES_PER_FRAME


def options(language: str = "a", **changes: object) -> SynthesisOptions:
    given_options: dict[str, object] = {
        "voice": LANGUAGES[language].default_voice,
        "language": language,
        **changes,
    }
    return SynthesisOptions(**given_options)  # type: ignore[arg-type]


def utterances(
    text: str, stage: TextStage, asked: SynthesisOptions, engine: ToneEngine | None = None
) -> Iterator[Utterance]:
    chunks = synthesis.chunks(text, stage, asked, Losses())
    return synthesis.speak(chunks, engine or ToneEngine(), style, asked)


def timed(text: str, stage: TextStage | None = None, **changes: object) -> list[TimedSentence]:
    """Return the sentences of a text spoken in tones."""
    stage = stage or letters_stage()
    asked = options(stage.language.letter, **changes)
    timeline = Timeline(text)
    found: list[TimedSentence] = []
    position = 0
    for utterance in utterances(text, stage, asked):
        new = list(timeline.add(utterance, position))
        position += len(utterance.samples)
        assert all(word.end <= position for sentence in new for word in sentence.words)
        found += new
    found += timeline.rest()
    assert_in_order([word for sentence in found for word in sentence.words], position)
    return found


def assert_in_order(words: list[TimedWord], length: int) -> None:
    place = 0
    for word in words:
        assert isinstance(word.start, int)
        assert place <= word.start <= word.end
        place = word.end
    assert place <= length


def texts(sentences: list[TimedSentence]) -> list[str]:
    return [sentence.text for sentence in sentences]


# The words shown


ENGLISH = [
    "It cost $3.5M in 1999.",
    "He said “no” — twice!",
    "Dr. Smith's half-empty glass (a pint) is £12.50; isn't it?",
    "Meet at 3:30 p.m. on Jan. 5th, 2024.",
    "The U.S. has 50 states…",
    "‘Why not?’ she asked.",
    "Visit example.com or call 555-1234 today.",
    "It was 25°C, or 77°F.",
    "Call me [if you like] at 10%.",
    "«Bien», he said.",
    "A & B and C+D.",
    "Chapter IV ends.",
    "It's 1/2 full.",
    '"Stop!" he cried.',
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_spelled_as_in_the_source(text: str) -> None:
    assert " ".join(texts(timed(text, TextStage(LANGUAGES["a"])))) == text


OTHERS = [
    ("j", "今日は良い天気です。明日も、たぶん。", ["今日は良い天気です。", "明日も、たぶん。"]),
    ("j", "「はい」と言った。", ["「はい」と言った。"]),
    ("j", "3人で500円です。", ["3人で500円です。"]),
    ("z", "今天天气很好。我们去公园，好吗？", ["今天天气很好。", "我们去公园，好吗？"]),
    ("z", "他说：“你好！”", ["他说：“你好！”"]),
    ("z", "一共有3.5万人。", ["一共有3.5万人。"]),
    ("f", "Où est-il ? Là-bas !", ["Où est-il ?", "Là-bas !"]),
    ("f", "« Bonjour », dit-elle.", ["« Bonjour », dit-elle."]),
    ("f", "L'été, il fait 30 °C ici.", ["L'été, il fait 30 °C ici."]),
    ("h", "यह एक किताब है। वह घर जाता है।", ["यह एक किताब है।", "वह घर जाता है।"]),
    ("e", "¿Qué tal? ¡Muy bien!", ["¿Qué tal?", "¡Muy bien!"]),
]


@pytest.mark.parametrize("letter, text, sentences", OTHERS, ids=[text for _, text, _ in OTHERS])
def test_other_languages_are_spelled_as_in_the_source(
    letter: str, text: str, sentences: list[str]
) -> None:
    assert texts(timed(text, TextStage(LANGUAGES[letter]))) == sentences


@pytest.mark.parametrize(
    "text, sentences",
    [
        ("aaa bbb. ccc.", ["aaa bbb.", "ccc."]),
        ("aaa\n\nbbb", ["aaa", "bbb"]),
        ("aaa  \t bbb\nccc.", ["aaa bbb ccc."]),
        ("aaa — bbb.", ["aaa — bbb."]),
        ("(aaa) [bbb] “ccc”.", ["(aaa) [bbb] “ccc”."]),
        ("# Title\n\naaa.", ["Title", "aaa."]),
        ("aaa qqq bbb.", ["aaa qqq bbb."]),
        ("aaa bbb qqq\n\nccc.", ["aaa bbb qqq", "ccc."]),
        ("aaa *bbb* **ccc** ddd.", ["aaa bbb ccc ddd."]),
    ],
    ids=repr,
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert texts(timed(text)) == sentences


@pytest.mark.parametrize(
    "letter, text", [("f", "Il fait 30 °C."), ("f", "Il a 5 €."), ("e", "5 kg.")]
)
def test_mark_after_a_measure_is_kept(letter: str, text: str) -> None:
    """An espeak reader gives "Celsius." as one word, whose text was already shown as "30 °C"."""
    assert texts(timed(text, TextStage(LANGUAGES[letter]))) == [text]


@pytest.mark.parametrize(
    "source, shown",
    [
        ("It was *very* **bold**.", "It was very bold."),
        ("See [the site](https://example.com/x), please.", "See the site, please."),
        ("A **$5M** deal, _no less_.", "A $5M deal, no less."),
        pytest.param("Fish &amp; chips.", "Fish & chips."),
    ],
    ids=repr,
)
def test_marks_of_markdown_are_not_shown(source: str, shown: str) -> None:
    assert texts(timed(source, TextStage(LANGUAGES["a"]))) == [shown]


def test_words_of_one_number_are_one() -> None:
    (sentence,) = timed("It cost $3.5M in all.", TextStage(LANGUAGES["a"]))
    assert [word.text for word in sentence.words] == ["It", "cost", "$3.5M", "in", "all."]


def test_words_without_spaces_are_marked_so() -> None:
    (sentence,) = timed("今日は良い天気です。", TextStage(LANGUAGES["j"]))
    assert not any(word.space for word in sentence.words[:-1])
    assert len(sentence.words) > 2


@given(
    st.lists(st.sampled_from(["aaa", "bb", "c", "aaa,", "bb.", "(c)", "—", "“aaa”"]), min_size=1)
)
def test_nothing_of_the_source_is_lost_or_said_twice(words: list[str]) -> None:
    text = " ".join(["aaa", *words, "end."])
    shown = "".join(texts(timed(text)))
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", text)


def test_word_that_is_cut_over_two_chunks_is_one_word() -> None:
    (sentence,) = timed("a" * 70 + " bbb.", max_phonemes=25)
    assert [word.text for word in sentence.words] == ["a" * 70, "bbb."]


# The times


def plain(words: tuple[Word, ...], engine: ToneEngine | None = None) -> Utterance:
    """Return an utterance that is not trimmed."""
    chunk = Chunk(0, words, 1)
    engine = engine or ToneEngine()
    rendering = engine.render(chunk.phonemes, style("a", 1), speed=1.0, seed=0)
    return Utterance(chunk, rendering, rendering.samples)


def all_words(source: str, utterance: Utterance, position: int = 0) -> list[TimedWord]:
    timeline = Timeline(source)
    sentences = [*timeline.add(utterance, position), *timeline.rest()]
    return [word for sentence in sentences for word in sentence.words]


@pytest.mark.parametrize("position", [0, 1, 123_457])
def test_times_are_the_frames_to_the_sample(position: int) -> None:
    words = (
        Word("ab", "ab", True, 0, 2),
        Word("c", "c", False, 3, 4),
        Word(",", ",", True, 4, 5),
        Word("def", "def", True, 6, 9),
    )
    found = all_words("ab c, def", plain(words), position)
    first = position + SILENCE - LEAD
    assert [(word.text, word.start, word.end) for word in found] == [
        ("ab", first, first + 2 * PHONEME),
        ("c,", first + 3 * PHONEME, first + 4 * PHONEME),
        ("def", first + 6 * PHONEME, first + 9 * PHONEME),
    ]


def test_silent_first_word_moves_no_other() -> None:
    words = (Word("q", "", True, 0, 1), Word("ab", "ab", True, 2, 4), Word("c", "c", True, 5, 6))
    found = {word.text: word for word in all_words("q ab c", plain(words))}
    assert found["ab"].start == SILENCE - LEAD
    assert found["c"].start == SILENCE - LEAD + 3 * PHONEME


def test_times_count_from_what_is_heard() -> None:
    """The first phoneme of each paragraph starts where its tone begins, minus the lead."""
    text = "aaa bbb.\n\nccc.\n\nddd eee."
    blocks = list(utterances(text, letters_stage(), options()))
    sound = np.concatenate([u.samples for u in blocks])
    loud = np.flatnonzero(np.abs(sound) > 0.005)
    onsets = [loud[0], *loud[1:][np.diff(loud) > 2_000]]
    starts = [sentence.words[0].start for sentence in timed(text)]
    assert len(starts) == 3
    np.testing.assert_allclose(starts, np.maximum(np.array(onsets) - LEAD, 0), atol=3)


@settings(max_examples=examples(40))
@given(
    st.lists(st.sampled_from(["aaa.", "bb", "ccc, dd.", "\n\n", "e!", "\n\n…\n\n"]), min_size=1),
    st.sampled_from([0.0, 0.05, 0.4, 3.0]),
)
def test_times_are_in_order_and_in_their_blocks(parts: list[str], gap: float) -> None:
    timed(" ".join(["aaa", *parts]), gaps=even_gaps(gap))


@pytest.mark.parametrize("shift", [-20_000, -9_600, -1, 0, 50_000])
def test_no_time_is_outside_its_block(shift: int) -> None:
    words = (Word("ab", "ab", True, 0, 2), Word("cd", "cd", True, 3, 5))
    whole = plain(words)
    found = all_words("ab cd", replace(whole, sound=whole.samples[:9_000], shift=shift), 777)
    assert all(777 <= word.start <= word.end <= 777 + 9_000 for word in found)


def test_silence_alone_has_no_words() -> None:
    nothing = Rendering(np.zeros(0, np.float32), np.zeros(0, np.int64))
    pause = Utterance(Chunk(0, (), 1), nothing, np.zeros(24_000, np.float32))
    assert not all_words("", pause)


def test_twelve_hours_do_not_drift() -> None:
    """The text is 4,320 chunks of ten seconds and one sample."""
    length = 240_001
    block = np.zeros(length, np.float32)
    word = Word("aaa.", "aaa.", True, 0, 4, closes=True)
    utterance = replace(plain((word,)), sound=block, shift=1_234)
    timeline = Timeline("aaa. " * 4_320)
    for i in range(4_320):
        here = replace(word, start=5 * i, end=5 * i + 4)
        chunk = replace(utterance.chunk, words=(here,))
        (sentence,) = timeline.add(replace(utterance, chunk=chunk), i * length)
        (found,) = sentence.words
        start = i * length + 1_234 + SILENCE - LEAD
        assert (found.text, found.start, found.end) == ("aaa.", start, start + 4 * PHONEME)


def test_phonemes_of_no_length_are_in_order() -> None:
    words = (Word("ab", "ab", True, 0, 2), Word("cd", "cd", True, 3, 5))
    assert_in_order(all_words("ab cd", plain(words, TinyEngine())), 3 * SAMPLES_PER_FRAME)
