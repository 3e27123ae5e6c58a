from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.batch.inputs import Source
from kokoro_cli.batch.library import Library
from kokoro_cli.batch.plan import Choice, Layout, Output, parse_chapters, plan
from kokoro_cli.documents import Document, of_text
from kokoro_cli.errors import UsageError
from kokoro_cli.sinks.formats import Encoding

FRONT = "---\ntitle: The Book\nauthor: A. Writer\n---\n\n"
BOOK = FRONT + "# One\n\naaa.\n\n# Two\n\nbbb.\n\n# Three\n\nccc."
SRT = "1\n00:00:01,000 --> 00:00:02,000\naaa.\n"


def planned(
    folder: Path,
    texts: dict[str, str | bytes],
    *,
    chapters: Choice = (),
    split: bool = False,
    merge: bool = False,
    file: Path | None = None,
) -> tuple[list[Output], list[str]]:
    """Return the outputs, and the errors of the other sources."""
    sources = []
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        sources.append(Source(path, Path(name).parent))
    layout = Layout(Path("out"), Encoding("mp3"), file, split, merge, chapters)
    outputs, failures = plan(sources, Library(no_pipe), layout)
    return outputs, [failure.error.message for failure in failures]


def no_pipe() -> Document:
    return of_text("piped.")


def paths(outputs: list[Output]) -> list[str]:
    return [output.path.as_posix() for output in outputs]


# Choice of chapters


@pytest.mark.parametrize(
    "text, choice",
    [
        ("1", ((1, 1),)),
        ("3-7", ((3, 7),)),
        ("12-", ((12, None),)),
        ("3-7,9,12-", ((3, 7), (9, 9), (12, None))),
        (" 3 - 7 , 9 ", ((3, 7), (9, 9))),
        ("5-5", ((5, 5),)),
        ("007", ((7, 7),)),
    ],
)
def test_choice(text: str, choice: Choice) -> None:
    assert parse_chapters(text) == choice


@pytest.mark.parametrize(
    "text", ["", ",", "1,", "-", "-3", "a", "1-2-3", "1.5", "1;2", "²", "--", "1–3", "+1", "1e3"]
)
def test_no_choice(text: str) -> None:
    with pytest.raises(UsageError, match="is no range") as caught:
        parse_chapters(text)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["0", "0-", "0-3", "7-3", "1,0"])
def test_choice_without_a_chapter(text: str) -> None:
    with pytest.raises(UsageError, match="holds no chapter"):
        parse_chapters(text)


def test_choice_of_a_very_large_number() -> None:
    with pytest.raises(UsageError):
        parse_chapters("9" * 5_000)


@given(st.text("0123456789-, a", max_size=12))
def test_any_text_is_a_choice_or_an_error(text: str) -> None:
    try:
        choice = parse_chapters(text)
    except UsageError:
        return
    assert choice
    assert all(1 <= first <= (last or first) for first, last in choice)


@pytest.mark.parametrize(
    "text, places", [("1", [0]), ("2-", [1, 2]), ("3,1,1-2", [0, 1, 2]), ("1-3", [0, 1, 2])]
)
def test_chosen_chapters(text: str, places: list[int], tmp_path: Path) -> None:
    (output,), failed = planned(tmp_path, {"a.md": BOOK}, chapters=parse_chapters(text))
    assert list(output.pieces[0].chapters) == places
    assert not failed


@pytest.mark.parametrize("text", ["4", "1-4", "4-", "1,99"])
def test_chapter_that_a_book_lacks_costs_that_book(text: str, tmp_path: Path) -> None:
    many = "\n\n".join(f"# H{i}\n\naaa." for i in range(120))
    outputs, failed = planned(
        tmp_path, {"a.md": BOOK, "b.md": many, "c.txt": "c."}, chapters=parse_chapters(text)
    )
    assert paths(outputs) == ["out/b.mp3"]
    assert "has 3 chapters" in failed[0]
    assert "has one chapter" in failed[1]


# Names of outputs


def test_one_output_for_each_source(tmp_path: Path) -> None:
    outputs, _ = planned(tmp_path, {"a.txt": "aaa.", "b.md": BOOK, "sub/deep/c.txt": "c."})
    assert paths(outputs) == ["out/a.mp3", "out/b.mp3", "out/sub/deep/c.mp3"]


def test_sources_of_the_same_stem(tmp_path: Path) -> None:
    texts = {"a.txt": "1.", "a.md": "2.", "x/a.txt": "3.", "x/A.md": "4.", "a 2.txt": "5."}
    outputs, _ = planned(tmp_path, dict.fromkeys(texts, "aaa."))
    assert paths(outputs) == [
        "out/a.txt.mp3",
        "out/a.md.mp3",
        "out/x/a.txt.mp3",
        "out/x/A.md.mp3",
        "out/a 2.mp3",
    ]


def test_pipe_is_called_speech() -> None:
    layout = Layout(Path(), Encoding("wav"))
    outputs, _ = plan([Source(None)], Library(no_pipe), layout)
    assert paths(outputs) == ["speech.wav"]


def test_named_file(tmp_path: Path) -> None:
    (output,), _ = planned(tmp_path, {"a.md": BOOK}, file=Path("x/My.Name.mp3"))
    assert output.path == Path("x/My.Name.mp3")


def test_titles_and_tags(tmp_path: Path) -> None:
    outputs, _ = planned(tmp_path, {"a.md": BOOK, "my notes.txt": "aaa."})
    assert [(o.title, o.author, o.album, o.track) for o in outputs] == [
        ("The Book", "A. Writer", "", ""),
        ("my notes", "", "", ""),
    ]


def test_one_unreadable_among_many(tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = {
        "a.txt": "aaa.",
        "b.epub": b"no book",
        "c.pdf": b"\x00\x01",
        "d.txt": "d.",
    }
    outputs, failed = planned(tmp_path, texts)
    assert paths(outputs) == ["out/a.mp3", "out/d.mp3"]
    assert len(failed) == 2
    assert "b.epub" in failed[0]


# Split


def test_split(tmp_path: Path) -> None:
    outputs, _ = planned(tmp_path, {"a.md": BOOK, "b.txt": "bbb."}, split=True)
    assert paths(outputs) == [
        "out/a - 01 One.mp3",
        "out/a - 02 Two.mp3",
        "out/a - 03 Three.mp3",
        "out/b - 01.mp3",
    ]
    assert [(o.title, o.author, o.album, o.track) for o in outputs] == [
        ("One", "A. Writer", "The Book", "1/3"),
        ("Two", "A. Writer", "The Book", "2/3"),
        ("Three", "A. Writer", "The Book", "3/3"),
        ("b 1", "", "b", "1/1"),
    ]


def test_split_of_chosen_chapters_keeps_their_numbers(tmp_path: Path) -> None:
    outputs, _ = planned(tmp_path, {"a.md": BOOK}, split=True, chapters=((1, 1), (3, 3)))
    assert paths(outputs) == ["out/a - 01 One.mp3", "out/a - 03 Three.mp3"]
    assert [o.track for o in outputs] == ["1/3", "3/3"]


def test_numbers_of_many_chapters_sort_as_names(tmp_path: Path) -> None:
    text = "\n\n".join(f"# H{i}\n\naaa." for i in range(120))
    outputs, _ = planned(tmp_path, {"a.md": text}, split=True)
    assert paths(outputs)[0] == "out/a - 001 H0.mp3"
    assert sorted(paths(outputs)) == paths(outputs)


def test_chapters_of_books_of_the_same_name(tmp_path: Path) -> None:
    outputs, _ = planned(tmp_path, {"a.md": BOOK, "a.txt": "aaa.", "A.markdown": BOOK}, split=True)
    assert len({p.casefold() for p in paths(outputs)}) == 7


def test_titles_that_are_no_names(tmp_path: Path) -> None:
    text = "# ../../etc: <passwd>?\n\naaa.\n\n# CON\n\nbbb.\n\n# …\n\nccc."
    outputs, _ = planned(tmp_path, {"a.md": text}, split=True)
    assert all(output.path.parent == Path("out") for output in outputs)
    assert not any(c in "".join(o.path.name for o in outputs) for c in '<>:"/\\|?*')


def test_names_of_chapters_fit_every_file_system(tmp_path: Path) -> None:
    text = "\n\n".join(f"# {i} {'long title ' * 8}\n\naaa." for i in range(3))
    outputs, _ = planned(tmp_path, {"書" * 60 + ".md": text}, split=True)
    longest = max(len(output.path.name.encode()) for output in outputs)
    assert longest + len("..part") <= 200


def test_chapters_of_two_books_never_share_a_name(tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = {
        "a.md": "# - 01\n\naaa.\n\n# Two\n\nbbb.",
        "a - 01.txt": "ccc.",
    }
    outputs, _ = planned(tmp_path, texts, split=True)
    assert len(set(paths(outputs))) == 3


# Merge


def test_merge(tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = {
        "x.txt": "aaa.",
        "b.md": BOOK,
        "c.md": "---\nauthor: B. Other\n---\nccc.",
        "d.md": BOOK,
    }
    (output,), _ = planned(tmp_path, texts, merge=True)
    assert output.path == Path("out/x.mp3")
    assert (output.title, output.author) == ("x", "A. Writer, B. Other")
    assert [len(piece.chapters) for piece in output.pieces] == [1, 3, 1, 3]
    assert output.seconds == pytest.approx(sum(piece.seconds for piece in output.pieces))


def test_merged_file_has_the_first_title(tmp_path: Path) -> None:
    (output,), _ = planned(tmp_path, {"b.md": BOOK, "c.txt": "ccc."}, merge=True)
    assert output.path == Path("out/The Book.mp3")
    (output,), _ = planned(tmp_path, {"b.md": BOOK}, merge=True, file=Path("all.mp3"))
    assert output.path == Path("all.mp3")


def test_merge_without_one_part_is_not_made(tmp_path: Path) -> None:
    outputs, failed = planned(tmp_path, {"a.txt": "aaa.", "b.pdf": b"\x00"}, merge=True)
    assert not outputs
    assert len(failed) == 1


def test_timed_texts_are_not_merged(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="spoken at their own times"):
        planned(tmp_path, {"a.txt": "aaa.", "b.srt": SRT}, merge=True)
    (output,), _ = planned(tmp_path, {"b.srt": SRT}, merge=True)
    assert output.timed


# All names differ

stems = st.text(st.sampled_from("aAbé.\u0301 - 012:ßſ"), min_size=1, max_size=8)


@given(
    st.lists(st.tuples(st.sampled_from(["", "x", "X", "y/z"]), stems), max_size=12),
)
def test_outputs_are_never_two_alike(names: list[tuple[str, str]]) -> None:
    sources = [Source(Path("in") / folder / f"{stem}.txt", Path(folder)) for folder, stem in names]
    shelf = Library(no_pipe)
    shelf._documents = dict.fromkeys(sources, of_text("aaa."))
    outputs, _ = plan(sources, shelf, Layout(Path("out"), Encoding("wav")))
    alike = {unicodedata.normalize("NFD", path).casefold() for path in paths(outputs)}
    assert len(alike) == len(sources)
