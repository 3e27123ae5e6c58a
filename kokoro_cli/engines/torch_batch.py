"""Many utterances at once with the modules of ``kokoro.KModel``, each as it would sound alone.

Upstream speaks one utterance at a time, so a GPU waits for each of about a thousand small
operations. Here a batch is padded to its longest utterance, and no operation sees the padding
(`padding.Padded`). Each utterance's noise is drawn as upstream draws it after
``torch.manual_seed``. Two differences from upstream remain: sums are rounded in another order, and
`MatrixSTFT` fixes a value that upstream leaves to rounding.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from kokoro_cli.engines import Call
from kokoro_cli.engines.export import ConvolutionalSTFT, DecoderModel, DurationModel
from kokoro_cli.engines.padding import extent
from kokoro_cli.kokoro82m import PAD, SAMPLES_PER_FRAME, VOCABULARY
from kokoro_cli.types import Rendering


class BatchModel:
    """The model, for many utterances at once."""

    def __init__(self, model: Any) -> None:
        """*model* is a ``KModel`` on its device; its weights are shared, not copied."""
        self._device = model.device
        self._durations = DurationModel(model).to(self._device)
        self._decoder = DecoderModel(model, MatrixSTFT).to(self._device)

    def render(self, calls: Sequence[Call]) -> list[Rendering]:
        """Speak all calls at once and return their renderings, in their order."""
        spoken = self.speak(
            [[PAD, *(VOCABULARY[p] for p in call.phonemes), PAD] for call in calls],
            torch.stack([torch.from_numpy(call.style) for call in calls]),
            [call.speed for call in calls],
            [call.seed for call in calls],
        )
        return [Rendering(samples.numpy(), frames.numpy()) for samples, frames in spoken]

    @torch.no_grad()
    def speak(
        self,
        tokens: Sequence[Sequence[int]],
        styles: Tensor,
        speeds: Sequence[float],
        seeds: Sequence[int],
    ) -> list[tuple[Tensor, Tensor]]:
        """Return samples [600 f] and frames [n] of each utterance, on the CPU.

        *tokens* are n for each utterance, a PAD at both ends included; *styles* are [b, 256].
        """
        counts = [len(each) for each in tokens]
        longest = max(counts)
        padded = torch.tensor([[*each, *[PAD] * (longest - len(each))] for each in tokens])
        styles = styles.to(self._device)
        frames, prosody, text = self.features(padded.to(self._device), counts, styles, speeds)
        totals = [int(total) for total in frames.sum(dim=1)]
        noise = torch.zeros(
            len(tokens), 1, SAMPLES_PER_FRAME * max(totals), dtype=text.dtype, device=self._device
        )
        for row, seed, total in zip(noise, seeds, totals, strict=True):
            row[:, : SAMPLES_PER_FRAME * total] = self._noise(seed, SAMPLES_PER_FRAME * total)
        samples = self._decoder.speak(
            spread(prosody, frames), spread(text, frames), styles, noise,
            extent(totals, self._device),
        )[:, 0].cpu()  # fmt: skip
        return [
            (row[: SAMPLES_PER_FRAME * total].clone(), lasts[:count])
            for row, total, lasts, count in zip(samples, totals, frames.cpu(), counts, strict=True)
        ]

    def features(
        self, tokens: Tensor, counts: Sequence[int], styles: Tensor, speeds: Sequence[float]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return frames, prosody and text as `DurationModel.encode` does.

        *tokens* are [b, n]; row i has *counts*[i] of them, the rest is padding. Padding gets 0
        frames, so its features are never spoken.
        """
        at = extent(counts, self._device)
        speed = torch.tensor(speeds, dtype=styles.dtype, device=self._device).unsqueeze(1)
        frames, prosody, text = self._durations.encode(tokens, styles, speed, at)
        return at.clear(frames.unsqueeze(1)).squeeze(1), prosody, text

    def _noise(self, seed: int, count: int) -> Tensor:
        """Return one utterance's noise [count], summed over harmonics for `DecoderModel`.

        It is drawn as upstream's ``SineGen`` does: first a phase for each harmonic, which has no
        effect, then a noise for each harmonic and sample, in memory harmonic by harmonic.
        """
        generator = torch.Generator(self._device).manual_seed(seed)
        weight = self._decoder.decoder.generator.m_source.l_linear.weight
        harmonics = weight.shape[1]
        torch.rand(1, harmonics, generator=generator, device=self._device)
        drawn = torch.empty(1, harmonics, count, dtype=weight.dtype, device=self._device)
        drawn.transpose(1, 2).normal_(generator=generator)
        mixed: Tensor = weight[0] @ drawn[0] / self._decoder.noise_gain
        return mixed


def spread(x: Tensor, frames: Tensor) -> Tensor:
    """Repeat each row's features [b, n, c] for their frames [b, n]: [b, f, c].

    f is the largest number of frames of a row. Shorter rows are filled with their last feature.
    """
    ends = frames.cumsum(dim=1)
    position = torch.arange(int(ends[:, -1].max()), device=x.device).expand(len(x), -1)
    source = torch.searchsorted(ends, position.contiguous(), right=True)
    source = source.clamp(max=x.shape[1] - 1)
    return x.gather(1, source.unsqueeze(-1).expand(-1, -1, x.shape[2]))


class MatrixSTFT(ConvolutionalSTFT):
    """The same transforms as matrix products, with a first spectrum that is real.

    Convolutions on an NVIDIA GPU round to TF32, ten bits. By default matrix products do not, nor
    does the FFT that upstream uses.

    The first window is the sound mirrored at its first sample, so its spectrum is real. Rounding
    leaves an imaginary part of about 1e-17, whose sign depends on the order of the sum. If the real
    part is negative, that sign makes the phase, an input of the network, +pi or -pi. So upstream's
    sound depends on the processor, and a batch's would depend on the batch. Here the phase is
    always +pi; samples were seen to change by 4e-4 at most.
    """

    def spectrum(self, padded: Tensor) -> tuple[Tensor, Tensor]:
        windows = padded[:, 0].unfold(-1, self.n_fft, self.hop)
        spectrum = (windows @ self.forward_basis[:, 0].T).transpose(1, 2)
        real, imaginary = spectrum[:, : self.bins], spectrum[:, self.bins :]
        imaginary[..., 0] = 0
        return real, imaginary

    def overlap(self, x: Tensor, basis: Tensor) -> Tensor:
        windows = x.transpose(1, 2) @ basis[:, 0]
        hops = windows.reshape(*windows.shape[:2], -1, self.hop)
        last = hops.shape[2] - 1
        shifted = [F.pad(hops[:, :, i], (0, 0, i, last - i)).flatten(1) for i in range(last + 1)]
        return torch.stack(shifted).sum(dim=0).unsqueeze(1)


class FitsMemory:
    """Speaks as many calls at once as fit into memory."""

    def __init__(self, render: Callable[[Sequence[Call]], list[Rendering]]) -> None:
        self._render = render
        self._most = sys.maxsize
        """Calls to try at once; reduced each time memory runs out."""

    def render(self, calls: Sequence[Call]) -> list[Rendering]:
        """Speak all calls; ``torch.cuda.OutOfMemoryError`` if a single one does not fit."""
        made: list[Rendering] = []
        while len(made) < len(calls):
            part = calls[len(made) : len(made) + self._most]
            try:
                made += self._render(part)
            except torch.cuda.OutOfMemoryError:
                if len(part) == 1:
                    raise
                self._most = len(part) // 2
        return made
