"""Check that a fast engine is also right: words recognised, and distance to a reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np

from kokoro_cli.bench.latency import Backend, Show, Speaks
from kokoro_cli.bench.recognise import hear, plain_words, word_errors
from kokoro_cli.bench.report import Quality
from kokoro_cli.bench.texts import words_in
from kokoro_cli.bench.worker import Task
from kokoro_cli.child import ProcessError
from kokoro_cli.engines import ENGINES
from kokoro_cli.files import temporary_folder
from kokoro_cli.spectrum import log_spectrum_distance
from kokoro_cli.types import Samples

REFERENCE: Backend = (next(spec.name for spec in ENGINES.values() if spec.reference), "cpu")


def judge(
    backends: Sequence[Backend],
    texts: Sequence[str],
    seed: int,
    worker: Callable[[Backend], Speaks],
    show: Show,
    listen: Callable[[Samples], str] = hear,
) -> dict[tuple[Backend, int], Quality]:
    """Return the quality of each text by each backend; keys are backend and number of words.

    A backend that fails is left out. If the reference fails, all distances are None.
    """
    reference = _speak(REFERENCE, texts, seed, worker, show)
    found = {}
    for backend in backends:
        spoken = reference if backend == REFERENCE else _speak(backend, texts, seed, worker, show)
        for text, samples in spoken.items():
            show(f"{backend[0]} on {backend[1]}, listening, {words_in(text)} words")
            known = reference.get(text) if backend != REFERENCE else None
            found[backend, words_in(text)] = Quality(
                words_wrong=word_errors(text, listen(samples)),
                words=len(plain_words(text)),
                spectrum_distance=None if known is None else log_spectrum_distance(samples, known),
            )
    return found


def _speak(
    backend: Backend,
    texts: Sequence[str],
    seed: int,
    worker: Callable[[Backend], Speaks],
    show: Show,
) -> dict[str, Samples]:
    spoken = {}
    with closing(worker(backend)) as speaker:
        try:
            speaker.ready()
            for text in texts:
                show(f"{backend[0]} on {backend[1]}, for the ear, {words_in(text)} words")
                spoken[text] = samples_of(speaker, Task(text, seed))
        except ProcessError:
            return {}  # The measurements before this have reported the reason.
    return spoken


def samples_of(speaker: Speaks, task: Task) -> Samples:
    """Have a process speak a task, and return the samples."""
    with temporary_folder() as folder:
        keep = folder / "samples.npy"
        speaker.speak(replace(task, keep=str(keep)))
        samples: Samples = np.load(keep)
    return samples
