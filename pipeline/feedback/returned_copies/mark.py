"""One copy: marks in the sender's cells, notes on them, the list behind, and what it is the correction of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.excel.edit.added_sheet import AddedSheet, MarkedPlace, add_sheet, list_name, remove_sheet, sheet_parts
from pipeline.excel.edit.cells import Cell, SheetScan, restyle, showing, styled_cells
from pipeline.excel.edit.comments import annotate, withdraw
from pipeline.excel.edit.package import Parts
from pipeline.excel.edit.styles import StylesPart
from pipeline.excel.edit.xml_edit import KIND, Edits
from pipeline.excel.names import column_letter, column_of
from pipeline.feedback.returned_copies.origin import Origin, note_origin

BREAK = "\n\n"
WORST = ("bad", "soon")


@dataclass(frozen=True)
class MarkedCopy:
    """What is made of one workbook. `before`: it is a returned copy itself, corrected in part."""

    sha256: str
    lines: tuple[MarkedPlace, ...]
    hints: tuple[str, str]
    lang: str
    before: Origin | None = None


def mark_copy(content: bytes, copy: MarkedCopy, target: Path) -> None:
    """Write the copy of a package. Raises NotEditable when its parts are better left alone."""
    package = Parts(content)
    if copy.before:
        _unmark(package, copy.before.sheet)
    styles = StylesPart(package)
    parts = sheet_parts(package)
    lines = []
    for name, part in parts.items():
        lines += _mark_sheet(package, styles, part, [line for line in copy.lines if line.sheet == name])
    lines += [replace(line, sheet="", row=0, letter="") for line in copy.lines if line.sheet not in parts]
    shown = [line for line in lines if line.words]
    listed = [replace(line, words={**line.words, "no": str(n)}) for n, line in enumerate(shown, 1)]
    name = list_name(parts, copy.lang)
    add_sheet(package, styles, AddedSheet(name, copy.hints, copy.lang, listed))
    styles.save()
    note_origin(package, Origin(copy.sha256, name))
    package.write(target)


def _unmark(package: Parts, ours: str) -> None:
    """Take away the colours, notes and list of the earlier copy before new ones are made."""
    remove_sheet(package, ours)
    styles = StylesPart(package)
    for part in sheet_parts(package).values():
        content = package.read(part)
        changed = {cell: fresh for cell, old in styled_cells(content).items() if (fresh := styles.unmarked(old)) != old}
        sheet = SheetScan(content, {row for row, _ in changed})
        edits = Edits(content)
        restyle(sheet, edits, changed, lambda cell, _, fresh=changed: fresh[cell])  # type: ignore[misc]
        package.put(part, edits.done())
        withdraw(package, part, _drawing(package, part, sheet.notes_id))
    styles.save()


def _mark_sheet(package: Parts, styles: StylesPart, part: str, lines: Sequence[MarkedPlace]) -> list[MarkedPlace]:
    """Mark the cells of one sheet; gives the lines back, pointing where the cell is shown."""
    places = {(line.row, column_of(line.letter) + 1) for line in lines if line.row and line.letter}
    if not places:
        return list(lines)
    content = package.read(part)
    seen = showing(content, places)
    moved = [_moved(line, seen) for line in lines]
    marks = _marks(moved)
    sheet = SheetScan(content, {row for row, _ in marks})
    edits = Edits(content)
    restyle(sheet, edits, marks, lambda cell, style: styles.marked(style, marks[cell][0]))
    notes = {cell: words for cell, (_, words) in sorted(marks.items()) if words}
    relation = annotate(package, part, notes, _drawing(package, part, sheet.notes_id))
    if relation:
        edits.put(sheet.notes_at, f'<{sheet.prefix}legacyDrawing xmlns:r="{KIND}" r:id="{relation}"/>')
    package.put(part, edits.done())
    return moved


def _drawing(package: Parts, part: str, relation: str) -> str:
    return package.related(part, "vmlDrawing").get(relation, "")


def _moved(line: MarkedPlace, seen: Mapping[Cell, Cell]) -> MarkedPlace:
    if not (line.row and line.letter):
        return line
    row, column = seen[line.row, column_of(line.letter) + 1]
    cell = f"{column_letter(column - 1)}{row}"
    words = {**line.words, "cell": cell} if line.words else line.words
    return replace(line, row=row, letter=column_letter(column - 1), words=words)


def _marks(lines: Sequence[MarkedPlace]) -> dict[Cell, tuple[str, str]]:
    """Return cell → its tone, the worst of all, and the words of its note."""
    marks: dict[Cell, tuple[str, str]] = {}
    for line in lines:
        if not (line.row and line.letter):
            continue
        cell = (line.row, column_of(line.letter) + 1)
        tone, words = marks.get(cell, (line.tone, ""))
        tone = min(tone, line.tone, key=WORST.index)
        marks[cell] = (tone, BREAK.join(part for part in (words, line.note) if part))
    return marks
