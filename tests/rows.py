"""Rows that a test adds to the program's tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kokoro_cli.registry import Registry, S


@contextmanager
def row(registry: Registry[S], spec: S) -> Iterator[S]:
    """Add a row until the block ends."""
    registry.add(spec)
    try:
        yield spec
    finally:
        registry.remove(spec)
