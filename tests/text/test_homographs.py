from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli.text.homographs import Tagged, _table, reading
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.languages.english import load

Tagger = Callable[[str], list[Tagged]]

TABLE = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "homographs.jsonl")
    .read_text("utf-8")
    .splitlines()
]


@pytest.fixture(scope="module")
def english() -> Any:
    return load(LANGUAGES["a"])


@pytest.fixture(scope="module")
def tagger(english: Any) -> Tagger:
    return lambda text: [Tagged(t.text, t.tag_) for t in english._g2p.nlp(text)]


def tagged(text: str) -> list[Tagged]:
    """Parse words written as ``word/TAG``, for tests without the model."""
    return [Tagged(*item.rsplit("/", 1)) for item in text.split()]


def said(case: dict[str, str], english: Any, tagger: Tagger) -> str:
    tokens = tagger(case["text"])
    index = next(i for i, t in enumerate(tokens) if t.text.lower() == case["word"])
    own = next(w.phonemes for w in english.words(case["text"]) if w.text.lower() == case["word"])
    return reading(tokens, index, british=False) or own


def test_the_table_is_read_right(english: Any, tagger: Tagger) -> None:
    wrong = [
        f"{case['word']}: {case['text']} [{spoken}]"
        for case in TABLE
        if (spoken := said(case, english, tagger)) != case["us"]
    ]
    assert len(TABLE) >= 230
    assert len(wrong) <= 0.02 * len(TABLE), "\n" + "\n".join(wrong)


def test_every_case_is_a_choice_between_the_words_own_readings() -> None:
    for case in TABLE:
        own = {american for american, _ in _table()[case["word"]].readings.values()}
        assert {case["us"], case["other"]} <= own, case
        assert case["us"] != case["other"]


def test_words_outside_the_table_are_left_alone(tagger: Tagger) -> None:
    for case in TABLE:
        tokens = tagger(case["text"])
        for index, token in enumerate(tokens):
            if token.text.lower() not in _table():
                assert reading(tokens, index, british=False) is None
                assert reading(tokens, index, british=True) is None


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("She/PRP broke/VBD the/DT world/NN record/NN ./.", 4),
        ("They/PRP will/MD record/VB an/DT album/NN ./.", 2),
        ("We/PRP live/VBP in/IN Leeds/NNP ./.", 1),
        ("The/DT wind/NN blew/VBD ./.", 1),
        ("A/DT tear/NN rolled/VBD down/RP her/PRP$ cheek/NN ./.", 1),
        ("I/PRP have/VBP read/VBN it/PRP ./.", 2),
        ("Wait/VB a/DT minute/NN ./.", 2),
        ("a/DT separate/JJ room/NN", 1),
    ],
)
def test_misaki_keeps_what_its_tag_gets_right(text: str, index: int) -> None:
    assert reading(tagged(text), index, british=False) is None
    assert reading(tagged(text), index, british=True) is None


@pytest.mark.parametrize("british", [False, True], ids=["american", "british"])
def test_what_is_left_to_misaki_it_reads_so(*, british: bool) -> None:
    """``by_tag`` repeats misaki's dictionary; if they differed, None would be the wrong answer."""
    from misaki.en import Lexicon, TokenContext

    lexicon = Lexicon(british)
    for word, entry in _table().items():
        for tag in ("NN", "NNS", "VB", "VBP", "VBZ", "VBD", "VBN", "JJ", "RB", "IN"):
            own = entry.by_tag(tag)
            if not own or (word.endswith("s") and tag == "NN"):
                continue
            phonemes, _ = lexicon.get_word(word, tag, None, TokenContext())
            assert phonemes is not None, word
            spoken = phonemes.replace("ɾ", "T").replace("ʔ", "t")
            assert spoken == entry.readings[own][british], (word, tag)


def test_a_wrong_tag_is_mended_by_the_neighbours() -> None:
    cases = {
        "ɹəkˈɔɹd": "They/PRP plan/VBP to/TO record/NN it/PRP ./.",
        "ɹˈɛkəɹd": "The/DT record/VB stands/VBZ ./.",
        "kəndˈʌkt": "We/PRP must/MD conduct/NN tests/NNS ./.",
        "kˈɑnflˌɪkt": "a/DT long/JJ conflict/VBP of/IN interests/NNS",
    }
    for phonemes, text in cases.items():
        tokens = tagged(text)
        index = next(i for i, t in enumerate(tokens) if t.text in _table())
        assert reading(tokens, index, british=False) == phonemes, text


def test_neighbours_end_with_the_sentence() -> None:
    text = "He/PRP plays/VBZ bass/NN {} Fish/NNS bite/VBP ./."
    assert reading(tagged(text.format("./.")), 2, british=False) == "bˈAs"
    assert (
        reading(tagged("He/PRP sold/VBD bass/NN and/CC other/JJ fish/NNS"), 2, british=False)
        is None
    )


def test_any_text_is_borne() -> None:
    odd = [Tagged(t, "") for t in ("", " ", "\ufffd", "read", "\u0130", "’", "used", "use", "live")]
    for index in range(len(odd)):
        for british in (False, True):
            reading(odd, index, british=british)
    for word in _table():
        assert reading([Tagged(word.upper(), "NNP")], 0, british=False) is not False


@pytest.mark.parametrize("british", [False, True], ids=["american", "british"])
def test_phonemes_are_in_the_models_alphabet(*, british: bool) -> None:
    from kokoro_cli.kokoro82m import VOCABULARY

    for word, entry in _table().items():
        for pair in entry.readings.values():
            assert set(pair[british]) <= set(VOCABULARY), word
            assert len(re.findall("ˈ", pair[british])) == 1, word
