"""Compare batches of the torch engine with upstream's own pipeline, on one device and weights.

    python benchmarks/gpu.py [--device cuda] [--batches 1,8,32,128] [--rounds 5] [--json FILE]

Stock is ``KPipeline.infer``, one chunk at a time, as upstream does it. Ours is what ``kokoro file``
does on a GPU: batches of chunks of similar length. Both get the same phonemes, voice and seeds in
one process. They take turns to begin a round; the first round is not counted.

* Throughput: seconds of speech a second, over chunks of a page of different lengths up to 250
  phonemes. There are as many chunks as in the largest batch, or ``--chunks``.
* Texts: seconds from the letters of 10, 30 and 100 words to the last sample, text stage included;
  ours speaks all chunks of a text at once.
* Exactness: whether each phoneme lasts as long, the largest difference of a sample, and the
  log-spectrum distance, with the distance of two seeds of stock for comparison. On an NVIDIA GPU,
  PyTorch lets convolutions and LSTMs round to TF32; there it is measured again without TF32.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peers import VOICE, formatted, in_turn, ratios, spread
from rich.console import Console
from rich.table import Table

from kokoro_cli import Speaker, SpeechRequest, processor, synthesis
from kokoro_cli.bench.texts import LONG, MEDIUM, PAGE, SHORT, TARGET_SECONDS, words_in
from kokoro_cli.engines import CHECKPOINT, Call
from kokoro_cli.engines.batches import in_groups
from kokoro_cli.engines.kmodel import infer, load_kmodel
from kokoro_cli.engines.torch_batch import BatchModel
from kokoro_cli.engines.torch_engine import devices
from kokoro_cli.spectrum import log_spectrum_distance
from kokoro_cli.types import Losses, Rendering

STOCK = "stock"
GOAL_RATIO, GOAL_FACTOR = 10, 5
LENGTHS = (90, 150, 250)
"""Maximum chunk lengths, in phonemes; the page is split once with each."""

COMPARED = 16
"""The most chunks to compare."""

Speak = Callable[[Sequence[Call]], list[Rendering]]
Way = Callable[[], list[Rendering]]


@dataclass(slots=True)
class Runs:
    """The figures of one way of speaking the same work."""

    seconds: list[float]
    """One value for each round."""
    audio_seconds: float = 0.0
    peak_bytes: int | None = None
    """Peak memory of tensors on an NVIDIA GPU."""


@dataclass(frozen=True, slots=True)
class Exactness:
    """How far ours differs from stock, over some chunks."""

    phonemes: int
    other_durations: int
    """Phonemes that last longer or shorter; their chunks do not count in the next two fields."""
    largest_difference: float
    spectrum_distance: float
    seed_distance: float
    """Log-spectrum distance of two seeds of stock, for comparison."""


def stock_of(model: Any) -> Speak:
    """Return upstream's way of speaking: one call at a time."""

    def speak(calls: Sequence[Call]) -> list[Rendering]:
        made = []
        for call in calls:
            torch.manual_seed(call.seed)
            samples, frames = infer(model, call.phonemes, torch.from_numpy(call.style), call.speed)
            made.append(Rendering(samples.numpy(), frames.numpy()))
        return made

    return speak


def in_batches(speak: Speak, most: int) -> Speak:
    """Return a function that speaks up to *most* calls of similar length at once, in order."""

    def batched(calls: Sequence[Call]) -> list[Rendering]:
        return in_groups(speak, calls, [len(call.phonemes) for call in calls], most)

    return batched


def measure(
    ways: dict[str, Way], rounds: int, show: Callable[[str], None]
) -> tuple[dict[str, Runs], dict[str, str]]:
    """Return the figures of each way, and for a way without figures the reason: out of memory."""
    found = {name: Runs([]) for name in ways}
    failed: dict[str, str] = {}
    on_gpu = torch.cuda.is_available()
    for number in range(rounds + 1):
        for name in in_turn(list(ways), number):
            if name in failed:
                continue
            show(f"{name}, round {number} of {rounds}" if number else f"{name}, warming up")
            if on_gpu:
                torch.cuda.reset_peak_memory_stats()
            begun = time.perf_counter()
            try:
                made = ways[name]()
            except torch.cuda.OutOfMemoryError:
                failed[name] = "out of memory"
                del found[name]
                continue
            # The samples are numpy arrays, so the device has finished.
            seconds = time.perf_counter() - begun
            runs = found[name]
            runs.audio_seconds = sum(each.seconds for each in made)
            if number:
                runs.seconds.append(seconds)
            if on_gpu:
                runs.peak_bytes = torch.cuda.max_memory_allocated()
    return found, failed


def compare(stock: Speak, ours: Speak, calls: Sequence[Call]) -> Exactness:
    """Compare ours with stock, and stock with itself at another seed."""
    other = stock([replace(call, seed=call.seed + 1000) for call in calls])
    differing, largest = 0, 0.0
    distances, seeds = [], []
    for a, b, c in zip(stock(calls), ours(calls), other, strict=True):
        seeds.append(log_spectrum_distance(a.samples, c.samples))
        if changed := int((a.frames != b.frames).sum()):
            differing += changed
            continue
        largest = max(largest, float(np.abs(a.samples - b.samples).max()))
        distances.append(log_spectrum_distance(a.samples, b.samples))
    return Exactness(
        sum(len(call.phonemes) + 2 for call in calls),
        differing,
        largest,
        statistics.fmean(distances) if distances else float("nan"),
        statistics.fmean(seeds),
    )


def calls_of(text: str, speaker: Speaker, max_phonemes: int = 250) -> list[Call]:
    """Turn a text into calls, as the program does."""
    plan = speaker.plan(SpeechRequest(voice=VOICE, max_phonemes=max_phonemes))
    chunks = plan.chunks(text, Losses())
    calls = (synthesis.call_of(chunk, plan.styles.style, plan.options) for chunk in chunks)
    return [call for call in calls if call]


def pool_of(count: int, speaker: Speaker) -> list[Call]:
    """Return *count* calls of different lengths, each with its own seed."""
    page = [call for length in LENGTHS for call in calls_of(PAGE, speaker, length)]
    random.Random(0).shuffle(page)
    return [replace(call, seed=i) for i, call in enumerate(islice(cycle(page), count))]


def read_and_speak(speaker: Speaker, text: str, speak: Speak) -> list[Rendering]:
    return speak(calls_of(text, speaker))


def exactness(
    stock: Speak, ours: Speak, calls: Sequence[Call], device: str
) -> Iterator[tuple[str, Exactness]]:
    yield "as measured", compare(stock, ours, calls)
    if device == "cuda":
        before = torch.backends.cudnn.allow_tf32
        torch.backends.cudnn.allow_tf32 = False
        yield "without TF32", compare(stock, ours, calls)
        torch.backends.cudnn.allow_tf32 = before


def machine(device: str) -> str:
    if device == "cuda":
        name = torch.cuda.get_device_name()
        return f"{name}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}"
    return f"{processor.name() or platform.machine()}, {torch.get_num_threads()} threads"


def throughput_table(found: dict[str, Runs], failed: dict[str, str]) -> Table:
    table = Table(
        "", "seconds", "min–max", "speech a second", "× stock", "min–max", "GPU memory",
        title=f"Throughput; the goal is {GOAL_RATIO} × stock",
    )  # fmt: skip
    for name, runs in found.items():
        rate = runs.audio_seconds / statistics.median(runs.seconds)
        ratio = formatted(ratios(found[STOCK].seconds, runs.seconds))
        memory = f"{runs.peak_bytes / 1e9:.1f} GB" if runs.peak_bytes else ""
        table.add_row(name, *formatted(spread(runs.seconds)), f"{rate:.2f} s", *ratio, memory)
    for name, why in failed.items():
        table.add_row(name, why)
    return table


def texts_table(found: dict[int, dict[str, Runs]]) -> Table:
    table = Table(
        "words", "target", "stock", "ours", "min–max", "target / ours",
        title=f"From the letters to the last sample, seconds; the goal is {GOAL_FACTOR} × faster",
    )  # fmt: skip
    for words, ways in found.items():
        target, (ours, extent) = TARGET_SECONDS[words], formatted(spread(ways["ours"].seconds))
        stock, _ = formatted(spread(ways[STOCK].seconds))
        factor = target / statistics.median(ways["ours"].seconds)
        table.add_row(str(words), f"{target}", stock, ours, extent, f"{factor:.2f}")
    return table


def exactness_table(found: dict[str, Exactness]) -> Table:
    table = Table(
        "", "other durations", "largest difference", "log-spectrum distance", "of another seed",
        title="Ours and stock",
    )  # fmt: skip
    for name, each in found.items():
        table.add_row(
            name,
            f"{each.other_durations} of {each.phonemes}",
            f"{each.largest_difference:.2g}",
            f"{each.spectrum_distance:.4f}",
            f"{each.seed_distance:.4f}",
        )
    return table


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare batches with upstream's pipeline.")
    parser.add_argument("--device", choices=devices(), default=devices()[0])
    parser.add_argument("--batches", default="1,8,32,128", help="sizes, with commas")
    parser.add_argument("--chunks", type=int, help="number; by default that of the largest batch")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures of each round here")
    asked = parser.parse_args(arguments)
    asked.batches = [int(size) for size in asked.batches.split(",")]
    asked.chunks = asked.chunks or max(asked.batches)
    if min(asked.batches) < 1 or asked.chunks < 1 or asked.rounds < 1:
        parser.error("--batches, --chunks and --rounds must be at least 1")
    return asked


def main(arguments: Sequence[str] | None = None) -> None:
    asked, console = parsed(arguments), Console()
    speaker = Speaker.open(offline=True)  # It reads the texts; both ways share one model.
    if speaker.missing(VOICE):
        sys.exit("Install the model first: kokoro models pull")
    installed = speaker.model
    model = load_kmodel(installed.folder / CHECKPOINT).to(asked.device)
    stock, batch_model = stock_of(model), BatchModel(model)
    pool = pool_of(asked.chunks, speaker)
    ways: dict[str, Way] = {STOCK: partial(stock, pool)}
    for size in asked.batches:
        ways[f"batches of {size}"] = partial(in_batches(batch_model.render, size), pool)
    with console.status("") as status:
        found, failed = measure(ways, asked.rounds, status.update)
        texts = {}
        for text in (SHORT, MEDIUM, LONG):
            ways = {
                name: partial(read_and_speak, speaker, text, speak)
                for name, speak in ((STOCK, stock), ("ours", batch_model.render))
            }
            texts[words_in(text)], _ = measure(ways, asked.rounds, status.update)
        status.update("comparing")
        some = pool[:COMPARED]
        exact = dict(exactness(stock, in_batches(batch_model.render, 8), some, asked.device))
    about = {
        "device": f"{asked.device}: {machine(asked.device)}",
        "versions": f"Python {platform.python_version()}, torch {torch.__version__}",
        "model": f"{installed.label}, sha256 {installed.digest}",
        "chunks": f"{len(pool)}, of {min(len(call.phonemes) for call in pool)} to "
        f"{max(len(call.phonemes) for call in pool)} phonemes",
        "rounds": str(asked.rounds),
    }
    for table in (throughput_table(found, failed), texts_table(texts), exactness_table(exact)):
        console.print(table)
    for key, value in about.items():
        console.print(f"{key}: {value}", highlight=False)
    if asked.json:
        record = {
            "about": about,
            "throughput": {name: asdict(runs) for name, runs in found.items()},
            "failed": failed,
            "texts": {
                words: {name: asdict(runs) for name, runs in ways.items()}
                for words, ways in texts.items()
            },
            "exactness": {name: asdict(each) for name, each in exact.items()},
        }
        asked.json.write_text(json.dumps(record, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
