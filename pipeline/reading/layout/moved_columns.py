"""Columns that stand elsewhere, or are called otherwise, than in the last file of the same sender.

They are read by their headings all the same; but a heading that was put over the wrong column
is seen by nothing else. Columns put in or left out move no other.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pipeline.core.text import normalize
from pipeline.reading.layout.heading_text import fold_heading, spelled
from pipeline.reading.results import FileFinding, params

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.reading.results import FileRead, SheetRead

MOVED = "FILE-025"
CHANGING = re.compile(r"[\d\s._()\[\]\u3010\u3011\-~]+")
Before = dict[str, tuple[str, str]]  # field → letter and heading


def sender(name: str) -> str:
    """What stays of a file's name from night to night: without days, counters and words for copies."""
    path = PurePosixPath(normalize(name))
    stem = path.stem.casefold()
    for word in spelled("reading.copy"):
        stem = stem.replace(word, "")
    return f"{path.parent.as_posix()}/{CHANGING.sub('', stem)}"


def find(file: FileRead, before: Sequence[Mapping[str, Any]]) -> Iterator[FileFinding]:
    """One finding a column, against what the ledger kept of the sender's last file."""
    for sheet in file.sheets:
        if known := _same(sheet, before):
            yield from _differing(sheet, known)


def _same(sheet: SheetRead, before: Sequence[Mapping[str, Any]]) -> Before | None:
    """The sheet of this kind and name; else the only one of this kind (a month's name changes)."""
    kind = [each for each in before if each["kind"] == sheet.kind]
    named = [each for each in kind if each["sheet"] == sheet.sheet]
    chosen = named[0] if named else kind[0] if len(kind) == 1 else None
    return {name: (at[0], at[1]) for name, at in chosen["columns"].items()} if chosen else None


def _differing(sheet: SheetRead, before: Before) -> Iterator[FileFinding]:
    now = {name: at for name, at in sheet.columns.items() if at[0]}
    common = [name for name in now if before.get(name, ("",))[0]]
    order = sorted(common, key=lambda name: _place(now[name][0]))
    earlier = sorted(common, key=lambda name: _place(before[name][0]))
    matched = SequenceMatcher(None, order, earlier, autojunk=False).get_matching_blocks()
    kept = {name for block in matched for name in order[block.a : block.a + block.size]}
    for name in order:
        letter, heading = now[name]
        if name not in kept or fold_heading(heading) != fold_heading(before[name][1]):
            was = f"{before[name][0]} {before[name][1]}"
            yield FileFinding(MOVED, sheet.sheet, heading, heading, params(other=was), sheet.heading_row, letter)


def _place(letter: str) -> tuple[int, str]:
    return len(letter), letter
