"""Read changed files of every kind; run it as long as you like, from a seed.

python -m tests.fuzz.campaign --seconds 3600 --seed 7
python -m tests.fuzz.campaign --kind pdf --seed 7 --only 1234    # one case again
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from kokoro_cli.bench.memory import in_bytes, own_peak_bytes
from kokoro_cli.documents import read
from kokoro_cli.errors import KokoroError
from kokoro_cli.picture import PictureError, examine
from kokoro_cli.sinks.file import FileSink
from kokoro_cli.sinks.formats import Tags
from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import SEEDS

_HANGS_SECONDS = 120
"""Wall clock, so that a busy machine is no fault; the bound itself is processor time."""


class HangError(Exception):
    """A case takes longer than any bound allows."""


@dataclass(slots=True)
class Findings:
    """What a run of cases has shown."""

    cases: int = 0
    seconds: float = 0.0
    """Of the clock, in all."""
    slowest: float = 0.0
    """Processor time of the slowest case, in seconds, its process included."""
    slowest_case: str = ""
    outcomes: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """What no file may cause, each with its case."""
    own_peak: int = 0
    """Bytes, of this process; *child_peak* is that of the processes that read. It is at least this
    one's at their start, as which each of them began."""
    child_peak: int = 0


def case(kind: str, seed: int, number: int, seeds: Sequence[bytes]) -> bytes:
    """Return a changed file; the same for the same seed and number."""
    return mutated(kind, seeds, Random(f"{kind} {seed} {number}"))


def run(kind: str, seed: int, numbers: Iterator[int], *, until: float = float("inf")) -> Findings:
    """Try the cases of these numbers until that time of `time.monotonic`."""
    seeds, found, began = SEEDS[kind](), Findings(), time.monotonic()
    for number in numbers:
        if time.monotonic() > until:
            break
        data = case(kind, seed, number, seeds)
        before = _processor_seconds()
        name = f"{kind} seed {seed} case {number}"
        try:
            with _alarm():
                outcome = attempt(kind, data)
        except Exception as error:
            outcome = "fault"
            found.faults.append(f"{name}: {type(error).__name__}: {error}")
        taken = _processor_seconds() - before
        if taken > found.slowest:
            found.slowest, found.slowest_case = taken, f"{name}: {outcome}"
        found.outcomes[outcome] = found.outcomes.get(outcome, 0) + 1
        found.cases += 1
    found.seconds = time.monotonic() - began
    found.own_peak = own_peak_bytes() or 0
    found.child_peak = in_bytes(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return found


def attempt(kind: str, data: bytes) -> str:
    """Read a file as the program does; return what came of it, in a few words."""
    if kind in ("png", "jpeg"):
        return _cover(data)
    try:
        document = read(io.BytesIO(data), f"a.{kind}", f"a.{kind}")
    except KokoroError as error:
        assert error.hint
        assert "a." in error.message
        assert "bug" not in error.hint, error.message
        assert "\n" not in error.message
        for known in ("takes too long", "memory", "crashed"):
            if known in error.message:
                return known
        return "refused"
    assert document.chapters
    json.dumps(document.text)
    return "read"


def _cover(data: bytes) -> str:
    """Embed a cover in the formats that hold one."""
    try:
        examine(data)
    except PictureError:
        return "refused"
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".mp3", ".m4b"):
            with FileSink(Path(folder) / f"a{suffix}", tags=Tags(title="A", cover=data)):
                pass
    return "copied"


@contextmanager
def _alarm() -> Iterator[None]:
    def late(number: int, frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(_HANGS_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _processor_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60, help="for all kinds together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=[*SEEDS], action="append", help="default: all of them")
    parser.add_argument("--cases", type=int, help="of each kind; default: as many as time allows")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--only", type=int, help="the number of one case, which is also kept")
    options = parser.parse_args()
    kinds = options.kind or [*SEEDS]
    if options.only is not None:
        for kind in kinds:
            data = case(kind, options.seed, options.only, SEEDS[kind]())
            path = Path(tempfile.gettempdir()) / f"case-{options.seed}-{options.only}.{kind}"
            path.write_bytes(data)
            print(f"{path}: {attempt(kind, data)}")
        return 0
    faults = 0
    for kind in kinds:
        until = time.monotonic() + options.seconds / len(kinds)
        if options.cases is None:
            found = run(kind, options.seed, iter(range(10**9)), until=until)
        else:
            found = run(kind, options.seed, iter(range(options.cases)))
        faults += len(found.faults)
        print(json.dumps(asdict(found)) if options.json else _shown(kind, found), flush=True)
    return 1 if faults else 0


def _shown(kind: str, found: Findings) -> str:
    lines = [
        f"{kind}: {found.cases:,} cases in {found.seconds:.0f} s, {found.outcomes}",
        f"slowest {found.slowest:.1f} s ({found.slowest_case})",
        f"peak memory {found.own_peak / 1e6:.0f} MB, readers {found.child_peak / 1e6:.0f} MB",
        *found.faults,
    ]
    return "\n  ".join(lines)


if __name__ == "__main__":
    sys.exit(main())
