"""Options that would do nothing are refused; so is writing to what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kokoro_cli.errors import ExitCode
from tests.conftest import Run

UNUSED = {
    "bench clients": (["bench", "--clients", "4"], "--clients does nothing without --url"),
    "bench requests": (["bench", "--requests", "4"], "--requests does nothing without --url"),
    "bench model": (["bench", "--model", "x"], "--model does nothing without --url"),
    "bench format": (["bench", "--response-format", "mp3"], "--response-format does nothing"),
    "bench timeout": (["bench", "--timeout", "4"], "--timeout does nothing without --url"),
    "bench tolerance": (["bench", "--tolerance", "0.1"], "--tolerance does nothing without"),
    "bench save": (["bench", "--save"], "--save keeps what a sweep found"),
    "sweep cold runs": (["bench", "--sweep", "--cold-runs", "9"], "--cold-runs does nothing"),
    "sweep clients": (["bench", "--sweep", "--clients", "9"], "--clients does nothing"),
    "url engine": (["bench", "--url", "http://x", "--engine", "onnx"], "--engine does nothing"),
    "url device": (["bench", "--url", "http://x", "--device", "cpu"], "--device does nothing"),
    "url seed": (["bench", "--url", "http://x", "--seed", "4"], "--seed does nothing"),
    "url runs": (["bench", "--url", "http://x", "--runs", "4"], "--runs does nothing"),
    "url cold runs": (["bench", "--url", "http://x", "--cold-runs", "4"], "--cold-runs does"),
    "url long": (["bench", "--url", "http://x", "--long"], "--long does nothing with --url"),
    "say verbose": (["say", "x", "-o", "x.wav", "--quiet", "--verbose"], "Choose one"),
    "say alpha": (["say", "x", "-o", "x.wav", "--alpha", "0.5"], "--style"),
    "file unit": (["file", "a.txt", "--subtitle-unit", "word"], "without --subtitles"),
    "file bit rate": (["file", "a.txt", "--format", "wav", "--bitrate", "64k"], "no bit rate"),
    "file codec": (["file", "a.txt", "--format", "mp3", "--codec", "ulaw"], "codec"),
    "file list": (["file", "a.txt", "--list", "--dry-run"], "Choose one"),
    "file rate": (["file", "a.txt", "--sample-rate", "0"], "sample rate of 0 Hz"),
    "file rate, wav": (["file", "a.txt", "-o", "x.wav", "--sample-rate", "0"], "rate is 0 Hz"),
    "blend language": (["voices", "blend", "af_sky", "--lang", "b"], "--lang does nothing"),
    "blend gender": (["voices", "blend", "af_sky", "--gender", "f"], "--gender does nothing"),
    "blend force": (["voices", "blend", "af_sky", "--force"], "--force does nothing"),
    "pull all": (["models", "pull", "af_sky", "--all"], "Name voices, or give --all"),
    "text json": (["text", "normalize", "--json", "--jsonl"], "Choose one"),
    "sentences lines": (["text", "sentences", "--jsonl", "--line-mode"], "--line-mode does"),
}


def names() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.txt").write_text("Hello there.")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("arguments", "told"), UNUSED.values(), ids=UNUSED)
def test_what_would_do_nothing_is_refused(arguments: list[str], told: str, toy_cli: Run) -> None:
    done = toy_cli(*arguments)
    assert done.returncode == ExitCode.USAGE
    assert told in done.stderr
    assert names() == ["a.txt"]


def test_sentences_of_json_lines_have_the_language_asked_for(toy_cli: Run) -> None:
    line = '{"text": "O Sr. Silva saiu. Ele voltou."}\n'
    english = toy_cli("text", "sentences", "--jsonl", input=line)
    portuguese = toy_cli("text", "sentences", "--jsonl", "--lang", "p", input=line)
    named = '{"text": "O Sr. Silva saiu. Ele voltou.", "lang": "pt"}\n'
    assert portuguese.stdout == toy_cli("text", "sentences", "--jsonl", input=named).stdout
    assert english.returncode == 0


# Names of one file

SPELLINGS = {
    "the same": "in.wav",
    "another spelling": "./folder/../in.wav",
    "absolute": "{folder}/in.wav",
    "a link": "link.wav",
    "a link to a link": "second.wav",
    "a hard link": "hard.wav",
    "by a linked folder": "here/in.wav",
}


@pytest.fixture
def read_file(folder: Path) -> Path:
    path = folder / "in.wav"
    path.write_text("This is a text, whatever its name.")
    (folder / "folder").mkdir()
    (folder / "link.wav").symlink_to("in.wav")
    (folder / "second.wav").symlink_to("link.wav")
    (folder / "hard.wav").hardlink_to(path)
    (folder / "here").symlink_to(folder, target_is_directory=True)
    (folder / "words.toml").write_text('[words]\nkubectl = "cube control"\n')
    (folder / "words.wav").symlink_to("words.toml")
    return path


@pytest.mark.parametrize("name", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("command", ["say", "say a pipe", "file", "file a pipe"])
def test_what_is_read_is_not_written(
    command: str, name: str, read_file: Path, folder: Path, toy_run: Run
) -> None:
    before = read_file.read_bytes()
    output = name.format(folder=folder)
    arguments = {
        "say": ["say", "--file", "in.wav", "-o", output],
        "say a pipe": ["say", "-", "-o", output],
        "file": ["file", "in.wav", "-o", output, "--force"],
        "file a pipe": ["file", "-", "-o", output, "--force"],
    }[command]
    with read_file.open("rb") as source:
        done = toy_run(*arguments, cwd=folder, stdin=source)
    assert done.returncode == ExitCode.USAGE, done.stderr
    assert "is read, so" in done.stderr or "is an input" in done.stderr
    assert read_file.read_bytes() == before
    assert (folder / "hard.wav").samefile(read_file)


@pytest.mark.parametrize("command", ["say", "file"])
def test_a_lexicon_is_not_written(command: str, read_file: Path, toy_cli: Run) -> None:
    before = Path("words.toml").read_bytes()
    arguments = {"say": ["say", "Hello."], "file": ["file", "a.txt", "--force"]}[command]
    done = toy_cli(*arguments, "--lexicon", "words.toml", "-o", "words.wav")
    assert done.returncode == ExitCode.USAGE
    assert Path("words.toml").read_bytes() == before


def test_subtitles_are_not_written_over_the_input(folder: Path, toy_cli: Run) -> None:
    (folder / "in.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nHello.\n")
    done = toy_cli("file", "in.srt", "--subtitles", "srt", "--format", "wav", "--force")
    assert done.returncode == ExitCode.USAGE
    assert "in.srt is an input" in done.stderr
    assert (folder / "in.srt").read_text().endswith("Hello.\n")


def test_longest_names(folder: Path, toy_cli: Run) -> None:
    """A temporary name must not be longer."""
    for name in ("x" * 251 + ".wav", "ß" * 125 + ".wav"):
        for arguments in (["say", "Hello."], ["file", "a.txt"]):
            done = toy_cli(*arguments, "-o", name)
            assert done.returncode == 0, done.stderr
            (folder / name).unlink()
    done = toy_cli("file", "a.txt", "-o", "x" * 251 + ".wav", "--subtitles", "textgrid")
    assert done.returncode == ExitCode.FAILED
    assert "File name too long" in done.stderr
    assert names() == ["a.txt"]


def test_say_keeps_the_mode_of_what_it_replaces(folder: Path, toy_cli: Run) -> None:
    for mode in (0o600, 0o664, 0o400):
        Path("x.wav").unlink(missing_ok=True)
        Path("x.wav").write_bytes(b"old")
        Path("x.wav").chmod(mode)
        assert toy_cli("say", "Hello.", "-o", "x.wav").returncode == 0
        assert Path("x.wav").stat().st_mode & 0o777 == mode
        assert Path("x.wav").read_bytes()[:4] == b"RIFF"


class Failing:
    """A device that is gone after a while."""

    device = "a test's"
    underruns = 0

    def __enter__(self) -> Failing:
        return self

    def write(self, block: object) -> None:
        from kokoro_cli.errors import FeatureNotInstalledError

        raise FeatureNotInstalledError("No audio device can be used: it is gone.")

    def __exit__(self, *error: object) -> None:
        pass


@pytest.mark.parametrize("json", [True, False])
def test_a_device_that_fails_leaves_the_file_whole(
    json: bool, folder: Path, toy_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kokoro_cli.sinks import player

    monkeypatch.setattr(player, "Player", Failing)
    text = "One sentence. And another one."
    assert toy_cli("say", text, "-o", "whole.wav").returncode == 0
    done = toy_cli("say", text, "-o", "x.wav", "--play", *["--json"] * json)
    assert done.returncode == ExitCode.PARTIAL
    assert "Not played to the end: No audio device can be used: it is gone." in done.stderr
    assert Path("x.wav").read_bytes() == Path("whole.wav").read_bytes()
    if json:
        assert '"player_error": "No audio device can be used: it is gone."' in done.stdout
    alone = toy_cli("say", text)
    assert alone.returncode == ExitCode.NOT_INSTALLED


def test_arguments_have_help(cli: Run) -> None:
    for command, told in (("show", "the model's or your own"), ("remove", "Voices of your own")):
        assert told in " ".join(cli("voices", command, "--help").stdout.replace("│", "").split())
