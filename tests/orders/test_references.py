"""Orders that papers name."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.core.frames import conform, empty
from pipeline.orders.references import join, named
from schemas.incoming.kinds import KINDS
from schemas.incoming.orders import Orders
from schemas.incoming.receipts import Receipts
from schemas.incoming.reminders import Reminders


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


def tables(orders: tuple[str, ...], named_: str) -> dict[str, pd.DataFrame]:
    """Orders of these numbers, and a reminder and a receipt that name one."""

    def rows(table: Any, *said: dict[str, Any]) -> pd.DataFrame:
        columns = [str(column) for column in table.columns]
        return conform(pd.DataFrame(list(said)).reindex(columns=columns), table)

    made = {kind: empty(table) for kind, table in KINDS.items()}
    made[Orders.name] = rows(Orders, *({"order_no": number, "src_key": number, "src_seq": 1} for number in orders))
    made[Reminders.name] = rows(Reminders, {"order_no": named_, "src_seq": 2})
    made[Receipts.name] = rows(Receipts, {"order_nos": named_, "src_seq": 3})
    return made


ONE = [("orders", "P-1O", "P-210")]


@pytest.mark.parametrize(
    ("orders", "former", "meant", "asked"),
    [
        (("P-210",), ONE, "P-210", [False, False]),
        (("P-210", "P-1O"), ONE, "P-1O", []),  # another order is called so
        (("P-210", "P-310"), [*ONE, ("orders", "P-1O", "P-310")], "", [True, True]),
        (("P-210",), [("complaints", "P-1O", "P-210")], "P-1O", []),
        (("P-210",), [], "P-1O", []),
    ],
)
def test_what_calls_an_order_by_the_number_it_had_is_counted_there(
    orders: tuple[str, ...], former: list[tuple[str, str, str]], meant: str, asked: list[bool]
) -> None:
    made, told = join(tables(orders, "P-1o"), former)
    assert told["is_asked"].tolist() == asked
    if meant:
        said = [made[Reminders.name]["order_no"].iat[0], made[Receipts.name]["order_nos"].iat[0]]
        assert [str(each).upper() for each in said] == [meant, meant]
