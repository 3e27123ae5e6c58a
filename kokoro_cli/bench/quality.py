"""Whether what is fast is right: the words that are heard, and the distance to another sound."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kokoro_cli.bench.latency import Place, Show, Speaker
from kokoro_cli.bench.processes import ProcessError
from kokoro_cli.bench.recognise import hear, plain_words, word_errors
from kokoro_cli.bench.report import Quality
from kokoro_cli.bench.texts import words_in
from kokoro_cli.bench.worker import Task
from kokoro_cli.types import Samples

REFERENCE: Place = ("torch", "cpu")

_WINDOW, _HOP, _FLOOR = 1024, 256, 1e-5


def log_spectrum_distance(a: Samples, b: Samples) -> float:
    """Return the mean absolute difference of natural-log magnitudes, over the shorter one's length.

    Windows of 1,024 samples (Hann), 256 apart. Two seeds of one engine are 0.09 to 0.15 apart.
    """
    length = min(len(a), len(b))
    return float(np.abs(_log_spectrum(a[:length]) - _log_spectrum(b[:length])).mean())


def _log_spectrum(samples: Samples) -> npt.NDArray[np.float64]:
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW)))
    return np.asarray(np.log(spectrum + _FLOOR), dtype=np.float64)


def judge(
    places: Sequence[Place],
    texts: Sequence[str],
    seed: int,
    worker: Callable[[Place], Speaker],
    show: Show,
    listen: Callable[[Samples], str] = hear,
) -> dict[tuple[Place, int], Quality]:
    """Return what each place's sound of each text is worth, by place and number of words.

    A place that does not speak is left out, and where the reference does not, distances are None.
    """
    reference = _speak(REFERENCE, texts, seed, worker, show)
    found = {}
    for place in places:
        spoken = reference if place == REFERENCE else _speak(place, texts, seed, worker, show)
        for text, samples in spoken.items():
            show(f"{place[0]} on {place[1]}, listening, {words_in(text)} words")
            known = reference.get(text) if place != REFERENCE else None
            found[place, words_in(text)] = Quality(
                words_wrong=word_errors(text, listen(samples)),
                words=len(plain_words(text)),
                spectrum_distance=None if known is None else log_spectrum_distance(samples, known),
            )
    return found


def _speak(
    place: Place,
    texts: Sequence[str],
    seed: int,
    worker: Callable[[Place], Speaker],
    show: Show,
) -> dict[str, Samples]:
    spoken = {}
    with closing(worker(place)) as speaker:
        try:
            speaker.ready()
            for text in texts:
                show(f"{place[0]} on {place[1]}, for the ear, {words_in(text)} words")
                spoken[text] = samples_of(speaker, Task(text, seed))
        except ProcessError:
            return {}  # What was measured before has said why.
    return spoken


def samples_of(speaker: Speaker, task: Task) -> Samples:
    """Have a process speak, and return what it spoke."""
    with tempfile.TemporaryDirectory() as folder:
        keep = Path(folder) / "samples.npy"
        speaker.speak(replace(task, keep=str(keep)))
        samples: Samples = np.load(keep)
    return samples
