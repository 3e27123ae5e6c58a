"""Write the installed weights in the peers' formats: ``weights.py CHECKPOINT VOICES FOLDER``.

``kokoro`` gets a cache folder of the model hub's client; ``kokoro-onnx`` and ``kokoro-tts`` get one
fp32 graph and one file with the packs of all voices. It runs in this program's environment.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from kokoro import KModel
from torch import Tensor, nn

from kokoro_cli.kokoro82m import MODEL_CONFIG

REPOSITORY = "hexgrad/Kokoro-82M"
REVISION = "0" * 40


class Model(nn.Module):
    """The model with the output of the published graphs: only samples."""

    def __init__(self, model: KModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor, style: Tensor, speed: Tensor) -> Tensor:
        return self.model.forward_with_tokens(tokens, style, speed)[0]


def export_graph(checkpoint: Path, target: Path) -> None:
    """Export as upstream's own script does, but with kokoro-onnx's input and output names."""
    model = KModel(REPOSITORY, MODEL_CONFIG, str(checkpoint), disable_complex=True).eval()
    torch.onnx.export(
        Model(model).eval(),
        (torch.ones(1, 12, dtype=torch.long), torch.zeros(1, 256), torch.ones(1)),
        str(target),
        input_names=["tokens", "style", "speed"],
        output_names=["audio"],
        dynamic_axes={"tokens": {1: "n"}, "audio": {0: "t"}},
        opset_version=17,
        dynamo=False,
    )


def write_hub(checkpoint: Path, packs: dict[str, np.ndarray], hub: Path) -> None:
    repository = hub / f"models--{REPOSITORY.replace('/', '--')}"
    snapshot = repository / "snapshots" / REVISION
    (snapshot / "voices").mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(REVISION)
    (snapshot / "config.json").write_text(json.dumps(MODEL_CONFIG))
    (snapshot / KModel.MODEL_NAMES[REPOSITORY]).symlink_to(checkpoint)
    for name, pack in packs.items():
        torch.save(torch.from_numpy(pack), snapshot / "voices" / f"{name}.pt")


def main(checkpoint: Path, voices: Path, folder: Path) -> None:
    packs = {
        path.stem: np.fromfile(path, dtype="<f4").reshape(510, 1, 256)
        for path in sorted(voices.glob("*.bin"))
    }
    write_hub(checkpoint, packs, folder / "huggingface" / "hub")
    with (folder / "voices-v1.0.bin").open("wb") as out:
        np.savez(out, **packs)
    export_graph(checkpoint, folder / "kokoro-v1.0.onnx")


if __name__ == "__main__":
    main(*(Path(argument).absolute() for argument in sys.argv[1:]))
