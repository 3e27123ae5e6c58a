from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.documents import Document
from kokoro_cli.documents.html import declared_encoding, read
from kokoro_cli.documents.page import parse
from kokoro_cli.errors import KokoroError
from tests.growth import LINEAR, IsLinear


def page(markup: str) -> Document:
    return read(io.BytesIO(markup.encode()), "page.html")


def lines(markup: str) -> list[str]:
    text = "\n".join(chapter.text for chapter in page(markup).chapters)
    return text.split("\n") if text else []


HEARD = {
    "paragraphs": ("<p>One<p>Two</p>Three", ["One", "Two", "Three"]),
    "inline": ("<p><b>H</b>ello <i>you</i>", ["Hello you"]),
    "blocks part": ("a<div>b</div>c", ["a", "b", "c"]),
    "spaces": ("<p> a\n\t b&nbsp;&nbsp;c\u2003d </p>", ["a b c d"]),
    "soft hyphens": ("Wort&shy;teil\u00ad!", ["Wortteil!"]),
    "line break": ("a<br>b<br/>c", ["a", "b", "c"]),
    "entities once": ("&amp;lt; &lt;b&gt; &eacute; &#8217; AT&T", ["&lt; <b> é ’ AT&T"]),
    "an endless number": (f"a&#{'9' * 6000};b", ["a ;b"]),
    "list": ("<ul><li>a<li>b</ul>", ["a", "b"]),
    "numbers": (
        "<ol start=3><li>a<li value='7'><p>b</p><p>c</p><li>d</ol><ol><li>e</ol>",
        ["3. a", "7. b", "c", "8. d", "1. e"],
    ),
    "nested lists": (
        "<ol><li>a<ul><li>b</ul><li>c<ol><li>d</ol></ol>",
        ["1. a", "b", "2. c", "1. d"],
    ),
    "an empty item": ("<ol><li></li></ol>a", ["a"]),
    "table": (
        "<table><caption>T</caption><tr><th>A<th>B<tr><td><p>1</p><td>2, 3<tr><td>x.<td>y</table>",
        ["T", "A, B", "1; 2, 3", "x. y"],
    ),
    "empty cells": ("<table><tr><td><td>a<td> <td>b</table>c", ["a, b", "c"]),
    "a table that lays out": (
        "<table><tr><td>nav<td><h2>H</h2><p>a</p><p>b</p></table>",
        ["nav", "H", "a", "b"],
    ),
    "pre": ("<pre>\na  b\n\n<b>c</b>\nd</pre>e", ["a b", "c", "d", "e"]),
    "figure": ("<figure><img alt=no><figcaption>c</figcaption></figure>", ["c"]),
    "definitions": ("<dl><dt>t<dd>d<dt>u</dl>", ["t", "d", "u"]),
    "details": ("<details><summary>s</summary>d</details>", ["s", "d"]),
    "quote": ("a<blockquote>b</blockquote>", ["a", "b"]),
    "not seen": (
        "a<script>if (a<b) x('</p>')</script><style>p{}</style><template>t</template>"
        "<noscript>n</noscript><!-- c --><iframe>i</iframe>"
        "<svg><title>t</title><text>x</text></svg>b",
        ["ab"],
    ),
    "head": ("<head><title>T</title><meta charset=utf-8></head><p>a", ["a"]),
    "nav": ("<nav><p>n</nav>a", ["a"]),
    "hidden": (
        "<p hidden>a<p aria-hidden='true'>b<p style='x:y; Display : none'>c<p aria-hidden=false>d",
        ["d"],
    ),
    "a hidden body is shown by a script": ("<body style='display:none'>a</body>", ["a"]),
    "hidden among paragraphs": ("<p>a<select><option>o</select>b<noscript><p>n</noscript>", ["ab"]),
    "controls": ("<button>a</button><textarea><p>b</textarea><input value=c>d", ["d"]),
    "ruby": ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</ruby>", ["漢字"]),
    "footnote marks": (
        "a<sup><a href='#1'>1</a></sup> b<a href='#2'><sup>*</sup></a> c<sup>[<a href='#3'>3</a>]"
        "</sup> d<a epub:type='noteref' href='#4'>4</a> e<a role=doc-noteref>5</a>.",
        ["a b c d e."],
    ),
    "raised text": (
        "m<sup>2</sup> 1<sup>st</sup> <a href=x>E = mc<sup>two</sup></a>",
        ["m² 1st E = mctwo"],
    ),
    "raised letters of notes": ("God<sup>a</sup> said, M<sup>me</sup> A", ["God said, Mme A"]),
    "numbers of verses": ("<p><sup>16</sup>For <sup>17</sup> God", ["¹⁶For ¹⁷ God"]),
    "page breaks": ("a<span epub:type='pagebreak' id=p>12</span>b", ["ab"]),
    "math": ("<math alttext='x + y'><mi>x</mi></math><math><mi>z</mi></math>", [r"x + y \(z\)"]),
    "stray ends": ("</div></p>a</b></table>b</li>", ["a", "b"]),
    "a stray end of inline": ("a</b>b", ["ab"]),
    "open heading": ("<h2>A<p>b<p>c", ["A", "b", "c"]),
    "heading of many": (
        "<h1>One<br><span>two</span><div>three</div></h1>b",
        ["One two three", "b"],
    ),
    "no tags": ("1 < 2 and a <- b </ x", ["1 < 2 and a <- b"]),
    "cut": ("<p>a<b class='x", ["a"]),
    "closed at once": ("<title/><script src=x /><p>a<p/>b", ["a", "b"]),
    "sections of XML": (
        "<?xml version='1.0'?><![CDATA[a<b]]><!DOCTYPE x [<!ENTITY y 'z'>]>",
        ["a<b"],
    ),
    "prefixes": (
        "<html:p>a</html:p><html:p>b</html:p><o:p>c</o:p><svg:svg>d</svg:svg>",
        ["a", "b", "c"],
    ),
    "upper case": ("<P>a<BR>b<SCRIPT>c</Script>", ["a", "b"]),
    "quotes in tags": ("<p title='a>b' class=\"c'd\" x=y/>e", ["e"]),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("markup", "heard"), HEARD.values(), ids=HEARD)
def test_what_is_heard(markup: str, heard: list[str]) -> None:
    assert lines(markup) == heard


LONG = "There is much to be said here, and so it is said at some length. " * 3
PARTS = {
    "main": (f"<header>H</header><main><header>h</header>{LONG}</main><p>x</p>", ["h", LONG]),
    "role": (f"<p>x</p><div role=main>{LONG}</div>", [LONG]),
    "one article": (f"x<article>{LONG}<footer>f</footer></article>", [LONG, "f"]),
    "articles": (f"<article>{LONG}</article><article>b</article>c", [LONG, "b", "c"]),
    "a small main": (f"<main>m</main><p>{LONG}</p>", ["m", LONG]),
    "none": ("<header>H</header><p>a</p><aside>b</aside><footer>c</footer>", ["a"]),
    "only a header": ("<header>H</header>", ["H"]),
    "article in main": (
        f"<main>{LONG}<article>a</article><article>b</article></main>c",
        [LONG, "a", "b"],
    ),
}


@pytest.mark.parametrize(("markup", "heard"), PARTS.values(), ids=PARTS)
def test_the_main_part_is_heard(markup: str, heard: list[str]) -> None:
    assert lines(markup) == [line.strip() for line in heard]


CHAPTERS = {
    "none": ("<p>a<p>b", "", [("", "a\nb")]),
    "title and chapters": (
        "<title>T &amp; U</title><h1>B</h1><h2>One</h2>a<h3>x</h3><h2>Two</h2>b",
        "T & U",
        [("One", "B\nOne\na\nx"), ("Two", "Two\nb")],
    ),
    "front": (
        "<h1>B</h1>by me<h2>One</h2>a<h2>Two</h2>b",
        "B",
        [("B", "B\nby me"), ("One", "One\na"), ("Two", "Two\nb")],
    ),
    "front without title": (
        "a<h2>One</h2><h2>Two</h2>",
        "",
        [("", "a"), ("One", "One"), ("Two", "Two")],
    ),
    "empty": ("", "", [("", "")]),
}


@pytest.mark.parametrize(("markup", "title", "chapters"), CHAPTERS.values(), ids=CHAPTERS)
def test_chapters(markup: str, title: str, chapters: list[tuple[str, str]]) -> None:
    document = page(markup)
    assert document.title == title
    assert [(chapter.title, chapter.text) for chapter in document.chapters] == chapters
    assert all(chapter.plain for chapter in document.chapters)


def test_language() -> None:
    assert page("<html lang='pt-BR'>a").language == "pt-BR"
    assert page("<p lang=de>a").language is None


def test_anchors_stand_at_their_lines() -> None:
    found = parse("<div id=a><p>x<a name=b></a>y</p></div><p id=c></p><i id=d>z</i><hr id=e>").lines
    assert [(line.text, line.anchors) for line in found] == [
        ("xy", ("a", "b")),
        ("z", ("c", "d")),
        ("", ("e",)),
    ]


DECLARED = {
    "meta": (b"<html><meta charset=Shift_JIS>", "Shift_JIS"),
    "meta, old": (b"<META http-equiv='x' content='text/html; charset=koi8-r'>", "koi8-r"),
    "XML": (b"<?xml version='1.0' encoding='iso-8859-2'?><meta charset=utf-8>", "iso-8859-2"),
    "none": (b"<p>charset=x", None),
}


@pytest.mark.parametrize(("data", "encoding"), DECLARED.values(), ids=DECLARED)
def test_declared_encoding(data: bytes, encoding: str | None) -> None:
    assert declared_encoding(data) == encoding


def test_the_declared_encoding_is_used() -> None:
    data = "<meta charset=koi8-r>Да".encode("koi8_r")
    assert read(io.BytesIO(data), "x.html").chapters[0].text == "Да"


_TAGS = "p div b h1 h2 ul ol li table tr td th pre sup a ruby rt br section main article span dl dt"
_NAMES = st.sampled_from([*_TAGS.split(), "x", "q", "form"])
_MARKUP = st.one_of(
    _NAMES.map(lambda name: f"<{name}>"),
    _NAMES.map(lambda name: f"</{name}>"),
    _NAMES.map(lambda name: f"<{name} id=i class='c'/>"),
    st.sampled_from(["<!-- c -->", "<?x?>", " ", "\n", "<br/>", '<p title="a>b">', "<img alt=no>"]),
)


@given(st.lists(_MARKUP, max_size=40))
def test_no_word_is_lost_whatever_the_tags(markup: list[str]) -> None:
    # No word is inside a raised link or a reading, which are left out on purpose.
    tags = [tag for tag in markup if not re.search("sup|rt", tag)]
    words = [f"w{i}w" for i in range(len(tags))]
    text = "".join(f"{tag} {word} " for tag, word in zip(tags, words, strict=True))
    found = " ".join(line.text for line in parse(text).lines).split()
    assert [word.strip(",;") for word in found if re.match(r"w\d+w", word)] == words


_GARBAGE = st.sampled_from(
    "<|</|<!|<!--|-->|<![CDATA[|]]>|<?|>|/>|=|'|\"|&|&#|&#x|;|title|script|a |<sup|<td|<tr>|<h1>|"
    "<select>|</p|<title>|</title|<math alttext=a>| hidden|<ol start=|\0|9".split("|")
)


@given(st.lists(_GARBAGE | _MARKUP | st.text(max_size=3)).map("".join))
def test_any_markup_is_a_page(markup: str) -> None:
    for web in (True, False):
        for line in parse(markup, web=web).lines:
            assert len(line.text.splitlines()) <= 1
            assert line.text == " ".join(line.text.split())


def test_a_deep_nest_is_a_page() -> None:
    nest = "".join(f"<{name}>" for name in ("div", "b", "table", "tr", "td", "ul", "li") * 15_000)
    assert [line.text for line in parse(f"{nest}x").lines] == ["x"]


REPEATED = (
    "<a |<!--|<![CDATA[|<!x|<div>|<b>|<p><b>|</div>|<b></p>|<table><tr><td>x|<h1><p>x|<h1><div> |"
    "<h1><b><p> x|&#99999999999|&amp|<ul><li>|<pre>a\n|<a b='|<a b=\"|<a / b|<a b = |<sup>1|"
    "<sup><a href=x>1|<title>|<script>|<td>|<ruby>a<rt>b|<b><p>x</p>|<i id=x>|<!DOCTYPE [|"
    "<a\n\n=|x |<img alt='a'>|<img alt='a'> b|<p>A</p><p>b c</p>|<p class=initial>A|"
    "<div><img alt='T'></div>he"
).split("|")


@LINEAR
@pytest.mark.parametrize("markup", REPEATED)
def test_work_is_linear_in_the_length(markup: str, is_linear: IsLinear) -> None:
    assert is_linear(lambda count: parse(markup * count), 1_000, 8_000, margin=3.75)


@pytest.mark.parametrize("tag", ["<p>", "<b>", "&lt;", "<a id=x>", "</p>"])
def test_too_many_tags_are_refused(tag: str) -> None:
    with pytest.raises(KokoroError, match=r"page\.html has more than 1,000,000 tags") as caught:
        read(io.BytesIO(b"x" + tag.encode() * 1_000_001), "page.html")
    assert caught.value.hint


@pytest.mark.parametrize("tag", ["<b>", "<div>", "<p>", "<table><tr><td>", "<ol><li>", "<sup>"])
def test_deep_nesting_is_read(tag: str) -> None:
    document = read(io.BytesIO((tag * 30_000 + "inmost").encode()), "page.html")
    assert "inmost" in document.text


def test_beyond_the_deepest_element_text_is_kept_in_order() -> None:
    page = "<b>" * 25_000 + "one <i>two</i> <b>three</b>" + "</b>" * 25_000 + "<p>four"
    assert read(io.BytesIO(page.encode()), "page.html").text == "one two three\nfour"


def test_attributes_beyond_a_thousand_are_left_out() -> None:
    attributes = " ".join(f"a{i}='>'" for i in range(1_500))
    document = read(io.BytesIO(f"<p {attributes}>one</p><p id=x>two".encode()), "page.html")
    assert document.text.endswith("one\ntwo")


def test_many_headings_are_no_chapters() -> None:
    page = "".join(f"<h1>T{i}</h1>" for i in range(10_001))
    document = read(io.BytesIO(page.encode()), "page.html")
    assert len(document.chapters) == 1
    assert document.text.split() == [f"T{i}" for i in range(10_001)]
