"""The text stage as a whole: source to words, with real readers."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kokoro_cli import synthesis
from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import VOCABULARY
from kokoro_cli.text.inspect import source_sentences
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.lexicon import Lexicon, load_all, make_entry
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Losses, SynthesisOptions, Word, join_phonemes
from tests.text.heard import cases


def stage(letter: str = "a", lexicon: Lexicon | None = None) -> TextStage:
    return TextStage(LANGUAGES[letter], lexicon=lexicon or Lexicon())


def words(text: str, letter: str = "a", lexicon: Lexicon | None = None) -> list[Word]:
    return said(text, stage(letter, lexicon))[0]


def said(text: str, reading: TextStage) -> tuple[list[Word], Losses]:
    losses = Losses()
    found = [w for s in reading.sentences(text, losses) for w in reading.words(s, losses)]
    return found, losses


def phonemes(text: str, letter: str = "a", lexicon: Lexicon | None = None) -> str:
    return join_phonemes(words(text, letter, lexicon))


# --- Sentences -----------------------------------------------------------------------------------

SENTENCES = cases("sentences")


@pytest.mark.parametrize("language", sorted({case["lang"] for case in SENTENCES}))
def test_sentences(language: str) -> None:
    mine = [case for case in SENTENCES if case["lang"] == language]
    wrong = [c["text"] for c in mine if source_sentences(c["text"], language) != c["sentences"]]
    assert len(wrong) <= (0.02 if language == "en" else 0.08) * len(mine), "\n".join(wrong)


# --- Spans ---------------------------------------------------------------------------------------

TEXT = (
    "# Dr. Smith’s  *3* dogs\n\n"
    "It fell -10.5% on 3/4/2025, see\nhttps://example.com &amp; “this”.\n"
    "He read the gov-\nernment’s 2nd report (10m) at 5:30 p.m. Then 😀 he left."
)


def test_every_word_knows_its_source() -> None:
    spans = {(w.text, TEXT[w.start : w.end]) for w in words(TEXT)}
    assert {
        ("Doctor", "Dr."),
        ("three", "3"),
        ("minus", "-10.5%"),
        ("percent", "-10.5%"),
        ("March", "3/4/2025"),
        ("dot", "https://example.com"),
        ("and", "&amp;"),
        ("government's", "gov-\nernment’s"),
        ("second", "2nd"),
        ("meters", "10m"),
        ("left", "left"),
    } <= spans
    starts = [w.start for w in words(TEXT)]
    assert starts == sorted(starts)


@pytest.mark.parametrize("letter", "abefhijpz")
def test_words_are_in_order_and_inside_the_source(letter: str) -> None:
    text = {
        "j": "今日は3月4日です。雨が降る。",
        "z": "今天是3月4日。我们有2个苹果。",
        "h": "आज 12 बजे हैं। वह आया।",
    }
    source = text.get(letter, "El 3 de mayo, 10 km. La casa (5%) es.")
    starts = [(w.start, w.end) for w in words(source, letter)]
    assert all(0 <= start <= end <= len(source) for start, end in starts)
    assert [s for s, _ in starts] == sorted(s for s, _ in starts)


# --- Pronunciation -------------------------------------------------------------------------------

AROUND = ["{}", "a {} b", "({})", "“{}”", "x  {}  y", "{}, then", "a {}.", "{}s", "pre{}", "{} {}"]


@pytest.mark.parametrize("around", AROUND)
def test_given_phonemes_in_any_surroundings(around: str) -> None:
    text = around.replace("{}", "[kokoro](/kˈOkəɹO/)")
    assert phonemes(text).count("kˈOkəɹO") == around.count("{}")


@pytest.mark.parametrize("letter", "abefhijpz")
def test_given_phonemes_in_every_language(letter: str) -> None:
    text = {
        "j": "これは[猫](/kˈOkəɹO/)です。",
        "z": "这是[猫](/kˈOkəɹO/)。",
        "h": "यह [घर](/kˈOkəɹO/) है।",
    }
    said = phonemes(text.get(letter, "casa [la](/kˈOkəɹO/) casa"), letter)
    assert "kˈOkəɹO" in said
    assert len(said) > 12


def test_ipa_is_converted() -> None:
    assert phonemes("[Siobhan](/ʃɪˈvɔːn/)") == "ʃɪvˈɔn"
    assert phonemes("[late](/leɪt/)") == "lAt"


def test_a_respelling() -> None:
    assert phonemes("[nature](say:NAY-chur)").replace("ˈ", "") == "nAʧəɹ"


@pytest.mark.parametrize("bad", ["[x](/#/)", "[x](say:qqq)", "[pause:abc]", "[rate:9]"])
def test_bad_control_names_its_line(bad: str) -> None:
    with pytest.raises(UsageError, match=r"[Ll]ine 3"):
        phonemes(f"one\n\ntwo {bad}")


def test_lexicon_and_its_plural() -> None:
    lexicon = Lexicon((make_entry("Siobhan", written="/ʃɪvˈɔn/"),))
    assert phonemes("Siobhan", lexicon=lexicon) == "ʃɪvˈɔn"
    assert phonemes("Siobhan's dog", lexicon=lexicon).startswith("ʃɪvˈɔnz ")


def test_precedence_inline_then_the_later_file(tmp_path: Path) -> None:
    for name, sound in (("user", "bˈA"), ("project", "bˈi"), ("option", "bˈI")):
        (tmp_path / f"{name}.toml").write_text(f'[words]\ntomato = "/{sound}/"\n')
    paths = [tmp_path / f"{name}.toml" for name in ("user", "project", "option")]
    for count, sound in ((1, "bˈA"), (2, "bˈi"), (3, "bˈI")):
        assert phonemes("tomato", lexicon=load_all(paths[:count])) == sound
    assert phonemes("[tomato](/bˈO/) tomato", lexicon=load_all(paths)) == "bˈO bˈI"


def test_a_lexicon_goes_before_the_rules() -> None:
    lexicon = Lexicon((make_entry("5G", say="five gee whiz"),))
    assert (
        " ".join(w.text for w in words("My 5G phone", lexicon=lexicon)) == "My five gee whiz phone"
    )


def test_pan_am_is_no_initialism() -> None:
    assert phonemes("Pan Am flew.").startswith("pˈæn ˈæm ")


def test_initialisms_are_said_as_one() -> None:
    assert phonemes("the FBI's") == "ði ˌɛfbˌiˈIz"


def test_words_in_another_script_are_read_in_its_language() -> None:
    found, losses = said("He said 東京タワー and 你好.", stage("a"))
    assert not losses.items
    assert [w.text for w in found][:2] == ["He", "said"]
    assert all(p in VOCABULARY for w in found for p in w.phonemes)


@pytest.mark.parametrize("name", ["Việt", "Nguyễn", "Đặng", "Ḥasan"])
def test_letters_that_espeak_does_not_know_are_read_as_plain_ones(name: str) -> None:
    """They used to be spelled by their code: "letter one e c seven"."""
    assert "lˌɛTəɹ" not in phonemes(name)


def test_a_script_that_nobody_reads_is_told_of() -> None:
    found, losses = said("He said مدينة twice.", stage("a"))
    assert [w.text for w in found] == ["He", "said", "twice", "."]
    assert [loss.text for loss in losses.items] == ["مدينة"]


def test_a_script_with_latin_counterparts_is_read_by_them_and_told_of() -> None:
    text = "He said Привет мир twice."
    found, losses = said(text, stage("a"))
    assert [w.text for w in found] == ["He", "said", "Привет мир", "twice", "."]
    assert text[found[2].start : found[2].end] == "Привет мир"
    assert [(loss.text, "'Privet mir'" in loss.reason) for loss in losses.items] == [
        ("Привет мир", True)
    ]


# --- Markup to chunks ----------------------------------------------------------------------------


def chunks(text: str, letter: str = "a") -> list[synthesis.Chunk]:
    options = SynthesisOptions(voice="af_heart", language=letter)
    return list(synthesis.chunks(text, stage(letter), options, Losses()))


def test_control_reaches_the_chunks() -> None:
    parts = chunks("One. [pause:1.5s] Two. [voice:bf_emma] Three. [rate:1.2] Four. [pause:1s]")
    assert [(c.text, c.voice, c.rate, c.pause_seconds) for c in parts] == [
        ("One.", None, 1.0, None),
        ("Two.", None, 1.0, 1.5),
        ("Three.", "bf_emma", 1.0, None),
        ("Four.", "bf_emma", 1.2, None),
        ("", "bf_emma", 1.2, 1.0),
    ]


def test_a_voice_brings_its_language() -> None:
    british, american = (phonemes(f"[voice:{v}] The car.") for v in ("bf_emma", "af_bella"))
    assert british == "ðə kˈɑː."
    assert american == "ðə kˈɑɹ."


def test_ssml() -> None:
    parts = chunks(
        '<speak>It is <say-as interpret-as="ordinal">3</say-as>, '
        '<sub alias="World Wide Web">WWW</sub>. '
        '<phoneme alphabet="ipa" ph="təˈmɑːtoʊ">tomato</phoneme><break time="2s"/>'
        '<prosody rate="120%">Fast.</prosody></speak>'
    )
    assert parts[0].text == "It is third, World Wide Web. tomato"
    assert parts[0].phonemes.endswith("təmˈɑtO")
    assert (parts[1].text, parts[1].rate, parts[1].pause_seconds) == ("Fast.", 1.2, 2.0)


PARTS = {
    "a": [
        "Dr. Smith paid $3.50 on 5/6/2024; he left. ",
        "It rained… and rained! ",
        "(Who knows?) ",
    ],
    "b": ["The programme began at 5:30 p.m. ", "“Colour,” she said, “matters.” "],
    "e": ["La niña comió pan. ", "¿Quién sabe? ", "Pagó 20 € el 3 de mayo; luego salió… "],
    "f": ["Les enfants jouent. ", "Il est 15h30 ! ", "M. Dupont a payé 3,50 €. "],
    "h": ["बच्चे खेल रहे हैं। ", "वह 12 बजे आया। "],
    "i": ["I bambini giocano. ", "Costa 3,50 €? ", "Sì… certo! "],
    "j": ["子供たちは庭で遊んでいる。", "今日は3月4日です！", "本当？"],
    "p": ["As crianças brincam. ", "Custa R$ 5,00? ", "Sim… claro! "],
    "z": ["孩子们在玩。", "今天是3月4日！", "真的吗？"],
}


@pytest.mark.parametrize("letter", PARTS)
def test_chunks_of_ten_thousand_characters_are_the_whole(letter: str) -> None:
    random.seed(ord(letter))
    text = ""
    while len(text) < 10_000:
        text += random.choice(PARTS[letter]) + random.choice(["", "", "", "\n\n"])
    whole = "".join(w.phonemes for w in words(text, letter)).replace(" ", "")
    parts = chunks(text, letter)
    assert "".join(c.phonemes for c in parts).replace(" ", "") == whole
    assert max(len(c.phonemes) for c in parts) <= 250
    paragraphs = [p for p in text.split("\n\n") if p.strip()]
    assert len(parts) >= len(paragraphs)
    # A chunk is short only if its paragraph is.
    if len(paragraphs) == 1:
        assert min(len(c.phonemes) for c in parts) >= 20


def test_a_number_is_not_cut() -> None:
    number = "123,456,789,012,345"
    for front in range(0, 200, 7):
        text = "word " * front + number
        spoken = "one hundred twenty three trillion four hundred fifty six billion"
        assert any(spoken in c.text for c in chunks(text)), front
