"""The figures of this machine: what is read, what is learnt, what fades."""

from __future__ import annotations

import json
import math
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.engines import Measurement, Tuning, choose
from kokoro_cli.install import learn, measurements, save_tuning, saved_tuning
from kokoro_cli.install.figures import (
    KEPT,
    LEAST_SECONDS,
    add_measurements,
    replace_measurements,
    settle_on,
    settled,
    this_machine,
)
from kokoro_cli.types import EngineChoice

ONNX = EngineChoice("onnx", "cpu", "")
TORCH = EngineChoice("torch", "cpu", "")

MEASURED = [Measurement("onnx", "cpu", 0.25, 0.5), Measurement("torch", "cuda", 0.01, 6.0)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def run(store: Store, factor: float, load: float = 1.0, choice: EngineChoice = ONNX) -> None:
    """Learn from a run of 10 s of speech."""
    learn(store, choice, load_seconds=load, audio_seconds=10.0, work_seconds=10 * factor)


def figure(store: Store, engine: str = "onnx") -> Measurement:
    (found,) = [m for m in measurements(store) if m.engine == engine]
    return found


class TestRecord:
    @pytest.fixture
    def record(self) -> dict[str, Any]:
        """The content of speed.json, as it was written before there were several observations."""
        figures = [
            {"engine": "onnx", "device": "cpu", "real_time_factor": 0.25, "load_seconds": 0.5},
            {"engine": "torch", "device": "cuda", "real_time_factor": 0.01, "load_seconds": 6.0},
        ]
        return {"machine": this_machine(), "measurements": figures}

    def read(self, tmp_path: Path, content: bytes) -> list[Measurement]:
        (tmp_path / "speed.json").write_bytes(content)
        return measurements(Store(tmp_path))

    def test_an_old_record_counts_as_one_observation(
        self, tmp_path: Path, record: dict[str, Any]
    ) -> None:
        assert self.read(tmp_path, json.dumps(record).encode()) == MEASURED
        assert {m.runs for m in MEASURED} == {1}
        assert settled(Store(tmp_path)) is None

    def test_an_old_record_is_learnt_from(self, tmp_path: Path, record: dict[str, Any]) -> None:
        self.read(tmp_path, json.dumps(record).encode())
        run(Store(tmp_path), 0.2)
        assert figure(Store(tmp_path)) == Measurement("onnx", "cpu", 0.2, 0.5, runs=2)
        assert figure(Store(tmp_path), "torch") == MEASURED[1]

    @pytest.mark.parametrize("part", ["processors", "torch", "onnxruntime"])
    def test_another_machine(self, tmp_path: Path, record: dict[str, Any], part: str) -> None:
        record["machine"][part] = "another"
        content = json.dumps(record).encode()
        assert self.read(tmp_path, content) == []
        run(Store(tmp_path), 0.2)
        assert (tmp_path / "speed.json").read_bytes() == content, "nor is it added to"

    CORRUPT = (b"", b"{", b"null", b"[]", b"7", b"{}", b'"text"', b"\xff\xfe", b"[" * 100)

    @pytest.mark.parametrize("content", CORRUPT, ids=repr)
    def test_a_corrupt_record(self, tmp_path: Path, content: bytes) -> None:
        assert self.read(tmp_path, content) == []
        run(Store(tmp_path), 0.2)

    @pytest.mark.parametrize(
        "figures",
        [None, 7, {"a": 1}, [None], [{}], [{"engine": "onnx"}], [{"speed": 1}], ["onnx"]],
        ids=repr,
    )
    def test_a_record_of_another_version(
        self, tmp_path: Path, record: dict[str, Any], figures: object
    ) -> None:
        record["measurements"] = figures
        assert self.read(tmp_path, json.dumps(record).encode()) == []

    @pytest.mark.parametrize("value", ["0.2", None, [], 0, -1.0, math.nan, math.inf], ids=repr)
    @pytest.mark.parametrize("name", ["real_time_factor", "load_seconds"])
    def test_a_figure_that_is_none(
        self, tmp_path: Path, record: dict[str, Any], name: str, value: object
    ) -> None:
        record["measurements"][0][name] = value
        assert self.read(tmp_path, json.dumps(record).encode()) == []

    @pytest.mark.parametrize("value", [7, [], "", ["onnx"], {"a": 1}], ids=repr)
    def test_a_choice_that_is_none(
        self, tmp_path: Path, record: dict[str, Any], value: object
    ) -> None:
        record["settled"] = value
        self.read(tmp_path, json.dumps(record).encode())
        assert settled(Store(tmp_path)) is None

    def test_never_measured(self, store: Store) -> None:
        assert measurements(store) == []

    def test_a_new_measurement_takes_the_place_of_all(self, store: Store) -> None:
        replace_measurements(store, [Measurement("torch", "cpu", 0.1, 1.0), *MEASURED])
        replace_measurements(store, MEASURED[:1])
        assert measurements(store) == MEASURED[:1]

    def test_it_keeps_what_a_job_settled_on(self, store: Store) -> None:
        replace_measurements(store, MEASURED)
        settle_on(store, ONNX)
        assert settled(store) == ("onnx", "cpu")
        run(store, 0.2)
        assert settled(store) == ("onnx", "cpu")
        assert figure(store).runs == 2


class TestLearning:
    @pytest.fixture(autouse=True)
    def noisy(self, store: Store) -> None:
        """What was measured while the machine was busy: onnx seems half as fast as it is."""
        busy = [Measurement("torch", "cpu", 0.30, 9.0), Measurement("onnx", "cpu", 0.61, 2.0)]
        replace_measurements(store, busy)

    def test_the_next_good_run_displaces_a_bad_figure(self, store: Store) -> None:
        assert choose("auto", "auto", measurements(store), 60).engine == "torch"
        run(store, 0.30, load=1.0)
        assert figure(store) == Measurement("onnx", "cpu", 0.30, 1.0, runs=2)
        assert choose("auto", "auto", measurements(store), 60).engine == "onnx"

    def test_a_bad_run_displaces_nothing(self, store: Store) -> None:
        run(store, 0.30, load=1.0)
        run(store, 0.90, load=8.0)
        assert figure(store) == Measurement("onnx", "cpu", 0.30, 1.0, runs=3)

    def test_a_figure_that_was_too_good_fades(self, store: Store) -> None:
        run(store, 0.05, load=0.1)
        for _ in range(KEPT - 1):
            run(store, 0.50)
            assert figure(store).real_time_factor == 0.05
        run(store, 0.50)
        assert figure(store) == Measurement("onnx", "cpu", 0.50, 1.0, runs=KEPT + 1)

    def test_busy_hours_do_not_displace_what_was_measured(self, store: Store) -> None:
        """Else an engine that spoke on a busy machine is compared with an idle one."""
        replace_measurements(store, MEASURED)
        idle = measurements(store)
        chosen = choose("auto", "auto", idle, 60)
        for factor in (1.46, 0.81, 5.25, 5.26, 1.43, 2.2, 3.1):
            run(store, factor, load=9.0)
        for before, after in zip(idle, measurements(store), strict=True):
            assert after.real_time_factor == before.real_time_factor
            assert after.load_seconds == before.load_seconds
        assert choose("auto", "auto", measurements(store), 60).engine == chosen.engine

    def test_no_more_is_kept_than_counts(self, store: Store) -> None:
        for i in range(30):
            run(store, 0.5 + i / 1000)
            run(store, 0.4 + i / 1000, choice=TORCH)
        kept = json.loads((store.cache / "speed.json").read_text())["learned"]
        assert len(kept) == 2 * KEPT
        assert figure(store) == Measurement("onnx", "cpu", 0.525, 1.0, runs=KEPT + 1)

    def test_it_says_nothing_of_other_engines(self, store: Store) -> None:
        before = figure(store, "torch")
        run(store, 0.30)
        assert figure(store, "torch") == before

    @pytest.mark.parametrize(
        "change",
        [
            {"audio_seconds": LEAST_SECONDS - 0.01},
            {"audio_seconds": 0.0},
            {"work_seconds": 0.0},
            {"work_seconds": -1.0},
            {"work_seconds": math.nan},
            {"load_seconds": 0.0},
            {"load_seconds": math.inf},
        ],
        ids=repr,
    )
    def test_what_says_too_little_does_not_count(
        self, store: Store, change: dict[str, float]
    ) -> None:
        times = {"load_seconds": 0.1, "audio_seconds": 10.0, "work_seconds": 0.1} | change
        learn(store, ONNX, **times)
        assert figure(store).runs == 1

    def test_a_device_that_is_not_known_does_not_count(self, store: Store) -> None:
        run(store, 0.1, choice=EngineChoice("torch", "auto", ""))
        assert len(measurements(store)) == 2

    def test_a_cache_that_cannot_be_written_is_no_error(self, tmp_path: Path) -> None:
        (tmp_path / "other/speed.json").mkdir(parents=True)
        run(Store(tmp_path / "other"), 0.3)
        (tmp_path / "file").write_text("")
        run(Store(tmp_path / "file"), 0.3)
        settle_on(Store(tmp_path / "file"), ONNX)

    def test_one_that_can_be_read_alone_is_none_either(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(path: Path, data: bytes) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("kokoro_cli.install.figures.write_whole", full)
        run(store, 0.3)
        assert figure(store).runs == 1

    def test_it_needs_the_figures_of_others(self, tmp_path: Path) -> None:
        """A lone figure would look like a measurement of all engines."""
        run(Store(tmp_path / "new"), 0.3)
        assert not (tmp_path / "new").exists()

    def test_runs_at_the_same_time_leave_a_whole_record(self, store: Store) -> None:
        threads = [Thread(target=lambda: [run(store, 0.3) for _ in range(20)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert figure(store).runs == KEPT + 1
        assert figure(store, "torch").runs == 1
        assert [path.name for path in store.cache.iterdir()] == ["speed.json"]

    def test_what_does_not_run_any_more_is_forgotten(self, store: Store) -> None:
        settle_on(store, ONNX)
        add_measurements(store, [Measurement("onnx", "cpu", 0.3, 1.0)], without=["torch"])
        assert measurements(store) == [Measurement("onnx", "cpu", 0.3, 1.0, runs=2)]
        assert settled(store) == ("onnx", "cpu")


class TestTuning:
    SWEPT = Tuning("onnx", "cpu", 2, 3, 150)

    def test_as_a_sweep_found_best(self, store: Store) -> None:
        assert saved_tuning(store) is None
        path = save_tuning(store, self.SWEPT)
        assert path.parent == store.cache
        assert saved_tuning(store) == self.SWEPT

    @pytest.mark.parametrize(
        "change", [{"machine": {}}, {"tuning": {"engine": "onnx"}}, {"tuning": None}], ids=repr
    )
    def test_what_is_not_of_this_machine_or_version_is_none(
        self, store: Store, change: dict[str, Any]
    ) -> None:
        path = save_tuning(store, self.SWEPT)
        path.write_text(json.dumps(json.loads(path.read_text()) | change))
        assert saved_tuning(store) is None

    def test_an_engine_that_is_gone_is_none(self, store: Store) -> None:
        save_tuning(store, Tuning("gone", "cpu", 2, 3, 150))
        assert saved_tuning(store) is None
