"""Installing a model, with tiny files and without PyTorch: it is there whole or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kokoro_cli import install
from kokoro_cli.assets.manifest import Source
from kokoro_cli.assets.store import Store
from kokoro_cli.engines import CHECKPOINT, DECODER_GRAPH, DURATION_GRAPH, Measurement
from kokoro_cli.engines import checkpoint as checkpoint_module
from kokoro_cli.errors import AssetError, KokoroError
from kokoro_cli.install import (
    InstalledModel,
    install_model,
    installed_model,
    measure,
    measurements,
    verify_model,
)
from tests.assets.hub import Hub, asset_of, running_hub

# The socket of the hub's error answer is closed when the error is collected.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

FILES = {CHECKPOINT: b"weights", DURATION_GRAPH: b"duration", DECODER_GRAPH: b"decoder"}

PUBLISHED = asset_of(b"published weights", file="published.pth")
INT8 = asset_of(
    b"int8 graph",
    Source(
        kind="packages",
        path="part.bin",
        modules=("kokoro_fake_graph",),
        requirements=("kokoro-fake-graph==1.0",),
    ),
    file="int8.onnx",
)


def write_model(cache: Path, origin: str = "rebuilt") -> Path:
    """Put a model of a few bytes into the cache, as it is when it was installed."""
    folder = cache / "models" / origin
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    digests = {name: asset_of(content).sha256 for name, content in FILES.items()}
    recorded = {
        name: {"sha256": digest, "written": (folder / name).stat().st_mtime_ns}
        for name, digest in digests.items()
    }
    (folder / "model.json").write_text(json.dumps({"origin": origin, "files": recorded}))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as stand_in:
        stand_in.serve(PUBLISHED, b"published weights")
        yield stand_in


class Say(list[str]):
    def __call__(self, line: str) -> None:
        self.append(line)


@pytest.fixture
def store(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of tiny assets; what the exporter and the rebuilder write can be told from it."""
    package = tmp_path / "site/kokoro_fake_graph"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "part.bin").write_bytes(b"int8 graph")
    monkeypatch.syspath_prepend(package.parent)
    assets = {"checkpoint": PUBLISHED, "int8-graph": INT8}
    monkeypatch.setattr(install, "model_asset", assets.__getitem__)

    def export_graphs(checkpoint: Path, duration: Path, decoder: Path) -> None:
        duration.write_bytes(b"duration of " + checkpoint.read_bytes())
        decoder.write_bytes(b"decoder of " + checkpoint.read_bytes())

    def rebuild_checkpoint(graph: Path, target: Path) -> None:
        target.write_bytes(b"rebuilt from " + graph.read_bytes())

    _set_export(monkeypatch, export_graphs)
    monkeypatch.setattr(checkpoint_module, "rebuild_checkpoint", rebuild_checkpoint)
    return Store(tmp_path / "cache", hub=hub.url)


def _set_export(monkeypatch: pytest.MonkeyPatch, function: Any) -> None:
    module = SimpleNamespace(export_graphs=function)
    monkeypatch.setitem(sys.modules, "kokoro_cli.engines.export", module)


@pytest.fixture
def unreachable(hub: Hub) -> None:
    hub.status = 403


class TestInstall:
    def test_the_published_checkpoint(self, store: Store) -> None:
        model = install_model(store, Say())
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

    def test_rebuilt_where_the_hub_is_out_of_reach(self, store: Store, unreachable: None) -> None:
        say = Say()
        model = install_model(store, say)
        assert model == installed_model(store)
        assert (model.origin, model.folder.name) == ("rebuilt", "rebuilt")
        assert "rebuilt from the int8 export" in model.label
        assert (model.folder / CHECKPOINT).read_bytes() == b"rebuilt from int8 graph"
        assert any("rebuilding" in line for line in say)
        assert contents(store.cache / "downloads") == {}

    def test_no_source_at_all(
        self, store: Store, hub: Hub, unreachable: None, tmp_path: Path
    ) -> None:
        (tmp_path / "site/kokoro_fake_graph/__init__.py").unlink()
        (tmp_path / "site/kokoro_fake_graph/part.bin").unlink()
        (tmp_path / "site/kokoro_fake_graph").rmdir()
        with pytest.raises(AssetError) as caught:
            install_model(store, Say())
        assert f"hub: {hub.url}" in caught.value.message
        assert "answered 403" in caught.value.message
        assert "kokoro_fake_graph is not installed" in caught.value.message
        assert caught.value.hint == "Run: pip install kokoro-fake-graph==1.0"
        assert list((store.cache / "models").iterdir()) == []

    def test_what_is_installed_is_not_fetched_again(self, store: Store, hub: Hub) -> None:
        first = install_model(store, Say())
        asked = len(hub.answers)
        assert install_model(store, Say()) == first
        assert len(hub.answers) == asked

    def test_force_replaces_it(self, store: Store, hub: Hub) -> None:
        folder = install_model(store, Say()).folder
        (folder / CHECKPOINT).write_bytes(b"damaged")
        model = install_model(store, Say(), force=True)
        assert (model.folder / CHECKPOINT).read_bytes() == b"published weights"
        assert verify_model(model) == []
        assert [p.name for p in (store.cache / "models").iterdir()] == ["published"]

    def test_an_incomplete_one_is_replaced(self, store: Store) -> None:
        folder = write_model(store.cache, "published")
        (folder / DECODER_GRAPH).unlink()
        model = install_model(store, Say())
        assert model.folder == folder
        assert verify_model(model) == []
        assert [p.name for p in (store.cache / "models").iterdir()] == ["published"]

    def test_a_file_of_the_users_folder_stays_there(
        self, store: Store, hub: Hub, tmp_path: Path
    ) -> None:
        mine = tmp_path / "mine/published.pth"
        mine.parent.mkdir()
        mine.write_bytes(b"published weights")
        model = install_model(replace(store, folder=mine.parent), Say())
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
    """What goes wrong half-way leaves no folder, and an older model as it was."""

    @pytest.fixture(params=[False, True], ids=["nothing before", "a model before"])
    def before(self, request: pytest.FixtureRequest, store: Store) -> dict[str, bytes]:
        (store.cache / "models").mkdir(parents=True)
        if request.param:
            write_model(store.cache, "published")
            write_model(store.cache, "rebuilt")
        return contents(store.cache / "models")

    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
    def test_in_the_export(
        self,
        store: Store,
        before: dict[str, bytes],
        monkeypatch: pytest.MonkeyPatch,
        error: type[BaseException],
    ) -> None:
        def fail(checkpoint: Path, duration: Path, decoder: Path) -> None:
            duration.write_bytes(b"half")
            raise error("half-way")

        _set_export(monkeypatch, fail)
        with pytest.raises(error, match="half-way"):
            install_model(store, Say(), force=True)
        self.check(store, before)

    def test_in_the_rebuilding(
        self,
        store: Store,
        unreachable: None,
        before: dict[str, bytes],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(graph: Path, target: Path) -> None:
            target.write_bytes(b"half")
            raise AssetError("half-way")

        monkeypatch.setattr(checkpoint_module, "rebuild_checkpoint", fail)
        with pytest.raises(AssetError, match="half-way"):
            install_model(store, Say(), force=True)
        self.check(store, before)

    def test_in_the_download(
        self, store: Store, hub: Hub, before: dict[str, bytes], tmp_path: Path
    ) -> None:
        hub.serve(PUBLISHED, b"something else")
        (tmp_path / "site/kokoro_fake_graph/part.bin").write_bytes(b"something else")
        with pytest.raises(AssetError, match="the file received is not"):
            install_model(store, Say(), force=True)
        self.check(store, before)

    def check(self, store: Store, before: dict[str, bytes]) -> None:
        models = store.cache / "models"
        assert contents(models) == before
        assert {p.name for p in models.iterdir()} == {Path(name).parts[0] for name in before}
        assert (installed_model(store) is not None) == bool(before)

    def test_the_next_attempt_succeeds(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        good = sys.modules["kokoro_cli.engines.export"].export_graphs
        _set_export(monkeypatch, lambda *paths: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            install_model(store, Say())
        _set_export(monkeypatch, good)
        assert verify_model(install_model(store, Say())) == []


MEASURED = [Measurement("onnx", "cpu", 0.25, 0.5), Measurement("torch", "cuda", 0.01, 6.0)]


class TestMeasurements:
    @pytest.fixture
    def record(self, tmp_path: Path) -> dict[str, Any]:
        """The content of speed.json, as it is on this machine."""
        figures = [
            {"engine": "onnx", "device": "cpu", "real_time_factor": 0.25, "load_seconds": 0.5},
            {"engine": "torch", "device": "cuda", "real_time_factor": 0.01, "load_seconds": 6.0},
        ]
        return {"machine": install._machine(), "measurements": figures}

    def read(self, tmp_path: Path, content: bytes) -> list[Measurement]:
        (tmp_path / "speed.json").write_bytes(content)
        return measurements(Store(tmp_path))

    def test_what_was_measured_here(self, tmp_path: Path, record: dict[str, Any]) -> None:
        assert self.read(tmp_path, json.dumps(record).encode()) == MEASURED

    @pytest.mark.parametrize("part", ["processors", "torch", "onnxruntime"])
    def test_another_machine(self, tmp_path: Path, record: dict[str, Any], part: str) -> None:
        record["machine"][part] = "another"
        assert self.read(tmp_path, json.dumps(record).encode()) == []

    CORRUPT = (b"", b"{", b"null", b"[]", b"7", b"{}", b'"text"', b"\xff\xfe", b"[" * 100)

    @pytest.mark.parametrize("content", CORRUPT, ids=repr)
    def test_a_corrupt_record(self, tmp_path: Path, content: bytes) -> None:
        assert self.read(tmp_path, content) == []

    @pytest.mark.parametrize(
        "figures",
        [None, 7, {"a": 1}, [None], [{}], [{"engine": "onnx"}], [{"speed": 1}], ["onnx"]],
        ids=repr,
    )
    def test_a_record_of_another_version(
        self, tmp_path: Path, record: dict[str, Any], figures: object
    ) -> None:
        record["measurements"] = figures
        assert self.read(tmp_path, json.dumps(record).encode()) == []

    def test_never_measured(self, tmp_path: Path) -> None:
        assert measurements(Store(tmp_path)) == []


class TestMeasure:
    @pytest.fixture
    def answers(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        """What the measuring process answers for each engine: exit code, output, error."""
        answers = {
            "onnx": (
                0,
                '[{"engine": "onnx", "device": "cpu", "real_time_factor": 0.25, '
                '"load_seconds": 0.5}]',
                "",
            ),
            "torch": (
                0,
                '[{"engine": "torch", "device": "cuda", "real_time_factor": 0.01, '
                '"load_seconds": 6.0}]',
                "",
            ),
        }

        def answer(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
            return subprocess.CompletedProcess(command, *answers[command[3]])

        write_model(store.cache)
        monkeypatch.setattr(install, "install_voice", lambda *arguments: Path("voice.bin"))
        monkeypatch.setattr(install, "subprocess", SimpleNamespace(run=answer))
        return answers

    def test_each_engine_is_measured_and_the_figures_are_kept(
        self, store: Store, answers: dict[str, Any]
    ) -> None:
        found = measure(store, Say())
        assert sorted(found, key=lambda m: m.engine) == MEASURED
        assert measurements(store) == found
        assert list(store.cache.glob(".speed*")) == []

    def test_one_that_does_not_run_is_told_of(self, store: Store, answers: dict[str, Any]) -> None:
        answers["torch"] = (1, "", "Traceback\nImportError: no such library\n")
        say = Say()
        assert measure(store, say) == MEASURED[:1]
        assert "The engine torch does not run here: ImportError: no such library" in say
        assert measurements(store) == MEASURED[:1]

    def test_none_runs(self, store: Store, answers: dict[str, Any]) -> None:
        answers.update(dict.fromkeys(answers, (-9, "", "")))
        with pytest.raises(KokoroError, match="No engine runs"):
            measure(store, Say())
        assert measurements(store) == []


@pytest.mark.parametrize(
    ("origin", "label"),
    [
        ("published", "Kokoro-82M v1.0"),
        ("rebuilt", "Kokoro-82M v1.0 (rebuilt from the int8 export)"),
    ],
)
def test_the_label_tells_the_origin(tmp_path: Path, origin: str, label: str) -> None:
    assert InstalledModel(tmp_path, origin, {}, {}).label == label
