"""Whole nights on a tiny workspace: the workbooks of one small company, dropped, run and read back.

``workspace(tmp_path)`` makes a workspace, ``world()`` its workbooks as rows that a test may dirty,
``put_in_inbox(workspace, world)`` lays them in the inbox, ``run(workspace, TUESDAY)`` runs a night, ``rows`` and
``texts`` read its papers as Excel would show them.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import warnings
import zipfile
from copy import deepcopy
from datetime import date, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import openpyxl
from python_calamine import CalamineWorkbook

from pipeline.core.workspace import SETTINGS, Workspace, open_workspace
from pipeline.ledger import health
from pipeline.run import run_night
from reports import WORKBOOKS
from reports.staff import ORPHANS
from schemas.language.words import translate
from schemas.policy.policy import shipped
from tests.support.books import Book
from tests.support.night_world import world
from tests.support.pace import for_all, only_slow
from tests.support.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.core.progress import Outcome
    from tests.support.books import Cell
    from tests.support.night_world import Table, World

TUESDAY = datetime(2026, 6, 2, 2)
WEDNESDAY = datetime(2026, 6, 3, 2)
THURSDAY = datetime(2026, 6, 4, 2)
SAVED_AT = datetime(2026, 6, 1, 17, 30).timestamp()  # Monday; every workbook of a world

# --- the workspace -----------------------------------------------------------------------------


def workspace(root: Path, lang: str = "zh", **settings: str) -> Workspace:
    """An empty workspace that waits for nothing; `settings` are raw lines of the settings file."""
    (root / "inbox").mkdir(parents=True, exist_ok=True)
    for name in ("outbox", "archive"):
        (root / name).mkdir(0o700, exist_ok=True)
    lines = {"language": f'"{lang}"', "company": '"杭州夜航"', "settle_seconds": "0", "parallel": "1"} | settings
    text = "\n".join(f"{name} = {value}" for name, value in lines.items())
    (root / SETTINGS).write_text(text + "\n", encoding="utf-8")
    return open_workspace(root)


def put_in_inbox(workspace: Workspace, sheets: World, *, only: Iterable[str] = (), rng: Random | None = None) -> None:
    """Lay workbooks into the inbox; `rng` shuffles the rows of every sheet."""
    for name in only or sheets:
        save(workspace.inbox / name, sheets[name], rng=rng)


def save(path: Path, tables: Mapping[str, Table], *, rng: Random | None = None) -> Path:
    """One workbook; saved at the same moment every time, so that runs can be compared."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Book(path)
    for tab, table in tables.items():
        found = deepcopy(table.rows)
        if rng:
            rng.shuffle(found)
        book.sheet(tab).row(*table.headings)
        book.rows(*(tuple(row.get(heading) for heading in table.headings) for row in found))
    book.save()
    os.utime(path, (SAVED_AT, SAVED_AT))
    return path


def csv(path: Path, table: Table, encoding: str) -> Path:
    """One table as a web shop exports it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines: list[list[Cell]] = [
        [*table.headings],
        *([row.get(heading) for heading in table.headings] for row in table.rows),
    ]
    text = "\r\n".join(",".join("" if cell is None else str(cell) for cell in line) for line in lines)
    path.write_bytes((text + "\r\n").encode(encoding))
    return path


def run(workspace: Workspace, as_of: datetime = TUESDAY, **more: Any) -> Outcome:
    """One night under the shipped policy; the laws of the ledger hold after every one."""
    only_slow("a night")
    done = run_night(workspace, shipped(), as_of=as_of, **more)
    with health.looked_into(workspace.ledger_url) as ledger:
        assert health.broken_laws(ledger) == {}
    return done


@cache
def _master(lang: str) -> Path:
    root = Path(tempfile.mkdtemp(prefix="nights-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    made = workspace(root / "desk", lang)
    put_in_inbox(made, world())
    with for_all():
        run_night(made, shipped(), as_of=TUESDAY)
    return made.root


def after_first_night(root: Path, lang: str = "zh") -> Workspace:
    """A workspace on which Tuesday's night over `world()` was run; copied, the night runs once."""
    shutil.copytree(_master(lang), root / "desk")
    return open_workspace(root / "desk")


def cli(*words: object, at: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """``nightdesk`` in a process of its own; its nights may lie ahead of this machine's clock."""
    only_slow("a command")
    words += ("--ahead",) * ("run" in words[:1] and "--as-of" in words)
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=at,
        check=False,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment,
    )


# --- reading back -------------------------------------------------------------------------


def day_folder(workspace: Workspace, as_of: datetime = TUESDAY) -> Path:
    return workspace.outbox / f"{as_of:%Y-%m-%d}"


def manifest(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return read


def tabs(path: Path) -> dict[str, list[list[Any]]]:
    """Every visible sheet as Excel shows it."""
    book = CalamineWorkbook.from_path(str(path))
    visible = [each.name for each in book.sheets_metadata if str(each.visible).endswith("Visible")]
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in visible}


def texts(path: Path) -> set[str]:
    """Every text in any cell of a workbook."""
    return {cell for tab in tabs(path).values() for row in tab for cell in row if isinstance(cell, str) and cell}


def paper(folder: Path, book: str, lang: str = "zh") -> Path:
    """One workbook of a publication, by its key."""
    return folder / translate(WORKBOOKS[book].file, lang)


def rows(folder: Path, book: str, sheet: str = "", lang: str = "zh") -> list[dict[str, Any]]:
    """A list of a paper: every row by field, as shown; ``row_key`` is its last column."""
    shape = ORPHANS if sheet == ORPHANS.key else _list(book, sheet)
    found = tabs(paper(folder, book, lang))
    if translate(shape.tab, lang) not in found:
        assert shape.is_optional, f"{book} has no sheet {shape.tab}"
        return []
    grid = found[translate(shape.tab, lang)]
    headings = {translate(column.word, lang): column.field for column in shape.columns} | {
        translate("head.key", lang): "row_key",
        translate("head.currency", lang): "currency",  # there where a paper has money of several
    }
    at = _heading_row(grid, list(headings))
    fields = [headings.get(str(cell), "") for cell in grid[at]]
    return [
        {name: cell for name, cell in zip(fields, row, strict=False) if name}
        for row in grid[at + 1 :]
        if sum(cell != "" for cell in row) > 1
    ]


def _list(book: str, sheet: str) -> Any:
    lists = WORKBOOKS[book].lists
    return next(each for each in lists if not sheet or each.key == sheet)


def _heading_row(grid: list[list[Any]], headings: list[str]) -> int:
    known = set(headings)
    return max(range(min(8, len(grid))), key=lambda n: len(known.intersection(map(str, grid[n]))))


def findings(folder: Path, lang: str = "zh") -> list[dict[str, Any]]:
    """The exceptions of a night, every one a row by field."""
    found = rows(folder, "findings", "findings", lang)
    return [row | {"rule": str(row["rule_title"]).split(" ")[0]} for row in found]


def type_into(path: Path, sheet: str, key: str, heading: str, value: Any) -> None:
    """Type into a staff cell, as somebody with Excel would: row by its key, column by its heading."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says of every data bar that it does not know the extension
        book = openpyxl.load_workbook(path)
    tab: Any = book[sheet]
    for row in tab.iter_rows():
        found = {str(cell.value): cell.column for cell in row if cell.value is not None}
        if heading in found:
            column, keys = found[heading], max(found.values())
            break
    else:
        raise AssertionError(f"{sheet} has no heading {heading}")
    for line in range(row[0].row + 1, tab.max_row + 1):
        if str(tab.cell(line, keys).value) == key:
            tab.cell(line, column).value = value
            break
    else:
        raise AssertionError(f"{sheet} has no row {key}")
    book.save(path)


def enter_days(workspace: Workspace, *rows: tuple[date, bool, str]) -> None:
    """Write company days into the policy workbook, as a manager does."""
    book = openpyxl.load_workbook(workspace.policy)
    for day, is_working, name in rows:
        book[translate("policy.days", "zh")].append(
            (day, translate("policy.yes" if is_working else "policy.no", "zh"), name)
        )
    book.save(workspace.policy)


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below a folder, by its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def ledger(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    """Rows of the ledger, asked in SQL."""
    connection = sqlite3.connect(workspace.ledger_url.removeprefix("sqlite:///"))
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def rewritten(path: Path, comment: str) -> Path:
    """The same workbook as other bytes: what Excel does when somebody saves without a change."""
    with zipfile.ZipFile(path, "a") as package:
        package.comment = comment.encode()
    return path
