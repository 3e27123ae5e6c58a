from __future__ import annotations

import numpy as np
import pytest

from kokoro_cli.engines.checkpoint import _module, _torch_gates, _weight_norm


@pytest.mark.parametrize(
    ("node", "module"),
    [
        ("/encoder/F0.0/conv1/Conv_quant", "predictor.F0.0.conv1"),
        ("/encoder/shared/LSTM_quant", "predictor.shared"),
        ("/encoder/predictor/lstm/LSTM_quant", "predictor.lstm"),
        ("/encoder/text_encoder/cnn.0/cnn.0.0/Conv_quant", "text_encoder.cnn.0.0"),
        ("/decoder/decoder/asr_res/asr_res.0/Conv_quant", "decoder.asr_res.0"),
        (
            "/encoder/bert/encoder/albert_layer_groups.0/albert_layers.0/attention_7/query/MatMul",
            "bert.encoder.albert_layer_groups.0.albert_layers.0.attention.query",
        ),
    ],
)
def test_node_names(node: str, module: str) -> None:
    assert _module(node) == module


def test_a_row_of_zeros_gives_zeros_and_not_nan() -> None:
    weight = np.array([[[3.0, 4.0]], [[0.0, 0.0]]], dtype=np.float32)
    parts = dict(_weight_norm("m", weight))
    direction, length = parts["m.weight_v"], parts["m.weight_g"]
    assert length.shape == (2, 1, 1)
    norm = np.linalg.norm(direction.reshape(2, -1), axis=1).reshape(2, 1, 1)
    np.testing.assert_allclose(direction / norm * length, weight)


def test_gates_are_reordered_from_onnx_to_torch() -> None:
    rows = np.arange(8, dtype=np.float32).reshape(8, 1)  # i i o o f f c c
    np.testing.assert_array_equal(_torch_gates(rows, 2).ravel(), [0, 1, 4, 5, 6, 7, 2, 3])
