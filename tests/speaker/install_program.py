"""Install the toy from a hub and speak, as a program that uses the library does.

``python -m tests.speaker.install_program CACHE HUB`` prints one line of JSON: what was reported,
what went wrong and what was imported. Nothing else may print.
"""

from __future__ import annotations

import json
import sys

from kokoro_cli import KokoroError, Speaker
from kokoro_cli.assets.manifest import Asset
from kokoro_cli.config import read_settings
from kokoro_cli.engines import ENGINES
from kokoro_cli.install import model, voices
from tests.assets.hub import asset_of
from tests.toy_model import voice_rows

CHECKPOINT = b"weights " * 100_000


def checkpoint() -> Asset:
    return asset_of(CHECKPOINT, file="checkpoint.pth")


def voice(name: str) -> Asset:
    return asset_of(voice_rows(name).tobytes(), file=f"{name}.bin")


def main(cache: str, hub: str) -> None:
    model.model_asset = lambda name: checkpoint()
    model._BUILD = "tests.speaker.toy_build"
    voices.voice_asset = lambda name, sha256: voice(name)
    del ENGINES._specs["torch"]  # Measuring the toy with it takes long, and fails.
    lines: list[str] = []
    progress: dict[str, list[tuple[int, int]]] = {}
    told: dict[str, object] = {"lines": lines, "progress": progress}
    settings = read_settings({"KOKORO_CACHE": cache, "HF_ENDPOINT": hub, "KOKORO_VOICES": cache})
    with Speaker.open(settings=settings) as speaker:
        told["missing before"] = speaker.missing(["af_heart", "bm_george"])
        try:
            speaker.install(
                "af_heart+bm_george",
                notify=lines.append,
                progress=lambda name, done, total: progress.setdefault(name, []).append(
                    (done, total)
                ),
            )
            told["missing after"] = speaker.missing(["af_heart", "bm_george"])
            told["reason"] = speaker.choice.reason
            told["seconds"] = speaker.speak("Hello there.", voice="bm_george").seconds
        except KokoroError as error:
            told["error"] = [type(error).__name__, error.message, error.hint]
    heavy = {"torch", "kokoro", "typer", "rich", "kokoro_cli.cli"}
    told["imported"] = sorted(heavy & set(sys.modules))
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
