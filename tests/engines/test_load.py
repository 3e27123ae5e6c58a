"""What `load_engine` gives, with modules that stand in for the engines."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from kokoro_cli.engines import (
    ENGINES,
    Call,
    Engine,
    EngineSpec,
    Metered,
    OneAtATime,
    load_engine,
    packages,
    prepare_engine,
    usual_tuning,
)
from kokoro_cli.types import EngineChoice, Frames, Rendering, Style
from tests.conftest import ToneEngine
from tests.rows import row

STYLE = np.zeros(256, dtype=np.float32)


class Alone(ToneEngine):
    """Notes how many threads were in it at once, at most."""

    def __init__(self) -> None:
        super().__init__()
        self._inside = 0
        self.most = 0

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        self._inside += 1
        self.most = max(self.most, self._inside)
        time.sleep(0.001)
        self._inside -= 1
        return super().frames(phonemes, style, speed=speed)


SPEC = EngineSpec(
    name="tones",
    module="tones_engine",
    devices=("cpu",),
    concurrent=False,
    loads_beside_others=True,
    quick=True,
    packages=("numpy",),
)


@pytest.fixture
def tones(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of an engine that is not in the table."""
    module: Any = ModuleType("tones_engine")
    module.loaded = []
    module.prepared = []
    module.prepare = module.prepared.append

    def load(model: Path, device: str, *, threads: int) -> Alone:
        module.loaded.append((model, device, threads))
        return Alone()

    module.load = load
    monkeypatch.setitem(sys.modules, "tones_engine", module)
    return module


def busy(engine: Engine) -> None:
    """Call it in every way from eight threads."""

    def call(i: int) -> None:
        engine.frames("abc", STYLE, speed=1.0)
        engine.render("abc", STYLE, speed=1.0, seed=i)
        engine.render_batch([Call("abc", STYLE, 1.0, i)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(24)))


def test_one_at_a_time() -> None:
    free, alone = Alone(), Alone()
    busy(free)
    assert free.most > 1, "else the next line means nothing"
    busy(OneAtATime(alone))
    assert alone.most == 1


def test_it_speaks_as_the_engine_does() -> None:
    inner = ToneEngine()
    engine = OneAtATime(inner)
    assert engine.device == "cpu"
    made: list[Rendering] = [
        engine.render("abc", STYLE, speed=1.5, seed=7),
        *engine.render_batch([Call("abc", STYLE, 1.5, 7)]),
    ]
    assert inner.calls == [("abc", 1.5, 7)] * 2
    frames = engine.frames("abc", STYLE, speed=1.5)
    for each in made:
        np.testing.assert_array_equal(each.frames, frames)


def test_a_meter_adds_up_all_calls_but_the_first() -> None:
    inner = ToneEngine()
    times = iter([0.0, 9.0, 10.0, 10.5, 20.0, 20.25])
    engine = Metered(inner, clock=lambda: next(times))
    assert engine.device == "cpu"
    first = engine.render("abc", STYLE, speed=1.5, seed=7)
    assert (engine.work_seconds, engine.audio_seconds) == (0, 0)
    again = [engine.render(text, STYLE, speed=1.5, seed=7) for text in ("abc", "a" * 50)]
    assert engine.work_seconds == 0.75
    assert engine.audio_seconds == sum(each.seconds for each in again)
    np.testing.assert_array_equal(first.samples, again[0].samples)
    (together,) = engine.render_batch([Call("abc", STYLE, 1.5, 7)])
    np.testing.assert_array_equal(first.samples, together.samples)
    np.testing.assert_array_equal(engine.frames("abc", STYLE, speed=1.5), first.frames)
    assert engine.work_seconds == 0.75
    assert inner.calls[0] == ("abc", 1.5, 7)


@pytest.mark.parametrize("concurrent", [False, True])
def test_an_engine_is_a_module_and_a_row(tones: Any, tmp_path: Path, concurrent: bool) -> None:
    choice = EngineChoice("tones", "cpu", "as asked")
    with row(ENGINES, replace(SPEC, concurrent=concurrent)):
        assert "numpy" in packages()
        prepare_engine("tones", tmp_path)
        engine = load_engine(choice, tmp_path, threads=3)
        tuning = usual_tuning(choice)
        assert usual_tuning(choice, jobs=5).workers == 5
    assert tones.loaded == [(tmp_path, "cpu", 3)]
    assert tones.prepared == [tmp_path]
    assert isinstance(engine, Alone if concurrent else OneAtATime)
    assert (tuning.threads == 0) is not concurrent


def test_the_table_is_read_without_numpy() -> None:
    code = "import sys, kokoro_cli.engines; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
