"""Files that replace others, or must not."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kokoro_cli.files import identity, rename_new, write_whole


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_a_new_name_is_never_taken_from_a_file(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*given: object) -> None:
        raise PermissionError("not on this file system")

    if not links:
        monkeypatch.setattr(os, "link", link)
    part, target = tmp_path / "part", tmp_path / "target"
    part.write_bytes(b"new")
    target.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        rename_new(part, target)
    assert target.read_bytes() == b"old"
    target.unlink()
    target.symlink_to(tmp_path / "nothing")
    with pytest.raises(FileExistsError):
        rename_new(part, target)
    target.unlink()
    rename_new(part, target)
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o400, 0o660])
def test_what_is_replaced_keeps_its_mode(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")
    path.chmod(mode)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_bytes() == b"new"


def test_a_file_is_itself_by_every_name(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "hard").hardlink_to(path)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "other").touch()
    same = {identity(tmp_path / name) for name in ("file", "link", "hard")}
    with path.open() as file:
        same.add(identity(file.fileno()))
    assert len(same) == 1
    assert identity(tmp_path / "other") not in same
    assert identity(tmp_path / "loop") is identity(tmp_path) is identity(tmp_path / "no") is None
