from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kokoro_cli.errors import UsageError
from kokoro_cli.speaker.resolve import project_lexicon
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.lexicon import (
    ALL_LANGUAGES,
    LARGEST,
    LARGEST_UNASKED,
    PROJECT_LEXICON,
    Entry,
    Lexicon,
    Match,
    choose,
    load_all,
    make_entry,
    read_lexicon,
)
from tests.growth import LINEAR, IsLinear

TOML = """\
# Ours.
[words]
kokoro = "ko-KO-ro"
Siobhan = "/ʃɪˈvɔːn/"
read = { phonemes = "/ɹˈɛd/", pos = "verb" }
"New York" = { say = "nyoo york" }
nginx = { say = "engine x", case = "exact", language = "en-us" }
tomato = [
  { respelling = "tuh-MAY-toh", language = "en-us" },
  { respelling = "tuh-MAH-toh", language = "en-gb" },
]
"""

PLS = """\
<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon"
    alphabet="ipa" xml:lang="en">
  <lexeme>
    <grapheme>Siobhan</grapheme>
    <grapheme>Shivaun</grapheme>
    <phoneme>sɪəˈbæn</phoneme>
    <phoneme prefer="true">ʃɪˈvɔːn</phoneme>
    <example><grapheme>not</grapheme> this</example>
  </lexeme>
  <lexeme role="pos:verb"><grapheme>read</grapheme><phoneme>ɹɛd</phoneme></lexeme>
  <lexeme><grapheme>W3C</grapheme><alias>World Wide Web Consortium</alias></lexeme>
  <lexeme><grapheme>W3C</grapheme><alias>never this</alias></lexeme>
  <lexeme><grapheme>silent</grapheme></lexeme>
</lexicon>
"""

TSV = "# word\tsound\r\nkokoro\tko-KO-ro\r\n\nread\t/ɹˈɛd/\tVBD\nkokoro\t/kəkˈOɹO/\n"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def lexicon(**words: str) -> Lexicon:
    return Lexicon(tuple(make_entry(word, written=written) for word, written in words.items()))


def spoken(of: Lexicon, text: str, language: str = "a", tag: str = "") -> list[tuple[str, str]]:
    found = []
    for match in of.matches(text, language):
        entry = choose(match.entries, tag)
        if entry:
            said = entry.phonemes(language, match.suffix) or entry.words(match.suffix)
            found.append((text[match.start : match.end], said))
    return found


def test_toml(tmp_path: Path) -> None:
    read = read_lexicon(write(tmp_path, "lexicon.toml", TOML))
    text = "Kokoro, Siobhan of New York read nginx and Nginx: tomato"
    assert spoken(read, text, "a", "VBD") == [
        ("Kokoro", "kOkˈOɹO"),
        ("Siobhan", "ʃɪvˈɔn"),
        ("New York", "nyoo york"),
        ("read", "ɹˈɛd"),
        ("nginx", "engine x"),
        ("tomato", "təmˈAtO"),
    ]
    assert spoken(read, text, "b", "NN") == [
        ("Kokoro", "kQkˈQɹQ"),
        ("Siobhan", "ʃɪvˈɔːn"),
        ("New York", "nyoo york"),
        ("tomato", "təmˈɑːtQ"),
    ]
    # Respellings are for English.
    assert spoken(read, text, "e") == [("Siobhan", "ʃɪvˈɔːn"), ("New York", "nyoo york")]
    assert read.entries[1].source.endswith("lexicon.toml, line 4")


@pytest.mark.parametrize("name", ["lexicon.pls", "LEXICON.XML"])
def test_pls(tmp_path: Path, name: str) -> None:
    read = read_lexicon(write(tmp_path, name, PLS))
    text = "Siobhan, Shivaun: not silent, read W3C"
    names = [("Siobhan", "ʃɪvˈɔn"), ("Shivaun", "ʃɪvˈɔn")]
    consortium = ("W3C", "World Wide Web Consortium")
    assert spoken(read, text, "a", "VB") == [*names, ("read", "ɹɛd"), consortium]
    assert spoken(read, text, "a", "NN") == [*names, consortium]
    assert spoken(read, text, "b", "NN")[0] == ("Siobhan", "ʃɪvˈɔːn")
    assert spoken(read, text, "f") == []


@pytest.mark.parametrize("name", ["lexicon.tsv", "lexicon.txt"])
def test_tsv_the_last_line_for_a_word_counts(tmp_path: Path, name: str) -> None:
    read = read_lexicon(write(tmp_path, name, "\ufeff" + TSV))
    assert spoken(read, "kokoro read", "a", "VBD") == [("kokoro", "kəkˈOɹO"), ("read", "ɹˈɛd")]
    assert spoken(read, "kokoro read", "a", "VB") == [("kokoro", "kəkˈOɹO")]


DOCTYPE = PLS.replace("<lexicon ", '<!DOCTYPE lexicon [<!ENTITY a "b">]>\n<lexicon ', 1)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.toml", "[words]\nb = \n", "line 2"),
        ("a.toml", "[words]\nx = 'a'\nkokoro = 'kokoro'\n", "line 3: The respelling has no"),
        ("a.toml", "[words]\n\n'x y' = '/8/'\n", "line 3: The model has no sound for '8'"),
        ("a.toml", "[words]\na = { phonemes = '/a/', say = 'b' }\n", "line 2: 'a' needs one of"),
        ("a.toml", "[words]\na = { pos = 'noun' }\n", "line 2: 'a' needs one of"),
        ("a.toml", "[words]\na = { phonems = '/a/' }\n", "unknown key: 'phonems'"),
        ("a.toml", "[words]\na = { say = 1 }\n", "say of 'a' is not a text"),
        ("a.toml", "[words]\na = 1\n", "neither a text nor a table"),
        ("a.toml", "[words]\na = { say = 'b', pos = 'thing' }\n", "part of speech: 'thing'"),
        ("a.toml", "[words]\na = { say = 'b', case = 'both' }\n", "case is 'both'"),
        ("a.toml", "[words]\na = { say = 'b', language = 'xx' }\n", "Unknown language: 'xx'"),
        ("a.toml", "[words]\na = { respelling = 'AH', language = 'fr' }\n", "English only"),
        ("a.toml", "[words]\na = { say = '?!' }\n", "no words to say"),
        ("a.toml", "[words]\n'' = 'AH'\n", "line 2: The word is empty"),
        ("a.toml", "[words]\n" + "a" * 300 + " = 'AH'\n", "too long"),
        ("a.toml", "\n[word]\na = 'AH'\n", "line 2: 'word' is not allowed"),
        ("a.toml", "words = 1\n", "line 1: 'words' is not allowed"),
        ("a.toml", "a = " + "[" * 20_000, "not valid TOML"),
        ("a.toml", b"[words]\n\xff = 1", "line 2: this is not UTF-8"),
        ("a.tsv", "a\tAH\nb BEE\n", "line 2: There are 1 columns"),
        ("a.tsv", "a\tAH\nb\tkokoro\n", "line 2: The respelling has no"),
        ("a.txt", "a\t\n", "line 1: 'a' has no pronunciation"),
        ("a.txt", b"a\tAH\n\xe9\n", "line 2: this is not UTF-8"),
        ("a.pls", DOCTYPE, "line 2, column 19: A document type declaration is not allowed"),
        ("a.pls", "<lexicon><lexeme></lexicon>", "line 1, column 20: mismatched tag"),
        ("a.pls", "<rss/>", "first tag is 'rss', not 'lexicon'"),
        ("a.pls", PLS.replace("ʃɪˈvɔːn", "8"), "sound for '8'"),
        ("a.pls", PLS.replace('"ipa"', '"x-sampa"'), "Unknown alphabet: 'x-sampa'"),
        ("a.pls", PLS.replace('"en"', '"tlh"'), "Unknown language: 'tlh'"),
        ("a.pls", "<lexicon><lexeme><alias>a</alias></lexeme></lexicon>", "no grapheme"),
        ("a.pls", "<lexicon><lexeme><grapheme>a</grapheme><alias/></lexeme></lexicon>", "empty"),
        ("a.pls", '<?xml version="1.0" encoding="nothing"?><lexicon/>', "a.pls"),
        ("a.csv", "a,b", "ends with '.csv'"),
        ("lexicon", "a,b", "ends with 'no extension'"),
    ],
)
def test_errors_in_a_file_are_reported_with_their_place(
    tmp_path: Path, name: str, text: str | bytes, says: str
) -> None:
    path = write(tmp_path, name, text)
    with pytest.raises(UsageError) as caught:
        read_lexicon(path)
    assert says in caught.value.message
    assert str(path) in caught.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        read_lexicon(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="can't be read"):
        read_lexicon(Path("a\0.toml"))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.lists(
        st.sampled_from(
            [*TOML.split(" "), *PLS.split(">"), *TSV.split("\t"), "\t", ">", "=", "\n"]
        ),
        max_size=40,
    ).map(lambda parts: " ".join(parts).encode()),
    st.sampled_from([".toml", ".pls", ".tsv"]),
)
def test_any_bytes_are_a_lexicon_or_an_error(tmp_path: Path, data: bytes, extension: str) -> None:
    path = write(tmp_path, f"lexicon{extension}", data)
    try:
        read = read_lexicon(path)
    except UsageError as error:
        assert str(path) in error.message
        return
    for language in LANGUAGES:
        read.matches("kokoro and Siobhan's in New York", language)
        for entry in read.entries:
            if language in entry.languages:
                assert bool(entry.phonemes(language)) != bool(entry.words())


@pytest.mark.parametrize(
    ("text", "american", "british"),
    [
        ("Siobhan's", "ʃɪvˈɔnz", "ʃɪvˈɔːnz"),
        ("Siobhan’s", "ʃɪvˈɔnz", "ʃɪvˈɔːnz"),
        ("Siobhans", "ʃɪvˈɔnz", "ʃɪvˈɔːnz"),
        ("Siobhans'", "ʃɪvˈɔnz", "ʃɪvˈɔːnz"),
        ("SIOBHAN", "ʃɪvˈɔn", "ʃɪvˈɔːn"),
        ("Knopf's", "knˈɑpfs", "knˈɒpfs"),
        ("Raj's", "ɹˈɑʤᵻz", "ɹˈɑːʤɪz"),
        ("Bosches", "bˈɑʃᵻz", "bˈɒʃɪz"),
        ("Bosches'", "bˈɑʃᵻz", "bˈɒʃɪz"),
        ("PCs", "pisˈiz", "piːsˈiːz"),
    ],
)
def test_english_plurals_and_possessives(text: str, american: str, british: str) -> None:
    words = lexicon(
        Siobhan="/ʃɪˈvɔːn/", Knopf="/knˈɒpf/",
        Raj="rahj", Bosch="bosh", PC="pee-SEE",
    )  # fmt: skip
    assert spoken(words, text, "a") == [(text, american)]
    assert spoken(words, text, "b") == [(text, british)]


def test_other_words_keep_the_suffix() -> None:
    words = Lexicon((make_entry("nginx", say="engine x"),))
    assert spoken(words, "nginx nginx's nginxes") == [
        ("nginx", "engine x"),
        ("nginx's", "engine x's"),
        ("nginxes", "engine xes"),
    ]


def test_no_plural_in_other_languages() -> None:
    words = lexicon(Siobhan="/ʃɪˈvɔːn/")
    assert spoken(words, "Siobhans Siobhan", "f") == [("Siobhan", "ʃɪvˈɔːn")]


def test_short_words_have_no_plural() -> None:
    words = lexicon(a="AY", i="EYE", wa="/wɑ/", bas="/bɑ/")
    assert spoken(words, "as is was bass") == []


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("read", "read, (read) re-read! read", ["read", "read", "read", "read"]),
        ("read", "reads bread reader read2 read'em", ["reads"]),
        ("don't", "I don't. 'don't' don't've", ["don't", "don't"]),
        (
            "New York",
            "New York, new york, New\u00a0York Newark New-York",
            ["New York", "New\u00a0York"],
        ),
        ("NASA", "NASA nasa Nasa NASAs", ["NASA", "NASAs"]),
        ("C++", "C++ C C++.", ["C++", "C++"]),
        (".NET", ".NET 3.NET", [".NET", ".NET"]),
        ("Straße", "Die straße, Straßen", ["straße"]),
        ("cafe\u0301", "Café", ["Café"]),
        ("नमस्ते", "नमस्ते नमस्", ["नमस्ते"]),
        ("東京", "私は東京に行く", ["東京"]),
        ("ラム", "プログラム ラム", ["ラム"]),
    ],
)
def test_places_of_a_word(word: str, text: str, found: list[str]) -> None:
    words = Lexicon((make_entry(word, say="other"),))
    assert [text[m.start : m.end] for m in words.matches(text, "a")] == found


def test_the_longest_wins() -> None:
    words = Lexicon(tuple(make_entry(w, say="x") for w in ("new", "new york", "york city hall")))
    text = "new york city hall new"
    assert [text[m.start : m.end] for m in words.matches(text, "a")] == ["new york", "new"]


def test_the_case_of_a_word() -> None:
    exact = make_entry("us", say="you ess", case="exact")
    any_case = make_entry("US", say="america", case="any")
    words = Lexicon((any_case, exact))
    assert spoken(words, "US us Us") == [("US", "america"), ("us", "you ess"), ("Us", "america")]


READ = tuple(
    make_entry("read", say=pos or "any", pos=pos) for pos in ("", "verb", "noun", "name", "VBD")
)


@pytest.mark.parametrize(
    ("tag", "chosen"),
    [
        ("VB", "verb"), ("VBZ", "verb"), ("VBD", "VBD"), ("NN", "noun"), ("NNS", "noun"),
        ("NNP", "name"), ("NNPS", "name"), ("JJ", "any"), ("", "any"),
    ],
)  # fmt: skip
def test_choose_by_part_of_speech(tag: str, chosen: str) -> None:
    entry = choose(READ, tag)
    assert entry
    assert entry.say == chosen


def test_a_name_is_a_noun_and_nothing_may_fit() -> None:
    noun = make_entry("read", say="x", pos="noun")
    assert choose([noun], "NNP") == noun
    assert choose([noun], "VB") is None
    assert choose([], "NN") is None


def test_later_files_go_before_earlier_ones(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, "1.tsv", "kokoro\tKO\nread\t/ɹˈɛd/\tverb\nkeep\tKEEP\n"),
        write(tmp_path, "2.tsv", "Kokoro\tko-KO-ro\nread\tREED\n"),
    ]
    words = load_all(paths)
    text = "kokoro read keep"
    expected = [("kokoro", "kOkˈOɹO"), ("read", "ɹˈid"), ("keep", "kˈip")]
    assert spoken(words, text, "a", "VB") == expected
    assert load_all([]) == Lexicon()


def test_a_word_is_hidden_language_by_language() -> None:
    lower = Lexicon((make_entry("read", say="low"), make_entry("READ", say="loud", case="any")))
    higher = Lexicon((make_entry("read", say="high", language="en-gb"),))
    both = lower.merged(higher)
    assert spoken(both, "read", "b") == [("read", "high")]
    assert spoken(both, "read", "a") == [("read", "low")]
    exact = Lexicon((make_entry("read", say="exact", case="exact"),))
    assert spoken(lower.merged(exact), "read Read") == [("read", "exact"), ("Read", "low")]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("", ALL_LANGUAGES), ("a", "a"), ("en", "ab"), ("en-US", "a"), ("en_gb", "b"),
        ("en-AU", "ab"), ("es-MX", "e"), ("pt", "p"), ("zh-Hant-TW", "z"),
    ],
)  # fmt: skip
def test_languages(name: str, letters: str) -> None:
    assert make_entry("a", say="b", language=name).languages == letters


WORDS = ["a", "A b", "b's", "Bs", "new york", "York", "c++", "東", "東京", "don't", "ß", "İ", "x s"]
entries = st.builds(
    make_entry,
    st.sampled_from(WORDS) | st.text("ab' -東ンS", min_size=1).filter(str.strip),
    say=st.just("other words"),
    pos=st.sampled_from(["", "noun", "verb"]),
    case=st.sampled_from([None, "any", "exact"]),
    language=st.sampled_from(["", "en", "b", "fr"]),
)
texts = st.lists(st.sampled_from(WORDS) | st.text("ab's’ -東ンS") | st.text()).map(" ".join)


def is_inside(text: str, place: int) -> bool:
    """Whether a place is between two letters, or a letter and an apostrophe, of one word."""

    def is_letter(character: str) -> bool:
        return character.isalnum() and not "\u3000" < character < "\ua000"

    before, after = text[max(0, place - 2) : place], text[place : place + 2]
    if not before or not after:
        return False
    if is_letter(before[-1]) and is_letter(after[0]):
        return True
    if after[0] in "'’":
        return is_letter(before[-1]) and len(after) > 1 and is_letter(after[1])
    return before[-1] in "'’" and is_letter(after[0]) and len(before) > 1 and is_letter(before[0])


@given(texts, st.lists(entries), st.sampled_from("abfj"))
def test_matches_are_whole_words_in_order(text: str, some: list[Entry], language: str) -> None:
    place = 0
    for match in Lexicon(tuple(some)).matches(text, language):
        assert place <= match.start < match.end <= len(text)
        place = match.end
        assert not is_inside(text, match.start)
        assert not is_inside(text, match.end)
        assert match.entries
        written = text[match.start : match.end].replace("’", "'").lower()
        for entry in match.entries:
            assert language in entry.languages
            assert " ".join(written.split()) == entry.word.lower() + match.suffix


@LINEAR
def test_a_long_text_is_linear(is_linear: IsLinear) -> None:
    words = Lexicon(tuple(make_entry(" ".join(["new"] * n), say="x") for n in range(1, 40, 7)))

    def match(count: int) -> None:
        text = "new york's " * count + "'" * count + "s" * (5 * count)
        found = words.matches(text, "a")
        assert found[0] == Match(0, 3, words.entries[:1])
        assert len(found) == count

    assert is_linear(match, 5_000, 20_000)


def test_the_line_of_each_key_in_any_form(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        "[words]\na = 'AH'\n\"b c\" = 'BEE'\n'd' = 'DEE'\n"
        "\"\\u00e9\" = 'AY'\n'e.f' = 'EF'\n[words.g]\nsay = 'jee'\n",
        encoding="utf-8",
    )
    lines = {entry.word: entry.source.rsplit(" ", 1)[-1] for entry in read_lexicon(path).entries}
    assert lines == {"a": "2", "b c": "3", "d": "4", "é": "5", "e.f": "6", "g": "7"}


@LINEAR
@pytest.mark.parametrize("suffix", [".toml", ".tsv", ".pls"])
def test_a_large_lexicon_is_read_in_linear_time(
    suffix: str, is_linear: IsLinear, tmp_path: Path
) -> None:
    def read(count: int) -> None:
        path = tmp_path / f"a{suffix}"
        words = [f"word{i}" for i in range(count)]
        if suffix == ".toml":
            text = "[words]\n" + "".join(f'{word} = "ko-KO-ro"\n' for word in words)
        elif suffix == ".tsv":
            text = "".join(f"{word}\tko-KO-ro\n" for word in words)
        else:
            lexemes = "".join(
                f"<lexeme><grapheme>{word}</grapheme><alias>a</alias></lexeme>" for word in words
            )
            text = f'<lexicon alphabet="ipa" xml:lang="en">{lexemes}</lexicon>'
        path.write_text(text, encoding="utf-8")
        assert len(read_lexicon(path).entries) == count

    assert is_linear(read, 5_000, 20_000)


def test_a_word_that_is_there_a_thousand_times_is_looked_up_once() -> None:
    words = Lexicon(tuple(make_entry("a", say=f"word {i}x") for i in range(1000)))
    (match,) = words.matches("a", "a")
    assert [entry.say for entry in match.entries] == ["word 0x"]


@pytest.mark.parametrize("line", ["{}b = 1", "[{}b]", "[[{}b]]", "word = {{ {}b = 1 }}"], ids=repr)
@pytest.mark.parametrize("part", ["a.", '"a" . ', "'a'."], ids=repr)
def test_a_key_of_many_parts_is_refused_at_once(line: str, part: str, tmp_path: Path) -> None:
    """60 kB of "a.a.a…" took the parser 22 s and 3.6 GB."""
    path = tmp_path / "deep.toml"
    path.write_text("[words]\n" + line.format(part * 30_000) + "\n")
    with pytest.raises(UsageError, match="line 2: the key has too many parts"):
        read_lexicon(path)


def test_no_pipe_and_no_device_is_read(tmp_path: Path) -> None:
    """One without a writer, or without an end, would never be read to its end."""
    pipe, link = tmp_path / "a.toml", tmp_path / "b.toml"
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    for path in (pipe, link):
        with pytest.raises(UsageError, match="is not a file"):
            read_lexicon(path)


def test_a_lexicon_has_a_size(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(UsageError, match="more than 16 MB"):
        read_lexicon(path)


class TestProjectLexicon:
    """It is read without being named, so it may come from anybody."""

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

    def test_it_has_a_smaller_size(self) -> None:
        with PROJECT_LEXICON.open("wb") as file:
            file.truncate(LARGEST_UNASKED + 1)
        with pytest.raises(UsageError, match="more than 1 MB"):
            load_all([PROJECT_LEXICON])

    @pytest.mark.parametrize("target", ["/dev/zero", "nowhere", "."])
    def test_what_is_no_file_is_an_error(self, target: str) -> None:
        PROJECT_LEXICON.symlink_to(target)
        assert project_lexicon() == [PROJECT_LEXICON]
        with pytest.raises(UsageError, match=r"kokoro-lexicon\.toml"):
            load_all(project_lexicon())
