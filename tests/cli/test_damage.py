"""A damaged model, a damaged voice or an engine that gives no speech: an error, never silence."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from kokoro_cli.assets.manifest import voice_asset
from kokoro_cli.config import read_settings
from kokoro_cli.engines import CHECKPOINT, DECODER_GRAPH, DURATION_GRAPH
from kokoro_cli.engines.onnx_engine import OnnxEngine
from kokoro_cli.errors import ExitCode, SpeechError, UsageError
from kokoro_cli.speaker.speaker import Speaker
from kokoro_cli.types import Rendering
from kokoro_cli.voices.book import VoiceBook
from kokoro_cli.voices.catalogue import catalogue
from kokoro_cli.voices.formats import VoiceFile
from tests.assets.hub import running_hub
from tests.conftest import Run, cli_in, variables_of
from tests.disks import small_disk
from tests.toy_model import install_toy, voice_rows

TEXT = "Nero saw the fire."


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    install_toy(tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def kokoro(cache: Path, tmp_path: Path) -> Run:
    return partial(cli_in, cache, environment={"KOKORO_OFFLINE": "1"}, cwd=tmp_path)


# What is on the disk


def zeros(data: bytes) -> bytes:
    return bytes(len(data))


def a_bit(data: bytes) -> bytes:
    return data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]


def shorter(data: bytes) -> bytes:
    return data[:-1]


def without_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the voices when files are verified: the toy's are not those of the catalogue."""
    module = sys.modules["kokoro_cli.install.verify"]
    monkeypatch.setattr(module, "_voices", lambda store: ())


DAMAGES = (zeros, a_bit, shorter)
MODEL_FILES = {
    "a prepared graph": "models/rebuilt/prepared-*/decoder.onnx",
    "the other prepared graph": "models/rebuilt/prepared-*/duration.onnx",
    "the graph": f"models/rebuilt/{DECODER_GRAPH}",
    "the other graph": f"models/rebuilt/{DURATION_GRAPH}",
    "the checkpoint": f"models/rebuilt/{CHECKPOINT}",
}
VOICE = "voices/af_heart.bin"


def damage(cache: Path, pattern: str, how: Callable[[bytes], bytes], *, old: bool) -> Path:
    """Change a file; *old* leaves the time of its last change as it was."""
    (path,) = cache.glob(pattern)
    status = path.stat()
    path.write_bytes(how(path.read_bytes()))
    if old:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    return path


@pytest.mark.parametrize("old", [False, True], ids=["new time", "same time"])
@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("pattern", [*MODEL_FILES.values(), VOICE], ids=[*MODEL_FILES, "a voice"])
def test_damaged_files_are_an_error(
    kokoro: Run, cache: Path, tmp_path: Path, pattern: str, how: Callable[[bytes], bytes], old: bool
) -> None:
    path = damage(cache, pattern, how, old=old)
    (tmp_path / "t.txt").write_text(TEXT)
    said = kokoro("say", TEXT, "-o", "x.wav")
    made = kokoro("file", "t.txt", "--format", "wav")
    for result in (said, made):
        assert result.returncode == ExitCode.MISSING, result.stderr
        assert path.name in result.stderr
        assert "bug" not in result.stderr
    assert not list(tmp_path.glob("*.wav"))
    assert not list((cache / "spoken").glob("*/*"))
    checked = kokoro("models", "verify")
    assert checked.returncode == ExitCode.MISSING
    assert path.name in checked.stderr


@pytest.mark.parametrize("how", [zeros, a_bit, shorter])
@pytest.mark.parametrize("pattern", list(MODEL_FILES.values())[:2], ids=list(MODEL_FILES)[:2])
def test_prepared_files_are_mended(
    kokoro: Run, cache: Path, tmp_path: Path, pattern: str, how: Callable[[bytes], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    without_voices(monkeypatch)
    (tmp_path / "t.txt").write_text(TEXT)
    file = ("file", "t.txt", "--format", "wav", "--json")
    assert kokoro(*file).returncode == ExitCode.OK
    assert kokoro("models", "verify").returncode == ExitCode.OK
    path = damage(cache, pattern, how, old=True)
    mended = kokoro("models", "verify", "--repair")
    assert mended.returncode == ExitCode.OK, mended.stderr
    assert f"Damaged: {path}" in mended.stderr
    again = kokoro(*file)
    assert again.returncode == ExitCode.FAILED
    assert "exists already" in again.stdout, "what damaged files may have made is not trusted"
    forced = json.loads(kokoro(*file, "--force").stdout.splitlines()[-1])
    assert (forced["chunks_spoken"], forced["chunks_found"]) == (1, 0)


def test_what_can_not_be_mended_is_told_and_the_rest_is_mended(kokoro: Run, cache: Path) -> None:
    prepared = damage(cache, MODEL_FILES["a prepared graph"], zeros, old=False)
    damage(cache, VOICE, zeros, old=False)
    result = kokoro("models", "verify", "--repair")
    assert result.returncode == ExitCode.MISSING
    assert f"Damaged: {prepared}" in result.stderr
    assert "could not be fetched" in result.stderr
    assert prepared.stat().st_size > 0
    assert any(prepared.read_bytes())


# What an engine gives


def of(samples: object) -> Callable[[Rendering], Rendering]:
    def changed(made: Rendering) -> Rendering:
        found = np.asarray(samples, dtype=np.float32)
        full = np.resize(found, len(made.samples)) if found.size else found
        return Rendering(full, made.frames)

    return changed


def raising(error: Exception) -> Callable[[Rendering], Rendering]:
    def changed(made: Rendering) -> Rendering:
        raise error

    return changed


NO_SPEECH = {
    "no samples": of([]),
    "zeros": of([0.0]),
    "almost nothing": of([3e-5, -3e-5]),
    "a whisper of noise": of([0.002, -0.002]),
    "NaN": of([np.nan]),
    "one NaN": lambda made: Rendering(
        np.concatenate([made.samples[:-1], np.float32([np.nan])]), made.frames
    ),
    "infinite": of([np.inf]),
    "minus infinite": of([-np.inf, 0.5]),
    "deafening": of([1e5, -1e5]),
    "negative frames": lambda made: Rendering(made.samples, made.frames - 1000),
    "huge frames": lambda made: Rendering(made.samples, made.frames + 10**9),
    "a numpy error": raising(IndexError("index 5 is out of bounds")),
    "an error of the runtime": raising(RuntimeError("shape mismatch")),
    "no memory": raising(MemoryError()),
}


@pytest.fixture(params=NO_SPEECH.values(), ids=NO_SPEECH)
def broken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The engine speaks the text but for one sentence."""
    render = OnnxEngine.render

    def changed(self: OnnxEngine, phonemes: str, *arguments: object, **options: object) -> object:
        made = render(self, phonemes, *arguments, **options)  # type: ignore[arg-type]
        return request.param(made) if "fˈ" in phonemes else made

    monkeypatch.setattr(OnnxEngine, "render", changed)
    yield


GOOD = "Nero saw the moon."


def test_no_speech_is_an_error_of_say(broken: None, kokoro: Run, tmp_path: Path) -> None:
    result = kokoro("say", f"{GOOD}\n\n{TEXT}", "-o", "x.wav")
    assert result.returncode == ExitCode.FAILED
    assert f"“{TEXT}”" in result.stderr
    assert "kokoro models verify --repair" in result.stderr
    assert "bug" not in result.stderr
    assert not list(tmp_path.glob("*.wav"))


def test_no_speech_is_an_error_of_file(
    broken: None, kokoro: Run, cache: Path, tmp_path: Path
) -> None:
    (tmp_path / "good.txt").write_text(GOOD)
    (tmp_path / "bad.txt").write_text(f"{GOOD}\n\n{TEXT}")
    for _ in range(2):  # The second run finds nothing bad in the store.
        result = kokoro("file", "bad.txt", "good.txt", "--format", "wav", "--force")
        assert result.returncode == ExitCode.PARTIAL
        assert f"“{TEXT}”" in result.stderr
        assert "verify --repair" in " ".join(result.stderr.split())
        assert [path.name for path in tmp_path.glob("*.wav")] == ["good.wav"]
    kept = [path for path in (cache / "spoken").glob("*/*") if path.is_file()]
    assert len(kept) == 1


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_no_speech_is_an_error_in_python(broken: None, cache: Path, stream: bool) -> None:
    with Speaker(read_settings(variables_of(cache)), offline=True) as speaker:
        with pytest.raises(SpeechError, match="Nero saw the fire") as caught:
            list(speaker.speak(f"{GOOD}\n\n{TEXT}", stream=stream))
        assert "verify `repair`" in (caught.value.hint or "")
        assert speaker.speak(GOOD).seconds > 0


@pytest.mark.parametrize("text", ["Wait [pause:1s] now.", "Hm… … …", "“Yes!” — “No?”", "A. B. C."])
def test_marks_and_pauses_are_no_error(kokoro: Run, text: str) -> None:
    assert kokoro("say", text, "-o", "x.wav").returncode == ExitCode.OK


# What earlier runs kept


def test_damaged_chunks_and_records_are_put_away(
    kokoro: Run, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_voices(monkeypatch)
    (tmp_path / "t.txt").write_text(TEXT)
    (tmp_path / "u.txt").write_text(GOOD)
    file = ("file", "t.txt", "u.txt", "--format", "wav", "--json")
    assert kokoro(*file).returncode == ExitCode.OK
    bad, foreign = sorted(path for path in (cache / "spoken").glob("*/*") if path.is_file())
    bad.write_bytes(bytes(bad.stat().st_size))
    foreign.write_bytes(b"kokoro-chunk-9\n" + bytes(80))
    record, newer = sorted((cache / "journal").glob("*/*.json"))
    record.write_bytes(b"\0" * 20)
    newer.write_text(json.dumps({"version": 2, "beside": []}))
    (cache / "speed.json").write_bytes(b"\0")
    told = kokoro("models", "verify")
    assert told.returncode == ExitCode.MISSING
    assert "1 of 2 kept chunks are damaged" in told.stderr
    assert "1 of 2 kept chunks are from another version" in told.stderr
    assert "1 of 2 records of outputs are damaged" in told.stderr
    assert "1 of 2 records of outputs are from another version" in told.stderr
    assert bad.exists()
    assert record.exists(), "nothing is removed unasked"
    mended = kokoro("models", "verify", "--repair")
    assert mended.returncode == ExitCode.OK, mended.stderr
    assert "Removed 1 damaged kept chunks" in mended.stderr
    assert not bad.exists()
    assert not record.exists()
    assert foreign.exists()
    assert newer.exists(), "a newer version's is left alone"
    assert (cache / "speed.json.damaged").read_bytes() == b"\0"
    again = kokoro(*file, "--force")
    assert again.returncode == ExitCode.OK
    assert "another version of this program" in again.stdout


@pytest.mark.parametrize("cache_name", ["/proc/x", "/dev/null/x", "{file}/x", "{file}/x/y"])
@pytest.mark.parametrize(
    "command",
    [
        ("say", "hi", "-o", "x.wav"),
        ("file", "t.txt"),
        ("models", "pull"),
        ("voices", "blend", "af_bella,af_sky", "--save", "mine"),
        ("voices", "demo", "-o", "x.html"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_cache_that_can_not_be_made(
    cli: Run, tmp_path: Path, cache_name: str, command: tuple[str, ...]
) -> None:
    (tmp_path / "t.txt").write_text(TEXT)
    cache = cache_name.format(file=tmp_path / "t.txt")
    result = cli(*command, environment={"KOKORO_CACHE": cache}, cwd=tmp_path)
    assert result.returncode == ExitCode.MISSING
    assert f"Error: The cache {cache} can't be written: " in result.stderr
    assert "KOKORO_CACHE" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "command",
    [("models", "list"), ("models", "path"), ("voices", "list"), ("text", "normalize", "hi")],
    ids=" ".join,
)
def test_what_only_reads_needs_no_cache(cli: Run, command: tuple[str, ...]) -> None:
    result = cli(*command, environment={"KOKORO_CACHE": "/proc/x"})
    assert result.returncode == ExitCode.OK, result.stderr


def test_a_full_disk(kokoro: Run, cache: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 64):
        (tmp_path / "disk/voices").mkdir()
        (tmp_path / "disk/models").symlink_to(cache / "models")
        (tmp_path / "disk/fill").write_bytes(bytes(50_000))
        with running_hub() as hub:
            voice = voice_asset("af_heart", catalogue()["af_heart"].sha256)
            hub.serve(voice, bytes(voice.bytes))
            variables = {"KOKORO_CACHE": str(tmp_path / "disk"), "HF_ENDPOINT": hub.url}
            result = kokoro("say", "hi", "-o", "x.wav", environment=variables)
    assert result.returncode == ExitCode.MISSING
    assert "can't be written: No space left on device" in result.stderr


FIGURES = {
    "NaN": float("nan"),
    "zero": 0,
    "negative": -1.0,
    "text": "fast",
    "huge": 10**400,
    "almost nothing": 5e-324,
    "infinite": float("inf"),
    "true": True,
    "null": None,
    "a list": [1.0],
}


@pytest.mark.parametrize("field", ["real_time_factor", "load_seconds"])
@pytest.mark.parametrize("value", FIGURES.values(), ids=FIGURES)
def test_figures_that_are_none_are_not_used(
    kokoro: Run, cache: Path, field: str, value: object
) -> None:
    record = json.loads((cache / "speed.json").read_text())
    record["measurements"][0][field] = value
    (cache / "speed.json").write_text(json.dumps(record))
    said = kokoro("say", TEXT, "-o", "x.wav", "--json")
    assert said.returncode == ExitCode.OK, said.stderr
    assert "not measured" in json.loads(said.stdout)["reason"]
    assert kokoro("models", "list").returncode == ExitCode.OK


TUNING = {"engine": "onnx", "device": "cpu", "threads": 1, "workers": 2, "max_phonemes": 200}
WRONG_TUNINGS = {
    "unknown engine": {"engine": "warp"},
    "engine is a number": {"engine": 5},
    "engine is a list": {"engine": ["onnx"]},
    "unknown device": {"device": "abacus"},
    "a device of another engine": {"device": "cuda"},
    "NaN": {"workers": float("nan")},
    "no workers": {"workers": 0},
    "negative": {"threads": -1},
    "huge": {"threads": 10**400},
    "text": {"max_phonemes": "many"},
    "a fraction": {"workers": 1.5},
    "true": {"workers": True},
    "too long": {"max_phonemes": 511},
    "null": {"threads": None},
    "another field": {"colour": "red"},
}


@pytest.mark.parametrize("changes", WRONG_TUNINGS.values(), ids=WRONG_TUNINGS)
def test_a_tuning_that_is_impossible_is_not_used(
    kokoro: Run, cache: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    machine = json.loads((cache / "speed.json").read_text())["machine"]
    record = {"machine": machine, "tuning": {**TUNING, **changes}}
    (cache / "tuning.json").write_text(json.dumps(record))
    (tmp_path / "t.txt").write_text(TEXT)
    made = kokoro("file", "t.txt", "--format", "wav", "--json")
    assert made.returncode == ExitCode.OK, made.stdout
    assert "sweep" not in json.loads(made.stdout.splitlines()[-1])["reason"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"null", b"[]", b"{}", b"5", b"[" * 100_000],
    ids=lambda x: repr(x[:9]),
)
@pytest.mark.parametrize("name", ["speed.json", "tuning.json"])
def test_files_of_figures_that_are_something_else(
    kokoro: Run, cache: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    (cache / name).write_bytes(content)
    (tmp_path / "t.txt").write_text(TEXT)
    assert kokoro("file", "t.txt", "--format", "wav").returncode == ExitCode.OK
    assert kokoro("models", "list").returncode == ExitCode.OK


# Voices that a text names


def own_voice(kokoro: Run, tmp_path: Path, like: str) -> None:
    (tmp_path / "mine.bin").write_bytes(voice_rows(like).tobytes())
    assert kokoro("voices", "add", "mine.bin", "--force").returncode == ExitCode.OK


@pytest.mark.parametrize(
    "text",
    ["Hi. [voice:mine] You.", "&#91;voice:mine] Hi you.", "[voice:mine,af_sky] Hi you.",
     '<speak><voice name="mine">Hi you.</voice></speak>', "[voice: mine ] Hi you."],
)  # fmt: skip
def test_a_changed_voice_of_a_text_is_noticed(kokoro: Run, tmp_path: Path, text: str) -> None:
    # The text's voice did not count: the file was "unchanged".
    (tmp_path / "t.txt").write_text(text)
    (tmp_path / "u.txt").write_text(TEXT)
    file = ("file", "t.txt", "u.txt", "--format", "wav", "--json")
    own_voice(kokoro, tmp_path, "bm_george")
    assert kokoro(*file).returncode == ExitCode.OK
    assert statuses(kokoro(*file)) == ["unchanged", "unchanged"]
    own_voice(kokoro, tmp_path, "am_puck")
    assert statuses(kokoro(*file)) == ["failed", "unchanged"]
    assert statuses(kokoro(*file, "--force")) == ["made", "made"]
    assert statuses(kokoro(*file)) == ["unchanged", "unchanged"]


def statuses(result: object) -> list[str]:
    lines = result.stdout.splitlines()  # type: ignore[attr-defined]
    return [file["status"] for file in json.loads(lines[-1])["files"]]


MISSING_VOICES = {
    "not installed": (f"{TEXT}\n\n[voice:bm_george] Hi.", "bm_george.bin is missing"),
    "unknown": (f"{TEXT}\n\n[voice:bm_nobody] Hi.", "There is no voice 'bm_nobody'"),
    "a blend that is none": (f"{TEXT}\n\n[voice:af_sky(2)+af_bella(-1.9)] Hi.", "nearly cancel"),
}


@pytest.mark.parametrize(("text", "why"), MISSING_VOICES.values(), ids=MISSING_VOICES)
@pytest.mark.parametrize("how", ["argument", "file", "pipe", "book"])
def test_a_voice_that_can_not_be_had_is_refused_before_the_first_sound(
    kokoro: Run, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, why: str,
    how: str,
) -> None:  # fmt: skip
    def no_sound(*arguments: object, **options: object) -> None:
        raise AssertionError("it has spoken")

    monkeypatch.setattr(OnnxEngine, "render", no_sound)
    (cache / "voices/bm_george.bin").unlink()
    (tmp_path / "t.txt").write_text(text)
    arguments = {
        "argument": ("say", text, "-o", "x.wav"),
        "file": ("say", "--file", "t.txt", "-o", "x.wav"),
        "pipe": ("say", "-", "-o", "x.wav"),
        "book": ("file", "t.txt", "--format", "wav"),
    }
    piped = {"input": text} if how == "pipe" else {}
    result = kokoro(*arguments[how], **piped)
    assert result.returncode in (ExitCode.MISSING, ExitCode.USAGE), result.stderr
    assert why in result.stderr
    assert not list(tmp_path.glob("*.wav"))


def test_one_of_two_saves_of_a_name_wins(kokoro: Run, tmp_path: Path) -> None:
    """Both looked, found no voice of that name, and wrote: one was lost without a word."""
    voices = tmp_path / "voices"
    book, begin = VoiceBook(voices), threading.Barrier(8)

    def save(number: int) -> str:
        rows = voice_rows(str(number))
        begin.wait(30)
        try:
            return book.keep("mine", VoiceFile(rows, {})).sha256
        except UsageError as error:
            return error.message

    for _ in range(10):
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(save, range(8)))
        refused = [each for each in told if each == "There is a voice mine already."]
        assert len(refused) == 7
        assert book.find("mine").sha256 in told
        assert [path.name for path in voices.iterdir()] == ["mine.safetensors"]
        book.remove(["mine"])
