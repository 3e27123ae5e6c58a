"""Sinks for the sound. Each is a context manager that takes blocks of samples."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kokoro_cli.types import Samples


class Sink(Protocol):
    def write(self, block: Samples) -> None:
        """Take the next block of 24 kHz samples; returns when the sink can take more."""
        ...

    def __enter__(self) -> Sink: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish; on an error, stop at once and leave no incomplete output."""
        ...
