"""Orders that papers name."""

from __future__ import annotations

import pandas as pd

from pipeline.orders.references import named


def test_named_gives_every_order_of_every_paper_in_their_order() -> None:
    texts = pd.Series(["202405-001", None, "202405-002=1050;202405-003", "202405-004=0", "202405-001"], dtype="str")
    rows = named(texts).astype(object).where(lambda each: each.notna(), None).values.tolist()
    assert rows == [
        [0, "202405-001", None],
        [2, "202405-002", 1050],
        [2, "202405-003", None],
        [3, "202405-004", 0],
        [4, "202405-001", None],
    ]


def test_named_of_nothing_is_empty_and_typed() -> None:
    parts = named(pd.Series([None, None], dtype="str"))
    assert parts.empty
    assert [str(each) for each in parts.dtypes] == ["int64", "str", "Int64"]
