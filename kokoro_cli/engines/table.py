"""The engines that the program has. To add one, add its module and a row to ENGINES.

What is decided about an engine before it is imported is in its row. That keeps PyTorch out of a
process that speaks with onnxruntime.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from kokoro_cli.registry import Registry


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """What is known of an engine without importing it."""

    name: str
    module: str
    """Absolute path of the module; `interface` lists its functions."""
    devices: tuple[str, ...]
    """Devices that it can run on, the likely fastest first; a machine may lack some."""
    concurrent: bool
    """Whether several threads may call it at once, and gain by that.

    If not, it takes all processors for one call, and `load_engine` lets one thread in at a time.
    """
    loads_beside_others: bool
    """Whether it can load in a thread while other modules are imported.

    If not, its import holds the GIL, and everything else would wait for it.
    """
    quick: bool
    """Whether it loads within a second or two.

    On the CPU, a sentence never waits for an engine that does not.
    """
    packages: tuple[str, ...]
    """Distributions whose versions its speed depends on."""
    batches: Mapping[str, int] = field(default_factory=dict)
    """Utterances that are worth speaking at once, by device; 1 on a device that is not listed."""
    prepares: bool = False
    """Whether it keeps something in the model's folder that lets it load sooner."""
    reference: bool = False
    """Whether the sound of the other engines is compared with its sound."""
    precision: str = "fp32"
    """Of the numbers that it multiplies."""
    sound_of: tuple[str, ...] = ()
    """Distributions whose versions its sound depends on, to the bit."""

    @property
    def reduced(self) -> bool:
        """Whether it rounds more than usual; "auto" takes it only if FAST is asked for."""
        return self.precision != "fp32"

    def batch(self, device: str) -> int:
        """Return how many utterances are worth speaking at once on a device."""
        return self.batches.get(device, 1)


KERNELS = "kokoro-cli-kernels"
"""The distribution of ``kokoro_kernels``."""

EXACT, FAST = PRECISIONS = "exact", "fast"
"""What may be asked of "auto": engines that compute in float32, or reduced ones too."""

ENGINES: Registry[EngineSpec] = Registry(
    "engine",
    (
        EngineSpec(
            name="torch",
            module="kokoro_cli.engines.torch_engine",
            devices=("cuda", "mps", "cpu"),
            concurrent=False,  # Its noise comes from one generator for the whole process.
            loads_beside_others=False,
            quick=False,
            packages=("torch", "kokoro"),
            batches={"cuda": 32},
            reference=True,
        ),
        EngineSpec(
            name="onnx",
            module="kokoro_cli.engines.onnx_engine",
            devices=("cpu",),
            concurrent=True,
            loads_beside_others=True,
            quick=True,
            packages=("onnxruntime",),
            prepares=True,
        ),
        EngineSpec(
            name="native",
            module="kokoro_cli.engines.native_engine",
            devices=("cpu",),
            concurrent=True,
            loads_beside_others=True,
            quick=True,
            packages=("onnxruntime", KERNELS),
            prepares=True,
            sound_of=(KERNELS,),
        ),
        EngineSpec(
            name="native-bf16",
            module="kokoro_cli.engines.native_bf16_engine",
            devices=("cpu",),
            concurrent=True,
            loads_beside_others=True,
            quick=True,
            packages=("onnxruntime", KERNELS),
            prepares=True,
            precision="bf16",
            sound_of=(KERNELS,),
        ),
    ),
    also=("auto",),
)


def known_devices() -> tuple[str, ...]:
    """Return the devices that some engine can run on; a machine may lack some."""
    return tuple(dict.fromkeys(device for spec in ENGINES.values() for device in spec.devices))


def packages() -> tuple[str, ...]:
    """Return the distributions whose versions the engines' speed depends on."""
    return tuple(dict.fromkeys(name for spec in ENGINES.values() for name in spec.packages))


@cache  # A command asks several times, and each time it is a file to find and to read.
def installed_version(distribution: str) -> str | None:
    """Return the version of a distribution; None if it is not installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def sound_versions(engine: str) -> list[str | None]:
    """Return the versions that an engine's sound depends on, to the bit."""
    return [installed_version(name) for name in ENGINES[engine].sound_of]
