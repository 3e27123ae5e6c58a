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
from functools import partial

import numpy as np

from kokoro_cli.bench.memory import own_peak_bytes
from kokoro_cli.child import ERROR
from kokoro_cli.errors import KokoroError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.speaker.request import SpeechRequest
from kokoro_cli.speaker.speaker import Speaker
from kokoro_cli.synthesis import Utterance
from kokoro_cli.text.chunk import StreamLengths
from kokoro_cli.types import Losses, Samples


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """What a worker loads; the model and the voice are those of the environment."""

    engine: str
    device: str
    voice: str
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
    utterances: Callable[[Task], Iterator[Utterance]],
    keep: Callable[[Samples], None],
    clock: Callable[[], float] = time.perf_counter,
) -> Spoken:
    """Speak a text and time it from its letters to the last sample."""
    begun = clock()
    first = None
    phonemes = chunks = samples = 0
    for utterance in utterances(task):
        if first is None:
            first = clock() - begun
        phonemes += len(utterance.chunk.phonemes)
        chunks += 1
        samples += utterance.length
        for block in utterance.blocks():
            keep(block)
    total = clock() - begun
    assert first is not None
    return Spoken(phonemes, chunks, samples / SAMPLE_RATE, first, total, own_peak_bytes())


def utterances(speaker: Speaker, voice: str, task: Task) -> Iterator[Utterance]:
    """Yield what the task has the speaker say."""
    plan = speaker.plan(SpeechRequest(voice=voice, seed=task.seed, max_phonemes=task.max_phonemes))
    lengths = StreamLengths(task.growth) if task.growth else None
    chunks = plan.chunks(task.text, Losses(), lengths)
    return speaker.utterances(plan, chunks, workers=task.workers)


def serve(setup: WorkerSetup, answer: Callable[[object], None]) -> None:
    """Load, then answer the tasks on standard input until it ends."""
    speaker = Speaker.open(
        engine=setup.engine, device=setup.device, threads=setup.threads, offline=True
    )
    speaker.load(speaker.plan(SpeechRequest(voice=setup.voice)).language)
    answer({"ready": True})
    for line in sys.stdin:
        task = Task(**json.loads(line))
        blocks: list[Samples] = []
        keep = blocks.append if task.keep else lambda block: None
        spoken = speak(task, partial(utterances, speaker, setup.voice), keep)
        if task.keep:
            np.save(task.keep, np.concatenate(blocks))
        answer(asdict(spoken))


def main() -> None:
    answers = sys.stdout
    sys.stdout = sys.stderr  # Libraries may print, but standard output is only for answers.
    try:
        serve(
            WorkerSetup(**json.loads(sys.argv[1])),
            lambda value: print(json.dumps(value), file=answers, flush=True),
        )
    except KokoroError as error:
        print(f"{ERROR} {error.message}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
