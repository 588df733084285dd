"""A night of books that are read in part or not at all says so by its exit code and on its first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.core.progress import ALL_USED, STAFF_MUST_ACT
from tests.support import nights
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

STAFF = (("姓名", "部门", "岗位"), ("张三", "销售部", "销售"))
LEDGER = (("日期", "摘要", "应收", "实收", "欠款"), ("2025-06-01", "货款", 1000, 400, 600))
Sheets = dict[str, tuple[tuple[object, ...], ...]]
NOTES = (("说明",), ("每天交一次",))


@pytest.mark.parametrize(
    ("sheets", "code", "rules"),
    [
        ({"联系": STAFF}, ALL_USED, []),
        ({"联系": STAFF, "说明": NOTES}, ALL_USED, ["FILE-018"]),
        ({"联系": STAFF, **{f"客户{n}": LEDGER for n in range(20)}}, STAFF_MUST_ACT, ["FILE-041"]),
        ({f"客户{n}": LEDGER for n in range(3)}, STAFF_MUST_ACT, ["FILE-018"]),
    ],
    ids=["read", "notes beside", "mostly unread", "refused"],
)
def test_a_book_is_told_once(tmp_path: Path, sheets: Sheets, code: int, rules: list[str]) -> None:
    desk = nights.workspace(tmp_path / "desk")
    book = Book(desk.inbox / "合同.xlsx", next(iter(sheets)))
    for number, (name, rows) in enumerate(sheets.items()):
        book = (book.sheet(name) if number else book).rows(*rows)
    book.save()
    done = nights.run(desk, nights.TUESDAY)
    (source,) = nights.manifest(done.folder)["sources"]
    assert [row["rule"] for row in nights.findings(done.folder) if row["src_file"] == "合同.xlsx"] == rules
    assert done.exit_code == code
    partly = "FILE-041" in rules
    assert [each["rule"] for each in source["unread"]] == (["FILE-041"] if partly else [])
    page = next(done.folder.glob("*.html")).read_text(encoding="utf-8")
    assert ("只读取了一部分" in page, "部分未读取" in page) == (partly, partly)
