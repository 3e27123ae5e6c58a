"""Measure each convolution of the generator's residual blocks, for ``roofline.py --kernels``.

A rate is that of the direct form: two for each tap, input and output channel, and row. The fast
convolutions of float32 do less, and bfloat16 has units of its own, so both can exceed sgemm.

All kernels and sgemm run in turns, round by round, so that what disturbs one disturbs all. A
kernel's rate is that of its median run, sgemm's that of its best.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

# Rows of the generator's two stages for two seconds of speech, by their channels.
ROWS = {256: 1600, 128: 9600}
TAPS, DILATIONS = (3, 7, 11), (1, 5)
MATRIX = 1024  # A product takes some milliseconds: short enough for an undisturbed one.

# Environment variables that numpy's usual BLAS libraries read when they are loaded.
BLAS_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def gflop(channels: int, taps: int) -> float:
    """Return the arithmetic of a convolution in its direct form."""
    return 2 * channels**2 * taps * ROWS[channels] / 1e9


def compare(rounds: int, thread_counts: Iterable[int]) -> list[dict[str, Any]]:
    """Return the rates in GFLOP/s with each number of threads, measured in a process of its own.

    BLAS reads its number of threads when it is loaded.
    """
    return [_measured(rounds, threads) for threads in thread_counts]


def show(found: list[dict[str, Any]], console: Console) -> None:
    for each in found:
        kernels = list(each["convolutions"][0]["rates"])
        title = f"GFLOP/s, threads: {each['threads']}, sgemm: {each['sgemm']:.0f}"
        table = Table("channels", "taps", "dilation", *kernels, title=title)
        for row in each["convolutions"]:
            shape = (str(row[name]) for name in ("channels", "taps", "dilation"))
            table.add_row(*shape, *(f"{row['rates'][kernel]:.0f}" for kernel in kernels))
        console.print(table)


def _measured(rounds: int, threads: int) -> dict[str, Any]:
    limits = dict.fromkeys(BLAS_THREADS, str(threads))
    command = [sys.executable, __file__, str(rounds), str(threads)]
    done = subprocess.run(command, env=os.environ | limits, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _rates(rounds: int, threads: int) -> dict[str, Any]:
    random = np.random.default_rng(0)
    a, b = (random.standard_normal((MATRIX, MATRIX), dtype=np.float32) for _ in "ab")
    shapes = list(product(ROWS, TAPS, DILATIONS))
    runs = {shape: dict(_runs(*shape, threads)) for shape in shapes}
    sgemm: list[float] = []
    seconds = {(shape, name): [] for shape in shapes for name in runs[shape]}
    for number in range(rounds + 1):  # The first round brings the processor to its clock.
        for shape in shapes:
            sgemm.append(_timed(lambda: a @ b))
            for name, run in runs[shape].items():
                taken = _timed(run)
                if number:
                    seconds[shape, name].append(taken)
    return {
        "threads": threads,
        "sgemm": 2 * MATRIX**3 / min(sgemm) / 1e9,
        "convolutions": [
            {
                "channels": shape[0],
                "taps": shape[1],
                "dilation": shape[2],
                "rates": {
                    name: gflop(*shape[:2]) / statistics.median(seconds[shape, name])
                    for name in runs[shape]
                },
            }
            for shape in shapes
        ],
    }


def _runs(
    channels: int, taps: int, dilation: int, threads: int
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield a name and a call for each kernel that runs here."""
    import kokoro_kernels as kk

    random = np.random.default_rng(0)
    x, residual = (random.standard_normal((ROWS[channels], channels), np.float32) for _ in "xr")
    weights = random.standard_normal((channels, channels, taps), np.float32)
    weights *= (channels * taps) ** -0.5
    each = np.ones(channels, np.float32)
    given = {"bias": each, "alpha": each, "scale": each, "shift": each, "residual": residual}
    shape, here = kk.ConvolutionShape(channels, taps, dilation), kk.abilities()

    def packed(precision: Any) -> Any:
        return kk.Convolution(shape, precision, kk.pack(shape, precision, weights))

    exact = packed(kk.Precision.FLOAT32)
    for width in (128, 256, 512):
        if here & kk.Ability[f"VECTOR_{width}"]:
            yield f"float32-{width}", partial(exact.run, x, **given, threads=threads, width=width)
    if here & kk.Ability.TILES:
        yield "bfloat16", partial(packed(kk.Precision.BFLOAT16).run, x, **given, threads=threads)


def _timed(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


if __name__ == "__main__":
    print(json.dumps(_rates(*map(int, sys.argv[1:]))))
