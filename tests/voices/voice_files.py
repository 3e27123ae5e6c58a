"""Files that contain a voice, and files that only look as if they did."""

from __future__ import annotations

import io
import json
import pickle
import struct
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.assets.hub import zip_of
from tests.assets.test_fetch import Trap

ROWS = (np.random.default_rng(7).standard_normal((510, 256)) / 4).astype("<f4")
RAW = ROWS.tobytes()
NUMBERS = "archive/data/0"
WHOLE: dict[str, Any] = {"dtype": "F32", "shape": [510, 256], "data_offsets": [0, len(RAW)]}
NPY_HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (510, 256)}"


def npy(values: npt.NDArray[Any]) -> bytes:
    data = io.BytesIO()
    np.save(data, values)
    return data.getvalue()


def npy_with(header: str, body: bytes = RAW) -> bytes:
    """Return an npy file with any header."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + body


def safetensors_with(header: Any, body: bytes = RAW) -> bytes:
    """Return a safetensors file with any header: bytes, or a value to write as JSON."""
    data = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(data)) + data + body


def safetensors_of(values: npt.NDArray[Any], notes: dict[str, str] | None = None) -> bytes:
    tensor = {
        "dtype": f"F{8 * values.itemsize}",
        "shape": values.shape,
        "data_offsets": [0, values.nbytes],
    }
    return safetensors_with({"__metadata__": notes or {}, "t": tensor}, values.tobytes())


def pt(tensor: Any = None, **options: Any) -> bytes:
    """Return the bytes that torch.save writes for *tensor*, by default ROWS."""
    import torch

    data = io.BytesIO()
    torch.save(torch.from_numpy(ROWS.copy()) if tensor is None else tensor, data, **options)
    return data.getvalue()


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def pt_with(ending: str, content: bytes) -> bytes:
    """Return a voice saved by torch.save, with the content of one member replaced."""
    changed = {n: content if n.endswith(ending) else old for n, old in members(pt()).items()}
    return zip_of(list(changed.items()))


def honest_pickle() -> bytes:
    return members(pt())["archive/data.pkl"]


def sprung(marker: Path) -> bytes:
    """Return pickle instructions that spring a trap and leave the stack unchanged."""
    return pickle.dumps(Trap(marker), protocol=2)[2:-1] + pickle.POP


def pickle_before(marker: Path) -> bytes:
    """Return a pickle that springs a trap and then gives the right tensor."""
    return honest_pickle()[:2] + sprung(marker) + honest_pickle()[2:]


def pickle_after(marker: Path) -> bytes:
    return honest_pickle()[:-1] + sprung(marker) + pickle.STOP


def objects(marker: Path) -> bytes:
    return npy(np.array([Trap(marker)], dtype=object))


def with_value(value: float) -> npt.NDArray[np.float32]:
    rows = ROWS.copy()
    rows[300, 20] = value
    return rows


def patched(archive: bytes, name: str, place: int, form: str, *values: int) -> bytes:
    """Return an archive with other numbers in a member's directory entry."""
    data = bytearray(archive)
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    struct.pack_into(form, data, entry + place, *values)
    return bytes(data)


def bomb(ending: str) -> bytes:
    """Return a voice saved by torch.save, with a member that unpacks to 1,000 times its size."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members(pt()).items():
            if name.endswith(ending):
                archive.writestr(name, bytes(300_000_000), zipfile.ZIP_DEFLATED)
            else:
                archive.writestr(name, content)
    return data.getvalue()


def sound() -> bytes:
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setparams((1, 2, 24000, 0, "NONE", ""))
        file.writeframes(bytes(1000))
    return data.getvalue()


def npz() -> bytes:
    data = io.BytesIO()
    np.savez(data, voice=ROWS)
    return data.getvalue()


def two_tensors(second: list[int]) -> bytes:
    return safetensors_with({"one": WHOLE, "two": {**WHOLE, "data_offsets": second}}, RAW * 2)


def twice(key: str) -> bytes:
    tensor = json.dumps(WHOLE)
    return safetensors_with(f'{{"__metadata__": {{}}, "t": {tensor}, "{key}": {tensor}}}'.encode())


def in_folder(folder: str) -> bytes:
    """Return a voice saved by torch.save, with its members in another folder."""
    old = members(pt()).items()
    return zip_of([(name.replace("archive", folder, 1), content) for name, content in old])


# Name, function that makes the file (given the path that a trap creates), and reported reason.
BAD: dict[str, tuple[Callable[[Path], bytes], str]] = {
    # Pickles
    "evil pickle in a pt": (lambda m: pt_with("/data.pkl", pickle.dumps(Trap(m))), "not run"),
    "evil before the tensor": (lambda m: pt_with("/data.pkl", pickle_before(m)), "not run"),
    "evil after the tensor": (lambda m: pt_with("/data.pkl", pickle_after(m)), "not run"),
    "bare evil pickle": (lambda m: pickle.dumps(Trap(m)), "bare pickle"),
    "bare evil pickle as text": (lambda m: pickle.dumps(Trap(m), protocol=0), "no kind of file"),
    "npy with an evil object": (objects, "type object"),
    "pt in the old format": (lambda _: pt(_use_new_zipfile_serialization=False), "bare pickle"),
    "damaged pickle": (
        lambda _: pt_with("/data.pkl", b"\x80\x02X\xff\xff\xff\x7f"),
        "damaged pickle",
    ),
    # npy
    "npz": (lambda _: npz(), "not what torch.save writes"),
    "npy giant header": (lambda _: b"\x93NUMPY\x02\x00\xff\xff\xff\x7f{" + RAW, "damaged header"),
    "npy giant shape": (
        lambda _: npy_with(NPY_HEADER.replace("510", "51000000000")),
        r"shape \(51000000000, 256\)",
    ),
    "npy lying shape": (lambda _: npy_with(NPY_HEADER, RAW[:-4]), "522,236 bytes of numbers"),
    "npy more than its shape": (lambda _: npy(ROWS) + b"\0", "522,241 bytes of numbers"),
    "npy turned": (lambda _: npy(ROWS.T), r"shape \(256, 510\)"),
    "npy integers": (lambda _: npy(ROWS.astype(int)), "type int64"),
    "npy complex": (lambda _: npy(ROWS.astype(complex)), "type complex128"),
    "npy records": (
        lambda _: npy_with(NPY_HEADER.replace("'<f4'", "[('a\\x1b', '<f4')]")),
        "type",
    ),
    "npy header too deep": (
        lambda _: npy_with(NPY_HEADER.replace("'<f4'", "-" * 3000 + "1")),
        "damaged header",
    ),
    "npy header much too deep": (
        lambda _: npy_with(NPY_HEADER.replace("'<f4'", "-" * 9000 + "1")),
        "damaged header",
    ),
    "npy header that does not end": (lambda _: npy_with("{'descr': ("), "damaged header"),
    "npy header of lists": (lambda _: npy_with("{[]: 1}"), "damaged header"),
    "npy header of Python 2": (
        lambda _: npy_with(NPY_HEADER.replace("510", "510L")),
        "damaged header",
    ),
    # safetensors
    "safetensors giant header": (
        lambda _: struct.pack("<Q", 1 << 62) + b'{"t": 1}' + RAW,
        "damaged safetensors",
    ),
    "safetensors header beyond the end": (
        lambda _: struct.pack("<Q", 600_000) + b'{"t": 1}' + RAW,
        "damaged safetensors",
    ),
    "safetensors offsets outside": (
        lambda _: safetensors_with({"t": {**WHOLE, "data_offsets": [4, len(RAW) + 4]}}),
        "damaged safetensors",
    ),
    "safetensors overlapping": (lambda _: two_tensors([0, len(RAW)]), "damaged safetensors"),
    "safetensors two tensors": (
        lambda _: two_tensors([len(RAW), 2 * len(RAW)]),
        "2 tensors, not one",
    ),
    "safetensors no tensor": (lambda _: safetensors_with({}, b""), "0 tensors, not one"),
    "safetensors integers": (
        lambda _: safetensors_with({"t": {**WHOLE, "dtype": "I32"}}),
        "type I32",
    ),
    "safetensors turned": (
        lambda _: safetensors_with({"t": {**WHOLE, "shape": [256, 510]}}),
        r"shape \(256, 510\)",
    ),
    "safetensors unknown type": (
        lambda _: safetensors_with({"t": {**WHOLE, "dtype": "F32\n\x1b[2J" * 100}}),
        "damaged safetensors",
    ),
    "safetensors endless shape": (
        lambda _: safetensors_with({"t": {**WHOLE, "shape": [510, 256] + [1] * 100_000}}),
        "shape",
    ),
    "safetensors shape beyond 64 bits": (
        lambda _: safetensors_with({"t": {**WHOLE, "shape": [1 << 63, 1 << 63]}}),
        "damaged safetensors",
    ),
    "safetensors deep JSON": (
        lambda _: safetensors_with(b'{"t":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        "damaged safetensors",
    ),
    "safetensors one tensor twice": (lambda _: twice("t"), "one key twice"),
    "safetensors notes twice": (lambda _: twice("__metadata__"), "damaged safetensors"),
    # raw
    "raw one byte more": (lambda _: RAW + b"\0", "522,241 bytes"),
    "raw one byte less": (lambda _: RAW[:-1], "522,239 bytes"),
    "raw NaN": (lambda _: with_value(np.nan).tobytes(), "not finite"),
    "raw infinity": (lambda _: with_value(-np.inf).tobytes(), "not finite"),
    "raw 1e30": (lambda _: with_value(1e30).tobytes(), r"up to 1e\+30"),
    "raw -10.01": (lambda _: with_value(-10.01).tobytes(), "up to 10"),
    "raw zeros": (lambda _: bytes(len(RAW)), "nothing but zeros"),
    "NaN in npy": (lambda _: npy(with_value(np.nan)), "not finite"),
    "NaN in safetensors": (lambda _: safetensors_of(with_value(np.nan)), "not finite"),
    "1e300 in npy": (lambda _: npy(ROWS.astype(float) * 1e300), r"e\+300"),
    "1e-300 in npy": (lambda _: npy(np.full((510, 256), 1e-300)), "nothing but zeros"),
    # zip
    "zip bomb": (lambda _: bomb("/data/0"), "not what torch.save writes"),
    "zip bomb as a pickle": (lambda _: bomb("/data.pkl"), "not what torch.save writes"),
    "zip bomb as a byte order": (lambda _: bomb("/byteorder"), "not what torch.save writes"),
    "zip that leaves its folder": (lambda _: in_folder("../../evil"), "outside the archive"),
    "zip from the root": (lambda _: in_folder("/tmp"), "outside the archive"),
    "zip cut": (lambda _: pt()[:-100], "damaged"),
    "zip encrypted": (
        lambda _: patched(pt(), NUMBERS, 8, "<H", 1),
        "encrypted",
    ),
    "zip of a claimed size": (
        lambda _: patched(pt(), NUMBERS, 20, "<II", 0xFFFFFFF0, 0xFFFFFFF0),
        "damaged",
    ),
    "zip with a name that is no text": (
        lambda _: patched(patched(pt(), NUMBERS, 8, "<H", 0x800), NUMBERS, 46, "B", 0xFF),
        "can't decode",
    ),
    "zip without a tensor": (lambda _: zip_of([("a.txt", b"Hello")]), "not what torch.save"),
    "zip of nothing": (lambda _: zip_of([]), "no kind of file"),
    # anything else
    "WAV": (lambda _: sound(), "no kind of file"),
    "text": (lambda _: b"Hello, I am a voice.\n", "no kind of file"),
    "JSON": (lambda _: b'{"voice": "evil", "rows": []}', "no kind of file"),
    "empty": (lambda _: b"", r"no kind of file that holds a voice \(0 bytes\)"),
    "too large": (lambda _: RAW * 8, "too large"),
}
