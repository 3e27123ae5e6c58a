"""Loudness compared with FFmpeg's meter, and speech brought to a target."""

from __future__ import annotations

import time
from collections.abc import Iterator

import av
import numpy as np
import numpy.typing as npt
import pytest

from kokoro_cli.audio.loudness import Leveller, Meter, true_peak
from kokoro_cli.audio.weighting import high_pass, shelf
from kokoro_cli.kokoro82m import SAMPLE_RATE

Sound = npt.NDArray[np.float32]


def sine(hertz: float, decibels: float, seconds: float) -> Sound:
    """Return a tone with its peak at *decibels*, faded so that its ends are no peaks."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    fade = np.clip(np.minimum(time, time[::-1]) / 0.02, 0, 1)
    return (10 ** (decibels / 20) * fade * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)


def pink(seconds: float, random: np.random.Generator) -> npt.NDArray[np.float64]:
    count = round(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0
    found: npt.NDArray[np.float64] = np.fft.irfft(spectrum, count)
    return found


def speech(seconds: float, decibels: float, random: np.random.Generator) -> Sound:
    """Return a gap and syllables of noise with pauses; *decibels* is their RMS."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    syllables = np.abs(np.sin(2 * np.pi * 2.1 * time)) ** 1.2
    swell = 10 ** (3 * np.sin(2 * np.pi * 0.3 * time + random.uniform(0, 6)) / 20)
    pauses = np.sin(2 * np.pi * 0.21 * time + random.uniform(0, 6)) > -0.8
    sound = pink(seconds, random)[: len(time)] * syllables * swell * pauses
    sound *= 10 ** (decibels / 20) / np.sqrt(np.mean(sound**2))
    return np.concatenate([silence(0.3), sound.astype(np.float32)])


def loudness(*blocks: Sound) -> float:
    meter = Meter()
    for block in blocks:
        meter.write(block)
    return meter.integrated()


def ffmpeg(samples: Sound) -> tuple[float, float]:
    """Return integrated loudness and true peak from FFmpeg's filter ebur128."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        format="flt", sample_rate=SAMPLE_RATE, layout="mono", time_base=f"1/{SAMPLE_RATE}"
    )
    meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    found = {}
    for start in range(0, len(samples), 2400):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + 2400], "flt", "mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, start
        graph.push(frame)
        for measured in _pulled(graph):
            found = measured.metadata
    peak = float(found["lavfi.r128.true_peak"])
    return float(found["lavfi.r128.I"]), 20 * float(np.log10(peak))


def _pulled(graph: av.filter.Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            yield graph.pull()
        except BlockingIOError:
            return


RANDOM = np.random.default_rng(0)
SOUNDS = {
    **{f"{hertz} Hz": sine(hertz, -20, 4) for hertz in (60, 440, 997, 3000, 8000)},
    "pink": (pink(6, RANDOM) * 50).astype(np.float32),
    "white": (0.1 * RANDOM.standard_normal(4 * SAMPLE_RATE)).astype(np.float32),
    "speech": np.concatenate([speech(4, -24 + 4 * i, RANDOM) for i in range(4)]),
    "soft speech": np.concatenate([speech(3, -50, RANDOM), silence(3), speech(3, -55, RANDOM)]),
}


# Measured


@pytest.mark.parametrize("name", SOUNDS)
def test_meter_agrees_with_ffmpeg(name: str) -> None:
    assert loudness(SOUNDS[name]) == pytest.approx(ffmpeg(SOUNDS[name])[0], abs=0.1)


@pytest.mark.parametrize("name", SOUNDS)
def test_true_peak_agrees_with_ffmpeg(name: str) -> None:
    assert true_peak(SOUNDS[name]) == pytest.approx(ffmpeg(SOUNDS[name])[1], abs=0.2)


def test_filters_at_48_khz_are_those_of_the_recommendation() -> None:
    """ITU-R BS.1770-5, Annex 1, tables 1 and 2."""
    head, low_cut = shelf(48_000), high_pass(48_000)
    assert head.b == pytest.approx((1.53512485958697, -2.69169618940638, 1.19839281085285))
    assert head.a == pytest.approx((-1.69065929318241, 0.73248077421585))
    assert low_cut.b == pytest.approx((1.0, -2.0, 1.0))
    assert low_cut.a == pytest.approx((-1.99004745483398, 0.99007225036621))


# EBU Tech 3341, section 2.9. There each tone is in two channels, which adds 3.01 LU.
MONO = 3.01


@pytest.mark.parametrize(
    "tones, expected",
    [
        ([(-23, 20)], -23),
        ([(-33, 20)], -33),
        ([(-36, 10), (-23, 60), (-36, 10)], -23),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
    ],
    ids=["case 1", "case 2", "case 3", "case 4", "case 5"],
)
def test_ebu_tech_3341(tones: list[tuple[float, float]], expected: float) -> None:
    measured = loudness(*(sine(1000, decibels, seconds) for decibels, seconds in tones))
    assert measured + MONO == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("hertz, phase", [(6000, 0), (6000, 45), (4000, 60), (3000, 67.5)])
def test_peak_between_the_samples_is_found(hertz: float, phase: float) -> None:
    """EBU Tech 3341, cases 15 to 19: +0.2 and -0.4 dB are allowed."""
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    fade = np.clip(np.minimum(time, time[::-1]) / 0.02, 0, 1)
    tone = fade * 0.5 * np.sin(2 * np.pi * hertz * time + np.radians(phase))
    assert -6.4 < true_peak(tone.astype(np.float32)) < -5.8


def test_result_does_not_depend_on_the_cuts() -> None:
    sound = SOUNDS["speech"]
    whole = loudness(sound)
    for seed in range(5):
        cuts = np.random.default_rng(seed).integers(0, len(sound), 300)
        assert loudness(*np.split(sound, np.sort(cuts))) == pytest.approx(whole, abs=1e-6)


def test_true_peak_of_a_long_sound_is_that_of_its_parts() -> None:
    sound = sine(440, -30, 25)
    sound[23 * SAMPLE_RATE] = 0.9
    assert true_peak(sound) == pytest.approx(true_peak(sound[22 * SAMPLE_RATE :]), abs=0.01)


@pytest.mark.parametrize("sound", [silence(0), silence(5), sine(997, 0, 0.39), sine(997, -75, 5)])
def test_nothing_that_counts_is_minus_infinity(sound: Sound) -> None:
    assert loudness(sound) == -np.inf


def test_true_peak_of_silence_is_minus_infinity() -> None:
    assert true_peak(silence(0)) == true_peak(silence(1)) == -np.inf


@pytest.mark.nightly
def test_an_hour_is_measured_in_seconds() -> None:
    block = SOUNDS["speech"][: 10 * SAMPLE_RATE]
    meter = Meter()
    start = time.process_time()
    for _ in range(36):
        meter.write(block)
    assert time.process_time() - start < 10, "a tenth of an hour"


# Levelled


@pytest.mark.parametrize("target", [-16, -18, -23])
@pytest.mark.parametrize("level", [-30, -20, -12])
def test_long_speech_converges(level: float, target: float) -> None:
    random = np.random.default_rng(-level)
    leveller = Leveller(target)
    chunks = [
        speech(random.uniform(1, 6), level + random.uniform(-2.5, 2.5), random) for _ in range(25)
    ]
    levelled = [leveller(chunk) for chunk in chunks]
    assert [len(a) for a in levelled] == [len(a) for a in chunks]
    assert loudness(*levelled) == pytest.approx(target, abs=0.5)
    assert true_peak(np.concatenate(levelled)) <= -1 + 0.1
    assert np.abs(np.diff(_gains(chunks, levelled)))[10:].max() < 1


def _gains(chunks: list[Sound], levelled: list[Sound]) -> list[float]:
    """Return each chunk's gain in dB, from samples that the limiter does not change."""
    gains = []
    for before, after in zip(chunks, levelled, strict=True):
        soft = (np.abs(before) > 1e-4) & (np.arange(len(before)) > 0.3 * SAMPLE_RATE)
        gains.append(20 * float(np.log10(np.max(after[soft] / before[soft]))))
    return gains


@pytest.mark.parametrize("target", [-16, -18, -23])
@pytest.mark.parametrize("seconds", [0.5, 3, 15])
def test_one_chunk_is_on_the_target(seconds: float, target: float) -> None:
    levelled = Leveller(target)(speech(seconds, -30, np.random.default_rng(1)))
    assert loudness(levelled) == pytest.approx(target, abs=0.1)
    assert true_peak(levelled) <= -1 + 0.1


def test_gain_changes_in_the_gap_alone() -> None:
    random = np.random.default_rng(0)
    leveller = Leveller(-30)
    chunks = [speech(3, level, random) for level in (-40, -30, -35)]
    for chunk in chunks:
        levelled = leveller(chunk)
        spoken = np.abs(chunk) > 1e-3
        ratio = levelled[spoken] / chunk[spoken]
        assert ratio.max() / ratio.min() == pytest.approx(1, abs=1e-4)


def test_without_a_gap_the_gain_glides() -> None:
    leveller = Leveller(-33)
    leveller(sine(200, -40, 3))
    before = np.full(SAMPLE_RATE, 0.05, dtype=np.float32) + sine(200, -34, 1)
    ratio = leveller(before) / before
    assert np.abs(np.diff(ratio)).max() < np.ptp(ratio) / 100
    assert np.ptp(ratio) > 0.05
    assert np.ptp(ratio[240:]) < 1e-5


def test_silence_is_unchanged() -> None:
    leveller = Leveller(-16)
    leveller(speech(3, -40, np.random.default_rng(0)))
    faint = (1e-5 * np.ones(1000)).astype(np.float32)
    for block in (silence(0), silence(2), faint):
        assert np.array_equal(leveller(block), block)


CLICKS = silence(3)
CLICKS[5000::9000] = 1.0


@pytest.mark.parametrize(
    "block",
    [
        np.array([0.5], dtype=np.float32),
        np.array([-1.0, 1.0], dtype=np.float32),
        CLICKS,
        (2e-4 * np.sin(np.arange(50_000))).astype(np.float32),
        (30 * np.sin(np.arange(50_000))).astype(np.float32),
        np.sign(np.sin(np.arange(50_000) / 40)).astype(np.float32),
    ],
    ids=["a sample", "two", "clicks", "very soft", "over full scale", "square"],
)
def test_odd_blocks(block: Sound) -> None:
    leveller = Leveller(-16)
    for _ in range(3):
        levelled = leveller(block)
        assert levelled.dtype == np.float32
        assert levelled.shape == block.shape
        assert np.isfinite(levelled).all()
        assert true_peak(levelled) <= -1 + 0.1


def test_limiter_is_smooth_and_leaves_the_rest_alone() -> None:
    block = sine(300, -20, 3)
    block[SAMPLE_RATE : SAMPLE_RATE + 100] += sine(2000, 0, 1)[1000:1100]
    levelled = Leveller(-16)(block)
    heard = np.abs(block) > 1e-3
    ratio = levelled[heard] / block[heard]
    assert true_peak(levelled) <= -1 + 0.1
    assert ratio.min() < 0.9 * ratio.max(), "it did limit"
    away = np.abs(np.arange(len(block)) - SAMPLE_RATE - 50)[heard] > 0.0125 * SAMPLE_RATE
    assert np.ptp(ratio[away]) < 1e-4
    assert np.abs(np.diff(ratio)).max() < np.ptp(ratio) / 15


def test_same_chunks_give_the_same_samples() -> None:
    chunks = [speech(2, -30, np.random.default_rng(i)) for i in range(3)]
    first, second = Leveller(-16), Leveller(-16)
    for chunk in chunks:
        assert np.array_equal(first(chunk), second(chunk))


@pytest.mark.nightly
def test_ten_seconds_take_a_tenth_of_one() -> None:
    block = speech(10, -25, np.random.default_rng(0))
    leveller = Leveller(-16)
    leveller(block)
    start = time.process_time()
    leveller(block)
    assert time.process_time() - start < 1, "ten times what is wanted, for a slow machine"
