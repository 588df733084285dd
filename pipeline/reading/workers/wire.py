"""From child to parent: tables as Arrow files in a folder, the rest as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from pipeline.reading.results import CellFinding, FileFinding, FileRead, Patch, SheetRead

if TYPE_CHECKING:
    from pathlib import Path

RESULT = "read.json"


def put(read: FileRead, folder: Path) -> None:
    """Lay a result down in a folder that is empty of others."""
    for at, sheet in enumerate(read.sheets):
        with pa.OSFile(str(folder / f"{at}.arrow"), "wb") as sink, pa.ipc.new_file(sink, sheet.table.schema) as writer:
            writer.write_table(sheet.table)
    told = {
        "name": read.name,
        "refused": read.refused,
        "kind_sniffed": read.kind_sniffed,
        "findings": [asdict(each) for each in read.findings],
        "replaced": [asdict(each) for each in read.replaced],
        "sheets": [_told(sheet) for sheet in read.sheets],
    }
    # a workbook can hold half a surrogate pair, JSON cannot
    (folder / RESULT).write_bytes(orjson.dumps(told, default=str))


def take(folder: Path) -> FileRead:
    """Take a result up again; nothing of it stays tied to the folder."""
    told = orjson.loads((folder / RESULT).read_bytes())
    return FileRead(
        name=told["name"],
        sheets=tuple(_sheet(sheet, folder / f"{at}.arrow") for at, sheet in enumerate(told["sheets"])),
        findings=tuple(FileFinding(**{**each, "params": _pairs(each["params"])}) for each in told["findings"]),
        refused=told["refused"],
        kind_sniffed=told["kind_sniffed"],
        replaced=tuple(Patch(**each) for each in told["replaced"]),
    )


def _told(sheet: SheetRead) -> dict[str, Any]:
    return {
        "kind": sheet.kind,
        "sheet": sheet.sheet,
        "heading_row": sheet.heading_row,
        "columns": dict(sheet.columns),
        "rows_read": sheet.rows_read,
        "ignored": list(sheet.ignored),
        "totals": dict(sheet.totals),
        "findings": [[f.row, f.column, f.rule, f.raw, f.params, f.unknown, f.at] for f in sheet.findings],
    }


def _sheet(told: dict[str, Any], path: Path) -> SheetRead:
    with pa.OSFile(str(path), "rb") as source:
        table = pa.ipc.open_file(source).read_all()
    return SheetRead(
        kind=told["kind"],
        sheet=told["sheet"],
        heading_row=told["heading_row"],
        columns={name: (letter, heading) for name, (letter, heading) in told["columns"].items()},
        table=table,
        rows_read=told["rows_read"],
        ignored=[(row, reason) for row, reason in told["ignored"]],
        totals=told["totals"],
        findings=[
            CellFinding(row, column, rule, raw, _pairs(given), is_unknown, at)
            for row, column, rule, raw, given, is_unknown, at in told["findings"]
        ],
    )


def _pairs(given: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in given)
