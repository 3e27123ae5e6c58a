"""Measure which share of the processor's matrix rate each engine reaches.

    python benchmarks/roofline.py [--seconds 2] [--json FILE]
    python benchmarks/roofline.py --kernels [--rounds 15] [--json FILE]
    python benchmarks/roofline.py --count

The matrix rate is numpy's sgemm: the best product in some seconds before and after the engines. An
engine's rate is the arithmetic for a second of speech divided by the seconds it takes, the best of
five runs of ``kokoro_cli.install.timing``. Each is measured in its own process, in turns.

The arithmetic is that of the direct form: each convolution and matrix product as written, where a
multiplication and an addition count as two. An engine can exceed the matrix rate if it does less,
for example with Winograd's convolution, or uses wider vectors than numpy's BLAS.

``--kernels`` measures the convolutions of the generator one by one, if ``kokoro_kernels`` is
installed; see ``convolutions.py``. It needs no model.

``--count`` counts the arithmetic of the PyTorch model again, with torch's FlopCounterMode and at
several speeds. The vocoder's part is the same for each second of speech; the rest grows with the
number of phonemes. 54.6 is the count at about 12 phonemes a second. Ordinary speech has 15 to 18,
and needs up to 2 % more.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import convolutions
import numpy as np
from convolutions import BLAS_THREADS, MATRIX
from peers import VOICE
from rich.console import Console
from rich.table import Table

from kokoro_cli import Speaker, install, processor
from kokoro_cli.engines import CHECKPOINT, ENGINES
from kokoro_cli.install.timing import PHONEMES
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.voices.pack import VoicePack

GFLOP_PER_SECOND_OF_SPEECH = 54.6


def sgemm_rate(seconds: float) -> float:
    """Return the GFLOP/s of the best matrix product within *seconds* seconds."""
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal((MATRIX, MATRIX), dtype=np.float32) for _ in "ab")
    best, end = float("inf"), time.perf_counter() + seconds
    while (begin := time.perf_counter()) < end:
        a @ b
        best = min(best, time.perf_counter() - begin)
    return 2 * MATRIX**3 / best / 1e9


def measured_sgemm(threads: int, seconds: float) -> float:
    """Measure in a new process, because numpy sets its threads when it is loaded."""
    command = [sys.executable, __file__, "--sgemm", "--seconds", str(seconds)]
    limits = dict.fromkeys(BLAS_THREADS, str(threads))
    done = subprocess.run(command, env=os.environ | limits, stdout=subprocess.PIPE, check=True)
    return float(done.stdout)


def real_time_factors(model: Path, voice: Path) -> dict[str, float]:
    """Return those of the engines that run here."""
    found = install.measured(list(ENGINES), model, voice, print)
    return {m.engine: m.real_time_factor for m in found if m.device == "cpu"}


def count(model: Path, voice: Path, console: Console) -> None:
    """Count and print the arithmetic for a second of speech."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from kokoro_cli.engines.kmodel import infer, load_kmodel

    kmodel = load_kmodel(model / CHECKPOINT)
    phonemes = PHONEMES
    style = torch.from_numpy(VoicePack.mapped(voice).style(len(phonemes)))
    for speed in (0.5, 0.75, 1.0, 1.5):
        # Without oneDNN: its LSTM is one operation that the counter does not know.
        with torch.backends.mkldnn.flags(enabled=False), FlopCounterMode(display=False) as counter:
            samples, _ = infer(kmodel, phonemes, style, speed)
        seconds = len(samples) / SAMPLE_RATE
        console.print(
            f"{len(phonemes) / seconds:.1f} phonemes a second: "
            f"{counter.get_total_flops() / seconds / 1e9:.1f} GFLOP for a second of speech"
        )


def compare(model: install.InstalledModel, voice: Path, seconds: float) -> dict[str, Any]:
    """Measure sgemm, each engine and sgemm again; return the rates in GFLOP/s."""
    threads = (1, os.cpu_count() or 1)
    before = [measured_sgemm(count, seconds) for count in threads]
    factors = real_time_factors(model.folder, voice)
    after = [measured_sgemm(count, seconds) for count in threads]
    one, every = (max(pair) for pair in zip(before, after, strict=True))
    rates = {name: GFLOP_PER_SECOND_OF_SPEECH / factor for name, factor in factors.items()}
    return {
        **machine(),
        "model": f"{model.label}, sha256 {model.digest}",
        "sgemm_one_thread": one,
        "sgemm": every,
        "real_time_factor": factors,
        "rate": rates,
        "share": {name: rate / every for name, rate in rates.items()},
    }


def machine() -> dict[str, str]:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "machine": f"{processor.name() or platform.machine()}, "
        f"{os.cpu_count()} threads, Python {platform.python_version()}",
        "blas": f"{blas['name']} {blas['version']}, numpy {np.__version__}",
    }


def compare_kernels(rounds: int, console: Console) -> dict[str, Any]:
    """Measure the convolutions with one thread and with all, show and return the figures."""
    if importlib.util.find_spec("kokoro_kernels") is None:
        sys.exit("Install the kernels first: pip install 'kokoro-cli[fast]'")
    threads = sorted({1, os.cpu_count() or 1})
    found = {**machine(), "kernels": convolutions.compare(rounds, threads)}
    convolutions.show(found["kernels"], console)
    _show_machine(found, console)
    return found


def show(found: dict[str, Any], console: Console) -> None:
    table = Table("", "real-time factor", "GFLOP/s", "share of sgemm")
    table.add_row("sgemm, 1 thread", "", f"{found['sgemm_one_thread']:.0f}", "")
    table.add_row("sgemm, all threads", "", f"{found['sgemm']:.0f}", "100 %")
    for name, factor in found["real_time_factor"].items():
        share = f"{100 * found['share'][name]:.0f} %"
        table.add_row(name, f"{factor:.3f}", f"{found['rate'][name]:.0f}", share)
    console.print(table)
    _show_machine(found, console)


def _show_machine(found: dict[str, Any], console: Console) -> None:
    for key in ("machine", "blas", "model"):
        if key in found:
            console.print(f"{key}: {found[key]}", highlight=False)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Compare the engines with the matrix rate.")
    parser.add_argument("--seconds", type=float, default=2, help="for each measurement of sgemm")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--kernels", action="store_true", help="measure the convolutions alone")
    parser.add_argument("--rounds", type=int, default=15, help="runs of each convolution")
    parser.add_argument("--count", action="store_true", help="count the model's arithmetic")
    parser.add_argument("--sgemm", action="store_true", help=argparse.SUPPRESS)
    asked, console = parser.parse_args(arguments), Console()
    if asked.sgemm:
        print(sgemm_rate(asked.seconds))
        return
    if asked.kernels:
        write(compare_kernels(asked.rounds, console), asked.json)
        return
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # Only the processor is measured.
    speaker = Speaker.open(offline=True)
    voice = speaker.pack(speaker.book.find(VOICE))
    if speaker.missing() or voice is None:
        sys.exit("Install the model first: kokoro models pull")
    if asked.count:
        count(speaker.model.folder, voice, console)
        return
    found = compare(speaker.model, voice, asked.seconds)
    show(found, console)
    write(found, asked.json)


def write(found: dict[str, Any], path: Path | None) -> None:
    if path:
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
