"""Calls of an engine that were spoken before: looked up in the store, and kept there."""

from __future__ import annotations

import hashlib

from kokoro_cli import synthesis
from kokoro_cli.batch.store import ChunkStore, pack, unpack
from kokoro_cli.checksum import DamagedError, ForeignError
from kokoro_cli.engines import Call
from kokoro_cli.synthesis import UnsoundError
from kokoro_cli.types import Rendering


class KeptCalls:
    """Several threads may ask. A store that can't be read or written only costs time."""

    def __init__(self, store: ChunkStore, identity: str) -> None:
        """*identity* names everything but a call's arguments that its sound depends on."""
        self._store, self._identity = store, identity
        self.damaged = 0
        """Damaged entries that were asked for; their calls have to be spoken again."""
        self.foreign = 0
        """The same of entries of another version of this program."""
        self.failure: OSError | None = None
        """The first error while reading or writing the store."""

    def key(self, call: Call) -> str:
        given = f"{self._identity}\n{call.speed!r}\n{call.seed}\n{call.phonemes}\n".encode()
        return hashlib.sha256(given + call.style.astype("<f4").tobytes()).hexdigest()

    def find(self, call: Call) -> Rendering | None:
        """Return the rendering of a call; None if it has to be spoken."""
        try:
            found = self._store.get(self.key(call))
            return found and synthesis.check_sound(call, found)
        except (DamagedError, UnsoundError):
            self.damaged += 1  # The new one takes its place.
        except ForeignError:
            self.foreign += 1
        except OSError as error:
            self._failed(error)
        return None

    def keep(self, call: Call, rendering: Rendering) -> Rendering:
        """Keep what was spoken; return what `find` will return. UnsoundError if it is no speech."""
        key = self.key(call)
        data = pack(synthesis.check_sound(call, rendering), key)
        try:
            self._store.put(key, data)
        except OSError as error:  # The output is still made.
            self._failed(error)
        return unpack(data, key)

    def prune(self) -> None:
        """Bring the store below its limit."""
        try:
            self._store.prune()
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        self.failure = self.failure or error
