"""Codes that lost their leading zeros: padded from the records, only when exactly one is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from pipeline.excel.names import column_letter
from pipeline.ledger import ReceivedFile
from pipeline.reading.workers.child import read_file
from pipeline.rules.validation import validate
from pipeline.rules.validation.codes import PADDED, codes_of
from pipeline.rules.validation.validated_file import ValidatedFile, parse_facts
from schemas.policy import rules
from tests.support import nights
from tests.support.books import Book
from tests.support.night_world import CUSTOMERS, ORDERS, PRICES, QINGMU, Table, order, world

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.support.books import Cell

DAY = world()[ORDERS]["销售订单"].rows[0]["下单日期"]


@pytest.mark.parametrize(
    ("records", "written", "read"),
    [
        (["00123"], "123", "00123"),
        (["00123"], "0123", "00123"),
        (["00123"], "00123", "00123"),
        (["00123", "0123"], "123", "123"),  # two may be meant
        (["00123", "0123"], "0123", "0123"),
        (["00123", "123"], "123", "123"),  # it is itself on record
        (["00124"], "123", "123"),
        (["00123"], "23", "23"),
        (["123"], "00123", "00123"),  # nothing was lost here
        (["00A12"], "A12", "A12"),  # Excel takes that for no number
        (["0012.5"], "12.5", "12.5"),
        (["００123"], "123", "123"),
        (["000"], "0", "000"),
        ([], "123", "123"),
    ],
)
def test_a_code_is_padded_where_one_record_is_meant(records: list[str], written: str, read: str) -> None:
    assert codes_of(records).padded(written) == read


def sifted(folder: Path, *files: Any, kept: Iterable[str] = ()) -> list[ValidatedFile]:
    """Workbooks of sheets with their rows, taken in one night; `kept`: customers the ledger holds."""
    reads = []
    for n, sheets in enumerate(files, start=1):
        book = Book(folder / f"{n}.xlsx")
        for tab, rows in sheets.items():
            book.sheet(tab).row(*rows[0])
            book.rows(*(tuple(row.values()) for row in rows))
        read = read_file(book.save().name, book.path, folder)
        assert read.refused is None, read.findings
        reads.append((ReceivedFile("t", book.path.name, f"{n:064}", 1, "", 1, id=n), read))
    held = {("customers", "customer_code"): [(code,) for code in kept]}
    known = validate.Known(codes=lambda *asked: held.get(asked, []))
    return [each.packed() for each in validate.validate_files(reads, known, rules.load())]


def codes(made: ValidatedFile, column: str) -> list[str]:
    return [orjson.loads(text).get(column) for batch in made.batches for text in batch.facts]


def told(made: ValidatedFile) -> list[tuple[str, str]]:
    return [(each.place.cell, each.raw) for each in made.findings if each.rule == PADDED]


def orders(*rows: Any) -> dict[str, list[Mapping[str, Cell]]]:
    """Lines of one order each, with these cells changed."""
    return {
        "销售订单": [order(f"202605-{n:03}", QINGMU, 1, day=DAY, 客户编码=None) | row for n, row in enumerate(rows, 1)]
    }


def customer(code: str) -> dict[str, Cell]:
    return {"客户编码": code, "客户名称": f"客户{code}", "付款条件": "货到30天", "信用额度": 10000}


def item(code: str, **more: Cell) -> dict[str, Cell]:
    return {"产品编码": code, "型号": f"M{code}", "目录价": 100, "最低限价": 90, "生效日期": DAY} | more


@pytest.mark.parametrize("is_record_first", [True, False])
def test_the_fact_takes_the_code_of_a_record_of_tonight_and_its_cell_is_named(
    tmp_path: Path, is_record_first: bool
) -> None:
    files = [{"客户档案": [customer("00123")]}, orders({"客户编码": 123})]
    made = sifted(tmp_path, *(files if is_record_first else files[::-1]))
    bought = made[1 if is_record_first else 0]
    assert codes(bought, "customer_code") == ["00123"]
    column = column_letter(list(orders({})["销售订单"][0]).index("客户编码"))
    assert told(bought) == [(f"{column}2", "123")]


def test_the_fact_takes_the_code_of_a_record_of_earlier_nights(tmp_path: Path) -> None:
    (made,) = sifted(
        tmp_path, orders({"客户编码": 123}, {"客户编码": "00456"}, {"客户编码": 78}), kept=["00123", "00456"]
    )
    assert codes(made, "customer_code") == ["00123", "00456", "78"]
    assert len(told(made)) == 1


def test_an_order_of_several_lines_is_told_of_once(tmp_path: Path) -> None:
    (made,) = sifted(tmp_path, orders(*[{"客户编码": 123, "订单编号": "202605-001"}] * 3), kept=["00123"])
    assert set(codes(made, "customer_code")) == {"00123"}
    assert len(told(made)) == 1


def test_a_list_of_records_is_not_padded_from_itself(tmp_path: Path) -> None:
    (made,) = sifted(tmp_path, {"客户档案": [customer("00123"), customer("123")]}, kept=["00123"])
    assert codes(made, "customer_code") == ["00123", "123"]
    assert told(made) == []


def test_lead_times_that_lost_zeros_go_by_the_price_list(tmp_path: Path) -> None:
    lead = {"产品编码": 77, "型号": "M0077", "生产周期": 5, "库存数量": 3}
    made = sifted(tmp_path, {"价格表": [item("0077")]}, {"生产周期": [lead]}, orders({"产品编码": 77}))
    assert codes(made[1], "product_code") == codes(made[2], "product_code") == ["0077"]
    assert [len(told(each)) for each in made] == [0, 1, 1]


def test_without_records_every_code_stays_as_it_is(tmp_path: Path) -> None:
    (made,) = sifted(tmp_path, orders({"客户编码": 123, "产品编码": 7}))
    assert (codes(made, "customer_code"), codes(made, "product_code"), told(made)) == (["123"], ["7"], [])


@pytest.mark.slow
def test_a_night_pads_from_the_nights_before_and_a_numberless_order_keeps_its_number(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path / "desk")
    sheets = world()
    customers = sheets[CUSTOMERS]["客户档案"]
    customers.rows[0]["客户编码"] = "00123"
    line = order(None, str(customers.rows[0]["客户名称"]), 3, day=DAY) | {"客户编码": 123}
    bought = {"新单.xlsx": {"销售订单": Table([*line], [line])}}
    nights.put_in_inbox(workspace, bought)
    nights.run(workspace, nights.TUESDAY)
    nights.put_in_inbox(workspace, sheets, only=[CUSTOMERS, PRICES])
    nights.run(workspace, nights.WEDNESDAY)
    bought["新单.xlsx"]["说明"] = Table(["说明"], [{"说明": "另存了一次"}])  # other bytes, the same row
    nights.put_in_inbox(workspace, bought)
    nights.run(workspace, nights.THURSDAY)
    heads = nights.ledger(
        workspace, "SELECT f.facts FROM heads h JOIN facts f ON f.seq = h.seq WHERE h.kind = 'orders'"
    )
    assert [parse_facts(text)["customer_code"] for (text,) in heads] == ["00123"]
    found = [
        row
        for row in nights.rows(nights.day_folder(workspace, nights.THURSDAY), "findings")
        if PADDED in row["rule_title"]
    ]
    assert [(row["src_file"], row["raw"]) for row in found] == [("新单.xlsx", "123")]
