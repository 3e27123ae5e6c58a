from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.errors import UsageError
from kokoro_cli.pauses import Boundary
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.markup import Control, seconds_of
from kokoro_cli.text.passage import Passage
from tests.growth import LINEAR, IsLinear


def read(*blocks: str) -> list[Passage]:
    """Read blocks that are consecutive lines of the source."""
    source = "\n".join(blocks)
    control = Control()
    control.begin(source, 1)
    found: list[Passage] = []
    start = 0
    for line, block in enumerate(blocks, 1):
        found += control.passages(Mapped.of(block, start), "paragraph", line)
        start += len(block) + 1
    return [*found, *control.rest()]


def shown(passage: Passage) -> str:
    """Return the text with the passage's settings before it: "+ 1s bf_emma x1.2 Hello"."""
    manner = passage.manner
    marks = [
        "+" if passage.follows is Boundary.SENTENCE else "",
        f"{passage.pause_seconds:g}s" if passage.pause_seconds is not None else "",
        manner.voice or "",
        f"x{manner.rate:g}" if manner.rate != 1 else "",
        passage.text.text,
    ]
    return " ".join(mark for mark in marks if mark)


CASES = {
    "nothing": ("", []),
    "no control": ("Hello there.", ["Hello there."]),
    "pause": ("One. [pause:1s] Two.", ["One.", "+ 1s Two."]),
    "milliseconds": ("One. [pause:500ms] Two.", ["One.", "+ 0.5s Two."]),
    "seconds without a unit": ("One. [pause:0.5] Two.", ["One.", "+ 0.5s Two."]),
    "a space in the control": ("One. [pause: 2 s] Two.", ["One.", "+ 2s Two."]),
    "no pause at all": ("One. [pause:0] Two.", ["One.", "+ 0s Two."]),
    "a minute": ("One. [pause:60s] Two.", ["One.", "+ 60s Two."]),
    "pauses add up": ("One. [pause:0.1] [pause:0.2] Two.", ["One.", "+ 0.3s Two."]),
    "pause first": ("[pause:1s] One.", ["1s One."]),
    "pause last": ("One. [pause:1s]", ["One.", "1s"]),
    "nothing but a pause": ("[pause:1s]", ["1s"]),
    "voice": (
        "One. [voice:bf_emma] Two. [voice:] Three.",
        ["One.", "+ bf_emma Two.", "+ Three."],
    ),
    "blend": ("[voice:af_heart:2,am_adam] One.", ["af_heart:2,am_adam One."]),
    "rate": ("One. [rate:1.2] Two. [rate:] Three.", ["One.", "+ x1.2 Two.", "+ Three."]),
    "voice and rate": (
        "[voice:bf_emma][rate:0.5]One. [voice:]Two.",
        ["bf_emma x0.5 One.", "+ x0.5 Two."],
    ),
    "the last voice holds": ("[voice:a][voice:b] One.", ["b One."]),
    "what changes nothing parts nothing": ("One [rate:1] two [rate:1.0]three", ["One two three"]),
    "controls with nothing between": ("One [rate:2] [rate:] two", ["One two"]),
    "inside a word": ("un[rate:2]happy", ["un", "+ x2 happy"]),
    "a mark stays with its word": ("[rate:2]Hurry[rate:]! Now.", ["x2 Hurry!", "+ Now."]),
    "a mark after a pause": ("Wait[pause:1s]. Now.", ["Wait.", "+ 1s Now."]),
    "a mark and a pause at the end": ("Wait[pause:1s].", ["Wait.", "1s"]),
    "a closing quote": ("“[voice:a]Hurry[voice:]”, he said", ["a “Hurry”,", "+ he said"]),
    "opening quotes": (
        "[pause:1s] (“[voice:a]Hurry”) he said: '[voice:b][pause:1s]No!'",
        ["1s a (“Hurry”) he said:", "+ 1s b 'No!'"],
    ),
    "inches": ('5"[voice:a] more', ['5"', "+ a more"]),
    "a quote with a space": ('5 " [voice:a] more', ['5 "', "+ a more"]),
    "dots of their own": ("One. [pause:1s]... two", ["One.", "+ 1s ... two"]),
    "dots after a space": ("One [pause:1s] ... two", ["One", "+ 1s ... two"]),
    "double spaces": ("One  two [pause:1s]  three", ["One two", "+ 1s three"]),
}

TEXT = (
    "[sic]", "[1]", "[pause]", "[voice]", "[note: x]", "[text](https://example.org/a/)", "[]",
    "[pause:1s", "pause:1s]", "[Pause:1s]", "[pauses:1s]", "[a](b)", "[a](/b)", "[a]( /b/)",
    "[a](/b/c/)", "[a] (/b/)", "[](/b/)", "[ ](/b/)", "[a](b:c)", "[a](say)", "[[a]](/b/)",
    "[docs](//example.org/)", "[pause:[1s]", "[rate:" + "9" * 400 + "]",
)  # fmt: skip

ERRORS = {
    "[pause:abc]": 1,
    "One. [pause:-1s] Two.": 6,
    "[pause:]": 1,
    "[pause:61s]": 1,
    "[pause:500]": 1,
    "[pause:1h]": 1,
    "[pause:1,5s]": 1,
    "[pause:1e1]": 1,
    "[pause:nan]": 1,
    "[pause:١s]": 1,
    "[rate:9]": 1,
    "é𝄞 [rate:0.4]": 4,
    "[rate:fast]": 1,
    "[rate:120%]": 1,
    "a [x](//)": 3,
    "[x](/ /)": 1,
    "[x](say:)": 1,
    "[x](say: )": 1,
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_passages(text: str, expected: list[str]) -> None:
    assert [shown(p) for p in read(text)] == expected


@pytest.mark.parametrize("between", ["", " ", "\n\n", "[rate:1.1]"], ids=repr)
def test_pauses_add_up_to_an_hour_at_most(between: str) -> None:
    """A hundred pauses in a row took 2.9 GB."""
    pauses = between + f"[pause:60s]{between}" * 60
    read(f"One. {pauses} Two.")
    with pytest.raises(UsageError, match="an hour"):
        read(f"One. {pauses * 2} Two.")


@pytest.mark.parametrize("text", TEXT, ids=lambda text: text[:30])
def test_other_brackets_are_text(text: str) -> None:
    (passage,) = read(f"So {text} it is.")
    assert passage.text.text == f"So {text} it is."
    assert passage.inline_readings == ()


READINGS = {
    "word": ("A [b](/x/) c", "A b c", [("b", "phonemes", "x")]),
    "words": (
        "[New York](/nˈu jˈɔɹk/) City",
        "New York City",
        [("New York", "phonemes", "nˈu jˈɔɹk")],
    ),
    "respelling": ("[Kokoro](say:ko-KO-ro)!", "Kokoro!", [("Kokoro", "respelling", "ko-KO-ro")]),
    "glued": ("pre[word](/x/)s", "prewords", [("word", "phonemes", "x")]),
    "brackets": ("([a](/b/))", "(a)", [("a", "phonemes", "b")]),
    "square brackets": ("[see [a](/b/)]", "[see a]", [("a", "phonemes", "b")]),
    "quotes": ("'[a](/b/)' \"c\"", "'a' \"c\"", [("a", "phonemes", "b")]),
    "together": ("[a](/b/)[c](/d/)", "ac", [("a", "phonemes", "b"), ("c", "phonemes", "d")]),
    "double spaces": ("a  [b  c](/x/)  d", "a b c d", [("b c", "phonemes", "x")]),
    "spaces inside": ("a[ b ](/ x /)c", "a b c", [("b", "phonemes", "x")]),
    "phonemes with brackets": ("[a](/b(c)/)", "a", [("a", "phonemes", "b(c)")]),
    "the same word elsewhere": ("a a [a](/b/) a", "a a a a", [("a", "phonemes", "b")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "left", "readings"), READINGS.values(), ids=READINGS)
def test_pronunciations(text: str, left: str, readings: list[tuple[str, str, str]]) -> None:
    (passage,) = read(text)
    assert passage.text.text == left
    assert [(left[g.start : g.end], g.kind, g.value) for g in passage.inline_readings] == readings


def test_a_pronunciation_covers_its_own_word_only() -> None:
    (passage,) = read("a a [a](/b/) a")
    assert (passage.inline_readings[0].start, passage.inline_readings[0].end) == (4, 5)
    assert passage.text.span(4, 5) == (5, 6)


def test_pronunciations_count_from_the_start_of_their_passage() -> None:
    _, second = read("A long beginning. [voice:x] The [b](/x/) c")
    assert [second.text.text[g.start : g.end] for g in second.inline_readings] == ["b"]


@pytest.mark.parametrize(("text", "column"), ERRORS.items(), ids=lambda v: str(v)[:30])
def test_errors_tell_the_place(text: str, column: int) -> None:
    with pytest.raises(UsageError, match=rf"line 2, column {column}:") as caught:
        read("One.", text)
    assert caught.value.hint


def test_control_holds_across_blocks_and_a_pause_waits_for_the_next() -> None:
    found = read("[voice:bf_emma] One. [pause:1s]", "[rate:1.5]", "[pause:500ms]", "Two.", "Three.")
    assert [shown(p) for p in found] == [
        "bf_emma One.",
        "1.5s bf_emma x1.5 Two.",
        "bf_emma x1.5 Three.",
    ]
    assert [p.line for p in found] == [1, 4, 5]


def test_a_passage_knows_its_kind_its_line_and_its_source() -> None:
    source = "# One\ntwo [rate:2]\nthree\nfour"
    block = Mapped.join(
        [Mapped.of(part, source.index(part)) for part in ("One", "two [rate:2]", "three", "four")],
        " ",
    )
    control = Control()
    control.begin(source, 1)
    first, second = control.passages(block, "heading", 7)
    assert (first.kind, first.line, first.text.span()) == ("heading", 7, (2, 9))
    assert (second.kind, second.line) == ("heading", 8)
    assert source[slice(*second.text.span())] == "three\nfour"


@pytest.mark.parametrize("block", ["Hello [pause:1s]", ""], ids=["pause", "no pause"])
def test_the_rest_comes_once(block: str) -> None:
    control = Control()
    control.begin(block, 1)
    list(control.passages(Mapped.of(block), "paragraph", 1))
    assert [p.text.text for p in control.rest()] == ([""] if block else [])
    assert list(control.rest()) == []


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("1s", 1), ("1.5s", 1.5), (".5s", 0.5), ("500ms", 0.5), (" 2 ", 2), ("0", 0), ("1.s", 1)],
)
def test_seconds(written: str, seconds: float) -> None:
    assert seconds_of(written) == seconds


HOSTILE: dict[str, Callable[[int], str]] = {
    "[": lambda n: "[" * n,
    "[a](": lambda n: "[a](" * n,
    "[a](/": lambda n: "[a](/" * n,
    "[pause:": lambda n: "[pause:" * n,
    "one open bracket": lambda n: "[" + " " * n,
    "endless phonemes": lambda n: "[a](/" + "b" * n,
    "controls": lambda n: "a[rate:2] [rate:] " * (n // 10),
    "words": lambda n: "[a](/b/)" * (n // 10),
}


@LINEAR
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_work_is_linear_in_the_length(make: Callable[[int], str], is_linear: IsLinear) -> None:
    """100,000 take a tenth of a second; a quadratic reading takes minutes."""
    assert is_linear(lambda length: read(make(length)), 25_000, 100_000)


PIECES = [
    "[pause:1s]",
    "[voice:x]",
    "[voice:]",
    "[rate:2]",
    "[rate:]",
    " ",
    "[",
    "]",
    "(",
    "say:",
    "/",
]


@given(st.lists(st.sampled_from(PIECES) | st.sampled_from(["a", "é.", "b, c", "[d](/e/)", "“f!”"])))
def test_all_text_is_left(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        found = read(text)
    except UsageError:
        return
    for passage in found:
        assert "  " not in passage.text.text
        assert passage.text.text == passage.text.text.strip()
        for i, character in enumerate(passage.text.text):
            start, end = passage.text.span(i, i + 1)
            assert text[start:end].split() == character.split() or character == " "
        for reading in passage.inline_readings:
            assert 0 <= reading.start < reading.end <= len(passage.text)
    if not any(p.inline_readings for p in found):
        for control in PIECES[:5]:
            text = text.replace(control, "")
        assert "".join(p.text.text for p in found).replace(" ", "") == text.replace(" ", "")


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text)
    except UsageError:
        assert "[" in text
