"""Measuring in turns, and settling a long job, with processes of a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.child import ProcessError
from kokoro_cli.engines import Measurement, Tuning
from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.install import (
    installed_model,
    learn,
    measure_engines,
    measured,
    measurements,
    save_tuning,
    settle,
)
from kokoro_cli.install import measure as module
from kokoro_cli.install.figures import replace_measurements, settled
from kokoro_cli.types import EngineChoice
from tests.install.conftest import Lines
from tests.install.models import write_model

HOUR = 3600.0
VOICE = Path("voice.bin")

# On this machine onnx is faster; noise made it seem half as fast.
TRUE = {("torch", "cpu"): 0.40, ("onnx", "cpu"): 0.30}
NOISY = [Measurement("torch", "cpu", 0.30, 9.0), Measurement("onnx", "cpu", 0.61, 1.3)]


@dataclass
class Machine:
    """Engines whose speed is known, and noise that comes and goes."""

    factors: dict[tuple[str, str], float] = field(default_factory=lambda: dict(TRUE))
    loads: dict[str, float] = field(default_factory=lambda: {"torch": 6.0, "onnx": 1.0})
    noise: Callable[[int], float] = lambda turn: 1.0
    """What the factors are multiplied by at each turn, counted over all engines."""
    broken: dict[str, int] = field(default_factory=dict)
    """Turns after which an engine ends; 0 is before it has loaded."""
    log: list[str] = field(default_factory=list)

    @contextmanager
    def start(self, engine: str, model: Path, voice: Path) -> Iterator[Any]:
        self.log.append(f"start {engine}")
        yield _Process(self, engine)
        self.log.append(f"end {engine}")

    @property
    def turns(self) -> list[str]:
        return [line for line in self.log if not line.startswith(("start", "end"))]


class _Process:
    def __init__(self, machine: Machine, engine: str) -> None:
        self._machine, self._engine = machine, engine
        self._left = machine.broken.get(engine, 1000)

    def _check(self) -> None:
        if not self._left:
            raise ProcessError("no such library")
        self._left -= 1

    def answer(self) -> dict[str, float]:
        self._check()
        machine = self._machine
        mine = [device for engine, device in machine.factors if engine == self._engine]
        return dict.fromkeys(mine, machine.loads.get(self._engine, 1.0))

    def ask(self, device: str) -> float:
        self._check()
        machine = self._machine
        machine.log.append(f"{self._engine} {device}")
        return machine.factors[self._engine, device] * machine.noise(len(machine.turns))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The machine of the script takes the place of this one."""
    made = Machine()
    monkeypatch.setattr(module, "_start", lambda *arguments: made.start(*arguments))
    return made


def times(lines: Lines, **options: Any) -> list[Measurement]:
    return measured(["torch", "onnx"], Path("model"), VOICE, lines, **options)


class TestMeasured:
    def test_they_speak_in_turns_while_all_are_loaded(self, machine: Machine, lines: Lines) -> None:
        assert times(lines, rounds=3) == [
            Measurement("torch", "cpu", 0.40, 6.0),
            Measurement("onnx", "cpu", 0.30, 1.0),
        ]
        assert machine.log == [
            "start torch", "start onnx",
            "torch cpu", "onnx cpu", "torch cpu", "onnx cpu", "torch cpu", "onnx cpu",
            "end onnx", "end torch",
        ]  # fmt: skip
        assert lines == []

    def test_the_best_of_several_counts(self, machine: Machine, lines: Lines) -> None:
        noise = {1: 2.0, 2: 3.0, 3: 1.1, 4: 1.0, 5: 1.0}
        machine.noise = lambda turn: noise.get(turn, 1.5)
        found = {m.engine: m.real_time_factor for m in times(lines, rounds=5)}
        assert found == {"torch": 0.40, "onnx": 0.30}

    @pytest.mark.parametrize("busy", [range(1, 4), range(4, 8), range(1, 5)])
    def test_noise_that_lasts_a_while_does_not_change_the_order(
        self, machine: Machine, lines: Lines, busy: range
    ) -> None:
        machine.noise = lambda turn: 4.0 if turn in busy else 1.0
        found = times(lines)
        assert min(found, key=lambda m: m.real_time_factor).engine == "onnx"

    def test_each_device_has_its_figure(self, machine: Machine, lines: Lines) -> None:
        machine.factors = {("torch", "cuda"): 0.02, **TRUE}
        found = {(m.engine, m.device): m.real_time_factor for m in times(lines)}
        assert found == machine.factors
        assert machine.turns[:3] == ["torch cuda", "torch cpu", "onnx cpu"]

    @pytest.mark.parametrize("turns", [0, 1, 3])
    def test_one_that_does_not_run_is_left_out(
        self, machine: Machine, lines: Lines, turns: int
    ) -> None:
        machine.broken = {"torch": turns}
        assert times(lines) == [Measurement("onnx", "cpu", 0.30, 1.0)]
        assert lines == ["The engine torch does not run here: no such library"]

    def test_one_that_breaks_on_its_second_device(self, machine: Machine, lines: Lines) -> None:
        machine.factors = {("torch", "cuda"): 0.02, **TRUE}
        machine.broken = {"torch": 2}
        assert [m.engine for m in times(lines)] == ["onnx"]


@pytest.fixture
def installed(store: Store, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with a model and a voice."""
    write_model(store.cache)
    monkeypatch.setattr(module, "any_installed_voice", lambda store: VOICE)
    return store


class TestMeasureEngines:
    def measure(self, store: Store, lines: Lines) -> list[Measurement]:
        model = installed_model(store)
        assert model is not None
        return measure_engines(store, model, VOICE, lines)

    def test_each_engine_is_measured_and_the_figures_are_kept(
        self, installed: Store, lines: Lines
    ) -> None:
        replace_measurements(installed, NOISY)
        found = self.measure(installed, lines)
        assert {(m.engine, m.device): m.real_time_factor for m in found} == TRUE
        assert measurements(installed) == found
        assert list(installed.cache.glob(".new*")) == []

    def test_one_that_does_not_run_is_told_of(
        self, installed: Store, machine: Machine, lines: Lines
    ) -> None:
        machine.broken = {"torch": 0}
        found = self.measure(installed, lines)
        assert [m.engine for m in found] == ["onnx"]
        assert "The engine torch does not run here: no such library" in lines
        assert measurements(installed) == found

    def test_none_runs(self, installed: Store, machine: Machine, lines: Lines) -> None:
        machine.broken = {"torch": 0, "onnx": 0}
        with pytest.raises(KokoroError, match="No engine runs"):
            self.measure(installed, lines)
        assert measurements(installed) == []


class TestSettle:
    """Before a long job, and only then, doubtful figures are measured again."""

    @pytest.fixture(autouse=True)
    def noisy(self, installed: Store) -> None:
        replace_measurements(installed, NOISY)

    def settle(
        self,
        store: Store,
        lines: Lines,
        seconds: float,
        engine: str = "auto",
        device: str = "auto",
    ) -> str:
        return settle(store, engine, device, seconds, lines).engine

    def test_a_bad_figure_is_mended_before_a_long_job(
        self, installed: Store, machine: Machine, lines: Lines
    ) -> None:
        assert self.settle(installed, lines, 10 * HOUR) == "onnx"
        assert machine.turns == ["torch cpu", "onnx cpu"] * 3
        assert lines == ["Measuring again which engine is fastest here: this job takes long …"]
        assert {m.engine: (m.real_time_factor, m.runs) for m in measurements(installed)} == {
            "torch": (0.30, 2),
            "onnx": (0.30, 2),
        }

    def test_it_is_not_measured_a_third_time(
        self, installed: Store, machine: Machine, lines: Lines
    ) -> None:
        self.settle(installed, lines, 10 * HOUR)
        machine.log.clear()
        assert self.settle(installed, lines, 10 * HOUR) == "onnx"
        assert machine.log == []

    @pytest.mark.parametrize("seconds", [0.0, 3.0, 60.0, 1800.0])
    def test_a_short_job_waits_for_nothing(
        self, installed: Store, machine: Machine, lines: Lines, seconds: float
    ) -> None:
        self.settle(installed, lines, seconds)
        assert machine.log == []
        assert lines == []
        assert settled(installed) is None

    def test_a_sentence_waits_for_pytorch_neither(self, installed: Store, lines: Lines) -> None:
        assert self.settle(installed, lines, 3.0) == "onnx"

    def test_what_was_asked_for_is_not_measured(
        self, installed: Store, machine: Machine, lines: Lines
    ) -> None:
        assert self.settle(installed, lines, 10 * HOUR, engine="torch") == "torch"
        assert self.settle(installed, lines, 10 * HOUR, engine="onnx") == "onnx"
        assert self.settle(installed, lines, 10 * HOUR, engine="torch", device="cpu") == "torch"
        assert machine.log == []

    def test_figures_that_are_far_apart_are_not_measured(
        self, installed: Store, machine: Machine, lines: Lines
    ) -> None:
        replace_measurements(installed, [*NOISY, Measurement("torch", "cuda", 0.02, 7.0)])
        assert settle(installed, "auto", "auto", 50 * HOUR, lines).device == "cuda"
        assert machine.log == []

    def test_a_machine_that_was_never_measured_is(
        self, installed: Store, machine: Machine, lines: Lines
    ) -> None:
        (installed.cache / "speed.json").unlink()
        assert self.settle(installed, lines, 60.0) == "onnx"
        assert machine.log == []
        machine.factors["torch", "cuda"] = 0.01
        choice = settle(installed, "auto", "auto", 10 * HOUR, lines)
        assert (choice.engine, choice.device) == ("torch", "cuda")
        assert len(measurements(installed)) == 3

    def test_an_engine_that_does_not_run_any_more_is_forgotten(
        self, installed: Store, machine: Machine, lines: Lines
    ) -> None:
        machine.broken = {"torch": 0}
        assert self.settle(installed, lines, 10 * HOUR) == "onnx"
        assert [m.engine for m in measurements(installed)] == ["onnx"]

    def test_where_nothing_can_be_measured_the_figures_stay(
        self, installed: Store, machine: Machine, lines: Lines
    ) -> None:
        machine.broken = {"torch": 0, "onnx": 0}
        assert self.settle(installed, lines, 10 * HOUR) == "torch"
        assert measurements(installed) == NOISY

    def test_without_a_voice_nothing_is_measured(
        self, installed: Store, machine: Machine, lines: Lines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "any_installed_voice", lambda store: None)
        assert self.settle(installed, lines, 10 * HOUR) == "torch"
        assert machine.log == []

    def test_a_job_that_is_run_again_finds_what_it_made(
        self, installed: Store, machine: Machine, lines: Lines
    ) -> None:
        """Runs that were learnt from in between do not change the engine, unless by a lot."""
        machine.factors = {("torch", "cpu"): 0.30, ("onnx", "cpu"): 0.40}
        assert self.settle(installed, lines, 10 * HOUR) == "torch"
        for factor, expected in ((0.28, "torch"), (0.2, "onnx")):
            onnx = EngineChoice("onnx", "cpu", "")
            learn(installed, onnx, load_seconds=1.0, audio_seconds=100.0, work_seconds=100 * factor)
            assert self.settle(installed, lines, 10 * HOUR) == expected

    def test_what_a_sweep_found_comes_first(
        self, installed: Store, machine: Machine, lines: Lines
    ) -> None:
        save_tuning(installed, Tuning("torch", "cpu", 2, 1, 200))
        choice = settle(installed, "auto", "auto", 10 * HOUR, lines)
        assert (choice.engine, choice.reason) == ("torch", "found best by a sweep")
        assert self.settle(installed, lines, 10 * HOUR, engine="onnx") == "onnx"
        assert machine.log == []

    def test_what_cannot_be_is_an_error(self, installed: Store, lines: Lines) -> None:
        with pytest.raises(UsageError):
            self.settle(installed, lines, HOUR, engine="tf")
        with pytest.raises(UsageError):
            self.settle(installed, lines, HOUR, engine="onnx", device="cuda")


@pytest.mark.real
def test_the_engines_of_this_machine(real_store: Store, lines: Lines) -> None:
    from kokoro_cli.install import find_installed_voice

    model, voice = installed_model(real_store), find_installed_voice(real_store, "af_heart")
    assert model is not None
    assert voice is not None
    found = measured(["torch", "onnx"], model.folder, voice, lines, rounds=1)
    assert lines == []
    assert {m.engine for m in found} == {"torch", "onnx"}
    assert all(m.real_time_factor > 0 and m.load_seconds > 0 for m in found)
