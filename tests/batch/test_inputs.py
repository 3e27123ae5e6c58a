from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.batch.inputs import PIPE, Source, find_sources, natural_key
from kokoro_cli.documents.kinds import DOCUMENT_KINDS, known_suffixes
from tests.documents.toy_kind import TOY
from tests.rows import row


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with texts, other files, hidden files and subfolders."""
    names = (
        "b/2.txt b/10.TXT b/1.md b/.hidden.txt b/picture.jpg b/no_suffix b/deep/x.epub "
        "b/deep/er/y.srt b/.git/z.txt a.txt c.html"
    )
    for name in names.split():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*arguments: str, recursive: bool = False) -> list[str]:
    sources, failures = find_sources(arguments, recursive=recursive)
    assert not failures
    return [str(source) for source in sources]


@pytest.mark.parametrize(
    "arguments, recursive, expected",
    [
        ("a.txt", False, "a.txt"),
        ("c.html a.txt", False, "c.html a.txt"),
        ("b", False, "b/1.md b/2.txt b/10.TXT"),
        ("b/", False, "b/1.md b/2.txt b/10.TXT"),
        ("b", True, "b/1.md b/2.txt b/10.TXT b/deep/x.epub b/deep/er/y.srt"),
        ("b/.git", False, "b/.git/z.txt"),
        ("b/.hidden.txt", False, "b/.hidden.txt"),
        ("b/*.txt", False, "b/2.txt"),
        ("b/*.[tT]*", False, "b/2.txt b/10.TXT"),
        ("**/*.srt", False, "b/deep/er/y.srt"),
        ("b/d*", True, "b/deep/x.epub b/deep/er/y.srt"),
        ("b/no_suffix b/picture.jpg", False, "b/no_suffix b/picture.jpg"),
        ("missing.txt", False, "missing.txt"),
        ("a.txt a.txt ./a.txt", False, "a.txt"),
        pytest.param("b/2.txt b", False, "b/2.txt b/1.md b/10.TXT"),
        pytest.param("b b/2.txt", False, "b/1.md b/2.txt b/10.TXT"),
        pytest.param("- a.txt -", False, "standard_input a.txt"),
    ],
)
def test_what_arguments_name(arguments: str, recursive: bool, expected: str, tree: Path) -> None:
    names = [name.replace("standard_input", "standard input") for name in expected.split()]
    assert found(*arguments.split(), recursive=recursive) == names


@pytest.mark.parametrize(
    "argument, message, hint",
    [
        ("x*.txt", "No file matches x*.txt", "pattern"),
        ("b/dee?", "No file matches b/dee?", "pattern"),
        ("b/deep/er/..", "no text in the folder", "a recursive search"),
        ("empty", "no text in the folder", ".epub"),
    ],
)
def test_argument_that_names_nothing(argument: str, message: str, hint: str, tree: Path) -> None:
    (tree / "empty").mkdir()
    (tree / "b/deep/x.epub").unlink()
    sources, (failure,) = find_sources(["a.txt", argument, "c.html"], recursive=False)
    assert [str(source) for source in sources] == ["a.txt", "c.html"]
    assert failure.name == argument
    assert message in failure.error.message
    assert hint in (failure.error.hint or "")


def test_folder_of_a_source_is_relative_to_the_named_folder(tree: Path) -> None:
    sources, _ = find_sources(["b", "a.txt", "-"], recursive=True)
    folders = {str(source): str(source.folder) for source in sources}
    assert folders["b/1.md"] == "."
    assert folders["b/deep/x.epub"] == "deep"
    assert folders["b/deep/er/y.srt"] == os.path.join("deep", "er")  # noqa: PTH118
    assert folders["a.txt"] == "."
    assert folders["standard input"] == "."


def test_stems() -> None:
    assert Source(Path("a/My.Book.txt")).stem == "My.Book"
    assert Source(None).stem == "speech"
    assert PIPE == "-"


def test_every_kind_that_is_read_is_found(tmp_path: Path) -> None:
    for suffix in known_suffixes():
        (tmp_path / f"x{suffix.upper()}").write_text("text")
    assert len(found(str(tmp_path))) == len(known_suffixes())


def test_a_new_kind_is_found(tree: Path) -> None:
    (tree / "b/a.Toy").write_text("One: a.")
    with row(DOCUMENT_KINDS, TOY):
        assert "b/a.Toy" in found("b")
    assert "b/a.Toy" not in found("b")


def test_name_that_looks_like_a_pattern(tree: Path) -> None:
    (tree / "what [is] this?.txt").write_text("text")
    (tree / "[x]").mkdir()
    (tree / "[x]/in.txt").write_text("text")
    assert found("what [is] this?.txt") == ["what [is] this?.txt"]
    assert found("[x]") == ["[x]/in.txt"]


# Links


def test_links_that_loop_end(tree: Path) -> None:
    (tree / "b/deep/up").symlink_to(tree / "b", target_is_directory=True)
    (tree / "b/deep/er/self").symlink_to(".", target_is_directory=True)
    names = found("b", recursive=True)
    assert len(names) == len(set(names)) == 5


@pytest.mark.parametrize("name", ["loop", "loop.txt"])
@pytest.mark.parametrize("recursive", [False, True])
def test_link_to_itself_harms_no_other(name: str, recursive: bool, tree: Path) -> None:
    (tree / "b" / name).symlink_to(name)
    names = [n for n in found("b", recursive=recursive) if "loop" not in n]
    assert names[:3] == ["b/1.md", "b/2.txt", "b/10.TXT"]


def test_a_folders_pipes_and_sockets_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe named x.txt in a folder waited for ever."""
    monkeypatch.chdir(tmp_path)  # A socket's path is short.
    (tmp_path / "text.txt").write_text("Hello.")
    os.mkfifo("pipe.txt")
    Path("link.txt").symlink_to("pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.txt")
        sources, failures = find_sources(["."], recursive=True)
    assert [str(source) for source in sources] == ["text.txt"]
    assert not failures
    sources, _ = find_sources(["pipe.txt"], recursive=False)
    assert [str(source) for source in sources] == ["pipe.txt"]


def test_file_and_a_link_to_it_are_one(tree: Path) -> None:
    (tree / "link.txt").symlink_to("a.txt")
    assert found("link.txt", "a.txt") == ["link.txt"]
    assert found("a.txt", "link.txt") == ["a.txt"]


def test_link_to_a_folder_is_followed(tree: Path) -> None:
    (tree / "linked").symlink_to("b", target_is_directory=True)
    assert found("linked") == ["linked/1.md", "linked/2.txt", "linked/10.TXT"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_folder_that_may_not_be_read(tree: Path) -> None:
    (tree / "b").chmod(0)
    try:
        _, (failure,) = find_sources(["b"], recursive=True)
    finally:
        (tree / "b").chmod(0o755)
    assert "Permission denied" in failure.error.message


def test_folder_that_may_not_be_read_as_the_system_tells_it(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refusing(path: str | os.PathLike[str]) -> object:
        if Path(path).name == "deep":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    sources, (failure,) = find_sources(["a.txt", "b"], recursive=True)
    assert "a.txt" in [str(source) for source in sources]
    assert "b/deep can't be read: Permission denied" in failure.error.message


# Order


@pytest.mark.parametrize(
    "names",
    [
        "1.txt 2.txt 10.txt",
        "chapter 2.txt|chapter 10.txt|Chapter 11.txt",
        "v1.2.txt v1.10.txt v2.txt",
        "2024-01-02.txt 2024-01-10.txt",
        "1 a.txt|1 b.txt|a.txt",
        "٣.txt 4.txt",
    ],
)
def test_order_is_a_readers(names: str, tmp_path: Path) -> None:
    wanted = names.split("|") if "|" in names else names.split()
    for name in reversed(wanted):
        (tmp_path / name).write_text("text")
    assert [Path(name).name for name in found(str(tmp_path))] == wanted


@given(st.lists(st.text("aA1²٣٠ -._", min_size=1, max_size=8), max_size=8))
def test_any_names_can_be_put_in_order(names: list[str]) -> None:
    assert sorted(sorted(names, key=natural_key)) == sorted(names)


@pytest.mark.parametrize("pair", ["a.txt A.txt", "1.txt 01.txt", "ß.txt ss.txt"])
def test_order_is_not_the_disks(pair: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the two might swap their outputs' names between runs."""
    for name in pair.split():
        (tmp_path / name).write_text("text")
    scandir = os.scandir
    orders = []
    for backwards in (False, True):

        def turned(path: str, backwards: bool = backwards) -> list[os.DirEntry[str]]:
            return sorted(scandir(path), key=lambda entry: entry.name, reverse=backwards)

        monkeypatch.setattr(os, "scandir", turned)
        orders.append(found(str(tmp_path)))
    assert orders[0] == orders[1]
