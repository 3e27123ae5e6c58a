"""An encoder that stands in for one of another distribution: float32 samples and chapter marks."""

from __future__ import annotations

import numpy as np

from kokoro_cli.sinks.formats import Encoding, Format, Mark, Tags
from kokoro_cli.sinks.recording import Output
from kokoro_cli.types import Samples

FAILURES = (OSError,)

TOY = Format(name="toy", module=__name__, suffix=".toy", sample_rates=(8_000, 24_000))


class Encoder:
    def __init__(self, file: Output, encoding: Encoding, tags: Tags) -> None:
        self._file = file
        file.write(f"toy {encoding.sample_rate} {tags.title}\n".encode())

    def write(self, samples: Samples) -> None:
        self._file.write(samples.astype("<f4").tobytes())

    def close(self, marks: list[Mark], length: int) -> None:
        self._file.write(f"\n{length} {[mark.title for mark in marks]}".encode())


def read(data: bytes) -> tuple[str, Samples, str]:
    """Return the first line, the samples and the last line."""
    head, rest = data.split(b"\n", 1)
    body, tail = rest.rsplit(b"\n", 1)
    return head.decode(), np.frombuffer(body, "<f4"), tail.decode()
