"""One engine in its own process: ``python -m kokoro_cli.bench.worker SETUP``.

It loads, reports on standard output that it is ready, and answers each `Task` on standard input
with a `Spoken`. Each message is a JSON object on one line.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from kokoro_cli import synthesis
from kokoro_cli.bench.memory import own_peak_bytes
from kokoro_cli.engines import Engine, load_engine
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.synthesis import StyleOf, Utterance
from kokoro_cli.text.chunk import StreamLengths
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import EngineChoice, Losses, Samples, SynthesisOptions
from kokoro_cli.voices.pack import VoicePack


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """What a worker loads."""

    engine: str
    device: str
    model: str
    """Folder of the installed model."""
    pack: str
    """File of the voice."""
    language: str
    threads: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A text to speak once."""

    text: str
    seed: int = 0
    workers: int = 1
    max_phonemes: int = 250
    growth: float | None = None
    """Growth of the chunks of a stream, which starts with a short one; None for no stream."""
    keep: str | None = None
    """Path to save the samples to, as npy."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The measurements of a task."""

    phonemes: int
    chunks: int
    audio_seconds: float
    first_audio_seconds: float
    total_seconds: float
    peak_bytes: int | None


def speak(
    task: Task,
    stage: TextStage,
    engine: Engine,
    style: StyleOf,
    keep: Callable[[Samples], None],
    clock: Callable[[], float] = time.perf_counter,
) -> Spoken:
    """Speak a text and time it from its letters to the last sample."""
    options = SynthesisOptions(
        voice="", language=stage.language.letter, seed=task.seed, max_phonemes=task.max_phonemes
    )
    begun = clock()
    first = None
    phonemes = chunks = samples = 0
    for utterance in _utterances(task, stage, engine, style, options):
        if first is None:
            first = clock() - begun
        phonemes += len(utterance.chunk.phonemes)
        chunks += 1
        samples += len(utterance.block)
        keep(utterance.block)
    total = clock() - begun
    assert first is not None
    return Spoken(phonemes, chunks, samples / SAMPLE_RATE, first, total, own_peak_bytes())


def _utterances(
    task: Task, stage: TextStage, engine: Engine, style: StyleOf, options: SynthesisOptions
) -> Iterator[Utterance]:
    stream_lengths = StreamLengths(task.growth) if task.growth else None
    stream = synthesis.chunks(task.text, stage, options, Losses(), stream_lengths)
    if task.workers == 1:
        return synthesis.speak(stream, engine, style, options)
    rendered = synthesis.in_order(
        lambda chunk: synthesis.render(chunk, engine, style, options), stream, task.workers
    )
    return synthesis.join(rendered, options.gap_seconds)


def main() -> None:
    """Load, then answer tasks until standard input ends."""
    setup = WorkerSetup(**json.loads(sys.argv[1]))
    choice = EngineChoice(setup.engine, setup.device, "")
    engine = load_engine(choice, Path(setup.model), threads=setup.threads)
    stage = TextStage(LANGUAGES[setup.language])
    pack = VoicePack.mapped(Path(setup.pack))
    answers = sys.stdout
    sys.stdout = sys.stderr  # Libraries may print, but standard output is only for answers.
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        task = Task(**json.loads(line))
        blocks: list[Samples] = []
        keep = blocks.append if task.keep else lambda block: None
        spoken = speak(task, stage, engine, lambda voice, length: pack.style(length), keep)
        if task.keep:
            np.save(task.keep, np.concatenate(blocks))
        print(json.dumps(asdict(spoken)), file=answers, flush=True)


if __name__ == "__main__":
    main()
