"""English as people write it, compared with what a good reader says."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.text import verbalise
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Losses, ReadingOptions
from tests.growth import LINEAR, IsLinear
from tests.properties import examples
from tests.text.heard import cases, heard

TABLE = cases("english")

CATEGORIES = sorted({case["category"] for case in TABLE})
ENGLISH = LANGUAGES["a"]


def said(text: str, **options: object) -> str:
    reading = ReadingOptions(**options)  # type: ignore[arg-type]
    stage = TextStage(LANGUAGES["b" if reading.british else "a"], reading)
    return " ".join(sentence.text.text for sentence in stage.sentences(text, Losses()))


@pytest.mark.parametrize("category", CATEGORIES)
def test_reads_as_a_good_reader_would(category: str) -> None:
    wrong = []
    for case in (case for case in TABLE if case["category"] == category):
        spoken = said(case["text"], british=case["locale"] == "gb")
        right = heard(spoken) in map(heard, case["spoken"])
        if right == case.get("wrong", False):  # Take the mark away when a case is mended.
            wrong.append(f"{case['text']!r} was {spoken!r}, not {case['spoken'][0]!r}")
    assert not wrong, "\n".join(wrong)


TRAPS = {
    "It fell -10.": "It fell minus ten.",
    "31/31/100": "thirty one slash thirty one slash one hundred",
    "See you at 5:30.": "See you at five thirty.",
    "$3.5M": "three point five million dollars",
    "10m (32ft)": "ten meters (thirty two feet)",
    "wasn’t": "wasn't",
    "It&#8217;s": "It's",
    "➀": "one",
    "c. 1450 in Italy": "circa fourteen fifty in Italy",
    "iOS 17.4.1": "I O S seventeen point four point one",
    # The unit's full stop was lost, and the two sentences became one.
    "He weighs 180 lbs. She is light.": "He weighs one hundred eighty pounds. She is light.",
    # A minus after a number was read as a range.
    "The S&P 500 -0.3%": "The S and P five hundred minus zero point three percent",
    # Words in capitals are words, not letters: these differ only in their spaces.
    "I AM so glad.": "I am so glad.",
    "Do it now OR never.": "Do it now or never.",
    "This is IT!": "This is it!",
    "She works in IT.": "She works in I T.",
    # A variable was read as a Roman numeral, "83" as an emoticon.
    "the variable (x) is set": "the variable (x) is set",
    "in 83 languages": "in eighty three languages",
}


@pytest.mark.parametrize(("text", "spoken"), TRAPS.items(), ids=TRAPS)
def test_known_traps(text: str, spoken: str) -> None:
    assert said(text) == spoken


def test_the_table_of_the_documentation() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "reading.md").read_text(encoding="utf-8")
    table = page.split("## English by context")[1].split("## ")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    for written, spoken in rows[2:]:
        for text, words in zip(written.split("; "), spoken.split("; "), strict=True):
            assert heard(said(text)) == heard(words)


def test_urls_short_and_full() -> None:
    text = "See https://www.example.com/docs?page=2&sort=ascending&filter=none today."
    assert said(text) == "See example dot com slash docs today."
    assert said(text, urls="full").startswith("See h t t p s colon slash slash W W W dot example")


def test_emoji_skipped_and_described() -> None:
    assert said("Well done 👍🏽!") == "Well done!"
    assert said("Well done 👍!", emoji="describe") == "Well done thumbs up!"


def test_british_and_american_dates() -> None:
    assert said("on 3/4/2025") == "on March fourth, twenty twenty five"
    assert said("on 3/4/2025", british=True) == "on the third of April twenty twenty five"


def test_poems_keep_their_lines() -> None:
    stage = TextStage(ENGLISH, ReadingOptions(lines=True))
    lines = [
        s.text.text
        for s in stage.sentences("Tyger Tyger, burning bright\nIn the forests", Losses())
    ]
    assert lines == ["Tyger Tyger, burning bright", "In the forests"]


def no_digit_and_no_symbol(text: str) -> bool:
    return not any(
        c.isdigit() or c in "+=<>$%@#&" or unicodedata.category(c) in ("Sc", "Nd") for c in text
    )


@settings(max_examples=examples(300))
@given(st.text(max_size=80))
def test_any_text_is_said_without_digits_and_symbols(text: str) -> None:
    assert no_digit_and_no_symbol(said(text))


TOKENS = st.sampled_from(
    [
        "1",
        "12",
        "2024",
        "3.5",
        "1,000",
        "-7",
        "$",
        "£",
        "€",
        "%",
        "/",
        "-",
        "–",
        ":",
        ".",
        ",",
        "(",
        ")",
        "[",
        "]",
        "'",
        '"',
        "Mr.",
        "St.",
        "No.",
        "a.m.",
        "p.m.",
        "U.S.",
        "Jan.",
        "IV",
        "A",
        "B",
        "km",
        "kg",
        "°C",
        "m²",
        "@",
        "#",
        "&",
        "=",
        "+",
        "×",
        "½",
        "the",
        "of",
        "and",
        "II",
        "www.a.com",
        "x@y.org",
        "_",
        "*",
        "**",
        "`",
        "<",
        ">",
        "|",
        "\\",
        "~",
        "^",
        "§",
        "№",
        "iPhone",
        "C++",
    ]
)


@settings(max_examples=examples(500))
@given(st.lists(st.tuples(TOKENS, st.sampled_from(["", " ", " "])), max_size=14))
def test_any_mixture_is_said_without_digits_and_symbols(parts: list[tuple[str, str]]) -> None:
    assert no_digit_and_no_symbol(said("".join(a + b for a, b in parts)))


ATTACKS = {
    part: part
    for part in [
        "1",
        "1,",
        "1.",
        "1/",
        "1:",
        "1-",
        "-",
        "a.",
        "A.",
        "A",
        "a",
        "aB",
        "a_",
        "a/",
        "/",
        "\\",
        "$1",
        "I",
        "IV",
        "(",
        "[",
        "@",
        "a@",
        "#",
        "#a",
        "a-",
        "1a",
        "a1",
        "'",
        '"',
        "1'",
        "1.2.",
        "http://",
        "www.",
        "é",
        "½",
        "°",
        "1x",
        "x²",
        "12:",
        "12-",
        "a.b.",
        "A&",
        "~",
        "…",
        "Ctrl+",
        "--a",
        "0x",
        "f(",
        "1st",
        "5'",
        "n'",
        "£1-",
        "12/",
        "*",
        "**",
        "`",
        "<",
        "<a",
        "&",
        "&a;",
        "![",
        "](",
        "[a](",
        "Gate 1A ",
        "1A-",
        "#1",
        "INV-1",
        "A1B2",
        "10-4 ",
        "A > ",
        "=== ",
        "-=",
        "~ ",
        "Dr. ",
        "u r ",
        "1/2-",
        "4/12, ",
        "1'-",
        '1" x ',
        "M/W/",
        "I.i.",
        "1234 ",
        "(1)%",
        "$(1)",
        "1W-",
        "sched. ",
        "a/b/",
        "1BR/",
        "★½",
        "Fri. ",
        "US-1 N ",
        "Fed. R. ",
        "1 U.S. ",
        "1st ed. ",
        "<A ",
        "w/",
        "sooo",
        "N1°E",
        "HD 12345 ",
        "No. 1, ",
        "wind 310/15",
        "#A12",
        "1:23/mi ",
        "24/7/365",
        "1* ",
        "$",
        "$$",
        "$a",
        "$a$",
        "\\(",
        "\\(a",
        "\\[x_1",
        "\\begin{align}",
        "\\begin{align}a\\end{align}",
        "$x^{",
        "$\\frac{",
        "x^",
        "x_{",
        "F = m",
        "ab = ",
        "(a)(",
        "a~1~",
        "==a",
        "2πr",
        "¹⁴C",
        "{#a ",
        "'cause ",
        "'round'",
        "b...b",
        "W—w",
        "Привет",
        "大 ",
        "ά",
    ]
}


@LINEAR
@pytest.mark.parametrize("part", ATTACKS)
def test_work_is_linear_in_the_length(part: str, is_linear: IsLinear) -> None:
    """Four times the text may take sixteen times as long if a rule is quadratic, and much more
    if it tries every way to cut a run."""
    rules = verbalise.rules(ENGLISH)

    def read(length: int) -> None:
        verbalise.replacements(part * (length // len(part)), rules, ReadingOptions())

    assert is_linear(read, 2_000, 8_000)
