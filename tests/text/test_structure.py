from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kokoro_cli.text.clean import composed
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.structure import blocks
from tests.growth import LINEAR, IsLinear, steps
from tests.properties import examples


def found(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text.text) for block in blocks(text)]


SCENE = ("break", "")

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
    "more cells than columns": (
        "|a|b|\n|--|--|\n|1|2|3||**4**|",
        [("row", "a, b"), ("row", "1, 2, 3, 4")],
    ),
    "cells without outer bars": (
        "a | b\n--|--\n1 | 2 | [three](http://x.org)\n4",
        [("row", "a, b"), ("row", "1, 2, three"), ("row", "4")],
    ),
    "a bar in a cell beyond the columns": (
        "|a|\n|--|\n|1|2 \\| 3|`4`",
        [("row", "a"), ("row", "1, 2 | 3, 4")],
    ),
    "a quoted table": ("> |a|\n> |--|\n> |1|2|", [("row", "a"), ("row", "1, 2")]),
    "a title between tildes": ("~~~ Notes ~~~\n\na", [("heading", "Notes"), ("paragraph", "a")]),
    "a title above its text": ("~~~ Notes ~~~\na", [("heading", "Notes"), ("paragraph", "a")]),
    "titles between tildes": (
        "~~~ Part 1 ~~~\n\na\n\n~~~~ Part *2* ~~~~\n\nb",
        [("heading", "Part 1"), ("paragraph", "a"), ("heading", "Part 2"), ("paragraph", "b")],
    ),
    "a title after tildes": ("~~~ The End", [("heading", "The End")]),
    "a last word after tildes": ("a\n\n~~~ Fin", [("paragraph", "a"), ("heading", "Fin")]),
    "text after a title in tildes": (
        "~~~ Part One ~~~ The Beginning\n\nText.",
        [("paragraph", "Part One – The Beginning"), ("paragraph", "Text.")],
    ),
    "text above its text": (
        "~~~ Part One ~~~ The Beginning\nText.",
        [("paragraph", "Part One – The Beginning Text.")],
    ),
    "titles on one line": ("~~~ A ~~~ B ~~~\n\na", [("paragraph", "A – B"), ("paragraph", "a")]),
    "more words in tildes": ("a\n\n~~~ A b ~~~ c", [("paragraph", "a"), ("paragraph", "A b – c")]),
    "two tildes behind a title": ("~~~ Notes ~~\n\na", [("heading", "Notes"), ("paragraph", "a")]),
    "one tilde behind a title": ("~~~ Notes ~\n\na", [("heading", "Notes"), ("paragraph", "a")]),
    "an approximate number": ("~~~ x ~5 y\n\na", [("paragraph", "x ~5 y"), ("paragraph", "a")]),
    "quoted text in tildes": ("> ~~~ A ~~~ b\n> c", [("quote", "A – b c")]),
    "a numbered title": ("1. ~~~ Notes ~~~\n\na", [("heading", "1. Notes"), ("paragraph", "a")]),
    "numbered text in tildes": ("1. ~~~ A ~~~ b\n\na", [("item", "1. A – b"), ("paragraph", "a")]),
    "text with an equals sign": (
        "~~~ He said x = 5 and left\n\na",
        [("heading", "He said x = 5 and left"), ("paragraph", "a")],
    ),
    "a setting in tildes": ('~~~ py title="a b"\nx\n~~~\na', [("code", "x"), ("paragraph", "a")]),
    "text in tildes in tildes": ("~~~~\n~~~ a ~~~ b\n~~~~", [("code", "~~~ a ~~~ b")]),
    "a long line after tildes": (
        "~~~ " + "word " * 60 + "\n\na",
        [("paragraph", "word " * 59 + "word"), ("paragraph", "a")],
    ),
    "a quoted title": ("> ~~~ note ~~~\n> a", [("heading", "note"), ("quote", "a")]),
    "tildes alone": (
        "a\n\n~~~~\n\nb",
        [("paragraph", "a"), ("break", ""), ("paragraph", "b")],
    ),
    "tildes around a title": ("~~~~\nNotes\n~~~~\na", [("code", "Notes"), ("paragraph", "a")]),
    "code in tildes": (
        "~~~ python {.numbers}\nx = 1\n~~~\na",
        [("code", "x = 1"), ("paragraph", "a")],
    ),
    "tildes in code": ("```\n~~~ a ~~~\n```", [("code", "~~~ a ~~~")]),
    "tildes in tildes": ("~~~~\n~~~ a ~~~\n~~~~", [("code", "~~~ a ~~~")]),
    "code": ("```py\nx = 1\n\ny\n```\nz", [("code", "x = 1"), ("code", "y"), ("paragraph", "z")]),
    "indented verse": ("    Tyger Tyger", [("paragraph", "Tyger Tyger")]),
    "link": ("see [this](https://x.org/a).", [("paragraph", "see this.")]),
    "image": ("![a cat](cat.png)", [("paragraph", "a cat")]),
    "emphasis": ("_it_ **is** ~~not~~ `x`", [("paragraph", "it is not x")]),
    "no emphasis": ("2*3*4, 5 * 6, a_b_c", [("paragraph", "2*3*4, 5 * 6, a_b_c")]),
    "dunder": ("call __init__ and __main__", [("paragraph", "call __init__ and __main__")]),
    "scene break": ("one\n\n* * *\n\ntwo", [("paragraph", "one"), SCENE, ("paragraph", "two")]),
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
    "number at a page's end": ("one\n12\n\x0ctwo", [("paragraph", "one"), ("paragraph", "two")]),
    "number between pages": ("one\n\n12\n\x0ctwo", [("paragraph", "one"), ("paragraph", "two")]),
    "a number alone": ("12", [("paragraph", "12")]),
    "a page number alone": ("- 12 -", [("paragraph", "- 12 -")]),
    "footnote marks": ("known.[1] word[23] text[^a]", [("paragraph", "known. word text")]),
    "raised marks": ("known.¹ word² 5 m²", [("paragraph", "known. word 5 m²")]),
    "footnote marks before brackets": (
        "a rabbit [^1][page] ran (so[^2](it) is[^b]) on",
        [("paragraph", "a rabbit [page] ran (so (it) is) on")],
    ),
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


def test_a_dictionary_decides_on_hyphens_and_initials_of_books() -> None:
    known = {"old", "fashioned", "computer", "after", "After", "man", "It"}
    text = "an old\xadfashioned com\xadputer\nA\xadman came\nA\xadfter it\nI\xadt was\na\xad b"
    found = [block.text.text for block in blocks(text, plain=True, known_word=known.__contains__)]
    assert found == ["an old-fashioned computer", "A man came", "After it", "It was", "a b"]
    found = [block.text.text for block in blocks(text, plain=True)]
    assert found == ["an old-fashioned computer", "Aman came", "After it", "It was", "a b"]


def test_lines_are_counted_from_one() -> None:
    text = "one\ntwo\n\nthree\r\n\r\n# four\n\n- five\n- six"
    assert [block.line for block in blocks(text)] == [1, 4, 6, 8, 9]
    assert [block.line for block in blocks(text, first_line=11)] == [11, 14, 16, 18, 19]


def test_the_first_block_comes_before_the_last_is_looked_at() -> None:
    short, long = (
        steps(lambda n=n: next(iter(blocks("one *two*\n\n" * n))))  # type: ignore[misc]
        for n in (30_000, 300_000)
    )
    assert long < 1.01 * short


PROSE = st.text(st.sampled_from("abc é ñ 東 ½ .,!? \n-'’ 1 2"), max_size=200)


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


@settings(max_examples=examples(300))
@given(st.text(max_size=200))
def test_any_text_has_blocks_inside_it(text: str) -> None:
    for block in blocks(text):
        assert block.text.text == block.text.text.strip()
        assert bool(block.text.text) == (block.kind != "break")
        assert 0 <= block.text.span()[0] <= block.text.span()[1] <= len(text)
        assert "\n" not in block.text.text


WORDS = st.characters(categories=["Lu", "Ll", "Lt", "Lo", "Nd", "Zs"]) | st.sampled_from(" \n,")


@settings(max_examples=examples(300))
@given(st.text(WORDS, max_size=150))
def test_prose_of_any_script_keeps_letters_and_digits(text: str) -> None:
    def kept(said: str) -> list[str]:
        return [c for c in unicodedata.normalize("NFC", said) if c.isalnum()]

    assert kept("".join(block.text.text for block in blocks(text))) == kept(text)


MARKUP = st.sampled_from(
    ["*", "**", "_", "`", "[", "](", ")", "](x)", "# ", "> ", "- ", "1. ", "|", "\n", "\n\n", "a",
     "b ",
     "<b>", "</b>", "<", "&amp;", "&", "\\", "~~", "```\n", "[^1]", "![", " "]
)  # fmt: skip


@settings(max_examples=examples(500))
@given(st.lists(MARKUP, max_size=30).map("".join))
@example("> ```\nb ")
def test_any_markup_says_nothing_twice_and_loses_no_word(text: str) -> None:
    spoken = "".join(block.text.text for block in blocks(text))
    assert spoken.count("b") <= text.count("b")
    # A link's target, a tag and the language of a fence are not text.
    if not any(markup in text for markup in ("](", "<", "```", "~~~", "[")):
        assert spoken.count("b") == text.count("b")


@LINEAR
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
        "~~~ a ~~~\n",
        "~~~ a",
        "~~~ a ",
        "|a|\n|-|\n|1|2|3|\n",
        "|a|\n|-|\n|" + "1|" * 30 + "\n",
    ],
)
def test_work_is_linear_in_the_length(part: str, is_linear: IsLinear) -> None:
    assert is_linear(lambda length: list(blocks(part * (length // len(part)))), 10_000, 40_000)


MORE_CASES = {
    # Text that looks like markup but is none.
    "list needs a space": ("-10 degrees", [("paragraph", "-10 degrees")]),
    "phone number": ("+1 555 0100", [("paragraph", "+1 555 0100")]),
    "signs": ("I <3 U :-) ~5 $5 ^ a | b", [("paragraph", "I <3 U :-) ~5 $5 ^ a | b")]),
    "a year within": ("It was in\n1986. He left", [("paragraph", "It was in 1986. He left")]),
    "a number alone at a dot": ("5.", [("item", "5.")]),
    "two numbers": ("1. 2. one", [("item", "1. 2. one")]),
    "a number before code": ("1. ```\n   x\n   ```", [("item", "1."), ("code", "x")]),
    "two dashes": ("One\n--\n*two*", [("paragraph", "One -- two")]),
    "dashes below a sentence": ("One.\n---\nTwo", [("paragraph", "One."), ("paragraph", "Two")]),
    "powers": ("2**3**4 and a*b*c", [("paragraph", "2**3**4 and a*b*c")]),
    "not printed": ("f**k you s**t", [("paragraph", "f**k you s**t")]),
    "more than": ("He saw\n>5 people", [("paragraph", "He saw >5 people")]),
    "no tag": ("a <b and c> d, x<y>z", [("paragraph", "a <b and c> d, x<y>z")]),
    "a note is no definition": ("[Note]: Bring it.", [("paragraph", "[Note]: Bring it.")]),
    "tildes part scenes": ("a\n\n~~~\n\nb", [("paragraph", "a"), SCENE, ("paragraph", "b")]),
    "a dash in wrapped prose": (
        "He came – late\n– and left", [("paragraph", "He came – late – and left")]),
    "dialogue": ("– Hi.\n– Oh.", [("item", "Hi."), ("item", "Oh.")]),
    # Markup.
    "strong underscores": ("__bold text__", [("paragraph", "bold text")]),
    "strong before a letter": ("**Note:**this", [("paragraph", "Note:this")]),
    "link by reference": ("[text][1] here\n\n[1]: http://x.y", [("paragraph", "text here")]),
    "a source's number is no link": (
        "text[1] here\n\n[1]: http://x.y", [("paragraph", "text here")]),
    "an item goes on": ("- a\n\n  b\n- c", [("item", "a"), ("item", "b"), ("item", "c")]),
    "a fence in an item": (
        "- a\n\n  ```\n  x\n\n  y\n  ```", [("item", "a"), ("code", "x"), ("code", "y")]),
    "an open fence": ("One\n```\nx", [("paragraph", "One"), ("code", "x")]),
    "table without edges": ("a | b\n-|-\n1 | 2", [("row", "a, b"), ("row", "1, 2")]),
    "escaped bar": ("|a\\|b|c|\n|-|-|", [("row", "a|b, c")]),
    "hard break": ("one\\\r\ntwo  \r\nthree", [("paragraph", "one two three")]),
    "HTML's items": ("<ul><li>a</li><li>b</li></ul>", [("item", "a"), ("item", "b")]),
    "HTML's rows": ("<tr><td>a</td><td>b</td></tr>", [("row", "a, b")]),
    "raised in HTML": ("x<sup>2</sup> H<sub>2</sub>O", [("paragraph", "x² H₂O")]),
    "raised letters in HTML": ("e<sup>x+1</sup> a<sub>n</sub>", [("paragraph", "e^{x+1} a_{n}")]),
    # Pandoc's marks.
    "below and above": ("H~2~O 2^10^ 1^st^ a^b", [("paragraph", "H₂O 2¹⁰ 1st a^b")]),
    "no marks": ("~5 a~b 10~12~14 ~~c~~", [("paragraph", "~5 a~b 10~12~14 c")]),
    "marked": ("==a b== c==d==e f == g", [("paragraph", "a b c==d==e f == g")]),
    "attributes": (
        "# A {#a .b c=d}\n[e]{.f} [g](h){.i} j {#k}",
        [("heading", "A"), ("paragraph", "e g j {#k}")]),
    "edges of a block": ("::: {.note}\na\n:::", [("paragraph", "a")]),
    "marks in code": ("`a~1~ ==b== [c]{.d}`", [("paragraph", "a~1~ ==b== [c]{.d}")]),
    # Formulas.
    "a formula is no Markdown": ("$a_1*b_1*c$ *d*", [("paragraph", "$a_1*b_1*c$ d")]),
    "a formula on lines": ("$$\na\n- b\n$$", [("paragraph", "$$ a - b $$")]),
    "an environment": (
        "\\begin{align}\na &= 1 \\\\\n&= 2\n\\end{align}",
        [("paragraph", "\\begin{align} a &= 1 \\\\ &= 2 \\end{align}")]),
    "a fenced formula": ("```math\na_1\n= b\n```", [("paragraph", "\\[ a_1 = b \\]")]),
    # Marks of notes, and powers.
    "notes of short words": ("a cat² of³ it", [("paragraph", "a cat of it")]),
    "notes of years and brackets": (
        "in 1999³ (see it)⁴ so", [("paragraph", "in 1999 (see it) so")]),
    "powers of numbers": ("to 1000² 10³ sin² x", [("paragraph", "to 1000² 10³ sin² x")]),
    "unknown tags in pairs": (
        "<think>\na\n\nb\n</think>", [("paragraph", "a"), ("paragraph", "b")]),
    "a comment over blank lines": ("<!-- a\n\nb -->\n\nc", [("paragraph", "c")]),
    "deep quotes": ("> " * 60 + "a", [("paragraph", "> " * 60 + "a")]),
    # Text that is kept as it is.
    "code span": ("`arr[1] a &amp; b`", [("paragraph", "arr[1] a &amp; b")]),
    "code block": ("```\nword[1] &amp;\n```", [("code", "word[1] &amp;")]),
    "marks in phonemes": ("[*w*](/a_b_c’s/) *z*", [("paragraph", "[*w*](/a_b_c’s/) z")]),
    "phonemes with spaces": ("_[a b](/x y/)_", [("paragraph", "[a b](/x y/)")]),
    # Characters.
    "entity of an accent": ("e&#769;", [("paragraph", "é")]),
    "entity not seen": ("a&#8203;b&shy;c", [("paragraph", "abc")]),
    "no semicolon": ("&copy2024", [("paragraph", "&copy2024")]),
    "soft hyphen at an end": ("nor\u00ad\nmal", [("paragraph", "normal")]),
    "a line not seen is blank": ("a\n\u200b\nb", [("paragraph", "a"), ("paragraph", "b")]),
    "next line": ("a\x85b\u2028c", [("paragraph", "a b c")]),
    # Lines and pages.
    "Japanese and Latin lines": ("漢字\nabc\nかな。\n次", [("paragraph", "漢字 abc かな。次")]),
    "capital after a hyphen": ("A-\nB", [("paragraph", "A- B")]),
    "one letter keeps its hyphen": ("T-\nshirt", [("paragraph", "T-shirt")]),
    "a hanging hyphen": ("two-\nand three-fold", [("paragraph", "two- and three-fold")]),
    "a sentence over pages": ("the end\n\x0cof it", [("paragraph", "the end of it")]),
    "a page after a sentence": ("One.\x0cTwo", [("paragraph", "One."), ("paragraph", "Two")]),
    "number at a page's start": ("a\x0c12\nb", [("paragraph", "a"), ("paragraph", "b")]),
    "a number is a paragraph": ("a\n\n12\n\nb", [("paragraph", x) for x in ("a", "12", "b")]),
    # Footnotes.
    "indices": (
        "list[0] text[1].size rows[2] = 5", [("paragraph", "list[0] text[1].size rows[2] = 5")]),
    "powers and formulas": (
        "km² x² cm³ 10² (a+b)² H₂O", [("paragraph", "km² x² cm³ 10² (a+b)² H₂O")]),
    "square feet": ("5 feet²", [("paragraph", "5 feet²")]),
    "dagger": ("word† word*", [("paragraph", "word word*")]),
    "two footnotes": ("[^1]: One.\n[^2]: Two.", [("paragraph", "One."), ("paragraph", "Two.")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MORE_CASES.values(), ids=MORE_CASES)
def test_more_blocks(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_every_line_of_markdown() -> None:
    text = "One *two\nthree* four\n\n- a\n  b"
    found = [(block.kind, block.text.text, block.line) for block in blocks(text, lines=True)]
    assert found == [
        ("paragraph", "One two", 1),
        ("paragraph", "three four", 2),
        ("item", "a", 4),
        ("item", "b", 5),
    ]


def test_text_after_a_link_is_not_found_in_its_target() -> None:
    text = "[a](http://b) b [c][b] b\n\n[b]: http://b"
    (block,) = blocks(text)
    assert block.text.text == "a b c b"
    assert list(block.text.starts)[::2] == [1, 14, 17, 23]


@given(st.text(max_size=80) | st.text("e\u0301\u0323ṩ가각\u11a8\u09c7\u09be", max_size=150))
def test_composed_as_a_whole(text: str) -> None:
    clean = composed(Mapped.of(text))
    if len(text) < 60:
        assert clean.text == unicodedata.normalize("NFC", text)
    assert list(clean.starts) == sorted(clean.starts)
    assert len(clean.starts) == len(clean.ends) == len(clean.text)


@LINEAR
@pytest.mark.parametrize(
    "part",
    ["[[a]", "<!--", "<!--\n\n", "<script>", "\u0301\u0323", "```\n", "~~~\n\n", "~~~ a ",
     "- a\n\n  ",
     "\x0c",
     "a-\n", "[pause:", "[a](/", "[x](a \"", "<p>", "*a_", "&#1", "¹", " ¹", "¹“a ",
     "\u200b\n", "[a]: ",
     "12\x0c"],
)  # fmt: skip
def test_work_is_linear_up_to_two_hundred_thousand_characters(
    part: str, is_linear: IsLinear
) -> None:
    def read(length: int) -> None:
        list(blocks(part * (length // len(part))))

    assert is_linear(read, 50_000, 200_000)
    assert is_linear(read, 12_500, 49_990)


WIKI = {
    "a page": ("See [[Page]].", "See Page."),
    "a label": ("See [[wiki link|shown]] now", "See shown now"),
    "a section": ("[[page#section]]", "page, section"),
    "a section alone": ("[[#section]]", "section"),
    "a section with a label": ("a [[page#section|shown]] b", "a shown b"),
    "a block": ("[[page#^a1b2]] x", "page x"),
    "an embedded file": ("![[my file]]", "my file"),
    "an embedded picture with its size": ("![[cat.png|200]]", "cat.png"),
    "an embedded picture with a label": ("![[cat.png|a cat]]", "a cat"),
    "several bars": ("[[File:x.jpg|thumb|200px|A caption]]", "A caption"),
    "no label after the bar": ("[[Page|]]", "Page"),
    "an escaped bar": (r"[[a\|b]]", "b"),
    "spaces": ("[[ x ]] and [[a | b ]]", "[[ x ]] and b"),
    "an ending": ("[[bus]]es", "buses"),
    "two": ("[[a]][[b|c]]", "a c"),
    "code": ("`x[[a|b]]`", "x[[a|b]]"),
    "nested lists": ("[[1, 2], [3, 4]]", "[[1, 2], [3, 4]]"),
    "never closed": ("[[a|b", "[[a|b"),
    "an empty one": ("[[]] x", "[[]] x"),
    "emphasis": ("**[[a|b]]** c", "b c"),
    "a heading": ("# [[a|b]]", "b"),
    "an item": ("- [[a|b]]", "b"),
}


@pytest.mark.parametrize(("text", "shown"), WIKI.values(), ids=WIKI)
def test_a_wiki_link_is_what_it_shows(text: str, shown: str) -> None:
    (block,) = blocks(text)
    assert block.text.text == shown


def test_a_wiki_link_keeps_its_place_in_the_source() -> None:
    (block,) = blocks("See [[page|the label]] now")
    start = block.text.text.index("label")
    assert block.text.span(start, start + 5) == (15, 20)


APART = {
    "line break": "alpha<br>beta",
    "ruler": "alpha<hr/>beta",
    "end of a paragraph": "alpha</p>beta",
    "cells": "x <td>alpha</td><td>beta</td>",
    "paragraphs": "<p>alpha</p><p>beta</p>",
    "items": "<li>alpha</li><li>beta</li>",
    "terms": "x<dt>alpha</dt><dd>beta</dd>",
    "options": "<option>alpha</option><option>beta</option>",
    "a picture": "alpha<img src=x>beta",
    "pictures": "![alpha](x)![beta](y)",
    "links": "[alpha](x)[beta](y)",
    "a footnote": "alpha[^1]beta",
    "a space by name": "alpha&nbsp;beta",
    "a comment": "alpha<!-- c -->beta",
    "a table": "| alpha | beta |\n|---|---|\n",
}


@pytest.mark.parametrize("text", APART.values(), ids=APART)
def test_words_on_both_sides_of_markup_are_apart(text: str) -> None:
    words = " ".join(block.text.text for block in blocks(text)).replace(",", "").split()
    assert words[-2:] == ["alpha", "beta"]


@pytest.mark.parametrize("text", ["al<b>pha</b>", "al<wbr>pha", "al&shy;pha", "al**pha**"])
def test_a_word_with_markup_inside_is_one(text: str) -> None:
    assert [block.text.text for block in blocks(text)] == ["alpha"]


LONG = {
    "words": "word ",
    "lines": "word\n",
    "no space": "word",
    "ideographs": "漢",
    "open tags": "<i>word ",
    "pairs of tags": "<b>word word</b> ",
    "tags with attributes": '<a href="x y" title="b c">word</a> ',
    "controls": "[two words](/b/) ",
    "pauses": "word. [pause: 1s ] ",
    "items": "- word\n",
    "rows": "| word | word |\n",
    "quotation": "> word\n",
    "entities": "word&nbsp;",
}


@pytest.mark.parametrize("unit", LONG.values(), ids=LONG)
def test_a_very_long_paragraph_is_read_as_a_short_one(unit: str) -> None:
    """Its markup too: what is longer than 50,000 characters is cut where a reader would pause."""
    count = 130_000 // len(unit)
    found = "".join(block.text.text for block in blocks(unit * count))
    once = "".join(block.text.text for block in blocks(unit))
    letters = [c for c in found if c.isalnum()]
    assert len(letters) == count * sum(map(str.isalnum, once))
    assert "<" not in found


def test_a_very_long_table_has_all_its_rows() -> None:
    text = "| h | i |\n|---|---|\n" + "| a | b |\n" * 20_000
    found = [(block.kind, block.text.text) for block in blocks(text)]
    assert found == [("row", "h, i"), *[("row", "a, b")] * 20_000]


class TestMapped:
    def test_a_replacement_has_the_span_of_what_it_replaces(self) -> None:
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
