"""Compare the speed of speaking sixty one-page files with the engine's own speed.

    python benchmarks/files.py [--files 60] [--words 250]

The files are spoken by the installed program in a fresh process with an empty store. The engine's
own speed is measured on a sixth of the pages as one text: one chunk at a time on all processors,
without reading, writing or loading. The result is the ratio of the two.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from kokoro_cli import Speaker, SpeechRequest, synthesis
from kokoro_cli.types import Chunk, Losses, Rendering

VOICE = "af_heart"
SUBJECTS = "the old man|a young doctor|my sister|the captain|nobody|every child|the neighbour's dog"
VERBS = "saw|remembered|followed|found|had forgotten|was looking for|talked about|carried"
OBJECTS = "the harbour|a letter|the broken clock|his brother's house|the long road|a cup of tea"


def page(words: int, rng: random.Random) -> str:
    """Return prose of about *words* words, in paragraphs of three to seven sentences."""
    paragraphs: list[str] = []
    while sum(len(p.split()) for p in paragraphs) < words:
        sentences = [
            " ".join(rng.choice(part.split("|")) for part in (SUBJECTS, VERBS, OBJECTS))
            for _ in range(rng.randint(3, 7))
        ]
        paragraphs.append(" ".join(f"{s[0].upper()}{s[1:]}, that day." for s in sentences))
    return "\n\n".join(paragraphs)


def engine_seconds(speaker: Speaker, text: str) -> float:
    """Return the seconds that the engine needs for a text's chunks, and nothing else."""
    plan = speaker.plan(SpeechRequest(voice=VOICE))
    chunks = list(plan.chunks(text, Losses()))
    engine = speaker.load()

    def work(chunk: Chunk) -> Rendering:
        return synthesis.render(chunk, engine, plan.styles.style, plan.options)

    work(chunks[0])  # The first run is slower.
    started = time.perf_counter()
    for chunk in chunks:
        work(chunk)
    return time.perf_counter() - started


def files_seconds(installed: Path, folder: Path) -> tuple[float, float]:
    """Return the seconds of work and of sound for a folder's files, including the process.

    *installed* is the cache with the model.
    """
    cache = folder / "cache"
    cache.mkdir()
    for entry in installed.iterdir():
        if entry.name not in ("spoken", "journal"):
            (cache / entry.name).symlink_to(entry)
    command = [sys.executable, "-m", "kokoro_cli", "file", "pages", "-d", "out", "--json"]
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "--engine", "onnx", "--voice", VOICE],
        cwd=folder,
        env={**os.environ, "KOKORO_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - started
    return seconds, json.loads(done.stdout.splitlines()[-1])["audio_seconds"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--words", type=int, default=250)
    asked = parser.parse_args(arguments)
    rng = random.Random(0)
    pages = [page(asked.words, rng) for _ in range(asked.files)]
    speaker = Speaker.open(engine="onnx", offline=True)
    if speaker.missing(VOICE):
        sys.exit("Install the model first: kokoro models pull")
    with speaker, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pages").mkdir()
        for number, text in enumerate(pages):
            (folder / "pages" / f"{number}.txt").write_text(text, encoding="utf-8")
        some = pages[: max(2, asked.files // 6)]
        per_page = engine_seconds(speaker, "\n\n".join(some)) / len(some)
        files, sound = files_seconds(speaker.store.cache, folder)
    print(f"engine alone: {per_page:.2f} s a page of {asked.words} words")
    print(
        f"{asked.files} files: {files / asked.files:.2f} s a page, {sound / files:.2f} × real time"
    )
    print(f"files to engine: {files / asked.files / per_page:.2f}")


if __name__ == "__main__":
    main()
