"""How many examples a property test tries."""

from __future__ import annotations

from hypothesis import settings


def examples(count: int) -> int:
    """Return the number for ``max_examples``: *count* for a commit, ten times as many at night."""
    return count * (10 if settings.get_current_profile_name() == "nightly" else 1)
