"""``kokoro file``: what was written is decoded, measured and heard.

Containers, levels and times are tested with the toy model, whose tones are told apart exactly.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.audio.assemble import sounding
from kokoro_cli.audio.loudness import Meter, true_peak
from kokoro_cli.bench.recognise import hear, plain_words, word_errors
from kokoro_cli.errors import ExitCode
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.types import Samples
from tests.books import make_epub
from tests.conftest import Run, variables_of
from tests.covers import picture
from tests.documents.pdfs import FORM_OF_ITSELF
from tests.toy_model import heard_tones, letters_of, link_model

TEXT = (
    "The old lighthouse keeper climbed the stairs every evening. He lit the lamp and watched the "
    "ships go by.\n\nIn the morning there was fog, and he ate his breakfast, which was a banana.\n"
)
SPOKEN = " ".join(plain_words(TEXT))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files")
    (path / "tale.txt").write_text(TEXT, encoding="utf-8")
    return path


def decoded(path: Path) -> tuple[Samples, float]:
    """Return the sound at 24 kHz, and the seconds that a player would show."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
        frames = [g for f in container.decode(audio=0) for g in resampler.resample(f)]
        frames += resampler.resample(None)
        assert container.duration is not None
        seconds = container.duration / 1e6
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]), seconds


def report(result: Any) -> dict[str, Any]:
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


KINDS = {
    "wav": ["--format", "wav"],
    "flac": ["--format", "flac", "--sample-rate", "48000"],
    "mp3": ["--format", "mp3"],
    "opus": ["--format", "opus", "--bitrate", "32k"],
    "m4b": ["--format", "m4b", "--lufs", "-18"],
    "telephone": ["--telephony"],
    "alaw": ["--telephony", "--codec", "alaw"],
    "telephone mp3": ["--telephony", "--format", "mp3"],
}


def spoken(run: Run, folder: Path, out: str, options: list[str]) -> Samples:
    """Speak the tale into the folder *out*; return the sound, which is as long as was reported."""
    done = report(run("file", "tale.txt", "-d", out, *options, "--json", cwd=folder))
    (file,) = done["files"]
    sound, shown = decoded(folder / file["output"])
    assert shown == pytest.approx(file["seconds"], abs=0.05)
    assert len(sound) / SAMPLE_RATE == pytest.approx(file["seconds"], abs=0.05)
    return sound


def letters(text: str, run: Run) -> str:
    """Return what `heard_tones` hears when the toy model speaks the text."""
    phonemes = run("text", "phonemes", text)
    assert phonemes.returncode == 0, phonemes.stderr
    return letters_of(phonemes.stdout)


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_has_all_of_it(kind: str, folder: Path, toy_run: Run) -> None:
    sound = spoken(toy_run, folder, f"toy {kind}", KINDS[kind])
    assert heard_tones(sound) == letters(TEXT, toy_run)


@pytest.mark.real
@pytest.mark.parametrize("kind", ["opus", "telephone mp3"])
def test_the_coarsest_formats_are_understood(kind: str, folder: Path, real_run: Run) -> None:
    heard = hear(spoken(real_run, folder, f"real {kind}", KINDS[kind]))
    assert plain_words(heard)[-1] == "banana"
    assert word_errors(SPOKEN, heard) <= 2


def test_telephony_keeps_out_what_would_fold_back(folder: Path, toy_run: Run) -> None:
    report(toy_run("file", "tale.txt", "-d", "phone", "--telephony", "--json", cwd=folder))
    with av.open(str(folder / "phone" / "tale.wav")) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.codec_context.name) == (8000, "pcm_mulaw")


def test_loudness_is_what_was_asked_for(folder: Path, toy_run: Run) -> None:
    for lufs in (-23.0, -16.0):
        options = ["--format", "wav", "--lufs", str(lufs), "-d", f"loud{lufs}", "--json"]
        done = report(toy_run("file", "tale.txt", *options, cwd=folder))
        sound, _ = decoded(folder / done["files"][0]["output"])
        meter = Meter()
        meter.write(sound)
        assert meter.integrated() == pytest.approx(lufs, abs=0.5)
        assert true_peak(sound) <= -0.9


def test_a_book_of_three_chapters(folder: Path, toy_run: Run) -> None:
    chapters = {
        "The Harbour": "The boats came in at noon.\n\nEverybody was there to see them.",
        "The Storm": "At night the wind was strong. Nobody slept.",
        "The Morning": "It was quiet again, and the sea was like glass.",
    }
    make_epub(folder / "book.epub", chapters, cover=picture("PNG"))
    options = ["--format", "m4b", "--subtitles", "json,srt", "--json"]
    done = report(toy_run("file", "book.epub", *options, cwd=folder))
    (file,) = done["files"]
    path = folder / file["output"]
    sound, _ = decoded(path)
    with av.open(str(path)) as container:
        assert container.metadata["title"] == "A Made-up Book"
        assert container.metadata["artist"] == "Nobody"
        marks = container.chapters()
        covers = [s for s in container.streams.video if s.disposition.name == "attached_pic"]
        assert len(covers) == 1
    assert [mark["metadata"]["title"] for mark in marks] == list(chapters)
    for mark, (title, text) in zip(marks, chapters.items(), strict=True):
        unit = float(mark["time_base"]) * SAMPLE_RATE
        part = sound[round(mark["start"] * unit) : round(mark["end"] * unit)]
        assert heard_tones(part) == letters(f"{title}.\n\n{text}", toy_run)
    words = [
        word
        for sentence in json.loads(path.with_suffix(".json").read_text())["sentences"]
        for word in sentence["words"]
    ]
    assert " ".join(w["text"] for w in words).startswith("The Harbour The boats came in at noon.")
    assert words[-1]["text"] == "glass."
    assert words[-1]["end"] <= len(sound) / SAMPLE_RATE + 0.05


@pytest.mark.parametrize("cover", [picture("PNG")[:-20], b"A cover."], ids=["cut", "text"])
def test_a_book_is_made_without_a_broken_cover(cover: bytes, tmp_path: Path, toy_run: Run) -> None:
    make_epub(tmp_path / "book.epub", {"One": "The boats came in."}, cover=cover)
    # What is not spoken is no matter for --strict.
    done = report(toy_run("file", "book.epub", "--strict", "--json", cwd=tmp_path))
    (file,) = done["files"]
    assert file["status"] == "made"
    (problem,) = file["problems"]
    assert "The cover cover.png" in problem
    with av.open(str(tmp_path / file["output"])) as container:
        assert not container.streams.video


def test_a_file_that_does_harm_is_one_line_and_the_others_are_made(
    tmp_path: Path, toy_run: Run
) -> None:
    (tmp_path / "a.txt").write_text("One.")
    (tmp_path / "b.pdf").write_bytes(FORM_OF_ITSELF)
    (tmp_path / "c.txt").write_text("Two.")
    result = toy_run("file", "a.txt", "b.pdf", "c.txt", "--format", "wav", "--json", cwd=tmp_path)
    assert result.returncode == ExitCode.PARTIAL
    files = {
        file["sources"][0]: file for file in json.loads(result.stdout.splitlines()[-1])["files"]
    }
    assert [files[name]["status"] for name in ("a.txt", "b.pdf", "c.txt")] == [
        "made", "failed", "made",
    ]  # fmt: skip
    assert files["b.pdf"]["error"].startswith("b.pdf can't be read: ")


@pytest.mark.real
def test_words_are_heard_when_the_subtitles_say(folder: Path, real_run: Run) -> None:
    """A word alone in its sentence begins and ends where the sound does."""
    (folder / "words.txt").write_text("Banana.\n\nTelephone.\n\nYesterday.\n\nMountain.")
    options = ["--format", "wav", "--subtitles", "json", "--json", "--gap", "1"]
    done = report(real_run("file", "words.txt", *options, cwd=folder))
    sound, _ = decoded(folder / done["files"][0]["output"])
    times = json.loads((folder / "words.json").read_text())["sentences"]
    assert [t["text"] for t in times] == ["Banana.", "Telephone.", "Yesterday.", "Mountain."]
    for said in times:
        middle = (said["start"] + said["end"]) / 2
        low = max(round((middle - 0.7) * SAMPLE_RATE), 0)
        start, end = sounding(sound[low : low + round(1.4 * SAMPLE_RATE)])
        assert said["start"] == pytest.approx((low + start) / SAMPLE_RATE, abs=0.1)
        assert said["end"] >= (low + end) / SAMPLE_RATE - 0.1


def test_a_timed_text_is_spoken_at_its_times(folder: Path, toy_run: Run) -> None:
    cues = [(0.5, 2.0, "Hello there."), (4.0, 5.0, "How are you today?"), (7.25, 9.0, "Goodbye.")]
    (folder / "talk.vtt").write_text(
        "WEBVTT\n\n"
        + "\n".join(f"00:00:{a:06.3f} --> 00:00:{b:06.3f}\n{text}\n" for a, b, text in cues)
    )
    done = report(toy_run("file", "talk.vtt", "--format", "wav", "--json", cwd=folder))
    sound, _ = decoded(folder / done["files"][0]["output"])
    for start, _, _ in cues:
        place = round(start * SAMPLE_RATE)
        before, after = sound[place - 4000 : place - 100], sound[place : place + 6000]
        assert np.abs(before).max(initial=0) < 0.02 * np.abs(after).max()
        assert sounding(after)[0] < 0.02 * SAMPLE_RATE


def without_spoken_chunks(store: Store, folder: Path) -> dict[str, str]:
    """Return the environment with a cache that has the model, and nothing spoken yet."""
    link_model(store.cache, folder)
    return variables_of(folder)


@pytest.mark.real
def test_killed_and_begun_again_the_model_gives_the_same_bytes(
    tmp_path: Path, real_store: Store
) -> None:
    text = "\n\n".join(f"This is paragraph number {i} of the book." for i in range(8))
    (tmp_path / "book.txt").write_text(text)
    command = [sys.executable, "-m", "kokoro_cli", "file", "book.txt", "--json"]
    first = without_spoken_chunks(real_store, tmp_path / "first")
    subprocess.run(
        [*command, "-d", "a", "--jobs", "1"], cwd=tmp_path, env=first, check=True, stdout=-1
    )
    second = without_spoken_chunks(real_store, tmp_path / "second")
    with subprocess.Popen([*command, "-d", "b"], cwd=tmp_path, env=second, stdout=-1) as process:
        while len(list((tmp_path / "second").glob("spoken/??/*"))) < 3:
            time.sleep(0.01)
        process.kill()
    done = subprocess.run([*command, "-d", "b"], cwd=tmp_path, env=second, stdout=-1, text=True)
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["chunks_found"] >= 2
    assert result["chunks_spoken"] + result["chunks_found"] == 8
    assert (tmp_path / "a/book.mp3").read_bytes() == (tmp_path / "b/book.mp3").read_bytes()
