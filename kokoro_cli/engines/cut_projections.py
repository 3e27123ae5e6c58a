"""Read the narrow convolutions at both ends of the generator from the decoder graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from onnx import NodeProto

from kokoro_cli.engines.walk import Floats, Graph, attribute

_DEFAULT_SLOPE = 0.01
"""Of ONNX's LeakyRelu, which the exporter does not write."""


@dataclass(frozen=True, slots=True)
class ProjectionNumbers:
    """The shape of a projection; ``kokoro_kernels.ProjectionShape`` has what each number means."""

    input_channels: int
    channels: int
    taps: int
    stride: int
    padding: int
    slope: float

    shape: ClassVar = "ProjectionShape"


@dataclass(frozen=True, slots=True)
class CutProjection:
    numbers: ProjectionNumbers
    weights: Floats
    """In the order that ``kokoro_kernels.h`` says."""
    begin: str
    """The value that it reads."""


def cut_projection(graph: Graph, convolution: NodeProto) -> CutProjection:
    """Return a convolution, with the leaky ReLU before it if there is one."""
    begin, slope = convolution.input[0], 1.0
    if graph.is_made_by(begin, "LeakyRelu"):
        activation = graph.producer(begin)
        begin = activation.input[0]
        slope = next((each.f for each in activation.attribute), _DEFAULT_SLOPE)
    weight, bias = map(graph.tensor, convolution.input[1:3])
    channels, input_channels, taps = weight.shape
    numbers = ProjectionNumbers(
        input_channels,
        channels,
        taps,
        attribute(convolution, "strides"),
        attribute(convolution, "pads"),
        slope,
    )
    return CutProjection(numbers, np.concatenate([weight.ravel(), bias]), begin)
