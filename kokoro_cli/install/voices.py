"""The voice packs on this machine, and fetching one."""

from __future__ import annotations

from pathlib import Path

from kokoro_cli.assets.manifest import Asset, voice_asset
from kokoro_cli.assets.store import Store
from kokoro_cli.voices.catalogue import Voice, catalogue, find_voice

_FOLDER = "voices"


def install_voice(store: Store, name: str, *, force: bool = False) -> Path:
    """Return the path of the voice's pack, fetched and checked if it is not here yet."""
    voice = find_voice(name)
    others = [_asset(v) for v in catalogue().values() if v != voice]
    return store.get(_asset(voice), _FOLDER, companions=others, force=force)


def find_installed_voice(store: Store, name: str) -> Path | None:
    """Return the path of the voice's pack, or None if it is not on this machine."""
    return store.find(_asset(find_voice(name)), _FOLDER)


def any_installed_voice(store: Store) -> Path | None:
    """Return the path of some voice's pack, or None if there is none on this machine."""
    found = (find_installed_voice(store, name) for name in catalogue())
    return next((path for path in found if path), None)


def _asset(voice: Voice) -> Asset:
    return voice_asset(voice.name, voice.sha256)
