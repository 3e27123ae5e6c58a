"""Spanish, French, Italian and Portuguese as written, compared with the spoken text."""

from __future__ import annotations

from importlib import import_module
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.text.verbalise import Rule, french, italian, portuguese, replacements, spanish
from kokoro_cli.text.verbalise.romance import LARGEST, parts, roman
from kokoro_cli.types import ReadingOptions
from tests.growth import LINEAR, IsLinear
from tests.properties import examples
from tests.text.heard import cases, heard

RULES = {
    "spanish": spanish.RULES,
    "french": french.RULES,
    "italian": italian.RULES,
    "portuguese": portuguese.RULES,
}
CARDINALS = {
    "spanish": spanish.cardinal,
    "french": french.cardinal,
    "italian": italian.cardinal,
    "portuguese": portuguese.cardinal,
}
TABLE = [(name, case) for name in RULES for case in cases(name)]
languages = st.sampled_from(sorted(RULES))

# Characters that the rules react to, in any order.
WRITTEN = st.lists(
    st.one_of(
        st.sampled_from(
            "0 1 2 12 03 1.000 1,5 2025 15 30 € $ R$ £ % ‰ ° ² ³ "
            "½ ¾ ① ４ ٣ - − – / : . , + × = < ~ @ # & "
            "km m h kg °C M€ millones de mil siglo Luis XIV "
            "IV er e º ª ° n. p. Sr. M. etc. a. C. "
            "www.a.com http:// v1.2 T p. m. x₂ 10⁻⁵ à ore las".split()
        ),
        st.text(max_size=2),
    ),
    max_size=12,
)


def said(text: str, rules: tuple[Rule, ...], options: ReadingOptions | None = None) -> str:
    """Return the text with the words of the replacements in their places."""
    pieces, position = [], 0
    for replacement in replacements(text, rules, options or ReadingOptions()):
        pieces += [text[position : replacement.start], replacement.spoken]
        position = replacement.end
    return "".join([*pieces, text[position:]])


@pytest.mark.parametrize(
    ("language", "case"), TABLE, ids=[f"{name} {case['text']}" for name, case in TABLE]
)
def test_reads_as_a_good_reader_would(language: str, case: dict[str, list[str]]) -> None:
    assert heard(said(str(case["text"]), RULES[language])) in [heard(s) for s in case["spoken"]]


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("spanish", 21_000, "veintiún mil"),
        ("spanish", 21_000_000, "veintiún millones"),
        ("spanish", 1_000_000, "un millón"),
        ("spanish", 1_000_000_000, "mil millones"),
        ("spanish", 101, "ciento uno"),
        ("french", 71, "soixante et onze"),
        ("french", 80, "quatre-vingts"),
        ("french", 81, "quatre-vingt-un"),
        ("french", 91, "quatre-vingt-onze"),
        ("french", 80_000, "quatre-vingt mille"),
        ("french", 80_000_000, "quatre-vingts millions"),
        ("italian", 1001, "milleuno"),
        ("italian", 3003, "tremilatré"),
        ("italian", 180, "centottanta"),
        ("italian", 21_000, "ventunomila"),
        ("portuguese", 1100, "mil e cem"),
        ("portuguese", 2025, "dois mil e vinte e cinco"),
        ("portuguese", 200_000, "duzentos mil"),
        ("portuguese", 2_000_000, "dois milhões"),
    ],
)
def test_cardinals(language: str, number: int, words: str) -> None:
    assert CARDINALS[language](number, "alone") == words


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("spanish", 221, "doscientas veintiuna"),
        ("spanish", 200_000, "doscientas mil"),
        ("spanish", 2_000_200, "dos millones doscientas"),
        ("french", 21, "vingt et une"),
        ("italian", 1, "una"),
        ("portuguese", 222, "duzentas e vinte e duas"),
        ("portuguese", 2_000_002, "dois milhões e duas"),
    ],
)
def test_cardinals_before_a_feminine_noun(language: str, number: int, words: str) -> None:
    assert CARDINALS[language](number, "f") == words


@pytest.mark.parametrize("language", ["spanish", "french", "italian", "portuguese"])
def test_no_two_numbers_are_said_alike(language: str) -> None:
    numbers = [*range(3000), *range(3000, 10**6, 997), LARGEST, LARGEST // 7]
    assert len({CARDINALS[language](n, "alone") for n in numbers}) == len(numbers)


@pytest.mark.parametrize(
    ("language", "number", "form", "words"),
    [
        ("spanish", 3, "m", "tercer"),
        ("spanish", 11, "alone", "undécimo"),
        ("spanish", 13, "f", "decimotercera"),
        ("spanish", 25, "f", "vigésima quinta"),
        ("french", 1, "f", "première"),
        ("french", 9, "alone", "neuvième"),
        ("french", 80, "alone", "quatre-vingtième"),
        ("french", 1000, "alone", "millième"),
        ("italian", 23, "alone", "ventitreesimo"),
        ("italian", 26, "alone", "ventiseiesimo"),
        ("italian", 1000, "alone", "millesimo"),
        ("italian", 2000, "alone", "duemillesimo"),
        ("portuguese", 21, "f", "vigésima primeira"),
        ("portuguese", 100, "alone", "centésimo"),
    ],
)
def test_ordinals(language: str, number: int, form: str, words: str) -> None:
    module = import_module(f"kokoro_cli.text.verbalise.{language}")
    assert module.ordinal(number, form) == words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.000", ("3000", "", "")),
        ("3 000,50", ("3000", "50", ",")),
        ("3.000,50", ("3000", "50", ",")),
        ("1,234.5", ("1234", "5", ".")),
        ("1,234,567", ("1234567", "", "")),
        ("1,500", ("1", "500", ",")),
        ("0.125", ("0", "125", ".")),
        ("3.14", ("3", "14", ".")),
    ],
)
def test_separators(text: str, value: tuple[str, str, str]) -> None:
    assert parts(text) == value


def test_roman_numerals() -> None:
    assert [roman(n) for n in ("IV", "XIX", "MCMXLV", "IIII", "VX", "")] == [
        4, 19, 1945, None, None, None,
    ]  # fmt: skip


def test_an_address_in_full() -> None:
    options = ReadingOptions(urls="full")
    spoken = "https dos puntos barra barra W W W punto ejemplo punto es"
    assert heard(said("https://www.ejemplo.es", spanish.RULES, options)) == heard(spoken)


@pytest.mark.parametrize(
    ("language", "text", "final"),
    [
        ("spanish", "etc.", True),
        ("spanish", "EE. UU.", True),
        ("spanish", "Sr. López", False),
        ("french", "etc.", True),
        ("french", "M. Dupont", False),
        ("italian", "ecc.", True),
        ("portuguese", "Dra. Souza", False),
    ],
)
def test_a_full_stop_that_may_end_the_sentence(language: str, text: str, final: bool) -> None:
    assert [c.abbreviation for c in replacements(text, RULES[language], ReadingOptions())] == [
        final
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("french", "Ce chat est le DJ de la CIA."),
        ("french", "Nos amis ont dit sept."),
        ("spanish", "John D. Rockefeller"),
        ("italian", "Vedi il CD di IV."),
        ("portuguese", "Ele contou até dez."),
    ],
)
def test_leaves_words_alone(language: str, text: str) -> None:
    assert replacements(text, RULES[language], ReadingOptions()) == []


@pytest.mark.parametrize(
    "text", ["@m½", "#a²b", "a½@b.es", "http://½²③", "v1②", "1/½", "½½", "١٢/٣"]
)
@pytest.mark.parametrize("language", sorted(RULES))
def test_odd_digits_are_no_trouble(language: str, text: str) -> None:
    assert not any(c.isdecimal() for c in said(text, RULES[language]))


@given(languages, st.one_of(st.text(max_size=40), WRITTEN.map(" ".join), WRITTEN.map("".join)))
@settings(max_examples=examples(400))
def test_any_text_is_read_without_a_digit(language: str, text: str) -> None:
    for replacement in replacements(text, RULES[language], ReadingOptions()):
        assert not any(c.isdigit() for c in replacement.spoken)
        assert 0 <= replacement.start < replacement.end <= len(text)


LONG = [
    "1", "1,", "1.", "-", "1-", "1 ", "111 ", "12/", "12:", "1½", "I", "a", "a.", "@a", "#a", "$1",
    "+1 ", "1.1.1.1", "x://", "www.", "siglo ", "_", "²", "Sr. ", "1 h ", "é",
]  # fmt: skip


@LINEAR
@pytest.mark.parametrize("piece", LONG)
@pytest.mark.parametrize("language", sorted(RULES))
def test_work_is_linear_in_the_length(language: str, piece: str, is_linear: IsLinear) -> None:
    def read(length: int) -> None:
        replacements(piece * (length // len(piece)), RULES[language], ReadingOptions())

    assert is_linear(read, 5_000, 20_000)


def test_says_each_currency_and_unit() -> None:
    texts = chain.from_iterable(
        (f"5 {sign}", f"1,5 {sign}") for sign in ("€", "$", "£", "¥", "₹", "km", "kg", "°C", "GB")
    )
    for text in texts:
        for rules in RULES.values():
            spoken = said(text, rules)
            assert spoken.replace(" ", "").isalpha(), (text, spoken)
