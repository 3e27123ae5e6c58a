from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from kokoro_cli.batch import library
from kokoro_cli.batch.inputs import Source
from kokoro_cli.batch.library import Library, outline
from kokoro_cli.documents import Chapter, Cue, Document, of_text
from kokoro_cli.errors import KokoroError, UsageError


def no_pipe() -> Document:
    raise AssertionError("Nobody asked for the pipe.")


def book(**changes: object) -> Document:
    given: dict[str, object] = {
        "title": "Book",
        "chapters": (Chapter("One", "aaa bbb."), Chapter("Two", "ccc.")),
        "author": "A. Writer",
        "language": "en",
        "cover": b"\xff\xd8",
        **changes,
    }
    return Document(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text, words",
    [
        ("", 0),
        ("one two  three\nfour", 4),
        ("— one – two … !", 2),
        ("don't stop-gap 3.5", 3),
        ("日本語です", 5),
        ("I say こんにちは twice", 8),
        ("नमस्ते दुनिया", 2),
    ],
)
def test_words_are_counted(text: str, words: int) -> None:
    assert outline(of_text(text)).chapters[0].words == words


def test_timed_text_lasts_until_its_last_cue() -> None:
    cues = (Cue(1.0, 90.5, "one two"), Cue(2.0, 3.0, "three"))
    (found,) = outline(Document("", (Chapter("", "", cues=cues),))).chapters
    assert (found.words, found.seconds) == (3, 90.5)
    assert outline(Document("", (Chapter("", "", cues=cues),))).timed
    assert not outline(book()).timed


@pytest.mark.parametrize(
    "changed",
    [
        book(title="Look"),
        book(author=""),
        book(language=None),
        book(cover=None),
        book(cover=b"\xff\xd8\xff"),
        book(chapters=(Chapter("One", "aaa bbb."),)),
        book(chapters=(Chapter("One", "aaa bbc."), Chapter("Two", "ccc."))),
        book(chapters=(Chapter("Ore", "aaa bbb."), Chapter("Two", "ccc."))),
        book(chapters=(Chapter("One", "aaa bbb.", plain=True), Chapter("Two", "ccc."))),
        book(chapters=(Chapter("Two", "ccc."), Chapter("One", "aaa bbb."))),
        book(chapters=(Chapter("One", "", cues=(Cue(0, 1, "aaa bbb."),)), Chapter("Two", "ccc."))),
    ],
    ids=(
        "title author language cover cover-bytes chapters text chapter-title plain order timed"
    ).split(),
)
def test_outlines_of_different_documents_differ(changed: Document) -> None:
    assert outline(book()) == outline(book())
    assert outline(changed) != outline(book())


@pytest.mark.parametrize(
    "change", [Cue(0.001, 1, "a"), Cue(0, 1.001, "a"), Cue(0, 1, "b")], ids=str
)
def test_outlines_of_different_cues_differ(change: Cue) -> None:
    def timed(cue: Cue) -> Document:
        return Document("", (Chapter("", "", cues=(cue,)),))

    assert outline(timed(change)) != outline(timed(Cue(0, 1, "a")))


def test_half_a_surrogate_pair_has_a_digest() -> None:
    assert outline(of_text("a \ud83d b")) != outline(of_text("a \ud83e b"))


def test_title_and_text_do_not_run_into_each_other() -> None:
    one = Document("", (Chapter("ab", "c"),))
    other = Document("", (Chapter("a", "bc"),))
    assert outline(one).chapters[0].digest != outline(other).chapters[0].digest


def test_files_are_read_once_while_they_are_small(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("aaa.")
    shelf = Library(no_pipe)
    before = outline(shelf.read(Source(path)))
    path.unlink()
    assert shelf.read_again(Source(path), before).text == "aaa."


def test_kept_texts_are_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_KEPT_CHARACTERS", 10)
    shelf = Library(no_pipe)
    sources = []
    for name, text in {"a": "aaaa", "big": "b" * 20, "c": "cccc", "d": "dddd"}.items():
        path = tmp_path / f"{name}.txt"
        path.write_text(text)
        sources.append(Source(path))
        shelf.read(sources[-1])
        path.write_text("new")
    assert [shelf.read(source).text for source in sources] == ["aaaa", "new", "cccc", "new"]


def test_pipe_is_read_once_however_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_KEPT_CHARACTERS", 0)
    pipe = iter(["piped."])
    shelf = Library(lambda: of_text(next(pipe)))
    before = outline(shelf.read(Source(None)))
    assert shelf.read_again(Source(None), before).text == "piped."


def test_file_that_changed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_KEPT_CHARACTERS", 0)
    path = tmp_path / "a.txt"
    path.write_text("aaa.")
    shelf = Library(no_pipe)
    before = outline(shelf.read(Source(path)))
    shelf.read_again(Source(path), before)
    path.write_text("aab.")
    with pytest.raises(KokoroError, match=r"a\.txt was changed while the job ran"):
        shelf.read_again(Source(path), before)
    path.unlink()
    with pytest.raises(UsageError, match="There is no file"):
        shelf.read_again(Source(path), before)


def test_outline_takes_little_memory() -> None:
    text = "word and " * 100_000
    document = of_text(text)
    tracemalloc.start()
    try:
        outline(document)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * len(text)
