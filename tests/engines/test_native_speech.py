"""The real weights with the native kernels: they sound as onnxruntime does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kokoro_cli import install
from kokoro_cli.assets.store import Store
from kokoro_cli.bench.recognise import hear, word_errors
from kokoro_cli.engines import Engine, load_engine, staged
from kokoro_cli.engines.kernels import Kernels, Precision
from kokoro_cli.spectrum import log_spectrum_distance
from kokoro_cli.types import EngineChoice, Samples
from tests.kernels.library import needs_tiles
from tests.speaking import SENTENCES, pack_of, phonemes_of, sound_of, speak

pytestmark = pytest.mark.real

VOICE = "af_heart"

ENGINES = ["native", pytest.param("native-bf16", marks=needs_tiles)]


def engine_of(name: str, store: Store, threads: int = 0) -> Engine:
    model = install.installed_model(store)
    assert model is not None
    return load_engine(EngineChoice(name, "cpu", ""), model.folder, threads=threads)


@pytest.fixture(scope="module")
def native(real_store: Store) -> Engine:
    return engine_of("native", real_store)


@pytest.fixture(scope="module")
def onnx(real_store: Store) -> Engine:
    return engine_of("onnx", real_store)


def samples_of(engine: Engine, text: str, store: Store, seed: int = 0) -> Samples:
    """Return what an engine gives, before anything is rounded or trimmed."""
    phonemes = phonemes_of(text, VOICE)
    style = pack_of(VOICE, store).style(len(phonemes))
    return engine.render(phonemes, style, speed=1.0, seed=seed).samples


def test_no_sample_is_far_from_that_of_onnx(
    native: Engine, onnx: Engine, real_store: Store
) -> None:
    expected, made = (samples_of(each, SENTENCES[0], real_store) for each in (onnx, native))
    assert made.shape == expected.shape
    peak = np.abs(expected).max()
    assert peak > 0.1
    difference = float(np.abs(made - expected).max() / peak)
    print(f"difference {difference:.2g} of the peak")
    assert difference <= 1e-4


@needs_tiles
def test_bfloat16_changes_less_than_a_quarter_of_what_a_seed_does(
    onnx: Engine, real_store: Store
) -> None:
    reduced = engine_of("native-bf16", real_store)
    base, other = (samples_of(onnx, SENTENCES[0], real_store, seed) for seed in (0, 1))
    made = samples_of(reduced, SENTENCES[0], real_store)
    distance, of_seeds = (log_spectrum_distance(base, each) for each in (made, other))
    print(f"log-spectrum distance {distance:.3f}, of two seeds {of_seeds:.3f}")
    assert made.shape == base.shape
    assert 0 < distance <= 0.25 * of_seeds


@pytest.mark.parametrize("name", ENGINES)
def test_a_sentence_is_heard_word_for_word(name: str, real_store: Store) -> None:
    spoken, losses = speak(SENTENCES[0], engine_of(name, real_store), real_store, VOICE)
    assert not losses.items
    heard = hear(sound_of(spoken))
    assert word_errors(SENTENCES[0], heard) == 0, heard


# A short one and one of several seconds.
TEXTS = SENTENCES[0], " ".join(SENTENCES[1:3])


@pytest.mark.parametrize("name", ENGINES)
def test_the_threads_of_the_kernels_change_no_sample(
    name: str, real_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the graphs beside them stay the same here."""

    def spoken(number: int) -> list[bytes]:
        def kernels(folder: Path, precision: Precision, *, threads: int) -> Kernels:
            assert threads == 1
            return Kernels(folder, precision, threads=number)

        monkeypatch.setattr(staged, "Kernels", kernels)
        engine = engine_of(name, real_store, threads=1)
        return [samples_of(engine, text, real_store).tobytes() for text in TEXTS]

    one = spoken(1)
    assert spoken(2) == one
    assert spoken(3) == one


def test_the_threads_of_the_graphs_change_roundings(real_store: Store) -> None:
    """onnxruntime's sums depend on them, so they are part of a sound's identity."""
    one, *others = (
        [samples_of(engine_of("native", real_store, threads), text, real_store) for text in TEXTS]
        for threads in (1, 2, 3)
    )
    for each in others:
        for expected, made in zip(one, each, strict=True):
            np.testing.assert_allclose(made, expected, rtol=0, atol=1e-4 * np.abs(expected).max())
