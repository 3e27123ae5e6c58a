"""The comparison's arithmetic and its errors, with fake programs."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from benchmarks import peers
from benchmarks.peers import (
    Bench,
    Figures,
    PeerError,
    Program,
    Spread,
    check_length,
    in_turn,
    measure,
    ratios,
    run,
    show,
    sounding_seconds,
    spread,
    text_of,
)

NAMES = ["ours", "a", "b"]
RATE = 24_000


def tone(seconds: float, silence: float = 0.0) -> np.ndarray:
    samples = 0.3 * np.sin(2 * np.pi * 220 * np.arange(round(seconds * RATE)) / RATE)
    quiet = np.full(round(silence * RATE), 1e-4)
    return np.concatenate([quiet, samples, quiet])


def test_spread_is_the_median_with_the_least_and_the_most() -> None:
    assert spread([3.0, 1.0, 10.0]) == Spread(3.0, 1.0, 10.0)


def test_ratio_is_the_median_of_the_rounds_ratios() -> None:
    # A round in which the whole machine was slow does not change the ratios.
    assert ratios([1, 2, 10], [2, 4, 20]) == Spread(0.5, 0.5, 0.5)
    assert ratios([1, 1, 4], [4, 2, 1]) == Spread(0.5, 0.25, 4.0)


def test_each_program_has_every_place_once() -> None:
    orders = [in_turn(NAMES, number) for number in range(3)]
    assert all(sorted(place) == sorted(NAMES) for place in zip(*orders, strict=True))
    assert in_turn(NAMES, 3) == in_turn(NAMES, 0)


def test_programs_take_turns_and_the_first_round_is_not_counted() -> None:
    calls: list[tuple[str, str]] = []

    def work(name: str, task: str) -> dict[str, float]:
        calls.append((name, task))
        return {task: float(len(calls))}

    figures = measure(NAMES, 2, work)
    say = [name for name, task in calls if task == "say"]
    assert say == ["ours", "a", "b", "a", "b", "ours", "b", "ours", "a"]
    assert figures.rounds["a"] == {"say": [7.0, 18.0], "stream": [10.0, 21.0], "warm": [13.0, 24.0]}
    assert not figures.failed


def test_a_failing_peer_is_a_row_and_the_rest_goes_on() -> None:
    asked: list[str] = []

    def work(name: str, task: str) -> dict[str, float]:
        asked.append(name)
        if name == "a" and asked.count("a") > 3:
            raise PeerError("out of [memory]")
        return {task: 1.0}

    figures = measure(NAMES, 3, work)
    assert figures.failed == {"a": "out of [memory]"}
    assert asked.count("a") == 4
    assert figures.rounds["b"]["warm"] == [1.0, 1.0, 1.0]
    out = io.StringIO()
    show(figures, {"machine": "a fake one"}, Console(file=out, width=100))
    assert re.search(r"a +│ out of \[memory\]", out.getvalue())
    assert "a fake one" in out.getvalue()


def test_failure_of_ours_ends_the_comparison() -> None:
    def work(name: str, task: str) -> dict[str, float]:
        raise PeerError(name)

    with pytest.raises(PeerError, match="ours"):
        measure(NAMES, 1, work)


def test_silence_around_speech_is_not_counted() -> None:
    assert sounding_seconds(tone(2.0, silence=0.5), RATE) == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize("samples", [np.zeros(RATE), np.zeros(0), tone(1.0) / 100])
def test_silent_output_is_refused(samples: np.ndarray) -> None:
    with pytest.raises(PeerError, match="silent"):
        sounding_seconds(samples, RATE)


@pytest.mark.parametrize("seconds", [7.4, 12.6])
def test_speech_of_another_length_is_refused(seconds: float) -> None:
    with pytest.raises(PeerError, match=r"of speech, ours 10\.0 s"):
        check_length(seconds, 10.0)
    check_length(7.6, 10.0)
    check_length(12.4, 10.0)


@pytest.mark.parametrize("words", [1, 10, 100, 250])
def test_texts_have_exactly_so_many_words(words: int) -> None:
    assert len(text_of(words).split()) == words
    assert text_of(words).endswith(".")


def script(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_first_audio_is_the_first_byte_after_the_header(tmp_path: Path) -> None:
    code = "import sys, time; put = sys.stdout.buffer.write; flush = sys.stdout.flush\n"
    code += "put(b'h' * 44), flush(), time.sleep(0.3), put(b's'), flush(), time.sleep(1.5)"
    done = run(script(code), tmp_path)
    assert len(done.output) == 45
    assert 0.3 < done.first_audio_seconds < done.seconds - 0.2
    assert done.peak_bytes > 1e6


def test_a_failing_process_gives_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(PeerError, match=r"^no voice here$"):
        run(script("import sys; print('reading'); sys.exit('trying\\nno voice here')"), tmp_path)


def test_a_process_that_takes_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "LIMIT_SECONDS", 0.2)
    with pytest.raises(PeerError, match="more than"):
        run(script("import time; time.sleep(60)"), tmp_path)


def program(name: str, seconds: float) -> Program:
    code = "import numpy, soundfile; t = numpy.arange({n}) / 24000; "
    code += "soundfile.write(r'{{out}}', numpy.sin(1400 * t) / 2, 24000)"
    say = script(code.format(n=round(seconds * RATE)))
    return Program(name, say, [], [], Path(sys.executable))


def test_output_is_compared_with_ours(tmp_path: Path) -> None:
    programs = [program("ours", 2), program("a", 1.9), program("b", 1), program("c", 0)]
    programs.append(Program("d", script("print('no such voice')"), [], [], Path(sys.executable)))
    bench = Bench(programs, tmp_path, [10, 100])
    assert bench.work("ours", "say")["say, seconds"] > 0
    bench.work("a", "say")
    for name, why in (("b", "1.0 s of speech"), ("c", "silent"), ("d", "no such voice")):
        with pytest.raises(PeerError, match=why):
            bench.work(name, "say")


@pytest.mark.parametrize(
    ("ours_failed", "code", "message"),
    [(False, 0, "no wheel"), (True, 1, "Ours failed: no memory")],
)
def test_exit_code_is_that_of_ours(
    ours_failed: bool,
    code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> Path:
        raise PeerError("no wheel")

    def measured(names: list[str], *_: object) -> Figures:
        if ours_failed:
            raise PeerError("no memory")
        return Figures({name: {"say, seconds": [1.0]} for name in names})

    model = SimpleNamespace(label="a model", digest="0123")
    speaker = SimpleNamespace(model=model, missing=lambda voice: [], store=None)
    monkeypatch.setattr(peers, "measurements", lambda store: [])
    monkeypatch.setattr(peers.os, "environ", {})
    monkeypatch.setattr(peers.Speaker, "open", lambda offline: speaker)
    monkeypatch.setattr(peers, "lay_out_weights", lambda *_: tmp_path)
    monkeypatch.setattr(peers, "make_environment", fail)
    monkeypatch.setattr(peers, "versions", lambda python: "1.0")
    monkeypatch.setattr(peers, "measure", measured)
    record = tmp_path / "figures.json"
    assert peers.main(["--peers", "piper", "--json", str(record)]) == code
    assert message in capsys.readouterr().out
    assert record.exists() is not ours_failed
