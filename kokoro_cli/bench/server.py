"""Measure a speech server under load: time to the first byte, throughput and errors.

The server must accept OpenAI's ``POST /v1/audio/speech``. Proxies named in the environment are not
used, because they would be measured too.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from kokoro_cli.bench.client import Answer, Client, Endpoint
from kokoro_cli.bench.figures import percentile
from kokoro_cli.errors import KokoroError, UsageError

_LONGEST_TIMEOUT = 86_400.0
_GLANCE_SECONDS = 0.1  # Longest delay until Ctrl-C is noticed.


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """Times and rates cover the answers without an error; None if there are no such answers."""

    requests: int
    errors: dict[str, int]
    """Number of answers with each error, the most frequent first."""
    first_byte_p50_seconds: float | None
    first_byte_p95_seconds: float | None
    total_p50_seconds: float | None
    total_p95_seconds: float | None
    requests_per_second: float | None
    audio_seconds_per_second: float | None
    """Also None if the format does not show how long a sound is."""


def summarise(answers: Sequence[Answer], wall_seconds: float) -> ServerFigures:
    good = [answer for answer in answers if answer.error is None]
    first = [a.first_byte_seconds for a in good if a.first_byte_seconds is not None]
    total = [answer.total_seconds for answer in good]
    audio = [answer.audio_seconds for answer in good if answer.audio_seconds is not None]
    timed = bool(good) and wall_seconds > 0
    return ServerFigures(
        len(answers),
        dict(Counter(a.error for a in answers if a.error is not None).most_common()),
        percentile(first, 0.5) if first else None,
        percentile(first, 0.95) if first else None,
        percentile(total, 0.5) if total else None,
        percentile(total, 0.95) if total else None,
        len(good) / wall_seconds if timed else None,
        sum(audio) / wall_seconds if timed and len(audio) == len(good) else None,
    )


def elapsed(answers: Sequence[Answer]) -> float:
    """Return the seconds from the first request to the end of the last answer."""
    ends = [answer.sent_seconds + answer.total_seconds for answer in answers]
    return max(ends, default=0.0) - min((answer.sent_seconds for answer in answers), default=0.0)


def measure(
    endpoint: Endpoint,
    texts: Sequence[str],
    *,
    clients: int,
    requests: int,
    timeout: float,
    done: Callable[[Answer], None],
    clock: Callable[[], float] = time.perf_counter,
) -> list[Answer]:
    """Send *requests* requests, *clients* at once; return the answers in the order of sending.

    An extra request wakes the server up first and is not counted; KokoroError if it shows that no
    other can succeed. *timeout* is for a whole answer, in seconds. *done* is called in the caller's
    thread with each answer as it arrives.
    """
    if clients < 1 or requests < 1 or not texts:
        raise UsageError("A measurement needs at least one client, one request and one text.")
    if not 0 < timeout <= _LONGEST_TIMEOUT:
        raise UsageError(
            f"The time-out is {timeout:g} s.", hint="Use more than 0 s and at most a day."
        )
    scout = Client(endpoint, timeout, clock)
    (first,) = _ask_all([scout], texts, 1, lambda _: None)
    if scout.hint:
        raise KokoroError(f"{endpoint}: {first.error}.", hint=scout.hint)
    crowd = [Client(endpoint, timeout, clock) for _ in range(min(clients, requests))]
    return _ask_all(crowd, texts, requests, done)


def _ask_all(
    clients: Sequence[Client],
    texts: Sequence[str],
    requests: int,
    done: Callable[[Answer], None],
) -> list[Answer]:
    tickets: SimpleQueue[int] = SimpleQueue()
    for index in range(requests):
        tickets.put(index)
    results: SimpleQueue[tuple[int, Answer] | BaseException] = SimpleQueue()

    def work(client: Client) -> None:
        try:
            while not client.abandoned:
                index = tickets.get_nowait()
                results.put((index, client.ask(texts[index % len(texts)])))
        except Empty:
            pass
        except BaseException as error:
            results.put(error)
        finally:
            client.close()

    threads = [threading.Thread(target=work, args=(one,), daemon=True) for one in clients]
    answers: dict[int, Answer] = {}
    try:
        for thread in threads:
            thread.start()
        while len(answers) < requests:
            with suppress(Empty):  # Windows does not notice Ctrl-C during an endless wait.
                result = results.get(timeout=_GLANCE_SECONDS)
                if isinstance(result, BaseException):
                    raise result
                answers[result[0]] = result[1]
                done(result[1])
    except BaseException:
        for client in clients:
            client.abandon()
        raise
    for thread in threads:
        thread.join(_GLANCE_SECONDS)
    return [answers[index] for index in range(requests)]
