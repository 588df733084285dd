"""Staff cells of our own sheets become entries: what nobody noted yet, and never an old value over a newer one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.core.text import fold
from pipeline.ledger import Ledger, StaffEntry, latest_entries, noted_cells
from pipeline.reading import FileRead
from pipeline.reading.results import OwnSheet, TypedCell
from reports import WORKBOOKS
from reports.staff import STAFF
from schemas.language.words import translate

Cell = tuple[str, str, str, str]
OF_SHEET = {
    (staff.workbook, sheet.key): staff
    for staff in STAFF
    for sheet in WORKBOOKS[staff.workbook].lists
    if sheet.staff and (sheet.typed_beside or WORKBOOKS[staff.workbook].tables[0]) == staff.table
}


@dataclass
class KnownEntries:
    """The journal as it stands: the newest entry of every cell, and every value with the night of its paper."""

    newest: dict[Cell, StaffEntry]
    noted: set[tuple[str, ...]]
    values: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, entry: StaffEntry) -> None:
        """Remember an entry that is about to be noted."""
        cell = cell_of(entry)
        self.newest[cell] = entry
        self.noted.add((*cell, entry.value, _night_of(entry.file)))
        self.values.add((*cell, entry.value))


def known_entries(ledger: Ledger) -> KnownEntries:
    """Return the journal of a ledger."""
    rows = noted_cells(ledger)
    noted: set[tuple[str, ...]] = {(*row[:-1], _night_of(row[-1])) for row in rows}
    values: set[tuple[str, ...]] = {row[:-1] for row in rows}
    return KnownEntries(latest_entries(ledger), noted, values)


def fresh_entries(sheets: Iterable[OwnSheet], name: str, person: str, known: KnownEntries) -> list[StaffEntry]:
    """Return what sheets of ours have that was not noted yet; it is added to what is known. `name`: of their file.

    Of what they were written with only what nobody remembers. Where nobody can tell how they were written, a value
    that was ever noted for its cell is an old one.
    """
    made: list[StaffEntry] = []
    read = [(sheet, f"{name}@{sheet.run_id}") for sheet in sheets]
    for sheet, file in read:
        for entry in _entries(sheet, sheet.changed, file, person):
            cell = cell_of(entry)
            is_noted = (*cell, entry.value, sheet.run_id) in known.noted
            if not is_noted and (cell in known.newest or entry.value):
                made.append(entry)
                known.add(entry)
    for sheet, file in read:
        kept = [entry for entry in _entries(sheet, sheet.kept, file, person) if cell_of(entry) not in known.newest]
        unsure = [
            entry
            for entry in _entries(sheet, sheet.unsure, file, person)
            if (*cell_of(entry), entry.value) not in known.values
        ]
        for entry in (*kept, *unsure):
            made.append(entry)
            known.add(entry)
    return made


def typed_in_dropped(ledger: Ledger, dropped: Mapping[int, FileRead]) -> dict[int, list[StaffEntry]]:
    """Return what staff typed into outputs of ours that they dropped into the inbox; what was read, by id of the file.

    It is stored with the file's rows, all or nothing: a night that is killed between two of them loses neither.
    """
    if not dropped:
        return {}
    known = known_entries(ledger)
    return {id_: fresh_entries(file.own, file.name, file.person, known) for id_, file in dropped.items()}


def in_force(ledger: Ledger, file: FileRead, fresh: Sequence[StaffEntry]) -> int:
    """Return how many cells hold what was typed in this file of ours: now, or when it was read before.

    `fresh`: what is noted of it tonight. A file that is read again after its night was taken back counts the same.
    """
    known = KnownEntries({**latest_entries(ledger), **{cell_of(entry): entry for entry in fresh}}, set())
    read = [(sheet, f"{file.name}@{sheet.run_id}") for sheet in file.own]
    cells = [
        (cell_of(entry), name)
        for sheet, name in read
        for entry in _entries(sheet, (*sheet.changed, *sheet.kept, *sheet.unsure), name, "")
    ]
    return sum(cell in known.newest and known.newest[cell].file == name for cell, name in cells)


def titles_of(sheets: Sequence[OwnSheet], lang: str) -> str:
    """Return what sheets of ours are, each once, by the titles we gave them."""
    titles = {translate(sheet.title, lang) for sheet in sheets}
    return translate("reason.and", lang).join(sorted(titles))


def cell_of(entry: StaffEntry) -> Cell:
    """Return the cell an entry is about."""
    return entry.workbook, entry.sheet, entry.key, entry.field


def _entries(sheet: OwnSheet, cells: Sequence[TypedCell], file: str, person: str) -> Iterator[StaffEntry]:
    """Give these cells of a sheet as entries, as far as they are staff's own."""
    staff = OF_SHEET.get((sheet.workbook, sheet.part))
    if staff is None:
        return
    fields = {fold(head): name for head, name in staff.fields.items()}
    for key, heading, value in cells:
        if name := fields.get(fold(heading)):
            yield StaffEntry(sheet.workbook, staff.key, key, name, value, file, person)


def _night_of(file: str) -> str:
    return file.rpartition("@")[2]
