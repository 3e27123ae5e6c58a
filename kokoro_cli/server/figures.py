"""What the server measures about itself, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST

# Else each figure has a second line, with the time at which it was first seen.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 2.0, 5.0, 10.0, 30.0)
_FACTORS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 2.0)
_BATCHES = (1, 2, 4, 8, 16, 32)


class Figures:
    """The figures of one server."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self.requests = Counter(
            "kokoro_requests",
            "Answers, by route and status.",
            ("route", "status"),
            registry=registry,
        )
        self.rejected = Counter(
            "kokoro_rejected", "Requests refused because the queue was full.", registry=registry
        )
        self.cancelled = Counter(
            "kokoro_cancelled", "Requests whose client left before the end.", registry=registry
        )
        self.failed = Counter(
            "kokoro_failed", "Streams that ended with an error after they began.", registry=registry
        )
        self._first = Histogram(
            "kokoro_time_to_first_audio_seconds",
            "From a request until its first audio is made.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._factor = Histogram(
            "kokoro_real_time_factor",
            "Seconds of work for a second of speech, for each call of the engine.",
            buckets=_FACTORS,
            registry=registry,
        )
        self._batch = Histogram(
            "kokoro_batch_size", "Chunks spoken together.", buckets=_BATCHES, registry=registry
        )
        self._audio = Counter("kokoro_audio_seconds", "Speech that was made.", registry=registry)
        self._work = Counter("kokoro_work_seconds", "Time that this took.", registry=registry)

    def watch(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Show another value too; it is asked for when the figures are read."""
        Gauge(f"kokoro_{name}", meaning, registry=self._registry).set_function(value)

    def first_sound(self, seconds: float) -> None:
        self._first.observe(seconds)

    def spoke(self, calls: int, audio_seconds: float, work_seconds: float) -> None:
        self._batch.observe(calls)
        self._factor.observe(work_seconds / audio_seconds)
        self._audio.inc(audio_seconds)
        self._work.inc(work_seconds)

    def text(self) -> bytes:
        """Return all figures in Prometheus's text format."""
        return generate_latest(self._registry)
