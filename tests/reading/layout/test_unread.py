"""What is not read is told of once, by its nearest kind, with what is missing; what holds no data is only named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.core.phrases import describe_finding
from pipeline.reading.files.grid import Grid
from pipeline.reading.layout.unread import rows_of_data, unknown_sheet
from pipeline.reading.workers.child import read_file
from schemas.derived.finding import Finding, Place
from schemas.incoming.sources import Clause, Sign, signs
from schemas.language.words import translate
from schemas.policy.rules import load
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileFinding, FileRead

UNKNOWN, UNREAD, EMPTY = "FILE-018", "FILE-041", "FILE-012"
STAFF = (("姓名", "部门", "岗位"), ("张三", "销售部", "销售"))
LEDGER = (("日期", "摘要", "应收", "实收", "欠款"), ("2025-06-01", "货款", 1000, 400, 600))
OWN = ("corrections", "waivers")  # lists of ours


def read(path: Path) -> FileRead:
    return read_file(path.name, path, path.parent)


def said(finding: FileFinding, lang: str = "zh") -> str:
    place = Place("a.xlsx", finding.sheet, finding.row)
    return describe_finding(
        Finding(finding.rule, "sources", "", place=place, params=dict(finding.params)), load()[finding.rule], lang
    )[0]


def phrases(finding: FileFinding) -> dict[str, Any]:
    return dict(json.loads(dict(finding.params)["other_phrases"]))


def names(sign: Sign, clauses: tuple[Clause, ...]) -> list[str]:
    return [translate(f"{sign.kind}.{field}", "zh") for clause in clauses for field in clause.fields[: clause.least]]


@pytest.mark.parametrize("sign", [each for each in signs() if each.kind not in OWN], ids=lambda sign: sign.kind)
def test_a_sheet_that_lacks_what_makes_it_a_kind_is_told_what_it_lacks(sign: Sign) -> None:
    """For every kind and every clause: what is there is understood, and only what is not there is asked for."""
    for lacking in sign.needs:
        heads = (
            names(sign, tuple(clause for clause in sign.needs if clause is not lacking)) or names(sign, sign.needs)[:1]
        )
        rows: list[list[object]] = [[*heads, "某列"], [*(["1"] * len(heads)), "乙"]]
        found = unknown_sheet(Grid("表", [1, 2], rows))
        told = phrases(found)
        assert found.row == 1
        assert json.loads(told["unread.unknown"]["columns_pairs"])[-1] == ["某列", ""]
        kind = told["unread.near"]["kind_words"].removeprefix("kind.")
        asked = {name for group in told["unread.missing"]["columns_words"].split(",") for name in group.split()}
        known = {key for _, key in json.loads(told.get("unread.understood", {"columns_pairs": "[]"})["columns_pairs"])}
        assert asked.isdisjoint(known)
        assert all(name.startswith(f"{kind}.") for name in asked | known)
        if kind == sign.kind:  # another kind may need less of the same words
            assert {f"{kind}.{field}" for field in lacking.fields} <= asked


def test_every_heading_is_either_understood_or_named_as_unknown() -> None:
    heads = ["日期", "订单号", "客户名称", "金额", "状态", "某列"]
    rows: list[list[object]] = [[*heads], ["2026-03-02", "X-1", "甲公司", 85600.0, "已发货", "乙"]]
    told = phrases(unknown_sheet(Grid("表", [3, 4], rows)))
    parts = ("unread.understood", "unread.unknown")
    written = [heading for part in parts for heading, _ in json.loads(told[part]["columns_pairs"])]
    assert sorted(written) == sorted(heads)
    assert told["unread.rows"] == {"count": "1"}


def test_a_full_book_says_the_nearest_kind_what_is_understood_and_what_is_missing(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("日期", "订单号", "客户名称", "金额", "状态")
    got = read(book.row("2026-03-02", "202603-001", "甲公司", 85600, "已发货").save())
    assert got.refused == UNKNOWN
    (finding,) = got.findings
    told = said(finding)
    for words in ("销售订单", "日期 → 下单日期", "订单号 → 订单编号", "还缺：产品名称 / 型号、数量", "1 行"):
        assert words in told
    assert "Order no." in said(finding, "en") or "rder" in said(finding, "en")
    assert "–" not in told + said(finding, "en")


def test_headings_that_are_only_like_ours_are_told_as_such(tmp_path: Path) -> None:
    told = said(
        read(Book(tmp_path / "a.xlsx").rows(("区域", "投诉故障内容", "甲"), ("G1", "无信号", 1)).save()).findings[0]
    )
    assert "没有认得的表头" in told
    assert "客户投诉" in told
    none = said(read(Book(tmp_path / "b.xlsx").rows(("甲", "乙", "丙"), (1, 2, 3)).save()).findings[0])
    assert "没有认得的表头；不认识的列：甲、乙、丙" in none


@pytest.mark.parametrize("count", [1, 2, 20])
def test_sheets_with_data_that_were_not_read_are_one_finding_of_their_file(tmp_path: Path, count: int) -> None:
    book = Book(tmp_path / "a.xlsx", "联系").rows(*STAFF)
    for number in range(count):
        book.sheet(f"客户{number}").rows(*LEDGER, *LEDGER[1:] * number)
    got = read(book.save())
    assert [each.kind for each in got.sheets] == ["staff"]
    (finding,) = got.findings
    assert (finding.rule, dict(finding.params)["count"]) == (UNREAD, str(count * (count + 1) // 2))
    assert f"客户{count - 1}" in said(finding) if count < 13 else f"{count} 张" in said(finding)


@pytest.mark.parametrize("count", [1, 2, 20])
def test_a_file_of_which_nothing_was_read_is_refused_with_one_finding(tmp_path: Path, count: int) -> None:
    book = Book(tmp_path / "a.xlsx", "客户0").rows(*LEDGER)
    for number in range(1, count):
        book.sheet(f"客户{number}").rows(*LEDGER, *LEDGER[1:] * number)
    got = read(book.save())
    assert (got.refused, [each.rule for each in got.findings]) == (UNKNOWN, [UNKNOWN])
    assert got.findings[0].sheet == f"客户{count - 1}"  # where most rows stand
    assert ("另有" in said(got.findings[0])) == (count > 1)


def test_notes_beside_a_table_are_named_and_no_data(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx", "联系").rows(*STAFF).sheet("说明").row("填写说明").row("1. 每天交一次")
    got = read(book.sheet("下拉").rows(("是", "甲", "丙"), ("否", "乙", "丁")).save())
    assert [(each.rule, each.sheet) for each in got.findings] == [(UNKNOWN, "说明"), (UNKNOWN, "下拉")]
    assert "行" not in said(got.findings[1]).partition("不认识")[2]


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([], 0),
        ([["甲", "乙"]], 0),  # words
        ([["甲", "2026-03-02"]], 1),
        ([["甲", "¥1,200.00"]], 1),
        ([["甲", "SF100"]], 0),  # a name with a figure in it is a word
        ([[5.0, ""]], 0),  # alone in its row: a page number
        ([[1.0, "写编号"], [2.0, "写日期"]], 0),  # rows are counted
        ([["1", "写编号"], ["2", "写日期"]], 0),
        ([[1.0, "甲", 3.0], [2.0, "乙", 4.0]], 2),
        ([[2.0, "甲"], [1.0, "乙"]], 2),  # no longer only counts
        ([[True, "甲"]], 0),
    ],
)
def test_rows_of_data_hold_a_figure_that_does_not_count_them(rows: list[list[object]], count: int) -> None:
    assert rows_of_data(rows) == count


PAYABLES = (("收款日期", "收款金额", "应付金额"), ("2025-06-01", 300, 400))
INVOICE = ("发票号码", "开票日期", "价税合计")
TWO = (("订单编号", "客户名称", "产品名称", "数量", "单价", *INVOICE), ("A-1", "甲", "泵", 1, 2, "8", "2025-06-01", 2))
NO_QUANTITY = (("订单编号", "客户名称", "产品名称", "单价", "金额"), ("A-1", "甲公司", "泵", 10, 20))


@pytest.mark.parametrize("count", [1, 2, 20])
@pytest.mark.parametrize("rows", [PAYABLES, NO_QUANTITY, TWO], ids=["payables", "no quantity", "two kinds"])
def test_sheets_that_are_not_read_for_one_reason_are_one_finding(tmp_path: Path, rows: Any, count: int) -> None:
    book = Book(tmp_path / "a.xlsx")
    for n in range(count):
        book.sheet(f"表{n}").rows(*rows)
    (told,) = [each for each in read(book.save()).findings if each.rule != "FILE-035"]
    assert told.sheet == "表0"
    assert ("表1" in said(told), "表12" in said(told)) == (count > 1, False)  # not every name of many
    assert [sheet for sheet, _ in json.loads(dict(told.params).get("sheets", "[]"))] == [
        f"表{n}" for n in range(count) if count > 1
    ]


def test_two_reasons_are_two_findings(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").sheet("凭证").rows(*PAYABLES).sheet("订单").rows(*NO_QUANTITY)
    found = read(book.sheet("凭证2").rows(*PAYABLES).save()).findings
    assert sorted(each.rule for each in found) == ["FILE-021", "FILE-040"]
