"""Any edit of a workbook dropped again, through whole nights: nothing is doubled, lost or silent in any paper."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from functools import cache
from shutil import copy
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.feedback import versions
from pipeline.ledger import begin, open_ledger
from pipeline.night.derive_and_judge import derive, judge
from pipeline.reading.files.grid import Grid
from schemas.policy.policy import shipped
from tests.support import nights
from tests.support.edited_books import EditedBook, answer_versions, edited, post
from tests.support.night_company import company
from tests.support.nights import TUESDAY, WEDNESDAY
from tests.support.shares import share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from pipeline.ledger import Ledger
    from pipeline.night.derive_and_judge import Judged
    from tests.support.night_world import Table

pytestmark = [pytest.mark.slow, pytest.mark.own_share]

EDITS, PARTS = 600, 100  # six a commit


# What tells of nights gone by: the first time a finding was seen, what a day was before. A ledger that saw the last
# version alone knows none of it.
HISTORY = frozenset(
    {
        *("src_seq", "first_seq", "seen_on", "first_seen_on", "age_wd", "life", "due_on_finding"),
        *("first_promised_on", "promise_moves", "promise_moved_on", "promise_moved_from", "promise_moved_by"),
        *("promise_moved_file", "past_first_wd"),
    }
)
SUMS = ("receivables", "unapplied", "ageing", "control", "dunning", "standing", "stages", "cases", "clocks")
# Findings that only a second version can have: what changed since, questions, that it says nothing new.
ABOUT_CHANGES = ("X-011", "X-034", "X-035", "X-036", "FILE-009")


@cache
def books() -> tuple[EditedBook, ...]:
    """The workbooks of the company that a night reads, as grids."""
    made = [_as_grids(name, tables) for name, tables in sorted(company().items())]
    return tuple(book for book in made if book.read().sheets)


def _as_grids(name: str, tables: Mapping[str, Table]) -> EditedBook:
    grids = []
    for tab, table in tables.items():
        rows: list[list[Any]] = [table.headings, *([row.get(head) for head in table.headings] for row in table.rows)]
        cells = [["" if cell is None else _as_read(cell) for cell in row] for row in rows]
        grids.append(Grid(tab, [*range(1, len(cells) + 1)], cells))
    return EditedBook(name, grids)


def _as_read(cell: Any) -> Any:
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime(cell.year, cell.month, cell.day)
    return float(cell) if isinstance(cell, int) else cell


def judged(workspace: Workspace, ledger: Ledger) -> Judged:
    """Wednesday night, once its workbooks were taken in."""
    night = begin(ledger, WEDNESDAY)
    return judge(*derive(workspace, ledger, night, shipped()), ledger, night, workspace)


def told(night: Judged) -> dict[str, Counter[str]]:
    """The rows of what papers are made from, without what nights gone by made of them; and every finding."""
    made = {}
    for name in SUMS:
        frame = night.tables[name]
        rows = frame[[column for column in frame.columns if column not in HISTORY]].astype("str").fillna("")
        made[name] = Counter("|".join(row) for row in rows.itertuples(index=False, name=None))
    found = ((each.rule, each.kind, each.key, each.column) for each in night.findings)
    made["findings"] = Counter("|".join(each) for each in found if each[0] not in ABOUT_CHANGES)
    return made


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that saw all workbooks on Tuesday."""
    path = tmp_path_factory.mktemp("first") / "first.db"
    with open_ledger(f"sqlite:///{path}") as ledger:
        for n, book in enumerate(books()):
            post(ledger, book, TUESDAY, f"1.{n}")
    return path


def outcomes(workspace: Workspace, ledger: Ledger) -> Iterator[Judged]:
    """The night as it is, and where it asks about versions as it is once either answer was given."""
    yield judged(workspace, ledger)
    if versions.version_findings(ledger):
        for key in (versions.SAME_ROW, versions.OTHER_ROW):
            answer_versions(ledger, begin(ledger, WEDNESDAY), key)
            yield judged(workspace, ledger)


def questions(night: Judged, ledger: Ledger) -> set[str]:
    """What is asked of people, but for versions of workbooks."""
    return {*night.tables["questions"]["finding_id"]} - {each.id for each in versions.version_findings(ledger)}


@pytest.mark.parametrize("seed", share("edited nights", range(EDITS), PARTS))
def test_papers_after_an_edit_are_those_of_the_last_version_or_of_an_answer(
    tmp_path: Path, first: Path, seed: int
) -> None:
    own = books()[seed % len(books())]
    made = edited(own, seed)
    if not made.read().sheets or [grid.rows for grid in made.grids] == [grid.rows for grid in own.grids]:
        return  # it is refused and the version before it stands, or it is that version
    workspace = nights.workspace(tmp_path)
    with open_ledger(f"sqlite:///{tmp_path / 'alone.db'}") as ledger:
        for n, book in enumerate(books()):
            post(ledger, made if book is own else book, WEDNESDAY, f"2.{n}")
        last = judged(workspace, ledger)
        wanted, asked = told(last), questions(last, ledger)
    differing = []
    with open_ledger(f"sqlite:///{copy(first, tmp_path / 'both.db')}") as ledger:
        post(ledger, made, WEDNESDAY, "2")
        for night in outcomes(workspace, ledger):
            got = told(night)
            if got == wanted or questions(night, ledger) - asked:
                return
            differing += [(rows - wanted[name], wanted[name] - rows) for name, rows in got.items()]
    pytest.fail(f"{made.said}: {[pair for pair in differing if any(pair)]}")
