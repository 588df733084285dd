"""Write the workbooks of a night and tell what was planted in them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.demo import (
    odd,
    plants,
    plants_across,
    plants_early,
    plants_masters,
    plants_orders,
    plants_prices,
    plants_rest,
    second,
    writer,
)
from pipeline.demo.files import arrange, csv_text, sheet
from pipeline.demo.garden import Garden
from pipeline.demo.orders import LAST_DAY
from pipeline.demo.rows import Row, Sheet
from pipeline.demo.words import say
from pipeline.demo.world import build, copied
from schemas.policy.policy import Policy, shipped

SEED = 20260602
AS_OF = {1: datetime(2026, 6, 2, 2), 2: datetime(2026, 6, 3, 2)}  # Tuesday, Wednesday
DUNNING = 15
FEN = 100
NIGHTS = "nights"
LIST = "planted.json"
ERP = "ERPNext"


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


def make(root: Path, *, orders: int, night: int, seed: int = SEED) -> Planted:
    """Write one night's files into ``root/inbox`` and append to ``root/planted.json``.

    Night 2 holds only what is dropped that night. Raises ValueError for a night that is
    not 1 or 2.
    """
    if night not in AS_OF:
        raise ValueError(f"night {night}: the demo has nights 1 and 2")
    garden = planted_world(seed, orders)
    planted = _first(root, garden) if night == 1 else _second(root, garden)
    _remember(root, planted, seed)
    return planted


def policy() -> Policy:
    """The shipped policy of a company that has ERPNext."""
    made = shipped()
    return replace(made, interfaces=tuple(replace(each, is_on=each.target == ERP) for each in made.interfaces))


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


def _first(root: Path, garden: Garden) -> Planted:
    planted = Planted(1, AS_OF[1].isoformat())
    for file, found in _by_file(garden.sheets):
        _write(root / "inbox" / file, found)
        _tell(planted, file, found, new=None)
    model = next(s for s in garden.sheets if s.file == say("file", "shipments"))
    lines = [row for row in garden.rows("orders") if garden.order(row).state == "done"][:3]
    for each in odd.write(root / "inbox", model, lines):
        planted.defects.append(_defect(each.file, each.sheet, each.cell, (each.rule, each.why)))
    planted.consequences = _consequences(garden, 0)
    return planted


def _second(root: Path, garden: Garden) -> Planted:
    planted = Planted(2, AS_OF[2].isoformat())
    places = {id(row): (each, each.row_of(row)) for each in garden.sheets for row in each.real() if row.marks}
    goods = [each for each in garden.sheets if each.file == say("file", "shipments")]
    mended = second.advance(garden)
    again = {say("file", key) for key in second.AGAIN}
    for file, found in _by_file([each for each in garden.sheets if each.file in again]):
        _write(root / "inbox" / file, found)
        _tell(planted, file, found, new=mended.new)
    _write(root / "inbox" / say("file", "copy"), goods)
    planted.defects.append(_defect(say("file", "copy"), "", "", ("FILE-009", "the same bytes as last night")))
    for row, mark in mended.cells:
        where, at = places[id(row)]
        cell = f"{where.letter(mark.column)}{at}"
        planted.mended.append({"file": where.file, "sheet": where.name, "cell": cell, "rule": mark.rule})
    planted.restated = [mended.restated]
    planted.consequences = _consequences(garden, 1)
    return planted


def _by_file(sheets: list[Sheet]) -> list[tuple[str, list[Sheet]]]:
    return [(file, list(found)) for file, found in groupby(sheets, lambda each: each.file)]


def _write(path: Path, sheets: list[Sheet]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        path.write_bytes(csv_text(sheets[0]).encode("gb18030"))
    else:
        writer.write(path, sheets)


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


def _remember(root: Path, planted: Planted, seed: int) -> None:
    path = root / LIST
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"seed": seed, NIGHTS: []}
    kept[NIGHTS] = [night for night in kept[NIGHTS] if night["night"] != planted.night] + [asdict(planted)]
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


__all__ = ["AS_OF", "LAST_DAY", "SEED", "Planted", "make", "planted_world", "policy"]
