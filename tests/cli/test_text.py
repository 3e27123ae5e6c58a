"""``kokoro text``, in the test's own process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.documents.pdfs import HELLO, one_page
from tests.documents.test_epub import book, zipped


def lines(cli: Run, *command: str, given: list[Any]) -> list[Any]:
    text = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in given)
    done = cli("text", *command, "--jsonl", input=text)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_normalize(cli: Run) -> None:
    done = cli("text", "normalize", "It cost $5.")
    assert done.stdout == "It cost five dollars.\n"


DASHES = {
    "a number": (["-5 degrees"], "minus five degrees"),
    "words": (["-5", "degrees"], "minus five degrees"),
    "a fraction": (["-.5"], "minus point five"),
    "money": (["-$5 today"], "minus five dollars today"),
    "before an option": (["-5 degrees", "-l", "en-us"], "minus five degrees"),
    "after an option": (["-l", "en-us", "-5"], "minus five"),
    "around an option": (["-5", "--lang=en-us", "to", "-3"], "minus five to minus three"),
    "before the separator": (["-5", "--", "x"], "minus five x"),
    "an item": (["- bread"], "bread"),
    "a letter that begins no option": (["-you go"], "-you go"),
    "after the separator": (["--", "-lang"], "-lang"),
    "a long dash": (["—no"], "—no"),
    "between two flags": (["--line-mode", "-5", "--emoji", "skip"], "minus five"),
    "a value with a dash": (["--urls", "short", "-1"], "minus one"),
}


@pytest.mark.parametrize(("arguments", "spoken"), DASHES.values(), ids=DASHES)
def test_a_text_may_begin_with_a_dash(arguments: list[str], spoken: str, cli: Run) -> None:
    done = cli("text", "normalize", *arguments)
    assert (done.returncode, done.stdout) == (0, f"{spoken}\n"), done.stderr


NO_OPTIONS = {
    "short": (["-x"], "No such option: -x"),
    "long": (["--lnag", "en"], "No such option: --lnag"),
    "a word": (["-yes"], "No such option: -y"),
    "letters of options": (["-lovely day"], ""),
    "without its value": (["-5", "-l"], "requires an argument"),
}


@pytest.mark.parametrize(("arguments", "message"), NO_OPTIONS.values(), ids=NO_OPTIONS)
def test_a_mistyped_option_is_not_spoken(arguments: list[str], message: str, cli: Run) -> None:
    done = cli("text", "normalize", *arguments, input="")
    assert done.returncode == 2
    assert message in done.stderr
    if message.startswith("No"):
        assert "comes after --" in done.stderr


@pytest.mark.parametrize("command", ["normalize", "sentences"])
def test_cues_and_a_page_on_standard_input(command: str, cli: Run) -> None:
    cues = "1\r\n00:00:01,000 --> 00:00:02,000\r\n2 dogs.\r\n"
    page = "<!doctype html><nav>Home</nav><main><h1>2 dogs.</h1></main>"
    said = cli("text", command, "2 dogs.").stdout
    for given in (cues, page):
        done = cli("text", command, input=given)
        assert (done.returncode, done.stdout) == (0, said), done.stderr


def test_standard_input(cli: Run) -> None:
    done = cli("text", "normalize", input="# One\n\n2 dogs")
    assert done.stdout == "One\ntwo dogs\n"


BOOK = {"a.xhtml": "<h1>1</h1><p># It cost $5 *today*.<p>2 dogs", "b.xhtml": "<p>No. 7"}
NORMALIZED = "one\nnumber It cost five dollars today.\ntwo dogs\nNumber seven\n"


def test_a_book_through_a_pipe_is_read_as_it_is_spoken(cli: Run) -> None:
    done = cli("text", "normalize", input=zipped(book(BOOK)))
    assert (done.returncode, done.stdout) == (0, NORMALIZED), done.stderr
    found = json.loads(cli("text", "sentences", "--json", "-", input=zipped(book(BOOK))).stdout)
    assert found["items"] == ["1", "# It cost $5 *today*.", "2 dogs", "No. 7"]
    words = json.loads(cli("text", "explain", "--json", input=zipped(book(BOOK))).stdout)["items"]
    assert [word["source"] for word in words][-4:] == ["2", "dogs", "No. 7", "No. 7"]
    chunks = json.loads(cli("text", "chunks", "--json", input=zipped(book(BOOK))).stdout)["items"]
    assert chunks[-1]["text"] == "Number seven"


def test_a_book_is_read_in_its_language(cli: Run) -> None:
    files = book({"a.xhtml": "<p>J'ai 2 chiens."})
    files["OEBPS/book.opf"] = str(files["OEBPS/book.opf"]).replace("en-GB", "fr-FR")
    assert cli("text", "normalize", input=zipped(files)).stdout == "J'ai deux chiens.\n"
    assert "two" in cli("text", "normalize", "-l", "en", input=zipped(files)).stdout


def test_a_pdf_and_captions_through_a_pipe(cli: Run) -> None:
    assert cli("text", "normalize", input=one_page(HELLO)).stdout == "Hello there.\n"
    page = one_page(b"BT /F 12 Tf 12 TL 72 700 Td (An old-) ' (fashioned com-) ' (puter.) ' ET")
    assert cli("text", "normalize", input=page).stdout == "An old-fashioned computer.\n"
    captions = "WEBVTT\n\n00:01.000 --> 00:02.000\n# 3 dogs\n\n00:02.000 --> 00:03.000\n_x\n"
    done = cli("text", "normalize", input=captions)
    assert done.stdout.splitlines()[0] == "number three dogs"


def test_what_a_book_lacks_is_named(cli: Run) -> None:
    files = book(BOOK)
    del files["OEBPS/b.xhtml"]
    done = cli("text", "normalize", input=zipped(files))
    assert done.returncode == 5
    assert "OEBPS/b.xhtml is missing" in done.stderr
    assert done.stdout.startswith("one\n")


def test_a_line_in_is_a_line_out(cli: Run) -> None:
    given = ["It fell -10.", "", "two\nlines", "# A\n\nB", "日本 \u2028 x"]
    answers = lines(cli, "normalize", given=given)
    assert len(answers) == len(given)
    assert answers[:4] == ["It fell minus ten.", "", "two lines", "A\nB"]


def test_names_between_colons_are_no_emoji(cli: Run) -> None:
    assert cli("text", "normalize", "std:x:y").stdout == "std:x:y\n"


def test_a_wrong_text_costs_no_other_its_answer(cli: Run) -> None:
    done = cli("text", "normalize", "--jsonl", input='"one"\n"[pause:99s]"\n"three"\n')
    assert done.stdout.splitlines() == ['"one"', "null", '"three"']
    assert done.returncode == 5
    assert "Line 2" in done.stderr


BROKEN = {
    "no JSON": b"oops",
    "half a string": b'"a',
    "another value": b"3",
    "null": b"null",
    "no UTF-8": b'"caf\xe9"',
    "a number without end": b"1" * 5000,
    "nested too deep": b"[" * 100_000,
    "wrong markup": b'"[rate:9] a"',
    "wrong SSML": b'"<speak>a"',
}


@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("command", ["normalize", "phonemes", "sentences"])
def test_a_broken_line_costs_no_other_its_answer(cli: Run, command: str, line: bytes) -> None:
    good = b'{"text": "a b"}' if command == "sentences" else b'"a b"'
    done = cli("text", command, "--jsonl", input=b"\n".join([good, line, b"", good, b""]))
    answers = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert answers[0] is not None
    assert answers == [answers[0], None, answers[0]]
    assert done.returncode == 5
    assert "Line 2 of the input: " in done.stderr
    assert "bug" not in done.stderr


def test_each_broken_line_is_named(cli: Run) -> None:
    done = cli("text", "normalize", "--jsonl", input='x\n"a"\n3\n' + "y\n" * 20)
    for number in (1, 3, 4):
        assert f"Line {number} of the input: " in done.stderr
    assert "14 lines more" in done.stderr
    assert "22 of 23 lines are wrong." in done.stderr
    assert done.returncode == 5


def test_a_line_that_loses_something_is_named(cli: Run) -> None:
    done = cli("text", "normalize", "--jsonl", input='"a"\n"caf\\udce9"\n')
    assert done.stdout.splitlines() == ['"a"', '"caf"']
    assert r"line 2: caf\xe9" in done.stderr
    assert done.returncode == 0


def test_phonemes_a_line(cli: Run) -> None:
    assert lines(cli, "phonemes", given=["Hello, world."]) == ["həlˈO, wˈɜɹld."]


def test_sentences_a_line(cli: Run) -> None:
    given = [
        {"lang": "en", "text": "Dr. No. He left at 5 p.m. Then I slept."},
        {"lang": "ja", "text": "雨が降る。風が吹く。"},
        {"lang": "de", "text": "Es regnet. Wir gehen."},
    ]
    assert lines(cli, "sentences", given=given) == [
        ["Dr. No.", "He left at 5 p.m.", "Then I slept."],
        ["雨が降る。", "風が吹く。"],
        ["Es regnet.", "Wir gehen."],
    ]


def test_locale(cli: Run) -> None:
    done = cli("text", "normalize", "--locale", "en-gb", "on 3/4/2025")
    assert done.stdout == "on the third of April twenty twenty five\n"


def test_explain_shows_where_each_word_comes_from(cli: Run) -> None:
    done = cli("text", "explain", "--json", "Dr. Xyzzyq read 3 [a](/bˈi/).")
    items = json.loads(done.stdout)["items"]
    assert [(i["source"], i["spoken"], i["rule"], i["origin"]) for i in items] == [
        ("Dr.", "Doctor", "title", "gold"),
        ("Xyzzyq", "Xyzzyq", "", "espeak"),
        ("read", "read", "", "gold"),
        ("3", "three", "number", "gold"),
        ("a", "a", "markup", "given"),
        (".", ".", "", "mark"),
    ]
    assert items[0].keys() == {
        "source", "spoken", "phonemes", "origin", "rule", "line", "start", "end",
    }  # fmt: skip


def test_lint_names_the_doubtful_words_once(cli: Run) -> None:
    done = cli("text", "lint", "--json", "Xyzzyq met Xyzzyq and Привет in London.")
    report = json.loads(done.stdout)
    assert [item["spoken"] for item in report["items"]] == ["Xyzzyq"]
    assert [loss["text"] for loss in report["not_spoken"]] == ["Привет"]


def test_chunks(cli: Run) -> None:
    done = cli("text", "chunks", "--json", "One two. " * 60)
    items = json.loads(done.stdout)["items"]
    assert len(items) > 1
    assert all(item["count"] == len(item["phonemes"]) <= 250 for item in items)


def test_a_lexicon(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[words]\nfoo = "/bˈɑɹ/"\n', encoding="utf-8")
    done = cli("text", "phonemes", "foo", "--lexicon", str(path))
    assert done.stdout == "bˈɑɹ\n"


def test_the_projects_lexicon_is_found(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "kokoro-lexicon.toml").write_text('[words]\nfoo = { say = "bar" }\n')
    done = cli("text", "normalize", "foo", cwd=tmp_path)
    assert done.stdout == "bar\n"
    assert "kokoro-lexicon.toml" in done.stderr


WRONG = {
    "no JSON": (["normalize", "--jsonl"], "oops\n", "Line 1"),
    "no string": (["normalize", "--jsonl"], "3\n", "Line 1"),
    "no text": (["sentences", "--jsonl"], '{"lang": "en"}\n', "Line 1"),
    "text and lines": (["normalize", "--jsonl", "a"], "", "standard input"),
    "limit": (["chunks", "--max-phonemes", "0", "a"], "", "longest chunk"),
    "language": (["normalize", "--lang", "tlh", "a"], "", "Unknown language"),
    "locale": (["normalize", "--locale", "en-au", "a"], "", "locale"),
    "urls": (["normalize", "--urls", "some", "a"], "", "--urls"),
    "lexicon": (["normalize", "--lexicon", "none.toml", "a"], "", "none.toml"),
    "DTD": (["normalize", "<!DOCTYPE speak><speak>a</speak>"], "", "line 1"),
    "SSML": (["normalize", "<speak>\n<p>a</speak>"], "", "line 2"),
}


@pytest.mark.parametrize(("command", "given", "message"), WRONG.values(), ids=WRONG)
def test_errors_are_one_clear_line(cli: Run, command: list[str], given: str, message: str) -> None:
    done = cli("text", *command, input=given)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_no_torch_in_the_text_stage() -> None:
    script = (
        "import sys; from kokoro_cli.text.reading import TextStage; "
        "from kokoro_cli.text.languages import LANGUAGES; from kokoro_cli.types import Losses; "
        "s = TextStage(LANGUAGES['a']); n = Losses(); "
        "[s.words(x, n) for x in s.sentences('# Hi 5 *dogs*', n)]; "
        "assert sys.modules.get('torch') is None and 'transformers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_range_with_a_decimal_and_an_ordinal(cli: Run) -> None:
    """It ended as "a bug", and with it all other lines."""
    texts = ["5-1.5th", "2025-1,000.501st", "5–1,000.5th", "10-2.5th", "5-10th"]
    done = cli("text", "normalize", "--jsonl", input="\n".join(map(json.dumps, texts)))
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == len(texts)
    assert "null" not in done.stdout


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("The rabbit[voice:bf_emma] garden.", "The rabbit garden."),
        ("He left[pause:1s] home.", "He left home."),
        ("Go [pause:1s] on.", "Go on."),
        ("[rate:1.2] Go on.", "Go on."),
        ("A [b](/x/) c.", "A b c."),
    ],
)
def test_sentences_keep_the_space_beside_a_control(text: str, sentence: str, cli: Run) -> None:
    """Words on both sides of a control were glued together."""
    assert cli("text", "sentences", text).stdout == f"{sentence}\n"
