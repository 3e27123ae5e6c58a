"""A toy of the model: two real graphs of a few kilobytes that hum a tone for each phoneme.

They have the names, inputs, outputs, types and shapes of the true graphs, so the program takes
them for the model and runs them with onnxruntime. Nothing of the program is patched.
"""

from __future__ import annotations

import json
import math
import os
import zlib
from itertools import groupby
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from kokoro_cli import install
from kokoro_cli.assets.store import RECORDS
from kokoro_cli.checksum import FileRecord, write_records
from kokoro_cli.engines import CHECKPOINT, DECODER_GRAPH, DURATION_GRAPH, prepare_engine
from kokoro_cli.install.figures import this_machine
from kokoro_cli.kokoro82m import MODEL_CONFIG, PAD, SAMPLES_PER_FRAME, STYLE_ROWS, VOCABULARY
from kokoro_cli.types import Rows, Samples
from kokoro_cli.voices.catalogue import catalogue

FRAMES = 4
"""Length of a letter in frames of 25 ms; stress, spaces and the like have half of it."""
SILENT_FRAMES = 16
"""Length of the silence at both ends, as in the true model: 0.4 s."""
MARK_FRAMES = 8
"""Length of a punctuation mark, which is silent."""
LOUDNESS = 0.4
"""Amplitude of the tone. Overtone and noise add at most 60 % of it, so nothing clips."""
MACHINE_FACTOR = 0.25
"""The real-time factor that the cache records for this machine."""

_IR_VERSION, _OPSET = 8, 17  # As torch writes the true graphs.
_MARKS = ";:,.!?—…"
_SILENT = _MARKS + '"()“” '
_SHORT = '"()“” \u0303ˈˌːʰʲ↓→↗↘'
_LETTERS = [phoneme for phoneme in VOCABULARY if phoneme not in _MARKS + _SHORT]
_TONES = [*_LETTERS, *(phoneme for phoneme in _SHORT if phoneme not in _SILENT)]
_LOWEST = 4
"""Cycles a frame of the first tone: 160 Hz. Each one has a cycle more; letters end at 3.8 kHz."""
_HOP = 200
"""Samples from one window of `heard_tones` to the next."""
_STYLE = 256
_TIMBRE = 128


def slowed(
    *delays: float, log: Path | None = None, load: float = 0, gpu: Path | None = None
) -> dict[str, str]:
    """Return the environment of a process in which the toy is slow; see ``toy_process``.

    The first chunk takes the first of the *delays*, in seconds, and all from the last one on take
    the last. Each chunk that is begun adds a line to *log*. A graph takes *load* seconds to load.
    With *gpu*, the engine torch speaks with the toy too; each batch adds its size to that file.
    """
    paths = [str(Path(__file__).with_name("toy_process")), os.environ.get("PYTHONPATH")]
    return {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "TOY_DELAY": ",".join(map(str, delays or (0,))),
        "TOY_LOG": str(log or ""),
        "TOY_LOAD_DELAY": str(load),
        **({"TOY_GPU": str(gpu)} if gpu else {}),
    }


def install_toy(cache: Path, *, frames: int = FRAMES, rebuilt: bool = True) -> Path:
    """Put the toy, all 54 voices and measured speeds into *cache*; return the model's folder.

    The graphs are prepared, as `kokoro models pull` leaves them. A letter lasts *frames* frames.
    The voices are recorded as if they had been fetched, but do not have the checksums of the
    catalogue: `kokoro models verify` reports them.
    """
    origin = install.REBUILT if rebuilt else install.PUBLISHED
    folder = cache / "models" / origin
    folder.mkdir(parents=True)
    onnx.save(duration_graph(frames), str(folder / DURATION_GRAPH))
    onnx.save(decoder_graph(), str(folder / DECODER_GRAPH))
    (folder / CHECKPOINT).write_bytes(f"a toy, {frames} frames a letter".encode())
    write_record(folder, origin)
    prepare_engine("onnx", folder)
    (cache / "voices").mkdir()
    for name in catalogue():
        (cache / "voices" / f"{name}.bin").write_bytes(voice_rows(name).tobytes())
    packs = {path.name: FileRecord.of(path) for path in (cache / "voices").iterdir()}
    write_records(cache / "voices" / RECORDS, packs)
    write_measurements(cache)
    return folder


def link_model(installed: Path, cache: Path) -> None:
    """Link the model, voices and speeds of a cache into another, which has nothing spoken yet."""
    cache.mkdir(exist_ok=True)
    for name in ("models", "voices", "speed.json"):
        if not (cache / name).exists():
            (cache / name).symlink_to(installed / name)


def write_record(folder: Path, origin: str) -> None:
    """Write the file that makes a folder with the three files an installed model."""
    names = CHECKPOINT, DURATION_GRAPH, DECODER_GRAPH
    records = {name: FileRecord.of(folder / name) for name in names}
    write_records(folder / "model.json", records, {"origin": origin})


def write_measurements(cache: Path) -> None:
    """Record that onnx alone was measured on this machine, so that "auto" chooses it."""
    figures = {"engine": "onnx", "device": "cpu", "real_time_factor": MACHINE_FACTOR}
    record = {
        "machine": this_machine(),
        "measurements": [{**figures, "load_seconds": 0.5}],
    }
    (cache / "speed.json").write_text(json.dumps(record))


def voice_rows(name: str) -> Rows:
    """Return the 510 rows of a voice: about one style of its own, each row a little different."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    style = random.normal(scale=0.25, size=_STYLE)
    rows = style + random.normal(scale=0.05, size=(STYLE_ROWS, _STYLE))
    made: Rows = rows.astype("<f4")
    return made


def duration_graph(frames: int = FRAMES) -> onnx.ModelProto:
    """Tokens [1, n], style [1, 256] and speed [1] to frames [n] and features by phoneme.

    The first 512 columns of "prosody" are the cycles of the tone in a frame, those of "text" its
    amplitude; the last 128 columns of "prosody" are the style's.
    """
    nodes = [
        helper.make_node("Squeeze", ["tokens", "first_axis"], ["ids"]),
        helper.make_node("Gather", ["phonemes", "ids"], ["found"]),
        helper.make_node("Split", ["found"], ["length", "cycles", "loudness"], axis=1),
        helper.make_node("Squeeze", ["length", "last_axis"], ["lengths"]),
        helper.make_node("Div", ["lengths", "speed"], ["spoken"]),
        helper.make_node("Round", ["spoken"], ["whole"]),
        helper.make_node("Clip", ["whole", "one"], ["at_least_one"]),
        helper.make_node("Cast", ["at_least_one"], ["frames"], to=TensorProto.INT64),
        helper.make_node("Shape", ["ids"], ["n"]),
        helper.make_node("Concat", ["n", "columns"], ["by_512"], axis=0),
        helper.make_node("Expand", ["loudness", "by_512"], ["text"]),
        helper.make_node("Expand", ["cycles", "by_512"], ["pitch"]),
        helper.make_node("Slice", ["style", "timbre_end", "style_end", "last_axis"], ["mood"]),
        helper.make_node("Concat", ["n", "one_column"], ["by_one"], axis=0),
        helper.make_node("Tile", ["mood", "by_one"], ["moods"]),
        helper.make_node("Concat", ["pitch", "moods"], ["prosody"], axis=1),
    ]
    return _model(
        "toy durations",
        nodes,
        inputs=[
            helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "n"]),
            helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, _STYLE]),
            helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
        ],
        outputs=[
            helper.make_tensor_value_info("frames", TensorProto.INT64, ["n"]),
            helper.make_tensor_value_info("prosody", TensorProto.FLOAT, ["n", 640]),
            helper.make_tensor_value_info("text", TensorProto.FLOAT, ["n", 512]),
        ],
        constants={
            "phonemes": _phoneme_table(frames),
            "first_axis": np.array([0], np.int64),
            "last_axis": np.array([1], np.int64),
            "one": np.array(1, np.float32),
            "one_column": np.array([1], np.int64),
            "columns": np.array([512], np.int64),
            "timbre_end": np.array([_TIMBRE], np.int64),
            "style_end": np.array([_STYLE], np.int64),
        },
    )


def _phoneme_table(frames: int) -> Rows:
    """Return a row a token: length in frames, cycles in a frame, amplitude.

    Whole cycles in a frame make the sound continuous wherever one phoneme follows another.
    """
    table = np.zeros((MODEL_CONFIG["n_token"], 3), np.float32)
    table[:, 0] = 1
    table[PAD] = SILENT_FRAMES, 0, 0
    for phoneme, token in VOCABULARY.items():
        length = MARK_FRAMES if phoneme in _MARKS else frames / 2 if phoneme in _SHORT else frames
        silent = phoneme in _SILENT
        table[token] = length, 0 if silent else cycles(phoneme), 0 if silent else LOUDNESS
    return table


def cycles(phoneme: str) -> int:
    """Return how many cycles of its tone a frame of 25 ms has; ValueError for a silent one."""
    return _LOWEST + _TONES.index(phoneme)


def heard_tones(samples: Samples) -> str:
    """Return the letters that the toy spoke, told apart by their tones.

    *samples* are at 24 kHz, and a letter has its usual four frames. Marks and stress are not heard;
    equal letters in a row count once. `letters_of` returns what a text should sound like.
    """
    windows = np.lib.stride_tricks.sliding_window_view(samples, SAMPLES_PER_FRAME)[::_HOP]
    spectra = np.abs(np.fft.rfft(windows * np.hanning(SAMPLES_PER_FRAME), axis=1))
    peaks = spectra.argmax(axis=1)
    loud = np.abs(windows).max(axis=1) > LOUDNESS / 8
    heard = ""
    last, times = -1, 0
    for peak, is_loud in zip(peaks, loud, strict=True):
        times = times + 1 if is_loud and peak == last else int(is_loud)
        last = int(peak)
        # A window that is not all of one tone may have the peak of either.
        place = last - _LOWEST
        if times == 8 and 0 <= place < len(_LETTERS) and not heard.endswith(_LETTERS[place]):
            heard += _LETTERS[place]
    return heard


def letters_of(phonemes: str) -> str:
    """Return the phonemes that `heard_tones` hears of these, equal ones in a row once."""
    letters = [phoneme for phoneme in phonemes if phoneme in _LETTERS]
    return "".join(letter for letter, _ in groupby(letters))


def decoder_graph() -> onnx.ModelProto:
    """Features by frame, style [1, 256] and noise [600 f] to samples [600 f].

    The timbre's half of the style sets the overtone, the prosody's half how loud the tone is, and
    a fiftieth of the noise is added. All is silent where the phoneme is.
    """
    nodes = [
        helper.make_node("Slice", ["prosody", "zero", "one", "one"], ["cycles"]),
        helper.make_node("Slice", ["text", "zero", "one", "one"], ["loudness"]),
        helper.make_node("Slice", ["prosody", "text_end", "prosody_end", "one"], ["moods"]),
        helper.make_node("Slice", ["style", "zero", "timbre_end", "one"], ["timbre"]),
        # The tone and its overtone.
        helper.make_node("Mul", ["cycles", "ramp"], ["phase"]),
        helper.make_node("Sin", ["phase"], ["tone"]),
        helper.make_node("Add", ["phase", "phase"], ["twice"]),
        helper.make_node("Sin", ["twice"], ["overtone"]),
        # Both styles, as numbers from -1 to 1.
        helper.make_node("ReduceMean", ["moods"], ["mood_mean"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["mood_mean", "sensitivity"], ["mood_raised"]),
        helper.make_node("Tanh", ["mood_raised"], ["mood"]),
        helper.make_node("ReduceMean", ["timbre"], ["timbre_mean"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["timbre_mean", "sensitivity"], ["timbre_raised"]),
        helper.make_node("Tanh", ["timbre_raised"], ["colour"]),
        # All together.
        helper.make_node("Mul", ["mood", "mood_share"], ["mood_part"]),
        helper.make_node("Add", ["mood_part", "unit"], ["strength"]),
        helper.make_node("Mul", ["tone", "strength"], ["tones"]),
        helper.make_node("Mul", ["colour", "colour_share"], ["colour_part"]),
        helper.make_node("Mul", ["overtone", "colour_part"], ["overtones"]),
        helper.make_node("Reshape", ["noise", "by_frame"], ["noises"]),
        helper.make_node("Clip", ["noises", "least_noise", "most_noise"], ["bounded"]),
        helper.make_node("Mul", ["bounded", "noise_share"], ["hiss"]),
        helper.make_node("Sum", ["tones", "overtones", "hiss"], ["mixed"]),
        helper.make_node("Mul", ["mixed", "loudness"], ["spoken"]),
        helper.make_node("Reshape", ["spoken", "flat"], ["samples"]),
    ]
    ramp = 2 * math.pi * np.arange(SAMPLES_PER_FRAME) / SAMPLES_PER_FRAME
    return _model(
        "toy decoder",
        nodes,
        inputs=[
            helper.make_tensor_value_info("prosody", TensorProto.FLOAT, ["f", 640]),
            helper.make_tensor_value_info("text", TensorProto.FLOAT, ["f", 512]),
            helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, _STYLE]),
            helper.make_tensor_value_info("noise", TensorProto.FLOAT, ["t"]),
        ],
        outputs=[helper.make_tensor_value_info("samples", TensorProto.FLOAT, ["t"])],
        constants={
            "ramp": ramp[np.newaxis].astype(np.float32),
            "zero": np.array([0], np.int64),
            "one": np.array([1], np.int64),
            "timbre_end": np.array([_TIMBRE], np.int64),
            "text_end": np.array([512], np.int64),
            "prosody_end": np.array([640], np.int64),
            "by_frame": np.array([-1, SAMPLES_PER_FRAME], np.int64),
            "flat": np.array([-1], np.int64),
            "unit": np.array(1, np.float32),
            "sensitivity": np.array(20, np.float32),
            "mood_share": np.array(0.2, np.float32),
            "colour_share": np.array(0.3, np.float32),
            "noise_share": np.array(0.02, np.float32),
            "least_noise": np.array(-5, np.float32),
            "most_noise": np.array(5, np.float32),
        },
    )


def _model(
    name: str,
    nodes: list[onnx.NodeProto],
    *,
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: dict[str, np.ndarray],  # type: ignore[type-arg]
) -> onnx.ModelProto:
    kept = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, initializer=kept)
    opset = [helper.make_opsetid("", _OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=_IR_VERSION)
    onnx.checker.check_model(model, full_check=True)
    return model
