"""What ``import kokoro_cli`` gives, and what it costs."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

import kokoro_cli
from kokoro_cli.speaker.request import SpeechFields, SpeechRequest

HEAVY = {
    "numpy", "torch", "onnxruntime", "onnx", "misaki", "spacy", "kokoro", "transformers",
    "soundfile", "av", "soxr", "sounddevice", "typer", "click", "rich", "filelock", "json",
    "subprocess", "markdown_it", "platformdirs",
}  # fmt: skip
FACES = {"typer", "click", "rich"}


def modules_after(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has imported after the code."""
    program = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_it_imports_nothing_heavy() -> None:
    # Some distributions' .pth files import modules in every process.
    found = modules_after("import kokoro_cli") - modules_after("")
    assert not HEAVY & found
    assert {name for name in found if name.startswith("kokoro_cli")} == {"kokoro_cli"}


def test_opening_a_speaker_imports_no_engine_no_reader_and_no_face(cache: Path) -> None:
    found = modules_after("from kokoro_cli import Speaker\nwith Speaker.open(): pass")
    unwanted = (HEAVY | FACES) - {"numpy", "json", "subprocess", "platformdirs"}
    assert not unwanted & found
    assert not {name for name in found if name.startswith("kokoro_cli.cli")}


@pytest.mark.nightly
def test_importing_it_takes_less_than_150_milliseconds() -> None:
    code = (
        "import time; begun = time.perf_counter(); import kokoro_cli; "
        "print(time.perf_counter() - begun)"
    )

    def seconds() -> float:
        command = [sys.executable, "-c", code]
        return float(subprocess.run(command, capture_output=True, check=True).stdout)

    assert min(seconds() for _ in range(5)) < 0.15


def test_public_names_are_few_and_listed() -> None:
    assert set(kokoro_cli.__all__) == {
        "Speaker", "SpeechRequest", "ReadingRequest",
        "Speech", "SpeechStream", "Utterance", "SpokenWord", "Loss",
        "KokoroError", "UsageError", "AssetError", "SpeechError", "FeatureNotInstalledError",
        "__version__",
    }  # fmt: skip
    assert dir(kokoro_cli) == sorted(kokoro_cli.__all__)


@pytest.mark.parametrize("name", kokoro_cli.__all__)
def test_each_public_name_is_there_and_described(name: str) -> None:
    found = getattr(kokoro_cli, name)
    if name != "__version__":
        assert found.__name__ == name
        assert found.__doc__
        assert not found.__doc__.startswith(f"{name}("), "dataclass made this docstring"


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Speeker'"):
        kokoro_cli.Speeker  # noqa: B018


@pytest.mark.parametrize("kind", [kokoro_cli.Speaker, kokoro_cli.Speech, kokoro_cli.SpeechStream])
def test_each_public_method_is_described(kind: type) -> None:
    for name, member in vars(kind).items():
        if not name.startswith("_") and callable(member):
            assert member.__doc__, f"{kind.__name__}.{name}"


def test_errors_have_one_base() -> None:
    for name in ("UsageError", "AssetError", "SpeechError", "FeatureNotInstalledError"):
        assert issubclass(getattr(kokoro_cli, name), kokoro_cli.KokoroError)


def test_a_type_checker_knows_the_fields_of_a_request() -> None:
    fields = {field.name: field.type for field in dataclasses.fields(SpeechRequest)}
    assert SpeechFields.__annotations__ != {}
    assert {
        name: getattr(kind, "__forward_arg__", kind)
        for name, kind in SpeechFields.__annotations__.items()
    } == fields


@pytest.mark.nightly
def test_a_type_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from kokoro_cli import Speaker, Speech, SpeechStream\n"
        "with Speaker.open() as speaker:\n"
        "    speech: Speech = speaker.speak('hello', voice='af_heart', speed=1.2)\n"
        "    stream: SpeechStream = speaker.speak('hello', stream=True)\n"
        "    speaker.speak('hello', voise='af_heart')\n"
        "    speaker.speak('hello', voice=3)\n"
        "    speech.samples().shape\n"
        "    speech.sampels()\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(program)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    found = [line.split(":")[1] for line in done.stdout.splitlines() if ": error:" in line]
    assert list(dict.fromkeys(found)) == ["5", "6", "8"], done.stdout + done.stderr
