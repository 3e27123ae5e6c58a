"""The native kernels of the decoder: ``kokoro_kernels``, an optional distribution of its own."""

from __future__ import annotations

import json
import mmap
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from kokoro_cli import processor
from kokoro_cli.engines.interface import EngineNotHereError
from kokoro_cli.errors import AssetError, KokoroError

if TYPE_CHECKING:
    from kokoro_cli.engines.cut import CutDecoder

Floats = npt.NDArray[np.float32]
Precision = Literal["float32", "bfloat16"]

KERNEL_FILES = ("kernels.json", "kernels.bin")
"""The shape and place of each kernel's packed weights, and the weights, to be mapped."""

_DISTRIBUTION = "kokoro-cli-kernels"
_INSTALL = "pip install 'kokoro-cli[fast]'"
_INSTALL_AGAIN = "pip install --force-reinstall kokoro-cli-kernels"


def require(precision: Precision) -> Any:
    """Return the module; EngineNotHereError if it can't compute with this precision here."""
    try:
        import kokoro_kernels as kernels

        here = kernels.abilities()
    except ModuleNotFoundError as error:
        raise EngineNotHereError(
            f"{_DISTRIBUTION} is not installed.", hint=f"Install it with: {_INSTALL}"
        ) from error
    # Of another version, or broken.
    except (ImportError, OSError, AttributeError, SyntaxError) as error:
        raise EngineNotHereError(
            f"{_DISTRIBUTION} can't be loaded: {error}.",
            hint=f"Install it again with: {_INSTALL_AGAIN}",
        ) from error
    if not here:
        raise EngineNotHereError("The kernels do not run on this processor.")
    if precision == "bfloat16" and kernels.Ability.TILES not in here:
        raise EngineNotHereError("This processor has no AMX for products of bfloat16.")
    found: Any = kernels
    return found


def refusal(precision: Precision) -> str:
    """Return why the kernels can't compute with this precision here, else ""."""
    try:
        require(precision)
    except EngineNotHereError as error:
        return f"{error.message} {error.hint or ''}".rstrip()
    return ""


def version() -> str:
    """Return the kernels' version, which packed weights and the sound depend on."""
    return str(require("float32").__version__)


def write_kernels(decoder: CutDecoder, precision: Precision, folder: Path) -> None:
    """Write the files of `KERNEL_FILES`; OSError if that fails.

    EngineNotHereError if the kernels do not know a part of this shape.
    """
    kernels = require(precision)
    places = []
    names, weights = (folder / name for name in KERNEL_FILES)
    with weights.open("wb") as file:
        for part in decoder.parts():
            kind, numbers = part.numbers.shape, asdict(part.numbers)
            try:
                shape = _shape(kernels, kind, numbers)
                packed = kernels.pack(shape, _native(kernels, shape, precision), part.weights)
            except kernels.KernelError as error:
                raise EngineNotHereError(
                    f"The kernels do not know this decoder graph: {error}."
                ) from error
            file.write(bytes(-file.tell() % kernels.ALIGNMENT))
            place = {"start": file.tell(), "bytes": packed.nbytes}
            places.append({"shape": kind, "numbers": numbers, **place})
            file.write(packed.data)
    names.write_text(json.dumps(places, indent=2), encoding="utf-8")


class Kernels:
    """The decoder's blocks and the generator's stages, one after the other.

    The weights are mapped from a file.
    """

    def __init__(self, folder: Path, precision: Precision, *, threads: int = 0) -> None:
        """Read what `write_kernels` has written; a call uses *threads*, or all processors if 0."""
        kernels = require(precision)
        names, weights = (folder / name for name in KERNEL_FILES)
        with weights.open("rb") as file:
            self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        packed = np.frombuffer(self._mapped, dtype=np.uint8)
        self._threads = min(threads or processor.usable(), kernels.MOST_THREADS)
        self._error = kernels.KernelError
        parts: dict[str, list[Any]] = {"block": [], "projection": [], "stage": []}
        try:
            for each in json.loads(names.read_text(encoding="utf-8")):
                shape = _shape(kernels, each["shape"], each["numbers"])
                own = packed[each["start"] : each["start"] + each["bytes"]]
                parts[shape.name].append(_kernel(kernels, shape, precision, own))
            self._blocks, self._stages = parts["block"], parts["stage"]
            *self._sources, self._last = parts["projection"]
        except (kernels.KernelError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise AssetError(
                f"{weights} is not for these kernels: {error}.",
                hint="Remove its folder, and mend it with: kokoro models verify `repair`",
            ) from error

    def __call__(self, x: Floats, beside: Floats, excitation: Floats, style: Floats) -> Floats:
        """Turn what the first block reads [frames, channels] into spectra [rows, bins].

        The other blocks read *beside* [frames, channels] too. *excitation* [rows, bins] are the
        spectra of the voice's source, and *style* is [256]. KokoroError if it can't be done.
        """
        try:
            try:
                return self._compute(x, beside, excitation, style, self._threads)
            except self._error:  # The system may give no more threads; one gives the same.
                return self._compute(x, beside, excitation, style, 1)
        except self._error as error:
            raise KokoroError(f"The kernels failed: {error}.") from error

    def _compute(
        self, x: Floats, beside: Floats, excitation: Floats, style: Floats, threads: int
    ) -> Floats:
        for number, block in enumerate(self._blocks):
            given = np.concatenate([x, beside], axis=1) if number else x
            x = block.run(given, style[: block.shape.style_columns], threads=threads)
        self._give_back()
        for project, stage in zip(self._sources, self._stages, strict=True):
            source = project.run(excitation, threads=threads)
            timbre = style[: stage.shape.style_columns]
            # The source is large and read once: what the stage makes replaces it.
            x = stage.run(x, source, timbre, threads=threads, out=source)
            self._give_back()
        made: Floats = self._last.run(x, threads=threads)
        return made

    def _give_back(self) -> None:
        """Let the system have the memory of the weights that were read.

        Each is read once a call. So the peak of memory has those of one part, not of all. To map
        them again costs the next call a hundredth of its time.
        """
        if hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)


def _kernel(kernels: Any, shape: Any, precision: Precision, packed: Any) -> Any:
    if shape.name == "projection":
        return kernels.Projection(shape, packed)
    kind = kernels.Block if shape.name == "block" else kernels.Stage
    return kind(shape, _native(kernels, shape, precision), packed)


_LISTS = ("block_taps", "dilations")
"""Numbers of a shape that are tuples, which JSON has as lists."""


def _shape(kernels: Any, kind: str, numbers: dict[str, Any]) -> Any:
    given = {name: tuple(each) if name in _LISTS else each for name, each in numbers.items()}
    return getattr(kernels, kind)(**given)


def _native(kernels: Any, shape: Any, precision: Precision) -> Any:
    """Return the precision of a part: projections are always exact, for the phase's sake."""
    name = "float32" if shape.name == "projection" else precision
    return kernels.Precision[name.upper()]
