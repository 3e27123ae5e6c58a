"""docs/kernel.md says what the code does: its matrices, its counts and its sizes."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.kernels.library import kk
from tests.kernels.reference import Array
from tests.kernels.test_stage import MODEL
from tests.pages import ROOT, page

PAGE = page("kernel.md")
SOURCE = ROOT / "kernels" / "src"
FRAME_RATE = 80
"""Rows of the decoder's output in a second."""


def _matrices() -> tuple[Array, Array, Array]:
    """Return the transposed B, G and transposed A of the page."""
    (block,) = re.findall(r"```text\n(.*?)```", PAGE.sections["Toom-Cook, for 3 taps"], re.S)
    columns: tuple[list[Any], list[Any], list[Any]] = ([], [], [])
    for line in re.sub("Bᵀ|G|Aᵀ", lambda name: " " * len(name[0]), block).splitlines():
        numbers = [float(Fraction(number)) for number in line.split()]
        parts = [numbers[:6], numbers[6:9], numbers[9:]]
        for rows, part in zip(columns, parts, strict=True):
            if part:
                rows.append(part)
    return tuple(map(np.array, columns))  # type: ignore[return-value]


def test_the_matrices_make_a_convolution() -> None:
    of_inputs, of_taps, of_products = _matrices()
    assert (of_inputs.shape, of_taps.shape, of_products.shape) == ((6, 6), (6, 3), (4, 6))
    random = np.random.default_rng(0)
    inputs, taps = random.standard_normal(6), random.standard_normal(3)
    y = of_products @ ((of_taps @ taps) * (of_inputs @ inputs))
    assert y == pytest.approx(np.correlate(inputs, taps))


def _products(points: int) -> int:
    return 2 + 3 * (points // 2 - 1)


def test_products() -> None:
    for taps, method, *numbers in PAGE.table("Fewer products"):
        inputs, outputs, products, each, direct, kept = map(float, numbers)
        assert outputs == inputs + 1 - int(taps)
        assert products == (_products(int(inputs)) if method == "real FFT" else inputs)
        assert each == pytest.approx(products / outputs, abs=0.005)
        assert direct == int(taps)
        packed = kk.packed_bytes(kk.ConvolutionShape(32, int(taps), 1), kk.Precision.FLOAT32)
        assert kept == packed / 32**2 / 4


def test_products_of_other_sizes() -> None:
    text = " ".join(PAGE.sections["The real FFT, for 7 and 11 taps"].split())
    pattern = r"Of 16 points there are (.*) products: (.*) an output for 7 taps and (.*) for 11\."
    for points, match in (
        (16, re.search(pattern, text)),
        (64, re.search(r"Of 64 points there are (.*): (.*) and (\S*)\. That", text)),
    ):
        assert match
        products, seven, eleven = map(float, match.groups())
        assert products == _products(points)
        assert seven == pytest.approx(products / (points + 1 - 7), abs=0.005)
        assert eleven == pytest.approx(products / (points + 1 - 11), abs=0.005)


def test_arithmetic() -> None:
    rows, direct, fast = FRAME_RATE, 0.0, 0.0
    each_output = {int(row[0]): float(row[5]) for row in PAGE.table("Fewer products")}
    table = PAGE.table("What they compute")
    for (_, channels, a_second, noise, blocks, gflop), shape in zip(
        table, MODEL.values(), strict=True
    ):
        rows *= shape.upsample_stride
        taps = [shape.noise_taps, *shape.block_taps]
        assert [int(noise), *map(int, blocks.split(", "))] == taps
        assert (int(channels), int(a_second)) == (shape.channels, rows)
        by_tap = 2 * 2 * len(shape.dilations) * shape.channels**2 * rows / 1e9
        assert float(gflop) == pytest.approx(by_tap * sum(taps), abs=0.05)
        direct += by_tap * sum(taps)
        fast += by_tap * sum(each_output[each] for each in taps)
    (both,) = re.findall(r"the blocks' (\S+) GFLOP become (\S+) in", PAGE.text)
    assert [float(number) for number in both] == pytest.approx([direct, fast], abs=0.05)
    (total, again, share) = re.findall(r"costs (\S+) GFLOP.*?(\S+) of these, (\d+) %", _text())[0]
    assert float(again) == float(both[0])
    assert int(share) == round(100 * direct / float(total))


def _text() -> str:
    return " ".join(PAGE.text.split())


def test_registers() -> None:
    for bits, _, registers, rows, vectors, sums in PAGE.table("Matrix products"):
        text = (SOURCE / f"vector/width{bits}.cpp").read_text()
        defined = dict(re.findall(r"#define KK_(\w+) (\d+)", text))
        assert (defined["WIDTH"], defined["ROWS"], defined["VECTORS"]) == (bits, rows, vectors)
        assert int(sums) == int(rows) * int(vectors) < int(registers)


def test_blocks_of_a_tile() -> None:
    text = (SOURCE / "operations.cpp").read_text()
    (code,) = re.findall(r"kToomCookBlocks = (\d+), kFftBlocks = (\d+)", text)
    (stated,) = re.findall(r"about (\d+) blocks of 3 taps or (\d+) of the FFT", _text())
    assert code == stated


def test_memory() -> None:
    for (_, model, float32, bfloat16), shape in zip(
        PAGE.table("Threads and memory"), MODEL.values(), strict=True
    ):
        sizes = [kk.weight_count(shape) * 4, *(kk.packed_bytes(shape, p) for p in kk.Precision)]
        stated = [int(size.removesuffix(" MB")) for size in (model, float32, bfloat16)]
        assert stated == [round(size / 1e6) for size in sizes]


def test_files() -> None:
    """Each file of the library is in the table, but for headers beside a source and build files."""
    folder = SOURCE.parent
    named = PAGE.keys("The files")
    assert all((folder / name).exists() for name in named)
    found = {path.relative_to(folder).as_posix() for path in SOURCE.rglob("*.*")}
    headers = {name for name in found if name.removesuffix(".h") + ".cpp" in found}
    assert found - headers - {name for name in found if name.endswith(".inc")} <= set(named)
