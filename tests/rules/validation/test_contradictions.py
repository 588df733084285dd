"""Rows of one night that say different things about the same record."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.ledger import ReceivedFile
from pipeline.reading.workers.child import read_file
from pipeline.rules.validation import validate
from schemas.policy import rules
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.rules.validation.validated_file import ValidatedFile

HEADS = ("收款编号", "收款日期", "付款方", "收款金额", "收款方式", "订单编号")
STAGES = ("订单编号", "执行阶段", "责任人", "计划完成时间")
COMPLAINTS = ("投诉编号", "投诉时间", "投诉人", "投诉内容")
LINES = ("订单编号", "客户名称", "下单日期", "产品名称", "型号", "数量", "单价", "金额", "联系电话")


def receipt(number: str, yuan: float, payer: str = "甲公司") -> tuple[object, ...]:
    return (number, "2026-05-06", payer, yuan, "电汇", "202605-001")


def sifted(
    folder: Path, *files: list[Any], heads: tuple[str, ...] = HEADS, tab: str = "收款登记"
) -> list[ValidatedFile]:
    """One workbook of receipts, or of other rows, per list of rows, taken in one night."""
    reads = []
    for n, rows in enumerate(files, start=1):
        book = Book(folder / f"收款-{n}.xlsx", tab)
        for row in (heads, *rows):
            book.row(*row)
        book.save()
        read = read_file(book.path.name, book.path, folder)
        assert read.refused is None, read.findings
        reads.append((ReceivedFile("t", book.path.name, f"{n:064}", 1, "", 1, id=n), read))
    return [each.packed() for each in validate.validate_files(reads, validate.Known(), rules.load())]


def told(made: list[ValidatedFile], rule: str) -> dict[str, str]:
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


def kept(made: list[ValidatedFile]) -> dict[str, bool]:
    """Every row kept by its key, and whether it waits."""
    return {
        key: bool(held)
        for each in made
        for batch in each.batches
        for key, held in zip(batch.keys, batch.held, strict=True)
    }


def test_of_plans_that_differ_one_counts_and_the_others_wait(tmp_path: Path) -> None:
    files = [[("202605-001", "物流发货", name, "2026-05-20")] for name in ("丙", "甲", "乙")]
    made = sifted(tmp_path, *files, heads=STAGES, tab="跟踪")
    assert sorted(told(made, "X-010")) == [f"收款-{n}.xlsx:2" for n in (1, 2, 3)]
    waits = kept(made)
    (own,) = [key for key, is_held in waits.items() if not is_held]
    assert waits == {own: False, f"{own}!1": True, f"{own}!2": True}
    again = kept(sifted(tmp_path, *reversed(files), heads=STAGES, tab="跟踪"))
    assert again == waits


def test_steps_that_are_none_of_our_stages_are_told_apart_by_their_own_words(tmp_path: Path) -> None:
    steps = [("202605-001", step, "丙", f"2026-05-{n}") for n, step in enumerate(("下料", "粗铣", "精铣", " 粗铣"), 20)]
    made = sifted(tmp_path, steps, heads=STAGES, tab="跟踪")
    assert sorted(told(made, "X-010")) == ["收款-1.xlsx:3", "收款-1.xlsx:5"]  # one step with two plans
    held = kept(made)
    assert [key for key, waits in held.items() if not waits][:2] == ["202605-001|下料|", "202605-001|精铣|"]


def test_complaints_that_share_a_number_are_both_followed(tmp_path: Path) -> None:
    rows = [("202605-T001", "2026-05-06", name, f"{name}：水泵漏水") for name in ("王女士", "李先生", "赵先生")]
    made = sifted(tmp_path, *([row] for row in rows), heads=COMPLAINTS, tab="投诉")
    assert sorted(told(made, "CMP-016")) == [f"收款-{n}.xlsx:2" for n in (1, 2, 3)]
    assert told(made, "X-010") == {}
    own, *others = sorted(kept(made))
    assert others == [f"{own}#2", f"{own}#3"]
    assert not any(kept(made).values())


def line(
    *, number: str | None = "202605-001", customer: str | None = "甲公司", phone: str | None = "1"
) -> tuple[object, ...]:
    return (number, customer, "2026-05-06" if customer else None, "水泵", "X1", 1, 100, 100, phone)


def test_one_number_for_two_customers_holds_both(tmp_path: Path) -> None:
    made = sifted(tmp_path, [line()], [line(customer="乙公司")], heads=LINES, tab="订单")
    assert len(told(made, "ORD-033")) == 2
    assert list(kept(made).values()) == [True, True]
    assert len(kept(made)) == 2


def test_a_copy_is_told_once_and_a_header_that_differs_holds_nothing(tmp_path: Path) -> None:
    made = sifted(tmp_path, [line(), line(), line(phone="2")], heads=LINES, tab="订单")
    assert told(made, "ORD-032") == {"收款-1.xlsx:3": "收款-1.xlsx › 订单 › A2"}
    assert list(told(made, "ORD-042")) == ["收款-1.xlsx:4"]
    (finding,) = [each for one in made for each in one.findings if each.rule == "ORD-042"]
    assert not finding.is_holding


def test_rows_nobody_can_number_are_compared_with_none(tmp_path: Path) -> None:
    nameless = [line(number="待定", customer=None), line(number="待定", customer=None)]
    made = sifted(tmp_path, [*nameless, line(number="待定", customer=None, phone="2")], heads=LINES, tab="订单")
    assert told(made, "ORD-032") == told(made, "ORD-042") == told(made, "ORD-033") == {}
    assert len(kept(made)) == 3


def test_one_number_without_any_customer_is_no_conflict(tmp_path: Path) -> None:
    made = sifted(tmp_path, [line(customer=None), line(customer=None, phone="2")], heads=LINES, tab="订单")
    assert told(made, "ORD-033") == {}


def test_rows_alike_in_every_cell_are_one(tmp_path: Path) -> None:
    made = sifted(tmp_path, [receipt("R1", 100)], [receipt("R1", 100)])
    assert told(made, "X-010") == {}
    assert told(made, "RCV-001") == {"收款-2.xlsx:2": "收款-1.xlsx › 收款登记 › D2"}
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
