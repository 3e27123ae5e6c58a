"""Read the residual blocks before the generator from the decoder graph.

Each block reads the output of the one before it, with the same rows beside it: residual, pitch and
energy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from onnx import NodeProto

from kokoro_cli.engines.walk import Floats, Graph, UnknownGraphError, attribute


@dataclass(frozen=True, slots=True)
class BlockNumbers:
    """The shape of a block; ``kokoro_kernels.BlockShape`` says what each number means."""

    input_channels: int
    channels: int
    style_columns: int
    doubled: bool

    shape: ClassVar = "BlockShape"


@dataclass(frozen=True, slots=True)
class CutBlock:
    numbers: BlockNumbers
    weights: Floats
    """In the order that ``kokoro_kernels.h`` says."""


@dataclass(frozen=True, slots=True)
class CutBlocks:
    """Blocks that follow one another."""

    blocks: tuple[CutBlock, ...]
    begin: str
    """The value that the first one reads."""
    beside: tuple[str, ...]
    """The values that each later one reads beside the output of the one before it."""


def cut_blocks(graph: Graph, end: str) -> CutBlocks:
    """Return the blocks whose last output is the value *end*."""
    block = _block(graph, end)
    blocks = [block]
    beside: set[tuple[str, ...]] = set()
    while graph.is_made_by(block.begin, "Concat"):
        before, *others = graph.producer(block.begin).input
        if not graph.is_made_by(before, "Mul"):
            break  # The text.
        beside.add(tuple(others))
        block = _block(graph, before)
        blocks.insert(0, block)
    if len(beside) != 1:
        raise UnknownGraphError(f"the blocks before {end} do not read the same beside each other")
    cut = tuple(CutBlock(each.numbers(graph), each.weights(graph)) for each in blocks)
    return CutBlocks(cut, block.begin, *beside)


@dataclass(frozen=True, slots=True)
class _Half:
    """AdaIN, leaky ReLU and convolution."""

    norm: NodeProto
    style: NodeProto
    pool: NodeProto | None
    convolution: NodeProto

    def weights(self, graph: Graph) -> Iterator[Floats]:
        pool = self.pool.input[1:3] if self.pool else ()
        names = (
            *self.norm.input[1:3],
            *self.style.input[1:3],
            *pool,
            *self.convolution.input[1:3],
        )
        return map(graph.tensor, names)


@dataclass(frozen=True, slots=True)
class _Block:
    begin: str
    halves: tuple[_Half, _Half]
    shortcut: NodeProto | None

    def numbers(self, graph: Graph) -> BlockNumbers:
        first, _ = self.halves
        channels, input_channels, _ = graph.tensor(first.convolution.input[1]).shape
        columns = graph.tensor(first.style.input[1]).shape[1]
        return BlockNumbers(input_channels, channels, columns, first.pool is not None)

    def weights(self, graph: Graph) -> Floats:
        parts = [each for half in self.halves for each in half.weights(graph)]
        if self.shortcut:
            parts.append(graph.tensor(self.shortcut.input[1]))
        return np.concatenate([part.ravel() for part in parts])


def _block(graph: Graph, end: str) -> _Block:
    """Return the block whose output is the value *end*: a sum, times a constant."""
    convolved, added = graph.producer(graph.producer(end).input[0]).input
    second = _half(graph, convolved)
    first = _half(graph, second.norm.input[0])
    begin = first.norm.input[0]
    shortcut = graph.producer(added) if graph.is_made_by(added, "Conv") else None
    if shortcut:
        added = shortcut.input[0]
    if graph.is_made_by(added, "Resize"):
        added = graph.producer(added).input[0]
    if added != begin or second.pool is not None:
        raise UnknownGraphError(f"{end} is not the end of a residual block")
    return _Block(begin, (first, second), shortcut)


def _half(graph: Graph, convolved: str) -> _Half:
    convolution = graph.producer(convolved)
    if attribute(convolution, "kernel_shape") != 3 or attribute(convolution, "dilations") != 1:
        raise UnknownGraphError(f"{convolution.name} is not a convolution of three taps")
    read = convolution.input[0]
    pool = graph.producer(read) if graph.is_made_by(read, "ConvTranspose") else None
    found = graph.nearest(read, ("InstanceNormalization", "Gemm"))
    return _Half(found["InstanceNormalization"], found["Gemm"], pool, convolution)
