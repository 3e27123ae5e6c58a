from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.errors import UsageError
from kokoro_cli.pauses import Boundary
from kokoro_cli.text.passage import Passage
from kokoro_cli.text.ssml import BREAK_SECONDS, INTERPRETATIONS, NAMED_RATES, is_ssml, passages
from kokoro_cli.types import Losses
from tests.growth import LINEAR, IsLinear


def read(text: str) -> list[Passage]:
    """Read the content of a speak element; nothing may be lost."""
    losses = Losses()
    found = list(passages(f"<speak>{text}</speak>", losses))
    assert losses.items == []
    return found


def lost(text: str) -> list[tuple[str, int]]:
    losses = Losses()
    list(passages(f"<speak>{text}</speak>", losses))
    return [(loss.text, loss.line) for loss in losses.items]


def shown(passage: Passage) -> str:
    """Return the text with the passage's settings before it: "+ 1s bf_emma x1.2 en Hello"."""
    manner = passage.manner
    marks = [
        "+" if passage.follows is Boundary.SENTENCE else "",
        f"{passage.pause_seconds:g}s" if passage.pause_seconds is not None else "",
        manner.voice or "",
        f"x{manner.rate:g}" if manner.rate != 1 else "",
        manner.language or "",
        passage.text.text,
    ]
    return " ".join(mark for mark in marks if mark)


CASES = {
    "nothing": ("", []),
    "space": (" \n ", []),
    "text": ("Hello there.", ["Hello there."]),
    "space collapses": ("\n  Hello\r\n\tthere, \xa0 you. ", ["Hello there, you."]),
    "entities": ("&lt;a&gt; &amp; &quot;b&apos; &#233;&#x1d11e;", ["<a> & \"b' é𝄞"]),
    "a space as a number": ("a&#32;&#x20;b&#160;", ["a b"]),
    "CDATA": ("a <![CDATA[<b> & &amp; ]]>c", ["a <b> & &amp; c"]),
    "comment and instruction": ("a<!-- no --> b<?no no?>c", ["a bc"]),
    "paragraphs": ("<p>One</p><p>Two</p>Three", ["One", "Two", "Three"]),
    "text before a paragraph": ("One <p>Two</p>", ["One", "Two"]),
    "empty paragraphs": ("<p/><p> </p>One<p/>", ["One"]),
    "sentences without marks": ("<p><s>A</s><s>B</s></p><s>C</s>", ["A", "+ B", "C"]),
    "sentences with marks": ("<s>One.</s><s>Two!”</s> <s>三。</s>Four", ["One. Two!” 三。 Four"]),
    "a sentence after text": ("One <s>two</s> three", ["One", "+ two", "+ three"]),
    "break": ("One <break/> two", ["One", "+ 0.5s two"]),
    "break by time": ("<break time='1.5s'/>a<break time='20ms'/>b", ["1.5s a", "+ 0.02s b"]),
    "time goes before strength": ("<break time='2s' strength='weak'/>One", ["2s One"]),
    "breaks add up": ("One<break time='1s'/> <break time='2s'/>two", ["One", "+ 3s two"]),
    "a break between paragraphs": ("<p>One<break/></p><break/><p>Two</p>", ["One", "1s Two"]),
    "a break last": ("One<break time='1s'/>", ["One", "1s"]),
    "a mark after a break": ("One<break/>, two", ["One,", "+ 0.5s two"]),
    "prosody": ("One <prosody rate='1.2'>two</prosody> three", ["One", "+ x1.2 two", "+ three"]),
    "nested prosody": (
        "<prosody rate='80%'>One <prosody rate='+50%'>two</prosody> three</prosody>",
        ["x0.8 One", "+ x1.2 two", "+ x0.8 three"],
    ),
    "prosody that undoes itself": (
        "One <prosody rate='0.5'><prosody rate='200%'>two</prosody></prosody>",
        ["One two"],
    ),
    "voice": (
        "<voice name='bf_emma'>One <voice name='af_heart:2,am_adam'>two</voice></voice> three",
        ["bf_emma One", "+ af_heart:2,am_adam two", "+ three"],
    ),
    "marks stay with their words": (
        "“<voice name='a'>Hurry</voice>”, he said",
        ["a “Hurry”,", "+ he said"],
    ),
    "voice, rate and language": (
        "<voice name='a' xml:lang='fr'><prosody rate='0.5'>One</prosody></voice>",
        ["a x0.5 fr One"],
    ),
    "lang": ("One <lang xml:lang='es-MX'>dos</lang> three", ["One", "+ es-MX dos", "+ three"]),
    "language of a paragraph": ("<p xml:lang='fr'>Un</p>Two", ["fr Un", "Two"]),
    "language of a sentence": ("<s xml:lang='fr'>Un</s>Two", ["fr Un", "+ Two"]),
    "tags inside a word": ("un<prosody rate='2'>happy</prosody>", ["un", "+ x2 happy"]),
    "mark": ("One <mark name='x'/>two", ["One two"]),
    "what is not spoken": ("<metadata><a>x</a><b/></metadata>One<desc>y</desc>", ["One"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_passages(text: str, expected: list[str]) -> None:
    assert [shown(p) for p in read(text)] == expected


@pytest.mark.parametrize(("strength", "seconds"), BREAK_SECONDS.items())
def test_strengths(strength: str, seconds: float) -> None:
    (passage,) = read(f"<break strength='{strength}'/>One")
    assert passage.pause_seconds == seconds


RATES = {
    **NAMED_RATES,
    "120%": 1.2,
    "+20%": 1.2,
    "-10%": 0.9,
    "+0.00%": 1.0,
    "1.5": 1.5,
    ".5": 0.5,
    " 2 ": 2.0,
}


@pytest.mark.parametrize(("rate", "factor"), RATES.items())
def test_rates(rate: str, factor: float) -> None:
    (passage,) = read(f"<prosody rate='{rate}'>One</prosody>")
    assert passage.manner.rate == factor


@pytest.mark.parametrize(
    ("rate", "factor"), [("300%", 2.0), ("-90%", 0.5), ("-200%", 0.5), ("0", 0.5)]
)
def test_a_rate_out_of_range_is_the_nearest_and_reported(rate: str, factor: float) -> None:
    losses = Losses()
    (passage,) = passages(f"<speak><prosody rate='{rate}'>One</prosody></speak>", losses)
    assert passage.manner.rate == factor
    assert [loss.text for loss in losses.items] == [f'<prosody rate="{rate}">']


READINGS = {
    "phoneme": ("a <phoneme ph='x'>b</phoneme> c", "a b c", [("b", "phonemes", "x")]),
    "alphabets": (
        "<phoneme alphabet='ipa' ph='/x/'>a</phoneme>"
        "<phoneme alphabet='x-kokoro' ph='y'>b</phoneme>",
        "ab",
        [("a", "phonemes", "x"), ("b", "phonemes", "y")],
    ),
    "phoneme without text": ("a <phoneme ph='x'/> c", "a x c", [("x", "phonemes", "x")]),
    "sub": (
        "(<sub alias='World  Wide Web'> W3 </sub>)",
        "( W3 )",
        [("W3", "words", "World Wide Web")],
    ),
    "sub without text": ("<sub alias='So'></sub> it is", "So it is", [("So", "words", "So")]),
    "sub without words": ("<sub alias=''>a</sub>", "a", [("a", "words", "")]),
    "nothing at all": ("a<sub alias=''/><say-as interpret-as='date'/>", "a", []),
    "say-as": (
        "on <say-as interpret-as='date' format='mdy'>1/2</say-as>.",
        "on 1/2.",
        [("1/2", "say-as", "date:mdy")],
    ),
    "inside it nothing parts": (
        "<sub alias='x'>a<break/> <prosody rate='2'>b</prosody></sub>",
        "a b",
        [("a b", "words", "x")],
    ),
    "entity": ("<sub alias='&lt;'>&amp;</sub>", "&", [("&", "words", "<")]),
}


@pytest.mark.parametrize(("text", "left", "readings"), READINGS.values(), ids=READINGS)
def test_readings(text: str, left: str, readings: list[tuple[str, str, str]]) -> None:
    passage = read(text)[0]
    assert passage.text.text == left
    assert [(left[g.start : g.end], g.kind, g.value) for g in passage.inline_readings] == readings


@pytest.mark.parametrize("name", sorted(INTERPRETATIONS))
def test_interpretations(name: str) -> None:
    (passage,) = read(f"<say-as interpret-as='{name}'>1</say-as>")
    assert [g.value for g in passage.inline_readings] == [name]


LOST = {
    "emphasis": ("a\n<emphasis level='strong'>b</emphasis>", [("<emphasis>", 2)]),
    "unknown": ("<amazon:effect name='x'>b</amazon:effect>", [("<amazon:effect>", 1)]),
    "once": ("<emphasis>b</emphasis>" * 3, [("<emphasis>", 1)]),
    "pitch and volume": (
        "<prosody pitch='high' volume='x'>b</prosody>",
        [("<prosody pitch>", 1), ("<prosody volume>", 1)],
    ),
    "a voice by its gender": ("<voice gender='female'>b</voice>", [("<voice gender>", 1)]),
    "unknown say-as": (
        "<say-as interpret-as='expletive'>b</say-as>",
        [('<say-as interpret-as="expletive">', 1)],
    ),
    "reading inside a reading": (
        "<sub alias='x'>b<phoneme ph='y'></phoneme></sub>",
        [("<phoneme>", 1)],
    ),
    "audio": ("<audio src='x'><desc>a bell</desc>b</audio>", [("<audio>", 1)]),
}


@pytest.mark.parametrize(("text", "expected"), LOST.values(), ids=LOST)
def test_what_has_no_effect_is_reported_and_its_text_kept(
    text: str, expected: list[tuple[str, int]]
) -> None:
    assert lost(text) == expected
    (passage,) = passages(f"<speak>{text}</speak>", Losses())
    assert set(passage.text.text) <= set("ab ")
    assert passage.text.text.endswith("b")


def test_each_character_knows_its_source() -> None:
    text = "\ufeff<speak>é <p>𝄞&amp;x\r\n  <![CDATA[&y]]>&#x41;</p><p>z\r\nz</p></speak>"
    found = list(passages(text, Losses()))
    spans = [[text[slice(*p.text.span(i, i + 1))] for i in range(len(p.text))] for p in found]
    assert [p.text.text for p in found] == ["é", "𝄞&x &yA", "z z"]
    assert spans[0] == ["é"]
    assert spans[1][:3] == ["𝄞", "&amp;", "x"]
    assert spans[1][4:] == ["&", "y", "&#x41;"]
    assert spans[2][::2] == ["z", "z"]


def test_places_hold_far_into_a_document() -> None:
    # The parser gets a megabyte at a time; here "é" is split between two.
    paragraph = "<p>" + "xé𝄞 " * 120 + "&amp;</p>\r\n"
    count = 1_400
    text = f"<speak>{paragraph * count}end</speak>"
    last = list(passages(text, Losses()))[-1]
    assert (last.text.text, last.line) == ("end", count + 1)
    assert text[slice(*last.text.span())] == "end"
    with pytest.raises(UsageError, match=f"line {count + 1}, column 5:"):
        passages(f"<speak>{paragraph * count}end &", Losses())


def test_lines() -> None:
    text = "\n<?xml version='1.0'?>\r\n<speak>\r\n<p>\nOne\rtwo</p> <p>Three</p></speak>"
    assert [p.line for p in passages(text, Losses())] == [5, 6]


@pytest.mark.parametrize("name", ["iso-8859-1", "utf-16", "no-such-encoding"])
def test_the_declared_encoding_was_that_of_the_bytes(name: str) -> None:
    text = f"<?xml version='1.0' encoding='{name}'?><speak>é</speak>"
    assert [p.text.text for p in passages(text, Losses())] == ["é"]


# The error, its place, and a word of its message.
ERRORS = {
    "empty": ("", 1, 1, "no tag"),
    "no tag": ("hello", 1, 1, "before the first tag"),
    "another root": ("\n<html></html>", 2, 1, "<html>"),
    "text behind": ("<speak/>\nb", 2, 1, "after </speak>"),
    "two roots": ("<speak/><speak/>", 1, 9, "after </speak>"),
    "wrong order": ("<speak>\n <p>é</s></speak>", 2, 6, "</s>.* while <p> of line 2"),
    "not opened": ("<speak></p></speak>", 1, 8, "</p>.* while <speak> of line 1"),
    "not closed": ("<speak><p>\nabc", 2, 4, "ends while <p> of line 1"),
    "ampersand": ("<speak>\n\né𝄞 & b</speak>", 3, 4, "“&” is not escaped"),
    "ampersand in a word": ("<speak>AT&T is</speak>", 1, 10, "“&” is not escaped"),
    "less than": ("<speak>1 < 2</speak>", 1, 10, "“<” is not escaped"),
    "unknown entity": ("<speak>a&nbsp;b</speak>", 1, 9, "“&nbsp;” is unknown"),
    "no such character": ("<speak>&#0;</speak>", 1, 8, "no such character"),
    "control character": ("<speak>a\x01</speak>", 1, 9, r"U\+0001"),
    "lone surrogate": ("<speak>é\ud800</speak>", 1, 9, r"U\+D800"),
    "no quotes": ("<speak a=b/>", 1, 10, "“b”"),
    "given twice": ("<speak a='' a=''/>", 1, 13, "twice"),
    "tag without end": ("<speak>\n<p", 2, 1, "never closed"),
    "comment without end": ("<speak>\n<!-- x </speak>", 2, 1, "never closed"),
    "CDATA without end": ("<speak>\n<![CDATA[ x </speak>", 2, 1, "never closed"),
    "declaration inside": ("<speak>\n<?xml version='1.0'?></speak>", 2, 1, "not at the start"),
    "document type": ("\n<!DOCTYPE speak><speak/>", 2, 1, "document type"),
    "external document type": (
        "<!DOCTYPE speak SYSTEM 'file:///etc/passwd'><speak/>",
        1, 1, "document type",
    ),
    "entities": (
        "<?xml version='1.0'?>\n<!DOCTYPE speak [<!ENTITY a 'b'>]><speak>&a;</speak>",
        2, 1, "document type",
    ),
    "break too long": ("<speak>\n<break time='61s'/></speak>", 2, 1, "61s"),
    "break without sense": ("<speak> <break time='long'/></speak>", 1, 9, "long"),
    "break backwards": ("<speak><break time='-1s'/></speak>", 1, 8, "-1s"),
    "strength": ("<speak><break strength='big'/></speak>", 1, 8, "big"),
    "alphabet": ("<speak><phoneme alphabet='x-sampa' ph='a'/></speak>", 1, 8, "x-sampa"),
    "no phonemes": ("<speak><phoneme>a</phoneme></speak>", 1, 8, "has no ph"),
    "empty phonemes": ("<speak><phoneme ph='//'>a</phoneme></speak>", 1, 8, "no phonemes"),
    "no alias": ("<speak><sub>a</sub></speak>", 1, 8, "has no alias"),
    "no interpretation": ("<speak><say-as>a</say-as></speak>", 1, 8, "has no interpret-as"),
    "no language": ("<speak><lang>a</lang></speak>", 1, 8, "has no xml:lang"),
    "rate": ("<speak><prosody rate='quick'>a</prosody></speak>", 1, 8, "quick"),
    "rate with a sign": ("<speak><prosody rate='+1'>a</prosody></speak>", 1, 8, r"\+1"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "said"), ERRORS.values(), ids=ERRORS)
def test_errors_tell_the_place(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(UsageError, match=f"line {line}, column {column}: .*{said}") as caught:
        passages(text, Losses())
    assert caught.value.hint


IS_SSML = {
    "<speak>": True,
    "<speak/>": True,
    "<speak\nversion='1.1'>": True,
    "\ufeff \n<speak>": True,
    "<?xml version='1.0'?>\n<!-- a --><!----><?a?> <speak>": True,
    "<!DOCTYPE speak SYSTEM 'x'><speak>": True,
    "<speak": True,
    "": False,
    "speak": False,
    "Say <speak>": False,
    "<speaker>": False,
    "<speak-up>": False,
    "<Speak>": False,
    "<p>": False,
    "<!-- <speak>": False,
    "<?xml": False,
    "<!DOCTYPE html>": False,
}


PAUSE = '<break time="60s"/>'


def test_breaks_add_up_to_an_hour_at_most() -> None:
    read(f"<speak>One. {PAUSE * 60} Two.</speak>")
    with pytest.raises(UsageError, match="an hour"):
        read(f"<speak>One. {PAUSE * 61} Two.</speak>")


@pytest.mark.parametrize(("text", "expected"), IS_SSML.items(), ids=repr)
def test_is_ssml(text: str, expected: bool) -> None:
    assert is_ssml(text) == expected


HOSTILE: dict[str, Callable[[int], str]] = {
    "tags that stay open": lambda n: "<speak>" * n,
    "deep": lambda n: "<speak>" + "<p>" * n + "a" + "</p>" * n + "</speak>",
    "deep rates": lambda n: (
        "<speak>" + "<prosody rate='0.9'>a" * (n // 5) + "</prosody>" * (n // 5) + "</speak>"
    ),
    "paragraphs": lambda n: "<speak>" + "<p>é\na</p>\n" * (n // 2) + "</speak>",
    "one long paragraph": lambda n: "<speak>" + "é a\n" * n + "</speak>",
    "entities": lambda n: "<speak>" + "&amp;" * n + "</speak>",
    "breaks": lambda n: "<speak>" + "<break/>" * n + "</speak>",
    "space": lambda n: "<speak>" + " \n" * n + "</speak>",
    "a long comment": lambda n: "<speak><!--" + "-x" * (10 * n),
    "attributes": lambda n: "<speak " + " ".join(f"a{i}=''" for i in range(n)) + "/>",
    "comments in front": lambda n: "<!---->\n" * n,
    "sentences": lambda n: "<speak>" + "<s>a</s>" * (n // 2) + "</speak>",
    "quotes before voices": lambda n: (
        "<speak>" + "<voice name='x'>(</voice>(" * (n // 5) + "</speak>"
    ),
}


@LINEAR
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_work_is_linear_in_the_length(make: Callable[[int], str], is_linear: IsLinear) -> None:
    """100,000 take about a second; a quadratic reading takes minutes."""

    def read(length: int) -> None:
        text = make(length)
        is_ssml(text)
        try:
            list(passages(text, Losses()))
        except UsageError as error:
            assert any(why in error.message for why in ("ends while", "never closed", "no tag"))

    assert is_linear(read, 25_000, 100_000)


TAGS = (
    "p", "s", "emphasis", "mark", "foo", "audio", "voice name='x'", "prosody rate='1.1'",
    "prosody pitch='x'", "lang xml:lang='fr'", "phoneme ph='x'", "sub alias='y'",
    "say-as interpret-as='date'",
)  # fmt: skip
WORDS = st.sampled_from(["a", "b. ", " c", "é,", "\n", "“", "”", "&", "<d>", "𝄞!", "'e'"])


def element(children: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    def build(tag: str, inside: list[tuple[str, str]]) -> tuple[str, str]:
        # An element with a reading but no text shows the reading, which is not part of the text.
        written = "".join(w for w, _ in inside) or "x"
        left = "".join(text for _, text in inside) if inside else "x"
        if not left.strip():
            written, left = written + "x", left + "x"
        return f"<{tag}>{written}</{tag.split()[0]}>", left

    return st.builds(build, st.sampled_from(TAGS), st.lists(children, max_size=4))


# The text with its markup, and the text that is left without it.
TEXTS = st.recursive(
    WORDS.map(lambda word: (escape(word), word)) | st.just(("<break/>", "")), element
)


@given(st.lists(TEXTS))
def test_all_text_is_left(texts: list[tuple[str, str]]) -> None:
    text = f"<speak>{''.join(written for written, _ in texts)}</speak>"
    found = list(passages(text, Losses()))
    expected = "".join(left for _, left in texts)
    assert "".join("".join(p.text.text for p in found).split()) == "".join(expected.split())
    for passage in found:
        left = passage.text.text
        assert left == " ".join(left.split())
        assert len(left) == len(passage.text.starts) == len(passage.text.ends)
        assert left or passage is found[-1]
        for character, start, end in zip(left, passage.text.starts, passage.text.ends, strict=True):
            assert character == " " or text[start:end] in (character, escape(character))
        ends = [
            0,
            *(place for g in passage.inline_readings for place in (g.start, g.end)),
            len(left),
        ]
        assert ends == sorted(ends)


@given(st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")) | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for document in (text, f"<speak>{text}</speak>", f"<speak {text}></speak>", f"<speak>{text}"):
        is_ssml(document)
        try:
            list(passages(document, Losses()))
        except UsageError as error:
            assert error.hint


@given(
    st.lists(st.sampled_from(["<", ">", "/", "speak", "p", "break", " ", "a", "='", "'", "&", ";",
        "!", "--", "[CDATA[", "]]", "?", "xml", "DOCTYPE", "é", "#", "time", "rate"])).map("".join)
)  # fmt: skip
def test_any_tags_are_read_or_refused(text: str) -> None:
    for document in (f"<speak>{text}</speak>", f"<speak>{text}", text):
        try:
            list(passages(document, Losses()))
        except UsageError as error:
            assert error.hint


def test_an_error_comes_before_the_first_passage() -> None:
    with pytest.raises(UsageError):
        passages("<speak>One <break time='x'/></speak>", Losses())
