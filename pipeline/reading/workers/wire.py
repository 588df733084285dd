"""What child and parent say to each other: tables as Arrow files in a folder, the rest as JSON.

Not by pickle: what comes back was made from a stranger's file, and reading a pickle can run anything.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from pipeline.reading.results import CellFinding, FileFinding, FileRead, Patch, SheetRead, params

READER_DIED, NOT_NOW = "FILE-017", "FILE-033"
RESULT = "read.json"


def refuse(name: str, rule: str, why: str = "", kind: str = "") -> FileRead:
    """Return a file that is not read, for one reason. `why` is for the operator, in English."""
    return FileRead(name, findings=[FileFinding(rule, params=params(why=why))], refused=rule, kind_sniffed=kind)


def put(read: FileRead, folder: Path) -> None:
    """Lay a result down in a folder that is empty of others."""
    for at, sheet in enumerate(read.sheets):
        with pa.OSFile(str(folder / f"{at}.arrow"), "wb") as sink, pa.ipc.new_file(sink, sheet.table.schema) as writer:
            writer.write_table(sheet.table)
    without_tables = replace(read, sheets=[replace(sheet, table=None) for sheet in read.sheets])
    (folder / RESULT).write_bytes(orjson.dumps(without_tables))


def take(folder: Path) -> FileRead:
    """Return a result as it was laid down; nothing of it stays tied to the folder."""
    fields = orjson.loads((folder / RESULT).read_bytes())
    return FileRead(
        **fields
        | {
            "sheets": tuple(_sheet(sheet, folder / f"{at}.arrow") for at, sheet in enumerate(fields["sheets"])),
            "findings": tuple(FileFinding(**_found(finding)) for finding in fields["findings"]),
            "replaced": tuple(Patch(**patch) for patch in fields["replaced"]),
        }
    )


def _sheet(fields: dict[str, Any], path: Path) -> SheetRead:
    with pa.OSFile(str(path), "rb") as source:
        table = pa.ipc.open_file(source).read_all()
    return SheetRead(
        **fields
        | {
            "table": table,
            "columns": {name: (letter, heading) for name, (letter, heading) in fields["columns"].items()},
            "ignored": [(row, reason) for row, reason in fields["ignored"]],
            "findings": [CellFinding(**_found(finding)) for finding in fields["findings"]],
        }
    )


def _found(fields: dict[str, Any]) -> dict[str, Any]:
    """JSON knows lists only; params of a finding are pairs."""
    fields["params"] = tuple((name, value) for name, value in fields["params"])
    return fields
