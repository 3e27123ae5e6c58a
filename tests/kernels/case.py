"""One convolution with all that it is given: by the kernels, and in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from tests.kernels.library import kk
from tests.kernels.reference import Array, bfloat16, snake


@dataclass(frozen=True, slots=True)
class Case:
    """All arrays are float32."""

    dilation: int
    weights: Array
    """[channels, channels, taps]"""
    x: Array
    residual: Array | None
    bias: Array
    alpha: Array
    scale: Array
    shift: Array

    @property
    def shape(self) -> Any:
        channels, _, taps = self.weights.shape
        return kk.ConvolutionShape(channels, taps, self.dilation)

    @property
    def reach(self) -> int:
        """Rows before and after an output that it depends on."""
        return self.weights.shape[2] // 2 * self.dilation


def random_case(
    channels: int, taps: int, dilation: int, rows: int, seed: int = 0, size: float = 1
) -> Case:
    """Return a convolution of about the model's scale, of an x and residual of that size."""
    random = np.random.default_rng([channels, taps, dilation, rows, seed])

    def normal(*shape: int, scale: float = 1) -> Array:
        return (scale * random.standard_normal(shape)).astype(np.float32)

    return Case(
        dilation=dilation,
        weights=normal(channels, channels, taps, scale=(channels * taps) ** -0.5),
        x=normal(rows, channels, scale=size),
        residual=normal(rows, channels, scale=size),
        bias=normal(channels, scale=size),
        alpha=np.float32(0.7) + random.random(channels, dtype=np.float32),
        scale=1 + normal(channels, scale=0.3),
        shift=normal(channels, scale=0.3),
    )


class Kernel:
    """The library's convolution of a case, packed once."""

    def __init__(self, case: Case, precision: Any = kk.Precision.FLOAT32) -> None:
        self.case = case
        packed = kk.pack(case.shape, precision, case.weights)
        self._convolution = kk.Convolution(case.shape, precision, packed)

    def run(self, x: Array | None = None, **how: Any) -> tuple[Array, Array, Array]:
        case = self.case
        given = {name: getattr(case, name) for name in ("bias", "alpha", "scale", "shift")}
        x = case.x if x is None else x
        found: tuple[Array, Array, Array] = self._convolution.run(
            x, residual=case.residual, **given, **how
        )
        return found

    def bytes(self, x: Array | None = None, **how: Any) -> bytes:
        """Return all of a run's results, to compare."""
        return b"".join(part.tobytes() for part in self.run(x, **how))


def reference(case: Case, *, zeros_before_snake: bool = False) -> Array:
    """Return y in float64 [rows, channels].

    With *zeros_before_snake*, outside of x there are zeros of x, not of what is multiplied: wrong.
    """
    x, reach = torch.from_numpy(case.x).double().T, 0 if zeros_before_snake else case.reach
    if zeros_before_snake:
        x = F.pad(x, (case.reach, case.reach))
    y = F.conv1d(_activated(case, x), _double(case.weights), padding=reach, dilation=case.dilation)
    return _with_rest(case, y)


def rounded_reference(case: Case) -> tuple[Array, Array]:
    """Return y of factors rounded to bfloat16, and by how much each number may be off.

    Before it is rounded, the kernels' u is off by some of its last bits. Where that decides to
    which bfloat16 it is rounded, either is right.
    """
    u = _activated(case, torch.from_numpy(case.x).double().T)
    off = 1e-6 * u.abs().max()
    low, high = bfloat16(u - off), bfloat16(u + off)
    weights = bfloat16(_double(case.weights))
    how: Any = {"padding": case.reach, "dilation": case.dilation}
    y = F.conv1d((low + high) / 2, weights, **how)
    doubt = F.conv1d((high - low) / 2, weights.abs(), **how)
    return _with_rest(case, y), doubt.T.numpy()


def rounding_bound(case: Case) -> Array:
    """Return how far y in bfloat16 is from the exact one at most [rows, channels].

    Half a unit in the last of 8 bits is 2^-9 of a number. A product of two such numbers is off by
    (1 + 2^-9)^2 - 1 of itself, and a sum by the sum of that.
    """
    u = _activated(case, torch.from_numpy(case.x).double().T).abs()
    each = (1 + 2.0**-9) ** 2 - 1
    weights = _double(case.weights).abs()
    products = F.conv1d(u, weights, padding=case.reach, dilation=case.dilation)
    bound: Array = (each * products).T.numpy()
    return bound


def _activated(case: Case, x: Tensor) -> Tensor:
    scale, shift, alpha = (_double(part)[:, None] for part in (case.scale, case.shift, case.alpha))
    return snake(scale * x + shift, alpha)


def _with_rest(case: Case, y: Tensor) -> Array:
    found: Array = (y + _double(case.bias)[:, None]).T.numpy()
    return found if case.residual is None else found + case.residual


def _double(given: Array) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(given)).double()
