"""``kokoro bench`` as it is used. No test asserts on how fast anything was."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.bench.processes import run_cold
from kokoro_cli.child import ProcessError
from kokoro_cli.config import read_settings
from kokoro_cli.errors import ExitCode
from tests.bench.speech_server import running_server
from tests.conftest import Run, variables_of
from tests.install.models import write_model
from tests.toy_model import install_toy

USAGE = {
    "--save alone": ["--save"],
    "two outputs": ["--json", "--markdown"],
    "a sweep and a plot": ["--sweep", "--plot", "x.svg"],
    "a server and a plot": ["--url", "http://localhost:1", "--plot", "x.svg"],
    "nothing to measure": ["--runs", "0", "--cold-runs", "0"],
    "fewer than none": ["--runs", "-1"],
    "a tolerance": ["--tolerance", "7"],
    "a strange picture": ["--plot", "x.gif"],
    "no old report": ["--compare", "missing.json"],
    "no engine": ["--engine", "tin"],
    "onnx on a GPU": ["--engine", "onnx", "--device", "cuda"],
}


@pytest.mark.parametrize("arguments", USAGE.values(), ids=USAGE)
def test_what_cannot_be_is_reported_at_once(arguments: list[str], cli: Run, tmp_path: Path) -> None:
    result = cli("bench", *arguments, "--offline", cwd=tmp_path)
    assert result.returncode == ExitCode.USAGE, result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 2


ROW = {
    "state", "engine", "device", "words", "phonemes", "chunks", "audio_seconds",
    "first_audio_seconds", "total_seconds", "real_time_factor", "peak_bytes", "target_seconds",
    "phases", "quality",
}  # fmt: skip


@pytest.fixture(scope="module")
def reported(toy_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of the toy model, with a picture beside it."""
    path = tmp_path_factory.mktemp("bench") / "report.json"
    arguments = ("--engine", "onnx", "--runs", "2", "--cold-runs", "1")
    result = toy_run("bench", *arguments, "--json", "--plot", str(path.with_suffix(".svg")))
    assert result.returncode == ExitCode.OK, result.stderr
    path.write_text(result.stdout)
    return path


def report_of(path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(path.read_text())["report"]
    return report


def test_json_is_a_contract(reported: Path) -> None:
    report = report_of(reported)
    assert set(report) == {
        "schema", "machine", "versions", "model", "model_sha256", "voice", "seed", "texts", "rows",
        "left_out", "warnings",
    }  # fmt: skip
    assert [(row["state"], row["words"]) for row in report["rows"]] == [
        (state, words) for state in ("cold", "warm") for words in (10, 30, 100)
    ]
    for row in report["rows"]:
        assert set(row) == ROW
        assert set(row["total_seconds"]) == {"runs", "p50", "p95", "spread"}
        assert len(row["total_seconds"]["runs"]) == {"cold": 1, "warm": 2}[row["state"]]


def test_the_figures_fit_each_other(reported: Path) -> None:
    for row in report_of(reported)["rows"]:
        first, total = row["first_audio_seconds"], row["total_seconds"]
        assert 0 < first["p50"] <= total["p50"] <= total["p95"]
        factor = total["p50"] / row["audio_seconds"]
        assert math.isclose(row["real_time_factor"]["p50"], factor, rel_tol=1e-6)
        assert row["words"] / 5 < row["audio_seconds"] < row["words"]
        assert row["peak_bytes"] > 20e6
        if row["state"] == "cold":
            phases = {phase["name"]: phase for phase in row["phases"]}
            assert list(phases)[:2] == ["start", "imports"]
            assert {"model", "reader", "text", "speech"} <= set(phases)
            assert phases["speech"]["end_seconds"] <= first["p50"]
            assert phases["imports"]["start_seconds"] == phases["start"]["end_seconds"]


@pytest.mark.real
def test_what_the_model_speaks_is_right(real_run: Run) -> None:
    arguments = ("--engine", "onnx", "--runs", "1", "--cold-runs", "0", "--quality", "--json")
    result = real_run("bench", *arguments)
    assert result.returncode == ExitCode.OK, result.stderr
    rows = json.loads(result.stdout)["report"]["rows"]
    assert [row["words"] for row in rows] == [10, 30, 100]
    for row in rows:
        assert row["quality"]["words_wrong"] <= max(1, 0.05 * row["words"])
        assert row["quality"]["spectrum_distance"] < 0.15
        assert row["words"] / 5 < row["audio_seconds"] < row["words"]
        assert row["peak_bytes"] > 300e6


def test_a_cold_run_has_the_settings_that_are_given(toy_store: Store, tmp_path: Path) -> None:
    """And not those of this process."""
    settings = read_settings(variables_of(toy_store.cache))
    run = run_cold(("onnx", "cpu"), "bf_emma", 0, "Hello there.", settings)
    assert run.chunks == 1
    assert run.audio_seconds > 0.3
    write_model(tmp_path)
    with pytest.raises(ProcessError, match=r"bf_emma\.bin is missing"):
        run_cold(("onnx", "cpu"), "bf_emma", 0, "Hello.", replace(settings, cache=tmp_path))


def test_a_picture_is_beside_it(reported: Path) -> None:
    assert "Where the time of a cold start goes" in reported.with_suffix(".svg").read_text()


def test_much_slower_than_before_is_exit_code_1(
    reported: Path, toy_cli: Run, tmp_path: Path
) -> None:
    document = json.loads(reported.read_text())
    for row in document["report"]["rows"]:
        for name in ("first_audio_seconds", "total_seconds"):
            row[name]["runs"] = [seconds / 1000 for seconds in row[name]["runs"]]
    (tmp_path / "old.json").write_text(json.dumps(document))
    measuring = ("bench", "--engine", "onnx", "--runs", "1", "--cold-runs", "0")
    result = toy_cli(*measuring, "--compare", "old.json", "--markdown", cwd=tmp_path)
    assert result.returncode == ExitCode.FAILED, result.stderr
    assert result.stdout.count("slower") == 6
    assert "| --- |" in result.stdout
    slowed = tmp_path / "old.json"
    slowed.write_text(slowed.read_text().replace('"runs": [', '"runs": [1e6, '))
    result = toy_cli(*measuring, "--compare", "old.json", "--json", cwd=tmp_path)
    assert result.returncode == ExitCode.OK, result.stderr
    assert len(json.loads(result.stdout)["comparison"]["rows"]) == 3


def test_a_sweep_is_saved_and_used(run: Run, tmp_path: Path) -> None:
    install_toy(tmp_path / "cache")
    result = run("bench", "--sweep", "--save", "--engine", "onnx", "--runs", "1", "--json")
    assert result.returncode == ExitCode.OK, result.stderr
    found = json.loads(result.stdout)
    assert found["saved"] == str(tmp_path / "cache/tuning.json")
    assert len(found["swept"]["tried"]) >= 6
    (tmp_path / "a.txt").write_text("Hello there.")
    result = run("file", "a.txt", "--format", "wav", "--json", cwd=tmp_path)
    report = json.loads(result.stdout.splitlines()[-1])
    assert (report["engine"], report["jobs"]) == ("onnx", found["swept"]["best"]["workers"])
    assert report["reason"] == "found best by a sweep"


def test_a_server_is_measured(cli: Run) -> None:
    with running_server() as server:
        asked = ("bench", "--url", server.url, "--clients", "1,2", "--requests", "6")
        result = cli(*asked, "--json")
        shown = cli(*asked)
        markdown = cli(*asked, "--markdown")
    assert result.returncode == ExitCode.OK, result.stderr
    found = json.loads(result.stdout)
    assert (found["voice"], found["response_format"]) == ("af_heart", "wav")
    assert [level["clients"] for level in found["levels"]] == [1, 2]
    for level in found["levels"]:
        assert level["figures"]["requests"] == 6
        assert level["figures"]["errors"] == {}
        assert [answer["words"] for answer in level["answers"]] == [10, 30, 100] * 2
    columns = ["Clients", "Requests/s", "Speech/s"]
    assert shown.stdout.splitlines()[1].split()[:3] == columns
    assert [line.split()[0] for line in shown.stdout.splitlines()[2:4]] == ["1", "2"]
    assert f"| {' | '.join(columns)} |" in markdown.stdout


def test_the_clients_are_numbers(cli: Run) -> None:
    result = cli("bench", "--url", "http://localhost:1", "--clients", "many")
    assert result.returncode == ExitCode.USAGE
    assert "--clients is many" in result.stderr


def test_a_server_that_is_not_there(cli: Run) -> None:
    result = cli("bench", "--url", "http://127.0.0.1:9", "--requests", "2")
    assert result.returncode == ExitCode.FAILED
    assert "127.0.0.1:9" in result.stderr
    assert "Hint" in result.stderr


def test_the_key_stays_on_this_machine(cli: Run) -> None:
    key = {"OPENAI_API_KEY": "secret"}
    with running_server() as server:
        arguments = ("bench", "--requests", "1", "--json", "--url")
        assert cli(*arguments, server.url, environment=key).returncode == ExitCode.OK
        assert {asked.headers["authorization"] for asked in server.asked} == {"Bearer secret"}
    result = cli(*arguments, "http://speech.invalid", environment=key)
    assert "OPENAI_API_KEY is not sent" in result.stderr
