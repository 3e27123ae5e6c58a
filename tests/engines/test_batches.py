"""Batches of similar length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.engines.batches import alike, in_groups


@given(st.dictionaries(st.integers(), st.integers(0, 510), max_size=40), st.integers(1, 9))
def test_like_lengths_are_spoken_together(lengths: dict[int, int], most: int) -> None:
    groups = list(alike(lengths, most))
    places = [i for group in groups for i in group]
    assert sorted(places) == sorted(lengths)
    assert [lengths[i] for i in places] == sorted(lengths.values(), reverse=True)
    assert all(len(group) == most for group in groups[:-1])
    assert all(1 <= len(group) <= most for group in groups)


@given(st.lists(st.integers(0, 510), max_size=40), st.integers(1, 9))
def test_results_keep_the_input_order(lengths: list[int], most: int) -> None:
    items = list(enumerate(lengths))
    assert in_groups(lambda group: group, items, lengths, most) == items
