"""Stored lists of numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.numbers import join_list, split_list

PIECES = st.lists(st.tuples(st.text("A1 /-#号", min_size=1, max_size=8), st.none() | st.integers(-(10**12), 10**12)))


@given(pieces=PIECES)
def test_list_is_read_back_as_it_was_stored(pieces: list[tuple[str, int | None]]) -> None:
    assert split_list(join_list(pieces)) == pieces
