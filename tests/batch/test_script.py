from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kokoro_cli.batch.script import FASTEST_FIT, Narrator, ScriptPart, fading_seconds, sound_seconds
from kokoro_cli.documents import Chapter, Cue
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Chunk, Losses, SynthesisOptions, Word
from tests.fakes import Letters, QuickEngine, ToneEngine, style

OPTIONS = SynthesisOptions(voice="af_heart", language="a")


def narrator(engine: ToneEngine | None = None, **options: object) -> Narrator:
    reader = Letters()

    stage = TextStage(LANGUAGES["a"], readers=lambda language: reader)
    return Narrator(stage, replace(OPTIONS, **options), lambda: engine or QuickEngine(12), style)  # type: ignore[arg-type]


def spoken(
    chapter: Chapter, losses: Losses | None = None, **options: object
) -> Iterator[tuple[ScriptPart, list[Chunk]]]:
    for part in narrator(**options).parts(chapter, losses or Losses()):  # type: ignore[arg-type]
        yield part, list(part.chunks)


def timed(*cues: tuple[float, str]) -> Chapter:
    return Chapter("", "", cues=tuple(Cue(start, start + 0.1, text) for start, text in cues))


def test_chapter_is_one_part() -> None:
    ((part, chunks),) = spoken(Chapter("One", "# One\n\naaa.\n\nbbb."))
    assert (part.title, part.source) == ("One", "# One\n\naaa.\n\nbbb.")
    assert [chunk.text for chunk in chunks] == ["One", "aaa.", "bbb."]
    assert all(chunk.start_seconds is None for chunk in chunks)


def test_plain_chapter_is_read_without_markup() -> None:
    ((_, chunks),) = spoken(Chapter("", "aaa &amp; bbb\nccc", plain=True))
    assert [chunk.text for chunk in chunks] == ["aaa and amp; bbb", "ccc"]


def test_lines_of_losses_count_from_the_chapters() -> None:
    losses = Losses()
    list(spoken(Chapter("", "aaa.\n\nqqq", first_line=41), losses))
    list(spoken(Chapter("", "qqq", first_line=7), losses))
    assert [loss.line for loss in losses.items] == [43, 7]


def test_cues_are_parts_with_their_times() -> None:
    chapter = replace(timed((0.0, "aaa."), (5.0, "bbb."), (90.25, "ccc.")), title="Film")
    found = list(spoken(chapter))
    assert [(part.title, part.source) for part, _ in found] == [
        ("Film", "aaa."),
        (None, "bbb."),
        (None, "ccc."),
    ]
    assert [[c.start_seconds for c in chunks] for _, chunks in found] == [[0.0], [5.0], [90.25]]
    assert [[c.rate for c in chunks] for _, chunks in found] == [[1.0]] * 3


def test_first_chunk_of_a_long_cue_has_the_time() -> None:
    ((_, chunks),) = spoken(timed((3.0, "aaaaaaa. " * 8)), max_phonemes=30)
    assert len(chunks) > 1
    assert [chunk.start_seconds for chunk in chunks] == [3.0, *[None] * (len(chunks) - 1)]


def test_cue_is_text_without_markup() -> None:
    found = [chunks for _, chunks in spoken(timed((0.0, "# aaa *bbb*")))]
    assert found[0][0].text == "number aaa bbb"


def test_cue_without_a_word_is_named_and_costs_no_other() -> None:
    losses = Losses()
    found = list(spoken(timed((0.0, "…"), (1.0, "qqq"), (2.0, "bbb.")), losses))
    assert [[c.text for c in chunks] for _, chunks in found] == [[], [], ["bbb."]]
    assert [loss.text for loss in losses.items] == ["…", "qqq"]


@pytest.mark.parametrize("wanted", [0.2, 0.99, 1.01, 1.1, 1.3, 1.59, 5.0, 50.0])
def test_hurry(wanted: float) -> None:
    needed = sound_seconds(Chunk(0, (Word("", "aaaaa."),), 1), QuickEngine(12), style, OPTIONS)
    room = needed / wanted + 0.15
    losses = Losses()
    (_, (first,)), _ = spoken(timed((1.0, "aaaaa."), (1.0 + room, "bbb.")), losses)
    assert first.rate == pytest.approx(min(max(wanted, 1.0), 1.6))
    assert [loss.text for loss in losses.items] == ["aaaaa."] * (wanted > 4)


def test_last_cue_has_all_the_time() -> None:
    losses = Losses()
    ((_, (chunk,)),) = spoken(timed((1.0, "a" * 200)), losses)
    assert (chunk.rate, losses.items) == (1.0, [])


def test_hurry_has_its_bound() -> None:
    assert FASTEST_FIT == 1.6
    chunks = [c for _, cs in spoken(timed((0.0, "a" * 90), (0.1, "b."), (0.2, "c."))) for c in cs]
    assert max(chunk.rate for chunk in chunks) == FASTEST_FIT


def test_length_of_sound() -> None:
    def seconds(phonemes: str, speed: float = 1.0) -> float:
        chunk = Chunk(0, (Word("x", phonemes),), 1, rate=speed)
        return sound_seconds(chunk, QuickEngine(12), style, OPTIONS)

    assert seconds("") == 0
    # Sixteen frames of padding, 0.4 s, follow each of them.
    assert seconds("aaaaa") == pytest.approx(5 * 0.3 + fading_seconds(0.3, 0.4))
    assert seconds("aaaaa", 2.0) == pytest.approx(2.5 * 0.3 + fading_seconds(0.15, 0.4))
    assert seconds("aaaaa...") == pytest.approx(5 * 0.3 + fading_seconds(0.3, 1.3))
    assert 0 < seconds(".") < 0.3
