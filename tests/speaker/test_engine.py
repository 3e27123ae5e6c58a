"""A new engine is one module and one row of the table."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from kokoro_cli import Speaker, UsageError
from kokoro_cli.engines import ENGINES, EngineSpec, Measurement
from kokoro_cli.install.figures import add_measurements
from tests.fakes import ToneEngine
from tests.speaker.conftest import TONES, Kokoro

TEXT = "Hello there.\n\nThe old captain looked at the harbor."


def test_it_is_not_there_before_its_row(cache: Path) -> None:
    with pytest.raises(UsageError) as caught:
        Speaker.open(engine="tones")
    assert caught.value.hint == "Known are auto, torch, onnx, native and native-bf16."


def test_a_program_speaks_with_it(tones_row: EngineSpec) -> None:
    with Speaker.open(engine="tones") as speaker:
        speech = speaker.speak(TEXT)
        streamed = list(speaker.speak(TEXT, stream=True))
        assert speaker.device == "cpu"
        assert speaker.tuning(3600.0).engine == "tones"
    assert (speech.engine.engine, speech.engine.device) == ("tones", "cpu")
    expected = [
        ToneEngine().render(u.chunk.phonemes, np.zeros(256, np.float32), speed=1.0, seed=0)
        for u in speech
    ]
    for utterance, tone in zip(speech, expected, strict=True):
        np.testing.assert_allclose(utterance.rendering.samples, tone.samples, atol=2**-15)
    assert len(streamed) == 2


def test_the_command_line_speaks_with_it(
    tones_row: EngineSpec, kokoro: Kokoro, tmp_path: Path
) -> None:
    Path("book.txt").write_text(TEXT)
    with Speaker.open(engine="tones") as speaker:
        seconds = speaker.speak(TEXT).seconds
    options = ["--engine", "tones", "--format", "wav", "--paragraph-gap", "0.4", "--json"]
    code, out, errors = kokoro("file", "book.txt", *options)
    assert code == 0, errors
    report = json.loads(out.splitlines()[-1])
    assert (report["engine"], report["device"]) == ("tones", "cpu")
    # A chunk of the store has 16 bits, so where silence begins may differ by some samples.
    assert soundfile.info("book.wav").duration == pytest.approx(seconds, abs=0.05)
    code, out, errors = kokoro("say", TEXT, "--engine", "tones", "-o", "said.wav", "--json")
    assert code == 0, errors
    assert json.loads(out)["engine"] == "tones"


def test_it_is_chosen_where_it_is_the_fastest(tones_row: EngineSpec) -> None:
    with Speaker.open() as speaker:
        assert speaker.choice.engine == "onnx"
        add_measurements(speaker.store, [Measurement("tones", "cpu", 0.001, 0.1)])
    with Speaker.open() as speaker:
        assert speaker.choice.engine == "tones"


def test_two_rows_of_one_name_are_refused(tones_row: EngineSpec) -> None:
    with pytest.raises(ValueError, match="tones"):
        ENGINES.add(TONES)


def test_a_module_that_is_not_there_is_an_error_of_this_engine_alone(
    tones_row: EngineSpec, cache: Path
) -> None:
    ENGINES._specs["tones"] = replace(TONES, module="no.such.module")
    with Speaker.open(engine="tones") as speaker, pytest.raises(ModuleNotFoundError):
        speaker.speak("Hello.")
    with Speaker.open() as speaker:
        assert speaker.speak("Hello.").seconds > 0
