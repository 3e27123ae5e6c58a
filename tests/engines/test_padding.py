"""Each operation along padded rows, compared with PyTorch's on each row alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import examples

torch = pytest.importorskip("torch")

import torch.nn.functional as F  # noqa: E402
from kokoro.istftnet import AdaIN1d  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from kokoro_cli.engines.padding import Even, Padded, extent  # noqa: E402
from kokoro_cli.engines.torch_batch import MatrixSTFT, spread  # noqa: E402

CPU = torch.device("cpu")
CHANNELS = 6
EXACT = {"atol": 1e-12, "rtol": 1e-12}

several = st.lists(st.integers(3, 40), min_size=2, max_size=5)
usual = settings(max_examples=examples(20))


@pytest.fixture(autouse=True)
def _double() -> Iterator[None]:
    before, threads = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)  # The tensors are small.
    yield
    torch.set_default_dtype(before)
    torch.set_num_threads(threads)


def rows(lengths: list[int], channels: int = CHANNELS) -> tuple[Tensor, list[Tensor]]:
    """Return a batch whose padding is NaN, and each of its rows alone: [1, c, t]."""
    generator = torch.Generator().manual_seed(sum(lengths))
    batch = torch.full((len(lengths), channels, max(lengths)), torch.nan)
    for row, length in zip(batch, lengths, strict=True):
        row[:, :length] = torch.randn(channels, length, generator=generator) + 3
    alone = [row[None, :, :length] for row, length in zip(batch, lengths, strict=True)]
    return batch, alone


def check(batch: Tensor, alone: list[Tensor]) -> None:
    """Check that each row of the batch begins with the row's result alone."""
    for row, expected in zip(batch, alone, strict=True):
        torch.testing.assert_close(row[:, : expected.shape[-1]], expected[0], **EXACT)


@usual
@given(several)
def test_adain(lengths: list[int]) -> None:
    torch.manual_seed(1)
    norm = AdaIN1d(4, CHANNELS)
    nn.init.normal_(norm.norm.weight)
    nn.init.normal_(norm.norm.bias)
    batch, alone = rows(lengths)
    styles = torch.randn(len(lengths), 4)
    expected = [norm(x, styles[i : i + 1]) for i, x in enumerate(alone)]
    check(Padded(lengths, CPU).adain(norm, batch, styles), expected)


def test_a_row_far_from_zero_loses_no_digits() -> None:
    """Computing the sum of squares minus the square of the sum would lose them."""
    norm = AdaIN1d(4, 1).float()
    x = torch.randn(1, 1, 1000, generator=torch.Generator().manual_seed(0)).float() + 1000
    batch = F.pad(torch.cat([x, x]), (0, 0))
    batch[1, :, 500:] = 0
    centred, deviation = Padded([1000, 500], CPU).standardised(batch, norm.norm.eps)
    exact = x[0].double()
    expected = [exact, exact[:, :500]]
    for i, row in enumerate(expected):
        torch.testing.assert_close(
            deviation[i, 0, 0].double(), row.std(unbiased=False), atol=0, rtol=1e-4
        )
        assert abs(float(centred[i, 0, : row.shape[-1]].mean())) < 1e-3


OPERATIONS = {
    "convolution": lambda: nn.Conv1d(CHANNELS, 4, 3, padding=1),
    "wide, dilated": lambda: nn.Conv1d(CHANNELS, 4, 11, dilation=5, padding=25),
    "every other": lambda: nn.Conv1d(CHANNELS, 4, 3, stride=2, padding=1),
    "pooling": lambda: nn.ConvTranspose1d(
        CHANNELS, CHANNELS, 3, stride=2, groups=CHANNELS, padding=1, output_padding=1
    ),
    "ten times": lambda: nn.ConvTranspose1d(CHANNELS, 4, 20, stride=10, padding=5),
    "six times": lambda: nn.ConvTranspose1d(CHANNELS, 4, 12, stride=6, padding=3),
    "six times, mirrored": lambda: nn.Sequential(
        nn.ConvTranspose1d(CHANNELS, 4, 12, stride=6, padding=3), nn.ReflectionPad1d((1, 0))
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
@usual
@given(lengths=several)
def test_convolutions(name: str, lengths: list[int]) -> None:
    torch.manual_seed(1)
    operation = OPERATIONS[name]()
    batch, alone = rows(lengths)
    check(operation(Padded(lengths, CPU).clear(batch)), [operation(x) for x in alone])


@usual
@given(several)
def test_recurrent_layers(lengths: list[int]) -> None:
    torch.manual_seed(1)
    lstm = nn.LSTM(CHANNELS, 5, batch_first=True, bidirectional=True)
    batch, alone = rows(lengths)
    made = Padded(lengths, CPU).recur(lstm, batch.transpose(1, 2)).transpose(1, 2)
    check(made, [lstm(x.transpose(1, 2))[0].transpose(1, 2) for x in alone])
    assert made.shape[-1] == max(lengths)


@usual
@given(several, st.integers(0, 2))
def test_reflection(lengths: list[int], count: int) -> None:
    batch, alone = rows(lengths)
    expected = [F.pad(x, (count, count), mode="reflect") for x in alone]
    check(Padded(lengths, CPU).reflect(batch, count), expected)


@usual
@given(several)
def test_transforms(frames: list[int]) -> None:
    """The first spectrum is real, so its phase is 0 or +pi; torch leaves its sign to rounding."""
    lengths = [10 * count for count in frames]
    batch, alone = rows(lengths, channels=1)
    stft = MatrixSTFT(20, 5, torch.float64)
    window = torch.hann_window(20, periodic=True)
    magnitude, phase = stft.transform(batch, Padded(lengths, CPU))
    spectra = [torch.stft(x[0], 20, 5, window=window, return_complex=True) for x in alone]
    check(magnitude, [each.abs() for each in spectra])
    turned = torch.polar(magnitude, phase)
    for of in (torch.real, torch.imag):
        check(of(turned), [of(each) for each in spectra])
    assert all(value in (0.0, torch.pi) for value in phase[..., 0].flatten())
    torch.testing.assert_close(
        phase[..., 0].cos(), torch.stack([s[0, :, 0].real.sign() for s in spectra])
    )


@usual
@given(several)
def test_inverse_transform(lengths: list[int]) -> None:
    magnitude, one = rows(lengths, channels=11)
    phase, other = rows([*lengths], channels=11)
    at = Padded(lengths, CPU)
    stft = MatrixSTFT(20, 5, torch.float64)
    window = torch.hann_window(20, periodic=True)
    expected = [
        torch.istft(torch.polar(a.abs(), b), 20, 5, window=window).unsqueeze(1)
        for a, b in zip(one, other, strict=True)
    ]
    check(stft.inverse(magnitude.abs(), phase, at), expected)


@given(st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=6), min_size=1, max_size=4))
def test_features_are_repeated_for_their_frames(frames: list[list[int]]) -> None:
    longest = max(map(len, frames))
    padded = torch.tensor([[*row, *[0] * (longest - len(row))] for row in frames])
    x = torch.arange(padded.numel() * 2.0).reshape(*padded.shape, 2)
    made = spread(x, padded)
    assert made.shape == (len(frames), max(map(sum, frames)), 2)
    for i, row in enumerate(frames):
        expected = torch.repeat_interleave(x[i, : len(row)], torch.tensor(row), dim=0)
        assert torch.equal(made[i, : sum(row)], expected)


def test_rows_of_the_same_length_have_no_padding() -> None:
    assert isinstance(extent([7, 7], CPU), Even)
    assert isinstance(extent([7], CPU), Even)
    assert isinstance(extent([7, 6], CPU), Padded)
    assert extent([7], CPU).present is None


def test_longer_rows_keep_their_share() -> None:
    at = Padded([3, 5], CPU)
    assert at.present.tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]
    assert at.times(2, plus=1).present.sum(dim=1).tolist() == [7, 11]
