"""Mandarin as written, compared with the spoken text and with the reader's phonemes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.text import verbalise
from kokoro_cli.text.languages import LANGUAGES, Reader, load_reader
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.reading import TextStage
from kokoro_cli.text.verbalise.characters import plain
from kokoro_cli.text.verbalise.chinese import RULES
from kokoro_cli.types import Losses, ReadingOptions, join_phonemes
from tests.growth import LINEAR, IsLinear
from tests.properties import examples
from tests.text.heard import cases, heard

CHINESE = LANGUAGES["z"]
TABLE = cases("chinese")
STAGE = TextStage(CHINESE, ReadingOptions())


def said(text: str) -> str:
    """Return the text with the words of the replacements in their places, with no space between."""
    written = plain(Mapped.of(text))
    found = verbalise.replacements(written.text, RULES, ReadingOptions())
    return written.replace((c.start, c.end, c.spoken) for c in found).text


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case['category']} {case['text']}")
def test_reads_as_a_good_reader_would(case: dict[str, object]) -> None:
    assert heard(said(str(case["text"]))) in [heard(s) for s in case["spoken"]]  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(CHINESE)


def sounds(reader: Reader, text: str) -> str:
    return join_phonemes(tuple(reader.words(said(text)))).replace(" ", "")


# The reader's phonemes, without spaces.
PHONEMES = {
    "2个苹果": "lja↓ŋkɤ↘pʰi↗ŋkwo↓",
    "20个": "ɚ↘ʂɨ↗kɤ↘",
    "2000人": "lja↓ŋʨʰjɛ→nɻə↗n",
    "200米": "lja↓ŋpai↓mi↓",
    "105": "i↘pai↓li↗ŋu↓",
    "10005": "i→wa↘nli↗ŋu↓",
    "3.14": "sa→ntjɛ↓ni→sɨ↘",
    "-5": "fu↘u↓",
    "2025年": "ɚ↘li↗ŋɚ↘u↓njɛ↗n",
    "2025-03-04": "ɚ↘li↗ŋɚ↘u↓njɛ↗nsa→nɥe↘sɨ↘ɻɨ↘",
    "15:30": "ʂɨ↗u↓tjɛ↓nsa→nʂɨ↗fə→n",
    "8:05": "pa→tjɛ↓nli↗ŋu↓fə→n",
    "2:30": "lja↓ŋtjɛ↓nsa→nʂɨ↗fə→n",
    "¥1,980": "i→ʨʰjɛ→nʨjou↓pai↓pa→ʂɨ↗ɥɛ↗n",
    "$5": "u↓mei↓ɥɛ↗n",
    "50%": "pai↓fə→nꭧɨ→u↓ʂɨ↗",
    "5‰": "ʨʰjɛ→nfə→nꭧɨ→u↓",
    "10%-20%": "pai↓fə→nꭧɨ→ʂɨ↗tau↘pai↓fə→nꭧɨ→ɚ↘ʂɨ↗",
    "13812345678": "jau→sa→npa→,jau→ɚ↘sa→nsɨ↘,u↓ljou↘ʨʰi→pa→",
    "拨打110": "pwo→ta↓jau→jau→li↗ŋ",
    "第2个": "ti↘ɚ↘kɤ↘",
    "10-15": "ʂɨ↗tau↘ʂɨ↗u↓",
    "1/2": "ɚ↘fə→nꭧɨ→i→",
    "5km": "u↓kʊ→ŋli↓",
    "60kg": "ljou↘ʂɨ↗kʊ→ŋʨi→n",
    "25℃": "ɚ↘ʂɨ↗u↓ʂɤ↘ʂɨ↘tu↘",
    "80km/h": "pa→ʂɨ↗kʊ→ŋli↓mei↓ɕjau↓ʂɨ↗",
    "3:1": "sa→npi↓i→",
    "5-3=2": "u↓ʨjɛ↓nsa→ntə↓ŋy↗ɚ↘",
    "2.0.1": "ɚ↘tjɛ↓nli↗ŋtjɛ↓ni→",
    "192.168.1.1": "i→ʨjou↓ɚ↘tjɛ↓ni→ljou↘pa→tjɛ↓ni↘tjɛ↓ni→",
    "5G网络": "u↓ʤˈiwa↓ŋlwo↘",
    "第Ⅲ章": "ti↘sa→nꭧa→ŋ",
    "302房间": "sa→nli↗ŋɚ↘fa↗ŋʨjɛ→n",
}


@pytest.mark.parametrize(("text", "phonemes"), PHONEMES.items(), ids=PHONEMES)
def test_the_reader_reads_it_right(reader: Reader, text: str, phonemes: str) -> None:
    assert sounds(reader, text) == phonemes


def test_nothing_of_the_table_is_lost_by_the_reader(reader: Reader) -> None:
    for case in TABLE:
        spoken = said(case["text"])
        assert not any(c.isdigit() for c in spoken)
        assert all(word.phonemes for word in reader.words(spoken)), case["text"]


def test_the_full_address_is_read_where_it_is_asked_for() -> None:
    (full,) = verbalise.replacements("https://example.com", RULES, ReadingOptions(urls="full"))
    assert full.spoken == "H T T P S 冒号 斜杠 斜杠 example 点 com"


TOKENS = st.sampled_from(
    [
        "1",
        "12",
        "2",
        "2025",
        "3.5",
        "1,000",
        "-",
        "~",
        "/",
        ":",
        ".",
        ",",
        "%",
        "¥",
        "$",
        "年",
        "月",
        "日",
        "个",
        "点",
        "第",
        "万",
        "一",
        "十",
        "IV",
        "Ⅳ",
        "½",
        "²",
        "₂",
        "A",
        "km",
        "℃",
        "@",
        "a.com",
        "#",
        "①",
        "１",
        "٣",
        "𝟙",
        " ",
        "(",
        ")",
        "+",
        "=",
    ]
)


@settings(max_examples=examples(300))
@given(st.text(max_size=60) | st.lists(TOKENS, max_size=14).map("".join))
def test_any_text_is_said_without_digits(text: str) -> None:
    for replacement in verbalise.replacements(text, RULES, ReadingOptions()):
        assert not any(c.isdigit() for c in replacement.spoken), replacement
    for sentence in STAGE.sentences(text, Losses()):
        assert not any(c.isdigit() for c in sentence.text.text)


@LINEAR
@pytest.mark.parametrize(
    "part",
    [
        "1",
        "1,",
        "1.",
        "1-",
        "1/",
        "1:",
        "a1",
        "A",
        "A₂",
        "a.",
        "a@",
        "¥1",
        "-",
        "²",
        "一",
        "十",
        "Ⅳ",
        "X",
        "1万",
        "www.",
        "0-",
        "1%",
        "~",
        "个",
        "1年-",
        "=1",
    ],
)
def test_work_is_linear_in_the_length(part: str, is_linear: IsLinear) -> None:
    """Four times the text takes four times as long, or sixteen where a rule is quadratic."""

    def read(length: int) -> None:
        verbalise.replacements(part * (length // len(part)), RULES, ReadingOptions())

    assert is_linear(read, 3_000, 12_000)


def test_a_hundred_thousand_digits() -> None:
    for part in ("1", "1,"):
        text = part * (100_000 // len(part))
        spoken = verbalise.replacements(text, RULES, ReadingOptions())
        assert sum(each.end - each.start for each in spoken) == text.count("1")
