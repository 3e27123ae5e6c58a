"""The native library: its structures, its functions and its errors."""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, c_float, c_int32, c_int64, c_uint32, c_void_p
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

ALIGNMENT = 64
"""Bytes to which packed weights and workspaces are aligned."""

MOST_THREADS = 256
"""That a call may take."""

_INTERFACE = 1

_MOST = 2**31 - 1
"""ctypes cuts off what is more."""

_ERRORS = {
    1: "a shape that the kernels do not know, or misaligned memory",
    2: "this processor lacks what was asked for",
    3: "the workspace is too small",
    4: "the system starts no further thread",
}


class KernelError(Exception):
    """The kernels can't do what was asked."""


class Plan(ctypes.Structure):
    _fields_ = (("threads", c_int32), ("width", c_int32))


class StageStructure(ctypes.Structure):
    _fields_ = (
        ("input_channels", c_int32),
        ("channels", c_int32),
        ("style_columns", c_int32),
        ("upsample_taps", c_int32),
        ("upsample_stride", c_int32),
        ("upsample_padding", c_int32),
        ("mirrored", c_int32),
        ("noise_taps", c_int32),
        ("block_taps", c_int32 * 3),
        ("dilations", c_int32 * 3),
    )


class BlockStructure(ctypes.Structure):
    _fields_ = (
        ("input_channels", c_int32),
        ("channels", c_int32),
        ("style_columns", c_int32),
        ("doubled", c_int32),
    )


class ProjectionStructure(ctypes.Structure):
    _fields_ = (
        *((name, c_int32) for name in ("input_channels", "channels", "taps", "stride", "padding")),
        ("slope", c_float),
    )


class ConvolutionStructure(ctypes.Structure):
    _fields_ = (("channels", c_int32), ("taps", c_int32), ("dilation", c_int32))


class ConvolutionWeights(ctypes.Structure):
    _fields_ = tuple(
        (name, c_void_p) for name in ("packed", "bias", "alpha", "inverse_alpha", "scale", "shift")
    )


def _load() -> ctypes.CDLL:
    name = "libkokoro_kernels" + (".dylib" if sys.platform == "darwin" else ".so")
    library = ctypes.CDLL(str(Path(__file__).with_name(name)))
    library.kk_interface.restype = c_int32
    if (found := library.kk_interface()) != _INTERFACE:
        raise ImportError(f"{name} has the interface {found}, not {_INTERFACE}")
    for function, (result, arguments) in _signatures().items():
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    return library


def _signatures() -> dict[str, tuple[Any, list[Any]]]:
    """Return the result and the arguments of each function of the header."""
    workspace = [c_void_p, c_int64, POINTER(Plan)]
    found: dict[str, tuple[Any, list[Any]]] = {"kk_abilities": (c_uint32, [])}
    shapes = {
        "stage": StageStructure,
        "block": BlockStructure,
        "projection": ProjectionStructure,
        "convolution": ConvolutionStructure,
    }
    for name, structure in shapes.items():
        shape: list[Any] = [POINTER(structure)]
        found |= {
            f"kk_{name}_packed_bytes": (c_int64, [*shape, c_int32]),
            f"kk_{name}_pack": (c_int32, [*shape, c_int32, c_void_p, c_void_p]),
            f"kk_{name}_workspace_bytes": (c_int64, [*shape, c_int32, c_int64, c_int32]),
        }
        if name != "convolution":
            found |= {
                f"kk_{name}_weight_count": (c_int64, shape),
                f"kk_{name}_rows": (c_int64, [*shape, c_int64]),
            }
    stage, block, projection, convolution = ([POINTER(each), c_int32] for each in shapes.values())
    weights = POINTER(ConvolutionWeights)
    return found | {
        "kk_stage_run": (c_int32, [*stage, c_void_p, c_int64, *[c_void_p] * 4, *workspace]),
        "kk_block_run": (c_int32, [*block, c_void_p, c_int64, *[c_void_p] * 3, *workspace]),
        "kk_projection_run": (
            c_int32,
            [*projection, c_void_p, c_int64, *[c_void_p] * 2, *workspace],
        ),
        "kk_convolution_run": (
            c_int32,
            [*convolution, weights, c_int64, *[c_void_p] * 5, *workspace],
        ),
    }


library = _load()


def counted(count: int) -> int:
    """Return a size that the library gave; KernelError if it refused."""
    if count < 0:
        raise KernelError(_ERRORS[1])
    return count


def check(status: int) -> None:
    """Do nothing if the library did what it was asked; else KernelError."""
    if status:
        raise KernelError(_ERRORS.get(status, f"status {status}"))


def plan(threads: int, width: int) -> Plan:
    """Return how to run; KernelError for a number that the library would not see as it is."""
    for number in (threads, width):
        if abs(number) > _MOST:
            raise KernelError(_ERRORS[1])
    return Plan(threads, width)


def aligned(size: int) -> Bytes:
    """Return memory of that many bytes, not initialised."""
    memory = np.empty(size + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size]


def shaped(given: Floats, *shape: int) -> Floats:
    """Return an array as the library reads it; KernelError if it has another shape."""
    if given.shape != shape:
        raise KernelError(f"an array has the shape {given.shape}, not {shape}")
    return np.ascontiguousarray(given, dtype=np.float32)


def written(given: Floats | None, *shape: int) -> Floats:
    """Return the array that the library writes: *given*, or a new one."""
    if given is None:
        return np.empty(shape, np.float32)
    if shaped(given, *shape) is not given or not (given.flags.writeable and given.flags.aligned):
        raise KernelError("the output is not writable, contiguous, aligned float32")
    return given
