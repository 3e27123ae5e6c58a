"""What a sound depends on, as text: the same identity and the same call give the same samples."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from kokoro_cli import engines

if TYPE_CHECKING:
    from kokoro_cli.config import Settings
    from kokoro_cli.install import InstalledModel
    from kokoro_cli.speaker.plan import SpeechPlan
    from kokoro_cli.speaker.request import ReadingRequest
    from kokoro_cli.types import EngineChoice


def engine_identity(choice: EngineChoice, model: InstalledModel, threads: int) -> str:
    """Return everything but a call's arguments that its sound depends on.

    *threads* are the processors that a call of the engine takes.
    """
    name = choice.engine
    engine = [name, *engines.sound_versions(name), choice.device, threads]
    return json.dumps([*engine, model.installation, sorted(model.files.items())])


def sound_identity(
    engine: str, plan: SpeechPlan, reading: ReadingRequest, settings: Settings, text: str
) -> str:
    """Return everything but a text that its sound depends on; *engine* is its identity.

    The voices that the markup of the *text* names are in it.
    """
    from kokoro_cli import __version__
    from kokoro_cli.speaker.resolve import lexicon_files
    from kokoro_cli.text.lexicon import read_data

    lexicons = lexicon_files(reading, settings)
    given = [
        __version__,
        engine,
        asdict(plan.options),
        plan.styles.digests(plan.voice_names(text)),
        asdict(plan.stage.options),
        [hashlib.sha256(read_data(path)).hexdigest() for path in lexicons],
    ]
    return json.dumps(given)
