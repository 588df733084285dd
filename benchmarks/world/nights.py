"""Make the rows of both nights, and the list of what was planted in them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path

from benchmarks.world import (
    plants,
    plants_across,
    plants_early,
    plants_masters,
    plants_orders,
    plants_prices,
    plants_rest,
    second,
    ship,
)
from benchmarks.world.files import arrange, sheet
from benchmarks.world.garden import Garden
from benchmarks.world.odd import fake_pdf, odd_files
from benchmarks.world.rows import Row, Sheet
from benchmarks.world.words import group, say
from benchmarks.world.world import build, copied
from pipeline.demo import AS_OF
from pipeline.demo.nights import FILES, PLANTED

SEED, ORDERS = 20260602, 300  # of the world that is shipped
DUNNING = 15
FEN = 100


@dataclass
class Planted:
    """What one night's files hold.

    `defects`: wrong cells (file under the inbox, sheet, cell as Excel shows it or "" for a whole
    file, rule, why, and whether it is new tonight). `consequences`: findings that follow from
    true facts and the day (rule, subject). `mended`: cells of the night before put right.
    `counts`: file → sheet → rows by fate. `totals`: control sums in fen over accepted rows.
    """

    night: int
    as_of: str
    defects: list[dict[str, object]] = field(default_factory=list)
    consequences: list[dict[str, str]] = field(default_factory=list)
    mended: list[dict[str, str]] = field(default_factory=list)
    restated: list[str] = field(default_factory=list)
    counts: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)


def make(folder: Path, *, orders: int = ORDERS, seed: int = SEED) -> None:
    """Write the rows of both nights into a folder, their list of files, and what was planted."""
    garden = planted_world(seed, orders)
    listed: list[list[str]] = [["night", "file", "made", "rows"]]
    nights = [_first(folder, garden, listed), _second(folder, garden, listed)]
    ship.write_table(folder / FILES, listed)
    planted = {"seed": seed, "nights": [asdict(night) for night in nights]}
    text = json.dumps(planted, ensure_ascii=False, indent=1) + "\n"
    (folder / PLANTED).write_text(text, encoding="utf-8")


def planted_world(seed: int, orders: int) -> Garden:
    """The first night's sheets with everything planted, not yet written."""
    world = build(seed, orders)
    garden = Garden(world, arrange(world))
    for module in (plants_orders, plants_early, plants_prices, plants_rest, plants_masters, plants_across):
        for plant in module.PLANTS.values():
            plant(garden)
    plants.plant_table(garden)
    for row in list(garden.rows("orders")):
        if garden.order(row).is_loose:
            garden.drop(row)  # kept for a plant that did not need it
    garden.sheets += [_hidden(garden), _notes()]
    garden.sheets.sort(key=lambda each: each.file)
    return garden


def _hidden(garden: Garden) -> Sheet:
    """An old list on a hidden sheet, that nobody should count."""
    model = next(row for row in garden.rows("orders") if garden.order(row).state == "done")
    made = sheet("orders_c", "sales3", [copied(model)], kind="orders", name=say("sheet", "hidden"))
    made.is_hidden = True
    made.real()[0].fate, made.real()[0].is_spoilt = "ignored", True
    made.marks.append(("FILE-005", "", "a hidden sheet with the headings of orders"))
    return made


def _notes() -> Sheet:
    """A sheet of instructions among the lists: nothing to read in it."""
    made = Sheet(say("file", "prices"), say("sheet", "howto"), "", [])
    made.notes = say("label", "howto").split("|")
    made.marks.append(("FILE-018", "", "a sheet of instructions"))
    return made


def _first(folder: Path, garden: Garden, listed: list[list[str]]) -> Planted:
    planted = Planted(1, AS_OF[1].isoformat())
    for file, found in _by_file(garden.sheets):
        listed.append(["1", file, *_ship(folder, 1, file, found)])
        _tell(planted, file, found, new=None)
    lines = [row for row in garden.rows("orders") if garden.order(row).state == "done"][:3]
    for odd in odd_files(lines):
        file = say("file", odd.key)
        rows = _ship(folder, 1, file, [odd.sheet])[1] if odd.sheet else odd.rows
        listed.append(["1", file, odd.made, rows])
        where = odd.sheet.name if odd.sheet and odd.cell else ""
        planted.defects.append(_defect(file, where, odd.cell, (odd.rule, odd.why)))
    (folder / "night1/fake.txt").write_text(fake_pdf(), encoding="utf-8")
    planted.consequences = _consequences(garden, 0)
    return planted


def _second(folder: Path, garden: Garden, listed: list[list[str]]) -> Planted:
    planted = Planted(2, AS_OF[2].isoformat())
    places = {id(row): (each, each.row_of(row)) for each in garden.sheets for row in each.real() if row.marks}
    mended = second.advance(garden)
    again = {say("file", key) for key in second.AGAIN}
    for file, found in _by_file([each for each in garden.sheets if each.file in again]):
        listed.append(["2", file, *_ship(folder, 2, file, found)])
        _tell(planted, file, found, new=mended.new)
    listed.append(["2", say("file", "copy"), "workbook", "night1/shipments.csv"])
    planted.defects.append(_defect(say("file", "copy"), "", "", ("FILE-009", "the same bytes as last night")))
    for row, mark in mended.cells:
        where, at = places[id(row)]
        cell = f"{where.letter(mark.column)}{at}"
        planted.mended.append({"file": where.file, "sheet": where.name, "cell": cell, "rule": mark.rule})
    planted.restated = [mended.restated]
    planted.consequences = _consequences(garden, 1)
    return planted


def _ship(folder: Path, night: int, file: str, sheets: list[Sheet]) -> tuple[str, str]:
    """Write the rows of one file; return how the product makes it and where its rows are."""
    key = next(key for key, path in group("file").items() if path == file)
    rows = f"night{night}/{key}.csv"
    if file.endswith(".csv"):
        ship.write_export(folder / rows, sheets[0])
        return "export", rows
    ship.write_rows(folder / rows, sheets)
    return "workbook", rows


def _by_file(sheets: list[Sheet]) -> list[tuple[str, list[Sheet]]]:
    return [(file, list(found)) for file, found in groupby(sheets, lambda each: each.file)]


def _tell(planted: Planted, file: str, sheets: list[Sheet], *, new: set[int] | None) -> None:
    totals: Counter[str] = Counter(planted.totals)
    for each in sheets:
        fates = Counter(row.fate for row in each.real())
        fates["rows"] = len(each.real())
        counts: dict[str, object] = {"kind": each.kind, **fates}
        planted.counts.setdefault(file, {})[each.name] = counts
        for rule, cell, why in each.marks:
            planted.defects.append(_defect(file, each.name, cell, (rule, why), is_new=new is None))
        for row in each.real():
            totals.update(_sums(row))
            _marks(planted, each, row, is_new=new is None or id(row) in new)
    planted.totals = dict(totals)


def _marks(planted: Planted, sheet: Sheet, row: Row, *, is_new: bool) -> None:
    for mark in row.marks:
        letter = sheet.letter(mark.column) if mark.column else ""
        cell = f"{letter}{sheet.row_of(row)}"
        planted.defects.append(_defect(sheet.file, sheet.name, cell, (mark.rule, mark.why), is_new=is_new))


def _defect(file: str, sheet: str, cell: str, why: tuple[str, str], *, is_new: bool = True) -> dict[str, object]:
    return {"file": file, "sheet": sheet, "cell": cell, "rule": why[0], "why": why[1], "new": is_new}


def _sums(row: Row) -> dict[str, int]:
    columns = {"orders": "amount_fen", "receipts": "amount_fen", "invoices": "gross_fen", "opening": "open_fen"}
    if row.kind not in columns or row.fate != "accepted":
        return {}
    return {f"{row.kind}_fen": int(row.money(columns[row.kind]) * FEN)}


def _consequences(garden: Garden, later: int) -> list[dict[str, str]]:
    """Findings that follow from the calendar alone, for the rules that are plain to tell."""
    found: dict[str, list[str]] = defaultdict(list)
    for order in garden.world.orders:
        if order.age is not None:
            is_paid = later and order.paid
            found["DUE-001"] += [order.number] * (order.age + later >= 1 and not is_paid)
            found["DUE-003"] += [order.number] * (order.age + later >= DUNNING and not is_paid)
        found["CNF-003"] += [order.number] * (order.state == "conf_late")
        found["TRK-009"] += [order.number] * (order.state == "late")
    return [{"rule": rule, "subject": number} for rule in sorted(found) for number in found[rule]]
