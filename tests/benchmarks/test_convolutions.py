"""The convolutions of the kernels are measured, each with each kernel that runs here."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import convolutions
import pytest
import roofline

from tests.kernels.library import WIDTHS, kk


def test_arithmetic_is_that_of_the_direct_form() -> None:
    by_row = 2 * 256 * 256 * 7
    assert convolutions.gflop(256, 7) == pytest.approx(by_row * 1600 / 1e9)


def test_the_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "figures.json"
    roofline.main(["--kernels", "--rounds", "1", "--json", str(record)])
    found = json.loads(record.read_text())
    kernels = {f"float32-{width}" for width in WIDTHS}
    if kk.abilities() & kk.Ability.TILES:
        kernels.add("bfloat16")
    for each in found["kernels"]:
        assert each["sgemm"] > 0
        shapes = [(row["channels"], row["taps"], row["dilation"]) for row in each["convolutions"]]
        assert shapes == list(product((256, 128), (3, 7, 11), (1, 5)))
        for row in each["convolutions"]:
            assert set(row["rates"]) == kernels
            assert all(rate > 0 for rate in row["rates"].values())
    shown = capsys.readouterr().out
    assert all(kernel in shown for kernel in kernels)
    assert found["machine"] in " ".join(shown.split())


def test_without_the_kernels_it_says_what_to_do() -> None:
    """As where they are not installed: with no folder of the library on the path."""
    script = (
        f"import sys; sys.modules['kokoro_kernels'] = None; "
        f"sys.path.append({str(Path(roofline.__file__).parent)!r}); "
        "import roofline; roofline.main(['--kernels'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "Install the kernels first: pip install 'kokoro-cli[fast]'\n"
