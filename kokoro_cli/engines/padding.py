"""Rows of several lengths in one tensor, and the operations that must not see their padding.

A batch is as long as its longest row; shorter rows are padded at the end. An operation on single
positions can ignore the padding. One that combines positions must not see it: the network leaves
these to `Padded`, or to `Even` if no row is padded.

Tensors have the shape [b, channels, t] unless stated otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Extent(Protocol):
    """The length of each row of a batch, and the operations that depend on it."""

    @property
    def present(self) -> Tensor | None:
        """int64 [b, t]: 1 at a row's own positions, 0 at padding; None if no row is padded."""
        ...

    def clear(self, x: Tensor) -> Tensor:
        """Return the rows with zeros after their ends, as a convolution needs them."""
        ...

    def recur(self, lstm: nn.LSTM, x: Tensor) -> Tensor:
        """Run an LSTM over rows [b, t, features]; its backward pass starts at each row's end."""
        ...

    def adain(self, norm: Any, x: Tensor, style: Tensor) -> Tensor:
        """Normalise each row by its own mean and deviation, then scale and shift by *style*.

        *norm* is an ``AdaIN1d``. Results after the ends are undefined.
        """
        ...

    def reflect(self, x: Tensor, count: int) -> Tensor:
        """Return the rows extended at both ends by *count* mirrored positions."""
        ...

    def times(self, factor: int, plus: int = 0) -> Extent:
        """Return the extent of rows that are *factor* times as long, plus *plus* positions."""
        ...


def extent(lengths: Sequence[int], device: torch.device) -> Extent:
    """Return the extent of rows of these lengths."""
    return Even() if min(lengths) == max(lengths) else Padded(lengths, device)


class Even:
    """All rows are as long as the tensor."""

    present = None

    def clear(self, x: Tensor) -> Tensor:
        return x

    def recur(self, lstm: nn.LSTM, x: Tensor) -> Tensor:
        x, _ = lstm(x)
        return x

    def adain(self, norm: Any, x: Tensor, style: Tensor) -> Tensor:
        normalised: Tensor = norm(x, style)
        return normalised

    def reflect(self, x: Tensor, count: int) -> Tensor:
        return F.pad(x, (count, count), mode="reflect")

    def times(self, factor: int, plus: int = 0) -> Extent:
        return self


class Padded:
    """Each row is as long as its entry of *lengths*; the tensor is as long as the longest."""

    def __init__(self, lengths: Sequence[int], device: torch.device) -> None:
        self._lengths = lengths
        self._counts = torch.tensor(lengths, device=device).view(-1, 1, 1)
        position = torch.arange(max(lengths), device=device)
        self._padding = position >= self._counts

    @property
    def present(self) -> Tensor:
        return (~self._padding[:, 0]).long()

    def clear(self, x: Tensor) -> Tensor:
        # Not a product with a mask: values after an end may be infinite or NaN.
        return torch.where(self._padding, 0, x)

    def recur(self, lstm: nn.LSTM, x: Tensor) -> Tensor:
        lengths = torch.tensor(self._lengths)  # Packing requires them on the CPU.
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        packed, _ = lstm(packed)
        x, _ = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])
        return x

    def adain(self, norm: Any, x: Tensor, style: Tensor) -> Tensor:
        gamma, beta = norm.fc(style).unsqueeze(-1).chunk(2, dim=1)
        centred, deviation = self.standardised(x, norm.norm.eps)
        scale = (1 + gamma) * norm.norm.weight.unsqueeze(-1) / deviation
        shift = (1 + gamma) * norm.norm.bias.unsqueeze(-1) + beta
        return torch.addcmul(shift, centred, scale)

    def standardised(self, x: Tensor, eps: float) -> tuple[Tensor, Tensor]:
        """Return the rows minus their means, and their deviations [b, channels, 1].

        Mean and (biased) variance cover each row's own positions. They take two passes, because the
        sum of squares minus the square of the sum would cancel.
        """
        mean = self.clear(x).sum(dim=-1, keepdim=True) / self._counts
        centred = self.clear(x - mean)
        variance = centred.square().sum(dim=-1, keepdim=True) / self._counts
        return centred, torch.sqrt(variance + eps)

    def reflect(self, x: Tensor, count: int) -> Tensor:
        position = torch.arange(-count, x.shape[-1] + count, device=x.device).abs()
        last = self._counts - 1
        mirrored = (last - (last - position).abs()).clamp(min=0)
        return x.gather(-1, mirrored.expand(-1, x.shape[1], -1))

    def times(self, factor: int, plus: int = 0) -> Extent:
        lengths = [factor * length + plus for length in self._lengths]
        return Padded(lengths, self._counts.device)
