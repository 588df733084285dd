"""The demo: the same bytes for the same seed, and every plant really in its cell."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from pipeline import demo
from pipeline.demo import plants_early, plants_masters, plants_orders, plants_prices, plants_rest
from pipeline.demo.nights import planted_world
from pipeline.demo.orders import AGES
from pipeline.demo.rows import Formula, Serial
from pipeline.demo.words import table
from schemas.incoming.kinds import KINDS
from schemas.language.words import load
from tests.support.places import ROOT

FORMULA_ROWS = {"CELL-007", "CELL-008", "CELL-034", "ORD-044"}
STATES = {
    "cancelled", "hold_fm", "hold_credit", "hold_customer", "done", "signed", "part_signed", "shipped", "part_shipped",
    "qc_fail", "to_ship", "to_check", "preparing", "to_release", "conf_late", "conf_wait", "to_send", "refused",
    "to_approve", "fresh",
}  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo")
    demo.make(root, orders=300, night=1)
    return root


@pytest.fixture(scope="module")
def listed(workspace: Path) -> list[dict[str, str]]:
    told = json.loads((workspace / "planted.json").read_text(encoding="utf-8"))
    found: list[dict[str, str]] = told["nights"][0]["defects"]
    return found


def hashes(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_bytes_are_the_same_for_the_same_seed(workspace: Path, tmp_path: Path) -> None:
    demo.make(tmp_path, orders=300, night=1)
    assert hashes(tmp_path) == hashes(workspace)


def test_bytes_differ_for_another_seed(workspace: Path, tmp_path: Path) -> None:
    demo.make(tmp_path, orders=300, night=1, seed=7)
    assert hashes(tmp_path) != hashes(workspace)


def test_every_planted_rule_is_in_the_rule_table(listed: list[dict[str, str]]) -> None:
    known = {line.split(",")[0] for line in rule_lines()}
    assert {each["rule"] for each in listed} <= known


def rule_lines() -> list[str]:
    path = ROOT / "schemas" / "policy" / "rules.csv"
    return path.read_text(encoding="utf-8-sig").splitlines()


def test_every_row_of_the_plant_tables_is_planted(listed: list[dict[str, str]]) -> None:
    planted = {each["rule"] for each in listed}
    wanted = {row["rule"] for row in table("plants")} | {key[:8].rstrip("b") for key in plants_orders.PLANTS}
    wanted |= set(plants_early.PLANTS)
    assert wanted | set(plants_rest.PLANTS) | set(plants_prices.PLANTS) | set(plants_masters.PLANTS) <= planted


def test_no_cell_is_planted_twice(listed: list[dict[str, str]]) -> None:
    cells = Counter((each["file"], each["sheet"], each["cell"]) for each in listed if each["cell"])
    assert [cell for cell, times in cells.items() if times > 1] == []


def test_planted_cells_hold_what_was_planted_when_read_back(workspace: Path) -> None:
    garden = planted_world(demo.SEED, 300)
    for sheet in garden.sheets:
        if not sheet.file.endswith(".xlsx"):
            continue
        page = book(workspace / "inbox" / sheet.file)[sheet.name]
        for row in sheet.real():
            for mark in row.marks:
                if mark.column and mark.rule != "CELL-002":
                    cell = page[f"{sheet.letter(mark.column)}{sheet.row_of(row)}"]
                    assert same(cell.value, row.cells.get(mark.column)), (mark, cell.coordinate, cell.value)
                assert page.row_dimensions[sheet.row_of(row)].hidden is (mark.rule == "CELL-003")


BOOKS: dict[Path, openpyxl.Workbook] = {}


def book(path: Path) -> openpyxl.Workbook:
    if path not in BOOKS:
        BOOKS[path] = openpyxl.load_workbook(path)
    return BOOKS[path]


def same(read: object, planted: object) -> bool:
    if isinstance(planted, Formula):
        return read == planted.text
    if isinstance(planted, Serial):
        return read == planted.number
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
    garden = planted_world(demo.SEED, 300)
    assert not STATES - {order.state for order in garden.world.orders}
    ages = {order.age for order in garden.world.orders if order.age is not None}
    assert len(ages) >= len(AGES) - 3
    assert {0, 1, 14, 15, 60, 61, 90, 91} <= ages
    assert max(ages) > 365


def test_second_night_mends_cells_of_the_first(workspace: Path, tmp_path: Path) -> None:
    first = demo.make(tmp_path, orders=300, night=1)
    second = demo.make(tmp_path, orders=300, night=2)
    before = {(d["file"], d["sheet"], d["cell"], d["rule"]) for d in first.defects}
    mended = {(d["file"], d["sheet"], d["cell"], d["rule"]) for d in second.mended}
    still = {(d["file"], d["sheet"], d["cell"], d["rule"]) for d in second.defects if not d["new"]}
    assert mended
    assert mended <= before
    assert not mended & still
    assert still <= before
    files = hashes(tmp_path / "inbox")
    copy, source = (name for name in sorted(files) if name.startswith("物流部/发货与送货记录"))
    assert files[copy] == files[source]
    assert [night["night"] for night in json.loads((tmp_path / "planted.json").read_text())["nights"]] == [1, 2]


def test_night_is_refused_when_it_is_not_one_of_two(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="night 3"):
        demo.make(tmp_path, orders=300, night=3)
