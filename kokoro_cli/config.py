"""Settings from environment variables, with their defaults. Command-line flags override them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kokoro_cli.errors import UsageError

# Name, meaning: docs/cli.md shows the same table, and a test compares them.
VARIABLES = {
    "KOKORO_CACHE": "folder for the model and the voices that were fetched",
    "KOKORO_MODELS": "folder of your own with model files and voices, looked at first",
    "KOKORO_OFFLINE": "1: never open a connection",
    "KOKORO_VOICES": "folder with voices of your own, not the one in your data folder",
    "KOKORO_VOICE": "the voice that speaks if none is named",
    "KOKORO_LEXICON": "file with pronunciations of your own, not the one in the settings folder",
    "KOKORO_STORE_GB": "most that spoken chunks may take in the cache, in gigabytes; 4 by default",
    "KOKORO_API_KEY": "keys of kokoro serve, with commas between; whoever asks has to give one",
    "KOKORO_SERVER": "address of a kokoro serve that speaks for kokoro say",
    "KOKORO_SERVER_KEY": "key of that server",
    "HF_ENDPOINT": "address of the model hub or of a mirror of it",
}

DEFAULT_HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class Settings:
    cache: Path
    models: Path | None
    offline: bool
    voice: str | None
    voices: Path
    """Where the user's own voices are, if there are any."""
    lexicon: Path
    """Where the user's own pronunciations are, if there are any."""
    hub: str
    store_bytes: int
    """Most that the spoken chunks may take in the cache."""
    api_keys: tuple[str, ...] = field(default=(), repr=False)
    """Keys of the server, besides those in a file."""
    server: str | None = None
    """Address of the server that speaks for us."""
    server_key: str | None = field(default=None, repr=False)

    def variables(self) -> dict[str, str]:
        """Return the variables that give a child process these settings."""
        return {
            "KOKORO_CACHE": str(self.cache),
            "KOKORO_MODELS": str(self.models or ""),
            "KOKORO_OFFLINE": "1" if self.offline else "0",
            "KOKORO_VOICES": str(self.voices),
            "KOKORO_VOICE": self.voice or "",
            "KOKORO_LEXICON": str(self.lexicon) if self.lexicon.is_file() else "",
            "KOKORO_STORE_GB": str(self.store_bytes / 1e9),
            "KOKORO_API_KEY": ",".join(self.api_keys),
            "KOKORO_SERVER": self.server or "",
            "KOKORO_SERVER_KEY": self.server_key or "",
            "HF_ENDPOINT": self.hub,
        }


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings; UsageError for a variable with an impossible value."""
    models = environment.get("KOKORO_MODELS")
    folder = _expanded("KOKORO_MODELS", models) if models else None
    if folder and not folder.is_dir():
        raise UsageError(
            f"KOKORO_MODELS is {models!r}, which is not a folder.", hint="Correct or unset it."
        )
    offline = environment.get("KOKORO_OFFLINE", "").lower()
    if offline not in ("", "0", "1", "true", "false", "yes", "no"):
        raise UsageError(f"KOKORO_OFFLINE is {offline!r}.", hint="Set it to 1 or 0.")
    return Settings(
        cache=_cache(environment),
        models=folder,
        offline=offline in ("1", "true", "yes"),
        voice=environment.get("KOKORO_VOICE") or None,
        voices=_voices(environment),
        lexicon=_lexicon(environment),
        hub=environment.get("HF_ENDPOINT") or DEFAULT_HUB,
        store_bytes=_store_bytes(environment),
        api_keys=tuple(filter(None, environment.get("KOKORO_API_KEY", "").split(","))),
        server=environment.get("KOKORO_SERVER") or None,
        server_key=environment.get("KOKORO_SERVER_KEY") or None,
    )


def _store_bytes(environment: Mapping[str, str]) -> int:
    text = environment.get("KOKORO_STORE_GB") or "4"
    try:
        gigabytes = float(text)
    except ValueError:
        gigabytes = -1.0
    if not 0 <= gigabytes <= 1e6:
        raise UsageError(f"KOKORO_STORE_GB is {text!r}.", hint="Set it to a number, as 4.")
    return int(gigabytes * 1e9)


def _lexicon(environment: Mapping[str, str]) -> Path:
    if path := environment.get("KOKORO_LEXICON"):
        file = _expanded("KOKORO_LEXICON", path)
        if not file.is_file():
            raise UsageError(
                f"KOKORO_LEXICON is {path!r}, which is not a file.", hint="Correct or unset it."
            )
        return file
    from platformdirs import user_config_path

    return _at_home(user_config_path) / "lexicon.toml"


def _voices(environment: Mapping[str, str]) -> Path:
    if folder := _folder("KOKORO_VOICES", environment):
        return folder
    from platformdirs import user_data_path

    return _at_home(user_data_path) / "voices"


def _cache(environment: Mapping[str, str]) -> Path:
    if folder := _folder("KOKORO_CACHE", environment):
        return folder
    from platformdirs import user_cache_path

    return _at_home(user_cache_path)


def _folder(name: str, environment: Mapping[str, str]) -> Path | None:
    """Return the folder that a variable names; it need not exist yet."""
    path = environment.get(name)
    if not path:
        return None
    folder = _expanded(name, path).absolute()
    if os.path.lexists(folder) and not folder.is_dir():
        raise UsageError(f"{name} is {path!r}, which is not a folder.", hint="Correct or unset it.")
    return folder


def _expanded(name: str, path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise UsageError(
            f"{name} is {path!r}, and there is no such home folder.", hint="Write the whole path."
        ) from error


_HOMELESS = Path(os.devnull) / "kokoro-cli"
"""The user's folder if there is no home: nothing is found in it, and nothing can be made."""


def _at_home(folder: Callable[[str], Path]) -> Path:
    """Return one of the user's folders. A container's user may have no home folder."""
    try:
        path = folder("kokoro-cli")
    except RuntimeError:
        return _HOMELESS
    return path if path.is_absolute() else _HOMELESS


def check_home(folder: Path) -> Path:
    """Return a folder to write to; UsageError if it would be in a home folder and there is none."""
    if folder.is_relative_to(_HOMELESS):
        raise UsageError(
            "There is no home folder, so models and voices have no place.",
            hint="Set HOME, or KOKORO_CACHE and KOKORO_VOICES to folders.",
        )
    return folder
