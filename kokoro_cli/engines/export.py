"""Export the model to two ONNX graphs that speak as PyTorch does.

The model is split where its one data-dependent length arises. The *duration* graph reads the
phonemes and returns how many frames each lasts. The *decoder* graph turns the features, each
repeated for its frames, into samples. So the length is known before decoding, and the noise can be
an input of that length, drawn from our own seed.

The graphs differ from the modules of the ``kokoro`` package; the sound does not, because:

* No masks and no packed sequences: one utterance at a time has no padding.
* The harmonic source's phase is accumulated at the frame rate. Upstream repeats f0 for each
  sample and then picks one sample a frame again, which gives the same numbers.
* The nine harmonics' independent noises enter the network only as a weighted sum. One Gaussian of
  the sum's deviation replaces them: a ninth of the noise, the same distribution.
* The STFT is a convolution with the real DFT basis, whose sine rows at DC and Nyquist are exactly
  zero. The phase, an input of the network, is computed with `_angle`. For a negative real and a
  zero imaginary part the exporter's own ``atan2`` gives -pi, but torch gives +pi. Graphs exported
  without this are up to 0.4 from torch in log-spectrum distance; two seeds of torch itself are 0.09
  to 0.15 apart.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import remove_weight_norm

from kokoro_cli.engines.kmodel import load_kmodel
from kokoro_cli.engines.padding import Even, Extent
from kokoro_cli.kokoro82m import SAMPLE_RATE, SAMPLES_PER_FRAME

OPSET = 17

# A constant of upstream's source module: without voice, the noise's deviation is the amplitude of
# the sines divided by this.
_UNVOICED_NOISE_DIVISOR = 3


def export_graphs(checkpoint: Path, duration_graph: Path, decoder_graph: Path) -> None:
    """Write the two graphs of the model in *checkpoint*; takes about fifteen seconds.

    Duration graph: inputs ``tokens`` int64 [1, n], ``style`` float32 [1, 256], ``speed`` float32
    [1]; outputs ``frames`` int64 [n], ``prosody`` float32 [n, 640], ``text`` float32 [n, 512].

    Decoder graph: inputs ``prosody`` float32 [f, 640] and ``text`` float32 [f, 512], each row
    repeated for its frames, ``style`` float32 [1, 256], ``noise`` float32 [600 f], standard normal;
    output ``samples`` float32 [600 f] at 24 kHz.
    """
    model = load_kmodel(checkpoint)
    for module in model.modules():
        if hasattr(module, "weight_g"):
            remove_weight_norm(module)
    n, f = 12, 40
    style = torch.zeros(1, 256)
    _export(
        DurationModel(model),
        {"tokens": torch.ones(1, n, dtype=torch.long), "style": style, "speed": torch.ones(1)},
        outputs=("frames", "prosody", "text"),
        dynamic={
            "tokens": {1: "n"},
            "frames": {0: "n"},
            "prosody": {0: "n"},
            "text": {0: "n"},
        },
        target=duration_graph,
    )
    _export(
        DecoderModel(model),
        {
            "prosody": torch.zeros(f, 640),
            "text": torch.zeros(f, 512),
            "style": style,
            "noise": torch.zeros(f * SAMPLES_PER_FRAME),
        },
        outputs=("samples",),
        dynamic={
            "prosody": {0: "f"},
            "text": {0: "f"},
            "noise": {0: "t"},
            "samples": {0: "t"},
        },
        target=decoder_graph,
    )


def _export(
    module: nn.Module,
    inputs: dict[str, Tensor],
    *,
    outputs: tuple[str, ...],
    dynamic: dict[str, dict[int, str]],
    target: Path,
) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        # The tracer warns of each Python value that it turns into a constant; all are constants.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            str(target),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=dynamic,
            opset_version=OPSET,
            dynamo=False,
        )


class DurationModel(nn.Module):
    """Phonemes to durations and features: ``KModel.forward_with_tokens`` up to the alignment."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.bert = model.bert
        self.bert_encoder = model.bert_encoder
        self.prosody_encoder = model.predictor.text_encoder
        self.lstm = model.predictor.lstm
        self.duration_proj = model.predictor.duration_proj
        self.text_encoder = model.text_encoder

    def forward(self, tokens: Tensor, style: Tensor, speed: Tensor) -> tuple[Tensor, ...]:
        frames, prosody, text = self.encode(tokens, style, speed, Even())
        return frames[0], prosody[0], text[0]

    def encode(
        self, tokens: Tensor, style: Tensor, speed: Tensor, at: Extent
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return frames [b, n], prosody [b, n, 640] and text [b, n, 512].

        *tokens* are [b, n], *style* is [b, 256], *speed* is [b, 1] or [1]. Results after the end of
        an utterance are undefined.
        """
        prosodic_style = style[:, 128:]
        features = self.bert_encoder(self.bert(tokens, attention_mask=at.present))
        prosody = self._encode_prosody(features, prosodic_style, at)
        hidden = at.recur(self.lstm, prosody)
        duration = torch.sigmoid(self.duration_proj(hidden)).sum(dim=-1) / speed
        frames: Tensor = torch.round(duration).clamp(min=1).long()
        return frames, prosody, self._encode_text(tokens, at)

    def _encode_prosody(self, x: Tensor, style: Tensor, at: Extent) -> Tensor:
        """``DurationEncoder.forward``: [b, n, 512] to [b, n, 640]."""
        columns = style.unsqueeze(1).expand(-1, x.shape[1], -1)
        x = torch.cat([x, columns], dim=-1)
        for block in self.prosody_encoder.lstms:
            if isinstance(block, nn.LSTM):
                x = at.recur(block, x)
            else:  # AdaLayerNorm
                x = torch.cat([block(x, style), columns], dim=-1)
        return x

    def _encode_text(self, tokens: Tensor, at: Extent) -> Tensor:
        """``TextEncoder.forward``: [b, n] to [b, n, 512]."""
        x: Tensor = self.text_encoder.embedding(tokens).transpose(1, 2)
        for block in self.text_encoder.cnn:
            x = block(at.clear(x))
        return at.recur(self.text_encoder.lstm, x.transpose(1, 2))


class DecoderModel(nn.Module):
    """Features by frame to samples: the rest of ``KModel.forward_with_tokens``."""

    harmonic_numbers: Tensor
    noise_gain: Tensor

    def __init__(self, model: Any, stft: type[ConvolutionalSTFT] | None = None) -> None:
        super().__init__()
        self.predictor = model.predictor
        self.decoder = model.decoder
        generator = model.decoder.generator
        source = generator.m_source
        self.harmonics = source.l_sin_gen
        weight = source.l_linear.weight
        self.register_buffer("harmonic_numbers", torch.arange(1.0, weight.shape[1] + 1))
        self.register_buffer("noise_gain", weight.norm().view(1))
        self.stft = (stft or ConvolutionalSTFT)(
            generator.stft.filter_length, generator.stft.hop_length, weight.dtype
        )

    def forward(self, prosody: Tensor, text: Tensor, style: Tensor, noise: Tensor) -> Tensor:
        return self.speak(prosody.unsqueeze(0), text.unsqueeze(0), style, noise, Even())[0, 0]

    def speak(
        self, prosody: Tensor, text: Tensor, style: Tensor, noise: Tensor, at: Extent
    ) -> Tensor:
        """Return samples [b, 1, 600 f]; *at* has the number of frames of each utterance.

        *prosody* is [b, f, 640], *text* [b, f, 512], *style* [b, 256], *noise* [b, 1, 600 f].
        """
        timbre, prosodic_style = style[:, :128], style[:, 128:]
        twice = at.times(2)
        f0, energy = (twice.clear(curve) for curve in self._curves(prosody, prosodic_style, at))
        x = self._decode(text.transpose(1, 2), f0, energy, timbre, at)
        return self._generate(x, timbre, self._source(f0, noise), at)

    def _curves(self, prosody: Tensor, style: Tensor, at: Extent) -> Iterator[Tensor]:
        """``ProsodyPredictor.F0Ntrain``: [b, f, 640] to pitch and energy, [b, 1, 2 f] each."""
        predictor = self.predictor
        hidden = at.recur(predictor.shared, prosody).transpose(1, 2)
        for blocks, projection in (
            (predictor.F0, predictor.F0_proj),
            (predictor.N, predictor.N_proj),
        ):
            x, reach = hidden, at
            for block in blocks:
                x, reach = _residual(block, x, style, reach)
            yield projection(x)

    def _decode(
        self, text: Tensor, f0_curve: Tensor, energy: Tensor, style: Tensor, at: Extent
    ) -> Tensor:
        """``Decoder.forward`` up to the generator: [b, 512, f] and curves to [b, 512, 2 f]."""
        decoder = self.decoder
        f0 = decoder.F0_conv(f0_curve)
        energy = decoder.N_conv(energy)
        x, _ = _residual(decoder.encode, torch.cat([text, f0, energy], dim=1), style, at)
        residual = decoder.asr_res(text)
        with_residual = True
        for block in decoder.decode:
            if with_residual:
                x = torch.cat([x, residual, f0, energy], dim=1)
            x, at = _residual(block, x, style, at)
            with_residual = with_residual and block.upsample_type == "none"
        return x

    def _source(self, f0: Tensor, noise: Tensor) -> Tensor:
        """``SourceModuleHnNSF.forward``: hertz [b, 1, 2 f] to the excitation [b, 1, 600 f].

        After the end of an utterance f0 is 0 Hz, so the phase keeps its last value. The
        interpolation also uses that value beyond the end of a lone utterance.
        """
        generator = self.decoder.generator
        harmonics = self.harmonics
        scale = harmonics.upsample_scale
        voiced = (f0 > harmonics.voiced_threshold).float()
        # Cycles of each harmonic in a sample; whole cycles do not change the phase.
        step = (f0.transpose(1, 2) * self.harmonic_numbers / SAMPLE_RATE) % 1
        phase = torch.cumsum(step, dim=1) * 2 * math.pi
        phase = F.interpolate(
            phase.transpose(1, 2) * scale, scale_factor=float(scale), mode="linear"
        )
        voiced = F.interpolate(voiced, scale_factor=float(scale), mode="nearest")
        sines = torch.sin(phase) * harmonics.sine_amp * voiced
        deviation = (
            voiced * harmonics.noise_std
            + (1 - voiced) * harmonics.sine_amp / _UNVOICED_NOISE_DIVISOR
        )
        linear = generator.m_source.l_linear
        mixed = linear(sines.transpose(1, 2)).transpose(1, 2)
        return torch.tanh(mixed + deviation * self.noise_gain * noise)

    def _generate(self, x: Tensor, style: Tensor, source: Tensor, at: Extent) -> Tensor:
        """``Generator.forward`` after the source: [b, 512, 2 f] to samples [b, 1, 600 f]."""
        generator = self.decoder.generator
        hop, scale = self.stft.hop, self.harmonics.upsample_scale
        samples, reach = at.times(2 * scale), at.times(2)
        spectra = at.times(2 * scale // hop, plus=1)
        har = spectra.clear(torch.cat(self.stft.transform(source, samples), dim=1))
        for i in range(generator.num_upsamples):
            x = F.leaky_relu(x, negative_slope=0.1)
            x = generator.ups[i](reach.clear(x))
            reach = reach.times(generator.ups[i].stride[0])
            if i == generator.num_upsamples - 1:
                x = generator.reflection_pad(x)
                reach = spectra
            x = x + _snaked(generator.noise_res[i], generator.noise_convs[i](har), style, reach)
            blocks = generator.resblocks[
                i * generator.num_kernels : (i + 1) * generator.num_kernels
            ]
            x = sum(_snaked(block, x, style, reach) for block in blocks) / generator.num_kernels
        x = generator.conv_post(spectra.clear(F.leaky_relu(x)))
        bins = generator.post_n_fft // 2 + 1
        return self.stft.inverse(torch.exp(x[:, :bins]), torch.sin(x[:, bins:]), spectra)


def _residual(block: Any, x: Tensor, style: Tensor, at: Extent) -> tuple[Tensor, Extent]:
    """``AdainResBlk1d.forward``; also returns the new extent: some blocks double the length."""
    y = block.pool(at.clear(block.actv(at.adain(block.norm1, x, style))))
    if block.upsample_type != "none":
        at = at.times(2)
    y = block.conv1(at.clear(y))
    y = block.conv2(at.clear(block.actv(at.adain(block.norm2, y, style))))
    return (y + block._shortcut(x)) * torch.rsqrt(torch.tensor(2)), at


def _snaked(block: Any, x: Tensor, style: Tensor, at: Extent) -> Tensor:
    """``AdaINResBlock1.forward``."""
    first = zip(block.adain1, block.alpha1, block.convs1, strict=True)
    second = zip(block.adain2, block.alpha2, block.convs2, strict=True)
    for halves in zip(first, second, strict=True):
        y = x
        for norm, alpha, conv in halves:
            y = at.adain(norm, y, style)
            y = y + (1 / alpha) * (torch.sin(alpha * y) ** 2)
            y = conv(at.clear(y))
        x = y + x
    return x


class ConvolutionalSTFT(nn.Module):
    """``torch.stft`` and ``torch.istft`` (centred, periodic Hann) as convolutions, exactly."""

    forward_basis: Tensor
    inverse_basis: Tensor
    squared_window: Tensor

    def __init__(self, n_fft: int, hop: int, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.n_fft, self.hop, self.bins = n_fft, hop, n_fft // 2 + 1
        n = torch.arange(n_fft, dtype=torch.float64)
        k = torch.arange(self.bins, dtype=torch.float64).unsqueeze(1)
        angle = 2 * math.pi * k * n / n_fft
        cosine, sine = torch.cos(angle), torch.sin(angle)
        # The first and last bin's sines are zero; sin(pi * n) in floating point is not.
        sine[0] = sine[-1] = 0
        window = torch.hann_window(n_fft, periodic=True, dtype=torch.float64)
        forward = torch.cat([cosine, -sine]) * window
        # The spectrum of a real signal has each bin twice, except the first and the last.
        twice = torch.full((self.bins, 1), 2.0, dtype=torch.float64)
        twice[0] = twice[-1] = 1
        inverse = torch.cat([cosine * twice, -sine * twice]) * window / n_fft
        self.register_buffer("forward_basis", forward.to(dtype).unsqueeze(1))
        self.register_buffer("inverse_basis", inverse.to(dtype).unsqueeze(1))
        self.register_buffer("squared_window", (window**2).to(dtype).view(1, 1, -1))

    def transform(self, samples: Tensor, at: Extent | None = None) -> tuple[Tensor, Tensor]:
        """[b, 1, t] to magnitude and phase, each [b, bins, t / hop + 1].

        *at* is the number of samples of each row.
        """
        real, imaginary = self.spectrum((at or Even()).reflect(samples, self.n_fft // 2))
        return torch.sqrt(real**2 + imaginary**2), _angle(real, imaginary)

    def spectrum(self, padded: Tensor) -> tuple[Tensor, Tensor]:
        """Return real and imaginary parts of samples padded by half a window at both ends."""
        spectrum = F.conv1d(padded, self.forward_basis, stride=self.hop)
        return spectrum[:, : self.bins], spectrum[:, self.bins :]

    def inverse(self, magnitude: Tensor, phase: Tensor, at: Extent | None = None) -> Tensor:
        """Magnitude and phase, each [b, bins, l], to samples [b, 1, (l - 1) * hop].

        *at* is the number of spectra of each row; samples after its end are undefined.
        """
        at = at or Even()
        spectrum = torch.cat([magnitude * torch.cos(phase), magnitude * torch.sin(phase)], dim=1)
        overlapped = self.overlap(at.clear(spectrum), self.inverse_basis)
        envelope = self.overlap(at.clear(torch.ones_like(phase[:, :1])), self.squared_window)
        half = self.n_fft // 2
        return overlapped[..., half:-half] / envelope[..., half:-half]

    def overlap(self, x: Tensor, basis: Tensor) -> Tensor:
        """Sum the windows [c, 1, n_fft] of *basis*, a hop apart, weighted by *x* [b, c, l]."""
        return F.conv_transpose1d(x, basis, stride=self.hop)


def _angle(x: Tensor, y: Tensor) -> Tensor:
    """``torch.angle(x + iy)`` in operations that the exporter does not change."""
    axis = x == 0
    quotient = torch.atan(y / torch.where(axis, torch.ones_like(x), x))
    upper = y >= 0
    left = torch.where(upper, quotient + math.pi, quotient - math.pi)
    on_axis = torch.sign(y) * (math.pi / 2)
    return torch.where(axis, on_axis, torch.where(x < 0, left, quotient))
