"""The user's own voices next to the model's: names, files, and the content of their folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kokoro_cli.errors import AssetError, KokoroError, UsageError
from kokoro_cli.voices.book import VoiceBook
from kokoro_cli.voices.catalogue import catalogue
from kokoro_cli.voices.formats import VoiceFile, read_voice_file
from tests.voices.voice_files import RAW, ROWS, npy, safetensors_of

FILE = VoiceFile(ROWS, {"language": "f", "gender": "male", "made_of": "ff_siwis(2)+af_sky(1)"})


@pytest.fixture
def book(tmp_path: Path) -> VoiceBook:
    return VoiceBook(tmp_path / "a" / "voices")


def everything(folder: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def test_without_a_folder_there_are_the_models_voices(book: VoiceBook) -> None:
    assert book.names() == list(catalogue())
    assert book.voices() == (list(catalogue().values()), [])
    assert book.find("default").name == "af_heart"


def test_what_is_kept_is_found(book: VoiceBook) -> None:
    kept = book.keep("mine", FILE)
    assert kept == book.find("mine") == book.voices()[0][-1]
    assert (kept.language, kept.gender, kept.grade) == ("f", "male", None)
    assert kept.made_of == "ff_siwis(2)+af_sky(1)"
    assert kept.path == book.own / "mine.safetensors"
    assert read_voice_file(kept.path).rows.tobytes() == RAW
    assert [path.name for path in book.own.iterdir()] == ["mine.safetensors"]
    book.remove(["mine"])
    assert list(book.own.iterdir()) == []


def test_another_voice_under_the_name_has_another_checksum(book: VoiceBook) -> None:
    first = book.keep("mine", FILE)
    second = book.keep("mine", VoiceFile(ROWS * np.float32(2)), force=True)
    assert first.sha256 != second.sha256
    assert (second.language, second.gender, second.made_of) == ("a", None, None)


def test_an_existing_voice_is_not_written_over(book: VoiceBook) -> None:
    book.keep("mine", FILE)
    with pytest.raises(UsageError, match="There is a voice mine already"):
        book.keep("mine", VoiceFile(ROWS * np.float32(2)))
    assert book.find("mine").language == "f"


@pytest.mark.parametrize("value", [np.nan, np.inf, 11.0, 0.0])
def test_rows_that_no_voice_has_are_not_kept(value: float, book: VoiceBook) -> None:
    with pytest.raises(AssetError, match=r"^mine has n"):
        book.keep("mine", VoiceFile(np.full_like(ROWS, value)))
    assert not book.own.exists()


NO_NAMES = [
    "", ".", "..", "../x", "../../x", "/abs", "a/b", "a\\b", "./x", "x/..", "~", "~root", "x\0",
    "\0", "x\n", "\nx", "x y", " x", "x ", "Mine", "MINE", "1x", "_x", "-x", "--force", "x.y",
    "x.safetensors", ".new-x", ".hidden", "a" * 65, "é", "ａbc", "аf", "ſ", "x\u200b", "x\u202e",
    "х", "x１", "K", "con:", "x*", "x?", "[x]", "$HOME", "%2e%2e", "x+y", "x,y", "x(2)", "x:1",
    "\udcff", "default", "af", *list(catalogue())[:3],
]  # fmt: skip


@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
def test_such_a_name_is_refused_everywhere(name: str, book: VoiceBook, tmp_path: Path) -> None:
    book.keep("mine", FILE)
    (tmp_path / "a" / "x.safetensors").write_bytes(b"not ours")
    before = everything(tmp_path)
    with pytest.raises(UsageError, match=r"(can't be a voice's name|is a voice of the model)"):
        book.keep(name, FILE, force=True)
    with pytest.raises(UsageError):
        book.remove([name])
    if name not in ("default", *catalogue()):
        with pytest.raises(AssetError, match="There is no voice"):
            book.find(name)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("name", ["a", "a1", "x_y-z", "a" * 64, "zf_my_own", "nul", "f_"])
def test_a_plain_name_is_taken(name: str, book: VoiceBook) -> None:
    assert book.keep(name, FILE).name == name
    assert book.own_names() == [name]
    assert book.blend(f"{name}(2)+af_sky(1)").voices == (name, "af_sky")


# Other files in the folder


def test_a_file_of_another_name_is_no_voice(book: VoiceBook) -> None:
    book.keep("mine", FILE)
    data = (book.own / "mine.safetensors").read_bytes()
    for name in ("Mine.safetensors", "x y.safetensors", ".new-1.safetensors", "x.npy", "y"):
        (book.own / name).write_bytes(data)
    (book.own / "folder.safetensors").mkdir()
    (book.own / "nowhere.safetensors").symlink_to(book.own / "not there")
    assert book.own_names() == ["mine"]
    assert [voice.name for voice in book.voices()[0][54:]] == ["mine"]


def test_a_file_does_not_hide_a_voice_of_the_models(book: VoiceBook) -> None:
    book.own.mkdir(parents=True)
    for name in ("af_bella", "af", "default"):
        (book.own / f"{name}.safetensors").write_bytes(safetensors_of(ROWS))
    assert book.find("af_bella") == catalogue()["af_bella"]
    assert book.find("default").name == "af_heart"
    assert book.blend("af").voices == ("af_bella", "af_sarah")
    assert book.names() == list(catalogue())
    assert book.voices() == (list(catalogue().values()), [])


def test_notes_that_make_no_sense_do_no_harm(book: VoiceBook) -> None:
    book.own.mkdir(parents=True)
    notes = {"language": "xx", "gender": "[/]", "made_of": "\x1b[2J"}
    (book.own / "x.safetensors").write_bytes(safetensors_of(ROWS, notes))
    found = book.find("x")
    assert (found.language, found.gender, found.made_of) == ("a", None, "�[2J")


def test_any_good_file_under_a_voices_name_is_that_voice(book: VoiceBook) -> None:
    book.own.mkdir(parents=True)
    (book.own / "x.safetensors").write_bytes(npy(ROWS))
    assert book.find("x").sha256 == book.keep("y", VoiceFile(ROWS)).sha256


def test_a_damaged_file_is_named(book: VoiceBook) -> None:
    book.own.mkdir(parents=True)
    (book.own / "x.safetensors").write_bytes(safetensors_of(ROWS)[:-1])
    found, damaged = book.voices()
    assert found == list(catalogue().values())
    (reported,) = damaged
    assert "x.safetensors is a damaged safetensors file" in reported
    assert "kokoro voices remove x" in reported
    for ask in (lambda: book.find("x"), lambda: book.parts(["x+af_sky"])):
        with pytest.raises(AssetError, match=r"^x\.safetensors is a damaged safetensors file"):
            ask()
    assert book.names()[-1] == "x"
    book.remove(["x"])
    assert book.voices() == (list(catalogue().values()), [])


@pytest.fixture(params=["to a file", "to nothing", "to a folder", "to itself"])
def link(request: pytest.FixtureRequest, book: VoiceBook, tmp_path: Path) -> Path:
    """A link in the voices folder, under the name "x"."""
    book.own.mkdir(parents=True)
    target = tmp_path / "target"
    path = book.own / "x.safetensors"
    if request.param == "to a file":
        target.write_bytes(safetensors_of(ROWS))
    elif request.param == "to a folder":
        target.mkdir()
    path.symlink_to(path if request.param == "to itself" else target)
    return path


def test_a_link_is_no_voice(link: Path, book: VoiceBook) -> None:
    with pytest.raises(KokoroError, match=r"(is a link|There is no voice 'x')"):
        book.find("x")
    with pytest.raises(UsageError, match="There is a voice x already"):
        book.keep("x", FILE)
    assert link.is_symlink()


def test_a_link_is_replaced_and_never_written_through(
    link: Path, book: VoiceBook, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    before = (target.exists(), target.read_bytes() if target.is_file() else None)
    book.keep("x", VoiceFile(ROWS * np.float32(2)), force=True)
    assert link.is_file() and not link.is_symlink()
    assert (target.exists(), target.read_bytes() if target.is_file() else None) == before


def test_a_link_is_removed_and_not_what_it_leads_to(
    link: Path, book: VoiceBook, tmp_path: Path
) -> None:
    before = (tmp_path / "target").exists()
    book.remove(["x"])
    assert not link.is_symlink()
    assert (tmp_path / "target").exists() == before


def test_a_folder_under_a_voices_name_stays(book: VoiceBook) -> None:
    (book.own / "x.safetensors").mkdir(parents=True)
    with pytest.raises(UsageError, match="already"):
        book.keep("x", FILE)
    with pytest.raises(AssetError, match="could not be written: Is a directory"):
        book.keep("x", FILE, force=True)
    with pytest.raises(AssetError, match="could not be removed"):
        book.remove(["x"])
    assert [path.name for path in book.own.iterdir()] == ["x.safetensors"]
