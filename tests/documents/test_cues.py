from __future__ import annotations

import io
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.documents import Cue, Document
from kokoro_cli.documents.cues import read
from kokoro_cli.errors import ExitCode, KokoroError
from tests.growth import LINEAR, IsLinear

TIMES = "00:00:01,000 --> 00:00:02,500"


def cues(text: str, name: str = "film.srt") -> list[tuple[float, float, str]]:
    return [(c.start_seconds, c.end_seconds, c.text) for c in document(text, name).chapters[0].cues]


def document(text: str, name: str = "film.srt") -> Document:
    return read(io.BytesIO(text.encode()), name)


def said(text: str, name: str = "film.srt") -> list[str]:
    return [text for _, _, text in cues(text, name)]


def one(body: str) -> str:
    """Return the spoken text of a cue with this body, which is followed by another cue."""
    *first, last = said(f"1\n{TIMES}\n{body}\n\n2\n00:00:03,000 --> 00:00:04,000\nEnd.\n")
    assert last == "End."
    return first[0] if first else ""


TWO = [(1.0, 2.5, "Good morning."), (3.0, 4.25, "How are you today?")]
SRT = """1
00:00:01,000 --> 00:00:02,500
Good morning.

2
00:00:03,000 --> 00:00:04,250
How are you
today?
"""
VTT = """WEBVTT

00:01.000 --> 00:02.500
Good morning.

00:03.000 --> 00:04.250
How are you
today?
"""
SAME = {
    "srt": SRT,
    "windows": SRT.replace("\n", "\r\n"),
    "old mac": SRT.replace("\n", "\r"),
    "two returns": SRT.replace("\n", "\r\r\n"),
    "byte order mark": "\ufeff" + SRT,
    "dots": SRT.replace(",", "."),
    "no numbers": SRT.replace("1\n0", "0").replace("2\n0", "0"),
    "no blank lines": SRT.replace("\n\n", "\n"),
    "a blank line below each": SRT.replace("\n", "\n\n"),
    "one-digit hours": SRT.replace("00:00:", "0:00:"),
    "no hours": SRT.replace("00:00:", "00:"),
    "one-digit minutes": SRT.replace("00:00:", "0:"),
    "coordinates": SRT.replace(",500", ",500 X1:117 X2:619 Y1:042 Y2:428"),
    "few decimals": SRT.replace(",500", ",5").replace(",000", ""),
    "spaces": SRT.replace(" --> ", "   -->\t").replace("\n", "  \n"),
    "no spaces": SRT.replace(" --> ", "-->"),
    "other arrows": SRT.replace("-->", "->", 1).replace("-->", "—>", 1),
    "no end of line": SRT.rstrip(),
    "many blank lines": "\n\n\n" + SRT.replace("\n\n", "\n\n\n\n") + "\n\n\n",
    "wrong numbers": SRT.replace("2\n0", "7\n0"),
    "later cue first": "\n\n".join(reversed(SRT.strip().split("\n\n"))),
    "tags": SRT.replace("Good", "<i>Good</i>").replace("How", '<font color="#f0f">How</FONT>'),
    "codes": SRT.replace("Good", r"{\an8}{\i1}Good{\i0}").replace("are you\n", r"are you\N"),
    "vtt": VTT,
    "vtt, windows": "\ufeff" + VTT.replace("\n", "\r\n"),
    "vtt, numbers": VTT.replace("00:01", "1\n00:01").replace("00:03", "2\n00:03"),
    "vtt, names": VTT.replace("00:01", "Intro - a\n00:01").replace("00:03", "b\n00:03"),
    "vtt, hours": VTT.replace("00:0", "00:00:0"),
    "vtt, settings": VTT.replace("2.500", "2.500 align:start position:10%,line-left line:0"),
    "vtt, header": VTT.replace("WEBVTT", "WEBVTT - A film\nKind: captions\nLanguage: en-GB"),
    "vtt, cue below header": VTT.replace("WEBVTT\n\n", "WEBVTT\n"),
    "vtt, note": VTT.replace("\n\n", "\n\nNOTE to\n-> all\nof you\n\nNOTE\nNo.\n\n", 1),
    "vtt, note at the end": VTT + "\nNOTE\nthe end\n",
    "vtt, cue in a note": VTT + "\nNOTE\n00:09.000 --> 00:10.000\nNot this.\n",
    "vtt, style": VTT.replace("\n\n", "\n\nSTYLE\n::cue {\n  color: red;\n}\n\n", 1),
    "vtt, region": VTT.replace("\n\n", "\n\nREGION\nid:fred\nwidth:40%\n\n", 1),
    "vtt, voice": VTT.replace("Good", "<v.loud Mary Ann>Good").replace("How", "<v Bob>How"),
    "vtt, classes": VTT.replace("morning", "<c.yellow.bg_blue>morning</c>"),
    "vtt, times of words": VTT.replace("are", "<00:03.500>are").replace("you", "<c>you</c>"),
    "vtt, without its header": VTT.replace("WEBVTT", ""),
    "vtt, marks of direction": VTT.replace("Good", "&lrm;Good&rlm;").replace("are ", "are&nbsp;"),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_the_same_cues_however_they_are_written(text: str) -> None:
    assert cues(text, "film.vtt" if "." in text[:30] else "film.srt") == TWO


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_several_encodings(encoding: str) -> None:
    text = f"1\n{TIMES}\nWo ist der Schlüssel? – Über der Tür, natürlich.\n"
    found = read(io.BytesIO(text.encode(encoding)), "film.srt").chapters[0].cues
    assert found == (Cue(1.0, 2.5, "Wo ist der Schlüssel? – Über der Tür, natürlich."),)


BODIES = {
    "one line": ("Hello there.", "Hello there."),
    "two lines": ("Hello\nthere.", "Hello there."),
    "blank lines inside": ("Hello\n\n\nthere.", "Hello there."),
    "a number inside": ("In the year\n\n1984\n\nit rained.", "In the year 1984 it rained."),
    "a number": ("1984", "1984"),
    "a number at the end": ("The year was\n1984", "The year was 1984"),
    "an arrow": ("From A --> B", "From A --> B"),
    "a timetable": ("12:30 -> 13:45", "12:30 -> 13:45"),
    "entities": ("AT&amp;T &lt;3 &#233; &copy; R&D;", "AT&T <3 é © R&D;"),
    "an entity in an entity": ("&amp;lt;i&amp;gt;", "&lt;i&gt;"),
    "no tag": ("a <b or <3 and > 2", "a <b or <3 and > 2"),
    "unknown tag": ("<unknown> <em>number</em>", "<unknown> number"),
    "closed only": ("Hello</i> <b>there<br/>all", "Hello there all"),
    "braces": ("{not a code} {\\pos(1,2)}here", "{not a code} here"),
    "ruby": ("<ruby>漢<rt>kan</rt>字<rt>ji</rt></ruby>", "漢字"),
    "two speakers": ("- Hello.\n- Hi.", "Hello. Hi."),
    "two speakers, no spaces": ("-Hello.\n–Hi.", "Hello. Hi."),
    "two speakers, three lines": ("- Hello,\nmy friend.\n- Hi.", "Hello, my friend. Hi."),
    "the second speaker": ("Hello.\n- Hi.", "Hello. Hi."),
    "speakers who count": ("-5.\n-6.", "5. 6."),
    "one dash": ("- Hello.", "Hello."),
    "a dash in the text": ("It was\n– too late –\nover.", "It was – too late – over."),
    "below zero": ("-5 degrees", "-5 degrees"),
    "change of speaker": ("&gt;&gt; Hello.\n>> Hi.", "Hello. Hi."),
    "song": ("♪ La la la ♪", "La la la"),
    "song in two lines": ("♪ I love\nyou so ♪", "I love you so"),
    "said and described": ("[laughs] Come in.", "Come in."),
    "a remark": ("He (the king) came.", "He (the king) came."),
    "described": ("[door slams]", ""),
    "described in round": ("(LAUGHS)", ""),
    "described twice": ("- [sighs]\n- (door opens)", ""),
    "described in two lines": ("[door\nslams]", ""),
    "described in italics": ("<i>(music)</i>", ""),
    "notes alone": ("♪♪", ""),
    "described with notes": ("♪ [MUSIC] ♪", ""),
    "full-width": ("（笑い声）", ""),
    "nothing": ("<i> </i>", ""),
    "dots": ("...", "..."),
    "japanese": ("こんにち\nは。", "こんにちは。"),
    "korean": ("안녕\n하세요", "안녕 하세요"),
    "control characters": ("a&#7;b\x1bc\u200bd", "abcd"),
    "an open bracket": ("[and then", "[and then"),
}


@pytest.mark.parametrize(("body", "speech"), BODIES.values(), ids=BODIES)
def test_what_is_said_in_a_cue(body: str, speech: str) -> None:
    assert one(body) == speech


def test_cues_are_ordered_by_start_and_may_overlap() -> None:
    text = "00:09,0 --> 00:10,0\nc\n\n00:01,0 --> 00:08,0\na\n\n00:01,0 --> 00:03,0\nb\n"
    assert cues(text) == [(1.0, 8.0, "a"), (1.0, 3.0, "b"), (9.0, 10.0, "c")]


def test_times_are_exact() -> None:
    assert cues("01:02:03,004 --> 100:00:00,999\na") == [(3723.004, 360000.999, "a")]
    assert cues("75:10.5 --> 75:10.5\na") == [(4510.5, 4510.5, "a")]


def test_in_webvtt_a_blank_line_ends_a_cue() -> None:
    assert said(VTT + "\nNo time stands above this.\n", "film.vtt") == [text for *_, text in TWO]


def test_the_number_above_a_time_is_text_if_cues_have_none() -> None:
    text = f"{TIMES}\nIt was\n1984\n00:00:03,000 --> 00:00:04,000\nOr not.\n"
    assert said(text) == ["It was 1984", "Or not."]


def test_rolling_captions_say_each_line_once() -> None:
    text = """WEBVTT
Kind: captions

00:00:00.000 --> 00:00:02.000 align:start position:0%
_
so<00:00:00.500><c> we</c><00:00:01.000><c> begin</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
so we begin
_

00:00:02.010 --> 00:00:04.000 align:start position:0%
so we begin
with<00:00:02.500><c> this</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
with this
_
"""
    assert cues(text.replace("_", " ")) == [(0.0, 2.0, "so we begin"), (2.01, 4.0, "with this")]


def at(*texts: str, step: float = 2.0, pause: float = 0.0) -> str:
    """Return VTT with these cues, each *pause* seconds after the one before."""

    def time(seconds: float) -> str:
        return f"00:{int(seconds // 60):02}:{seconds % 60:06.3f}"

    cues = [
        f"{time(i * (step + pause))} --> {time(i * (step + pause) + step)}\n{text}\n\n"
        for i, text in enumerate(texts)
    ]
    return "WEBVTT\n\n" + "".join(cues)


ROLLING = {
    "two lines": (
        ["so we begin", "so we begin\nwith this", "with this\nand that"],
        ["so we begin", "with this", "and that"],
    ),
    "flashes": (
        ["so we begin", "so we begin", "so we begin\nwith this", "with this", "with this\nnow"],
        ["so we begin", "with this", "now"],
    ),
    "three lines": (
        ["a b\nc d\ne f", "c d\ne f\ng h", "e f\ng h\ni j"],
        ["a b c d e f", "g h", "i j"],
    ),
    "words": (["so", "so we", "so we begin", "so we begin\nwith"], ["so", "we", "begin", "with"]),
    "a pair": (["Hello all", "Hello all\nwelcome back"], ["Hello all", "welcome back"]),
    "said twice": (
        ["now", "now\nrow on", "row on\nrow on", "row on\nmore"],
        ["now", "row on", "row on", "more"],
    ),
    "with sounds": (
        ["[Music]", "[Music]\nhello there", "hello there\nall of you"],
        ["hello there", "all of you"],
    ),
}


@pytest.mark.parametrize(("texts", "heard"), ROLLING.values(), ids=ROLLING)
@pytest.mark.parametrize("name", ["film.vtt", "film.srt"])
def test_rolling_captions_need_no_times_of_words(
    texts: list[str], heard: list[str], name: str
) -> None:
    text = at(*texts)
    assert said(text if name == "film.vtt" else text.removeprefix("WEBVTT\n\n"), name) == heard


NOT_ROLLING = {
    "an echo": ["Wait!", "Wait!", "Go on."],
    "a refrain": ["Row on,\nrow on.", "Row on,\nrow on.", "The boat."],
    "one of many": ["a", "b\nc", "c\nd", "e\nf", "g\nh", "i\nj", "k\nl"],
    "the first word": ["No", "Nobody\nknows", "who\nit is"],
}


@pytest.mark.parametrize("texts", NOT_ROLLING.values(), ids=NOT_ROLLING)
def test_repeated_speech_stays(texts: list[str]) -> None:
    assert said(at(*texts), "film.vtt") == [text.replace("\n", " ") for text in texts]


def test_a_repeated_line_after_a_pause_stays() -> None:
    assert said(at("Wait!", "Wait!\nStop!", pause=1.0), "film.vtt") == ["Wait!", "Wait! Stop!"]


def test_a_cue_that_ends_before_it_starts_costs_only_itself() -> None:
    text = SRT + "\n3\n00:00:09,000 --> 00:00:08,000\nLost.\n\n4\n" + TIMES + "\nLast.\n"
    found = document(text)
    assert [cue.text for cue in found.chapters[0].cues] == [
        "Good morning.",
        "Last.",
        "How are you today?",
    ]
    assert found.problems == (
        "Line 11 ends before it starts, 00:00:09,000 --> 00:00:08,000; its text is not spoken.",
    )


def test_many_backwards_cues_are_counted() -> None:
    bad = "00:00:09,000 --> 00:00:08,000\nLost.\n\n"
    problems = document(SRT + "\n" + 30 * bad).problems
    assert len(problems) == 21
    assert problems[-1] == "10 more cues have wrong times; they are not spoken."


def test_only_backwards_cues_are_an_error() -> None:
    with pytest.raises(KokoroError, match=r"Line 1 of film\.srt ends before it starts") as caught:
        document("00:00:09,000 --> 00:00:08,000\nLost.\n")
    assert caught.value.hint


def test_repeated_text_stays_if_words_have_no_times() -> None:
    assert said(f"{TIMES}\nNo.\n\n{TIMES}\nNo.\n") == ["No.", "No."]


def test_descriptions_are_counted() -> None:
    texts = ["[door slams]", "Hello.", "(music)", "", "♪♪"]
    text = "".join(f"{TIMES}\n{text}\n\n" for text in texts)
    assert document(text).problems == (
        "3 cues hold only descriptions of sounds, such as [door slams]; they are not spoken.",
    )
    assert document(f"{TIMES}\n(hm)\n\n{TIMES}\nHm.").problems == (
        "1 cue holds only a description of a sound, (hm); it is not spoken.",
    )
    assert document(SRT).problems == ()


def test_text_above_the_first_time_is_named() -> None:
    assert document("A film\n\nby me\n\n" + SRT).problems == (
        "Lines 1 to 3 are above the first time; they are not spoken.",
    )
    assert document("A film\n" + SRT).problems == (
        "Line 1 is above the first time; it is not spoken.",
    )
    assert document("WEBVTT\n" + SRT).problems == ()


WRONG = {
    "letter in a time": ("00:00:0x --> 00:00:02,000", r"Line 6 .*00:00:0x"),
    "letter in the end": ("00:00:01,000 --> 00:00:O2,000", "Line 6 "),
    "letters in the start": ("OO:OO:O1,000 --> 00:00:02,000", "Line 6 "),
    "no end": ("00:00:01,000 -->", "Line 6 "),
    "nothing but a start": ("00:22.000 --> ", "Line 6 "),
    "nothing but an end": ("--> 00:00:22.000", "Line 6 "),
    "nines": ("99:99:99.999 --> 100:00:00.000", "Line 6 .*99:99:99"),
    "too many seconds": ("00:00:75,000 --> 00:01:80,000", "Line 6 "),
    "too many minutes": ("00:75:00,000 --> 00:76:00,000", "Line 6 "),
    "too many parts": ("00:00:00:01 --> 00:00:00:02", "Line 6 "),
    "spaces": ("00: 00: 01, 000 --> 00: 00: 02, 000", "Line 6 "),
    "below zero": ("-00:00:01,000 --> 00:00:02,000", "Line 6 "),
    "words after it": ("00:00:01,000 --> 00:00:02,000 Hello all", "Line 6 "),
    "a hundred hours": ("101:00:00,000 --> 101:00:02,000", "Line 6 .*later than 100 hours"),
    "a year": ("8760:00:00,000 --> 8760:00:02,000", "Line 6 .*later than 100 hours"),
}


@pytest.mark.parametrize(("line", "message"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("name", ["film.srt", "film.vtt"])
@pytest.mark.parametrize("form", ["{good}{bad}{good}", "{bad}{good}", "{good}{bad}"])
def test_a_wrong_time_costs_only_its_cue(line: str, message: str, name: str, form: str) -> None:
    good, bad = f"1\n{TIMES}\nHello.\n\n", f"2\n{line}\nYou.\n\n"
    found = document(form.format(good=good, bad=bad), name)
    assert {cue.text for cue in found.chapters[0].cues} == {"Hello."}
    number = 2 if form.startswith("{bad}") else 6
    (problem,) = found.problems
    assert re.match(message.replace("6", str(number)), problem)
    assert problem.endswith("; its text is not spoken.")


@pytest.mark.parametrize(("line", "message"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("name", ["film.srt", "film.vtt"])
def test_only_wrong_times_are_an_error_with_a_line(line: str, message: str, name: str) -> None:
    with pytest.raises(KokoroError, match=message) as caught:
        document(f"\n\n\n\n2\n{line}\nYou.\n", name)
    assert name in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == ExitCode.FAILED


@pytest.mark.parametrize("text", ["", "\ufeff", "Hello.\n", "WEBVTT\n", "1\n2\n\n", "-->"])
def test_without_cues_it_is_an_error(text: str) -> None:
    with pytest.raises(KokoroError, match=r"film\.srt holds no subtitles") as caught:
        document(text)
    assert caught.value.hint


def test_without_words_it_is_an_error() -> None:
    with pytest.raises(KokoroError, match="nothing to speak"):
        document(f"{TIMES}\n[door slams]\n")


PIECES = (
    *(TIMES, "00:01.5 --> 00:02.5", " --> ", "00:00:0", "\n", "\r", "\n\n", "\0", "1", "a", "é"),
    *(
        "WEBVTT",
        "NOTE",
        "STYLE",
        "<",
        "<i>",
        "</i>",
        "[",
        "]",
        "(",
        ")",
        "♪",
        "- ",
        "{\\",
        "}",
        "&lt;",
    ),
)


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5))).map("".join))
def test_any_text_gives_cues_or_our_error(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    for name in ("film.srt", "film.vtt"):
        try:
            found = read(io.BytesIO(data), name).chapters[0].cues
        except KokoroError as error:
            assert error.hint
            continue
        starts = [cue.start_seconds for cue in found]
        assert found
        assert starts == sorted(starts)
        assert all(cue.start_seconds <= cue.end_seconds for cue in found)
        assert all(cue.text == " ".join(cue.text.split()) != "" for cue in found)


words = st.lists(st.from_regex(r"[a-zé]{1,8}[.,!?]?", fullmatch=True), min_size=1, max_size=12)


@given(st.lists(st.tuples(words, st.integers(0, 9)), min_size=1), st.booleans(), st.booleans())
def test_every_word_is_said_once_and_in_order(
    texts: list[tuple[list[str], int]], has_numbers: bool, is_vtt: bool
) -> None:
    lines = ["WEBVTT", ""] if is_vtt else []
    for i, (cue, cut) in enumerate(texts):
        lines += [str(i + 1)] * has_numbers + [f"{i:02}:00:00.000 --> {i:02}:00:01.000"]
        lines += [line for line in (" ".join(cue[:cut]), " ".join(cue[cut:])) if line] + [""]
    found = said("\n".join(lines))
    assert " ".join(found).split() == [word for cue, _ in texts for word in cue]


LONG = {
    "cues": f"1\n{TIMES}\nHello there.\n\n",
    "brackets": "[(",
    "tags": "<i",
    "spaces": " ",
    "arrows": "-->",
    "returns": "\r\r",
    "digits": "1",
    "times": "00:",
    "dashes": "- ",
    "blank lines": "\n",
    "settings": " a:b",
    "entities": "&amp",
    "codes": "{\\",
    "ruby": "<rt>",
    "rolling": "00:00:01.000 --> 00:00:02.000\na\nb\n\n00:00:02.000 --> 00:00:03.000\nb\na\n\n",
}


@LINEAR
@pytest.mark.parametrize("piece", LONG.values(), ids=LONG)
def test_work_is_linear_in_the_length(piece: str, is_linear: IsLinear) -> None:
    def read(length: int) -> None:
        body = piece * (length // len(piece))
        for text in (f"{TIMES}\na\n{body}", f"{TIMES}{body}\na", body):
            with suppress(KokoroError):
                document(text)

    assert is_linear(read, 75_000, 300_000)


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(KokoroError, match=r"has more than 2,000,000 lines"):
        document(SRT + "\n" * 2_000_001)


def test_too_many_cues_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kokoro_cli.documents.cues._MOST_CUES", 100)
    assert len(document(f"{TIMES}\nx\n\n" * 100).chapters[0].cues) == 100
    with pytest.raises(KokoroError, match=r"has more than 100 cues"):
        document(f"{TIMES}\nx\n\n" * 101)
