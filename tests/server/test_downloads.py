"""What is kept under links, for how long and how much."""

from __future__ import annotations

import pytest

from kokoro_cli.server.downloads import Downloads, new_name


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_link_ends_after_an_hour() -> None:
    clock = Clock()
    downloads = Downloads(clock)
    name = new_name(".mp3")
    downloads.keep(name, b"sound", "audio/mpeg")
    found = downloads.find(name)
    assert found is not None
    assert found.path.read_bytes() == b"sound"
    clock.now = 3600.0
    assert downloads.find(name) is None
    assert not found.path.exists()
    downloads.close()


def test_the_oldest_goes_when_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kokoro_cli.server.downloads._KEPT_BYTES", 10)
    downloads = Downloads()
    for name in ("one", "two"):
        downloads.keep(name, b"12345678", "audio/mpeg")
    assert downloads.find("one") is None
    assert downloads.find("two") is not None
    downloads.close()
    assert downloads.find("two") is None or not downloads.find("two").path.exists()  # type: ignore[union-attr]
