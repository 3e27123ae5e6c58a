"""Read the generator's stages from the decoder graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from onnx import NodeProto

from kokoro_cli.engines.walk import Floats, Graph, UnknownGraphError, attribute


@dataclass(frozen=True, slots=True)
class StageNumbers:
    """The shape of a stage; ``kokoro_kernels.StageShape`` says what each number means."""

    input_channels: int
    channels: int
    style_columns: int
    upsample_taps: int
    upsample_stride: int
    upsample_padding: int
    mirrored: bool
    noise_taps: int
    block_taps: tuple[int, ...]
    dilations: tuple[int, ...]

    shape: ClassVar = "StageShape"


@dataclass(frozen=True, slots=True)
class CutStage:
    numbers: StageNumbers
    weights: Floats
    """In the order that ``kokoro_kernels.h`` says."""


@dataclass(frozen=True, slots=True)
class _Half:
    """AdaIN, Snake and convolution: half of what a residual block does three times."""

    convolution: NodeProto
    norm: NodeProto
    style: NodeProto
    alpha: NodeProto
    """The node that divides 1 by it."""

    def weights(self, graph: Graph) -> Iterator[Floats]:
        names = (
            *self.convolution.input[1:3],
            self.alpha.input[0],
            *self.norm.input[1:3],
            *self.style.input[1:3],
        )
        return map(graph.tensor, names)


@dataclass(frozen=True, slots=True)
class _Block:
    """A residual block: its input, and its halves."""

    begin: str
    halves: tuple[_Half, ...]

    @property
    def taps(self) -> int:
        return attribute(self.halves[0].convolution, "kernel_shape")

    @property
    def dilations(self) -> tuple[int, ...]:
        return tuple(attribute(half.convolution, "dilations") for half in self.halves[::2])

    def weights(self, graph: Graph) -> Iterator[Floats]:
        for half in self.halves:
            yield from half.weights(graph)


def cut_stage(graph: Graph, upsample: NodeProto, source: NodeProto, end: str) -> CutStage:
    """Return the stage whose output is the value *end*."""
    summed = graph.producer(end).input[0]  # Past the division by the number of blocks.
    blocks = [_block(graph, value) for value in _block_ends(graph, summed)]
    begin = blocks[0].begin
    upsampled, noise_end = graph.producer(begin).input
    noise = _block(graph, noise_end)
    mirrored = graph.is_made_by(upsampled, "Pad")
    if mirrored:
        upsampled = graph.producer(upsampled).input[0]
    if [upsampled, noise.begin] != [upsample.output[0], source.output[0]]:
        raise UnknownGraphError(f"{begin} is not the sum of {upsample.name} and {source.name}")
    if {(block.begin, block.dilations) for block in blocks} != {(begin, noise.dilations)}:
        raise UnknownGraphError(f"the blocks of {end} differ")
    weight, bias = map(graph.tensor, upsample.input[1:3])
    numbers = StageNumbers(
        input_channels=weight.shape[0],
        channels=weight.shape[1],
        style_columns=graph.tensor(noise.halves[0].style.input[1]).shape[1],
        upsample_taps=weight.shape[2],
        upsample_stride=attribute(upsample, "strides"),
        upsample_padding=attribute(upsample, "pads"),
        mirrored=mirrored,
        noise_taps=noise.taps,
        block_taps=tuple(block.taps for block in blocks),
        dilations=noise.dilations,
    )
    parts = [weight, bias, *(each for block in (noise, *blocks) for each in block.weights(graph))]
    return CutStage(numbers, np.concatenate([part.ravel() for part in parts]))


def _block_ends(graph: Graph, value: str) -> list[str]:
    """Return what a sum of residual blocks adds up."""
    first, second = graph.producer(value).input
    if graph.is_made_by(first, "Conv"):
        return [value]
    return [*_block_ends(graph, first), *_block_ends(graph, second)]


def _block(graph: Graph, end: str) -> _Block:
    halves: list[_Half] = []
    while graph.is_made_by(end, "Add"):
        convolved, begin = graph.producer(end).input
        if not graph.is_made_by(convolved, "Conv"):
            break  # This is the sum that the block begins with.
        second = _half(graph, convolved)
        first = _half(graph, second.norm.input[0])
        if first.norm.input[0] != begin:
            raise UnknownGraphError(f"{end} is not the end of a residual block")
        halves = [first, second, *halves]
        end = begin
    if not halves:
        raise UnknownGraphError(f"{end} is not the end of a residual block")
    return _Block(end, tuple(halves))


def _half(graph: Graph, convolved: str) -> _Half:
    convolution = graph.producer(convolved)
    kinds = "InstanceNormalization", "Gemm", "Reciprocal"
    found = graph.nearest(convolution.input[0], kinds)
    return _Half(convolution, *(found[kind] for kind in kinds))
