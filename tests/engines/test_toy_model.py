"""The toy model is one that the unmodified engine speaks with, as exactly as it is described."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.engines import DECODER_GRAPH, DURATION_GRAPH, choose
from kokoro_cli.engines.onnx_engine import OnnxEngine
from kokoro_cli.install import check_untouched, find_installed_voice, installed_model, measurements
from kokoro_cli.kokoro82m import SAMPLE_RATE, SAMPLES_PER_FRAME, VOCABULARY
from kokoro_cli.types import Samples
from kokoro_cli.voices.catalogue import catalogue
from tests import toy_model
from tests.conftest import Run

PHONEMES = "hˈA wˈɜɹld, a!"
STYLE = toy_model.voice_rows("af_heart")[len(PHONEMES) - 1]


@pytest.fixture(scope="module")
def folder(toy_store: Store) -> Path:
    installed = installed_model(toy_store)
    assert installed is not None
    return installed.folder


@pytest.fixture(scope="module")
def engine(folder: Path) -> OnnxEngine:
    return OnnxEngine(folder)


def test_the_program_takes_it_for_installed(toy_store: Store, folder: Path) -> None:
    installed = installed_model(toy_store)
    assert installed is not None
    check_untouched(installed)
    assert all(find_installed_voice(toy_store, name) for name in catalogue())
    choice = choose("auto", "auto", measurements(toy_store))
    assert (choice.engine, choice.device) == ("onnx", "cpu")
    assert choice.reason.startswith("measured here")
    (prepared,) = folder.glob("prepared-*")
    assert len(list(prepared.iterdir())) == 5


def test_both_graphs_are_small(folder: Path) -> None:
    assert sum((folder / n).stat().st_size for n in (DURATION_GRAPH, DECODER_GRAPH)) < 50_000


@pytest.mark.parametrize(("speed", "letter", "short", "mark", "silence"),
    [(1.0, 4, 2, 8, 16), (2.0, 2, 1, 4, 8), (0.5, 8, 4, 16, 32)])  # fmt: skip
def test_lengths_are_whole_and_divided_by_the_speed(
    engine: OnnxEngine, speed: float, letter: int, short: int, mark: int, silence: int
) -> None:
    lengths = {"ˈ": short, " ": short, ",": mark, "!": mark}
    expected = [silence, *(lengths.get(phoneme, letter) for phoneme in PHONEMES), silence]
    rendering = engine.render(PHONEMES, STYLE, speed=speed, seed=0)
    assert rendering.frames.tolist() == expected
    assert engine.frames(PHONEMES, STYLE, speed=speed).tolist() == expected
    assert len(rendering.samples) == sum(expected) * SAMPLES_PER_FRAME


def test_each_phoneme_has_a_tone_of_its_own(engine: OnnxEngine) -> None:
    heard = {}
    for phoneme in VOCABULARY:
        samples = spoken(engine, phoneme * 8)
        if samples.any():
            assert 0.2 < np.abs(samples).max() < 0.9, phoneme
            spectrum = np.abs(np.fft.rfft(samples))
            heard[phoneme] = round(spectrum.argmax() * SAMPLE_RATE / len(samples))
            assert heard[phoneme] == 40 * toy_model.cycles(phoneme)
    assert len(set(heard.values())) == len(heard)
    assert set(VOCABULARY) - set(heard) == set(';:,.!?—…"()“” ')


def test_its_letters_are_heard(engine: OnnxEngine) -> None:
    random = np.random.default_rng(5)
    for seed in range(20):
        phonemes = "".join(random.choice(list(VOCABULARY), size=60))
        samples = engine.render(phonemes, STYLE, speed=1.0, seed=seed).samples
        expected = toy_model.letters_of(phonemes)
        assert toy_model.heard_tones(samples[random.integers(9000) :]) == expected
    assert toy_model.letters_of("hˈA, ləˈloː!") == "hAləlo"


def test_both_ends_and_marks_are_silent(engine: OnnxEngine) -> None:
    rendering = engine.render("a,a", STYLE, speed=1.0, seed=0)
    phonemes = np.split(rendering.samples, np.cumsum(rendering.frames)[:-1] * SAMPLES_PER_FRAME)
    assert [bool(samples.any()) for samples in phonemes] == [False, True, False, True, False]


def test_voice_and_seed_change_the_sound_a_little_and_nothing_else_does(
    engine: OnnxEngine,
) -> None:
    usual = spoken(engine, PHONEMES)
    np.testing.assert_array_equal(spoken(engine, PHONEMES), usual)
    timbre, mood = STYLE.copy(), STYLE.copy()
    timbre[:128] += 0.1
    mood[128:] += 0.1
    others = [
        engine.render(PHONEMES, STYLE, speed=1.0, seed=1).samples,
        *(engine.render(PHONEMES, s, speed=1.0, seed=0).samples for s in (timbre, mood)),
    ]
    for other in others:
        assert 1e-3 < np.abs(other - usual).max() < 0.4
    voices = [toy_model.voice_rows(name)[9] for name in catalogue()]
    sounds = {engine.render(PHONEMES, v, speed=1.0, seed=0).samples.tobytes() for v in voices}
    assert len(sounds) == len(voices)


def spoken(engine: OnnxEngine, phonemes: str) -> Samples:
    return engine.render(phonemes, STYLE, speed=1.0, seed=0).samples


def test_a_process_speaks_with_it(toy_run: Run, tmp_path: Path) -> None:
    done = toy_run("say", "Hello.", "-o", str(tmp_path / "x.wav"), "--json", "--offline")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["audio_seconds"] > 0.3


@pytest.mark.real
@pytest.mark.parametrize("graph", [DURATION_GRAPH, DECODER_GRAPH])
def test_it_has_the_inputs_and_outputs_of_the_true_graphs(
    graph: str, folder: Path, real_store: Store
) -> None:
    real = installed_model(real_store)
    assert real is not None
    assert signature(folder / graph) == signature(real.folder / graph)


def signature(graph: Path) -> list[tuple[str, str, list[object]]]:
    """Return names, types and shapes; a length that depends on the text is its letter.

    The exporter does not know the width of "prosody" in the first graph, and names it.
    """
    session = ort.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    return [
        (put.name, put.type, [640 if "dim" in str(size) else size for size in put.shape])
        for put in (*session.get_inputs(), *session.get_outputs())
    ]
