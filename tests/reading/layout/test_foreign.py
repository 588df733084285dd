"""A table that is not ours is never taken for one of our kinds, alone or below one, and is left out by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.reading.layout.foreign import foreign_to
from pipeline.reading.layout.headings import fits_of
from pipeline.reading.workers.child import read_file
from schemas.incoming.foreign import Foreign, foreign_tables
from schemas.incoming.kinds import KINDS
from schemas.incoming.sources import Sign, signs
from schemas.language.words import translate
from tests.support.books import Book

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileRead

FOREIGN = "FILE-040"
NEVER = [(each, sign) for each in foreign_tables() for sign in signs() if each.is_never(sign.kind)]
IDS = [f"{each.table}-{sign.kind}" for each, sign in NEVER]
RECEIPTS = ("收款日期", "付款方", "收款金额")
RECEIPT = ("2026-05-04", "甲公司", 1000)


def needed(sign: Sign, foreign: Foreign) -> list[str]:
    """Headings that make a sheet one of a kind, none of them one that makes such a table ours all the same."""
    said = []
    for clause in sign.needs:
        heads = [translate(f"{sign.kind}.{field}", "zh") for field in clause.fields]
        said += [head for head in heads if head not in foreign.unless][: clause.least]
    return said


def marks(foreign: Foreign) -> list[str]:
    return [word for clause in foreign.signs for word in clause.fields[: clause.least]]


def read(path: Path) -> FileRead:
    return read_file(path.name, path, path.parent)


@pytest.mark.parametrize(("foreign", "sign"), NEVER, ids=IDS)
def test_the_signs_of_another_table_go_before_what_makes_a_kind(foreign: Foreign, sign: Sign) -> None:
    own = needed(sign, foreign)
    assert sign.kind not in {fit.kind for fit in fits_of([*own, *marks(foreign)]) if not fit.missing}
    assert foreign in foreign_to([*own, *marks(foreign)])


@pytest.mark.parametrize("foreign", [each for each in foreign_tables() if each.unless], ids=lambda each: each.table)
def test_a_heading_that_says_who_buys_makes_it_ours(foreign: Foreign) -> None:
    for word in foreign.unless:
        assert foreign not in foreign_to([*marks(foreign), word])


def test_no_template_of_ours_is_another_table() -> None:
    for kind, table in KINDS.items():
        names = [translate(f"{kind}.{column}", "zh") for column in table.columns if not str(column).startswith("src_")]
        assert [each.table for each in foreign_to(names) if each.is_never(kind)] == []


def test_a_journal_is_no_list_of_receipts(tmp_path: Path) -> None:
    book = Book(tmp_path / "凭证.xlsx", "凭证").row("记账日期", "收款日期", "科目名称", "摘要", "借方金额", "贷方金额")
    got = read(book.rows(("2026-05-04", "2026-05-04", "银行存款", "收货款", 1000, None)).save())
    assert (got.refused, got.sheets) == (FOREIGN, ())
    assert dict(got.findings[0].params)["count"] == "1"


@pytest.mark.parametrize("title", [(), ("【付供应商】",)])
@pytest.mark.parametrize("blanks", [0, 1, 3])
def test_what_is_paid_to_suppliers_below_is_left_out_by_name(
    tmp_path: Path, title: tuple[str, ...], blanks: int
) -> None:
    book = Book(tmp_path / "收付.xlsx").row(*RECEIPTS).rows(RECEIPT).blank(blanks)
    book = book.row(*title) if title else book
    got = read(book.row("收款日期", "供应商", "收款金额").rows(RECEIPT, RECEIPT).save())
    assert [(each.kind, each.rows_read) for each in got.sheets] == [("receipts", 1)]
    assert [dict(each.params)["count"] for each in got.findings if each.rule == FOREIGN] == ["2"]
