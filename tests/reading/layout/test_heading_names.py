"""Headings as one company writes them: from its policy workbook to the rows of its files."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from pipeline.cli.check import check_workbooks
from pipeline.core.progress import Progress
from pipeline.core.workspace import Workspace, open_workspace
from pipeline.ledger import begin, close, list_received, load_facts, open_file_findings, open_ledger, take_back
from pipeline.night.intake import take_in
from pipeline.reading import read_all
from pipeline.reading.layout import heading_names, sheet_checks
from pipeline.reading.results import FileRead, SheetRead
from pipeline.rules.policy_workbook import policy_of, write_policy
from tests.support.trait_cells import sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ODD = {"订单编号": "合同流水", "备注": "客户编码说明"}


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    yield
    heading_names.use_aliases(())


def workspace(root: Path, *rows: tuple[str, str, str]) -> Workspace:
    (root / "inbox").mkdir()
    (root / "nightdesk.toml").write_text('language = "zh"\n', encoding="utf-8")
    made = open_workspace(root)
    write_policy(made)
    book = openpyxl.load_workbook(made.policy)
    for row in rows:
        book["表头别名"].append(row)
    book.save(made.policy)
    return made


def test_heading_of_a_company_is_read_as_what_it_stands_for(tmp_path: Path) -> None:
    made = workspace(tmp_path, ("销售订单", "合同流水", "订单编号"), ("Orders", "客户编码 说明", "Remark"))
    aliases = policy_of(made).headings
    assert aliases == (("orders", "合同流水", "order_no"), ("orders", "客户编码 说明", "remark"))
    path = sheet(tmp_path / "a.xlsx", "orders", headings=ODD).save()
    (with_names,) = read_all([("a.xlsx", path)], 1, aliases=aliases)
    assert with_names.sheets[0].columns["order_no"] == ("A", "合同流水")
    assert with_names.sheets[0].table.column("remark").to_pylist() == ["常规"]
    (without,) = read_all([("a.xlsx", path)], 1)
    assert "order_no" not in without.sheets[0].columns


def test_check_knows_the_headings_of_the_company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = workspace(tmp_path, ("销售订单", "合同流水", "订单编号"))
    path = sheet(tmp_path / "a.xlsx", "orders", headings={"订单编号": "合同流水"}).save()
    check_workbooks(made.root, "zh", [path], as_json=False)
    assert "ORD-054" not in capsys.readouterr().out
    (made.root / "inbox").rmdir()  # no workspace: what is usual
    check_workbooks(made.root, "zh", [path], as_json=False)
    assert "ORD-054" in capsys.readouterr().out  # without a number it would be given one


def test_alias_of_one_workspace_goes_before_what_is_usual() -> None:
    heading_names.use_aliases((("orders", "型号", "spec_text"),))
    assert heading_names.aliases("orders")["型号"] == "spec_text"
    heading_names.use_aliases(())
    assert heading_names.aliases("orders")["型号"] == "model"


@pytest.mark.parametrize(
    ("row", "place"),
    [(("没有的表", "甲", "型号"), "A2"), (("销售订单", " ", "型号"), "B2"), (("销售订单", "甲", "没有的表头"), "C2")],
)
def test_alias_that_means_nothing_is_left_out_with_its_place(
    tmp_path: Path, row: tuple[str, str, str], place: str
) -> None:
    policy = policy_of(workspace(tmp_path, row))
    assert (policy.headings, [left.place.cell for left in policy.left_out]) == ((), [place])


# Headings that are not as in the last file


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("华东/订单2024-05.xlsx", "华东/订单2024-06(最终版).xlsx", True),
        ("订单 - 副本.xlsx", "订单(1).xls", True),
        ("华东/订单.xlsx", "华南/订单.xlsx", False),
        ("订单.xlsx", "收款.xlsx", False),
    ],
)
def test_sender_is_what_stays_of_a_name(one: str, other: str, is_same: bool) -> None:
    assert (sheet_checks.sender_of(one) == sheet_checks.sender_of(other)) is is_same


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"a": "A", "b": "B", "c": "C"}, []),
        ({"a": "A", "b": "C", "c": "D"}, []),  # a column was put in
        ({"b": "A", "c": "B"}, []),  # one was left out
        ({"a": "A", "c": "B", "b": "C"}, ["b"]),
    ],
)
def test_column_that_changed_places_is_told(now: dict[str, str], told: list[str]) -> None:
    before = [
        {"kind": "orders", "sheet": "x", "columns": {name: [at, name] for name, at in zip("abc", "ABC", strict=True)}}
    ]
    columns = {name: (at, name) for name, at in now.items()}
    file = FileRead("a.xlsx", [SheetRead("orders", "y", 1, columns, None, 0)])
    assert [finding.column for finding in sheet_checks.moved_columns(file, before)] == told


def test_column_that_is_called_otherwise_is_told_with_what_it_was() -> None:
    before = [{"kind": "orders", "sheet": "x", "columns": {"qty": ["B", "数量"], "model": ["C", "型号"]}}]
    file = FileRead("a.xlsx", [SheetRead("orders", "x", 1, {"qty": ("B", "件数"), "model": ("C", "型 号")}, None, 0)])
    (finding,) = sheet_checks.moved_columns(file, before)
    assert (finding.rule, finding.column, finding.letter, dict(finding.params)) == (
        "FILE-025",
        "件数",
        "B",
        {"other": "B 数量"},
    )


def taken(made: Workspace, day: int) -> list[tuple[str, str]]:
    """A night that only takes in: state and rule of every drop so far."""
    with open_ledger(made.ledger_url) as book:
        night = begin(book, datetime(2026, 6, day, 2))
        take_in(made, book, night, policy_of(made), Progress())
        with book.writing() as connection:
            close(connection, night, {})
        return [(received.state, received.rule) for received in list_received(book)]


@pytest.mark.slow
def test_a_refused_workbook_dropped_again_is_read_once_its_heading_is_named(tmp_path: Path) -> None:
    """The remedy of a missing heading is a line in the policy workbook: the same bytes then mean something."""
    made = workspace(tmp_path)
    (tmp_path / "nightdesk.toml").write_text('language = "zh"\nsettle_seconds = 0\n', encoding="utf-8")
    made = open_workspace(tmp_path)
    renamed = {"收款日期": "钱到那天"}
    path = sheet(made.inbox / "a.xlsx", "receipts", headings=renamed).save()
    bytes_ = path.read_bytes()
    assert taken(made, 2) == [("refused", "FILE-021")]
    path.write_bytes(bytes_)
    assert taken(made, 3)[1:] == [("refused", "FILE-021")]
    book = openpyxl.load_workbook(made.policy)
    book["表头别名"].append(("收款登记", *renamed.values(), "收款日期"))
    book.save(made.policy)
    path.write_bytes(bytes_)
    assert taken(made, 4)[2:] == [("read", "")]
    path.write_bytes(bytes_)
    assert taken(made, 5)[3:] == [("known", "FILE-009")]


@pytest.mark.slow
def test_a_workbook_read_in_part_is_read_anew_once_the_heading_of_its_other_sheet_is_named(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    (tmp_path / "nightdesk.toml").write_text('language = "zh"\nsettle_seconds = 0\n', encoding="utf-8")
    made = open_workspace(tmp_path)
    book = openpyxl.load_workbook(made.policy)
    book["表头别名"].append(("收款登记", "随便一列", "备注"))  # names are in force from the start, but not the one
    book.save(made.policy)
    written = sheet(made.inbox / "a.xlsx", "receipts").sheet("另一张").row("钱到那天", "付款方", "收款金额", "收款方式")
    path = written.row("2024.5.6", "乙公司", 77, "电汇").save()
    bytes_ = path.read_bytes()
    assert taken(made, 2) == [("read", "")]
    path.write_bytes(bytes_)
    assert taken(made, 3)[1:] == [("known", "FILE-009")]
    book["表头别名"].append(("收款登记", "钱到那天", "收款日期"))
    book.save(made.policy)
    again = made.inbox / "b.xlsx"
    again.write_bytes(bytes_)
    assert taken(made, 4)[2:] == [("read", "")]
    with open_ledger(made.ledger_url) as kept:
        night = begin(kept, datetime(2026, 6, 5, 2))
        amounts = sorted(load_facts(kept)[0]["receipts"]["amount_fen"])
        assert amounts == [7_700, 100_000]
        assert [finding.rule for finding in open_file_findings(kept, night.id)] == []
    again.write_bytes(bytes_)
    assert taken(made, 5)[3:] == [("known", "FILE-009")]


def counted(made: Workspace) -> tuple[list[int], int]:
    """Quantities of orders, and how many receipts there are."""
    with open_ledger(made.ledger_url) as kept:
        frames = load_facts(kept)[0]
        return list(frames["orders"]["qty"]), len(frames["receipts"])


def named(made: Workspace, heading: str) -> None:
    book = openpyxl.load_workbook(made.policy)
    book["表头别名"].append(("收款登记", heading, "收款日期"))
    book.save(made.policy)


@pytest.mark.slow
def test_a_workbook_read_anew_brings_no_old_value_back(tmp_path: Path) -> None:
    """Only the sheets that were not read the first time are taken in, however often another of them is named."""
    made = workspace(tmp_path, ("收款登记", "随便一列", "备注"))
    (tmp_path / "nightdesk.toml").write_text('language = "zh"\nsettle_seconds = 0\n', encoding="utf-8")
    made = open_workspace(tmp_path)
    written = sheet(made.inbox / "a.xlsx", "orders")
    for number, day in enumerate(("钱到那天", "到帐那天")):
        written.sheet(f"另一张{number}").row(day, "付款方", "收款金额", "收款方式")
        written.row("2024.5.6", f"乙{number}公司", 77, "电汇")
    bytes_ = written.save().read_bytes()
    assert taken(made, 2) == [("read", "")]
    sheet(made.inbox / "b.xlsx", "orders", {"数量": 20, "金额": 2_000}).save()
    assert taken(made, 3)[1:] == [("read", "")]
    assert counted(made) == ([20_000], 0)
    for night, heading in ((4, "钱到那天"), (5, "到帐那天")):
        named(made, heading)
        (made.inbox / "c.xlsx").write_bytes(bytes_)
        assert taken(made, night)[night - 2 :] == [("read", "")]
        assert counted(made) == ([20_000], night - 3)
    with open_ledger(made.ledger_url) as kept:
        assert take_back(kept, "a.xlsx").id == 1
        assert take_back(kept, "b.xlsx").id == 2
    assert counted(made) == ([], 2)
    (made.inbox / "c.xlsx").write_bytes(bytes_)
    assert taken(made, 6)[4:] == [("read", "")]  # what was taken back is read again
    assert counted(made) == ([10_000], 2)
    (made.inbox / "c.xlsx").write_bytes(bytes_)
    taken(made, 7)
    assert counted(made) == ([10_000], 2)


def test_every_empty_file_is_told_as_empty(tmp_path: Path) -> None:
    workspace(tmp_path)
    (tmp_path / "nightdesk.toml").write_text('language = "zh"\nsettle_seconds = 0\n', encoding="utf-8")
    made = open_workspace(tmp_path)
    for name in ("a.xlsx", "b.csv"):
        (made.inbox / name).touch()
    assert taken(made, 2) == [("refused", "FILE-012")] * 2
