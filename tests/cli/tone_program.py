"""The whole command line with an engine of tones: ``python -m tests.cli.tone_program file …``.

Words are read as their letters. TONE_DELAY is how many seconds each chunk takes, a line goes to the
file TONE_LOG for each, and with TONE_SHORT a phoneme is 25 ms long. All else is the real program:
documents, chunks, store, journal, encoders, signals.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kokoro_cli import engines, install
from kokoro_cli.cli import app, file
from kokoro_cli.engines import Call
from kokoro_cli.text import reading
from kokoro_cli.types import Frames, Rendering, Style
from tests.fakes import Letters, ToneEngine

DELAY = float(os.environ.get("TONE_DELAY", "0"))
MODEL = install.InstalledModel(Path(), install.PUBLISHED, {"model": "tones"}, {})


class SlowTones(ToneEngine):
    """Each text has a pitch of its own, so that no chunk can stand for another."""

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        if log := os.environ.get("TONE_LOG"):
            with Path(log).open("a") as file:
                file.write("spoken\n")
        time.sleep(DELAY)
        made = super().render(phonemes, style, speed=speed, seed=seed)
        self.calls.clear()
        self.styles.clear()
        pitch = 1 + sum(map(ord, phonemes)) % 97 / 97
        sound = np.sin(np.arange(len(made.samples)) * 0.05 * pitch).astype(np.float32)
        return Rendering(made.samples * sound, made.frames)

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        with Path(os.environ["TONE_LOG"]).with_suffix(".batches").open("a") as file:
            file.write(f"{len(calls)}\n")
        return super().render_batch(calls)

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        frames = super().frames(phonemes, style, speed=speed)
        return np.minimum(frames, 1) if os.environ.get("TONE_SHORT") else frames


def main() -> None:
    def nothing(*arguments: Any, **options: Any) -> None: ...

    patched: Any = file
    patched.ensure_installed = nothing
    patched.checked_model = lambda store: MODEL
    patched.Voices = lambda store, book, options: _Styles()
    engines.load_engine = lambda *arguments, **options: SlowTones()
    letters = Letters()
    make = file.make_stage

    def make_stage(*arguments: Any) -> reading.TextStage:
        stage = make(*arguments)
        stage.readers = lambda language: letters
        return stage

    patched.make_stage = make_stage
    app.main()


class _Styles:
    def style(self, name: str, phonemes: int) -> Style:
        return np.zeros(256, dtype=np.float32)


if __name__ == "__main__":
    main()
