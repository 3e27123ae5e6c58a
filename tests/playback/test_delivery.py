"""What several sinks get when one of them fails."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType

import numpy as np
import pytest

from kokoro_cli.errors import FeatureNotInstalledError, KokoroError
from kokoro_cli.playback.delivery import Delivery
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.synthesis import Utterance
from kokoro_cli.types import Chunk, Rendering, Samples

BLOCKS = 5


class Fake:
    """Notes what it gets, and fails at one of its calls: "enter", "exit" or "write 3"."""

    def __init__(self, failing: str = "", error: type[BaseException] | None = None) -> None:
        self.failing, self.error = failing, error
        self.samples = 0
        self.written = 0
        self.ended: list[type[BaseException] | None] = []

    def _at(self, call: str) -> None:
        if call == self.failing:
            raise (self.error or FeatureNotInstalledError)("The device is gone.")

    def __enter__(self) -> Fake:
        self._at("enter")
        return self

    def write(self, block: Samples) -> None:
        self.written += 1
        self._at(f"write {self.written}")
        self.samples += len(block)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ended.append(kind)
        self._at("exit")


def utterances() -> Iterator[Utterance]:
    for index in range(BLOCKS):
        samples = np.zeros(100, dtype=np.float32)
        rendering = Rendering(samples, np.ones(3, dtype=np.int64))
        yield Utterance(Chunk(index, (), 1), rendering, samples)


def deliver(file: Fake, player: Fake) -> Delivery:
    delivery = Delivery(Stopwatch(0.0))
    delivery.write(utterances(), [file], lambda *given: None, player)
    return delivery


STAGES = ["enter", "write 1", "write 3", f"write {BLOCKS}", "exit"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_device_that_fails_leaves_the_file_alone(stage: str) -> None:
    file, player = Fake(), Fake(stage)
    delivery = deliver(file, player)
    assert delivery.failure is not None
    assert delivery.failure.message == "The device is gone."
    assert file.samples == delivery.samples == 100 * BLOCKS
    assert file.ended == [None]
    assert len(player.ended) == (stage != "enter")
    assert player.written <= BLOCKS


@pytest.mark.parametrize("stage", STAGES)
def test_a_file_that_fails_ends_both(stage: str) -> None:
    file, player = Fake(stage, KokoroError), Fake()
    with pytest.raises(KokoroError, match="gone"):
        deliver(file, player)
    assert len(player.ended) == (stage != "enter")


@pytest.mark.parametrize("stage", ["enter", "write 2"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_other_errors_of_a_device_end_both(stage: str, error: type[BaseException]) -> None:
    file, player = Fake(), Fake(stage, error)
    with pytest.raises(error):
        deliver(file, player)
    assert file.ended == [error]


def test_without_failures_there_is_none() -> None:
    file, player = Fake(), Fake()
    assert deliver(file, player).failure is None
    assert file.samples == player.samples == 100 * BLOCKS
    assert player.ended == [None]
