"""Changes a process that speaks with the toy model: put this folder on its PYTHONPATH.

Python runs this file before the program. What it changes, it changes when the program imports it.

onnxruntime: each run of a decoder adds a line to the file TOY_LOG, if that is set, and then sleeps.
TOY_DELAY lists for how many seconds, run by run: with "0,0,60" the third and all later ones are
slow. With TOY_LOAD_DELAY, loading a graph takes so many seconds longer.

The torch engine: with TOY_GPU, ``gpu.py`` takes its place.
"""

from __future__ import annotations

import os
import sys
import time
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any


class _Found(MetaPathFinder):
    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name == "kokoro_cli.engines.torch_engine" and "TOY_GPU" in os.environ:
            return spec_from_file_location(name, Path(__file__).with_name("gpu.py"))
        if name != "onnxruntime":
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.loader is not None
        load = spec.loader.exec_module

        def load_and_slow_down(module: ModuleType) -> None:
            load(module)
            _slow_down(module)

        spec.loader.exec_module = load_and_slow_down  # type: ignore[method-assign]
        return spec


def _slow_down(onnxruntime: Any) -> None:
    session = onnxruntime.InferenceSession
    load, run = session.__init__, session.run
    delays = [float(seconds) for seconds in os.environ.get("TOY_DELAY", "0").split(",")]

    def slow_load(self: Any, *arguments: Any, **options: Any) -> None:
        load(self, *arguments, **options)
        time.sleep(float(os.environ.get("TOY_LOAD_DELAY", "0")))

    def slow_run(self: Any, outputs: Any, *arguments: Any, **options: Any) -> Any:
        if "samples" in outputs:
            if log := os.environ.get("TOY_LOG"):
                with open(log, "a") as file:  # noqa: PTH123
                    file.write("spoken\n")
            time.sleep(delays.pop(0) if len(delays) > 1 else delays[0])
        return run(self, outputs, *arguments, **options)

    session.__init__, session.run = slow_load, slow_run


sys.meta_path.insert(0, _Found())
