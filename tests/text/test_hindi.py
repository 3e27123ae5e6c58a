"""Hindi as written, compared with the spoken text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.text.verbalise import replacements
from kokoro_cli.text.verbalise.hindi import RULES, cardinal, year
from kokoro_cli.types import ReadingOptions
from tests.growth import LINEAR, IsLinear
from tests.properties import examples
from tests.text.heard import cases

TABLE = cases("hindi")
WRITTEN = st.lists(
    st.one_of(
        st.sampled_from(
            "0 1 12 03 १ ४२ 1,00,000 1.5 2025 15 30 "
            "₹ रु. $ % ° ² ½ ① ४ - − – / : . , + × = < ~ @ # & "
            "km किमी वां ला लाख करोड़ बजे लुई XIV IV डॉ. ई.पू. www.a.com http:// v1.2 T PM x₂ में".split()
        ),
        st.text(max_size=2),
    ),
    max_size=12,
)


def said(text: str) -> str:
    """Return the text with the words of the replacements in their places."""
    pieces, position = [], 0
    for replacement in replacements(text, RULES, ReadingOptions()):
        pieces += [text[position : replacement.start], replacement.spoken]
        position = replacement.end
    return "".join([*pieces, text[position:]])


def heard(text: str) -> str:
    """Return the text without marks and double spaces, but with its vowel signs."""
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in text.lower())
    return " ".join("".join(kept).split())


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case['category']} {case['text']}")
def test_reads_as_a_good_reader_would(case: dict[str, list[str]]) -> None:
    assert heard(said(str(case["text"]))) in [heard(s) for s in case["spoken"]]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "शून्य"),
        (100, "एक सौ"),
        (1_05_000, "एक लाख पाँच हज़ार"),
        (12_34_567, "बारह लाख चौंतीस हज़ार पाँच सौ सड़सठ"),
        (10**7, "एक करोड़"),
        (10**9, "एक अरब"),
    ],
)
def test_cardinals(number: int, words: str) -> None:
    assert cardinal(number) == words


def test_no_two_numbers_are_said_alike() -> None:
    numbers = [*range(2000), *range(2000, 10**8, 99_991)]
    assert len({cardinal(n) for n in numbers}) == len(numbers)


def test_years_before_2000_are_counted_in_hundreds() -> None:
    assert [year(n) for n in (1947, 1900, 2024)] == [
        "उन्नीस सौ सैंतालीस",
        "उन्नीस सौ",
        "दो हज़ार चौबीस",
    ]


@pytest.mark.parametrize(("text", "final"), [("500 ई.", True), ("डॉ. शर्मा", False)])
def test_a_full_stop_that_may_end_the_sentence(text: str, final: bool) -> None:
    assert any(c.abbreviation for c in replacements(text, RULES, ReadingOptions())) is final


@given(st.one_of(st.text(max_size=40), WRITTEN.map(" ".join), WRITTEN.map("".join)))
@settings(max_examples=examples(400))
def test_any_text_is_read_without_a_digit(text: str) -> None:
    for replacement in replacements(text, RULES, ReadingOptions()):
        assert not any(c.isdigit() for c in replacement.spoken)
        assert 0 <= replacement.start < replacement.end <= len(text)


LONG = (
    "1", "१", "1,", "1.", "-", "1-", "1 ", "12/", "12:", "1½",
    "I", "क", "क.", "@a", "#क", "₹1", "+1 ", "x://",
)  # fmt: skip


@LINEAR
@pytest.mark.parametrize("piece", LONG)
def test_work_is_linear_in_the_length(piece: str, is_linear: IsLinear) -> None:
    def read(length: int) -> None:
        replacements(piece * (length // len(piece)), RULES, ReadingOptions())

    assert is_linear(read, 5_000, 20_000)
