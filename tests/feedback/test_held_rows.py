"""Held rows that a later drop has mended."""

from __future__ import annotations

import time

import orjson
import pytest

from pipeline.feedback.held_rows import fixed_rows
from pipeline.ledger import FactRows, ReceivedFile
from pipeline.rules.validation.validated_file import ValidatedFile

HELD = {"customer_name": "甲公司", "model": "X200", "order_date": "2026-05-06T00:00:00", "qty": 10_000}


def received(*rows: dict[str, object], name: str = "b.xlsx", first: int = 7) -> ValidatedFile:
    count = len(rows)
    numbers = range(first, first + count)
    batch = FactRows(
        "orders", [f"k{n}" for n in numbers], [False] * count, ["单"] * count, list(numbers), [*map(orjson.dumps, rows)]
    )
    return ValidatedFile(ReceivedFile("t", name, "0" * 64, 1, "", 1, id=1), batches=[batch])


def waits(facts: dict[str, object]) -> dict[str, list[tuple[int, str, str, int, str]]]:
    return {"orders": [(42, "a.xlsx", "单", 7, orjson.dumps(facts).decode())]}


@pytest.mark.parametrize(
    ("now", "name", "is_mended"),
    [
        (HELD | {"amount_fen": 100}, "b.xlsx", True),  # all it said, and more
        (HELD, "b.xlsx", False),  # nothing was mended
        (HELD | {"qty": 20_000, "amount_fen": 100}, "b.xlsx", False),  # another row
        (HELD | {"amount_fen": 100}, "a (1).xlsx", False),  # of the same workbook it is the next version
    ],
)
def test_a_row_is_mended_by_one_of_another_workbook_that_says_all_it_said(
    now: dict[str, object], name: str, *, is_mended: bool
) -> None:
    noted = HELD | {"src_unknown": "amount_fen", "src_cells": "{}"}
    assert fixed_rows(waits(noted), received({"model": "Y"}, now, name=name, first=6)) == [42] * is_mended


def test_what_says_too_little_proves_nothing() -> None:
    assert fixed_rows(waits({"model": "X200", "qty": 1}), received({"model": "X200", "qty": 1, "unit": "台"})) == []


@pytest.mark.slow
def test_many_held_rows_are_looked_for_in_the_time_of_the_rows() -> None:
    def cost(count: int) -> float:
        rows = [HELD | {"qty": n, "address": f"路{n}号"} for n in range(count)]
        held = [(n, "a.xlsx", "单", n, orjson.dumps(row).decode()) for n, row in enumerate(rows)]
        later = received(*(row | {"amount_fen": 1} for row in rows))
        began = time.process_time()
        assert len(fixed_rows({"orders": held}, later)) == count
        return time.process_time() - began

    cost(100)
    many, few = (min(cost(count) for _ in range(3)) for count in (8_000, 1_000))  # others work on the machine too
    assert many < 32 * few  # eight times the rows; squares would be 64
