"""Voices in files: valid ones in every format, and anything else that such a file may contain."""

from __future__ import annotations

import io
import pickle
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kokoro_cli.errors import AssetError, UsageError
from kokoro_cli.voices.formats import VoiceFile, check_rows, read_voice_file, to_safetensors
from tests.properties import examples
from tests.voices.voice_files import (
    BAD,
    NPY_HEADER,
    RAW,
    ROWS,
    WHOLE,
    members,
    npy,
    npy_with,
    pt,
    pt_with,
    safetensors_of,
    safetensors_with,
)

SHAPES = {"two axes": (510, 256), "three axes": (510, 1, 256)}


def read(folder: Path, data: bytes) -> VoiceFile:
    path = folder / "given.bin"
    path.write_bytes(data)
    return read_voice_file(path)


def check(found: VoiceFile, wanted: np.ndarray[Any, Any]) -> None:
    assert found.rows.dtype == np.float32
    assert found.rows.shape == (510, 256)
    assert found.rows.tobytes() == wanted.reshape(510, 256).astype("<f4").tobytes()


class TestGood:
    def test_raw(self, tmp_path: Path) -> None:
        check(read(tmp_path, RAW), ROWS)

    def test_raw_with_a_byte_that_looks_like_json(self, tmp_path: Path) -> None:
        """One of the model's voices has this byte."""
        data = RAW[:8] + b"{" + RAW[9:]
        assert read(tmp_path, data).rows.tobytes() == data

    @pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
    @pytest.mark.parametrize("kind", ["<f2", "<f4", "<f8", ">f2", ">f4", ">f8"])
    @pytest.mark.parametrize("order", ["C", "F"])
    def test_npy(self, kind: str, shape: tuple[int, ...], order: Any, tmp_path: Path) -> None:
        values = np.asarray(ROWS.reshape(shape), dtype=kind, order=order)
        data = npy(values)
        assert (b"'fortran_order': True" in data) == (order == "F")
        check(read(tmp_path, data), values)

    def test_npy_of_version_2(self, tmp_path: Path) -> None:
        data = io.BytesIO()
        np.lib.format.write_array(data, ROWS, version=(2, 0))
        check(read(tmp_path, data.getvalue()), ROWS)

    def test_npy_whose_shape_has_a_truth_value(self, tmp_path: Path) -> None:
        data = npy_with(NPY_HEADER.replace("510,", "510, True,"))
        check(read(tmp_path, data), ROWS)

    @pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
    @pytest.mark.parametrize("kind", ["<f2", "<f4", "<f8"])
    def test_safetensors(self, kind: str, shape: tuple[int, ...], tmp_path: Path) -> None:
        values = ROWS.reshape(shape).astype(kind)
        check(read(tmp_path, safetensors_of(values)), values)

    @pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
    @pytest.mark.parametrize("kind", ["<f2", "<f4", "<f8"])
    def test_pt(self, kind: str, shape: tuple[int, ...], tmp_path: Path) -> None:
        import torch

        values = ROWS.reshape(shape).astype(kind)
        check(read(tmp_path, pt(torch.from_numpy(values))), values)

    def test_the_name_of_a_file_means_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "voice.pt"
        path.write_bytes(npy(ROWS))
        check(read_voice_file(path), ROWS)

    def test_the_largest_value_is_ten(self) -> None:
        check_rows(np.full((510, 256), 10.0), "loud")
        with pytest.raises(AssetError, match="loud has numbers up to 10"):
            check_rows(np.full((510, 256), 10.001), "loud")

    def test_the_safe_form_gives_back_the_same(self, tmp_path: Path) -> None:
        notes = {"language": "f", "gender": "female", "made_of": "ff_siwis(2)+af_sky"}
        found = read(tmp_path, to_safetensors(VoiceFile(ROWS, notes)))
        check(found, ROWS)
        assert found.notes == notes


NOTES: dict[str, tuple[object, dict[str, str]]] = {
    "none": (None, {}),
    "a language that is not there": ({"language": "xx"}, {}),
    "a gender that is not there": ({"gender": "[/]"}, {}),
    "an empty recipe": ({"made_of": ""}, {}),
    "others": ({"format": "pt", "language": "b"}, {"language": "b"}),
    "what a terminal obeys": ({"made_of": "a\x1b[2J\nb\0"}, {"made_of": "a�[2J�b�"}),
    "a long recipe": ({"made_of": "a" * 50_000}, {"made_of": "a" * 10_000 + "…"}),
}


@pytest.mark.parametrize("said, noted", NOTES.values(), ids=NOTES)
def test_notes_are_used_if_they_are_valid(
    said: object, noted: dict[str, str], tmp_path: Path
) -> None:
    data = safetensors_with({"__metadata__": said, "any name": WHOLE})
    found = read(tmp_path, data)
    check(found, ROWS)
    assert found.notes == noted


@pytest.mark.parametrize("make, reason", BAD.values(), ids=BAD)
def test_what_is_no_voice_is_refused_in_little_memory(
    make: Any, reason: str, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    path = tmp_path / "given.bin"
    path.write_bytes(make(marker))
    tracemalloc.start()
    try:
        with pytest.raises(AssetError, match=f"^given.bin .*{reason}") as caught:
            read_voice_file(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 400
    assert not marker.exists()


def test_the_traps_would_have_worked(tmp_path: Path) -> None:
    """A careless reader of each format runs the code that ours refused."""
    import torch

    marker = tmp_path / "marker"

    def load_pt(data: bytes) -> None:
        torch.load(io.BytesIO(data), weights_only=False)

    def load_npy(data: bytes) -> None:
        np.load(io.BytesIO(data), allow_pickle=True)

    careless: dict[str, Callable[[bytes], object]] = {
        "evil pickle in a pt": load_pt,
        "evil before the tensor": load_pt,
        "evil after the tensor": load_pt,
        "bare evil pickle": pickle.loads,
        "bare evil pickle as text": pickle.loads,
        "npy with an evil object": load_npy,
    }
    for name, load in careless.items():
        make, _ = BAD[name]
        load(make(marker))
        assert marker.exists(), name
        marker.unlink()


# Any bytes

ANY_PLACE = st.one_of(st.integers(0, 400), st.integers(-1200, -1), st.integers(0, 530_000))


@pytest.fixture(scope="module")
def good_files() -> list[bytes]:
    rows = ROWS.reshape(510, 1, 256)
    return [RAW, npy(rows), npy(ROWS.astype(">f8")), safetensors_of(rows, {"language": "b"}), pt()]


def voice_or_our_error(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = read_voice_file(path)
        except (UsageError, AssetError) as error:
            assert error.message.isprintable()
            return
    assert found.rows.shape == (510, 256)
    assert found.rows.dtype == np.float32
    assert np.isfinite(found.rows).all()
    assert set(found.notes) <= {"language", "gender", "made_of"}


FUZZ = settings(
    max_examples=examples(200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FUZZ
@given(data=st.data())
def test_a_good_file_with_some_bytes_changed(
    data: st.DataObject, good_files: list[bytes], tmp_path: Path
) -> None:
    changed = bytearray(data.draw(st.sampled_from(good_files)))
    for place in data.draw(st.lists(ANY_PLACE, min_size=1, max_size=6)):
        changed[place % len(changed)] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        place = data.draw(ANY_PLACE) % len(changed)
        changed[place:place] = data.draw(st.binary(max_size=12))
    if data.draw(st.booleans()):
        del changed[data.draw(ANY_PLACE) % len(changed) :]
    voice_or_our_error(tmp_path / "given.bin", bytes(changed))


@FUZZ
@given(
    beginning=st.sampled_from(
        [b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04", b"\x80\x02", b"\x10" + bytes(7)]
    ),
    rest=st.binary(max_size=3000),
)
def test_random_bytes(beginning: bytes, rest: bytes, tmp_path: Path) -> None:
    voice_or_our_error(tmp_path / "given.bin", beginning + rest)


@FUZZ
@given(text=st.text(alphabet="{}[]()'\":,-+<>|fiV148510256TrueNonelLj\\x \n#", max_size=60))
def test_any_words_as_the_header_of_an_npy(text: str, tmp_path: Path) -> None:
    path = tmp_path / "given.bin"
    voice_or_our_error(path, npy_with(text))
    voice_or_our_error(path, npy_with(NPY_HEADER.replace("'<f4'", text)))
    voice_or_our_error(path, npy_with(NPY_HEADER.replace("<f4", text)))
    voice_or_our_error(path, npy_with(NPY_HEADER.replace("(510, 256)", text)))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@FUZZ
@given(key=st.sampled_from(["dtype", "shape", "data_offsets", "x"]), value=JSON, notes=JSON)
def test_any_json_as_the_header_of_safetensors(
    key: str, value: object, notes: object, tmp_path: Path
) -> None:
    path = tmp_path / "given.bin"
    voice_or_our_error(path, safetensors_with({"t": {**WHOLE, key: value}}))
    voice_or_our_error(path, safetensors_with({"__metadata__": notes, "t": WHOLE}))
    voice_or_our_error(path, safetensors_with(value))


@FUZZ
@given(data=st.data())
def test_any_pickle_in_a_pt(data: st.DataObject, good_files: list[bytes], tmp_path: Path) -> None:
    changed = bytearray(members(good_files[-1])["archive/data.pkl"])
    for place in data.draw(st.lists(st.integers(0, len(changed) - 1), min_size=1, max_size=3)):
        changed[place] = data.draw(st.integers(0, 255))
    voice_or_our_error(tmp_path / "given.bin", pt_with("/data.pkl", bytes(changed)))
