"""The library that the tests are about, and what this processor can run of it."""

from __future__ import annotations

import os
import platform
from types import ModuleType
from typing import Any

import pytest


def _library() -> ModuleType:
    """Return ``kokoro_kernels``; skip the module where it is not installed, but for CI."""
    try:
        import kokoro_kernels
    except (ImportError, OSError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"kokoro_kernels is not installed: {error}", allow_module_level=True)
    return kokoro_kernels


kk = _library()


def _with(bits: int, precision: Any) -> object:
    needed, reason = kk.Ability[f"VECTOR_{bits}"], f"this processor has no vectors of {bits} bits"
    if precision == kk.Precision.BFLOAT16:
        needed, reason = kk.Ability.TILES, "this processor has no tiles of bfloat16"
    mark = pytest.mark.skipif(not kk.abilities() & needed, reason=reason)
    return pytest.param(precision, bits, id=f"{precision.name.lower()}-{bits}", marks=mark)


_ON_X86 = platform.machine().lower() in ("x86_64", "amd64")
_FLOATS = [_with(bits, kk.Precision.FLOAT32) for bits in ((256, 512) if _ON_X86 else (128,))]
_TILES = [_with(512, kk.Precision.BFLOAT16)] if _ON_X86 else []

each_float = pytest.mark.parametrize(("precision", "width"), _FLOATS)
"""Runs a test with vectors of each width that this kind of processor may have."""

each_kernel = pytest.mark.parametrize(("precision", "width"), [*_FLOATS, *_TILES])
"""As `each_float`, and in bfloat16."""

WIDTHS = [bits for bits in (128, 256, 512) if kk.abilities() & kk.Ability[f"VECTOR_{bits}"]]
"""Those that this processor has."""

needs_tiles = pytest.mark.skipif(
    not kk.abilities() & kk.Ability.TILES, reason="this processor has no tiles of bfloat16"
)
