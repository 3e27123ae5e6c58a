"""Kernels for the generator of Kokoro-82M on a CPU; ``kokoro_kernels.h`` says what they do.

A `Stage`, `Block`, `Projection` or `Convolution` is made of weights that `pack` has transformed.
The same arguments give the same bytes, whatever the threads, the width of vectors and the compiler.
Several threads may run one at once.
"""

from __future__ import annotations

import ctypes
from ctypes import c_int32
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from kokoro_kernels.native import (
    ALIGNMENT,
    MOST_THREADS,
    BlockStructure,
    Bytes,
    ConvolutionStructure,
    ConvolutionWeights,
    Floats,
    KernelError,
    ProjectionStructure,
    StageStructure,
    aligned,
    check,
    counted,
    library,
    plan,
    shaped,
    written,
)

__version__ = "0.1.0"

__all__ = [
    "ALIGNMENT",
    "MOST_THREADS",
    "Ability",
    "Block",
    "BlockShape",
    "Convolution",
    "ConvolutionShape",
    "KernelError",
    "Precision",
    "Projection",
    "ProjectionShape",
    "Stage",
    "StageShape",
    "abilities",
    "pack",
    "packed_bytes",
    "weight_count",
]


class Precision(IntEnum):
    FLOAT32 = 0
    BFLOAT16 = 1
    """Products of bfloat16, sums of float32; needs `Ability.TILES`."""


class Ability(IntFlag):
    """What this processor can do."""

    VECTOR_128 = 1
    VECTOR_256 = 2
    VECTOR_512 = 4
    TILES = 8


def abilities() -> Ability:
    """Return what this processor can do; nothing if the kernels can't run on it."""
    return Ability(library.kk_abilities())


@dataclass(frozen=True, slots=True)
class StageShape:
    """The shape of a stage; the header says what each number means."""

    input_channels: int
    channels: int
    style_columns: int
    upsample_taps: int
    upsample_stride: int
    upsample_padding: int
    mirrored: bool
    noise_taps: int
    block_taps: tuple[int, int, int]
    dilations: tuple[int, int, int]

    name: ClassVar = "stage"

    def native(self) -> StageStructure:
        return StageStructure(
            self.input_channels,
            self.channels,
            self.style_columns,
            self.upsample_taps,
            self.upsample_stride,
            self.upsample_padding,
            self.mirrored,
            self.noise_taps,
            (c_int32 * 3)(*self.block_taps),
            (c_int32 * 3)(*self.dilations),
        )


@dataclass(frozen=True, slots=True)
class BlockShape:
    """The shape of a residual block of the decoder; the header says what each number means."""

    input_channels: int
    channels: int
    style_columns: int
    doubled: bool

    name: ClassVar = "block"

    def native(self) -> BlockStructure:
        return BlockStructure(self.input_channels, self.channels, self.style_columns, self.doubled)


@dataclass(frozen=True, slots=True)
class ProjectionShape:
    """The shape of a projection; the header says what each number means."""

    input_channels: int
    channels: int
    taps: int
    stride: int
    padding: int
    slope: float

    name: ClassVar = "projection"

    def native(self) -> ProjectionStructure:
        return ProjectionStructure(
            self.input_channels, self.channels, self.taps, self.stride, self.padding, self.slope
        )


@dataclass(frozen=True, slots=True)
class ConvolutionShape:
    """The shape of one convolution of a stage; the header says what each number means."""

    channels: int
    taps: int
    dilation: int

    name: ClassVar = "convolution"

    def native(self) -> ConvolutionStructure:
        return ConvolutionStructure(self.channels, self.taps, self.dilation)


Shape = StageShape | BlockShape | ProjectionShape | ConvolutionShape


def weight_count(shape: Shape) -> int:
    """Return the number of floats that `pack` takes; the header has their order."""
    if isinstance(shape, ConvolutionShape):
        return shape.channels * shape.channels * shape.taps
    return counted(_function(shape, "weight_count")(shape.native()))


def packed_bytes(shape: Shape, precision: Precision) -> int:
    """Return the size of what `pack` returns."""
    return counted(_function(shape, "packed_bytes")(shape.native(), precision))


def pack(shape: Shape, precision: Precision, weights: Floats) -> Bytes:
    """Transform weights, in the order that the header has, into what the kernels read."""
    given = np.ascontiguousarray(weights, dtype=np.float32).reshape(-1)
    if len(given) != (count := weight_count(shape)):
        raise KernelError(f"a {shape.name} of this shape has {count} weights, not {len(given)}")
    packed = aligned(packed_bytes(shape, precision))
    function = _function(shape, "pack")
    check(function(shape.native(), precision, given.ctypes.data, packed.ctypes.data))
    return packed


def _function(shape: Shape, name: str) -> Any:
    return getattr(library, f"kk_{shape.name}_{name}")


class _Kernel:
    """Packed weights with their shape."""

    def __init__(self, shape: Shape, precision: Precision, packed: Bytes) -> None:
        """*packed* is what `pack` returned, aligned to 64 bytes; it may be a mapped file."""
        if packed.nbytes != (size := packed_bytes(shape, precision)):
            raise KernelError(
                f"packed weights of this shape have {size} bytes, not {packed.nbytes}"
            )
        if not packed.flags.c_contiguous:
            raise KernelError("packed weights are not contiguous")
        self._shape, self._precision, self._packed = shape, precision, packed

    def _call(self, rows: int, *arguments: object, threads: int, width: int) -> None:
        """Call the library's function with the arguments between the rows and the workspace."""
        how, shape, precision = plan(threads, width), self._shape.native(), self._precision
        size = counted(_function(self._shape, "workspace_bytes")(shape, precision, rows, threads))
        workspace, run = aligned(size), _function(self._shape, "run")
        given = [each.ctypes.data if isinstance(each, np.ndarray) else each for each in arguments]
        check(run(shape, precision, *given, workspace.ctypes.data, size, ctypes.byref(how)))


class Stage(_Kernel):
    """A stage of the generator, ready to run."""

    def __init__(self, shape: StageShape, precision: Precision, packed: Bytes) -> None:
        super().__init__(shape, precision, packed)
        self.shape = shape

    def rows(self, input_rows: int) -> int:
        """Return the number of rows that the stage makes of so many."""
        return counted(library.kk_stage_rows(self.shape.native(), input_rows))

    def run(
        self,
        x: Floats,
        source: Floats,
        style: Floats,
        *,
        threads: int = 1,
        width: int = 0,
        out: Floats | None = None,
    ) -> Floats:
        """Return [rows, channels] for x [input rows, input channels].

        *source* is the excitation after its convolution [rows, channels], *style* the timbre
        [style columns]. *threads* and *width*, the bits of a vector, do not change the result; a
        width of 0 is the widest of this processor. *out* receives the result, and may be *source*.
        KernelError if it can't be done.
        """
        shape, rows = self.shape, self.rows(len(x))
        x = shaped(x, len(x), shape.input_channels)
        source = shaped(source, rows, shape.channels)
        style = shaped(style, shape.style_columns)
        y = written(out, rows, shape.channels)
        if any(np.may_share_memory(y, each) for each in (x, style)):
            raise KernelError("the output lies in the memory of x or the style")
        self._call(len(x), self._packed, len(x), x, source, style, y, threads=threads, width=width)
        return y


class Block(_Kernel):
    """A residual block of the decoder, ready to run."""

    def __init__(self, shape: BlockShape, precision: Precision, packed: Bytes) -> None:
        super().__init__(shape, precision, packed)
        self.shape = shape

    def rows(self, input_rows: int) -> int:
        """Return the number of rows that the block makes of so many."""
        return counted(library.kk_block_rows(self.shape.native(), input_rows))

    def run(self, x: Floats, style: Floats, *, threads: int = 1, width: int = 0) -> Floats:
        """Return [rows, channels] for x [input rows, input channels]; else as `Stage.run`."""
        shape, rows = self.shape, self.rows(len(x))
        x = shaped(x, len(x), shape.input_channels)
        style = shaped(style, shape.style_columns)
        y = written(None, rows, shape.channels)
        self._call(len(x), self._packed, len(x), x, style, y, threads=threads, width=width)
        return y


class Projection(_Kernel):
    """A convolution of few taps or columns in float32, ready to run."""

    def __init__(self, shape: ProjectionShape, packed: Bytes) -> None:
        super().__init__(shape, Precision.FLOAT32, packed)
        self.shape = shape

    def rows(self, input_rows: int) -> int:
        """Return the number of rows that the projection makes of so many."""
        return counted(library.kk_projection_rows(self.shape.native(), input_rows))

    def run(self, x: Floats, *, threads: int = 1, width: int = 0) -> Floats:
        """Return [rows, channels] for x [input rows, input channels]; else as `Stage.run`."""
        shape, rows = self.shape, self.rows(len(x))
        x = shaped(x, len(x), shape.input_channels)
        y = written(None, rows, -(-shape.channels // 32) * 32)
        self._call(len(x), self._packed, len(x), x, y, threads=threads, width=width)
        return y[:, : shape.channels]


class Convolution(_Kernel):
    """One convolution of a stage by itself, to test and to measure."""

    def __init__(self, shape: ConvolutionShape, precision: Precision, packed: Bytes) -> None:
        super().__init__(shape, precision, packed)
        self.shape = shape

    def run(
        self,
        x: Floats,
        *,
        bias: Floats,
        alpha: Floats,
        scale: Floats,
        shift: Floats,
        residual: Floats | None = None,
        threads: int = 1,
        width: int = 0,
    ) -> tuple[Floats, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return y [rows, channels], and its mean and variance by channel.

        x is [rows, channels], as is *residual*; the others have a number a channel.
        """
        rows, channels = len(x), self.shape.channels
        x = shaped(x, rows, channels)
        alpha = shaped(alpha, channels)
        kept = [shaped(each, channels) for each in (bias, alpha, 1 / alpha, scale, shift)]
        weights = ConvolutionWeights(self._packed.ctypes.data, *(each.ctypes.data for each in kept))
        added = None if residual is None else shaped(residual, rows, channels)
        y, mean, variance = written(None, rows, channels), np.empty(channels), np.empty(channels)
        given = ctypes.byref(weights)
        self._call(rows, given, rows, x, added, y, mean, variance, threads=threads, width=width)
        return y, mean, variance
