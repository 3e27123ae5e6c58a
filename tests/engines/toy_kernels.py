"""A toy of the native kernels: the whole toy decoder is before them, and they change nothing.

Preparing, checking and loading are the program's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from onnx import TensorProto, helper

from kokoro_cli.engines.cut import BESIDE, EXCITATION, SPECTRA, TEXT, CutDecoder
from kokoro_cli.engines.cut_projections import CutProjection, ProjectionNumbers
from kokoro_cli.kokoro82m import SAMPLES_PER_FRAME
from tests.toy_model import decoder_graph


class Precision(IntEnum):
    FLOAT32 = 0
    BFLOAT16 = 1


class Ability(IntFlag):
    VECTOR_256 = 2
    TILES = 8


class KernelError(Exception):
    pass


@dataclass
class ToyKernels:
    """What ``kokoro_kernels`` does, and how it goes wrong."""

    tiles: bool = True
    version: str = "0.1.0"
    noise: float = 0.0
    """Deviation of what is added, as a share of each sample."""
    packed: int = 64
    """Bytes that the packed weights have."""
    module: ModuleType = field(init=False)

    def __post_init__(self) -> None:
        toy = self
        module: Any = ModuleType("kokoro_kernels")

        @dataclass(frozen=True)
        class ProjectionShape:
            input_channels: int
            channels: int
            taps: int
            stride: int
            padding: int
            slope: float
            name: ClassVar = "projection"

        class Projection:
            def __init__(self, shape: ProjectionShape, packed: Any) -> None:
                if packed.nbytes != toy.packed:
                    raise KernelError(f"{packed.nbytes} bytes")
                assert packed.ctypes.data % module.ALIGNMENT == 0
                self.shape = shape

            def run(self, x: Any, *, threads: int) -> Any:
                assert threads <= module.MOST_THREADS
                noise = np.random.default_rng(0).standard_normal(x.shape, dtype=np.float32)
                return x + x * toy.noise * noise

        def pack(shape: ProjectionShape, precision: Precision, weights: Any) -> Any:
            return np.zeros(toy.packed, np.uint8)

        module.ALIGNMENT, module.MOST_THREADS = 64, 256
        module.KernelError, module.Precision, module.Ability = KernelError, Precision, Ability
        module.ProjectionShape, module.Projection, module.pack = ProjectionShape, Projection, pack
        module.abilities = lambda: Ability.VECTOR_256 | (Ability.TILES if toy.tiles else 0)
        module.__version__ = self.version
        self.module = module


def cut_toy(_: object = None) -> CutDecoder:
    """Return the toy decoder, cut where its samples are made."""
    front = decoder_graph()
    (made,) = front.graph.output
    names = TEXT, BESIDE, EXCITATION
    shape = np.array([1, -1, SAMPLES_PER_FRAME], np.int64)
    front.graph.initializer.append(helper.make_tensor("rows", TensorProto.INT64, [3], shape))
    front.graph.node.extend(helper.make_node("Reshape", [made.name, "rows"], [n]) for n in names)
    del front.graph.output[:]
    rows = [1, "f", SAMPLES_PER_FRAME]
    front.graph.output.extend(_float(name, rows) for name in names)
    tail = helper.make_graph(
        [helper.make_node("Reshape", [SPECTRA, "flat"], ["samples"])],
        "tail",
        [_float(SPECTRA, rows)],
        [_float("samples", ["t"])],
        initializer=[helper.make_tensor("flat", TensorProto.INT64, [1], [-1])],
    )
    last = CutProjection(ProjectionNumbers(1, 1, 1, 1, 0, 1.0), np.zeros(2, np.float32), "")
    model = helper.make_model(tail, opset_imports=front.opset_import, ir_version=front.ir_version)
    return CutDecoder(front, (), (), (), last, model)


def _float(name: str, shape: list[Any]) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
