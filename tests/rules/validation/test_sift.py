"""From sheets as read to rows as kept: amounts that follow, pieces, numbers given, keys, counts and places."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

import orjson
import pandas as pd
import pytest

from pipeline.ledger import ReceivedFile
from pipeline.reading.workers.child import read_file
from pipeline.rules.validation import sift as check
from pipeline.rules.validation.identity import fingerprints, keys
from schemas.incoming.kinds import KINDS
from schemas.policy import rules
from tests.support.books import Book
from tests.support.order_rows import frame

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.rules.validation.sifted import ValidatedFile
    from tests.support.books import Cell

DAY = "2026-03-02"
HEADS = (
    *("订单编号", "下单日期", "接收时间", "客户名称", "产品名称", "型号", "数量", "单位", "单价", "折扣", "金额"),
    "期望交期",
)
LINE = ("202603-001", DAY, None, "甲公司", "水泵", "X1", 2, "台", 100, None, 200, "2026-03-20")
COMPLAINT = ("投诉编号", "登记时间", "投诉时间", "投诉人", "投诉内容")


def line(**cells: Cell) -> tuple[Cell, ...]:
    return tuple(cells.get(head, cell) for head, cell in zip(HEADS, LINE, strict=True))


def sheet(*lines: tuple[Cell, ...], without: tuple[str, ...] = ()) -> list[tuple[Cell, ...]]:
    """Rows of order lines under all headings but these."""
    kept = [head not in without for head in HEADS]
    return [tuple(compress(cells, kept)) for cells in (HEADS, *lines)]


def sift(folder: Path, *sheets: list[tuple[Cell, ...]], known: check.Known | None = None) -> ValidatedFile:
    """One workbook of these sheets, headings first."""
    book = Book(folder / "来件.xlsx")
    for n, rows in enumerate(sheets, start=1):
        book.sheet(f"表{n}").rows(*rows)
    book.save()
    read = read_file(book.path.name, book.path, folder)
    assert read.refused is None, read.findings
    (made,) = check.validate(
        [(ReceivedFile("t", book.path.name, "0" * 64, 1, "", 1, id=1), read)], known or check.Known(), RULES
    )
    return made.packed()


RULES = rules.load()
NO_AMOUNT = ("金额",)


def facts(made: ValidatedFile, name: str) -> list[Any]:
    return [orjson.loads(each).get(name) for batch in made.batches for each in batch.facts]


def told(made: ValidatedFile, rule: str) -> list[str]:
    return [str(each.place) for each in made.findings if each.rule == rule]


# Amounts


@pytest.mark.parametrize(
    ("cells", "fen"),
    [
        ({"数量": 3, "单价": 9.99}, 2997),
        ({"数量": 3, "单价": 9.99, "折扣": "9折"}, 2697),
        ({"数量": 1.5, "单位": "米", "单价": 10, "折扣": "减10%"}, 1350),
        ({"数量": None}, None),
        ({"单价": None}, None),
    ],
)
def test_amount_follows_where_the_sheet_has_no_such_column(tmp_path: Path, cells: dict[str, Cell], fen: int) -> None:
    made = sift(tmp_path, sheet(line(**cells), without=NO_AMOUNT))
    assert facts(made, "amount_fen") == [fen]
    assert [held for batch in made.batches for held in batch.held] == [fen is None]


def test_amount_is_asked_for_where_its_cell_is_empty(tmp_path: Path) -> None:
    without = sheet(line(订单编号="202603-002"), without=NO_AMOUNT)
    made = sift(tmp_path, sheet(line(金额=None), line(订单编号="202603-003")), without)
    assert facts(made, "amount_fen") == [None, 20_000, 20_000]
    assert [held for batch in made.batches for held in batch.held] == [True, False, False]


@pytest.mark.parametrize("absent", [("单价", "金额"), ("客户名称",)])
def test_rows_wait_when_their_sheet_lacks_what_follows_from_nothing(tmp_path: Path, absent: tuple[str, ...]) -> None:
    made = sift(tmp_path, sheet(line(), without=absent))
    assert [held for batch in made.batches for held in batch.held] == [True]


@pytest.mark.parametrize(
    ("qty", "unit", "raw"),
    [
        (2, "台", None),
        (1.5, "台", "1.5台"),
        (0.001, "件", "0.001件"),
        (1.5, "米", None),
        (1.5, None, None),
        (None, "台", None),
    ],
)
def test_half_a_machine_cannot_be_ordered(tmp_path: Path, qty: float | None, unit: str | None, raw: str | None) -> None:
    made = sift(tmp_path, sheet(line(数量=qty, 单位=unit)))
    found = [each for each in made.findings if each.rule == "ORD-012"]
    assert [(each.raw, each.place.cell, each.is_holding) for each in found] == ([(raw, "G2", True)] if raw else [])


# Numbers


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        ({}, "202603-001"),
        ({"接收时间": "2026-04-02"}, "202604-001"),  # the day it came, before the day on it
        ({"客户名称": None}, None),
        ({"下单日期": None, "接收时间": "2026-03-02"}, None),
    ],
)
def test_order_without_a_number_is_given_one(tmp_path: Path, cells: dict[str, Cell], number: str | None) -> None:
    made = sift(tmp_path, sheet(line(**{"订单编号": None} | cells)))
    assert facts(made, "order_no") == [number]
    assert told(made, "ORD-054") == (["来件.xlsx › 表1 › A2"] if number else [])
    assert told(made, "ORD-028") == ([] if number else ["来件.xlsx › 表1 › A2"])
    assert [held for batch in made.batches for held in batch.held] == [number is None]
    assert list(made.assigned.values()) == [number] * (number is not None)


def test_numbers_given_are_free_and_the_same_when_dropped_again(tmp_path: Path) -> None:
    new = [line(订单编号=None, 客户名称=name) for name in ("甲", "乙", "丙")]
    first = sift(tmp_path, sheet(line(), *new), known=check.Known(used=lambda _: frozenset({"202603-004"})))
    given = facts(first, "order_no")
    assert given[0] == "202603-001"
    assert sorted(given[1:]) == ["202603-005", "202603-006", "202603-007"]
    suggested = [each.params["suggestion"] for each in first.findings if each.rule == "ORD-054"]
    assert sorted(suggested) == sorted(given[1:])
    more = line(订单编号=None, 客户名称="丁")
    again = sift(tmp_path, sheet(*new, more), known=check.Known(remembered=first.assigned))
    assert facts(again, "order_no") == [*given[1:], "202603-008"]
    assert list(again.assigned.values()) == ["202603-008"]


@pytest.mark.parametrize(
    ("registered", "complained", "number"),
    [
        ("2026-03-10", "2026-02-27", "202602-T001"),  # when it was made, else when it was written down
        ("2026-03-10", None, "202603-T001"),
        (None, None, None),
    ],
)
def test_complaint_waits_for_no_number(
    tmp_path: Path, registered: str | None, complained: str | None, number: str | None
) -> None:
    made = sift(tmp_path, [COMPLAINT, (None, registered, complained, "王女士", "漏水")])
    assert facts(made, "complaint_no") == [number]
    assert told(made, "CMP-015") == ([] if number else ["来件.xlsx › 表1 › A2"])
    assert [held for batch in made.batches for held in batch.held] == [False]


def test_number_nobody_can_read_is_not_replaced(tmp_path: Path) -> None:
    made = sift(tmp_path, sheet(line(订单编号="#REF!")))
    assert facts(made, "order_no") == [None]
    assert not made.assigned
    assert not told(made, "ORD-028")


# Places and counts


def test_every_row_knows_its_sheet(tmp_path: Path) -> None:
    first = sheet(line(), line(订单编号="202603-002"))
    second = sheet(line(订单编号="202603-003"), line(订单编号="202603-004", 单价="面议"), line(), line())
    made = sift(tmp_path, first, second)
    (found,) = (each for each in made.findings if each.column == "unit_price" and each.raw == "面议")
    assert (str(found.place), found.is_holding) == ("来件.xlsx › 表2 › I3", True)
    assert (found.heading, found.subject, found.customer) == ("单价", "202603-004", "甲公司")
    assert made.counts == {
        ("orders", "表1", 1): {"accepted": 2, "held": 0, "copies": 0},
        ("orders", "表2", 1): {"accepted": 1, "held": 1, "copies": 2},
    }


# Keys


COUNTED = {  # rows of one file that are alike in these are as many records as rows
    "orders": [True],
    "tracking": [False],
    "shipments": [True, True, True],
    "invoices": [False],
    "receipts": [False, False, True, True],
    "reminders": [False, True, True],
    "complaints": [False, False],
    "actions": [True],
    "visits": [True],
    "evidence": [True],
    "capa": [True],
    "customers": [False, False],
    "qualifications": [False, False],
    "opening": [True],
    "prices": [False, False],
    "discounts": [True, True],
    "leadtimes": [False, False],
    "transit": [False],
    "staff": [False],
}


@pytest.mark.parametrize(("kind", "nth"), [(kind, n) for kind, each in COUNTED.items() for n in range(len(each))])
def test_rows_alike_in_what_names_them_are_told_apart_only_where_they_are_counted(kind: str, nth: int) -> None:
    columns = KINDS[kind].identity[nth]
    spare = next(str(c) for c in KINDS[kind].columns if _is_text(kind, str(c)) and not _names(kind, str(c)))
    row = {columns[0]: "K"} if _is_text(kind, columns[0]) else {}
    files = ("甲.xlsx", "甲.xlsx", "甲.xlsx", "乙.xlsx")
    made = keys(
        KINDS[kind], frame(KINDS[kind], [row | {spare: str(n), "src_file": file} for n, file in enumerate(files)])
    )
    alone = "k" + "|" * (len(columns) - 1)
    ordinals = ["", "#2", "#3", ""] if COUNTED[kind][nth] else [""] * 4
    assert made.tolist() == [alone + ordinal for ordinal in ordinals]


def _is_text(kind: str, column: str) -> bool:
    return str(frame(KINDS[kind], [])[column].dtype) == "str"


def _names(kind: str, column: str) -> bool:
    return column.startswith("src_") or any(column in each for each in KINDS[kind].identity)


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"receipt_no": "SK-1", "bank_ref": "B9"}, "sk-1"),
        ({"bank_ref": "B9", "payer": "甲"}, "b9"),
        ({"payer": "甲", "received_on": pd.Timestamp(DAY), "amount_fen": 100}, "甲|2026-03-02T00:00|100|"),
        ({"customer_name": "乙", "amount_fen": 100, "order_nos": "202603-001"}, "乙||100|202603-001"),
    ],
)
def test_first_name_a_row_has_is_its_key(row: dict[str, Any], key: str) -> None:
    assert keys(KINDS["receipts"], frame(KINDS["receipts"], [row])).tolist() == [key]


def test_row_without_a_name_is_named_by_what_it_says() -> None:
    said = [("甲.xlsx", 100), ("甲.xlsx", 100), ("乙.xlsx", 100), ("甲.xlsx", 101)]
    rows = frame(KINDS["receipts"], [{"src_file": file, "amount_fen": fen} for file, fen in said])
    one, again, elsewhere, other = keys(KINDS["receipts"], rows)
    assert one.startswith("~")
    assert len(one) == 1 + 2 * 12
    assert (again, elsewhere) == (f"{one}#2", one)
    assert other not in {one, again}
    assert fingerprints(rows.assign(src_row=99, src_sheet="别处")).tolist() == [one, again, elsewhere, other]


# --- what holds a row, and what is said once ----------------------------------------------


@pytest.mark.parametrize(
    ("cells", "is_held"),
    [({"数量": "若干"}, True), ({"数量": "２"}, False), ({"期望交期": "昨天"}, False), ({"单价": "面议"}, True)],
)
def test_a_cell_that_cannot_be_read_holds_its_row_where_money_or_identity_stands(
    tmp_path: Path, cells: dict[str, Cell], *, is_held: bool
) -> None:
    made = sift(tmp_path, sheet(line(), line(订单编号="202603-002", **cells)))
    assert [bool(held) for batch in made.batches for held in batch.held] == [False, is_held]


@pytest.mark.parametrize(("head", "rule", "rows"), [("期望交期", "ORD-013", [2]), ("数量", "ORD-011", [2, 3])])
def test_what_a_header_lacks_is_said_on_the_first_line_of_its_order(
    tmp_path: Path, head: str, rule: str, rows: list[int]
) -> None:
    lines = [line(**{head: None}), line(**{head: None, "型号": "X2"}), line(订单编号="202603-002")]
    made = sift(tmp_path, sheet(*lines))
    assert [each.place.row for each in made.findings if each.rule == rule] == rows


def test_every_complaint_says_what_it_lacks(tmp_path: Path) -> None:
    rows = [(f"202603-T00{n}", DAY, DAY, None, "漏水") for n in (1, 2)]
    made = sift(tmp_path, [COMPLAINT, *rows])
    rule = KINDS["complaints"].spec("complainant").blank
    assert [each.place.row for each in made.findings if each.rule == rule] == [2, 3]


# --- names of rows ------------------------------------------------------------------------


def test_a_row_without_a_key_is_named_by_what_it_says() -> None:
    rows = frame(KINDS["orders"], [{"product_name": name} for name in ("泵", "阀", "泵")])
    first, other, again = fingerprints(rows)
    assert first != other
    assert again == f"{first}#2"


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("waivers", {"finding_id": "A"}),
        ("waivers", {"rule": "ORD-004", "record": "1"}),
        ("corrections", {"finding_id": "A", "value": "1"}),
    ],
)
def test_what_is_said_twice_in_a_list_of_our_own_is_said_once(kind: str, row: dict[str, Any]) -> None:
    one, other = keys(KINDS[kind], frame(KINDS[kind], [row, row]))
    assert one == other


# --- what is known of a workbook as a whole -----------------------------------------------


def test_a_workbook_is_told_by_what_its_rows_say_and_where(tmp_path: Path) -> None:
    own = sift(tmp_path, sheet(line())).content
    assert own == sift(tmp_path, sheet(line())).content != ""
    assert own != sift(tmp_path, sheet(line(数量=3, 金额=300))).content
    assert own != sift(tmp_path, [("说明",)], sheet(line())).content  # on another sheet
    assert sift(tmp_path, sheet(("合计", *[None] * 9, 200, None))).content == ""


def test_a_heading_that_lacks_is_told_once_for_its_sheet(tmp_path: Path) -> None:
    made = sift(tmp_path, sheet(line(), line(订单编号="202603-002"), without=("期望交期",)))
    told = [(each.column, each.place.row) for each in made.findings if each.rule == "FILE-021"]
    assert told.count(("requested_date", 0)) == 1
