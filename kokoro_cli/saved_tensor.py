"""A tensor in a file as torch.save writes it, read without running its pickle.

Such a file is a ZIP archive: ``NAME/data/0`` holds the numbers, ``NAME/data.pkl`` a pickle that
rebuilds the tensor from them. A pickle is a program, so it is never loaded. Its instructions are
only listed, which does not run them.
"""

from __future__ import annotations

import io
import math
import pickletools
import re
import struct
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt


class SavedTensorError(Exception):
    """A file can't be read as a tensor; the message ends a sentence that begins with the file."""


# Raised by zipfile; ValueError for an offset before the file, or a name that is not text;
# OverflowError for an offset of more than 63 bits.
_DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
)


def read_storage(file: Path | BinaryIO) -> bytes:
    """Return the raw bytes of the one tensor in the file; its pickle is not read."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _member(archive, "/data/0")
    except _DAMAGED as error:
        raise SavedTensorError(f"is damaged: {error}") from error


_DTYPES = {"Half": "<f2", "Float": "<f4", "Double": "<f8"}

# The only pickle that torch.save writes for a tensor, as `_instructions` lists it: type, number of
# elements, offset, shape and strides.
_TENSOR = re.compile(
    r"GLOBAL:torch\._utils_rebuild_tensor_v2 MARK MARK STR:storage GLOBAL:torch(\w+)Storage "
    r"STR:0 STR:[\w:]+ INT:(\d+) TUPLE BINPERSID INT:0 "
    r"((?:INT:\d+ ){1,3})TUPLE[123] ((?:INT:\d+ ){1,3})TUPLE[123] "
    r"NEWFALSE GLOBAL:collectionsOrderedDict EMPTY_TUPLE REDUCE TUPLE REDUCE STOP"
)


def read_tensor(data: bytes) -> npt.NDArray[Any]:
    """Return the tensor in a file's bytes; SavedTensorError if they are anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            instructions = _instructions(_member(archive, "/data.pkl"))
            if any(".." in name.split("/") or name.startswith("/") for name in archive.namelist()):
                raise SavedTensorError("has files that would lie outside the archive")
            ordered = any(name.endswith("/byteorder") for name in archive.namelist())
            if ordered and _member(archive, "/byteorder") != b"little":
                raise SavedTensorError("has numbers that are not little-endian")
            storage = _member(archive, "/data/0")
    except _DAMAGED as error:
        raise SavedTensorError(f"is damaged: {error}") from error
    match = _TENSOR.fullmatch(instructions)
    if match is None:
        raise SavedTensorError("has a pickle that is more than one tensor; it was not run")
    kind, count = match[1], int(match[2])
    shape, strides = (tuple(map(int, re.findall(r"\d+", match[group]))) for group in (3, 4))
    if kind not in _DTYPES:
        raise SavedTensorError(f"has numbers of PyTorch's type {kind}; save it as float32")
    dtype = np.dtype(_DTYPES[kind])
    if len(storage) != count * dtype.itemsize or math.prod(shape) != count:
        raise SavedTensorError(f"has {len(storage):,} bytes of numbers for the shape {shape}")
    if not _contiguous(shape, strides):
        raise SavedTensorError("is a view of a tensor; save it with .contiguous().clone()")
    return np.frombuffer(storage, dtype).reshape(shape)


def write_tensor(values: npt.NDArray[np.float32]) -> bytes:
    """Return a file as torch.save writes it for a tensor of 32-bit floats."""
    numbers = np.ascontiguousarray(values, dtype="<f4")
    strides = [math.prod(numbers.shape[place + 1 :]) for place in range(numbers.ndim)]
    storage = _tuple(
        _text("storage"), b"ctorch\nFloatStorage\n", _text("0"), _text("cpu"), _number(numbers.size)
    )
    sizes = [_tuple(*map(_number, each)) for each in (numbers.shape, strides)]
    ordered = b"ccollections\nOrderedDict\n)R"
    tensor = _tuple(storage + b"Q", _number(0), *sizes, b"\x89", ordered)
    pickled = b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n" + tensor + b"R."
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (
            *(("data.pkl", pickled), ("byteorder", b"little")),
            *(("data/0", numbers.tobytes()), ("version", b"3\n")),
        ):
            archive.writestr(zipfile.ZipInfo(f"archive/{name}"), data)
    return file.getvalue()


def _tuple(*items: bytes) -> bytes:
    """Return a tuple as pickle's protocol 2 writes it: up to three items need no mark."""
    if len(items) <= 3:
        return b"".join(items) + b")\x85\x86\x87"[len(items) : len(items) + 1]
    return b"(" + b"".join(items) + b"t"


def _text(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text.encode())) + text.encode()


def _number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def _member(archive: zipfile.ZipFile, ending: str) -> bytes:
    # PyTorch stores without compression, so a member can't be larger than the file.
    found = [i for i in archive.infolist() if i.filename.endswith(ending)]
    if len(found) != 1 or found[0].compress_type != zipfile.ZIP_STORED:
        raise SavedTensorError("is not what torch.save writes for one tensor")
    return archive.read(found[0])


def _instructions(pickled: bytes) -> str:
    """List a pickle's instructions, except its memo and version, without running any."""
    listed = []
    try:
        for opcode, argument, _ in pickletools.genops(pickled):
            if opcode.name in ("BININT", "BININT1", "BININT2"):
                listed.append(f"INT:{argument}")
            elif opcode.name == "BINUNICODE":
                listed.append("STR:" + str(argument).replace(" ", "␣"))
            elif opcode.name == "GLOBAL":
                listed.append("GLOBAL:" + str(argument).replace(" ", ""))
            elif opcode.name not in ("PROTO", "BINPUT"):
                listed.append(opcode.name)
    except Exception as error:  # Its decoders raise errors of many types.
        raise SavedTensorError("has a damaged pickle") from error
    return " ".join(listed)


def _contiguous(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    expected = [math.prod(shape[place + 1 :]) for place in range(len(shape))]
    return len(strides) == len(shape) and all(
        length == 1 or stride == wanted
        for length, stride, wanted in zip(shape, strides, expected, strict=True)
    )
