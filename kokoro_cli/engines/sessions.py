"""Inference sessions of onnxruntime; PyTorch is not imported.

The runtime optimises a graph for the processor each time it loads one. `prepare` saves the
optimised graph, with the weights in a memory-mapped file. A session then loads it as it is.
"""

from __future__ import annotations

import errno
import os
import platform
import shutil
from pathlib import Path

from kokoro_cli import processor
from kokoro_cli.errors import AssetError
from kokoro_cli.telemetry import NO_TELEMETRY

os.environ.update(NO_TELEMETRY)

import onnxruntime as ort

_SPIN_MICROSECONDS = "100"
"""How long a waiting thread spins: on two idle cores as fast as the default, with a quarter less
processor time."""


def identity() -> str:
    """Return what an optimised graph depends on: this runtime and this processor."""
    return f"{ort.__version__} {platform.machine()} {processor.abilities()}"


def load(
    graph: Path, *, threads: int, prepared: bool = False, frugal: bool = False
) -> ort.InferenceSession:
    """Return a session of *threads* threads, or of all processors if it is 0.

    *prepared*: the graph was saved by `prepare`. A *frugal* session gives memory back after a run,
    which others then take. AssetError if the graph can't be loaded.
    """
    options = _options(threads)
    options.enable_cpu_mem_arena = not frugal
    if prepared:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return _session(graph, options)


def prepare(graph: Path, target: Path) -> None:
    """Save a graph as this runtime optimises it here.

    AssetError if it can't be loaded, OSError if the disk has no room for it.
    """
    options = _options(threads=0)
    options.optimized_model_filepath = str(target)
    weights = {"file_name": f"{target.name}.weights", "min_size_in_bytes": "1024"}
    for name, value in weights.items():
        options.add_session_config_entry(
            f"session.optimized_model_external_initializers_{name}", value
        )
    try:
        _session(graph, options)
    except AssetError as error:  # The runtime does not say that the disk is full.
        if shutil.disk_usage(target.parent).free < graph.stat().st_size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target)) from error
        raise


def _options(threads: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # Errors; its warnings concern the graph, not the user.
    # Planning which values share memory takes most of the loading time and saves no memory: what a
    # run has freed is used again anyway. Plans by shape only hold memory, because chunks rarely
    # have the same shape.
    options.enable_mem_reuse = False
    options.enable_mem_pattern = False
    # Waiting threads spin. With the default duration they take a quarter of a busy processor from
    # the threads that work. Runtimes that do not know this entry ignore it.
    options.add_session_config_entry("session.intra_op.spin_duration_us", _SPIN_MICROSECONDS)
    return options


def _session(graph: Path, options: ort.SessionOptions) -> ort.InferenceSession:
    try:
        return ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # The runtime's exceptions have no base class of their own.
        raise AssetError(
            f"The graph {graph.name} can't be loaded: {error}.",
            hint="Check and mend it with: kokoro models verify `repair`",
        ) from error
