"""The day an order was first promised for, the one that holds, and who moved it: kept over all nights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pandas as pd
import pytest

from pipeline.ledger import (
    FactRows,
    Ledger,
    Posting,
    ReceivedFile,
    begin,
    close,
    load_facts,
    open_ledger,
    post_rows,
    promised_days,
    put_back,
    record_received,
    take_back,
)
from pipeline.orders import facts as books
from schemas.derived.status import OrderFacts
from tests.support.nights import TUESDAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO = "202605-010"
A, B, C = date(2026, 7, 20), date(2026, 7, 24), date(2026, 7, 29)
MADE = (
    *(OrderFacts.first_promised_on, OrderFacts.promised_date, OrderFacts.promise_moves, OrderFacts.promise_moved_on),
    *(
        OrderFacts.promise_moved_from,
        OrderFacts.promise_moved_to,
        OrderFacts.promise_moved_by,
        OrderFacts.promise_moved_file,
    ),
)


@dataclass(frozen=True)
class Said:
    """A line of the order as one workbook has it."""

    day: date | None
    line: int = 1
    owner: str | None = "王芳"
    held: bool = False
    number: str = NO
    qty: int = 1

    @property
    def key(self) -> str:
        return f"{self.number}|product {self.line}||"

    @property
    def facts(self) -> bytes:
        said = {"order_no": self.number, "promised_date": self.day and f"{self.day}T00:00:00", "qty": self.qty}
        made = said | {"sales_owner": self.owner, "requested_date": "2026-08-31T00:00:00"}
        return orjson.dumps({name: value for name, value in made.items() if value is not None})


Step = tuple[str, list[Said]]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.dispose()


def day_of(n: int) -> date:
    return (TUESDAY + timedelta(days=n)).date()


def take_in(
    ledger: Ledger, n: int, *steps: Step, origin: ReceivedFile | None = None, **more: Any
) -> list[ReceivedFile]:
    """The n-th night takes in workbooks, each with its lines; the copy of an earlier drop where one is named."""
    night, received_files = begin(ledger, TUESDAY + timedelta(days=n)), []
    for name, lines in steps:
        made = ReceivedFile(f"t-{n}-{name}", name, f"{n}{name}".ljust(64, "0"), 1, "", night.id)
        received = replace(record_received(ledger, made), state="read")
        rows = FactRows(
            "orders",
            [each.key for each in lines],
            [each.held for each in lines],
            ["S"] * len(lines),
            list(range(2, 2 + len(lines))),
            [each.facts for each in lines],
        )
        post_rows(ledger, received, Posting([rows], origin=origin, **more))
        received_files.append(received)
    with ledger.writing() as connection:
        close(connection, night, {})
    return received_files


def kept(ledger: Ledger, n: int = 99) -> tuple[Any, ...]:
    """First promise, promise, moves; of the last move its night, its day, its owner and its file."""
    known, _ = load_facts(ledger)
    as_of = TUESDAY + timedelta(days=n)
    made, _ = books.build({**known, "promises": promised_days(ledger)}, as_of=as_of)
    row = made[made[OrderFacts.order_no] == NO].iloc[0]
    assert row[OrderFacts.due_on] == (
        row[OrderFacts.requested_date] if pd.isna(row[OrderFacts.promised_date]) else row["promised_date"]
    )
    values = [None if pd.isna(row[name]) else row[name] for name in MADE]
    return tuple(value.date() if isinstance(value, pd.Timestamp) else value for value in values)


def still(first: date | None, *now: date | None) -> tuple[Any, ...]:
    return (first, *(now or [first]), 0, None, None, None, None, None)


def moved(first: date | None, now: date | None, count: int, n: int, **more: Any) -> tuple[Any, ...]:
    """Moved for the last time in the n-th night; `was` and `to` where these are not the first promise and the last."""
    move = {"was": first, "to": now, "by": "王芳", "file": "a"} | more
    return (first, now, count, day_of(n), *(move[name] for name in ("was", "to", "by", "file")))


def one(day: date | None, **more: Any) -> Step:
    return "a", [Said(day, **more)]


def two(first: date | None, second: date | None, **more: Any) -> Step:
    return "a", [Said(first, **more), Said(second, line=2, **more)]


LI: dict[str, Any] = {"owner": "李娜"}
PLANS: dict[str, tuple[list[Step], tuple[Any, ...]]] = {
    "never moved": ([one(A)], still(A)),
    "never promised": ([one(None)], still(None)),
    "said again": ([one(A), one(A, qty=2)], still(A)),
    "moved": ([one(A), one(B)], moved(A, B, 1, 1)),
    "brought forward": ([one(B), one(A)], moved(B, A, 1, 1)),
    "moved and said again": ([one(A), one(B), one(B, qty=2)], moved(A, B, 1, 1)),
    "moved twice, by another": (
        [one(A), one(B), ("b", [Said(C, **LI)])],
        moved(A, C, 2, 2, was=B, by="李娜", file="b"),
    ),
    "there and back": ([one(A), one(B), one(A)], moved(A, A, 2, 2, was=B)),
    "by nobody": ([one(A), one(B, owner=None)], moved(A, B, 1, 1, by=None)),
    "stated later": ([one(None), one(A)], still(A)),
    "emptied": ([one(A), one(None)], still(A, None)),
    "emptied and back": ([one(A), one(None), one(A)], still(A)),
    "emptied and moved": ([one(A), one(None), one(B)], moved(A, B, 1, 2)),
    "moved and emptied": ([one(A), one(B), one(None)], moved(A, None, 1, 1, to=B)),
    "only held": ([one(A, held=True)], still(None, A)),
    "held at first": ([one(A, held=True), one(B)], still(B)),
    "held between": ([one(A), one(B, held=True), one(A)], still(A)),
    "moved over a held one": ([one(A), one(B, held=True), one(C)], moved(A, C, 1, 2)),
    "held at last": ([one(A), one(B, held=True)], still(A, B)),
    "moved, then held": ([one(A), one(B), one(C, held=True)], moved(A, C, 1, 1, to=B)),
    "two lines, one move": ([two(A, A), two(B, B)], moved(A, B, 1, 1)),
    "lines that differ": ([two(A, C), two(A, C, qty=2)], still(A)),
    "first line alone": ([two(A, A), ("a", [Said(B)])], moved(A, A, 1, 1, to=B)),
    "second line alone": ([two(A, A), ("a", [Said(B, line=2)])], moved(A, A, 1, 1, to=B)),
    "and the other as it was": (
        [two(A, A), ("a", [Said(B)]), ("a", [Said(A, line=2, qty=2)])],
        moved(A, B, 1, 1),
    ),
    "the other later": ([two(A, A), ("a", [Said(B)]), ("b", [Said(B, line=2)])], moved(A, B, 2, 2, file="b")),
    "the second line of two": ([two(A, B), two(A, C)], moved(A, A, 1, 1, was=B, to=C)),
    "the second line twice": ([two(A, A), ("a", [Said(C, line=2)]), two(A, B)], moved(A, A, 2, 2, was=C, to=B)),
    "a line put off hides no late one": (
        [two(A, B), ("a", [Said(C, line=2)])],
        moved(A, A, 1, 1, was=B, to=C),
    ),
    "two lines to two days": ([two(A, B), two(B, C)], moved(A, B, 1, 1)),
    "the second where the first is silent": ([two(None, A), two(None, B)], moved(A, B, 1, 1)),
    "another order": ([one(A), ("a", [Said(B, number="202605-0101"), Said(A)])], still(A)),
    "another order moved": (
        [("a", [Said(A, number="202605-0101"), Said(A)]), ("a", [Said(B, number="202605-0101"), Said(A, qty=2)])],
        still(A),
    ),
    "a row without a number": ([one(A), ("a", [Said(A, qty=2), Said(B, held=True, number="~x")])], still(A)),
}


@pytest.mark.parametrize("name", PLANS)
def test_what_nights_brought_is_kept(ledger: Ledger, name: str) -> None:
    plan, expected = PLANS[name]
    for n, step in enumerate(plan):
        take_in(ledger, n, step)
    assert kept(ledger) == expected


def test_what_one_night_said_last_is_what_it_said(ledger: Ledger) -> None:
    take_in(ledger, 0, one(A))
    take_in(ledger, 1, one(B), ("b", [Said(C)]))
    assert kept(ledger) == moved(A, C, 1, 1, file="b")


@pytest.mark.parametrize(
    ("undone", "expected"),
    [
        ([], moved(A, C, 2, 2, was=B, file="c")),
        (["d"], moved(A, C, 2, 2, was=B, file="c")),
        (["c"], moved(A, C, 2, 3, was=B, file="d")),
        (["c", "d"], moved(A, B, 1, 1, file="b", by="李娜")),
        (["b"], moved(A, C, 1, 2, file="c")),
        (["a"], moved(B, C, 1, 2, file="c")),
        (["a", "b"], still(C)),
        (["b", "c", "d"], still(A)),
    ],
)
def test_a_workbook_taken_back_moved_nothing(ledger: Ledger, undone: list[str], expected: tuple[Any, ...]) -> None:
    said = {"a": Said(A), "b": Said(B, owner="李娜"), "c": Said(C), "d": Said(C, qty=2)}
    for n, (name, line) in enumerate(said.items()):
        take_in(ledger, n, (name, [line]))
    before = kept(ledger)
    for turn, wanted in ((take_back, expected), (put_back, before)):
        for name in undone:
            turn(ledger, name)
        assert kept(ledger) == wanted


def test_a_first_version_put_back_after_the_second_came_is_the_first(ledger: Ledger) -> None:
    take_in(ledger, 0, one(A))
    take_back(ledger, "a")
    take_in(ledger, 1, ("b", [Said(B)]))
    assert kept(ledger) == still(B)
    put_back(ledger, "a")
    assert kept(ledger) == moved(A, B, 1, 1, file="b")


def test_what_a_mended_copy_takes_the_place_of_was_never_promised(ledger: Ledger) -> None:
    [source] = take_in(ledger, 0, one(A))
    [copy] = take_in(ledger, 1, ("copy", [Said(B)]), origin=source)
    assert kept(ledger) == still(B)
    take_in(ledger, 2, ("copy of it", [Said(C)]), origin=copy)
    assert kept(ledger) == still(C)
    take_in(ledger, 3, ("b", [Said(A)]))
    assert kept(ledger) == moved(C, A, 1, 3, file="b")
    for name in ("copy of it", "copy"):
        take_back(ledger, name)
    assert kept(ledger) == still(A)


def test_a_mended_copy_of_the_workbook_that_moved_it_moves_it_to_its_own_day(ledger: Ledger) -> None:
    take_in(ledger, 0, one(A))
    [source] = take_in(ledger, 1, ("b", [Said(B)]))
    take_in(ledger, 2, ("b", [Said(C)]), origin=source)
    assert kept(ledger) == moved(A, C, 1, 2, file="b")


def test_a_day_was_moved_in_the_night_that_first_brought_it_whatever_else_is_mended_later(ledger: Ledger) -> None:
    take_in(ledger, 0, one(A))
    [source] = take_in(ledger, 1, ("b", [Said(B)]))
    before = kept(ledger)
    [copy] = take_in(ledger, 4, ("copy", [Said(B, qty=2)]), origin=source)
    assert kept(ledger) == before == moved(A, B, 1, 1, file="b")
    take_in(ledger, 5, ("copy of it", [Said(B, qty=3, owner="李娜")]), origin=copy)
    assert kept(ledger) == moved(A, B, 1, 1, file="b", by="李娜")
    assert kept(ledger, 3) == moved(A, B, 1, 1, file="b", by="李娜")
    take_in(ledger, 6, ("last copy", [Said(C)]), origin=copy)
    assert kept(ledger) == moved(A, C, 1, 6, file="last copy")


def test_a_copy_that_a_newer_workbook_outran_says_nothing_until_that_is_taken_back(ledger: Ledger) -> None:
    [source] = take_in(ledger, 0, one(A))
    [newer] = take_in(ledger, 1, ("b", [Said(B)]))
    key = ("orders", Said(A).key)
    take_in(ledger, 2, ("copy", [Said(C)]), origin=source, late={key: newer.id})
    assert kept(ledger) == moved(A, B, 1, 1, file="b")
    take_back(ledger, "b")
    assert kept(ledger) == still(C)


def test_a_past_night_knows_no_later_move(ledger: Ledger) -> None:
    for n, day in enumerate((A, B, C)):
        take_in(ledger, n, one(day))
    expected = [still(A, C), moved(A, C, 1, 1, to=B), moved(A, C, 2, 2, was=B)]
    assert [kept(ledger, n) for n in (0, 1, 2)] == expected


def test_of_orders_that_never_moved_nothing_is_read(ledger: Ledger) -> None:
    other = Said(A, number="202605-0101")
    for n, day in enumerate((A, B)):
        take_in(ledger, n, ("a", [Said(day), Said(A, line=2), replace(other, qty=n + 1)]))
    said = promised_days(ledger)
    assert set(said["line"]) == {Said(A).key, Said(A, line=2).key}
