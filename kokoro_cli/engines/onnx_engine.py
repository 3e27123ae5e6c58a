"""onnxruntime on the two graphs that ``export.py`` makes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kokoro_cli.engines import sessions
from kokoro_cli.engines.graph_engine import DecoderGraph, GraphEngine, Session
from kokoro_cli.engines.interface import DECODER_GRAPH, DURATION_GRAPH
from kokoro_cli.engines.prepared import Prepared

_GRAPHS = (DURATION_GRAPH, DECODER_GRAPH)


def load(model: Path, device: str, *, threads: int = 0) -> OnnxEngine:
    return OnnxEngine(model, threads=threads)


def devices() -> list[str]:
    return ["cpu"]


def prepare(model: Path) -> None:
    """Save the graphs as this runtime optimises them here; OSError if they can't be written."""

    def fill(folder: Path) -> None:
        for name in _GRAPHS:
            sessions.prepare(model / name, folder / name)

    prepared_graphs(model).make(fill)


def prepared_graphs(model: Path) -> Prepared:
    """Return the graphs for this runtime and processor; they may not be there."""
    return Prepared(model, _GRAPHS, sessions.identity())


def graph_loader(model: Path, threads: int, *, frugal: bool = False) -> Callable[[str], Session]:
    """Return what loads one of the two graphs, as it is prepared or else as it was exported.

    *frugal* is as in `sessions.load`. AssetError if a prepared file is damaged.
    """
    prepared = prepared_graphs(model)
    known = prepared.is_there()
    folder = prepared.folder if known else model

    def load(name: str) -> Session:
        graph = folder / name
        session: Session = sessions.load(graph, threads=threads, prepared=known, frugal=frugal)
        return session

    return load


class OnnxEngine(GraphEngine):
    def __init__(self, model: Path, *, threads: int = 0) -> None:
        """Load both graphs; a call uses *threads* threads, or all processors if it is 0."""
        with ThreadPoolExecutor(2) as pool:
            duration, decoder = pool.map(graph_loader(model, threads), _GRAPHS)
        super().__init__(duration, DecoderGraph(decoder))
