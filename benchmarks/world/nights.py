"""Make the rows of both nights, and the list of what was planted in them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path

from benchmarks.world import second_night, ship
from benchmarks.world.arrange import arranged_sheets, titled_sheet
from benchmarks.world.clean_world import build, copied
from benchmarks.world.defects import across, going_on, master_lists, order_lists, other_lists, prices, table
from benchmarks.world.odd import fake_pdf, odd_files
from benchmarks.world.planter import Planter
from benchmarks.world.rows import Row, Sheet
from benchmarks.world.words import group, word
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
    true facts and the day (rule, subject). `mended`: cells of the night before that are corrected.
    `counts`: file → sheet → rows by what becomes of them. `totals`: control sums in fen over accepted rows.
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
    planter = planted_world(seed, orders)
    listed: list[list[str]] = [["night", "file", "made", "rows"]]
    nights = [_first(folder, planter, listed), _second(folder, planter, listed)]
    ship.write_table(folder / FILES, listed)
    planted = {"seed": seed, "nights": [asdict(night) for night in nights]}
    text = json.dumps(planted, ensure_ascii=False, indent=1) + "\n"
    (folder / PLANTED).write_text(text, encoding="utf-8")


def planted_world(seed: int, orders: int) -> Planter:
    """The first night's sheets with everything planted, not yet written."""
    world = build(seed, orders)
    planter = Planter(world, arranged_sheets(world))
    for module in (order_lists, going_on, prices, other_lists, master_lists, across):
        for plant in module.DEFECTS.values():
            plant(planter)
    table.plant_all(planter)
    for row in list(planter.rows("orders")):
        if planter.order(row).is_loose:
            planter.remove(row)  # kept for a defect that did not need it
    planter.sheets += [_hidden(planter), _notes()]
    planter.sheets.sort(key=lambda sheet: sheet.file)
    return planter


def _hidden(planter: Planter) -> Sheet:
    """An old list on a hidden sheet, that nobody should count."""
    model = next(row for row in planter.rows("orders") if planter.order(row).state == "done")
    made = titled_sheet("orders_c", "sales3", [copied(model)], kind="orders", name=word("sheet", "hidden"))
    made.is_hidden = True
    made.real()[0].expected, made.real()[0].is_planted = "ignored", True
    made.defects.append(("FILE-005", "", "a hidden sheet with the headings of orders"))
    return made


def _notes() -> Sheet:
    """A sheet of instructions among the lists: nothing to read in it."""
    made = Sheet(word("file", "prices"), word("sheet", "howto"), "", [])
    made.notes = word("label", "howto").split("|")
    made.defects.append(("FILE-018", "", "a sheet of instructions"))
    return made


def _first(folder: Path, planter: Planter, listed: list[list[str]]) -> Planted:
    planted = Planted(1, AS_OF[1].isoformat())
    for file, found in _by_file(planter.sheets):
        listed.append(["1", file, *_ship(folder, 1, file, found)])
        _tell(planted, file, found, new=None)
    lines = [row for row in planter.rows("orders") if planter.order(row).state == "done"][:3]
    for odd in odd_files(lines):
        file = word("file", odd.key)
        rows = _ship(folder, 1, file, [odd.sheet])[1] if odd.sheet else odd.rows
        listed.append(["1", file, odd.made, rows])
        where = odd.sheet.name if odd.sheet and odd.cell else ""
        planted.defects.append(_defect(file, where, odd.cell, (odd.rule, odd.why)))
    (folder / "night1/fake.txt").write_text(fake_pdf(), encoding="utf-8")
    planted.consequences = _consequences(planter, 0)
    return planted


def _second(folder: Path, planter: Planter, listed: list[list[str]]) -> Planted:
    planted = Planted(2, AS_OF[2].isoformat())
    places = {id(row): (sheet, sheet.row_of(row)) for sheet in planter.sheets for row in sheet.real() if row.defects}
    corrections = second_night.advance(planter)
    sent_again = {word("file", key) for key in second_night.AGAIN}
    for file, found in _by_file([sheet for sheet in planter.sheets if sheet.file in sent_again]):
        listed.append(["2", file, *_ship(folder, 2, file, found)])
        _tell(planted, file, found, new=corrections.new)
    listed.append(["2", word("file", "copy"), "workbook", "night1/shipments.csv"])
    planted.defects.append(_defect(word("file", "copy"), "", "", ("FILE-009", "the same bytes as last night")))
    for row, defect in corrections.cells:
        where, at = places[id(row)]
        cell = f"{where.letter(defect.column)}{at}"
        planted.mended.append({"file": where.file, "sheet": where.name, "cell": cell, "rule": defect.rule})
    planted.restated = [corrections.restated]
    planted.consequences = _consequences(planter, 1)
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
    return [(file, list(found)) for file, found in groupby(sheets, lambda sheet: sheet.file)]


def _tell(planted: Planted, file: str, sheets: list[Sheet], *, new: set[int] | None) -> None:
    totals: Counter[str] = Counter(planted.totals)
    for sheet in sheets:
        rows = sheet.real()
        counts: dict[str, object] = {"kind": sheet.kind, **Counter(row.expected for row in rows), "rows": len(rows)}
        planted.counts.setdefault(file, {})[sheet.name] = counts
        for rule, cell, why in sheet.defects:
            planted.defects.append(_defect(file, sheet.name, cell, (rule, why), is_new=new is None))
        for row in rows:
            totals.update(_sums(row))
            _tell_row(planted, sheet, row, is_new=new is None or id(row) in new)
    planted.totals = dict(totals)


def _tell_row(planted: Planted, sheet: Sheet, row: Row, *, is_new: bool) -> None:
    for defect in row.defects:
        letter = sheet.letter(defect.column) if defect.column else ""
        cell = f"{letter}{sheet.row_of(row)}"
        planted.defects.append(_defect(sheet.file, sheet.name, cell, (defect.rule, defect.why), is_new=is_new))


def _defect(file: str, sheet: str, cell: str, why: tuple[str, str], *, is_new: bool = True) -> dict[str, object]:
    return {"file": file, "sheet": sheet, "cell": cell, "rule": why[0], "why": why[1], "new": is_new}


def _sums(row: Row) -> dict[str, int]:
    columns = {"orders": "amount_fen", "receipts": "amount_fen", "invoices": "gross_fen", "opening": "open_fen"}
    if row.kind not in columns or row.expected != "accepted":
        return {}
    return {f"{row.kind}_fen": int(row.money(columns[row.kind]) * FEN)}


def _consequences(planter: Planter, later: int) -> list[dict[str, str]]:
    """Findings that follow from the calendar alone, for the rules that are plain to tell."""
    found: dict[str, list[str]] = defaultdict(list)
    for order in planter.world.orders:
        if order.age is not None:
            is_paid = later and order.paid
            found["DUE-001"] += [order.number] * (order.age + later >= 1 and not is_paid)
            found["DUE-003"] += [order.number] * (order.age + later >= DUNNING and not is_paid)
        found["CNF-003"] += [order.number] * (order.state == "conf_late")
        found["TRK-009"] += [order.number] * (order.state == "late")
    return [{"rule": rule, "subject": number} for rule in sorted(found) for number in found[rule]]
