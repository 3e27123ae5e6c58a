"""The decoder graph, cut; and the kernels in its place, with the real model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.engines import DECODER_GRAPH, load_engine
from kokoro_cli.engines.cut import CutDecoder, cut_decoder
from kokoro_cli.engines.walk import UnknownGraphError
from kokoro_cli.install import find_installed_voice, require_model
from kokoro_cli.types import EngineChoice
from kokoro_cli.voices.pack import VoicePack
from tests.engines.test_prepared import unprepared
from tests.toy_model import decoder_graph

PHONEMES = "hˈA wˈɜɹld, ðɪs ɪz ɐ tˈɛst."


def test_a_graph_without_a_generator(tmp_path: Path) -> None:
    onnx.save(decoder_graph(), tmp_path / DECODER_GRAPH)
    with pytest.raises(UnknownGraphError, match=r"it has no node /ups\.0/ConvTranspose"):
        cut_decoder(tmp_path / DECODER_GRAPH)


@pytest.fixture(scope="module")
def decoder(real_store: Store) -> CutDecoder:
    return cut_decoder(require_model(real_store).folder / DECODER_GRAPH)


@pytest.mark.real
def test_the_stages_are_those_of_the_model(decoder: CutDecoder) -> None:
    first, second = (stage.numbers for stage in decoder.stages)
    assert (first.input_channels, first.channels, second.channels) == (512, 256, 128)
    for stage, stride, noise_taps in ((first, 10, 7), (second, 6, 11)):
        assert (stage.upsample_stride, stage.upsample_taps) == (stride, 2 * stride)
        assert (stage.noise_taps, stage.block_taps) == (noise_taps, (3, 7, 11))
        assert stage.dilations == (1, 3, 5)
    assert (first.mirrored, second.mirrored) == (False, True)


@pytest.mark.real
def test_no_weight_is_on_both_sides(decoder: CutDecoder) -> None:
    sides = [{w.name for w in part.graph.initializer} for part in (decoder.front, decoder.tail)]
    assert not set.intersection(*sides)
    assert not any("resblocks" in name or "noise_res" in name for name in set.union(*sides))


@pytest.mark.real
def test_native_speaks_as_onnx_whatever_the_threads(real_store: Store, tmp_path: Path) -> None:
    pytest.importorskip("kokoro_kernels")
    model = unprepared(real_store, tmp_path / "model")
    voice = find_installed_voice(real_store, "af_heart")
    assert voice is not None
    style = VoicePack.mapped(voice).style(len(PHONEMES))

    def speech(engine: str, threads: int) -> np.ndarray:
        made = load_engine(EngineChoice(engine, "cpu", ""), model, threads=threads)
        return made.render(PHONEMES, style, speed=1.0, seed=0).samples

    expected = speech("onnx", 1)
    one, two = speech("native", 1), speech("native", 2)
    assert np.abs(one - expected).max() < 1e-4
    assert np.abs(two - one).max() < 1e-5
