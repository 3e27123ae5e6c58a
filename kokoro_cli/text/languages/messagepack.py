"""Decode MessagePack, with numpy arrays in the form of spaCy's model files.

The format: https://github.com/msgpack/msgpack/blob/master/spec.md. spaCy uses srsly for this, but
importing it takes as long as all else that the tagger does before its first sentence.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}
_NUMBERS = {code: struct.Struct(f">{form}") for code, form in enumerate("fdBHIQbhiq", start=0xCA)}
# Type codes with the number of bytes that hold the length.
_BINARY = {0xC4: 1, 0xC5: 2, 0xC6: 4}
_TEXT = {0xD9: 1, 0xDA: 2, 0xDB: 4}
_LISTS = {0xDC: 2, 0xDD: 4}
_MAPS = {0xDE: 2, 0xDF: 4}


def unpack(data: bytes) -> Any:
    """Return the value in *data*; ValueError for a type that no model file uses."""
    value, _ = _value(data, 0)
    return value


def _value(data: bytes, at: int) -> tuple[Any, int]:
    """Return the value at a place, and the place after it."""
    code = data[at]
    at += 1
    if code < 0x80:
        return code, at
    if code < 0x90:
        return _map(data, at, code & 0x0F)
    if code < 0xA0:
        return _list(data, at, code & 0x0F)
    if code < 0xC0:
        end = at + (code & 0x1F)
        return data[at:end].decode(), end
    if code >= 0xE0:
        return code - 0x100, at
    if code in _CONSTANTS:
        return _CONSTANTS[code], at
    if number := _NUMBERS.get(code):
        return number.unpack_from(data, at)[0], at + number.size
    for kinds, read in (_BINARY, _binary), (_TEXT, _text), (_LISTS, _list), (_MAPS, _map):
        if width := kinds.get(code):
            return read(data, at + width, int.from_bytes(data[at : at + width], "big"))
    raise ValueError(f"Unknown MessagePack type {code:#x}.")


def _binary(data: bytes, at: int, length: int) -> tuple[bytes, int]:
    return data[at : at + length], at + length


def _text(data: bytes, at: int, length: int) -> tuple[str, int]:
    return data[at : at + length].decode(), at + length


def _list(data: bytes, at: int, length: int) -> tuple[list[Any], int]:
    result = []
    for _ in range(length):
        value, at = _value(data, at)
        result.append(value)
    return result, at


def _map(data: bytes, at: int, length: int) -> tuple[Any, int]:
    result = {}
    for _ in range(length):
        key, at = _value(data, at)
        result[key], at = _value(data, at)
    if result.get(b"nd"):  # An array, encoded by msgpack-numpy.
        array = np.frombuffer(result[b"data"], result[b"type"])
        return array.reshape(result[b"shape"]), at
    return result, at
