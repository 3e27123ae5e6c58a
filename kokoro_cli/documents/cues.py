"""Timed text: SubRip (SRT) and WebVTT, including files that break the rules.

Formats: https://www.w3.org/TR/webvtt1/ and, for SubRip, which has no standard, what players accept.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from kokoro_cli.documents import Chapter, Cue, Document
from kokoro_cli.documents.encoding import decode
from kokoro_cli.errors import KokoroError

_EXAMPLE = "00:00:01,000 --> 00:00:02,500"

_LATEST_HOURS = 100
"""A later cue is a mistake: the silence before it would fill the disk."""

_MOST_LINES = 2_000_000
_MOST_CUES = 300_000
"""A cue takes half a kilobyte and 20 µs; a day of captions has 30,000."""

_AT_ONCE = 0.2
"""Seconds between two cues of captions that roll, at most."""
_MOST_ROLLED = 8
"""Most lines that are compared with the previous cue; a screen shows four."""
_MOST_NAMED = 20
"""Most lines about cues with wrong times; the rest is only counted."""

# Some editors write two returns before a newline.
_NEWLINE = re.compile("\r{0,2}\n|\r")
_NUMBER = re.compile(r"\s*[0-9]{1,9}\s*")

# A time without a fraction needs hours: "12:30 -> 13:45" is a line of text.
_TIME = r"(?:([0-9]{1,4}):)?([0-9]{1,3}):([0-9]{1,2})(?:[.,]([0-9]{1,9}))?(?![0-9.,:])"
_TIMING = re.compile(
    rf"\s*{_TIME}\s*[-–—]{{1,3}}\ ?>\s*{_TIME}(?:\s+[^\s:=]+[:=]\s?\S+)*\s*", re.ASCII
)
_LIKE_TIMING = re.compile(
    r"\s*-?[0-9]{1,9}\s?[:;]\s?[0-9]|[^>]*-->\s*-?[0-9]{1,9}\s?[:;]\s?[0-9]{1,2}\s?[:;.,]"
)

_LEFT_OUT = re.compile(r"NOTE(?:[ \t]|\Z)|(?:STYLE|REGION)\s*\Z")

_OVERRIDE = re.compile(r"\{(?:\\|[a-zA-Z]:)[^{}]*\}")
_WORD_TIME = re.compile(r"<(?:[0-9]{1,4}:)?[0-9]{1,2}:[0-9]{2}[.,][0-9]{1,3}>")
_RUBY_READING = re.compile(r"<rt(?:\.[^<>]*)?>[^<]*(?:</rt>)?")
_BREAK = re.compile(r"(?i:<br ?/?>)|\\N")
_SPEAKER = re.compile(r"</?(?:v|p|div)(?:[\s./][^<>]*)?>", re.IGNORECASE)
"""Tags around what one speaker says, or one paragraph; words on both sides are apart."""
_TAG = re.compile(
    r"</?(?:[bcipsuv]|font|lang|ruby|r[btp]|em|strong|span|div|tt|small|big|su[bp])"
    r"(?:[\s./][^<>]*)?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)

_NOTES = re.compile("[♩♪♫♬\U0001f3b5\U0001f3b6]+")
_SQUARE = re.compile(r"\[[^\[\]]*\]|［[^［］]*］|【[^【】]*】")
_ROUND = re.compile(r"\([^()]*\)|（[^（）]*）")
_DESCRIBED = re.compile(r"[\])］】）♩♪♫♬\U0001f3b5\U0001f3b6]")
_WORD = re.compile(r"\w")
_SPEAKER_DASH = re.compile(r"\s*[-‐–—]+\s*(?=[^\s-])")
_SPEAKER_CHANGE = re.compile(r"\A\s*>{2,3}\s*")
_ENDS = re.compile(r"[.!?…。！？♪\])\"”’»]\s*\Z")
_CJK = "\u3001-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff9f\U00020000-\U0003fffd"
_CJK_BREAK = re.compile(rf"(?<=[{_CJK}])\n(?=[{_CJK}])")


@dataclass(frozen=True, slots=True)
class _Timing:
    """A line with a start and an end time, in seconds."""

    place: int
    """Index of the line, from 0."""
    start: float
    end: float
    """Both are NaN if the line is no pair of times."""

    @property
    def fault(self) -> str:
        """What is wrong with the times, as the end of a sentence; "" if nothing is."""
        if math.isnan(self.start):
            return "is not a pair of times"
        if self.start > _LATEST_HOURS * 3600:
            return f"is later than {_LATEST_HOURS} hours"
        return "ends before it starts" if self.end < self.start else ""


def read(source: BinaryIO, name: str) -> Document:
    """Return one chapter with the cues, ordered by start time.

    Cues that only describe a sound are left out and named in ``problems``, and so are those with
    wrong times: invalid, later than 100 hours, or an end before the start.
    """
    text = decode(source.read(), name).removeprefix("\ufeff")
    if text.count("\n") + text.count("\r") > _MOST_LINES:
        raise _too_many(name, _MOST_LINES, "lines")
    lines = _NEWLINE.split(text)
    is_vtt = text.startswith("WEBVTT") or name.lower().endswith(".vtt")
    if is_vtt:
        lines = _without_comments(lines)
    timings = _timings(lines, name)
    if not timings:
        raise KokoroError(
            f"{name} holds no subtitles.", hint=f"A cue is a line such as {_EXAMPLE} and its text."
        )
    texts = _texts(lines, timings, stops_at_blank=is_vtt)
    if _WORD_TIME.search(text) or _roll(timings, texts):
        texts = _without_repeats(texts)
    cues, descriptions = _spoken(timings, texts)
    wrong = [timing for timing in timings if timing.fault]
    if not cues and wrong:
        place = wrong[0].place
        raise KokoroError(
            f"Line {place + 1} of {name} {wrong[0].fault}: {_shortened(lines[place])}",
            hint=f"Write it as {_EXAMPLE}.",
        )
    if not cues:
        raise KokoroError(
            f"The subtitles of {name} hold nothing to speak.",
            hint="They are empty or only describe sounds.",
        )
    problems = [] if is_vtt else _lines_above(lines, timings[0].place)
    problems += _wrong_named(lines, wrong)
    problems += _descriptions_named(descriptions)
    return Document("", (Chapter("", "", cues=cues),), problems=tuple(problems))


def _without_comments(lines: list[str]) -> list[str]:
    """Return the lines, with those of the header, comments and styles replaced by empty ones."""
    kept: list[str] = []
    in_header = left_out = lines[0].startswith("WEBVTT")
    after_blank = True
    for line in lines:
        blank = not line.strip()
        if blank or (in_header and "-->" in line):
            in_header = left_out = False
        elif after_blank and _LEFT_OUT.match(line):
            left_out = True
        kept.append("" if left_out else line)
        after_blank = blank
    return kept


def _timings(lines: list[str], name: str) -> list[_Timing]:
    found = []
    for place, line in enumerate(lines):
        if ">" not in line:
            continue
        timing = _timing(place, line)
        if timing is None and "-->" in line and _LIKE_TIMING.match(line):
            timing = _Timing(place, math.nan, math.nan)
        if timing is None:
            continue
        found.append(timing)
        if len(found) > _MOST_CUES:
            raise _too_many(name, _MOST_CUES, "cues")
    return found


def _too_many(name: str, most: int, what: str) -> KokoroError:
    return KokoroError(f"{name} has more than {most:,} {what}.", hint="Split it into parts.")


def _timing(place: int, line: str) -> _Timing | None:
    match = _TIMING.fullmatch(line)
    if match is None:
        return None
    start = _seconds(match[1], match[2], match[3], match[4])
    end = _seconds(match[5], match[6], match[7], match[8])
    return None if start is None or end is None else _Timing(place, start, end)


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float | None:
    """Return a time in seconds; None if it is invalid, as 00:75:00."""
    if hours is None and fraction is None:
        return None
    if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
        return None
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    # Converted as decimal text, so that 1,100 gives 1.1, not 1.1000000000000001.
    return float(f"{whole}.{fraction or 0}")


def _shortened(line: str) -> str:
    line = " ".join(_UNSEEN.sub("", line[:200]).split())
    return line if len(line) <= 60 else f"{line[:60]}…"


def _texts(
    lines: list[str], timings: list[_Timing], *, stops_at_blank: bool
) -> list[tuple[str, ...]]:
    """Return the plain lines of each cue; speaker marks and sound descriptions are still in them.

    In WebVTT a blank line ends a cue; in SubRip only the next number and time do.
    """
    number_above = _distance_of_number(lines, timings[0].place)
    ends = [_start(lines, timing.place, number_above) for timing in timings[1:]] + [len(lines)]
    texts = []
    for timing, end in zip(timings, ends, strict=True):
        body = _body(lines, timing.place + 1, end, stops_at_blank=stops_at_blank)
        plain = _plain("\n".join(body))
        texts.append(tuple(" ".join(line.split()) for line in plain.split("\n") if line.strip()))
    return texts


def _body(lines: list[str], start: int, end: int, *, stops_at_blank: bool) -> Iterator[str]:
    begun = False
    for line in lines[start:end]:
        if line.strip():
            begun = True
            yield line
        elif stops_at_blank and (begun or not line):
            return  # A line of spaces before the text ends no cue; rolling captions have one.


def _distance_of_number(lines: list[str], place: int) -> int | None:
    """Return the number of lines from the first cue's number to its times; None if it has none.

    It is one, or two if a blank line follows each line of the file.
    """
    for above in range(1, min(place, 3) + 1):
        if lines[place - above].strip():
            return above if _NUMBER.fullmatch(lines[place - above]) else None
    return None


def _start(lines: list[str], place: int, number_above: int | None) -> int:
    """Return the index of a cue's first line: its number if it has one, else its times."""
    if number_above is None:
        return place
    first = max(place - number_above, 0)
    has_number = _NUMBER.fullmatch(lines[first]) and not "".join(lines[first + 1 : place]).strip()
    return first if has_number else place


def _plain(text: str) -> str:
    """Return the text without tags, style codes and times of words."""
    text = _BREAK.sub("\n", _OVERRIDE.sub("", text)).replace(r"\h", " ")
    text = _SPEAKER.sub(" ", text)
    text = _TAG.sub("", _WORD_TIME.sub("", _RUBY_READING.sub("", text)))
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return _UNSEEN.sub("", text)


def _roll(timings: list[_Timing], texts: list[tuple[str, ...]]) -> bool:
    """Whether a third of the cues show the text before them again, and more below it.

    Such a cue begins when the one before ends. Speech that is repeated has a cue of its own.
    """
    shown = [(timing, lines) for timing, lines in zip(timings, texts, strict=True) if lines]
    rolling = sum(
        timing.start - before.end < _AT_ONCE and _new_in(above, lines) not in ((), lines)
        for (before, above), (timing, lines) in pairwise(shown)
    )
    return 3 * rolling > max(len(shown) - 2, 0) and rolling > 0


def _without_repeats(texts: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the cues without what repeats the previous cue.

    Captions roll: each line is shown at the bottom first, then again above, maybe word by word.
    """
    kept = []
    before: tuple[str, ...] = ()
    for lines in texts:
        kept.append(_new_in(before, lines))
        before = lines or before
    return kept


def _new_in(before: tuple[str, ...], lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines without those at the top that are the last ones of *before*."""
    for count in range(min(len(before), len(lines), _MOST_ROLLED), 0, -1):
        last, line = before[-1], lines[count - 1]
        grown = line == last or line.startswith(f"{last} ")
        if grown and lines[: count - 1] == before[len(before) - count : -1]:
            rest = line[len(last) :].strip()
            return ((rest,) if rest else ()) + lines[count:]
    return lines


def _spoken(
    timings: list[_Timing], texts: list[tuple[str, ...]]
) -> tuple[tuple[Cue, ...], list[str]]:
    """Return the cues with speech, ordered by start, and the texts of those that only describe.

    A cue with wrong times, or without any text, is in neither.
    """
    cues = []
    descriptions = []
    for timing, lines in zip(timings, texts, strict=True):
        text = _speech(lines)
        if timing.fault:
            continue
        if text:
            cues.append(Cue(timing.start, timing.end, text, timing.place + 2))
        elif lines:
            descriptions.append(" ".join(lines))
    return tuple(sorted(cues, key=lambda cue: cue.start_seconds)), descriptions


def _speech(lines: tuple[str, ...]) -> str:
    """Return the speech in a cue; "" if there is none.

    Text in round brackets may be part of the speech; text in square brackets is not.
    """
    said = _SQUARE.sub(" ", _NOTES.sub(" ", _without_dashes("\n".join(lines))))
    text = "\n".join(" ".join(line.split()) for line in said.split("\n") if line.strip())
    if not _WORD.search(_ROUND.sub("", text)) and _DESCRIBED.search("".join(lines)):
        return ""
    return _CJK_BREAK.sub("", text).replace("\n", " ")


def _without_dashes(text: str) -> str:
    """Return the lines without the dashes and arrows that mark a change of speaker."""
    lines = [_SPEAKER_CHANGE.sub("", line) for line in text.split("\n")]
    dashed = [match.end() if (match := _SPEAKER_DASH.match(line)) else 0 for line in lines]
    several = sum(map(bool, dashed)) > 1
    spoken = []
    for i, (line, end) in enumerate(zip(lines, dashed, strict=True)):
        new_speaker = several or i == 0 or _ENDS.search(lines[i - 1][-9:])
        below_zero = not several and line[end : end + 1].isdigit()
        spoken.append(line[end:] if new_speaker and not below_zero else line)
    return "\n".join(spoken)


def _wrong_named(lines: list[str], wrong: list[_Timing]) -> Iterator[str]:
    for timing in wrong[:_MOST_NAMED]:
        times = _shortened(lines[timing.place])
        yield f"Line {timing.place + 1} {timing.fault}, {times}; its text is not spoken."
    if len(wrong) > _MOST_NAMED:
        yield f"{len(wrong) - _MOST_NAMED:,} more cues have wrong times; they are not spoken."


def _lines_above(lines: list[str], place: int) -> list[str]:
    """Return a message about text above the first time, which therefore has no time."""
    number_above = _distance_of_number(lines, place)
    above = [i + 1 for i in range(_start(lines, place, number_above)) if lines[i].strip()]
    if not above:
        return []
    if len(above) == 1:
        return [f"Line {above[0]} is above the first time; it is not spoken."]
    return [f"Lines {above[0]} to {above[-1]} are above the first time; they are not spoken."]


def _descriptions_named(descriptions: list[str]) -> list[str]:
    if not descriptions:
        return []
    example = _shortened(descriptions[0])
    if len(descriptions) == 1:
        return [f"1 cue holds only a description of a sound, {example}; it is not spoken."]
    count = f"{len(descriptions):,} cues hold only descriptions of sounds"
    return [f"{count}, such as {example}; they are not spoken."]
