"""Rows of one night that say different things about the same record."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from pipeline import check
from pipeline.ledger import Drop
from pipeline.reading.one import read_file
from schemas import rules
from tests.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.checks.sifted import Sifted

HEADS = ("收款编号", "收款日期", "付款方", "收款金额", "收款方式", "订单编号")


def receipt(number: str, yuan: float, payer: str = "甲公司") -> tuple[object, ...]:
    return (number, "2026-05-06", payer, yuan, "电汇", "202605-001")


def sifted(folder: Path, *files: list[tuple[object, ...]]) -> list[Sifted]:
    """One workbook of receipts per list of rows, taken in one night."""
    reads = []
    for n, rows in enumerate(files, start=1):
        book = Book(folder / f"收款-{n}.xlsx", "收款登记")
        for row in (HEADS, *rows):
            book.row(*row)
        book.save()
        read = read_file(book.path.name, book.path, folder)
        assert read.refused is None, read.findings
        reads.append((Drop("t", book.path.name, f"{n:064}", 1, "", 1, id=n), read))
    return [each.packed() for each in check.sift(reads, check.Known(), rules.load())]


def told(made: list[Sifted], rule: str) -> dict[str, str]:
    return {
        f"{each.place.file}:{each.place.row}": each.params["other"]
        for one in made
        for each in one.findings
        if each.rule == rule
    }


def test_rows_that_differ_wait_under_keys_of_their_own_and_name_each_other(tmp_path: Path) -> None:
    made = sifted(tmp_path, [receipt("R1", 100), receipt("R2", 7)], [receipt("R1", 200)])
    assert told(made, "X-010") == {
        "收款-1.xlsx:2": "收款-2.xlsx › 收款登记 › A2",
        "收款-2.xlsx:2": "收款-1.xlsx › 收款登记 › A2",
    }
    rows = [
        (key, held) for each in made for batch in each.batches for key, held in zip(batch.keys, batch.held, strict=True)
    ]
    assert sorted(held for _, held in rows) == [False, True, True]
    assert len({key for key, _ in rows}) == 3


def test_rows_alike_in_every_cell_are_one(tmp_path: Path) -> None:
    made = sifted(tmp_path, [receipt("R1", 100)], [receipt("R1", 100)])
    assert told(made, "RCV-001") == {"收款-2.xlsx:2": "收款-1.xlsx › 收款登记 › A2"}
    assert [len(batch.keys) for each in made for batch in each.batches] == [1, 0]


def test_three_of_many_other_places_are_told_whichever_file_came_first(tmp_path: Path) -> None:
    made = sifted(tmp_path, *([receipt("R1", 100 + n)] for n in range(6)))
    others = told(made, "X-010")
    assert others["收款-1.xlsx:2"].split("; ") == [f"收款-{n}.xlsx › 收款登记 › A2" for n in (2, 3, 4)]
    assert others["收款-6.xlsx:2"].split("; ") == [f"收款-{n}.xlsx › 收款登记 › A2" for n in (1, 2, 3)]


@pytest.mark.slow
def test_a_workbook_stated_twice_costs_no_more_than_its_rows(tmp_path: Path) -> None:
    def cost(count: int) -> float:
        files = [[receipt(f"R{n:05}", n + 1 + more) for n in range(count)] for more in (0, 1)]
        began = time.process_time()
        made = sifted(tmp_path, *files)
        assert len(told(made, "X-010")) == 2 * count
        return time.process_time() - began

    cost(50)
    assert cost(4_000) < 14 * cost(500)  # eight times the rows; squares would be 64
