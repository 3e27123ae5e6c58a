"""The PyTorch model itself: ``kokoro.KModel``, made from a local file.

Only this module imports ``kokoro``, because of its side effects. The import replaces the process's
loguru handlers, and constructing the model without a file downloads it from the hub.
"""

from __future__ import annotations

import os
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kokoro_cli.kokoro82m import MODEL_CONFIG
from kokoro_cli.telemetry import NO_TELEMETRY

if TYPE_CHECKING:
    import torch
    from kokoro import KModel

# KModel requires a repository's name, to look up files that it was not given; it is given all.
REPOSITORY = "hexgrad/Kokoro-82M"


def load_kmodel(checkpoint: Path) -> KModel:
    """Return the model with the weights of *checkpoint*, on the CPU, ready for inference."""
    with _quiet(), _no_sockets():
        from kokoro import KModel

        model = KModel(repo_id=REPOSITORY, config=MODEL_CONFIG, model=str(checkpoint))
    return model.eval()


def infer(
    model: KModel, phonemes: str, style: torch.Tensor, speed: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return samples [600 f] and frames [n + 2] of one utterance, as ``KPipeline`` makes them.

    *style* [256] is already chosen, and perhaps blended. ``KPipeline`` chooses a row of a pack
    itself, so it gets a pack in which every row is *style*.
    """
    from kokoro import KPipeline

    pack = style.view(1, 1, -1).expand(len(phonemes), 1, -1)
    output = KPipeline.infer(model, phonemes, pack, speed)
    return output.audio, output.pred_dur


def empty_kmodel() -> Any:
    """Return the model with arbitrary weights, for its parameters' names and shapes."""
    import io

    import torch

    nothing = io.BytesIO()
    torch.save({}, nothing)
    nothing.seek(0)
    with _quiet(), _no_sockets():
        from kokoro import KModel

        return KModel(repo_id=REPOSITORY, config=MODEL_CONFIG, model=nothing)


@contextmanager
def _no_sockets() -> Iterator[None]:
    """Keep the imports within from opening sockets: urllib3 tries one to see if there is IPv6."""
    os.environ.update(NO_TELEMETRY)
    name = "urllib3.util.connection"
    was_imported = name in sys.modules
    has_ipv6, socket.has_ipv6 = socket.has_ipv6, False
    try:
        yield
    finally:
        socket.has_ipv6 = has_ipv6
        if not was_imported and name in sys.modules:
            sys.modules[name].HAS_IPV6 = has_ipv6  # type: ignore[attr-defined]


@contextmanager
def _quiet() -> Iterator[None]:
    # weight_norm and a one-layer LSTM's dropout warn on each construction. We cannot change the
    # model's code, and the user can do nothing about it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
