"""The store: the order of the sources, what reaches the cache, and what errors say."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from kokoro_cli import checksum
from kokoro_cli.assets.manifest import Asset, Source, model_asset, voice_asset
from kokoro_cli.assets.store import RECORDS, Store
from kokoro_cli.errors import AssetError, ExitCode
from kokoro_cli.voices.catalogue import catalogue
from kokoro_cli.voices.pack import VoicePack
from tests.assets.fake_npm import Npm
from tests.assets.hub import CONTENT, FLOATS, Hub, asset_of, dead_url, hub_source, zip_of
from tests.conftest import Run

# The socket of the hub's error answer is closed when the error is collected.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

ASSET = asset_of(CONTENT)

PACKAGES = Source(
    kind="packages",
    path="part.bin",
    modules=("kokoro_fake_one", "kokoro_fake_two"),
    requirements=("kokoro-fake-one==1.0", "kokoro-fake-two==2.0"),
)
NPM = Source(kind="npm", path="package/voices/a.bin", package="voices@1.2.3")

VOICE = asset_of(FLOATS.tobytes(), hub_source("voices/a.pt"), NPM, file="a.bin")
"""Like the real voices: the hub has a file that PyTorch saved, npm has the bare floats."""


@pytest.fixture
def store(hub: Hub, tmp_path: Path) -> Store:
    return Store(tmp_path / "cache", hub=hub.url)


def left(folder: Path) -> list[str]:
    """Return the names of the files in a folder but for their records."""
    return sorted(path.name for path in folder.iterdir() if path.name != RECORDS)


STALE = {
    "the beginning of another file": b"?" * 1000,
    "another file of the same size": b"?" * len(CONTENT),
    "a longer file": b"?" * (len(CONTENT) + 1),
    "all of it, a byte changed": b"?" + CONTENT[1:],
}


WRONG = {
    "a byte changed": CONTENT[:-1] + b"?",
    "a byte less": CONTENT[:-1],
    "a byte more": CONTENT + b"?",
    "a web page": b"<!doctype html>",
    "nothing": b"",
}


class TestDownload:
    def test_it_lands_in_the_cache_and_is_found_there(self, hub: Hub, store: Store) -> None:
        hub.serve(ASSET, CONTENT)
        assert store.find(ASSET, "downloads") is None
        path = store.get(ASSET, "downloads")
        assert path == store.cache / "downloads/model.bin"
        assert path.read_bytes() == CONTENT
        assert store.find(ASSET, "downloads") == store.get(ASSET, "downloads") == path
        assert len(hub.answers) == 1
        assert left(path.parent) == ["model.bin"]

    def test_after_a_break_only_the_rest_is_fetched(self, hub: Hub, store: Store) -> None:
        hub.serve(ASSET, CONTENT)
        hub.break_off_after = 400_000
        with pytest.raises(AssetError, match="broke off after 400,000"):
            store.get(ASSET, "downloads")
        assert not (store.cache / "downloads/model.bin").exists()
        assert store.get(ASSET, "downloads").read_bytes() == CONTENT
        assert [(a.range, a.body_bytes) for a in hub.answers] == [
            (None, 400_000),
            ("bytes=400000-", 300_000),
        ]

    @pytest.mark.parametrize("stale", STALE.values(), ids=STALE)
    @pytest.mark.parametrize("ranges", [True, False], ids=["ranges", "no ranges"])
    def test_what_another_download_left_is_fetched_from_the_start(
        self, hub: Hub, store: Store, stale: bytes, ranges: bool
    ) -> None:
        hub.ranges = ranges
        hub.serve(ASSET, CONTENT)
        (store.cache / "downloads").mkdir(parents=True)
        (store.cache / "downloads/model.bin.partial").write_bytes(stale)
        assert store.get(ASSET, "downloads").read_bytes() == CONTENT
        assert left(store.cache / "downloads") == ["model.bin"]
        assert hub.answers[-1].body_bytes == len(CONTENT)

    def test_a_whole_file_without_its_name_is_not_fetched_again(
        self, hub: Hub, store: Store
    ) -> None:
        hub.serve(ASSET, CONTENT)
        (store.cache / "downloads").mkdir(parents=True)
        (store.cache / "downloads/model.bin.partial").write_bytes(CONTENT)
        assert store.get(ASSET, "downloads").read_bytes() == CONTENT
        assert sum(a.body_bytes for a in hub.answers) == 0

    @pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
    def test_a_wrong_file_never_gets_the_name(self, hub: Hub, store: Store, wrong: bytes) -> None:
        hub.serve(ASSET, wrong)
        with pytest.raises(
            AssetError, match=r"the file received is not model\.bin.*sha256"
        ) as caught:
            store.get(ASSET, "downloads")
        assert caught.value.exit_code == ExitCode.MISSING
        assert left(store.cache / "downloads") == []
        assert len(hub.answers) == 1

    def test_a_wrong_file_does_not_replace_the_right_one(self, hub: Hub, store: Store) -> None:
        hub.serve(ASSET, CONTENT)
        path = store.get(ASSET, "downloads")
        hub.serve(ASSET, b"wrong")
        with pytest.raises(AssetError):
            store.get(ASSET, "downloads", force=True)
        assert path.read_bytes() == CONTENT

    def test_a_file_of_the_wrong_size_in_the_cache_is_replaced(
        self, hub: Hub, store: Store
    ) -> None:
        hub.serve(ASSET, CONTENT)
        path = store.cache / "downloads/model.bin"
        path.parent.mkdir(parents=True)
        path.write_bytes(CONTENT[:-1])
        assert store.find(ASSET, "downloads") is None
        assert store.get(ASSET, "downloads").read_bytes() == CONTENT

    def test_force_fetches_what_is_there(self, hub: Hub, store: Store) -> None:
        hub.serve(ASSET, CONTENT)
        path = store.get(ASSET, "downloads")
        assert store.get(ASSET, "downloads") == path
        assert store.get(ASSET, "downloads", force=True).read_bytes() == CONTENT
        assert len(hub.answers) == 2

    @pytest.mark.parametrize("times", ["new times", "the same times"])
    @pytest.mark.parametrize("known", [True, False], ids=["recorded", "from an older version"])
    def test_a_damaged_file_of_the_right_size_is_replaced(
        self, hub: Hub, store: Store, times: str, known: bool
    ) -> None:
        # A file was taken for whole by its size alone, and a damaged voice gave silence for good.
        hub.serve(ASSET, CONTENT)
        path = store.get(ASSET, "downloads")
        if not known:
            (path.parent / RECORDS).unlink()
        status = path.stat()
        path.write_bytes(bytes(len(CONTENT)))
        if times == "the same times":
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert store.find(ASSET, "downloads") is None
        assert store.get(ASSET, "downloads").read_bytes() == CONTENT

    def test_a_file_that_was_only_touched_is_hashed_once(
        self, hub: Hub, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hub.serve(ASSET, CONTENT)
        path = store.get(ASSET, "downloads")
        os.utime(path, ns=(1, 1))
        hashed: list[Path] = []

        def counting(path: Path) -> str:
            hashed.append(path)
            return asset_of(path.read_bytes()).sha256

        monkeypatch.setattr(checksum, "sha256", counting)
        assert store.find(ASSET, "downloads") == store.find(ASSET, "downloads") == path
        assert hashed == [path]

    @pytest.mark.parametrize("record", [b"", b"[]", b'{"files": 5}', b"\0" * 50], ids=repr)
    def test_damaged_records_are_no_evidence(self, hub: Hub, store: Store, record: bytes) -> None:
        hub.serve(ASSET, CONTENT)
        path = store.get(ASSET, "downloads")
        (path.parent / RECORDS).write_bytes(record)
        assert store.find(ASSET, "downloads") == path
        path.write_bytes(bytes(len(CONTENT)))
        (path.parent / RECORDS).write_bytes(record)
        assert store.find(ASSET, "downloads") is None

    def test_the_progress_ends_at_the_total(self, hub: Hub, store: Store) -> None:
        steps: list[tuple[str, int, int]] = []
        hub.serve(ASSET, CONTENT)
        replace(store, progress=lambda *step: steps.append(step)).get(ASSET, "downloads")
        assert [step[1] for step in steps] == sorted({step[1] for step in steps})
        assert steps[-1] == ("model.bin", len(CONTENT), len(CONTENT))

    def test_nobody_sees_it_before_it_is_whole(self, hub: Hub, store: Store) -> None:
        seen: list[bool] = []
        final = store.cache / "downloads/model.bin"
        hub.serve(ASSET, CONTENT)
        watched = replace(store, progress=lambda *step: seen.append(final.exists()))
        watched.get(ASSET, "downloads")
        assert len(seen) > 2
        assert not any(seen)
        assert final.exists()


WRONG_VOICES = {
    "other floats": zip_of([("a/data/0", bytes(522_240))]),
    "no floats": zip_of([("a/data.pkl", b"")]),
    "no archive": FLOATS.tobytes(),
}


class TestVoice:
    def test_what_the_hub_has_becomes_raw_floats(self, hub: Hub, store: Store) -> None:
        hub.serve(VOICE, zip_of([("a/data.pkl", b"not read"), ("a/data/0", FLOATS.tobytes())]))
        path = store.get(VOICE, "voices")
        assert path.read_bytes() == FLOATS.tobytes()
        assert VoicePack.mapped(path).style(1).tobytes() == FLOATS[0].tobytes()
        assert left(store.cache / "voices") == ["a.bin"]

    def test_an_interrupted_download_continues(self, hub: Hub, store: Store) -> None:
        saved = zip_of([("a/data.pkl", b"not read"), ("a/data/0", FLOATS.tobytes())])
        hub_alone = replace(VOICE, sources=VOICE.sources[:1])
        hub.serve(VOICE, saved)
        hub.break_off_after = 200_000
        with pytest.raises(AssetError):
            store.get(hub_alone, "voices")
        assert store.get(hub_alone, "voices").read_bytes() == FLOATS.tobytes()
        assert [a.range for a in hub.answers] == [None, "bytes=200000-"]

    @pytest.mark.parametrize("wrong", WRONG_VOICES.values(), ids=WRONG_VOICES)
    def test_a_wrong_one_leaves_nothing_and_the_next_source_is_asked(
        self, hub: Hub, npm: Npm, store: Store, wrong: bytes
    ) -> None:
        hub.serve(VOICE, wrong)
        npm.plan(view={"code": 1, "stderr": "npm error code ENOTFOUND\n"})
        with pytest.raises(AssetError) as caught:
            store.get(VOICE, "voices")
        assert left(store.cache / "voices") == []
        npm.plan()
        npm.pack({"package/voices/a.bin": FLOATS.tobytes()})
        assert store.get(VOICE, "voices").read_bytes() == FLOATS.tobytes()
        lines = caught.value.message.splitlines()
        assert [line.partition(":")[0] for line in lines[1:]] == ["  - hub", "  - npm"]
        assert "ENOTFOUND" in lines[2]


class TestNpm:
    def test_the_others_in_the_package_are_kept_too(self, npm: Npm, store: Store) -> None:
        others = [replace(asset_of(c, NPM, file=f"{c.decode()}.bin")) for c in (b"b", b"c", b"d")]
        npm.pack(
            {f"package/voices/{n}.bin": n.encode() for n in "bc"} | {NPM.path: FLOATS.tobytes()}
        )
        store.get(VOICE, "voices", companions=others)
        assert left(store.cache / "voices") == ["a.bin", "b.bin", "c.bin"]
        calls = len(npm.calls)
        assert store.get(others[0], "voices").read_bytes() == b"b"
        assert len(npm.calls) == calls

    def test_one_that_is_here_is_not_touched(self, npm: Npm, store: Store) -> None:
        other = asset_of(b"b", NPM, file="b.bin")
        npm.pack({"package/voices/b.bin": b"b", NPM.path: FLOATS.tobytes()})
        (store.cache / "voices").mkdir(parents=True)
        (store.cache / "voices/b.bin").write_bytes(b"b")
        before = (store.cache / "voices/b.bin").stat().st_ino
        store.get(VOICE, "voices", companions=[other])
        assert (store.cache / "voices/b.bin").stat().st_ino == before

    def test_a_wrong_file_never_gets_the_name(self, npm: Npm, store: Store) -> None:
        npm.pack({NPM.path: bytes(522_240)})
        with pytest.raises(AssetError, match=r"npm: the file received is not a\.bin"):
            store.get(VOICE, "voices")
        assert left(store.cache / "voices") == []

    def test_a_package_without_it(self, npm: Npm, store: Store) -> None:
        npm.pack({"package/voices/b.bin": b"b"})
        with pytest.raises(AssetError, match=r"voices@1\.2\.3 does not hold package/voices/a\.bin"):
            store.get(VOICE, "voices")

    def test_without_npm_the_error_says_what_to_install(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(AssetError, match="npm is not installed") as caught:
            store.get(VOICE, "voices")
        hint = caught.value.hint or ""
        assert "Node.js" in hint
        assert "KOKORO_MODELS" in hint
        assert "a.bin" in hint


class TestPackages:
    def test_they_are_asked_after_the_hub(self, hub: Hub, packages: Path, store: Store) -> None:
        asset = asset_of(b"first second", hub_source(), PACKAGES)
        assert store.get(asset, "downloads").read_bytes() == b"first second"
        assert [a.status for a in hub.answers] == [404]
        assert left(store.cache / "downloads") == ["model.bin"]

    def test_they_are_not_asked_if_the_hub_has_it(
        self, hub: Hub, packages: Path, store: Store
    ) -> None:
        asset = asset_of(CONTENT, hub_source(), PACKAGES)
        hub.serve(asset, CONTENT)
        assert store.get(asset, "downloads").read_bytes() == CONTENT

    def test_another_order_of_the_parts_is_another_file(self, packages: Path, store: Store) -> None:
        turned = replace(PACKAGES, modules=PACKAGES.modules[::-1])
        with pytest.raises(AssetError, match="12 bytes of 12, sha256"):
            store.get(asset_of(b"first second", turned), "downloads")
        assert left(store.cache / "downloads") == []

    def test_the_hint_is_the_command_that_installs_them(self, store: Store) -> None:
        """Only the command, so that it can be copied."""
        with pytest.raises(AssetError, match="kokoro_fake_one is not installed") as caught:
            store.get(asset_of(b"x", PACKAGES), "downloads")
        assert caught.value.hint == "Run: pip install kokoro-fake-one==1.0 kokoro-fake-two==2.0"


class TestOrder:
    @pytest.mark.parametrize("place", ["", "voices"], ids=["folder", "subfolder"])
    def test_the_users_folder_comes_first(
        self, hub: Hub, store: Store, tmp_path: Path, place: str
    ) -> None:
        for folder in (tmp_path / "mine" / place, store.cache / "voices"):
            folder.mkdir(parents=True)
            (folder / "model.bin").write_bytes(CONTENT)
        mine = replace(store, folder=tmp_path / "mine")
        assert mine.find(ASSET, "voices") == tmp_path / "mine" / place / "model.bin"
        assert mine.get(ASSET, "voices") == tmp_path / "mine" / place / "model.bin"
        assert hub.answers == []

    def test_what_it_lacks_comes_from_elsewhere(
        self, hub: Hub, store: Store, tmp_path: Path
    ) -> None:
        hub.serve(ASSET, CONTENT)
        (tmp_path / "mine").mkdir()
        mine = replace(store, folder=tmp_path / "mine")
        assert mine.get(ASSET, "voices") == store.cache / "voices/model.bin"
        assert left(tmp_path / "mine") == []

    @pytest.mark.parametrize(
        "wrong", [CONTENT[:-1], CONTENT[:-1] + b"?"], ids=["another size", "another content"]
    )
    def test_a_wrong_file_in_it_is_an_error(
        self, hub: Hub, store: Store, tmp_path: Path, wrong: bytes
    ) -> None:
        """The correct file in the cache is not used silently: the user chose this one."""
        hub.serve(ASSET, CONTENT)
        store.get(ASSET, "voices")
        path = tmp_path / "mine/model.bin"
        path.parent.mkdir()
        path.write_bytes(wrong)
        mine = replace(store, folder=path.parent)
        for look in (mine.find, mine.get):
            with pytest.raises(AssetError, match=re.escape(str(path))) as caught:
                look(ASSET, "voices")
            assert caught.value.hint
        assert path.read_bytes() == wrong

    def test_kokoro_models_has_to_be_a_folder(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for path in (tmp_path / "nowhere", tmp_path / "file"):
            result = run("models", "path", environment={"KOKORO_MODELS": str(path)})
            assert result.returncode == ExitCode.USAGE
            assert "KOKORO_MODELS" in result.stderr
            assert result.stdout == ""

    def test_each_source_that_was_tried_is_reported_in_order(
        self, npm: Npm, tmp_path: Path
    ) -> None:
        url = dead_url()
        npm.plan(view={"code": 1, "stderr": "npm error code E500\n"})
        asset = replace(VOICE, sources=(*VOICE.sources, PACKAGES))
        with pytest.raises(AssetError) as caught:
            Store(tmp_path / "cache", hub=url).get(asset, "voices")
        first, *tried = caught.value.message.splitlines()
        assert "a.bin" in first
        assert [line.split(":")[0].strip(" -") for line in tried] == ["hub", "npm", "packages"]
        assert f"{url}/us/model/resolve/" in tried[0]
        assert "refused" in tried[0]
        assert "E500" in tried[1]
        assert "kokoro_fake_one" in tried[2]
        assert (caught.value.hint or "").startswith("Run: pip install ")
        assert left(tmp_path / "cache/voices") == []

    def test_a_dead_hub_costs_little_and_the_next_is_asked(
        self, hub: Hub, packages: Path, store: Store, impatient: None
    ) -> None:
        asset = asset_of(b"first second", hub_source(), PACKAGES)
        hub.serve(asset, b"first second")
        hub.stall_after = -1
        assert store.get(asset, "downloads").read_bytes() == b"first second"
        assert not hub.outwaited


class TestOffline:
    @pytest.fixture(autouse=True)
    def no_sockets(self, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*arguments: object, **options: object) -> None:
            raise AssertionError("a socket was opened")

        monkeypatch.setattr(socket, "socket", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)

    def test_without_it_a_socket_is_opened(self, store: Store) -> None:
        """This shows that the tests below can fail."""
        with pytest.raises(AssertionError, match="a socket was opened"):
            store.get(ASSET, "downloads")

    def test_neither_the_hub_nor_npm_is_asked(self, npm: Npm, store: Store) -> None:
        with pytest.raises(AssetError) as caught:
            replace(store, offline=True).get(VOICE, "voices")
        tried = caught.value.message.splitlines()[1:]
        assert tried == [
            "  - hub: skipped in offline mode",
            "  - npm: skipped in offline mode",
        ]
        assert "kokoro models pull" in (caught.value.hint or "")
        assert npm.calls == []

    def test_packages_are_on_this_machine(self, packages: Path, store: Store) -> None:
        asset = asset_of(b"first second", hub_source(), PACKAGES)
        path = replace(store, offline=True).get(asset, "downloads")
        assert path.read_bytes() == b"first second"

    def test_what_was_fetched_before_needs_no_socket(self, store: Store) -> None:
        (store.cache / "voices").mkdir(parents=True)
        (store.cache / "voices/a.bin").write_bytes(FLOATS.tobytes())
        assert store.get(VOICE, "voices").read_bytes() == FLOATS.tobytes()


Fetching = Callable[[], "subprocess.Popen[str]"]

_FETCH = """
import json, sys
from pathlib import Path
from kokoro_cli.assets.manifest import Asset, Source
from kokoro_cli.assets.store import Store
fields = json.loads(sys.argv[2])
(source,) = fields.pop("sources")
asset = Asset(**fields, sources=(Source(**source),))
print("ready", flush=True)
print(Store(Path(sys.argv[1]), hub=sys.argv[3]).get(asset, "downloads"))
"""


@pytest.fixture
def fetching(hub: Hub, store: Store) -> Iterator[Fetching]:
    """Start a process that fetches ASSET; when this returns, it is about to begin."""
    source = ASSET.sources[0]
    fields = {name: getattr(ASSET, name) for name in ("name", "file", "bytes", "sha256", "licence")}
    fields["sources"] = [
        {name: getattr(source, name) for name in ("kind", "path", "repository", "revision")}
    ]
    command = [sys.executable, "-c", _FETCH, str(store.cache), json.dumps(fields), hub.url]
    with ExitStack() as stack:

        def start() -> subprocess.Popen[str]:
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
            process = stack.enter_context(subprocess.Popen(command, text=True, **pipes))
            stack.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            return process

        yield start


class TestProcesses:
    def test_two_at_once_download_once(self, hub: Hub, store: Store, fetching: Fetching) -> None:
        hub.serve(ASSET, CONTENT)
        hub.stall_after = 350_000
        processes = [fetching(), fetching()]
        assert hub.asked.wait(60)
        time.sleep(0.3)  # The other one has now asked too, if it does not wait.
        hub.released.set()
        for process in processes:
            out, error = process.communicate(timeout=60)
            assert (process.returncode, error) == (0, "")
            assert out == f"{store.cache / 'downloads/model.bin'}\n"
        assert (store.cache / "downloads/model.bin").read_bytes() == CONTENT
        assert len(hub.answers) == 1
        assert left(store.cache / "downloads") == ["model.bin"]

    @pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL.")
    def test_after_one_was_killed_the_next_goes_on(
        self, hub: Hub, store: Store, fetching: Fetching
    ) -> None:
        """Neither its lock nor its partial file blocks the next process."""
        hub.serve(ASSET, CONTENT)
        hub.stall_after = 600_000
        process = fetching()
        assert hub.asked.wait(60)
        partial = store.cache / "downloads/model.bin.partial"
        deadline = time.monotonic() + 60
        while not (partial.exists() and partial.stat().st_size > 100_000):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.kill()
        process.communicate(timeout=60)
        have = partial.stat().st_size
        assert 100_000 < have <= 600_000
        assert left(partial.parent) == [partial.name]
        hub.stall_after = None
        assert store.get(ASSET, "downloads").read_bytes() == CONTENT
        assert hub.answers[-1].range == f"bytes={have}-"


EVERY_ASSET = {
    "checkpoint": model_asset("checkpoint"),
    "int8-graph": model_asset("int8-graph"),
    **{name: voice_asset(name, voice.sha256) for name, voice in catalogue().items()},
}


@pytest.mark.parametrize("asset", EVERY_ASSET.values(), ids=EVERY_ASSET)
def test_the_manifest_says_all_about_a_file(asset: Asset) -> None:
    assert asset.bytes > 0
    assert re.fullmatch("[0-9a-f]{64}", asset.sha256)
    assert "Apache-2.0" in asset.licence
    assert "{" not in asset.file
    assert asset.sources
    order = ["hub", "packages", "npm"]
    kinds = [source.kind for source in asset.sources]
    assert kinds == sorted(kinds, key=order.index)
    for source in asset.sources:
        assert "{" not in source.path
        if source.kind == "hub":
            assert re.fullmatch("[0-9a-f]{40}", source.revision)
        elif source.kind == "npm":
            assert re.fullmatch(r"[a-z-]+@\d+\.\d+\.\d+", source.package)
        else:
            assert len(source.modules) == len(source.requirements)
            assert all(re.fullmatch(r"[a-z0-9-]+==[\d.]+", r) for r in source.requirements)


def test_the_extra_named_model_installs_what_the_manifest_names() -> None:
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no TOML reader.")
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    extra = project["project"]["optional-dependencies"]["model"]
    assert tuple(extra) == model_asset("int8-graph").sources[0].requirements


class TestFixedBugs:
    """Each of these was a bug."""

    def test_a_bad_companion_does_not_fail_the_voice_that_was_asked_for(
        self, npm: Npm, store: Store
    ) -> None:
        other = asset_of(b"b", NPM, file="b.bin")
        npm.pack({"package/voices/b.bin": b"wrong", NPM.path: FLOATS.tobytes()})
        path = store.get(VOICE, "voices", companions=[other])
        assert path.read_bytes() == FLOATS.tobytes()
        assert left(path.parent) == [path.name]

    @pytest.mark.parametrize("endpoint", ["huggingface.co", "http://[::1", ""])
    def test_an_endpoint_that_is_no_address_is_a_source_that_failed(
        self, endpoint: str, tmp_path: Path
    ) -> None:
        asset = asset_of(b"a", hub_source("a.bin"), file="a.bin")
        with pytest.raises(AssetError, match="hub: "):
            Store(tmp_path / "cache", hub=endpoint).get(asset, "voices")
