"""Engines: what turns phonemes and a style into samples.

`interface` says what an engine is, `table` lists the engines, `choice` decides between them.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_cli.engines.choice import (
    USUAL_PHONEMES,
    Measurement,
    Tuning,
    choose,
    doubtful,
    fits,
    growth,
    notice,
    usual_tuning,
)
from kokoro_cli.engines.interface import (
    CHECKPOINT,
    DECODER_GRAPH,
    DURATION_GRAPH,
    Call,
    Engine,
    EngineNotHereError,
)
from kokoro_cli.engines.metered import Metered
from kokoro_cli.engines.one_at_a_time import OneAtATime
from kokoro_cli.engines.table import (
    ENGINES,
    EXACT,
    FAST,
    KERNELS,
    PRECISIONS,
    EngineSpec,
    installed_version,
    known_devices,
    packages,
    sound_versions,
)

if TYPE_CHECKING:
    from kokoro_cli.types import EngineChoice

__all__ = [
    "CHECKPOINT",
    "DECODER_GRAPH",
    "DURATION_GRAPH",
    "ENGINES",
    "EXACT",
    "FAST",
    "PRECISIONS",
    "USUAL_PHONEMES",
    "Call",
    "Engine",
    "EngineNotHereError",
    "EngineSpec",
    "Measurement",
    "Metered",
    "OneAtATime",
    "Tuning",
    "choose",
    "doubtful",
    "fits",
    "growth",
    "installed_version",
    "known_devices",
    "load_engine",
    "notice",
    "packages",
    "prepare_engine",
    "prepare_engines",
    "refusal",
    "sound_versions",
    "usual_tuning",
]


def load_engine(choice: EngineChoice, model: Path, *, threads: int = 0) -> Engine:
    """Return the chosen engine with the model in the folder *model*.

    Several threads may call it. Each call takes *threads* processors; 0 is all of them.
    """
    engine: Engine = ENGINES.load(choice.engine).load(model, choice.device, threads=threads)
    return engine if ENGINES[choice.engine].concurrent else OneAtATime(engine)


def refusal(engine: str) -> str:
    """Return why an engine can't run here, as far as that is known before it loads, else ""."""
    spec = ENGINES[engine]
    if KERNELS not in spec.packages:
        return ""
    from kokoro_cli.engines import kernels  # It imports numpy and loads the library.

    return kernels.refusal("bfloat16" if spec.reduced else "float32")


def prepare_engine(engine: str, model: Path) -> None:
    """Keep in the model's folder what lets the engine load sooner; OSError if it can't be kept.

    EngineNotHereError if the engine does not run on this machine.
    """
    ENGINES.load(engine).prepare(model)


def prepare_engines(model: Path) -> None:
    """Prepare every engine of this machine that keeps something; OSError if it can't be kept."""
    for name, spec in ENGINES.items():
        if spec.prepares:
            with suppress(EngineNotHereError):
                prepare_engine(name, model)
