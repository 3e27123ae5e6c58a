"""``kokoro say``, in the test's own process unless it is about the process."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from kokoro_cli.errors import ExitCode
from tests.conftest import Run


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['kokoro', 'say', '--help']\n"
        "from kokoro_cli.cli.app import main\n"
        "assert main() == 0\n"
        "heavy = {'numpy', 'torch', 'onnxruntime', 'misaki', 'spacy', 'sounddevice', 'soundfile'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    for option in (
        "--voice",
        "--speed",
        "--lang",
        "--engine",
        "--device",
        "--gap",
        "--seed",
        "--chapter-gap",
    ):
        assert option in result.stdout


def test_help_answers_at_once(run: Run) -> None:
    """The one promise about time: well under half a second of the processor, which on an idle
    machine is the time on the clock. The best of five is asked."""

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert run("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) < 0.5


def test_version(cli: Run) -> None:
    from kokoro_cli import __version__

    assert cli("--version").stdout == f"kokoro (kokoro-cli) {__version__}\n"


def test_all_pauses_are_alike_unless_asked(toy_cli: Run, tmp_path: Path) -> None:
    book = "# Alpha\n\nBravo.\n\n* * *\n\nCharlie.\n\n# Delta\n\nEcho."
    page = "<h1>Alpha</h1><p>Bravo.</p><hr><p>Charlie.</p><h1>Delta</h1><p>Echo.</p>"
    (tmp_path / "a.md").write_text(book)
    (tmp_path / "a.html").write_text(page)

    def seconds(name: str, *arguments: str) -> float:
        output = ["-o", str(tmp_path / "x.wav"), "--json"]
        result = toy_cli("say", "--file", str(tmp_path / name), *arguments, *output)
        length: float = json.loads(result.stdout)["audio_seconds"]
        return length

    for name in ("a.md", "a.html"):
        plain = seconds(name)
        assert seconds(name, "--paragraph-gap", "0.4") == plain
        # Two headings, a scene break and a chapter.
        assert seconds(name, "--heading-gap", "1.4") - plain == pytest.approx(4.0, abs=0.002)
        assert seconds(name, "--chapter-gap", "1.4") - plain == pytest.approx(1.0, abs=0.002)
        many = seconds(name, "--paragraph-gap", "1.4", "--heading-gap", "0.4")
        assert many - plain == pytest.approx(1.0, abs=0.002)  # A scene ends a paragraph.


USAGE = {
    "no text": ["say"],
    "text and file": ["say", "a", "--file", "x"],
    "unknown option": ["say", "a", "--spede", "2"],
    "speed out of range": ["say", "a", "-s", "3"],
    "speed is not a number at all": ["say", "a", "-s", "nan"],
    "speed is no number": ["say", "a", "-s", "fast"],
    "gap out of range": ["say", "a", "--gap=-1"],
    "paragraph gap out of range": ["say", "a", "--paragraph-gap", "60.1"],
    "heading gap out of range": ["say", "a", "--heading-gap=-0.1"],
    "chapter gap out of range": ["say", "a", "--chapter-gap", "nan"],
    "unknown language": ["say", "a", "--lang", "tlh"],
    "unknown engine": ["say", "a", "--engine", "tf"],
    "unknown device": ["say", "a", "--device", "tpu"],
    "onnx on a GPU": ["say", "a", "--engine", "onnx", "--device", "cuda"],
    "unknown precision": ["say", "a", "--precision", "double"],
    "onnx has one precision": ["say", "a", "--engine", "onnx", "--precision", "fast"],
    "unknown kind of file": ["say", "a", "-o", "a.xyz"],
    "no folder": ["say", "a", "-o", "nowhere/a.wav"],
    "json and pipe": ["say", "a", "-o", "-", "--json"],
    "missing file": ["say", "--file", "nowhere.txt"],
    "unknown command": ["sing"],
}


@pytest.mark.parametrize("arguments", USAGE.values(), ids=USAGE)
def test_usage_errors(cli: Run, arguments: list[str], tmp_path: Path) -> None:
    result = cli(*arguments, "--offline" if arguments[0] == "say" else "--help", cwd=tmp_path)
    assert result.returncode == ExitCode.USAGE, result
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()
    assert result.stdout == ""


def test_an_unknown_voice_is_missing_and_brings_a_suggestion(cli: Run) -> None:
    result = cli("say", "hello", "-v", "af_bela", "-o", "x.wav")
    assert result.returncode == ExitCode.MISSING
    assert "af_bella" in result.stderr


def test_debug_shows_the_traceback(cli: Run) -> None:
    for arguments in (["say", "a", "-s", "3", "--debug"], ["--debug", "say", "a", "-s", "3"]):
        result = cli(*arguments)
        assert "Traceback" in result.stderr
        assert result.returncode == ExitCode.USAGE


@pytest.fixture
def without_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """No package that holds the model is installed."""
    monkeypatch.setattr("kokoro_cli.assets.fetch.find_spec", lambda name: None)


@pytest.mark.usefixtures("without_packages")
def test_without_a_model_and_offline_it_says_what_to_do(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    result = cli("say", "hello", "-o", str(path), "--offline")
    assert result.returncode == ExitCode.MISSING
    assert "offline" in result.stderr
    assert "kokoro models pull" in result.stderr
    assert not path.exists()


class TestSpeaking:
    """With the toy model, which the program takes for the real one."""

    def test_json_is_a_contract(self, toy_cli: Run, tmp_path: Path) -> None:
        path = tmp_path / "hello.wav"
        text = "Hello there. Привет!"
        result = toy_cli("say", text, "-v", "af_bella", "-o", str(path), "--json")
        assert result.returncode == ExitCode.OK, result.stderr
        answer = json.loads(result.stdout)
        assert set(answer) == {
            "voice", "language", "engine", "device", "reason", "model", "speed", "gap_seconds",
            "seed", "sample_rate", "output", "player", "player_error", "audio_seconds",
            "wall_seconds", "first_audio_seconds", "phases", "underruns", "chunks", "not_spoken",
            "problems", "incomplete",
        }  # fmt: skip
        assert set(answer["chunks"][0]) == {"text", "phonemes", "start_seconds", "seconds"}
        assert answer["not_spoken"][0].keys() == {"text", "line", "reason"}
        assert answer["voice"] == "af_bella"
        assert answer["language"] == "American English"
        info = soundfile.info(str(path))
        assert (info.samplerate, info.channels, info.subtype) == (24_000, 1, "PCM_16")
        assert info.frames / 24_000 == pytest.approx(answer["audio_seconds"])
        assert "Привет" in result.stderr

    def test_same_text_settings_and_seed_give_the_same_bytes(
        self, toy_cli: Run, tmp_path: Path
    ) -> None:
        for suffix in ("wav", "mp3"):
            contents = []
            for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
                path = tmp_path / f"{name}.{suffix}"
                arguments = ["--seed", seed, "--engine", "onnx", "-o", str(path), "--quiet"]
                result = toy_cli("say", "The same again.", *arguments)
                assert (result.returncode, result.stderr) == (ExitCode.OK, "")
                contents.append(path.read_bytes())
            assert contents[0] == contents[1] != contents[2]

    def test_the_ways_to_give_a_text(self, toy_cli: Run, tmp_path: Path) -> None:
        file = tmp_path / "text.txt"
        file.write_text("Good morning\nto you.", encoding="utf-8")
        spoken = []
        for arguments, given in (
            (["Good morning to you."], None),
            (["Good", "morning", "to", "you."], None),
            (["--file", str(file)], None),
            (["-"], "Good morning to you."),
        ):
            output = ["-o", str(tmp_path / "x.wav"), "--json"]
            result = toy_cli("say", *arguments, *output, input=given)
            assert result.returncode == ExitCode.OK, result.stderr
            (chunk,) = json.loads(result.stdout)["chunks"]
            spoken.append((chunk["text"], chunk["phonemes"]))
        assert spoken == [spoken[0]] * 4

    def test_a_process_that_runs_onnx_imports_neither_torch_nor_spacy(
        self, toy_run: Run, tmp_path: Path
    ) -> None:
        """The tagger, espeak for an unknown word, and the file writer are all used."""
        (tmp_path / "sitecustomize.py").write_text(
            "import atexit, os, sys\n"
            "def tell():\n"
            "    names = [m for m in ('torch', 'transformers', 'spacy') if sys.modules.get(m)]\n"
            "    open(os.environ['SEEN'], 'w').write(' '.join(names))\n"
            "atexit.register(tell)\n"
            "exit = os._exit\n"
            "os._exit = lambda code: (tell(), exit(code))\n"
        )
        seen = tmp_path / "seen"
        result = toy_run(
            "say", "Read the frobnicators, then live.", "--engine", "onnx",
            "-o", str(tmp_path / "x.wav"),
            environment={"PYTHONPATH": str(tmp_path), "SEEN": str(seen)},
        )  # fmt: skip
        assert result.returncode == ExitCode.OK, result.stderr
        assert seen.read_text() == ""

    def test_the_choice_and_its_reason_are_printed(self, toy_cli: Run, tmp_path: Path) -> None:
        result = toy_cli("say", "Hello.", "-o", str(tmp_path / "x.wav"))
        assert "engine onnx on cpu" in result.stderr or "engine torch on" in result.stderr
        assert "measured" in result.stderr

    def test_a_device_that_is_not_there_is_an_error(self, toy_cli: Run, tmp_path: Path) -> None:
        import torch

        missing = "mps" if not torch.backends.mps.is_available() else "cuda"
        path = tmp_path / "x.wav"
        result = toy_cli("say", "Hello.", "--device", missing, "-o", str(path))
        assert result.returncode == ExitCode.USAGE
        assert missing in result.stderr
        assert not path.exists()

    @pytest.mark.parametrize("text", ["", "...", "—\n\n***"])
    def test_nothing_to_speak(self, toy_cli: Run, tmp_path: Path, text: str) -> None:
        path = tmp_path / "x.wav"
        path.write_bytes(b"before")
        result = toy_cli("say", text, "-o", str(path))
        assert result.returncode == ExitCode.FAILED
        assert "nothing to speak" in result.stderr
        assert path.read_bytes() == b"before"

    def test_strict(self, toy_cli: Run, tmp_path: Path) -> None:
        path = tmp_path / "x.wav"
        result = toy_cli("say", "Welcome to Привет.", "--strict", "-o", str(path))
        assert result.returncode == ExitCode.FAILED
        assert "Привет" in result.stderr
        assert list(tmp_path.glob("*.wav")) == []

    @pytest.mark.parametrize("name", ["x.wav", "x.mp3", "x.flac", "x.ogg", "x.opus", "X.WAV"])
    def test_every_kind_of_file(self, toy_cli: Run, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        result = toy_cli("say", "One, two, three.", "-o", str(path), "--json")
        assert result.returncode == ExitCode.OK, result.stderr
        samples, rate = soundfile.read(str(path))
        expected = json.loads(result.stdout)["audio_seconds"]
        assert len(samples) / rate == pytest.approx(expected, abs=0.05)

    def test_the_language_follows_from_the_voice(self, toy_cli: Run, tmp_path: Path) -> None:
        for arguments, voice, language in (
            (["-v", "ef_dora"], "ef_dora", "Spanish"),
            (["-l", "it"], "if_sara", "Italian"),
            (["-v", "af_heart", "-l", "en-gb"], "af_heart", "British English"),
            ([], "bm_george", "British English"),
        ):
            environment = {} if arguments else {"KOKORO_VOICE": "bm_george"}
            output = ["-o", str(tmp_path / "x.wav"), "--json"]
            result = toy_cli("say", "Piano solo.", *arguments, *output, environment=environment)
            answer = json.loads(result.stdout)
            assert (answer["voice"], answer["language"]) == (voice, language)

    def test_speed_and_gap(self, toy_cli: Run, tmp_path: Path) -> None:
        def seconds(*arguments: str) -> float:
            text = "This is the first paragraph.\n\nThis is the second paragraph."
            output = ["-o", str(tmp_path / "x.wav"), "--json"]
            result = toy_cli("say", text, *arguments, *output)
            length: float = json.loads(result.stdout)["audio_seconds"]
            return length

        plain = seconds()
        assert seconds("--gap", "1.4") - plain == pytest.approx(1.0, abs=0.002)
        assert seconds("--paragraph-gap", "1.4") - plain == pytest.approx(1.0, abs=0.002)
        assert seconds("--heading-gap", "1.4", "--chapter-gap", "9") == plain
        assert seconds("-s", "2") < 0.7 * plain
        assert seconds("-s", "0.5") > 1.5 * plain


def test_the_environment_is_left_as_it_was() -> None:
    code = (
        "import os; before = dict(os.environ)\n"
        "import kokoro_cli, kokoro_cli.cli.app\n"
        "assert kokoro_cli.__version__\n"
        "assert dict(os.environ) == before\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
