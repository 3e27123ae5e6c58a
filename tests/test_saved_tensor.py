"""What torch.save wrote, read without its pickle; tests/assets/test_fetch.py has read_storage."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.saved_tensor import SavedTensorError, read_tensor, write_tensor
from tests.assets.hub import zip_of
from tests.properties import examples
from tests.voices.voice_files import honest_pickle, members, patched, pt, pt_with

torch = pytest.importorskip("torch")

VALUES = np.random.default_rng(3).standard_normal((6, 4, 5))


def tensor(kind: str = "<f4", shape: tuple[int, ...] = (6, 20)) -> Any:
    return torch.from_numpy(VALUES.astype(kind).reshape(shape))


@pytest.mark.parametrize("kind", ["<f2", "<f4", "<f8"])
@pytest.mark.parametrize("shape", [(120,), (6, 20), (20, 6), (6, 1, 20), (1, 120), (6, 4, 5)])
def test_a_tensor_comes_back_bit_for_bit(kind: str, shape: tuple[int, ...]) -> None:
    saved = tensor(kind, shape)
    found = read_tensor(pt(saved))
    assert found.dtype == np.dtype(kind)
    assert found.shape == shape
    assert found.tobytes() == saved.numpy().tobytes()


@pytest.mark.parametrize("shape", [(120,), (6, 20), (6, 1, 20), (6, 4, 5), (0,)])
def test_what_is_written_is_read_by_pytorch_and_by_us(shape: tuple[int, ...]) -> None:
    values = VALUES.astype("<f4").flat[: np.prod(shape)].reshape(shape)
    file = write_tensor(values)
    assert torch.load(io.BytesIO(file), weights_only=True).numpy().tolist() == values.tolist()
    assert read_tensor(file).tolist() == values.tolist()


def test_a_file_of_any_name_is_read(tmp_path: Path) -> None:
    """PyTorch names the folder in the archive after the file."""
    path = tmp_path / "my.voice.bin"
    torch.save(tensor(), path)
    assert read_tensor(path.read_bytes()).tobytes() == tensor().numpy().tobytes()


def test_gradients_wanted_or_not_the_numbers_are_the_same() -> None:
    wanted = tensor().requires_grad_()
    try:
        assert read_tensor(pt(wanted)).tobytes() == tensor().numpy().tobytes()
    except SavedTensorError as error:
        assert "not run" in str(error)


OTHER_FORMS: dict[str, Callable[[], Any]] = {
    "a slice of rows": lambda: tensor()[1:5],
    "the first rows": lambda: tensor()[:3],
    "a slice of columns": lambda: tensor()[:, 2:9],
    "each second row": lambda: tensor()[::2],
    "transposed": lambda: tensor().t(),
    "axes exchanged": lambda: tensor(shape=(6, 4, 5)).transpose(0, 1),
    "one row many times": lambda: tensor()[:1].expand(6, 20),
    "a column more": lambda: tensor().unsqueeze(1),
    "one number many times": lambda: torch.zeros(1).expand(6, 20),
    "no number": lambda: torch.zeros(0, 20),
    "one number": lambda: torch.tensor(1.0),
    "four axes": lambda: tensor(shape=(6, 2, 2, 5)),
}


@pytest.mark.parametrize("make", OTHER_FORMS.values(), ids=OTHER_FORMS)
def test_a_view_is_refused_or_read_exactly(make: Callable[[], Any]) -> None:
    saved = make()
    try:
        found = read_tensor(pt(saved))
    except SavedTensorError as error:
        assert str(error)
    else:
        np.testing.assert_array_equal(found, saved.numpy())


def test_the_hint_about_a_view_helps() -> None:
    with pytest.raises(SavedTensorError, match=r"is a view .*\.contiguous\(\)\.clone\(\)"):
        read_tensor(pt(tensor().t()))
    helped = tensor().t().contiguous().clone()
    np.testing.assert_array_equal(read_tensor(pt(helped)), tensor().numpy().T)


def _with_far_directory() -> bytes:
    """Return an archive whose directory is at an offset of 64 bits; zipfile can't seek so far."""
    data = bytearray(pt())
    data[data.index(b"PK\x06\x06") + 55] = 129
    return bytes(data)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "bfloat16": (lambda: pt(tensor().bfloat16()), "type BFloat16; save it as float32"),
    "whole numbers": (lambda: pt(tensor().long()), "type Long"),
    "truth values": (lambda: pt(tensor() > 0), "type Bool"),
    "complex": (lambda: pt(tensor().to(torch.complex64)), "type ComplexFloat"),
    "a parameter": (lambda: pt(torch.nn.Parameter(tensor())), "more than one tensor"),
    "a dictionary": (lambda: pt({"voice": tensor()}), "more than one tensor"),
    "a list": (lambda: pt([tensor()]), "more than one tensor"),
    "two tensors": (lambda: pt([tensor(), tensor()]), "more than one tensor"),
    "no tensor": (lambda: pt(1.0), "not what torch.save writes"),
    "a module": (lambda: pt(torch.nn.Linear(2, 2, bias=False)), "more than one tensor"),
    "a sparse tensor": (lambda: pt(tensor().to_sparse()), "more than one tensor"),
    "the old format": (
        lambda: pt(tensor(), _use_new_zipfile_serialization=False),
        "damaged: File is not a zip file",
    ),
    "big-endian": (lambda: pt_with("/byteorder", b"big"), "not little-endian"),
    "numbers cut": (lambda: pt_with("/data/0", bytes(100)), "100 bytes of numbers"),
    "no pickle": (
        lambda: zip_of([("a/data/0", bytes(8)), ("a/byteorder", b"little")]),
        "not what torch.save writes",
    ),
    "two pickles": (
        lambda: zip_of([*members(pt()).items(), ("b/data.pkl", honest_pickle())]),
        "not what torch.save writes",
    ),
    "another function": (
        lambda: pt_with("/data.pkl", honest_pickle().replace(b"torch._utils", b"posix.utilss")),
        "not run",
    ),
    "a class in place of the last one": (
        lambda: pt_with("/data.pkl", honest_pickle().replace(b"OrderedDict", b"UserStrings")),
        "not run",
    ),
    "an unknown storage": (
        lambda: pt_with("/data.pkl", honest_pickle().replace(b"FloatSt", b"EvilsSt")),
        "type Evils",
    ),
    "a pickle cut": (lambda: pt_with("/data.pkl", honest_pickle()[:-1]), "damaged pickle"),
    "a place before the file": (
        lambda: patched(pt(), "archive/data/0", 42, "<I", 0xFFFFFF00),
        "damaged",
    ),
    "an unknown compression": (
        lambda: patched(pt(), "archive/data/0", 10, "<H", 99),
        "not what torch.save writes",
    ),
    "a later version of ZIP": (
        lambda: patched(pt(), "archive/data/0", 6, "<H", 99),
        "damaged: zip file version",
    ),
    "a directory beyond any file": (lambda: _with_far_directory(), "damaged"),
    "nothing": (lambda: b"", "damaged"),
}


@pytest.mark.parametrize("make, reason", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused_with_a_reason(make: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(SavedTensorError, match=reason):
        read_tensor(make())


def test_a_dictionary_with_hooks_is_refused() -> None:
    saved = torch.nn.Parameter(tensor())
    state: OrderedDict[str, Any] = OrderedDict(voice=saved)
    with pytest.raises(SavedTensorError, match="more than one tensor"):
        read_tensor(pt(state))


@settings(max_examples=examples(300))
@given(st.binary(max_size=300))
def test_any_pickle_is_refused(pickled: bytes) -> None:
    with pytest.raises(SavedTensorError, match=r"(damaged pickle|not run)$"):
        read_tensor(pt_with("/data.pkl", pickled))


@settings(max_examples=examples(300))
@given(st.data())
def test_any_archive_is_a_tensor_or_our_error(data: st.DataObject) -> None:
    saved = io.BytesIO()
    torch.save(tensor(), saved)
    changed = bytearray(saved.getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read_tensor(bytes(changed))
    except SavedTensorError:
        return
    assert found.size == 120
