"""Cut the decoder graph at the borders of what the kernels do.

What is before the blocks of the decoder, and what makes the spectra of the excitation, becomes the
*front* graph; what is after the generator's last convolution, the *tail*. The weights of what is
between them are read from the nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

from kokoro_cli.engines.cut_blocks import CutBlock, cut_blocks
from kokoro_cli.engines.cut_projections import CutProjection, cut_projection
from kokoro_cli.engines.cut_stages import CutStage, cut_stage
from kokoro_cli.engines.walk import Graph, UnknownGraphError

TEXT, BESIDE, EXCITATION, SPECTRA = "text_curves", "beside", "excitation", "spectra"
"""Names of the front's outputs and of the tail's input; each is [1, rows, channels]."""

_STAGES = 2


@dataclass(frozen=True, slots=True)
class CutDecoder:
    front: ModelProto
    """Inputs as those of the decoder graph; outputs TEXT, which the first block reads, BESIDE,
    which the others read too, and EXCITATION, which the sources read."""
    blocks: tuple[CutBlock, ...]
    sources: tuple[CutProjection, ...]
    """From the excitation to what each stage reads."""
    stages: tuple[CutStage, ...]
    last: CutProjection
    """From the last stage to the spectra."""
    tail: ModelProto
    """Input SPECTRA, output ``samples``."""

    def parts(self) -> Iterator[CutBlock | CutProjection | CutStage]:
        """Yield what is done by kernels."""
        yield from self.blocks
        yield from self.sources
        yield from self.stages
        yield self.last


def cut_decoder(path: Path) -> CutDecoder:
    """Cut a decoder graph that ``export.export_graphs`` has written; UnknownGraphError if not."""
    graph = Graph(onnx.load(path))
    upsamples = [graph.node(f"/ups.{i}/ConvTranspose") for i in range(_STAGES)]
    excited = [graph.node(f"/noise_convs.{i}/Conv") for i in range(_STAGES)]
    post = graph.node("/conv_post/Conv")
    sources = tuple(cut_projection(graph, node) for node in excited)
    last = cut_projection(graph, post)
    features, *ends = (
        graph.producer(node.input[0]).input[0]  # Past a LeakyRelu.
        for node in (*upsamples, post)
    )
    stages = tuple(
        cut_stage(graph, upsample, source, end)
        for upsample, source, end in zip(upsamples, excited, ends, strict=True)
    )
    decoder = cut_blocks(graph, features)
    excitation, *others = {source.begin for source in sources}
    if others or last.begin != ends[-1]:
        raise UnknownGraphError("the ends of the generator are not those of its stages")
    front = _front(
        graph, {TEXT: (decoder.begin,), BESIDE: decoder.beside, EXCITATION: (excitation,)}
    )
    return CutDecoder(front, decoder.blocks, sources, stages, last, _tail(graph, post.output[0]))


_SWAPPED = [0, 2, 1]
"""Channels last in place of channels first."""


def _front(graph: Graph, outputs: Mapping[str, Sequence[str]]) -> ModelProto:
    """Return the graph that makes the outputs, each of values that are side by side."""
    nodes = graph.part([value for values in outputs.values() for value in values])
    for name, values in outputs.items():
        whole = f"{name} by channels"
        nodes += [
            helper.make_node("Concat", values, [whole], axis=1),
            helper.make_node("Transpose", [whole], [name], perm=_SWAPPED),
        ]
    return _model(graph, nodes, graph.model.graph.input, map(_rows_by_channels, outputs))


def _tail(graph: Graph, end: str) -> ModelProto:
    """Return the graph from the last convolution's output, the value *end*."""
    made = graph.model.graph.output
    first = helper.make_node("Transpose", [SPECTRA], [end], perm=_SWAPPED)
    nodes = [first, *graph.part([each.name for each in made], [end])]
    return _model(graph, nodes, [_rows_by_channels(SPECTRA)], made)


def _rows_by_channels(name: str) -> ValueInfoProto:
    shape: list[str | int | None] = [1, f"rows of {name}", f"channels of {name}"]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _model(
    graph: Graph,
    nodes: Sequence[NodeProto],
    inputs: Iterable[ValueInfoProto],
    outputs: Iterable[ValueInfoProto],
) -> ModelProto:
    used = {name for node in nodes for name in node.input}
    weights = [tensor for name, tensor in graph.weights.items() if name in used]
    made = helper.make_graph(nodes, "part", list(inputs), list(outputs), initializer=weights)
    return helper.make_model(
        made, opset_imports=graph.model.opset_import, ir_version=graph.model.ir_version
    )
