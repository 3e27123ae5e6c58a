"""A cache with the toy model, as the tests of the speaker have it."""

from tests.speaker.conftest import cache, speaker

__all__ = ["cache", "speaker"]
