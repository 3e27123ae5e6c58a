"""A residual block of the decoder in float64, as ``reference.py`` has a stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from tests.kernels.reference import Array, Rounding, adain, exact


class Shape(Protocol):
    """What ``kokoro_kernels.BlockShape`` has."""

    @property
    def input_channels(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def style_columns(self) -> int: ...
    @property
    def doubled(self) -> bool: ...


class ReferenceBlock:
    """Like ``kokoro_kernels.Block``, from weights that are not packed."""

    def __init__(self, shape: Shape, weights: Array, rounded: Rounding = exact) -> None:
        self.shape, self.rounded = shape, rounded
        given, sizes = torch.from_numpy(np.asarray(weights, np.float64)), list(weight_sizes(shape))
        parts = given.split([int(np.prod(size)) for size in sizes])
        self.weights = [part.reshape(size) for part, size in zip(parts, sizes, strict=True)]

    def run(self, x: Array, style: Array) -> Array:
        """Return float64 [rows, channels]."""
        with torch.no_grad():
            found = self._run(torch.from_numpy(np.float64(x)), torch.from_numpy(np.float64(style)))
            return found[0].T.contiguous().numpy()

    def _run(self, x: Tensor, style: Tensor) -> Tensor:
        x, rest, doubled = x.T[None], iter(self.weights), self.shape.doubled
        h = self._activated(x, style, rest)
        if doubled:
            pool = {"stride": 2, "padding": 1, "output_padding": 1, "groups": x.shape[1]}
            h = F.conv_transpose1d(h, next(rest), next(rest), **pool)
        h = self._convolution(h, next(rest), next(rest))
        h = self._convolution(self._activated(h, style, rest), next(rest), next(rest))
        shortcut = x
        for linear in rest:
            shortcut = F.conv1d(self.rounded(x), self.rounded(linear)[..., None])
        if doubled:
            shortcut = shortcut.repeat_interleave(2, dim=2)
        return (h + shortcut) / 2**0.5

    def _activated(self, x: Tensor, style: Tensor, rest: Iterator[Tensor]) -> Tensor:
        return F.leaky_relu(adain(x, style, *(next(rest) for _ in range(4))), 0.2)

    def _convolution(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return F.conv1d(self.rounded(x), self.rounded(weight), bias, padding=1)


def weight_sizes(shape: Shape) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of the weights in the header's order."""
    inputs, channels = shape.input_channels, shape.channels
    yield from _norm_sizes(inputs, shape.style_columns)
    if shape.doubled:
        yield inputs, 1, 3
        yield (inputs,)
    yield channels, inputs, 3
    yield (channels,)
    yield from _norm_sizes(channels, shape.style_columns)
    yield channels, channels, 3
    yield (channels,)
    if inputs != channels:
        yield channels, inputs


def _norm_sizes(channels: int, columns: int) -> Iterator[tuple[int, ...]]:
    yield (channels,)
    yield (channels,)
    yield 2 * channels, columns
    yield (2 * channels,)


def random_weights(shape: Shape, seed: int) -> Array:
    """Return float32 weights with which what comes out is about as large as what goes in."""
    random = np.random.default_rng(seed)
    made = [
        random.standard_normal(size) * (np.prod(size[1:]) ** -0.5 if len(size) > 1 else 0.5)
        for size in weight_sizes(shape)
    ]
    return np.concatenate([each.ravel() for each in made]).astype(np.float32)
