"""Which engine a speaker takes, and what it learns of it; by scripted measurements."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from kokoro_cli import AssetError, KokoroError, Speaker, UsageError, install
from kokoro_cli.engines import Engine, EngineSpec, Measurement, Tuning, table
from kokoro_cli.install import measure
from kokoro_cli.install.figures import replace_measurements
from kokoro_cli.types import EngineChoice
from tests.fakes import ToneEngine
from tests.install.test_measure import Machine
from tests.speaker import tones
from tests.toy_model import MACHINE_FACTOR

HOUR = 3600.0

# On this machine onnx is as fast as HERE says; a busy moment made it seem half as fast: NOISY.
HERE = [Measurement("torch", "cpu", 0.40, 6.0), Measurement("onnx", "cpu", 0.30, 1.0)]
NOISY = [Measurement("torch", "cpu", 0.30, 9.0), Measurement("onnx", "cpu", 0.61, 1.3)]
GPU = [*HERE, Measurement("torch", "cuda", 0.02, 7.0)]

TEXT = "The old captain looked at the harbor and said nothing. " * 3


@pytest.fixture
def measured(cache: Path) -> Callable[[list[Measurement]], None]:
    """Return a function that puts figures in place of those of the toy."""

    def put(figures: list[Measurement]) -> None:
        with Speaker.open() as speaker:
            replace_measurements(speaker.store, figures)

    return put


@pytest.fixture
def machine(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The machine of a script, for engines that are measured again."""
    made = Machine()
    monkeypatch.setattr(measure, "_start", lambda *arguments: made.start(*arguments))
    return made


Figures = Callable[[list[Measurement]], None]


def chosen(speaker: Speaker) -> tuple[str, str]:
    return speaker.choice.engine, speaker.choice.device


class TestChoosing:
    @pytest.mark.parametrize("figures", [HERE, NOISY, GPU, []], ids=str)
    @pytest.mark.parametrize("seconds", [0.5, 3.0, 19.0])
    def test_a_sentence_never_waits_for_pytorch(
        self, measured: Figures, figures: list[Measurement], seconds: float
    ) -> None:
        measured(figures)
        with Speaker.open(seconds=seconds, device="cpu") as speaker:
            assert chosen(speaker) == ("onnx", "cpu")
            assert speaker.choice.reason

    def test_a_long_text_takes_what_is_done_first(self, measured: Figures) -> None:
        measured(GPU)
        with Speaker.open(seconds=HOUR) as speaker:
            assert chosen(speaker) == ("torch", "cuda")
        with Speaker.open(seconds=HOUR, device="cpu") as speaker:
            assert chosen(speaker) == ("onnx", "cpu")

    def test_what_is_asked_for_is_taken(self, measured: Figures) -> None:
        measured(GPU)
        with Speaker.open(engine="torch", seconds=1.0) as speaker:
            assert chosen(speaker) == ("torch", "cuda")
        with Speaker.open(engine="torch", device="cpu", seconds=1.0) as speaker:
            assert speaker.choice == EngineChoice("torch", "cpu", "as asked")


class TestPrecision:
    FAST = (*HERE, Measurement("native-bf16", "cpu", 0.05, 1.0))

    def test_reduced_precision_is_asked_for(self, measured: Figures) -> None:
        measured(list(self.FAST))
        with Speaker.open() as speaker:
            assert chosen(speaker) == ("onnx", "cpu")
            assert speaker.tuning(60.0).engine == "onnx"
        with Speaker.open(precision="fast") as speaker:
            assert chosen(speaker) == ("native-bf16", "cpu")
            assert speaker.tuning(60.0).engine == "native-bf16"
            assert speaker.notice == ""

    def test_a_notice_says_that_none_is_here(self, measured: Figures) -> None:
        measured(HERE)
        with Speaker.open(precision="fast") as speaker:
            assert chosen(speaker) == ("onnx", "cpu")
            assert speaker.notice.startswith("No engine of reduced precision was measured here")
        with Speaker.open() as speaker:
            assert speaker.notice == ""

    def test_what_a_sweep_found_with_it_is_not_taken_unasked(self, measured: Figures) -> None:
        measured(list(self.FAST))
        best = Tuning("native-bf16", "cpu", 2, 3, 150)
        with Speaker.open() as speaker:
            install.save_tuning(speaker.store, best)
            assert speaker.tuning(60.0).engine == "onnx"
        with Speaker.open(precision="fast") as speaker:
            assert speaker.tuning(60.0) == best

    def test_an_unknown_one_is_a_usage_error(self, cache: Path) -> None:
        with pytest.raises(UsageError, match="Unknown precision: 'double'"):
            Speaker.open(precision="double")

    def test_the_sound_depends_on_the_kernels_version(
        self, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def identities(version: str) -> list[str]:
            monkeypatch.setattr(table, "installed_version", lambda name: f"{name} {version}")
            names = "onnx", "native", "native-bf16"
            return [Speaker.open(engine=name).identity(1) for name in names]

        old, new = identities("0.1"), identities("0.2")
        assert len({*old, *new}) == 5
        assert old[0] == new[0], "the plain graphs do not know the kernels"

    @pytest.mark.parametrize("engine", ["onnx", "native", "native-bf16"])
    def test_the_sound_depends_on_the_threads(self, cache: Path, engine: str) -> None:
        """Those of onnxruntime's sums, see ``tests/engines/test_native_speech.py``."""
        speaker = Speaker.open(engine=engine)
        assert speaker.identity(1) != speaker.identity(2)


class TestTuning:
    def test_a_noisy_figure_is_mended_before_a_long_job(
        self, measured: Figures, machine: Machine
    ) -> None:
        measured(NOISY)
        lines: list[str] = []
        with Speaker.open() as speaker:
            tuning = speaker.tuning(HOUR, lines.append)
            assert (tuning.engine, tuning.device) == chosen(speaker) == ("onnx", "cpu")
        assert "Measuring again" in lines[0]
        assert machine.turns
        with Speaker.open(seconds=HOUR) as speaker:
            assert chosen(speaker) == ("onnx", "cpu"), "and the next one knows"

    def test_a_short_job_measures_nothing(self, measured: Figures, machine: Machine) -> None:
        measured(NOISY)
        with Speaker.open() as speaker:
            assert speaker.tuning(3.0).engine == "onnx"
        assert machine.log == []

    def test_what_a_sweep_found_goes_first(self, measured: Figures, machine: Machine) -> None:
        measured(GPU)
        best = Tuning("onnx", "cpu", 2, 3, 150)
        with Speaker.open() as speaker:
            install.save_tuning(speaker.store, best)
            assert speaker.tuning(HOUR) == best
            assert speaker.choice.engine == "onnx"
            assert "sweep" in speaker.choice.reason
        with Speaker.open(engine="torch") as speaker:
            assert speaker.tuning(60.0).engine == "torch", "the sweep's is another engine"
        assert machine.log == []

    def test_it_decides_how_the_engine_is_loaded(
        self, tones_row: EngineSpec, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []

        def load(model: Path, device: str, *, threads: int) -> Engine:
            asked.append(threads)
            return ToneEngine()

        monkeypatch.setattr(tones, "load", load)
        with Speaker.open(engine="tones") as speaker:
            tuning = speaker.tuning(HOUR)
            assert tuning.workers >= 1
            speaker.speak("Hello.")
        assert asked == [tuning.threads] == [1]

    def test_an_engine_that_is_loaded_stays(self, cache: Path) -> None:
        """A server speaks first, and converts a book later."""
        with Speaker.open() as speaker:
            speaker.speak("Hello.")
            engine = speaker.engine
            tuning = speaker.tuning(HOUR)
            assert tuning == Tuning("onnx", "cpu", 0, 1, 250), "a call takes all processors"
            assert speaker.engine is engine
        with Speaker.open(threads=1) as speaker:
            speaker.load()
            assert speaker.tuning(HOUR).threads == 1

    def test_the_second_job_of_a_speaker_is_spoken_as_the_first(self, cache: Path) -> None:
        with Speaker.open() as speaker:
            install.save_tuning(speaker.store, Tuning("onnx", "cpu", 2, 3, 150))
            first = speaker.tuning(HOUR)
            speaker.speak("Hello.")
            assert speaker.tuning(1.0) == first == speaker.tuning(HOUR)


def test_chunks_of_a_stream_grow_as_fast_as_the_engine_allows(measured: Figures) -> None:
    def length(figures: list[Measurement]) -> float:
        measured(figures)
        with Speaker.open() as speaker:
            chunks = [len(u.chunk.phonemes) for u in speaker.speak(TEXT * 5, stream=True)]
            assert speaker.stream_lengths().growth == growth
        return chunks[1] / chunks[0]

    growth = 3.0
    quick = length([Measurement("onnx", "cpu", 0.05, 1.0)])
    growth = 1.25
    slow = length([Measurement("onnx", "cpu", 5.0, 1.0)])
    assert quick > slow


class TestLearning:
    def factors(self) -> list[float]:
        with Speaker.open() as speaker:
            record = json.loads((speaker.store.cache / "speed.json").read_text())
        seen = [*record["measurements"], *record.get("learned", ())]
        return [each["real_time_factor"] for each in seen]

    def test_a_run_adds_what_it_saw(self, cache: Path) -> None:
        assert self.factors() == [MACHINE_FACTOR]
        with Speaker.open() as speaker:
            speaker.speak("Hello.")
            assert speaker.speak(TEXT).seconds > 5
        first, second = self.factors()
        assert first == MACHINE_FACTOR
        assert second > 0

    def test_closing_twice_counts_once(self, cache: Path) -> None:
        with Speaker.open() as speaker:
            speaker.speak("Hello.")
            speaker.speak(TEXT)
            speaker.close()
            speaker.close()
        assert len(self.factors()) == 2

    def test_too_little_says_nothing(self, cache: Path) -> None:
        with Speaker.open() as speaker:
            speaker.speak(TEXT)  # The first call warms up, and there is no other.
        with Speaker.open():
            pass
        with Speaker.open() as speaker:
            speaker.load()
        assert self.factors() == [MACHINE_FACTOR]

    def test_an_error_in_the_block_is_raised_and_the_speaker_is_closed(self, cache: Path) -> None:
        with pytest.raises(ZeroDivisionError), Speaker.open() as speaker:
            speaker.speak("Hello.")
            speaker.speak(TEXT)
            raise ZeroDivisionError
        assert len(self.factors()) == 2
        with pytest.raises(UsageError, match="closed"):
            speaker.speak("Hello.")

    def test_a_bad_figure_is_displaced_by_running(self, measured: Figures) -> None:
        measured([Measurement("onnx", "cpu", 60.0, 99.0)])
        with Speaker.open() as speaker:
            speaker.speak("Hello.")
            speaker.speak(TEXT)
        with Speaker.open() as speaker:
            (figure,) = install.measurements(speaker.store)
        assert figure.runs == 2
        assert figure.real_time_factor < 60
        assert figure.load_seconds < 99

    def test_a_cache_that_can_not_be_written_is_no_error(
        self, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("kokoro_cli.install.figures.write_whole", full)
        with Speaker.open() as speaker:
            speaker.speak("Hello.")
            speaker.speak(TEXT)
        assert self.factors() == [MACHINE_FACTOR]


class TestClosed:
    def test_it_does_not_speak(self, cache: Path) -> None:
        speaker = Speaker.open()
        waiting = speaker.speak("Hello.", stream=True)
        speaker.close()
        uses: list[Callable[[], object]] = [
            lambda: speaker.speak("Hello."),
            lambda: next(waiting),
            lambda: speaker.load(),
            lambda: speaker.begin_loading(),
            lambda: speaker.engine,
            lambda: speaker.device,
        ]
        for use in uses:
            with pytest.raises(UsageError, match="The speaker is closed") as caught:
                use()
            assert caught.value.hint

    def test_what_is_known_of_it_is_still_told(self, cache: Path) -> None:
        with Speaker.open() as speaker:
            spoken = speaker.speak("Hello.")
        assert speaker.choice == spoken.engine
        assert speaker.model.label
        assert speaker.missing() == []

    def test_what_was_begun_is_finished(self, cache: Path) -> None:
        with Speaker.open() as speaker:
            expected = speaker.speak(TEXT * 3, stream=True)
            whole = [utterance.text for utterance in expected]
            stream = speaker.speak(TEXT * 3, stream=True)
            first = next(stream)
        assert [first.text, *(utterance.text for utterance in stream)] == whole

    def test_a_speaker_that_was_never_used(self, cache: Path) -> None:
        Speaker.open().close()


class TestLoading:
    def test_the_engine_is_loaded_once_whoever_asks(
        self, tones_row: EngineSpec, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loads: list[float] = []

        def load(model: Path, device: str, *, threads: int) -> Engine:
            loads.append(time.perf_counter())
            time.sleep(0.05)
            return ToneEngine()

        monkeypatch.setattr(tones, "load", load)
        with Speaker.open(engine="tones") as speaker:
            speaker.begin_loading()
            threads = [Thread(target=speaker.speak, args=("Hello.",)) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert len(loads) == 1

    def test_what_fails_is_tried_again(
        self, tones_row: EngineSpec, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        errors: list[Exception] = [AssetError("The graph is damaged."), OSError(5, "disk")]

        def load(model: Path, device: str, *, threads: int) -> Engine:
            if errors:
                raise errors.pop(0)
            return ToneEngine()

        monkeypatch.setattr(tones, "load", load)
        with Speaker.open(engine="tones") as speaker:
            with pytest.raises(AssetError, match="damaged"):
                speaker.speak("Hello.")
            with pytest.raises(OSError, match="disk"):
                speaker.load()
            assert speaker.speak("Hello.").seconds > 0

    def test_a_stream_does_not_wait_for_loading(
        self, tones_row: EngineSpec, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go_on = Event()

        def load(model: Path, device: str, *, threads: int) -> Engine:
            assert go_on.wait(30)
            return ToneEngine()

        monkeypatch.setattr(tones, "load", load)
        with Speaker.open(engine="tones") as speaker:
            speaker.begin_loading()
            stream = speaker.speak("Hello.", stream=True)
            go_on.set()
            assert np.abs(next(stream).samples).max() > 0

    def test_a_damaged_model_is_an_asset_error(self, cache: Path) -> None:
        models = cache / "models"
        source = models.resolve()
        models.unlink()
        shutil.copytree(source, models)
        graph = next(models.glob("*/decoder.onnx"))
        graph.write_bytes(graph.read_bytes()[:-100] + b"?" * 100)
        with Speaker.open() as speaker, pytest.raises(KokoroError) as caught:
            speaker.speak("Hello.")
        assert isinstance(caught.value, AssetError)
        assert "is not what was installed" in caught.value.message
