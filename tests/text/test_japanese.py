"""Japanese as written, compared with the spoken text and with the reader's phonemes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.text import verbalise
from kokoro_cli.text.languages import LANGUAGES, Reader, load_reader
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.reading import TextStage
from kokoro_cli.text.verbalise.characters import plain
from kokoro_cli.text.verbalise.japanese import RULES
from kokoro_cli.types import Losses, ReadingOptions, join_phonemes
from tests.growth import LINEAR, IsLinear
from tests.properties import examples
from tests.text.heard import cases, heard

JAPANESE = LANGUAGES["j"]
TABLE = cases("japanese")
STAGE = TextStage(JAPANESE, ReadingOptions())


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
    return load_reader(JAPANESE)


def sounds(reader: Reader, text: str) -> str:
    return join_phonemes(tuple(reader.words(said(text)))).replace(" ", "")


# The reader's phonemes, without spaces.
PHONEMES = {
    "1,980円": "seɴkʲɨːçakɯhaʨiʥɨːeɴ",
    "10000": "iʨimaɴ",
    "3.14": "saɴteɴiʨijoɴ",
    "1.5倍": "iʔteɴɡobai",
    "-5度": "mainasɨɡodo",
    "4人": "joɲiɴ",
    "1人": "çitoɾʲi",
    "鉛筆が1本": "empʲiʦɨɡaiʔpoɴ",
    "3本": "samboɴ",
    "6本": "ɾoʔpoɴ",
    "10本": "ʥɨʔpoɴ",
    "20回": "ɲiʥɨʔkai",
    "20歳": "hataʨi",
    "8歳": "haʔsai",
    "3階": "saɴɡai",
    "1冊": "iʔsaʦɨ",
    "1月1日": "iʨiɡaʦɨʦɨitaʨi",
    "2024年4月14日": "ɲiseɴɲiʥɨːjoneɴɕiɡaʦɨʥɨːjoʔka",
    "7月7日": "ɕiʨiɡaʦɨnanoka",
    "12月20日": "ʥɨːɲiɡaʦɨhaʦɨka",
    "3/4(火)": "saŋɡaʦɨjoʔka(kajoː)",
    "15:30": "ʥɨːɡoʥisaɲʥɨʔpɯɴ",
    "4時14分": "joʥiʥɨːjompɯɴ",
    "7時10分": "ɕiʨiʥiʥɨʔpɯɴ",
    "9:05": "kɯʥiɡoɸɯɴ",
    "10分後に": "ʥɨʔpɯŋɡoɲi",
    "3.5万円": "saɴteɴɡomaɴeɴ",
    "1兆円": "iʔʨoːeɴ",
    "4円": "joeɴ",
    "50%": "ɡoʥɨːpaːsento",
    "03-1234-5678": "ʣeɾosaɴno,iʨiɲiːsaɴjoɴno,ɡoːɾokɯnanahaʨi",
    "300": "sambʲakɯ",
    "600": "ɾoʔpʲakɯ",
    "800": "haʔpʲakɯ",
    "3000": "saɴʣeɴ",
    "8000": "haʔseɴ",
    "60kg": "ɾokɯʥɨːkʲiɾoɡɯɾamɯ",
    "80km/h": "ʥisokɯhaʨiʥɨːkʲiɾomeːtoɾɯ",
    "1/2": "ɲibɯɴnoiʨi",
    "2.0.1": "ɲiteɴʣeɾoteɴiʨi",
    "バージョン3.11": "baːʥoɴsaɴteɴʥɨːiʨi",
    "A4の紙": "eːjoɴnokamʲi",
    "5G": "ɸaibɯʥiː",
    "第1回": "daiiʔkai",
    "8世紀": "haʔseːkʲi",
    "四月に九時": "ɕiɡaʦɨɲikɯʥi",
    "一本の木": "iʔpoɴnokʲi",
    "16:9": "ʥɨːɾokɯtaikʲɨː",
    "2つと4つ": "ɸɯtaʦɨtojoʔʦɨ",
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
    assert (
        full.spoken == "エイチティーティーピーエス コロン スラッシュ スラッシュ example ドット com"
    )


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
        "本",
        "時",
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
        "本",
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
