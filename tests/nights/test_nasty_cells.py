"""Every choice of every drop-down and every value that nobody should type, each in one cell of a good world."""

from __future__ import annotations

import re
import warnings
from contextlib import suppress
from datetime import datetime
from itertools import cycle
from typing import TYPE_CHECKING

import openpyxl
import pytest

from reports.blanks import DAYS, NUMBERS
from schemas.incoming.kinds import KINDS
from schemas.table import PROVENANCE
from tests.support.books import rewrite
from tests.support.nasty_cells import LONG, NASTY, Case, batches, laid_in
from tests.support.night_laws import broken, guilty
from tests.support.nights import TUESDAY, WEDNESDAY
from tests.support.shares import share

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

PARTS = 60  # one batch a commit
MASTER_LISTS = ("customers", "qualifications", "opening", "prices", "discounts", "leadtimes", "transit", "staff")
ABSURD = (1e18, -1e12, 1e9, "99999999999999999999", datetime(9999, 12, 31))
NO_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
PEOPLE = ("owner", "sales_owner", "handler_name", "person", "registrar", "visitor", "approver", "reviewer")

pytestmark = [pytest.mark.slow, pytest.mark.own_share, pytest.mark.timeout(0)]


@pytest.mark.parametrize("batch", share("nasty cells", range(len(batches())), PARTS))
def test_no_cell_stops_a_night_or_leaves_anything_out(batch: int) -> None:
    found = guilty(batches()[batch], lambda cases: broken(laid_in(cases), TUESDAY, WEDNESDAY))
    assert [f"{case}: {why}" for case, why in found] == []


def test_no_absurd_number_or_day_in_a_master_list_stops_a_night() -> None:
    places = [(kind, c) for kind in MASTER_LISTS for c in KINDS[kind].columns if c not in PROVENANCE]
    asked = [(kind, str(c)) for kind, c in places if c.spec.type in NUMBERS | DAYS]
    cases = [Case(kind, name, value) for kind, name in asked for value in ABSURD]
    assert broken(laid_in(cases), TUESDAY, WEDNESDAY) == ""


def test_no_person_whatever_the_length_of_the_name_stops_a_night() -> None:
    places = [(kind, str(c)) for kind, table in KINDS.items() for c in table.columns if c in PEOPLE]
    people = ["长" * 400, "a/b\\c:" * 60, "\U0001f4a5" * 200, "x" * 31 + "1", "x" * 31 + "2", "'" * 300]
    lay_in = laid_in([Case(kind, name, person) for kind, name in places for person in people])

    def saved_by_somebody(workspace: Workspace) -> None:
        lay_in(workspace)
        for path in workspace.inbox.glob("*.xlsx"):
            saved = re.compile(rb"<cp:lastModifiedBy.*?(/>|</cp:lastModifiedBy>)")
            somebody = b"<cp:lastModifiedBy>" + "长".encode() * 400 + b"</cp:lastModifiedBy>"
            rewrite(path, "docProps/core", lambda part, now=somebody, old=saved: old.sub(now, part))  # type: ignore[misc]

    assert broken(saved_by_somebody, TUESDAY, WEDNESDAY) == ""


def test_nothing_typed_beside_a_row_of_our_papers_stops_a_night() -> None:
    lay_in = laid_in([Case(kind, "remark", "") for kind in ("orders", "complaints", "receipts") for _ in NASTY])

    def typed_beside(workspace: Workspace) -> None:
        lay_in(workspace)
        for path in sorted(workspace.latest.glob("0*.xlsx")):
            assert type_everywhere(path) or path.name.startswith("05")

    assert broken(typed_beside, TUESDAY, WEDNESDAY) == ""


def type_everywhere(path: Path) -> int:
    """Type one nasty value after the other into the cells of a paper that are the staff's; returns how many."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says of every data bar that it does not know the extension
        book = openpyxl.load_workbook(path)
    values, count = cycle(value for value in NASTY if value not in LONG[1:] and not NO_XML.search(str(value))), 0
    for tab in book.worksheets:
        ours: list[int] = []
        for row in tab.iter_rows():
            ours = ours or [cell.column for cell in row if str(cell.value or "").endswith("*")]
            for cell in row:
                if cell.column in ours and not str(cell.value or "").endswith("*"):
                    with suppress(AttributeError):  # of merged cells only the first can be typed in
                        cell.value, count = next(values), count + 1
    book.save(path)
    return count
