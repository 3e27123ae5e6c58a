from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.documents import Document
from kokoro_cli.documents.text import read
from tests.growth import LINEAR, IsLinear


def plain(text: str) -> Document:
    return read(io.BytesIO(text.encode()), "book.txt")


def markdown(text: str) -> Document:
    return read(io.BytesIO(text.encode()), "Book.MD")


def outline(document: Document) -> list[tuple[str, int]]:
    return [(chapter.title, chapter.first_line) for chapter in document.chapters]


LONG = "Word after word stands here, and more than a table of contents has between two lines.\n"

PLAIN = {
    "no chapters": ("Hello.\n\nWorld.\n", [("", 1)]),
    "empty": ("", [("", 1)]),
    "one is none": (f"CHAPTER I\n\n{LONG}", [("", 1)]),
    "two": (f"CHAPTER I\n\n{LONG}\nCHAPTER II\n\n{LONG}", [("CHAPTER I", 1), ("CHAPTER II", 5)]),
    "front": (
        f"My Book\nby Me\n\nChapter 1. The Start\n\n{LONG}\n\nEpilogue\n\n{LONG}",
        [("", 1), ("Chapter 1. The Start", 4), ("Epilogue", 9)],
    ),
    "blank front": (f"\n\nPROLOGUE\n\n{LONG}\nPART TWO\n\nx", [("PROLOGUE", 1), ("PART TWO", 7)]),
    "line ends of Windows": (
        f"Kapitel 3\r\n\r\n{LONG}\r\nKapitel 4\r\n\r\n{LONG}",
        [("Kapitel 3", 1), ("Kapitel 4", 5)],
    ),
    "languages": (
        f"Chapitre IV\n\n{LONG}\nCapítulo 2\n\n{LONG}\n第一章\n\n{LONG}\n第十二回 山水\n\n{LONG}",
        [("Chapitre IV", 1), ("Capítulo 2", 5), ("第一章", 9), ("第十二回 山水", 13)],
    ),
    "title below": (
        f"CHAPTER I.\nDown the Hole\n\n{LONG}\nCHAPTER II\nThe Pool\n\n{LONG}",
        [("CHAPTER I. Down the Hole", 1), ("CHAPTER II. The Pool", 6)],
    ),
    "part and chapter": (
        f"PART ONE\n\nCHAPTER I\n\n{LONG}\nCHAPTER II\n\n{LONG}",
        [("PART ONE – CHAPTER I", 1), ("CHAPTER II", 7)],
    ),
    "sentences": (
        f"Chapter one was good.\n\n{LONG}\nPart two of the plan failed\n\n{LONG}\nChapter\n\nx",
        [("", 1)],
    ),
    "in a paragraph": (f"{LONG}Chapter 1\n{LONG}\n{LONG}Chapter 2\n", [("", 1)]),
    "contents": (
        "CHAPTER I. A\n\nCHAPTER II. B\n\nCHAPTER III. C\n\n"
        + "".join(f"CHAPTER {n}\n\n{LONG}\n" for n in ("I", "II", "III")),
        [("", 1), ("CHAPTER I", 7), ("CHAPTER II", 11), ("CHAPTER III", 15)],
    ),
    "contents, then a foreword": (
        f"Chapter 1\n\n5\n\nChapter 2\n\n9\n\nChapter 3\n\n{LONG * 3}\n"
        + "".join(f"Chapter {n}\n\n{LONG}\n" for n in (1, 2, 3)),
        [("", 1), ("Chapter 1", 15), ("Chapter 2", 19), ("Chapter 3", 23)],
    ),
    "contents alone": ("".join(f"Chapter {n}\n\n{n}\n\n" for n in range(1, 9)), [("", 1)]),
    "lines of contents": (
        f"Chapter 1\nChapter 2\nChapter 3\n\nChapter 1\n\n{LONG}\nChapter 2\n\n{LONG}",
        [("", 1), ("Chapter 1", 5), ("Chapter 2", 9)],
    ),
}


@pytest.mark.parametrize(("text", "chapters"), PLAIN.values(), ids=PLAIN)
def test_chapters_of_plain_text(text: str, chapters: list[tuple[str, int]]) -> None:
    document = plain(text)
    assert outline(document) == chapters
    assert document.title == ""
    assert "".join(chapter.text for chapter in document.chapters) == text


MARKDOWN = {
    "none": ("Hello *you*.\n", "", [("", 1)]),
    "a lone title": ("# My *Book*\n\ntext\n", "My Book", [("My Book", 1)]),
    "chapters": ("# A\n\ntext\n\n# B #\n\ntext", "", [("A", 1), ("B", 5)]),
    "attributes": ("# A {#a}\nx\n# B {.c d=e}\ny", "", [("A", 1), ("B", 3)]),
    "title and chapters": ("# T\n\n## A\nx\n## B\ny", "T", [("A", 1), ("B", 5)]),
    "title, front, chapters": ("# T\nby me\n## A\nx\n## B", "T", [("T", 1), ("A", 3), ("B", 5)]),
    "front without title": ("x\n\n# A\nx\n# B\ny", "", [("", 1), ("A", 3), ("B", 5)]),
    "lower ones are none": ("# A\n## a\n## b\n# B\nx", "", [("A", 1), ("B", 4)]),
    "a lone one between": (
        "## A\nx\n# Part\n## B\ny\n## C\n",
        "",
        [("A", 1), ("Part – B", 3), ("C", 6)],
    ),
    "underlined": ("One\n===\nx\n\nTwo\nwords\n===\ny", "", [("One", 1), ("Two words", 5)]),
    "fences": ("# A\n```\n# no\n```\n# B\n~~~\n# no\n```\n# no", "", [("A", 1), ("B", 5)]),
    "no headings": ("#A\n#B\n    # C\n\n- x\n---\n\n---\n\n| a |\n---\n", "", [("", 1)]),
    "marks": (
        "# [A](b.md) `c` &amp; \\*d_e_f {#id}\n# **B** ##\n",
        "",
        [("A c & *d_e_f", 1), ("B", 2)],
    ),
    "nothing between": ("# A\n\n# B\n", "", [("A", 1), ("B", 3)]),
}


@pytest.mark.parametrize(("text", "title", "chapters"), MARKDOWN.values(), ids=MARKDOWN)
def test_chapters_of_markdown(text: str, title: str, chapters: list[tuple[str, int]]) -> None:
    document = markdown(text)
    assert outline(document) == chapters
    assert document.title == title
    assert "".join(chapter.text for chapter in document.chapters) == text


def test_front_matter_is_not_text() -> None:
    document = markdown("---\ntitle: 'A: B'\nauthor: [C, D]\nlang: de-DE\n---\n\n# One\nx\n# Two\n")
    assert (document.title, document.author, document.language) == ("A: B", "C, D", "de-DE")
    assert outline(document) == [("One", 6), ("Two", 9)]
    assert document.chapters[0].text == "\n# One\nx\n"


def test_front_matter_with_a_list_of_authors() -> None:
    document = markdown("---\n# note\nauthors:\n  - A\n  - B\nlanguage: fr\n...\nText\n")
    assert (document.author, document.language) == ("A, B", "fr")
    assert document.chapters[0].text == "Text\n"


NO_FRONT_MATTER = {
    "a rule": "---\n\nText.\n\n---\n",
    "prose between": "---\nHe said: no. And\nwent\n---\n",
    "no end": "---\ntitle: x\n",
    "not at the start": "\n---\ntitle: x\n---\n",
}


@pytest.mark.parametrize("text", NO_FRONT_MATTER.values(), ids=NO_FRONT_MATTER)
def test_what_only_begins_like_front_matter_is_text(text: str) -> None:
    assert "".join(chapter.text for chapter in markdown(text).chapters) == text


def test_plain_text_has_no_front_matter() -> None:
    assert plain("---\ntitle: x\n---\n").chapters[0].text == "---\ntitle: x\n---\n"


_PIECES = st.sampled_from(
    "CHAPTER I|Chapter 2. X|Epilogue|第一章|# A|## B|===|---|```|text|\n|\n\n|\r\n|\r|\x0c|\u2028|"
    "  |\t|title: x|- a|~~~|: |# ".split("|")
)


@given(st.lists(_PIECES | st.text(max_size=5)).map("".join))
def test_nothing_is_lost(text: str) -> None:
    data = "x" + "".join(c for c in text if c.isprintable() or c in " \t\n\r\x0c\x85\u2028")
    for document in (plain(data), markdown(data)):
        assert "".join(chapter.text for chapter in document.chapters) == data
        place = 0
        for chapter in document.chapters:
            before = data[:place]
            ends = sum(before.count(end) for end in "\n\r\x0b\x0c\x85\u2028\u2029")
            assert chapter.first_line == 1 + ends - before.count("\r\n")
            place += len(chapter.text)


REPEATED = {
    "prose": LONG,
    "one line": "word ",
    "chapters": f"CHAPTER I\n\n{LONG}\n",
    "contents": "CHAPTER I\n\n",
    "headings": "# A\n",
    "parts": "# A\n## A\n",
    "hashes": "#",
    "spaces": " ",
    "underlines": "a\n---\n",
    "brackets": "# [[[[",
    "fences": "```\n# A\n",
    "yaml": "---\na: [",
}


@LINEAR
@pytest.mark.parametrize("text", REPEATED.values(), ids=REPEATED)
def test_work_is_linear_in_the_length(text: str, is_linear: IsLinear) -> None:
    def read(length: int) -> None:
        plain(text * (length // len(text)))
        markdown(text * (length // len(text)))

    assert is_linear(read, 16_000, 128_000, margin=3.75)


@pytest.mark.parametrize(
    ("name", "part"),
    [("a.md", "# a\n"), ("a.md", "a\n===\n"), ("a.txt", "Chapter 1\n\nText of it.\n\n")],
    ids=["Markdown", "underlined", "plain"],
)
def test_many_chapters_keep_their_text(name: str, part: str) -> None:
    text = part * 15_000
    found = read(io.BytesIO(text.encode()), name)
    assert len(found.chapters) <= 10_001
    assert found.text == text


def test_the_title_of_a_long_paragraph_is_its_first_lines() -> None:
    text = "a\n" * 5_000 + "===\n\nb\n===\n"
    found = read(io.BytesIO(text.encode()), "a.md")
    assert [len(chapter.title) for chapter in found.chapters] == [39, 1]
    assert found.text == text
