"""Rebuild the PyTorch checkpoint of Kokoro-82M from its int8 ONNX export.

The fp32 checkpoint is published only on the model hub. The int8 export is also published by the
package registries, and it holds every weight that inference uses. If the hub is out of reach, the
checkpoint is rebuilt from it: each weight is ``(q - zero_point) * scale``, stored under the name of
the module whose node uses it.

A rebuilt checkpoint lacks the precision that quantising removed: about 8 bits a weight are left. It
is labelled as rebuilt wherever it is named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kokoro_cli.errors import AssetError

if TYPE_CHECKING:
    import onnx

Array = npt.NDArray[np.float32]

# The top-level modules of KModel, which are also the top-level keys of the published checkpoint.
PARTS = ("bert", "bert_encoder", "predictor", "decoder", "text_encoder")

# Modules of the predictor that the export's node names put directly under the encoder.
_PREDICTOR_MODULES = ("F0", "N", "F0_proj", "N_proj", "shared")

# The matrix of the harmonic source's linear layer is the only float weight that lost its name.
_SOURCE_LINEAR_NODE = "/decoder/decoder/generator/m_source/l_linear/MatMul"


def rebuild_checkpoint(int8_graph: Path, target: Path) -> None:
    """Write the checkpoint rebuilt from *int8_graph* to *target*, in the published layout.

    Raises AssetError if the graph's weights are not those that the model needs.
    """
    import onnx
    import torch

    weights = dict(_weights(onnx.load(str(int8_graph)).graph))
    checkpoint: dict[str, dict[str, torch.Tensor]] = defaultdict(dict)
    for name, value in weights.items():
        part, _, rest = name.partition(".")
        if part not in PARTS:
            raise AssetError(
                f"The int8 graph names a weight that the model does not have: {name}.",
                hint="Fetch the graph again with `force`: kokoro models pull",
            )
        checkpoint[part][rest] = torch.from_numpy(np.array(value))
    _complete(checkpoint)
    torch.save(dict(checkpoint), target)


def _complete(checkpoint: dict[str, Any]) -> None:
    """Add the parameters that no inference graph holds; AssetError for any other gap.

    These are the affine part of the instance norms and BERT's pooler. Training left the first at
    one and zero, because the style has its own scale and shift; the pooler's output is not used.
    """
    import torch

    from kokoro_cli.engines.kmodel import empty_kmodel

    model = empty_kmodel()
    for part in PARTS:
        expected = getattr(model, part).state_dict()
        for name, value in expected.items():
            if name in checkpoint[part]:
                if checkpoint[part][name].shape != value.shape:
                    raise AssetError(
                        f"The weight {part}.{name} of the int8 graph has the shape "
                        f"{tuple(checkpoint[part][name].shape)}, not {tuple(value.shape)}."
                    )
            elif name.endswith(("norm.weight", "norm1.norm.weight")):
                checkpoint[part][name] = torch.ones_like(value)
            elif name.endswith("norm.bias") or name.startswith("pooler."):
                checkpoint[part][name] = torch.zeros_like(value)
            else:
                raise AssetError(f"The int8 graph does not hold the weight {part}.{name}.")
        unknown = set(checkpoint[part]) - set(expected)
        if unknown:
            raise AssetError(f"The model {part} has no weight {min(unknown)}.")


def _weights(graph: onnx.GraphProto) -> Iterator[tuple[str, Array]]:
    """Yield each weight of KModel with its name in PyTorch."""
    from onnx import numpy_helper

    values = {tensor.name: tensor for tensor in graph.initializer}
    producers = {output: node for node in graph.node for output in node.output}

    def value(name: str) -> npt.NDArray[Any]:
        return numpy_helper.to_array(values[name])

    for name, tensor in values.items():
        named = tensor.data_type == tensor.FLOAT and name.startswith(("encoder.", "decoder."))
        if named and not name.endswith("_scale") and ".stft." not in name:
            yield name.split(".", 1)[1], value(name)

    for node in graph.node:
        inputs = list(node.input)
        if node.op_type == "MatMulInteger":
            yield _module(node.name) + ".weight", _dequantized(value, inputs[1], inputs[3]).T
        elif node.op_type == "ConvInteger":
            weight = _dequantized(value, inputs[1], inputs[3])
            if inputs[1].startswith(("encoder.", "decoder.")):
                yield _module(node.name) + ".weight", weight
            else:  # The export computed the product of the weight norm and renamed it.
                yield from _weight_norm(_module(node.name), weight)
        elif node.op_type in ("Conv", "ConvTranspose") and ".stft." not in inputs[1]:
            yield from _weight_norm(_module(node.name), value(inputs[1]))
        elif node.op_type == "DynamicQuantizeLSTM":
            yield from _lstm(_module(node.name), value, inputs)
        elif node.op_type == "DequantizeLinear":
            gather = producers[inputs[0]]
            weight = _dequantized(value, gather.input[0], inputs[2])
            yield _module(node.name.removesuffix("_DequantizeLinear")) + ".weight", weight
        elif node.name == _SOURCE_LINEAR_NODE:
            yield _module(node.name) + ".weight", value(inputs[1]).T


def _dequantized(value: Any, quantized: str, zero_point: str) -> Array:
    """Return ``(q - zero_point) * scale``, per tensor or per column.

    The scale always has the weight's name. The zero point is taken from the node's input, because
    weights share equal zero points, which then have the name of only one of them.
    """
    scale = value(quantized.removesuffix("_quantized") + "_scale")
    centred = value(quantized).astype(np.float32) - value(zero_point).astype(np.float32)
    result: Array = centred * scale.astype(np.float32)
    return result


def _module(node_name: str) -> str:
    """Turn a node's path in the export into the module's path in KModel.

    >>> _module("/encoder/F0.0/conv1/Conv_quant")
    'predictor.F0.0.conv1'
    >>> _module("/decoder/decoder/asr_res/asr_res.0/Conv_quant")
    'decoder.asr_res.0'
    """
    steps = node_name.strip("/").split("/")[1:-1]
    if steps[0] == "bert":
        # ALBERT's twelve layers share one set of weights: "attention_7" is "attention" again.
        steps = [re.sub(r"_\d+$", "", step) for step in steps]
    if steps[0].partition(".")[0] in _PREDICTOR_MODULES:
        steps.insert(0, "predictor")
    # A container's name is repeated before its child's number: "asr_res/asr_res.0".
    kept = [
        step
        for step, following in zip(steps, [*steps[1:], ""], strict=True)
        if not following.startswith(step + ".")
    ]
    return ".".join(kept)


def _weight_norm(module: str, weight: Array) -> Iterator[tuple[str, Array]]:
    """Split a weight into direction and length, as ``torch.nn.utils.weight_norm`` stores it.

    A row that was quantised to all zeros has no direction, and 0/0 would be NaN. It gets the length
    0 and a direction of ones.
    """
    rows = weight.reshape(len(weight), -1)
    length = np.linalg.norm(rows, axis=1).astype(np.float32)
    direction = np.where(length[:, None] == 0, np.float32(1), rows).reshape(weight.shape)
    yield f"{module}.weight_v", direction
    yield f"{module}.weight_g", length.reshape(-1, *[1] * (weight.ndim - 1))


def _lstm(module: str, value: Any, inputs: list[str]) -> Iterator[tuple[str, Array]]:
    """Yield the weights of a bidirectional LSTM.

    ONNX orders the gates input, output, forget, cell; PyTorch input, forget, cell, output. The
    quantised matrices of ONNX are [direction, input, 4 * hidden].
    """
    input_weight, recurrent_weight, bias = inputs[1], inputs[2], value(inputs[3])
    input_zero, recurrent_zero = inputs[9], inputs[11]
    ih = _dequantized_lstm(value, input_weight, input_zero)
    hh = _dequantized_lstm(value, recurrent_weight, recurrent_zero)
    hidden = bias.shape[1] // 8
    for direction, suffix in enumerate(("", "_reverse")):
        yield f"{module}.weight_ih_l0{suffix}", _torch_gates(ih[direction].T, hidden)
        yield f"{module}.weight_hh_l0{suffix}", _torch_gates(hh[direction].T, hidden)
        bias_ih, bias_hh = np.split(bias[direction], 2)
        yield f"{module}.bias_ih_l0{suffix}", _torch_gates(bias_ih, hidden)
        yield f"{module}.bias_hh_l0{suffix}", _torch_gates(bias_hh, hidden)


def _dequantized_lstm(value: Any, quantized: str, zero_point: str) -> Array:
    scale = value(quantized.removesuffix("_quantized") + "_scale").astype(np.float32)
    zero = value(zero_point).astype(np.float32)
    per_direction = (-1, 1, 1)
    if scale.ndim == 2:  # One scale a column: [direction, 4 * hidden].
        scale, zero = scale[:, None, :], zero[:, None, :]
    else:
        scale, zero = scale.reshape(per_direction), zero.reshape(per_direction)
    result: Array = (value(quantized).astype(np.float32) - zero) * scale
    return result


def _torch_gates(rows: Array, hidden: int) -> Array:
    i, o, f, c = (rows[k * hidden : (k + 1) * hidden] for k in range(4))
    return np.concatenate([i, f, c, o])
