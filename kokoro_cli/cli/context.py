"""The outside world as one object, which a test can replace."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from kokoro_cli.config import Settings, read_settings
from kokoro_cli.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from kokoro_cli.assets.store import Store
    from kokoro_cli.voices.book import VoiceBook


@dataclass(slots=True)
class World:
    stdin: BinaryIO | None = field(default_factory=lambda: sys.stdin.buffer if sys.stdin else None)
    """None where the caller closed it."""
    stdout: BinaryIO = field(default_factory=lambda: sys.stdout.buffer)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def settings(self) -> Settings:
        return read_settings(self.environment)

    def voices(self) -> VoiceBook:
        from kokoro_cli.voices.book import VoiceBook

        return VoiceBook(self.settings().voices)

    def piped(self) -> BinaryIO:
        """Return standard input; UsageError where it is closed."""
        if self.stdin is None:
            raise UsageError("Standard input is closed.", hint="Pipe a text into it.")
        return self.stdin

    def console(self) -> Console:
        """Return the console for what a person reads, which is standard error."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def open_store(world: World, *, offline: bool) -> Store:
    from kokoro_cli.assets.store import Store

    settings = world.settings()
    return Store(
        cache=settings.cache,
        folder=settings.models,
        offline=offline or settings.offline,
        hub=settings.hub,
    )
