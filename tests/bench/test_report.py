"""Reports: writing and reading, comparison, plots, and quality."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from kokoro_cli.bench.compare import compare
from kokoro_cli.bench.latency import Backend
from kokoro_cli.bench.plot import check_plot, plot
from kokoro_cli.bench.quality import REFERENCE, judge
from kokoro_cli.bench.report import SCHEMA, Machine, Quality, Report, Row, make_row, read_report
from kokoro_cli.bench.texts import SHORT
from kokoro_cli.errors import UsageError
from kokoro_cli.spectrum import log_spectrum_distance
from kokoro_cli.stopwatch import Phase
from kokoro_cli.types import Samples
from tests.bench.speakers import FakeSpeaker

MACHINE = Machine("A processor", 2, 8_000_000_000, "Linux x86_64", 0.1)


def make(words: int, seconds: list[float], *, state: str = "warm", engine: str = "onnx") -> Row:
    phases = [Phase("start", 0, 0.1), Phase("model", 0.1, 1.0), Phase("reader", 0.1, 0.9)]
    return make_row(
        state,  # type: ignore[arg-type]
        engine,
        "cpu",
        words,
        phonemes=6 * words,
        chunks=1,
        audio_seconds=words / 3,
        first=[each / 2 for each in seconds],
        total=seconds,
        peak_bytes=None,
        target_seconds=0.3,
        phases=phases if state == "cold" else [],
    )


def report(*rows: Row) -> Report:
    texts = {"10": "a", "30": "b", "100": "c"}
    versions = {"kokoro-cli": "1", "torch": "2"}
    return Report(
        SCHEMA, MACHINE, versions, "Kokoro", "f00", "af_heart", 0, texts, list(rows), [], []
    )


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    row = replace(make(10, [1.0, 2.0], state="cold"), quality=Quality(1, 10, 0.1))
    written = report(row, make(30, [3.0]))
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"report": asdict(written), "comparison": None}))
    assert read_report(path) == written


BROKEN = {
    "not there": None,
    "no JSON": "hello",
    "no report": "[]",
    "empty": "{}",
    "another schema": json.dumps({"report": {"schema": SCHEMA + 1}}),
    "no rows": json.dumps({"report": {"schema": SCHEMA}}),
    "a strange row": json.dumps({"report": {"schema": SCHEMA, "rows": [{"x": 1}]}}),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_file_that_is_no_report_is_refused(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_report(path)
    assert caught.value.hint


def test_rows_of_the_same_key_are_compared() -> None:
    old = report(make(10, [1.0] * 5), make(30, [3.0] * 5), make(100, [9.0] * 5))
    new = report(make(10, [1.5] * 5), make(30, [2.0] * 5), make(10, [1.0] * 5, state="cold"))
    found = compare(new, old)
    assert [(row.words, row.total_verdict) for row in found.rows] == [
        (10, "slower"),
        (30, "faster"),
    ]
    assert found.rows[0].total.ratio == pytest.approx(1.5)
    assert found.slower
    assert found.warnings == ["2 rows are in only one of the reports."]
    assert not compare(old, old).slower
    assert compare(old, new).rows[1].total_verdict == "slower"


def test_differences_of_the_reports_are_warned_of() -> None:
    old = report(make(10, [1.0] * 5))
    machine = replace(MACHINE, processors=8)
    versions = {"kokoro-cli": "1", "torch": "3"}
    changed = replace(old, machine=machine, model_sha256="bad", voice="bf_emma", versions=versions)
    warnings = " ".join(compare(changed, old).warnings)
    for word in ("another machine", "other weights", "another voice", "torch 2 to 3"):
        assert word in warnings
    with pytest.raises(UsageError, match="no row in common"):
        compare(replace(old, texts={"10": "other"}), old)


@pytest.mark.parametrize("name", ["plot.svg", "plot.png"])
def test_a_picture_is_drawn_the_same_each_time(name: str, tmp_path: Path) -> None:
    rows = [
        make(words, [words / 10, words / 9], state=state, engine=engine)
        for words in (10, 30, 100)
        for state in ("cold", "warm")
        for engine in ("onnx", "torch")
    ]
    first, second = tmp_path / name, tmp_path / f"again_{name}"
    plot(report(*rows), first)
    plot(report(*rows), second)
    assert first.read_bytes() == second.read_bytes()
    if name.endswith("svg"):
        drawn = first.read_text()
        for text in ("Latency by length", "cold start", "onnx on cpu", "target"):
            assert f"<!-- {text}" in drawn or text in drawn


def test_a_picture_of_one_row(tmp_path: Path) -> None:
    plot(report(make(10, [1.0])), tmp_path / "one.png")
    assert (tmp_path / "one.png").stat().st_size > 5_000


@pytest.mark.parametrize("name", ["plot.gif", "plot", "missing/plot.svg"])
def test_a_picture_that_cannot_be_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        check_plot(tmp_path / name)


def noise(seed: int) -> Samples:
    return np.random.default_rng(seed).normal(0, 0.1, 24_000).astype(np.float32)


def test_distance() -> None:
    assert log_spectrum_distance(noise(1), noise(1)) == 0.0
    assert log_spectrum_distance(noise(1), noise(1)[:12_000]) == 0.0
    louder = log_spectrum_distance(noise(1), np.e * noise(1))
    assert louder == pytest.approx(1.0, abs=0.01), "natural logarithms"
    assert 0.3 < log_spectrum_distance(noise(1), noise(2)) < 2


def test_quality_is_judged_against_torch() -> None:
    onnx: Backend = ("onnx", "cpu")
    log: list[str] = []
    speakers = {backend: FakeSpeaker(backend[0], [1.0], log) for backend in (onnx, REFERENCE)}
    speakers[onnx].samples = noise(1)
    speakers[REFERENCE].samples = noise(2)
    heard = iter(["nothing at all", SHORT.upper()])
    found = judge(
        [onnx, REFERENCE], [SHORT], 5, speakers.__getitem__, log.append, lambda samples: next(heard)
    )
    assert found[REFERENCE, 10] == Quality(0, 10, None)
    assert found[onnx, 10].words_wrong == 10
    distance = log_spectrum_distance(noise(1), noise(2))
    assert found[onnx, 10].spectrum_distance == pytest.approx(distance)
    assert {task.seed for speaker in speakers.values() for task in speaker.tasks} == {5}


def test_without_torch_there_is_no_distance() -> None:
    onnx: Backend = ("onnx", "cpu")
    log: list[str] = []
    speakers = {onnx: FakeSpeaker("onnx", [1.0], log), REFERENCE: FakeSpeaker("torch", [None], log)}
    found = judge([onnx], [SHORT], 0, speakers.__getitem__, log.append, lambda samples: SHORT)
    assert found == {(onnx, 10): Quality(0, 10, None)}
