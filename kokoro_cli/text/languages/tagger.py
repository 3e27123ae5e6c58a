"""Run spaCy's small English tagger on numpy: the same tokens and tags, without loading spaCy.

It reads the files of the installed model package and computes what spaCy does (MIT licence):

- hash embeddings of a word's features (MultiHashEmbed; Miranda and others 2022,
  https://arxiv.org/abs/2212.09255), mixed by a maxout layer
- four residual maxout layers over a word and its neighbours (MaxoutWindowEncoder)
- one linear layer; the largest score is the tag

The hashes are Austin Appleby's, in the public domain: MurmurHash64A of strings, and thinc's
form of MurmurHash3 of their numbers.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kokoro_cli.text.languages.messagepack import unpack
from kokoro_cli.text.languages.tokeniser import Part, Tokeniser

Floats = NDArray[np.float32]


class Token(NamedTuple):
    """A word or mark with the attributes that misaki reads; *whitespace_* is " " or ""."""

    text: str
    tag_: str
    whitespace_: str


def load_tagger(package: str) -> Callable[[str], list[Token]]:
    """Return a tagger with the spaCy model of an installed package."""
    return Tagger(_folder(package))


# A text of very short sentences, such as "A. B. C.", has few different ones. Each costs as much as
# ten words.
_SHORT = 4
_KEPT = 4096


class Tagger:
    """The tokeniser and tagger in a spaCy model's *folder*."""

    def __init__(self, folder: Path) -> None:
        self.tokenise = Tokeniser(unpack((folder / "tokenizer").read_bytes()))
        lookups = unpack((folder / "vocab" / "lookups.bin").read_bytes())
        self._network = _Network(
            unpack((folder / "tok2vec" / "model").read_bytes()),
            unpack((folder / "tagger" / "model").read_bytes()),
        )
        self._features = _Features(lookups.get("lexeme_norm", {}), self._network.columns)
        settings = json.loads((folder / "tagger" / "cfg").read_text(encoding="utf-8"))
        self._labels: list[str] = settings["labels"]
        self._known_best = lru_cache(_KEPT)(self._best)

    def __call__(self, text: str) -> list[Token]:
        parts = self.tokenise(text)
        if not parts:
            return []
        features = self._features.of(parts).tobytes()
        best = (self._known_best if len(parts) <= _SHORT else self._best)(features)
        return [
            Token(part.text, self._labels[i], " " * part.space)
            for part, i in zip(parts, best, strict=True)
        ]

    def _best(self, features: bytes) -> list[int]:
        """Return the label of each token, by the bytes of the tokens' features."""
        rows = np.frombuffer(features, np.uint64).reshape(-1, len(self._network.columns))
        found: list[int] = self._network.scores(rows).argmax(axis=1).tolist()
        return found

    def scores(self, parts: Sequence[Part]) -> Floats:
        """Return the scores, in the shape (tokens, labels)."""
        return self._network.scores(self._features.of(parts))


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    folder = Path(spec.origin).parent
    version = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["version"]
    return folder / f"{package}-{version}"


class _Features:
    """Computes the feature numbers of tokens for the network; caches them by text."""

    def __init__(self, norms: Mapping[int, str], columns: Sequence[str]) -> None:
        self._norms = norms
        self._columns = columns
        self._known: dict[str, dict[str, int]] = {}

    def of(self, parts: Sequence[Part]) -> NDArray[np.uint64]:
        return np.array([self._row(part) for part in parts], np.uint64)

    def _row(self, part: Part) -> list[int]:
        text = part.text
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = {
                "NORM": string_id(self._norm(text)),
                "PREFIX": string_id(text[0]),
                "SUFFIX": string_id(text[-3:]),
                "SHAPE": string_id(_shape(text)),
                "IS_SPACE": int(text.isspace()),
            }
        own = {"SPACY": int(part.space)}
        if part.norm is not None:
            own["NORM"] = string_id(part.norm)
        return [own[name] if name in own else known[name] for name in self._columns]

    def _norm(self, text: str) -> str:
        return self._norms.get(string_id(text)) or _NORMS.get(text) or text.lower()


# spaCy's BASE_NORMS, which are not in the model packages.
_NORMS = {
    form: norm
    for norm, forms in {
        "'s": "'s 'S ’s ’S",
        "'": "’ ‘ ´ `",
        '"': "” “ '' `` ´´ „ » « ‘‘ ’’",
        "?": "？",
        "!": "！",
        ",": "，",
        ";": "；",
        ":": "：",
        ".": "。 ।",
        "...": "…",
        "-": "— – -- --- ——",
        "$": "€ £ ¥ ฿ US$ C$ A$ ₺ ₹ ৳ ₩ Mex$ ₣ E£",
    }.items()
    for form in forms.split()
}

# spaCy's own names have small numbers instead of hashes. Listed are those that may be a norm (in
# lower case), a prefix, a suffix (up to three characters) or a shape.
_SYMBOLS = {
    "": 0, "ID": 64, "POS": 74, "TAG": 75, "DEP": 76, "ADJ": 84, "ADP": 85, "ADV": 86, "AUX": 87,
    "DET": 90, "NUM": 93, "SYM": 99, "X": 101, "EOL": 102, "ORG": 383, "GPE": 384, "LOC": 385,
    "LAW": 390, "IDX": 455, "_": 456,
}  # fmt: skip
_SYMBOLS |= {
    name: number
    for number, name in enumerate(
        "acomp advcl advmod agent amod appos attr aux auxpass cc ccomp complm conj cop csubj "
        "csubjpass dep det dobj expl hmod hyph infmod intj iobj mark meta neg nmod nn npadvmod "
        "nsubj nsubjpass num number oprd obj obl parataxis partmod pcomp pobj poss possessive "
        "preconj prep prt punct quantmod relcl rcmod root xcomp acl".split(),
        start=398,
    )
}


def _shape(text: str) -> str:
    """Return spaCy's shape: "Xxxx" for "Anna", "d" for a digit, at most four alike in a row."""
    if len(text) >= 100:
        return "LONG"
    shape = ""
    for c in text:
        if c.isalpha():
            c = "X" if c.isupper() else "x"
        elif c.isdigit():
            c = "d"
        if not shape.endswith(c * 4):
            shape += c
    return shape


def string_id(text: str) -> int:
    """Return spaCy's number for a string: MurmurHash64A with seed 1, except its own names."""
    if text in _SYMBOLS:
        return _SYMBOLS[text]
    data = text.encode()
    whole = len(data) // 8
    h = 1 ^ len(data) * _M & _MASK
    for k in struct.unpack_from(f"<{whole}Q", data):
        k = k * _M & _MASK
        h = (h ^ (k ^ k >> 47) * _M & _MASK) * _M & _MASK
    if tail := data[whole * 8 :]:
        h = (h ^ int.from_bytes(tail, "little")) * _M & _MASK
    h = (h ^ h >> 47) * _M & _MASK
    return h ^ h >> 47


_M = 0xC6A4A7935BD1E995
_MASK = 0xFFFFFFFFFFFFFFFF


class _Network:
    """The models "tok2vec" and "tagger" of a package; their layers are in order of use."""

    def __init__(self, tok2vec: Any, tagger: Any) -> None:
        layers = list(_layers(tok2vec))
        self.columns: list[str] = next(_setting(tok2vec, "columns"))
        self._pad: int = max(_setting(tok2vec, "pad"))
        self._tables = [given["E"] for name, given in layers if name == "hashembed"]
        self._seeds = np.array(list(_setting(tok2vec, "seed")), np.uint64)
        maxouts = [given for name, given in layers if name == "maxout"]
        norms = [given for name, given in layers if name == "layernorm"]
        self._mix, *self._encode = [
            _Maxout(maxout["W"], maxout["b"], norm["G"], norm["b"])
            for maxout, norm in zip(maxouts, norms, strict=True)
        ]
        (softmax,) = [given for name, given in _layers(tagger) if name == "softmax"]
        self._weights, self._bias = softmax["W"].T, softmax["b"]

    def scores(self, features: NDArray[np.uint64]) -> Floats:
        """Return a row of scores for each token; a column of *features* has one table's keys."""
        keys = _four_hashes(features, self._seeds)
        vectors = [
            _sum_of_rows(table, keys[:, i] % np.uint32(len(table)))
            for i, table in enumerate(self._tables)
        ]
        mixed = self._mix(np.concatenate(vectors, axis=1))
        # Empty rows around the text, as in spaCy; the layers fill them too.
        x = _between_empty_rows(mixed, self._pad)
        for layer in self._encode:
            x = x + layer(_with_neighbours(x))
        return _in_blocks(self._linear, x[self._pad : -self._pad], self._weights.size)

    def _linear(self, x: Floats) -> Floats:
        scores: Floats = x @ self._weights
        return scores + self._bias


def _layers(model: Any) -> Iterator[tuple[str, Mapping[str, Floats]]]:
    return zip((node["name"] for node in model["nodes"]), model["params"], strict=True)


def _setting(model: Any, name: str) -> Iterator[Any]:
    return (unpack(each[name]) for each in model["attrs"] if name in each)


class _Maxout:
    """A layer that takes the largest of several linear pieces and normalises to mean 0, variance 1.

    As saved by thinc, *weights* has the shape (outputs, pieces, inputs), *bias* (outputs, pieces).
    """

    def __init__(self, weights: Floats, bias: Floats, scale: Floats, shift: Floats) -> None:
        outputs, pieces, inputs = weights.shape
        shape = (pieces, outputs // _WIDTH, _WIDTH, inputs)
        self._weights = weights.transpose(1, 0, 2).reshape(shape).swapaxes(2, 3)
        self._bias = bias.T.reshape(*shape[:2], 1, _WIDTH)
        self._scale, self._shift = scale, shift

    def __call__(self, x: Floats) -> Floats:
        best = _in_blocks(self._best, x, x.shape[1] * _WIDTH)
        mean = best.mean(axis=1, keepdims=True)
        variance = best.var(axis=1, keepdims=True) + 1e-8
        result: Floats = (best - mean) * variance**-0.5 * self._scale
        return result + self._shift

    def _best(self, x: Floats) -> Floats:
        y: Floats = x @ self._weights
        y += self._bias
        best: Floats = y.max(axis=0)
        return best.swapaxes(0, 1).reshape(len(x), -1)


# Multiplications in one product at most. For larger products OpenBLAS uses all cores. On a busy
# machine the cores wait for each other: a sentence that needs 2 ms once took 80 ms.
_PRODUCT = 1 << 18
_WIDTH = 16


def _in_blocks(function: Callable[[Floats], Floats], x: Floats, cost: int) -> Floats:
    """Apply a function to blocks of rows; *cost* is its number of multiplications for a row."""
    rows = max(1, _PRODUCT // cost)
    return np.concatenate([function(x[i : i + rows]) for i in range(0, len(x), rows)])


def _with_neighbours(x: Floats) -> Floats:
    """Return each row joined with the row before and the row after it."""
    rows = _between_empty_rows(x, 1)
    return np.concatenate((rows[:-2], x, rows[2:]), axis=1)


def _between_empty_rows(x: Floats, count: int) -> Floats:
    rows = np.zeros((len(x) + 2 * count, x.shape[1]), np.float32)
    rows[count:-count] = x
    return rows


def _sum_of_rows(table: Floats, keys: NDArray[np.uint32]) -> Floats:
    first, *others = keys.T
    result: Floats = table[first]
    for each in others:
        result += table[each]
    return result


def _four_hashes(ids: NDArray[np.uint64], seeds: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return four hashes of each number in a last axis: thinc's MurmurHash3_x86_128_uint64."""
    h1 = ids * np.uint64(0x87C37B91114253D5)
    h1 = (h1 << np.uint64(31) | h1 >> np.uint64(33)) * np.uint64(0x4CF5AD432745937F)
    h2 = seeds ^ np.uint64(8)
    h1 = (h1 ^ h2) + h2
    h2 = h1 + h2
    h1, h2 = _mixed(h1), _mixed(h2)
    h1 = h1 + h2
    h2 = h1 + h2
    return np.stack((h1, h2), axis=-1).astype("<u8").view("<u4")


def _mixed(h: NDArray[np.uint64]) -> NDArray[np.uint64]:
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        h = (h ^ h >> np.uint64(33)) * np.uint64(factor)
    return h ^ h >> np.uint64(33)
