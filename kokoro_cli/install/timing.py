"""Time one engine: the child process of `measure.measured`.

``python -m kokoro_cli.install.timing ENGINE MODEL VOICE`` loads the engine on each device of this
machine and prints the seconds that each took, a JSON object by device. Then it reads a device a
line, speaks there, and prints the real-time factor.

It is a process of its own, so that an engine is measured as it is used: alone.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from kokoro_cli.child import ERROR
from kokoro_cli.engines import ENGINES, Engine, load_engine, prepare_engine
from kokoro_cli.errors import AssetError, KokoroError
from kokoro_cli.types import EngineChoice, Style
from kokoro_cli.voices.pack import VoicePack

# Two sentences of the length that chunks usually have.
PHONEMES = (
    "ðə nˈɔɹθ wˈɪnd ænd ðə sˈʌn wɜɹ dɪspjˈuTɪŋ wˌɪʧ wʌz ðə stɹˈɔŋɡəɹ, wˌɛn ɐ tɹˈævᵊləɹ kˌAm əlˈɔŋ. "
    "ðA əɡɹˈid tə tˈɛst ðɛɹ stɹˈɛŋθ ˌɔn hˌɪm."
)


def load(engine: str, model: Path) -> dict[str, tuple[Engine, float]]:
    """Return the engine and the seconds that it took to load, imports included, by device."""
    with suppress(OSError, AssetError):  # A full disk, or a folder of others: it loads as it is.
        prepare_engine(engine, model)
    begin = time.perf_counter()
    devices = ENGINES.load(engine).devices()
    import_seconds = time.perf_counter() - begin
    loaded = {}
    for device in devices:
        begin = time.perf_counter()
        made = load_engine(EngineChoice(engine, device, ""), model)
        loaded[device] = made, import_seconds + time.perf_counter() - begin
    return loaded


def real_time_factor(engine: Engine, style: Style) -> float:
    """Speak once, and return the seconds of work for a second of speech."""
    begin = time.perf_counter()
    rendering = engine.render(PHONEMES, style, speed=1.0, seed=0)
    return (time.perf_counter() - begin) / rendering.seconds


def main() -> None:
    answers = sys.stdout
    sys.stdout = sys.stderr  # Libraries may print; the answers have a stream of their own.
    try:
        time_engine(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), answers)
    except KokoroError as error:
        told = filter(None, (error.message, error.hint))
        print(f"{ERROR} {' '.join(told)}", file=sys.stderr)
        sys.exit(error.exit_code)


def time_engine(engine: str, model: Path, voice: Path, answers: TextIO) -> None:
    """Answer as the module's docstring says; KokoroError if the engine does not run here."""
    loaded = load(engine, model)
    style = VoicePack.mapped(voice).style(len(PHONEMES))
    for made, _ in loaded.values():
        real_time_factor(made, style)  # Warm-up.
    load_seconds = {device: seconds for device, (_, seconds) in loaded.items()}
    print(json.dumps(load_seconds), file=answers, flush=True)
    for line in sys.stdin:
        made, _ = loaded[json.loads(line)]
        print(json.dumps(real_time_factor(made, style)), file=answers, flush=True)


if __name__ == "__main__":
    main()
