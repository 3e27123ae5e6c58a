"""Several threads speak with one speaker at once, and each gets what it gets alone."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from kokoro_cli import ReadingRequest, Speaker
from kokoro_cli.assets.store import Store
from kokoro_cli.config import read_settings
from tests.conftest import variables_of

THREADS = 8

# Texts that differ only in their inline phonemes, voice or reading, and one in each language.
TASKS: dict[str, tuple[str, dict[str, Any]]] = {
    "Nero": ("[Nero](/nˈɛɹO/) saw the [Thames](/tˈɛmz/) at 5:30.", {}),
    "Cleo": ("[Nero](/klˈiO/) saw the [Thames](/θˈAmz/) at 5:30.", {}),
    "none": ("Nero saw the Thames at 5:30.", {}),
    "another voice": ("Nero saw the Thames at 5:30.", {"voice": "am_adam"}),
    "a blend": ("Nero saw the Thames at 5:30.", {"voice": "af_bella(2)+af_sky(1)"}),
    "a style": ("Nero saw the Thames at 5:30.", {"style": "bm_george", "alpha": 0.8}),
    "quick": ("Nero saw the Thames at 5:30.", {"speed": 1.7, "seed": 9}),
    "British": ("[Nero](/nˈɪəɹQ/) lost the schedule on 3/4/2024.", {"voice": "bf_emma"}),
    "British, as an American": (
        "Nero lost the schedule on 3/4/2024.",
        {"voice": "bf_emma", "reading": ReadingRequest(locale="en-us")},
    ),
    "unknown words": ("The frobnicators met Mr. Glorpwangler.", {}),
    "Spanish": ("[Nero](/nˈero/) vio 21 barcos en el puerto.", {"voice": "ef_dora"}),
    "Spanish too": ("[Nero](/klˈeo/) vio 21 barcos en el puerto.", {"voice": "ef_dora"}),
    "French": ("Il a vu 71 bateaux dans le port.", {"language": "fr"}),
    "Hindi": ("उसने बंदरगाह में नावें देखीं।", {"language": "hi"}),
    "Japanese": ("彼は港で船を見ました。", {"voice": "jf_alpha"}),
    "Chinese": ("他在港口看见了21艘船。", {"voice": "zf_xiaobei"}),
    "mixed": ("One. [voice:ff_siwis]Deux bateaux.[/voice] [voice:bf_emma]Three.[/voice]", {}),
    "losses": ("Hello. Привет! Goodbye.", {}),
    "other losses": ("Hello. Спасибо! Goodbye.", {}),
}
LONG = "\n\n".join(text for text, _ in list(TASKS.values())[:6])


@pytest.fixture(autouse=True)
def eager_switching() -> Iterator[None]:
    """Have Python change threads a thousand times as often as it does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


def spoken(speaker: Speaker, name: str, *, stream: bool = False) -> str:
    """Speak a task; return all that came of it, as one checksum."""
    text, fields = TASKS[name]
    made: Any = speaker.speak(text, stream=stream, **fields)  # type: ignore[call-overload]
    utterances = list(made)
    told = [
        [loss.text for loss in made.losses],
        [[w.text, w.phonemes, w.span, w.start_seconds] for u in utterances for w in u.words],
    ]
    digest = hashlib.sha256(json.dumps(told).encode())
    for utterance in utterances:
        digest.update(utterance.samples.tobytes())
    return digest.hexdigest()


def alone(name: str) -> str:
    """Speak a task with a speaker that speaks nothing else."""
    with Speaker.open() as speaker:
        return spoken(speaker, name)


def test_each_thread_gets_what_it_gets_alone(cache: Path) -> None:
    expected = {name: alone(name) for name in TASKS}
    assert len(set(expected.values())) == len(TASKS), "no task sounds as another"
    with Speaker.open() as speaker:
        together = Barrier(THREADS)

        def work(number: int) -> list[tuple[str, str]]:
            order = random.Random(number)
            names = [name for _ in range(4) for name in order.sample(list(TASKS), len(TASKS))]
            together.wait()
            return [(name, spoken(speaker, name, stream=order.random() < 0.2)) for name in names]

        with ThreadPoolExecutor(THREADS) as pool:
            for made in pool.map(work, range(THREADS)):
                for name, found in made:
                    assert found == expected[name], name


def test_the_first_use_is_at_once_too(cache: Path) -> None:
    """In a fresh process no reader and no engine is loaded when eight threads begin."""
    names = ["Nero", "Cleo", "British", "Spanish", "Japanese", "Chinese", "French", "losses"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.speaker.at_once", *names],
        capture_output=True,
        text=True,
        env=variables_of(cache),
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {name: alone(name) for name in names}


def test_an_error_of_one_is_not_that_of_another(cache: Path) -> None:
    with Speaker.open() as speaker, ThreadPoolExecutor(THREADS) as pool:
        texts = ["", "Hello.", "[hi](/h1/)", "Goodbye."] * 20

        def work(text: str) -> str:
            try:
                return speaker.speak(text).utterances[0].text
            except Exception as error:
                return str(error)[:16]

        assert list(pool.map(work, texts)) == [
            "There is nothing",
            "Hello.",
            "Line 1: The mode",
            "Goodbye.",
        ] * 20  # fmt: skip


@pytest.mark.real
def test_torch_speaks_for_one_thread_at_a_time(
    real_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings({"KOKORO_CACHE": str(real_store.cache)})
    names = ["Nero", "Cleo", "British"]
    with Speaker.open(engine="torch", device="cpu", settings=settings) as speaker:
        expected = {name: spoken(speaker, name) for name in names}
        assert len(set(expected.values())) == len(names)
        with ThreadPoolExecutor(4) as pool:
            asked = names * 2
            made = list(pool.map(lambda name: spoken(speaker, name), asked))
    assert made == [expected[name] for name in asked]


@pytest.mark.real
def test_onnx_speaks_for_several_threads(real_store: Store) -> None:
    settings = read_settings({"KOKORO_CACHE": str(real_store.cache)})
    names = ["Nero", "Cleo", "British", "Spanish"]
    with Speaker.open(engine="onnx", settings=settings) as speaker:
        expected = {name: spoken(speaker, name) for name in names}
        with ThreadPoolExecutor(4) as pool:
            asked = names * 2
            made = list(pool.map(lambda name: spoken(speaker, name), asked))
    assert made == [expected[name] for name in asked]
