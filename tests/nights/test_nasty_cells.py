"""Every choice of every drop-down and every value that nobody should type, each in one cell of a good world."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from reports.blanks import DAYS, NUMBERS
from schemas.incoming.kinds import KINDS
from schemas.table import PROVENANCE
from tests.support.books import rewrite
from tests.support.nasty_cells import Case, batches, laid_in
from tests.support.night_laws import broken, guilty
from tests.support.nights import TUESDAY, WEDNESDAY
from tests.support.shares import share

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace

PARTS = 60  # one batch a commit
MASTER_LISTS = ("customers", "qualifications", "opening", "prices", "discounts", "leadtimes", "transit", "staff")
ABSURD = (1e18, -1e12, 1e9, "99999999999999999999", datetime(9999, 12, 31))
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
