from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.audio import assemble as assembly
from kokoro_cli.audio.assemble import LONGEST_SILENCE, At, Gap, sounding, to_int16
from kokoro_cli.kokoro82m import SAMPLE_RATE
from tests.conftest import Run

Sound = npt.NDArray[np.float32]


def assemble(renderings: Iterable[Sound], gap_seconds: float) -> Iterator[Sound]:
    """Join renderings, none of which has its own gap."""
    gap = Gap(gap_seconds)
    return blocks_of(((samples, gap) for samples in renderings), gap_seconds)


def blocks_of(
    renderings: Iterable[tuple[Sound, float | At | Gap]], gap_seconds: float
) -> Iterator[Sound]:
    for silence, block, _ in assembly.assemble(renderings, gap_seconds):
        assert not silence
        yield block


# Like a listener: at a chunk's ends, sound more than 40 dB below its peak is silence.
QUIET = 0.01
# A fade of 120 samples on a chunk without silence makes two samples of it that quiet.
FADED_AWAY = 2
FADE, HEAD, TAIL = 120, 720, 1440


@dataclass(frozen=True)
class Spoken:
    """A chunk like an engine's: silence, sound, silence; lengths are in samples."""

    before: int
    sound: int
    after: int

    def samples(self) -> Sound:
        # Every sample is loud and differs from the next, so its place is found to the sample.
        tone = 0.4 + 0.1 * np.cos(np.arange(self.sound) * 1.7)
        hiss = np.cos(np.arange(self.before + self.sound + self.after) * 2.9) * 0.001
        hiss[self.before : self.before + self.sound] = tone
        made: Sound = hiss.astype(np.float32)
        return made


silences = st.one_of(st.just(0), st.integers(0, 200), st.integers(0, 15_000))
spoken = st.builds(Spoken, silences, st.integers(300, 3000), silences)
gaps = st.one_of(st.just(0.0), st.floats(0, 0.1), st.floats(0, 2))


def loud(samples: Sound) -> tuple[int, int]:
    where = np.flatnonzero(np.abs(samples) > QUIET * np.abs(samples).max())
    return int(where[0]), int(where[-1]) + 1


@given(st.lists(spoken, min_size=2, max_size=5), gaps)
def test_between_sounds_lie_the_gaps_samples(chunks: list[Spoken], gap_seconds: float) -> None:
    blocks = list(assemble([c.samples() for c in chunks], gap_seconds))
    joined = np.concatenate(blocks)
    gap = round(gap_seconds * SAMPLE_RATE)

    start = min(chunks[0].before, HEAD)
    for chunk in chunks:
        # Between the fades, the chunk's sound is exactly at its place.
        inside = chunk.samples()[chunk.before :][FADE : chunk.sound - FADE]
        np.testing.assert_array_equal(joined[start + FADE :][: len(inside)], inside)
        start += chunk.sound + gap


@given(st.lists(spoken, min_size=2, max_size=5), gaps)
def test_gap_is_heard_as_long_as_asked(chunks: list[Spoken], gap_seconds: float) -> None:
    """Exact if there is silence for the fades; otherwise they mute up to two samples of sound."""
    gap = round(gap_seconds * SAMPLE_RATE)
    blocks = list(assemble([c.samples() for c in chunks], gap_seconds))
    pairs = zip(itertools.pairwise(chunks), itertools.pairwise(blocks), strict=True)
    for (left, right), (before, after) in pairs:
        heard = len(before) - loud(before)[1] + loud(after)[0]
        room = min(left.after, right.before, gap // 3) >= FADE
        assert 0 <= heard - gap <= (0 if room else 2 * FADED_AWAY)


@given(st.lists(st.one_of(spoken, st.integers(0, 5000)), min_size=1, max_size=6), gaps)
def test_silent_chunks_give_empty_blocks_and_no_second_gap(
    chunks: list[Spoken | int], gap_seconds: float
) -> None:
    samples = [
        c.samples() if isinstance(c, Spoken) else np.zeros(c, dtype=np.float32) for c in chunks
    ]
    blocks = list(assemble(samples, gap_seconds))
    heard = [c.samples() for c in chunks if isinstance(c, Spoken)]
    assert len(blocks) == len(chunks)
    assert [len(b) for b, c in zip(blocks, chunks, strict=True) if isinstance(c, int)] == (
        [0] * (len(chunks) - len(heard))
    )
    np.testing.assert_array_equal(
        np.concatenate([*blocks, np.zeros(0)]),
        np.concatenate([*assemble(heard, gap_seconds), np.zeros(0)]),
    )


@given(spoken, gaps)
def test_first_chunk_keeps_a_short_guard(chunk: Spoken, gap_seconds: float) -> None:
    (block,) = assemble([chunk.samples()], gap_seconds)
    start, end = loud(block)
    assert start <= HEAD + FADED_AWAY
    assert len(block) - end <= TAIL + FADED_AWAY


@given(st.lists(spoken, min_size=1, max_size=4), gaps)
def test_no_click_where_it_is_cut(chunks: list[Spoken], gap_seconds: float) -> None:
    """Neighbouring samples of a hum differ little; cuts and their fades add no larger step."""
    hums = [hum(chunk) for chunk in chunks]
    own = max(np.abs(np.diff(each)).max() for each in hums)
    joined = np.concatenate(list(assemble(hums, gap_seconds)))
    assert np.abs(np.diff(joined, prepend=0, append=0)).max() <= own + 0.5 / FADE


def hum(chunk: Spoken) -> Sound:
    """Return a hum of -6 dB, which is below -40 dB in the chunk's silences."""
    place = np.arange(chunk.before + chunk.sound + chunk.after)
    rise = np.clip((place - chunk.before) / 100, 0.005, 1) if chunk.before else 1
    fall = np.clip((len(place) - chunk.after - place) / 100, 0.005, 1) if chunk.after else 1
    tone = 0.5 * np.cos(2 * np.pi * 110 / SAMPLE_RATE * place)
    made: Sound = (tone * np.minimum(rise, fall)).astype(np.float32)
    return made


@pytest.mark.parametrize("peak", [1.0, 1e-3])
def test_sounding_goes_by_the_chunks_own_peak(peak: float) -> None:
    samples = np.zeros(1000, dtype=np.float32)
    samples[300:700] = 0.02 * peak
    samples[500] = peak
    samples[250:300] = 0.005 * peak
    assert sounding(samples) == (300, 700)


@pytest.mark.parametrize(
    "samples", [np.zeros(0), np.zeros(500), np.full(500, 5e-5)], ids=["none", "zero", "-86 dB"]
)
def test_sounding_of_silence_is_nothing(samples: Sound) -> None:
    assert sounding(samples.astype(np.float32)) == (0, 0)


def test_renderings_are_taken_one_by_one() -> None:
    taken = []

    def renderings() -> Any:
        for i in range(3):
            taken.append(i)
            yield Spoken(500, 1000, 500).samples()

    blocks = assemble(renderings(), 0.4)
    next(blocks)
    assert taken == [0]


def test_what_came_in_is_left_as_it_was() -> None:
    samples = Spoken(0, 1000, 0).samples()
    samples.flags.writeable = False
    assert len(list(assemble([samples, samples], 0.1))) == 2


@given(st.floats(-4, 4, width=32))
def test_int16_is_clipped_and_never_wraps(value: float) -> None:
    """``astype`` alone converts 1.01 to -32442, a loud click."""
    (number,) = to_int16(np.array([value], dtype=np.float32))
    assert (
        abs(number - np.clip(round(value * 32767), -32767, 32767)) <= 1
    )  # float32 rounds before that.


SIX_PARAGRAPHS = "\n\n".join(
    [
        "The little boat drifted slowly down the river.",
        "She opened the window and listened to the rain.",
        "Every morning the baker puts bread on the shelf.",
        "We walked along the beach in the coming dusk.",
        "My brother forgot his umbrella on the train.",
        "Nobody could remember such a heavy snowfall.",
    ]
)


@pytest.mark.real
@pytest.mark.parametrize("voice", ["af_heart", "bm_george"])
def test_real_joins_last_what_was_asked_for(voice: str, real_run: Run, tmp_path: Path) -> None:
    """Within 20 ms, both by the level of samples and by the loudness of 5 ms, as one hears it."""
    import soundfile

    path = tmp_path / "joins.wav"
    done = real_run("say", "-v", voice, "-o", str(path), "--json", "-", input=SIX_PARAGRAPHS)
    chunks = json.loads(done.stdout)["chunks"]
    assert len(chunks) == 6
    samples, _ = soundfile.read(path, dtype="float32")
    starts = [round(c["start_seconds"] * SAMPLE_RATE) for c in chunks]
    blocks = np.split(samples, starts[1:])
    by_height, by_loudness = joins(blocks, loud), joins(blocks, loud_windows)
    print(f"{voice}: {by_height=} {by_loudness=}")
    assert by_height == pytest.approx([0.4] * 5, abs=0.020)
    assert by_loudness == pytest.approx([0.4] * 5, abs=0.020)


def joins(blocks: list[Sound], ear: Callable[[Sound], tuple[int, int]]) -> list[float]:
    """Return the seconds of silence between each block's last sound and the next one's first."""
    return [
        round((len(a) - ear(a)[1] + ear(b)[0]) / SAMPLE_RATE, 4)
        for a, b in itertools.pairwise(blocks)
    ]


def loud_windows(samples: Sound) -> tuple[int, int]:
    """Like ``loud``, but compares the RMS of 5 ms with that of the loudest 5 ms."""
    window = 5 * SAMPLE_RATE // 1000
    power = np.cumsum(np.concatenate([[0.0], samples.astype(np.float64) ** 2]))
    rms = np.sqrt(np.maximum(power[window:] - power[:-window], 0) / window)
    where = np.flatnonzero(rms > QUIET * rms.max())
    return int(where[0]) + window - 1, int(where[-1]) + 1


def tone(seconds: float = 0.1) -> Sound:
    return Spoken(500, round(seconds * SAMPLE_RATE), 500).samples()


def test_a_silence_that_was_asked_for_takes_the_place_of_the_gap() -> None:
    parts = [(tone(), Gap(0.4)), (tone(), 1.5), (tone(), Gap(0.4))]
    joined = np.concatenate(list(blocks_of(parts, 0.4)))
    where = np.flatnonzero(np.abs(joined) > 0.1)
    steps = np.diff(where)
    assert sorted(steps[steps > 1000] - 1) == [round(0.4 * SAMPLE_RATE), round(1.5 * SAMPLE_RATE)]


def test_silence_before_the_first_and_after_the_last() -> None:
    nothing = np.zeros(0, dtype=np.float32)
    joined = np.concatenate(list(blocks_of([(tone(), 0.5), (nothing, 2.0)], 0.4)))
    where = np.flatnonzero(np.abs(joined) > 0.1)
    assert where[0] == round(0.5 * SAMPLE_RATE)
    assert len(joined) - where[-1] - 1 == round(2.0 * SAMPLE_RATE)


@pytest.mark.parametrize("seconds", [0.5, 9.9, 10.0, 10.1, 25.0, 3600.0, 360_000.0])
@pytest.mark.parametrize("timed", [False, True], ids=["pause", "time"])
def test_a_long_silence_is_no_array(seconds: float, timed: bool) -> None:
    """Two subtitles an hour apart took 1.8 GB; a hundred hours would not fit into any memory."""
    first, last = tone(), tone()
    asked = At(seconds + 0.1) if timed else seconds
    start, _ = sounding(last)
    parts = list(assembly.assemble([(first, Gap(0.4)), (last, asked)], 0.4))
    assert max(len(part.block) for part in parts) <= LONGEST_SILENCE + len(last)
    before, after = parts
    assert before.silence == 0
    place = len(before.block) + after.silence + loud(after.block)[0]
    expected = At(seconds + 0.1).seconds if timed else seconds + sounded(before.block)
    assert place == round(expected * SAMPLE_RATE)
    assert after.offset + start == after.silence + loud(after.block)[0]


def sounded(block: Sound) -> float:
    return loud(block)[1] / SAMPLE_RATE


def test_a_long_silence_at_the_end() -> None:
    nothing = np.zeros(0, dtype=np.float32)
    first, last = assembly.assemble([(tone(), Gap(0.4)), (nothing, 3600.0)], 0.4)
    end = len(first.block) + last.silence + len(last.block)
    assert end - loud(first.block)[1] == 3600 * SAMPLE_RATE
    assert len(last.block) <= LONGEST_SILENCE


@pytest.mark.parametrize("length", [0, 1, LONGEST_SILENCE, LONGEST_SILENCE + 1, 61 * SAMPLE_RATE])
def test_silences_come_in_blocks(length: int) -> None:
    blocks = list(assembly.silences(length))
    assert sum(map(len, blocks)) == length
    assert all(0 < len(block) <= LONGEST_SILENCE and not block.any() for block in blocks)
