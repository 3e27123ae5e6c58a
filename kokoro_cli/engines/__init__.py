"""Engines: what turns phonemes and a style into samples.

An engine touches one file and one line of the table below. Its module is imported when it is
chosen, and not before: that is what keeps PyTorch out of a process that speaks with onnxruntime.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from kokoro_cli.errors import UsageError
from kokoro_cli.types import EngineChoice, Frames, Rendering, Style

ENGINES = {"torch": "torch_engine", "onnx": "onnx_engine"}
DEVICES = ("cuda", "mps", "cpu")

CHECKPOINT = "checkpoint.pth"
DURATION_GRAPH = "duration.onnx"
DECODER_GRAPH = "decoder.onnx"
"""The files of an installed model, in one folder."""


BATCH = {"cuda": 32}
"""Utterances that are worth speaking at once, by device; elsewhere it is one."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be spoken: the arguments of `Engine.render`."""

    phonemes: str
    style: Style
    speed: float
    seed: int

    def by(self, engine: Engine) -> Rendering:
        return engine.render(self.phonemes, self.style, speed=self.speed, seed=self.seed)


class Engine(Protocol):
    """The same arguments give the same samples."""

    @property
    def device(self) -> str: ...

    @property
    def concurrent(self) -> bool:
        """Whether several threads may call it at once, and gain by that."""
        ...

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        """Speak 1 to 510 phonemes of the vocabulary; *style* has the shape [256].

        *speed* divides the durations. *seed* fixes the noise of the voice's source.
        """
        ...

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        """Speak many at once, each as `render` would but for the rounding of sums."""
        ...

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        """Return how long each phoneme lasts, as in `Rendering.frames`, without speaking."""
        ...


@dataclass(frozen=True, slots=True)
class Measurement:
    """How fast an engine spoke on this machine."""

    engine: str
    device: str
    real_time_factor: float
    """Seconds of work for a second of speech."""
    load_seconds: float
    """Until it is ready in a new process, imports included."""

    @property
    def minute_seconds(self) -> float:
        """Seconds until a minute of speech is spoken, in a new process."""
        return self.load_seconds + 60 * self.real_time_factor


@dataclass(frozen=True, slots=True)
class Tuning:
    """What speaks a long text, and how."""

    engine: str
    device: str
    threads: int
    """Processors that a call of the engine takes; 0 is all."""
    workers: int
    """Chunks that are spoken at once."""
    max_phonemes: int
    """Longest chunk that is made where the text lets one choose."""


def load_engine(choice: EngineChoice, model: Path, *, threads: int = 0) -> Engine:
    """Return the chosen engine with the model in the folder *model*.

    Each call of it takes so many processors, all of them by default.
    """
    module = import_module(f"{__name__}.{ENGINES[choice.engine]}")
    engine: Engine = module.load(model, choice.device, threads=threads)
    return engine


def prepare_engine(engine: str, model: Path) -> None:
    """Keep in the model's folder what lets the engine load sooner; OSError where it can't be."""
    import_module(f"{__name__}.{ENGINES[engine]}").prepare(model)


def fits(place: tuple[str, str], engine: str, device: str) -> bool:
    """Whether an engine on a device is one of those that were asked for; "auto" is any."""
    return engine in ("auto", place[0]) and device in ("auto", place[1])


def choose(engine: str, device: str, measurements: list[Measurement]) -> EngineChoice:
    """Decide which engine speaks and where, without importing any.

    "auto" takes what was measured on this machine to speak a minute soonest, loading included;
    onnx where nothing was measured, which needs no PyTorch. UsageError for a pair that cannot be.
    """
    if engine not in ("auto", *ENGINES):
        raise UsageError(f"Unknown engine: {engine!r}.", hint="Known are auto, torch and onnx.")
    if device not in ("auto", *DEVICES):
        raise UsageError(f"Unknown device: {device!r}.", hint="Known are auto, cuda, mps and cpu.")
    if engine == "onnx" and device not in ("auto", "cpu"):
        raise UsageError(
            f"The onnx engine runs on the CPU alone, not on {device}.",
            hint=f"Use --engine torch --device {device}.",
        )
    candidates = [
        m
        for m in sorted(measurements, key=lambda m: m.minute_seconds)
        if fits((m.engine, m.device), engine, device)
    ]
    if engine != "auto" and device != "auto":
        return EngineChoice(engine, device, "as asked")
    if candidates:
        best = candidates[0]
        return EngineChoice(best.engine, best.device, _reason(candidates))
    if engine == "torch":
        return EngineChoice("torch", device, "as asked; not measured on this machine")
    if device in ("cuda", "mps"):
        return EngineChoice("torch", device, "the engine that runs there")
    return EngineChoice(
        "onnx",
        "cpu",
        "not measured on this machine as it is now (kokoro models pull does); fastest on most CPUs",
    )


def _reason(candidates: list[Measurement]) -> str:
    figures = [f"{m.engine} on {m.device} {m.minute_seconds:.0f} s" for m in candidates]
    if len(candidates) == 1:
        return f"measured here: {figures[0]} for a minute of speech"
    return f"fastest measured here for a minute of speech: {', '.join(figures)}"


# Of the factor by which an engine is faster than the sound, a fifth is kept back.
_SAFETY, _UNMEASURED, _LEAST_GROWTH, _MOST_GROWTH = 0.8, 0.5, 1.25, 3.0


def growth(choice: EngineChoice, measurements: list[Measurement]) -> float:
    """Return by how much each chunk of a stream may be longer than the last, and be in time."""
    factors = {(m.engine, m.device): m.real_time_factor for m in measurements}
    factor = factors.get((choice.engine, choice.device), _UNMEASURED)
    return min(max(_SAFETY / factor, _LEAST_GROWTH), _MOST_GROWTH)
