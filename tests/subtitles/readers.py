"""Small readers of each format, written only from its specification; times are in seconds."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

LOOK_ALIKES = str.maketrans("｛｝＼＜＞［］", "{}\\<>[]")


@dataclass(frozen=True)
class Shown:
    start: Fraction
    end: Fraction | None
    text: str
    starts: tuple[Fraction, ...] = ()
    """Start of each word, if the format has them."""

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


def seconds(text: str) -> Fraction:
    *upper, last = text.replace(",", ".").split(":")
    total = Fraction(last)
    for factor, part in zip((60, 3600), reversed(upper), strict=False):
        total += factor * int(part)
    return total


def read_srt(path: Path) -> list[Shown]:
    text = path.read_bytes().decode("utf-8")
    found = []
    for i, block in enumerate(text.split("\n\n")[:-1]):
        number, times, *lines = block.split("\n")
        assert number == str(i + 1)
        match = re.fullmatch(r"(\d\d+:\d\d:\d\d,\d{3}) --> (\d\d+:\d\d:\d\d,\d{3})", times)
        assert match
        assert lines and all(lines)
        found.append(Shown(seconds(match[1]), seconds(match[2]), "\n".join(lines)))
    return found


def read_vtt(path: Path) -> list[Shown]:
    head, *blocks = path.read_bytes().decode("utf-8").split("\n\n")
    assert head.rstrip("\n") == "WEBVTT"
    found = []
    for block in blocks:
        times, *lines = block.rstrip("\n").split("\n")
        match = re.fullmatch(r"(\d\d+:\d\d:\d\d\.\d{3}) --> (\d\d+:\d\d:\d\d\.\d{3})", times)
        assert match
        text = "\n".join(lines)
        assert lines and all(lines) and "-->" not in text and not re.search("[<>]", text)
        assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", text)
        found.append(Shown(seconds(match[1]), seconds(match[2]), html.unescape(text)))
    return found


def read_ass(path: Path) -> list[Shown]:
    lines = path.read_bytes().decode("utf-8").split("\n")
    events = lines.index("[Events]")
    fields = lines[events + 1].removeprefix("Format: ").split(", ")
    found = []
    for line in lines[events + 2 : -1]:
        values = line.removeprefix("Dialogue: ").split(",", len(fields) - 1)
        event = dict(zip(fields, values, strict=True))
        start, end = seconds(event["Start"]), seconds(event["End"])
        times = [0, *(int(k) for k in re.findall(r"\{\\k(\d+)\}", event["Text"]))]
        starts = tuple(start + Fraction(sum(times[: i + 1]), 100) for i in range(len(times)))
        assert len(times) == 1 or starts[-1] == end
        text = re.sub(r"\{\\k\d+\}", "", event["Text"]).replace("\\N", "\n")
        assert not re.search(r"[{}\\]", text)
        found.append(Shown(start, end, text, starts[:-1]))
    return found


def read_lrc(path: Path) -> list[Shown]:
    found = []
    for line in path.read_bytes().decode("utf-8").split("\n")[:-1]:
        if line.startswith("[ti:"):
            assert not found
            continue
        match = re.fullmatch(r"\[(\d\d+:\d\d\.\d\d)\](.*)", line)
        assert match
        starts = tuple(seconds(t) for t in re.findall(r"<(\d\d+:\d\d\.\d\d)>", match[2]))
        text = re.sub(r"<\d\d+:\d\d\.\d\d>", "", match[2])
        assert not text.startswith("[")
        found.append(Shown(seconds(match[1]), None, text, starts))
    return found


def read_json(path: Path) -> list[Shown]:
    data = json.loads(path.read_bytes().decode("utf-8"), parse_float=Fraction)
    assert set(data) == {"version", "sample_rate", "sentences", "duration"}
    assert (data["version"], data["sample_rate"]) == (1, 24_000)
    found = []
    for sentence in data["sentences"]:
        assert set(sentence) == {"start", "end", "text", "words"}
        words = [Shown(w["start"], w["end"], w["text"]) for w in sentence["words"]]
        assert (sentence["start"], sentence["end"]) == (words[0].start, words[-1].end)
        found += words
    assert not found or data["duration"] >= found[-1].end
    return found


def read_textgrid(path: Path, tier: str = "words") -> list[Shown]:
    """Read it as Praat does: only strings, and numbers between white space, count."""
    text = path.read_bytes().decode("utf-8")
    tokens = iter(re.findall(r'"(?:[^"]|"")*"|(?<!\S)-?[\d.]+(?!\S)|<exists>', text))
    assert [next(tokens), next(tokens)] == ['"ooTextFile"', '"TextGrid"']
    first, last = Fraction(next(tokens)), Fraction(next(tokens))
    assert first == 0 < last
    assert [next(tokens), next(tokens)] == ["<exists>", "2"]
    found = {}
    for _ in range(2):
        assert next(tokens) == '"IntervalTier"'
        name = next(tokens)[1:-1]
        assert (Fraction(next(tokens)), Fraction(next(tokens))) == (first, last)
        place, intervals = first, []
        for _ in range(int(next(tokens))):
            start, end = Fraction(next(tokens)), Fraction(next(tokens))
            assert start == place < end
            place = end
            intervals.append(Shown(start, end, next(tokens)[1:-1].replace('""', '"')))
        assert place == last
        found[name] = [interval for interval in intervals if interval.text]
    assert next(tokens, None) is None
    return found[tier]


READERS: dict[str, Callable[[Path], list[Shown]]] = {
    "srt": read_srt,
    "vtt": read_vtt,
    "ass": read_ass,
    "lrc": read_lrc,
    "json": read_json,
    "textgrid": read_textgrid,
}
UNITS = {
    "srt": Fraction(1, 1000),
    "vtt": Fraction(1, 1000),
    "ass": Fraction(1, 100),
    "lrc": Fraction(1, 100),
    "json": Fraction(1, 10_000),
    "textgrid": Fraction(1, 1_000_000),
}
