"""Where a cold start's time goes: the arithmetic, and one round with the toy model."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import cold_start
from benchmarks.cold_start import ColdStartError, Run, by_package, import_times, medians, run
from kokoro_cli.assets.store import Store

WRITTEN = """\
import time: self [us] | cumulative | imported package
import time:       100 |        100 |   kokoro_cli.errors
import time:      2000 |       2100 | kokoro_cli.types
import time:        30 |         30 |   rich.text
import time:         4 |         34 | rich
Wrote /tmp/x.wav: 3.28 s of speech
"""


def test_import_times_are_read_and_summed_up() -> None:
    times = by_package(import_times(WRITTEN))
    expected = {"kokoro_cli.errors": 1e-4, "kokoro_cli.types": 2e-3, "rich": 34e-6}
    assert times == pytest.approx(expected)


def test_what_is_not_shown_is_summed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cold_start, "SHOWN", 1)
    shown = list(cold_start.shown_imports({"a": 1.0, "b": 3.0, "c": 0.5}))
    assert shown == [("imports, in all", 4.5), ("b", 3.0), ("2 others", 1.5)]


def test_medians_are_by_name() -> None:
    rows = [{"a": 1.0}, {"a": 9.0, "b": 2.0}, {"a": 2.0, "b": 4.0}]
    assert medians(rows) == {"a": 2.0, "b": 2.0}


def test_figures_have_the_whole_process_and_its_phases() -> None:
    phase = {"name": "text", "start_seconds": 1.0, "end_seconds": 1.5}
    report = {"first_audio_seconds": 2.0, "wall_seconds": 2.5, "phases": [phase]}
    assert cold_start.figures(Run(3.0, 4.0, report, "")) == {
        "the whole process": 3.0,
        "processor time": 4.0,
        "first sound": 2.0,
        "interpreter and end": 0.5,
        "text begins": 1.0,
        "text ends": 1.5,
    }


def test_a_failing_process_gives_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(ColdStartError, match=r"^no voice here$"):
        run(tmp_path, ["-c", "import sys; sys.exit('trying\\nno voice here')"], "Hello.", "onnx")


def test_one_round(
    toy_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOKORO_CACHE", str(toy_store.cache))
    here = str(cold_start.HERE)
    assert cold_start.main(["--rounds", "1", "--text", "Hello.", "--against", here]) == 0
    shown = capsys.readouterr().out
    for name in ("first sound", "reader ends", "ratios", "imports, in all", "onnxruntime"):
        assert name in shown


def test_failure_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOKORO_CACHE", str(tmp_path))
    assert cold_start.main(["--rounds", "1", "--engine", "tf"]) == 1
    assert capsys.readouterr().out.strip()
