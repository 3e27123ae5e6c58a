"""Speech from text on your own machine, with the open model Kokoro-82M.

    from kokoro_cli import Speaker

    with Speaker.open() as speaker:
        speaker.speak("Hello.", voice="af_heart").save("hello.mp3")

The names below are the public ones; docs/python.md describes them. Each is imported when it is
first used.
"""

from __future__ import annotations

from importlib import import_module

# Not imported: ``python -m kokoro_cli`` runs this while the working folder is on Python's path.
TYPE_CHECKING = False

__version__ = "0.1.0"

_PUBLIC = {
    "Speaker": "kokoro_cli.speaker.speaker",
    "SpeechRequest": "kokoro_cli.speaker.request",
    "ReadingRequest": "kokoro_cli.speaker.request",
    "Speech": "kokoro_cli.speaker.speech",
    "SpeechStream": "kokoro_cli.speaker.speech",
    "Utterance": "kokoro_cli.synthesis",
    "SpokenWord": "kokoro_cli.synthesis",
    "Loss": "kokoro_cli.types",
    "KokoroError": "kokoro_cli.errors",
    "UsageError": "kokoro_cli.errors",
    "AssetError": "kokoro_cli.errors",
    "SpeechError": "kokoro_cli.errors",
    "FeatureNotInstalledError": "kokoro_cli.errors",
}

__all__ = [*_PUBLIC, "__version__"]

if TYPE_CHECKING:
    from typing import Any

    from kokoro_cli.errors import AssetError as AssetError
    from kokoro_cli.errors import FeatureNotInstalledError as FeatureNotInstalledError
    from kokoro_cli.errors import KokoroError as KokoroError
    from kokoro_cli.errors import SpeechError as SpeechError
    from kokoro_cli.errors import UsageError as UsageError
    from kokoro_cli.speaker.request import ReadingRequest as ReadingRequest
    from kokoro_cli.speaker.request import SpeechRequest as SpeechRequest
    from kokoro_cli.speaker.speaker import Speaker as Speaker
    from kokoro_cli.speaker.speech import Speech as Speech
    from kokoro_cli.speaker.speech import SpeechStream as SpeechStream
    from kokoro_cli.synthesis import SpokenWord as SpokenWord
    from kokoro_cli.synthesis import Utterance as Utterance
    from kokoro_cli.types import Loss as Loss


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
