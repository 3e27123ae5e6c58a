from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.structure import blocks


def found(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text.text) for block in blocks(text)]


CASES = {
    "a newline is a space": ("one\ntwo", [("paragraph", "one two")]),
    "a blank line separates": ("one\n \ntwo", [("paragraph", "one"), ("paragraph", "two")]),
    "heading": ("# One *two*\nthree", [("heading", "One two"), ("paragraph", "three")]),
    "underlined heading": ("One\n===\ntwo", [("heading", "One"), ("paragraph", "two")]),
    "hashtag": ("#one two", [("paragraph", "#one two")]),
    "bullets": ("- one\n- **two**", [("item", "one"), ("item", "two")]),
    "task boxes": ("- [x] one\n- [ ] two", [("item", "one"), ("item", "two")]),
    "numbers are kept": ("1. one\n2) two", [("item", "1. one"), ("item", "2) two")]),
    "a year is no number": ("1986. A great year", [("paragraph", "1986. A great year")]),
    "letters": ("a) one\nb) two", [("item", "a) one"), ("item", "b) two")]),
    "bullet signs": ("• one\n• two", [("item", "one"), ("item", "two")]),
    "quote": ("> one\n> two", [("quote", "one two")]),
    "table": ("|a|b|\n|--|--|\n|1|2|", [("row", "a, b"), ("row", "1, 2")]),
    "code": ("```py\nx = 1\n\ny\n```\nz", [("code", "x = 1"), ("code", "y"), ("paragraph", "z")]),
    "indented verse": ("    Tyger Tyger", [("paragraph", "Tyger Tyger")]),
    "link": ("see [this](https://x.org/a).", [("paragraph", "see this.")]),
    "image": ("![a cat](cat.png)", [("paragraph", "a cat")]),
    "emphasis": ("_it_ **is** ~~not~~ `x`", [("paragraph", "it is not x")]),
    "no emphasis": ("2*3*4, 5 * 6, a_b_c", [("paragraph", "2*3*4, 5 * 6, a_b_c")]),
    "dunder": ("call __init__ and __main__", [("paragraph", "call __init__ and __main__")]),
    "scene break": ("one\n\n* * *\n\ntwo", [("paragraph", "one"), ("paragraph", "two")]),
    "phonemes stay": ("a [b](/bˈi/) c", [("paragraph", "a [b](/bˈi/) c")]),
    "respelling stays": ("**[b](say:BEE)**", [("paragraph", "[b](say:BEE)")]),
    "controls stay": ("[pause:1s] a [voice:x]*b*", [("paragraph", "[pause:1s] a [voice:x]b")]),
    "entities": ("It&#8217;s &lt;b&gt; &amp; co", [("paragraph", "It's <b> & co")]),
    "encoded twice": ("It&amp;#8217;s", [("paragraph", "It's")]),
    "no entity": ("AT&T R&D; &c", [("paragraph", "AT&T R&D; &c")]),
    "tags": ("<b>one</b><br>two", [("paragraph", "one two")]),
    "blocks of HTML": ("<p>one</p>\n<p>two</p>", [("paragraph", "one"), ("paragraph", "two")]),
    "script": ("<script>\nlet x = 1\n</script>\n<p>a</p>", [("paragraph", "a")]),
    "comment": ("one <!-- not this --> two", [("paragraph", "one two")]),
    "less than": ("a < b and c > d, I <3 u", [("paragraph", "a < b and c > d, I <3 u")]),
    "minus at a line's start": ("It fell\n-10.", [("paragraph", "It fell -10.")]),
    "hyphenated": ("the govern-\nment", [("paragraph", "the government")]),
    "well-": ("a well-\nknown man", [("paragraph", "a well-known man")]),
    "years": ("1990-\n2000", [("paragraph", "1990- 2000")]),
    "Japanese lines": ("日本\n語", [("paragraph", "日本語")]),
    "page number": ("one\n\n- 12 -\n\ntwo", [("paragraph", "one"), ("paragraph", "two")]),
    "page of pages": ("one\n\nPage 2 of 9\n\ntwo", [("paragraph", "one"), ("paragraph", "two")]),
    "number at a page's end": ("one\n12\n\x0ctwo", [("paragraph", "one 12"), ("paragraph", "two")]),
    "number between pages": ("one\n\n12\n\x0ctwo", [("paragraph", "one"), ("paragraph", "two")]),
    "a number alone": ("12", [("paragraph", "12")]),
    "a page number alone": ("- 12 -", [("paragraph", "- 12 -")]),
    "footnote marks": ("known.[1] word[23] text[^a]", [("paragraph", "known. word text")]),
    "raised marks": ("known.¹ word² 5 m²", [("paragraph", "known. word 5 m²")]),
    "footnote": ("text[^1]\n\n[^1]: Smith.", [("paragraph", "text"), ("paragraph", "Smith.")]),
    "not seen": ("a\u200bb\ufeff c\u00add", [("paragraph", "ab cd")]),
    "composed": ("cafe\u0301", [("paragraph", "caf\u00e9")]),
    "colours": ("\x1b[31mred\x1b[0m", [("paragraph", "red")]),
    "curly apostrophe": ("wasn’t", [("paragraph", "wasn't")]),
    "line ends": ("a\r\n\r\nb\u2028\u2028c", [("paragraph", x) for x in "abc"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_blocks(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_every_line_of_a_poem() -> None:
    lines = [block.text.text for block in blocks("One\ntwo\n\nthree", lines=True)]
    assert lines == ["One", "two", "three"]


def test_a_dictionary_decides_on_hyphens() -> None:
    known = {"self", "aware", "government", "re", "cover", "recover"}
    text = "self-\naware govern-\nment re-\ncover"
    (block,) = blocks(text, known_word=known.__contains__)
    assert block.text.text == "self-aware government recover"


def test_lines_are_counted_from_one() -> None:
    text = "one\ntwo\n\nthree\r\n\r\n# four\n\n- five\n- six"
    assert [block.line for block in blocks(text)] == [1, 4, 6, 8, 9]
    assert [block.line for block in blocks(text, first_line=11)] == [11, 14, 16, 18, 19]


def test_the_first_block_comes_before_the_last_is_looked_at() -> None:
    start = time.process_time()
    next(iter(blocks("one *two*\n\n" * 300_000)))
    assert time.process_time() - start < 5  # All of it would take minutes.


PROSE = st.text(st.sampled_from("abc é ñ 東 ½ .,!? \n-'’ 1 2"), max_size=200)


@settings(deadline=None)
@given(PROSE)
def test_prose_keeps_every_letter_and_its_place(text: str) -> None:
    letters = []
    for block in blocks(text):
        assert list(block.text.starts) == sorted(block.text.starts)
        for i, character in enumerate(block.text.text):
            start, end = block.text.span(i, i + 1)
            assert 0 <= start <= end <= len(text)
            if character.isalpha():
                assert text[start] == character
                letters.append(character)
    assert letters == [c for c in text if c.isalpha()]


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=200))
def test_any_text_has_blocks_inside_it(text: str) -> None:
    for block in blocks(text):
        assert block.text.text == block.text.text.strip() != ""
        assert 0 <= block.text.span()[0] <= block.text.span()[1] <= len(text)
        assert "\n" not in block.text.text


MARKUP = st.sampled_from(
    ["*", "**", "_", "`", "[", "](", ")", "](x)", "# ", "> ", "- ", "1. ", "|", "\n", "\n\n", "a", "b ",
     "<b>", "</b>", "<", "&amp;", "&", "\\", "~~", "```\n", "[^1]", "![", " "]
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.lists(MARKUP, max_size=30).map("".join))
def test_any_markup_says_nothing_twice_and_loses_no_word(text: str) -> None:
    spoken = "".join(block.text.text for block in blocks(text))
    assert spoken.count("b") <= text.count("b")
    # A link's target, a tag and the name of a fence's language are no text.
    if not any(markup in text for markup in ("](", "<", "```", "[^", "[")):
        assert spoken.count("b") == text.count("b")


@pytest.mark.parametrize(
    "part",
    [
        "[",
        "*",
        "_",
        "`",
        "<",
        "&",
        ">",
        "- ",
        "1. ",
        " ",
        "\n",
        "(",
        "![",
        "](",
        "a*",
        "<a ",
        "**a",
        "|",
        "\n> ",
        "\n- ",
    ],
)
def test_time_is_linear_in_the_length(part: str) -> None:
    def seconds(count: int) -> float:
        start = time.perf_counter()
        list(blocks(part * (count // len(part))))
        return time.perf_counter() - start

    assert any(seconds(40_000) < 9 * seconds(10_000) + 0.2 for _ in range(3))


class TestMapped:
    def test_a_replacement_stands_for_what_it_replaces(self) -> None:
        text = Mapped.of("a 12 b", 10).replace([(2, 4, "twelve")])
        assert text.text == "a twelve b"
        assert text.span(2, 8) == (12, 14)
        assert text.span(9, 10) == (15, 16)

    def test_an_insertion_has_its_place(self) -> None:
        text = Mapped.of("ab").replace([(1, 1, "-")])
        assert (text.text, text.span(1, 2)) == ("a-b", (1, 1))

    def test_joined(self) -> None:
        text = Mapped.join([Mapped.of("a", 3), Mapped.of("b", 9)], ", ")
        assert (text.text, text.span()) == ("a, b", (3, 10))
