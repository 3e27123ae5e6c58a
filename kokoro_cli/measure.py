"""Measure one engine: ``python -m kokoro_cli.measure ENGINE MODEL VOICE`` prints JSON.

It runs in a process of its own, so that an engine is measured as it is used: alone.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from kokoro_cli.engines import ENGINES, Measurement, load_engine, prepare_engine
from kokoro_cli.errors import AssetError
from kokoro_cli.types import EngineChoice
from kokoro_cli.voices.pack import VoicePack

# Two sentences of the length that chunks usually have.
PHONEMES = (
    "ðə nˈɔɹθ wˈɪnd ænd ðə sˈʌn wɜɹ dɪspjˈuTɪŋ wˌɪʧ wʌz ðə stɹˈɔŋɡəɹ, wˌɛn ɐ tɹˈævᵊləɹ kˌAm əlˈɔŋ. "
    "ðA əɡɹˈid tə tˈɛst ðɛɹ stɹˈɛŋθ ˌɔn hˌɪm."
)
_RUNS = 5


def main(engine_name: str, model: Path, voice: Path) -> list[Measurement]:
    with suppress(OSError, AssetError):  # A full disk, or a folder of others: it loads as it is.
        prepare_engine(engine_name, model)
    style = VoicePack.mapped(voice).style(len(PHONEMES))
    measured = []
    begin = time.perf_counter()
    devices = ENGINES.load(engine_name).devices()
    import_seconds = time.perf_counter() - begin
    for device in devices:
        begin = time.perf_counter()
        engine = load_engine(EngineChoice(engine_name, device, ""), model)
        load_seconds = import_seconds + time.perf_counter() - begin
        engine.render(PHONEMES, style, speed=1.0, seed=0)  # Warm-up.
        factors = []
        for _ in range(_RUNS):
            begin = time.perf_counter()
            rendering = engine.render(PHONEMES, style, speed=1.0, seed=0)
            factors.append((time.perf_counter() - begin) / rendering.seconds)
        # The best run: what disturbs one is not the engine's.
        measured.append(Measurement(engine_name, device, min(factors), load_seconds))
    return measured


if __name__ == "__main__":
    figures = main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    print(json.dumps([asdict(figure) for figure in figures]))
