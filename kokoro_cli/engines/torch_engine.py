"""PyTorch: ``KPipeline`` and ``KModel`` of the ``kokoro`` package on a GPU or the CPU."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

# Operations that MPS lacks run on the CPU; PyTorch reads this when it is imported.
os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")

import torch

from kokoro_cli.engines import CHECKPOINT, Call
from kokoro_cli.engines.export import DurationModel
from kokoro_cli.engines.kmodel import infer, load_kmodel
from kokoro_cli.engines.torch_batch import BatchModel, FitsMemory
from kokoro_cli.errors import AssetError, UsageError
from kokoro_cli.kokoro82m import PAD, VOCABULARY
from kokoro_cli.types import Frames, Rendering, Style


def load(model: Path, device: str, *, threads: int = 0) -> TorchEngine:
    if threads:
        torch.set_num_threads(threads)  # For the whole process.
    return TorchEngine(model, device)


def prepare(model: Path) -> None:
    """Do nothing: the checkpoint needs no preparation."""


def devices() -> list[str]:
    """Return the devices of this machine, probably the fastest first."""
    found = ["cpu"]
    if torch.backends.mps.is_available():
        found.insert(0, "mps")
    if torch.cuda.is_available():
        found.insert(0, "cuda")
    return found


class TorchEngine:
    def __init__(self, model: Path, device: str) -> None:
        found = devices()
        self.device = found[0] if device == "auto" else device
        if self.device not in found:
            raise UsageError(
                f"There is no {device} device: PyTorch {torch.__version__} finds none.",
                hint=f"Use {' or '.join(found)}. A GPU needs its driver and a PyTorch for it.",
            )
        checkpoint = model / CHECKPOINT
        try:
            self._model = load_kmodel(checkpoint).to(self.device)
        except (RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
            raise AssetError(
                f"The checkpoint {checkpoint} can't be loaded: {error}.",
                hint="Check and mend it with: kokoro models verify `repair`",
            ) from error
        self._together = FitsMemory(BatchModel(self._model).render)

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        return self._together.render(calls)

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        on_gpu = [self.device] if self.device == "cuda" else []
        # Upstream draws its noise from the global generator; its state is restored.
        with torch.random.fork_rng(devices=on_gpu):
            torch.manual_seed(seed)
            samples, frames = infer(self._model, phonemes, torch.from_numpy(style), speed)
        return Rendering(samples.numpy(), frames.numpy())

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        tokens = [PAD, *(VOCABULARY[p] for p in phonemes), PAD]
        with torch.no_grad():
            frames, _, _ = DurationModel(self._model)(
                torch.tensor([tokens], device=self.device),
                torch.from_numpy(style)[None].to(self.device),
                torch.tensor([speed], device=self.device),
            )
        found: Frames = frames.cpu().numpy()
        return found
