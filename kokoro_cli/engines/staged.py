"""The decoder with native kernels for most of its work; the rest is two smaller graphs.

Both are made from the installed decoder graph: no export, and no PyTorch. The decoder is used only
if it speaks as the plain graph does: that is checked when it is prepared.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kokoro_cli.engines import onnx_engine, sessions
from kokoro_cli.engines.graph_engine import Decoder, DecoderGraph, Floats, GraphEngine
from kokoro_cli.engines.interface import DECODER_GRAPH, DURATION_GRAPH, EngineNotHereError
from kokoro_cli.engines.kernels import (
    KERNEL_FILES,
    Kernels,
    Precision,
    require,
    version,
    write_kernels,
)
from kokoro_cli.engines.prepared import Prepared
from kokoro_cli.errors import AssetError
from kokoro_cli.kokoro82m import STYLE_COLUMNS
from kokoro_cli.spectrum import log_spectrum_distance
from kokoro_cli.types import Samples

if TYPE_CHECKING:
    from kokoro_cli.engines.cut import CutDecoder

_FRONT, _TAIL = "front.onnx", "tail.onnx"

_MOST_DIFFERENCE = 1e-4
"""Of a sample in float32 from the plain graph's, as a share of the peak; roundings make 1e-5."""

_MOST_DISTANCE = 0.25
"""Of the log spectrum with reduced precision, as a share of what another seed makes."""

_PHONEMES = "ðə nˈɔɹθ wˈɪnd ænd ðə sˈʌn wɜɹ dɪspjˈuTɪŋ."
_STYLE_DEVIATION = 0.16
"""As in the voices."""


def load_staged(model: Path, precision: Precision, *, threads: int) -> GraphEngine:
    """Return the engine; what it needs is prepared first if it was not.

    EngineNotHereError if it does not run here, AssetError if a file is damaged or can't be written.
    """
    require(precision)
    try:
        graphs, kernels = _graphs(model), _kernels(model, precision)
        if not (graphs.is_there() and kernels.is_there()):
            prepare_staged(model, precision)
    except OSError as error:
        raise AssetError(
            f"{error.filename or model} can't be written: {error.strerror or error}.",
            hint="Make room or correct its permissions.",
        ) from error
    with ThreadPoolExecutor(1) as pool:
        load = onnx_engine.graph_loader(model, threads, frugal=True)
        duration = pool.submit(load, DURATION_GRAPH)
        made = Kernels(kernels.folder, precision, threads=threads)
        decoder = StagedDecoder(graphs.folder, made, threads=threads)
        return GraphEngine(duration.result(), decoder)


def prepare_staged(model: Path, precision: Precision) -> None:
    """Keep the graphs and the packed weights in the model's folder, once the sound is checked.

    Raises as `load_staged` does; OSError if they can't be written.
    """
    require(precision)
    onnx_engine.prepare(model)
    graphs, cut = _graphs(model), cache(lambda: _cut(model / DECODER_GRAPH))

    def fill_graphs(folder: Path) -> None:
        for graph, name in ((cut().front, _FRONT), (cut().tail, _TAIL)):
            whole = folder.parent / name
            whole.write_bytes(graph.SerializeToString())
            sessions.prepare(whole, folder / name)

    def fill_kernels(folder: Path) -> None:
        write_kernels(cut(), precision, folder)
        decoder = StagedDecoder(graphs.folder, Kernels(folder, precision))
        check_sound(model, decoder, reduced=precision != "float32")

    graphs.make(fill_graphs)
    _kernels(model, precision).make(fill_kernels)


def _graphs(model: Path) -> Prepared:
    return Prepared(model, (_FRONT, _TAIL), _identity(), "front-")


def _kernels(model: Path, precision: Precision) -> Prepared:
    return Prepared(model, KERNEL_FILES, _identity(), f"{precision}-")


def _identity() -> str:
    return f"{sessions.identity()} {version()}"


def _cut(graph: Path) -> CutDecoder:
    from kokoro_cli.engines.cut import cut_decoder
    from kokoro_cli.engines.walk import UnknownGraphError

    try:
        return cut_decoder(graph)
    except UnknownGraphError as error:
        raise EngineNotHereError(f"The kernels do not know this decoder graph: {error}.") from error


class StagedDecoder:
    """The graph before the kernels, the kernels, and the graph after them."""

    def __init__(self, graphs: Path, kernels: Kernels, *, threads: int = 0) -> None:
        self._kernels = kernels
        self._front, self._tail = (
            sessions.load(graphs / name, threads=threads, prepared=True, frugal=True)
            for name in (_FRONT, _TAIL)
        )

    def __call__(self, prosody: Floats, text: Floats, style: Floats, noise: Floats) -> Samples:
        inputs = {"prosody": prosody, "text": text, "style": style, "noise": noise}
        text_curves, beside, excitation = (made[0] for made in self._front.run(None, inputs))
        spectra = self._kernels(text_curves, beside, excitation, style[0])
        samples: Samples = self._tail.run(None, {"spectra": spectra[np.newaxis]})[0]
        return samples


def check_sound(model: Path, decoder: Decoder, *, reduced: bool) -> None:
    """Raise EngineNotHereError if a decoder does not speak as the plain graph does.

    With *reduced* precision the spectra are compared: they may differ by a quarter of what another
    seed changes.
    """
    load = onnx_engine.graph_loader(model, 0)
    duration, plain = load(DURATION_GRAPH), DecoderGraph(load(DECODER_GRAPH))
    style = np.random.default_rng(0).normal(scale=_STYLE_DEVIATION, size=STYLE_COLUMNS)

    def speak(decoder: Decoder, seed: int) -> Samples:
        engine = GraphEngine(duration, decoder)
        return engine.render(_PHONEMES, style.astype(np.float32), speed=1.0, seed=seed).samples

    expected, made = speak(plain, 0), speak(decoder, 0)
    if reduced:
        found = log_spectrum_distance(expected, made)
        most = _MOST_DISTANCE * log_spectrum_distance(expected, speak(plain, 1))
    else:
        difference = np.abs(expected - made).max() / np.abs(expected).max()
        found, most = float(difference), _MOST_DIFFERENCE
    if not found <= most:  # Also if it is not a number.
        raise EngineNotHereError(
            f"Its sound differs from onnxruntime's by {found:.2g}, and may by {most:.2g}."
        )
