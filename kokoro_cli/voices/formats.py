"""Read voices from untrusted files without running any code in them.

The formats are raw float32, npy, safetensors, and a tensor saved by torch.save. The content
decides the format, not the file's name.
"""

from __future__ import annotations

import io
import json
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from kokoro_cli.errors import AssetError, UsageError
from kokoro_cli.kokoro82m import STYLE_COLUMNS, STYLE_ROWS
from kokoro_cli.saved_tensor import SavedTensorError, read_tensor
from kokoro_cli.types import Rows
from kokoro_cli.voices.catalogue import catalogue
from kokoro_cli.voices.pack import LARGEST_VALUE, PACK_BYTES

_SHAPES: Final = ((STYLE_ROWS, 1, STYLE_COLUMNS), (STYLE_ROWS, STYLE_COLUMNS))
_TENSOR: Final = "voice"

# Bytes: more than twice the largest valid file, which has 64-bit floats and a header.
_LARGEST_FILE: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class VoiceFile:
    rows: Rows
    notes: dict[str, str] = field(default_factory=dict)
    """Metadata of a safetensors file: language, gender and made_of."""


class _NoVoiceError(Exception):
    """A file holds no voice; the message ends a sentence that begins with the file's name."""


def read_voice_file(path: Path) -> VoiceFile:
    """Return the voice in a file; UsageError if it can't be read, AssetError if it is no voice."""
    data = _bytes(path)
    try:
        found = _read(data)
    except (_NoVoiceError, SavedTensorError) as error:
        raise _error(path.name, error) from error
    return VoiceFile(check_rows(found.rows, path.name), found.notes)


def check_rows(values: npt.NDArray[Any], name: str) -> Rows:
    """Return the rows as float32, shape [510, 256]; AssetError if they can't be a voice."""
    try:
        return _checked(values)
    except _NoVoiceError as error:
        raise _error(name, error) from error


def printable(text: str, length: int = 10_000) -> str:
    """Return a text from a file with control characters replaced, cut to *length* characters."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in text[:length])
    return shown if len(text) <= length else shown + "…"


def _error(name: str, error: Exception) -> AssetError:
    return AssetError(
        f"{printable(name)} {printable(str(error), 300)}.",
        hint="A voice is 510 rows of 256 floats: raw, npy, safetensors or PyTorch's .pt.",
    )


def to_safetensors(file: VoiceFile) -> bytes:
    """Return a voice as safetensors: one tensor, with the notes as metadata."""
    rows = np.ascontiguousarray(file.rows, dtype="<f4")
    return bytes(safetensors.numpy.save({_TENSOR: rows}, file.notes))


def _bytes(path: Path) -> bytes:
    try:
        if path.is_symlink():
            raise UsageError(f"{path} is a link.", hint="Name the file that it points to.")
        if not path.is_file():
            what = "is not a regular file" if path.exists() else "does not exist"
            raise UsageError(f"{path} {what}.", hint="Name a file that holds a voice.")
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(
            f"{path} can't be read: {error.strerror}.", hint="Check the file."
        ) from error
    if len(data) > _LARGEST_FILE:
        raise AssetError(
            f"{path.name} is too large for a voice.",
            hint=f"A voice has {PACK_BYTES:,} bytes as float32.",
        )
    return data


def _read(data: bytes) -> VoiceFile:
    if data.startswith(b"\x93NUMPY"):
        return VoiceFile(_npy(data))
    if data.startswith(b"PK\x03\x04"):
        return VoiceFile(read_tensor(data))
    # Raw floats may have "{" at byte 8 too, but the 8 bytes before it are too large for a size.
    raw = len(data) == PACK_BYTES and int.from_bytes(data[:8], "little") > PACK_BYTES
    if data[8:9] == b"{" and not raw:
        return _safetensors(data)
    if len(data) == PACK_BYTES:
        return VoiceFile(np.frombuffer(data, "<f4").reshape(_SHAPES[1]))
    if data.startswith(b"\x80"):
        raise _NoVoiceError("is a bare pickle, which could run any code; it was not opened")
    raise _NoVoiceError(f"is no kind of file that holds a voice ({len(data):,} bytes)")


def _checked(values: npt.NDArray[Any]) -> Rows:
    if values.dtype.kind != "f":
        raise _NoVoiceError(f"has numbers of the type {values.dtype}, not floats")
    if values.shape not in _SHAPES:
        raise _NoVoiceError(f"has the shape {values.shape}")
    rows = values.reshape(STYLE_ROWS, STYLE_COLUMNS)
    if not np.isfinite(rows).all():
        raise _NoVoiceError("has numbers that are not finite")
    largest = float(np.abs(rows).max())
    if largest > LARGEST_VALUE:
        raise _NoVoiceError(f"has numbers up to {largest:.3g}, which no voice has")
    kept = rows.astype(np.float32)
    if not kept.any():
        raise _NoVoiceError("has nothing but zeros")
    empty = np.flatnonzero(~kept.any(axis=1))
    if len(empty):
        raise _NoVoiceError(f"has nothing but zeros in {len(empty)} rows, as row {empty[0] + 1}")
    return kept


_NPY_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def _npy(data: bytes) -> npt.NDArray[Any]:
    """Return the array; the shape in the header is used only if the data has that size."""
    file = io.BytesIO(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # numpy warns if it had to repair a header.
            shape, by_columns, dtype = _NPY_HEADERS[np.lib.format.read_magic(file)](file)
    except Exception as error:  # numpy's parsers raise errors of many types.
        raise _NoVoiceError("has a damaged header") from error
    body = data[file.tell() :]
    if dtype.kind != "f" or shape not in _SHAPES:
        raise _NoVoiceError(f"has numbers of the type {dtype}, in the shape {shape}")
    if len(body) != STYLE_ROWS * STYLE_COLUMNS * dtype.itemsize:
        raise _NoVoiceError(f"has {len(body):,} bytes of numbers for the shape {shape}")
    shape = tuple(map(int, shape))  # The header may hold True, which equals 1.
    return np.frombuffer(body, dtype).reshape(shape, order="F" if by_columns else "C")


def _safetensors(data: bytes) -> VoiceFile:
    try:
        tensors = safetensors.deserialize(data)  # type: ignore[no-untyped-call]
    except safetensors.SafetensorError as error:
        raise _NoVoiceError(f"is a damaged safetensors file: {error}") from error
    if len(tensors) != 1:
        raise _NoVoiceError(f"holds {len(tensors)} tensors, not one")
    dtypes = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}
    (_, tensor), *_ = tensors
    kind, shape = tensor["dtype"], tuple(tensor["shape"])
    if kind not in dtypes or shape not in _SHAPES:
        raise _NoVoiceError(f"has numbers of the type {kind}, in the shape {shape}")
    rows = np.frombuffer(bytes(tensor["data"]), dtypes[kind]).reshape(shape)
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length], object_pairs_hook=_each_once)
    return VoiceFile(rows, _notes(header.get("__metadata__") or {}))


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise _NoVoiceError("has a header with one key twice")
    return dict(pairs)


def _notes(said: dict[str, str]) -> dict[str, str]:
    """Return the valid entries of a file's metadata."""
    voices = catalogue().values()
    known = {
        "language": {v.language for v in voices},
        "gender": {v.gender for v in voices if v.gender},
    }
    notes = {name: said[name] for name in known if said.get(name) in known[name]}
    return notes | {"made_of": printable(said["made_of"])} if said.get("made_of") else notes
