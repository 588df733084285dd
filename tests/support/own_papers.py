"""Everything a night published, as people and their programs hand it on: saved again, stripped, copied out, as text."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import warnings
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SOFFICE = shutil.which("soffice")


def whole(source: Path, target: Path) -> None:
    """The file as it is, under another name."""
    shutil.copyfile(source, target / f"x{source.name}")


def saved_again(source: Path, target: Path) -> None:
    """What a library makes of it that knows nothing of our properties and keeps hidden sheets."""
    if book := _opened(source):
        book.save(target / f"again {source.name}")


def stripped(source: Path, target: Path) -> None:
    """Values only: hidden sheets and properties are gone."""
    if book := _opened(source, data_only=True):
        for sheet in list(book):
            if sheet.sheet_state != "visible":
                del book[sheet.title]
        book.save(target / f"plain {source.name}")


def alone(source: Path, target: Path) -> None:
    """Every sheet in a workbook of its own, under another name."""
    book = _opened(source, data_only=True)
    for n, sheet in enumerate(book or ()):
        if sheet.sheet_state == "visible":
            copy = openpyxl.Workbook()
            copy[copy.sheetnames[0]].title = "Sheet1"
            for row in sheet.iter_rows(values_only=True):
                copy["Sheet1"].append(row)
            copy.save(target / f"{source.stem} {n}.xlsx")


HAN = re.compile("[\u4e00-\u9fff]")


def as_text(source: Path, target: Path) -> None:
    """Every sheet as the text file Excel saves of it."""
    book = _opened(source, data_only=True)
    for n, sheet in enumerate(book or ()):
        if sheet.sheet_state == "visible":
            rows = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
            encoding = "gb18030" if HAN.search(str(rows)) else "utf-8-sig"
            with (target / f"{source.stem} {n}.csv").open("w", encoding=encoding, newline="") as stream:
                csv.writer(stream).writerows(rows)


def from_libreoffice(source: Path, target: Path) -> None:
    """What LibreOffice writes, as a workbook of its own and of Excel's form."""
    for form in ("xlsx", "ods") if source.suffix == ".xlsx" else ():
        profile = f"-env:UserInstallation=file://{target / '.profile'}"
        words = [str(SOFFICE), profile, "--headless", "--convert-to", form, "--outdir", str(target), str(source)]
        subprocess.run(words, check=True, capture_output=True, timeout=120)
    shutil.rmtree(target / ".profile", ignore_errors=True)


WAYS: tuple[Callable[[Path, Path], None], ...] = (whole, saved_again, stripped, alone, as_text)


def handed_on(folder: Path, target: Path, way: Callable[[Path, Path], None]) -> Iterator[str]:
    """Lay everything of a publication into a folder in one of these ways; gives the names of the new files."""
    target.mkdir(parents=True, exist_ok=True)
    for n, source in enumerate(sorted(path for path in folder.rglob("*") if path.is_file())):
        own = target / f"{n:03}"
        own.mkdir()
        way(source, own)
    yield from sorted(path.relative_to(target.parent).as_posix() for path in target.rglob("*") if path.is_file())


def _opened(source: Path, **how: Any) -> openpyxl.Workbook | None:
    if source.suffix != ".xlsx":
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(source, **how)
