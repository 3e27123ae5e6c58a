"""Make the files of a model that need PyTorch: the child process of `model.install_model`.

``python -m kokoro_cli.install.build FOLDER [GRAPH]`` exports the graphs from the checkpoint in the
folder, and prepares what lets the engines load sooner. With GRAPH, the int8 export, it rebuilds the
checkpoint first. It prints what it does, a JSON string a line. If it fails, the last line is an
object with the error and its exit code.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kokoro_cli.engines import CHECKPOINT, DECODER_GRAPH, DURATION_GRAPH, prepare_engines
from kokoro_cli.errors import AssetError, KokoroError


def build(folder: Path, int8_graph: Path | None, notify: Callable[[str], None]) -> None:
    """Make the missing files of a model in *folder*."""
    checkpoint = folder / CHECKPOINT
    if int8_graph:
        notify("Rebuilding the checkpoint from the int8 export …")
        from kokoro_cli.engines.checkpoint import rebuild_checkpoint

        rebuild_checkpoint(int8_graph, checkpoint)
    notify("Exporting the model for onnxruntime …")
    from kokoro_cli.engines.export import export_graphs

    export_graphs(checkpoint, folder / DURATION_GRAPH, folder / DECODER_GRAPH)
    with suppress(
        OSError, AssetError
    ):  # A full disk, say: the engines load the graphs as they are.
        prepare_engines(folder)


def main() -> None:
    folder, *graph = map(Path, sys.argv[1:])
    answers = sys.stdout
    sys.stdout = sys.stderr  # Libraries may print; the answers have a stream of their own.
    try:
        build(
            folder,
            graph[0] if graph else None,
            lambda line: print(json.dumps(line), file=answers, flush=True),
        )
    except KokoroError as error:
        failure = {"error": error.message, "code": error.exit_code}
        print(json.dumps(failure), file=answers, flush=True)


if __name__ == "__main__":
    main()
