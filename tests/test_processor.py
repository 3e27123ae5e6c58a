from __future__ import annotations

import os
from pathlib import Path

import pytest

from kokoro_cli import processor


@pytest.mark.parametrize(
    "inner, outer, share",
    [
        pytest.param("max 100000", "max 100000", 64, id="no limit"),
        pytest.param("200000 100000", "max 100000", 2, id="two"),
        pytest.param("150000 100000", None, 2, id="one and a half"),
        pytest.param("10000 100000", None, 1, id="a tenth"),
        pytest.param("max 100000", "300000 100000", 3, id="of the group above"),
        pytest.param("9900000 100000", None, 64, id="more than there are"),
        pytest.param(None, None, 64, id="no group"),
    ],
)
def test_a_container_has_a_share(
    inner: str | None,
    outer: str | None,
    share: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    group = tmp_path / "pods" / "kokoro"
    group.mkdir(parents=True)
    for folder, text in ((group, inner), (group.parent, outer)):
        if text is not None:
            (folder / "cpu.max").write_text(f"{text}\n")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(processor, "_groups", lambda: [group, group.parent, tmp_path])
    assert processor.usable() == share


def test_groups_of_this_process_are_folders_or_unknown() -> None:
    assert all(path.is_relative_to("/sys/fs/cgroup") for path in processor._groups())
    assert 1 <= processor.usable() <= (os.cpu_count() or 1)
