from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kokoro_cli.engines import Measurement, growth
from kokoro_cli.text.chunk import RUNT, StreamLengths, chunk
from kokoro_cli.types import EngineChoice, Word, join_phonemes

phonemes = st.text("abdeɪˈ", min_size=1, max_size=12)
marks = st.sampled_from(["", "", "", ",", ".", "?", ";"])
words = st.lists(
    st.builds(lambda p, m: Word(p + m, p + m), phonemes, marks), min_size=1, max_size=200
)


def bare(chunks: list[tuple[Word, ...]]) -> str:
    return "".join(join_phonemes(c) for c in chunks).replace(" ", "")


@given(words, st.integers(20, 510))
def test_joined_the_chunks_are_the_whole(all_words: list[Word], limit: int) -> None:
    chunks = list(chunk(all_words, limit))
    assert " ".join(join_phonemes(c) for c in chunks) == join_phonemes(all_words)
    assert [w for c in chunks for w in c] == all_words
    assert all(1 <= len(join_phonemes(c)) <= limit for c in chunks)


@given(st.text("abc ", min_size=1, max_size=2000), st.integers(1, 510))
def test_a_word_longer_than_the_limit_is_cut_and_nothing_lost(text: str, limit: int) -> None:
    chunks = list(chunk([Word("word", text.strip() or "a")], limit))
    assert bare(chunks) == (text.strip() or "a").replace(" ", "")
    assert all(len(join_phonemes(c)) <= limit for c in chunks)
    assert "".join(w.text for c in chunks for w in c) == "word"


def sentence(length: int, end: str = ".") -> list[Word]:
    """Return words of four phonemes and a space; *length* counts all phonemes and the mark."""
    count = (length + 1) // 5
    return [*(Word("w", "aaaa") for _ in range(count - 1)), Word("w" + end, "aaa" + end)]


def test_what_fits_is_one_chunk() -> None:
    all_words = sentence(80) + sentence(80) + sentence(80)
    assert [len(c) for c in chunk(all_words, 250)] == [len(all_words)]


def test_cuts_at_sentence_ends() -> None:
    all_words = sentence(120) + sentence(120) + sentence(120)
    chunks = list(chunk(all_words, 250))
    assert [c[-1].phonemes[-1] for c in chunks] == [".", "."]


def test_cuts_at_a_comma_rather_than_between_words() -> None:
    all_words = sentence(150, ",") + sentence(150)
    assert [c[-1].phonemes[-1] for c in chunk(all_words, 250)] == [",", "."]


def test_no_runt_is_left_over() -> None:
    # Greedy cutting would leave a last chunk of ten phonemes.
    all_words = sentence(120) + sentence(120) + sentence(10)
    lengths = [len(join_phonemes(c)) for c in chunk(all_words, 250)]
    assert min(lengths) >= RUNT
    assert lengths == [120 - 1, 131] or min(lengths) > 100


def test_a_short_text_is_a_short_chunk() -> None:
    assert len(list(chunk([Word("hi.", "hI.")], 250))) == 1


def test_nothing_without_phonemes() -> None:
    assert list(chunk([Word("*", "")], 250)) == []
    assert list(chunk([], 250)) == []


@pytest.mark.parametrize("limit", [0, 511])
def test_the_models_limit(limit: int) -> None:
    with pytest.raises(ValueError, match="510"):
        list(chunk([Word("a", "a")], limit))


@given(words, st.integers(20, 510), st.floats(1.1, 4), st.booleans())
def test_a_stream_loses_nothing(
    all_words: list[Word], limit: int, growth: float, begun: bool
) -> None:
    stream_lengths = StreamLengths(growth, 80 if begun else 25)
    chunks = list(chunk(all_words, limit, stream_lengths))
    assert [w for c in chunks for w in c] == all_words
    assert all(1 <= len(join_phonemes(c)) <= limit for c in chunks)


def lengths(all_words: list[Word], growth: float = 2.0) -> list[int]:
    return [len(join_phonemes(c)) for c in chunk(all_words, 250, StreamLengths(growth))]


def test_the_first_chunk_of_a_stream_is_short_and_the_next_ones_grow() -> None:
    clauses = [word for _ in range(30) for word in sentence(21, ",")]
    found = lengths(clauses)
    assert found[0] == 19
    for before, after in pairwise(found[:3]):
        assert 1.5 * before < after <= 2 * (before + 7)
    assert all(length > 100 for length in found[3:])


def test_a_stream_is_not_cut_between_words_without_a_pause() -> None:
    assert lengths(sentence(61) + sentence(201) + sentence(201))[:2] == [59, 199]
    assert lengths(sentence(21, ",") + sentence(16)) == [34], "no runt is left"
    assert lengths(sentence(11, ",") + sentence(100))[0] == 109, "fifteen are the fewest"


def test_the_first_chunk_ends_between_phrases_if_no_clause_ends_soon() -> None:
    starts = [*sentence(31, "")[:-1], Word("when", "bbbb"), *sentence(61)]
    assert lengths(starts)[0] == len(join_phonemes(starts[:5])) == 24
    soon = [*sentence(31, "")[:-1], Word("when", "bbbb"), *sentence(21)]
    assert lengths(soon) == [len(join_phonemes(soon))], "a clause that ends soon is waited for"
    later = [*sentence(21, ","), *starts]
    assert lengths(later)[:2] == [19, len(join_phonemes(starts))], "only the first is cut so"


# Seconds of a phoneme, and of the silence around a chunk.
_SPOKEN, _SILENCE = 0.068, 0.4


@given(st.lists(st.integers(3, 9), min_size=20, max_size=120), st.floats(0.05, 0.45))
@example([4, 3, 8, *[3] * 17], 0.4375)
def test_playing_never_starves_at_the_measured_speed(clauses: list[int], factor: float) -> None:
    """On a simulated clock, each chunk is ready before the previous one has been played.

    The engine takes *factor* seconds for a second of sound. A chunk may only be late if a shorter
    one would have fewer than 15 phonemes, which is too short to sound well.
    """
    measured = Measurement("onnx", "cpu", factor, 0.5)
    stream_lengths = StreamLengths(growth(EngineChoice("onnx", "cpu", ""), [measured]))
    all_words = [word for n in clauses for word in sentence(5 * n + 1, ",")]
    ready = ends = 0.0
    for i, each in enumerate(chunk(all_words, 250, stream_lengths)):
        seconds = len(join_phonemes(each)) * _SPOKEN + _SILENCE
        ready += factor * seconds
        if i and ready > ends:
            assert shortened(each) < 15, f"chunk {i} comes {ready - ends:.2f} s late"
        ends = max(ready, ends) + seconds


def shortened(spoken: tuple[Word, ...]) -> int:
    """Return the phonemes of a chunk without its last clause."""
    commas = [i for i, word in enumerate(spoken[:-1], 1) if word.phonemes.endswith(",")]
    return len(join_phonemes(spoken[: commas[-1]])) if commas else 0


def test_a_ramp_goes_on_over_paragraphs() -> None:
    stream_lengths = StreamLengths(2.0)
    first = []
    for _ in range(3):
        paragraph = [word for _ in range(10) for word in sentence(21)]
        first.append(len(join_phonemes(next(iter(chunk(paragraph, 250, stream_lengths))))))
    assert first[0] < first[1] < first[2]
