"""Measure the text stage: milliseconds a sentence for each step, the median of five rounds.

Run it with ``python benchmarks/text_stage.py``. The texts are the sentences of the test tables.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from kokoro_cli import Speaker
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.structure import blocks
from kokoro_cli.types import Losses

CASES = Path(__file__).parents[1] / "tests/text/cases/english"
ROUNDS = 5


def main() -> None:
    texts = [
        json.loads(line)["text"]
        for table in sorted(CASES.glob("*.jsonl"))
        for line in table.read_text("utf-8").splitlines()
    ]
    stage = Speaker.open().stage(LANGUAGES["a"])
    sentences = [s for text in texts for s in stage.sentences(text, Losses())]
    steps: dict[str, Callable[[], object]] = {
        "structure": lambda: [list(blocks(text)) for text in texts],
        "normalizing, structure included": lambda: [
            list(stage.sentences(t, Losses())) for t in texts
        ],
        "phonemes": lambda: [stage.words(sentence, Losses()) for sentence in sentences],
    }
    print(f"{len(sentences)} sentences, milliseconds for each")
    for name, step in steps.items():
        step()  # Compiling patterns and loading readers is not measured.
        seconds = statistics.median(_seconds(step) for _ in range(ROUNDS))
        print(f"{name:32} {1000 * seconds / len(sentences):.2f}")


def _seconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
