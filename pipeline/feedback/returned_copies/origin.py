"""Of which workbook a returned copy is the correction, and which of its rows and findings the copy replaces.

It says so in a custom property, read before the workbook is. Newer source row before correction before older source
row (the order files are taken in decides).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.excel.edit.package import Parts
from pipeline.excel.edit.xml_edit import VALUES, NotEditable, add, clean, parse, remove
from pipeline.excel.names import plain_name
from pipeline.ledger import (
    Ledger,
    ReceivedFile,
    facts_by_place,
    find_named,
    find_origin,
    heads_of_files,
    newer_versions,
    related_files,
)
from pipeline.reading import FileRead
from pipeline.reading.files.own_sheets import RETURNED
from pipeline.reading.results import OwnSheet
from pipeline.rules.validation.validated_file import ValidatedFile, parse_facts
from reports.returned import MADE_FROM
from schemas.derived.finding import Finding, Place
from schemas.language.words import LANGUAGES, translate

NAME = "docProps/custom.xml"
PROPERTY = "nightdesk.returned"
TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
NONE_YET = f'<Properties xmlns="{PROPERTIES}" xmlns:vt="{VALUES}"/>'.encode()
SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # of custom properties, by the format
FIRST = 2  # the number of the first property, by the format
LARGEST = 1 << 20
DIGEST = 64
SLOT = re.compile(r"\{[a-z_]+\}")


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


def origin_named(sheets: Sequence[OwnSheet]) -> str:
    """Return the name of the workbook a copy was made from, as its added list says it; empty where there is none."""
    for line in (line for sheet in sheets if sheet.part == RETURNED for line in sheet.about.splitlines()):
        for lang in LANGUAGES:
            parts = SLOT.split(translate(MADE_FROM, lang))
            if found := re.fullmatch("(.*?)".join(map(re.escape, parts)), line):
                return found[1].strip()
    return ""


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


@dataclass(frozen=True)
class CopyEffect:
    """What a returned copy does to counting versions: see `Posting`. `outdated`: corrected rows that came too late."""

    released: tuple[int, ...] = ()
    late: Mapping[tuple[str, str], int] = field(default_factory=dict)
    outdated: tuple[tuple[str, str, str, int, str], ...] = ()  # kind, key, sheet, row, the newer workbook


def effect_of_copy(ledger: Ledger, validated: ValidatedFile, origin: ReceivedFile) -> CopyEffect:
    """Return what becomes of every row of the origin and of its other copies, now that this one is there."""
    with ledger.reading() as connection:
        own = related_files(connection, origin)
        since = newer_versions(connection, origin, own)
        before = facts_by_place(connection, own)
        counting = heads_of_files(connection, own)
    here: set[tuple[str, str]] = set()
    late: dict[tuple[str, str], int] = {}
    outdated = []
    for batch in validated.batches:
        for key, sheet, row, facts in zip(batch.keys, batch.sheets, batch.rows, batch.facts, strict=True):
            record = (batch.kind, key)
            here.add(record)
            if record not in since:
                continue
            newer = since[record]
            late[record] = newer.received.id
            now = parse_facts(facts)
            if now not in (parse_facts(before.get((sheet, row), "{}")), parse_facts(newer.facts)):
                outdated.append((batch.kind, key, sheet, row, newer.received.name))
    released = tuple(seq for record, seq in sorted(counting.items()) if record not in here)
    return CopyEffect(released, late, tuple(outdated))


def outdated_findings(effect: CopyEffect, received: ReceivedFile, rule: str) -> list[Finding]:
    """Return one finding for every corrected row that a newer source has restated since."""
    return [
        Finding(
            rule=rule,
            kind="sources",
            key=f"{received.name}|{kind}|{key}",
            place=Place(received.name, sheet, row),
            params={"other": name},
            subject=key.partition("|")[0],
        )
        for kind, key, sheet, row, name in effect.outdated
    ]


def find_origins(
    ledger: Ledger, read: Sequence[tuple[ReceivedFile, Path]], ours: Mapping[int, FileRead]
) -> dict[int, ReceivedFile]:
    """Return the received files that are a returned copy, by id, with the file they are the copy of.

    A copy that lost its mark when it was saved says it in the list that was added to it.
    """
    found: dict[int, ReceivedFile | None] = {}
    for received, path in read:
        if mark := origin_of(path):
            found[received.id] = find_origin(ledger, mark.sha256, received)
        elif name := origin_named(ours[received.id].own if received.id in ours else ()):
            found[received.id] = find_named(ledger, name, received)
    return {id_: origin for id_, origin in found.items() if origin}
