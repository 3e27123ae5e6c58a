"""The mathematics of the exported graphs, compared with PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from kokoro_cli.engines.export import ConvolutionalSTFT, _angle  # noqa: E402

WINDOW = torch.hann_window(20, periodic=True)


def test_stft_is_torchs() -> None:
    samples = torch.randn(1, 600, generator=torch.Generator().manual_seed(0))
    expected = torch.stft(samples, 20, 5, 20, window=WINDOW, return_complex=True)
    magnitude, phase = ConvolutionalSTFT(20, 5).transform(samples.unsqueeze(1))
    torch.testing.assert_close(magnitude, expected.abs(), atol=2e-6, rtol=1e-5)
    # The phase is the same in every bin that is not almost zero, DC and Nyquist included.
    loud = expected.abs() > 1e-2
    difference = torch.angle(torch.exp(1j * (phase - torch.angle(expected))))
    assert difference[loud].abs().max() < 1e-3


def test_the_phase_of_negative_real_bins_is_plus_pi() -> None:
    """The exporter's atan2 gives -pi here, in every frame at DC and Nyquist."""
    _, phase = ConvolutionalSTFT(20, 5).transform(-torch.ones(1, 1, 600))
    assert torch.all(phase[:, 0] == np.float32(np.pi))


def test_istft_is_torchs() -> None:
    generator = torch.Generator().manual_seed(0)
    magnitude = torch.rand(1, 11, 121, generator=generator)
    phase = 6 * torch.rand(1, 11, 121, generator=generator) - 3
    expected = torch.istft(magnitude * torch.exp(1j * phase), 20, 5, 20, window=WINDOW)
    ours = ConvolutionalSTFT(20, 5).inverse(magnitude, phase)
    torch.testing.assert_close(ours[0], expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("x", [-2.0, -0.5, 0.0, 0.5, 2.0])
@pytest.mark.parametrize("y", [-2.0, -0.5, 0.0, 0.5, 2.0])
def test_angle(x: float, y: float) -> None:
    expected = torch.angle(torch.complex(torch.tensor(x), torch.tensor(y)))
    torch.testing.assert_close(_angle(torch.tensor(x), torch.tensor(y)), expected)
