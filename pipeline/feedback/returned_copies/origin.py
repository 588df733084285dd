"""Of which workbook a returned copy is the correction: a custom property, read before the workbook is."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.excel.edit.package import Parts
from pipeline.excel.edit.xml_edit import VALUES, NotEditable, add, clean, parse, remove
from pipeline.excel.names import plain_name

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileRead

NAME = "docProps/custom.xml"
PROPERTY = "nightdesk.returned"
TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
NONE_YET = f'<Properties xmlns="{PROPERTIES}" xmlns:vt="{VALUES}"/>'.encode()
SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # of custom properties, by the format
FIRST = 2  # the number of the first property, by the format
LARGEST = 1 << 20
DIGEST = 64


@dataclass(frozen=True)
class Origin:
    """The bytes a copy was made from, and the name of the sheet that was added to them."""

    sha256: str
    sheet: str


def origin_of(path: Path) -> Origin | None:
    """Return what a workbook says it is the correction of; None when it is no returned copy."""
    try:
        with zipfile.ZipFile(path) as package:
            info = next((member for member in package.infolist() if plain_name(member.filename) == NAME.lower()), None)
            if info is None or info.file_size > LARGEST:
                return None
            part = package.read(info)
        return _read(part)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError, NotImplementedError, NotEditable):
        return None


def note_origin(package: Parts, origin: Origin) -> None:
    """Write it into the package, beside the properties that are there."""
    name = package.first_related("", "custom-properties")
    if not name or name not in package:
        name = NAME
        package.put(name, NONE_YET)
        package.declare(name, TYPE)
        package.relate("", name, "custom-properties")
    root = parse(package.read(name))
    numbers = [int(node.get("pid", 0)) for node in root.iterchildren("*")]
    for node in root.findall("{*}property"):
        if node.get("name") == PROPERTY:
            remove(node)
    new = add(root, "property", fmtid=SET, pid=max([FIRST - 1, *numbers]) + 1)
    new.set("name", PROPERTY)
    add(new, f"{{{VALUES}}}lpwstr").text = clean(f"{origin.sha256} {origin.sheet}")
    package.put(name, root)


def _read(part: bytes) -> Origin | None:
    for node in parse(part).iterchildren("*"):
        if node.get("name") == PROPERTY:
            digest, _, sheet = "".join(node.itertext()).strip().partition(" ")
            return Origin(digest, sheet) if len(digest) == DIGEST else None
    return None


def without_ours(file: FileRead, origin: Origin) -> FileRead:
    """Return what was read of a copy, without the sheet that was added to it."""
    return replace(
        file,
        sheets=tuple(sheet for sheet in file.sheets if sheet.sheet != origin.sheet),
        findings=tuple(finding for finding in file.findings if finding.sheet != origin.sheet),
    )
