"""A text is spoken: samples, words with times and places, losses, files and errors."""

from __future__ import annotations

import hashlib
import json
import math
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kokoro_cli import (
    AssetError,
    KokoroError,
    Loss,
    ReadingRequest,
    Speaker,
    Speech,
    SpeechError,
    SpeechRequest,
    UsageError,
)
from kokoro_cli.assets.store import RECORDS, Store
from kokoro_cli.config import read_settings
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks.formats import FORMATS
from tests.conftest import variables_of
from tests.properties import examples
from tests.speaker.conftest import Kokoro
from tests.toy_model import heard_tones, letters_of

TEXT = """\
# The harbor

Hello. It costs $3.50, says [Nero](/nˈɛɹO/); [pause:300ms] *nobody* knew.

[voice:af_bella]The ship left at 5:30 p.m.[/voice] — and then? Привет!
"""


def digest(speech: Speech) -> str:
    return hashlib.sha256(speech.samples().tobytes()).hexdigest()


def test_the_five_lines(cache: Path) -> None:
    """Those of the README and of the package's docstring."""
    text = TEXT
    heard = []

    from kokoro_cli import Speaker

    with Speaker.open() as speaker:
        speech = speaker.speak("Hello. It costs $3.50.", voice="af_heart")
        speech.save("hello.mp3")
        samples = speech.samples()
        for utterance in speaker.speak(text, stream=True):
            heard.append(utterance)
        print(speech.losses)

    assert soundfile.info("hello.mp3").frames >= len(samples)
    assert samples.dtype == np.float32
    assert speech.losses == ()
    assert len(heard) > 3
    assert all(utterance.words for utterance in heard)


def test_samples_are_all_utterances_at_24_khz(speaker: Speaker) -> None:
    speech = speaker.speak(TEXT)
    samples = speech.samples()
    assert (samples.dtype, samples.ndim) == (np.float32, 1)
    assert np.abs(samples).max() <= 1
    assert speech.sample_rate == SAMPLE_RATE == 24_000
    assert speech.seconds == len(samples) / 24_000
    assert [u.samples.tobytes() for u in speech] == [u.samples.tobytes() for u in speech.utterances]
    assert np.concatenate([u.samples for u in speech]).tobytes() == samples.tobytes()
    ends = np.cumsum([len(u.samples) for u in speech])
    assert [u.start for u in speech] == [0, *ends[:-1]]
    assert [u.start_seconds for u in speech] == [u.start / 24_000 for u in speech]


def test_it_is_the_text_that_is_spoken(speaker: Speaker) -> None:
    speech = speaker.speak("Hello. It costs three dollars and fifty cents.")
    written = speaker.speak("Hello. It costs $3.50.")
    assert digest(written) == digest(speech)
    phonemes = "".join(u.chunk.phonemes for u in speech)
    assert heard_tones(speech.samples()) == letters_of(phonemes)


def test_the_same_request_gives_the_same_bytes(cache: Path) -> None:
    def spoken() -> Speech:
        with Speaker.open() as speaker:
            return speaker.speak(TEXT, voice="bm_george", seed=7, speed=1.1)

    assert digest(spoken()) == digest(spoken())


@pytest.mark.parametrize(
    "changed",
    [
        {"voice": "af_bella"},
        {"style": "am_adam"},
        {"style": "am_adam", "alpha": 0.9},
        {"style": "am_adam", "beta": 0.1},
        {"language": "en-gb"},
        {"speed": 1.3},
        {"gap_seconds": 1.0},
        {"paragraph_gap_seconds": 1.0},
        {"seed": 1},
        {"max_phonemes": 30},
        {"reading": ReadingRequest(locale="en-gb")},
        {"reading": ReadingRequest(urls="full")},
        {"reading": ReadingRequest(emoji="describe")},
        {"reading": ReadingRequest(line_mode=True)},
    ],
    ids=str,
)
def test_each_field_is_heard(speaker: Speaker, changed: dict[str, Any]) -> None:
    text = "On 3/4/2024 I can't\nsee https://example.org 😀 in the bath.\n\nNobody can."
    asked = SpeechRequest(voice="af_heart", style="af_sky" if "alpha" in changed else None)
    usual = speaker.speak(text, asked)
    other = speaker.speak(text, asked, **changed)
    assert digest(other) != digest(usual)
    again = speaker.speak(text, SpeechRequest(**{"voice": "af_heart", **changed}))
    if "alpha" not in changed:
        assert digest(again) == digest(other)


def test_a_lexicon_is_heard(speaker: Speaker, tmp_path: Path) -> None:
    lexicon = tmp_path / "mine.tsv"
    lexicon.write_text("Nero\t/klˈiO/\n")
    with_it = speaker.speak("Nero is here.", reading=ReadingRequest(lexicon=(lexicon,)))
    assert with_it.words[0].phonemes == "klˈiO"
    assert speaker.speak("Nero is here.").words[0].phonemes != "klˈiO"
    lexicon.unlink()
    with pytest.raises(UsageError, match=r"mine\.tsv"):
        speaker.speak("Nero is here.", reading=ReadingRequest(lexicon=(lexicon,)))


def test_the_options_tell_what_was_resolved(speaker: Speaker) -> None:
    speech = speaker.speak("Bonjour.", language="fr")
    assert (speech.options.voice, speech.options.language) == ("ff_siwis", "f")
    assert speech.engine.engine == "onnx"
    assert speech.engine.reason


# Words


def test_words_have_rising_times_inside_the_speech(speaker: Speaker) -> None:
    speech = speaker.speak(TEXT)
    words = speech.words
    assert len(words) == 26
    assert words == [word for utterance in speech for word in utterance.words]
    for before, after in pairwise(words):
        assert before.start_seconds <= before.end_seconds <= after.start_seconds + 1e-9
    assert words[0].start_seconds >= 0
    assert words[-1].end_seconds <= speech.seconds
    for utterance in speech:
        for word in utterance.words:
            assert utterance.start_seconds <= word.start_seconds
            assert word.end_seconds <= utterance.start_seconds + utterance.seconds + 1e-9


def test_a_word_is_heard_at_its_time(speaker: Speaker) -> None:
    """What is cut out there has the word's tones, but for the lead of two frames."""
    speech = speaker.speak("The lighthouse keeper counted twelve ships.")
    for word in speech.words[:-1]:
        first = round(word.start_seconds * 24_000) + 1200
        last = round(word.end_seconds * 24_000) + 1200
        letters = letters_of(word.phonemes)
        assert heard_tones(speech.samples()[first:last]).startswith(letters[0]), word
        assert set(heard_tones(speech.samples()[first:last])) <= set(letters), word


def test_words_say_where_they_were_read(speaker: Speaker) -> None:
    speech = speaker.speak(TEXT)
    read = {}
    for word in speech.words:
        read.setdefault(TEXT[slice(*word.span)], []).append(word.text)
    assert read["Hello"] == ["Hello"]
    assert read["$3.50"] == ["three", "dollars", "and", "fifty", "cents"]
    assert read["Nero"] == ["Nero"]
    assert read["nobody"] == ["nobody"]
    assert " ".join(read["5:30 p.m."]).lower().startswith("five thirty")
    for utterance in speech:
        first, last = utterance.span
        assert 0 <= first <= last <= len(TEXT)
        assert all(first <= word.span[0] <= word.span[1] <= last for word in utterance.words)


WORDS = ("harbor", "lighthouse", "keeper", "letter", "window", "garden", "river", "candle")
MARKS = "“”(),!"
SHAPES = ("{}", "**{}**", "*{}*", "“{}”", "{},", "({})", "{}!", "[{}](https://example.org)")
JOINTS = (" ", "  ", "\n", "\n\n", "\r\n", "\t", " — ", " \u00a0", "\u200b ", " 😀 ", "\n\n# ")


@settings(
    max_examples=examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(WORDS), st.sampled_from(SHAPES), st.sampled_from(JOINTS)),
        min_size=1,
        max_size=12,
    )
)
def test_spans_point_at_the_words_however_they_are_written(
    speaker: Speaker, parts: list[tuple[str, str, str]]
) -> None:
    text = "".join(shape.format(word) + joint for word, shape, joint in parts)
    # A mark may be a part of the word before it.
    words = [word for word in speaker.speak(text).words if word.text.strip(MARKS) in WORDS]
    written = [word for word, _, _ in parts]
    assert [word.text.strip(MARKS) for word in words] == written
    assert [text[slice(*word.span)].strip(MARKS) for word in words] == written
    starts = [word.span[0] for word in words]
    assert starts == sorted(set(starts))


# Losses


def test_what_could_not_be_spoken_is_told(speaker: Speaker) -> None:
    speech = speaker.speak("Hello there.\n\nПривет! And you.")
    reason = "American English has no reading for this script, so it is read as 'Privet'"
    assert speech.losses == (Loss("Привет", 3, reason),)
    assert [word.text for word in speech.words if word.text.isalpha()] == [
        "Hello", "there", "Привет", "And", "you",
    ]  # fmt: skip


def test_strictly_it_is_an_error(speaker: Speaker) -> None:
    with pytest.raises(SpeechError, match="Привет") as caught:
        speaker.speak("Hello. Привет!", strict=True)
    assert caught.value.hint


def test_losses_are_those_of_each_speech(speaker: Speaker) -> None:
    first, second = speaker.speak("Привет! Hi."), speaker.speak("Hello.")
    assert len(first.losses) == 1
    assert second.losses == ()


# Files


@pytest.mark.parametrize("format", FORMATS)
def test_a_saved_file_is_what_the_command_line_writes(
    format: str, speaker: Speaker, kokoro: Kokoro
) -> None:
    suffix = FORMATS[format].suffix
    speaker.speak(TEXT, voice="bf_emma", speed=1.2).save(f"ours{suffix}")
    speaker.speak(TEXT, voice="bf_emma", speed=1.2, stream=True).save(f"stream{suffix}")
    arguments = ["--voice", "bf_emma", "--speed", "1.2", "--", TEXT]
    for name, option in (("theirs", "--no-stream"), ("theirs_stream", "--stream")):
        code, _, errors = kokoro("say", "-o", f"{name}{suffix}", option, *arguments)
        assert code == 0, errors
    for ours, theirs in (("ours", "theirs"), ("stream", "theirs_stream")):
        a, b = Path(f"{ours}{suffix}"), Path(f"{theirs}{suffix}")
        assert a.read_bytes() == b.read_bytes()


def test_a_format_a_rate_and_a_bit_rate_can_be_asked_for(speaker: Speaker) -> None:
    speech = speaker.speak("Hello there.")
    speech.save("telephone.bin", format="wav", sample_rate=8000)
    assert soundfile.info("telephone.bin").samplerate == 8000
    speech.save(Path("small.mp3"), bit_rate=32_000)
    speech.save("large.mp3", bit_rate=160_000)
    assert Path("large.mp3").stat().st_size > 2 * Path("small.mp3").stat().st_size


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("a.xyz", {}, "'a.xyz' does not end in the suffix"),
        ("a", {}, "'a' does not end in the suffix"),
        ("a.wav", {"format": "tape"}, "Unknown format: 'tape'."),
        ("a.wav", {"format": ""}, "Unknown format: ''."),
        ("a.wav", {"bit_rate": 64_000}, "wav has no bit rate"),
        ("a.mp3", {"bit_rate": 1}, "The bit rate is 0.001k"),
        ("a.opus", {"sample_rate": 44_100}, "opus does not support"),
        ("a.wav", {"sample_rate": 3}, "The sample rate is 3 Hz"),
        ("nowhere/a.wav", {}, "There is no folder"),
        (".", {"format": "wav"}, "is not a regular file"),
    ],
)
def test_what_can_not_be_saved_is_a_usage_error(
    speaker: Speaker, name: str, options: dict[str, Any], message: str, stream: bool
) -> None:
    speech: Any = speaker.speak("Hello.", stream=stream)
    with pytest.raises(UsageError) as caught:
        speech.save(name, **options)
    assert message in caught.value.message
    assert caught.value.hint
    assert "--" not in caught.value.message + caught.value.hint
    assert list(Path().iterdir()) == []
    speech.save("right.wav")
    assert soundfile.info("right.wav").frames > 0


# Errors


@pytest.mark.parametrize(
    ("fields", "kind", "message"),
    [
        ({"voice": "af_hart"}, AssetError, "There is no voice 'af_hart'."),
        ({"voice": "af_heart+"}, UsageError, "a voice's name is missing"),
        ({"style": "nobody"}, AssetError, "There is no voice 'nobody'."),
        ({"voice": ""}, UsageError, "`voice` is empty."),
        ({"style": ""}, UsageError, "`style` is empty."),
        ({"language": ""}, UsageError, "`language` is empty."),
        ({"language": "tlh"}, UsageError, "Unknown language: 'tlh'."),
        ({"alpha": 0.5}, UsageError, "`alpha` moves the voice"),
        ({"style": "af_sky", "beta": 1.5}, UsageError, "`beta` is 1.5."),
        ({"speed": 9}, UsageError, "The speed is 9."),
        ({"speed": float("nan")}, UsageError, "The speed is nan."),
        ({"gap_seconds": -1}, UsageError, "The gap is -1 seconds."),
        ({"paragraph_gap_seconds": 61}, UsageError, "The paragraph gap is 61 seconds."),
        ({"heading_gap_seconds": -1}, UsageError, "The heading gap is -1 seconds."),
        ({"seed": -1}, UsageError, "The seed is -1."),
        ({"max_phonemes": 0}, UsageError, "The longest chunk is 0 phonemes."),
        ({"max_phonemes": 511}, UsageError, "The longest chunk is 511 phonemes."),
        ({"reading": ReadingRequest(locale="fr")}, UsageError, "Unknown locale: 'fr'."),
        ({"reading": ReadingRequest(urls="long")}, UsageError, "`urls` is 'long'."),
        ({"reading": ReadingRequest(emoji="draw")}, UsageError, "`emoji` is 'draw'."),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
@pytest.mark.parametrize("stream", [False, True])
def test_impossible_values_are_errors_at_once(
    speaker: Speaker, fields: dict[str, Any], kind: type[KokoroError], message: str, stream: bool
) -> None:
    with pytest.raises(KokoroError) as caught:
        speaker.speak("Hello.", stream=stream, **fields)
    assert type(caught.value) is kind
    assert message in caught.value.message
    assert caught.value.hint
    assert "--" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": "tf"}, "Unknown engine: 'tf'."),
        ({"engine": ""}, "Unknown engine: ''."),
        ({"device": "tpu"}, "Unknown device: 'tpu'."),
        ({"engine": "onnx", "device": "cuda"}, "The engine onnx does not run on cuda."),
        ({"threads": -1}, "`threads` is -1."),
        ({"threads": 10_000}, "`threads` is 10000."),
    ],
)
def test_impossible_engines_are_errors_at_once(
    cache: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        Speaker.open(**options)
    assert caught.value.message == message
    assert caught.value.hint


def test_an_unknown_field_is_a_mistake_in_the_program(speaker: Speaker) -> None:
    with pytest.raises(TypeError, match="'voise'"):
        speaker.speak("Hello.", voise="af_heart")  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="'engin'"):
        Speaker.open(engin="onnx")  # type: ignore[call-arg]


@pytest.mark.parametrize("text", [None, b"Hello.", 3, ["Hello."]])
def test_so_is_a_text_that_is_none(speaker: Speaker, text: Any) -> None:
    with pytest.raises(TypeError, match=f"a str as text, not {type(text).__name__}"):
        speaker.speak(text)


@pytest.mark.parametrize("text", ["", " \n\t ", "...", "[pause:2s]", "\ud800", "\x00", "<!-- -->"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_text_without_words_is_an_error(speaker: Speaker, text: str, stream: bool) -> None:
    def use() -> None:
        for _ in speaker.speak(text, stream=stream):  # type: ignore[call-overload]
            pass

    with pytest.raises(SpeechError, match="nothing to speak") as caught:
        use()
    assert caught.value.hint


def test_a_lone_surrogate_does_no_harm(speaker: Speaker) -> None:
    text = "Hello \ud83d there, \udfff friend."
    speech = speaker.speak(text)
    words = [word for word in speech.words if word.text.isalpha()]
    assert [text[slice(*word.span)] for word in words] == ["Hello", "there", "friend"]
    json.dumps([word.text for word in speech.words]).encode()
    speech.save("surrogate.flac")


@pytest.mark.parametrize(
    "markup",
    ["[hi](/h1/) there", "[voice:nobody]Hi.[/voice]", "<speak><voice name='nobody'>Hi.</voice>"],
)
def test_wrong_markup_is_an_error(speaker: Speaker, markup: str) -> None:
    with pytest.raises(KokoroError) as caught:
        speaker.speak(markup)
    assert caught.value.hint
    assert speaker.speak("The next one is spoken.").seconds > 0


class TestNothingInstalled:
    @pytest.fixture
    def empty(self, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("KOKORO_CACHE", str(tmp_path / "empty"))
        return tmp_path / "empty"

    def test_the_model_is_missing(self, empty: Path) -> None:
        with Speaker.open(offline=True) as speaker:
            for use in self.uses(speaker):
                with pytest.raises(AssetError) as caught:
                    use()
                assert "kokoro models pull" in (caught.value.hint or "")
        assert not empty.exists(), "looking makes no folder"

    @staticmethod
    def uses(speaker: Speaker) -> list[Callable[[], object]]:
        return [
            lambda: speaker.speak("Hello."),
            lambda: speaker.speak("Hello.", stream=True),
            lambda: speaker.model,
            lambda: speaker.engine,
            lambda: speaker.device,
            lambda: speaker.load(),
        ]

    def test_what_is_missing_is_named(self, empty: Path) -> None:
        with Speaker.open() as speaker:
            assert speaker.missing() == ["model"]
            assert speaker.missing("af_heart") == ["model", "af_heart"]
            assert speaker.missing(["bm_george", "af_sky+af_bella"]) == [
                "model", "af_bella", "af_sky", "bm_george",
            ]  # fmt: skip
            with pytest.raises(AssetError, match="There is no voice 'nobody'"):
                speaker.missing("nobody")
            with pytest.raises(AssetError) as caught:
                speaker.speak("[voice:am_adam]Hi.[/voice]", voice="af_heart")
            assert caught.value.message == "Not installed: model, af_heart, am_adam."

    def test_a_voice_is_missing(self, cache: Path, toy_store: Store) -> None:
        (cache / "voices").unlink()
        (cache / "voices").mkdir()
        with Speaker.open() as speaker:
            with pytest.raises(AssetError, match=r"Not installed: af_heart\.") as caught:
                speaker.speak("Hello.")
            assert "Speaker.install" in (caught.value.hint or "")
            for name in ("af_heart.bin", RECORDS):
                shutil.copy(toy_store.cache / "voices" / name, cache / "voices")
            assert speaker.speak("Hello.").seconds > 0


def test_settings_can_be_given(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = read_settings({"KOKORO_CACHE": str(cache), "KOKORO_VOICE": "bm_george"})
    monkeypatch.setenv("KOKORO_CACHE", str(tmp_path / "other"))
    with Speaker.open(settings=given) as speaker:
        assert speaker.speak("Hello.").options.voice == "bm_george"
        assert speaker.speak("Hello.", language="fr").options.voice == "ff_siwis"


@pytest.mark.parametrize(
    "fields",
    [
        {"speed": "1"},
        {"gap_seconds": None},
        {"chapter_gap_seconds": "1"},
        {"seed": None},
        {"seed": 1.5},
        {"seed": True},
        {"max_phonemes": "x"},
        {"max_phonemes": 10.5},
        {"language": 5},
        {"voice": ["af_heart"]},
        {"strict": "no"},
        {"reading": {}},
        {"reading": ReadingRequest(lexicon="words.toml")},  # type: ignore[arg-type]
        {"reading": ReadingRequest(line_mode="x")},  # type: ignore[arg-type]
    ],
    ids=repr,
)
def test_a_value_of_another_type_is_named(speaker: Speaker, fields: dict[str, Any]) -> None:
    name = "lexicon|line_mode|reading" if "reading" in fields else next(iter(fields))
    with pytest.raises(TypeError, match=f"`({name})` takes an? "):
        speaker.speak("Hello.", **fields)


@pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf])
def test_an_impossible_length_is_an_error_at_once(cache: Path, seconds: float) -> None:
    with pytest.raises(UsageError, match="`seconds`"):
        Speaker.open(seconds=seconds)


def test_errors_travel_between_processes() -> None:
    error = pickle.loads(pickle.dumps(UsageError("It is wrong.", hint="Mend it.")))
    assert (type(error), error.message, error.hint) == (UsageError, "It is wrong.", "Mend it.")


PROGRAM = """
import sys
from kokoro_cli import Speaker
speaker = Speaker.open(engine="onnx")
stream = speaker.speak("This is a long sentence, to be spoken here and now. " * 40, stream=True)
next(iter(stream))
print("end")
"""


@pytest.mark.parametrize("last", ["", "del stream", "sys.exit(3)"])
def test_a_program_that_leaves_a_stream_ends_as_usual(toy_store: Store, last: str) -> None:
    """An engine at work in a dying interpreter would abort the process."""
    command = [sys.executable, "-c", PROGRAM + last]
    done = subprocess.run(
        command, env=variables_of(toy_store.cache), capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (3 if "exit" in last else 0, "end\n", "")
