"""Install a model of a few bytes: ``python -m tests.install.install_program CACHE FOLDER``.

FOLDER holds the published checkpoint.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kokoro_cli.assets.store import Store
from kokoro_cli.install import install_model, model
from tests.install.models import INT8, PUBLISHED

if __name__ == "__main__":
    model.model_asset = {"checkpoint": PUBLISHED, "int8-graph": INT8}.__getitem__
    model._BUILD = "tests.install.toy_build"
    install_model(Store(Path(sys.argv[1]), folder=Path(sys.argv[2]), offline=True), print)
    print(" ".join(sorted({"torch", "onnxruntime", "onnx", "kokoro"} & set(sys.modules))))
