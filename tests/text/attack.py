"""Looks for texts that take long: anyone can run it, for as long as they like.

::

    .venv/bin/python -m tests.text.attack --seconds 3600 --seed 1

A hostile text repeats a unit of building blocks. The blocks are strings that the patterns of the
package match, found by machine, pieces of such strings, words of the cases, and the beginnings of
markup that never ends. Each text goes the whole way from a file's bytes to chunks, at one length
and at four times that length.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import pkgutil
import random
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from kokoro_cli import documents as documents_package
from kokoro_cli import synthesis
from kokoro_cli import text as text_package
from kokoro_cli.documents import Chapter, read
from kokoro_cli.errors import KokoroError
from kokoro_cli.text import inspect, live, verbalise
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.lexicon import Lexicon, make_entry
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Losses, SynthesisOptions

if sys.version_info >= (3, 11):
    from re import _parser as sre_parse  # type: ignore[attr-defined]
else:
    import sre_parse

SHORT, LONG = 5_000, 20_000
"""Lengths of the two texts of a trial, in characters."""

MOST_GROWTH = 6.0
"""Four times the text takes at most this many times as long."""

TIMES_PROSE = 4.0
"""Any text takes at most this many times as long as as many bytes of plain English.

A quiet processor of 2024 reads 100 kB of that in 2.5 s, so 100 kB of anything take under 10 s. A
busy one is slower at both.
"""

PROSE = "The north wind and the sun were disputing which was the stronger. "

HAND_MADE = [
    *"<>&[](){}*_`~|$^=#@\\/:;,.!?-+%'\"“”‘’«»„…—–•·°§©€£¥₹№ªº²₃½①Ⅳ\t\n\r\x0b\x0c\x85\u2028",
    *"aA1é०一あアーक्।。、！「」（）가אע🙂️🇫🇷‍",
    "<i>", "<b", "</", "<!--", "-->", "<script>", "<style",
    "<![CDATA[", "<?", "<p>", "<td>", "<div><p>", "<a href='", "<li>", "<br>", "<speak>", "</i>",
    "<a@", "<http:", "<ruby>", "<rt>", "&amp;", "&#", "&#x26;amp;", "&nbsp;", "&", "\n\n", "\n",
    " ", "   ", "\n    ", "\t", " \n ", "# ", "###### x\n\n", "> ", "- ", "- [ ] ", "1. ", "1) ",
    "a) ", "(iv) ", "* ", "• ", "| a ", "|-", "|---|\n", "---\n", "===\n", "```", "~~~", "``",
    "**", "__", "***", "~~", "![", "](", "[]", "[a](b)", "[a][b]", "[a]: b\n", "[^1]", "[^1]: ",
    "[[", "]]", "[[a|b]]", "![[", "\\", "\\*", "[pause:1s]", "[pause:", "[voice:",
    "[voice:bf_emma]", "[rate:", "[rate:1.1]", "[a](/b/)", "[a](say:ko-KO)", "(say:", "](/",
    "http://", "www.", "https://a.b/", "a@b.c", "@", ".com", "e.g. ", "Dr. ", "No. ", "p. ",
    "St. ", "U.S.", "1st", "2nd ", "IV", "MCM", "5:30", "1/2", "1,", "1.", "1-", "10 km", "$1",
    "€", "1e", "x^", "H2O", "+1 (", "1990s", "'90s", "a'", "'s", "a.", "A.", "A ", "a-", "a/",
    "-a", "\u0301", "\u200d", "\ufe0f", "\u00ad", "\u200b", "\u202e", "\ue000", "\U000e0041",
    "\x1b[", "\x1b[31m", "\x00", "\ufdd0", "\ud800", "said ", "! said ", "。と", "ー", "…", "...",
    "!?", '." ', ".” ", "“", "(", "(a) ", "Chapter 1\n\n", "第1章\n\n", "CHAPTER I. ",
    "00:00:01,000 --> 00:00:02,000\n", "-->", "WEBVTT\n\n", "{\\an8}", "♪", "[x]", "&lt;i&gt;",
    "read ", "lead ", "to ", "the ", "a ", "and ", "used to ", "does ", "live ", "Kokoro ",
    "new ", "\uff11", "㎏", "℃", "ﬁ", "ḉ", "क़", "ா", "한", "か\u3099", "e\u0323\u0301",
    "\u1100\u1161",
    "$x$", "$$", "$a", "\\(", "\\)", "\\[", "\\]", "\\frac{", "\\sqrt[", "x_{", "\\left(",
    "\\right)", "\\begin{align}", "\\end{align}", "\\text{", "\\\\", "&=",
]  # fmt: skip

SEPARATORS = ["", "", "", " ", " ", "\n", "\n\n", ", ", ". "]
FORMS = ("txt", "md", "html", "srt", "vtt", "text", "live", "sentences", "explain", "lexicon")


class TooLong(BaseException):
    """Ends a trial; a reader that catches its library's exceptions must not catch it."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A text of any length."""

    language: str
    form: str
    before: str
    unit: str
    after: str
    closes: str = ""
    """Repeated after the units, once for each: "<i><i>" + "</i></i>"."""

    def text(self, length: int) -> str:
        count = max(1, length // max(1, len(self.unit) + len(self.closes)))
        return self.before + self.unit * count + self.closes * count + self.after


class Sampler:
    """Makes strings that a pattern matches, but for its look-arounds, which are matched too."""

    def __init__(self, rng: random.Random, most: int = 4) -> None:
        self._rng = rng
        self._most = most
        self._groups: dict[int, str] = {}

    def sample(self, pattern: str, flags: int = 0) -> str:
        self._groups = {}
        return self._sequence(sre_parse.parse(pattern, flags))

    def _sequence(self, items: Iterable[Any]) -> str:
        return "".join(self._item(str(kind), value) for kind, value in items)

    def _item(self, kind: str, value: Any) -> str:
        rng = self._rng
        if kind == "LITERAL":
            return chr(value)
        if kind == "NOT_LITERAL":
            return rng.choice([c for c in "a1 .<é" if ord(c) != value])
        if kind == "ANY":
            return rng.choice("a1 .,<é")
        if kind == "IN":
            return self._in(value)
        if kind == "BRANCH":
            return self._sequence(rng.choice(value[1]))
        if kind == "SUBPATTERN":
            made = self._sequence(value[3])
            if value[0] is not None:
                self._groups[value[0]] = made
            return made
        if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inner = value
            count = rng.randint(low, min(max(int(high), low), low + self._most))
            return "".join(self._sequence(inner) for _ in range(count))
        if kind == "ATOMIC_GROUP":
            return self._sequence(value)
        if kind == "GROUPREF":
            return self._groups.get(value, "")
        if kind == "GROUPREF_EXISTS":
            return self._sequence(value[1]) if value[0] in self._groups else ""
        if kind == "ASSERT" and value[0] > 0:
            return self._sequence(value[1])
        return ""  # Looks back, looks for what must not be there, or stands at an edge.

    def _in(self, choices: list[Any]) -> str:
        rng = self._rng
        if str(choices[0][0]) == "NEGATE":
            return rng.choice("a1 .,<é-")
        kind, value = rng.choice(choices)
        if str(kind) == "LITERAL":
            return chr(value)
        if str(kind) == "RANGE":
            return chr(rng.choice([value[0], value[1], rng.randint(*value)]))
        classes = {"DIGIT": "0123456789", "SPACE": " \n\t", "WORD": "abXé1_", "NOT_SPACE": "a1.<"}
        return rng.choice(classes.get(str(value).removeprefix("CATEGORY_"), "a .<"))


@cache
def patterns(language: str) -> tuple[tuple[str, int], ...]:
    """Return the patterns of a language's rules."""
    found: dict[str, int] = {}
    for rule in verbalise.rules(LANGUAGES[language]):
        flags = rule.pattern.flags if isinstance(rule.pattern, re.Pattern) else 0
        found[rule.pattern.pattern] = flags & ~re.UNICODE
    return tuple(found.items())


@cache
def other_patterns() -> tuple[tuple[str, int], ...]:
    """Return every other pattern at the top of a module of the text stage and the readers."""
    found: dict[str, int] = {}
    for package in (text_package, documents_package):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".verbalise." in module.name:
                continue
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    found[value.pattern] = value.flags & ~re.UNICODE
    return tuple(found.items())


@cache
def case_words() -> tuple[str, ...]:
    words: dict[str, None] = {}
    for file in sorted((Path(__file__).parent / "cases").rglob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            for word in str(json.loads(line)["text"]).split():
                words[word] = None
    return tuple(words)


def block(rng: random.Random, language: str) -> str:
    """Return a building block: a few characters that some part of the program looks for."""
    kind = rng.random()
    if kind < 0.4:
        return rng.choice(HAND_MADE)
    if kind < 0.5:
        word = rng.choice(case_words())
        return word[: rng.randint(1, len(word))]
    pattern, flags = rng.choice(patterns(language) if kind < 0.8 else other_patterns())
    made = Sampler(rng).sample(pattern, flags)[:200]
    if made and rng.random() < 0.4:  # The beginning, without the end that it needs.
        made = made[: rng.randint(1, len(made))]
    return made or rng.choice(HAND_MADE)


def attack(rng: random.Random, language: str | None = None) -> Attack:
    """Return the next random text."""
    language = language or rng.choice(sorted(LANGUAGES))
    blocks = [block(rng, language) for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 5]))]
    unit = rng.choice(SEPARATORS).join(blocks) + rng.choice(SEPARATORS)
    before = block(rng, language) if rng.random() < 0.3 else ""
    after = block(rng, language) if rng.random() < 0.3 else ""
    closes = block(rng, language) if rng.random() < 0.15 else ""
    if rng.random() < 0.1:
        unit = "".join(block(rng, language) for _ in range(60))
    form = rng.choice(FORMS)
    if form == "text" and rng.random() < 0.2:
        before, after = f"<speak>{before}", f"{after}</speak>"
    return Attack(language, form, before, unit or "a", after, closes)


def run(given: Attack, length: int) -> None:
    """Read a text of the length the whole way."""
    text = given.text(length)
    stage = TextStage(LANGUAGES[given.language])
    with suppress(KokoroError):  # A message instead of speech; only the time counts here.
        _FORMS.get(given.form, _document)(text, stage, given.form)


def _speak(text: Any, stage: TextStage, form: str = "") -> None:
    options = SynthesisOptions("af_heart", stage.language.letter)
    for _ in synthesis.chunks(text, stage, options, Losses()):
        pass


def _document(text: str, stage: TextStage, form: str) -> None:
    """Read the text as a file of its kind; timed texts get times."""
    if form in ("srt", "vtt"):
        head = "WEBVTT\n\n" if form == "vtt" else ""
        text = f"{head}00:00:01.000 --> 00:00:02.000\n{text}"
    data = text.encode("utf-8", "surrogatepass")
    for chapter in read(io.BytesIO(data), f"a.{form}", f"a.{form}").chapters:
        _speak_chapter(chapter, stage)


def _speak_chapter(chapter: Chapter, stage: TextStage) -> None:
    for cue in chapter.cues:
        _speak(cue.text, stage.for_text(plain=True))
    if chapter.text:
        _speak(chapter.text, stage.for_text(plain=chapter.plain))


class _Pipe:
    """Gives a text bit by bit."""

    def __init__(self, text: str) -> None:
        self._rest = [text[i : i + 4096] for i in range(0, len(text), 4096)]

    @property
    def ended(self) -> bool:
        return not self._rest

    def more(self, seconds: float | None) -> str:
        return self._rest.pop(0) if self._rest else ""


def _live(text: str, stage: TextStage, form: str) -> None:
    _speak(live.segments(_Pipe(text), stage), stage)


def _sentences(text: str, stage: TextStage, form: str) -> None:
    list(inspect.sentences(text, stage, Losses()))


def _explain(text: str, stage: TextStage, form: str) -> None:
    list(inspect.explained(text, stage, Losses()))


def _lexicon(text: str, stage: TextStage, form: str) -> None:
    words = ("a", "new york", "x. y.", "1", "'", "a a a a a a", "é", "一", "the the")
    lexicon = Lexicon(tuple(make_entry(word, say="word") for word in words))
    _speak(text, TextStage(stage.language, lexicon=lexicon))


_FORMS: dict[str, Callable[[str, TextStage, str], None]] = {
    "text": _speak,
    "live": _live,
    "sentences": _sentences,
    "explain": _explain,
    "lexicon": _lexicon,
}


def seconds(given: Attack, length: int, *, limit: float = 60.0, best_of: int = 1) -> float:
    """Return the processor time of a run; at least *limit* if it takes longer than that."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    best = limit
    try:
        for _ in range(best_of):
            signal.setitimer(signal.ITIMER_VIRTUAL, limit)
            start = time.process_time()
            try:
                run(given, length)
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            best = min(best, time.process_time() - start)
    except TooLong:
        return limit
    finally:
        signal.signal(signal.SIGVTALRM, before)
    return best


def fault(given: Attack) -> str:
    """Say what is wrong with the time that an attack takes; "" if nothing is."""
    size = len(given.text(LONG).encode("utf-8", "surrogatepass"))
    most = _most_seconds(size)
    short = seconds(given, SHORT, limit=most)
    long = seconds(given, LONG, limit=2 * most)
    if long <= min(most, MOST_GROWTH * short + 0.1):
        return ""
    short = seconds(given, SHORT, limit=most, best_of=3)
    long = seconds(given, LONG, limit=4 * most, best_of=3)
    most = max(most, _most_seconds(size))
    if long > most:
        return f"{size:,} bytes take {long:.2f} s"
    if long > MOST_GROWTH * short + 0.05:
        return f"{short:.3f} s, and {long:.3f} s for four times the text"
    return ""


def _most_seconds(size: int) -> float:
    prose = Attack("a", "text", "", PROSE, "")
    return TIMES_PROSE * seconds(prose, LONG) * size / LONG


def faults(seed: int, until: float) -> Iterator[tuple[int, Attack, str]]:
    """Yield the number of each trial, the attack and what is wrong with it."""
    rng = random.Random(seed)
    for each in sorted(LANGUAGES):  # What is loaded and kept once does not count.
        run(Attack(each, "text", "", "Hello 12. ", ""), 50)
    number = 0
    while time.monotonic() < until:
        given = attack(rng)
        number += 1
        yield number, given, fault(given)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found = number = 0
    for number, each, wrong in faults(given.seed, time.monotonic() + given.seconds):
        if wrong:
            found += 1
            print(f"trial {number}: {wrong}: {each!r}", flush=True)
    print(f"{number:,} trials with seed {given.seed}: {found} faults.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
