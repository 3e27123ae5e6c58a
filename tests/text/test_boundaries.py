"""What ends before each part of a text: the pauses that a good narrator makes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace

import pytest

from kokoro_cli import synthesis
from kokoro_cli.documents import Document, of_text, read
from kokoro_cli.pauses import Boundary
from kokoro_cli.text.live import segments
from kokoro_cli.text.reading import Segment, Text, TextStage
from kokoro_cli.types import Losses, SynthesisOptions
from tests.fakes import letters_stage
from tests.growth import LINEAR, IsLinear
from tests.text.test_live import Writer

SIGNS = {
    Boundary.SENTENCE: "+",
    Boundary.LINE: "-",
    Boundary.PARAGRAPH: "¶",
    Boundary.SCENE: "*",
    Boundary.HEADING: "#",
    Boundary.CHAPTER: "§",
}


def parted(text: Text, stage: TextStage | None = None) -> str:
    """Return the passages with a sign of what ends between two of them."""
    stage = stage or letters_stage()
    found = list(stage.passages(text, Losses()))
    return "".join(
        (f" {SIGNS[passage.follows]} " if number else "") + passage.text.text
        for number, passage in enumerate(found)
    )


TEXTS = {
    "paragraphs": ("One.\n\nTwo.", "One. ¶ Two."),
    "lines of one paragraph": ("One\ntwo.", "One two."),
    "a heading": ("# Title\n\nOne.\n\nTwo.", "Title # One. ¶ Two."),
    "a heading in the middle": ("One.\n\n## Next\n\nTwo.", "One. # Next # Two."),
    "two headings": ("# Part\n\n## Chapter\n\nOne.", "Part # Chapter # One."),
    "an underlined heading": ("Title\n=====\n\nOne.", "Title # One."),
    "a list": ("We need:\n\n- milk\n- bread\n\nDone.", "We need: ¶ milk - bread ¶ Done."),
    "steps": ("1. Mix it.\n2. Bake it.\n\nEnjoy.", "1. Mix it. - 2. Bake it. ¶ Enjoy."),
    "a table": ("|a|b|\n|-|-|\n|1|2|\n|3|4|\n\nEnd.", "a, b - 1, 2 - 3, 4 ¶ End."),
    "code": ("Type:\n\n```\ncd x\nls\n```\n\nDone.", "Type: ¶ cd x - ls ¶ Done."),
    "two quotations": ("> One.\n\nand\n\n> Two.", "One. ¶ and ¶ Two."),
    "stars": ("One.\n\n* * *\n\nTwo.", "One. * Two."),
    "stars without spaces": ("One.\n\n***\n\nTwo.", "One. * Two."),
    "a rule": ("One.\n\n---\n\nTwo.", "One. * Two."),
    "a long rule": ("One.\n\n----------------\n\nTwo.", "One. * Two."),
    "low lines": ("One.\n\n___\n\nTwo.", "One. * Two."),
    "number signs": ("One.\n\n# # #\n\nTwo.", "One. * Two."),
    "more number signs": ("One.\n\n###\n\nTwo.", "One. * Two."),
    "an asterism": ("One.\n\n⁂\n\nTwo.", "One. * Two."),
    "a fleuron": ("One.\n\n❦\n\nTwo.", "One. * Two."),
    "a diamond": ("「はい。」\n\n◇\n\n「いいえ。」", "「はい。」 * 「いいえ。」"),
    "three diamonds": ("はい。\n\n◆　◆　◆\n\nいいえ。", "はい。 * いいえ。"),
    "wide stars": ("是。\n\n＊＊＊\n\n不。", "是。 * 不。"),
    "one star": ("One.\n\n*\n\nTwo.", "One. * Two."),
    "tildes": ("One.\n\n~~~\n\nTwo.", "One. * Two."),
    "a tilde, a star, a tilde": ("One.\n\n~*~\n\nTwo.", "One. * Two."),
    "bullets": ("One.\n\n• • •\n\nTwo.", "One. * Two."),
    "equals signs": ("One.\n\n=====\n\nTwo.", "One. * Two."),
    "a dash for three": ("One.\n\n⸻\n\nTwo.", "One. * Two."),
    "a rule of HTML": ("<p>One.</p>\n<hr>\n<p>Two.</p>", "One. * Two."),
    "stars under a paragraph": ("One.\n***\nTwo.", "One. * Two."),
    "a scene, then a heading": ("One.\n\n* * *\n\n# Title\n\nTwo.", "One. # Title # Two."),
    "a scene at both ends": ("* * *\n\nOne.\n\n* * *", "One."),
    "two scenes": ("One.\n\n***\n\n***\n\nTwo.", "One. * Two."),
    "another voice": ("One. [voice:bf_emma] Two.\n\n[voice:] Three.", "One. + Two. ¶ Three."),
    "a pause alone": ("One.\n\n[pause:1s]\n\n# Two\n\nThree.", "One. # Two # Three."),
    "marks that are said": ("One.\n\n+ 5\n\n§ 5", "One. ¶ 5 ¶ § 5"),
    "dots are no scene": ("One.\n\n...\n\nTwo.", "One. ¶ ... ¶ Two."),
    "SSML": ("<speak><p>One.</p><p>Two. <s>Three.</s></p></speak>", "One. ¶ Two. Three."),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_texts(text: str, expected: str) -> None:
    assert parted(text) == expected


PLAIN = {
    "a line is a paragraph": ("One.\nTwo.", "One. ¶ Two."),
    "blank lines are nothing": ("One.\n\n\nTwo.", "One. ¶ Two."),
    "stars": ("One.\n* * *\nTwo.", "One. * Two."),
    "a rule": ("One.\n-----\nTwo.", "One. * Two."),
    "a fleuron": ("One.\n❧\nTwo.", "One. * Two."),
    "three dots": ("One.\n…\nTwo.", "One. ¶ … ¶ Two."),
}


@pytest.mark.parametrize(("text", "expected"), PLAIN.values(), ids=PLAIN)
def test_plain_texts(text: str, expected: str) -> None:
    assert parted(text, letters_stage().for_text(plain=True)) == expected


def test_a_poem_in_line_mode() -> None:
    stage = letters_stage()
    stage = replace(stage, options=replace(stage.options, lines=True))
    poem = "# Song\n\nTyger Tyger,\nburning bright\n\nIn the forests\nof the night"
    expected = "Song # Tyger Tyger, - burning bright ¶ In the forests - of the night"
    assert parted(poem, stage) == expected


def whole(document: Document) -> str:
    """Return a document with a sign of what ends between two passages, as `say` reads it."""
    stage = letters_stage().for_text(plain=document.plain)
    return parted([Segment(document.text, boundaries=document.boundaries)], stage)


def by_chapters(document: Document) -> str:
    """The same, as `file` reads it."""
    stage = letters_stage().for_text(plain=document.plain)
    return " § ".join(
        parted([Segment(chapter.text, boundaries=chapter.boundaries)], stage)
        for chapter in document.chapters
    )


BOOK = """<html><body><h1>The Book</h1>
<h2>One</h2><p>It rained.</p><p>It was <i>late</i>.</p><hr/><p>Later.</p>
<h2>Two</h2><h3>A part</h3><p>Tyger Tyger,<br/>burning bright<br/><br/>In the forests</p>
<ul><li>milk</li><li>bread</li></ul><p>Done.</p>
<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>
<pre>cd x
ls</pre><p>* * *</p><p>End.</p></body></html>"""

IN_BOOK = (
    "The Book # One # It rained. ¶ It was late. * Later. "
    "§ Two # A part # Tyger Tyger, - burning bright ¶ In the forests ¶ milk - bread ¶ Done. "
    "¶ a, b - 1, 2 ¶ cd x - ls * End."
)

NOVEL = """CHAPTER I
The Storm

It rained.

It was late.

* * *

Later.

CHAPTER II

Nobody came.

They waited."""

IN_NOVEL = (
    "CHAPTER I The Storm # It rained. ¶ It was late. * Later. "
    "§ CHAPTER II # Nobody came. ¶ They waited."
)

NOTES = """---
title: Notes
---
# One

It rained. See [this][a].

## A part

Later.

# Two

Nobody came.

[a]: https://example.org"""

IN_NOTES = "One # It rained. See this. # A part # Later. § Two # Nobody came."


def document(text: str, name: str) -> Document:
    return read(io.BytesIO(text.encode()), name, name)


DOCUMENTS = {
    "HTML": (document(BOOK, "book.html"), IN_BOOK),
    "text": (document(NOVEL, "novel.txt"), IN_NOVEL),
    "Markdown": (document(NOTES, "notes.md"), IN_NOTES),
    "no chapters": (of_text("One.\n\nTwo."), "One. ¶ Two."),
}


@pytest.mark.parametrize(("found", "expected"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_documents(found: Document, expected: str) -> None:
    assert whole(found) == expected
    if "[a]" not in found.text:  # A chapter alone does not know the links of the others.
        assert by_chapters(found) == expected


LIVE = {
    "paragraphs": ["One. ", "Two.\n", "\nThree."],
    "sentences": ["It rained a lot that day. ", "It was late. ", "Nobody came. ", "Done."],
    "a heading": ["# Title\n\n", "It rained. It was late.\n\n", "Nobody came."],
    "a scene": ["One.\n\n", "* * *\n\n", "Two."],
    "a list": ["We need:\n\n- milk\n", "- bread\n", "- eggs\n\n", "Done."],
    "an item of two sentences": ["- Mix it. ", "Wait an hour. ", "Go.\n", "- Bake it.\n\n", "Eat."],
    "pauses of the writer": ["It rained.\n", None, "It was late.", None, "\n\nNobody came."],
}


@pytest.mark.parametrize("parts", LIVE.values(), ids=LIVE)
def test_what_is_still_written_has_the_same_pauses(parts: list[str | None]) -> None:
    text = "".join(part or "" for part in parts)
    stage = letters_stage()
    live = parted(segments(Writer(parts), stage), stage)
    assert live.replace(" + ", " ") == parted(text)


def follows(text: str) -> list[tuple[str, str]]:
    options = SynthesisOptions(voice="af_heart", language="a")
    found = synthesis.chunks(text, letters_stage(), options, Losses())
    return [(SIGNS[chunk.follows], chunk.text) for chunk in found]


def test_chunks_tell_what_ends_before_them() -> None:
    text = "# aaa\n\nbbb.\n\nccc.\n\n***\n\nddd."
    assert follows(text)[1:] == [("#", "bbb."), ("¶", "ccc."), ("*", "ddd.")]


def test_a_part_without_words_leaves_its_boundary_to_the_next() -> None:
    assert follows("aaa.\n\n# qqq\n\n…\n\nbbb.") == [("¶", "aaa."), ("#", "bbb.")]


def test_a_long_paragraph_goes_on() -> None:
    text = "aaa. " * 300 + "\n\nbbb."
    signs = [sign for sign, _ in follows(text)]
    assert signs[1:-1] == ["+"] * (len(signs) - 2)
    assert signs[-1] == "¶"


def test_scene_breaks_are_no_loss() -> None:
    losses = Losses()
    options = SynthesisOptions(voice="af_heart", language="a")
    list(synthesis.chunks("aaa.\n\n* * *\n\nbbb.\n\n⁂", letters_stage(), options, losses))
    assert losses.items == []


@LINEAR
@pytest.mark.parametrize("mark", ["* ", "*", "~#", "=\t", "◇　", "-\xa0", "*\n\n", "<hr>\n"])
@pytest.mark.parametrize("plain", [False, True])
def test_rows_of_ornaments_take_linear_time(mark: str, plain: bool, is_linear: IsLinear) -> None:
    stage = letters_stage().for_text(plain=plain)

    def read_all(length: int) -> Iterable[object]:
        return list(stage.passages(f"a.\n\n{mark * (length // len(mark))}\n\nb.", Losses()))

    assert is_linear(read_all, 12_000, 48_000)
