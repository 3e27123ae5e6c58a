"""What a benchmark is asked for. Nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kokoro_cli.errors import UsageError
from kokoro_cli.voices.catalogue import DEFAULT_VOICE


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """What is measured on this machine."""

    engine: str = "auto"
    """An engine's name; "auto" is each one that is here."""
    device: str = "auto"
    voice: str | None = None
    seed: int = 0
    runs: int = 5
    """Of a process that has spoken before."""
    cold_runs: int = 3
    """Of fresh processes."""
    long: bool = False
    """Whether a page of 418 words is spoken too."""
    quality: bool = False
    """Whether a recogniser reads the speech back."""
    plot: Path | None = None
    """File for a drawing."""
    compare: Path | None = None
    """An earlier report to compare with."""
    tolerance: float = 0.05
    """Share of a time that still counts as the same."""


@dataclass(frozen=True, slots=True)
class ServerRequest:
    """Which server is measured, and how."""

    url: str | None = None
    model: str = "kokoro"
    voice: str = DEFAULT_VOICE
    response_format: str = "wav"
    clients: str = "1,4,16"
    """Numbers of requests at once, with commas; each is measured by itself."""
    requests: int = 24
    """Requests for each number of clients."""
    timeout: float = 300.0
    """Seconds to wait for an answer."""
    key: str | None = None
    """Sent to an address that is private or encrypted only."""

    def levels(self) -> list[int]:
        """Return the numbers of clients, each once; UsageError if that is not what they are."""
        try:
            found = [int(number) for number in self.clients.split(",")]
        except ValueError:
            found = []
        if not found or min(found) < 1:
            raise UsageError(
                f"`clients` is {self.clients or 'empty'}.", hint="Give numbers, as in 1,4,16."
            )
        return list(dict.fromkeys(found))
