"""What a line takes from its head: whose value goes where, and where every cell stands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reading.workers.child import read_file
from tests.reading.layout.test_head_sheets import DAY, HEADS, LINES, column, heads, lines, read, rules
from tests.support.books import Book

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from tests.reading.layout.test_head_sheets import Rows

SAYS_ELSE, UNREAD_DATE = "CELL-050", "CELL-012"
FIELDS = {  # heading → field and what it holds for the n-th record
    "客户名称": ("customer_name", lambda n: f"客户{n}公司"),
    "下单日期": ("order_date", lambda n: date(2026, 5, 1 + n)),
    "付款方式": ("pay_term", lambda n: f"月结{30 * n + 30}天"),
    "收货地址": ("address", lambda n: f"工业路{n}号"),
    "交货日期": ("promised_date", lambda n: date(2026, 6, 1 + n)),
    "币种": ("currency", lambda n: ("USD", "EUR")[n % 2]),
    "业务员": ("sales_owner", lambda n: ("王芳", "李明")[n % 2]),
}


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    others=st.sets(st.sampled_from(sorted(FIELDS)), max_size=6),
    chance=st.randoms(use_true_random=False),
)
def test_two_sheets_say_what_one_list_of_everything_says(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], others: set[str], chance: random.Random
) -> None:
    path = tmp_path_factory.mktemp("joined")
    names = ["客户名称", *sorted(others - {"客户名称"})]
    chance.shuffle(names)
    records = [[FIELDS[name][1](n) for name in names] for n in range(len(sizes))]
    sold = [(f"S{n}", f"产品{n}{k}", k + 1, 10 * k + 5) for n, size in enumerate(sizes) for k in range(size)]
    chance.shuffle(sold)
    order = list(range(len(records)))
    chance.shuffle(order)
    whole: Rows = [(*LINES, *names), *((*line, *records[int(line[0][1:])]) for line in sold)]
    parts: list[tuple[str, Rows]] = [
        ("主表", [("订单编号", *names), *((f"S{n}", *records[n]) for n in order)]),
        ("明细", [LINES, *sold]),
    ]
    chance.shuffle(parts)
    joined, once = read(path, *parts), read(path, ("全表", whole))
    for field in ("order_no", "product_name", "qty", "unit_price", *(FIELDS[name][0] for name in names)):
        assert column(joined, field) == column(once, field), field
    assert joined.sheets[0].totals == once.sheets[0].totals


def test_every_cell_of_a_head_is_known_by_its_own_place(tmp_path: Path) -> None:
    got = read(tmp_path, ("主表", [(), *heads("S1", "S2")[1]]), lines("S2", "S1"))
    cells = [orjson.loads(text) for text in column(got, "src_cells")]  # type: ignore[arg-type]
    assert [each["customer_name"] for each in cells] == [["B4", "客户名称", "主表"], ["B3", "客户名称", "主表"]]
    assert "qty" not in cells[0]
    assert got.sheets[0].columns["qty"] == ("C", "数量")
    assert got.sheets[0].columns["customer_name"] == ("", "客户名称")


def test_sums_and_remarks_of_the_whole_stand_beside_the_first_line(tmp_path: Path) -> None:
    main: Rows = [(*HEADS, "已收金额", "备注", "总数量"), ("S1", "甲", DAY, 30, "加急", 6)]
    got = read(tmp_path, ("主表", main), lines("S1", "S1", "S1"))
    assert column(got, "paid_fen") == [3000, None, None]
    assert column(got, "remark") == ["加急", None, None]
    assert column(got, "qty") == [1000, 2000, 3000]


def test_unit_and_currency_said_above_the_heads_hold_for_their_sums(tmp_path: Path) -> None:
    main: Rows = [("单位：万元",), (*HEADS, "已收金额"), ("S1", "甲", DAY, 3)]
    assert column(read(tmp_path, ("主表", main), lines("S1")), "paid_fen") == [3000000]
    foreign: Rows = [("币种：美元",), (*HEADS, "已收金额"), ("S1", "甲", DAY, 3)]
    assert column(read(tmp_path, ("主表", foreign), lines("S1")), "currency") == ["USD"]


@pytest.mark.parametrize(
    ("own", "said", "is_told", "customer"),
    [
        ("甲公司", "甲公司", False, "甲公司"),
        (None, "甲公司", False, "甲公司"),
        ("青木机械", "杭州青木机械有限公司", False, "青木机械"),  # one name is the shorter
        ("甲公司", "乙公司", True, None),
        ("甲公司", None, False, "甲公司"),
    ],
)
def test_line_that_says_another_customer_than_its_head_waits(
    tmp_path: Path, own: str | None, said: str | None, is_told: bool, customer: str | None
) -> None:
    main: Rows = [("订单编号", "客户名称", "客户编码", "下单日期"), ("S1", said, "C1", DAY), ("S2", "丙", "C2", DAY)]
    sold: Rows = [(*LINES, "客户名称"), ("S1", "泵", 1, 10, own), ("S2", "泵", 1, 10, "丙")]
    got = read(tmp_path, ("主表", main), ("明细", sold))
    assert (SAYS_ELSE in rules(got)) == is_told
    assert column(got, "customer_name") == [customer, "丙"]
    assert column(got, "src_unknown") == ["customer_name" if is_told else "", ""]


def test_what_does_not_decide_whose_it_is_stays_as_the_line_says(tmp_path: Path) -> None:
    main: Rows = [(*HEADS, "付款方式"), ("S1", "甲", DAY, "月结30天")]
    got = read(
        tmp_path,
        ("主表", main),
        ("明细", [(*LINES, "付款方式"), ("S1", "泵", 1, 10, None), ("S1", "阀", 1, 10, "货到付款")]),
    )
    assert column(got, "pay_term") == ["月结30天", "货到付款"]
    found = [cell for cell in got.sheets[0].findings if cell.rule == SAYS_ELSE]
    assert [(cell.row, cell.column, cell.unknown) for cell in found] == [(3, "pay_term", False)]


def test_a_head_says_in_either_of_two_columns_and_is_known_by_the_one_it_says_it_in(tmp_path: Path) -> None:
    main: Rows = [(*HEADS, "备注", "备注说明"), ("S1", "甲", DAY, "急", None), ("S2", "乙", DAY, None, "缓")]
    got = read(tmp_path, ("主表", main), lines("S2", "S1"))
    assert column(got, "remark") == ["缓", "急"]
    cells = [orjson.loads(text) for text in column(got, "src_cells")]  # type: ignore[arg-type]
    assert [each["remark"] for each in cells] == [["E3", "备注说明", "主表"], ["D2", "备注", "主表"]]


def test_notes_on_cells_of_a_line_are_of_the_line_whatever_its_head_says(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").sheet("主表").rows(*heads("S1")[1]).sheet("明细").rows(*lines("S1")[1])
    for cell in ("B2", "C2"):  # of the head B2 is the name of the customer
        book._now.write_comment(cell, "请核对")
    (got,) = read_file("a.xlsx", book.save(), tmp_path).sheets
    assert sorted(found.column for found in got.findings if found.rule == "CELL-043") == ["product_name", "qty"]
