"""Which engine speaks, by scripted measurements."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from kokoro_cli.engines import Measurement, choose, doubtful, fits, notice
from kokoro_cli.errors import UsageError
from kokoro_cli.types import EngineChoice

HERE = [
    Measurement("torch", "cpu", 0.45, 6.0),
    Measurement("onnx", "cpu", 0.5, 1.0),
    Measurement("torch", "cuda", 0.02, 7.0),
]

# Taken while the machine was busy: onnx seems half as fast as it is.
NOISY = [Measurement("torch", "cpu", 0.30, 9.0), Measurement("onnx", "cpu", 0.61, 1.3)]

SENTENCE, HOUR = 3.0, 3600.0


def place(
    measured: list[Measurement], seconds: float = 60.0, engine: str = "auto", device: str = "auto"
) -> tuple[str, str]:
    choice = choose(engine, device, measured, seconds)
    return choice.engine, choice.device


@pytest.mark.parametrize(
    ("engine", "device", "measured", "expected"),
    [
        ("auto", "auto", HERE, ("torch", "cuda")),
        ("auto", "auto", HERE[:2], ("onnx", "cpu")),
        ("auto", "cpu", HERE, ("onnx", "cpu")),
        ("torch", "auto", HERE, ("torch", "cuda")),
        ("torch", "cpu", HERE, ("torch", "cpu")),
        ("onnx", "auto", HERE, ("onnx", "cpu")),
        ("onnx", "auto", [], ("onnx", "cpu")),
        ("auto", "cuda", HERE[:2], ("torch", "cuda")),
        ("auto", "auto", [], ("onnx", "cpu")),
        ("auto", "cpu", [], ("onnx", "cpu")),
        ("auto", "mps", [], ("torch", "mps")),
        ("torch", "auto", [], ("torch", "auto")),
        ("auto", "auto", [Measurement("gone", "cpu", 0.01, 0.1)], ("onnx", "cpu")),
    ],
)
def test_choice(
    engine: str, device: str, measured: list[Measurement], expected: tuple[str, str]
) -> None:
    choice = choose(engine, device, measured)
    assert (choice.engine, choice.device) == expected
    assert choice.reason


class TestByTheText:
    """What speaks a text is what speaks this text soonest."""

    def test_loading_counts_for_a_sentence_and_speed_for_a_book(self) -> None:
        assert place(HERE, SENTENCE) == ("onnx", "cpu")
        assert place(HERE, HOUR) == ("torch", "cuda")
        faster = Measurement("torch", "cpu", 0.4, 6.0)
        assert place([HERE[1], faster], HOUR) == ("torch", "cpu")
        assert place([HERE[1], faster], 60.0) == ("onnx", "cpu")

    def test_of_those_that_are_about_as_fast_the_quick_one_speaks(self) -> None:
        """Its figure is that of one call at a time, and it gains by several."""
        assert place(HERE[:2], HOUR) == ("onnx", "cpu")
        assert place(HERE[:2], 100 * HOUR) == ("onnx", "cpu")

    @pytest.mark.parametrize("seconds", [0.0, SENTENCE, 10.0, 19.9])
    def test_noise_does_not_make_a_sentence_wait_for_pytorch(self, seconds: float) -> None:
        assert place(NOISY, seconds) == ("onnx", "cpu")

    @pytest.mark.parametrize("factor", [0.2, 0.61, 5.0])
    @pytest.mark.parametrize("load", [0.5, 4.0, 60.0])
    def test_no_figure_does(self, factor: float, load: float) -> None:
        measured = [
            Measurement("torch", "cpu", 0.01, 0.1),
            Measurement("onnx", "cpu", factor, load),
        ]
        assert place(measured, SENTENCE) == ("onnx", "cpu")
        choice = choose("auto", "auto", measured, SENTENCE, before=("torch", "cpu"))
        assert choice.engine == "onnx"

    def test_it_waits_where_nothing_else_runs(self) -> None:
        assert place([HERE[0]], SENTENCE) == ("torch", "cpu")
        assert place(HERE, SENTENCE, engine="torch", device="cpu") == ("torch", "cpu")

    def test_a_load_time_that_noise_made_does_not_count_in_full(self) -> None:
        gpu = Measurement("torch", "cuda", 0.02, 7.0)
        assert place([gpu, Measurement("onnx", "cpu", 0.5, 25.0)], SENTENCE) == ("onnx", "cpu")

    def test_a_gpu_speaks_a_sentence_where_the_processor_is_slow(self) -> None:
        gpu = Measurement("torch", "cuda", 0.02, 4.0)
        assert place([gpu, Measurement("onnx", "cpu", 3.0, 2.0)], SENTENCE) == ("torch", "cuda")


class TestStaying:
    """The engine that spoke before keeps a job, so that what it made is not made again."""

    NEAR = (Measurement("torch", "cpu", 0.45, 6.0), Measurement("onnx", "cpu", 0.5, 1.0))

    @pytest.mark.parametrize("before", [("torch", "cpu"), ("onnx", "cpu")])
    def test_it_stays_where_no_other_is_clearly_faster(self, before: tuple[str, str]) -> None:
        choice = choose("auto", "auto", list(self.NEAR), HOUR, before=before)
        assert (choice.engine, choice.device) == before

    def test_it_goes_where_another_is(self) -> None:
        measured = [self.NEAR[1], Measurement("torch", "cpu", 0.4, 6.0)]
        choice = choose("auto", "auto", measured, HOUR, before=("onnx", "cpu"))
        assert choice.engine == "torch"

    @pytest.mark.parametrize("before", [("torch", "cuda"), ("gone", "cpu")])
    def test_what_is_not_here_does_not(self, before: tuple[str, str]) -> None:
        choice = choose("auto", "auto", list(self.NEAR), HOUR, before=before)
        assert choice.engine == "onnx"


class TestDoubtful:
    """Figures that, measured again, could change what speaks this text."""

    def names(self, measured: list[Measurement], seconds: float = HOUR) -> list[str]:
        return [m.engine for m in doubtful("auto", "auto", measured, seconds)]

    def test_one_bad_figure_is(self) -> None:
        assert self.names(NOISY) == ["onnx"]

    def test_a_close_best_is_too(self) -> None:
        assert self.names(HERE[:2]) == ["onnx", "torch"]

    def test_a_figure_that_was_seen_again_is_not(self) -> None:
        assert self.names([replace(m, runs=2) for m in NOISY]) == []
        assert self.names([replace(m, runs=2) for m in HERE[:2]]) == []

    def test_one_that_is_too_far_off_to_matter_is_not(self) -> None:
        assert self.names(HERE) == []

    @pytest.mark.parametrize("seconds", [0.0, SENTENCE])
    def test_for_a_sentence_nothing_is(self, seconds: float) -> None:
        assert self.names(NOISY, seconds) == []

    def test_nothing_is_where_nothing_else_was_asked_for(self) -> None:
        assert doubtful("torch", "cpu", NOISY, HOUR) == []
        assert doubtful("onnx", "auto", NOISY, HOUR) == []
        assert doubtful("auto", "auto", [], HOUR) == []


class TestReason:
    """It names what was decided, and by which figures."""

    @pytest.mark.parametrize(
        ("measured", "seconds", "before", "reason"),
        [
            (HERE, 60, None, "fastest here for 60 s of speech: "
             "torch on cuda 8.2 s, onnx 31 s, torch 33 s"),
            (HERE[:2], 4, None, "fastest here for 4 s of speech: onnx 3 s, torch 7.8 s"),
            (HERE[:1], 600, None, "measured here for 10 min of speech: torch 4.6 min"),
            ([HERE[1], Measurement("torch", "cpu", 0.1, 1.0)], 10, None,
             "loads soonest, which counts for 10 s of speech: onnx 6 s, torch 2 s"),
            (HERE[:2], 36_000, None, "nothing is clearly faster here for 10 h of speech: "
             "onnx 5 h, torch 4.5 h"),
            (HERE[:2], 600, ("torch", "cpu"), "fastest here for 10 min of speech: "
             "torch 4.6 min, onnx 5 min"),
        ],
        ids=["a minute", "a sentence", "one", "noise", "near", "before"],
    )  # fmt: skip
    def test_reason(
        self,
        measured: list[Measurement],
        seconds: float,
        before: tuple[str, str] | None,
        reason: str,
    ) -> None:
        assert choose("auto", "auto", measured, seconds, before=before).reason == reason


class TestPrecision:
    """The engines of reduced precision count only if they are asked for."""

    ALL = (
        *HERE,
        Measurement("native", "cpu", 0.1, 1.0),
        Measurement("native-bf16", "cpu", 0.05, 1.0),
    )

    def choice(self, precision: str, device: str = "cpu", engine: str = "auto") -> EngineChoice:
        return choose(engine, device, list(self.ALL), HOUR, precision=precision)

    def test_exact_is_the_default(self) -> None:
        assert choose("auto", "cpu", list(self.ALL), HOUR).engine == "native"
        assert self.choice("exact").engine == "native"

    def test_fast_takes_the_fastest(self) -> None:
        assert self.choice("fast").engine == "native-bf16"
        assert self.choice("fast", device="auto").engine == "torch", "a GPU is faster still"

    def test_one_that_is_named_speaks(self) -> None:
        for precision in ("exact", "fast"):
            assert self.choice(precision, engine="native-bf16").engine == "native-bf16"

    def test_one_that_spoke_before_is_not_taken_unasked(self) -> None:
        before = "native-bf16", "cpu"
        near = [Measurement("native", "cpu", 0.1, 1.0), Measurement(*before, 0.1, 1.0)]
        assert choose("auto", "cpu", near, HOUR, before=before).engine == "native"
        fast = choose("auto", "cpu", near, HOUR, precision="fast", before=before)
        assert fast.engine == "native-bf16"

    def test_nothing_is_measured_again_for_it_unasked(self) -> None:
        near = [
            Measurement("native", "cpu", 0.1, 1.0, 9),
            Measurement("native-bf16", "cpu", 0.1, 1.0),
        ]
        assert doubtful("auto", "cpu", near, HOUR) == []
        assert doubtful("auto", "cpu", near, HOUR, "fast") == near[1:]

    def test_what_was_swept_fits_if_it_is_asked_for(self) -> None:
        place = "native-bf16", "cpu"
        assert not fits(place, "auto", "auto")
        assert fits(place, "auto", "auto", "fast")
        assert fits(place, "native-bf16", "cpu")
        assert not fits(place, "auto", "cuda", "fast")

    def test_a_line_says_that_none_runs_here(self) -> None:
        few = list(HERE[:2])
        choice = choose("auto", "auto", few, HOUR, precision="fast")
        assert choice.engine == "onnx"
        assert notice(choice, "auto", "fast", few) == (
            "No engine of reduced precision was measured here (kokoro models pull does, and says "
            "why one does not run); onnx speaks."
        )
        assert notice(choice, "auto", "exact", few) == ""

    def test_no_line_if_another_is_faster(self) -> None:
        choice = self.choice("fast", device="auto")
        assert notice(choice, "auto", "fast", list(self.ALL)) == ""
        assert "torch speaks" in notice(choice, "cuda", "fast", list(self.ALL))

    @pytest.mark.parametrize(
        ("engine", "precision", "message", "hint"),
        [
            ("auto", "double", "Unknown precision: 'double'", "Known are exact and fast."),
            ("native", "fast", "has one precision", "Leave `engine` out, or use native-bf16."),
        ],
    )
    def test_errors(self, engine: str, precision: str, message: str, hint: str) -> None:
        with pytest.raises(UsageError, match=message) as caught:
            self.choice(precision, engine=engine)
        assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("engine", "device", "message", "hint"),
    [
        ("onnx", "cuda", "does not run on cuda", "Use `engine` torch for cuda."),
        ("onnx", "mps", "does not run on mps", "Use `engine` torch for mps."),
        (
            "tf",
            "auto",
            "Unknown engine: 'tf'",
            "Known are auto, torch, onnx, native and native-bf16.",
        ),
        (
            "tf",
            "tpu",
            "Unknown engine: 'tf'",
            "Known are auto, torch, onnx, native and native-bf16.",
        ),
        ("auto", "tpu", "Unknown device: 'tpu'", "Known are auto, cuda, mps and cpu."),
    ],
)
def test_impossible_choices_are_errors(engine: str, device: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        choose(engine, device, HERE)
    assert caught.value.hint == hint


def test_choosing_imports_no_engine() -> None:
    code = (
        "import sys; from kokoro_cli.engines import choose; choose('auto', 'auto', []); "
        "assert not {'torch', 'onnxruntime'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
