"""The PyTorch model itself: ``kokoro.KModel`` made from a file of ours, and nothing else.

``kokoro`` is imported here alone. Importing it replaces the process's loguru handlers, and
constructing its model without a file would go to the hub; both are kept in this file.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kokoro_cli.kokoro82m import MODEL_CONFIG

if TYPE_CHECKING:
    import torch
    from kokoro import KModel

# KModel wants a repository's name to look its files up; ours never do.
REPOSITORY = "hexgrad/Kokoro-82M"


def load_kmodel(checkpoint: Path) -> KModel:
    """Return the model with the weights of *checkpoint*, on the CPU, ready for inference."""
    with _quiet():
        from kokoro import KModel

        model = KModel(repo_id=REPOSITORY, config=MODEL_CONFIG, model=str(checkpoint))
    return model.eval()


def infer(
    model: KModel, phonemes: str, style: torch.Tensor, speed: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return samples [600 f] and frames [n + 2] of one utterance, as ``KPipeline`` makes them.

    *style* has the shape [256]. It takes the place of a voice pack whose rows are all the same,
    because the row has been chosen, and perhaps mixed, before.
    """
    from kokoro import KPipeline

    pack = style.view(1, 1, -1).expand(len(phonemes), 1, -1)
    output = KPipeline.infer(model, phonemes, pack, speed)
    return output.audio, output.pred_dur


def empty_kmodel() -> Any:
    """Return the model with weights that mean nothing: its names and shapes are what counts."""
    import io

    import torch

    nothing = io.BytesIO()
    torch.save({}, nothing)
    nothing.seek(0)
    with _quiet():
        from kokoro import KModel

        return KModel(repo_id=REPOSITORY, config=MODEL_CONFIG, model=nothing)


@contextmanager
def _quiet() -> Iterator[None]:
    # weight_norm and a one-layer LSTM's dropout warn on each construction; the model's code is
    # not ours to change and the user can do nothing about it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
