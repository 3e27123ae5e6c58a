"""Batches: utterances of similar length, so that padding costs little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_groups(
    work: Callable[[list[T]], Sequence[R]], items: Sequence[T], lengths: Sequence[int], most: int
) -> list[R]:
    """Map *work* over items in batches of similar length; results keep the input order."""
    made: dict[int, R] = {}
    for group in alike(dict(enumerate(lengths)), most):
        made |= zip(group, work([items[i] for i in group]), strict=True)
    return [made[i] for i in range(len(items))]


def alike(lengths: Mapping[int, int], most: int) -> Iterator[list[int]]:
    """Yield the keys in groups of at most *most*, similar lengths together, the longest first."""
    return windows(sorted(lengths, key=lambda key: (-lengths[key], key)), most)


def windows(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of *size*; the last one may be shorter."""
    stream = iter(items)
    while window := list(islice(stream, size)):
        yield window
