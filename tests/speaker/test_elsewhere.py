"""A job's calls are spoken by a second executor, in another process: what travels is plain data."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from kokoro_cli import Speaker
from kokoro_cli.batch.convert import Conversion, Setup
from kokoro_cli.batch.executor import Executor
from kokoro_cli.batch.request import FileRequest
from kokoro_cli.batch.run import OutputResult
from kokoro_cli.documents import Document
from kokoro_cli.engines import Call
from kokoro_cli.speaker.request import SpeechRequest
from tests.batch.jobs import Seen
from tests.speaker.elsewhere import Elsewhere, from_json, to_json
from tests.toy_model import voice_rows

BOOK = (
    "# The harbor\n\nThe old captain looked at the harbor and said nothing.\n\n"
    "[voice:bm_george]Nobody followed him,[/voice] and the rain went on.\n\n"
    "# The letter\n\nHe took a letter out of his coat. [pause:1s] Nobody followed him.\n"
)
TIMED = "1\n00:00:01,000 --> 00:00:03,000\nHello there.\n\n2\n00:00:03,500 --> 00:00:06,000\nBye.\n"


def no_pipe() -> Document:
    raise AssertionError


@dataclass
class Made:
    results: list[OutputResult]
    files: dict[str, bytes]
    spoken: int
    found: int


def convert(
    speaker: Speaker, out: str, executor: Callable[[Setup], Executor] | None = None
) -> Made:
    """Convert the texts of the working folder."""
    request = FileRequest(
        inputs=("book.md", "timed.srt"),
        out_dir=Path(out),
        format="flac",
        subtitles="srt,json",
        speech=SpeechRequest(voice="af_bella", seed=5),
    )
    conversion = Conversion.prepare(request, speaker, no_pipe)
    setup = conversion.setup(lambda line: None)
    if executor:
        setup = setup.by(executor(setup))
    results = setup.job(Seen()).run()
    files = {path.name: path.read_bytes() for path in sorted(Path(out).iterdir())}
    return Made(results, files, setup.executor.spoken, setup.executor.found)


def elsewhere(setup: Setup) -> Elsewhere:
    speaker = setup.conversion.speaker
    tuning = setup.tuning
    return Elsewhere(tuning.engine, tuning.device, tuning.threads, speaker.model.digest)


@pytest.fixture(autouse=True)
def texts(cache: Path) -> None:
    Path("book.md").write_text(BOOK)
    Path("timed.srt").write_text(TIMED)


def forget(cache: Path) -> None:
    """Remove what was spoken and what was written."""
    for name in ("spoken", "journal"):
        (cache / name).rename(cache / f"{name}-{len(list(cache.iterdir()))}")


def test_another_process_makes_the_same_files(cache: Path) -> None:
    with Speaker.open() as speaker:
        here = convert(speaker, "here")
    forget(cache)
    used: list[Elsewhere] = []

    def noted(setup: Setup) -> Elsewhere:
        used.append(elsewhere(setup))
        return used[0]

    with Speaker.open() as speaker:
        there = convert(speaker, "there", noted)
    assert [result.status for result in there.results] == ["made", "made"]
    assert set(here.files) == {
        "book.flac",
        "book.srt",
        "book.json",
        "timed.flac",
        "timed.srt",
        "timed.json",
    }
    assert there.files == here.files
    assert (there.spoken, there.found) == (here.spoken, here.found)
    assert len(used[0].calls) == there.spoken > 5


def test_only_what_is_missing_travels(cache: Path) -> None:
    used: list[Elsewhere] = []

    def fresh(setup: Setup) -> Elsewhere:
        used.append(elsewhere(setup))
        return used[-1]

    with Speaker.open() as speaker:
        whole = convert(speaker, "first")  # By threads of this process.
        convert(speaker, "second", fresh)
        Path("book.md").write_text(BOOK.replace("rain", "snow"))
        changed = convert(speaker, "third", fresh)
    assert used[0].calls == []
    assert len(used[1].calls) == changed.spoken == 1
    assert changed.found == whole.spoken + whole.found - 1
    assert changed.files["timed.flac"] == whole.files["timed.flac"]
    assert changed.files["book.flac"] != whole.files["book.flac"]


def test_a_process_that_ends_costs_its_outputs_and_no_more(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Speaker.open() as speaker:
        whole = convert(speaker, "whole")
    forget(cache)
    monkeypatch.setenv("DIES_AT", "1")
    with Speaker.open() as speaker:
        broken = convert(speaker, "broken", elsewhere)
        assert [result.status for result in broken.results] == ["failed", "failed"]
        assert all("has ended" in str(result.error) for result in broken.results)
        assert broken.files == {}
    monkeypatch.delenv("DIES_AT")
    with Speaker.open() as speaker:
        again = convert(speaker, "again", elsewhere)
    assert again.files == whole.files


def test_another_model_there_is_refused(cache: Path) -> None:
    def other(setup: Setup) -> Elsewhere:
        return Elsewhere("onnx", "cpu", 1, "0" * 64)

    with Speaker.open() as speaker:
        made = convert(speaker, "other", other)
    assert [str(result.error) for result in made.results] == [
        "Another model is installed here."
    ] * 2


def test_a_speaker_in_use_converts_too(cache: Path) -> None:
    with Speaker.open() as speaker:
        fresh = convert(speaker, "fresh")
    forget(cache)
    with Speaker.open() as speaker:
        speaker.speak("Hello.")
        used = convert(speaker, "used")
        assert used.files == fresh.files
        speaker.speak("And goodbye.")


@pytest.mark.parametrize("travels", [to_json, None])
def test_a_call_is_plain_data(travels: Callable[[Call], object] | None) -> None:
    call = Call("hˈɛlO“ˈ”ɹ", voice_rows("af_heart")[4], 1.0000000000000002, 2**63 - 1)
    if travels:
        back = from_json(json.loads(json.dumps(travels(call))))
    else:
        back = pickle.loads(pickle.dumps(call))
    assert (back.phonemes, back.speed, back.seed) == (call.phonemes, call.speed, call.seed)
    np.testing.assert_array_equal(back.style, call.style)
    assert back.style.dtype == np.float32
