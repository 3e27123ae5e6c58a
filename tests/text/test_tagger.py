"""The numpy tagger gives the same tokens and tags as spaCy with the same model."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.text.languages import LANGUAGES, english
from kokoro_cli.text.languages import tagger as ours
from kokoro_cli.text.languages.english import _SPACY_MODEL
from kokoro_cli.text.languages.messagepack import unpack
from tests.properties import examples

SENTENCES = 10_000

# All components except "tok2vec" and "tagger".
UNUSED = ("parser", "senter", "attribute_ruler", "lemmatizer", "ner")

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def spacy_tagger() -> Any:
    import spacy

    return spacy.load(_SPACY_MODEL, exclude=UNUSED)


@pytest.fixture(scope="module")
def tagger() -> ours.Tagger:
    return ours.Tagger(ours._folder(_SPACY_MODEL))


def by_spacy(spacy_tagger: Any, text: str) -> list[tuple[str, str, str]]:
    return [(t.text, t.tag_, t.whitespace_) for t in spacy_tagger(text)]


def written() -> Iterator[str]:
    """Yield texts of this repository: cases, pages, the code's strings, what cases sound as."""
    cases = [
        json.loads(line)
        for path in sorted((REPOSITORY / "tests/text/cases").rglob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    yield from (case.get("text", "") for case in cases)
    for folder in (REPOSITORY, REPOSITORY / "docs"):
        yield from (page.read_text(encoding="utf-8") for page in sorted(folder.glob("*.md")))
    for folder in ("kokoro_cli", "benchmarks", "tests"):
        for module in sorted((REPOSITORY / folder).rglob("*.py")):
            yield from _strings(module)
    for case in cases:
        yield from case.get("spoken", ())


def _strings(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 20:
            yield node.value.encode("utf-8", "replace").decode()


def sentences(count: int) -> list[str]:
    """Return so many sentences, no two alike; in the last fifth half of the words are others."""
    found: dict[str, None] = {}
    for text in written():
        for part in re.split(r"\n\s*\n|(?<=[.!?])\s+(?=[A-Z])", text):
            found[part[:300]] = None
    own = list(found)[: count * 4 // 5]
    random = Random(1)
    lexicon = read_lexicon_words()
    while len(own) < count:
        text = re.sub(
            r"[A-Za-z]+", lambda word: _other(word[0], lexicon, random), random.choice(own)
        )
        own.append(text)
    return own


def read_lexicon_words() -> list[str]:
    """Return the 180,000 words of misaki's American lexicons, a package that is pinned."""
    data = Path(find_spec("misaki").origin).parent / "data"  # type: ignore[union-attr, arg-type]
    return [
        word
        for name in ("gold", "silver")
        for word in json.loads((data / f"us_{name}.json").read_bytes())
    ]


def _other(word: str, lexicon: list[str], random: Random) -> str:
    """Return the word, or as often another one in the same case."""
    if random.random() < 0.5:
        return word
    other = random.choice(lexicon)
    if word.isupper() and len(word) > 1:
        return other.upper()
    return other.capitalize() if word[0].isupper() else other


def test_tokens_and_tags_are_spacys(tagger: ours.Tagger, spacy_tagger: Any) -> None:
    texts = sentences(SENTENCES)
    assert len(texts) == SENTENCES
    assert [text for text in texts if tagger(text) != by_spacy(spacy_tagger, text)] == []


def test_a_long_text_is_tagged_as_spacy_does(tagger: ours.Tagger, spacy_tagger: Any) -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert len(tagger(text)) > 2000
    assert tagger(text) == by_spacy(spacy_tagger, text)


TRAPS = [
    "",
    " ",
    "   ",
    " a",
    "a ",
    "a  ",
    "a \n b",
    "\n\na\r\n",
    "I can't, I'd've, he'll; we're (y'all)!",
    "10km at 5pm, 10 °C. and 3,000.50$.",
    "See http://a.example/x?y=z#w, www.example.org or me@example.org.",
    "(8.8.8.8:80/x) localhost:80 192.168.0.1",
    "rock'n'roll, O'Neill's, 'tis ''quoted'' ``so''",
    "What?!... -- well--yes; C++, a/b, snake_case, _under_, end.Next one,two",
    "e.g. U.S. i.e., a.m., Ph.D.) vs. (Mr. No.)",
    # Exceptions that the patterns split and that are joined again, also with a space inside.
    ":) :-( (: 8) ^_^ :-)) (:) a:) ¯\\(ツ)/¯ : ) \\n \\t",
    # spaCy's own symbols, whose ids are not hashes: shapes, suffixes, norms.
    "I X _ amod det DET nsubj root NUM number mark agent",
    "x" * 99 + " " + "X" * 100 + " " + "1" * 150,
    "漢字かな交じり文。한국어 हिन्दी العربية ǅ ﬁ ² ½ ① ٣",
    "👩‍👩‍👧 🇬🇧❤️ 😀😀 a😀b",
    "a\u00a0b\u2009c\u3000d\x85e\x1cf\x00g\u200bh",
    "“‘Both,’ she said—twice…” « oui » £3bn €5 50%",
    "favour colour realise organisation cos wanna gonna",
]


@pytest.mark.parametrize("text", TRAPS)
def test_traps(text: str, tagger: ours.Tagger, spacy_tagger: Any) -> None:
    assert tagger(text) == by_spacy(spacy_tagger, text)


_characters = st.one_of(
    st.sampled_from("abXYZ019 '’‘\"“”.,;:!?-–—…()[]<>/\\@#$€%&*_+=~^|`\t\n"),
    st.characters(exclude_categories=["Cs"]),
)


@settings(max_examples=examples(500))
@given(text=st.text(_characters, max_size=60))
def test_any_characters(text: str, tagger: ours.Tagger, spacy_tagger: Any) -> None:
    assert tagger(text) == by_spacy(spacy_tagger, text)


def test_what_the_rules_name_in_any_order(tagger: ours.Tagger, spacy_tagger: Any) -> None:
    from spacy.symbols import IDS

    pieces = [*spacy_tagger.tokenizer.rules, *IDS, *map(str.lower, IDS), *" ".join(TRAPS).split()]
    marks = [*" \n.,:;!?-—'’\"”()[]/$£%…😀1aZ", "", "", " ", " ", " "]
    chance = Random(2)
    different = []
    for _ in range(1500):
        text = "".join(
            chance.choice(pieces) + chance.choice(marks) for _ in range(chance.randint(1, 8))
        )
        if tagger(text) != by_spacy(spacy_tagger, text):
            different.append(text)
    assert different == []


def test_scores_are_spacys_but_for_rounding(tagger: ours.Tagger, spacy_tagger: Any) -> None:
    """The largest are about 20. On 50,000 texts they differed by 2e-5 at most, and tags never."""
    for text in sentences(300):
        doc = spacy_tagger(text)
        if len(doc):
            (theirs,) = spacy_tagger.get_pipe("tagger").model.predict([doc])
            np.testing.assert_allclose(tagger.scores(tagger.tokenise(text)), theirs, atol=1e-4)


@given(text=st.one_of(st.text(), st.binary(max_size=40).map(lambda b: b.decode("latin-1"))))
def test_hashes_are_spacys(text: str) -> None:
    from spacy.strings import StringStore

    assert ours.string_id(text) == StringStore().add(text)


def test_tables_are_spacys() -> None:
    from spacy.lang.norm_exceptions import BASE_NORMS
    from spacy.symbols import IDS

    # Symbols that can be a norm, prefix, suffix or shape.
    short = {name: i for name, i in IDS.items() if name == name.lower() or len(name) <= 3}
    assert short == ours._SYMBOLS
    assert BASE_NORMS == ours._NORMS


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False)
    | st.text() | st.binary() | st.text(min_size=300, max_size=300).map(lambda s: s * 300),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(0, 99), inner),
    max_leaves=30,
)  # fmt: skip


@given(value=_values)
def test_messagepack_is_read(value: object) -> None:
    import srsly

    assert unpack(srsly.msgpack_dumps(value)) == value


def test_messagepack_arrays_and_long_lists_are_read() -> None:
    import srsly

    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    numbers = list(range(70_000))
    saved = {"array": array, "list": numbers, "map": {i: -i for i in numbers}}
    found = unpack(srsly.msgpack_dumps(saved))
    np.testing.assert_array_equal(found.pop("array"), array)
    assert found == {"list": numbers, "map": saved["map"]}


def test_what_no_model_has_is_an_error() -> None:
    with pytest.raises(ValueError, match="0xc1"):
        unpack(b"\xc1")


def test_a_model_that_is_not_installed_is_named() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_model"):
        ours.load_tagger("no_such_model")


def in_new_process(program: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


READ = """
import sys
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.languages.english import load
words = load(LANGUAGES["a"]).words("I can't read the frobnicators; I live.")
assert words[0].phonemes, words
"""


def test_reading_english_imports_neither_spacy_nor_torch() -> None:
    heavy = ("spacy", "thinc", "torch", "transformers", "srsly", "num2words")
    tell = f"print([name for name in {heavy} if name in sys.modules])"
    assert all(map(find_spec, heavy[:3]))
    assert in_new_process(READ + tell) == "[]\n"


def test_misaki_finds_spacy_when_something_else_asks_for_it() -> None:
    tell = "from misaki import en\nimport spacy\nprint(en.spacy.load is spacy.load)"
    assert in_new_process(READ + tell) == "True\n"


def test_misaki_reads_digits_with_num2words() -> None:
    (word,) = english.load(LANGUAGES["a"]).words("42")
    assert word.phonemes == "fˈɔɹTi tˈu"


@pytest.mark.parametrize("british", [False, True])
def test_the_lexicon_is_misakis(british: bool) -> None:
    en = english._misaki_english()
    ours, misakis = (
        vars(english._lexicon(en, british, english._EspeakWhenNeeded(british))),
        vars(en.Lexicon(british)),
    )
    for kind in ("golds", "silvers"):
        words, expected = ours.pop(kind), misakis.pop(kind)
        assert {word: words.get(word) for word in expected} == expected
    assert ours == misakis
