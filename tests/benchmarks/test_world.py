"""The demo's world: its rows are the shipped ones, and every defect is really in its cell."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from benchmarks.world.defects import going_on, master_lists, order_lists, other_lists, prices
from benchmarks.world.nights import SEED, make, planted_world
from benchmarks.world.orders import AGES
from benchmarks.world.words import table
from pipeline import demo
from pipeline.demo.nights import SHIPPED
from pipeline.demo.rows import read_sheets
from pipeline.excel.write.sample_sheets import Formula
from schemas.incoming.kinds import KINDS
from schemas.language.words import load
from tests.support.places import ROOT

STATES = {
    "cancelled", "hold_fm", "hold_credit", "hold_customer", "done", "signed", "part_signed", "shipped", "part_shipped",
    "qc_fail", "to_ship", "to_check", "preparing", "to_release", "conf_late", "conf_wait", "to_send", "refused",
    "to_approve", "fresh",
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows of the world that is shipped, made again."""
    folder = tmp_path_factory.mktemp("rows")
    make(folder)
    return folder


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, rows: Path) -> Path:
    """The first night's workbooks."""
    root = tmp_path_factory.mktemp("demo")
    demo.make(root, night=1, source=rows)
    return root


@pytest.fixture(scope="module")
def nights(rows: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((rows / "planted.json").read_text(encoding="utf-8"))["nights"]
    return found


@pytest.fixture(scope="module")
def listed(nights: list[dict[str, Any]]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = nights[0]["defects"]
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """What the world makes, of a folder that may hold code beside."""
    files = [folder / "files.csv", folder / "planted.json", *folder.glob("night?/*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_shipped_rows_are_those_the_world_makes(rows: Path) -> None:
    made, shipped = contents(rows), contents(SHIPPED)
    assert sorted(made) == sorted(shipped), "run `make sample` and review it"
    assert [name for name in made if made[name] != shipped[name]] == [], "run `make sample` and review it"


def test_rows_differ_for_another_seed(rows: Path, tmp_path: Path) -> None:
    make(tmp_path, seed=7)
    assert contents(tmp_path) != contents(rows)


def test_more_orders_make_more_rows(rows: Path, tmp_path: Path) -> None:
    make(tmp_path, orders=500)
    more, fewer = (read_sheets(folder / "night1" / "sales2.csv")[0].lines for folder in (tmp_path, rows))
    assert len(more) > len(fewer) + 30


def test_every_planted_rule_is_in_the_rule_table(listed: list[dict[str, str]]) -> None:
    known = {line.split(",")[0] for line in rule_lines()}
    assert {defect["rule"] for defect in listed} <= known


def rule_lines() -> list[str]:
    path = ROOT / "schemas" / "policy" / "rules.csv"
    return path.read_text(encoding="utf-8-sig").splitlines()


def test_every_row_of_the_plant_tables_is_planted(listed: list[dict[str, str]]) -> None:
    planted = {defect["rule"] for defect in listed}
    wanted = {row["rule"] for row in table("defects")} | {key[:8].rstrip("b") for key in order_lists.DEFECTS}
    wanted |= set(going_on.DEFECTS)
    assert wanted | set(other_lists.DEFECTS) | set(prices.DEFECTS) | set(master_lists.DEFECTS) <= planted


def test_no_cell_is_planted_twice(listed: list[dict[str, str]]) -> None:
    cells = Counter((defect["file"], defect["sheet"], defect["cell"]) for defect in listed if defect["cell"])
    assert [cell for cell, times in cells.items() if times > 1] == []


def test_planted_cells_hold_what_was_planted_when_read_back(workspace: Path) -> None:
    planter = planted_world(SEED, 300)
    for sheet in planter.sheets:
        if not sheet.file.endswith(".xlsx"):
            continue
        page = book(workspace / "inbox" / sheet.file)[sheet.name]
        for row in sheet.real():
            for defect in row.defects:
                if defect.column and defect.rule != "CELL-002":
                    cell = page[f"{sheet.letter(defect.column)}{sheet.row_of(row)}"]
                    assert same(cell.value, row.cells.get(defect.column)), (defect, cell.coordinate, cell.value)
                assert page.row_dimensions[sheet.row_of(row)].hidden is (defect.rule == "CELL-003")


BOOKS: dict[Path, openpyxl.Workbook] = {}


def book(path: Path) -> openpyxl.Workbook:
    if path not in BOOKS:
        BOOKS[path] = openpyxl.load_workbook(path)
    return BOOKS[path]


def same(read: object, planted: object) -> bool:
    if isinstance(planted, Formula):
        return read == planted.text
    if planted in {None, ""}:
        return read is None
    if isinstance(planted, str):
        return read == planted
    if hasattr(planted, "year"):
        return str(read)[:10] == str(planted)[:10]
    return float(str(read)) == pytest.approx(float(str(planted)))


def test_headings_are_read_as_the_column_they_stand_for() -> None:
    """Every heading is a spelling of its column, or the demo would plant in the dark."""
    words = {key: {word.zh, *word.other} for key, word in load().items()}
    bare = str.maketrans("", "", "*")
    kinds = dict.fromkeys(("orders_a", "orders_b", "orders_c", "web"), "orders") | {"track3": "tracking"}
    for row in table("sheets"):
        kind = kinds.get(row["layout"], row["layout"])
        assert row["column"] in KINDS[kind].columns
        heading = row["heading"].translate(bare).split("(")[0]
        assert heading in words[f"{kind}.{row['column']}"], row


def test_world_has_every_state_and_every_age() -> None:
    planter = planted_world(SEED, 300)
    assert not STATES - {order.state for order in planter.world.orders}
    ages = {order.age for order in planter.world.orders if order.age is not None}
    assert len(ages) >= len(AGES) - 3
    assert {0, 1, 14, 15, 60, 61, 90, 91} <= ages
    assert max(ages) > 365


def test_second_night_corrects_cells_of_the_first(nights: list[dict[str, Any]]) -> None:
    first, second = nights
    before = {(d["file"], d["sheet"], d["cell"], d["rule"]) for d in first["defects"]}
    corrected = {(d["file"], d["sheet"], d["cell"], d["rule"]) for d in second["mended"]}
    still = {(d["file"], d["sheet"], d["cell"], d["rule"]) for d in second["defects"] if not d["new"]}
    assert corrected
    assert corrected <= before
    assert not corrected & still
    assert still <= before
