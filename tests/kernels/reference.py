"""A stage of the generator in float64 and PyTorch's own modules, to compare the kernels with.

It takes the weights in the order of ``kokoro_kernels.h`` and does what the header says, one
operation after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

Array = npt.NDArray[Any]

Rounding = Callable[[Tensor], Tensor]

NORM_EPSILON = 1e-5


def exact(x: Tensor) -> Tensor:
    return x


def bfloat16(x: Tensor) -> Tensor:
    """Round as the kernels do what they multiply in bfloat16."""
    return x.to(torch.bfloat16).to(x.dtype)


def snake(x: Tensor, alpha: Tensor) -> Tensor:
    return x + (1 / alpha) * torch.sin(alpha * x) ** 2


class Shape(Protocol):
    """What ``kokoro_kernels.StageShape`` has; the reference does not need the library."""

    @property
    def input_channels(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def style_columns(self) -> int: ...
    @property
    def upsample_taps(self) -> int: ...
    @property
    def upsample_stride(self) -> int: ...
    @property
    def upsample_padding(self) -> int: ...
    @property
    def mirrored(self) -> bool: ...
    @property
    def noise_taps(self) -> int: ...
    @property
    def block_taps(self) -> tuple[int, int, int]: ...
    @property
    def dilations(self) -> tuple[int, int, int]: ...


@dataclass(frozen=True, slots=True)
class Half:
    """AdaIN, Snake and convolution: half of what a residual block does three times."""

    weight: Tensor
    """[channels, channels, taps]"""
    bias: Tensor
    alpha: Tensor
    norm_weight: Tensor
    norm_bias: Tensor
    style_weight: Tensor
    """[2 channels, style columns]"""
    style_bias: Tensor

    def __call__(self, u: Tensor, style: Tensor, dilation: int, rounded: Rounding) -> Tensor:
        u = adain(u, style, self.norm_weight, self.norm_bias, self.style_weight, self.style_bias)
        u = rounded(snake(u, self.alpha[:, None]))
        reach = dilation * (self.weight.shape[2] - 1) // 2
        return F.conv1d(u, rounded(self.weight), self.bias, padding=reach, dilation=dilation)


def adain(
    u: Tensor,
    style: Tensor,
    norm_weight: Tensor,
    norm_bias: Tensor,
    style_weight: Tensor,
    style_bias: Tensor,
) -> Tensor:
    # PyTorch refuses to normalise a single row; of one, all that is left is the bias.
    variance, mean = torch.var_mean(u, dim=2, keepdim=True, correction=0)
    u = (u - mean) / torch.sqrt(variance + NORM_EPSILON)
    gamma, beta = F.linear(style, style_weight, style_bias)[:, None].chunk(2)
    return (1 + gamma) * (norm_weight[:, None] * u + norm_bias[:, None]) + beta


class ReferenceStage:
    """Like ``kokoro_kernels.Stage``, from weights that are not packed.

    *rounded* is what is done to the factors of each product.
    """

    def __init__(self, shape: Shape, weights: Array, rounded: Rounding = exact) -> None:
        self.shape, self.rounded = shape, rounded
        rest = iter(_split(shape, torch.from_numpy(np.asarray(weights, np.float64))))
        self.upsample, self.upsample_bias = next(rest), next(rest)
        self.noise, *self.blocks = (
            [Half(*(next(rest) for _ in range(7))) for _ in range(2 * len(shape.dilations))]
            for _ in range(4)
        )

    def rows(self, input_rows: int) -> int:
        shape = self.shape
        rows = (input_rows - 1) * shape.upsample_stride - 2 * shape.upsample_padding
        return rows + shape.upsample_taps + int(shape.mirrored)

    def run(self, x: Array, source: Array, style: Array, **_: object) -> Array:
        """Return float64 [rows, channels]; threads and width are taken and mean nothing."""
        with torch.no_grad():
            return self._run(*(torch.from_numpy(np.float64(each)) for each in (x, source, style)))

    def _run(self, x: Tensor, source: Tensor, style: Tensor) -> Array:
        shape = self.shape
        v = F.conv_transpose1d(
            self.rounded(F.leaky_relu(x.T[None], 0.1)),
            self.rounded(self.upsample),
            self.upsample_bias,
            stride=shape.upsample_stride,
            padding=shape.upsample_padding,
        )
        if shape.mirrored:
            v = F.pad(v, (1, 0), mode="reflect")
        v = v + self._block(self.noise, source.T[None], style)
        y = sum(self._block(block, v, style) for block in self.blocks) / len(self.blocks)
        found: Array = y[0].T.contiguous().numpy()
        return found

    def _block(self, halves: list[Half], u: Tensor, style: Tensor) -> Tensor:
        pairs = zip(halves[::2], halves[1::2], self.shape.dilations, strict=True)
        for first, second, dilation in pairs:
            u = u + second(first(u, style, dilation, self.rounded), style, 1, self.rounded)
        return u


def weight_sizes(shape: Shape) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of the weights in the header's order."""
    channels, columns = shape.channels, shape.style_columns
    yield shape.input_channels, channels, shape.upsample_taps
    yield (channels,)
    for taps in (shape.noise_taps, *shape.block_taps):
        for _ in range(2 * len(shape.dilations)):
            yield channels, channels, taps
            for _ in ("conv bias", "alpha", "norm weight", "norm bias"):
                yield (channels,)
            yield 2 * channels, columns
            yield (2 * channels,)


def random_weights(shape: Shape, seed: int) -> Array:
    """Return float32 weights of about the size of the model's: the sound keeps its scale."""
    random = np.random.default_rng(seed)
    made = []
    for size in weight_sizes(shape):
        if len(size) == 3:
            scale = (size[1] * size[2]) ** -0.5
            made.append(scale * random.standard_normal(size))
        elif len(size) == 2:
            made.append(0.1 * random.standard_normal(size))
        else:
            made.append(0.7 + 0.6 * random.random(size))  # Alpha may not be 0.
    return np.concatenate([each.ravel() for each in made]).astype(np.float32)


def _split(shape: Shape, weights: Tensor) -> Iterator[Tensor]:
    start = 0
    for size in weight_sizes(shape):
        count = int(np.prod(size))
        yield weights[start : start + count].reshape(size)
        start += count
    assert start == len(weights), f"{len(weights)} weights, not {start}"
